"""What maintenance needs of the other slices, filled by the composition root."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol


class RoomUse(NamedTuple):
    """Whom a fault of a room meets: a guest who is checked in, or the next one to come."""

    occupied: bool
    arrives_at: datetime | None


class RoomUses(Protocol):
    """What the front office knows of a room's guests; no names."""

    def use_of(self, room: str) -> RoomUse: ...
