"""What the joined views need of the controller and of telemetry; `gateway/main.py` fills them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from controller.hands_off import HandsOff
from controller.readings import Climate, Command, Device, Hold, Panel, Plan, Presence, TimeToTarget
from housekeeping.status import Discrepancy


class RoomEvent(Protocol):
    """One line of a room's timeline; screens translate the code and fill in the values."""

    @property
    def at(self) -> datetime: ...

    @property
    def kind(self) -> str: ...

    @property
    def code(self) -> str: ...

    @property
    def values(self) -> Mapping[str, Any]: ...

    @property
    def by(self) -> str | None: ...


class GuestsRequests(Protocol):
    """What the guests ask for, by the doors' panels or through somebody of the house."""

    def panels(self) -> Mapping[str, tuple[Panel, datetime | None]]:
        """By room, and since when."""
        ...


class OpenDiscrepancies(Protocol):
    """What nobody has settled yet of where front office, reports and sensors contradict each other."""

    def open_by_room(self) -> Mapping[str, Discrepancy]:
        """Rooms where all agree are left out."""
        ...


class RoomsComfort(Protocol):
    """The controller's readings. Rooms without a device may be left out of every answer."""

    def climates(self, rooms: Collection[str] | None = None, /) -> Mapping[str, Climate]: ...

    def times_to_target(
        self, rooms: Collection[str], cooling_celsius: float | None, heating_celsius: float | None, /
    ) -> Mapping[str, TimeToTarget]:
        """How soon these rooms could be at a guest's temperature; rooms that nobody can tell are left out."""
        ...

    def panels(self) -> Mapping[str, tuple[Panel, datetime | None]]:
        """By room: what the door panel says and since when."""
        ...

    def presences(self) -> Mapping[str, Presence]: ...

    def devices(self, room: str | None = None, /) -> Sequence[Device]: ...

    def holds(self, room: str, /) -> Sequence[Hold]: ...

    def hands_off(self) -> Mapping[str, Sequence[HandsOff]]:
        """By room: why nothing may be sent there; rooms that the house acts in are left out."""
        ...

    def plan(self, room: str, /) -> Plan | None:
        """The room's plan, also the last one when it is over and no other took its place."""
        ...

    def plans(self) -> Mapping[str, Plan]:
        """The plans that are not over, by room."""
        ...

    def forecast(self, room: str, /) -> Sequence[tuple[datetime, float, float, float]]:
        """(time, p10, p50, p90) of the room's temperature in °C; empty when it cannot be told."""
        ...

    def plant_off(self, room: str, start: datetime, end: datetime, /) -> Sequence[tuple[datetime, datetime]]:
        """When what cools and heats the room stands by its hours."""
        ...

    def commands(self, room: str, start: datetime, end: datetime, limit: int, /) -> Sequence[Command]:
        """The newest `limit` commands of the room made in this time, oldest first."""
        ...

    def room_events(self, room: str, start: datetime, end: datetime, /) -> Sequence[RoomEvent]:
        """The room's timeline, oldest first."""
        ...


class TelemetrySeries(Protocol):
    """Time series of a room, for charts."""

    def series(
        self, room: str | None, properties: Sequence[str], start: datetime, end: datetime, most_points: int, /
    ) -> Mapping[str, Sequence[tuple[datetime, float | None]]]:
        """Each property's points, oldest first, thinned to `most_points`; None stands in a gap.

        Args:
            room: None for what belongs to no room, such as the weather.
        """
        ...


class OpenTickets(Protocol):
    """How many tickets are open."""

    def open_by_room(self) -> Mapping[str, int]: ...
