"""What an empty room must take at the least: a linear programme that knows everything beforehand.

For each vacancy it knows the simulator's own parameters of the room, the weather, the sun, windows,
attendants, the true moment of the door and the guest's wish, and chooses the heat to be brought at each step
so that the electricity from check-out to the door is least, while

- the true air at the door is within a band of the wish (season's side; missed by as little as can be),
- the empty room stays inside the house's limits, as every policy must.

*Discretisation.* The three thermal nodes of `simulators.physics` are linear in their temperatures: each step
is exact (matrix exponential, inputs constant over it). Steps are 5 min in the last 6 h before the door and
30 min before. A unit's power over heat is taken as the lower convex hull through six part loads and rest, so
that a share of a step at a load costs that share: no minimum on-time, no two minutes to full speed. Of
cooling, what goes into water depends on moisture and load; it is taken from the solution's own moisture and
air of the round before (two rounds). Everything that is left out makes it cheaper, never dearer, but for
that last linearisation; so no policy that keeps the band beats it by more than that (a test holds 2 %).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import numpy as np
from scipy.linalg import expm
from scipy.optimize import linprog
from scipy.sparse import coo_array

from benchmarks.comfort_factors import DAY, HOUR, MINUTE, factors
from benchmarks.comfort_factors import begins as begins_at
from benchmarks.comfort_houses import History, Houses
from benchmarks.comfort_observed import Season
from benchmarks.comfort_world import Vacancy
from simulators import air, sun
from simulators.air_conditioner import FAN_POWER, LEAST_SENSIBLE
from simulators.building import Floats, RoomMakeup, cooling_share, corridor_celsius, heating_share
from simulators.physics import PERSON_WATER, PERSON_WATTS
from simulators.weather import Outdoors

FINE_SECONDS, COARSE_SECONDS, FINE_HOURS = 5 * MINUTE, 30 * MINUTE, 6.0
LOADS = np.array([0.2, 0.35, 0.5, 0.65, 0.8, 1.0])
ROUNDS = 2
# Watt-hours that a kelvin beyond the band at the door costs: more than any heat could, so that it is missed
# only when nothing helps. And a kelvin beyond a limit for an hour: several times what holding it takes, but
# after a window was open the room may come back at a thermostat's pace, as it does for every policy.
DOOR_PRICE, LIMIT_PRICE = 3e4, 100.0


@dataclass(frozen=True, slots=True)
class Optimum:
    """A vacancy as foresight would have it. `door_celsius` is NaN when nobody is to be ready for."""

    kwh: float
    door_celsius: float


@dataclass(frozen=True, slots=True)
class _Room:
    """A room's constants, plain numbers."""

    values: dict[str, float]

    def __getattr__(self, name: str) -> float:
        return self.values[name]


def _one(makeup: RoomMakeup, place: int) -> _Room:
    values: dict[str, float] = {}
    for name in makeup.__dataclass_fields__:
        value = getattr(makeup, name)
        values[name] = float(value[place]) if isinstance(value, np.ndarray) else float(value)
    return _Room(values)


def _moments(begins: float, ends: float) -> Floats:
    """Boundaries of the steps, ascending."""
    fine_from = max(begins, ends - FINE_HOURS * HOUR)
    coarse = np.arange(begins, fine_from, COARSE_SECONDS)
    fine = np.arange(fine_from, ends, FINE_SECONDS)
    return np.concatenate([coarse, fine, [ends]])


class _Weather:
    """The truth outside, kept for the steps of all rooms."""

    def __init__(self, houses: Houses, epoch_days: int) -> None:
        epoch = begins_at(houses.scene.climate)
        self._at = cache(lambda at: houses.weather.at(epoch + timedelta(seconds=at)))
        self._mean = [
            houses.weather.mean_celsius(epoch + timedelta(days=day)) for day in range(epoch_days + 1)
        ]

    def over(self, begin: float, end: float) -> Outdoors:
        """The weather in the middle of a step."""
        outdoors: Outdoors = self._at((begin + end) // 2)
        return outdoors

    def mean(self, at: float) -> float:
        return self._mean[int(at // DAY)]


class Foresight:
    """Optima of the vacancies of a world that has run."""

    def __init__(self, houses: Houses, history: History) -> None:
        self._houses, self._history = houses, history
        self._weather = _Weather(houses, houses.scene.days)
        self._season: Season = houses.scene.season

    def optima(self, vacancies: Sequence[Vacancy], band_kelvin: float) -> list[Optimum]:
        """The optimum of each vacancy with this band at the door."""
        return [self.optimum(vacancy, band_kelvin) for vacancy in vacancies]

    def optimum(self, vacancy: Vacancy, band_kelvin: float) -> Optimum:
        """The least electricity of one vacancy.

        Raises:
            RuntimeError: the programme could not be solved (it always has a solution).
        """
        stay = vacancy.stay
        ready = stay is not None and not stay.walk_in
        room = _one(self._houses.makeup, vacancy.place)
        moments = _moments(vacancy.begins, vacancy.ends)
        steps = _Steps(room, moments, vacancy, self._history, self._weather)
        wish = np.nan
        if stay is not None and ready:
            wish = stay.cooling_celsius if self._season == "cooling" else stay.heating_celsius
        air_guess, water = steps.free(np.zeros(len(moments) - 1))
        heat = np.zeros(len(moments) - 1)
        for _ in range(ROUNDS):
            heats, watts = steps.loads(air_guess, water, self._season)
            heat, spent = _solve(steps, heats, watts, wish, band_kelvin, self._season)
            air_guess, water = steps.free(heat, heats)
        standby = room.standby_watts * (vacancy.ends - vacancy.begins) / HOUR
        return Optimum((spent + standby) / 1000.0, float(air_guess[-1]) if ready else np.nan)


class _Steps:
    """A vacancy cut into steps: what drives the room in each, and how it answers."""

    def __init__(
        self, room: _Room, moments: Floats, vacancy: Vacancy, history: History, weather: _Weather
    ) -> None:
        self.room, self.start = room, vacancy.state
        self.begins, self.ends = moments[:-1], moments[1:]
        self.seconds = self.ends - self.begins
        count = len(self.seconds)
        self.outdoor = np.empty(count)
        self.answers: list[tuple[Floats, Floats]] = []
        self.forces = np.empty((count, 3))
        self.window = np.zeros(count, dtype=np.bool_)
        self.outside_water, self.changes, self.people = np.empty(count), np.empty(count), np.empty(count)
        exchange = room.volume / 3600.0 * air.DENSITY * air.HEAT_CAPACITY
        kept: dict[tuple[float, float], tuple[Floats, Floats]] = {}
        for k, (begin, end) in enumerate(zip(self.begins, self.ends, strict=True)):
            outdoors = weather.over(begin, end)
            seen = history.over(vacancy.place, begin, end)
            changes = room.infiltration_per_hour + seen.window_open * room.window_open_per_hour
            leak = room.direct_conductance + changes * exchange
            key = (round(float(end - begin), 3), round(changes, 3))
            if key not in kept:
                kept[key] = self._answer(leak, float(end - begin))
            self.answers.append(kept[key])
            shade = room.curtain_factor + (1.0 - room.curtain_factor) * seen.curtain_open
            facing = np.array([room.facing])
            bright = sun.on_windows(outdoors.radiation, outdoors.sun_height, outdoors.sun_azimuth, facing)
            shine = room.glazing * float(bright[0]) * shade
            corridor = corridor_celsius(weather.mean(begin))
            self.forces[k] = (
                leak * outdoors.celsius
                + room.sun_air_share * shine
                + PERSON_WATTS * seen.people
                + seen.lamp_watts,
                room.sun_furniture_share * shine,
                room.mass_conductance * outdoors.celsius
                + room.corridor_conductance * corridor
                + (1.0 - room.sun_air_share - room.sun_furniture_share) * shine,
            )
            self.outdoor[k], self.window[k] = outdoors.celsius, seen.window_open > 0.5
            self.outside_water[k] = air.moisture(outdoors.celsius, outdoors.humidity_percent)
            self.changes[k], self.people[k] = changes, seen.people

    def _answer(self, leak: float, seconds: float) -> tuple[Floats, Floats]:
        """(Φ, Γ): next temperatures = Φ·now + Γ·watts."""
        room = self.room
        conductances = np.array(
            [
                [
                    -(leak + room.furniture_coupling + room.mass_coupling),
                    room.furniture_coupling,
                    room.mass_coupling,
                ],
                [room.furniture_coupling, -room.furniture_coupling, 0.0],
                [
                    room.mass_coupling,
                    0.0,
                    -(room.mass_coupling + room.mass_conductance + room.corridor_conductance),
                ],
            ]
        )
        capacities = np.array([room.air_capacity, room.furniture_capacity, room.mass_capacity])
        both = np.zeros((6, 6))
        both[:3, :3] = conductances / capacities[:, None]
        both[:3, 3:] = np.diag(1.0 / capacities)
        exact = expm(both * seconds)
        return exact[:3, :3], exact[:3, 3:]

    def free(self, heat: Floats, heats: Floats | None = None) -> tuple[Floats, Floats]:
        """Air and water at the beginning of each step and at the end, with this heat brought to the air."""
        room = self.room
        temperatures, water = self.start[:3].copy(), float(self.start[3])
        airs, waters = np.empty(len(heat) + 1), np.empty(len(heat) + 1)
        airs[0], waters[0] = temperatures[0], water
        air_mass = room.volume * air.DENSITY
        for k, (answer, forced) in enumerate(self.answers):
            forces = self.forces[k].copy()
            forces[0] += heat[k]
            temperatures = answer @ temperatures + forced @ forces
            rate = self.changes[k] / 3600.0 / room.moisture_buffer
            # What the coil takes in water is what its cooling does not take in heat.
            drying = 0.0
            if heats is not None and heat[k] < 0:
                load = min(1.0, heat[k] / heats[k, -1]) if heats[k, -1] < 0 else 0.0
                drying = -heat[k] * (1.0 / self.shares[k, np.searchsorted(LOADS, load).clip(0, 5)] - 1.0)
            bound = (PERSON_WATER * self.people[k] - drying / air.EVAPORATION) / (
                air_mass * room.moisture_buffer
            )
            rest = self.outside_water[k] + bound / rate
            water = rest + (water - rest) * float(np.exp(-rate * self.seconds[k]))
            water = float(np.clip(water, 1e-4, air.moisture(float(temperatures[0]), 98.0)))
            airs[k + 1], waters[k + 1] = temperatures[0], water
        return airs, waters

    def loads(self, airs: Floats, waters: Floats, season: Season) -> tuple[Floats, Floats]:
        """Heat to the air and electric power at each of `LOADS`; steps × loads, watts."""
        room, loads = self.room, LOADS[None, :]
        outdoor = self.outdoor[:, None]
        part = 1.0 + 0.32 * (1.0 - loads) - 0.35 * np.maximum(0.0, 0.3 - loads)
        if season == "heating":
            share = np.array([heating_share(celsius) for celsius in self.outdoor])[:, None]
            rated = room.heating_watts * share
            efficiency = room.efficiency_heating * np.clip(1.0 + 0.018 * (outdoor - 7.0), 0.45, 1.25)
            self.shares = np.ones((len(self.outdoor), len(LOADS)))
            heat = rated * loads
        else:
            share = np.array([cooling_share(celsius) for celsius in self.outdoor])[:, None]
            rated = room.cooling_watts * share
            efficiency = room.efficiency_cooling * np.clip(1.0 - 0.025 * (outdoor - 35.0), 0.6, 1.5)
            coil = 15.5 - 4.5 * loads
            # The middle of a step; the drier end of it would be too good.
            warm = ((airs[:-1] + airs[1:]) / 2)[:, None]
            wet = ((waters[:-1] + waters[1:]) / 2)[:, None]
            dryness = np.maximum(0.0, wet - air.moisture(coil, 100.0)) * air.EVAPORATION
            warmth = air.HEAT_CAPACITY * np.maximum(1.0, warm - coil)
            self.shares = np.maximum(LEAST_SENSIBLE, warmth / (warmth + dryness))
            heat = -rated * loads * self.shares
        watts = rated * loads / (efficiency * part) + room.fan_watts * FAN_POWER[0]
        closed = ~self.window[:, None]
        return heat * closed, np.where(closed, watts, 1e5)


def _solve(
    steps: _Steps,
    heats: Floats,
    watts: Floats,
    wish: float,
    band: float,
    season: Season,
) -> tuple[Floats, float]:
    """(heat of each step in watts, watt-hours in all) of the cheapest way through the steps.

    Variables: three temperatures after each step, the shares of a step spent at each load, kelvins beyond the
    limit after each step, kelvins beyond the band at the door.
    """
    count, loads = heats.shape
    temperature = np.arange(3 * count).reshape(count, 3)
    share = 3 * count + np.arange(count * loads).reshape(count, loads)
    beyond = 3 * count + count * loads + np.arange(count)
    missed = beyond[-1] + 1
    size = missed + 1
    rows: list[Floats] = []
    columns: list[Floats] = []
    values: list[Floats] = []
    right = np.empty((count, 3))

    def put(row: Any, column: Any, value: Floats) -> None:
        row, column, value = np.broadcast_arrays(row, column, value)
        rows.append(row.ravel())
        columns.append(column.ravel())
        values.append(value.ravel())

    now = steps.start[:3]
    for k, (answer, forced) in enumerate(steps.answers):
        right[k] = forced @ steps.forces[k]
        mine = temperature[k][:, None]
        put(temperature[k], temperature[k], np.ones(3))
        put(mine, share[k][None, :], -forced[:, :1] * heats[k][None, :])
        if k == 0:
            right[k] += answer @ now
        else:
            put(mine, temperature[k - 1][None, :], -answer)
    equal = coo_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(3 * count, size)
    )
    rows, columns, values = [], [], []
    each = np.arange(count)
    put(each[:, None], share, np.ones(1))
    sign = 1.0 if season == "cooling" else -1.0
    world = factors()["world"]
    limit = world["vacant_highest_celsius"] if season == "cooling" else world["vacant_lowest_celsius"]
    put(count + each, temperature[:, 0], np.full(count, sign))
    put(count + each, beyond, np.full(count, -1.0))
    bounds_right = np.concatenate([np.ones(count), np.full(count, sign * limit)])
    total = 2 * count
    if np.isfinite(wish):
        put(np.array([total]), temperature[-1, :1], np.array([sign]))
        put(np.array([total]), np.array([missed]), np.array([-1.0]))
        bounds_right = np.append(bounds_right, sign * wish + band)
        total += 1
    below = coo_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(total, size)
    )
    hours = steps.seconds / HOUR
    cost = np.zeros(size)
    cost[share] = hours[:, None] * watts
    cost[beyond] = LIMIT_PRICE * hours
    cost[missed] = DOOR_PRICE
    bounds = np.zeros((size, 2))
    bounds[:, 1] = np.inf
    bounds[: 3 * count, 0] = -np.inf
    found = linprog(
        cost,
        A_ub=below.tocsr(),
        b_ub=bounds_right,
        A_eq=equal.tocsr(),
        b_eq=right.ravel(),
        bounds=bounds,
        method="highs",
    )
    if found.x is None:
        raise RuntimeError(f"the foresight programme was not solved: {found.message}")
    shares = found.x[share]
    return (shares * heats).sum(axis=1), float((shares * watts * hours[:, None]).sum())
