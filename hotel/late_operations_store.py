"""The rows of operations handed in late, and all SQL on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.errors import NotFound
from hotel.ids import new_id
from hotel.late_operations import LateOperation, LateState
from hotel.metadata import Base


class LateOperationRow(Base):
    """See `LateOperation`. The key is unique with its author: handing in twice is handing in once."""

    __tablename__ = "late_operations"
    __table_args__ = (UniqueConstraint("property_id", "staff_id", "key"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(index=True)
    key: Mapped[str]
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    staff_name: Mapped[str]
    tablet_name: Mapped[str | None]
    method: Mapped[str]
    path: Mapped[str]
    seen_version: Mapped[int | None]
    request: Mapped[dict[str, Any]]
    label_key: Mapped[str]
    label_values: Mapped[dict[str, Any]]
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(index=True)
    reviewed_by_id: Mapped[str | None]
    reviewed_by: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]


def late_operation_from(row: LateOperationRow) -> LateOperation:
    return LateOperation(
        id=row.id,
        key=row.key,
        staff_id=row.staff_id,
        staff_name=row.staff_name,
        tablet_name=row.tablet_name,
        method=row.method,
        path=row.path,
        seen_version=row.seen_version,
        body=row.request.get("body"),
        label_key=row.label_key,
        label_values=row.label_values,
        happened_at=row.happened_at,
        received_at=row.received_at,
        state=LateState(row.state),
        reviewed_by_id=row.reviewed_by_id,
        reviewed_by=row.reviewed_by,
        reviewed_at=row.reviewed_at,
    )


def late_operation_row(session: Session, property_id: str, operation_id: str) -> LateOperationRow:
    """The row, locked. Raises NotFound."""
    row = session.scalar(
        select(LateOperationRow)
        .where(LateOperationRow.property_id == property_id, LateOperationRow.id == operation_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound("unknown_late_operation", "There is no such operation.")
    return row


def by_key(session: Session, property_id: str, staff_id: str, key: str) -> LateOperationRow | None:
    return session.scalar(
        select(LateOperationRow).where(
            LateOperationRow.property_id == property_id,
            LateOperationRow.staff_id == staff_id,
            LateOperationRow.key == key,
        )
    )


def page(
    session: Session, property_id: str, *, waiting: bool, after: str | None, limit: int
) -> list[LateOperation]:
    """Operations in the order of their arrival; with `waiting` only those that nobody has decided."""
    statement = select(LateOperationRow).where(LateOperationRow.property_id == property_id)
    if waiting:
        open_states = (LateState.WAITING.value, LateState.ACCEPTING.value)
        statement = statement.where(LateOperationRow.state.in_(open_states))
    if after is not None:
        statement = statement.where(LateOperationRow.id > after)
    rows = session.scalars(statement.order_by(LateOperationRow.id).limit(limit))
    return [late_operation_from(row) for row in rows]


def count_waiting(session: Session, property_id: str) -> int:
    statement = select(func.count()).select_from(LateOperationRow)
    return (
        session.scalar(
            statement.where(
                LateOperationRow.property_id == property_id,
                LateOperationRow.state == LateState.WAITING.value,
            )
        )
        or 0
    )
