"""Many rooms run ahead in one pass say what each says when it is worked out alone, step by step."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime

import numpy as np
import pytest

from controller.foresight import outlooks
from controller.outlook import DEPTH_STEP_KELVIN, DEPTHS, HORIZON_STEPS
from controller.room_ahead import STEP_SECONDS, Asked, RoomsAhead, WeatherAhead
from controller.room_beliefs import SIZE, RoomStates, start_from_prior
from controller.room_model import forces, prior, stepper

NOW = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)
ROOMS = 60  # more than are run side by side


def beliefs(seed: int) -> RoomStates:
    drawn = np.random.default_rng(seed)
    states = start_from_prior(drawn.uniform(18, 60, ROOMS))
    mean = states.mean.copy()
    mean[:, :3] = drawn.uniform(16, 34, ROOMS)[:, None]
    mean[:, 3:] += drawn.normal(0, 0.2, (ROOMS, SIZE - 3))
    return replace(states, mean=mean, covariance=states.covariance * 0.2, heard=drawn.random(ROOMS) > 0.1)


def asked(seed: int) -> Asked:
    drawn = np.random.default_rng(seed)
    heating = drawn.random(ROOMS) < 0.5
    full = np.ones(ROOMS)
    return Asked(
        np.where(heating, 21.0, 24.0),
        heating,
        full * 0.3,
        np.where(heating, 16.0, -np.inf),
        np.where(heating, np.inf, 29.0),
        full * 3.0,
        full * 2.5,
        drawn.random(ROOMS),
    )


def weather() -> WeatherAhead:
    hours = np.arange(HORIZON_STEPS + 1) / 12
    return WeatherAhead(
        18 + 14 * np.sin(hours / 3),
        np.ones_like(hours),
        np.maximum(0.0, 700 * np.sin(hours)),
        np.cos(hours),
    )


def run_alone(states: RoomStates, question: Asked, ahead: WeatherAhead, row: int) -> tuple[list[float], ...]:
    """(air, watt-hours) of one room left alone, and its minutes from now and from rest at each depth."""
    room, one = states.take(np.array([row])), question.take(np.array([row]))
    parts = room.parameters()
    step = stepper(parts, STEP_SECONDS)
    heating = bool(one.heating[0])

    def pushed(k: int, watts: float | None, air: float, mass: float) -> tuple[float, float, float]:
        outdoor = ahead.outdoor_celsius[k : k + 1]
        sun = parts.sun_watts(
            ahead.irradiance_watts_per_square_metre[k : k + 1], ahead.east[k : k + 1], one.curtain_closed
        )
        most, least = parts.heating_watts(outdoor)[0], -parts.cooling_watts(outdoor)[0]
        into_air, into_mass = forces(parts, outdoor, sun, np.zeros(1))
        if watts is None:
            free = step.step(np.array([air]), np.array([mass]), into_air, into_mass)[0][0]
            wanted = min(max(free, one.setback_low_celsius[0]), one.setback_high_celsius[0])
            watts = min(max((wanted - free) / step.air_by_air_watt[0], least), most)
        else:
            watts = most if heating else least
        after = step.step(np.array([air]), np.array([mass]), into_air + watts, into_mass)
        return float(after[0][0]), float(after[1][0]), float(watts)

    air = mass = float(room.air_celsius[0])
    airs, spent = [air], [0.0]
    for k in range(HORIZON_STEPS):
        air, mass, watts = pushed(k, None, air, mass)
        airs.append(air)
        efficiency = one.cooling_efficiency[0] if watts < 0 else one.heating_efficiency[0]
        spent.append(spent[-1] + abs(watts) / efficiency / 12)
    sign = 1.0 if heating else -1.0
    edge = float(one.target_celsius[0]) - sign * 0.3

    def ready(air: float) -> float:
        mass, before = air, sign * (edge - air)
        if before <= 0:
            return 0.0
        for k in range(HORIZON_STEPS):
            air, mass, _ = pushed(k, 1.0, air, mass)
            after = sign * (edge - air)
            if after <= 0:
                return (k + before / (before - after)) * 5
            before = after
        return float("inf")

    target = float(one.target_celsius[0])
    return airs, spent, [ready(target - sign * i * DEPTH_STEP_KELVIN) for i in range(DEPTHS)]


@pytest.mark.parametrize("seed", [1, 2])
def test_rooms_in_one_pass_are_as_each_alone(seed: int) -> None:
    states, question, ahead = beliefs(seed), asked(seed), weather()
    found = outlooks(states, question, ahead, NOW)
    for row in (0, 7, 51, ROOMS - 1):  # of both helpings
        airs, spent, from_rest = run_alone(states, question, ahead, row)
        told = found[row]
        if told.air_celsius is None:
            continue
        np.testing.assert_allclose(told.drift_celsius, airs, atol=1e-8, err_msg=f"seed {seed} room {row}")
        np.testing.assert_allclose(
            told.energy_watt_hours[0],
            spent[0] + min(told.ready_minutes[0], 480) / 60 * told_watts(states, question, ahead, row),
        )
        never = np.isinf(from_rest)
        np.testing.assert_array_equal(np.isinf(told.recover_minutes), never)
        # What is told is surer than the median, and as sure at each depth.
        far = ~never & (np.array(from_rest) > 0)
        assert np.all(told.recover_minutes[far] > np.array(from_rest)[far])


def told_watts(states: RoomStates, question: Asked, ahead: WeatherAhead, row: int) -> float:
    parts = states.take(np.array([row])).parameters()
    outdoor = ahead.outdoor_celsius[:1]
    if question.heating[row]:
        return float(parts.heating_watts(outdoor)[0] / question.heating_efficiency[row])
    return float(parts.cooling_watts(outdoor)[0] / question.cooling_efficiency[row])


def test_one_room_asked_alone_hears_what_it_hears_among_others() -> None:
    states, question, ahead = beliefs(3), asked(3), weather()
    among = outlooks(states, question, ahead, NOW)
    for row in (3, 55):
        one = np.array([row])
        (alone,) = outlooks(states.take(one), question.take(one), ahead, NOW)
        for field in fields(alone):
            mine, theirs = getattr(alone, field.name), getattr(among[row], field.name)
            if isinstance(mine, np.ndarray):
                np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-9, err_msg=field.name)
            else:
                assert mine == theirs, field.name


def test_lanes_that_arrive_early_do_not_change_the_others() -> None:
    """From far, from near and from beyond the edge, in one pass and one by one."""
    full = np.ones(1)
    question = Asked(full * 24, full < 0, full * 0.3, full * 16, full * 29, full * 3, full * 3, full * 0)
    rooms = RoomsAhead(prior(np.array([32.0])), question, weather().reaching(2 * HORIZON_STEPS))
    begins, starts = np.array([31.0, 24.2, 26.0, 45.0, 25.0]), np.array([0, 3, 96, 12, 48])
    rows = np.zeros(5, dtype=np.intp)
    together = rooms.ready_minutes(rows, starts, begins, begins)
    alone = [
        float(rooms.ready_minutes(rows[:1], starts[i : i + 1], begins[i : i + 1], begins[i : i + 1])[0])
        for i in range(5)
    ]
    np.testing.assert_allclose(together, alone)
    assert together[1] == 0.0
    assert together[0] > together[2] > 0
