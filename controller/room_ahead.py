"""Rooms run ahead under the weather: left alone, or at full power; many rooms and many starts in one pass.

What weather does to a room does not depend on where the room is, so it is worked out once for every step
ahead; what is left to do step by step is a product of 2×2 a room. A `lane` is one room tried from one
moment: lanes that have arrived are dropped, so that a pass costs what its slow rooms cost.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from controller.outlook import HORIZON_STEPS, STEP_MINUTES, Numbers, WeakReason
from controller.room_model import Flags, RoomParameters, forces, stepper

STEP_SECONDS = STEP_MINUTES * 60


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is asked of each room; arrays over rooms.

    `cooling_efficiency` and the heating one are the units' (heat per electricity).
    """

    target_celsius: Numbers
    heating: Flags
    ready_within_kelvin: Numbers
    setback_low_celsius: Numbers
    setback_high_celsius: Numbers
    cooling_efficiency: Numbers
    heating_efficiency: Numbers
    curtain_closed: Numbers

    def take(self, rows: NDArray[np.intp]) -> Asked:
        """The same of some rooms, in the order of `rows`."""
        return Asked(*(getattr(self, field.name)[rows] for field in fields(self)))

    @property
    def edge_celsius(self) -> Numbers:
        """Where a room that comes from its setback is ready."""
        return self.target_celsius + np.where(self.heating, -1.0, 1.0) * self.ready_within_kelvin


@dataclass(frozen=True, slots=True, eq=False)
class WeatherAhead:
    """Weather at now + k·`STEP_MINUTES`, for all rooms alike; the last value goes on.

    `weak_reason`: why it is worth less than a forecast; None when it is one.
    """

    outdoor_celsius: Numbers
    outdoor_deviation_kelvin: Numbers
    irradiance_watts_per_square_metre: Numbers
    east: Numbers
    weak_reason: WeakReason | None = None

    def reaching(self, steps: int) -> WeatherAhead:
        """The same for `steps` + 1 times."""

        def filled(values: Numbers) -> Numbers:
            missing = steps + 1 - len(values)
            return values[: steps + 1] if missing <= 0 else np.append(values, np.full(missing, values[-1]))

        return WeatherAhead(
            filled(self.outdoor_celsius),
            filled(self.outdoor_deviation_kelvin),
            filled(self.irradiance_watts_per_square_metre),
            filled(self.east),
            self.weak_reason,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """Rooms left alone: `HORIZON_STEPS` + 1 × rooms."""

    air: Numbers
    mass: Numbers
    watt_hours: Numbers


class RoomsAhead:
    """Some rooms under one weather, ready to be tried from many moments.

    Args:
        parameters: what they are made of.
        weather: as far as the last start and `HORIZON_STEPS` beyond it.
    """

    def __init__(self, parameters: RoomParameters, asked: Asked, weather: WeatherAhead) -> None:
        self._asked = asked
        self._step = stepper(parameters, STEP_SECONDS)
        shape = (len(parameters), len(weather.outdoor_celsius))
        outdoor = np.broadcast_to(weather.outdoor_celsius, shape)
        sun = parameters.sun_watts(
            np.broadcast_to(weather.irradiance_watts_per_square_metre, shape),
            np.broadcast_to(weather.east, shape),
            asked.curtain_closed[:, None],
        )
        into_air, into_mass = forces(parameters, outdoor, sun, np.zeros(1))
        step = self._step
        # From here on steps × rooms: what a pass reads together lies together.
        self._cooling_watts = _by_step(parameters.cooling_watts(outdoor))
        self._heating_watts = _by_step(parameters.heating_watts(outdoor))
        into_air, into_mass = _by_step(into_air), _by_step(into_mass)
        self._air_kelvin = step.air_by_air_watt * into_air + step.air_by_mass_watt * into_mass
        self._mass_kelvin = step.mass_by_air_watt * into_air + step.mass_by_mass_watt * into_mass

    def drift(self, air: Numbers, mass: Numbers) -> Drift:
        """Left alone within the setback limits, over the horizon. A room beyond a limit comes back to it."""
        step, asked = self._step, self._asked
        low, high = asked.setback_low_celsius, asked.setback_high_celsius
        # What a unit can do in a step. One that cannot do the other thing is told so by its limits (±inf).
        coldest = -self._cooling_watts[:HORIZON_STEPS] * step.air_by_air_watt
        warmest = self._heating_watts[:HORIZON_STEPS] * step.air_by_air_watt
        mass_by_air = step.mass_by_air_watt / step.air_by_air_watt
        airs, masses = (np.empty((HORIZON_STEPS + 1, len(air))) for _ in range(2))
        pushes = np.empty((HORIZON_STEPS, len(air)))
        airs[0], masses[0] = air, mass
        for k in range(HORIZON_STEPS):
            air, mass = airs[k], masses[k]
            free = step.air_to_air * air + step.mass_to_air * mass + self._air_kelvin[k]
            push = np.minimum(np.maximum(free, low), high) - free
            push = np.minimum(np.maximum(push, coldest[k]), warmest[k], out=pushes[k])
            np.add(free, push, out=airs[k + 1])
            left = step.air_to_mass * air + step.mass_to_mass * mass + self._mass_kelvin[k]
            np.add(left, mass_by_air * push, out=masses[k + 1])
        heat = pushes / step.air_by_air_watt
        watts = np.abs(heat) / np.where(heat < 0, asked.cooling_efficiency, asked.heating_efficiency)
        spent = np.zeros_like(airs)
        np.cumsum(watts * (STEP_MINUTES / 60), axis=0, out=spent[1:])
        return Drift(airs, masses, spent)

    def ready_minutes(
        self, rows: NDArray[np.intp], starts: NDArray[np.intp], air: Numbers, mass: Numbers
    ) -> Numbers:
        """Minutes of full power until ready; `inf` = not within eight hours. All arrays over lanes.

        Args:
            rows: which room; starts: at which step it begins; air, mass: how the room is then.
        """
        asked, step = self._asked, self._step
        rooms = len(asked.heating)
        heat = np.where(asked.heating, self._heating_watts, -self._cooling_watts)
        air_kelvin = (self._air_kelvin + step.air_by_air_watt * heat).ravel()
        mass_kelvin = (self._mass_kelvin + step.mass_by_air_watt * heat).ravel()
        sign = np.where(asked.heating, 1.0, -1.0)[rows]
        edge = asked.edge_celsius[rows]
        missing = sign * (edge - air)  # kelvins still to go
        minutes = np.where(missing <= 0, 0.0, np.inf)
        lanes = np.nonzero(missing > 0)[0]
        chosen = rows[lanes]
        air_to_air, mass_to_air = step.air_to_air[chosen], step.mass_to_air[chosen]
        air_to_mass, mass_to_mass = step.air_to_mass[chosen], step.mass_to_mass[chosen]
        air, mass, missing, sign, edge = air[lanes], mass[lanes], missing[lanes], sign[lanes], edge[lanes]
        place = starts[lanes] * rooms + chosen
        for j in range(HORIZON_STEPS):
            if not len(lanes):
                break
            air, mass = (
                air_to_air * air + mass_to_air * mass + air_kelvin[place],
                air_to_mass * air + mass_to_mass * mass + mass_kelvin[place],
            )
            after = sign * (edge - air)
            crossed = after <= 0
            if crossed.any():
                share = missing[crossed] / (missing[crossed] - after[crossed])
                minutes[lanes[crossed]] = (j + share) * STEP_MINUTES
                on = ~crossed
                air_to_air, mass_to_air = air_to_air[on], mass_to_air[on]
                air_to_mass, mass_to_mass = air_to_mass[on], mass_to_mass[on]
                lanes, place, sign, edge = lanes[on], place[on], sign[on], edge[on]
                air, mass, after = air[on], mass[on], after[on]
            missing = after
            place = place + rooms
        return minutes


def _by_step(values: Numbers) -> Numbers:
    return np.ascontiguousarray(values.T)
