"""Where the sun stands and what of it falls on a window. Angles in radians, irradiance in W/m².

The hotel's local clock is taken as solar time: good to half an hour, which no room can tell.
Sources: Cooper 1969 (declination), Erbs et al. 1982 (diffuse share).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

SOLAR_CONSTANT = 1367.0
GROUND_REFLECTANCE = 0.2
LOWEST_SINE = 0.08  # below about 5° the beam is taken as lost in haze


def position(day_of_year: int, hour: float, latitude_degrees: float) -> tuple[float, float]:
    """Height above the horizon and azimuth (0 = north, clockwise) at a local hour, 0-24."""
    declination = math.radians(23.45) * math.sin(2 * math.pi * (284 + day_of_year) / 365)
    latitude = math.radians(latitude_degrees)
    angle = math.radians(15.0 * (hour - 12.0))
    sine = math.sin(latitude) * math.sin(declination) + math.cos(latitude) * math.cos(declination) * math.cos(
        angle
    )
    height = math.asin(max(-1.0, min(1.0, sine)))
    azimuth = math.pi + math.atan2(
        math.sin(angle),
        math.cos(angle) * math.sin(latitude) - math.tan(declination) * math.cos(latitude),
    )
    return height, azimuth % (2 * math.pi)


def diffuse_share(clearness: float) -> float:
    """The part of global radiation that comes from the whole sky, after Erbs."""
    k = max(0.0, min(1.0, clearness))
    if k <= 0.22:
        return 1.0 - 0.09 * k
    if k <= 0.8:
        return 0.9511 - 0.1604 * k + 4.388 * k**2 - 16.638 * k**3 + 12.336 * k**4
    return 0.165


def on_windows(
    global_horizontal: float, height: float, azimuth: float, facing: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Irradiance on vertical windows that face the azimuths `facing`."""
    sine = math.sin(height)
    if global_horizontal <= 0.0 or sine <= 0.0:
        return np.zeros_like(facing)
    diffuse = global_horizontal * diffuse_share(global_horizontal / (SOLAR_CONSTANT * max(sine, LOWEST_SINE)))
    ambient = 0.5 * diffuse + 0.5 * GROUND_REFLECTANCE * global_horizontal
    if sine < LOWEST_SINE:
        return np.full_like(facing, ambient)
    beam = min((global_horizontal - diffuse) / sine, 0.85 * SOLAR_CONSTANT)
    incidence = np.maximum(0.0, math.cos(height) * np.cos(facing - azimuth))
    return beam * incidence + ambient
