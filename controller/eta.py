"""When a guest opens the door: a distribution, never a single moment.

Who said the time (its source), how long before (its nearness) and what that source got wrong before give
a normal distribution around the said time; without any said time the house's own habit does: how far from
the property's usual time its guests came, by weekday and by how they booked. What has been learned is
bounded counts and moments, forgotten slowly, shrunk towards a prior (conjugate normal and Dirichlet
estimates: Gelman et al., "Bayesian Data Analysis", ch. 2-3). A guest who has not come by now comes later:
the distribution is the part after now, and the chance that they come at all falls by Bayes' rule.

Pure. Minutes, and moments in UTC; the property's zone is asked only for the weekday.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from statistics import NormalDist
from typing import Any, Literal

SignKind = Literal["queue", "transfer", "message", "hotel_system"]

# The moments that stand for a distribution, each for the share between two edges. Finer at the early end:
# what a start costs hangs on the few who come first.
_EDGES = (
    0.0,
    0.004,
    0.01,
    0.02,
    0.035,
    0.06,
    0.09,
    0.13,
    0.18,
    0.25,
    0.33,
    0.42,
    0.52,
    0.63,
    0.75,
    0.88,
    1.0,
)
SHARES = tuple(high - low for low, high in pairwise(_EDGES))
_MIDDLES = tuple((low + high) / 2 for low, high in pairwise(_EDGES))
# The points nearest to one deviation before and after the middle.
_EARLY, _LATE = bisect(_MIDDLES, 0.16), bisect(_MIDDLES, 0.84) - 1
_NORMAL = NormalDist()
_inverse = _NORMAL.inv_cdf

# How near a said time is, in minutes before it: each stretch learns its own error.
NEARNESS = (20.0, 60.0, 120.0, 240.0)
# Minutes before an arrival at which the then standing ETA is looked back at.
LOOKED_AT = (10.0, 40.0, 90.0, 180.0, 360.0)
# Standard deviations believed before anything was learned, minutes. A static time does not get better by
# waiting; what is live (a phone on its way, a flight) does: `live_prior_minutes`.
PRIOR_MINUTES: Mapping[str, float] = {
    "booking": 35.0,
    "pms": 30.0,
    "guest": 25.0,
    "desk": 25.0,
    "manual": 0.0,
}
OTHER_PRIOR_MINUTES = 35.0
# (minutes before, deviation) of a live time.
_LIVE = ((5.0, 4.0), (20.0, 8.0), (180.0, 45.0), (360.0, 60.0))
# How many arrivals the prior is worth, and how many at most the past.
# A source that was right to the minute five times is believed to be: with a prior of two arrivals a live
# time of 45 min still counted as 24, with half of one it is 14.
PRIOR_WEIGHT = 0.5
MOST_WEIGHT = 300.0
# One wild error (a guest a day off) says nothing about the others.
MOST_ERROR_MINUTES = 240.0
LEAST_DEVIATION_MINUTES = 1.0
MOST_SAID = 12

PRIOR_NO_SHOW = (0.6, 19.4)  # Beta: 3 of 100
PRIOR_SIGN = (1.0, 19.0)  # Beta: 5 of 100 are announced
MOST_SHOWS = 400.0
# When nobody has come: eased when it is less likely than this that they will, given up below the other.
# Three of a hundred never come; a room held for one of them an hour longer costs less than a late guest who
# finds theirs two kelvins off. At 0.5 and 0.2 each fortieth guest with a booked time (σ 30 min) did.
DOUBTED_CHANCE, EXPIRED_CHANCE = 0.25, 0.1
DOUBTED_MINUTES, EXPIRED_MINUTES = 30.0, 75.0
MOST_EXPIRED_MINUTES = 480.0

# The house's habit: half hours from six hours before the usual time to twelve after.
BIN_MINUTES, FIRST_BIN_MINUTES, BINS = 30.0, -360.0, 36
HABIT_PRIOR_WEIGHT, HABIT_POOL_WEIGHT = 12.0, 20.0
MOST_HABIT_WEIGHT = 300.0

# How soon a guest who gave this sign opens the door: mean and deviation, minutes.
SIGN_MINUTES: Mapping[SignKind, tuple[float, float]] = {
    "queue": (10.0, 8.0),
    "transfer": (25.0, 10.0),
    "message": (25.0, 12.0),
    "hotel_system": (20.0, 12.0),
}
SIGN_LASTS_MINUTES = 90.0


@dataclass(frozen=True, slots=True)
class Said:
    """At `at` somebody (the source) said that the guest comes at `eta`."""

    at: datetime
    eta: datetime
    source: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A live sign of a guest on the way: in the queue, in the transfer, a message, another system's event."""

    kind: SignKind
    at: datetime
    eta: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it still tells something: who gave a sign hours ago went somewhere else."""
        reach = max(self.at, self.eta or self.at) + timedelta(minutes=SIGN_LASTS_MINUTES)
        return self.at <= now + timedelta(minutes=1) and now <= reach


@dataclass(frozen=True, slots=True)
class ArrivalTime:
    """When the door opens: `minutes` after `now`, as likely as `SHARES` each, ascending, none below 0.

    `show_chance`: how likely it is that anybody comes at all. `is_doubted`: overdue and more likely not.
    `is_expired`: given up until somebody says something new.
    """

    now: datetime
    said: datetime
    source: str
    minutes: tuple[float, ...]
    deviation_minutes: float
    show_chance: float = 1.0
    # How likely such a guest gives a sign on the way.
    sign_chance: float = 0.0
    is_doubted: bool = False
    is_expired: bool = False

    def quantile(self, share: float) -> datetime:
        """The moment before which `share` (0-1) of such guests have come."""
        high = min(max(bisect(_MIDDLES, share), 1), len(_MIDDLES) - 1)
        low = high - 1
        place = min(1.0, max(0.0, (share - _MIDDLES[low]) / (_MIDDLES[high] - _MIDDLES[low])))
        minutes = self.minutes[low] + (self.minutes[high] - self.minutes[low]) * place
        return self.now + timedelta(minutes=minutes)


# What a source got wrong


@dataclass(frozen=True, slots=True)
class Moments:
    """Weight, mean and mean square of errors (arrival minus said), forgotten slowly. Minutes."""

    weight: float = 0.0
    mean: float = 0.0
    square: float = 0.0

    def with_error(self, minutes: float) -> Moments:
        error = min(MOST_ERROR_MINUTES, max(-MOST_ERROR_MINUTES, minutes))
        weight = min(MOST_WEIGHT, self.weight + 1.0)
        share = 1.0 / weight
        return Moments(
            weight,
            self.mean + share * (error - self.mean),
            self.square + share * (error * error - self.square),
        )


def _nearness(minutes_before: float) -> int:
    return sum(minutes_before > edge for edge in NEARNESS)


def live_prior_minutes(minutes_before: float) -> float:
    """Standard deviation of a live time this long before it, before anything was learned."""
    if minutes_before <= _LIVE[0][0]:
        return _LIVE[0][1]
    for (near, small), (far, large) in pairwise(_LIVE):
        if minutes_before <= far:
            return small + (large - small) * (minutes_before - near) / (far - near)
    return _LIVE[-1][1]


def prior_minutes(source: str, minutes_before: float) -> float:
    """Standard deviation that is believed of a source before it was ever met."""
    if source == "live":
        return live_prior_minutes(minutes_before)
    return PRIOR_MINUTES.get(source, OTHER_PRIOR_MINUTES)


@dataclass(frozen=True, slots=True)
class EtaErrors:
    """What each source got wrong, by nearness. At most one entry for each source and stretch."""

    by_source: Mapping[tuple[str, int], Moments] = field(default_factory=dict)

    def normal(self, source: str, minutes_before: float) -> tuple[float, float]:
        """(mean, standard deviation) of arrival minus said time, minutes."""
        prior = prior_minutes(source, minutes_before)
        seen = self.by_source.get((source, _nearness(minutes_before)))
        if seen is None or source == "manual":
            return 0.0, max(LEAST_DEVIATION_MINUTES, prior)
        whole = PRIOR_WEIGHT + seen.weight
        mean = seen.weight * seen.mean / whole
        square = (PRIOR_WEIGHT * prior * prior + seen.weight * seen.square) / whole
        return mean, max(LEAST_DEVIATION_MINUTES, math.sqrt(max(0.0, square - mean * mean)))

    def learned(self, said: Sequence[Said], arrived_at: datetime) -> EtaErrors:
        """Taken in that the guest of these said times (oldest first) came at `arrived_at`."""
        by_source = dict(self.by_source)
        for minutes in LOOKED_AT:
            then = arrived_at - timedelta(minutes=minutes)
            standing = next((word for word in reversed(said) if word.at <= then), None)
            if standing is None or standing.source in ("default", "manual"):
                continue
            before = max(0.0, (standing.eta - then).total_seconds() / 60)
            key = (standing.source, _nearness(before))
            error = (arrived_at - standing.eta).total_seconds() / 60
            by_source[key] = by_source.get(key, Moments()).with_error(error)
        return EtaErrors(by_source)

    def to_json(self) -> dict[str, list[float]]:
        return {
            f"{source}|{stretch}": [seen.weight, seen.mean, seen.square]
            for (source, stretch), seen in self.by_source.items()
        }


def errors_from_json(kept: Mapping[str, Sequence[float]]) -> EtaErrors:
    """The errors that `to_json` wrote."""
    by_source: dict[tuple[str, int], Moments] = {}
    for key, (weight, mean, square) in kept.items():
        source, _, stretch = key.rpartition("|")
        by_source[source, int(stretch)] = Moments(weight, mean, square)
    return EtaErrors(by_source)


# The house's own habit


def _prior_habit() -> tuple[float, ...]:
    """Shares by half hour around the usual time: most within two hours, a second wave in the evening."""
    afternoon, evening = NormalDist(40.0, 75.0), NormalDist(270.0, 110.0)
    edges = [FIRST_BIN_MINUTES + BIN_MINUTES * index for index in range(BINS + 1)]
    shares = [
        0.62 * (afternoon.cdf(high) - afternoon.cdf(low)) + 0.38 * (evening.cdf(high) - evening.cdf(low))
        for low, high in pairwise(edges)
    ]
    whole = sum(shares)
    return tuple(share / whole for share in shares)


_HABIT = _prior_habit()


@dataclass(frozen=True, slots=True)
class HouseHabit:
    """How far from the property's usual time its guests came: counts by weekday and way of booking.

    Keys are "<weekday 0-6>|<booking source>" and "all"; `shows` and `no_shows` count who came at all, `signs`
    who gave a sign on the way.
    """

    counts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    shows: float = 0.0
    no_shows: float = 0.0
    signs: float = 0.0

    @property
    def sign_chance(self) -> float:
        """How many of those who came gave a sign before."""
        signed, silent = PRIOR_SIGN
        return (signed + self.signs) / (signed + silent + self.shows)

    @property
    def no_show_chance(self) -> float:
        missed, came = PRIOR_NO_SHOW
        return (missed + self.no_shows) / (missed + came + self.no_shows + self.shows)

    def learned(
        self, usual: datetime, arrived_at: datetime, booked: str, zone: tzinfo, *, signed: bool = False
    ) -> HouseHabit:
        """Taken in that a guest with this usual time came at `arrived_at`."""
        minutes = (arrived_at - usual).total_seconds() / 60
        place = min(BINS - 1, max(0, int((minutes - FIRST_BIN_MINUTES) // BIN_MINUTES)))
        counts = dict(self.counts)
        for key in ("all", _habit_key(usual, booked, zone)):
            before = counts.get(key, (0.0,) * BINS)
            whole = sum(before)
            keep = min(1.0, (MOST_HABIT_WEIGHT - 1) / whole) if whole else 1.0
            counts[key] = tuple(
                count * keep + (1.0 if index == place else 0.0) for index, count in enumerate(before)
            )
        return self._shown(replace(self, counts=counts), 1.0, 0.0, 1.0 if signed else 0.0)

    def missed(self) -> HouseHabit:
        """Taken in that somebody did not show up."""
        return self._shown(self, 0.0, 1.0)

    @staticmethod
    def _shown(habit: HouseHabit, shows: float, no_shows: float, signs: float = 0.0) -> HouseHabit:
        whole = habit.shows + habit.no_shows
        keep = min(1.0, (MOST_SHOWS - 1) / whole) if whole else 1.0
        return replace(
            habit,
            shows=habit.shows * keep + shows,
            no_shows=habit.no_shows * keep + no_shows,
            signs=habit.signs * keep + signs,
        )

    def shares(self, usual: datetime, booked: str, zone: tzinfo) -> tuple[float, ...]:
        """The chance of each half hour: its own weekday and booking, pulled to all, pulled to the prior."""
        everybody = self.counts.get("all")
        own = self.counts.get(_habit_key(usual, booked, zone))
        return pooled_shares(everybody, own)

    def to_json(self) -> dict[str, Any]:
        return {
            "counts": {key: list(counts) for key, counts in self.counts.items()},
            "shows": self.shows,
            "no_shows": self.no_shows,
            "signs": self.signs,
        }


def habit_from_json(kept: Mapping[str, Any]) -> HouseHabit:
    """The habit that `to_json` wrote."""
    return HouseHabit(
        {key: tuple(counts) for key, counts in kept["counts"].items()},
        kept["shows"],
        kept["no_shows"],
        kept["signs"],
    )


def _habit_key(usual: datetime, booked: str, zone: tzinfo) -> str:
    return f"{usual.astimezone(zone).weekday()}|{booked}"


@lru_cache(maxsize=256)
def pooled_shares(everybody: tuple[float, ...] | None, own: tuple[float, ...] | None) -> tuple[float, ...]:
    """The chance of each half hour: `own` counts pulled to those of everybody, these to the prior."""
    pool = _HABIT if everybody is None else _shrunk(everybody, _HABIT, HABIT_PRIOR_WEIGHT)
    return pool if own is None else _shrunk(own, pool, HABIT_POOL_WEIGHT)


def _shrunk(counts: tuple[float, ...], towards: tuple[float, ...], weight: float) -> tuple[float, ...]:
    whole = sum(counts) + weight
    return tuple((count + weight * share) / whole for count, share in zip(counts, towards, strict=True))


# The distribution


def arrival_time(
    said: Said,
    now: datetime,
    zone: tzinfo,
    errors: EtaErrors,
    habit: HouseHabit,
    *,
    booked: str = "",
    sign: Sign | None = None,
    checked_in: bool = False,
) -> ArrivalTime:
    """When the guest of this newest said time opens the door, as seen now.

    A time in the past means "any minute": the guest who has not come by now comes after now, the later
    the less likely at all.

    Args:
        said: source "default" is no word of anybody: `eta` is the property's usual time.
        booked: the way of booking that the house's habit is asked for.
        sign: the newest live sign, if any; it goes over an older said time.
        checked_in: the guest has the key.
    """
    if checked_in:
        return _normal(said.eta, "checked_in", now, 4.0, 3.0, 0.0, (now - said.eta).total_seconds() / 60)
    missed = habit.no_show_chance
    if sign is not None and sign.holds(now) and sign.at >= said.at:
        if sign.eta is not None:
            said, source = Said(sign.at, sign.eta, "live"), "sign"
        else:
            mean, deviation = SIGN_MINUTES[sign.kind]
            meant = sign.at + timedelta(minutes=mean)
            offset = (meant - now).total_seconds() / 60
            return _normal(meant, "sign", now, offset, deviation, missed / 4, -offset)
    else:
        source = said.source
    ahead = (said.eta - now).total_seconds() / 60
    if said.source == "default":
        found = _by_habit(said.eta, now, habit.shares(said.eta, booked, zone), missed)
    else:
        mean, deviation = errors.normal(said.source, max(0.0, ahead))
        found = _normal(said.eta, source, now, ahead + mean, deviation, missed, -ahead)
    return replace(found, sign_chance=habit.sign_chance)


def _normal(
    said: datetime,
    source: str,
    now: datetime,
    mean: float,
    deviation: float,
    missed: float,
    overdue_minutes: float,
) -> ArrivalTime:
    """The part after now of a normal distribution `mean` minutes from now."""
    past = 0.5 * math.erfc(mean / (deviation * math.sqrt(2.0)))
    left = 1.0 - past
    if left > 0.01:
        minutes = tuple(max(0.0, mean + deviation * _inverse(past + left * share)) for share in _MIDDLES)
    else:
        # Beyond the bell nobody knows; such guests come in their own time.
        wait = max(20.0, deviation)
        minutes = tuple(-wait * math.log(1.0 - share) for share in _MIDDLES)
    return _judged(said, source, now, minutes, deviation, max(left, 1e-9), missed, overdue_minutes)


def _by_habit(usual: datetime, now: datetime, shares: tuple[float, ...], missed: float) -> ArrivalTime:
    """The part after now of the house's own distribution."""
    begins = (usual - now).total_seconds() / 60 + FIRST_BIN_MINUTES
    past = 0.0
    if begins < 0:
        whole = min(BINS, int(-begins // BIN_MINUTES))
        past = sum(shares[:whole])
        if whole < BINS:
            past += shares[whole] * (-begins / BIN_MINUTES - whole)
    left = 1.0 - past
    end = (usual - now).total_seconds() / 60 + FIRST_BIN_MINUTES + BINS * BIN_MINUTES
    if left < 1e-6 or end <= 0:
        minutes = tuple(-60.0 * math.log(1.0 - share) for share in _MIDDLES)
        return _judged(usual, "default", now, minutes, 120.0, 1e-9, missed, -end)
    minutes_found: list[float] = []
    place, below = 0, 0.0
    for share in _MIDDLES:
        wanted = past + left * share
        while place < BINS - 1 and below + shares[place] < wanted:
            below += shares[place]
            place += 1
        within = (wanted - below) / shares[place] if shares[place] > 0 else 0.5
        minutes_found.append(max(0.0, begins + BIN_MINUTES * (place + min(1.0, within))))
    deviation = (minutes_found[_LATE] - minutes_found[_EARLY]) / 2.0
    # Not overdue while the house's own guests still come at this hour.
    return _judged(usual, "default", now, tuple(minutes_found), deviation, left, missed, -end + 360.0)


def _judged(
    said: datetime,
    source: str,
    now: datetime,
    minutes: tuple[float, ...],
    deviation: float,
    left: float,
    missed: float,
    overdue_minutes: float,
) -> ArrivalTime:
    """With the chance that anybody still comes, and what follows from it."""
    if source == "checked_in":
        return ArrivalTime(now, said, source, minutes, deviation)
    chance = (1.0 - missed) * left / ((1.0 - missed) * left + missed) if missed > 0 else 1.0
    is_doubted = overdue_minutes >= DOUBTED_MINUTES and chance < DOUBTED_CHANCE
    is_expired = (overdue_minutes >= EXPIRED_MINUTES and chance < EXPIRED_CHANCE) or (
        overdue_minutes >= MOST_EXPIRED_MINUTES
    )
    return ArrivalTime(
        now,
        said,
        source,
        minutes,
        deviation,
        show_chance=chance,
        is_doubted=is_doubted or is_expired,
        is_expired=is_expired,
    )


def certain(at: datetime, now: datetime) -> ArrivalTime:
    """A moment that is not in doubt: the desk's own word, or a plan read back from disk."""
    minutes = max(0.0, (at - now).total_seconds() / 60)
    return ArrivalTime(now, at, "manual", (minutes,) * len(SHARES), 0.0)


def noted(before: tuple[Said, ...], said: Said) -> tuple[Said, ...]:
    """The said times of a stay with one more, oldest first; the same word again changes nothing."""
    if before and (before[-1].eta, before[-1].source) == (said.eta, said.source):
        return before
    return (*before, said)[-MOST_SAID:]
