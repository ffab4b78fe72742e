"""Rooms of a different structure for the comfort bench: nothing here is what the controller's model is like.

The five resistances and one mass of EN ISO 13790:2008, annex C, and the air's own capacity; windows
that face one way by a plain cosine; ventilation that runs by the clock; neighbours that are hotel rooms.
Units are single-speed split units: on or off about their setpoint with a wide hysteresis, a minute to come to
power, a capacity that falls in a straight line with the outdoors, a sensor in the return air that the unit's
own stream cools. Constants are drawn per room with the room's place; sizes are taken from its area.

Vectorised over rooms like `simulators.physics`, behind the same names, in the same steps.
"""

from __future__ import annotations

import numpy as np

from simulators.building import Floats, RoomMakeup
from simulators.physics import JOULES_PER_KWH, RoomUse
from simulators.weather import Outdoors

# W/m²K of the standard: air to surfaces, surfaces to mass; m² of surface a m² of floor.
AIR_SURFACE, SURFACE_MASS, SURFACE_RATIO = 3.45, 9.1, 4.5
CEILING_METRES = 2.75
OFF, HEAT = 0, 1
HYSTERESIS_KELVIN = 0.5
# A unit's sensor feels its own stream by this much at full power.
STREAM_KELVIN = 0.5
PERSON_WATTS = 80.0


class OtherUnits:
    """Single-speed units; arrays are public like those of `simulators.air_conditioner`."""

    def __init__(self, start_celsius: Floats) -> None:
        size = len(start_celsius)
        self.mode = np.zeros(size, dtype=np.int64)
        self.setpoint = np.full(size, 24.0)
        self.running = np.zeros(size, dtype=np.bool_)
        self.sensor = start_celsius.copy()
        self.watts = np.zeros(size)
        self.since_change_seconds = np.full(size, 3600.0)
        self.power = np.zeros(size)  # 0-1, what has come up of it


class OtherRooms:
    """Rooms by the hourly method of the standard, in small steps."""

    def __init__(
        self, makeup: RoomMakeup, air_celsius: Floats, mass_celsius: Floats, humidity_percent: Floats
    ) -> None:
        size = len(air_celsius)
        self.makeup = makeup
        # The same constants for the same room in every copy: drawn from what is the room's own.
        seeds = np.round(makeup.volume * 1e6).astype(np.int64) ^ np.round(makeup.cooling_watts * 1e3).astype(
            np.int64
        )
        draws = np.array([np.random.default_rng(int(seed)).random(8) for seed in seeds])
        area = makeup.volume / CEILING_METRES
        surface = SURFACE_RATIO * area
        self._air_surface = AIR_SURFACE * surface
        self._surface_mass = SURFACE_MASS * area * (2.0 + 1.5 * draws[:, 0])
        self._mass_outdoor = area * (0.15 + 0.35 * draws[:, 1])
        self._window = 2.0 + 3.5 * draws[:, 2]
        self._window_conductance = self._window * (1.2 + 1.4 * draws[:, 3])
        self._neighbours = 8.0 + 14.0 * draws[:, 4]
        self._changes = 0.25 + 0.35 * draws[:, 5]
        self._gain = 0.2 + 0.3 * draws[:, 6]
        # Air with light furniture, and the mass.
        self._air_capacity = makeup.volume * 1.2 * 1006.0 * (3.5 + 3.0 * draws[:, 7])
        self._mass_capacity = area * (110e3 + 150e3 * draws[:, 0])
        self.air, self.mass = air_celsius.copy(), mass_celsius.copy()
        self.sensor = air_celsius.copy()
        self.units = OtherUnits(air_celsius + makeup.unit_bias_celsius)
        self.use = RoomUse.of(size)
        self.kwh_vacant = np.zeros(size)

    def step(self, seconds: float, outdoors: Outdoors, mean_outdoor_celsius: float) -> None:
        """Move every room on."""
        units, made, use, outside = self.units, self.makeup, self.use, outdoors.celsius
        heating = units.mode == HEAT
        sign = np.where(heating, 1.0, -1.0)
        units.since_change_seconds += seconds
        felt = self.air + made.unit_bias_celsius + sign * STREAM_KELVIN * units.power
        units.sensor += (felt - units.sensor) * -np.expm1(-seconds / made.unit_lag_seconds)
        short = sign * (units.setpoint - units.sensor)
        least = np.where(units.running, made.minimum_on_seconds, made.minimum_off_seconds)
        free = units.since_change_seconds >= least
        start = ~units.running & (units.mode != OFF) & (short > HYSTERESIS_KELVIN / 2) & free
        stop = units.running & ((units.mode == OFF) | (short < -HYSTERESIS_KELVIN)) & free
        units.running = (units.running | start) & ~stop
        units.since_change_seconds[start | stop] = 0.0
        units.power += (units.running - units.power) * -np.expm1(-seconds / 60.0)
        capacity = np.where(
            heating,
            1.1 * made.cooling_watts * np.clip(1 + 0.02 * (outside - 7.0), 0.45, 1.15),
            0.8 * made.cooling_watts * np.clip(1 - 0.014 * (outside - 35.0), 0.6, 1.15),
        )
        heat = sign * capacity * units.power
        efficiency = np.where(heating, 3.1 * (1 + 0.018 * (outside - 7)), 3.0 * (1 - 0.022 * (outside - 35)))
        units.watts = capacity * units.power / np.maximum(1.4, efficiency) + np.where(
            units.mode != OFF, 22.0, 2.0
        )
        facing = np.maximum(0.0, np.cos(outdoors.sun_azimuth - made.facing))
        shine = self._gain * self._window * outdoors.radiation * (0.25 + 0.75 * facing)
        shine = shine * (0.45 + 0.55 * use.curtain_open)
        inner = PERSON_WATTS * use.people + use.lamp_watts
        into_surface = 0.6 * shine + 0.5 * inner
        surface = (
            self._air_surface * self.air
            + self._surface_mass * self.mass
            + self._window_conductance * outside
            + into_surface
        ) / (self._air_surface + self._surface_mass + self._window_conductance)
        changes = self._changes + use.window_open * 5.0
        leak = changes * made.volume / 3600.0 * 1.2 * 1006.0
        neighbour = 21.5 + 0.15 * (mean_outdoor_celsius - 12.0)
        into_air = (
            self._air_surface * (surface - self.air)
            + leak * (outside - self.air)
            + 0.1 * shine
            + 0.5 * inner
            + heat
        )
        into_mass = (
            self._surface_mass * (surface - self.mass)
            + self._mass_outdoor * (outside - self.mass)
            + self._neighbours * (neighbour - self.mass)
            + 0.3 * shine
        )
        self.air += into_air * seconds / self._air_capacity
        self.mass += into_mass * seconds / self._mass_capacity
        self.sensor += (self.air - self.sensor) * -np.expm1(-seconds / made.sensor_lag_seconds)
        self.kwh_vacant += units.watts * (seconds / JOULES_PER_KWH) * (1.0 - use.let)

    def resting_celsius(self, mean_outdoor_celsius: float, mean_sunshine: float) -> Floats:
        """Where an unconditioned room comes to rest."""
        outside = self._window_conductance + self._mass_outdoor + self._changes * self.makeup.volume / 3.0
        neighbour = 21.5 + 0.15 * (mean_outdoor_celsius - 12.0)
        warmth = outside * mean_outdoor_celsius + self._neighbours * neighbour
        sun = self._gain * self._window * 0.6 * mean_sunshine
        resting: Floats = (warmth + sun) / (outside + self._neighbours)
        return resting
