"""What is drawn of the comfort bench beforehand: houses, who stays in them, what people do there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from benchmarks.comfort_factors import MINUTE, ZONE, drawn, factors
from benchmarks.comfort_observed import Flags, Season
from benchmarks.comfort_stays import Stay, stays_of
from simulators.building import Floats, RoomMakeup, RoomPlan, draw_makeup, room_plans
from simulators.physics import RoomUse
from simulators.weather import Weather


@dataclass(frozen=True, slots=True)
class Scene:
    """Which houses, for how long, in which weather: `seeds` × `rooms` rooms stand side by side."""

    climate: str
    seeds: tuple[int, ...]
    rooms: int
    days: int

    @property
    def season(self) -> Season:
        return "cooling" if factors()["climates"][self.climate]["season"] == "summer" else "heating"

    @property
    def places(self) -> int:
        """Rooms of all houses."""
        return self.rooms * len(self.seeds)


@dataclass(frozen=True, slots=True)
class Happening:
    """What people make of a room, on the mean of a while."""

    window_open: float
    people: float
    lamp_watts: float
    curtain_open: float


class History:
    """What people made of the rooms, minute by minute: what only foresight may know."""

    def __init__(self, minutes: int, places: int) -> None:
        self._tables = np.zeros((4, minutes, places), dtype=np.float32)

    def note(self, now: float, use: RoomUse, places: int) -> None:
        """Keep what holds from now on for a minute."""
        at = int(now // MINUTE)
        kept = (use.window_open, use.people, use.lamp_watts, use.curtain_open)
        for table, values in zip(self._tables, kept, strict=True):
            table[at] = values[:places]

    def over(self, place: int, begin: float, end: float) -> Happening:
        """The mean from `begin` to `end`."""
        first = min(int(begin // MINUTE), self._tables.shape[1] - 1)
        last = max(first + 1, int(end // MINUTE))
        return Happening(*(float(value) for value in self._tables[:, first:last, place].mean(axis=1)))


def tiled(makeup: RoomMakeup, times: int) -> RoomMakeup:
    """The same rooms several times over."""
    changed: dict[str, Any] = {
        part.name: np.tile(value, times)
        for part in fields(makeup)
        if isinstance(value := getattr(makeup, part.name), np.ndarray)
    }
    return replace(makeup, **changed)


def _joined(makeups: Sequence[RoomMakeup]) -> RoomMakeup:
    first = makeups[0]
    changed: dict[str, Any] = {
        part.name: np.concatenate([getattr(made, part.name) for made in makeups])
        for part in fields(first)
        if isinstance(getattr(first, part.name), np.ndarray)
    }
    return replace(first, **changed)


@dataclass(frozen=True, slots=True)
class Houses:
    """What is drawn of a scene: the rooms, who stays in them, what happens in them. Same for all policies."""

    scene: Scene
    plans: list[RoomPlan]
    makeup: RoomMakeup
    stays: list[list[Stay]]
    has_contact: Flags
    curtain_open: Floats
    weather: Weather

    @classmethod
    def draw(cls, scene: Scene) -> Houses:
        """Draw the houses of a scene."""
        sensors, bookings = factors()["sensors"], factors()["bookings"]
        weather = Weather(factors()["climates"][scene.climate]["place"], ZONE)
        plans = room_plans(scene.rooms)
        makeups, stays, contacts, curtains = [], [], [], []
        for house, seed in enumerate(scene.seeds):
            draw = np.random.default_rng([seed, 3])
            sold = draw.uniform(bookings["sold_from"], bookings["sold_to"])
            made = draw_makeup(plans, seed, weather.figures)
            size = scene.rooms
            own = [np.random.default_rng([seed, 4, room]) for room in range(size)]
            makeups.append(
                replace(
                    made,
                    sensor_bias_celsius=np.array([drawn(sensors["bias_celsius"], d) for d in own]),
                    sensor_noise_celsius=np.array([drawn(sensors["noise_celsius"], d) for d in own]),
                    unit_bias_celsius=np.array([drawn(sensors["unit_bias_celsius"], d) for d in own]),
                )
            )
            contacts += [d.random() < sensors["window_contact_share"] for d in own]
            curtains += [float(drawn(factors()["cleaning"]["curtain_open"], d)) for d in own]
            for room in range(scene.rooms):
                first = house * scene.rooms
                stays.append(
                    [replace(stay, room=first + room) for stay in stays_of(seed, room, scene.days, sold)]
                )
        return cls(
            scene,
            plans * len(scene.seeds),
            _joined(makeups),
            stays,
            np.array(contacts),
            np.array(curtains),
            weather,
        )

    def seed_of(self, place: int) -> int:
        """The seed of the house in which a place lies."""
        return self.scene.seeds[place // self.scene.rooms]
