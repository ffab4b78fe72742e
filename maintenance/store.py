"""Rows and SQL of fault reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.ids import new_id
from hotel.metadata import Base
from maintenance.tickets_store import TicketRow


class FaultReportRow(Base):
    """One report. `number` is what people call it: 1, 2, 3 … within the property."""

    __tablename__ = "fault_reports"
    __table_args__ = (
        UniqueConstraint("property_id", "number"),
        Index("ix_fault_reports_room", "property_id", "room", "at"),
        Index("ix_fault_reports_ticket", "property_id", "ticket_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    number: Mapped[int]
    kind: Mapped[str]
    room: Mapped[str | None]
    area: Mapped[str | None]
    text: Mapped[str | None]
    unsafe: Mapped[bool]
    photos: Mapped[list[Any]]
    at: Mapped[datetime]
    by: Mapped[str]
    by_name: Mapped[str]
    ticket_id: Mapped[str] = mapped_column(ForeignKey(TicketRow.id))


def next_number(session: Session, property_id: str) -> int:
    """The next report's number. Only inside a write: two reporters then queue up."""
    newest = session.scalar(
        select(func.max(FaultReportRow.number)).where(FaultReportRow.property_id == property_id)
    )
    return (newest or 0) + 1


def report(session: Session, property_id: str, report_id: str) -> FaultReportRow | None:
    row = session.get(FaultReportRow, report_id)
    return row if row is not None and row.property_id == property_id else None


def reports(
    session: Session, property_id: str, room: str | None, below: int | None, limit: int
) -> list[FaultReportRow]:
    """The newest first; `below` is the number after which the page begins."""
    query = select(FaultReportRow).where(FaultReportRow.property_id == property_id)
    if room is not None:
        query = query.where(FaultReportRow.room == room)
    if below is not None:
        query = query.where(FaultReportRow.number < below)
    return list(session.scalars(query.order_by(FaultReportRow.number.desc()).limit(limit)))


def reports_of(session: Session, property_id: str, ticket_id: str) -> list[FaultReportRow]:
    """What was reported that this ticket is about, oldest first."""
    return list(
        session.scalars(
            select(FaultReportRow)
            .where(FaultReportRow.property_id == property_id, FaultReportRow.ticket_id == ticket_id)
            .order_by(FaultReportRow.number)
        )
    )
