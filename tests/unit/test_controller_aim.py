"""What a unit is told so that the room's air is right: its own sensor corrected, the room nudged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from controller.aim import STEADY_FOR, Aim, told
from controller.comfort import ClimateTarget
from controller.policy import ClimatePolicy

NOW = datetime(2026, 7, 1, 14, tzinfo=UTC)
POLICY = ClimatePolicy()
COOLING = ClimateTarget("preconditioning", "cooling", 23.0, "cool", 23.0, "arrival_plan", "", "")
RESTING = ClimateTarget("unoccupied", "cooling", 28.0, "off", None, "energy_saving", "", "")


def aimed(
    target: ClimateTarget,
    believed: float | None,
    before: Aim | None = None,
    *,
    now: datetime = NOW,
    sensed: float | None = None,
    unit: float | None = None,
) -> tuple[Aim, float | None]:
    return told(
        before or Aim(),
        target,
        now=now,
        sensed_celsius=believed if sensed is None else sensed,
        unit_celsius=believed if unit is None else unit,
        eta=NOW + timedelta(minutes=30),
        asked_celsius=None,
        step=0.5,
        low=16.0,
        high=30.0,
        policy=POLICY,
    )


def test_a_room_past_its_target_is_let_go() -> None:
    past, milder = aimed(COOLING, 22.4)
    assert milder is not None
    assert milder > 23.0
    assert aimed(COOLING, 22.8, past)[1] == milder
    assert aimed(COOLING, 23.02, past)[1] == 23.0


def test_the_units_own_sensor_is_corrected_once_both_stand_still() -> None:
    aim = Aim()
    for minute in range(240):
        at = NOW + timedelta(minutes=minute)
        aim, _ = aimed(replace(COOLING, phase="ready"), 23.0, aim, now=at, unit=23.5)
    assert aim.trim_kelvin == pytest.approx(0.5, abs=0.06)
    assert aimed(replace(COOLING, phase="ready"), 23.0, aim, now=at)[1] == 23.5
    moving = Aim()
    for minute in range(int(STEADY_FOR.total_seconds() / 60)):
        moving, _ = aimed(
            COOLING, 27.0 - minute * 0.1, moving, now=NOW + timedelta(minutes=minute), unit=28.0
        )
    assert moving.trim_kelvin == 0.0


def test_a_resting_room_is_told_nothing_and_a_room_without_a_sensor_its_plain_target() -> None:
    assert aimed(RESTING, 27.0)[1] is None
    assert aimed(COOLING, None)[1] == 23.0


def test_a_room_hardly_past_its_target_is_left_alone() -> None:
    """A milder setpoint would stop the compressor, and the air comes back by kelvins within minutes."""
    assert aimed(replace(COOLING, phase="ready"), 22.6)[1] == 23.0
