"""What the slices tell each other, and what a screen may hear.

A message is a small frozen record of a fact that is already committed. It names things by id and
carries no guest data: whoever needs more reads the tables. Messages can arrive twice; a lost one
costs a heartbeat, never a guest.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Message:
    """Base of all messages. `kind` is the name on the wire and must never change its meaning."""

    kind: ClassVar[str]

    def body(self) -> dict[str, Any]:
        """The message as JSON-ready values."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, slots=True)
class RoomsChanged(Message):
    """Rooms or room types were added or edited. Empty = many."""

    kind = "rooms.changed"
    rooms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StayChanged(Message):
    """A stay came to be, moved in time or place, or changed its state.

    `change`: created, eta, dates, room, guests, preferences, checked_in, checked_out, moved,
    cancelled, no_show, queued (the guest waits for the room, or no longer), undone.
    """

    kind = "stay.changed"
    stay_id: str
    change: str
    state: str
    version: int
    room: str | None = None
    previous_room: str | None = None


@dataclass(frozen=True, slots=True)
class CleanlinessChanged(Message):
    kind = "cleanliness.changed"
    room: str
    cleanliness: str
    previous: str


@dataclass(frozen=True, slots=True)
class AvailabilityChanged(Message):
    kind = "availability.changed"
    room: str
    availability: str


@dataclass(frozen=True, slots=True)
class TaskChanged(Message):
    """A task of housekeeping came to be, made a step or was given to somebody.

    `change`: made, assigned, edited, or the action that was done (start, finish, undo …).
    """

    kind = "task.changed"
    task_id: str
    change: str
    state: str
    room: str | None = None
    attendant_id: str | None = None
    previous_attendant_id: str | None = None


@dataclass(frozen=True, slots=True)
class BoardChanged(Message):
    """The board of a business date was planned anew, or its shifts changed. `attendants`: whose list is
    another one now."""

    kind = "board.changed"
    business_date: str
    attendants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceChanged(Message):
    """Who lives there declines the day's service (declined), all of it (opted_out), or expects it."""

    kind = "service.changed"
    room: str
    service: str


@dataclass(frozen=True, slots=True)
class DiscrepancyChanged(Message):
    """A room's contradiction came up or ended: skip, sleep, person, none."""

    kind = "discrepancy.changed"
    room: str
    discrepancy: str


@dataclass(frozen=True, slots=True)
class ReminderRaised(Message):
    """A task is late. `level`: attendant, then supervisor; nobody's task has no attendant."""

    kind = "reminder.raised"
    task_id: str
    level: str
    reason: str
    room: str | None = None
    attendant_id: str | None = None


@dataclass(frozen=True, slots=True)
class PanelChanged(Message):
    """The door panel (or the desk for it): none, do_not_disturb, make_up_room."""

    kind = "panel.changed"
    room: str
    panel: str


@dataclass(frozen=True, slots=True)
class DoorOpened(Message):
    """A room's door opened. `arrival` is the stay whose first door opening after check-in it is."""

    kind = "door.opened"
    room: str
    arrival: str | None = None


@dataclass(frozen=True, slots=True)
class PlanChanged(Message):
    """The pre-conditioning plan of a room was made, moved or dropped."""

    kind = "plan.changed"
    room: str
    stay_id: str | None = None


@dataclass(frozen=True, slots=True)
class CommandChanged(Message):
    kind = "command.changed"
    command_id: str
    room: str | None
    state: str


@dataclass(frozen=True, slots=True)
class DeviceChanged(Message):
    """A device was discovered, approved, changed or withdrawn."""

    kind = "device.changed"
    device_id: str
    room: str | None = None


@dataclass(frozen=True, slots=True)
class LostItemChanged(Message):
    """A thing was found, stored, handed over or disposed of."""

    kind = "lost_item.changed"
    item_id: str
    state: str
    room: str | None = None


@dataclass(frozen=True, slots=True)
class StockCounted(Message):
    """A minibar or linen was counted, or a count was taken back."""

    kind = "stock.counted"
    stock: str
    place: str
    count_id: str


@dataclass(frozen=True, slots=True)
class FaultReported(Message):
    """Somebody reported a fault; maintenance keeps the report."""

    kind = "fault.reported"
    report_id: str
    room: str | None = None


@dataclass(frozen=True, slots=True)
class AssetChanged(Message):
    """An asset of maintenance came to be, was edited, moved or taken out. Empty = many."""

    kind = "asset.changed"
    asset_id: str = ""


@dataclass(frozen=True, slots=True)
class TicketChanged(Message):
    """A ticket of maintenance came to be, made a step, got a comment or evidence, or was given to somebody.

    `change`: report, recurred, comment …, or the action that was done (accept, hold, resolve …).
    """

    kind = "ticket.changed"
    ticket_id: str
    change: str
    state: str
    priority: str
    room: str | None = None
    assigned_to_id: str | None = None
    previous_assigned_to_id: str | None = None


@dataclass(frozen=True, slots=True)
class StaffChanged(Message):
    kind = "staff.changed"
    staff_id: str


@dataclass(frozen=True, slots=True)
class TabletChanged(Message):
    """A tablet was enrolled or taken away."""

    kind = "tablet.changed"
    tablet_id: str


@dataclass(frozen=True, slots=True)
class LateOperationChanged(Message):
    """What a tablet handed in late came, or was decided."""

    kind = "late_operation.changed"
    operation_id: str
    state: str


KINDS: dict[str, type[Message]] = {
    cls.kind: cls
    for cls in (
        RoomsChanged,
        StayChanged,
        CleanlinessChanged,
        AvailabilityChanged,
        TaskChanged,
        BoardChanged,
        ServiceChanged,
        DiscrepancyChanged,
        ReminderRaised,
        PanelChanged,
        DoorOpened,
        PlanChanged,
        CommandChanged,
        DeviceChanged,
        LostItemChanged,
        StockCounted,
        FaultReported,
        AssetChanged,
        TicketChanged,
        StaffChanged,
        TabletChanged,
        LateOperationChanged,
    )
}


def message_from(kind: str, body: dict[str, Any]) -> Message:
    """The message that `body` was made from.

    Fields that this version does not know are dropped: a newer process may have written them.

    Raises:
        KeyError: the kind is not known.
        TypeError: a field without a default is missing.
    """
    cls = KINDS[kind]
    known = {field.name for field in dataclasses.fields(cls)}
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in body.items() if name in known}
    return cls(**values)
