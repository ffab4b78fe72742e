"""What maintenance needs of the other slices, filled by the composition root."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from hotel.actor import Actor
from hotel.database import Transaction


class RoomUse(NamedTuple):
    """Whom a fault of a room meets: a guest who is checked in, or the next one to come."""

    occupied: bool
    arrives_at: datetime | None


class RoomUses(Protocol):
    """What the front office knows of a room's guests; no names."""

    def use_of(self, room: str) -> RoomUse: ...


class LockedOut(Protocol):
    """An asset that is isolated for work: who, when and why, and the ticket that it was set for."""

    @property
    def asset_key(self) -> str: ...

    @property
    def reason(self) -> str: ...

    @property
    def by_id(self) -> str: ...

    @property
    def by(self) -> str: ...

    @property
    def since(self) -> datetime: ...

    @property
    def ticket_id(self) -> str | None: ...


class LockOuts(Protocol):
    """Keeps every command away from an asset. Each in its caller's transaction; counts from the commit."""

    def lock_out(
        self, tx: Transaction, actor: Actor, asset_key: str, reason: str, ticket_id: str | None
    ) -> LockedOut:
        """Raises Invalid (not lockable, no reason), NotFound, Conflict (locked out already)."""
        ...

    def release_lock_out(self, tx: Transaction, actor: Actor, asset_key: str) -> LockedOut:
        """Raises NotFound, Forbidden (somebody else has set it)."""
        ...

    def lock_outs(self) -> Sequence[LockedOut]:
        """All that are on, oldest first."""
        ...
