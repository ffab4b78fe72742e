"""Drives devices for maintenance's self-tests, through the controller and at the engineer's level."""

from __future__ import annotations

from typing import Final

from controller.readings import Device
from controller.service import ControllerService
from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import NotFound
from maintenance.ports import RoomUses
from maintenance.self_test import Drivable, Sensed, Value

LEVEL: Final = "engineer"


class ControllerDrives:
    """Fills `maintenance.ports.Drives`."""

    def __init__(self, controller: ControllerService, uses: RoomUses) -> None:
        self._controller = controller
        self._uses = uses

    def look(self, device_id: str) -> Drivable | None:
        try:
            device = self._controller.device(device_id)
        except NotFound:
            return None
        if device.room is None or not device.approved:
            return None
        driven = [one for one in device.properties if one.accepts]
        names = {f"device/{device_id}", f"room/{device.room}"}
        locks = [lock.by for lock in self._controller.lock_outs() if lock.asset_key in names]
        held = [
            hold.by
            for hold in self._controller.holds(device.room)
            if hold.device_id == device_id and hold.level == LEVEL
        ]
        # In doubt about presence a guest who is checked in is in (DESIGN §5).
        is_out = self._controller.presences().get(device.room) == "empty"
        return Drivable(
            device_id=device_id,
            room=device.room,
            kind=device.purpose,
            available=device.available is not False,
            reported={one.name: _plain(one.reported) for one in driven},
            bounds={one.name: (one.low, one.high) for one in driven},
            guest_in=self._uses.uses_of([device.room])[device.room].occupied and not is_out,
            locked_by=locks[0] if locks else None,
            held_by=held[0] if held else None,
            modes=tuple(next((one.options or [] for one in driven if one.name == "mode"), ())),
            sensed=self._sensed(device),
        )

    def _sensed(self, device: Device) -> dict[str, Sensed]:
        """What the room's sensor and the device's own read."""
        sensors = [one for one in self._controller.devices(device.room) if one.purpose == "room_temperature"]
        wanted = [("room", sensor, "value") for sensor in sensors] + [("unit", device, "current_celsius")]
        found: dict[str, Sensed] = {}
        for name, where, property_name in wanted:
            for one in where.properties:
                is_number = isinstance(one.reported, (int, float)) and not isinstance(one.reported, bool)
                if one.name == property_name and is_number and one.reported_at is not None:
                    found.setdefault(name, Sensed(float(str(one.reported)), one.reported_at))
        return found

    def drive(
        self, tx: Transaction, actor: Actor, room: str, device_id: str, property: str, value: Value
    ) -> str:
        return self._controller.request_command(
            tx,
            actor,
            room,
            property=property,
            value=value,
            device_id=device_id,
            level=LEVEL,
            reason="self_test",
        ).id

    def outcome(self, command_id: str) -> tuple[str, str | None]:
        command = self._controller.command(command_id)
        return command.state, command.detail

    def let_go(self, tx: Transaction, actor: Actor, room: str, device_id: str, property: str) -> None:
        self._controller.release(tx, actor, room, device_id, property, levels=frozenset({LEVEL}))


def _plain(value: object) -> Value | None:
    return value if isinstance(value, (bool, int, float, str)) else None
