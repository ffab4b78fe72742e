"""The nightly fit: finds a synthetic room's parameters again, and takes nothing that is worse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from controller.learner import Learner, RoomOfType
from controller.room_fit import Frames, fit_room
from controller.room_model import RoomParameters, forces, prior, stepper

ONE = np.ones(1)
USUAL = prior(ONE * 32)


def unlike_others() -> RoomParameters:
    return replace(
        USUAL,
        air_capacity_joules_per_kelvin=USUAL.air_capacity_joules_per_kelvin * 1.4,
        air_conductance_watts_per_kelvin=USUAL.air_conductance_watts_per_kelvin * 1.6,
        mass_conductance_watts_per_kelvin=USUAL.mass_conductance_watts_per_kelvin * 1.6,
        cooling_watts_at_35=USUAL.cooling_watts_at_35 * 0.7,
        gain_watts=USUAL.gain_watts + 60,
        solar_square_metres=USUAL.solar_square_metres + 0.7,
    )


def frames_of(parameters: RoomParameters, days: float = 4.0, seed: int = 2) -> Frames:
    """A room of the model's own structure: an hour of cooling every six, drift between."""
    random = np.random.default_rng(seed)
    length = int(days * 288)
    hour = (np.arange(length) / 12) % 24
    outdoor = 32 + 4 * np.sin(2 * np.pi * (hour - 9) / 24)
    light = 800 * np.maximum(0, np.sin(np.pi * (hour - 6) / 12)) * random.uniform(0.4, 1, length)
    east = np.where(light > 0, np.cos(np.pi * (hour - 6) / 12), 0.0)
    share = np.where((np.arange(length) // 12) % 6 == 2, -1.0, 0.0)
    air = mass = sensor = ONE * 28.0
    step = stepper(parameters, 60.0)
    seen, unit = np.empty(length), 0.0
    for index in range(length):
        seen[index] = np.round((sensor[0] + random.normal(0, 0.03)) * 10) / 10
        for _ in range(5):
            unit += (share[index] - unit) * (1 - np.exp(-0.5))
            outside = ONE * outdoor[index]
            sun = parameters.sun_watts(ONE * light[index], ONE * east[index])
            heat = parameters.cooling_watts(outside) * unit
            air, mass = step.step(air, mass, *forces(parameters, outside, sun, heat))
            sensor = sensor + (air - sensor) * 60 / parameters.sensor_seconds
    nothing = np.zeros(length)
    return Frames(seen, outdoor, light, east, nothing, share, np.ones(length, dtype=bool))


def test_a_synthetic_room_is_found_again() -> None:
    true = unlike_others()
    fitted = fit_room(frames_of(true), USUAL, USUAL)
    assert fitted is not None
    assert fitted.rmse_kelvin < 0.12
    assert fitted.rmse_kelvin < 0.6 * fitted.rmse_before_kelvin
    speed = fitted.parameters.cooling_watts_at_35 / fitted.parameters.air_capacity_joules_per_kelvin
    true_speed = true.cooling_watts_at_35 / true.air_capacity_joules_per_kelvin
    assert speed[0] == pytest.approx(true_speed[0], rel=0.12)
    assert fitted.parameters.cooling_watts_at_35[0] == pytest.approx(true.cooling_watts_at_35[0], rel=0.15)
    assert np.all(np.linalg.eigvalsh(fitted.covariance) > 0)

    learner = Learner()
    learner.set_rooms([RoomOfType("412", "DLX")])
    learner.refit("412", fitted.parameters, fitted.covariance)
    assert learner.states.parameters().cooling_watts_at_35[0] == fitted.parameters.cooling_watts_at_35[0]


def test_what_may_not_be_learned_from_is_left_out() -> None:
    true = unlike_others()
    frames = frames_of(true)
    half = np.arange(len(frames.taught)) % 288 < 144
    spoilt = np.where(half, frames.celsius, 35.0 + np.sin(np.arange(len(half))))
    fitted = fit_room(replace(frames, celsius=spoilt, taught=half), USUAL, USUAL)
    assert fitted is not None
    assert fitted.rmse_kelvin < 0.25
    assert fit_room(replace(frames, taught=np.zeros(len(half), dtype=bool)), USUAL, USUAL) is None
    silent = np.full(len(half), np.nan)
    assert fit_room(replace(frames, celsius=silent), USUAL, USUAL) is None


def test_a_fit_that_foresees_worse_is_not_taken() -> None:
    true = unlike_others()
    random = np.random.default_rng(4)
    frames = frames_of(true)
    noise = replace(frames, celsius=frames.celsius + random.normal(0, 1.5, len(frames.celsius)))
    taken = fit_room(noise, USUAL, true)
    assert taken is None or taken.rmse_kelvin <= taken.rmse_before_kelvin * 1.02
