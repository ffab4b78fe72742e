"""Faults that somebody injects over `simulators/control`, strictly parsed.

A message is one JSON object: {"room": "412", "device": …, "fault": …, "value"?: …}. `value` false takes
the fault back; a number from 0 to 1 with `no_capacity` is the capacity that is left.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

LONGEST_PAYLOAD = 2048

DEVICES = (
    "air_conditioner",
    "power",
    "ceiling_light",
    "bedside_light",
    "curtain",
    "room_sensor",
    "door",
    "window",
    "presence",
    "panel",
)
# Which fault which device can have. "room" is the gateway with all that hangs on it.
FAULTS: dict[str, frozenset[str]] = {
    "offline": frozenset((*DEVICES, "room")),
    "frozen": frozenset({"room_sensor", "presence", "door", "window", "power"}),
    "no_capacity": frozenset({"air_conditioner"}),
    "ignores_setpoint": frozenset({"air_conditioner"}),
    "stuck_open": frozenset({"window"}),
    "stuck": frozenset({"curtain"}),
}


class BadFault(ValueError):  # noqa: N818 - the fault is bad, our code is not
    """The message is no fault that this hotel can have."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault set (`active`) or taken back. `capacity_share` is what `no_capacity` leaves."""

    room: str
    device: str
    kind: str
    active: bool
    capacity_share: float = 0.0


def parse_fault(payload: bytes, rooms: frozenset[str]) -> Fault:
    """Read a fault message.

    Raises:
        BadFault: with a sentence that says what is wrong.
    """
    if len(payload) > LONGEST_PAYLOAD:
        raise BadFault(f"the message is longer than {LONGEST_PAYLOAD} bytes")
    try:
        message = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise BadFault("the message is not JSON") from error
    if not isinstance(message, dict):
        raise BadFault("the message is not a JSON object")
    if unknown := set(message) - {"room", "device", "fault", "value"}:
        raise BadFault(f"unknown field {sorted(unknown)[0]!r}")
    room, device, kind = (message.get(name) for name in ("room", "device", "fault"))
    if not isinstance(room, str) or room not in rooms:
        raise BadFault(f"there is no room {room!r}")
    if not isinstance(kind, str) or kind not in FAULTS:
        raise BadFault(f"there is no fault {kind!r}; known are {', '.join(sorted(FAULTS))}")
    if not isinstance(device, str) or device not in FAULTS[kind]:
        raise BadFault(f"{kind} goes with {', '.join(sorted(FAULTS[kind]))}, not with {device!r}")
    value = message.get("value", True)
    if isinstance(value, bool):
        return Fault(room, device, kind, value)
    if kind == "no_capacity" and isinstance(value, int | float) and math.isfinite(value) and 0 <= value <= 1:
        return Fault(room, device, kind, value < 1, float(value))
    raise BadFault(f"value {value!r} does not go with {kind}")
