"""Days for `bench board`, each with a plan planted in it that keeps every rule and misses no arrival.

Rooms are dealt floor by floor into even lists, the lists are walked, and only then is it decided when
guests leave (before their room's planted start) and when the next ones come (after its planted
end). So zero missed arrivals, and a load spread below 10 %, are known to be possible.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from housekeeping.board import (
    Board,
    Break,
    Place,
    Priority,
    Problem,
    Shift,
    Unassigned,
    Walking,
    Work,
)
from housekeeping.board_lanes import Lanes

MORNING = datetime(2026, 7, 14, 8, tzinfo=UTC)
DOOR_METRES = 4.0
ROOMS_PER_FLOOR = 22
SHIFT_MINUTES = 510
BREAK_MINUTES = 30
# A 30 min break wanted at half past eleven, twelve, or half past twelve.
BREAKS_AT_MINUTES = (210, 240, 270)
SHARE_DEPARTURES = 0.45
SHARE_RELEASED_LATER = 0.7
SHARE_AWAITED = 0.55  # of the departures
SHARE_VIP, SHARE_DND, SHARE_DEEP, SHARE_LOCKED = 0.04, 0.03, 0.03, 0.02
ROOMS_PER_QUEUE = 60


@dataclass(frozen=True, slots=True)
class Day:
    """A problem and the lists planted in it."""

    problem: Problem
    planted: list[list[int]]


def plant(seed: int, rooms: int, attendants: int) -> Day:
    """Draw a day; the same seed gives the same one."""
    draw = random.Random(seed)
    works = [_work(draw, number, place) for number, place in enumerate(_places(draw, rooms))]
    shifts = [_shift(draw, number) for number in range(attendants)]
    planted = _dealt(works, shifts)
    works = _with_priorities(draw, works)
    planted = [_in_planted_order(draw, works, order) for order in planted]
    works, shifts = _with_bonds(draw, works, shifts, planted)
    walking = Walking(lifts_metres=(8.0, 48.0))
    bare = Problem(MORNING, tuple(works), tuple(shifts), Place(0, 8.0), walking)
    lanes = Lanes(bare)
    for k, order in enumerate(planted):
        for number, start, end in lanes.walk_through(k, order).visits:
            works[number] = _with_times(draw, works[number], start, end)
    return Day(replace(bare, works=tuple(works)), planted)


def _places(draw: random.Random, rooms: int) -> list[Place]:
    """The rooms that need service: most of the house's, floor by floor."""
    floors = -(-rooms * 115 // 100 // ROOMS_PER_FLOOR)
    every = [
        Place(floor, DOOR_METRES * (door // 2))  # doors on both sides of the corridor
        for floor in range(2, floors + 2)
        for door in range(ROOMS_PER_FLOOR)
    ]
    while len(every) < rooms:
        every.append(Place(floors + 2, DOOR_METRES * (len(every) % ROOMS_PER_FLOOR // 2)))
    chosen = sorted(draw.sample(range(len(every)), rooms))
    return [every[number] for number in chosen]


def _work(draw: random.Random, number: int, place: Place) -> Work:
    departs = draw.random() < SHARE_DEPARTURES
    suite = draw.random() < 0.1
    minutes = (34 if departs else 20) + (10 if suite else 0) + draw.choice([-2, 0, 0, 2])
    return Work(
        f"w{number}",
        place,
        minutes,
        room=f"{place.floor}{number % 100:02}",
        kind="departure" if departs else "stayover",
        credits=1.5 if departs else 1.0,
        area_square_metres=42.0 if suite else 26.0,
    )


def _shift(draw: random.Random, number: int) -> Shift:
    begins = MORNING + timedelta(minutes=BREAKS_AT_MINUTES[number % len(BREAKS_AT_MINUTES)])
    return Shift(
        f"a{number}",
        MORNING,
        MORNING + timedelta(minutes=SHIFT_MINUTES),
        breaks=(Break(begins, begins + timedelta(minutes=BREAK_MINUTES)),),
        minutes_factor=1.15 if draw.random() < 0.12 else 1.0,
    )


def _dealt(works: list[Work], shifts: list[Shift]) -> list[list[int]]:
    """The house in one long way, up and down its floors, cut into pieces of the same length for each."""
    way = sorted(
        range(len(works)),
        key=lambda n: (
            works[n].place.floor,
            works[n].place.position_metres * (1 if works[n].place.floor % 2 else -1),
        ),
    )
    pace = sum(1 / shift.minutes_factor for shift in shifts)
    total = sum(work.minutes for work in works)
    planted: list[list[int]] = []
    done = share = 0.0
    for shift in shifts:
        share += total / pace / shift.minutes_factor
        mine = []
        while way and done + works[way[0]].minutes / 2 <= share:
            done += works[way[0]].minutes
            mine.append(way.pop(0))
        planted.append(mine)
    planted[-1] += way
    return planted


def _with_priorities(draw: random.Random, works: list[Work]) -> list[Work]:
    found = list(works)
    numbers = draw.sample(range(len(works)), len(works))
    queue = max(1, len(works) // ROOMS_PER_QUEUE)
    vip, dnd = round(SHARE_VIP * len(works)), round(SHARE_DND * len(works))
    wanted = [Priority.QUEUE] * queue + [Priority.VIP] * vip + [Priority.LAST] * dnd
    for number, priority in zip(numbers, wanted, strict=False):
        found[number] = replace(found[number], priority=priority)
    return found


def _in_planted_order(draw: random.Random, works: list[Work], order: list[int]) -> list[int]:
    """Queue rooms, VIPs, the others as they lie (sometimes from the far end), DND."""
    ranks = {Priority.QUEUE: 0, Priority.VIP: 1, Priority.LAST: 3}
    way = order if draw.random() < 0.5 else order[::-1]
    return sorted(way, key=lambda n: ranks.get(works[n].priority, 2))


def _with_bonds(
    draw: random.Random, works: list[Work], shifts: list[Shift], planted: list[list[int]]
) -> tuple[list[Work], list[Shift]]:
    """Skills, locks, limits and preferred floors, all as the planted lists have them."""
    bound, able = list(works), list(shifts)
    for k, order in enumerate(planted):
        deep = [n for n in order if draw.random() < SHARE_DEEP]
        for n in deep:
            bound[n] = replace(bound[n], skills=frozenset({"deep"}))
        for n in order:
            if draw.random() < SHARE_LOCKED:
                bound[n] = replace(bound[n], locked_to=able[k].id)
        knows = bool(deep) or draw.random() < 0.5
        floors = frozenset(bound[n].place.floor for n in order) if draw.random() < 1 / 3 else frozenset()
        able[k] = replace(
            able[k],
            skills=frozenset({"deep"}) if knows else frozenset(),
            floors=floors,
            max_credits=sum(bound[n].credits for n in order) + 3,
            max_area_square_metres=sum(bound[n].area_square_metres for n in order) + 120,
        )
    return bound, able


def _with_times(draw: random.Random, work: Work, start: int, end: int) -> Work:
    """When the guest leaves and when the next one comes, so that the planted visit is in time."""
    begins, finished = MORNING + timedelta(seconds=start), MORNING + timedelta(seconds=end)
    if work.kind != "departure":
        return work
    released = None
    if draw.random() < SHARE_RELEASED_LATER:
        leaves = MORNING + timedelta(minutes=draw.triangular(-30, 240, 150))
        released = min(leaves, begins - timedelta(minutes=draw.uniform(0, 20)))
        released = max(released, MORNING) if begins > MORNING else None
    due = None
    if work.priority is not Priority.LAST and draw.random() < SHARE_AWAITED:
        comes = MORNING + timedelta(minutes=draw.triangular(180, 540, 390))
        due = max(comes, finished + timedelta(minutes=draw.uniform(5, 20)))
    priority = Priority.ARRIVAL if due is not None and work.priority is Priority.NORMAL else work.priority
    return replace(
        work,
        released_at=_whole_second(released),
        due_at=_whole_second(due),
        priority=priority,
    )


def _whole_second(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(microsecond=0)


def as_board(lanes: Lanes, orders: list[list[int]]) -> Board:
    """Lists as a board without advice; a rival's lists are taken as they are."""
    left_out = [Unassigned(lanes.works[n].id, "no_time_left") for n in lanes.left_out(orders)]
    return Board(lanes.routes(orders), tuple(left_out))
