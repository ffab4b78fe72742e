"""Moist air: what a room's sensor and an air conditioner's coil make of it. Sea level."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", float, NDArray[np.float64])

PRESSURE_PASCAL = 101325.0
DENSITY = 1.2  # kg/m³
HEAT_CAPACITY = 1006.0  # J/(kg K)
EVAPORATION = 2.45e6  # J/kg


def saturation_pascal(celsius: Number) -> Number:
    """Vapour pressure of saturated air (Magnus, Sonntag 1990)."""
    return 611.2 * np.exp(17.62 * celsius / (243.12 + celsius))  # type: ignore[no-any-return]


def moisture(celsius: Number, humidity_percent: Number | float) -> Number:
    """Kilograms of water in a kilogram of dry air."""
    vapour = saturation_pascal(celsius) * humidity_percent / 100.0
    return 0.622 * vapour / (PRESSURE_PASCAL - vapour)


def humidity_percent(celsius: Number, water: Number) -> Number:
    """Relative humidity of air that holds `water` kg/kg."""
    vapour = PRESSURE_PASCAL * water / (0.622 + water)
    return 100.0 * vapour / saturation_pascal(celsius)
