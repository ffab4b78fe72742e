"""The self-test of a device before its ticket is resolved: what is driven, and what counts as passed. Pure.

A test moves one thing a little (`TESTS`), waits for the device's own report, moves it back, and waits again:
only a report confirms a command. That shows that the device listens and speaks. An air conditioner must also
*show that it works* where a sensor can tell: it is switched on if it is off, its setpoint goes so far beyond
the air that it has to run at full power (`proof_of`), and within twenty minutes the air must move that way.
Where no sensor speaks, or the room leaves no way to go, the report alone counts, and the test says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from hotel.errors import Conflict, Invalid

Value = float | str | bool
LONGEST_REASON: Final = 200


class SelfTestState(StrEnum):
    """`driving`: asked to move; `proving`: it says that it did, and sensors are watched; `returning`: asked
    to move back; the others are ends."""

    DRIVING = "driving"
    PROVING = "proving"
    RETURNING = "returning"
    PASSED = "passed"
    FAILED = "failed"
    STOPPED = "stopped"


UNDER_WAY: Final = frozenset({SelfTestState.DRIVING, SelfTestState.PROVING, SelfTestState.RETURNING})


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


# The published time after which a unit at full call that has done nothing is dead (see `rules`), with a
# compressor's least rest before it.
PROOF_WITHIN: Final = timedelta(minutes=25)
# What is asked of it: so far beyond the air that any unit runs at full power.
PROOF_BEYOND_KELVIN: Final = 4.0
LEAST_BEYOND_KELVIN: Final = 2.0
# What must be seen: five of the finest steps of room sensors, two of the steps of units' own.
PROOF_KELVIN: Final[Mapping[str, float]] = {"room": 0.5, "unit": 1.0}
# Colder rooms are warmed, others cooled, when the unit is off and does not say which way it works.
WARMS_BELOW_CELSIUS: Final = 20.0
_WAYS: Final[Mapping[str, int]] = {"heat": 1, "cool": -1}


@dataclass(frozen=True, slots=True)
class Sensed:
    """A temperature and when it was reported."""

    celsius: float
    at: datetime


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
        modes: of an air conditioner, what it can be switched to.
        sensed: the temperatures of its room, by "room" (the room's sensor) and "unit" (its own).
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
    modes: tuple[str, ...] = ()
    sensed: Mapping[str, Sensed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drive:
    """What is asked of it, and what it is asked to be again.

    Attributes:
        mode: what it is switched to before, from off; None: it is on, or need not be.
        way: 1 the air must become warmer, -1 colder; 0: the report alone counts.
    """

    property: str
    value: Value
    back: Value
    mode: str | None = None
    way: int = 0


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
    proof = proof_of(device, now) if device.kind == "air_conditioner" else None
    if proof is not None:
        return proof
    _, high = device.bounds.get(movement.property, (None, None))
    other = now + movement.by
    if high is not None and other > high:
        other = now - movement.by
    return Drive(movement.property, other, now)


def proof_of(device: Drivable, setpoint_celsius: float) -> Drive | None:
    """How an air conditioner shows that it works; None where nothing could tell."""
    if not device.sensed:
        return None
    airs = [one.celsius for one in device.sensed.values()]
    reported = device.reported.get("mode")
    mode = str(reported) if reported is not None else ""
    switch = None
    if mode == "off":
        wanted = "heat" if max(airs) < WARMS_BELOW_CELSIUS else "cool"
        switch = next((one for one in (wanted, "cool", "heat") if one in device.modes), None)
        mode = switch or ""
    way = _WAYS.get(mode, 0)
    if not way:
        return None
    low, high = device.bounds.get("setpoint_celsius", (None, None))
    if way > 0:
        air = max(airs)
        value = air + PROOF_BEYOND_KELVIN if high is None else min(high, air + PROOF_BEYOND_KELVIN)
    else:
        air = min(airs)
        value = air - PROOF_BEYOND_KELVIN if low is None else max(low, air - PROOF_BEYOND_KELVIN)
    value = float(round(value))
    beyond = (value - air) * way >= LEAST_BEYOND_KELVIN
    # What it is set to already cannot be confirmed by a new report of it.
    if not beyond or abs(value - setpoint_celsius) < 0.5:
        return None
    return Drive("setpoint_celsius", value, setpoint_celsius, switch, way)


def proof(
    way: int, before: Mapping[str, float], since: datetime, sensed: Mapping[str, Sensed], now: datetime
) -> bool | None:
    """Whether the air went the way that the unit was to move it; None: nobody can tell (yet).

    Args:
        before: what the sensors read when it was told to, at `since`.
    """
    heard = {name: one for name, one in sensed.items() if name in before and one.at > since}
    if any((one.celsius - before[name]) * way >= PROOF_KELVIN[name] for name, one in heard.items()):
        return True
    return False if heard and now - since >= PROOF_WITHIN else None


def after(state: SelfTestState, command: str, way: int = 0) -> SelfTestState:
    """Where a test stands once the command under way has come so far.

    Args:
        command: the state of the newest command, as the controller names it.
        way: see `Drive`: with one the air is watched after the move.
    """
    if state not in UNDER_WAY or state is SelfTestState.PROVING or command in ("queued", "sent"):
        return state
    if command == "confirmed":
        if state is SelfTestState.RETURNING:
            return SelfTestState.PASSED
        return SelfTestState.PROVING if way else SelfTestState.RETURNING
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
