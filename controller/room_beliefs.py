"""What is believed of many rooms: temperatures now, what they are made of, and how sure of each.

A belief is a normal distribution over thirteen numbers a room: air, mass and sensor temperature, and ten
corrections of the room's `base` parameters (factors as logarithms, sums as they are). The filter
(`room_filter`) moves it each minute, the nightly fit (`room_fit`) renews the base, `foresight` looks ahead
from it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from controller.outlook import Numbers, WeakReason
from controller.ramp_curve import SUMS as RAMP_SUMS
from controller.room_model import BOUNDS, Flags, RoomParameters, clamped, prior

AIR, MASS, SENSOR = 0, 1, 2
FIRST_PARAMETER = 3
# The corrections in their order: what they correct, and the deviation of a room from its prior.
FACTORS: tuple[tuple[tuple[str, ...], float], ...] = (
    (("air_capacity_joules_per_kelvin",), 0.35),
    (("mass_capacity_joules_per_kelvin",), 0.35),
    (("coupling_watts_per_kelvin",), 0.3),
    (("air_conductance_watts_per_kelvin", "mass_conductance_watts_per_kelvin"), 0.45),
    (("cooling_watts_at_35",), 0.25),
    (("heating_watts_at_7",), 0.25),
    (("sensor_seconds",), 0.35),
)
SUMS: tuple[tuple[str, float], ...] = (
    ("gain_watts", 60.0),
    ("solar_square_metres", 0.6),
    ("east_square_metres", 0.5),
)
AIR_CAPACITY, MASS_CAPACITY, COUPLING, CONDUCTANCE, COOLING, HEATING, SENSOR_LAG = range(3, 10)
GAIN, SOLAR, EAST = range(10, 13)
SIZE = 13
DEVIATIONS = np.array([deviation for _, deviation in (*FACTORS, *SUMS)])
# A room that was never measured: what its temperatures may be.
UNKNOWN_KELVIN = 4.0
# One that shows its air for the first time: its walls may be so much off it.
MET_KELVIN = 0.5
# From so many minutes in which the model could be told from its prior, a room speaks for itself.
LEARNED_MINUTES = 24 * 60.0

WEAK: tuple[WeakReason | None, ...] = (
    None,
    "no_sensor",
    "sensor_frozen",
    "sensor_out_of_range",
    "sensor_biased",
    "window_open",
    "window_suspected",
)
SOUND = 0
NO_SENSOR, FROZEN, OUT_OF_RANGE, BIASED, WINDOW_OPEN, WINDOW_SUSPECTED = range(1, 7)


@dataclass(frozen=True, slots=True, eq=False)
class RoomStates:
    """The beliefs about rooms, an array over rooms each.

    Attributes:
        base: what the corrections correct.
        mean: rooms × `SIZE`.
        covariance: rooms × `SIZE` × `SIZE`.
        heard: whether the room was ever measured.
        weak: why not to trust it just now, an index into `WEAK`.
        learned_minutes: for how long it could be learned from.
        innovation_kelvin: slow mean of measured − predicted.
        last_sensor_celsius, same_minutes, moved_kelvin: for how long the sensor has said the same, and how
            far the model has moved meanwhile.
        leaning: short mean of the innovation in its own deviations.
        strange_minutes: for how long yet it counts as doing what no closed room does.
        silent_minutes: since when nothing was measured.
        unit_share: what the unit gives of its full power, after its own minutes to come to it.
        ramp_goal_celsius: where the ramp under way goes (edge of the ready band); NaN = there is none.
        ramp_minutes, ramp_predicted_minutes, ramp_way_kelvin, ramp_walls_kelvin, ramp_missing_kelvin: how
            long it lasts, what the room's model said that it would take, how far air and mass were, and how
            far the air has to go yet.
        ramps: how many were seen to their end.
        ramp_error_minutes: mean of what its last ramps took more than was told.
        ramp_sums: what its ramps say of the curve (`ramp_curve`); house_ramp_sums: what all rooms' do.
    """

    base: RoomParameters
    mean: Numbers
    covariance: Numbers
    heard: Flags
    weak: NDArray[np.int64]
    learned_minutes: Numbers
    innovation_kelvin: Numbers
    last_sensor_celsius: Numbers
    same_minutes: Numbers
    moved_kelvin: Numbers
    leaning: Numbers
    strange_minutes: Numbers
    silent_minutes: Numbers
    unit_share: Numbers
    ramp_goal_celsius: Numbers
    ramp_minutes: Numbers
    ramp_predicted_minutes: Numbers
    ramp_way_kelvin: Numbers
    ramp_walls_kelvin: Numbers
    ramp_missing_kelvin: Numbers
    ramps: Numbers
    ramp_error_minutes: Numbers
    ramp_sums: Numbers
    house_ramp_sums: Numbers

    def __len__(self) -> int:
        return len(self.mean)

    def take(self, rows: NDArray[np.intp] | Flags) -> RoomStates:
        """The same of some rooms, in the order of `rows`."""
        rest = {field.name: getattr(self, field.name)[rows] for field in fields(self) if field.name != "base"}
        return RoomStates(base=self.base.take(rows), **rest)

    @property
    def air_celsius(self) -> Numbers:
        return self.mean[:, AIR]

    @property
    def mass_celsius(self) -> Numbers:
        return self.mean[:, MASS]

    def parameters(self, shift: Numbers | None = None) -> RoomParameters:
        """What the rooms are believed to be made of.

        Args:
            shift: rooms × `SIZE`, added to the mean first ("what if").
        """
        return corrected(self.base, self.mean if shift is None else self.mean + shift)


def corrected(base: RoomParameters, mean: Numbers) -> RoomParameters:
    """`base` with the corrections of `mean` (rooms × `SIZE`), inside what rooms can be."""
    found = {field.name: getattr(base, field.name) for field in fields(base)}
    for column, (names, _) in enumerate(FACTORS, FIRST_PARAMETER):
        factor = np.exp(np.clip(mean[:, column], -2.5, 2.5))
        for name in names:
            found[name] = found[name] * factor
    for column, (name, _) in enumerate(SUMS, FIRST_PARAMETER + len(FACTORS)):
        found[name] = found[name] + mean[:, column]
    return clamped(RoomParameters(**found))


def start(
    base: RoomParameters, celsius: float = 24.0, parameter_covariance: Numbers | None = None
) -> RoomStates:
    """Beliefs about rooms that nothing was heard of yet.

    Args:
        celsius: where the temperatures are guessed.
        parameter_covariance: rooms × 10 × 10 of the corrections; that of a prior when None.
    """
    rooms = len(base)
    mean = np.zeros((rooms, SIZE))
    mean[:, :FIRST_PARAMETER] = celsius
    covariance = np.zeros((rooms, SIZE, SIZE))
    for column in range(FIRST_PARAMETER):
        covariance[:, column, column] = UNKNOWN_KELVIN**2
    if parameter_covariance is None:
        parameter_covariance = np.broadcast_to(np.diag(DEVIATIONS**2), (rooms, 10, 10))
    covariance[:, FIRST_PARAMETER:, FIRST_PARAMETER:] = parameter_covariance
    return RoomStates(
        base=base,
        mean=mean,
        covariance=covariance,
        heard=np.zeros(rooms, dtype=bool),
        weak=np.full(rooms, NO_SENSOR),
        learned_minutes=np.zeros(rooms),
        innovation_kelvin=np.zeros(rooms),
        last_sensor_celsius=np.full(rooms, np.nan),
        same_minutes=np.zeros(rooms),
        moved_kelvin=np.zeros(rooms),
        leaning=np.zeros(rooms),
        strange_minutes=np.zeros(rooms),
        silent_minutes=np.zeros(rooms),
        unit_share=np.zeros(rooms),
        ramp_goal_celsius=np.full(rooms, np.nan),
        ramp_minutes=np.zeros(rooms),
        ramp_predicted_minutes=np.zeros(rooms),
        ramp_way_kelvin=np.zeros(rooms),
        ramp_walls_kelvin=np.zeros(rooms),
        ramp_missing_kelvin=np.zeros(rooms),
        ramps=np.zeros(rooms),
        ramp_error_minutes=np.zeros(rooms),
        ramp_sums=np.zeros((rooms, RAMP_SUMS)),
        house_ramp_sums=np.zeros((rooms, RAMP_SUMS)),
    )


def start_from_prior(area_square_metres: Numbers, celsius: float = 24.0) -> RoomStates:
    """Beliefs about rooms of which only the area is known (NaN: not even that)."""
    known = np.where(np.isfinite(area_square_metres), area_square_metres, 32.0)
    return start(prior(known), celsius)


def met(states: RoomStates, sensed_celsius: Numbers) -> RoomStates:
    """The same, rooms that were never heard now met at what they show (NaN: nothing)."""
    new = ~states.heard & np.isfinite(sensed_celsius)
    if not np.any(new):
        return states
    mean, covariance = states.mean.copy(), states.covariance.copy()
    mean[new, :FIRST_PARAMETER] = sensed_celsius[new, None]
    covariance[new, :FIRST_PARAMETER, :] = covariance[new, :, :FIRST_PARAMETER] = 0.0
    covariance[new, :FIRST_PARAMETER, :FIRST_PARAMETER] = np.eye(FIRST_PARAMETER) * MET_KELVIN**2
    weak = np.where(new, SOUND, states.weak)
    return replace(states, mean=mean, covariance=covariance, heard=states.heard | new, weak=weak)


def join(parts: list[RoomStates]) -> RoomStates:
    """The rooms of all parts, one after the other."""
    base = RoomParameters(
        *(
            np.concatenate([getattr(part.base, field.name) for part in parts])
            for field in fields(RoomParameters)
        )
    )
    rest = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(RoomStates)
        if field.name != "base"
    }
    return RoomStates(base=base, **rest)


def bounded(states: RoomStates) -> RoomStates:
    """The same inside what rooms can be: corrections may not leave `BOUNDS`, covariances stay finite."""
    mean, covariance = states.mean.copy(), states.covariance
    for column, (names, _) in enumerate(FACTORS, FIRST_PARAMETER):
        low, _, high = BOUNDS[names[0]]
        base = getattr(states.base, names[0])
        mean[:, column] = np.clip(mean[:, column], np.log(low / base), np.log(high * 4 / base))
    for column, (name, _) in enumerate(SUMS, FIRST_PARAMETER + len(FACTORS)):
        low, _, high = BOUNDS[name]
        base = getattr(states.base, name)
        mean[:, column] = np.clip(mean[:, column], low - base, high - base)
    return replace(states, mean=mean, covariance=covariance)
