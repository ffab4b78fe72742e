"""The simulated hotel's rooms: numbers, types, and what each is made of.

Ten rooms a floor, five on either side of the corridor. `RoomMakeup` is drawn from the seed with the
distributions of `data/rooms.toml`; nobody but the physics and the benches sees it.
"""

from __future__ import annotations

import csv
import io
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulators import air
from simulators.weather import DATA, ClimateFigures

Floats = NDArray[np.float64]

ROOMS_PER_FLOOR = 10
MOST_ROOMS = 2000
INDOOR_DESIGN_CELSIUS = 22.0
# Share of a coil's cooling that the air feels when it is sized for a humid place.
SENSIBLE_DESIGN = 0.78
CSV_HEADER = ("number", "floor", "section", "type", "type_name", "area_square_metres", "connecting")


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """A room as the hotel's own list has it."""

    number: str
    floor: str
    section: str
    type_code: str
    type_name: str
    area_square_metres: float
    connecting: str  # number of the room behind the connecting door, or ""
    facing_radians: float  # azimuth of the window


@dataclass(frozen=True, slots=True)
class RoomMakeup:
    """What the rooms are made of: one array element for each room, SI units."""

    facing: Floats
    volume: Floats  # m³
    direct_conductance: Floats  # W/K air - outdoors
    mass_conductance: Floats  # W/K mass - outdoors
    corridor_conductance: Floats  # W/K mass - corridor
    infiltration_per_hour: Floats
    window_open_per_hour: Floats
    air_capacity: Floats  # J/K
    furniture_capacity: Floats
    mass_capacity: Floats
    furniture_coupling: Floats  # W/K air - furniture
    mass_coupling: Floats  # W/K air - mass
    moisture_buffer: Floats
    glazing: Floats  # m² times solar gain factor
    curtain_factor: Floats
    sun_air_share: float
    sun_furniture_share: float
    cooling_watts: Floats  # at 35 °C outdoors
    heating_watts: Floats  # at 7 °C outdoors
    efficiency_cooling: Floats
    efficiency_heating: Floats
    least_fraction: Floats
    minimum_off_seconds: Floats
    minimum_on_seconds: Floats
    deadband_celsius: Floats
    fan_watts: Floats
    standby_watts: Floats
    unit_lag_seconds: Floats
    unit_bias_celsius: Floats
    sensor_lag_seconds: Floats
    sensor_bias_celsius: Floats
    sensor_noise_celsius: Floats
    humidity_bias_percent: Floats
    humidity_noise_percent: Floats
    curtain_travel_seconds: Floats
    presence_off_delay_seconds: Floats


def _figures() -> dict[str, Any]:
    return tomllib.loads((DATA / "rooms.toml").read_text(encoding="utf-8"))


def room_plans(rooms: int) -> list[RoomPlan]:
    """The hotel's rooms, floor by floor.

    Raises:
        ValueError: fewer than 1 or more rooms than the simulators take.
    """
    if not 1 <= rooms <= MOST_ROOMS:
        raise ValueError(f"rooms must be between 1 and {MOST_ROOMS}, not {rooms}")
    types = _figures()["types"]
    plans = []
    for index in range(rooms):
        floor, place = index // ROOMS_PER_FLOOR + 1, index % ROOMS_PER_FLOOR + 1
        code = "SUITE" if place == 10 else "TWIN" if place in (4, 5, 8, 9) else "KING"
        connecting = ""
        if place in (3, 4, 7, 8):
            other = place + 1 if place % 4 == 3 else place - 1
            if (floor - 1) * ROOMS_PER_FLOOR + other <= rooms:
                connecting = str(floor * 100 + other)
        plans.append(
            RoomPlan(
                number=str(floor * 100 + place),
                floor=str(floor),
                section=f"{floor}A" if place <= 5 else f"{floor}B",
                type_code=code,
                type_name=types[code]["name"],
                area_square_metres=types[code]["area_square_metres"],
                connecting=connecting,
                # One side looks south-south-east, the other north-north-west.
                facing_radians=math.radians(160.0 if place <= 5 else 340.0),
            )
        )
    return plans


def rooms_csv(plans: list[RoomPlan]) -> str:
    """The room list as CSV text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_HEADER)
    for plan in plans:
        writer.writerow(
            (
                plan.number,
                plan.floor,
                plan.section,
                plan.type_code,
                plan.type_name,
                f"{plan.area_square_metres:g}",
                plan.connecting,
            )
        )
    return text.getvalue()


def _draw(spread: Mapping[str, list[float]], rng: np.random.Generator) -> float:
    if "uniform" in spread:
        low, high = spread["uniform"]
        return float(rng.uniform(low, high))
    if "triangular" in spread:
        low, mode, high = spread["triangular"]
        return float(rng.triangular(low, mode, high))
    mean, deviation, bound = spread["normal"]
    return float(np.clip(rng.normal(mean, deviation), mean - bound, mean + bound))


def _bounded(value: float, bounds: list[float]) -> float:
    return min(bounds[1], max(bounds[0], value))


def cooling_share(outdoor_celsius: float) -> float:
    """Cooling capacity against that at 35 °C outdoors."""
    return min(1.08, max(0.6, 1.0 - 0.011 * (outdoor_celsius - 35.0)))


def heating_share(outdoor_celsius: float) -> float:
    """Heating capacity of the heat pump against that at 7 °C outdoors."""
    return min(1.1, max(0.5, 1.0 + 0.014 * (outdoor_celsius - 7.0)))


def corridor_celsius(mean_outdoor_celsius: float) -> float:
    """What the hotel keeps in its corridors on a day with this mean outdoor temperature."""
    return min(26.0, max(20.0, 20.5 + 0.22 * (mean_outdoor_celsius - 5.0)))


def _room_makeup(
    plan: RoomPlan, corner: bool, top: bool, seed: int, figures: dict[str, Any], climate: ClimateFigures
) -> dict[str, float]:
    """One room's own values; they depend on the seed and the room's number alone."""
    rng = np.random.default_rng([seed, int(plan.number)])
    shell, mass, light, unit = (figures[part] for part in ("envelope", "mass", "sun", "air_conditioner"))
    sensor, devices = figures["room_sensor"], figures["devices"]
    area = plan.area_square_metres
    volume = area * shell["ceiling_metres"]

    conductance = _draw(shell["conductance_watts_per_kelvin"], rng) * area / 30.0 * climate.envelope_factor
    corner_factor, top_factor = _draw(shell["corner_factor"], rng), _draw(shell["top_floor_factor"], rng)
    conductance *= (corner_factor if corner else 1.0) * (top_factor if top else 1.0)
    conductance = _bounded(conductance, shell["conductance_bounds"])
    direct = conductance * _draw(shell["direct_share"], rng)
    corridor = _draw(shell["corridor_watts_per_kelvin"], rng)
    infiltration = _draw(shell["infiltration_per_hour"], rng)

    air_capacity = volume * air.DENSITY * air.HEAT_CAPACITY
    light_capacity = _draw(mass["air_and_furniture_joules_per_kelvin"], rng)
    heavy = _bounded(
        _draw(mass["heavy_joules_per_kelvin_per_square_metre"], rng) * area, mass["heavy_bounds"]
    )
    coupling = _draw(mass["coupling_watts_per_kelvin"], rng)
    furniture_coupling = coupling * _draw(mass["furniture_share"], rng)
    mass_coupling = coupling - furniture_coupling
    glazing = _draw(light["window_square_metres"], rng) * _draw(light["window_gain_factor"], rng)

    # The engineer who chose the air conditioner: what it must carry on the hottest and the coldest
    # day with a margin, and enough to pull a warm room down while its walls give their heat back.
    leak = conductance + infiltration * volume / 3600.0 * air.DENSITY * air.HEAT_CAPACITY
    hot, cold = climate.design_summer_celsius, climate.design_winter_celsius
    summer_load = leak * max(0.0, hot - INDOOR_DESIGN_CELSIUS) + corridor * 4.0 + glazing * 180.0 + 200.0
    winter_load = leak * max(0.0, INDOOR_DESIGN_CELSIUS - cold)
    ratio = _draw(unit["heating_ratio"], rng)
    margin = _draw(unit["sizing_margin"], rng)
    pull = mass_coupling * _draw(unit["pull_down_kelvin"], rng) + 0.4 * summer_load
    cooling = max(
        summer_load * margin / SENSIBLE_DESIGN / cooling_share(hot),
        pull / SENSIBLE_DESIGN,
        winter_load * margin / heating_share(cold) / ratio,
    )
    cooling = _bounded(cooling, unit["cooling_watts"])
    return {
        "facing": plan.facing_radians,
        "volume": volume,
        "direct_conductance": direct,
        "mass_conductance": conductance - direct,
        "corridor_conductance": corridor,
        "infiltration_per_hour": infiltration,
        "window_open_per_hour": _draw(shell["window_open_per_hour"], rng),
        "air_capacity": air_capacity,
        "furniture_capacity": max(light_capacity - air_capacity, 0.15e6),
        "mass_capacity": heavy,
        "furniture_coupling": furniture_coupling,
        "mass_coupling": mass_coupling,
        "moisture_buffer": _draw(mass["moisture_buffer"], rng),
        "glazing": glazing,
        "curtain_factor": _draw(light["curtain_factor"], rng),
        "cooling_watts": cooling,
        "heating_watts": cooling * ratio,
        "efficiency_cooling": _draw(unit["efficiency_cooling"], rng),
        "efficiency_heating": _draw(unit["efficiency_heating"], rng),
        "least_fraction": _draw(unit["least_fraction"], rng),
        "minimum_off_seconds": _draw(unit["minimum_off_seconds"], rng),
        "minimum_on_seconds": _draw(unit["minimum_on_seconds"], rng),
        "deadband_celsius": _draw(unit["deadband_celsius"], rng),
        "fan_watts": _draw(unit["fan_watts"], rng),
        "standby_watts": _draw(unit["standby_watts"], rng),
        "unit_lag_seconds": _draw(unit["sensor_lag_seconds"], rng),
        "unit_bias_celsius": _draw(unit["sensor_bias_celsius"], rng),
        "sensor_lag_seconds": _draw(sensor["lag_seconds"], rng),
        "sensor_bias_celsius": _draw(sensor["bias_celsius"], rng),
        "sensor_noise_celsius": _draw(sensor["noise_celsius"], rng),
        "humidity_bias_percent": _draw(sensor["humidity_bias_percent"], rng),
        "humidity_noise_percent": _draw(sensor["humidity_noise_percent"], rng),
        "curtain_travel_seconds": _draw(devices["curtain_travel_seconds"], rng),
        "presence_off_delay_seconds": _draw(devices["presence_off_delay_seconds"], rng),
    }


def draw_makeup(plans: list[RoomPlan], seed: int, climate: ClimateFigures) -> RoomMakeup:
    """Draw every room's makeup. The same seed and rooms give the same values."""
    figures = _figures()
    top_floor = plans[-1].floor
    rows = [
        _room_makeup(
            plan,
            corner=(index % ROOMS_PER_FLOOR) in (0, 4, 5, 9),
            top=plan.floor == top_floor and top_floor != "1",
            seed=seed,
            figures=figures,
            climate=climate,
        )
        for index, plan in enumerate(plans)
    ]
    columns = {name: np.array([row[name] for row in rows], dtype=np.float64) for name in rows[0]}
    return RoomMakeup(
        sun_air_share=figures["sun"]["air_share"],
        sun_furniture_share=figures["sun"]["furniture_share"],
        **columns,
    )
