"""Rows of what is known of arrivals beyond the arrivals themselves: signs of guests, and what was learned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

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
