"""Which device is tried out how, when not, and what a test's end means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hotel.errors import Conflict, Invalid
from maintenance.self_test import (
    TESTS,
    Drivable,
    Drive,
    SelfTestState,
    Sensed,
    after,
    check_resolve,
    drive_of,
    is_testable,
    proof,
)

CURTAIN = Drivable(
    "c1",
    "412",
    "curtain",
    available=True,
    reported={"position_percent": 100.0},
    bounds={"position_percent": (0.0, 100.0)},
    guest_in=False,
    locked_by=None,
    held_by=None,
)


@pytest.mark.parametrize(
    ("kind", "reported", "bounds", "drive"),
    [
        ("curtain", {"position_percent": 100.0}, (0.0, 100.0), Drive("position_percent", 85.0, 100.0)),
        ("curtain", {"position_percent": 0.0}, (0.0, 100.0), Drive("position_percent", 15.0, 0.0)),
        ("air_conditioner", {"setpoint_celsius": 24.0}, (16.0, 30.0), Drive("setpoint_celsius", 25.0, 24.0)),
        ("air_conditioner", {"setpoint_celsius": 30.0}, (16.0, 30.0), Drive("setpoint_celsius", 29.0, 30.0)),
        ("ceiling_light", {"on": True}, (None, None), Drive("on", False, True)),
    ],
)
def test_it_is_moved_a_little_and_back_within_its_bounds(
    kind: str, reported: dict[str, float | bool], bounds: tuple[float | None, float | None], drive: Drive
) -> None:
    device = replace(CURTAIN, kind=kind, reported=reported, bounds={TESTS[kind].property: bounds})
    assert is_testable(device)
    assert drive_of(device) == drive


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"guest_in": True}, "guest_in_room"),
        ({"locked_by": "Otto"}, "locked_out"),
        ({"held_by": "Otto"}, "held"),
        ({"available": False}, "device_silent"),
        ({"reported": {"position_percent": None}}, "device_silent"),
    ],
)
def test_nothing_is_driven_against_people_or_blindly(change: dict[str, object], code: str) -> None:
    with pytest.raises(Conflict) as refused:
        drive_of(replace(CURTAIN, **change))  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_device_that_cannot_be_driven_has_no_test() -> None:
    sensor = replace(CURTAIN, kind="room_temperature", reported={})
    assert not is_testable(sensor)
    with pytest.raises(Invalid):
        drive_of(sensor)


@pytest.mark.parametrize(
    ("state", "command", "then"),
    [
        ("driving", "sent", "driving"),
        ("driving", "confirmed", "returning"),
        ("returning", "queued", "returning"),
        ("returning", "confirmed", "passed"),
        ("driving", "timed_out", "failed"),
        ("returning", "rejected", "failed"),
        ("driving", "superseded", "stopped"),
        ("passed", "timed_out", "passed"),
    ],
)
def test_only_a_report_confirms(state: str, command: str, then: str) -> None:
    assert after(SelfTestState(state), command) is SelfTestState(then)


def test_after_a_failed_test_a_ticket_is_resolved_with_a_reason_only() -> None:
    check_resolve(None, None)
    check_resolve(SelfTestState.PASSED, None)
    check_resolve(SelfTestState.FAILED, "the motor comes on Monday")
    with pytest.raises(Invalid):
        check_resolve(SelfTestState.FAILED, "  ")
    with pytest.raises(Conflict):
        check_resolve(SelfTestState.RETURNING, "why not")


NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)
UNIT = replace(
    CURTAIN,
    kind="air_conditioner",
    reported={"setpoint_celsius": 24.0, "mode": "cool"},
    bounds={"setpoint_celsius": (16.0, 30.0)},
    modes=("off", "cool", "heat"),
    sensed={"room": Sensed(26.0, NOON), "unit": Sensed(25.5, NOON)},
)


@pytest.mark.parametrize(
    ("change", "drive"),
    [
        ({}, Drive("setpoint_celsius", 22.0, 24.0, None, -1)),
        (
            {"reported": {"setpoint_celsius": 24.0, "mode": "off"}},
            Drive("setpoint_celsius", 22.0, 24.0, "cool", -1),
        ),
        (
            {
                "reported": {"setpoint_celsius": 24.0, "mode": "off"},
                "sensed": {"room": Sensed(14.0, NOON)},
            },
            Drive("setpoint_celsius", 18.0, 24.0, "heat", 1),
        ),
        # Nobody can tell, or there is no way to go: it listens, and no more is asked.
        ({"sensed": {}}, Drive("setpoint_celsius", 25.0, 24.0)),
        ({"sensed": {"room": Sensed(17.0, NOON)}}, Drive("setpoint_celsius", 25.0, 24.0)),
        ({"reported": {"setpoint_celsius": 24.0, "mode": "fan_only"}}, Drive("setpoint_celsius", 25.0, 24.0)),
    ],
)
def test_a_unit_is_driven_so_that_the_air_must_move(change: dict[str, object], drive: Drive) -> None:
    assert drive_of(replace(UNIT, **change)) == drive  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("celsius", "minutes", "shown"),
    [(25.4, 5, True), (25.6, 5, None), (25.6, 26, False), (27.0, 26, False)],
)
def test_the_air_must_move_the_right_way_in_time(celsius: float, minutes: int, shown: bool | None) -> None:
    now = NOON + timedelta(minutes=minutes)
    assert proof(-1, {"room": 26.0}, NOON, {"room": Sensed(celsius, now)}, now) is shown


def test_a_sensor_that_has_not_spoken_proves_nothing() -> None:
    later = NOON + timedelta(hours=1)
    assert proof(-1, {"room": 26.0}, NOON, {"room": Sensed(20.0, NOON)}, later) is None


def test_after_the_move_the_air_is_watched() -> None:
    assert after(SelfTestState.DRIVING, "confirmed", -1) is SelfTestState.PROVING
    assert after(SelfTestState.PROVING, "confirmed", -1) is SelfTestState.PROVING
