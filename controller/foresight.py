"""Looks ahead from what is believed of rooms: drift, time to be ready, energy; all rooms in one call.

The median comes from one run of the model; the doubt from runs with each principal direction of the
belief moved by half a deviation (first-order propagation), and from what no model knows: people next
door, the wind, doors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from controller.outlook import (
    DEPTH_STEP_KELVIN,
    DEPTHS,
    HORIZON_STEPS,
    STEP_MINUTES,
    Numbers,
    Outlook,
    OutlookSource,
    WeakReason,
)
from controller.room_beliefs import (
    AIR,
    AIR_CAPACITY,
    COOLING,
    HEATING,
    LEARNED_MINUTES,
    MASS,
    SIZE,
    WEAK,
    RoomStates,
)
from controller.room_model import SUN_TO_AIR, UNIT_SECONDS, Flags, RoomParameters, forces, stepper

_SECONDS = STEP_MINUTES * 60
# Starts are tried each quarter of an hour; what lies between is interpolated.
_START_STEP = 3
# The doubt is worked out at fewer still.
_DOUBT_STARTS = (0, 6, 18, 48, 96)
_MOVE = 0.5
LONGEST_MINUTES = HORIZON_STEPS * STEP_MINUTES
# What a room of known parameters still does not repeat.
WANDER_KELVIN_PER_ROOT_HOUR = 0.06
LEAST_DEVIATION_MINUTES, RAMP_DEVIATION_SHARE = 0.7, 0.05
NINE_OF_TEN = 1.2816
# Ramps that a room's mean error looks back on, and how many ramps the house's mean weighs against them.
RAMPS_REMEMBERED, RAMPS_SHRUNK = 12.0, 2.0
# A ramp whose time was doubted by this much counts half.
RAMP_DOUBT_MINUTES = 2.0
RAMP_LEAST_KELVIN, RAMP_LEAST_MINUTES = 0.7, 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is asked of each room; arrays over rooms.

    `unit_cooling_watts_per_watt` and the heating one are the units' efficiencies (heat per electricity).
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


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """Where rooms are being brought; arrays over rooms.

    Attributes:
        target_celsius: NaN where a room goes nowhere.
        full: the unit works at full power towards it; running: it works at all.
        disturbed: a window is open, somebody is in, or the room is not believed just now.
    """

    target_celsius: Numbers
    heating: Flags
    ready_within_kelvin: Numbers
    full: Flags
    running: Flags
    disturbed: Flags

    def asked(self, rows: NDArray[np.intp]) -> Asked:
        full = np.ones(len(rows))
        return Asked(
            self.target_celsius[rows],
            self.heating[rows],
            self.ready_within_kelvin[rows],
            full * -np.inf,
            full * np.inf,
            full,
            full,
            full * 0.0,
        )


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
class _Drift:
    """Rooms left alone: steps + 1 × rooms."""

    air: Numbers
    mass: Numbers
    watt_hours: Numbers


def outlooks(states: RoomStates, asked: Asked, weather: WeatherAhead, made_at: datetime) -> Sequence[Outlook]:
    """An outlook for each room of `states`, in their order."""
    if not len(states):
        return []
    weather = weather.reaching(2 * HORIZON_STEPS)
    parameters = states.parameters()
    known = np.isfinite(states.air_celsius) & states.heard
    worst = np.where(asked.heating, asked.setback_low_celsius, asked.setback_high_celsius)
    air = np.where(known, states.air_celsius, worst)
    mass = np.where(known, states.mass_celsius, worst)
    drift = _drift(parameters, air, mass, asked, weather)
    starts = np.arange(0, HORIZON_STEPS + 1, _START_STEP)
    ready = _ready(parameters, drift.air[starts].T, drift.mass[starts].T, starts, asked, weather)
    minutes = _between(ready, starts)
    drift_deviation, ready_deviation = _doubts(states, asked, weather, drift, ready, known)
    minutes, ready_deviation = _corrected(states, asked, minutes, ready_deviation)
    recover = _recover(states, parameters, asked, weather)
    ramp_watts = _electric(parameters, asked, weather, starts)
    hold, walls, fading = _hold_watts(parameters, drift, asked, weather)
    energy = drift.watt_hours.T + np.minimum(minutes, LONGEST_MINUTES) / 60 * _between(ramp_watts, starts)
    learned = states.learned_minutes >= LEARNED_MINUTES
    found: list[Outlook] = []
    for row in range(len(states)):
        weak = WEAK[int(states.weak[row])] or weather.weak_reason
        source: OutlookSource = "fallback" if not known[row] else "learned" if learned[row] else "prior"
        found.append(
            Outlook(
                made_at=made_at,
                air_celsius=float(air[row]) if known[row] else None,
                target_celsius=float(asked.target_celsius[row]),
                drift_celsius=drift.air[:, row],
                drift_deviation_kelvin=drift_deviation[row],
                ready_minutes=minutes[row],
                ready_deviation_minutes=ready_deviation[row],
                recover_minutes=recover[row],
                energy_watt_hours=energy[row],
                hold_watts=hold[row],
                wall_watts=walls[row],
                wall_minutes=float(fading[row]),
                source=source,
                weak_reason=weak,
            )
        )
    return found


def _corrected(
    states: RoomStates, asked: Asked, minutes: Numbers, deviation: Numbers
) -> tuple[Numbers, Numbers]:
    """Time to be ready with what the model leaves out: the unit coming to power, and the errors of past
    ramps. A way of seconds needs less of it than a whole ramp."""
    sign = np.where(asked.heating, 1.0, -1.0)
    running = np.clip(sign * states.unit_share, 0.0, 1.0)
    late = np.full(minutes.shape, UNIT_SECONDS / 60)
    late[:, 0] *= 1 - running
    late += ramp_error_minutes(states)[:, None]
    way = np.clip(np.where(np.isfinite(minutes), minutes, 60.0) / 5.0, 0.0, 1.0)
    corrected = np.maximum(minutes + late * way, 0.3 * minutes)
    return np.where(minutes > 0, corrected, 0.0), deviation * ramp_spread(states)[:, None]


def ramp_error_minutes(states: RoomStates) -> Numbers:
    """What to add to the model's time: a room's own mean error, shrunk to that of all rooms.

    The shrinkage is that of a random-effects mean (Robinson, "That BLUP is a good thing", 1991) with the
    weight of two ramps for the house.
    """
    seen = np.minimum(states.ramps, RAMPS_REMEMBERED)
    house = float(np.sum(seen * states.ramp_error_minutes) / (np.sum(seen) + 3.0))
    mean: Numbers = (seen * states.ramp_error_minutes + RAMPS_SHRUNK * house) / (seen + RAMPS_SHRUNK)
    return mean


def ramp_spread(states: RoomStates) -> Numbers:
    """What to multiply the said deviation by, from how ramps fell out until now; 1 = as said."""
    seen = np.minimum(states.ramps, RAMPS_REMEMBERED)
    house = float((np.sum(seen * states.ramp_square) + 5.0) / (np.sum(seen) + 5.0))
    square = (seen * states.ramp_square + 2 * RAMPS_SHRUNK * house) / (seen + 2 * RAMPS_SHRUNK)
    spread: Numbers = np.clip(np.sqrt(square), 0.35, 3.0)
    return spread


def watch_ramps(states: RoomStates, goal: Goal, outdoor_celsius: Numbers, minutes: float) -> RoomStates:
    """Follow rooms that are brought to their target at full power, and learn what they took.

    A ramp begins when a unit goes to full power a way off its goal, and counts when it arrives. It is
    given up when a window opens, the goal moves or the unit stops.

    Args:
        goal: where rooms go; call after `room_filter.update`.
        minutes: since the last call.
    """
    sign = np.where(goal.heating, 1.0, -1.0)
    edge = goal.target_celsius - sign * goal.ready_within_kelvin
    missing = sign * (edge - states.air_celsius)
    under_way = np.isfinite(states.ramp_goal_celsius)
    same = under_way & (np.abs(states.ramp_goal_celsius - edge) < 0.05)
    goes_on = same & goal.running & ~goal.disturbed & (states.ramp_minutes < LONGEST_MINUTES)
    lasted = states.ramp_minutes + minutes
    arrived = goes_on & (missing <= 0)
    fell = np.maximum(states.ramp_missing_kelvin - missing, 1e-6)
    took = lasted - np.clip(-missing / fell, 0.0, 1.0) * minutes
    counts = arrived & (states.ramp_predicted_minutes >= RAMP_LEAST_MINUTES)
    error = np.where(counts, np.clip(took - states.ramp_predicted_minutes, -40.0, 40.0), 0.0)
    # What a room took that is hardly known yet tells of the room, and that the filter has learned already.
    power = np.where(goal.heating, HEATING, COOLING)
    doubt = np.hypot(_deviation(states, power), _deviation(states, np.full(len(states), AIR_CAPACITY)))
    weight = np.where(
        counts, 1 / (1 + (doubt * states.ramp_predicted_minutes / RAMP_DOUBT_MINUTES) ** 2), 0.0
    )
    share = weight / np.minimum(states.ramps + 1.0, RAMPS_REMEMBERED)
    said = np.maximum(states.ramp_deviation_minutes, 0.3)
    left = np.clip((error - ramp_error_minutes(states)) / said, -3.0, 3.0) ** 2
    states = replace(
        states,
        ramps=states.ramps + weight,
        ramp_error_minutes=states.ramp_error_minutes + share * (error - states.ramp_error_minutes),
        ramp_square=states.ramp_square + share * (left - states.ramp_square),
        ramp_minutes=np.where(goes_on & ~arrived, lasted, 0.0),
        ramp_missing_kelvin=missing,
        ramp_goal_celsius=np.where(goes_on & ~arrived, states.ramp_goal_celsius, np.nan),
    )
    begins = ~under_way & goal.full & ~goal.disturbed & states.heard & (missing > RAMP_LEAST_KELVIN)
    if not np.any(begins):
        return states
    rows = np.nonzero(begins)[0]
    chosen = states.take(rows)
    weather = WeatherAhead(
        np.array([float(np.mean(outdoor_celsius[rows]))]), np.zeros(1), np.zeros(1), np.zeros(1)
    )
    asked = goal.asked(rows)
    begin = np.zeros(1, dtype=np.intp)
    air, mass = chosen.air_celsius, chosen.mass_celsius
    model = _ready(chosen.parameters(), air[:, None], mass[:, None], begin, asked, weather)[:, 0]
    shift = _MOVE * _roots(chosen.covariance).transpose(2, 0, 1).reshape(SIZE * len(rows), SIZE)
    again = np.tile(np.arange(len(rows)), SIZE)
    moved = _ready(
        chosen.take(again).parameters(shift),
        (air[again] + shift[:, AIR])[:, None],
        (mass[again] + shift[:, MASS])[:, None],
        begin,
        asked.take(again),
        weather,
    )[:, 0].reshape(SIZE, len(rows))
    capped = np.minimum(model, LONGEST_MINUTES)
    square = np.sum(((np.minimum(moved, LONGEST_MINUTES) - capped) / _MOVE) ** 2, axis=0)
    square = square + (LEAST_DEVIATION_MINUTES + RAMP_DEVIATION_SHARE * capped) ** 2
    minutes_said = model + UNIT_SECONDS / 60 * (1 - np.clip(np.abs(chosen.unit_share), 0, 1))
    predicted, edges = states.ramp_predicted_minutes.copy(), states.ramp_goal_celsius.copy()
    deviations = states.ramp_deviation_minutes.copy()
    predicted[rows], deviations[rows] = minutes_said, np.sqrt(square)
    edges[rows] = np.where(np.isfinite(minutes_said), edge[rows], np.nan)
    return replace(
        states,
        ramp_predicted_minutes=predicted,
        ramp_deviation_minutes=deviations,
        ramp_goal_celsius=edges,
    )


def _sun(parameters: RoomParameters, asked: Asked, weather: WeatherAhead, step: int) -> Numbers:
    rooms = len(parameters)
    return parameters.sun_watts(
        np.full(rooms, weather.irradiance_watts_per_square_metre[step]),
        np.full(rooms, weather.east[step]),
        asked.curtain_closed,
    )


def _drift(
    parameters: RoomParameters, air: Numbers, mass: Numbers, asked: Asked, weather: WeatherAhead
) -> _Drift:
    """Left alone within the setback limits, over the horizon. A room beyond a limit comes back to it."""
    rooms = len(parameters)
    step = stepper(parameters, _SECONDS)
    airs, masses = np.empty((HORIZON_STEPS + 1, rooms)), np.empty((HORIZON_STEPS + 1, rooms))
    spent = np.zeros((HORIZON_STEPS + 1, rooms))
    airs[0], masses[0] = air, mass
    for k in range(HORIZON_STEPS):
        outdoor = np.full(rooms, weather.outdoor_celsius[k])
        into_air, into_mass = forces(
            parameters, outdoor, _sun(parameters, asked, weather, k), np.zeros(rooms)
        )
        free, _ = step.step(airs[k], masses[k], into_air, into_mass)
        wanted = np.clip(free, asked.setback_low_celsius, asked.setback_high_celsius)
        heat = np.clip(
            (wanted - free) / step.air_by_air_watt,
            -parameters.cooling_watts(outdoor),
            parameters.heating_watts(outdoor),
        )
        # A unit that cannot do the other thing would be told so by its limits (±inf).
        airs[k + 1], masses[k + 1] = step.step(airs[k], masses[k], into_air + heat, into_mass)
        efficiency = np.where(heat < 0, asked.cooling_efficiency, asked.heating_efficiency)
        spent[k + 1] = spent[k] + np.abs(heat) / efficiency * (STEP_MINUTES / 60)
    return _Drift(airs, masses, spent)


def _ready(
    parameters: RoomParameters,
    air: Numbers,
    mass: Numbers,
    starts: NDArray[np.intp],
    asked: Asked,
    weather: WeatherAhead,
) -> Numbers:
    """Minutes of full power until ready, for rooms × starts; `inf` = not within eight hours."""
    step = stepper(parameters, _SECONDS).columns()
    heating = asked.heating[:, None]
    sign = np.where(heating, 1.0, -1.0)
    goal = asked.target_celsius[:, None] - sign * asked.ready_within_kelvin[:, None]
    missing = sign * (goal - air)  # kelvins still to go
    minutes = np.where(missing <= 0, 0.0, np.inf)
    for j in range(HORIZON_STEPS):
        if np.all(np.isfinite(minutes)):
            break
        at = np.minimum(starts + j, len(weather.outdoor_celsius) - 1)
        shape = air.shape
        outdoor = np.broadcast_to(weather.outdoor_celsius[at], shape)
        sun = parameters.sun_watts(
            np.broadcast_to(weather.irradiance_watts_per_square_metre[at], shape),
            np.broadcast_to(weather.east[at], shape),
            asked.curtain_closed[:, None],
        )
        heat = np.where(heating, parameters.heating_watts(outdoor), -parameters.cooling_watts(outdoor))
        air, mass = step.step(air, mass, *forces(parameters, outdoor, sun, heat))
        after = sign * (goal - air)
        crossed = (after <= 0) & ~np.isfinite(minutes)
        share = missing / np.where(crossed, missing - after, 1.0)
        minutes = np.where(crossed, (j + share) * STEP_MINUTES, minutes)
        missing = after
    return minutes


def _between(values: Numbers, starts: NDArray[np.intp]) -> Numbers:
    """Rooms × starts interpolated to rooms × every step; next to `inf` it is `inf`."""
    steps = np.arange(HORIZON_STEPS + 1)
    upper = np.clip(np.searchsorted(starts, steps), 1, len(starts) - 1)
    lower = upper - 1
    share = (steps - starts[lower]) / (starts[upper] - starts[lower])
    low, high = values[:, lower], values[:, upper]
    both = np.isfinite(low) & np.isfinite(high)
    mixed = np.where(both, low, 0.0) * (1 - share) + np.where(both, high, 0.0) * share
    return np.where(both, mixed, np.where(share == 0, low, np.where(share == 1, high, np.inf)))


def _doubts(
    states: RoomStates, asked: Asked, weather: WeatherAhead, drift: _Drift, ready: Numbers, known: Flags
) -> tuple[Numbers, Numbers]:
    """Deviations of drift (rooms × steps, K) and of the time to be ready (rooms × steps, minutes)."""
    rooms = len(states)
    starts = np.array(_DOUBT_STARTS)
    median = np.minimum(ready[:, starts // _START_STEP], LONGEST_MINUTES)
    roots = _roots(states.covariance)
    hours = np.arange(HORIZON_STEPS + 1) * STEP_MINUTES / 60
    drift_square = np.where(known[:, None], WANDER_KELVIN_PER_ROOT_HOUR**2 * hours, 4.0)
    # All directions in one run: room after room for the first, then for the second …
    shift = _MOVE * roots.transpose(2, 0, 1).reshape(SIZE * rooms, SIZE)
    again = np.tile(np.arange(rooms), SIZE)
    moved, asked_again = states.take(again).parameters(shift), asked.take(again)
    air, mass = drift.air[0][again] + shift[:, AIR], drift.mass[0][again] + shift[:, MASS]
    other = _drift(moved, air, mass, asked_again, weather)
    apart = (other.air.T.reshape(SIZE, rooms, HORIZON_STEPS + 1) - drift.air.T) / _MOVE
    drift_square = drift_square + np.sum(apart**2, axis=0)
    minutes = _ready(moved, other.air[starts].T, other.mass[starts].T, starts, asked_again, weather)
    late = np.minimum(minutes, LONGEST_MINUTES).reshape(SIZE, rooms, len(starts)) - median
    ready_square = np.sum((late / _MOVE) ** 2, axis=0)
    ready_square += (LEAST_DEVIATION_MINUTES + RAMP_DEVIATION_SHARE * median) ** 2
    return (
        np.minimum(np.sqrt(drift_square), 10.0),
        np.minimum(_between(np.sqrt(ready_square), starts), LONGEST_MINUTES),
    )


def _deviation(states: RoomStates, column: NDArray[np.int64]) -> Numbers:
    """Deviation of one number of each room's belief."""
    variance = states.covariance[np.arange(len(states)), column, column]
    deviation: Numbers = np.sqrt(np.maximum(variance, 0.0))
    return deviation


def _roots(covariance: Numbers) -> Numbers:
    """Principal directions of each room's doubt, scaled by their deviations; safe for a bad matrix."""
    values, vectors = np.linalg.eigh((covariance + covariance.transpose(0, 2, 1)) / 2)
    roots: Numbers = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    return roots


def _recover(states: RoomStates, parameters: RoomParameters, asked: Asked, weather: WeatherAhead) -> Numbers:
    """Minutes to be ready from rest at each depth, as sure as 9 of 10; rooms × depths.

    At rest the mass has followed the air: it is the slower of the two to come back, and the careful guess.
    """
    sign = np.where(asked.heating, 1.0, -1.0)[:, None]
    air = asked.target_celsius[:, None] - sign * np.arange(DEPTHS) * DEPTH_STEP_KELVIN
    minutes = _ready(parameters, air, air, np.zeros(DEPTHS, dtype=np.intp), asked, weather)
    power_doubt = _deviation(states, np.where(asked.heating, HEATING, COOLING))
    doubt = np.hypot(power_doubt, RAMP_DEVIATION_SHARE)[:, None]
    sure = minutes * (1 + NINE_OF_TEN * doubt) + NINE_OF_TEN * LEAST_DEVIATION_MINUTES
    return np.where(minutes > 0, sure, 0.0)


def _electric(
    parameters: RoomParameters, asked: Asked, weather: WeatherAhead, steps: NDArray[np.intp]
) -> Numbers:
    """Electric watts at full power around these steps; rooms × steps."""
    outdoor = np.broadcast_to(weather.outdoor_celsius[steps], (len(parameters), len(steps)))
    return np.where(
        asked.heating[:, None],
        parameters.heating_watts(outdoor) / asked.heating_efficiency[:, None],
        parameters.cooling_watts(outdoor) / asked.cooling_efficiency[:, None],
    )


def _hold_watts(
    parameters: RoomParameters, drift: _Drift, asked: Asked, weather: WeatherAhead
) -> tuple[Numbers, Numbers, Numbers]:
    """(electric watts that keep a room at its target for good; what its walls take beyond that just after it
    came there, negative where they give; minutes in which that fades). Rooms × steps, but the last.

    Walls are where the room drifted to: for hours they matter more than the weather.
    """
    shape = (len(parameters), HORIZON_STEPS + 1)
    outdoor = np.broadcast_to(weather.outdoor_celsius[: HORIZON_STEPS + 1], shape)
    sun = parameters.sun_watts(
        np.broadcast_to(weather.irradiance_watts_per_square_metre[: HORIZON_STEPS + 1], shape),
        np.broadcast_to(weather.east[: HORIZON_STEPS + 1], shape),
        asked.curtain_closed[:, None],
    )
    target = asked.target_celsius[:, None]
    coupling = parameters.coupling_watts_per_kelvin[:, None]
    outwards = parameters.mass_conductance_watts_per_kelvin[:, None]
    # Where the walls come to rest beside air at the target.
    rest = coupling * target + outwards * outdoor + (1 - SUN_TO_AIR) * sun
    rest = rest / (coupling + outwards)
    load = (
        coupling * (rest - target)
        + parameters.air_conductance_watts_per_kelvin[:, None] * (outdoor - target)
        + parameters.gain_watts[:, None]
        + SUN_TO_AIR * sun
    )
    sign = np.where(asked.heating, -1.0, 1.0)[:, None]
    efficiency = np.where(asked.heating, asked.heating_efficiency, asked.cooling_efficiency)[:, None]
    walls = coupling * (drift.mass.T - rest)
    fading = parameters.mass_capacity_joules_per_kelvin[:, None] / (coupling + outwards) / 60
    return np.maximum(sign * load, 0.0) / efficiency, sign * walls / efficiency, fading[:, 0]
