"""What somebody asks of a device: whether they may just now, and the say that it leaves behind. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from controller.arbitration import Claim, outranks
from controller.entities import MOMENTARY, Value
from controller.hands_off import HandsOff
from controller.policy import CommandPolicy
from controller.readings import Level
from controller.room import RoomState, target_claim
from controller.twin import Twin
from hotel.errors import Conflict


def check_hands_off(switches: Sequence[HandsOff]) -> None:
    """Raises Conflict where nothing may be sent just now.

    Args:
        switches: those over the room, or over the property for a device without a room.
    """
    if switches:
        switch = switches[0]
        raise Conflict(
            "hands_off",
            f"Hands are off {switch.where()}, says {switch.by}: {switch.reason}",
            scope=switch.scope,
            by=switch.by,
            reason=switch.reason,
        )


def check_rank(room: RoomState, twin: Twin, name: str, level: Level, now: datetime) -> None:
    """Raises Conflict when somebody higher has the say over the property."""
    away = room.target is not None and room.target.phase == "away"
    wish = None
    if name in ("mode", "setpoint_celsius") and twin.purpose == "air_conditioner":
        wish = target_claim(room, twin, name, now)
    holder = room.claims.winner(twin.id, name, away=away, wish=wish)
    if holder is not None and not outranks(level, holder.level):
        raise Conflict(
            "outranked",
            f"{twin.description.name} is held by {holder.level.replace('_', ' ')}. "
            "Release it first, or act on their behalf.",
            level=holder.level,
            by=holder.by,
        )


def claims_asked(
    room: RoomState,
    twin: Twin,
    name: str,
    value: Value,
    level: Level,
    by: str,
    now: datetime,
    policy: CommandPolicy,
) -> list[Claim]:
    """The say that a request leaves behind, so that it lasts and is put right after a revert."""
    minutes = None
    if level == "housekeeping":
        minutes = policy.housekeeping_hold_minutes
    elif level == "front_desk" and room.stay is None:
        minutes = policy.vacant_desk_hold_minutes
    until = now + timedelta(minutes=minutes) if minutes is not None else None
    stay_id = room.stay.stay_id if room.stay is not None else None

    def claim(of: str, what: Value) -> Claim:
        return Claim(twin.id, of, level, what, now, by, "request", stay_id, until)

    if name in MOMENTARY:
        return []  # "stop" is a word, not a state to be kept
    if name in ("brightness_percent", "percentage") and "on" in twin.acts and isinstance(value, (int, float)):
        return [claim("on", value > 0), claim(name, value)]
    return [claim(name, value)]
