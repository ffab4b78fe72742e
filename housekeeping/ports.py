"""What housekeeping needs of the front office, filled by the composition root."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol


class RoomStays(Protocol):
    """What the front office knows of one room."""

    @property
    def occupied(self) -> bool: ...

    @property
    def in_house(self) -> Sequence[str]:
        """Ids of the stays that are checked in here."""
        ...

    @property
    def leaves_at(self) -> datetime | None:
        """When the last of them should be gone."""
        ...


class VacatedRoom(Protocol):
    """A guest left a room; `(stay_id, version)` names the event."""

    @property
    def stay_id(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def room(self) -> str: ...


class FrontOffice(Protocol):
    """Reads of the stays."""

    def rooms(self, rooms: Collection[str] | None = None) -> Mapping[str, RoomStays]:
        """By room; rooms that no stay touches may be left out."""
        ...

    def promised(self, room: str, start: datetime, until: datetime | None) -> list[str]:
        """Stays that need the room in this time (for good when `until` is None)."""
        ...

    def vacated_since(self, since: datetime) -> Sequence[VacatedRoom]:
        """Rooms that guests left since then and that was not taken back, oldest first."""
        ...
