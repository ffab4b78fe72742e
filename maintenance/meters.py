"""What an asset's work adds up to: run hours, starts, openings, counted from what its device reports. Pure.

A reported state holds until the next one, but not through silence: a device that said nothing for
`SILENCE` may have done anything meanwhile. Such stretches count nothing and are told as unknown hours, so
that a figure always says how much of the time it is made of. Nothing is counted twice: a count goes on
where the last one ended, in pieces of any size, with the same result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

# What reports on change repeats itself within the hour (the usual check-in of battery devices); half an
# hour more for what came late.
SILENCE = timedelta(minutes=90)
_HOUR = timedelta(hours=1)
# Below this much known time a rate says nothing.
LEAST_KNOWN_HOURS = 24.0


class Meter(StrEnum):
    RUN_HOURS = "run_hours"
    STARTS = "starts"
    OPENINGS = "openings"


@dataclass(frozen=True, slots=True)
class Gauge:
    """How a meter reads a series: the time above a level, or how often the level is passed upwards.

    Args:
        series: name of the recorded property.
        above: what counts as running, or as open.
    """

    meter: Meter
    series: str
    above: float


# `running` is 0 for an idle unit, 0.5 for its fan alone and 1 while compressor or valve works: the filter
# wears with the fan, the compressor with its starts.
_CLIMATE = (Gauge(Meter.RUN_HOURS, "running", 0.25), Gauge(Meter.STARTS, "running", 0.75))
# A curtain that stands at a few percent is closed; it is open before it is all the way.
GAUGES: Mapping[str, tuple[Gauge, ...]] = {
    "split_ac": _CLIMATE,
    "fan_coil": _CLIMATE,
    "light": (Gauge(Meter.RUN_HOURS, "on", 0.5), Gauge(Meter.STARTS, "on", 0.5)),
    "curtain_motor": (Gauge(Meter.OPENINGS, "position_percent", 5.0),),
    # Of doors and of windows; a sensor of something else has no meter.
    "sensor": (Gauge(Meter.OPENINGS, "door_open", 0.5), Gauge(Meter.OPENINGS, "window_open", 0.5)),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """How far a meter has come.

    Attributes:
        value: hours, or times.
        known_hours, unknown_hours: together the time since it was begun.
        counted_to: until when.
        level: what the device said last; None when that is not known (any more).
        heard_at: when the device last said anything.
    """

    value: float
    known_hours: float
    unknown_hours: float
    counted_to: datetime
    level: float | None = None
    heard_at: datetime | None = None

    @property
    def per_day(self) -> float | None:
        """What a day adds; None while too little is known."""
        if self.known_hours < LEAST_KNOWN_HOURS:
            return None
        return self.value / self.known_hours * 24.0


def begin(at: datetime) -> Counted:
    """A meter that begins at zero: of a new asset, or of the device that took another's place."""
    return Counted(0.0, 0.0, 0.0, at)


def count(
    gauge: Gauge,
    before: Counted,
    points: Sequence[tuple[datetime, float | None]],
    heard: Sequence[datetime],
    until: datetime,
) -> Counted:
    """The meter at `until`.

    Args:
        points: what the gauge's series says since `before.counted_to`, in any order; None: it became unknown.
        heard: moments at which the device said anything else.
        until: nothing happens when it is not later than where the count stands (a clock that was set back).
    """
    state = before
    for at, said in _events(points, heard, before.counted_to, until):
        state = _pass_time(gauge, state, at)
        if isinstance(said, _Said):
            state = _take(gauge, state, said.value)
        state = replace(state, heard_at=at)
    return _pass_time(gauge, state, until)


@dataclass(frozen=True, slots=True)
class _Said:
    value: float | None


def _events(
    points: Sequence[tuple[datetime, float | None]],
    heard: Sequence[datetime],
    after: datetime,
    until: datetime,
) -> Iterator[tuple[datetime, _Said | None]]:
    both: list[tuple[datetime, _Said | None]] = [(at, _Said(value)) for at, value in points]
    both += [(at, None) for at in heard]
    # Stable: of one moment the points come first, in their own order.
    return (event for event in sorted(both, key=lambda event: event[0]) if after < event[0] <= until)


def _pass_time(gauge: Gauge, state: Counted, to: datetime) -> Counted:
    if to <= state.counted_to:
        return state
    if state.level is None or state.heard_at is None:
        return replace(state, counted_to=to, unknown_hours=state.unknown_hours + _hours(state.counted_to, to))
    believed = max(state.counted_to, min(to, state.heard_at + SILENCE))
    known = _hours(state.counted_to, believed)
    runs = gauge.meter is Meter.RUN_HOURS and state.level > gauge.above
    return replace(
        state,
        value=state.value + (known if runs else 0.0),
        known_hours=state.known_hours + known,
        unknown_hours=state.unknown_hours + _hours(believed, to),
        counted_to=to,
        level=state.level if to <= state.heard_at + SILENCE else None,
    )


def _take(gauge: Gauge, state: Counted, value: float | None) -> Counted:
    """A new level. What was before an unknown stretch cannot be told, so no start is made of its end."""
    passed = (
        gauge.meter is not Meter.RUN_HOURS
        and state.level is not None
        and value is not None
        and state.level <= gauge.above < value
    )
    return replace(state, level=value, value=state.value + (1.0 if passed else 0.0))


def _hours(start: datetime, end: datetime) -> float:
    return (end - start) / _HOUR
