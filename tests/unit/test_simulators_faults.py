"""Fault messages are parsed strictly."""

from __future__ import annotations

import json

import pytest

from simulators.faults import BadFault, Fault, parse_fault

ROOMS = frozenset({"101", "102"})


def parse(**message: object) -> Fault:
    return parse_fault(json.dumps(message).encode(), ROOMS)


def test_a_fault_is_set_and_taken_back() -> None:
    assert parse(room="101", device="curtain", fault="stuck") == Fault("101", "curtain", "stuck", True)
    assert not parse(room="101", device="curtain", fault="stuck", value=False).active


def test_no_capacity_may_leave_some() -> None:
    fault = parse(room="101", device="air_conditioner", fault="no_capacity", value=0.4)
    assert (fault.active, fault.capacity_share) == (True, 0.4)
    assert not parse(room="101", device="air_conditioner", fault="no_capacity", value=1).active


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"[" * 2000,
        b"{}" + b" " * 3000,
        json.dumps({"room": "999", "device": "curtain", "fault": "stuck"}).encode(),
        json.dumps({"room": 101, "device": "curtain", "fault": "stuck"}).encode(),
        json.dumps({"room": "101", "device": "curtain", "fault": "melted"}).encode(),
        json.dumps({"room": "101", "device": "window", "fault": "stuck"}).encode(),
        json.dumps({"room": "101", "device": ["curtain"], "fault": "stuck"}).encode(),
        json.dumps({"room": "101", "device": "curtain", "fault": "stuck", "value": "yes"}).encode(),
        json.dumps({"room": "101", "device": "curtain", "fault": "stuck", "extra": 1}).encode(),
        b'{"room": "101", "device": "air_conditioner", "fault": "no_capacity", "value": NaN}',
        b'{"room": "101", "device": "air_conditioner", "fault": "no_capacity", "value": 1.5}',
    ],
)
def test_anything_else_is_refused(payload: bytes) -> None:
    with pytest.raises(BadFault):
        parse_fault(payload, ROOMS)
