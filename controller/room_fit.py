"""Fits a room's model to the last days at once, by what it will be used for: errors of an hour ahead.

Method: prediction-error minimisation over many short free runs (multiple shooting: Bohlin & Graebe,
"Issues in nonlinear stochastic grey-box identification", 1995), with bounds and a prior as in Bayesian
regularisation; robust loss, because somebody always opens a door. The mass is not a free unknown of each
run: driven by the measured air it follows from the parameters alone.

Pure and picklable: it runs in a worker process. Bounded: at most `MOST_FRAMES` frames, `MOST_RUNS` runs
and `MOST_EVALUATIONS` evaluations, some half a second a room.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from controller.outlook import Numbers
from controller.room_beliefs import DEVIATIONS, FACTORS, FIRST_PARAMETER, SIZE, SUMS, RoomStates, start
from controller.room_model import (
    BOUNDS,
    CURTAIN_SHARE,
    SUN_TO_AIR,
    UNIT_SECONDS,
    Flags,
    RoomParameters,
    forces,
    stepper,
)

FRAME_SECONDS = 300.0
MOST_FRAMES = 10 * 288
AHEAD_FRAMES = 12
LOOKED_AT = (3, 6, 9, 12)
MOST_RUNS = 500
MOST_EVALUATIONS = 40
# Fewer hours than this tell less than the rooms alike do.
LEAST_RUNS = 40
# An error of an hour ahead that is no surprise; runs overlap, so that each counts for a part of itself.
ERROR_KELVIN, OVERLAP = 0.2, 8.0
# A fit is taken only when it is no worse on the days it was made from.
WORSE_THAN_BEFORE = 1.02


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """What a room showed, in steps of five minutes, oldest first.

    Attributes:
        celsius: its sensor; NaN where it was silent.
        heat_share: what the unit gave, −1 … 1.
        taught: alone, window shut and the unit's share known.
    """

    celsius: Numbers
    outdoor_celsius: Numbers
    irradiance: Numbers
    east: Numbers
    curtain_closed: Numbers
    heat_share: Numbers
    taught: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """What came of a fit: parameters of one room, and the covariance of their ten corrections."""

    parameters: RoomParameters
    covariance: Numbers
    rmse_kelvin: float
    rmse_before_kelvin: float
    runs: int


def fit_room(frames: Frames, usual: RoomParameters, before: RoomParameters) -> Fitted | None:
    """The parameters that foresee this room best; None when its days tell too little or the fit is no better.

    Args:
        usual: what rooms like this one are (one room): where the fit is drawn to.
        before: what is believed of it now.
    """
    runs = _Runs(frames)
    if runs.count < LEAST_RUNS:
        return None
    base = start(usual)
    low, high = _limits(usual)
    beginning = np.clip(_corrections(usual, before), low + 1e-6, high - 1e-6)
    weight = 1 / (ERROR_KELVIN * np.sqrt(OVERLAP))

    # Here and not above: the service names this function and a worker runs it; a second of import, 50 MB.
    from scipy.optimize import least_squares

    def errors(corrections: Numbers) -> Numbers:
        off = runs.errors(_parameters(base, corrections)) * weight
        return np.concatenate([np.clip(off, -1e3, 1e3).ravel(), corrections / DEVIATIONS])

    found = least_squares(
        errors,
        beginning,
        bounds=(low, high),
        x_scale=DEVIATIONS,
        loss="soft_l1",
        f_scale=3.0 * weight * ERROR_KELVIN,
        max_nfev=MOST_EVALUATIONS,
    )
    parameters = _parameters(base, found.x)
    rmse, rmse_before = runs.rmse(parameters), runs.rmse(before)
    if not np.all(np.isfinite(found.x)) or rmse > rmse_before * WORSE_THAN_BEFORE:
        return None
    information = found.jac.T @ found.jac
    covariance = np.linalg.pinv(information + np.diag(1e-9 / DEVIATIONS**2))
    return Fitted(parameters, (covariance + covariance.T) / 2, rmse, rmse_before, runs.count)


def _limits(usual: RoomParameters) -> tuple[Numbers, Numbers]:
    low, high = np.empty(SIZE - FIRST_PARAMETER), np.empty(SIZE - FIRST_PARAMETER)
    for index, (names, _) in enumerate(FACTORS):
        value = float(getattr(usual, names[0])[0])
        low[index] = min(-0.01, np.log(BOUNDS[names[0]][0] / value))
        high[index] = max(0.01, np.log(4 * BOUNDS[names[0]][2] / value))
    for index, (name, _) in enumerate(SUMS, len(FACTORS)):
        value = float(getattr(usual, name)[0])
        low[index], high[index] = min(-0.01, BOUNDS[name][0] - value), max(0.01, BOUNDS[name][2] - value)
    return np.maximum(low, -2.0 * np.maximum(1.0, DEVIATIONS * 4)), np.minimum(
        high, 2.0 * np.maximum(1.0, DEVIATIONS * 4)
    )


def _corrections(usual: RoomParameters, wanted: RoomParameters) -> Numbers:
    """What turns `usual` into `wanted`, as far as corrections can."""
    factors = [np.log(getattr(wanted, names[0])[0] / getattr(usual, names[0])[0]) for names, _ in FACTORS]
    sums = [getattr(wanted, name)[0] - getattr(usual, name)[0] for name, _ in SUMS]
    return np.array([*factors, *sums], dtype=np.float64)


def _parameters(base: RoomStates, corrections: Numbers) -> RoomParameters:
    shift = np.zeros((1, SIZE))
    shift[0, FIRST_PARAMETER:] = corrections
    return base.parameters(shift)


class _Runs:
    """Short free runs through the days that may be learned from."""

    def __init__(self, frames: Frames) -> None:
        last = slice(-MOST_FRAMES, None)
        celsius = frames.celsius[last]
        known = np.isfinite(celsius)
        length = len(celsius)
        self._air = (
            np.interp(np.arange(length), np.nonzero(known)[0], celsius[known])
            if known.any()
            else np.zeros(length)
        )
        self._outdoor = frames.outdoor_celsius[last]
        light = frames.irradiance[last] * (1 - (1 - CURTAIN_SHARE) * frames.curtain_closed[last])
        self._light, self._east = light, frames.east[last]
        share = np.clip(frames.heat_share[last], -1.0, 1.0)
        # A unit takes its minutes to come to what is asked of it.
        late = UNIT_SECONDS / FRAME_SECONDS * (1 - np.exp(-FRAME_SECONDS / UNIT_SECONDS))
        self._share = share + late * (np.concatenate([share[:1], share[:-1]]) - share)
        usable = frames.taught[last] & known & np.isfinite(self._outdoor)
        starts = [
            index
            for index in range(2, length - AHEAD_FRAMES - 1)
            if usable[index - 1 : index + AHEAD_FRAMES + 1].all()
        ]
        stride = max(3, -(-len(starts) // MOST_RUNS))
        self._starts = np.array(starts[::stride], dtype=np.intp)
        self._outdoor = np.where(np.isfinite(self._outdoor), self._outdoor, 20.0)

    @property
    def count(self) -> int:
        return len(self._starts)

    def errors(self, parameters: RoomParameters) -> Numbers:
        """Foreseen − measured in K, runs × `LOOKED_AT`."""
        lag = float(parameters.sensor_seconds[0])
        speed = np.gradient(self._air) / FRAME_SECONDS
        true_air = self._air + np.clip(lag * speed, -1.5, 1.5)
        mass_now = self._mass(parameters, true_air)[self._starts]
        air, sensor = true_air[self._starts], self._air[self._starts]
        step = stepper(parameters, FRAME_SECONDS)
        sun_area = np.maximum(
            0.0, parameters.solar_square_metres + parameters.east_square_metres * self._east
        )
        sun = sun_area * self._light
        heat = np.where(
            self._share < 0,
            parameters.cooling_watts(self._outdoor[None])[0] * self._share,
            parameters.heating_watts(self._outdoor[None])[0] * self._share,
        )
        fade = float(np.exp(-FRAME_SECONDS / lag))
        found = np.empty((self.count, len(LOOKED_AT)))
        for ahead in range(AHEAD_FRAMES):
            at = self._starts + ahead
            into = forces(parameters, self._outdoor[at], sun[at], heat[at])
            after, mass_now = step.step(air, mass_now, *into)
            sensor = sensor * fade + (1 - fade) * (air + after) / 2
            air = after
            if ahead + 1 in LOOKED_AT:
                found[:, LOOKED_AT.index(ahead + 1)] = sensor - self._air[at + 1]
        return found

    def _mass(self, parameters: RoomParameters, air: Numbers) -> Numbers:
        """The mass that the measured air brings about: a first-order lag of air, outdoors and sun."""
        from scipy.signal import lfilter

        coupling = float(parameters.coupling_watts_per_kelvin[0])
        leak = float(parameters.mass_conductance_watts_per_kelvin[0])
        area = np.maximum(0.0, parameters.solar_square_metres + parameters.east_square_metres * self._east)
        drive = coupling * air + leak * self._outdoor + (1 - SUN_TO_AIR) * area * self._light
        goal = drive / (coupling + leak)
        seconds = float(parameters.mass_capacity_joules_per_kelvin[0]) / (coupling + leak)
        fade = float(np.exp(-FRAME_SECONDS / seconds))
        lagged, _ = lfilter([0.0, 1 - fade], [1.0, -fade], goal, zi=goal[:1])
        mass: Numbers = lagged
        return mass

    def rmse(self, parameters: RoomParameters) -> float:
        """Of an hour ahead, K."""
        return float(np.sqrt(np.mean(np.square(self.errors(parameters)[:, -1]))))


def middle_of(rooms: RoomParameters) -> RoomParameters:
    """What rooms like these are: the median of each parameter, as one room."""
    return RoomParameters(
        *(np.array([float(np.median(getattr(rooms, field.name)))]) for field in fields(rooms))
    )
