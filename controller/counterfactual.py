"""What an arrival's preparation saved, against runs of the same room's own model that did it otherwise.

Three runs of one room over the same weather, from the last guest's leaving to the door: as it was done (in
two stages where it was), held at the target all along ("always on"), and begun a fixed time before the said
arrival. The curtains are in each as they were: what they keep out is not counted as saved. All three are the
model's, so that what it gets wrong of the room is wrong in each and mostly falls out of the difference; what
is left is told as its deviation: each principal direction of the belief about the room is moved by its
deviation both ways, and the differences are added in squares (the points of the unscented transform: Julier
& Uhlmann, "A New Extension of the Kalman Filter to Nonlinear Systems", 1997).

Pure; meant for a worker process.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from controller.outlook import Numbers
from controller.records import Saving
from controller.room_beliefs import FIRST_PARAMETER, RoomStates
from controller.room_model import RoomParameters, forces, stepper

FRAME_SECONDS = 300.0
MOST_FRAMES = 576  # two days


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """One room's empty time before a door opened: weather in frames, and where each run begins.

    `parameters`: a row as believed, then two for each direction of doubt, one either way.
    """

    parameters: RoomParameters
    outdoor_celsius: Numbers
    irradiance: Numbers
    east: Numbers
    target_celsius: float
    heating: bool
    low_celsius: float
    high_celsius: float
    begun_frame: int
    fixed_frame: int
    efficiency: float
    # How far the curtains were shut, the same in each run; None = open all along.
    curtain_closed: Numbers | None = None
    # In two stages it was held so far off its target until this frame; the rivals know one stage alone.
    finish_frame: int = 0
    hold_kelvin: float = 0.0


def doubts(states: RoomStates, row: int) -> RoomParameters:
    """The parameters of one room as believed, and moved each way along each direction of their doubt."""
    one = states.take(np.array([row]))
    covariance = one.covariance[0][FIRST_PARAMETER:, FIRST_PARAMETER:]
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    roots = vectors * np.sqrt(np.maximum(values, 0.0))
    count = roots.shape[1]
    shift = np.zeros((1 + 2 * count, one.mean.shape[1]))
    shift[1 : 1 + count, FIRST_PARAMETER:] = roots.T
    shift[1 + count :, FIRST_PARAMETER:] = -roots.T
    return states.take(np.full(1 + 2 * count, row)).parameters(shift)


def savings(stretch: Stretch) -> tuple[Saving, Saving]:
    """(against always on, against the fixed lead), watt-hours of electricity."""
    ours = _watt_hours(stretch, stretch.begun_frame, stretch.finish_frame)
    return (
        _saving(_watt_hours(stretch, 0) - ours),
        _saving(_watt_hours(stretch, stretch.fixed_frame) - ours),
    )


def _saving(differences: Numbers) -> Saving:
    count = (len(differences) - 1) // 2
    one_way, other_way = differences[1 : 1 + count], differences[1 + count :]
    deviation = float(np.sqrt(np.sum(((one_way - other_way) / 2) ** 2)))
    return Saving(round(float(differences[0]), 1), round(deviation, 1))


def _watt_hours(stretch: Stretch, begin: int, finish: int = 0) -> Numbers:
    """Electricity of a run that rests within its limits until `begin` and goes to the target from there.

    Args:
        finish: until then it is held off the target, when that is later than `begin`.
    """
    parameters = stretch.parameters
    rooms = len(parameters)
    step = stepper(parameters, FRAME_SECONDS)
    air = np.full(rooms, stretch.target_celsius)
    mass = air.copy()
    spent = np.zeros(rooms)
    frames = min(len(stretch.outdoor_celsius), MOST_FRAMES)
    closed = np.zeros(frames) if stretch.curtain_closed is None else stretch.curtain_closed
    off = stretch.hold_kelvin if stretch.heating else -stretch.hold_kelvin
    for frame in range(frames):
        outdoor = np.full(rooms, stretch.outdoor_celsius[frame])
        light = np.full(rooms, stretch.irradiance[frame])
        sun = parameters.sun_watts(light, np.full(rooms, stretch.east[frame]), float(closed[frame]))
        into_air, into_mass = forces(parameters, outdoor, sun, np.zeros(rooms))
        free, _ = step.step(air, mass, into_air, into_mass)
        works = frame >= begin
        target = stretch.target_celsius - (off if frame < finish else 0.0)
        low = target if works and stretch.heating else stretch.low_celsius
        high = target if works and not stretch.heating else stretch.high_celsius
        heat = np.clip(
            (np.clip(free, low, high) - free) / step.air_by_air_watt,
            -parameters.cooling_watts(outdoor),
            parameters.heating_watts(outdoor),
        )
        air, mass = step.step(air, mass, into_air + heat, into_mass)
        spent += np.abs(heat) / stretch.efficiency * (FRAME_SECONDS / 3600)
    return spent
