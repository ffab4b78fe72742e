"""Which device is tried out how, when not, and what a test's end means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotel.errors import Conflict, Invalid
from maintenance.self_test import (
    TESTS,
    Drivable,
    Drive,
    SelfTestState,
    after,
    check_resolve,
    drive_of,
    is_testable,
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
