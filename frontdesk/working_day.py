"""What the stays mean for a day's work in the rooms: who stays, who leaves, who comes, and from when.

Reads only and holds no names; housekeeping makes its tasks from it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from frontdesk.front_office import FrontOffice
from frontdesk.stays import StayAction, StayState
from frontdesk.store import StayActionRow, StayRow
from hotel.database import Database


@dataclass(frozen=True, slots=True)
class WorkingStay:
    """A stay that has a room today. `entered_date`: the business date on which it came into this room."""

    id: str
    state: StayState
    room: str
    arrival_date: date
    departure_date: date
    eta: datetime
    etd: datetime
    vip: bool
    day_use: bool
    checked_in_date: date | None
    entered_date: date | None
    queue_since: datetime | None
    people: int


@dataclass(frozen=True, slots=True)
class LeftRoom:
    """A guest left a room, by check-out or (`moved`) for another one, after so many nights in the house."""

    stay_id: str
    room: str
    at: datetime
    moved: bool
    nights: int


class WorkingDay:
    """The stays of the business date as rooms' work sees them."""

    def __init__(self, database: Database, front_office: FrontOffice) -> None:
        self._database = database
        self._front_office = front_office

    def stays(self, rooms: Collection[str] | None = None) -> list[WorkingStay]:
        """Stays in the house, and those that are due by today and have a room; only `rooms` if given."""
        with self._database.read() as session:
            day = self._front_office.day_in(session)
            query = select(StayRow).where(
                StayRow.property_id == self._database.property_id,
                StayRow.room.is_not(None),
                or_(
                    StayRow.state == StayState.CHECKED_IN.value,
                    (StayRow.state == StayState.RESERVED.value)
                    & (StayRow.arrival_date <= day.business_date)
                    & (StayRow.departure_date >= day.business_date),
                ),
            )
            if rooms is not None:
                query = query.where(StayRow.room.in_(list(rooms)))
            found = list(session.scalars(query.order_by(StayRow.id)))
            in_house = [row.id for row in found if row.state == StayState.CHECKED_IN.value]
            moves = session.execute(
                select(StayActionRow.stay_id, StayActionRow.business_date, StayActionRow.before)
                .where(
                    StayActionRow.property_id == self._database.property_id,
                    StayActionRow.stay_id.in_(in_house),
                    StayActionRow.action == StayAction.MOVE.value,
                    StayActionRow.undone_at.is_(None),
                )
                .order_by(StayActionRow.number)
            )
            entered = {
                stay_id: moved_on
                for stay_id, moved_on, before in moves
                if before["state"] == StayState.CHECKED_IN.value
            }
        return [
            WorkingStay(
                id=row.id,
                state=StayState(row.state),
                room=str(row.room),
                arrival_date=row.arrival_date,
                departure_date=row.departure_date,
                eta=day.eta_of(row.eta, row.arrival_date, row.day_use),
                etd=day.etd_of(row.etd, row.departure_date, row.day_use),
                vip=row.vip,
                day_use=row.day_use,
                checked_in_date=row.checked_in_date,
                entered_date=entered.get(row.id, row.checked_in_date),
                queue_since=row.queue_since,
                people=row.adults + row.children,
            )
            for row in found
        ]

    def leavings(self, since: date, rooms: Collection[str] | None = None) -> list[LeftRoom]:
        """Rooms that guests left on the business date `since` or later and that was not taken back."""
        query = (
            select(StayActionRow, StayRow.checked_in_date)
            .join(StayRow, StayRow.id == StayActionRow.stay_id)
            .where(
                StayActionRow.property_id == self._database.property_id,
                StayActionRow.business_date >= since,
                StayActionRow.action.in_((StayAction.CHECK_OUT.value, StayAction.MOVE.value)),
                StayActionRow.undone_at.is_(None),
            )
            .order_by(StayActionRow.at, StayActionRow.id)
        )
        with self._database.read() as session:
            rows = session.execute(query).all()
        return [
            LeftRoom(
                stay_id=action.stay_id,
                room=action.before["room"],
                at=action.at,
                moved=action.action == StayAction.MOVE.value,
                nights=max(0, (action.business_date - checked_in).days) if checked_in else 0,
            )
            for action, checked_in in rows
            if action.before["state"] == StayState.CHECKED_IN.value
            and (rooms is None or action.before["room"] in rooms)
        ]
