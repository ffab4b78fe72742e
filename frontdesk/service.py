"""The front desk's work on stays: load, decide by the pure rules, save, announce.

Every method that writes takes the transaction of its caller. What it returns holds no names: those
are added for the one who asks, by `FrontDeskService.guests`, with an audit row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from frontdesk import store
from frontdesk.business_date import audit_at, business_date_at, next_audit
from frontdesk.changes import UNSET, Unset, given
from frontdesk.eta import EtaSource, check_eta, check_etd, moved_with_date
from frontdesk.front_office import FrontOffice, HotelDay
from frontdesk.guest_book import GuestBook
from frontdesk.imports import import_rooms, import_stays
from frontdesk.ports import RoomReadiness
from frontdesk.preferences import Preference
from frontdesk.stay_records import StayRecord, StayRecords
from frontdesk.stays import (
    ACTIVE,
    StayAction,
    StayState,
    check_can_arrive,
    check_can_be_no_show,
    check_dates,
    check_people,
    check_undo,
    in_the_way,
    occupied_by_others,
    state_after,
)
from frontdesk.store import EtaRow, StayActionRow, StayRow
from hotel.actor import SYSTEM, Actor
from hotel.clock import Clock
from hotel.csv_table import ImportReport
from hotel.database import Database, Transaction
from hotel.errors import Conflict, Invalid, NotFound
from hotel.ids import new_id
from hotel.messages import RoomsChanged, StayChanged
from hotel.requests import check_version
from hotel.rooms import Property, PropertyRow, find_property, find_room, room_types

MOST_GUESTS = 20
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


@dataclass(frozen=True, slots=True)
class StayChanges:
    """What an edit changes; UNSET leaves alone. `eta` or `etd` None: back to the usual time."""

    eta: datetime | Unset | None = UNSET
    eta_source: EtaSource | Unset = UNSET
    etd: datetime | Unset | None = UNSET
    room: str | Unset | None = UNSET
    room_type: str | Unset = UNSET
    arrival_date: date | Unset = UNSET
    departure_date: date | Unset = UNSET
    day_use: bool | Unset = UNSET
    adults: int | Unset = UNSET
    children: int | Unset = UNSET
    vip: bool | Unset = UNSET
    guest_ids: tuple[str, ...] | Unset = UNSET
    shares_with: tuple[str, ...] | Unset = UNSET


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
        partners = self._partners(tx, new.shares_with)
        room = new.room or next((p.room for p in partners if p.room), None)
        room_type = new.room_type or (partners[0].room_type if partners and room is None else None)
        room_type = self._room_type(tx, room, room_type)
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
            etd=new.etd,
            adults=new.adults,
            children=new.children,
            vip=new.vip,
            sharing_id=self._join(tx, partners),
            changed_at=day.now,
        )
        if room is not None:
            self._room_must_be_free(tx, row, day)
        tx.session.add(row)
        tx.session.flush()
        self._set_guests(tx, row, new.guest_ids)
        if new.eta is not None:
            self._note_eta(tx, actor, row)
        tx.session.flush()
        tx.audit(actor, "stay.create", f"stay:{row.id}", room=room, arrival=new.arrival_date.isoformat())
        self._announce(tx, row, "created")
        return self._record(tx, row, day)

    def edit_stay(
        self, tx: Transaction, actor: Actor, stay_id: str, seen: int, changes: StayChanges
    ) -> StayRecord:
        """Change what is given.

        An ETA that somebody said keeps its time of day when the arrival date moves.

        Raises:
            NotFound, StaleVersion, Invalid, Conflict: as for making; or the stay's state forbids it.
        """
        row = self._for_edit(tx, stay_id)
        check_version("The stay", seen, row.version)
        day = self.front_office.day_in(tx.session)
        changed = given(changes)
        self._check_editable(row, changed)
        told: list[str] = []
        previous_room = row.room
        # One edit is one version: nothing is written before everything is checked.
        with tx.session.no_autoflush:
            self._change(tx, actor, row, changes, day, told)
        if row.room != previous_room:
            told.append("room")
        if "guest_ids" in changed:
            self._set_guests(tx, row, changed["guest_ids"])
        store.touch(row, day.now)
        tx.session.flush()
        tx.audit(actor, "stay.edit", f"stay:{row.id}", fields=sorted(changed))
        for change in dict.fromkeys(told):
            self._announce(tx, row, change, previous_room if change == "room" else None)
        return self._record(tx, row, day)

    def put_preferences(
        self, tx: Transaction, actor: Actor, stay_id: str, seen: int, preferences: Sequence[Preference]
    ) -> int:
        """Replace the preferences of the stay; returns the stay's new version.

        Raises:
            NotFound, StaleVersion, Invalid.
        """
        row = self._for_edit(tx, stay_id)
        check_version("The stay", seen, row.version)
        self.guests.put_preferences(tx, actor, preferences, stay_id=stay_id)
        store.touch(row, tx.clock.now())
        tx.session.flush()
        self._announce(tx, row, "preferences")
        return row.version

    def profile_changed(self, tx: Transaction, guest_id: str) -> None:
        """Tell that what a guest wants has changed, for each of the guest's stays still to be kept."""
        for row in store.active_stays_of_guest(tx.session, tx.property_id, guest_id):
            self._announce(tx, row, "preferences")

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
        row = self._for_edit(tx, stay_id)
        after = state_after(StayState(row.state), StayAction.CHECK_IN)
        day = self.front_office.day_in(tx.session)
        check_can_arrive(store.claim(row), day.business_date, day.local_date)
        reason = _checked_reason(unready_reason, "unready_reason")
        number = room or row.room
        if number is None:
            raise Conflict("room_needed", "This stay has no room yet; give it one to check in.")
        before = _before(row)
        row.room = number
        self._room_must_be_free(tx, row, day, entering=True)
        blocked_by = [b for b in self._readiness.blocked_by([number]).get(number, []) if b != "occupied"]
        if blocked_by and reason is None:
            raise Conflict(
                "room_not_ready",
                f"Room {number} is not ready ({', '.join(blocked_by).replace('_', ' ')}); "
                "to check in all the same, say why.",
                room=number,
                blocked_by=blocked_by,
            )
        row.state = after.value
        row.checked_in_at = day.now
        row.checked_in_date = day.business_date
        row.queue_since = None
        row.unready_reason = reason if blocked_by else None
        return self._acted(tx, actor, row, StayAction.CHECK_IN, before, day, blocked_by=blocked_by)

    def check_out(self, tx: Transaction, actor: Actor, stay_id: str) -> StayRecord:
        """Check the guest out. Raises NotFound, Conflict."""
        row = self._for_edit(tx, stay_id)
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
        row = self._for_edit(tx, stay_id)
        after = state_after(StayState(row.state), StayAction.MOVE)
        day = self.front_office.day_in(tx.session)
        said = _checked_reason(reason, "reason")
        if room == row.room:
            raise Conflict("same_room", f"This stay is in room {room} already.", room=room)
        before = _before(row)
        row.room = room
        self._room_must_be_free(tx, row, day, entering=after == StayState.CHECKED_IN)
        blocked_by: list[str] = []
        if after == StayState.CHECKED_IN:
            blocked_by = [b for b in self._readiness.blocked_by([room]).get(room, []) if b != "occupied"]
            if blocked_by and said is None:
                raise Conflict(
                    "room_not_ready",
                    f"Room {room} is not ready ({', '.join(blocked_by).replace('_', ' ')}); "
                    "to move all the same, say why.",
                    room=room,
                    blocked_by=blocked_by,
                )
            row.unready_reason = said if blocked_by else None
        return self._acted(tx, actor, row, StayAction.MOVE, before, day, blocked_by=blocked_by)

    def cancel(self, tx: Transaction, actor: Actor, stay_id: str) -> StayRecord:
        """Cancel a stay that has not begun. Raises NotFound, Conflict."""
        row = self._for_edit(tx, stay_id)
        after = state_after(StayState(row.state), StayAction.CANCEL)
        day = self.front_office.day_in(tx.session)
        before = _before(row)
        row.state = after.value
        row.queue_since = None
        return self._acted(tx, actor, row, StayAction.CANCEL, before, day)

    def no_show(self, tx: Transaction, actor: Actor, stay_id: str) -> StayRecord:
        """Note that a due guest did not come. Raises NotFound, Conflict."""
        row = self._for_edit(tx, stay_id)
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
        row = self._for_edit(tx, stay_id)
        action_row = store.newest_actions(tx.session, [stay_id]).get(stay_id)
        if action_row is None:
            raise Conflict("nothing_to_undo", "Nothing was done to this stay that could be taken back.")
        action = StayAction(action_row.action)
        day = self.front_office.day_in(tx.session)
        check_undo(action, action_row.business_date, row.departure_date, day.business_date)
        previous_room = row.room
        for name, value in _restored(action_row.before).items():
            setattr(row, name, value)
        if row.room is not None and StayState(row.state) in ACTIVE:
            self._room_must_be_free(tx, row, day, entering=row.state == StayState.CHECKED_IN.value)
        store.touch(row, day.now)
        action_row.undone_at = day.now
        tx.session.flush()
        tx.audit(actor, f"stay.undo_{action.value}", f"stay:{row.id}", room=row.room)
        self._announce(tx, row, "undone", previous_room if previous_room != row.room else None)
        return self._record(tx, row, day)

    def queue(self, tx: Transaction, actor: Actor, stay_id: str, waiting: bool) -> StayRecord:
        """Note that the guest waits in the lobby (or no longer does); check-in ends it by itself.

        Raises:
            NotFound, Conflict.
        """
        row = self._for_edit(tx, stay_id)
        day = self.front_office.day_in(tx.session)
        if StayState(row.state) != StayState.RESERVED:
            raise Conflict("not_waiting", "Only a guest who is not checked in yet can wait for a room.")
        check_can_arrive(store.claim(row), day.business_date, day.local_date)
        if waiting != (row.queue_since is not None):
            row.queue_since = day.now if waiting else None
            store.touch(row, day.now)
            tx.session.flush()
            tx.audit(actor, "stay.queue" if waiting else "stay.unqueue", f"stay:{row.id}", room=row.room)
            self._announce(tx, row, "queued")
        return self._record(tx, row, day)

    # -- files

    def import_rooms(self, tx: Transaction, actor: Actor, text: str, partial: bool) -> ImportReport:
        """Add or update rooms from CSV. Raises Invalid, ImportRefused (a line is wrong, not partial)."""
        return import_rooms(tx, actor, text, partial)

    def import_stays(self, tx: Transaction, actor: Actor, text: str, partial: bool) -> ImportReport:
        """Make stays from CSV. Raises Invalid, ImportRefused (a line is wrong, not partial)."""
        return import_stays(tx, actor, text, partial, self.front_office.day_in(tx.session), self.guests)

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

    def _for_edit(self, tx: Transaction, stay_id: str) -> StayRow:
        row = store.stay_for_edit(tx.session, tx.property_id, stay_id)
        if row is None:
            raise NotFound("unknown_stay", "There is no such stay.", stay_id=stay_id)
        return row

    def _check_editable(self, row: StayRow, changed: dict[str, Any]) -> None:
        state = StayState(row.state)
        if state not in ACTIVE:
            raise Conflict(
                "stay_is_closed",
                f"A stay that is {state.value.replace('_', ' ')} is not changed any more.",
                state=state.value,
            )
        if state == StayState.CHECKED_IN:
            for name in ("room", "arrival_date", "eta", "day_use"):
                if name in changed:
                    raise Conflict(
                        "already_arrived",
                        "The guest is in the house: the arrival does not change any more."
                        if name != "room"
                        else "The guest is in the house: move the stay instead.",
                        field=name,
                    )
        for name in ("arrival_date", "departure_date", "room_type", "adults", "children", "vip", "day_use"):
            if name in changed and changed[name] is None:
                raise Invalid("value_needed", f"{name} cannot be empty.", field=name)

    def _change(
        self,
        tx: Transaction,
        actor: Actor,
        row: StayRow,
        changes: StayChanges,
        day: HotelDay,
        told: list[str],
    ) -> None:
        """Bring the changes to the row; `told` gets the kinds of change to announce."""
        changed = given(changes)
        eta_before = row.eta
        if changed.keys() & {"arrival_date", "departure_date", "day_use"}:
            self._change_dates(row, changed, day)
            told.append("dates")
            if row.eta != eta_before:
                self._note_eta(tx, actor, row)
                told.append("eta")
        if "shares_with" in changed:
            self._share_with(tx, row, changed["shares_with"])
        if changed.keys() & {"room", "room_type"}:
            room = changed.get("room", row.room)
            row.room_type = self._room_type(tx, room, changed.get("room_type", row.room_type))
            row.room = room
        if "eta" in changed:
            self._change_eta(tx, actor, row, changed["eta"], changes.eta_source, day)
            told.append("eta")
        if "etd" in changed:
            if changed["etd"] is not None:
                check_etd(changed["etd"], row.departure_date, day.zone)
            row.etd = changed["etd"]
            told.append("dates")
        if changed.keys() & {"adults", "children"}:
            row.adults = changed.get("adults", row.adults)
            row.children = changed.get("children", row.children)
            check_people(row.adults, row.children)
        row.vip = changed.get("vip", row.vip)
        if row.room is not None and changed.keys() & {
            "room",
            "arrival_date",
            "departure_date",
            "day_use",
            "shares_with",
            "eta",
            "etd",
        }:
            self._room_must_be_free(tx, row, day)
        if changed.keys() & {"adults", "children", "vip", "guest_ids", "shares_with"}:
            told.append("guests")

    def _change_dates(self, row: StayRow, changed: dict[str, Any], day: HotelDay) -> None:
        arrival, departure = row.arrival_date, row.departure_date
        row.arrival_date = changed.get("arrival_date", arrival)
        row.departure_date = changed.get("departure_date", departure)
        row.day_use = changed.get("day_use", row.arrival_date == row.departure_date)
        check_dates(row.arrival_date, row.departure_date, row.day_use, day.business_date)
        if row.arrival_date == row.departure_date and not row.day_use:
            raise Invalid("no_night", "A stay without a night is a day use.", field="day_use")
        if row.eta is not None and row.arrival_date != arrival:
            row.eta = moved_with_date(row.eta, arrival, row.arrival_date, day.zone)
            if "eta" not in changed and row.eta < day.now:
                row.eta, row.eta_source = None, EtaSource.DEFAULT.value
        if row.etd is not None and row.departure_date != departure:
            row.etd = moved_with_date(row.etd, departure, row.departure_date, day.zone)

    def _change_eta(
        self,
        tx: Transaction,
        actor: Actor,
        row: StayRow,
        eta: datetime | None,
        source: EtaSource | Unset,
        day: HotelDay,
    ) -> None:
        if eta is not None:
            check_eta(eta, row.arrival_date, day.now, day.zone)
        row.eta = eta
        said_by = EtaSource.DESK if isinstance(source, Unset) else source
        row.eta_source = (said_by if eta is not None else EtaSource.DEFAULT).value
        self._note_eta(tx, actor, row)

    def _note_eta(self, tx: Transaction, actor: Actor, row: StayRow) -> None:
        tx.session.add(
            EtaRow(
                property_id=tx.property_id,
                stay_id=row.id,
                at=tx.clock.now(),
                eta=row.eta,
                source=row.eta_source,
                by=actor.name,
            )
        )

    def _room_type(self, tx: Transaction, room: str | None, room_type: str | None) -> str:
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

    def _room_must_be_free(
        self, tx: Transaction, row: StayRow, day: HotelDay, *, entering: bool = False
    ) -> None:
        number = str(row.room)
        stay = store.claim(row)
        # What the row is about to become must not be written before it is known to be allowed.
        with tx.session.no_autoflush:
            if not store.lock_room(tx.session, tx.property_id, number):
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

    def _partners(self, tx: Transaction, stay_ids: Iterable[str]) -> list[StayRow]:
        wanted = list(dict.fromkeys(stay_ids))
        if len(wanted) > MOST_GUESTS:
            raise Invalid("too_many_sharers", f"At most {MOST_GUESTS} stays share a room.", most=MOST_GUESTS)
        partners = [self._for_edit(tx, stay_id) for stay_id in wanted]
        for partner in partners:
            if StayState(partner.state) not in ACTIVE:
                raise Conflict(
                    "cannot_share", "The stay to share with is over or cancelled.", stay_id=partner.id
                )
        return partners

    def _join(self, tx: Transaction, partners: list[StayRow]) -> str | None:
        """The sharing id of a stay that joins `partners`; they all get the same one."""
        if not partners:
            return None
        sharing_id = next((p.sharing_id for p in partners if p.sharing_id), None) or new_id()
        for partner in partners:
            if partner.sharing_id != sharing_id:
                partner.sharing_id = sharing_id
                store.touch(partner, tx.clock.now())
                tx.session.flush()
                self._announce(tx, partner, "guests")
        return sharing_id

    def _share_with(self, tx: Transaction, row: StayRow, stay_ids: tuple[str, ...] | None) -> None:
        if row.id in (stay_ids or ()):
            raise Invalid("shares_with_itself", "A stay does not share with itself.", field="shares_with")
        row.sharing_id = self._join(tx, self._partners(tx, stay_ids or ()))

    def _set_guests(self, tx: Transaction, row: StayRow, guest_ids: Sequence[str]) -> None:
        wanted = list(dict.fromkeys(guest_ids))
        if len(wanted) > MOST_GUESTS:
            raise Invalid("too_many_guests", f"A stay has at most {MOST_GUESTS} guests.", most=MOST_GUESTS)
        known = {guest.id for guest in store.guests_by_id(tx.session, tx.property_id, wanted)}
        for guest_id in wanted:
            if guest_id not in known:
                raise NotFound("unknown_guest", "There is no such guest.", guest_id=guest_id)
        store.set_guests(tx.session, tx.property_id, row.id, wanted)

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
        store.touch(row, day.now)
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
        self._announce(tx, row, _CHANGE[action], previous_room)
        return self._record(tx, row, day)

    def _announce(self, tx: Transaction, row: StayRow, change: str, previous_room: str | None = None) -> None:
        tx.announce(StayChanged(row.id, change, row.state, row.version, row.room, previous_room))

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
