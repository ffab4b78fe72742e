"""Edits of a stay: what may change, and what follows from it. Takes the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from frontdesk.changes import UNSET, Unset, given
from frontdesk.eta import EtaSource, check_eta, check_etd, moved_with_date
from frontdesk.front_office import HotelDay
from frontdesk.room_claims import RoomClaims, hours_of
from frontdesk.sharing import share_with
from frontdesk.stays import ACTIVE, BookingChannel, StayState, check_dates, check_people
from frontdesk.store import EtaRow, StayRow
from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import Conflict, Invalid


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
    channel: BookingChannel | Unset | None = UNSET


def check_editable(row: StayRow, changed: dict[str, Any]) -> None:
    """Raises Conflict, Invalid when the state of the stay forbids the change."""
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


def note_eta(tx: Transaction, actor: Actor, row: StayRow) -> None:
    """Keep what was said of the ETA, and by whom."""
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


class StayEdits:
    """Brings edits to stays.

    Args:
        claims: what a stay may claim.
    """

    def __init__(self, claims: RoomClaims) -> None:
        self._claims = claims

    def change(
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
        had = hours_of(row, day)
        eta_before = row.eta
        if changed.keys() & {"arrival_date", "departure_date", "day_use"}:
            self._change_dates(row, changed, day)
            told.append("dates")
            if row.eta != eta_before:
                note_eta(tx, actor, row)
                told.append("eta")
        if "shares_with" in changed:
            share_with(tx, row, changed["shares_with"])
        if changed.keys() & {"room", "room_type"}:
            room = changed.get("room", row.room)
            row.room_type = self._claims.room_type(tx, room, changed.get("room_type", row.room_type))
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
        row.channel = changed.get("channel", row.channel)
        if row.room is not None and changed.keys() & {
            "room",
            "arrival_date",
            "departure_date",
            "day_use",
            "shares_with",
            "eta",
            "etd",
        }:
            self._claims.must_be_free(tx, row, day, had)
        if changed.keys() & {"adults", "children", "vip", "guest_ids", "shares_with", "channel"}:
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
        note_eta(tx, actor, row)
