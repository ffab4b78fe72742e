"""Rows of what is known of arrivals beyond the arrivals themselves: signs of guests, and what was learned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from controller.records import Saving
from controller.store import ArrivalRow
from hotel.metadata import Base


class SignRow(Base):
    """The newest live sign of a guest on the way."""

    __tablename__ = "controller_signs"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    stay_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    eta: Mapped[datetime | None]
    by: Mapped[str]


class HabitRow(Base):
    """When guests come: `subject` "errors" (what each source got wrong) or "habit" (the house's own)."""

    __tablename__ = "controller_arrival_habits"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    learned: Mapped[dict[str, Any]]


def uncompared_arrivals(
    session: Session, property_id: str, since: datetime, until: datetime, limit: int
) -> list[ArrivalRow]:
    """Arrivals in [since, until] whose savings were not looked at yet, oldest first."""
    return list(
        session.scalars(
            select(ArrivalRow)
            .where(
                ArrivalRow.property_id == property_id,
                ArrivalRow.at >= since,
                ArrivalRow.at <= until,
                ArrivalRow.compared_at.is_(None),
            )
            .order_by(ArrivalRow.at, ArrivalRow.stay_id)
            .limit(limit)
        )
    )


def write_comparison(
    session: Session, property_id: str, stay_id: str, at: datetime, saved: tuple[Saving, Saving] | None
) -> None:
    """Write down what an arrival's preparation saved; None = too little is known, and is not asked again."""
    row = session.get(ArrivalRow, (property_id, stay_id))
    if row is None:
        return
    row.compared_at = at
    if saved is not None:
        always_on, fixed = saved
        row.saved_always_on_watt_hours = always_on.watt_hours
        row.saved_always_on_deviation = always_on.deviation_watt_hours
        row.saved_fixed_watt_hours = fixed.watt_hours
        row.saved_fixed_deviation = fixed.deviation_watt_hours


def sign_rows(session: Session, property_id: str, since: datetime) -> list[SignRow]:
    """The signs that came at `since` or later."""
    return list(
        session.scalars(select(SignRow).where(SignRow.property_id == property_id, SignRow.at >= since))
    )


def forget_signs_before(session: Session, property_id: str, before: datetime) -> int:
    """Delete signs older than `before`; returns how many."""
    return (
        session.connection()
        .execute(delete(SignRow).where(SignRow.property_id == property_id, SignRow.at < before))
        .rowcount
    )
