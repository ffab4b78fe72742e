"""Follows rooms that are brought to their target, and keeps what they took (`ramp_curve`).

A ramp is what a plan foretells: from the moment at which the room is sent on its way until its air is where
it should be, with the minutes in which its compressor must still rest and those in which it slows down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from controller.foresight import LONGEST_MINUTES
from controller.outlook import HORIZON_STEPS, Numbers
from controller.ramp_curve import added, curve, seen
from controller.room_ahead import Asked, RoomsAhead, WeatherAhead
from controller.room_beliefs import RoomStates
from controller.room_filter import Inputs
from controller.room_model import UNIT_SECONDS, Flags

RAMP_LEAST_KELVIN = 0.5
# A compressor that was stopped rests so long before it starts again.
REST_MINUTES = 10.0
# A sensor that is further off than this has not seen yet what is believed of the air.
SENSED_WITHIN_KELVIN = 0.5
# The lag of a usual wall sensor (`room_model.BOUNDS` has 4.5 min in the middle), where it is the sensor that
# tells that the room is there.
SENSOR_LATE_MINUTES = 3.0
# What the mean error of a room, as people are told it, looks back on.
ERRORS_REMEMBERED = 12.0


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """Where rooms are being brought; arrays over rooms.

    Attributes:
        target_celsius: NaN where a room goes nowhere.
        sent: on their way, and not only kept where they are; running: the unit works.
        disturbed: a window is open, somebody is in, or the room is not believed just now.
    """

    target_celsius: Numbers
    heating: Flags
    ready_within_kelvin: Numbers
    sent: Flags
    running: Flags
    disturbed: Flags

    def asked(self, rows: NDArray[np.intp], curtain_closed: Numbers) -> Asked:
        """The same of some rooms as a question; left alone, they are held nowhere."""
        full = np.ones(len(rows))
        return Asked(
            self.target_celsius[rows],
            self.heating[rows],
            self.ready_within_kelvin[rows],
            full * -np.inf,
            full * np.inf,
            full,
            full,
            curtain_closed,
        )


def watch_ramps(states: RoomStates, goal: Goal, inputs: Inputs, minutes: float) -> RoomStates:
    """Follow rooms that are sent to their target, and learn what they took.

    A ramp is given up when a window opens, the goal moves or the unit rests, unless it is late already.

    Args:
        states: of all rooms of the house; after `room_filter.update`.
        goal: where rooms go; inputs: what works on them.
        minutes: since the last call.
    """
    sign = np.where(goal.heating, 1.0, -1.0)
    edge = goal.target_celsius - sign * goal.ready_within_kelvin
    missing = sign * (edge - states.air_celsius)
    sensed = sign * (edge - states.last_sensor_celsius)
    under_way = np.isfinite(states.ramp_goal_celsius)
    same = under_way & (np.abs(states.ramp_goal_celsius - edge) < 0.05)
    lasted = states.ramp_minutes + minutes
    works = goal.running | (lasted <= REST_MINUTES)
    goes_on = same & works & ~goal.disturbed & (lasted < LONGEST_MINUTES)
    # Its sensor is the last to see it; what is believed of the air may be wrong.
    believed = (missing <= 0) & (sensed <= SENSED_WITHIN_KELVIN)
    arrived = goes_on & (believed | (sensed <= 0))
    fell = np.maximum(states.ramp_missing_kelvin - missing, 1e-6)
    took = lasted - np.where(believed, np.clip(-missing / fell, 0.0, 1.0), 0.0) * minutes
    # The sensor crosses the edge by its own lag later than the air, however steep the ramp.
    took = np.where(sensed <= 0, np.maximum(took - SENSOR_LATE_MINUTES, 0.4 * took), took)
    model, way, walls = states.ramp_predicted_minutes, states.ramp_way_kelvin, states.ramp_walls_kelvin
    what = model[:, None], way[:, None], walls[:, None]
    house = curve(states.house_ramp_sums, states.ramp_sums)
    told = house.told(*what)[0][:, 0]
    # Who opens the door to a room that is late ends its ramp. Left out, only the quick ones would count.
    cut_short = same & ~goes_on & goal.disturbed & (missing > 0) & (lasted > told)
    if np.any(cut_short):
        took = np.where(cut_short, house.outlasting(*what, lasted[:, None])[:, 0], took)
    counts = arrived | cut_short
    error = np.where(counts, took - np.minimum(told, LONGEST_MINUTES), 0.0)
    share = counts / np.minimum(states.ramps + 1.0, ERRORS_REMEMBERED)
    sums = added(states.ramp_sums, seen(model, way, walls, took), counts.astype(np.float64))
    states = replace(
        states,
        ramps=states.ramps + counts,
        ramp_error_minutes=states.ramp_error_minutes + share * (error - states.ramp_error_minutes),
        ramp_sums=sums,
        house_ramp_sums=np.broadcast_to(np.sum(sums, axis=0), sums.shape),
        ramp_minutes=np.where(goes_on & ~arrived, lasted, 0.0),
        ramp_missing_kelvin=missing,
        ramp_goal_celsius=np.where(goes_on & ~arrived, states.ramp_goal_celsius, np.nan),
    )
    begins = ~under_way & goal.sent & ~goal.disturbed & states.heard & (missing > RAMP_LEAST_KELVIN)
    return _begun(states, goal, inputs, edge, np.nonzero(begins)[0]) if np.any(begins) else states


def _begun(
    states: RoomStates, goal: Goal, inputs: Inputs, edge: Numbers, rows: NDArray[np.intp]
) -> RoomStates:
    """The same with ramps of these rooms begun: what their models say of them is kept."""
    chosen = states.take(rows)
    weather = WeatherAhead(
        np.array([float(np.mean(inputs.outdoor_celsius[rows]))]),
        np.zeros(1),
        np.array([float(np.mean(inputs.irradiance_watts_per_square_metre[rows]))]),
        np.array([float(np.mean(inputs.east[rows]))]),
    )
    asked = goal.asked(rows, inputs.curtain_closed[rows])
    ahead = RoomsAhead(chosen.parameters(), asked, weather.reaching(HORIZON_STEPS))
    each = np.arange(len(rows))
    model = ahead.ready_minutes(each, np.zeros_like(each), chosen.air_celsius, chosen.mass_celsius)
    sign = np.where(goal.heating[rows], 1.0, -1.0)
    late = UNIT_SECONDS / 60 * (1 - np.clip(sign * chosen.unit_share, 0.0, 1.0))
    predicted, edges = states.ramp_predicted_minutes.copy(), states.ramp_goal_celsius.copy()
    ways, walls = states.ramp_way_kelvin.copy(), states.ramp_walls_kelvin.copy()
    predicted[rows] = model + late
    edges[rows] = edge[rows]
    ways[rows] = states.ramp_missing_kelvin[rows]
    walls[rows] = sign * (edge[rows] - chosen.mass_celsius)
    return replace(
        states,
        ramp_predicted_minutes=predicted,
        ramp_way_kelvin=ways,
        ramp_walls_kelvin=walls,
        ramp_goal_celsius=edges,
    )
