"""Stays as others see them: lists, arrivals, one room's stays. Reads only, and holds no names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from frontdesk import store
from frontdesk.eta import EtaSource
from frontdesk.front_office import FrontOffice, HotelDay
from frontdesk.stays import BookingChannel, StayAction, StayState, check_undo
from frontdesk.store import EtaRow, StayActionRow, StayFilter, StayRow
from hotel.database import Database
from hotel.errors import Conflict, NotFound

MOST_ARRIVALS = 2000


@dataclass(frozen=True, slots=True)
class StayRecord:
    """A stay as others see it. `eta` is the usual time when nobody said one (source default)."""

    id: str
    confirmation: str
    booking_id: str
    state: StayState
    room: str | None
    room_type: str
    arrival_date: date
    departure_date: date
    day_use: bool
    eta: datetime
    eta_source: EtaSource
    channel: BookingChannel | None
    etd: datetime
    adults: int
    children: int
    vip: bool
    shares_with: tuple[str, ...]
    guest_ids: tuple[str, ...]
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    queue_since: datetime | None
    unready_reason: str | None
    version: int
    undo: StayAction | None


class StayRecords:
    """Reads of stays."""

    def __init__(self, database: Database, front_office: FrontOffice) -> None:
        self._database = database
        self._front_office = front_office

    def stay(self, stay_id: str) -> StayRecord:
        """The stay. Raises NotFound."""
        with self._database.read() as session:
            rows = store.stays_by_id(session, self._database.property_id, [stay_id])
            if not rows:
                raise NotFound("unknown_stay", "There is no such stay.", stay_id=stay_id)
            return self.of(session, rows)[0]

    def stays(
        self, wanted: StayFilter, after: tuple[date, str] | None, limit: int
    ) -> tuple[list[StayRecord], tuple[date, str] | None]:
        """A page of stays in the order of arrival, and where the next page begins (None: nowhere).

        A `text` finds confirmations that begin with it, bookings, rooms and family names equal to it.
        """
        with self._database.read() as session:
            rows = store.list_stays(session, self._database.property_id, wanted, after, limit + 1)
            page = rows[:limit]
            following = (page[-1].arrival_date, page[-1].id) if len(rows) > limit else None
            return self.of(session, page), following

    def arrivals(self, day: date | None) -> list[StayRecord]:
        """The arrivals of a business date (today's when None) by ETA; today's with those overdue."""
        with self._database.read() as session:
            today = self._front_office.day_in(session).business_date
            rows = store.arrivals_on(
                session,
                self._database.property_id,
                day or today,
                overdue=day is None or day == today,
                limit=MOST_ARRIVALS,
            )
            return sorted(self.of(session, rows), key=lambda stay: (stay.eta, stay.id))

    def stays_of_room(self, room: str, limit: int = 5) -> list[StayRecord]:
        """Who is in the room, then who comes next."""
        with self._database.read() as session:
            rows = store.stays_of_room(session, self._database.property_id, room, 50)
            records = self.of(session, rows)
        records.sort(key=lambda stay: (stay.state != StayState.CHECKED_IN, stay.eta, stay.id))
        return records[:limit]

    def eta_history(self, stay_id: str) -> list[EtaRow]:
        """What was said about the arrival, oldest first. Raises NotFound."""
        self.stay(stay_id)
        with self._database.read() as session:
            return store.eta_history(session, stay_id, 200)

    def of(
        self, session: Session, rows: Collection[StayRow], day: HotelDay | None = None
    ) -> list[StayRecord]:
        """The records of these rows, in their order."""
        day = day or self._front_office.day_in(session)
        ids = [row.id for row in rows]
        guests = store.guest_ids_of(session, ids)
        sharers = store.sharers_of(
            session, self._database.property_id, {row.sharing_id for row in rows if row.sharing_id}
        )
        actions = store.newest_actions(session, ids)
        return [
            StayRecord(
                id=row.id,
                confirmation=row.confirmation,
                booking_id=row.booking_id,
                state=StayState(row.state),
                room=row.room,
                room_type=row.room_type,
                arrival_date=row.arrival_date,
                departure_date=row.departure_date,
                day_use=row.day_use,
                eta=day.eta_of(row.eta, row.arrival_date, row.day_use),
                eta_source=EtaSource(row.eta_source),
                channel=BookingChannel(row.channel) if row.channel is not None else None,
                etd=day.etd_of(row.etd, row.departure_date, row.day_use),
                adults=row.adults,
                children=row.children,
                vip=row.vip,
                shares_with=tuple(i for i in sharers.get(row.sharing_id or "", ()) if i != row.id),
                guest_ids=tuple(guests.get(row.id, ())),
                checked_in_at=row.checked_in_at,
                checked_out_at=row.checked_out_at,
                queue_since=row.queue_since,
                unready_reason=row.unready_reason,
                version=row.version,
                undo=_undoable(actions.get(row.id), row, day),
            )
            for row in rows
        ]


def _undoable(action: StayActionRow | None, row: StayRow, day: HotelDay) -> StayAction | None:
    if action is None:
        return None
    try:
        check_undo(StayAction(action.action), action.business_date, row.departure_date, day.business_date)
    except Conflict:
        return None
    return StayAction(action.action)
