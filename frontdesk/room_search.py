"""Looks for rooms that a stay could have: free in its nights, with what is behind their doors. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from frontdesk import store
from frontdesk.front_office import FrontOffice
from frontdesk.stays import ACTIVE, StayClaim, StayState, in_the_way, overlaps
from frontdesk.store import ACTIVE_STATES, StayRow
from frontdesk.suggestions import FreeRoom, WantedRoom, room_wishes
from hotel.database import Database
from hotel.errors import Conflict, NotFound
from hotel.rooms import all_rooms, connections


@dataclass(frozen=True, slots=True)
class Search:
    """What a stay needs and what there is; `leaves_at`: how long it needs a room. `floors`: all."""

    wanted: WantedRoom
    leaves_at: datetime
    free: tuple[FreeRoom, ...]
    floors: frozenset[str]


class RoomSearch:
    """Rooms for stays.

    Args:
        front_office: the usual times of the day.
    """

    def __init__(self, database: Database, front_office: FrontOffice) -> None:
        self._database = database
        self._front_office = front_office

    def search(self, stay_id: str, wishes: Sequence[str]) -> Search:
        """Rooms that no other stay has in the nights of this one, its own left out.

        Args:
            wishes: the stay's free wishes.

        Raises:
            NotFound: no such stay.
            Conflict: the stay is over; it needs no room.
        """
        property_id = self._database.property_id
        with self._database.read() as session:
            rows = store.stays_by_id(session, property_id, [stay_id])
            if not rows:
                raise NotFound("unknown_stay", "There is no such stay.", stay_id=stay_id)
            row = rows[0]
            stay = store.claim(row)
            if stay.state not in ACTIVE:
                raise Conflict("stay_is_over", "This stay needs no room any more.", state=stay.state.value)
            day = self._front_office.day_in(session)
            rooms = all_rooms(session, property_id)
            doors = connections(session, property_id)
            claims: dict[str, list[StayClaim]] = {}
            for claim in store.claims_on(session, property_id, [room.number for room in rooms]):
                claims.setdefault(str(claim.room), []).append(claim)
            booked = [
                store.claim(other)
                for other in session.scalars(
                    select(StayRow).where(
                        StayRow.property_id == property_id,
                        StayRow.booking_id == row.booking_id,
                        StayRow.state.in_(ACTIVE_STATES),
                        StayRow.id != row.id,
                    )
                )
            ]
        together = [other for other in booked if overlaps(stay, other, day.business_date)]
        free = tuple(
            FreeRoom(room.number, room.floor, room.type_code, tuple(doors.get(room.number, ())))
            for room in rooms
            if room.number != stay.room
            and in_the_way(replace(stay, room=room.number), claims.get(room.number, ()), day.business_date)
            is None
        )
        eta = day.eta_of(row.eta, row.arrival_date, row.day_use)
        return Search(
            WantedRoom(
                room_type=row.room_type,
                needed_at=day.now if stay.state == StayState.CHECKED_IN else max(day.now, eta),
                wishes=room_wishes(wishes),
                together=frozenset(other.room for other in together if other.room),
                together_waiting=sum(other.room is None for other in together),
            ),
            day.etd_of(row.etd, row.departure_date, row.day_use),
            free,
            frozenset(room.floor for room in rooms),
        )
