"""Rows and SQL of self-tests of devices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.ids import new_id
from hotel.metadata import Base
from maintenance.self_test import UNDER_WAY

MOST_UNDER_WAY = 200


class SelfTestRow(Base):
    """One self-test of a ticket's device. `drive`: {"property", "value", "back"}; `command_id`: of the newest
    command; `detail`: what the controller said at its end."""

    __tablename__ = "maintenance_self_tests"
    __table_args__ = (
        Index("ix_maintenance_self_tests_ticket", "property_id", "ticket_id", "started_at"),
        Index("ix_maintenance_self_tests_state", "property_id", "state"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    ticket_id: Mapped[str] = mapped_column(ForeignKey("maintenance_tickets.id"))
    device_id: Mapped[str]
    room: Mapped[str]
    drive: Mapped[dict[str, Any]]
    state: Mapped[str]
    command_id: Mapped[str]
    detail: Mapped[str | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    by_id: Mapped[str]
    by: Mapped[str]


def newest(session: Session, property_id: str, ticket_id: str) -> SelfTestRow | None:
    return session.scalars(
        select(SelfTestRow)
        .where(SelfTestRow.property_id == property_id, SelfTestRow.ticket_id == ticket_id)
        .order_by(SelfTestRow.started_at.desc(), SelfTestRow.id.desc())
        .limit(1)
    ).first()


def under_way(session: Session, property_id: str) -> list[SelfTestRow]:
    """Tests that are running, oldest first."""
    return list(
        session.scalars(
            select(SelfTestRow)
            .where(
                SelfTestRow.property_id == property_id,
                SelfTestRow.state.in_([state.value for state in UNDER_WAY]),
            )
            .order_by(SelfTestRow.started_at, SelfTestRow.id)
            .limit(MOST_UNDER_WAY)
        )
    )


def for_edit(session: Session, property_id: str, test_id: str) -> SelfTestRow | None:
    row = session.get(SelfTestRow, test_id, with_for_update=True)
    return row if row is not None and row.property_id == property_id else None
