"""Rooms for stays: of which type, free in these nights, on sale and ready. Takes the caller's transaction."""

from __future__ import annotations

from frontdesk import store
from frontdesk.front_office import HotelDay
from frontdesk.off_sale import RoomHours, check_on_sale
from frontdesk.ports import RoomReadiness
from frontdesk.stays import ACTIVE, StayState, in_the_way, occupied_by_others
from frontdesk.store import StayRow
from hotel.database import Transaction
from hotel.errors import Conflict, Invalid, NotFound
from hotel.rooms import find_room, lock_room, room_types


def hours_of(row: StayRow, day: HotelDay) -> RoomHours | None:
    """When the stay needs its room; None when it has none or is over."""
    state = StayState(row.state)
    if row.room is None or state not in ACTIVE:
        return None
    in_house = state == StayState.CHECKED_IN
    return RoomHours(
        row.room,
        day.now if in_house else day.eta_of(row.eta, row.arrival_date, row.day_use),
        day.etd_of(row.etd, row.departure_date, row.day_use),
    )


class RoomClaims:
    """What a stay may claim.

    Args:
        readiness: what keeps rooms from being given away.
    """

    def __init__(self, readiness: RoomReadiness) -> None:
        self._readiness = readiness

    def room_type(self, tx: Transaction, room: str | None, room_type: str | None) -> str:
        """The type that the stay is booked for; a room of another type is an upgrade and fine."""
        if room is not None:
            found = find_room(tx.session, tx.property_id, room)
            if room_type is None:
                return found.type_code
        if room_type is None:
            raise Invalid("room_or_type_needed", "A stay needs a room or a room type.", field="room_type")
        types = [code for code, _ in room_types(tx.session, tx.property_id)]
        if room_type not in types:
            raise Invalid(
                "unknown_room_type",
                f"There is no room type {room_type!r}.",
                field="room_type",
                allowed=types,
            )
        return room_type

    def must_be_free(
        self, tx: Transaction, row: StayRow, day: HotelDay, had: RoomHours | None, *, entering: bool = False
    ) -> None:
        """Hold the room of the stay, which is about to be written, and see that nobody else has it.

        Args:
            had: what the stay had until now.
            entering: the guest goes in now.

        Raises:
            NotFound: no such room.
            Conflict: `room_occupied`, `room_taken`, `room_off_sale`.
        """
        number = str(row.room)
        stay = store.claim(row)
        # What the row is about to become must not be written before it is known to be allowed.
        with tx.session.no_autoflush:
            if not lock_room(tx.session, tx.property_id, number):
                raise NotFound("unknown_room", f"There is no room {number}.", room=number)
            others = store.claims_on(tx.session, tx.property_id, [number])
        occupant = occupied_by_others(stay, others) if entering else None
        if occupant is not None:
            raise Conflict("room_occupied", f"Room {number} is occupied.", room=number, stay_id=occupant.id)
        taken = in_the_way(stay, others, day.business_date)
        if taken is not None:
            raise Conflict(
                "room_taken",
                f"Room {number} is given to another stay, {taken.arrival_date} to {taken.departure_date}.",
                room=number,
                stay_id=taken.id,
                arrival_date=taken.arrival_date.isoformat(),
                departure_date=taken.departure_date.isoformat(),
            )
        hours = hours_of(row, day)
        if hours is not None:
            off = self._readiness.off_sale([number]).get(number)
            check_on_sale(hours, had, off, enters_at=day.now if entering else None)

    def blockers(self, room: str, reason: str | None, doing: str) -> list[str]:
        """What keeps the room from being ready, apart from who is in it.

        Args:
            reason: why the guest goes in all the same.
            doing: for the refusal, "check in".

        Raises:
            Conflict: it is not ready, and no reason is given.
        """
        blocked_by = [b for b in self._readiness.blocked_by([room]).get(room, []) if b != "occupied"]
        if blocked_by and reason is None:
            raise Conflict(
                "room_not_ready",
                f"Room {room} is not ready ({', '.join(blocked_by).replace('_', ' ')}); "
                f"to {doing} all the same, say why.",
                room=room,
                blocked_by=blocked_by,
            )
        return blocked_by
