"""Days for `bench promises`: a hotel's housekeeping minute by minute, planned and mended by the real board.

Attendants work their lists in order, pass over rooms that are still lived in or ask not to be disturbed,
take their breaks when a room is done, and are as fast as they are. The board knows of it what a house
knows: learned minutes, due-out times, taps, who left. Now and then the desk looks at its promises.
"""

from __future__ import annotations

import math
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from housekeeping.board import Board, Priority, Work
from housekeeping.board_day import DayRoom, DayTask, Seen, Standing, broken_by, standing, troubles
from housekeeping.board_planner import greedy_board
from housekeeping.board_replan import replan_board
from housekeeping.durations import Durations, Measured, learn
from housekeeping.leaving import Leaving
from housekeeping.promises import DoneToday, promises
from housekeeping.rules import DEFAULT_RULES
from housekeeping.shifts import DayShift, ShiftBreak
from housekeeping.tasks import TaskKind, TaskState

FACTORS: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "data" / "promises.toml").read_text(encoding="utf-8")
)
DAY = date(2026, 7, 14)
EIGHT = datetime(2026, 7, 14, 8, tzinfo=UTC)
TABLE = {rule.kind: rule.minutes for rule in DEFAULT_RULES}
_LAST_MINUTE = 720


@dataclass(frozen=True, slots=True)
class Look:
    """One room's promise as the desk saw it, and when it was kept: minutes after 8 o'clock.

    `done` None: not on this day. `awaited`: an arrival has the room.
    """

    at: float
    promised: float
    planned: float
    done: float | None
    awaited: bool
    lived_in: bool

    @property
    def kept(self) -> bool:
        return self.done is not None and self.done <= self.promised


@dataclass
class _Task:
    """A room to clean, and what the board does not know of it."""

    id: str
    kind: TaskKind
    room: str
    room_type: str
    nights: int
    minutes: float
    true_minutes: float
    leaves: float | None
    due: float | None
    vip: bool
    dnd: tuple[float, float] | None
    state: TaskState = TaskState.PLANNED
    holder: str | None = None
    sequence: int | None = None
    started: float | None = None
    worked: float = 0.0
    ends: float | None = None
    done: float | None = None


@dataclass
class _Person:
    id: str
    speed: float
    breaks_at: float
    at_room: str | None = None
    free_at: float = 0.0
    rested: bool = False
    gone: bool = False
    task: _Task | None = field(default=None)


@dataclass(frozen=True, slots=True)
class Learned:
    """What a hotel knows of itself."""

    durations: Durations
    leaving: Leaving


def past(draw: random.Random, people: list[float], rooms_a_day: int) -> Learned:
    """What a hotel has learned of itself in the weeks before."""
    weeks = FACTORS["desk"]["past_weeks"]
    due_out = FACTORS["guests"]["due_out_minutes"]
    left = [_leaves(draw) - due_out for _ in range(round(weeks * 7 * rooms_a_day / 2))]
    measured = []
    for _ in range(round(weeks * 7 * rooms_a_day)):
        kind, room_type, nights = _of_what(draw)
        person = draw.randrange(len(people))
        minutes = _true_minutes(draw, kind, room_type, nights) * people[person] * _today(draw)
        measured.append(Measured(kind, room_type, nights, f"p{person}", minutes))
    return Learned(learn(measured, TABLE), Leaving(left))


def people_of(draw: random.Random) -> list[float]:
    """How slow each attendant is beside the usual."""
    return [
        math.exp(draw.gauss(0.0, FACTORS["work"]["attendant"])) for _ in range(FACTORS["house"]["attendants"])
    ]


def looks_of_a_day(draw: random.Random, people: list[float], learned: Learned) -> Iterator[Look]:
    """A day, and every promise that the desk saw in it."""
    return iter(_Day(draw, people, learned).run())


class _Day:
    def __init__(self, draw: random.Random, people: list[float], learned: Learned) -> None:
        self._draw = draw
        self._learned = learned
        house = FACTORS["house"]
        self._rooms = [
            DayRoom(f"{floor}{number:02}", str(floor), area_square_metres=30.0)
            for floor in range(2, house["floors"] + 2)
            for number in range(1, house["rooms_per_floor"] + 1)
        ]
        self._place = {room.number: (int(room.floor), int(room.number[1:])) for room in self._rooms}
        self._people = {
            f"p{n}": _Person(f"p{n}", speed * _today(draw), draw.choice(house["break_at_minutes"]))
            for n, speed in enumerate(people)
        }
        self._tasks = {task.id: task for room in self._rooms if (task := self._task(room)) is not None}
        self._seen: dict[str, Seen] = {}
        self._troubles: frozenset[str] = frozenset()
        self._left_out: frozenset[str] = frozenset()
        events = FACTORS["day"]
        self._sick = (
            (draw.uniform(30, 400), draw.choice(list(self._people)))
            if draw.random() < events["share_sick_call"]
            else None
        )
        self._early = draw.uniform(30, 400) if draw.random() < events["share_early_arrival"] else None

    def _task(self, room: DayRoom) -> _Task | None:
        draw, work, guests = self._draw, FACTORS["work"], FACTORS["guests"]
        chance = draw.random()
        if chance > work["share_departures"] + work["share_stayovers"]:
            return None
        kind = TaskKind.DEPARTURE if chance < work["share_departures"] else TaskKind.STAYOVER
        _, room_type, nights = _of_what(draw)
        p50 = self._learned.durations.estimate(kind, room_type, nights).p50_minutes
        departs = kind == TaskKind.DEPARTURE
        due = (
            draw.uniform(*guests["eta_minutes"])
            if departs and draw.random() < guests["share_awaited"]
            else None
        )
        begins = draw.uniform(*guests["dnd_minutes"])
        return _Task(
            id=f"t{room.number}",
            kind=kind,
            room=room.number,
            room_type=room_type,
            nights=nights,
            minutes=round(2 * p50) / 2,
            true_minutes=_true_minutes(draw, kind, room_type, nights),
            leaves=_leaves(draw) if departs else None,
            due=due,
            vip=due is not None and draw.random() < guests["share_vip"],
            dnd=(0.0, begins) if not departs and draw.random() < guests["share_dnd"] else None,
        )

    # -- the day

    def run(self) -> list[Look]:
        desk = FACTORS["desk"]
        looked: list[tuple[_Task, float, float, float, bool]] = []
        self._give(greedy_board(self._stands(0.0).problem), 0.0)
        for minute in range(_LAST_MINUTE):
            now = float(minute)
            self._happen(now)
            if minute and minute % desk["mended_every_minutes"] == 0:
                self._mend(now)
            if minute % desk["look_every_minutes"] == 0:
                looked += self._looks(now)
            for person in self._people.values():
                self._work(person, now)
        return [
            Look(at, promised, planned, task.done, task.due is not None, lived_in)
            for task, at, promised, planned, lived_in in looked
        ]

    def _happen(self, now: float) -> None:
        if self._sick is not None and now >= self._sick[0]:
            person = self._people[self._sick[1]]
            self._sick = None
            person.gone = True
            if person.task is not None:
                task, person.task = person.task, None
                # The rest of it is somebody else's, at their own pace.
                share = min(
                    0.95,
                    max(
                        0.0,
                        (now - (task.started or now)) / max(1.0, (task.ends or now) - (task.started or now)),
                    ),
                )
                task.worked += now - (task.started or now)
                task.true_minutes *= 1 - share
                task.state, task.holder, task.started, task.ends = TaskState.PLANNED, None, None, None
        if self._early is not None and now >= self._early:
            self._early = None
            waiting = [t for t in self._tasks.values() if t.due is not None and t.state == TaskState.PLANNED]
            if waiting:
                chosen = self._draw.choice(waiting)
                chosen.due = min(chosen.due or now, now + FACTORS["day"]["early_by_minutes"])

    def _work(self, person: _Person, now: float) -> None:
        house = FACTORS["house"]
        if person.task is not None and person.task.ends is not None and person.task.ends <= now:
            task = person.task
            task.state, task.done, person.task = TaskState.FINISHED, task.ends, None
            person.free_at, person.at_room = task.done or now, task.room
        if person.gone or person.task is not None or now < person.free_at or now >= house["shift_minutes"]:
            return
        # Minutes are looked at one by one; work goes on within them.
        since = person.free_at if person.free_at > now - 1 else now
        if not person.rested and now >= person.breaks_at - 15:
            person.rested = True
            person.free_at, person.at_room = since + house["break_minutes"], None
            return
        mine = sorted(
            (t for t in self._tasks.values() if t.holder == person.id and t.state == TaskState.PLANNED),
            key=lambda t: (t.sequence or 0, t.id),
        )
        for task in mine:
            if not self._lived_in(task, now) and not self._disturbs(task, now):
                walk = self._walk(person.at_room, task.room)
                task.state, task.started, person.task = TaskState.STARTED, since + walk, task
                task.ends = task.started + task.true_minutes * person.speed
                return

    def _walk(self, here: str | None, there: str) -> float:
        floor, door = self._place[there]
        at_floor, at_door = self._place[here] if here else (0, 0)
        metres = 4.0 * (abs(door - at_door) if floor == at_floor else door + at_door)
        lift = 0.0 if floor == at_floor else 1.0 + 0.15 * abs(floor - at_floor)
        return (metres / 50.0 + lift) * math.exp(self._draw.gauss(0.0, FACTORS["work"]["walking"]))

    def _lived_in(self, task: _Task, now: float) -> bool:
        return task.leaves is not None and task.leaves > now

    def _disturbs(self, task: _Task, now: float) -> bool:
        return task.dnd is not None and task.dnd[0] <= now < task.dnd[1]

    # -- the board

    def _stands(self, now: float) -> Standing:
        return standing(_moment(now), self._facts(now), self._shifts(), self._rooms, self._seen)

    def _facts(self, now: float) -> list[DayTask]:
        guests = FACTORS["guests"]
        found = []
        for task in self._tasks.values():
            priority = (
                Priority.VIP if task.vip else Priority.ARRIVAL if task.due is not None else Priority.NORMAL
            )
            planned = task.state == TaskState.PLANNED
            until = now if task.done is None else task.done
            worked = task.worked + (until - task.started if task.started is not None and not planned else 0.0)
            found.append(
                DayTask(
                    id=task.id,
                    kind=task.kind,
                    state=task.state,
                    minutes=task.minutes,
                    room=task.room,
                    floor=task.room[0],
                    credits=1.0,
                    priority=Priority.LAST if self._disturbs(task, now) else priority,
                    due_at=None if task.due is None else _moment(task.due),
                    attendant_id=task.holder,
                    sequence=task.sequence,
                    worked_seconds=60 * max(0.0, worked),
                    occupied_until=_moment(guests["due_out_minutes"])
                    if planned and self._lived_in(task, now)
                    else None,
                )
            )
        return found

    def _shifts(self) -> list[DayShift]:
        house = FACTORS["house"]
        return [
            DayShift(
                person.id,
                person.id,
                DAY,
                EIGHT,
                _moment(house["shift_minutes"]),
                staff_id=person.id,
                breaks=(
                    ShiftBreak(_moment(person.breaks_at), _moment(person.breaks_at + house["break_minutes"])),
                ),
            )
            for person in self._people.values()
            if not person.gone
        ]

    def _mend(self, now: float) -> None:
        stands = self._stands(now)
        if broken_by(stands, self._seen, self._troubles, self._left_out) is not None:
            self._give(replan_board(stands.problem, stands.board, 0.0).board, now)

    def _give(self, board: Board, now: float) -> None:
        """Everybody gets their list."""
        for task in self._tasks.values():
            if task.state == TaskState.PLANNED:
                task.holder = None
        for route in board.routes:
            for number, visit in enumerate(route.visits):
                task = self._tasks[visit.work_id]
                if task.state == TaskState.PLANNED:
                    task.holder, task.sequence = route.shift_id, 100 * (number + 1)
        stands = self._stands(now)
        holders = stands.board.holders()
        self._seen = {
            work.id: Seen(holders.get(work.id), work.priority.value, work.due_at)
            for work in stands.problem.works
        }
        self._troubles = troubles(stands.problem, stands.board)
        self._left_out = frozenset(entry.work_id for entry in board.unassigned)

    def _looks(self, now: float) -> list[tuple[_Task, float, float, float, bool]]:
        stands = self._stands(now)
        ends = {visit.work_id: visit.ends_at for route in stands.board.routes for visit in route.visits}
        return [
            (
                task,
                now,
                (promised - EIGHT).total_seconds() / 60,
                (ends[task_id] - EIGHT).total_seconds() / 60,
                self._lived_in(task, now),
            )
            for task_id, promised in promises(
                stands.problem,
                stands.board,
                self._spread,
                lambda work: self._leaves(work, now),
                self._learned.durations.attendants_spread,
                done=self._done(),
            ).items()
            if (task := self._tasks[task_id]).dnd is None
        ]

    def _done(self) -> list[DoneToday]:
        return [
            DoneToday(
                task.holder,
                task.minutes,
                task.done - task.started,
                self._learned.durations.estimate(task.kind, task.room_type, task.nights).spread,
            )
            for task in self._tasks.values()
            if task.done is not None
            and task.started is not None
            and task.holder is not None
            and not task.worked
        ]

    def _leaves(self, work: Work, now: float) -> tuple[float, float] | None:
        task = self._tasks[work.id]
        if work.released_at is None or not self._lived_in(task, now):
            return None
        should = _moment(FACTORS["guests"]["due_out_minutes"])
        mean, deviation = self._learned.leaving.still_in(should, _moment(now))
        return mean - (work.released_at - should).total_seconds() / 60, deviation

    def _spread(self, work: Work) -> float:
        task = self._tasks[work.id]
        return self._learned.durations.estimate(task.kind, task.room_type, task.nights).spread


def _moment(minute: float) -> datetime:
    return EIGHT + timedelta(minutes=minute)


def _of_what(draw: random.Random) -> tuple[TaskKind, str, int]:
    work = FACTORS["work"]
    types: dict[str, list[float]] = work["types"]
    room_type = draw.choices(list(types), [share for _, share in types.values()])[0]
    departs = draw.random() < work["share_departures"] / (work["share_departures"] + work["share_stayovers"])
    kind = TaskKind.DEPARTURE if departs else TaskKind.STAYOVER
    return kind, room_type, min(14, 1 + int(draw.expovariate(0.5)))


def _true_minutes(draw: random.Random, kind: TaskKind, room_type: str, nights: int) -> float:
    """What a usual attendant needs for this very room today."""
    work = FACTORS["work"]
    middle = work["types"][room_type][0] * (1 + work["longer_by_night"] * min(nights, work["most_nights"]))
    if kind == TaskKind.STAYOVER:
        middle *= work["stayover_part"]
    troubled = work["troubled_factor"] if draw.random() < work["share_troubled"] else 1.0
    return float(middle * troubled * math.exp(draw.gauss(0.0, work["noise"])))


def _today(draw: random.Random) -> float:
    return math.exp(draw.gauss(0.0, FACTORS["work"]["attendant_of_the_day"]))


def _leaves(draw: random.Random) -> float:
    """When a guest who is due out leaves."""
    guests = FACTORS["guests"]
    due_out, chance = float(guests["due_out_minutes"]), draw.random()
    if chance < guests["share_gone"]:
        return 0.0
    chance -= guests["share_gone"]
    if chance < guests["share_early"]:
        return due_out + draw.uniform(guests["early_from_minutes"], -guests["about_minutes"])
    if chance < guests["share_early"] + guests["share_about"]:
        return due_out + draw.uniform(-guests["about_minutes"], guests["about_minutes"])
    return due_out + draw.uniform(guests["about_minutes"], guests["late_minutes"])
