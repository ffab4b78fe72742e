"""Learning rooms while they live: known parameters are found again, and what is no room teaches nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.outlook import Numbers
from controller.ramp_curve import curve
from controller.ramp_watch import Goal, watch_ramps
from controller.room_beliefs import (
    COOLING,
    FIRST_PARAMETER,
    FROZEN,
    NO_SENSOR,
    OUT_OF_RANGE,
    WINDOW_OPEN,
    WINDOW_SUSPECTED,
    RoomStates,
    start_from_prior,
)
from controller.room_filter import Inputs, predict, update
from controller.room_model import RoomParameters, forces, prior, stepper

ONE = np.ones(1)


def inputs_of(
    outdoor: float, share: float = 0.0, *, known: bool = True, window: bool = False, people: float = 0.0
) -> Inputs:
    return Inputs(
        ONE * outdoor,
        ONE * 0,
        ONE * 0,
        ONE * 0,
        ONE * people,
        ONE * share,
        np.array([known]),
        np.array([window]),
    )


class TrueRoom:
    """A room of the model's own structure whose parameters nobody was told."""

    def __init__(
        self, parameters: RoomParameters, celsius: float, extra_watts_per_kelvin: float = 0.0
    ) -> None:
        leak = parameters.air_conductance_watts_per_kelvin + extra_watts_per_kelvin
        self.parameters = replace(parameters, air_conductance_watts_per_kelvin=leak)
        self._step = stepper(self.parameters, 60.0)
        self.air = self.mass = self.sensor = ONE * celsius

    def minute(self, outdoor: float, share: float) -> Numbers:
        power = self.parameters.cooling_watts(ONE * outdoor) * share
        self.air, self.mass = self._step.step(
            self.air, self.mass, *forces(self.parameters, ONE * outdoor, ONE * 0, power)
        )
        self.sensor = self.sensor + (self.air - self.sensor) * 60 / self.parameters.sensor_seconds
        return self.sensor


def live(
    room: TrueRoom,
    states: RoomStates,
    minutes: int,
    share: Callable[[int], float],
    outdoor: Callable[[int], float],
    seed: int = 5,
) -> RoomStates:
    random = np.random.default_rng(seed)
    for minute in range(minutes):
        now = inputs_of(outdoor(minute), share(minute))
        reading = (
            np.round((room.minute(outdoor(minute), share(minute)) + random.normal(0, 0.05, 1)) * 10) / 10
        )
        if minute % 4 == 0:  # a house that looks every four minutes
            states = update(predict(states, now, 240), reading, now, 4.0)
    return states


def ramps_and_drift(minute: int) -> float:
    """An hour of full cooling every six, free drift between."""
    return -1.0 if 180 <= minute % 360 < 240 else 0.0


def day(minute: int) -> float:
    return 31.0 + 4.0 * float(np.sin(2 * np.pi * minute / 1440))


def test_known_parameters_are_found_again_from_ramps_and_drift() -> None:
    usual = prior(ONE * 32)
    true = replace(
        usual,
        air_capacity_joules_per_kelvin=usual.air_capacity_joules_per_kelvin * 1.35,
        cooling_watts_at_35=usual.cooling_watts_at_35 * 0.75,
        gain_watts=usual.gain_watts + 70,
    )
    states = live(TrueRoom(true, 28.0), start_from_prior(ONE * 32), 3 * 1440, ramps_and_drift, day)
    learned = states.parameters()
    assert learned.cooling_watts_at_35[0] == pytest.approx(true.cooling_watts_at_35[0], rel=0.15)
    ratio = learned.cooling_watts_at_35[0] / learned.air_capacity_joules_per_kelvin[0]
    truth = true.cooling_watts_at_35[0] / true.air_capacity_joules_per_kelvin[0]
    assert ratio == pytest.approx(truth, rel=0.15), "the speed of a ramp"
    assert states.covariance[0, COOLING, COOLING] < 0.25**2 / 2
    assert states.weak[0] == 0
    assert states.learned_minutes[0] > 2.5 * 1440


def test_a_modulating_unit_people_and_open_windows_teach_nothing() -> None:
    for change in ({"known": False}, {"people": 1.0}, {"window": True}):
        states = start_from_prior(ONE * 32)
        for minute in range(240):
            now = inputs_of(33.0, -0.4, **change)
            states = update(predict(states, now, 60), ONE * (26 - 0.01 * minute), now, 1.0)
        assert np.all(states.mean[:, FIRST_PARAMETER:] == 0), change
        assert states.learned_minutes[0] == 0
        assert abs(states.air_celsius[0] - 23.6) < 0.5, "the temperature is followed all the same"
    assert states.weak[0] == WINDOW_OPEN


def test_a_window_that_no_contact_tells_of_is_suspected_and_not_learned_from() -> None:
    usual = prior(ONE * 32)
    states = live(TrueRoom(usual, 27.0), start_from_prior(ONE * 32), 2 * 1440, ramps_and_drift, day)
    before = states.parameters().air_conductance_watts_per_kelvin[0]
    open_room = TrueRoom(usual, 24.0, extra_watts_per_kelvin=250.0)
    open_room.mass = open_room.sensor = ONE * 25.0
    states = replace(states, mean=states.mean.copy())
    states.mean[:, :3] = (24.0, 25.0, 24.0)
    suspected = False
    random = np.random.default_rng(6)
    for _ in range(60):
        now = inputs_of(36.0)
        reading = np.round((open_room.minute(36.0, 0.0) + random.normal(0, 0.05, 1)) * 10) / 10
        states = update(predict(states, now, 60), reading, now, 1.0)
        suspected = suspected or states.weak[0] == WINDOW_SUSPECTED
    assert suspected
    assert states.parameters().air_conductance_watts_per_kelvin[0] < 1.6 * before


def test_a_sensor_that_stands_still_while_the_room_must_move_is_frozen() -> None:
    states = start_from_prior(ONE * 32)
    for _ in range(200):
        now = inputs_of(34.0, -1.0)
        states = update(predict(states, now, 60), ONE * 27.0, now, 1.0)
    assert states.weak[0] == FROZEN
    learned = states.parameters().cooling_watts_at_35[0]
    for _ in range(200):
        now = inputs_of(34.0, -1.0)
        states = update(predict(states, now, 60), ONE * 27.0, now, 1.0)
    assert states.parameters().cooling_watts_at_35[0] == learned
    now = inputs_of(34.0)
    states = update(predict(states, now, 60), ONE * 26.4, now, 1.0)
    assert states.weak[0] != FROZEN, "it moves again"


def test_readings_that_no_room_has_and_silence_are_told_apart() -> None:
    states = start_from_prior(ONE * 32)
    now = inputs_of(30.0)
    states = update(states, ONE * 25.0, now, 1.0)
    assert states.air_celsius[0] == 25.0
    states = update(predict(states, now, 60), ONE * 85.0, now, 1.0)
    assert states.weak[0] == OUT_OF_RANGE
    assert abs(states.air_celsius[0] - 25.0) < 0.2
    states = update(predict(states, now, 60), ONE * np.nan, now, 1.0)
    assert states.weak[0] == NO_SENSOR


def test_air_that_went_astray_is_where_the_sensor_says() -> None:
    now = inputs_of(30.0)
    states = update(start_from_prior(ONE * 32), ONE * 27.9, now, 1.0)
    states.mean[:, 0] = 20.0
    states.covariance[:, 0, :] = states.covariance[:, :, 0] = 0.0
    states.covariance[:, 0, 0] = 1e-6  # and it is sure of it
    states = update(predict(states, now, 60), ONE * 27.9, now, 1.0)
    assert abs(states.air_celsius[0] - 27.9) < 0.3
    # A sensor that is a little behind leaves it alone.
    states.mean[:, 0] = 27.0
    states = update(predict(states, now, 60), ONE * 27.9, now, 1.0)
    assert states.air_celsius[0] < 27.6


def test_what_ramps_take_longer_is_added_to_the_next() -> None:
    states = update(start_from_prior(ONE * 32), ONE * 27.0, inputs_of(33.0), 1.0)
    for _ in range(6):
        states.mean[:, :2] = 27.0
        for minute in range(120):
            arrived = minute > 60
            states.mean[:, 0] = 24.2 if arrived else 27.0 - minute * 0.02
            states = replace(states, last_sensor_celsius=states.mean[:, 0])
            goal = Goal(ONE * 24, ONE < 0, ONE * 0.3, ONE > 0, ONE > 0, ONE < 0)
            states = watch_ramps(states, goal, inputs_of(33.0), 1.0)
            if arrived:
                break
        idle = Goal(ONE * np.nan, ONE < 0, ONE * 0.3, ONE < 0, ONE < 0, ONE < 0)
        states = watch_ramps(states, idle, inputs_of(33.0), 1.0)
    assert states.ramps[0] == 6
    said, way = np.array([[20.0]]), np.array([[2.7]])
    before = curve(*(np.zeros_like(states.ramp_sums[:1]),) * 2).told(said, way, way)
    after = curve(states.house_ramp_sums[:1], states.ramp_sums[:1]).told(said, way, way)
    assert after[0][0, 0] > 1.3 * before[0][0, 0]
    assert after[1][0, 0] / after[0][0, 0] < before[1][0, 0] / before[0][0, 0]


def test_who_opens_the_door_to_a_late_room_ends_its_ramp_and_it_counts() -> None:
    states = update(start_from_prior(ONE * 32), ONE * 28.0, inputs_of(33.0), 1.0)
    states.mean[:, :2] = 28.0
    sent = Goal(ONE * 24, ONE < 0, ONE * 0.3, ONE > 0, ONE > 0, ONE < 0)
    comes = replace(sent, disturbed=ONE > 0)
    early = watch_ramps(watch_ramps(states, sent, inputs_of(33.0), 1.0), comes, inputs_of(33.0), 1.0)
    assert early.ramps[0] == 0, "it tells nothing of a room that was still in time"
    for _ in range(180):
        states = watch_ramps(states, sent, inputs_of(33.0), 1.0)
    late = watch_ramps(states, comes, inputs_of(33.0), 1.0)
    assert late.ramps[0] == 1
    assert late.ramp_error_minutes[0] > 60


def test_a_room_that_is_only_kept_begins_no_ramp() -> None:
    states = update(start_from_prior(ONE * 32), ONE * 28.0, inputs_of(33.0), 1.0)
    kept = Goal(ONE * 24, ONE < 0, ONE * 0.3, ONE < 0, ONE > 0, ONE < 0)
    assert np.isnan(watch_ramps(states, kept, inputs_of(33.0), 1.0).ramp_goal_celsius[0])


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.floats(0, 50)),
            st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.floats(-30, 45)),
            st.floats(-2, 2),
            st.booleans(),
            st.booleans(),
            st.floats(0.2, 300),
        ),
        max_size=25,
    )
)
def test_the_filter_stays_finite_and_inside_its_bounds_whatever_comes(
    happenings: list[tuple[float, float, float, bool, bool, float]],
) -> None:
    states = start_from_prior(ONE * 32)
    for reading, outdoor, share, known, window, minutes in happenings:
        now = inputs_of(outdoor, share, known=known, window=window)
        with np.errstate(all="ignore"):
            states = update(predict(states, now, minutes * 60), ONE * reading, now, minutes)
    assert np.all(np.isfinite(states.mean))
    assert np.all(np.isfinite(states.covariance))
    assert np.all(np.diagonal(states.covariance, axis1=1, axis2=2) >= 0)
    assert -60 < states.air_celsius[0] < 100
    assert 1e5 < states.parameters().air_capacity_joules_per_kelvin[0] < 1e7
