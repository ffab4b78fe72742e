"""How the rooms warm, cool and get damp: three thermal nodes and moisture, all rooms at once.

Air exchanges heat with the furniture, the heavy mass, the outdoors (window, infiltration, an open
window) and the air conditioner; the mass with the outdoors and the corridor; the sun falls on all
three. Explicit steps of at most 15 s, far below the air's own time constant of about 3 min.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulators import air, sun
from simulators.air_conditioner import AirConditioners
from simulators.building import Floats, RoomMakeup, corridor_celsius
from simulators.weather import Outdoors

LONGEST_STEP_SECONDS = 15.0
PERSON_WATTS = 73.0
PERSON_WATER = 50.0 / air.EVAPORATION  # kg/s
WETTEST_PERCENT = 98.0
JOULES_PER_KWH = 3.6e6


@dataclass(slots=True)
class RoomUse:
    """What people and devices make of the rooms just now; the devices and people write it."""

    curtain_open: Floats  # share, 1 = open
    window_open: Floats  # 0 or 1
    people: Floats
    lamp_watts: Floats
    let: Floats  # 1 while a guest is checked in

    @classmethod
    def of(cls, rooms: int) -> RoomUse:
        """Empty rooms with open curtains and shut windows."""
        return cls(np.ones(rooms), np.zeros(rooms), np.zeros(rooms), np.zeros(rooms), np.zeros(rooms))


class Rooms:
    """Thermal state of every room."""

    def __init__(
        self, makeup: RoomMakeup, air_celsius: Floats, mass_celsius: Floats, humidity_percent: Floats
    ) -> None:
        self.makeup = makeup
        self.air = air_celsius.copy()
        self.furniture = 0.6 * air_celsius + 0.4 * mass_celsius
        self.mass = mass_celsius.copy()
        self.water = air.moisture(self.air, humidity_percent)
        self.units = AirConditioners(makeup, self.air)
        self.use = RoomUse.of(len(air_celsius))
        self.sensor = self.air.copy()
        self.kwh = np.zeros(len(air_celsius))
        self.kwh_vacant = np.zeros(len(air_celsius))
        self._seen: Outdoors | None = None
        self._sunshine = np.zeros(len(air_celsius))
        self._air_mass = makeup.volume * air.DENSITY
        self._exchange = makeup.volume / 3600.0 * air.DENSITY * air.HEAT_CAPACITY  # W/K at 1 per hour
        self._water_mass = self._air_mass * makeup.moisture_buffer

    def humidity(self) -> Floats:
        """Relative humidity of the air, percent."""
        return air.humidity_percent(self.air, self.water)

    def step(self, seconds: float, outdoors: Outdoors, mean_outdoor_celsius: float) -> None:
        """Move every room on by `seconds` ≤ 15."""
        made, use = self.makeup, self.use
        outside = outdoors.celsius
        self.units.sense(seconds, self.air)
        self.units.regulate(seconds, self.humidity())
        heat, wetting = self.units.deliver(outside, self.air, self.water)

        changes = made.infiltration_per_hour + use.window_open * made.window_open_per_hour
        shade = made.curtain_factor + (1.0 - made.curtain_factor) * use.curtain_open
        if outdoors is not self._seen:
            self._seen = outdoors
            self._sunshine = made.glazing * sun.on_windows(
                outdoors.radiation, outdoors.sun_height, outdoors.sun_azimuth, made.facing
            )
        sunshine = self._sunshine * shade
        to_furniture = made.furniture_coupling * (self.air - self.furniture)
        to_mass = made.mass_coupling * (self.air - self.mass)
        gain_air = (
            (made.direct_conductance + changes * self._exchange) * (outside - self.air)
            - to_furniture
            - to_mass
            + made.sun_air_share * sunshine
            + PERSON_WATTS * use.people
            + use.lamp_watts
            + heat
        )
        gain_mass = (
            made.mass_conductance * (outside - self.mass)
            + made.corridor_conductance * (corridor_celsius(mean_outdoor_celsius) - self.mass)
            + to_mass
            + (1.0 - made.sun_air_share - made.sun_furniture_share) * sunshine
        )
        self.air += gain_air * seconds / made.air_capacity
        self.furniture += (
            (to_furniture + made.sun_furniture_share * sunshine) * seconds / made.furniture_capacity
        )
        self.mass += gain_mass * seconds / made.mass_capacity

        outside_water = air.moisture(outside, outdoors.humidity_percent)
        exchanged = self._air_mass * changes / 3600.0 * (outside_water - self.water)
        self.water += (exchanged + PERSON_WATER * use.people + wetting) * seconds / self._water_mass
        np.clip(self.water, 1e-4, air.moisture(self.air, WETTEST_PERCENT), out=self.water)

        self.sensor += (self.air - self.sensor) * -np.expm1(-seconds / made.sensor_lag_seconds)
        used = self.units.watts * (seconds / JOULES_PER_KWH)
        self.kwh += used
        self.kwh_vacant += used * (1.0 - use.let)

    def resting_celsius(self, mean_outdoor_celsius: float, mean_sunshine: float) -> Floats:
        """Where an unconditioned room comes to rest, for a mean irradiance (W/m²) on its window."""
        made = self.makeup
        outside = (
            made.direct_conductance + made.mass_conductance + made.infiltration_per_hour * self._exchange
        )
        gains = made.glazing * 0.6 * mean_sunshine
        return (
            outside * mean_outdoor_celsius
            + made.corridor_conductance * corridor_celsius(mean_outdoor_celsius)
            + gains
        ) / (outside + made.corridor_conductance)
