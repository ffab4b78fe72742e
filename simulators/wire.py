"""The topics of the simulated devices and the way their messages leave. Other people's devices: these
names are theirs, and nothing of ours is imported here.
"""

from __future__ import annotations

from typing import Protocol

BASE = "simulated"
OUTSIDE = "outdoor"  # the weather station's gateway, beside one gateway for each room
CONTROL_TOPIC = "simulators/control"
STATUS_TOPICS = ("innkeeper/status", "homeassistant/status")
ONLINE = b"online"
OFFLINE = b"offline"


class Wire(Protocol):
    """Where the devices' messages go."""

    def publish(self, room: str, topic: str, payload: bytes, retain: bool) -> None:
        """Send one message through the gateway of `room` (a number, or "outdoor"). Must not block."""
        ...


def availability_topic(room: str) -> str:
    """Where a room's gateway says whether it is there; also its last will."""
    return f"{BASE}/{room}/availability"


def command_filter(room: str) -> str:
    """What a room's gateway subscribes to; `#` takes in the level above it."""
    return f"{BASE}/{room}/+/set/#"


def topic(room: str, device: str, *rest: str) -> str:
    """A topic of one device."""
    return "/".join((BASE, room, device, *rest))
