"""The day's board: what is to be done, who is there, and an answer to who does what in which order. Pure.

This module owns the shapes of the problem and of its answer, the walking model and what a board is
measured by. `board_checks` says whether a board keeps every hard rule, `board_explain` why a room
is where it is; `board_planner.plan_board` and `board_replan.replan_board` make boards.

Times are aware datetimes, durations minutes (whole seconds inside), distances metres. `floor` is a
storey as a whole number (what floors are called is the caller's business); a place is a storey and
a position along its corridor.

The rules that every board keeps:

- a work has at most one attendant (or pair), starts no sooner than its room is vacated
  (`released_at`), and lies within that attendant's hours, outside breaks, with the walk before it;
- a started work stays with whoever started it, a locked one with whom it is locked to (and in its
  place among what else is left of that list, unless that would overtake);
- skills, and per attendant the limits on minutes, credits and area;
- **no overtaking** on one attendant's list: no work begins while a work that goes before it waits
  ready (vacated) on the same list. Queue rooms go before all others, VIPs before what nobody waits
  for, and what is to be last (DND) after everything else;
- who breaks for lunch does so near its time (`Break.slack_minutes` around it), in the staff room.

A room that cannot be ready for its arrival (`due_at`) is still put on a list, as early as can be, and
named in `Board.late` with what would help.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from hotel.errors import Invalid

MOST_WORKS = 3000
MOST_SHIFTS = 300
# Two people in one room are not twice as fast.
PAIR_MINUTES_FACTOR = 0.55


class Priority(StrEnum):
    """Where a work stands when several could be done."""

    QUEUE = "queue"
    VIP = "vip"
    ARRIVAL = "arrival"
    NORMAL = "normal"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in the house: a storey and a position along its corridor."""

    floor: int
    position_metres: float


@dataclass(frozen=True, slots=True)
class Walking:
    """How long it takes from one place to another, along corridors and by the nearest lift.

    `lifts_metres` are the positions of the lifts (and stairs) along every corridor.
    """

    metres_per_minute: float = 50.0
    lifts_metres: tuple[float, ...] = (0.0,)
    lift_wait_minutes: float = 1.0
    minutes_per_floor: float = 0.15

    def __post_init__(self) -> None:
        if self.metres_per_minute <= 0 or not self.lifts_metres:
            raise Invalid("bad_walking", "Walking needs a speed above 0 and at least one lift or stairs.")
        if self.lift_wait_minutes < 0 or self.minutes_per_floor < 0:
            raise Invalid("bad_walking", "Waiting for a lift and riding it cannot take less than no time.")

    def seconds(self, start: Place, end: Place) -> int:
        """The way between two places, in whole seconds."""
        if start.floor == end.floor:
            along = abs(start.position_metres - end.position_metres)
            return round(60 * along / self.metres_per_minute)
        along = min(
            abs(start.position_metres - lift) + abs(end.position_metres - lift) for lift in self.lifts_metres
        )
        ride = self.lift_wait_minutes + self.minutes_per_floor * abs(start.floor - end.floor)
        return round(60 * (along / self.metres_per_minute + ride))


@dataclass(frozen=True, slots=True)
class Break:
    """A break, wanted from `starts_at` on; it may begin up to `slack_minutes` sooner or later."""

    starts_at: datetime
    ends_at: datetime
    slack_minutes: float = 20.0

    @property
    def earliest(self) -> datetime:
        return self.starts_at - timedelta(minutes=self.slack_minutes)

    @property
    def latest(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.slack_minutes)


@dataclass(frozen=True, slots=True)
class Work:
    """One task in one place.

    `minutes` is what it takes someone with a factor of 1, from its beginning (also when started).
    `released_at` None: can be done now. `due_at`: when it must be finished. `previous` is the shift
    that had it on the board before, `held_place` its number on that list. `keeps_place`: a person put it
    there; on that list it stays behind what stood before it and before what stood behind it, as far as
    nothing is overtaken that must not be. Finished work is not part of a problem.
    """

    id: str
    place: Place
    minutes: float
    room: str | None = None
    kind: str = "departure"
    credits: float = 0.0
    area_square_metres: float = 0.0
    released_at: datetime | None = None
    due_at: datetime | None = None
    priority: Priority = Priority.NORMAL
    skills: frozenset[str] = frozenset()
    section: str | None = None
    locked_to: str | None = None
    started_by: str | None = None
    started_at: datetime | None = None
    previous: str | None = None
    held_place: int | None = None
    keeps_place: bool = False


# Kinds of work whose end is waited for by the next guest of the room; others have an hour of their own.
FOR_ARRIVALS = frozenset({"departure", "pickup", "deep_clean", "inspection"})


@dataclass(frozen=True, slots=True)
class Shift:
    """Someone at work today. Limits are what is left of them: take off what is already done.

    `minutes_factor` above 1: slower than the usual minutes. `at` is where they are now; None: the
    office, where everybody also ends. `floors` and `section` are preferred, not binding. Two shifts
    that name each other in `pair_with` work in the same rooms at the same time.
    """

    id: str
    starts_at: datetime
    ends_at: datetime
    breaks: tuple[Break, ...] = ()
    floors: frozenset[int] = frozenset()
    section: str | None = None
    skills: frozenset[str] = frozenset()
    max_minutes: float | None = None
    max_credits: float | None = None
    max_area_square_metres: float | None = None
    minutes_factor: float = 1.0
    pair_with: str | None = None
    at: Place | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be decided, as it stands at `now`.

    Raises:
        Invalid: ids that repeat or point nowhere, times that end before they begin, too much of it.
    """

    now: datetime
    works: tuple[Work, ...]
    shifts: tuple[Shift, ...]
    office: Place = Place(0, 0.0)
    walking: Walking = field(default_factory=Walking)

    def __post_init__(self) -> None:
        if len(self.works) > MOST_WORKS or len(self.shifts) > MOST_SHIFTS:
            raise Invalid(
                "board_too_large",
                f"A board takes {MOST_WORKS} tasks and {MOST_SHIFTS} shifts at most.",
                tasks=MOST_WORKS,
                shifts=MOST_SHIFTS,
            )
        shifts = {shift.id: shift for shift in self.shifts}
        if len(shifts) != len(self.shifts) or len({work.id for work in self.works}) != len(self.works):
            raise Invalid("repeated_id", "A task or a shift is there twice.")
        for shift in self.shifts:
            _check_shift(shift, shifts)
        for work in self.works:
            _check_work(work, shifts)


def _check_shift(shift: Shift, shifts: Mapping[str, Shift]) -> None:
    if shift.ends_at <= shift.starts_at or shift.minutes_factor <= 0:
        raise Invalid(
            "bad_shift", f"Shift {shift.id} ends before it begins, or has no speed.", shift=shift.id
        )
    for pause in shift.breaks:
        if pause.ends_at <= pause.starts_at or pause.slack_minutes < 0:
            raise Invalid("bad_break", f"A break of shift {shift.id} has no length.", shift=shift.id)
    if shift.pair_with is not None:
        other = shifts.get(shift.pair_with)
        if other is None or other.pair_with != shift.id or other.id == shift.id:
            raise Invalid("bad_pair", f"Shift {shift.id} has no partner that names it.", shift=shift.id)


def _check_work(work: Work, shifts: Mapping[str, Shift]) -> None:
    if not 0 <= work.minutes <= 24 * 60 or work.credits < 0 or work.area_square_metres < 0:
        raise Invalid("bad_task", f"Task {work.id} has impossible minutes, credits or area.", task=work.id)
    for shift_id in (work.locked_to, work.started_by):
        if shift_id is not None and shift_id not in shifts:
            raise Invalid(
                "unknown_shift", f"Task {work.id} belongs to a shift that is not there.", task=work.id
            )
    if (work.started_by is None) != (work.started_at is None):
        raise Invalid("bad_task", f"Task {work.id} is half started.", task=work.id)


@dataclass(frozen=True, slots=True)
class Visit:
    """A work on someone's list, with its planned times."""

    work_id: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Rest:
    """A break as planned."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Route:
    """One attendant's list. Of a pair, both have the same one."""

    shift_id: str
    visits: tuple[Visit, ...] = ()
    rests: tuple[Rest, ...] = ()
    load_minutes: float = 0.0
    walking_minutes: float = 0.0


@dataclass(frozen=True, slots=True)
class Advice:
    """Something that would help, as a code with what it speaks of: `another_attendant`, `overtime`
    (shift, minutes), `other_room`, `earlier_vacate` (minutes), `unlock` (shift)."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Late:
    """A room that will not be ready for its arrival. `late_minutes` None: nobody gets to it at all."""

    work_id: str
    due_at: datetime
    late_minutes: float | None
    help: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A work that is on nobody's list: `no_shift`, `no_skill`, `locked_shift_full`, `released_too_late`
    or `no_time_left`."""

    work_id: str
    reason: str
    help: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """Who does what in which order. `made_by` is `routes` or `greedy`; `fallback` says why it is the
    latter when it was not meant to be (a sentence for the log)."""

    routes: tuple[Route, ...]
    unassigned: tuple[Unassigned, ...] = ()
    late: tuple[Late, ...] = ()
    made_by: str = "greedy"
    fallback: str | None = None

    def route(self, shift_id: str) -> Route:
        """The list of one shift.

        Raises:
            KeyError: no such shift on this board.
        """
        for route in self.routes:
            if route.shift_id == shift_id:
                return route
        raise KeyError(shift_id)

    def holders(self) -> dict[str, str]:
        """Work to shift; of a pair, the one that comes first in the problem."""
        found: dict[str, str] = {}
        for route in self.routes:
            for visit in route.visits:
                found.setdefault(visit.work_id, route.shift_id)
        return found


@dataclass(frozen=True, slots=True)
class Measures:
    """What a board is worth. `load_spread` is the highest load over the mean, minus 1, each load being
    minutes of work over minutes at work (breaks taken off): 0 is perfectly even."""

    load_spread: float
    walking_minutes: float
    missed: int
    late_minutes: float
    unassigned: int
    off_section: int


@dataclass(frozen=True, slots=True)
class Crew:
    """Who walks one list: a shift, or two as a pair; what both together may and can."""

    shift_ids: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    breaks: tuple[Break, ...]
    floors: frozenset[int]
    sections: frozenset[str]
    skills: frozenset[str]
    max_minutes: float | None
    max_credits: float | None
    max_area_square_metres: float | None
    minutes_factor: float
    start: Place

    def seconds(self, work: Work) -> int:
        """How long a work takes them."""
        return round(60 * work.minutes * self.minutes_factor)

    def seconds_left(self, work: Work, now: datetime) -> int:
        """The same, less what is already done of a started one. This is what loads and limits count."""
        begun = 0.0 if work.started_at is None else (now - work.started_at).total_seconds()
        return max(0, self.seconds(work) - round(max(0.0, begun)))

    def prefers(self, work: Work) -> bool:
        """Whether a work lies where they are meant to be (who has no floors or section: everywhere)."""
        if self.floors and work.place.floor not in self.floors:
            return False
        return not self.sections or work.section in self.sections

    def may(self, work: Work) -> bool:
        """Whether a work can be on their list at all. A supervisor's lock stands above skills."""
        holder = work.started_by or work.locked_to
        return holder in self.shift_ids if holder is not None else work.skills <= self.skills


def crews(problem: Problem) -> list[Crew]:
    """Everybody at work, pairs as one, in the order of the shifts."""
    by_id = {shift.id: shift for shift in problem.shifts}
    found: list[Crew] = []
    seen: set[str] = set()
    for shift in problem.shifts:
        if shift.id in seen:
            continue
        members = [shift] if shift.pair_with is None else [shift, by_id[shift.pair_with]]
        seen.update(member.id for member in members)
        found.append(_crew(members, problem))
    return found


def _crew(members: list[Shift], problem: Problem) -> Crew:
    starts_at = max([problem.now, *(member.starts_at for member in members)])
    ends_at = max(starts_at, min(member.ends_at for member in members))
    breaks = {pause.starts_at: pause for member in members for pause in member.breaks}
    factor = sum(member.minutes_factor for member in members) / len(members)
    places = [member.at for member in members if member.at is not None]
    return Crew(
        shift_ids=tuple(member.id for member in members),
        starts_at=starts_at,
        ends_at=ends_at,
        # A break whose time has passed was taken, or is not caught up with.
        breaks=tuple(
            pause
            for _, pause in sorted(breaks.items())
            if pause.latest >= starts_at and pause.starts_at + (pause.ends_at - pause.starts_at) <= ends_at
        ),
        floors=frozenset[int]().union(*(member.floors for member in members)),
        sections=frozenset(member.section for member in members if member.section is not None),
        skills=frozenset[str]().union(*(member.skills for member in members)),
        max_minutes=_least(member.max_minutes for member in members),
        max_credits=_sum(member.max_credits for member in members),
        max_area_square_metres=_sum(member.max_area_square_metres for member in members),
        minutes_factor=factor if len(members) == 1 else factor * PAIR_MINUTES_FACTOR,
        start=places[0] if places else problem.office,
    )


def _least(limits: Any) -> float | None:
    known = [limit for limit in limits if limit is not None]
    return min(known) if known else None


def _sum(limits: Any) -> float | None:
    """What people may do together; no limit as soon as one of them has none."""
    known = list(limits)
    return None if None in known else float(sum(known))


def available_seconds(crew: Crew) -> int:
    """Time at work from now on, breaks taken off."""
    rests = sum((pause.ends_at - pause.starts_at).total_seconds() for pause in crew.breaks)
    return max(0, round((crew.ends_at - crew.starts_at).total_seconds() - rests))


def goes_before(work: Work, other: Work) -> bool:
    """Whether `work` must not be overtaken by `other` on one list (a strict partial order)."""
    first, second = work.priority, other.priority
    if first is Priority.QUEUE:
        return second is not Priority.QUEUE
    if second is Priority.LAST:
        return first is not Priority.LAST
    return first is Priority.VIP and second is Priority.NORMAL and other.due_at is None


def measure(problem: Problem, board: Board) -> Measures:
    """What a board is worth, counted from its times and places."""
    works = {work.id: work for work in problem.works}
    loads: list[tuple[float, float]] = []
    walking = late = 0.0
    missed = sum(1 for entry in board.unassigned if works[entry.work_id].due_at is not None)
    off_section = 0
    for crew in crews(problem):
        route = board.route(crew.shift_ids[0])
        load = 0
        for visit in route.visits:
            work = works[visit.work_id]
            load += crew.seconds_left(work, problem.now)
            off_section += not crew.prefers(work)
            if work.due_at is not None and visit.ends_at > work.due_at:
                missed += 1
                late += (visit.ends_at - work.due_at).total_seconds() / 60
        walking += walking_seconds(problem, crew, route) / 60
        loads.append((load, available_seconds(crew)))
    return Measures(
        load_spread=load_spread(loads),
        walking_minutes=walking,
        missed=missed,
        late_minutes=late,
        unassigned=len(board.unassigned),
        off_section=off_section,
    )


def load_spread(loads: list[tuple[float, float]]) -> float:
    """How far the highest load lies above the mean, from (work, time at work) of each; 0 when idle."""
    total, time = sum(load for load, _ in loads), sum(available for _, available in loads)
    if total <= 0 or time <= 0:
        return 0.0
    return max(load / available for load, available in loads if available > 0) / (total / time) - 1


def walking_seconds(problem: Problem, crew: Crew, route: Route) -> int:
    """All ways of one list: from where they are, to the staff room for breaks, and back at the end."""
    works = {work.id: work for work in problem.works}
    stops = [(visit.starts_at, works[visit.work_id].place) for visit in route.visits]
    if not stops:
        return 0
    stops += [(rest.starts_at, problem.office) for rest in route.rests]
    places = [place for _, place in sorted(stops, key=lambda stop: stop[0])]
    if works[route.visits[0].work_id].started_at is None:
        places.insert(0, crew.start)  # who is at work in a room is there already
    places.append(problem.office)
    return sum(problem.walking.seconds(here, there) for here, there in pairwise(places))
