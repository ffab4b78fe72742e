"""What maintenance needs of the other slices, filled by the composition root."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from maintenance.sightings import Layout
from maintenance.window import DeviceSample, RoomSample


class RoomUse(NamedTuple):
    """Whom a fault of a room meets: a guest who is checked in, or the next one to come."""

    occupied: bool
    arrives_at: datetime | None


class RoomUses(Protocol):
    """What the front office knows of a room's guests; no names."""

    def use_of(self, room: str) -> RoomUse: ...


@dataclass(frozen=True, slots=True, eq=False)
class HouseSample:
    """What is seen of the whole house at one moment.

    Attributes:
        layout: who is who; the same object as before as long as nothing changed.
        linked: whether the house hears the broker.
    """

    layout: Layout
    rooms: RoomSample
    devices: DeviceSample
    linked: bool


class RoomHistory(Protocol):
    """What rooms and devices report and were asked. No names of guests."""

    def sample(self) -> HouseSample:
        """Everything now, forecasts left unknown."""
        ...


class RoomForecast(Protocol):
    """What the comfort model expects of the rooms."""

    def expect(self, rooms: tuple[str, ...], sample: RoomSample) -> RoomSample:
        """The sample with its three expectations filled where they are known."""
        ...
