"""Looks ahead from what is believed of rooms: drift, time to be ready, energy; all rooms in one call.

The median comes from one run of the model; the doubt from runs with each principal direction of the
belief moved by half a deviation (first-order propagation), and from what no model knows: people next
door, the wind, doors.
"""

from __future__ import annotations

from collections.abc import Sequence
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
)
from controller.ramp_curve import LEAST_RAMPS, curve, no_later
from controller.room_ahead import Asked, Drift, RoomsAhead, WeatherAhead
from controller.room_beliefs import (
    AIR,
    COOLING,
    HEATING,
    LEARNED_MINUTES,
    MASS,
    SIZE,
    WEAK,
    RoomStates,
    corrected,
)
from controller.room_model import SUN_TO_AIR, UNIT_SECONDS, Flags, RoomParameters

# So many rooms are run side by side: what they need at once fits a processor's cache.
_SIDE_BY_SIDE = 50
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


def outlooks(states: RoomStates, asked: Asked, weather: WeatherAhead, made_at: datetime) -> Sequence[Outlook]:
    """An outlook for each room of `states`, in their order."""
    weather = weather.reaching(2 * HORIZON_STEPS)
    found: list[Outlook] = []
    for first in range(0, len(states), _SIDE_BY_SIDE):
        rows = np.arange(first, min(first + _SIDE_BY_SIDE, len(states)))
        found.extend(_outlooks(states.take(rows), asked.take(rows), weather, made_at))
    return found


def _outlooks(states: RoomStates, asked: Asked, weather: WeatherAhead, made_at: datetime) -> list[Outlook]:
    rooms = len(states)
    known = np.isfinite(states.air_celsius) & states.heard
    worst = np.where(asked.heating, asked.setback_low_celsius, asked.setback_high_celsius)
    air = np.where(known, states.air_celsius, worst)
    mass = np.where(known, states.mass_celsius, worst)
    shift, again = _moves(states)
    moved = corrected(states.base.take(again), states.mean[again] + shift)
    ahead = RoomsAhead(moved, asked.take(again), weather)
    drift = ahead.drift(air[again] + shift[:, AIR], mass[again] + shift[:, MASS])
    starts, doubt_starts = np.arange(0, HORIZON_STEPS + 1, _START_STEP), np.array(_DOUBT_STARTS)
    ready, other, at_rest = _ready(ahead, drift, asked, starts, doubt_starts)
    parameters = moved.take(again[:rooms])
    minutes = _between(ready, starts)
    drift_deviation = _drift_deviation(drift.air.reshape(HORIZON_STEPS + 1, 1 + SIZE, rooms), known)
    ready_deviation = _ready_deviation(ready[:, doubt_starts // _START_STEP], other, doubt_starts)
    air_then, mass_then = drift.air[:, :rooms], drift.mass[:, :rooms]
    minutes, ready_deviation = _corrected(states, asked, air_then, mass_then, minutes, ready_deviation)
    recover = _recover(states, asked, at_rest)
    ramp_watts = _electric(parameters, asked, weather, starts)
    hold, walls, fading = _hold_watts(parameters, drift.mass[:, :rooms].T, asked, weather)
    spent = drift.watt_hours[:, :rooms].T
    energy = spent + np.minimum(minutes, LONGEST_MINUTES) / 60 * _between(ramp_watts, starts)
    learned = states.learned_minutes >= LEARNED_MINUTES
    found: list[Outlook] = []
    for row in range(rooms):
        weak = WEAK[int(states.weak[row])] or weather.weak_reason
        source: OutlookSource = "fallback" if not known[row] else "learned" if learned[row] else "prior"
        found.append(
            Outlook(
                made_at=made_at,
                air_celsius=float(air[row]) if known[row] else None,
                target_celsius=float(asked.target_celsius[row]),
                # A copy: the run that it is a piece of is fifteen times as large.
                drift_celsius=drift.air[:, row].copy(),
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


def _ready(
    ahead: RoomsAhead,
    drift: Drift,
    asked: Asked,
    starts: NDArray[np.intp],
    doubt_starts: NDArray[np.intp],
) -> tuple[Numbers, Numbers, Numbers]:
    """Minutes of full power, in one pass: (rooms × starts as believed, directions × rooms × doubt starts
    when moved, rooms × depths from rest).

    At rest the mass has followed the air: it is the slower of the two to come back, and the careful guess.
    """
    rooms = len(asked.heating)
    believed, moved = np.arange(rooms), np.arange(rooms, rooms * (1 + SIZE))
    sign = np.where(asked.heating, 1.0, -1.0)[:, None]
    rest = (asked.target_celsius[:, None] - sign * np.arange(DEPTHS) * DEPTH_STEP_KELVIN).ravel()
    rows = np.concatenate(
        [np.repeat(believed, len(starts)), np.repeat(moved, len(doubt_starts)), np.repeat(believed, DEPTHS)]
    )
    first = np.concatenate(
        [np.tile(starts, rooms), np.tile(doubt_starts, len(moved)), np.zeros(len(rest), dtype=np.intp)]
    )
    drifting = slice(0, len(rows) - len(rest))
    minutes = ahead.ready_minutes(
        rows,
        first,
        np.concatenate([drift.air[first[drifting], rows[drifting]], rest]),
        np.concatenate([drift.mass[first[drifting], rows[drifting]], rest]),
    )
    as_believed, as_moved, from_rest = np.split(
        minutes, np.cumsum([rooms * len(starts), len(moved) * len(doubt_starts)])
    )
    return (
        as_believed.reshape(rooms, len(starts)),
        as_moved.reshape(SIZE, rooms, len(doubt_starts)),
        from_rest.reshape(rooms, DEPTHS),
    )


def _corrected(
    states: RoomStates,
    asked: Asked,
    air: Numbers,
    mass: Numbers,
    minutes: Numbers,
    deviation: Numbers,
) -> tuple[Numbers, Numbers]:
    """Time to be ready with what the model leaves out: the unit coming to power, and what the house's ramps
    took until now. `air`, `mass`: at each start, steps × rooms."""
    sign = np.where(asked.heating, 1.0, -1.0)
    running = np.clip(sign * states.unit_share, 0.0, 1.0)
    late = np.full(minutes.shape, UNIT_SECONDS / 60)
    late[:, 0] *= 1 - running
    way, walls = (sign[:, None] * (asked.edge_celsius[:, None] - celsius.T) for celsius in (air, mass))
    whole = np.where(minutes > 0, minutes + late, 0.0)
    house = curve(states.house_ramp_sums, states.ramp_sums)
    told, doubt = house.told(whole, way, walls)
    # Until its ramps tell, and of a room that nothing measures, the model's own doubt is added.
    unsure = ~states.heard | (house.ramps < LEAST_RAMPS)
    doubt = np.where(unsure[:, None], np.hypot(doubt, deviation), doubt)
    return no_later(told, doubt, STEP_MINUTES)


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


def _drift_deviation(air: Numbers, known: Flags) -> Numbers:
    """Deviation of the drift, rooms × steps (K), from runs as believed and moved: steps × runs × rooms."""
    hours = np.arange(HORIZON_STEPS + 1) * STEP_MINUTES / 60
    square = np.where(known[:, None], WANDER_KELVIN_PER_ROOT_HOUR**2 * hours, 4.0)
    apart = (air[:, 1:] - air[:, :1]) / _MOVE
    deviation: Numbers = np.sqrt(square + np.sum(apart**2, axis=1).T)
    return np.minimum(deviation, 10.0)


def _ready_deviation(believed: Numbers, moved: Numbers, starts: NDArray[np.intp]) -> Numbers:
    """Deviation of the time to be ready, rooms × every step (minutes), from what it is at `starts`."""
    median = np.minimum(believed, LONGEST_MINUTES)
    late = np.minimum(moved, LONGEST_MINUTES) - median
    square = np.sum((late / _MOVE) ** 2, axis=0)
    square += (LEAST_DEVIATION_MINUTES + RAMP_DEVIATION_SHARE * median) ** 2
    return np.minimum(_between(np.sqrt(square), starts), LONGEST_MINUTES)


def _deviation(states: RoomStates, column: NDArray[np.int64]) -> Numbers:
    """Deviation of one number of each room's belief."""
    variance = states.covariance[np.arange(len(states)), column, column]
    deviation: Numbers = np.sqrt(np.maximum(variance, 0.0))
    return deviation


def _moves(states: RoomStates) -> tuple[Numbers, NDArray[np.intp]]:
    """What is added to each room's belief in each run, and which room each run is of: all rooms as they
    are believed to be, then all with their first principal direction moved, all with their second …

    Directions are scaled by their deviations; a bad matrix does no harm.
    """
    rooms = len(states)
    values, vectors = np.linalg.eigh((states.covariance + states.covariance.transpose(0, 2, 1)) / 2)
    roots = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    still = np.zeros((1, rooms, SIZE))
    shift: Numbers = np.concatenate([still, _MOVE * roots.transpose(2, 0, 1)]).reshape(-1, SIZE)
    return shift, np.tile(np.arange(rooms), 1 + SIZE)


def _recover(states: RoomStates, asked: Asked, minutes: Numbers) -> Numbers:
    """Minutes to be ready from rest at each depth, as sure as 9 of 10; rooms × depths."""
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
    parameters: RoomParameters, mass: Numbers, asked: Asked, weather: WeatherAhead
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
    walls = coupling * (mass - rest)
    fading = parameters.mass_capacity_joules_per_kelvin[:, None] / (coupling + outwards) / 60
    return np.maximum(sign * load, 0.0) / efficiency, sign * walls / efficiency, fading[:, 0]
