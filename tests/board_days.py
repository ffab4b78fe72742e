"""Hand-made and drawn days for the tests of the board."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from housekeeping.board import Break, Place, Priority, Problem, Shift, Walking, Work

EIGHT = datetime(2026, 7, 14, 8, tzinfo=UTC)


def at(hours: int, minutes: int = 0) -> datetime:
    """A time of the day that the tests speak of."""
    return EIGHT.replace(hour=0) + timedelta(hours=hours, minutes=minutes)


def room(number: str, minutes: float = 30, **more: Any) -> Work:
    """The work on a room: "412" is on floor 4, twelve doors (of four metres) along."""
    place = Place(int(number[:-2]), 4.0 * int(number[-2:]))
    return Work(number, place, minutes, room=number, **more)


def shift(name: str, begins: int = 8, ends: int = 16, **more: Any) -> Shift:
    return Shift(name, at(begins), at(ends), **more)


def lunch(hour: int, minute: int = 0, length: int = 30) -> Break:
    return Break(at(hour, minute), at(hour, minute) + timedelta(minutes=length))


def day(works: Sequence[Work], shifts: Sequence[Shift], now: datetime = EIGHT, **more: Any) -> Problem:
    return Problem(now, tuple(works), tuple(shifts), office=Place(0, 0.0), walking=Walking(), **more)


def drawn_day(seed: int, rooms: int = 14, people: int = 3) -> Problem:
    """A day with a bit of everything, some of it impossible."""
    draw = random.Random(seed)
    shifts = [_drawn_shift(draw, f"s{n}", n, people) for n in range(people)]
    works = [_drawn_work(draw, n, people) for n in range(rooms)]
    begun = {work.started_by for work in works if work.started_by}
    if draw.random() < 0.5 and people and works and "s0" not in begun:
        number = draw.randrange(len(works))
        chosen = works[number]
        works[number] = Work(
            chosen.id, chosen.place, chosen.minutes, started_by="s0", started_at=EIGHT - timedelta(minutes=10)
        )
    return day(works, shifts)


def _drawn_shift(draw: random.Random, name: str, number: int, people: int) -> Shift:
    begins = draw.choice([7, 8, 8, 8, 11])
    pauses = [lunch(12, draw.choice([0, 30]))] if draw.random() < 0.7 else []
    if draw.random() < 0.2:
        pauses.insert(0, lunch(10, 0, 15))
    paired = people >= 3 and number >= people - 2 and people % 2 == 1
    return shift(
        name,
        begins,
        begins + draw.choice([4, 8]),
        breaks=tuple(pauses),
        floors=frozenset({draw.randint(1, 4)}) if draw.random() < 0.3 else frozenset(),
        skills=frozenset({"deep"}) if draw.random() < 0.5 else frozenset(),
        max_minutes=draw.choice([None, None, 200]),
        max_credits=draw.choice([None, None, 10]),
        max_area_square_metres=draw.choice([None, None, 250]),
        minutes_factor=draw.choice([1.0, 1.0, 1.25, 0.9]),
        pair_with=f"s{people - 1 if number == people - 2 else people - 2}" if paired else None,
    )


def _drawn_work(draw: random.Random, number: int, people: int) -> Work:
    released = at(draw.choice([8, 9, 11, 13]), draw.randrange(60)) if draw.random() < 0.5 else None
    return Work(
        f"w{number}",
        Place(draw.randint(1, 6), draw.uniform(0, 60)),
        draw.choice([10, 20, 25, 40]),
        credits=1.0,
        area_square_metres=draw.choice([20, 32]),
        released_at=released,
        due_at=at(draw.randint(9, 17)) if draw.random() < 0.3 else None,
        priority=draw.choice([Priority.NORMAL] * 6 + list(Priority)),
        skills=frozenset({"deep"}) if draw.random() < 0.1 else frozenset(),
        locked_to=f"s{draw.randrange(people)}" if people and draw.random() < 0.15 else None,
    )
