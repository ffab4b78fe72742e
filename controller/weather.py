"""The weather of the hours ahead: from a forecast where there is one, else from yesterday.

Pure. A forecast may come with holes, late or wild; what is used of it is checked here and what was wrong
with it is said. Without any forecast the temperature follows yesterday's shape from what it is now
(persistence): for a few hours that is nearly as good.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from controller.outlook import HORIZON_STEPS, STEP_MINUTES, Numbers, WeakReason
from controller.room_ahead import WeatherAhead
from controller.sun import USUAL_CLEARNESS, Place, sun_over

LOWEST_CELSIUS, HIGHEST_CELSIUS = -60.0, 60.0
# Outdoors is remembered in quarters of an hour, for a day and a bit.
KEPT_EVERY = timedelta(minutes=15)
KEPT_FOR = timedelta(hours=27)
# A sensor that has been silent this long no longer says what it is like outside.
STALE_AFTER = timedelta(hours=3)
# A forecast is believed so long after it was made, and so far between two of its hours.
FORECAST_LASTS = timedelta(hours=24)
LONGEST_HOLE = timedelta(hours=3)
MOST_POINTS = 400
# How fast today becomes like yesterday again.
RETURN_HOURS = 8.0
STEPS = 2 * HORIZON_STEPS

ForecastFault = Literal["forecast_empty", "forecast_stale", "forecast_has_holes", "forecast_out_of_range"]


@dataclass(frozen=True, slots=True)
class ForecastPoint:
    """The weather at a moment. Irradiance (W/m² on the horizontal) is None where it was not told."""

    at: datetime
    outdoor_celsius: float
    irradiance_watts_per_square_metre: float | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What somebody said of the weather, in order of time, and what was wrong with it."""

    made_at: datetime
    points: tuple[ForecastPoint, ...]
    faults: tuple[ForecastFault, ...] = ()


def checked_forecast(points: Sequence[ForecastPoint], made_at: datetime) -> Forecast:
    """A forecast of which only sane points are left, in order; what was wrong stands in its faults."""
    faults: list[ForecastFault] = []
    sane: dict[datetime, ForecastPoint] = {}
    for point in points[:MOST_POINTS]:
        celsius, sun = point.outdoor_celsius, point.irradiance_watts_per_square_metre
        if not math.isfinite(celsius) or not LOWEST_CELSIUS <= celsius <= HIGHEST_CELSIUS:
            faults.append("forecast_out_of_range")
            continue
        if sun is not None and not (math.isfinite(sun) and -5 <= sun <= 1500):
            faults.append("forecast_out_of_range")
            point = replace(point, irradiance_watts_per_square_metre=None)
        sane[point.at] = point
    ordered = tuple(sane[at] for at in sorted(sane))
    ahead = [point for point in ordered if point.at >= made_at - LONGEST_HOLE]
    if not ahead:
        faults.append("forecast_empty")
    elif any(after.at - before.at > LONGEST_HOLE for before, after in pairwise(ahead)):
        faults.append("forecast_has_holes")
    return Forecast(made_at, ordered, tuple(dict.fromkeys(faults)))


@dataclass(frozen=True, slots=True)
class OutdoorMemory:
    """What it was like outside for the last day: (moment, °C), oldest first, a quarter of an hour apart."""

    values: tuple[tuple[datetime, float], ...] = ()

    def noted(self, at: datetime, celsius: float) -> OutdoorMemory:
        """With a measured value; the same object when it brings nothing new."""
        if not LOWEST_CELSIUS <= celsius <= HIGHEST_CELSIUS:
            return self
        values = self.values
        if values and at < values[-1][0]:
            values = tuple(value for value in values if value[0] <= at)  # the clock was set back
        if values and at - values[-1][0] < KEPT_EVERY:
            return self if values is self.values else OutdoorMemory(values)
        oldest = at - KEPT_FOR
        return OutdoorMemory((*(value for value in values if value[0] >= oldest), (at, celsius)))

    def at(self, moment: datetime) -> float | None:
        """What it was then; None where nothing was measured within the hour."""
        place = bisect_left(self.values, (moment, -math.inf))
        around = self.values[max(0, place - 1) : place + 1]
        near = [value for value in around if abs(value[0] - moment) <= timedelta(hours=1)]
        if not near:
            return None
        if len(near) == 2:
            (first, low), (second, high) = near
            share = (moment - first) / (second - first)
            return low + share * (high - low)
        return near[0][1]

    def to_json(self) -> list[list[Any]]:
        return [[at.isoformat(), round(celsius, 2)] for at, celsius in self.values]

    @staticmethod
    def from_json(kept: list[list[Any]]) -> OutdoorMemory:
        return OutdoorMemory(tuple((datetime.fromisoformat(at), float(celsius)) for at, celsius in kept))


def weather_ahead(
    now: datetime,
    place: Place,
    sensed_celsius: float | None,
    memory: OutdoorMemory,
    forecast: Forecast | None,
    *,
    forecast_expected: bool = False,
) -> WeatherAhead:
    """The weather from now on, in steps; always finite.

    Args:
        sensed_celsius: the house's own outdoor sensor; None when it is silent or there is none.
        forecast_expected: somebody is set to tell the weather, so that silence is worth saying.
    """
    moments = [now + timedelta(minutes=STEP_MINUTES * step) for step in range(STEPS + 1)]
    hours = np.arange(STEPS + 1) * STEP_MINUTES / 60
    told = _told(forecast, now, moments)
    weak: WeakReason | None = None
    if told is not None:
        outdoor = told[0]
        deviation = np.minimum(0.6 + 0.15 * hours, 2.5)
        if sensed_celsius is not None:
            # The house's own corner of the weather: what the forecast is off by now, fading.
            outdoor = outdoor + (sensed_celsius - outdoor[0]) * np.exp(-hours / RETURN_HOURS)
    elif sensed_celsius is not None:
        outdoor = _persisting(now, moments, hours, sensed_celsius, memory)
        deviation = np.minimum(0.3 + 0.5 * np.sqrt(hours), 4.0)
        weak = "no_forecast" if forecast_expected else None
    else:
        yesterday = [memory.at(moment - timedelta(days=1)) for moment in moments]
        known = [value for value in yesterday if value is not None]
        mean = sum(known) / len(known) if known else 22.0
        outdoor = np.array([mean if value is None else value for value in yesterday])
        deviation = np.full(STEPS + 1, 3.0 if known else 8.0)
        weak = "no_outdoor"
    clear, east = sun_over(now, hours * 3600, place)
    clear = clear * USUAL_CLEARNESS
    irradiance = clear if told is None else np.where(np.isfinite(told[1]), told[1], clear)
    return WeatherAhead(outdoor, deviation, irradiance, east, weak)


def covers_hours_ahead(forecast: Forecast | None, now: datetime) -> bool:
    """Whether the forecast is young and whole enough to be used for the hours ahead."""
    moments = [now + timedelta(minutes=STEP_MINUTES * step) for step in range(STEPS + 1)]
    return _told(forecast, now, moments) is not None


def _told(
    forecast: Forecast | None, now: datetime, moments: Sequence[datetime]
) -> tuple[Numbers, Numbers] | None:
    """Temperature and sun (NaN: not told) as forecast; None when it does not cover the hours ahead."""
    if forecast is None or len(forecast.points) < 2 or now - forecast.made_at > FORECAST_LASTS:
        return None
    seconds = np.array([(point.at - now).total_seconds() for point in forecast.points])
    if seconds[0] > LONGEST_HOLE.total_seconds() or seconds[-1] < HORIZON_STEPS * STEP_MINUTES * 30:
        return None
    ahead = np.array([(moment - now).total_seconds() for moment in moments])
    gaps = np.diff(seconds)
    needed = (seconds[1:] > 0) & (seconds[:-1] < HORIZON_STEPS * STEP_MINUTES * 60)
    if np.any(gaps[needed] > 2 * LONGEST_HOLE.total_seconds()):
        return None
    outdoor = np.interp(ahead, seconds, [point.outdoor_celsius for point in forecast.points])
    sun = [
        math.nan if (value := point.irradiance_watts_per_square_metre) is None else max(0.0, value)
        for point in forecast.points
    ]
    return outdoor, np.interp(ahead, seconds, sun)


def _persisting(
    now: datetime, moments: Sequence[datetime], hours: Numbers, sensed: float, memory: OutdoorMemory
) -> Numbers:
    """Yesterday's shape from where it is now; as it is now where yesterday is unknown."""
    day = timedelta(days=1)
    then = memory.at(now - day)
    if then is None:
        return np.full(len(moments), sensed)
    # Beyond tomorrow's same hour the memory would have to know the future: the shape goes round.
    shape = []
    for moment in moments:
        value = memory.at(moment - day)
        shape.append(then if value is None else value)
    return np.array(shape) + (sensed - then) * np.exp(-hours / RETURN_HOURS)
