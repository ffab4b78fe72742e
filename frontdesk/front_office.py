"""What the stays mean for rooms: who is in, who comes next, what a room's comfort should know.

Reads only, holds no names and needs no key: everybody else's window on the front desk.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from frontdesk import store
from frontdesk.eta import DeskTimes, EtaSource, eta_range, expected_arrival, expected_departure
from frontdesk.past import FrontOfficeThen, front_office_at
from frontdesk.preferences import Preference, PreferenceKey, PreferenceSource, Rank, resolve
from frontdesk.stays import Reservation, StayClaim, StayState, reservation_of
from frontdesk.store import PreferenceRow, StayActionRow, StayGuestRow, StayRow
from hotel.clock import Clock
from hotel.database import Database
from hotel.rooms import Property, find_property

# A list of rooms shows the next arrival when it is within this stretch.
NEXT_ARRIVAL_DAYS = 7
# So many departures tell how guests leave.
MOST_LEFT = 5000
COMFORT_HORIZON = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class NextArrival:
    stay_id: str
    eta: datetime
    vip: bool


@dataclass(frozen=True, slots=True)
class RoomFrontOffice:
    """The front office's facts of one room now.

    `leaves_at` is when the last of those in the house should be gone; `overdue` says that this
    moment, on the departure date, has passed.
    """

    occupied: bool
    reservation: tuple[Reservation, ...]
    queue_since: datetime | None
    next_arrival: NextArrival | None
    in_house: tuple[str, ...]
    leaves_at: datetime | None
    overdue: bool


EMPTY_ROOM = RoomFrontOffice(False, (), None, None, (), None, False)


@dataclass(frozen=True, slots=True)
class StayWithWishes:
    """A stay as a room's comfort needs it, wishes resolved (stay › profile › VIP template). No names.

    The fields are those of the controller's own idea of a stay; `gateway.stays_for_comfort` hands it over.
    """

    stay_id: str
    room: str
    state: StayState
    eta: datetime
    eta_source: EtaSource
    checked_in_at: datetime | None
    departure: datetime
    cooling_celsius: float | None = None
    heating_celsius: float | None = None
    light_scene: str | None = None
    light_percent: float | None = None
    curtain_percent: float | None = None
    queue_since: datetime | None = None
    booked: str = ""
    usual_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Vacated:
    """A guest left a room, by check-out or move. `(stay_id, version)` names the event."""

    stay_id: str
    version: int
    room: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PromisedStay:
    """A stay that has a room, checked in (`in_house`) or still to arrive, with the hours that it needs it."""

    stay_id: str
    arrives_at: datetime
    leaves_at: datetime
    in_house: bool


@dataclass(frozen=True, slots=True)
class ExpectedArrival:
    """When the next guest of a room comes: nine of ten between earliest and latest."""

    stay_id: str
    at: datetime
    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class HotelDay:
    """The property's day: its zone, its business date, its usual times and the hotel time now."""

    zone: ZoneInfo
    business_date: date
    times: DeskTimes
    now: datetime

    @property
    def local_date(self) -> date:
        return self.now.astimezone(self.zone).date()

    def eta_of(self, said: datetime | None, arrival_date: date, day_use: bool) -> datetime:
        return expected_arrival(said, arrival_date, day_use, self.zone, self.times)

    def etd_of(self, said: datetime | None, departure_date: date, day_use: bool) -> datetime:
        return expected_departure(said, departure_date, day_use, self.zone, self.times)


def hotel_day(property_row: Property, clock: Clock, times: DeskTimes) -> HotelDay:
    """The day of the property as it is now."""
    return HotelDay(ZoneInfo(property_row.timezone), property_row.business_date, times, clock.now())


class FrontOffice:
    """Reads of the stays that hold no guest data.

    Args:
        times: the property's usual local times.
        vip_template: what a VIP has when neither the stay nor the profile says anything.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        times: DeskTimes | None = None,
        vip_template: tuple[Preference, ...] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self.times = times or DeskTimes()
        self._vip_template = vip_template

    def day(self) -> HotelDay:
        """Where the property's day stands."""
        with self._database.read() as session:
            return self.day_in(session)

    def day_in(self, session: Session) -> HotelDay:
        return hotel_day(find_property(session, self._database.property_id), self._clock, self.times)

    def rooms(self, rooms: Collection[str] | None = None) -> dict[str, RoomFrontOffice]:
        """The front office's facts by room; rooms that no stay touches are left out (`EMPTY_ROOM`)."""
        with self._database.read() as session:
            return self.rooms_in(session, rooms)

    def rooms_in(self, session: Session, rooms: Collection[str] | None = None) -> dict[str, RoomFrontOffice]:
        day = self.day_in(session)
        query = select(
            StayRow.id,
            StayRow.room,
            StayRow.state,
            StayRow.arrival_date,
            StayRow.departure_date,
            StayRow.day_use,
            StayRow.eta,
            StayRow.etd,
            StayRow.vip,
            StayRow.queue_since,
            StayRow.checked_in_date,
            StayRow.checked_out_date,
        ).where(
            StayRow.property_id == self._database.property_id,
            StayRow.room.is_not(None),
            or_(
                StayRow.state == StayState.CHECKED_IN.value,
                (StayRow.state == StayState.CHECKED_OUT.value)
                & (StayRow.checked_out_date == day.business_date),
                (StayRow.state == StayState.RESERVED.value)
                & (StayRow.arrival_date <= day.business_date + timedelta(days=NEXT_ARRIVAL_DAYS))
                & (StayRow.departure_date >= day.business_date),
            ),
        )
        if rooms is not None:
            query = query.where(StayRow.room.in_(list(rooms)))
        by_room: dict[str, list[tuple[StayClaim, bool, datetime | None]]] = {}
        for row in session.execute(query):
            stay = StayClaim(
                id=row.id,
                state=StayState(row.state),
                room=row.room,
                arrival_date=row.arrival_date,
                departure_date=row.departure_date,
                day_use=row.day_use,
                checked_in_date=row.checked_in_date,
                checked_out_date=row.checked_out_date,
                eta=row.eta,
                etd=row.etd,
            )
            by_room.setdefault(row.room, []).append((stay, row.vip, row.queue_since))
        return {room: _room_front_office(stays, day) for room, stays in by_room.items()}

    def occupied(self, rooms: Collection[str] | None = None) -> frozenset[str]:
        """Rooms with somebody checked in."""
        query = select(StayRow.room).where(
            StayRow.property_id == self._database.property_id,
            StayRow.state == StayState.CHECKED_IN.value,
            StayRow.room.is_not(None),
        )
        if rooms is not None:
            query = query.where(StayRow.room.in_(list(rooms)))
        with self._database.read() as session:
            return frozenset(str(room) for room in session.scalars(query))

    def promised(self, room: str, start: datetime, until: datetime | None) -> list[PromisedStay]:
        """Active stays that need the room between the two moments (for good when `until` is None), the
        first to arrive first."""
        with self._database.read() as session:
            day = self.day_in(session)
            stays = [
                PromisedStay(
                    stay.id,
                    day.eta_of(stay.eta, stay.arrival_date, stay.day_use),
                    day.etd_of(stay.etd, stay.departure_date, stay.day_use),
                    stay.state == StayState.CHECKED_IN,
                )
                for stay in store.claims_on(session, self._database.property_id, [room])
            ]
        needed = [
            stay for stay in stays if stay.leaves_at > start and (until is None or stay.arrives_at < until)
        ]
        return sorted(needed, key=lambda stay: (stay.arrives_at, stay.stay_id))

    def front_office_at(
        self, at: datetime, rooms: Collection[str] | None = None
    ) -> dict[str, FrontOfficeThen]:
        """Who was in at a moment of the past; see `past.front_office_at`."""
        with self._database.read() as session:
            return front_office_at(session, self._database.property_id, at, rooms)

    def left_after(self, since: date) -> list[float]:
        """By how many minutes guests left later (earlier, where negative) than they should have on the day
        of their departure, of those who left on this business date or later."""
        query = (
            select(StayRow.checked_out_at, StayRow.etd, StayRow.departure_date, StayRow.day_use)
            .where(
                StayRow.property_id == self._database.property_id,
                StayRow.state == StayState.CHECKED_OUT.value,
                StayRow.checked_out_date >= since,
                StayRow.checked_out_date == StayRow.departure_date,
            )
            .order_by(StayRow.checked_out_date.desc(), StayRow.id)
            .limit(MOST_LEFT)
        )
        with self._database.read() as session:
            day = self.day_in(session)
            return [
                (left_at - day.etd_of(etd, departure, day_use)).total_seconds() / 60
                for left_at, etd, departure, day_use in session.execute(query)
                if left_at is not None
            ]

    def vacated_since(self, since: datetime) -> list[Vacated]:
        """Rooms that guests left since then and that was not taken back, oldest first."""
        with self._database.read() as session:
            actions = session.execute(_LEAVINGS, {"property_id": self._database.property_id, "since": since})
            return [
                Vacated(stay_id, version, str(before["room"]), at)
                for stay_id, version, before, at in actions
                if before["state"] == StayState.CHECKED_IN.value
            ]

    def expected_arrival(self, room: str) -> ExpectedArrival | None:
        """When the next guest of the room comes, and how sure that is."""
        with self._database.read() as session:
            day = self.day_in(session)
            rows = store.stays_of_room(session, self._database.property_id, room, 20)
        expected = [
            (day.eta_of(row.eta, row.arrival_date, row.day_use), row)
            for row in rows
            if row.state == StayState.RESERVED.value and row.departure_date >= day.business_date
        ]
        if not expected:
            return None
        at, row = min(expected, key=lambda pair: pair[0])
        earliest, latest = eta_range(at, EtaSource(row.eta_source))
        return ExpectedArrival(row.id, at, earliest, latest)

    def comfort_stays(self, rooms: frozenset[str] | None = None) -> list[StayWithWishes]:
        """Checked-in stays, and reserved ones with a room whose ETA is within the next 48 h or past.

        Args:
            rooms: only these rooms; all when None.
        """
        with self._database.read() as session:
            day = self.day_in(session)
            asked = {
                "property_id": self._database.property_id,
                "last": day.local_date + COMFORT_HORIZON + timedelta(days=2),
                "business_date": day.business_date,
                **({} if rooms is None else {"rooms": list(rooms)}),
            }
            statements = _COMFORT_ALL if rooms is None else _COMFORT_ROOMS
            stays = session.execute(statements.stays, asked).all()
            of_stay = _preferences(session.execute(statements.wishes_of_stay, asked))
            of_profile = _preferences(session.execute(statements.wishes_of_profile, asked))
        found = []
        for row in stays:
            eta = day.eta_of(row.eta, row.arrival_date, row.day_use)
            if row.state == StayState.RESERVED.value and eta > day.now + COMFORT_HORIZON:
                continue
            resolved = resolve(
                (
                    (Rank.STAY, of_stay.get(row.id, ())),
                    (Rank.PROFILE, of_profile.get(row.id, ())),
                    (Rank.TIER, self._vip_template if row.vip else ()),
                )
            )
            values = {key: value for key, (value, _) in resolved.items()}
            scene = values.get(PreferenceKey.LIGHT_SCENE)
            found.append(
                StayWithWishes(
                    stay_id=row.id,
                    room=str(row.room),
                    state=StayState(row.state),
                    eta=eta,
                    eta_source=EtaSource(row.eta_source),
                    checked_in_at=row.checked_in_at,
                    departure=day.etd_of(row.etd, row.departure_date, row.day_use),
                    cooling_celsius=_number(values.get(PreferenceKey.COOLING_CELSIUS)),
                    heating_celsius=_number(values.get(PreferenceKey.HEATING_CELSIUS)),
                    light_scene=None if scene is None else str(scene),
                    light_percent=_number(values.get(PreferenceKey.LIGHT_PERCENT)),
                    curtain_percent=_number(values.get(PreferenceKey.CURTAIN_PERCENT)),
                    queue_since=row.queue_since,
                    booked=row.channel or "",
                    usual_at=day.eta_of(None, row.arrival_date, row.day_use),
                )
            )
        return found


@dataclass(frozen=True, slots=True)
class _ComfortStatements:
    """What a room's comfort is read with: made once, for it is asked all day long. Columns, not rows."""

    stays: Select[*tuple[Any, ...]]
    wishes_of_stay: Select[*tuple[Any, ...]]
    wishes_of_profile: Select[*tuple[Any, ...]]


def _comfort_statements(*more: ColumnElement[bool]) -> _ComfortStatements:
    wanted = (
        StayRow.property_id == bindparam("property_id"),
        StayRow.room.is_not(None),
        or_(
            StayRow.state == StayState.CHECKED_IN.value,
            (StayRow.state == StayState.RESERVED.value)
            & (StayRow.arrival_date <= bindparam("last"))
            & (StayRow.departure_date >= bindparam("business_date")),
        ),
        *more,
    )
    ids = select(StayRow.id).where(*wanted)
    wish = (PreferenceRow.key, PreferenceRow.number, PreferenceRow.text, PreferenceRow.source)
    no_free_wish = PreferenceRow.key != PreferenceKey.WISH.value
    return _ComfortStatements(
        select(
            StayRow.id,
            StayRow.room,
            StayRow.state,
            StayRow.eta,
            StayRow.eta_source,
            StayRow.channel,
            StayRow.etd,
            StayRow.arrival_date,
            StayRow.departure_date,
            StayRow.day_use,
            StayRow.vip,
            StayRow.checked_in_at,
            StayRow.queue_since,
        ).where(*wanted),
        select(PreferenceRow.stay_id, *wish).where(PreferenceRow.stay_id.in_(ids), no_free_wish),
        select(StayGuestRow.stay_id, *wish)
        .join(PreferenceRow, PreferenceRow.guest_id == StayGuestRow.guest_id)
        .where(StayGuestRow.stay_id.in_(ids), StayGuestRow.position == 0, no_free_wish),
    )


# What may have left a room vacant and was not taken back, oldest first.
_LEAVINGS = (
    select(StayActionRow.stay_id, StayActionRow.stay_version, StayActionRow.before, StayActionRow.at)
    .where(
        StayActionRow.property_id == bindparam("property_id"),
        StayActionRow.at >= bindparam("since"),
        StayActionRow.action.in_(("check_out", "move")),
        StayActionRow.undone_at.is_(None),
    )
    .order_by(StayActionRow.at, StayActionRow.id)
)
_COMFORT_ALL = _comfort_statements()
_COMFORT_ROOMS = _comfort_statements(StayRow.room.in_(bindparam("rooms", expanding=True)))


def _preferences(rows: Iterable[Sequence[Any]]) -> dict[str, list[Preference]]:
    """(stay id, key, number, text, source) as preferences by stay."""
    found: dict[str, list[Preference]] = {}
    for stay_id, key, number, text, source in rows:
        value: float | str = number if number is not None else text or ""
        found.setdefault(stay_id, []).append(Preference(PreferenceKey(key), value, PreferenceSource(source)))
    return found


def _number(value: float | str | None) -> float | None:
    return value if isinstance(value, float) else None


def _room_front_office(
    stays: list[tuple[StayClaim, bool, datetime | None]], day: HotelDay
) -> RoomFrontOffice:
    in_house = [stay for stay, _, _ in stays if stay.state == StayState.CHECKED_IN]
    coming = sorted(
        (day.eta_of(stay.eta, stay.arrival_date, stay.day_use), stay.id, vip)
        for stay, vip, _ in stays
        if stay.state == StayState.RESERVED
    )
    leaving = [day.etd_of(stay.etd, stay.departure_date, stay.day_use) for stay in in_house]
    leaves_at = max(leaving, default=None)
    waiting = [since for _, _, since in stays if since is not None]
    return RoomFrontOffice(
        occupied=bool(in_house),
        reservation=reservation_of((stay for stay, _, _ in stays), day.business_date),
        queue_since=min(waiting, default=None),
        next_arrival=NextArrival(coming[0][1], coming[0][0], coming[0][2]) if coming else None,
        in_house=tuple(stay.id for stay in in_house),
        leaves_at=leaves_at,
        overdue=leaves_at is not None and leaves_at < day.now,
    )
