"""Where the sun stands and what it brings to a horizontal square metre, without any service.

Position: the low-precision formulas of Michalsky, "The Astronomical Almanac's algorithm for approximate
solar position", Solar Energy 40 (1988). Clear sky: Haurwitz, "Insolation in relation to cloudiness",
Journal of Meteorology 2 (1945).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np

from controller.outlook import Numbers

# What clouds leave of a clear sky, the year round, where nothing tells of them.
USUAL_CLEARNESS = 0.7
_EPOCH = datetime(2000, 1, 1, 12, tzinfo=UTC)
# Where nobody said where the house stands: an inhabited middle.
_USUAL_LATITUDE = 32.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the house stands, in degrees; north and east above 0."""

    latitude: float
    longitude: float


def usual_place(now: datetime, zone: tzinfo) -> Place:
    """A place that fits the property's clock, when nobody said where it is."""
    offset = now.astimezone(zone).utcoffset() or timedelta()
    summer = now.astimezone(zone).dst() or timedelta()
    return Place(_USUAL_LATITUDE, (offset - summer).total_seconds() / 3600 * 15)


def sun_at(at: datetime, place: Place) -> tuple[float, float]:
    """(clear-sky irradiance on the horizontal in W/m², how far in the east: 1 … −1) at a moment."""
    irradiance, east = sun_over(at, np.zeros(1), place)
    return float(irradiance[0]), float(east[0])


def sun_over(start: datetime, seconds: Numbers, place: Place) -> tuple[Numbers, Numbers]:
    """The same at `start` + each of `seconds`."""
    days = ((start - _EPOCH).total_seconds() + seconds) / 86400
    mean_longitude = np.radians((280.460 + 0.9856474 * days) % 360)
    anomaly = np.radians((357.528 + 0.9856003 * days) % 360)
    longitude = mean_longitude + np.radians(1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    obliquity = np.radians(23.439 - 0.0000004 * days)
    ascension = np.arctan2(np.cos(obliquity) * np.sin(longitude), np.cos(longitude))
    declination = np.arcsin(np.sin(obliquity) * np.sin(longitude))
    sidereal_hours = (18.697374558 + 24.06570982441908 * days) % 24
    hour_angle = np.radians(sidereal_hours * 15 + place.longitude) - ascension
    latitude = math.radians(place.latitude)
    height = math.sin(latitude) * np.sin(declination) + math.cos(latitude) * np.cos(declination) * np.cos(
        hour_angle
    )
    is_up = height > 0.01
    high = np.where(is_up, height, 1.0)
    irradiance = np.where(is_up, 1098.0 * high * np.exp(-0.059 / high), 0.0)
    east = np.where(is_up, np.clip(-np.cos(declination) * np.sin(hour_angle), -1.0, 1.0), 0.0)
    return irradiance, east
