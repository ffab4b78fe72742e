"""What the house has learned of when its guests come, by how they booked, for people to read.

Decisions go by weekday and booking (`eta.HouseHabit.shares`); here the weekdays of a way of booking are added
up, and pulled to all guests in the same way: a few guests are no habit yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from controller.eta import BIN_MINUTES, BINS, FIRST_BIN_MINUTES, HouseHabit, pooled_shares


@dataclass(frozen=True, slots=True)
class Habit:
    """When guests come, in minutes after the property's usual time.

    1 in 10 has come by `early_minutes`, half by `middle_minutes`, 9 in 10 by `late_minutes`.

    Attributes:
        booked: the way of booking; "" = nobody said how, None = all guests.
        guests: how many it was learned from, older ones for less.
    """

    booked: str | None
    guests: int
    early_minutes: int
    middle_minutes: int
    late_minutes: int


@dataclass(frozen=True, slots=True)
class Habits:
    """`items`: all guests first, then by way of booking, the commonest first. `no_show_percent`: of all."""

    items: list[Habit]
    no_show_percent: float


def habits(learned: HouseHabit) -> Habits:
    """The habit in words of minutes; all guests are told of even before anybody came."""
    by_booking: dict[str, tuple[float, ...]] = {}
    for key, counts in learned.counts.items():
        if key != "all":
            booked = key.partition("|")[2]
            before = by_booking.get(booked, (0.0,) * BINS)
            by_booking[booked] = tuple(one + other for one, other in zip(before, counts, strict=True))
    everybody = learned.counts.get("all")
    items = [_habit(None, everybody, None)]
    common = sorted(by_booking.items(), key=lambda item: (-sum(item[1]), item[0]))
    items += [_habit(booked, everybody, counts) for booked, counts in common]
    return Habits(items, round(100 * learned.no_show_chance, 1))


def _habit(booked: str | None, everybody: tuple[float, ...] | None, own: tuple[float, ...] | None) -> Habit:
    shares = pooled_shares(everybody, own)
    early, middle, late = (_quantile(shares, share) for share in (0.1, 0.5, 0.9))
    counted = (everybody if booked is None else own) or ()
    return Habit(booked, round(sum(counted)), early, middle, late)


def _quantile(shares: tuple[float, ...], wanted: float) -> int:
    """Minutes after the usual time by which this share of guests has come, to five."""
    below = 0.0
    for index, reached in enumerate(accumulate(shares)):
        if reached >= wanted:
            within = (wanted - below) / shares[index] if shares[index] > 0 else 1.0
            return 5 * round((FIRST_BIN_MINUTES + BIN_MINUTES * (index + within)) / 5)
        below = reached
    return round(FIRST_BIN_MINUTES + BIN_MINUTES * BINS)
