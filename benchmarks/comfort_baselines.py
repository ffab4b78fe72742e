"""What Innkeeper's comfort is held against: always on, fixed leads, a published optimal start, full power.

All of them keep the house's limits in an empty room and rest while a window is told open, as any room
controller does. None of them corrects a unit's own thermostat.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from benchmarks.comfort_factors import MINUTE, factors
from benchmarks.comfort_observed import COOL, HEAT, OFF, Flags, Observed, Orders
from simulators.building import Floats

LIMIT_BAND_KELVIN = 1.0
READY_WITHIN_KELVIN = 0.3
LONGEST_LEAD_MINUTES, SHORTEST_LEAD_MINUTES = 360.0, 10.0


@dataclass(slots=True)
class Thermostat:
    """Turns "this room is wanted now" into orders, and keeps the limits of the others."""

    guarded: Flags = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))

    def orders(self, observed: Observed, wanted: Flags) -> Orders:
        """Rooms in `wanted` are brought to their guest's temperature, the others kept inside the limits."""
        world, air = factors()["world"], observed.air_celsius
        cooling = observed.season == "cooling"
        limit = world["vacant_highest_celsius"] if cooling else world["vacant_lowest_celsius"]
        beyond = (air - limit) if cooling else (limit - air)
        if len(self.guarded) != len(observed):
            self.guarded = np.zeros(len(observed), dtype=np.bool_)
        self.guarded = ((beyond >= 0) | (self.guarded & (beyond > -LIMIT_BAND_KELVIN))) & ~wanted
        on = (wanted | self.guarded) & ~observed.window_open
        inside = limit - LIMIT_BAND_KELVIN / 2 if cooling else limit + LIMIT_BAND_KELVIN / 2
        return Orders(
            np.where(on, COOL if cooling else HEAT, OFF), np.where(wanted, observed.wanted_celsius, inside)
        )


class AlwaysOn:
    """Every empty room is held at the temperature of its next guest (without one: the house's)."""

    name = "always on"

    def __init__(self) -> None:
        self._thermostat = Thermostat()

    def decide(self, _now: float, observed: Observed) -> Orders:
        return self._thermostat.orders(observed, np.ones(len(observed), dtype=np.bool_))


class FixedLead:
    """On from a fixed time before the said arrival until the guest comes or is given up."""

    def __init__(self, minutes: float) -> None:
        self.name = f"fixed {minutes / 60:g} h"
        self._lead = minutes * MINUTE
        self._thermostat = Thermostat()

    def decide(self, now: float, observed: Observed) -> Orders:
        due = now >= np.where(np.isnan(observed.eta_seconds), np.inf, observed.eta_seconds) - self._lead
        return self._thermostat.orders(observed, (due | observed.checked_in) & ~observed.let)


class OptimalStart:
    """The two-parameter optimal start: minutes = a + b·ΔT, learned per room by recursive least squares.

    J. E. Seem, J. M. House, C. J. Alcala, "Evaluation of Optimal Start Algorithms", International High
    Performance Buildings Conference at Purdue, 2016, paper 231: of 57 models compared, those with two
    parameters are advised. ΔT is the room's distance from what is wanted at the time of the decision.
    """

    name = "optimal start"
    FIRST_MINUTES, FIRST_MINUTES_PER_KELVIN = 10.0, 12.0
    FORGETTING = 0.95

    def __init__(self) -> None:
        self._thermostat = Thermostat()
        self._rooms = 0

    def _begin(self, rooms: int) -> None:
        self._rooms = rooms
        self._model = np.tile([self.FIRST_MINUTES, self.FIRST_MINUTES_PER_KELVIN], (rooms, 1))
        self._covariance = np.tile(np.diag([25.0, 25.0]), (rooms, 1, 1))
        self._started = np.full(rooms, np.nan)
        self._from_kelvin = np.zeros(rooms)
        self._stay = np.full(rooms, -1)

    def _distance(self, observed: Observed) -> Floats:
        off = observed.air_celsius - observed.wanted_celsius
        off = off if observed.season == "cooling" else -off
        return np.maximum(0.0, np.nan_to_num(off) - READY_WITHIN_KELVIN)

    def _learn(self, rooms: Flags, minutes: Floats) -> None:
        for room in np.nonzero(rooms)[0]:
            features = np.array([1.0, self._from_kelvin[room]])
            spread = self._covariance[room] @ features
            gain = spread / (self.FORGETTING * 25.0 + features @ spread)
            error = minutes[room] - self._model[room] @ features
            self._model[room] = np.clip(self._model[room] + gain * error, [0.0, 1.0], [60.0, 90.0])
            self._covariance[room] = (self._covariance[room] - np.outer(gain, spread)) / self.FORGETTING

    def decide(self, now: float, observed: Observed) -> Orders:
        if self._rooms != len(observed):
            self._begin(len(observed))
        stays = np.array([-1 if guest is None else guest.stay_id for guest in observed.awaited])
        self._started[stays != self._stay] = np.nan
        self._stay = stays
        distance = self._distance(observed)
        lead = np.clip(
            self._model[:, 0] + self._model[:, 1] * distance, SHORTEST_LEAD_MINUTES, LONGEST_LEAD_MINUTES
        )
        eta = np.where(np.isnan(observed.eta_seconds), np.inf, observed.eta_seconds)
        due = ((now >= eta - lead * MINUTE) | observed.checked_in) & ~observed.let
        fresh = due & np.isnan(self._started)
        self._started[fresh], self._from_kelvin[fresh] = now, distance[fresh]
        running = ~np.isnan(self._started) & ~observed.let
        minutes = (now - self._started) / MINUTE
        reached = running & (distance <= 0) & (self._from_kelvin >= 0.5) & (minutes > 0)
        self._learn(reached, minutes)
        self._from_kelvin[reached] = 0.0
        return self._thermostat.orders(observed, running)


class FullPower:
    """All the unit has in the season's direction from check-out on, and no more once the true air is right.

    It reads the truth: what it does not reach, nobody can. Arrivals that it reaches are "recoverable". Nobody
    heats in July: a room that the guest before left too cold for the next one is not recoverable.
    """

    name = "full power"
    EXTREME_KELVIN = 8.0

    def decide(self, _now: float, observed: Observed) -> Orders:
        cooling = observed.season == "cooling"
        off = observed.air_celsius - observed.wanted_celsius
        push = (off if cooling else -off) > 0
        mode = np.where(push & ~observed.window_open, COOL if cooling else HEAT, OFF)
        extreme = -self.EXTREME_KELVIN if cooling else self.EXTREME_KELVIN
        return Orders(mode, observed.wanted_celsius + extreme)
