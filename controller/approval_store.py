"""The history of approvals, and a device's commands: rows and SQL. Nothing here decides anything."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from controller.store import CommandRow
from hotel.metadata import Base


class ApprovalRow(Base):
    """What somebody, or the device itself, did to an entity's approval. `changes` is what it then asked."""

    __tablename__ = "controller_approvals"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    device_id: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    act: Mapped[str]
    by: Mapped[str]
    room: Mapped[str | None]
    purpose: Mapped[str | None]
    changes: Mapped[Any] = mapped_column(JSON)


def approvals_of(session: Session, property_id: str, device_id: str, limit: int) -> list[ApprovalRow]:
    """The newest entries of one device, newest first."""
    return list(
        session.scalars(
            select(ApprovalRow)
            .where(ApprovalRow.property_id == property_id, ApprovalRow.device_id == device_id)
            .order_by(ApprovalRow.at.desc(), ApprovalRow.id.desc())
            .limit(limit)
        )
    )


def forget_asks_before(session: Session, property_id: str, before: datetime) -> int:
    """Delete what devices themselves did before; what people decided is kept. Returns how many."""
    return (
        session.connection()
        .execute(
            delete(ApprovalRow).where(
                ApprovalRow.property_id == property_id,
                ApprovalRow.at < before,
                ApprovalRow.act.in_(("asked", "healed")),
            )
        )
        .rowcount
    )


def commands_of_device(
    session: Session, property_id: str, device_id: str, before: str | None, limit: int
) -> list[CommandRow]:
    """A device's commands, newest first.

    Args:
        before: the id of a command; only older ones (ids sort by the time of making).
    """
    query = select(CommandRow).where(CommandRow.property_id == property_id, CommandRow.device_id == device_id)
    if before is not None:
        query = query.where(CommandRow.id < before)
    return list(session.scalars(query.order_by(CommandRow.id.desc()).limit(limit)))
