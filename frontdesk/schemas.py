"""The shapes of the front desk's HTTP answers and requests; names as the web app knows them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from frontdesk.changes import UNSET
from frontdesk.eta import EtaSource
from frontdesk.guest_book import GuestChanges, GuestRecord, NewGuest
from frontdesk.preferences import Preference as Wanted
from frontdesk.preferences import PreferenceKey, PreferenceSource, preference
from frontdesk.service import NewStay
from frontdesk.stay_edits import StayChanges
from frontdesk.stay_records import StayRecord
from frontdesk.stays import BookingChannel, StayAction, StayState
from frontdesk.store import EtaRow
from hotel.csv_table import ImportReport
from hotel.requests import UtcMoment

ShortText = Annotated[str, Field(max_length=40)]
NameText = Annotated[str, Field(max_length=100)]
IdText = Annotated[str, Field(min_length=1, max_length=40)]


class Asked(BaseModel):
    """A request body: what it does not know is a mistake and is refused."""

    model_config = ConfigDict(extra="forbid")


class StayGuest(BaseModel):
    """A guest of a stay. `name` is null when the asking role sees none."""

    id: str
    name: str | None
    primary: bool


class Undo(BaseModel):
    action: StayAction


class Stay(BaseModel):
    """A stay. Without a said time `eta` is the property's usual one and `eta_source` is "default"."""

    id: str
    confirmation: str
    state: StayState
    room: str | None
    room_type: str
    arrival_date: date
    departure_date: date
    eta: UtcMoment | None
    eta_source: EtaSource
    channel: BookingChannel | None
    etd: UtcMoment | None
    adults: int
    children: int
    vip: bool
    day_use: bool
    booking_id: str
    shares_with: list[str]
    guests: list[StayGuest]
    checked_in_at: UtcMoment | None
    checked_out_at: UtcMoment | None
    queue_since: UtcMoment | None
    version: int
    unready_reason: str | None
    undo: Undo | None


class StayList(BaseModel):
    items: list[Stay]
    next: str | None


class Guest(BaseModel):
    id: str
    given_name: str
    family_name: str
    language: str | None
    email: str | None
    phone: str | None
    notes: str | None
    vip: bool
    version: int


class GuestList(BaseModel):
    items: list[Guest]
    next: str | None


class Preference(BaseModel):
    key: PreferenceKey
    value: float | str
    unit: str | None
    source: PreferenceSource
    scope: str = Field(pattern="^(profile|stay)$")
    stay_id: str | None


class PreferenceList(BaseModel):
    items: list[Preference]
    next: str | None = None


class EtaEntry(BaseModel):
    """A time that was said for an arrival; null took the earlier one back."""

    at: UtcMoment
    eta: UtcMoment | None
    source: EtaSource
    by: str


class EtaList(BaseModel):
    items: list[EtaEntry]
    next: str | None = None


class RefusedLine(BaseModel):
    line: int
    field: str | None
    code: str
    message: str
    values: dict[str, Any]


class ImportResult(BaseModel):
    imported: int
    refused: list[RefusedLine]


class GuestToAdd(Asked):
    given_name: NameText = ""
    family_name: NameText = ""
    language: Annotated[str, Field(max_length=20)] | None = None
    email: Annotated[str, Field(max_length=200)] | None = None
    phone: ShortText | None = None
    notes: Annotated[str, Field(max_length=2000)] | None = None
    vip: bool = False

    def new(self) -> NewGuest:
        return NewGuest(**self.model_dump())


class GuestEdit(Asked):
    given_name: NameText = ""
    family_name: NameText = ""
    language: Annotated[str, Field(max_length=20)] | None = None
    email: Annotated[str, Field(max_length=200)] | None = None
    phone: ShortText | None = None
    notes: Annotated[str, Field(max_length=2000)] | None = None
    vip: bool = False

    def changes(self) -> GuestChanges:
        return GuestChanges(**{name: getattr(self, name) for name in self.model_fields_set})


class StayToMake(Asked):
    arrival_date: date
    departure_date: date
    room_type: ShortText | None = None
    room: ShortText | None = None
    eta: UtcMoment | None = None
    eta_source: EtaSource = EtaSource.BOOKING
    etd: UtcMoment | None = None
    guest_ids: Annotated[list[IdText], Field(max_length=20)] = []
    guest: GuestToAdd | None = None
    adults: int = 1
    children: int = 0
    vip: bool = False
    day_use: bool | None = None
    booking_id: IdText | None = None
    confirmation: IdText | None = None
    shares_with: Annotated[list[IdText], Field(max_length=20)] = []
    channel: BookingChannel | None = None

    def new(self, guest_ids: tuple[str, ...]) -> NewStay:
        return NewStay(
            arrival_date=self.arrival_date,
            departure_date=self.departure_date,
            room_type=self.room_type,
            room=self.room,
            eta=self.eta,
            eta_source=self.eta_source,
            etd=self.etd,
            guest_ids=guest_ids,
            adults=self.adults,
            children=self.children,
            vip=self.vip,
            day_use=self.day_use,
            booking_id=self.booking_id,
            confirmation=self.confirmation,
            shares_with=tuple(self.shares_with),
            channel=self.channel,
        )


class StayEdit(Asked):
    eta: UtcMoment | None = None
    eta_source: EtaSource = EtaSource.DESK
    etd: UtcMoment | None = None
    room: ShortText | None = None
    room_type: ShortText | None = None
    arrival_date: date | None = None
    departure_date: date | None = None
    day_use: bool | None = None
    adults: int | None = None
    children: int | None = None
    vip: bool | None = None
    guest_ids: Annotated[list[IdText], Field(max_length=20)] | None = None
    shares_with: Annotated[list[IdText], Field(max_length=20)] | None = None
    channel: BookingChannel | None = None

    def changes(self) -> StayChanges:
        named = {name: getattr(self, name) for name in self.model_fields_set}
        for name in ("guest_ids", "shares_with"):
            if name in named:
                named[name] = tuple(named[name] or ())
        return StayChanges(**{"eta_source": UNSET, **named})


class CheckIn(Asked):
    room: ShortText | None = None
    unready_reason: Annotated[str, Field(max_length=200)] | None = None


class Move(Asked):
    room: ShortText
    reason: Annotated[str, Field(max_length=200)] | None = None


class PreferenceToPut(BaseModel):
    """One wish. `unit`, `scope` and `stay_id` of an answer may be sent back; they are not looked at."""

    key: ShortText
    value: float | str | bool
    source: ShortText = PreferenceSource.DESK.value

    def wanted(self) -> Wanted:
        return preference(self.key, self.value, self.source)


class PreferencesToPut(BaseModel):
    items: Annotated[list[PreferenceToPut], Field(max_length=20)]


def stay_shape(stay: StayRecord, names: dict[str, str | None]) -> Stay:
    """The stay with the names that may be shown, by guest id."""
    return Stay(
        id=stay.id,
        confirmation=stay.confirmation,
        state=stay.state,
        room=stay.room,
        room_type=stay.room_type,
        arrival_date=stay.arrival_date,
        departure_date=stay.departure_date,
        eta=stay.eta,
        eta_source=stay.eta_source,
        channel=stay.channel,
        etd=stay.etd,
        adults=stay.adults,
        children=stay.children,
        vip=stay.vip,
        day_use=stay.day_use,
        booking_id=stay.booking_id,
        shares_with=list(stay.shares_with),
        guests=[
            StayGuest(id=guest_id, name=names.get(guest_id), primary=position == 0)
            for position, guest_id in enumerate(stay.guest_ids)
        ],
        checked_in_at=stay.checked_in_at,
        checked_out_at=stay.checked_out_at,
        queue_since=stay.queue_since,
        version=stay.version,
        unready_reason=stay.unready_reason,
        undo=Undo(action=stay.undo) if stay.undo else None,
    )


def guest_shape(guest: GuestRecord) -> Guest:
    return Guest(
        id=guest.id,
        given_name=guest.given_name,
        family_name=guest.family_name,
        language=guest.language,
        email=guest.email,
        phone=guest.phone,
        notes=guest.notes,
        vip=guest.vip,
        version=guest.version,
    )


def preference_shapes(preferences: list[Wanted], stay_id: str | None) -> PreferenceList:
    return PreferenceList(
        items=[
            Preference(
                key=wanted.key,
                value=wanted.value,
                unit=wanted.unit,
                source=wanted.source,
                scope="stay" if stay_id else "profile",
                stay_id=stay_id,
            )
            for wanted in preferences
        ]
    )


def eta_shapes(rows: list[EtaRow]) -> EtaList:
    return EtaList(items=[EtaEntry(at=r.at, eta=r.eta, source=EtaSource(r.source), by=r.by) for r in rows])


def import_shape(report: ImportReport) -> ImportResult:
    return ImportResult(
        imported=report.imported,
        refused=[
            RefusedLine(line=r.line, field=r.field, code=r.code, message=r.message, values=r.values)
            for r in report.refused
        ],
    )
