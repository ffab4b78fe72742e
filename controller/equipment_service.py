"""What cools and heats, as engineers say it: over the property, a room type or a room."""

from __future__ import annotations

from dataclasses import dataclass

from controller.core import Core
from controller.equipment import Equipment, equipment_from_json
from controller.hands_off import PROPERTY
from controller.models_store import EquipmentRow, equipment_row, equipment_rows
from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import Invalid, NotFound
from hotel.requests import check_version


@dataclass(frozen=True, slots=True)
class EquipmentSaid:
    """One word on the equipment; `version` is what the next edit sends as If-Match."""

    scope: str
    equipment: Equipment
    version: int


class EquipmentBook:
    """Keeps what was said, each in its caller's transaction; it counts from the commit on."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._register = core.register

    def said(self) -> list[EquipmentSaid]:
        """All that was said, in the order of scopes."""
        with self._core.database.read() as session:
            rows = equipment_rows(session, self._core.database.property_id)
            return [EquipmentSaid(row.scope, equipment_from_json(row.equipment), row.version) for row in rows]

    def say(
        self, tx: Transaction, actor: Actor, scope: str, equipment: Equipment, seen: int
    ) -> EquipmentSaid:
        """Put one word in the place of another.

        Args:
            seen: the version that the caller saw; 0 = nothing was said there.

        Raises:
            Invalid: no such form of scope.
            NotFound: there is no such room or room type.
            StaleVersion: somebody else was quicker.
        """
        self._core.load()
        self._check_scope(scope)
        row = equipment_row(tx.session, tx.property_id, scope)
        check_version("equipment", seen, row.version if row is not None else 0)
        if row is None:
            row = EquipmentRow(property_id=tx.property_id, scope=scope, equipment=equipment.to_json())
            tx.session.add(row)
        else:
            row.equipment = equipment.to_json()
        tx.session.flush()
        tx.audit(actor, "equipment.said", scope, kind=equipment.kind)
        tx.after_commit(lambda: self._holds(scope, equipment))
        return EquipmentSaid(scope, equipment, row.version)

    def take_back(self, tx: Transaction, actor: Actor, scope: str, seen: int) -> None:
        """From now on the wider word holds there.

        Raises:
            NotFound: nothing was said there.
            StaleVersion: somebody else was quicker.
        """
        self._core.load()
        row = equipment_row(tx.session, tx.property_id, scope)
        if row is None:
            raise NotFound("no_equipment_said", "Nothing was said of the equipment there.", scope=scope)
        check_version("equipment", seen, row.version)
        tx.session.delete(row)
        tx.audit(actor, "equipment.taken_back", scope)
        tx.after_commit(lambda: self._holds(scope, None))

    def _check_scope(self, scope: str) -> None:
        kind, _, name = scope.partition(":")
        with self._core.lock:
            rooms = list(self._register.rooms.values())
        if scope == PROPERTY:
            return
        if kind == "room" and name:
            if all(room.number != name for room in rooms):
                raise NotFound("unknown_room", f"There is no room {name}.", room=name)
        elif kind == "type" and name:
            if all(room.type_code != name for room in rooms):
                raise NotFound("unknown_room_type", f"There is no room of type {name}.", room_type=name)
        else:
            raise Invalid("bad_scope", 'Say "property", "type:DLX" or "room:412".', scope=scope)

    def _holds(self, scope: str, equipment: Equipment | None) -> None:
        with self._core.lock:
            if equipment is None:
                self._register.equipment.pop(scope, None)
            else:
                self._register.equipment[scope] = equipment
            self._register.refresh_equipment()
            self._register.dirty.update(self._register.rooms)
        self._core.wake.set()
