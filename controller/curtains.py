"""Curtains of an empty room: shut against the sun where it would be cooled away, open where it warms.

A curtain moves seldom: only when the sun of the next hour is worth it, and not again within an hour. What
the sun brings through this room's window is the model's (its effective area and how it leans east or west,
learned); a room that does not speak for itself goes by the hour and the season: sun above the horizon
counts as sun. Nobody's hand is fought: this is a wish of energy saving, and every hand goes over it; when a
guest comes, the scene does.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.comfort import Season
from controller.policy import ClimatePolicy

OPEN_PERCENT = 100.0
# A room in winter that is warmer than its guest would want needs no more sun.
WARM_ENOUGH_KELVIN = 1.0
# What shines on goes on shining until it is so much weaker.
STILL_SHINES_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class SunAhead:
    """The mean sun of the next hour: on the horizontal (W/m²), and through the open window of a room (W).

    `room_watts` None: the room's own window is not known yet.
    """

    irradiance: float
    room_watts: float | None


@dataclass(frozen=True, slots=True)
class Shade:
    """How far open the curtains of an empty room are wished, and since when. `code`: why."""

    open_percent: float
    since: datetime
    code: str


def shaded(
    before: Shade | None,
    season: Season,
    sun: SunAhead,
    celsius: float | None,
    wanted_celsius: float,
    now: datetime,
    policy: ClimatePolicy,
) -> Shade | None:
    """What is wished of the curtains of a room that nobody is in; None = leave them as they are."""
    shut = policy.vacant_curtain_percent
    if shut is None:
        return None
    fresh = _wished(before, season, sun, celsius, wanted_celsius, now, shut, policy)
    if before is None or fresh == before:
        return fresh
    if timedelta() <= now - before.since < timedelta(minutes=policy.curtain_rest_minutes):
        return before  # a cloud is no reason to move
    return fresh


def _wished(
    before: Shade | None,
    season: Season,
    sun: SunAhead,
    celsius: float | None,
    wanted_celsius: float,
    now: datetime,
    shut: float,
    policy: ClimatePolicy,
) -> Shade | None:
    share = 1.0 if before is None else STILL_SHINES_SHARE
    shines = sun.irradiance >= policy.sun_irradiance * share
    if sun.room_watts is not None:
        shines = shines and sun.room_watts >= policy.sun_room_watts * share
    if not shines:
        return None
    too_warm = celsius is not None and celsius > wanted_celsius + WARM_ENOUGH_KELVIN
    if season == "cooling" or too_warm:
        percent, code = shut, "keep_sun_out"
    else:
        percent, code = OPEN_PERCENT, "let_sun_in"
    if before is not None and before.code == code:
        return before
    return Shade(percent, now, code)
