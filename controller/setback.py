"""How far a room may drift while nobody is in it, and what keeps it from mould meanwhile.

Each use of a room has its own depth: unsold, sold and empty, its guest away, being cleaned, closed for
maintenance. What somebody may soon come back to is never let further than the room can make good in the
notice that is expected (the inverse of optimal start, as Telkonet's and Verdant's patents describe it); the
time is the model's, nine times of ten. Asleep is no use of its own here: a sleeper is never set back.

The guard dries a room above the humidity of ASHRAE 90.1's exception for vacant guest rooms, and earlier where
a surface comes within a kelvin of the dew point (Magnus' formula with the constants of Alduchov & Eskridge,
"Improved Magnus Form Approximation of Saturation Vapor Pressure", J. Appl. Meteor. 35, 1996).

Pure: °C, percent, kelvins.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from controller.policy import ClimatePolicy

Use = Literal["unsold", "sold", "cleaning", "maintenance"]
Guard = Literal["off", "cooling", "heating", "drying"]

MAGNUS_A, MAGNUS_B = 17.625, 243.04
# A surface this near to the dew point is as good as wet.
DEW_POINT_KELVIN = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Between which temperatures a room may drift."""

    low_celsius: float
    high_celsius: float


def limits(
    use: Use,
    recoverable_kelvin: float | None,
    *,
    heating: bool,
    policy: ClimatePolicy,
    frost_celsius: float | None = None,
) -> Limits:
    """Between which temperatures a room in this use may drift.

    As deep as the policy allows; a sold room never deeper than it can make good in the expected notice, at
    the side that matters in the season.

    Args:
        recoverable_kelvin: what it can make good; None = not known, no limit.
        frost_celsius: below which the room's equipment must not be left, whatever its use.
    """
    low, high = policy.vacant_heating_celsius, policy.vacant_cooling_celsius
    if use == "maintenance":
        low, high = policy.maintenance_low_celsius, policy.maintenance_high_celsius
    depth: float | None = None
    if use == "cleaning":
        depth = policy.cleaning_kelvin
    elif use == "sold" and recoverable_kelvin is not None:
        depth = max(policy.least_setback_kelvin, recoverable_kelvin)
    if depth is not None and heating:
        low = max(low, policy.heating_celsius - depth)
    elif depth is not None:
        high = min(high, policy.cooling_celsius + depth)
    if frost_celsius is not None:
        low = max(low, frost_celsius)
    return Limits(low, high)


def away_kelvin(recoverable_kelvin: float | None, policy: ClimatePolicy) -> float:
    """How far the room of a guest who went out is eased: they come back without notice."""
    if recoverable_kelvin is None:
        return policy.away_kelvin
    return max(policy.least_away_kelvin, min(policy.away_kelvin, recoverable_kelvin))


def dew_point_celsius(celsius: float, humidity_percent: float) -> float:
    """At which temperature of a surface the air's water settles on it."""
    share = math.log(max(1.0, min(100.0, humidity_percent)) / 100.0)
    gamma = share + MAGNUS_A * celsius / (MAGNUS_B + celsius)
    return MAGNUS_B * gamma / (MAGNUS_A - gamma)


def is_near_dew(celsius: float, humidity_percent: float, surface_celsius: float | None) -> bool:
    """Whether a surface is within a kelvin of the dew point; False where none is known."""
    if surface_celsius is None:
        return False
    return surface_celsius - dew_point_celsius(celsius, humidity_percent) < DEW_POINT_KELVIN


def guard(
    celsius: float | None,
    humidity_percent: float | None,
    before: Guard,
    wanted_celsius: float,
    bounds: Limits,
    policy: ClimatePolicy,
    *,
    surface_celsius: float | None = None,
) -> Guard:
    """What a resting room needs all the same; `before` keeps it from flapping."""
    if celsius is None:
        return "off"
    band = policy.vacant_band_kelvin
    # Drying also cools: it goes before cooling, which at the limit hardly dries, as long as it keeps up.
    # And it stops before the room gets much colder than a guest would want it.
    if humidity_percent is not None and (
        wanted_celsius - policy.drying_below_kelvin < celsius < bounds.high_celsius + band
    ):
        near_dew = is_near_dew(celsius, humidity_percent, surface_celsius)
        goes_on = before == "drying" and humidity_percent > policy.dry_percent
        if humidity_percent > policy.humid_percent or near_dew or goes_on:
            return "drying"
    if celsius >= bounds.high_celsius or (before == "cooling" and celsius > bounds.high_celsius - band):
        return "cooling"
    if celsius <= bounds.low_celsius or (before == "heating" and celsius < bounds.low_celsius + band):
        return "heating"
    return "off"
