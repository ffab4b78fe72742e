"""Tells maintenance whom a fault of a room meets and when a room is free; it knows no front desk."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from frontdesk.front_office import EMPTY_ROOM, FrontOffice, RoomFrontOffice
from maintenance.ports import RoomUse


class FrontDeskUses:
    """Fills `maintenance.ports.RoomUses` from the front office."""

    def __init__(self, front_office: FrontOffice) -> None:
        self._front_office = front_office

    def uses_of(self, rooms: Collection[str]) -> Mapping[str, RoomUse]:
        known = self._front_office.rooms(sorted(rooms))
        return {room: _use(known.get(room, EMPTY_ROOM)) for room in rooms}


# Nobody knows when a guest leaves who should have left: not within this time.
_OVERDUE = timedelta(hours=12)


class FrontDeskVacancy:
    """Fills `maintenance.ports.RoomVacancy` from the front office."""

    def __init__(self, front_office: FrontOffice) -> None:
        self._front_office = front_office

    def needed(self, room: str, start: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
        stays = self._front_office.promised(room, start, until)
        found = [
            (min(stay.arrives_at, start) if stay.in_house else stay.arrives_at, stay.leaves_at)
            for stay in stays
        ]
        if not any(stay.in_house for stay in stays) and self._front_office.occupied([room]):
            found.append((start, start + _OVERDUE))
        return found


def _use(facts: RoomFrontOffice) -> RoomUse:
    return RoomUse(facts.occupied, facts.next_arrival.eta if facts.next_arrival else None)
