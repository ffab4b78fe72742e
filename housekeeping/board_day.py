"""The board's problem from a day's tasks, shifts and rooms, and whether the plan still holds. Pure.

Who has which task is said by the tasks themselves; what a plan went by (`Seen`) is compared with how
things stand, so that a queue room, an early arrival, a DND, a sick call or slow work are noticed by
looking, whatever message was lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from housekeeping.board import Board, Break, Place, Priority, Problem, Rest, Route, Shift, Visit, Work
from housekeeping.board_explain import name_troubles
from housekeeping.board_lanes import Lanes
from housekeeping.shifts import DayShift
from housekeeping.tasks import OPEN_STATES, TaskKind, TaskState

# Rooms of a floor lie along its corridor at this distance, as far as nobody has measured it.
METRES_BETWEEN_ROOMS = 4.0
# A guest who should have left is given this long again and again.
_PATIENCE = timedelta(minutes=15)
# Numbers of a list leave room between them, so that one more need not renumber the others.
SEQUENCE_STEP = 100
# A guest's wish and an inspector's look have their own owners; the board plans cleans and areas.
_NOT_ON_BOARD = frozenset({TaskKind.INSPECTION})


@dataclass(frozen=True, slots=True)
class DayTask:
    """A task as the board sees it. `occupied_until`: when whoever is in the room should leave it, for
    work that needs it empty; None when nobody is in the way."""

    id: str
    kind: TaskKind
    state: TaskState
    minutes: float
    room: str | None = None
    floor: str | None = None
    credits: float = 0.0
    priority: Priority = Priority.NORMAL
    earliest_at: datetime | None = None
    due_at: datetime | None = None
    attendant_id: str | None = None
    sequence: int | None = None
    locked: bool = False
    worked_seconds: float = 0.0
    occupied_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class DayRoom:
    number: str
    floor: str
    section: str | None = None
    area_square_metres: float | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a plan went by for one task; `shift` None: on no list."""

    shift: str | None
    priority: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A day as it stands: the problem, and the lists that people hold, as they are, with their times.

    Attributes:
        holders: task to shift, also of those that are not part of the problem any more.
    """

    problem: Problem
    board: Board
    holders: Mapping[str, str]


def standing(
    now: datetime,
    tasks: Sequence[DayTask],
    shifts: Sequence[DayShift],
    rooms: Sequence[DayRoom],
    seen: Mapping[str, Seen],
    pace: Callable[[str], float] = lambda _attendant_id: 1.0,
) -> Standing:
    """How a day stands at `now`. `pace`: by attendant, how many times the usual minutes they need."""
    holders = _holders(tasks, shifts, seen)
    there = {shift.id: shift for shift in shifts if shift.at_work and shift.ends_at > now}
    places = _places(rooms)
    by_number = {room.number: room for room in rooms}
    named = {skill for shift in there.values() for skill in shift.skills}
    begun: set[str] = set()
    works: list[Work] = []
    # The newest begun is what somebody is at; what else they began waits for them.
    for task in sorted(tasks, key=lambda one: (one.state != TaskState.STARTED, one.id)):
        if task.state not in OPEN_STATES or task.kind in _NOT_ON_BOARD:
            continue
        holder = holders.get(task.id)
        held = holder if holder in there else None
        open_work = task.state != TaskState.PLANNED
        if open_work and held is None:
            continue  # somebody without hours today is at it: nobody else's work
        room = by_number.get(task.room or "")
        work = Work(
            id=task.id,
            place=_place(task, places),
            minutes=task.minutes,
            room=task.room,
            kind=task.kind.value,
            credits=task.credits,
            area_square_metres=(room.area_square_metres or 0.0) if room else 0.0,
            released_at=_released(task, now),
            due_at=task.due_at,
            priority=task.priority,
            skills=frozenset({task.kind.value} & named),
            section=room.section if room else None,
            locked_to=held if task.locked or open_work else None,
            previous=held,
            held_place=task.sequence if held is not None else None,
            keeps_place=task.locked and held is not None and not open_work,
        )
        if task.state == TaskState.STARTED and held is not None and held not in begun:
            begun.add(held)
            started_at = now - timedelta(seconds=task.worked_seconds)
            work = replace(work, locked_to=None, started_by=held, started_at=started_at, released_at=None)
        elif task.worked_seconds > 0:
            # Paused, or begun by somebody who went home: what is left of it.
            work = replace(work, minutes=max(1.0, task.minutes - task.worked_seconds / 60))
        works.append(work)
    works.sort(key=lambda one: one.id)
    problem = Problem(
        now,
        tuple(works),
        tuple(
            replace(_shift(shift, there, tasks, by_number, holders), minutes_factor=pace(shift.attendant_id))
            for shift in there.values()
        ),
    )
    return Standing(problem, _as_held(problem, tasks), holders)


def _released(task: DayTask, now: datetime) -> datetime | None:
    if task.occupied_until is not None:
        return max(task.occupied_until, now + _PATIENCE)
    return task.earliest_at


def _holders(
    tasks: Sequence[DayTask], shifts: Sequence[DayShift], seen: Mapping[str, Seen]
) -> dict[str, str]:
    """Task to shift: of two shifts of one person the one that the plan chose."""
    by_person: dict[str, list[DayShift]] = {}
    for shift in shifts:
        by_person.setdefault(shift.attendant_id, []).append(shift)
    found: dict[str, str] = {}
    for task in tasks:
        mine = by_person.get(task.attendant_id or "", [])
        if mine:
            planned = seen[task.id].shift if task.id in seen else None
            chosen = next((shift for shift in mine if shift.id == planned), None)
            found[task.id] = (chosen or max(mine, key=lambda one: one.at_work)).id
    return found


def _places(rooms: Sequence[DayRoom]) -> dict[str, Place]:
    """Rooms in the order of their numbers along each floor."""
    floors = list(dict.fromkeys(room.floor for room in rooms))
    storey = storeys(floors)
    along: dict[str, int] = {}
    found: dict[str, Place] = {}
    for room in rooms:
        along[room.floor] = along.get(room.floor, 0) + 1
        found[room.number] = Place(storey[room.floor], along[room.floor] * METRES_BETWEEN_ROOMS)
    for floor in floors:
        found.setdefault(f"floor:{floor}", Place(storey[floor], 0.0))
    return found


def storeys(floors: Sequence[str]) -> dict[str, int]:
    """A number for each floor: its own where it is one, else its place in the order of names."""
    if all(floor.strip().lstrip("-").isdecimal() for floor in floors):
        return {floor: int(floor) for floor in floors}
    return {floor: number for number, floor in enumerate(sorted(floors), start=1)}


def _place(task: DayTask, places: Mapping[str, Place]) -> Place:
    known = places.get(task.room or "") or places.get(f"floor:{task.floor}")
    return known or Place(0, 0.0)


def _shift(
    shift: DayShift,
    there: Mapping[str, DayShift],
    tasks: Sequence[DayTask],
    rooms: Mapping[str, DayRoom],
    holders: Mapping[str, str],
) -> Shift:
    done = [
        task
        for task in tasks
        if holders.get(task.id) == shift.id and task.state in (TaskState.FINISHED, TaskState.INSPECTED)
    ]
    areas = [room.area_square_metres or 0.0 for task in done if (room := rooms.get(task.room or ""))]
    partner = there.get(shift.pair_with or "")
    storey = storeys(list(dict.fromkeys(room.floor for room in rooms.values())))
    return Shift(
        id=shift.id,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        breaks=tuple(Break(pause.starts_at, pause.ends_at) for pause in shift.breaks),
        floors=frozenset(storey[floor] for floor in shift.floors if floor in storey),
        section=shift.section,
        skills=frozenset(shift.skills),
        max_credits=_left(shift.max_credits, sum(task.credits for task in done)),
        max_minutes=_left(shift.max_minutes, sum(task.worked_seconds for task in done) / 60),
        max_area_square_metres=_left(shift.max_area_square_metres, sum(areas)),
        pair_with=partner.id if partner is not None and partner.pair_with == shift.id else None,
    )


def _left(limit: float | None, done: float) -> float | None:
    return None if limit is None else max(0.0, limit - done)


def _as_held(problem: Problem, tasks: Sequence[DayTask]) -> Board:
    """The lists as people hold them, in their order, walked from now on."""
    sequence = {task.id: task.sequence for task in tasks}
    lanes = Lanes(problem)
    number = {work.id: i for i, work in enumerate(lanes.works)}
    routes: dict[str, Route] = {}
    orders: list[list[int]] = []
    for k, crew in enumerate(lanes.crews):
        mine = [
            work
            for work in problem.works
            if (work.started_by or work.previous) in crew.shift_ids and lanes.may[k][number[work.id]]
        ]
        mine.sort(key=lambda one: (one.started_by is None, sequence.get(one.id) or 10**9, one.id))
        orders.append([number[work.id] for work in mine])
        timed = lanes.walk_through(k, orders[k])
        visits = tuple(
            Visit(lanes.works[i].id, lanes.moment(start), lanes.moment(end)) for i, start, end in timed.visits
        )
        for shift_id in crew.shift_ids:
            routes[shift_id] = Route(
                shift_id,
                visits,
                tuple(Rest(lanes.moment(start), lanes.moment(end)) for start, end in timed.rests),
                load_minutes=lanes.load(k, orders[k]) / 60,
                walking_minutes=timed.walking / 60,
            )
    late, left_out = name_troubles(lanes, orders)
    return Board(tuple(routes[shift.id] for shift in problem.shifts), left_out, late, made_by="held")


def troubles(problem: Problem, board: Board) -> frozenset[str]:
    """Works that end too late for who waits, or after their attendant's hours."""
    ends = {shift.id: shift.ends_at for shift in problem.shifts}
    works = {work.id: work for work in problem.works}
    return frozenset(
        visit.work_id
        for route in board.routes
        for visit in route.visits
        if visit.ends_at > min(ends[route.shift_id], works[visit.work_id].due_at or ends[route.shift_id])
    )


def broken_by(
    stands: Standing, seen: Mapping[str, Seen], known_troubles: frozenset[str], left_out: frozenset[str]
) -> str | None:
    """Why the plan does not hold any more; None while it does.

    `attendant_gone`, `new_work`, `queue_room`, `dnd`, `priority`, `early_arrival` or `slower_than_planned`.
    """
    listed = stands.board.holders()
    for work in stands.problem.works:
        if work.id not in listed and work.id not in left_out:
            return "new_work" if work.id not in seen or seen[work.id].shift is None else "attendant_gone"
    for work in stands.problem.works:
        was = seen.get(work.id)
        if was is None or was.priority == work.priority.value or work.started_by is not None:
            continue
        if (was.priority, work.priority) == (Priority.NORMAL.value, Priority.ARRIVAL):
            continue  # somebody comes: only whether it is in time counts
        named = {Priority.QUEUE: "queue_room", Priority.LAST: "dnd"}
        return named.get(work.priority, "priority")
    fresh = troubles(stands.problem, stands.board) - known_troubles
    if not fresh:
        return None
    due = {work.id: work.due_at for work in stands.problem.works}
    earlier = any(one in seen and _sooner(due[one], seen[one].due_at) for one in fresh)
    return "early_arrival" if earlier else "slower_than_planned"


def _sooner(due: datetime | None, was: datetime | None) -> bool:
    return due is not None and (was is None or due < was)


def sequences(order: Sequence[str], held: Mapping[str, int | None]) -> dict[str, int]:
    """Numbers for a list in this order that keep as many of the numbers it has as can be."""
    numbers: dict[str, int] = {}
    last = 0
    for place, one in enumerate(order):
        own = held.get(one)
        following = [n for other in order[place + 1 :] if (n := held.get(other)) is not None and n > last]
        if own is not None and own > last and (not following or own <= following[0]):
            numbers[one] = own
        else:
            ahead = following[0] if following else None
            numbers[one] = last + SEQUENCE_STEP if ahead is None else (last + ahead) // 2
        if numbers[one] <= last:
            return {each: (n + 1) * SEQUENCE_STEP for n, each in enumerate(order)}
        last = numbers[one]
    return numbers
