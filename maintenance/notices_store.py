"""Rows of the on-call list, of browsers that take pushes, and of notices on their way out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.ids import new_id
from hotel.metadata import Base
from hotel.staff_store import StaffRow
from maintenance.notices import NoticeState, OnCall


class OnCallRow(Base):
    """Who is called, in order. `email` is where notices go, beside what browsers take."""

    __tablename__ = "maintenance_on_call"

    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[str]
    email: Mapped[str | None]


class PushSubscriptionRow(Base):
    """A browser that takes pushes for a person; `keys` are the browser's public ones."""

    __tablename__ = "maintenance_push_subscriptions"
    __table_args__ = (UniqueConstraint("property_id", "endpoint"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    staff_id: Mapped[str] = mapped_column(index=True)
    endpoint: Mapped[str]
    keys: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class NoticeRow(Base):
    """One notice; `wave_key` is the ticket's life and wave, so that each is made once."""

    __tablename__ = "maintenance_notices"
    __table_args__ = (
        UniqueConstraint("property_id", "ticket_id", "wave_key", "channel", "target"),
        Index("ix_maintenance_notices_due", "property_id", "state", "next_try_wall_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    ticket_id: Mapped[str] = mapped_column(ForeignKey("maintenance_tickets.id"))
    wave_key: Mapped[str]
    channel: Mapped[str]
    target: Mapped[str]
    name: Mapped[str | None]
    body: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default=NoticeState.WAITING.value)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_wall_at: Mapped[datetime]
    last_error: Mapped[str | None]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


def on_call(session: Session, property_id: str) -> list[OnCall]:
    """The list in order, without accounts that are not active any more."""
    browsers: dict[str, list[str]] = {}
    for row in session.scalars(
        select(PushSubscriptionRow)
        .where(PushSubscriptionRow.property_id == property_id)
        .order_by(PushSubscriptionRow.id)
    ):
        browsers.setdefault(row.staff_id, []).append(row.id)
    rows = session.execute(
        select(OnCallRow, StaffRow.name)
        .join(StaffRow, (StaffRow.id == OnCallRow.staff_id) & (StaffRow.property_id == OnCallRow.property_id))
        .where(OnCallRow.property_id == property_id, StaffRow.active.is_(True))
        .order_by(OnCallRow.position)
    )
    return [
        OnCall(row.staff_id, name, row.email, tuple(browsers.get(row.staff_id, ()))) for row, name in rows
    ]


def put_on_call(session: Session, property_id: str, wanted: Sequence[tuple[str, str | None]]) -> None:
    """Keep (staff id, e-mail) in this order; who is left out is on call no more."""
    session.execute(delete(OnCallRow).where(OnCallRow.property_id == property_id))
    session.flush()
    session.add_all(
        OnCallRow(property_id=property_id, position=position, staff_id=staff_id, email=email)
        for position, (staff_id, email) in enumerate(wanted)
    )
    session.flush()


def subscription(session: Session, property_id: str, subscription_id: str) -> PushSubscriptionRow | None:
    row = session.get(PushSubscriptionRow, subscription_id)
    return row if row is not None and row.property_id == property_id else None


def subscriptions_of(session: Session, property_id: str, staff_id: str) -> list[PushSubscriptionRow]:
    """A person's browsers, oldest first."""
    return list(
        session.scalars(
            select(PushSubscriptionRow)
            .where(PushSubscriptionRow.property_id == property_id, PushSubscriptionRow.staff_id == staff_id)
            .order_by(PushSubscriptionRow.id)
        )
    )


def subscription_at(session: Session, property_id: str, endpoint: str) -> PushSubscriptionRow | None:
    return session.scalar(
        select(PushSubscriptionRow).where(
            PushSubscriptionRow.property_id == property_id, PushSubscriptionRow.endpoint == endpoint
        )
    )


def known_calls(session: Session, property_id: str, ticket_id: str) -> set[tuple[str, str, str]]:
    """(wave key, channel, target) of the ticket's notices."""
    rows = session.execute(
        select(NoticeRow.wave_key, NoticeRow.channel, NoticeRow.target).where(
            NoticeRow.property_id == property_id, NoticeRow.ticket_id == ticket_id
        )
    )
    return {(wave, channel, target) for wave, channel, target in rows}


def due(session: Session, property_id: str, wall: datetime, limit: int) -> list[NoticeRow]:
    """Notices whose next try has come, oldest first."""
    return list(
        session.scalars(
            select(NoticeRow)
            .where(
                NoticeRow.property_id == property_id,
                NoticeRow.state == NoticeState.WAITING.value,
                NoticeRow.next_try_wall_at <= wall,
            )
            .order_by(NoticeRow.next_try_wall_at)
            .limit(limit)
        )
    )


def notices_of(session: Session, property_id: str, ticket_id: str) -> list[NoticeRow]:
    """The ticket's notices, in the order of their making."""
    return list(
        session.scalars(
            select(NoticeRow)
            .where(NoticeRow.property_id == property_id, NoticeRow.ticket_id == ticket_id)
            .order_by(NoticeRow.id)
        )
    )
