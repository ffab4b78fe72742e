"""What maintenance needs of the other slices, filled by the composition root."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from hotel.actor import Actor
from hotel.database import Transaction
from maintenance.assets_following import Apparatus
from maintenance.samples import DeviceSample, RoomSample
from maintenance.self_test import Drivable, Value
from maintenance.sightings import Layout


class RoomUse(NamedTuple):
    """Whom a fault of a room meets: a guest who is checked in, or the next one to come."""

    occupied: bool
    arrives_at: datetime | None


class RoomUses(Protocol):
    """What the front office knows of rooms' guests; no names. Every room asked for is in the answer."""

    def uses_of(self, rooms: Collection[str]) -> Mapping[str, RoomUse]: ...


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


class Drives(Protocol):
    """Looks at single devices and drives them, as an engineer who stands before them would."""

    def look(self, device_id: str) -> Drivable | None:
        """The device as it is now; None when there is none such in a room."""
        ...

    def drive(
        self, tx: Transaction, actor: Actor, room: str, device_id: str, property: str, value: Value
    ) -> str:
        """Ask one property, in the caller's transaction; returns the command's id.

        Raises Refused where the controller refuses: locked out, out of hands, somebody higher has it.
        """
        ...

    def outcome(self, command_id: str) -> tuple[str, str | None]:
        """How a command stands, and what was said at its end. Raises NotFound."""
        ...

    def let_go(self, tx: Transaction, actor: Actor, room: str, device_id: str, property: str) -> None:
        """Give the property back to whoever has it otherwise. Raises NotFound."""


class ApprovedDevices(Protocol):
    """The things that were approved to serve in the house, as they introduced themselves."""

    def apparatuses(self) -> Sequence[Apparatus]:
        """Every one that is there, none twice."""
        ...


class DevicePlaces(Protocol):
    """Puts approved apparatuses in their rooms, in the caller's transaction."""

    def place(
        self, tx: Transaction, actor: Actor, apparatus: str, device_room: str | None, room: str | None
    ) -> int:
        """Every part of it that was approved in `device_room` is approved in `room` from the commit on.

        Without a room they wait in the inbox again. Returns how many parts that are.

        Raises Conflict (a part has changed how it is commanded: an engineer looks at it first), NotFound.
        """
        ...


class RoomSales(Protocol):
    """Takes rooms off sale and gives them back, in the caller's transaction."""

    def take_off_sale(
        self,
        tx: Transaction,
        actor: Actor,
        room: str,
        *,
        out_of_service: bool,
        reason: str,
        since: datetime,
        until: datetime | None,
    ) -> None:
        """Raises Conflict (a guest is in, or is promised it), Forbidden, NotFound."""
        ...

    def put_on_sale(self, tx: Transaction, actor: Actor, room: str) -> None: ...


class TargetGone(Exception):  # noqa: N818 - a fact about the target, not a defect
    """A notice's target is not there any more, and will not be: nothing is tried again."""


class NoticeSender(Protocol):
    """The ways out of the house; each sends one notice or raises, `TargetGone` when it is in vain."""

    @property
    def has_webhook(self) -> bool: ...

    def webhook(self, notice_id: str, body: Mapping[str, Any]) -> None: ...

    def email(self, address: str, body: Mapping[str, Any]) -> None: ...

    def push(self, subscription: Mapping[str, Any], body: Mapping[str, Any]) -> None: ...

    def push_key(self) -> str:
        """The public key that browsers subscribe with."""
        ...


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


@dataclass(frozen=True, slots=True)
class DeviceReadings:
    """What a device reported over a stretch of time.

    Attributes:
        points: by the name of the series, oldest first; None where it became unknown.
        heard: when it said anything at all.
        until: how far it was read; sooner than asked when there was too much of it.
    """

    points: Mapping[str, Sequence[tuple[datetime, float | None]]]
    heard: Sequence[datetime]
    until: datetime


class MeterReadings(Protocol):
    """What devices have reported, as it was recorded."""

    def read(
        self, device_id: str, series: Collection[str], start: datetime, end: datetime
    ) -> DeviceReadings | None:
        """After `start` up to `end`. None: no such device (any more)."""
        ...

    def tells(self, device_id: str, series: str) -> bool:
        """Whether the device is one that reports this; so is one that is not there (any more)."""
        ...


class RoomVacancy(Protocol):
    """When rooms are needed by guests; no names."""

    def needed(self, room: str, start: datetime, until: datetime) -> Sequence[tuple[datetime, datetime]]:
        """From arrival to departure of every stay, who is in included, that touches the stretch."""
        ...


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
