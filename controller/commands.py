"""The life of a command: each ends in exactly one state, and never leaves it."""

from __future__ import annotations

from typing import Literal

from controller.readings import CommandState

Event = Literal["send", "give_back", "confirm", "reject", "time_out", "supersede", "expire"]

# Who may: the wire sends and gives back (link down or full), a device's report confirms, the clock
# times out and expires, arbitration supersedes, withdrawal of the device rejects.
MAY: dict[Event, str] = {
    "send": "wire",
    "give_back": "wire",
    "confirm": "report",
    "reject": "house",
    "time_out": "clock",
    "supersede": "arbitration",
    "expire": "clock",
}

TRANSITIONS: dict[tuple[CommandState, Event], CommandState] = {
    ("queued", "send"): "sent",
    ("queued", "reject"): "rejected",
    ("queued", "supersede"): "superseded",
    ("queued", "expire"): "expired",
    ("sent", "give_back"): "queued",
    ("sent", "confirm"): "confirmed",
    ("sent", "reject"): "rejected",
    ("sent", "time_out"): "timed_out",
    ("sent", "supersede"): "superseded",
}

ENDED: frozenset[CommandState] = frozenset({"confirmed", "rejected", "timed_out", "superseded", "expired"})


def after(state: CommandState, event: Event) -> CommandState | None:
    """The state after `event`, or None when it does not apply: what has ended stays ended."""
    return TRANSITIONS.get((state, event))
