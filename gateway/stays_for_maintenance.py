"""Tells maintenance whom a fault of a room meets; it knows no front desk."""

from __future__ import annotations

from frontdesk.front_office import EMPTY_ROOM, FrontOffice
from maintenance.ports import RoomUse


class FrontDeskUses:
    """Fills `maintenance.ports.RoomUses` from the front office."""

    def __init__(self, front_office: FrontOffice) -> None:
        self._front_office = front_office

    def use_of(self, room: str) -> RoomUse:
        facts = self._front_office.rooms([room]).get(room, EMPTY_ROOM)
        return RoomUse(facts.occupied, facts.next_arrival.eta if facts.next_arrival else None)
