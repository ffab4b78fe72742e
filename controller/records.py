"""What an arrival came to: promised and true, and what all arrivals together say.

Pure. Errors are the air when the door opened minus what was wanted, kelvins; an arrival is met within half a
kelvin either way. A promise is the range of eight in ten that the plan gave when it began: how many true
times fall into it is its coverage, and only ramps that came to their end tell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

MET_KELVIN = 0.5
# Who got their room so shortly before the door opened left no time to make it right: a walk-in.
WALK_IN = timedelta(minutes=30)
# Edges of the error histogram, kelvins.
HISTOGRAM_FROM, HISTOGRAM_STEP, HISTOGRAM_BINS = -3.0, 0.5, 12
# A room that missed so often is weak, whatever the reason.
WEAK_MISSES, WEAK_SHARE = 2, 0.2
MOST_WEAK = 50
NINE_OF_TEN = 1.2816

WeakWhy = Literal["slower_than_promised", "no_time", "guest_early", "no_sensor", "sensor_doubtful", "window"]
Rival = Literal["always_on", "fixed"]


@dataclass(frozen=True, slots=True)
class Saving:
    """Watt-hours less than a counterfactual run of the room's own model took, with its deviation."""

    watt_hours: float
    deviation_watt_hours: float


@dataclass(frozen=True, slots=True)
class ArrivalRecord:
    """A guest's first opening of the door, beside what was promised for it. Unknown is None."""

    stay_id: str
    room: str
    at: datetime
    eta: datetime
    eta_source: str
    wanted_celsius: float
    temperature_celsius: float | None
    predicted_ready_at: datetime | None
    ready_at: datetime | None
    # Since when the room knew of the guest.
    known_at: datetime | None = None
    walk_in: bool = False
    begun_at: datetime | None = None
    begun_celsius: float | None = None
    promised_ready_at: datetime | None = None
    promised_early: datetime | None = None
    promised_late: datetime | None = None
    begun_code: str | None = None
    begun_reason: str | None = None
    begun_values: dict[str, Any] | None = None
    weak_reason: str | None = None
    # Measured by the room's meter from the last guest's leaving on; None without a meter.
    vacant_watt_hours: float | None = None
    always_on: Saving | None = None
    fixed: Saving | None = None

    @property
    def error_kelvin(self) -> float | None:
        return None if self.temperature_celsius is None else self.temperature_celsius - self.wanted_celsius

    @property
    def is_met(self) -> bool | None:
        """Whether the room was right when the door opened; None when nobody measured it."""
        error = self.error_kelvin
        return None if error is None else abs(error) <= MET_KELVIN + 1e-9

    @property
    def is_covered(self) -> bool | None:
        """Whether the room was ready within what was promised when it began; None where nothing tells."""
        if self.ready_at is None or self.promised_early is None or self.promised_late is None:
            return None
        return self.promised_early <= self.ready_at <= self.promised_late


@dataclass(frozen=True, slots=True)
class WeakRoom:
    """A room whose arrivals were missed, and what the misses have in common."""

    room: str
    arrivals: int
    missed: int
    mean_error_kelvin: float
    why: WeakWhy


@dataclass(frozen=True, slots=True)
class Bin:
    """Arrivals whose error lies in [`low_kelvin`, `high_kelvin`); None = beyond."""

    low_kelvin: float | None
    high_kelvin: float | None
    arrivals: int


@dataclass(frozen=True, slots=True)
class Together:
    """The savings of several arrivals: their sum and its deviation, and of how many they are."""

    watt_hours: float
    deviation_watt_hours: float
    arrivals: int


@dataclass(frozen=True, slots=True)
class ComfortFigures:
    """What the arrivals of a time say together.

    Walk-ins count apart: `measured`, `met`, the mean, the histogram and weak rooms are of the others, whom
    somebody expected. `unstarted`: expected, and yet nothing was begun for them.
    """

    arrivals: int
    walk_ins: int
    walk_ins_met: int
    unstarted: int
    measured: int
    unmeasured: int
    met: int
    mean_absolute_error_kelvin: float | None
    histogram: list[Bin]
    promises: int
    covered: int
    always_on: Together | None
    fixed: Together | None
    weak_rooms: list[WeakRoom]


def is_walk_in(known_at: datetime | None, at: datetime) -> bool:
    """Whether the room knew of its guest only just before they came. Unknown counts as known in time."""
    return known_at is not None and at - known_at <= WALK_IN


def figures(records: Sequence[ArrivalRecord]) -> ComfortFigures:
    """The figures of these arrivals."""
    expected = [record for record in records if not record.walk_in]
    walk_ins = [record for record in records if record.walk_in]
    errors = [error for record in expected if (error := record.error_kelvin) is not None]
    told = [record.is_covered for record in records if record.is_covered is not None]
    return ComfortFigures(
        arrivals=len(records),
        walk_ins=len(walk_ins),
        walk_ins_met=sum(record.is_met is True for record in walk_ins),
        unstarted=sum(record.begun_at is None for record in expected),
        measured=len(errors),
        unmeasured=len(expected) - len(errors),
        met=sum(record.is_met is True for record in expected),
        mean_absolute_error_kelvin=sum(map(abs, errors)) / len(errors) if errors else None,
        histogram=_histogram(errors),
        promises=len(told),
        covered=sum(told),
        always_on=_together([record.always_on for record in records]),
        fixed=_together([record.fixed for record in records]),
        weak_rooms=_weak_rooms(expected),
    )


def _histogram(errors: Sequence[float]) -> list[Bin]:
    counts = [0] * (HISTOGRAM_BINS + 2)
    for error in errors:
        place = math.floor((error - HISTOGRAM_FROM) / HISTOGRAM_STEP + 1e-9) + 1
        counts[min(HISTOGRAM_BINS + 1, max(0, place))] += 1
    edges = [HISTOGRAM_FROM + HISTOGRAM_STEP * index for index in range(HISTOGRAM_BINS + 1)]
    lows: list[float | None] = [None, *edges]
    highs: list[float | None] = [*edges, None]
    return [Bin(low, high, count) for low, high, count in zip(lows, highs, counts, strict=True)]


def _together(savings: Sequence[Saving | None]) -> Together | None:
    """No figure without its doubt. Rooms err alike (the weather, the model), so deviations are added."""
    known = [saving for saving in savings if saving is not None]
    if not known:
        return None
    return Together(
        sum(saving.watt_hours for saving in known),
        sum(saving.deviation_watt_hours for saving in known),
        len(known),
    )


def _weak_rooms(records: Sequence[ArrivalRecord]) -> list[WeakRoom]:
    rooms: dict[str, list[ArrivalRecord]] = {}
    for record in records:
        if record.is_met is not None:
            rooms.setdefault(record.room, []).append(record)
    weak: list[WeakRoom] = []
    for room, own in rooms.items():
        missed = [record for record in own if record.is_met is False]
        if len(missed) < WEAK_MISSES or len(missed) < WEAK_SHARE * len(own):
            continue
        causes = [_why(record) for record in missed]
        commonest = max(sorted(set(causes)), key=causes.count)
        mean = sum(record.error_kelvin or 0.0 for record in missed) / len(missed)
        weak.append(WeakRoom(room, len(own), len(missed), mean, commonest))
    weak.sort(key=lambda one: (-one.missed, one.room))
    return weak[:MOST_WEAK]


def _why(record: ArrivalRecord) -> WeakWhy:
    if record.weak_reason in ("window_open", "window_suspected"):
        return "window"
    if record.weak_reason == "no_sensor":
        return "no_sensor"
    if record.weak_reason is not None and record.weak_reason.startswith("sensor"):
        return "sensor_doubtful"
    if record.begun_code in ("due", "checked_in") or record.begun_at is None:
        return "no_time"
    late = record.promised_late
    if late is not None and (record.ready_at is None or record.ready_at > late) and record.at > late:
        return "slower_than_promised"
    return "guest_early"
