"""How fast a room reaches its temperature, and how it drifts when left alone: learned per room.

*Ramp*: minutes to bring a room that has rested by d kelvin, against an outdoor load of x (tens of
kelvins between outdoors and target, positive when it works against us):

    minutes(d, x) = delay + linear·d + curve·d² + load·d·x

The curve is there because the air answers in minutes and the walls in hours: the last kelvin costs
more than the first. *Drift* of a room whose air conditioner is off: dT/dt = rate·(outdoor − T) + gain.

Both are fitted by recursive least squares with exponential forgetting (Åström & Wittenmark,
"Adaptive Control", ch. 2), kept inside what a room can physically do. A room without a ramp of its
own takes over what its room type has learned; the type starts from `RAMP_PRIOR`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from controller.outlook import DEPTH_STEP_KELVIN, DEPTHS, HORIZON_STEPS, STEP_MINUTES, Outlook

# delay minutes, minutes/K, minutes/K², minutes/K per 10 K of outdoor load
RAMP_PRIOR = (3.0, 6.0, 1.2, 2.5)
RAMP_BOUNDS = ((0.0, 15.0), (1.0, 60.0), (0.0, 15.0), (0.0, 25.0))
RAMP_DEVIATIONS = (2.0, 4.0, 1.5, 2.5)
RAMP_PRIOR_SPREAD = 0.30

# 1/h, K/h
DRIFT_PRIOR = (0.06, 0.15)
DRIFT_BOUNDS = ((0.005, 0.6), (-1.0, 2.0))
DRIFT_DEVIATIONS = (0.05, 0.3)
DRIFT_PRIOR_SPREAD = 0.3

# What a unit of a room takes at full power, and to hold its target.
RAMP_WATTS, HOLD_WATTS, WALL_MINUTES = 900.0, 250.0, 240.0
NINE_OF_TEN = 1.2816

FORGETTING = 0.96
SPREAD_MEMORY = 0.85
# A relative spread is taken of at least this many minutes: seconds of error on a short ramp are nothing.
LEAST_MINUTES = 10.0

Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """A line that is being learned: parameters, how sure, the relative spread of what it got wrong."""

    parameters: tuple[float, ...]
    covariance: Matrix
    spread: float
    count: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            "parameters": list(self.parameters),
            "covariance": [list(row) for row in self.covariance],
            "spread": self.spread,
            "count": self.count,
        }


def fit_from_json(kept: dict[str, Any]) -> Fit:
    return Fit(
        tuple(kept["parameters"]),
        tuple(tuple(row) for row in kept["covariance"]),
        kept["spread"],
        kept["count"],
    )


def _diagonal(deviations: Sequence[float]) -> Matrix:
    size = range(len(deviations))
    return tuple(tuple(deviations[i] ** 2 if i == j else 0.0 for j in size) for i in size)


def ramp_prior() -> Fit:
    """What is believed of a room type that has never been seen to ramp."""
    return Fit(RAMP_PRIOR, _diagonal(RAMP_DEVIATIONS), RAMP_PRIOR_SPREAD)


def drift_prior() -> Fit:
    return Fit(DRIFT_PRIOR, _diagonal(DRIFT_DEVIATIONS), DRIFT_PRIOR_SPREAD)


def own_from(type_fit: Fit) -> Fit:
    """Where a room starts that has nothing of its own: its type's mean, but less sure of it."""
    return Fit(type_fit.parameters, _diagonal([d * 0.7 for d in RAMP_DEVIATIONS]), max(0.15, type_fit.spread))


def _learn(
    fit: Fit,
    features: Sequence[float],
    seen: float,
    noise: float,
    bounds: Sequence[tuple[float, float]],
    forgetting: float,
) -> tuple[Fit, float]:
    """One step of recursive least squares; returns the fit and the error before it."""
    size = range(len(features))
    p = fit.covariance
    gain_up = [sum(p[i][j] * features[j] for j in size) for i in size]
    scale = noise**2 * forgetting + sum(features[i] * gain_up[i] for i in size)
    gain = [value / scale for value in gain_up]
    error = seen - sum(a * b for a, b in zip(fit.parameters, features, strict=True))
    parameters = tuple(
        min(high, max(low, fit.parameters[i] + gain[i] * error)) for i, (low, high) in enumerate(bounds)
    )
    covariance = tuple(
        tuple(
            # forgetting must not blow up a direction that is never excited
            min((p[i][j] - gain[i] * gain_up[j]) / forgetting, 400.0)
            for j in size
        )
        for i in size
    )
    return replace(fit, parameters=parameters, covariance=covariance), error


def load_of(outdoor_celsius: float | None, target_celsius: float, *, heating: bool) -> float:
    """Outdoor load in tens of kelvins; 0.8 (a normal season's day) when outdoors is unknown."""
    if outdoor_celsius is None:
        return 0.8
    kelvin = target_celsius - outdoor_celsius if heating else outdoor_celsius - target_celsius
    return max(-1.0, min(4.0, kelvin / 10))


def _ramp_features(kelvin: float, load: float) -> tuple[float, float, float, float]:
    return (1.0, kelvin, kelvin * kelvin, kelvin * load)


def ramp_minutes(fit: Fit, kelvin: float, load: float) -> float:
    """Median minutes to bring a rested room by `kelvin` ≥ 0."""
    if kelvin <= 0:
        return 0.0
    # Never faster than 1 K/min: no room unit can.
    delay, linear, curve, against = fit.parameters
    return max(kelvin, delay + linear * kelvin + curve * kelvin * kelvin + against * kelvin * load)


def ramp_deviation_minutes(fit: Fit, kelvin: float, load: float) -> float:
    """Standard deviation of `ramp_minutes`: what the room does not repeat and what we do not know yet."""
    if kelvin <= 0:
        return 0.0
    features = _ramp_features(kelvin, load)
    unknown = 0.0
    for feature, row in zip(features, fit.covariance, strict=True):
        for other, covariance in zip(features, row, strict=True):
            unknown += feature * max(-400.0, covariance) * other
    own = fit.spread * max(LEAST_MINUTES, ramp_minutes(fit, kelvin, load))
    # The prior's covariance describes rooms in general; half of it is already in the prior's spread.
    return math.hypot(own, 0.5 * math.sqrt(max(0.0, unknown)))


def ramp_kelvin(fit: Fit, minutes: float, load: float, most: float) -> float:
    """The inverse of `ramp_minutes`: how far a room has come after `minutes`, at most `most` kelvin."""
    if minutes >= ramp_minutes(fit, most, load):
        return most
    low, high = 0.0, most
    for _ in range(24):
        middle = (low + high) / 2
        if ramp_minutes(fit, middle, load) <= minutes:
            low = middle
        else:
            high = middle
    return low


def recoverable_kelvin(fit: Fit, minutes: float, load: float, deviations: float) -> float:
    """How far a room may drift so that it is back within `minutes`, as sure as `deviations` say."""
    low, high = 0.0, 15.0
    for _ in range(12):
        middle = (low + high) / 2
        doubt = deviations * ramp_deviation_minutes(fit, middle, load)
        if ramp_minutes(fit, middle, load) + doubt <= minutes:
            low = middle
        else:
            high = middle
    return low


def learn_ramp(fit: Fit, kelvin: float, load: float, minutes: float, *, whole: bool) -> Fit:
    """Take in one observation: `kelvin` took `minutes`.

    Args:
        whole: the ramp reached its target. A way-point tells less, and nothing about the spread.
    """
    if kelvin < 0.5 or not 0 < minutes <= 480:
        return fit
    predicted = ramp_minutes(fit, kelvin, load)
    noise = max(2.0, (0.15 if whole else 0.35) * predicted)
    learned, error = _learn(
        fit,
        _ramp_features(kelvin, load),
        minutes,
        noise,
        RAMP_BOUNDS,
        FORGETTING if whole else 1.0,
    )
    if not whole:
        return learned
    # One strange ramp (a door left open) must not make every later start an hour early.
    relative = min(1.0, abs(error) / max(LEAST_MINUTES, predicted))
    spread = math.sqrt(SPREAD_MEMORY * fit.spread**2 + (1 - SPREAD_MEMORY) * relative**2)
    return replace(learned, spread=max(0.05, min(0.6, spread)), count=fit.count + 1)


def drifted_celsius(
    fit: Fit, celsius: float, outdoor_celsius: float | None, hours: float, low: float, high: float
) -> float:
    """Temperature of a room left alone for `hours`, held inside its setback limits."""
    if hours <= 0 or outdoor_celsius is None:
        return celsius
    rate, gain = fit.parameters
    rest = outdoor_celsius + gain / rate
    free = rest + (celsius - rest) * math.exp(-rate * hours)
    return max(min(celsius, low), min(max(celsius, high), free))


def learn_drift(fit: Fit, celsius: float, outdoor_celsius: float, kelvin: float, hours: float) -> Fit:
    """Take in that a room left alone went from `celsius` by `kelvin` in `hours`."""
    if hours < 0.25:
        return fit
    speed = kelvin / hours
    if abs(speed) > 5:
        return fit  # no wall leaks so fast: a window or somebody's hand
    learned, error = _learn(fit, (outdoor_celsius - celsius, 1.0), speed, 0.3, DRIFT_BOUNDS, FORGETTING)
    spread = math.sqrt(SPREAD_MEMORY * fit.spread**2 + (1 - SPREAD_MEMORY) * min(1.0, error * error))
    return replace(learned, spread=spread, count=fit.count + 1)


def outlook_by_rates(
    ramp: Fit,
    drift: Fit,
    celsius: float | None,
    outdoor_celsius: float | None,
    *,
    target_celsius: float,
    heating: bool,
    limits_celsius: tuple[float, float],
    within_kelvin: float,
    now: datetime,
) -> Outlook:
    """The hours ahead by the ramps and the drift alone: for a room whose model has said nothing yet."""
    sign = 1.0 if heating else -1.0
    load = load_of(outdoor_celsius, target_celsius, heating=heating)
    begin = (limits_celsius[0] if heating else limits_celsius[1]) if celsius is None else celsius
    hours = np.arange(HORIZON_STEPS + 1) * STEP_MINUTES / 60
    drifts = np.array(
        [drifted_celsius(drift, begin, outdoor_celsius, hour, *limits_celsius) for hour in hours]
    )
    ways = [max(0.0, sign * (target_celsius - air) - within_kelvin) for air in drifts]
    depths = np.arange(DEPTHS) * DEPTH_STEP_KELVIN
    return Outlook(
        made_at=now,
        air_celsius=celsius,
        target_celsius=target_celsius,
        drift_celsius=drifts,
        drift_deviation_kelvin=drift.spread * hours * 0.5,
        ready_minutes=np.array([ramp_minutes(ramp, way, load) for way in ways]),
        ready_deviation_minutes=np.array([ramp_deviation_minutes(ramp, way, load) for way in ways]),
        recover_minutes=np.array(
            [
                ramp_minutes(ramp, way, load) + NINE_OF_TEN * ramp_deviation_minutes(ramp, way, load)
                for way in np.maximum(0.0, depths - within_kelvin)
            ]
        ),
        energy_watt_hours=np.array([RAMP_WATTS / 60 * ramp_minutes(ramp, way, load) for way in ways]),
        hold_watts=np.full(HORIZON_STEPS + 1, HOLD_WATTS),
        wall_watts=np.zeros(HORIZON_STEPS + 1),
        wall_minutes=WALL_MINUTES,
        source="fallback" if celsius is None else "prior",
        weak_reason="no_outdoor" if outdoor_celsius is None else None,
    )


@dataclass(frozen=True, slots=True)
class Observation:
    """What a watched ramp told: `kelvin` took `minutes` against `load`."""

    kelvin: float
    load: float
    minutes: float
    whole: bool


@dataclass
class RampWatch:
    """Follows one ramp from the moment the unit works until the target, and tells what it took."""

    began: datetime
    start_celsius: float
    target_celsius: float
    heating: bool
    load: float
    told_kelvin: float = 0.0
    rested: bool = True

    def look(self, now: datetime, celsius: float, within_kelvin: float) -> tuple[list[Observation], bool]:
        """Way-points each half kelvin and the end; second value: the ramp is over."""
        sign = 1.0 if self.heating else -1.0
        done = sign * (celsius - self.start_celsius)
        whole = sign * (self.target_celsius - self.start_celsius) - within_kelvin
        minutes = (now - self.began).total_seconds() / 60
        if minutes > 360:
            return [], True
        told: list[Observation] = []
        if done >= whole:
            if whole >= 0.5 and self.rested:
                told.append(Observation(max(done, whole), self.load, minutes, True))
            return told, True
        if done >= self.told_kelvin + 0.5 and self.rested:
            self.told_kelvin = done
            told.append(Observation(done, self.load, minutes, False))
        return told, False


@dataclass
class DriftWatch:
    """Follows a room that rests, in windows of half an hour, after the air has met the walls."""

    began: datetime
    start_celsius: float | None = None
    window_began: datetime | None = None
    settle_minutes: float = 30.0
    window_minutes: float = 30.0

    def look(self, now: datetime, celsius: float) -> tuple[float, float, float] | None:
        """(start °C, change K, hours) when a window is full."""
        if (now - self.began).total_seconds() < self.settle_minutes * 60:
            return None
        if self.window_began is None or self.start_celsius is None:
            self.window_began, self.start_celsius = now, celsius
            return None
        seconds = (now - self.window_began).total_seconds()
        if seconds < self.window_minutes * 60:
            return None
        told = (self.start_celsius, celsius - self.start_celsius, seconds / 3600)
        self.window_began, self.start_celsius = now, celsius
        return told if seconds < 3 * self.window_minutes * 60 else None
