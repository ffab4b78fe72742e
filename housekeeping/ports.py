"""What housekeeping needs of the front office, filled by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from housekeeping.needs import DayStay, Leaving
from housekeeping.status import PanelSince, RoomPromise

Answer = TypeVar("Answer")


class HeavyWork(Protocol):
    """Where work is done that would keep the service from answering."""

    def run(self, function: Callable[..., Answer], *arguments: Any, timeout_seconds: float = 30.0) -> Answer:
        """Call a module-level function elsewhere; blocks. Raises `Refused` when it is not to be had."""
        ...


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


class RoomThenOccupied(Protocol):
    """The front office's axis of a room at a moment of the past, with who made it so and why."""

    @property
    def occupied(self) -> bool: ...

    @property
    def since(self) -> datetime | None: ...

    @property
    def by(self) -> str | None: ...

    @property
    def reason(self) -> str | None:
        """checked_in, moved_in, checked_out, moved_out."""
        ...


class VacatedRoom(Protocol):
    """A guest left a room; `(stay_id, version)` names the event."""

    @property
    def stay_id(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def room(self) -> str: ...


class StaysOfDay(Protocol):
    """The stays as a day's work sees them; only those of `rooms` when given."""

    def stays_of_day(self, rooms: Collection[str] | None = None) -> Sequence[DayStay]:
        """Stays in the house, and those due by today that have a room."""
        ...

    def leavings(self, since: date, rooms: Collection[str] | None = None) -> Sequence[Leaving]:
        """Rooms that guests left on the business date `since` or later."""
        ...


class WishNames(Protocol):
    """Names of the free wishes."""

    def names_of_wishes(self, stay_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """By stay, a name for each wish, the same as long as the wish is."""
        ...


class WishTexts(Protocol):
    """Texts of the free wishes, without guests' names."""

    def texts(self, stay_ids: Collection[str]) -> Mapping[tuple[str, str], str]:
        """By (stay, name of the wish)."""
        ...


class Presences(Protocol):
    """What the rooms' sensors say."""

    def presences(self) -> Mapping[str, str]:
        """By room: unknown, empty, present or asleep."""
        ...


class Panels(Protocol):
    """What the doors' panels ask for."""

    def panels(self) -> Mapping[str, PanelSince]:
        """By room: none, do_not_disturb or make_up_room, and since when."""
        ...


class FrontOffice(Protocol):
    """Reads of the stays."""

    def rooms(self, rooms: Collection[str] | None = None) -> Mapping[str, RoomStays]:
        """By room; rooms that no stay touches may be left out."""
        ...

    def promised(self, room: str, start: datetime, until: datetime | None) -> Sequence[RoomPromise]:
        """Stays that need the room in this time (for good when `until` is None)."""
        ...

    def front_office_at(
        self, at: datetime, rooms: Collection[str] | None = None
    ) -> Mapping[str, RoomThenOccupied]:
        """Who was in at a moment of the past; rooms of which nothing is known are left out."""
        ...

    def left_after(self, since: date) -> Sequence[float]:
        """By how many minutes guests left later (earlier: negative) than they should have, on the business
        date `since` or later."""
        ...

    def vacated_since(self, since: datetime) -> Sequence[VacatedRoom]:
        """Rooms that guests left since then and that was not taken back, oldest first."""
        ...
