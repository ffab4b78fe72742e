"""A room, its staff and its tickets, and nothing else: what a test of tickets alone needs, also a child's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from hotel.actor import Actor, ActorKind, Role
from hotel.database import Database
from hotel.rooms import Room, ensure_property, put_room
from hotel.staff_store import StaffRow
from maintenance.ports import RoomUse
from maintenance.tickets_desk import TicketDesk
from maintenance.tickets_service import TicketService

PEOPLE = [
    Actor(ActorKind.STAFF, name, name.title(), frozenset({role}))
    for name, role in (
        ("anna", Role.ENGINEER),
        ("bo", Role.ENGINEER),
        ("chief", Role.MANAGER),
        ("desk", Role.FRONT_DESK),
        ("maid", Role.ATTENDANT),
    )
]


class Uses:
    def uses_of(self, rooms: Collection[str]) -> dict[str, RoomUse]:
        return dict.fromkeys(rooms, RoomUse(False, None))


class NoLocks:
    """A house in which nothing is isolated; a test that locks something out brings the controller's own."""

    def lock_out(self, *_: Any) -> Any:
        raise AssertionError("nothing is locked out in this house")

    def release_lock_out(self, *_: Any) -> Any:
        raise AssertionError("nothing is locked out in this house")

    def lock_outs(self) -> list[Any]:
        return []


def make_house(database: Database) -> TicketService:
    database.create_all()
    with database.write() as tx:
        ensure_property(tx, "Test Hotel", "Europe/Berlin", date(2026, 3, 27))
        put_room(tx, Room("412", "4", "KING", "King"))
        for person in PEOPLE:
            if tx.session.get(StaffRow, person.id) is None:
                row = StaffRow(property_id="main", code=person.id, name=person.name, login=person.id)
                row.id, row.roles = person.id, sorted(person.roles)
                tx.session.add(row)
    return TicketService(database, TicketDesk(Uses()), NoLocks())
