"""Tells maintenance which apparatuses were approved, and puts them elsewhere for it.

Maintenance keeps assets, and knows no entities or topics.
"""

from __future__ import annotations

from controller.apparatuses import Apparatuses
from controller.approval import Placing
from controller.service import ControllerService
from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import Conflict
from maintenance.assets_following import Apparatus, ApparatusPart


class ControllerDevices:
    """Fills `maintenance.ports.ApprovedDevices` from the controller's book of devices."""

    def __init__(self, devices: Apparatuses) -> None:
        self._devices = devices

    def apparatuses(self) -> list[Apparatus]:
        return [
            Apparatus(
                key=one.description.key,
                name=one.description.name,
                maker=one.description.maker,
                model=one.description.model,
                serial=one.description.serial,
                software=one.description.software,
                room=one.room,
                via=one.description.via,
                parts=tuple(ApparatusPart(part.id, part.purpose, part.component) for part in one.parts),
                unit=one.unit,
            )
            for one in self._devices.approved()
        ]


class ControllerPlaces:
    """Fills `maintenance.ports.DevicePlaces`."""

    def __init__(self, controller: ControllerService) -> None:
        self._controller = controller

    def place(
        self, tx: Transaction, actor: Actor, apparatus: str, device_room: str | None, room: str | None
    ) -> int:
        known = [one for one in self._controller.apparatuses.approved() if one.description.key == apparatus]
        parts = [self._controller.device(part.id) for one in known for part in one.parts]
        # A relay box has parts in several rooms: only those of this room go.
        parts = [part for part in parts if part.room == device_room]
        if changed := next((part for part in parts if part.changed), None):
            raise Conflict(
                "device_asks_again",
                f"{changed.name} has changed how it is commanded: look at the device first.",
                device=changed.id,
                name=changed.name,
            )
        if room is None:
            for part in parts:
                self._controller.withdraw_approval(tx, actor, part.id)
        elif parts:
            self._controller.approve_all(tx, actor, [Placing(part.id, room, part.purpose) for part in parts])
        return len(parts)
