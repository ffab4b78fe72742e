"""Rows and SQL of the room status. A room without a row is one that nobody has touched: version 0."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.ids import new_id
from hotel.metadata import Base
from housekeeping.status import (
    NEW_ROOM,
    SELLABLE,
    Availability,
    AvailabilityState,
    Cleanliness,
    Turndown,
)


class RoomStatusRow(Base):
    """The axes of one room that housekeeping keeps."""

    __tablename__ = "room_status"

    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), primary_key=True)
    room: Mapped[str] = mapped_column(primary_key=True)
    cleanliness: Mapped[str] = mapped_column(default=NEW_ROOM.value)
    turndown: Mapped[str] = mapped_column(default=Turndown.NOT_REQUIRED.value)
    # The business date that the turndown was set on; on another date it counts no more.
    turndown_date: Mapped[date | None]
    availability: Mapped[str] = mapped_column(default=AvailabilityState.SELLABLE.value)
    availability_reason: Mapped[str | None]
    availability_since: Mapped[datetime | None]
    availability_until: Mapped[datetime | None]
    return_status: Mapped[str | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class CleanlinessHistoryRow(Base):
    """One step of a room's cleanliness: who or what made it.

    `cause` names a step that a stay made ("<stay id>:<version>"), so that it is made once however
    often it is heard of; `stay_id` finds the step to take back.
    """

    __tablename__ = "cleanliness_history"
    __table_args__ = (
        UniqueConstraint("property_id", "cause"),
        Index("ix_cleanliness_history_room", "property_id", "room", "number"),
        Index("ix_cleanliness_history_stay", "property_id", "stay_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    room: Mapped[str]
    # 1, 2, 3 … within the room.
    number: Mapped[int]
    at: Mapped[datetime]
    previous: Mapped[str]
    cleanliness: Mapped[str]
    by: Mapped[str]
    cause: Mapped[str | None]
    stay_id: Mapped[str | None]
    # Why, in the words of who corrected it.
    reason: Mapped[str | None]
    taken_back: Mapped[bool] = mapped_column(default=False)


class ServiceDeclineRow(Base):
    """A stay wants no service on this business date; it goes with the stay, not with the room."""

    __tablename__ = "service_declines"

    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), primary_key=True)
    stay_id: Mapped[str] = mapped_column(primary_key=True)
    business_date: Mapped[date] = mapped_column(primary_key=True)


def availability_of(row: RoomStatusRow | None) -> Availability:
    if row is None or row.availability == AvailabilityState.SELLABLE.value:
        return SELLABLE
    return Availability(
        AvailabilityState(row.availability),
        row.availability_reason,
        row.availability_since,
        row.availability_until,
        Cleanliness(row.return_status) if row.return_status else None,
    )


def set_availability(row: RoomStatusRow, availability: Availability) -> None:
    row.availability = availability.state.value
    row.availability_reason = availability.reason
    row.availability_since = availability.since
    row.availability_until = availability.until
    row.return_status = availability.return_status.value if availability.return_status else None


def status_for_edit(session: Session, property_id: str, room: str) -> RoomStatusRow | None:
    return session.get(RoomStatusRow, (property_id, room), with_for_update=True)


def statuses(
    session: Session, property_id: str, rooms: Collection[str] | None = None
) -> dict[str, RoomStatusRow]:
    query = select(RoomStatusRow).where(RoomStatusRow.property_id == property_id)
    if rooms is not None:
        query = query.where(RoomStatusRow.room.in_(list(rooms)))
    return {row.room: row for row in session.scalars(query)}


def ended_availabilities(session: Session, property_id: str, now: datetime) -> list[str]:
    """Rooms whose time out of sale is over but still written down."""
    return list(
        session.scalars(
            select(RoomStatusRow.room).where(
                RoomStatusRow.property_id == property_id,
                RoomStatusRow.availability != AvailabilityState.SELLABLE.value,
                RoomStatusRow.availability_until <= now,
            )
        )
    )


def newest_step(session: Session, property_id: str, room: str) -> CleanlinessHistoryRow | None:
    return session.scalar(
        select(CleanlinessHistoryRow)
        .where(CleanlinessHistoryRow.property_id == property_id, CleanlinessHistoryRow.room == room)
        .order_by(CleanlinessHistoryRow.number.desc())
        .limit(1)
    )


def step_with_cause(session: Session, property_id: str, cause: str) -> CleanlinessHistoryRow | None:
    return session.scalar(
        select(CleanlinessHistoryRow).where(
            CleanlinessHistoryRow.property_id == property_id, CleanlinessHistoryRow.cause == cause
        )
    )


def causes_among(session: Session, property_id: str, causes: Sequence[str]) -> set[str]:
    """Which of these have made a step already."""
    found: set[str] = set()
    for start in range(0, len(causes), 500):
        found.update(
            cause
            for cause in session.scalars(
                select(CleanlinessHistoryRow.cause).where(
                    CleanlinessHistoryRow.property_id == property_id,
                    CleanlinessHistoryRow.cause.in_(causes[start : start + 500]),
                )
            )
            if cause is not None
        )
    return found


def steps_of_stay(session: Session, property_id: str, stay_id: str) -> list[CleanlinessHistoryRow]:
    """Steps that the stay made and that were not taken back, newest first."""
    return list(
        session.scalars(
            select(CleanlinessHistoryRow)
            .where(
                CleanlinessHistoryRow.property_id == property_id,
                CleanlinessHistoryRow.stay_id == stay_id,
                CleanlinessHistoryRow.taken_back.is_(False),
            )
            .order_by(CleanlinessHistoryRow.at.desc(), CleanlinessHistoryRow.id.desc())
        )
    )


def declined_stays(session: Session, property_id: str, business_date: date) -> frozenset[str]:
    return frozenset(
        session.scalars(
            select(ServiceDeclineRow.stay_id).where(
                ServiceDeclineRow.property_id == property_id,
                ServiceDeclineRow.business_date == business_date,
            )
        )
    )


def set_declined(
    session: Session, property_id: str, stay_ids: Collection[str], business_date: date, declined: bool
) -> None:
    for stay_id in stay_ids:
        if declined:
            session.merge(
                ServiceDeclineRow(property_id=property_id, stay_id=stay_id, business_date=business_date)
            )
        else:
            session.execute(
                delete(ServiceDeclineRow).where(
                    ServiceDeclineRow.property_id == property_id,
                    ServiceDeclineRow.stay_id == stay_id,
                    ServiceDeclineRow.business_date == business_date,
                )
            )
