"""Rows and SQL of boards: what each plan of a day decided, the newest first in force."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.ids import new_id
from hotel.metadata import Base

# Of a day so many are kept: enough to tell what changed, and a bound.
MOST_KEPT_OF_A_DAY = 50


class BoardRow(Base):
    """One plan of a business date. Who has which task is in the tasks; this says how it came about.

    Attributes:
        number: 1, 2, 3 … within its date.
        quality: figures by name, see `board.Measures`.
        seen: by task, what the plan went by: {"shift", "priority", "due_at"}.
        troubles: ids of tasks that it knew to come too late or to lie beyond a shift's end.
        left_out: by task, why it is on no list.
        changes: see `board_replan.Change`.
    """

    __tablename__ = "housekeeping_boards"
    __table_args__ = (UniqueConstraint("property_id", "business_date", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    business_date: Mapped[date]
    number: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    cause: Mapped[str]
    solver: Mapped[str]
    fallback: Mapped[str | None]
    quality: Mapped[dict[str, Any]] = mapped_column(default=dict)
    seen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    troubles: Mapped[list[Any]] = mapped_column(default=list)
    left_out: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changes: Mapped[list[Any]] = mapped_column(default=list)


def newest_board(session: Session, property_id: str, day: date) -> BoardRow | None:
    """The board in force."""
    return session.scalar(
        select(BoardRow)
        .where(BoardRow.property_id == property_id, BoardRow.business_date == day)
        .order_by(BoardRow.number.desc())
        .limit(1)
    )


def forget_old(session: Session, property_id: str, day: date, number: int) -> None:
    """Keep the newest boards of a day up to `number`."""
    session.execute(
        delete(BoardRow).where(
            BoardRow.property_id == property_id,
            BoardRow.business_date == day,
            BoardRow.number <= number - MOST_KEPT_OF_A_DAY,
        )
    )
