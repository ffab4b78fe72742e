"""Tells maintenance whom a fault of a room meets; it knows no front desk."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from frontdesk.front_office import EMPTY_ROOM, FrontOffice, RoomFrontOffice
from maintenance.ports import RoomUse


class FrontDeskUses:
    """Fills `maintenance.ports.RoomUses` from the front office."""

    def __init__(self, front_office: FrontOffice) -> None:
        self._front_office = front_office

    def uses_of(self, rooms: Collection[str]) -> Mapping[str, RoomUse]:
        known = self._front_office.rooms(sorted(rooms))
        return {room: _use(known.get(room, EMPTY_ROOM)) for room in rooms}


def _use(facts: RoomFrontOffice) -> RoomUse:
    return RoomUse(facts.occupied, facts.next_arrival.eta if facts.next_arrival else None)
