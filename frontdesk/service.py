"""The front desk's work on stays: load, decide by the pure rules, save, announce.

Every method that writes takes the transaction of its caller. What it returns holds no names: those
are added for the one who asks, by `FrontDeskService.guests`, with an audit row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from frontdesk import store
from frontdesk.business_date import audit_at, business_date_at, next_audit
from frontdesk.changes import given
from frontdesk.eta import EtaSource, check_eta, check_etd
from frontdesk.front_office import FrontOffice, HotelDay
from frontdesk.guest_book import GuestBook
from frontdesk.imports import import_rooms, import_stays
from frontdesk.ports import RoomReadiness
from frontdesk.preferences import Preference
from frontdesk.room_claims import RoomClaims, hours_of
from frontdesk.sharing import announce, join, partners, set_guests, stay_for_edit
from frontdesk.stay_edits import StayChanges, StayEdits, check_editable, note_eta
from frontdesk.stay_records import StayRecord, StayRecords
from frontdesk.stays import (
    ACTIVE,
    BookingChannel,
    StayAction,
    StayState,
    check_can_arrive,
    check_can_be_no_show,
    check_dates,
    check_people,
    check_undo,
    state_after,
)
from frontdesk.store import StayActionRow, StayRow
from hotel.actor import SYSTEM, Actor
from hotel.clock import Clock
from hotel.csv_table import ImportReport
from hotel.database import Database, Transaction
from hotel.errors import Conflict, Invalid
from hotel.ids import new_id
from hotel.messages import RoomsChanged
from hotel.metadata import touch
from hotel.requests import check_version
from hotel.rooms import Property, PropertyRow, find_property

LONGEST_REASON = 200

_CHANGE = {
    StayAction.CHECK_IN: "checked_in",
    StayAction.CHECK_OUT: "checked_out",
    StayAction.MOVE: "moved",
    StayAction.CANCEL: "cancelled",
    StayAction.NO_SHOW: "no_show",
}
# What actions change, and so what taking one back restores.
_RESTORED = (
    "state",
    "room",
    "checked_in_at",
    "checked_in_date",
    "checked_out_at",
    "checked_out_date",
    "queue_since",
    "unready_reason",
)


@dataclass(frozen=True, slots=True)
class NewStay:
    """A stay to be made; a room or a room type at least. `eta` None: the property's usual time."""

    arrival_date: date
    departure_date: date
    room_type: str | None = None
    room: str | None = None
    eta: datetime | None = None
    eta_source: EtaSource = EtaSource.BOOKING
    etd: datetime | None = None
    guest_ids: tuple[str, ...] = ()
    adults: int = 1
    children: int = 0
    vip: bool = False
    day_use: bool | None = None
    booking_id: str | None = None
    confirmation: str | None = None
    shares_with: tuple[str, ...] = ()
    channel: BookingChannel | None = None


class FrontDeskService:
    """Stays and their life.

    Args:
        front_office: the reads of the same stays; gives the usual times.
        guests: the guest book.
        readiness: what keeps rooms from being given away.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        front_office: FrontOffice,
        guests: GuestBook,
        readiness: RoomReadiness,
    ) -> None:
        self.database = database
        self.guests = guests
        self.front_office = front_office
        self.records = StayRecords(database, front_office)
        self._clock = clock
        self._readiness = readiness
        self._claims = RoomClaims(readiness)
        self._edits = StayEdits(self._claims)

    # -- making and editing

    def create_stay(self, tx: Transaction, actor: Actor, new: NewStay) -> StayRecord:
        """Make a stay.

        Raises:
            Invalid: dates, ETA, people, room or type are wrong; the refusal names what is allowed.
            Conflict: the room is taken, or the confirmation is.
            NotFound: a guest or a stay to share with is unknown.
        """
        day = self.front_office.day_in(tx.session)
        day_use = new.arrival_date == new.departure_date if new.day_use is None else new.day_use
        check_dates(new.arrival_date, new.departure_date, day_use, day.business_date)
        if new.arrival_date == new.departure_date and not day_use:
            raise Invalid("no_night", "A stay without a night is a day use.", field="day_use")
        check_people(new.adults, new.children)
        if new.eta is not None:
            check_eta(new.eta, new.arrival_date, day.now, day.zone)
        if new.etd is not None:
            check_etd(new.etd, new.departure_date, day.zone)
        others = partners(tx, new.shares_with)
        room = new.room or next((p.room for p in others if p.room), None)
        room_type = new.room_type or (others[0].room_type if others and room is None else None)
        room_type = self._claims.room_type(tx, room, room_type)
        confirmation = new.confirmation or self._fresh_confirmation(tx)
        if store.stay_by_confirmation(tx.session, tx.property_id, confirmation) is not None:
            raise Conflict(
                "confirmation_taken", f"There is a stay {confirmation} already.", confirmation=confirmation
            )
        row = StayRow(
            id=new_id(),
            property_id=tx.property_id,
            confirmation=confirmation,
            booking_id=new.booking_id or confirmation,
            state=StayState.RESERVED.value,
            room=room,
            room_type=room_type,
            arrival_date=new.arrival_date,
            departure_date=new.departure_date,
            day_use=day_use,
            eta=new.eta,
            eta_source=(new.eta_source if new.eta else EtaSource.DEFAULT).value,
            channel=new.channel,
            etd=new.etd,
            adults=new.adults,
            children=new.children,
            vip=new.vip,
            sharing_id=join(tx, others),
            changed_at=day.now,
        )
        if room is not None:
            self._claims.must_be_free(tx, row, day, None)
        tx.session.add(row)
        tx.session.flush()
        set_guests(tx, row, new.guest_ids)
        if new.eta is not None:
            note_eta(tx, actor, row)
        tx.session.flush()
        tx.audit(actor, "stay.create", f"stay:{row.id}", room=room, arrival=new.arrival_date.isoformat())
        announce(tx, row, "created")
        return self._record(tx, row, day)

    def edit_stay(
        self, tx: Transaction, actor: Actor, stay_id: str, seen: int, changes: StayChanges
    ) -> StayRecord:
        """Change what is given.

        An ETA that somebody said keeps its time of day when the arrival date moves.

        Raises:
            NotFound, StaleVersion, Invalid, Conflict: as for making; or the stay's state forbids it.
        """
        row = stay_for_edit(tx, stay_id)
        check_version("The stay", seen, row.version)
        day = self.front_office.day_in(tx.session)
        changed = given(changes)
        check_editable(row, changed)
        told: list[str] = []
        previous_room = row.room
        # One edit is one version: nothing is written before everything is checked.
        with tx.session.no_autoflush:
            self._edits.change(tx, actor, row, changes, day, told)
        if row.room != previous_room:
            told.append("room")
        if "guest_ids" in changed:
            set_guests(tx, row, changed["guest_ids"])
        touch(row, day.now)
        tx.session.flush()
        tx.audit(actor, "stay.edit", f"stay:{row.id}", fields=sorted(changed))
        for change in dict.fromkeys(told):
            announce(tx, row, change, previous_room if change == "room" else None)
        return self._record(tx, row, day)

    def put_preferences(
        self, tx: Transaction, actor: Actor, stay_id: str, seen: int, preferences: Sequence[Preference]
    ) -> int:
        """Replace the preferences of the stay; returns the stay's new version.

        Raises:
            NotFound, StaleVersion, Invalid.
        """
        row = stay_for_edit(tx, stay_id)
        check_version("The stay", seen, row.version)
        self.guests.put_preferences(tx, actor, preferences, stay_id=stay_id)
        touch(row, tx.clock.now())
        tx.session.flush()
        announce(tx, row, "preferences")
        return row.version

    def profile_changed(self, tx: Transaction, guest_id: str) -> None:
        """Tell that what a guest wants has changed, for each of the guest's stays still to be kept."""
        for row in store.active_stays_of_guest(tx.session, tx.property_id, guest_id):
            announce(tx, row, "preferences")

    # -- the life of a stay

    def check_in(
        self, tx: Transaction, actor: Actor, stay_id: str, room: str | None, unready_reason: str | None
    ) -> StayRecord:
        """Check the guest in, into `room` or the room that the stay has.

        Raises:
            NotFound: no such stay or room.
            Conflict: wrong state, no room, room occupied or promised, or not ready without a reason
                (`room_not_ready`, `blocked_by`).
        """
        row = stay_for_edit(tx, stay_id)
        after = state_after(StayState(row.state), StayAction.CHECK_IN)
        day = self.front_office.day_in(tx.session)
        check_can_arrive(store.claim(row), day.business_date, day.local_date)
        reason = _checked_reason(unready_reason, "unready_reason")
        number = room or row.room
        if number is None:
            raise Conflict("room_needed", "This stay has no room yet; give it one to check in.")
        before, had = _before(row), hours_of(row, day)
        row.room = number
        self._claims.must_be_free(tx, row, day, had, entering=True)
        blocked_by = self._claims.blockers(number, reason, "check in")
        row.state = after.value
        row.checked_in_at = day.now
        row.checked_in_date = day.business_date
        row.queue_since = None
        row.unready_reason = reason if blocked_by else None
        return self._acted(tx, actor, row, StayAction.CHECK_IN, before, day, blocked_by=blocked_by)

    def check_out(self, tx: Transaction, actor: Actor, stay_id: str) -> StayRecord:
        """Check the guest out. Raises NotFound, Conflict."""
        row = stay_for_edit(tx, stay_id)
        after = state_after(StayState(row.state), StayAction.CHECK_OUT)
        day = self.front_office.day_in(tx.session)
        before = _before(row)
        row.state = after.value
        row.checked_out_at = day.now
        row.checked_out_date = day.business_date
        return self._acted(tx, actor, row, StayAction.CHECK_OUT, before, day)

    def move(self, tx: Transaction, actor: Actor, stay_id: str, room: str, reason: str | None) -> StayRecord:
        """Give the stay another room; a guest in the house moves at once.

        Raises:
            NotFound: no such stay or room.
            Conflict: wrong state, the same room, the room is taken, or it is not ready for a guest in
                the house and no reason is given.
        """
        row = stay_for_edit(tx, stay_id)
        after = state_after(StayState(row.state), StayAction.MOVE)
        day = self.front_office.day_in(tx.session)
        said = _checked_reason(reason, "reason")
        if room == row.room:
            raise Conflict("same_room", f"This stay is in room {room} already.", room=room)
        before, had = _before(row), hours_of(row, day)
        row.room = room
        self._claims.must_be_free(tx, row, day, had, entering=after == StayState.CHECKED_IN)
        blocked_by: list[str] = []
        if after == StayState.CHECKED_IN:
            blocked_by = self._claims.blockers(room, said, "move")
            row.unready_reason = said if blocked_by else None
        return self._acted(tx, actor, row, StayAction.MOVE, before, day, blocked_by=blocked_by)

    def cancel(self, tx: Transaction, actor: Actor, stay_id: str) -> StayRecord:
        """Cancel a stay that has not begun. Raises NotFound, Conflict."""
        row = stay_for_edit(tx, stay_id)
        after = state_after(StayState(row.state), StayAction.CANCEL)
        day = self.front_office.day_in(tx.session)
        before = _before(row)
        row.state = after.value
        row.queue_since = None
        return self._acted(tx, actor, row, StayAction.CANCEL, before, day)

    def no_show(self, tx: Transaction, actor: Actor, stay_id: str) -> StayRecord:
        """Note that a due guest did not come. Raises NotFound, Conflict."""
        row = stay_for_edit(tx, stay_id)
        after = state_after(StayState(row.state), StayAction.NO_SHOW)
        day = self.front_office.day_in(tx.session)
        check_can_be_no_show(store.claim(row), day.business_date)
        before = _before(row)
        row.state = after.value
        row.queue_since = None
        return self._acted(tx, actor, row, StayAction.NO_SHOW, before, day)

    def undo(self, tx: Transaction, actor: Actor, stay_id: str) -> StayRecord:
        """Take back the newest action of the stay that has not been taken back.

        Raises:
            NotFound: no such stay.
            Conflict: there is nothing to take back, its day is closed, or the room is taken meanwhile.
        """
        row = stay_for_edit(tx, stay_id)
        action_row = store.newest_actions(tx.session, [stay_id]).get(stay_id)
        if action_row is None:
            raise Conflict("nothing_to_undo", "Nothing was done to this stay that could be taken back.")
        action = StayAction(action_row.action)
        day = self.front_office.day_in(tx.session)
        check_undo(action, action_row.business_date, row.departure_date, day.business_date)
        previous_room, had = row.room, hours_of(row, day)
        for name, value in _restored(action_row.before).items():
            setattr(row, name, value)
        if row.room is not None and StayState(row.state) in ACTIVE:
            self._claims.must_be_free(tx, row, day, had, entering=row.state == StayState.CHECKED_IN.value)
        touch(row, day.now)
        action_row.undone_at = day.now
        tx.session.flush()
        tx.audit(actor, f"stay.undo_{action.value}", f"stay:{row.id}", room=row.room)
        announce(tx, row, "undone", previous_room if previous_room != row.room else None)
        return self._record(tx, row, day)

    def queue(self, tx: Transaction, actor: Actor, stay_id: str, waiting: bool) -> StayRecord:
        """Note that the guest waits in the lobby (or no longer does); check-in ends it by itself.

        Raises:
            NotFound, Conflict.
        """
        row = stay_for_edit(tx, stay_id)
        day = self.front_office.day_in(tx.session)
        if StayState(row.state) != StayState.RESERVED:
            raise Conflict("not_waiting", "Only a guest who is not checked in yet can wait for a room.")
        check_can_arrive(store.claim(row), day.business_date, day.local_date)
        if waiting != (row.queue_since is not None):
            row.queue_since = day.now if waiting else None
            touch(row, day.now)
            tx.session.flush()
            tx.audit(actor, "stay.queue" if waiting else "stay.unqueue", f"stay:{row.id}", room=row.room)
            announce(tx, row, "queued")
        return self._record(tx, row, day)

    # -- files

    def import_rooms(self, tx: Transaction, actor: Actor, text: str, partial: bool) -> ImportReport:
        """Add or update rooms from CSV. Raises Invalid, ImportRefused (a line is wrong, not partial)."""
        return import_rooms(tx, actor, text, partial)

    def import_stays(self, tx: Transaction, actor: Actor, text: str, partial: bool) -> ImportReport:
        """Make stays from CSV. Raises Invalid, ImportRefused (a line is wrong, not partial)."""
        return import_stays(
            tx, actor, text, partial, self.front_office.day_in(tx.session), self.guests, self._readiness
        )

    # -- night audit

    def roll_business_date(self) -> date | None:
        """Bring the business date up to the clock when the audit hour has passed; the new date if so.

        It only ever goes on. Stays whose guests did not come are left to the desk.
        """
        with self.database.read() as session:
            if _due_date(find_property(session, self.database.property_id), self._clock.now()) is None:
                return None
        with self.database.write() as tx:
            row = tx.session.get_one(PropertyRow, tx.property_id, with_for_update=True)
            due = _due_date(row, self._clock.now())
            if due is None:
                return None
            tx.audit(
                SYSTEM,
                "business_date.roll",
                f"property:{row.id}",
                before=row.business_date.isoformat(),
                after=due.isoformat(),
            )
            row.business_date = due
            tx.announce(RoomsChanged())
            return due

    # -- inside

    def _fresh_confirmation(self, tx: Transaction) -> str:
        while True:
            made = new_id()[-8:].upper()
            if store.stay_by_confirmation(tx.session, tx.property_id, made) is None:
                return made

    def _acted(
        self,
        tx: Transaction,
        actor: Actor,
        row: StayRow,
        action: StayAction,
        before: dict[str, Any],
        day: HotelDay,
        **detail: Any,
    ) -> StayRecord:
        touch(row, day.now)
        tx.session.flush()
        tx.session.add(
            StayActionRow(
                property_id=tx.property_id,
                stay_id=row.id,
                number=store.last_action_number(tx.session, row.id) + 1,
                action=action.value,
                at=day.now,
                business_date=day.business_date,
                by=actor.name,
                stay_version=row.version,
                before=before,
            )
        )
        tx.session.flush()
        tx.audit(actor, f"stay.{action.value}", f"stay:{row.id}", room=row.room, **detail)
        previous_room = before["room"] if before["room"] != row.room else None
        announce(tx, row, _CHANGE[action], previous_room)
        return self._record(tx, row, day)

    def _record(self, tx: Transaction, row: StayRow, day: HotelDay) -> StayRecord:
        return self.records.of(tx.session, [row], day)[0]


def _checked_reason(reason: str | None, field: str) -> str | None:
    """The reason without its margins, None when it says nothing."""
    text = (reason or "").strip()
    if len(text) > LONGEST_REASON:
        raise Invalid(
            "too_long",
            f"A reason has at most {LONGEST_REASON} characters.",
            field=field,
            longest=LONGEST_REASON,
        )
    return text or None


def _before(row: StayRow) -> dict[str, Any]:
    """The columns that actions change, JSON-ready."""
    values = {name: getattr(row, name) for name in _RESTORED}
    return {k: v.isoformat() if isinstance(v, date | datetime) else v for k, v in values.items()}


def _restored(before: dict[str, Any]) -> dict[str, Any]:
    """The columns as they were, from what `_before` kept."""
    values = dict(before)
    for name in ("checked_in_at", "checked_out_at", "queue_since"):
        values[name] = datetime.fromisoformat(before[name]) if before[name] else None
    for name in ("checked_in_date", "checked_out_date"):
        values[name] = date.fromisoformat(before[name]) if before[name] else None
    return values


def _due_date(row: Property | PropertyRow, now: datetime) -> date | None:
    """The business date that is due, None while the one written down is right."""
    zone = ZoneInfo(row.timezone)
    ends = next_audit(audit_at(row.business_date, zone, row.audit_hour), zone, row.audit_hour)
    return business_date_at(now, zone, row.audit_hour) if now >= ends else None
