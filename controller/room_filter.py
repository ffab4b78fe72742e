"""Learns many rooms while they live: an extended Kalman filter over temperatures and corrections.

Method: joint state and parameter estimation (Ljung, "Asymptotic behavior of the extended Kalman filter",
IEEE TAC 24, 1979) on the 2R2C of `room_model` with a lagging sensor; Schmidt's "considered" parameters
where a minute may not teach: while a window is open, somebody is in, the unit modulates near its setpoint
(closed-loop data identifies nothing, Lin et al., CDC 2012), or the sensor is doubted.

One call moves all rooms; nothing here loops over them. Whatever comes in, what comes out is finite and
inside `room_model.BOUNDS`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from controller.outlook import Numbers
from controller.room_beliefs import (
    AIR,
    AIR_CAPACITY,
    BIASED,
    CONDUCTANCE,
    COOLING,
    COUPLING,
    DEVIATIONS,
    EAST,
    FIRST_PARAMETER,
    FROZEN,
    GAIN,
    HEATING,
    MASS,
    MASS_CAPACITY,
    NO_SENSOR,
    OUT_OF_RANGE,
    SENSOR,
    SENSOR_LAG,
    SIZE,
    SOLAR,
    SOUND,
    WINDOW_OPEN,
    WINDOW_SUSPECTED,
    RoomStates,
    bounded,
)
from controller.room_model import CURTAIN_SHARE, PERSON_WATTS, SUN_TO_AIR, UNIT_SECONDS, Flags

LONGEST_STEP_SECONDS = 100.0
# A house that stood still for longer starts from what it measures then.
LONGEST_GAP_MINUTES = 180.0

# What no model knows, in K/√h: of an empty room, of one with people, of one whose unit modulates, of one
# with an open window.
ALONE, PEOPLE, UNKNOWN_HEAT, WINDOW = 0.10, 0.8, 2.5, 4.0
MASS_WANDER = 0.03
# How fast the corrections may change, per √day: dirt, seasons, furniture; and the neighbours (gain).
WALKS = np.array([0.01, 0.01, 0.01, 0.03, 0.04, 0.04, 0.005, 30.0, 0.05, 0.05])
# An open window at a light wind.
WINDOW_WATTS_PER_KELVIN = 150.0

SENSOR_NOISE_KELVIN = 0.08
# Readings closer together repeat each other's error: of the noise, and of the rounding.
NOISE_MINUTES, ROUNDING_MINUTES = 2.0, 10.0
LOWEST_CELSIUS, HIGHEST_CELSIUS = 5.0, 45.0
FROZEN_MINUTES, FROZEN_KELVIN = 120.0, 1.0
BIAS_HOURS, BIAS_KELVIN = 24.0, 0.7
# Beyond these deviations a reading teaches nothing about the room; its leaning over a quarter of an hour
# says that something is open.
STRANGE_DEVIATIONS = 5.0
LEANING_MINUTES, LEANING_DEVIATIONS = 15.0, 6.0
CALM_MINUTES = 60.0
# No sensor is so far behind its air: on a ramp, and in a room whose unit rests.
ASTRAY_KELVIN, ASTRAY_AT_REST_KELVIN = 4.0, 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What works on rooms during a step; arrays over rooms.

    Attributes:
        outdoor_celsius: filled by the caller when unknown.
        irradiance_watts_per_square_metre: on the horizontal; east: −1 (evening) … 1 (morning).
        curtain_closed: 0 … 1.
        people: how many are in; 0 when it is empty.
        heat_share: what the unit gives of its full power: −1 (cooling) … 1 (heating).
        share_known: False while it modulates and nothing says how much.
        window_open: by its contact.
    """

    outdoor_celsius: Numbers
    irradiance_watts_per_square_metre: Numbers
    east: Numbers
    curtain_closed: Numbers
    people: Numbers
    heat_share: Numbers
    share_known: Flags
    window_open: Flags

    def teaches(self) -> Flags:
        """Whether a room may be learned from as far as these say."""
        return self.share_known & ~self.window_open & ~(self.people > 0) & np.isfinite(self.outdoor_celsius)


def predict(states: RoomStates, inputs: Inputs, seconds: float) -> RoomStates:
    """Beliefs after `seconds` under constant inputs."""
    if seconds <= 0 or not len(states):
        return states
    inputs = _sane(inputs)
    steps = max(1, int(np.ceil(min(seconds, LONGEST_GAP_MINUTES * 60) / LONGEST_STEP_SECONDS)))
    mean, covariance, share = states.mean, states.covariance, states.unit_share
    fade = float(np.exp(-seconds / steps / UNIT_SECONDS))
    for _ in range(steps):
        # The mean over the step of a share that goes to what is asked of it.
        through = inputs.heat_share + (share - inputs.heat_share) * (
            (1 - fade) * UNIT_SECONDS / (seconds / steps)
        )
        share = inputs.heat_share + (share - inputs.heat_share) * fade
        now = replace(inputs, heat_share=through)
        mean, covariance = _one_step(replace(states, mean=mean), covariance, now, seconds / steps)
    moved = states.moved_kelvin + mean[:, SENSOR] - states.mean[:, SENSOR]
    return bounded(replace(states, mean=mean, covariance=covariance, moved_kelvin=moved, unit_share=share))


def _sane(inputs: Inputs) -> Inputs:
    """Inputs without holes: unknown sun is none, unknown people nobody, unknown outdoors mild."""

    def filled(values: Numbers, low: float, high: float, instead: float) -> Numbers:
        return np.clip(np.where(np.isfinite(values), values, instead), low, high)

    return Inputs(
        filled(inputs.outdoor_celsius, -50, 60, 20.0),
        filled(inputs.irradiance_watts_per_square_metre, 0, 1400, 0.0),
        filled(inputs.east, -1, 1, 0.0),
        filled(inputs.curtain_closed, 0, 1, 0.0),
        filled(inputs.people, 0, 10, 0.0),
        filled(inputs.heat_share, -1, 1, 0.0),
        inputs.share_known & np.isfinite(inputs.heat_share),
        inputs.window_open,
    )


def _one_step(
    states: RoomStates, covariance: Numbers, inputs: Inputs, seconds: float
) -> tuple[Numbers, Numbers]:
    """A short step of mean and covariance, to second order in time."""
    p = states.parameters()
    air, mass, sensor = (states.mean[:, column] for column in (AIR, MASS, SENSOR))
    outdoor = inputs.outdoor_celsius
    ca, cm = p.air_capacity_joules_per_kelvin, p.mass_capacity_joules_per_kelvin
    k, lag = p.coupling_watts_per_kelvin, p.sensor_seconds
    um = p.mass_conductance_watts_per_kelvin
    window = np.where(inputs.window_open, WINDOW_WATTS_PER_KELVIN, 0.0)
    ua = p.air_conductance_watts_per_kelvin + window
    light = inputs.irradiance_watts_per_square_metre * (1 - (1 - CURTAIN_SHARE) * inputs.curtain_closed)
    sun = np.maximum(0.0, p.solar_square_metres + p.east_square_metres * inputs.east) * light
    cool = p.cooling_watts(outdoor) * np.minimum(inputs.heat_share, 0.0)
    heat = p.heating_watts(outdoor) * np.maximum(inputs.heat_share, 0.0)
    known = inputs.share_known
    around = k * (mass - air) + ua * (outdoor - air) + p.gain_watts + SUN_TO_AIR * sun
    around = around + PERSON_WATTS * inputs.people
    # A unit that holds its setpoint brings what the rest takes.
    air_speed = np.where(known, around + cool + heat, 0.0) / ca
    mass_speed = (k * (air - mass) + um * (outdoor - mass) + (1 - SUN_TO_AIR) * sun) / cm
    sensor_speed = (air - sensor) / lag

    # How the speeds change with temperatures (A) and with corrections (B).
    rooms = len(air)
    a = np.zeros((rooms, 3, 3))
    a[:, 0, 0], a[:, 0, 1] = np.where(known, -(k + ua) / ca, 0.0), np.where(known, k / ca, 0.0)
    a[:, 1, 0], a[:, 1, 1] = k / cm, -(k + um) / cm
    a[:, 2, 0], a[:, 2, 2] = 1 / lag, -1 / lag
    b = np.zeros((rooms, 3, SIZE - FIRST_PARAMETER))
    first = FIRST_PARAMETER
    teach = known.astype(float)
    b[:, 0, AIR_CAPACITY - first] = -air_speed * teach
    b[:, 1, MASS_CAPACITY - first] = -mass_speed
    b[:, 0, COUPLING - first] = teach * k * (mass - air) / ca
    b[:, 1, COUPLING - first] = k * (air - mass) / cm
    b[:, 0, CONDUCTANCE - first] = teach * p.air_conductance_watts_per_kelvin * (outdoor - air) / ca
    b[:, 1, CONDUCTANCE - first] = um * (outdoor - mass) / cm
    b[:, 0, COOLING - first] = teach * cool / ca
    b[:, 0, HEATING - first] = teach * heat / ca
    b[:, 2, SENSOR_LAG - first] = -sensor_speed
    b[:, 0, GAIN - first] = teach / ca
    b[:, 0, SOLAR - first] = teach * SUN_TO_AIR * light / ca
    b[:, 1, SOLAR - first] = (1 - SUN_TO_AIR) * light / cm
    b[:, :, EAST - first] = b[:, :, SOLAR - first] * inputs.east[:, None]

    speed = np.stack([air_speed, mass_speed, sensor_speed], axis=1)
    half = np.eye(3) * seconds + a * (seconds**2 / 2)
    mean = states.mean.copy()
    mean[:, :first] += np.einsum("rij,rj->ri", half, speed)
    moved = np.concatenate([np.eye(3) + a @ half, half @ b], axis=2)
    rows = moved @ covariance
    after = covariance.copy()
    after[:, :first, first:] = rows[:, :, first:]
    after[:, first:, :first] = rows[:, :, first:].transpose(0, 2, 1)
    after[:, :first, :first] = rows @ moved.transpose(0, 2, 1)
    hours = seconds / 3600
    wander = np.where(inputs.people > 0, PEOPLE, ALONE)
    wander = np.where(known, wander, UNKNOWN_HEAT)
    wander = np.where(inputs.window_open | (states.strange_minutes > 0), WINDOW, wander)
    after[:, AIR, AIR] += wander**2 * hours
    after[:, MASS, MASS] += MASS_WANDER**2 * hours
    after[:, SENSOR, SENSOR] += 1e-6
    diagonal = np.arange(first, SIZE)
    grown = after[:, diagonal, diagonal] + WALKS**2 * (hours / 24)
    # Never less sure than of a room of which nothing is known.
    after[:, diagonal, diagonal] = np.where(grown < DEVIATIONS**2, grown, after[:, diagonal, diagonal])
    return mean, after


def update(
    states: RoomStates,
    sensor_celsius: Numbers,
    inputs: Inputs,
    minutes: float,
    step_kelvin: Numbers | float = 0.1,
) -> RoomStates:
    """Beliefs after the sensors were read.

    Args:
        sensor_celsius: NaN where nothing was measured.
        inputs: what worked on the rooms since the last reading.
        minutes: since the last reading.
        step_kelvin: the steps in which the sensors speak.
    """
    if not len(states):
        return states
    states, used = _judge(states, sensor_celsius, minutes)
    fresh = used & ~states.heard
    if np.any(fresh):
        states = _met(states, sensor_celsius, fresh)
    reading = np.where(used, sensor_celsius, states.mean[:, SENSOR])
    noise = (
        SENSOR_NOISE_KELVIN**2 * max(1.0, NOISE_MINUTES / max(minutes, 0.1))
        + np.square(step_kelvin) / 12 * max(1.0, ROUNDING_MINUTES / max(minutes, 0.1))
    ) * np.ones(len(states))
    column = states.covariance[:, :, SENSOR]
    spread = np.maximum(column[:, SENSOR] + noise, 1e-6)
    innovation = reading - states.mean[:, SENSOR]
    normal = innovation / np.sqrt(spread)
    states = _lean(states, inputs, normal, used, minutes)
    odd = np.abs(normal) > STRANGE_DEVIATIONS
    teaches = used & inputs.teaches() & ~odd & (states.strange_minutes <= 0) & ~fresh
    # An odd reading moves the temperatures less: a door was open, or it is a slip of the sensor.
    spread = np.where(odd, np.maximum(spread, innovation**2 / STRANGE_DEVIATIONS**2), spread)
    gain = column / spread[:, None]
    gain[~used] = 0.0
    gain[~teaches, FIRST_PARAMETER:] = 0.0
    mean = states.mean + gain * innovation[:, None]
    cross = gain[:, :, None] * column[:, None, :]
    covariance = (
        states.covariance
        - cross
        - cross.transpose(0, 2, 1)
        + spread[:, None, None] * gain[:, :, None] * gain[:, None, :]
    )
    covariance = (covariance + covariance.transpose(0, 2, 1)) / 2
    mean[:, :FIRST_PARAMETER] = np.clip(mean[:, :FIRST_PARAMETER], -40.0, 80.0)
    share = min(1.0, minutes / (BIAS_HOURS * 60))
    leaning = states.innovation_kelvin + np.where(used, share * (innovation - states.innovation_kelvin), 0.0)
    states = replace(
        states,
        mean=mean,
        covariance=covariance,
        innovation_kelvin=leaning,
        learned_minutes=states.learned_minutes + np.where(teaches, minutes, 0.0),
    )
    return bounded(_healed(_coded(_brought_back(states, sensor_celsius, inputs, used), inputs)))


def _brought_back(states: RoomStates, sensor_celsius: Numbers, inputs: Inputs, used: Flags) -> RoomStates:
    """Air that went astray is where the sensor says. A belief that is sure of itself takes every reading for
    odd, and would never come back."""
    rests = inputs.share_known & (inputs.heat_share == 0) & (np.abs(states.unit_share) < 0.05)
    farthest = np.where(rests, ASTRAY_AT_REST_KELVIN, ASTRAY_KELVIN)
    astray = used & (np.abs(states.mean[:, AIR] - sensor_celsius) > farthest)
    if not np.any(astray):
        return states
    mean, covariance = states.mean.copy(), states.covariance.copy()
    mean[astray, AIR] = mean[astray, SENSOR] = sensor_celsius[astray]
    for column, kelvin in ((AIR, 0.5), (SENSOR, 0.2)):
        covariance[astray, column, :] = 0.0
        covariance[astray, :, column] = 0.0
        covariance[astray, column, column] = kelvin**2
    return replace(states, mean=mean, covariance=covariance)


def _judge(states: RoomStates, sensor_celsius: Numbers, minutes: float) -> tuple[RoomStates, Flags]:
    """Which readings are worth anything, and why others are not."""
    present = np.isfinite(sensor_celsius)
    in_range = present & (sensor_celsius >= LOWEST_CELSIUS) & (sensor_celsius <= HIGHEST_CELSIUS)
    same = present & (sensor_celsius == states.last_sensor_celsius)
    same_minutes = np.where(same, states.same_minutes + minutes, 0.0)
    moved = np.where(same, states.moved_kelvin, 0.0)
    # Corrected towards the same reading again and again, the model says how far it wanted to go.
    frozen = same & (same_minutes >= FROZEN_MINUTES) & (np.abs(moved) > FROZEN_KELVIN)
    weak = np.full(len(states), SOUND)
    weak[frozen] = FROZEN
    weak[present & ~in_range] = OUT_OF_RANGE
    weak[~present] = NO_SENSOR
    states = replace(
        states,
        weak=weak,
        last_sensor_celsius=np.where(present, sensor_celsius, states.last_sensor_celsius),
        same_minutes=same_minutes,
        moved_kelvin=moved,
        silent_minutes=np.where(in_range & ~frozen, 0.0, states.silent_minutes + minutes),
    )
    return states, in_range & ~frozen


def _met(states: RoomStates, sensor_celsius: Numbers, fresh: Flags) -> RoomStates:
    """The first reading of a room: it is there, its mass somewhere near."""
    mean, covariance = states.mean.copy(), states.covariance.copy()
    mean[fresh, :FIRST_PARAMETER] = sensor_celsius[fresh, None]
    covariance[fresh, :FIRST_PARAMETER, :] = 0.0
    covariance[fresh, :, :FIRST_PARAMETER] = 0.0
    for column, kelvin in ((AIR, 0.4), (MASS, 1.5), (SENSOR, 0.15)):
        covariance[fresh, column, column] = kelvin**2
    return replace(states, mean=mean, covariance=covariance, heard=states.heard | fresh)


def _lean(states: RoomStates, inputs: Inputs, normal: Numbers, used: Flags, minutes: float) -> RoomStates:
    """Notice a room that goes its own way for a while: its errors all lean to one side."""
    share = min(1.0, minutes / LEANING_MINUTES)
    lean = states.leaning + np.where(used, share * (np.clip(normal, -8, 8) - states.leaning), 0.0)
    size = np.abs(lean) / np.sqrt(share / (2 - share))
    # People and a modulating unit are reasons enough.
    quiet = ~inputs.teaches()
    strange = used & ~quiet & (size > LEANING_DEVIATIONS)
    left = np.where(strange, CALM_MINUTES, np.maximum(0.0, states.strange_minutes - minutes))
    return replace(states, leaning=np.where(quiet, 0.0, lean), strange_minutes=left)


def _coded(states: RoomStates, inputs: Inputs) -> RoomStates:
    """The visible reason, the weightiest last."""
    weak = states.weak.copy()
    sound = weak == SOUND
    weak[sound & (np.abs(states.innovation_kelvin) > BIAS_KELVIN)] = BIASED
    weak[sound & (states.strange_minutes > 0)] = WINDOW_SUSPECTED
    weak[sound & inputs.window_open] = WINDOW_OPEN
    return replace(states, weak=weak)


def _healed(states: RoomStates) -> RoomStates:
    """No room stays broken: one whose belief is no number any more starts anew from its base."""
    broken = ~(
        np.isfinite(states.mean).all(axis=1)
        & np.isfinite(states.covariance).all(axis=(1, 2))
        & (states.covariance[:, np.arange(SIZE), np.arange(SIZE)] >= 0).all(axis=1)
    )
    if not np.any(broken):
        return states
    mean, covariance = states.mean.copy(), states.covariance.copy()
    last = np.where(np.isfinite(states.last_sensor_celsius), states.last_sensor_celsius, 24.0)
    mean[broken] = 0.0
    mean[broken, :FIRST_PARAMETER] = np.clip(last[broken, None], LOWEST_CELSIUS, HIGHEST_CELSIUS)
    covariance[broken] = np.diag(np.concatenate([np.full(FIRST_PARAMETER, 4.0), DEVIATIONS**2]))
    return replace(states, mean=mean, covariance=covariance)
