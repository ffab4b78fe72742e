"""The self-test of a device before its ticket is resolved: what is driven, and what counts as passed. Pure.

A test moves one thing a little (`TESTS`), waits for the device's own report, moves it back, and waits again:
only a report confirms a command. It shows that the device listens, acts and speaks; it is no measurement of
what an air conditioner delivers, which diagnosis judges by the ramps that follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hotel.errors import Conflict, Invalid

Value = float | str | bool
LONGEST_REASON: Final = 200


class SelfTestState(StrEnum):
    """`driving`: asked to move; `returning`: asked to move back; the others are ends."""

    DRIVING = "driving"
    RETURNING = "returning"
    PASSED = "passed"
    FAILED = "failed"
    STOPPED = "stopped"


UNDER_WAY: Final = frozenset({SelfTestState.DRIVING, SelfTestState.RETURNING})


@dataclass(frozen=True, slots=True)
class Movement:
    """How a kind of device is tried: `by` is added to what it reports; None turns it round (on and off)."""

    property: str
    by: float | None


# A kelvin is the coarsest step of units' setpoints; a tenth of a curtain's way is seen and scares nobody.
_SETPOINT: Final = Movement("setpoint_celsius", 1.0)
_TURN: Final = Movement("on", None)
TESTS: Final[Mapping[str, Movement]] = {
    "air_conditioner": _SETPOINT,
    "curtain": Movement("position_percent", 15.0),
    "ceiling_light": _TURN,
    "bedside_light": _TURN,
    "light": _TURN,
}


@dataclass(frozen=True, slots=True)
class Drivable:
    """A device as far as a test needs it.

    Attributes:
        kind: what it is for, as diagnosis calls kinds.
        reported: by property that can be commanded, what it reports; None = unknown.
        bounds: the lowest and highest value of a property that has such.
        guest_in: a guest is checked in and not known to be out.
        locked_by: who has locked it out for work.
        held_by: who holds it at the engineer's level already.
    """

    device_id: str
    room: str
    kind: str
    available: bool
    reported: Mapping[str, Value | None]
    bounds: Mapping[str, tuple[float | None, float | None]]
    guest_in: bool
    locked_by: str | None
    held_by: str | None


@dataclass(frozen=True, slots=True)
class Drive:
    """What is asked of it, and what it is asked to be again."""

    property: str
    value: Value
    back: Value


def is_testable(device: Drivable) -> bool:
    """Whether there is a test for such a device at all, whatever hinders it just now."""
    movement = TESTS.get(device.kind)
    return movement is not None and movement.property in device.reported


def drive_of(device: Drivable) -> Drive:
    """What the test drives.

    Raises:
        Invalid: there is no test for such a device.
        Conflict: a guest is in, it is locked out for work, an engineer holds it, it is away, or it does not
            say how it stands.
    """
    movement = TESTS.get(device.kind)
    if movement is None or movement.property not in device.reported:
        raise Invalid("no_self_test", "There is no self-test for this device.", kind=device.kind)
    if device.guest_in:
        raise Conflict("guest_in_room", "A guest is in the room: nothing is moved for a test.")
    if device.locked_by is not None:
        raise Conflict(
            "locked_out",
            f"{device.locked_by} has locked it out for work; release that first.",
            by=device.locked_by,
        )
    if device.held_by is not None:
        raise Conflict("held", f"{device.held_by} holds it by hand; release that first.", by=device.held_by)
    reported = device.reported[movement.property]
    if not device.available or reported is None:
        raise Conflict(
            "device_silent", "The device does not say how it stands: nothing can be seen of a test."
        )
    if movement.by is None:
        return Drive(movement.property, not bool(reported), bool(reported))
    now = float(reported)
    _, high = device.bounds.get(movement.property, (None, None))
    other = now + movement.by
    if high is not None and other > high:
        other = now - movement.by
    return Drive(movement.property, other, now)


def after(state: SelfTestState, command: str) -> SelfTestState:
    """Where a test stands once the command under way has come so far.

    Args:
        command: the state of the newest command, as the controller names it.
    """
    if state not in UNDER_WAY or command in ("queued", "sent"):
        return state
    if command == "confirmed":
        return SelfTestState.RETURNING if state is SelfTestState.DRIVING else SelfTestState.PASSED
    # Somebody else wanted something meanwhile: that says nothing about the device.
    if command == "superseded":
        return SelfTestState.STOPPED
    return SelfTestState.FAILED


def check_resolve(newest: SelfTestState | None, reason: str | None) -> None:
    """Whether a ticket may be resolved after its newest test.

    Raises:
        Conflict: the test is still running.
        Invalid: it failed, and no reason was given.
    """
    if newest in UNDER_WAY:
        raise Conflict("self_test_running", "The self-test is still running.")
    if newest is SelfTestState.FAILED and not (reason or "").strip():
        raise Invalid(
            "self_test_failed",
            "The self-test failed: say why the ticket is resolved all the same.",
            field="reason",
        )
