"""Rooms of a physics of their own, to hold the learned model against: ISO 13790's 5R1C with an air node.

Nothing here is shared with the controller's model or with the simulators: surfaces, supply air and a mass
that is coupled through the surfaces, ventilation that goes up and down with the hours, windows that face
one way under a sun with clouds, neighbours that are hotel rooms themselves, units that need minutes to
come to power and modulate near their setpoint, sensors that lag, round and are wrong. Parameters are
drawn per room from wide ranges with the run's seed.

Source: EN ISO 13790:2008, annex C (simple hourly method), with the air's capacity added.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

STEP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Climate:
    """A fortnight's weather: means, swings in kelvin, peak of the sun in W/m² and its clouds (0 … 1)."""

    name: str
    mean_celsius: float
    day_swing_kelvin: float
    slow_swing_kelvin: float
    peak_sun: float
    clouds: float
    heating: bool
    latitude_day_hours: float


CLIMATES = (
    Climate("hot-humid", 30.0, 3.5, 1.5, 850.0, 0.5, False, 13.0),
    Climate("hot-dry", 35.0, 8.0, 1.5, 980.0, 0.1, False, 13.5),
    Climate("cold", -6.0, 4.0, 4.0, 380.0, 0.5, True, 9.0),
    Climate("mild", 24.0, 5.0, 2.5, 700.0, 0.4, False, 12.5),
)


class Weather:
    """Outdoor temperature and sun of one climate, minute by minute from a seed."""

    def __init__(self, climate: Climate, days: float, random: np.random.Generator) -> None:
        minutes = int(days * 1440) + 1440
        time = np.arange(minutes) / 1440.0
        hour = (time % 1.0) * 24.0
        # Slow weather and clouds are mean-reverting walks, made hourly.
        hours = minutes // 60 + 2
        slow, cloud = np.zeros(hours), np.zeros(hours)
        for index in range(1, hours):
            slow[index] = 0.97 * slow[index - 1] + random.normal(0.0, 0.24)
            cloud[index] = 0.85 * cloud[index - 1] + random.normal(0.0, 0.5)
        at = np.arange(minutes) / 60.0
        self.outdoor_celsius = (
            climate.mean_celsius
            + climate.day_swing_kelvin * np.cos(2 * math.pi * (hour - 15.0) / 24.0)
            + climate.slow_swing_kelvin * np.interp(at, np.arange(hours), slow)
        )
        half = climate.latitude_day_hours / 2
        height = np.maximum(0.0, np.cos(math.pi * (hour - 12.0) / (2 * half)))
        height = np.where(np.abs(hour - 12.0) < half, height, 0.0)
        cover = np.clip(climate.clouds + 0.35 * np.interp(at, np.arange(hours), cloud), 0.0, 1.0)
        self.irradiance = climate.peak_sun * height**1.2 * (1 - 0.75 * cover)
        # Where the sun stands: 1 in the east (morning), −1 in the west.
        self.east = np.where(height > 0, np.sin(math.pi * (12.0 - hour) / (2 * half)), 0.0)
        self._cloud = cover


@dataclass(slots=True)
class Rooms:
    """Rooms and units, arrays over rooms; `step` moves them by a minute."""

    random: np.random.Generator
    heating: bool
    # Conductances in W/K, capacities in J/K.
    window: Numbers
    opaque: Numbers
    ventilation: Numbers
    surface: Numbers
    mass_coupling: Numbers
    neighbours: Numbers
    neighbour_celsius: Numbers
    air_capacity: Numbers
    mass_capacity: Numbers
    glass: Numbers
    facing: Numbers
    standing_watts: Numbers
    full_watts: Numbers
    slope: Numbers
    unit_minutes: Numbers
    lag_minutes: Numbers
    bias_kelvin: Numbers
    step_kelvin: Numbers
    air: Numbers
    mass: Numbers
    sensor: Numbers
    unit: Numbers

    def __len__(self) -> int:
        return len(self.air)

    def step(
        self,
        outdoor: float,
        irradiance: float,
        east: float,
        hour: float,
        share: Numbers,
        people: Numbers,
        window_open: NDArray[np.bool_],
    ) -> None:
        """One minute. `share`: what is asked of the unit, −1 … 1 of full power."""
        self.unit += (share - self.unit) / self.unit_minutes
        power = self.full_watts * np.clip(
            1 + self.slope * (outdoor - (7.0 if self.heating else 35.0)), 0.5, 1.4
        )
        heat = self.unit * power
        # A façade: the sun that meets it, low sun more.
        vertical = irradiance * np.clip(0.45 + 0.75 * self.facing * east, 0.05, 1.4)
        sun = self.glass * vertical
        # Extraction runs harder by day.
        air_change = self.ventilation * (1.25 if 7 <= hour < 23 else 0.75) + np.where(window_open, 140.0, 0.0)
        inner = self.standing_watts + 95.0 * people
        # Surfaces have no capacity: a balance of sun, windows, mass and air.
        to_surface = 0.5 * sun + 0.3 * inner
        surface = (
            self.surface * self.air + self.mass_coupling * self.mass + self.window * outdoor + to_surface
        ) / (self.surface + self.mass_coupling + self.window)
        seconds = STEP_SECONDS
        into_air = (
            self.surface * (surface - self.air)
            + air_change * (outdoor - self.air)
            + 0.15 * sun
            + 0.7 * inner
            + heat
        )
        into_mass = (
            self.mass_coupling * (surface - self.mass)
            + self.opaque * (outdoor - self.mass)
            + self.neighbours * (self.neighbour_celsius - self.mass)
            + 0.35 * sun
        )
        wander = self.random.normal(0.0, 0.012, len(self))
        self.air = self.air + seconds * into_air / self.air_capacity + wander
        self.mass = self.mass + seconds * into_mass / self.mass_capacity
        self.sensor = self.sensor + (self.air - self.sensor) / self.lag_minutes

    def read(self) -> Numbers:
        """What the sensors say."""
        raw = self.sensor + self.bias_kelvin + self.random.normal(0.0, 0.05, len(self))
        read: Numbers = np.round(raw / self.step_kelvin) * self.step_kelvin
        return read


def make_rooms(rooms: int, climate: Climate, random: np.random.Generator) -> Rooms:
    """Rooms drawn from wide ranges; a tenth of the sensors round to half kelvins."""

    def between(low: float, high: float) -> Numbers:
        return random.uniform(low, high, rooms)

    area = between(24, 40)
    start = np.full(rooms, 16.0 if climate.heating else 27.0)
    sign = 1.0 if climate.heating else -1.0
    return Rooms(
        random,
        climate.heating,
        window=between(4, 18),
        opaque=between(3, 16),
        ventilation=between(5, 16),
        surface=3.45 * 4.5 * area * between(0.8, 1.1),
        mass_coupling=9.1 * 2.2 * area * between(0.7, 1.1),
        neighbours=between(5, 30),
        neighbour_celsius=(21.0 if climate.heating else 25.0) + between(-1, 1),
        air_capacity=area * between(11e3, 24e3),
        mass_capacity=area * between(90e3, 230e3),
        glass=between(0.6, 2.4),
        facing=between(-1, 1),
        standing_watts=between(10, 90),
        full_watts=between(2100, 3600) * (1.15 if climate.heating else 1.0),
        slope=between(0.01, 0.02) * sign,
        unit_minutes=between(1.2, 4.0),
        lag_minutes=between(2, 8),
        bias_kelvin=random.normal(0.0, 0.2, rooms),
        step_kelvin=np.where(random.random(rooms) < 0.1, 0.5, 0.1),
        air=start.copy(),
        mass=start.copy(),
        sensor=start.copy(),
        unit=np.zeros(rooms),
    )


class Life:
    """Who is in which room when: the hotel's rhythm, drawn with the seed.

    Rooms are left at eleven or so and rest in deep setback; two thirds are sold again and are brought to
    their temperature at full power some time in the afternoon, held, and slept in.
    """

    def __init__(self, rooms: int, days: int, random: np.random.Generator) -> None:
        shape = (days + 2, rooms)
        self.sold = random.random(shape) < 0.68
        self.ramp_minute = random.integers(12 * 60 + 40, 19 * 60, shape)
        self.guest_minute = self.ramp_minute + random.integers(60, 150, shape)
        self.leave_minute = random.integers(8 * 60, 12 * 60, shape)
        self.airs = random.random(shape) < 0.15
        self.air_minute = random.integers(8 * 60, 11 * 60, shape)

    def at(self, minute: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
        """(held at the target, guest in the house, window open) of each room."""
        day, of_day = divmod(minute, 1440)
        today, before = day + 1, day
        from_yesterday = self.sold[before] & (of_day < self.leave_minute[today])
        held = from_yesterday | (self.sold[today] & (of_day >= self.ramp_minute[today]))
        guest = from_yesterday | (self.sold[today] & (of_day >= self.guest_minute[today]))
        since = of_day - self.air_minute[today]
        window = self.airs[today] & (since >= 0) & (since < 25)
        return held, guest, window


class Thermostats:
    """What units ask of themselves: all far off, then in proportion and by the integral of the rest."""

    def __init__(self, rooms: int) -> None:
        self._wound = np.zeros(rooms)

    def share(
        self, heating: bool, held: NDArray[np.bool_], rest_celsius: float, target: float, sensed: Numbers
    ) -> Numbers:
        """−1 … 1 of full power, from what the sensors say."""
        goal = np.where(held, target, rest_celsius)
        short = goal - sensed if heating else sensed - goal
        near = np.abs(short) < 0.8
        self._wound = np.clip(np.where(near, self._wound + short * 0.06, self._wound), 0.0, 1.0)
        self._wound = np.where(short < -0.6, 0.0, self._wound)
        share = np.clip(short / 0.8 + self._wound, 0.0, 1.0)
        return share if heating else -share


def local_hour(start: datetime, minute: int) -> float:
    """Hour of the day at `minute` after `start`."""
    at = start + timedelta(minutes=minute)
    return at.hour + at.minute / 60
