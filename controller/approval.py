"""Devices put in their rooms: an engineer's word on what is ours, where it is and what it is for."""

from __future__ import annotations

from controller import store
from controller.core import Core
from controller.readings import Device, Purpose
from controller.shown import device_reading
from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import Invalid, NotFound


class Approval:
    """Takes engineers' approvals, each in its caller's transaction."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._register = core.register

    def approve(
        self, tx: Transaction, actor: Actor, device_id: str, room: str | None, purpose: Purpose | None = None
    ) -> Device:
        """An engineer says that an entity is ours, where it is, and perhaps what it is for.

        Raises:
            NotFound: no such entity, or no such room.
            Invalid: only an outdoor sensor may be without a room.
        """
        self._core.load()
        with self._core.lock:
            twin = self._register.by_id.get(device_id)
            if twin is None:
                raise NotFound("unknown_device", "There is no such device.", device=device_id)
            meant = purpose or twin.purpose
            if room is None and meant != "outdoor_temperature":
                raise Invalid("room_needed", "A device needs a room to be of use.")
            if room is not None:
                self._core.room(room)
        tx.audit(actor, "device.approved", device_id, room=room, purpose=meant)

        def take_effect() -> None:
            with self._core.lock:
                twin.purpose = meant
                self._core.house.devices.place(twin, room)
                self._register.write_twin(twin)
            self._core.wake.set()

        with self._core.lock:
            before = (twin.room, twin.approved, twin.purpose)
            twin.room, twin.approved, twin.purpose = room, True, meant
            reading = device_reading(twin)
            values = {
                "property_id": tx.property_id,
                "id": twin.id,
                **self._register.entity_values(twin),
            }
            twin.room, twin.approved, twin.purpose = before
        store.upsert(tx.session, store.EntityRow, [values])
        tx.after_commit(take_effect)
        return reading
