"""Rooms that are out of order or out of service while a stay needs them. Pure.

The mirror of housekeeping's rule: it takes no room off sale that a stay needs, and the desk gives no
stay a room that is off sale in its hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hotel.errors import Conflict


class OffSale(Protocol):
    """A time that a room is not for sale; `since` None: long begun, `until` None: for good."""

    @property
    def state(self) -> str:
        """out_of_order or out_of_service."""
        ...

    @property
    def since(self) -> datetime | None: ...

    @property
    def until(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class RoomHours:
    """A room that a stay needs, and when."""

    room: str
    arrives_at: datetime
    leaves_at: datetime


def meets(off: OffSale, arrives_at: datetime, leaves_at: datetime) -> bool:
    """Whether the room is off sale in a part of these hours."""
    return (off.since is None or off.since < leaves_at) and (off.until is None or off.until > arrives_at)


def check_on_sale(
    wanted: RoomHours, had: RoomHours | None, off: OffSale | None, *, enters_at: datetime | None = None
) -> None:
    """Whether the stay can have the room in these hours.

    Args:
        had: what it had until now. A conflict that is there already keeps nobody from mending the rest
            of the stay.
        enters_at: the guest goes in now. A time off sale that has begun is then a matter of the room's
            readiness, which the desk may overrule with a reason.

    Raises:
        Conflict: `room_off_sale`, with the room, its state, and since and until when.
    """
    if off is None or not meets(off, wanted.arrives_at, wanted.leaves_at):
        return
    if had is not None and had.room == wanted.room and meets(off, had.arrives_at, had.leaves_at):
        return
    if enters_at is not None and (off.since is None or off.since <= enters_at):
        return
    begins = "" if off.since is None else f" from {off.since:%Y-%m-%d %H:%M} UTC"
    ends = "" if off.until is None else f" until {off.until:%Y-%m-%d %H:%M} UTC"
    raise Conflict(
        "room_off_sale",
        f"Room {wanted.room} is {off.state.replace('_', ' ')}{begins}{ends}; give the stay another room.",
        room=wanted.room,
        availability=str(off.state),
        **({} if off.since is None else {"since": off.since.isoformat()}),
        **({} if off.until is None else {"until": off.until.isoformat()}),
    )
