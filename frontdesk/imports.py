"""Rooms and stays from CSV files: every line is checked first, then all or what is right is written."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from datetime import date, timedelta

from frontdesk import store
from frontdesk.eta import EtaSource, check_eta, check_etd
from frontdesk.front_office import HotelDay
from frontdesk.guest_book import GuestBook, NewGuest
from frontdesk.off_sale import check_on_sale
from frontdesk.ports import RoomReadiness
from frontdesk.room_claims import hours_of
from frontdesk.rooms_csv import RoomLine, read_rooms
from frontdesk.stays import LONGEST_STAY_NIGHTS, StayClaim, StayState, check_dates, in_the_way
from frontdesk.stays_csv import StayLine, read_stays
from frontdesk.store import EtaRow, StayGuestRow, StayRow
from hotel.actor import Actor
from hotel.csv_table import ImportReport, RefusedRow, RowRefused, refuse_cell, refused_by
from hotel.database import Transaction
from hotel.errors import Conflict, Invalid
from hotel.ids import new_id
from hotel.messages import RoomsChanged, StayChanged
from hotel.rooms import MOST_ROOMS, Room, all_rooms, lock_room, put_room, room_types

MOST_SHARERS = 20
_AUDIT_PART = 1000


class ImportRefused(Invalid):
    """Nothing was imported, since some lines are wrong. `report` says which, as do `values["errors"]`."""

    def __init__(self, report: ImportReport, lines: int) -> None:
        count = len(report.refused)
        first = report.refused[0]
        super().__init__(
            "import_refused",
            f"Nothing was imported: {count} of {lines} lines {'is' if count == 1 else 'are'} wrong. "
            f"Line {first.line}: {first.message}",
            refused=count,
            lines=lines,
            errors=[
                {"line": r.line, "field": r.field, "code": r.code, "message": r.message, "values": r.values}
                for r in report.refused
            ],
        )
        self.report = report


def import_rooms(tx: Transaction, actor: Actor, text: str, partial: bool) -> ImportReport:
    """Add the rooms of a CSV file, or bring those with the same numbers up to date.

    Raises:
        Invalid: the file cannot be read as a whole.
        ImportRefused: a line is wrong and `partial` is False.
    """
    lines, refused = read_rooms(text)
    known = {room.number for room in all_rooms(tx.session, tx.property_id)}
    names = dict(room_types(tx.session, tx.property_id))
    total = len(lines) + len(refused)
    in_file = {line.number for line in lines}
    right: list[RoomLine] = []
    for line in lines:
        lost = [other for other in line.connecting if other not in in_file and other not in known]
        if lost:
            refused.append(
                RefusedRow(line.line, "connecting", "unknown_room", f"There is no room {lost[0]}.")
            )
        elif line.number not in known and len(known) >= MOST_ROOMS:
            refused.append(
                RefusedRow(
                    line.line,
                    "number",
                    "too_many_rooms",
                    f"A property has at most {MOST_ROOMS} rooms.",
                    {"most": MOST_ROOMS},
                )
            )
        else:
            known.add(line.number)
            right.append(line)
    report = _settled(len(right), refused, partial, total)
    written = {line.number for line in right}
    for line in right:
        names[line.type_code] = line.type_name or names.get(line.type_code) or line.type_code
        put_room(
            tx,
            Room(
                number=line.number,
                floor=line.floor,
                type_code=line.type_code,
                type_name=names[line.type_code],
                section=line.section,
                area_square_metres=line.area_square_metres,
            ),
            # A room whose own line was refused is no neighbour either, unless it was there before.
            [other for other in line.connecting if other in written or other in known],
            announce=False,
        )
    if right:
        tx.announce(RoomsChanged(tuple(line.number for line in right)))
    tx.audit(actor, "rooms.import", "rooms", imported=len(right), refused=len(report.refused))
    return report


def import_stays(
    tx: Transaction,
    actor: Actor,
    text: str,
    partial: bool,
    day: HotelDay,
    guests: GuestBook,
    readiness: RoomReadiness,
) -> ImportReport:
    """Make the stays of a CSV file, their guests and their wishes.

    A guest whose e-mail address and family name are known already is not made twice.

    Raises:
        Invalid: the file cannot be read as a whole.
        ImportRefused: a line is wrong and `partial` is False.
    """
    lines, refused = read_stays(text, day.zone)
    total = len(lines) + len(refused)
    check = _StayCheck(tx, day, lines, readiness)
    right: list[tuple[StayLine, StayRow]] = []
    for line in lines:
        try:
            right.append((line, check.row_for(line)))
        except RowRefused as refusal:
            refused.append(refusal.row)
        except Conflict as refusal:
            refused.append(refused_by(line.line, refusal, "room"))
        except Invalid as refusal:
            refused.append(refused_by(line.line, refusal))
    report = _settled(len(right), refused, partial, total)
    _write_stays(tx, actor, right, guests, check.joined)
    return report


def _settled(imported: int, refused: list[RefusedRow], partial: bool, total: int) -> ImportReport:
    refused.sort(key=lambda row: (row.line, row.field or ""))
    if refused and not partial:
        raise ImportRefused(ImportReport(0, refused), total)
    return ImportReport(imported, refused)


class _StayCheck:
    """Checks line after line against the house and against the lines before it."""

    def __init__(
        self, tx: Transaction, day: HotelDay, lines: list[StayLine], readiness: RoomReadiness
    ) -> None:
        self._tx = tx
        self._day = day
        self._rooms = {room.number: room for room in all_rooms(tx.session, tx.property_id)}
        self._types = {code for code, _ in room_types(tx.session, tx.property_id)}
        named = {c for line in lines for c in (line.confirmation, line.shares_with) if c}
        self._known = store.known_confirmations(tx.session, tx.property_id, named)
        self._made: dict[str, StayRow] = {}
        self._line_of: dict[str, int] = {}
        self._sharers: dict[str, int] = {}
        # Stays of before that a line joined: they have a new sharing id.
        self.joined: dict[str, StayRow] = {}
        wanted = {line.room for line in lines if line.room}
        # A line without a room of its own gets that of the stay it shares with.
        wanted |= {stay.room for stay in self._known.values() if stay.room}
        for number in sorted(wanted & self._rooms.keys()):
            lock_room(tx.session, tx.property_id, number)
        self._taken = _TakenRooms(store.claims_on(tx.session, tx.property_id, wanted))
        self._off_sale = readiness.off_sale(wanted)

    def row_for(self, line: StayLine) -> StayRow:
        """The stay that the line makes. Raises RowRefused, Invalid, Conflict."""
        day = self._day
        check_dates(line.arrival_date, line.departure_date, line.day_use, day.business_date)
        if line.arrival_date == line.departure_date and not line.day_use:
            raise refuse_cell(line.line, "day_use", "no_night", "A stay without a night is a day use.")
        if line.eta is not None:
            check_eta(line.eta, line.arrival_date, day.now, day.zone)
        if line.etd is not None:
            check_etd(line.etd, line.departure_date, day.zone)
        if (line.email or line.phone or line.language) and not (line.given_name or line.family_name):
            raise refuse_cell(line.line, "family_name", "name_needed", "A guest needs a name.")
        confirmation = self._confirmation(line)
        room_type = self._room_type(line)
        sharing_id, partner = self._sharing(line)
        room = line.room or (partner.room if partner else None)
        stay = StayRow(
            id=new_id(),
            property_id=self._tx.property_id,
            confirmation=confirmation,
            booking_id=line.booking_id or confirmation,
            state=StayState.RESERVED.value,
            room=room,
            room_type=room_type,
            arrival_date=line.arrival_date,
            departure_date=line.departure_date,
            day_use=line.day_use,
            eta=line.eta,
            eta_source=(EtaSource.BOOKING if line.eta else EtaSource.DEFAULT).value,
            channel=line.channel,
            etd=line.etd,
            adults=line.adults,
            children=line.children,
            vip=line.vip,
            sharing_id=sharing_id,
            changed_at=day.now,
        )
        if room is not None:
            claim = store.claim(stay)
            taken = self._taken.by(claim, day.business_date, partner.id if partner else None)
            if taken is not None:
                before = self._line_of.get(taken.id)
                where = f"line {before}" if before else "another stay"
                raise refuse_cell(
                    line.line,
                    "room",
                    "room_taken",
                    f"Room {room} is given to {where} from {taken.arrival_date} to {taken.departure_date}.",
                    room=room,
                    other_line=before,
                    arrival_date=taken.arrival_date.isoformat(),
                    departure_date=taken.departure_date.isoformat(),
                )
            hours = hours_of(stay, day)
            if hours is not None:
                check_on_sale(hours, None, self._off_sale.get(room))
            self._taken.add(claim)
        self._line_of[stay.id] = line.line
        self._made[confirmation] = stay
        if sharing_id is not None:
            self._sharers[sharing_id] = self._sharers.get(sharing_id, 1) + 1
        if partner is not None and partner.sharing_id != sharing_id:
            partner.sharing_id = sharing_id
            self._taken.joined(partner)
            if partner.confirmation in self._known:
                self.joined[partner.id] = partner
        return stay

    def _confirmation(self, line: StayLine) -> str:
        if line.confirmation is None:
            while (made := new_id()[-8:].upper()) in self._made:
                continue
            return made
        before = self._made.get(line.confirmation)
        if before is not None or line.confirmation in self._known:
            raise refuse_cell(
                line.line,
                "confirmation",
                "confirmation_taken",
                f"There is a stay {line.confirmation} already"
                + (f" (line {self._line_of[before.id]})." if before is not None else "."),
                confirmation=line.confirmation,
            )
        return line.confirmation

    def _sharing(self, line: StayLine) -> tuple[str | None, StayRow | None]:
        if line.shares_with is None:
            return None, None
        partner = self._made.get(line.shares_with) or self._known.get(line.shares_with)
        if partner is None or StayState(partner.state) not in (StayState.RESERVED, StayState.CHECKED_IN):
            raise refuse_cell(
                line.line,
                "shares_with",
                "unknown_sharer",
                f"There is no stay {line.shares_with} on a line before this one or in the house.",
                confirmation=line.shares_with,
            )
        sharing_id = partner.sharing_id or new_id()
        if self._sharers.get(sharing_id, 1) >= MOST_SHARERS:
            raise refuse_cell(
                line.line,
                "shares_with",
                "too_many_sharers",
                f"At most {MOST_SHARERS} stays share a room.",
                most=MOST_SHARERS,
            )
        return sharing_id, partner

    def _room_type(self, line: StayLine) -> str:
        if line.room is not None and line.room not in self._rooms:
            raise refuse_cell(
                line.line, "room", "unknown_room", f"There is no room {line.room[:40]}.", room=line.room[:40]
            )
        if line.room_type is None:
            return self._rooms[str(line.room)].type_code
        if line.room_type not in self._types:
            raise refuse_cell(
                line.line,
                "room_type",
                "unknown_room_type",
                f"There is no room type {line.room_type[:40]!r}.",
                allowed=sorted(self._types),
            )
        return line.room_type


class _TakenRooms:
    """Claims by room, in the order of arrival, so that a long file does not compare all with all."""

    def __init__(self, claims: Iterable[StayClaim]) -> None:
        self._by_room: dict[str, list[StayClaim]] = {}
        # Who is in the house may have come long ago and stayed on: always looked at.
        self._in_house: dict[str, list[StayClaim]] = {}
        for claim in claims:
            if claim.state == StayState.CHECKED_IN:
                self._in_house.setdefault(str(claim.room), []).append(claim)
            else:
                self.add(claim)

    def add(self, claim: StayClaim) -> None:
        insort(self._by_room.setdefault(str(claim.room), []), claim, key=_arrival)

    def joined(self, row: StayRow) -> None:
        """The stay shares now: what is kept of it must say so."""
        for kept in (self._by_room, self._in_house):
            claims = kept.get(str(row.room), [])
            claims[:] = [store.claim(row) if claim.id == row.id else claim for claim in claims]

    def by(self, claim: StayClaim, business_date: date, partner_id: str | None) -> StayClaim | None:
        """The claim that is in the way of this one, None when the room is free.

        Args:
            partner_id: a stay that this one is about to share with, though it does not know yet.
        """
        claims = self._by_room.get(str(claim.room), [])
        first = bisect_left(claims, claim.arrival_date - timedelta(days=LONGEST_STAY_NIGHTS), key=_arrival)
        last = bisect_right(claims, claim.departure_date, key=_arrival)
        near = self._in_house.get(str(claim.room), []) + claims[first:last]
        return in_the_way(claim, (other for other in near if other.id != partner_id), business_date)


def _arrival(claim: StayClaim) -> date:
    return claim.arrival_date


def _write_stays(
    tx: Transaction,
    actor: Actor,
    right: list[tuple[StayLine, StayRow]],
    guests: GuestBook,
    joined: dict[str, StayRow],
) -> None:
    session = tx.session
    guest_ids = guests.add_all(
        tx,
        [
            NewGuest(
                given_name=line.given_name,
                family_name=line.family_name,
                language=line.language,
                email=line.email,
                phone=line.phone,
                vip=line.vip,
            )
            if line.given_name or line.family_name
            else None
            for line, _ in right
        ],
    )
    session.add_all(stay for _, stay in right)
    session.flush()
    now = tx.clock.now()
    for (line, stay), guest_id in zip(right, guest_ids, strict=True):
        if guest_id is not None:
            session.add(
                StayGuestRow(stay_id=stay.id, guest_id=guest_id, property_id=tx.property_id, position=0)
            )
        if stay.eta is not None:
            session.add(
                EtaRow(
                    property_id=tx.property_id,
                    stay_id=stay.id,
                    at=now,
                    eta=stay.eta,
                    source=stay.eta_source,
                    by=actor.name,
                )
            )
        session.add_all(guests.preference_rows(tx, line.preferences, guest_id=None, stay_id=stay.id))
        tx.announce(StayChanged(stay.id, "created", stay.state, stay.version, stay.room))
    for partner in joined.values():
        tx.announce(StayChanged(partner.id, "guests", partner.state, partner.version, partner.room))
    session.flush()
    ids = [stay.id for _, stay in right]
    for start in range(0, len(ids), _AUDIT_PART):
        tx.audit(actor, "stay.import", "stays", stay_ids=ids[start : start + _AUDIT_PART])
