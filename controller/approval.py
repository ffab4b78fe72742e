"""Devices put in their rooms: an engineer's word on what is ours, where it is and what it is for.

Each word is written in its caller's transaction and counts from the commit on. What is vouched for is
how the device is commanded (`controller.ways`): an approval names the offer that the engineer saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from controller import store
from controller.approval_store import ApprovalRow
from controller.core import Core
from controller.device_csv import TAKEN, ApprovalLine, inbox_csv, plan_approvals
from controller.readings import Device, Purpose
from controller.shown import device_reading
from controller.twin import Twin
from controller.ways import Ways, after_update, offer_of
from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import Conflict, Invalid, NotFound
from hotel.ids import new_id
from hotel.messages import DeviceChanged

Act = Literal["approved", "again", "moved", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Placing:
    """What is to become of one entity. No purpose: what it looks like. No offer: whatever it offers."""

    device_id: str
    room: str | None
    purpose: Purpose | None = None
    offer: str | None = None


class Approval:
    """Takes engineers' approvals, each in its caller's transaction."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._register = core.register

    def approve(
        self,
        tx: Transaction,
        actor: Actor,
        device_id: str,
        room: str | None,
        purpose: Purpose | None = None,
        offer: str | None = None,
    ) -> Device:
        """Like `approve_all`, of one."""
        return self.approve_all(tx, actor, [Placing(device_id, room, purpose, offer)])[0]

    def approve_all(self, tx: Transaction, actor: Actor, placings: Sequence[Placing]) -> list[Device]:
        """An engineer says that entities are ours, where they are, and perhaps what they are for.

        All or none; also moves what is approved already, and approves anew what asks again.

        Raises:
            NotFound: no such entity, or no such room.
            Invalid: only an outdoor sensor may be without a room.
            Conflict: the device has changed how it is commanded since the engineer saw it.
        """
        self._core.load()
        rows: list[dict[str, Any]] = []
        history: list[dict[str, Any]] = []
        placed: list[tuple[Twin, str | None, Purpose, Ways]] = []
        readings: list[Device] = []
        with self._core.lock:
            for placing in placings:
                twin = self._checked(placing)
                meant = placing.purpose or twin.purpose
                act: Act = "moved" if twin.approved else "approved"
                if twin.vouched is not None:
                    act = "again"
                before = (twin.room, twin.approved, twin.purpose, twin.vouched)
                twin.room, twin.approved, twin.purpose, twin.vouched = placing.room, True, meant, None
                rows.append(
                    {"property_id": tx.property_id, "id": twin.id, **self._register.entity_values(twin)}
                )
                readings.append(device_reading(twin, self._register.ways_of))
                twin.room, twin.approved, twin.purpose, twin.vouched = before
                placed.append((twin, placing.room, meant, self._register.ways_of(twin)))
                history.append(self._entry(tx, actor, twin.id, act, placing.room, meant))
        store.upsert(tx.session, store.EntityRow, rows)
        store.insert_all(tx.session, ApprovalRow, history)
        for row in history:
            tx.audit(actor, "device.approved", row["device_id"], room=row["room"], purpose=row["purpose"])

        def take_effect() -> None:
            with self._core.lock:
                for twin, room, purpose, ways in placed:
                    twin.purpose = purpose
                    # Should it have changed since it was looked at, it asks again at once.
                    twin.vouched = after_update(None, ways, self._register.ways_of(twin))
                    self._core.house.devices.place(twin, room)
                    self._register.write_twin(twin)
            self._core.wake.set()

        tx.after_commit(take_effect)
        return readings

    def _checked(self, placing: Placing) -> Twin:
        twin = self._twin(placing.device_id)
        if placing.room is not None:
            self._core.room(placing.room)
        elif (placing.purpose or twin.purpose) != "outdoor_temperature":
            raise Invalid("room_needed", "A device needs a room to be of use.")
        if placing.offer is not None and placing.offer != offer_of(self._register.ways_of(twin)):
            raise Conflict(
                "offer_changed",
                f"{twin.description.name} has changed meanwhile how it is commanded: look again.",
                device=twin.id,
            )
        return twin

    def withdraw_approval(self, tx: Transaction, actor: Actor, device_id: str) -> Device:
        """The entity waits in the inbox again: nothing is sent to it, it stands in no room.

        Raises:
            NotFound: no such entity.
            Conflict: it is not approved.
        """
        self._core.load()
        with self._core.lock:
            twin = self._twin(device_id)
            if not twin.approved:
                raise Conflict("not_approved", "This device has not been approved yet.", device=device_id)
            state = self._register.room_of(twin)
            claims = [claim for claim in state.claims if claim.device_id == device_id] if state else []
            before = (twin.room, twin.approved, twin.vouched)
            twin.room, twin.approved, twin.vouched = None, False, None
            row = {"property_id": tx.property_id, "id": twin.id, **self._register.entity_values(twin)}
            reading = device_reading(twin, self._register.ways_of)
            twin.room, twin.approved, twin.vouched = before
        store.upsert(tx.session, store.EntityRow, [row])
        store.insert_all(
            tx.session, ApprovalRow, [self._entry(tx, actor, device_id, "withdrawn", before[0], twin.purpose)]
        )
        store.delete_keys(
            tx.session,
            store.ClaimRow,
            [
                {
                    "property_id": tx.property_id,
                    "device_id": claim.device_id,
                    "name": claim.property,
                    "level": claim.level,
                }
                for claim in claims
            ],
        )
        tx.audit(actor, "device.approval_withdrawn", device_id, room=before[0])
        tx.announce(DeviceChanged(device_id, before[0]))

        def take_effect() -> None:
            with self._core.lock:
                self._core.house.devices.take_out(twin)
                self._register.write_twin(twin)
            self._core.wake.set()

        tx.after_commit(take_effect)
        return reading

    # With a table

    def inbox_csv(self) -> str:
        """What waits for approval, as a table to fill in."""
        self._core.load()
        devices, unique_ids = self._all()
        return inbox_csv((one for one in devices if not one.approved or one.changed), unique_ids)

    def check_csv(self, text: str) -> list[ApprovalLine]:
        """What each line of a filled table comes to; nothing is done.

        Raises:
            Invalid: no CSV with the columns that are needed, or too much of it.
        """
        self._core.load()
        devices, unique_ids = self._all()
        return plan_approvals(text, devices, unique_ids, self._register.rooms)

    def apply_csv(self, tx: Transaction, actor: Actor, text: str) -> list[ApprovalLine]:
        """Do what `check_csv` tells: the lines that are right, whatever the others are."""
        lines = self.check_csv(text)
        placings = [
            Placing(line.device_id, line.room, line.purpose)
            for line in lines
            if line.outcome in TAKEN and line.device_id is not None
        ]
        if placings:
            self.approve_all(tx, actor, placings)
        return lines

    def _all(self) -> tuple[list[Device], dict[str, str]]:
        """Every entity that is there, by key, and the unique ids that they gave themselves."""
        with self._core.lock:
            devices = [
                device_reading(twin, self._register.ways_of)
                for twin in sorted(self._register.by_id.values(), key=lambda twin: twin.key)
                if not twin.withdrawn
            ]
            configs = dict(self._register.configs)
        told = ((device.id, self._core.configs.unique_id(configs.get(device.id, ""))) for device in devices)
        return devices, {device_id: unique_id for device_id, unique_id in told if unique_id is not None}

    def _twin(self, device_id: str) -> Twin:
        twin = self._register.by_id.get(device_id)
        if twin is None:
            raise NotFound("unknown_device", "There is no such device.", device=device_id)
        return twin

    def _entry(
        self, tx: Transaction, actor: Actor, device_id: str, act: Act, room: str | None, purpose: Purpose
    ) -> dict[str, Any]:
        return {
            "property_id": tx.property_id,
            "id": new_id(),
            "device_id": device_id,
            "at": self._core.clock.now(),
            "act": act,
            "by": actor.name,
            "room": room,
            "purpose": purpose,
            "changes": [],
        }
