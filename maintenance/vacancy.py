"""Where in the days ahead a room can be worked in: nobody lives in it, it is not sold for that night, and
there is time left to clean it before the next guest. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# Who has worked in a room leaves dust: it is cleaned before the next guest (operations.md §1: a departure
# takes 43 min on the mean) and that has to begin somewhere.
BEFORE_ARRIVAL = timedelta(minutes=75)
# A guest who leaves takes the luggage out some time after they say so.
AFTER_DEPARTURE = timedelta(minutes=15)

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Window:
    """When the work is to be done. `late`: after its last day, because there is nothing sooner."""

    start: datetime
    end: datetime
    late: bool


def free_stretches(
    working: Iterable[Stretch], busy: Sequence[Stretch], earliest: datetime, horizon: datetime
) -> Iterator[Stretch]:
    """Working hours in which nobody has the room, in order.

    Args:
        working: working hours in order and apart; may have no end.
        busy: when somebody needs the room, from arrival to departure; in any order, may overlap.
        horizon: nothing is looked for beyond it.
    """
    kept = _merged([(start - BEFORE_ARRIVAL, end + AFTER_DEPARTURE) for start, end in busy if end > start])
    for opens, closes in working:
        if opens >= horizon:
            return
        start, end = max(opens, earliest), min(closes, horizon)
        for taken_from, taken_to in kept:
            if taken_to <= start or taken_from >= end:
                continue
            if taken_from > start:
                yield start, taken_from
            start = max(start, taken_to)
        if start < end:
            yield start, end


def next_window(
    *,
    minutes: int,
    earliest: datetime,
    last: datetime,
    horizon: datetime,
    working: Iterable[Stretch],
    busy: Sequence[Stretch],
    same_place: Sequence[Stretch],
    others: Sequence[Stretch],
    abreast: int,
) -> Window | None:
    """The first window that is long enough; None when there is none before the horizon.

    Args:
        last: up to here it is in time.
        same_place: other work's windows in this room: one after the other.
        others: windows of work anywhere; at most `abreast` of them at a time.
    """
    length = timedelta(minutes=minutes)
    for opens, closes in free_stretches(working, busy, earliest, horizon):
        start = opens
        while start + length <= closes:
            clash = _first_clash(start, start + length, same_place, others, abreast)
            if clash is None:
                return Window(start, start + length, start + length > last)
            start = clash
    return None


def _first_clash(
    start: datetime, end: datetime, same_place: Sequence[Stretch], others: Sequence[Stretch], abreast: int
) -> datetime | None:
    """When to try again, later than `start`; None when nothing is in the way."""
    here = [until for since, until in same_place if since < end and until > start]
    if here:
        return max(here)
    meets = [(since, until) for since, until in others if since < end and until > start]
    moments = sorted({max(start, since) for since, _ in meets})
    for moment in moments:
        at_once = [until for since, until in meets if since <= moment < until]
        if len(at_once) >= abreast:
            return min(at_once)
    return None


def _merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
