"""Rooms as two heat stores: the exact step, and the outlook from it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.foresight import outlooks
from controller.outlook import HORIZON_STEPS, Outlook
from controller.ramp_curve import seen
from controller.room_ahead import Asked, WeatherAhead
from controller.room_beliefs import SIZE, RoomStates, start_from_prior
from controller.room_model import BOUNDS, RoomParameters, forces, prior, stepper

NOW = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)


def rooms_at(celsius: float, *, rooms: int = 1) -> RoomStates:
    states = start_from_prior(np.full(rooms, 32.0))
    states.mean[:, :3] = celsius
    states.covariance[:, :3, :3] = np.eye(3) * 0.01
    return replace(states, heard=np.ones(rooms, dtype=bool), weak=np.zeros(rooms, dtype=np.int64))


def asked_of(rooms: int = 1, target: float = 24.0, *, heating: bool = False) -> Asked:
    full = np.ones(rooms)
    return Asked(
        full * target,
        full > 0 if heating else full < 0,
        full * 0.3,
        full * 16,
        full * 29,
        full * 3,
        full * 3,
        full * 0,
    )


def weather(outdoor: float, steps: int = HORIZON_STEPS) -> WeatherAhead:
    full = np.ones(steps + 1)
    return WeatherAhead(full * outdoor, full * 1.0, full * 0, full * 0)


def look(states: RoomStates, asked: Asked, ahead: WeatherAhead) -> Outlook:
    return outlooks(states, asked, ahead, NOW)[0]


def test_the_exact_step_is_what_many_small_ones_come_to() -> None:
    parameters = prior(np.array([32.0, 60.0]))
    air, mass = np.array([29.0, 18.0]), np.array([30.0, 19.0])
    into_air, into_mass = forces(
        parameters, np.array([35.0, -5.0]), np.array([400.0, 50.0]), np.array([-2000.0, 900.0])
    )
    exact = stepper(parameters, 300.0).step(air, mass, into_air, into_mass)
    for _ in range(30_000):
        coupled = parameters.coupling_watts_per_kelvin * (mass - air)
        speed = (coupled + into_air - parameters.air_conductance_watts_per_kelvin * air) / (
            parameters.air_capacity_joules_per_kelvin
        )
        slow = (-coupled + into_mass - parameters.mass_conductance_watts_per_kelvin * mass) / (
            parameters.mass_capacity_joules_per_kelvin
        )
        air, mass = air + 0.01 * speed, mass + 0.01 * slow
    np.testing.assert_allclose(exact[0], air, atol=1e-3)
    np.testing.assert_allclose(exact[1], mass, atol=1e-3)


def test_a_step_of_ten_minutes_is_two_of_five() -> None:
    parameters = prior(np.array([32.0]))
    into = forces(parameters, np.array([35.0]), np.array([0.0]), np.array([-2000.0]))
    five, ten = stepper(parameters, 300.0), stepper(parameters, 600.0)
    twice = five.step(*five.step(np.array([28.0]), np.array([28.5]), *into), *into)
    np.testing.assert_allclose(twice, ten.step(np.array([28.0]), np.array([28.5]), *into), rtol=1e-12)


def test_a_warm_room_is_ready_in_the_time_that_full_power_takes() -> None:
    outlook = look(rooms_at(28.0), asked_of(), weather(33.0))
    assert 10 < outlook.ready_minutes[0] < 60
    assert outlook.ready_minutes[48] > outlook.ready_minutes[0], "it drifts up meanwhile"
    assert outlook.drift_celsius[0] == 28.0
    assert outlook.drift_celsius[-1] == pytest.approx(29.0), "the setback limit holds it"
    assert outlook.source == "prior"
    assert outlook.ready_deviation_minutes[0] > 1
    assert outlook.energy_watt_hours[0] < outlook.energy_watt_hours[-1], "holding the limit costs"


def test_a_house_whose_rooms_nobody_saw_go_is_doubted_until_its_ramps_tell() -> None:
    unknown = rooms_at(28.0)
    before = look(unknown, asked_of(), weather(33.0))
    said = before.ready_minutes[:1]
    house = 20 * seen(said, np.array([3.7]), np.array([3.7]), 2 * said)
    after = look(replace(unknown, house_ramp_sums=house), asked_of(), weather(33.0))
    assert before.ready_deviation_minutes[0] > 0.5 * before.ready_minutes[0]
    assert after.ready_minutes[0] == pytest.approx(2 * before.ready_minutes[0], rel=0.2)
    assert after.ready_deviation_minutes[0] / after.ready_minutes[0] < 0.5


def test_a_room_at_its_target_is_ready_and_a_deeper_one_takes_longer() -> None:
    assert look(rooms_at(24.1), asked_of(), weather(33.0)).ready_minutes[0] == 0
    recover = look(rooms_at(24.1), asked_of(), weather(33.0)).recover_minutes
    assert recover[0] == 0
    finite = recover[np.isfinite(recover)]
    assert np.all(np.diff(finite) >= 0)
    outlook = look(rooms_at(24.1), asked_of(), weather(33.0))
    depth = outlook.recoverable_kelvin(30)
    assert 1 < depth < 8
    assert outlook.recoverable_kelvin(60) > depth


def test_heating_looks_up() -> None:
    outlook = look(rooms_at(15.0), asked_of(target=21.0, heating=True), weather(-5.0))
    assert 10 < outlook.ready_minutes[0] < 240
    assert outlook.drift_celsius[-1] >= 15.0 - 1e-9, "it is brought back to its limit"


def test_what_cannot_be_reached_is_never_ready() -> None:
    outlook = look(rooms_at(40.0), asked_of(target=5.0), weather(45.0))
    assert outlook.ready_minutes[0] == float("inf")
    assert outlook.ready_after(7.0) == float("inf")
    assert np.all(np.isfinite(outlook.ready_deviation_minutes))


def test_an_unmeasured_room_is_taken_at_its_worst_and_says_so() -> None:
    states = start_from_prior(np.array([32.0]))
    outlook = look(states, asked_of(), weather(33.0))
    assert outlook.air_celsius is None
    assert (outlook.source, outlook.weak_reason) == ("fallback", "no_sensor")
    assert outlook.drift_celsius[0] == 29.0


@settings(max_examples=12, deadline=None)
@given(
    celsius=st.floats(-5, 50),
    target=st.floats(5, 45),
    outdoor=st.floats(-30, 50),
    heating=st.booleans(),
    corrections=st.lists(st.floats(-3, 3), min_size=10, max_size=10),
)
def test_no_room_gives_an_outlook_without_numbers(
    celsius: float, target: float, outdoor: float, heating: bool, corrections: list[float]
) -> None:
    states = rooms_at(celsius)
    states.mean[0, 3:SIZE] = corrections
    outlook = look(states, asked_of(target=target, heating=heating), weather(outdoor))
    assert np.all(np.isfinite(outlook.drift_celsius))
    assert np.all(np.abs(outlook.drift_celsius - 20) < 80)
    assert np.all(outlook.ready_minutes >= 0)
    assert not np.any(np.isnan(outlook.ready_minutes))
    assert np.all(np.isfinite(outlook.ready_deviation_minutes))
    assert np.all(np.isfinite(outlook.drift_deviation_kelvin))
    assert np.all(np.diff(outlook.energy_watt_hours) > -5000)
    parameters: RoomParameters = states.parameters()
    for field in fields(parameters):
        low, _, high = BOUNDS[field.name]
        assert low <= getattr(parameters, field.name)[0] <= 4 * high or high <= 0
