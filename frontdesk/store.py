"""Rows and SQL of the front desk: guests, preferences, stays, ETA history, actions.

Personal fields are text made by `hotel.keyring` ("sealed_…"); what is searched for has a blind index
beside it. Rooms are referred to by their number; guests never leave this slice but by id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, or_, select, tuple_, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from frontdesk.stays import ACTIVE, StayClaim, StayState
from hotel.ids import new_id
from hotel.metadata import Base

ACTIVE_STATES = tuple(sorted(state.value for state in ACTIVE))


class GuestRow(Base):
    """A guest. Every edit, also of the preferences, makes a new version."""

    __tablename__ = "guests"
    __table_args__ = (
        Index("ix_guests_family_name", "property_id", "blind_family_name"),
        Index("ix_guests_email", "property_id", "blind_email"),
        Index("ix_guests_phone", "property_id", "blind_phone"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    sealed_given_name: Mapped[str]
    sealed_family_name: Mapped[str]
    sealed_email: Mapped[str | None]
    sealed_phone: Mapped[str | None]
    sealed_notes: Mapped[str | None]
    blind_family_name: Mapped[str | None]
    blind_email: Mapped[str | None]
    blind_phone: Mapped[str | None]
    language: Mapped[str | None]
    vip: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class StayRow(Base):
    """A stay of one or several guests in one room, or in a room type until a room is given."""

    __tablename__ = "stays"
    __table_args__ = (
        UniqueConstraint("property_id", "confirmation"),
        Index("ix_stays_room", "property_id", "room", "state"),
        Index("ix_stays_state_arrival", "property_id", "state", "arrival_date"),
        Index("ix_stays_arrival", "property_id", "arrival_date", "id"),
        Index("ix_stays_sharing", "property_id", "sharing_id"),
        Index("ix_stays_checked_out", "property_id", "checked_out_date"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    confirmation: Mapped[str]
    booking_id: Mapped[str]
    state: Mapped[str]
    room: Mapped[str | None]
    room_type: Mapped[str]
    arrival_date: Mapped[date]
    departure_date: Mapped[date]
    day_use: Mapped[bool]
    eta: Mapped[datetime | None]
    eta_source: Mapped[str]
    # How it was booked (`BookingChannel`); NULL = not known.
    channel: Mapped[str | None]
    etd: Mapped[datetime | None]
    adults: Mapped[int]
    children: Mapped[int]
    vip: Mapped[bool]
    # Stays with the same sharing id may have one room at one time.
    sharing_id: Mapped[str | None]
    checked_in_at: Mapped[datetime | None]
    checked_in_date: Mapped[date | None]
    checked_out_at: Mapped[datetime | None]
    checked_out_date: Mapped[date | None]
    queue_since: Mapped[datetime | None]
    unready_reason: Mapped[str | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class StayGuestRow(Base):
    __tablename__ = "stay_guests"

    stay_id: Mapped[str] = mapped_column(ForeignKey("stays.id"), primary_key=True)
    guest_id: Mapped[str] = mapped_column(ForeignKey("guests.id"), primary_key=True, index=True)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    # 0 is the primary guest.
    position: Mapped[int]


class PreferenceRow(Base):
    """One wish of a guest (scope profile) or for a stay. A free wish is sealed: it may hold a name."""

    __tablename__ = "preferences"
    __table_args__ = (
        Index("ix_preferences_guest", "property_id", "guest_id"),
        Index("ix_preferences_stay", "property_id", "stay_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    guest_id: Mapped[str | None] = mapped_column(ForeignKey("guests.id"))
    stay_id: Mapped[str | None] = mapped_column(ForeignKey("stays.id"))
    position: Mapped[int]
    key: Mapped[str]
    number: Mapped[float | None]
    text: Mapped[str | None]
    sealed: Mapped[str | None]
    source: Mapped[str]


class EtaRow(Base):
    """One time that was said for a stay; the newest counts. None took an earlier one back."""

    __tablename__ = "eta_history"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    stay_id: Mapped[str] = mapped_column(ForeignKey("stays.id"), index=True)
    at: Mapped[datetime]
    eta: Mapped[datetime | None]
    source: Mapped[str]
    by: Mapped[str]


class StayActionRow(Base):
    """A step of a stay's life, with what is needed to take it back."""

    __tablename__ = "stay_actions"
    __table_args__ = (
        UniqueConstraint("stay_id", "number"),
        Index("ix_stay_actions_at", "property_id", "at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    stay_id: Mapped[str] = mapped_column(ForeignKey("stays.id"))
    # 1, 2, 3 … within the stay: the order in which they are taken back.
    number: Mapped[int]
    action: Mapped[str]
    at: Mapped[datetime]
    business_date: Mapped[date]
    by: Mapped[str]
    stay_version: Mapped[int]
    # The columns that the action changed, as they were before.
    before: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class StayFilter:
    """What a list of stays is narrowed to; None does not narrow."""

    day: date | None = None
    state: str | None = None
    room: str | None = None
    text: str | None = None
    blind_family_name: str | None = None


def claim(row: StayRow) -> StayClaim:
    """The stay as the pure rules see it."""
    return StayClaim(
        id=row.id,
        state=StayState(row.state),
        room=row.room,
        arrival_date=row.arrival_date,
        departure_date=row.departure_date,
        day_use=row.day_use,
        sharing_id=row.sharing_id,
        checked_in_date=row.checked_in_date,
        checked_out_date=row.checked_out_date,
        eta=row.eta,
        etd=row.etd,
    )


def stay_for_edit(session: Session, property_id: str, stay_id: str) -> StayRow | None:
    """The stay, locked until the transaction ends."""
    return session.scalar(
        select(StayRow).where(StayRow.property_id == property_id, StayRow.id == stay_id).with_for_update()
    )


def stays_by_id(session: Session, property_id: str, stay_ids: Collection[str]) -> list[StayRow]:
    return list(
        session.scalars(
            select(StayRow).where(StayRow.property_id == property_id, StayRow.id.in_(list(stay_ids)))
        )
    )


def stay_by_confirmation(session: Session, property_id: str, confirmation: str) -> StayRow | None:
    return session.scalar(
        select(StayRow).where(StayRow.property_id == property_id, StayRow.confirmation == confirmation)
    )


def known_confirmations(session: Session, property_id: str, wanted: Collection[str]) -> dict[str, StayRow]:
    """The stays that have one of these confirmations."""
    found: dict[str, StayRow] = {}
    for part in _parts(list(wanted)):
        rows = session.scalars(
            select(StayRow).where(StayRow.property_id == property_id, StayRow.confirmation.in_(part))
        )
        found |= {row.confirmation: row for row in rows}
    return found


def claims_on(session: Session, property_id: str, rooms: Collection[str]) -> list[StayClaim]:
    """Every active stay that has one of the rooms."""
    claims: list[StayClaim] = []
    for part in _parts(list(rooms)):
        rows = session.scalars(
            select(StayRow).where(
                StayRow.property_id == property_id, StayRow.room.in_(part), StayRow.state.in_(ACTIVE_STATES)
            )
        )
        claims.extend(claim(row) for row in rows)
    return claims


def list_stays(
    session: Session,
    property_id: str,
    wanted: StayFilter,
    after: tuple[date, str] | None,
    limit: int,
) -> list[StayRow]:
    """Up to `limit` stays in the order of (arrival date, id) that come after `after`."""
    query = select(StayRow).where(StayRow.property_id == property_id)
    if wanted.day is not None:
        query = query.where(StayRow.arrival_date <= wanted.day, StayRow.departure_date >= wanted.day)
    if wanted.state is not None:
        query = query.where(StayRow.state == wanted.state)
    if wanted.room is not None:
        query = query.where(StayRow.room == wanted.room)
    if wanted.text is not None:
        named = select(StayGuestRow.stay_id).join(GuestRow, GuestRow.id == StayGuestRow.guest_id)
        named = named.where(
            GuestRow.property_id == property_id, GuestRow.blind_family_name == wanted.blind_family_name
        )
        query = query.where(
            or_(
                StayRow.confirmation.startswith(wanted.text, autoescape=True),
                StayRow.booking_id == wanted.text,
                StayRow.room == wanted.text,
                StayRow.id.in_(named),
            )
        )
    if after is not None:
        query = query.where(tuple_(StayRow.arrival_date, StayRow.id) > after)
    return list(session.scalars(query.order_by(StayRow.arrival_date, StayRow.id).limit(limit)))


def arrivals_on(session: Session, property_id: str, day: date, *, overdue: bool, limit: int) -> list[StayRow]:
    """Stays that arrive on `day`, in any state but cancelled; with `overdue` also those that should have
    come before and did not."""
    on_day = StayRow.arrival_date == day
    late = (StayRow.state == StayState.RESERVED.value) & (StayRow.arrival_date < day)
    return list(
        session.scalars(
            select(StayRow)
            .where(
                StayRow.property_id == property_id,
                StayRow.state != StayState.CANCELLED.value,
                or_(on_day, late & (StayRow.departure_date >= day)) if overdue else on_day,
            )
            .order_by(StayRow.arrival_date, StayRow.id)
            .limit(limit)
        )
    )


def stays_of_room(session: Session, property_id: str, room: str, limit: int) -> list[StayRow]:
    """Who is in the room and who comes next, by arrival."""
    return list(
        session.scalars(
            select(StayRow)
            .where(StayRow.property_id == property_id, StayRow.room == room, StayRow.state.in_(ACTIVE_STATES))
            .order_by(StayRow.arrival_date, StayRow.id)
            .limit(limit)
        )
    )


def active_stays_of_guest(session: Session, property_id: str, guest_id: str) -> list[StayRow]:
    """The guest's stays that are still to be kept."""
    return list(
        session.scalars(
            select(StayRow)
            .join(StayGuestRow, StayGuestRow.stay_id == StayRow.id)
            .where(
                StayRow.property_id == property_id,
                StayGuestRow.guest_id == guest_id,
                StayRow.state.in_(ACTIVE_STATES),
            )
            .order_by(StayRow.id)
        )
    )


def guest_ids_of(session: Session, stay_ids: Collection[str]) -> dict[str, list[str]]:
    """Guest ids by stay, the primary guest first."""
    found: dict[str, list[str]] = {}
    for part in _parts(list(stay_ids)):
        rows = session.execute(
            select(StayGuestRow.stay_id, StayGuestRow.guest_id)
            .where(StayGuestRow.stay_id.in_(part))
            .order_by(StayGuestRow.stay_id, StayGuestRow.position)
        )
        for stay_id, guest_id in rows:
            found.setdefault(stay_id, []).append(guest_id)
    return found


def set_guests(session: Session, property_id: str, stay_id: str, guest_ids: Sequence[str]) -> None:
    """Make these the guests of the stay, the first one the primary."""
    session.execute(delete(StayGuestRow).where(StayGuestRow.stay_id == stay_id))
    session.add_all(
        StayGuestRow(stay_id=stay_id, guest_id=guest_id, property_id=property_id, position=position)
        for position, guest_id in enumerate(guest_ids)
    )


def sharers_of(session: Session, property_id: str, sharing_ids: Collection[str]) -> dict[str, list[str]]:
    """Active stays by sharing id."""
    found: dict[str, list[str]] = {}
    for part in _parts(list(sharing_ids)):
        rows = session.execute(
            select(StayRow.sharing_id, StayRow.id)
            .where(
                StayRow.property_id == property_id,
                StayRow.sharing_id.in_(part),
                StayRow.state.in_(ACTIVE_STATES),
            )
            .order_by(StayRow.id)
        )
        for sharing_id, stay_id in rows:
            found.setdefault(str(sharing_id), []).append(stay_id)
    return found


def newest_actions(session: Session, stay_ids: Collection[str]) -> dict[str, StayActionRow]:
    """The newest action of each stay that has not been taken back."""
    found: dict[str, StayActionRow] = {}
    for part in _parts(list(stay_ids)):
        rows = session.scalars(
            select(StayActionRow)
            .where(StayActionRow.stay_id.in_(part), StayActionRow.undone_at.is_(None))
            .order_by(StayActionRow.stay_id, StayActionRow.number)
        )
        found |= {row.stay_id: row for row in rows}
    return found


def last_action_number(session: Session, stay_id: str) -> int:
    number = session.scalar(
        select(StayActionRow.number)
        .where(StayActionRow.stay_id == stay_id)
        .order_by(StayActionRow.number.desc())
        .limit(1)
    )
    return number or 0


def eta_history(session: Session, stay_id: str, limit: int) -> list[EtaRow]:
    """What was said about the arrival, oldest first; the last `limit` entries."""
    rows = session.scalars(
        select(EtaRow)
        .where(EtaRow.stay_id == stay_id)
        .order_by(EtaRow.at.desc(), EtaRow.id.desc())
        .limit(limit)
    )
    return list(reversed(list(rows)))


def guest_for_edit(session: Session, property_id: str, guest_id: str) -> GuestRow | None:
    """The guest, locked until the transaction ends."""
    return session.scalar(
        select(GuestRow).where(GuestRow.property_id == property_id, GuestRow.id == guest_id).with_for_update()
    )


def guests_by_id(session: Session, property_id: str, guest_ids: Collection[str]) -> list[GuestRow]:
    found: list[GuestRow] = []
    for part in _parts(list(guest_ids)):
        found.extend(
            session.scalars(
                select(GuestRow).where(GuestRow.property_id == property_id, GuestRow.id.in_(part))
            )
        )
    return found


def guests_by_email(session: Session, property_id: str, blind_emails: Collection[str]) -> list[GuestRow]:
    found: list[GuestRow] = []
    for part in _parts(list(blind_emails)):
        found.extend(
            session.scalars(
                select(GuestRow)
                .where(GuestRow.property_id == property_id, GuestRow.blind_email.in_(part))
                .order_by(GuestRow.id.desc())
            )
        )
    return found


def list_guests(
    session: Session, property_id: str, blind: tuple[str, str, str] | None, after: str | None, limit: int
) -> list[GuestRow]:
    """Guests in the order of their ids; with `blind` those whose (family name, email, phone) is equal."""
    query = select(GuestRow).where(GuestRow.property_id == property_id)
    if blind is not None:
        family_name, email, phone = blind
        query = query.where(
            or_(
                GuestRow.blind_family_name == family_name,
                GuestRow.blind_email == email,
                GuestRow.blind_phone == phone,
            )
        )
    if after is not None:
        query = query.where(GuestRow.id > after)
    return list(session.scalars(query.order_by(GuestRow.id).limit(limit)))


def preferences_of_guests(
    session: Session, property_id: str, guest_ids: Collection[str]
) -> list[PreferenceRow]:
    return _preferences(session, property_id, PreferenceRow.guest_id, guest_ids)


def preferences_of_stays(
    session: Session, property_id: str, stay_ids: Collection[str]
) -> list[PreferenceRow]:
    return _preferences(session, property_id, PreferenceRow.stay_id, stay_ids)


def _preferences(
    session: Session, property_id: str, column: Any, wanted: Collection[str]
) -> list[PreferenceRow]:
    found: list[PreferenceRow] = []
    for part in _parts(list(wanted)):
        found.extend(
            session.scalars(
                select(PreferenceRow)
                .where(PreferenceRow.property_id == property_id, column.in_(part))
                .order_by(PreferenceRow.position)
            )
        )
    return found


def replace_preferences(
    session: Session, guest_id: str | None, stay_id: str | None, rows: Iterable[PreferenceRow]
) -> None:
    """Put `rows` in the place of what the guest's profile or the stay had."""
    whose = PreferenceRow.guest_id == guest_id if guest_id else PreferenceRow.stay_id == stay_id
    session.execute(delete(PreferenceRow).where(whose))
    session.add_all(rows)


def guests_after(session: Session, property_id: str, after: str, limit: int) -> Sequence[Any]:
    """(id and the five sealed columns) of the next guests, for sealing anew."""
    return session.execute(
        select(
            GuestRow.id,
            GuestRow.sealed_given_name,
            GuestRow.sealed_family_name,
            GuestRow.sealed_email,
            GuestRow.sealed_phone,
            GuestRow.sealed_notes,
        )
        .where(GuestRow.property_id == property_id, GuestRow.id > after)
        .order_by(GuestRow.id)
        .limit(limit)
    ).all()


def wishes_after(session: Session, property_id: str, after: str, limit: int) -> Sequence[Any]:
    """(id, sealed) of the next sealed wishes."""
    return session.execute(
        select(PreferenceRow.id, PreferenceRow.sealed)
        .where(
            PreferenceRow.property_id == property_id,
            PreferenceRow.sealed.is_not(None),
            PreferenceRow.id > after,
        )
        .order_by(PreferenceRow.id)
        .limit(limit)
    ).all()


def write_sealed(session: Session, guests: list[dict[str, Any]], wishes: list[dict[str, Any]]) -> None:
    """Write newly sealed columns without making new versions: the guests themselves did not change."""
    connection = session.connection()
    for values in guests:
        connection.execute(
            update(GuestRow.__table__)  # type: ignore[arg-type]
            .where(GuestRow.__table__.c.id == values["id"])
            .values({name: value for name, value in values.items() if name != "id"})
        )
    for values in wishes:
        connection.execute(
            update(PreferenceRow.__table__)  # type: ignore[arg-type]
            .where(PreferenceRow.__table__.c.id == values["id"])
            .values(sealed=values["sealed"])
        )


def _parts(values: list[str], size: int = 1000) -> Iterable[list[str]]:
    """Pieces small enough for one statement's parameters."""
    return (values[start : start + size] for start in range(0, len(values), size))
