"""How long work takes, learned from what was measured, and never far from the table where little was. Pure.

Minutes are near log-normal: most cleans take their time, some take much longer. So means are taken of
logarithms. Estimates shrink towards what is known of the wider group (empirical Bayes, after Efron and
Morris 1975, "Data analysis using Stein's estimator and its generalizations"): a stay's length within its
room type, the room type within the kind of clean, the kind within the table's figure. A group with few
cleans says little, one with hundreds speaks for itself. Times beyond reason (a tablet left running, a
finish tapped at once) are left out.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from housekeeping.board import PAIR_MINUTES_FACTOR
from housekeeping.tasks import TaskKind

SHORTEST_MINUTES = 1.0
LONGEST_MINUTES = 300.0
# How many cleans a wider group's word is worth, from the widest step to the narrowest.
TABLE_WORTH = 8.0
KIND_WORTH = 10.0
TYPE_WORTH = 12.0
ATTENDANT_WORTH = 20.0
# Spread of log-minutes where nothing was measured, and what that is worth.
USUAL_SPREAD = 0.30
SPREAD_WORTH = 20.0
# How attendants differ where few are known (log-minutes), and what that is worth in people; whose few tasks
# tell nothing yet.
USUAL_BETWEEN = 0.12
PEOPLE_WORTH = 4.0
LEAST_OF_ATTENDANT = 10
DAY_TO_DAY = 0.06
# The ninth decile of the normal distribution.
_Z90 = 1.2815515655446004
# A measured time further than this from its group's middle (in log-minutes) is not believed.
_BEYOND = math.log(4.0)


@dataclass(frozen=True, slots=True)
class Measured:
    """One finished task.

    Attributes:
        nights: how long the guest had been here; 0 when nobody was.
        pair: two people did it together: their minutes say what one alone would take, but nothing of
            how quick either is.
    """

    kind: TaskKind
    room_type: str | None
    nights: int
    attendant_id: str | None
    minutes: float
    pair: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """Half of such tasks take no longer than `p50_minutes`, nine of ten no longer than `p90_minutes`."""

    p50_minutes: float
    p90_minutes: float
    measured: int

    @property
    def spread(self) -> float:
        """The standard deviation of log-minutes."""
        return math.log(self.p90_minutes / self.p50_minutes) / _Z90


@dataclass(frozen=True, slots=True)
class _Middle:
    log_minutes: float
    count: int


Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Durations:
    """What was learned. `by_attendant` is empty unless the property has switched it on; how far attendants
    differ (standard deviation of log-minutes) names nobody and is always known. `of_attendants`: whether it
    was switched on."""

    table: Mapping[TaskKind, float]
    middles: Mapping[Key, _Middle]
    spreads: Mapping[TaskKind, _Middle]
    by_attendant: Mapping[str, _Middle]
    attendants_spread: float = 0.0
    of_attendants: bool = False

    def pace(self, attendant_id: str) -> float:
        """How many times the usual minutes somebody needs; 1 unless the property learns by attendant."""
        own = self.by_attendant.get(attendant_id)
        return 1.0 if own is None else math.exp(own.log_minutes)

    def attendants(self) -> list[tuple[str, int]]:
        """Of whom enough was measured to tell their pace, with how many tasks; nobody unless the property
        learns by attendant."""
        return [(one, own.count) for one, own in self.by_attendant.items() if own.count >= LEAST_OF_ATTENDANT]

    def estimate(
        self, kind: TaskKind, room_type: str | None, nights: int, attendant_id: str | None = None
    ) -> Estimate:
        """What a task will take."""
        middle = _Middle(math.log(self.table.get(kind, 15.0)), 0)
        for key in _keys(kind, room_type, nights):
            middle = self.middles.get(key, middle)
        log_minutes = middle.log_minutes
        own = self.by_attendant.get(attendant_id or "")
        if own is not None:
            log_minutes += own.log_minutes
        spread = self.spreads[kind].log_minutes if kind in self.spreads else USUAL_SPREAD
        return Estimate(math.exp(log_minutes), math.exp(log_minutes + _Z90 * spread), middle.count)


def stay_length(nights: int) -> str:
    """The group of a stay's length: longer stays leave more behind, but not evenly more."""
    for name, most in (("0", 0), ("1", 1), ("2-3", 3), ("4-6", 6)):
        if nights <= most:
            return name
    return "7+"


def learn(
    measured: Iterable[Measured], table: Mapping[TaskKind, float], by_attendant: bool = False
) -> Durations:
    """Durations from finished tasks.

    Args:
        measured: the newest weeks, in any order.
        table: the fixed minutes by kind; the prior of everything.
        by_attendant: whether to learn how each attendant differs; a property decides that.
    """
    believed = [_alone(one) for one in measured if SHORTEST_MINUTES <= one.minutes <= LONGEST_MINUTES]
    logs: dict[Key, list[float]] = defaultdict(list)
    kinds = {one.kind for one in believed}
    centre = {
        kind: _median([math.log(one.minutes) for one in believed if one.kind == kind]) for kind in kinds
    }
    kept = [one for one in believed if abs(math.log(one.minutes) - centre[one.kind]) <= _BEYOND]
    for one in kept:
        for key in _keys(one.kind, one.room_type, one.nights):
            logs[key].append(math.log(one.minutes))
    middles: dict[Key, _Middle] = {}
    for key in sorted(logs, key=len):
        kind = TaskKind(key[0])
        wider = middles.get(key[:-1]) if len(key) > 1 else _Middle(math.log(table.get(kind, 15.0)), 0)
        assert wider is not None
        worth = (TABLE_WORTH, KIND_WORTH, TYPE_WORTH)[len(key) - 1]
        middles[key] = _shrunk(logs[key], wider.log_minutes, worth)
    left: dict[TaskKind, list[float]] = defaultdict(list)
    people: dict[str, list[float]] = defaultdict(list)
    for one in kept:
        known = middles[_keys(one.kind, one.room_type, one.nights)[-1]].log_minutes
        left[one.kind].append(math.log(one.minutes) - known)
        if one.attendant_id is not None:
            people[one.attendant_id].append(math.log(one.minutes) - known)
    spreads = {
        kind: _Middle(
            math.sqrt(
                (sum(value * value for value in values) + SPREAD_WORTH * USUAL_SPREAD**2)
                / (len(values) + SPREAD_WORTH)
            ),
            len(values),
        )
        for kind, values in left.items()
    }
    return Durations(
        dict(table),
        middles,
        spreads,
        {person: _shrunk(values, 0.0, ATTENDANT_WORTH) for person, values in people.items()}
        if by_attendant
        else {},
        # Of whom one knows how quick they are, only their days differ.
        DAY_TO_DAY if by_attendant else _between(list(people.values())),
        by_attendant,
    )


def _alone(one: Measured) -> Measured:
    """What one person alone would have taken, as boards reckon with pairs."""
    if not one.pair:
        return one
    return replace(one, minutes=one.minutes / PAIR_MINUTES_FACTOR, attendant_id=None)


def _keys(kind: TaskKind, room_type: str | None, nights: int) -> list[Key]:
    """The groups that a task is in, from the widest to the narrowest."""
    return [
        (kind.value,),
        (kind.value, room_type or ""),
        (kind.value, room_type or "", stay_length(nights)),
    ]


def _between(groups: list[list[float]]) -> float:
    """The spread of people's middles beyond what their single tasks' spread makes of it; the usual one,
    shrunk towards, where few people are known."""
    known = [group for group in groups if len(group) >= LEAST_OF_ATTENDANT]
    worth = max(0, len(known) - 1)
    variance = 0.0
    if worth:
        middles = [sum(group) / len(group) for group in known]
        centre = sum(middles) / len(middles)
        within = sum((one - m) ** 2 for group, m in zip(known, middles, strict=True) for one in group)
        single = within / max(1, sum(len(group) - 1 for group in known))
        chance = sum(single / len(group) for group in known) / len(known)
        variance = max(0.0, sum((m - centre) ** 2 for m in middles) / worth - chance)
    return math.sqrt((worth * variance + PEOPLE_WORTH * USUAL_BETWEEN**2) / (worth + PEOPLE_WORTH))


def _shrunk(values: list[float], towards: float, worth: float) -> _Middle:
    return _Middle((sum(values) + worth * towards) / (len(values) + worth), len(values))


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
