"""Rows and SQL of lost and found. The receiver's name is personal and sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.ids import new_id
from hotel.metadata import Base
from housekeeping.lost_and_found import OPEN, Category, ItemState


class LostItemRow(Base):
    """One thing that was found. `number` is what its tag says: 1, 2, 3 … within the property."""

    __tablename__ = "lost_items"
    __table_args__ = (
        UniqueConstraint("property_id", "number"),
        Index("ix_lost_items_state", "property_id", "state", "dispose_on"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    number: Mapped[int]
    # One of the two: a room's number, or a public place in words.
    room: Mapped[str | None]
    area: Mapped[str | None]
    category: Mapped[str]
    what: Mapped[str]
    state: Mapped[str]
    storage_place: Mapped[str | None]
    dispose_on: Mapped[date]
    # Whose it may be: who lives in the room or left it last. An id, never a name.
    stay_id: Mapped[str | None]
    sealed_handed_to: Mapped[str | None]
    photos: Mapped[list[Any]]
    found_at: Mapped[datetime]
    found_by: Mapped[str]
    found_by_name: Mapped[str]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class LostItemStepRow(Base):
    """One step of a found thing: who did what with it, when."""

    __tablename__ = "lost_item_steps"
    __table_args__ = (Index("ix_lost_item_steps_item", "item_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("lost_items.id"))
    number: Mapped[int]
    at: Mapped[datetime]
    action: Mapped[str]
    state: Mapped[str]
    by: Mapped[str]
    by_name: Mapped[str]
    storage_place: Mapped[str | None]
    reason: Mapped[str | None]


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which things: `open_only` those not gone yet, `due_on` those that may be disposed of on that day."""

    open_only: bool = False
    state: ItemState | None = None
    category: Category | None = None
    room: str | None = None
    text: str | None = None
    due_on: date | None = None


def next_number(session: Session, property_id: str) -> int:
    """The number of the next tag. Only inside a write: two finders then queue up."""
    newest = session.scalar(
        select(func.max(LostItemRow.number)).where(LostItemRow.property_id == property_id)
    )
    return (newest or 0) + 1


def item(session: Session, property_id: str, item_id: str, *, for_edit: bool = False) -> LostItemRow | None:
    row = session.get(LostItemRow, item_id, with_for_update=for_edit or None)
    return row if row is not None and row.property_id == property_id else None


def items(
    session: Session, property_id: str, wanted: ItemFilter, below: int | None, limit: int
) -> list[LostItemRow]:
    """The newest first, at most `limit`; `below` is the number after which the page begins."""
    query = select(LostItemRow).where(LostItemRow.property_id == property_id)
    if below is not None:
        query = query.where(LostItemRow.number < below)
    if wanted.open_only:
        query = query.where(LostItemRow.state.in_([state.value for state in OPEN]))
    if wanted.state is not None:
        query = query.where(LostItemRow.state == wanted.state.value)
    if wanted.category is not None:
        query = query.where(LostItemRow.category == wanted.category.value)
    if wanted.room is not None:
        query = query.where(LostItemRow.room == wanted.room)
    if wanted.due_on is not None:
        query = query.where(LostItemRow.dispose_on <= wanted.due_on)
    if wanted.text:
        if wanted.text.lstrip("#").isdecimal() and len(wanted.text) <= 9:
            number = int(wanted.text.lstrip("#"))
            query = query.where((LostItemRow.number == number) | (LostItemRow.room == wanted.text))
        else:
            query = query.where(LostItemRow.what.icontains(wanted.text, autoescape=True))
    return list(session.scalars(query.order_by(LostItemRow.number.desc()).limit(limit)))


def steps(session: Session, item_id: str) -> Sequence[LostItemStepRow]:
    """What was done with the thing, oldest first."""
    return session.scalars(
        select(LostItemStepRow).where(LostItemStepRow.item_id == item_id).order_by(LostItemStepRow.number)
    ).all()


def number_of_steps(session: Session, item_id: str) -> int:
    return (
        session.scalar(
            select(func.count()).select_from(LostItemStepRow).where(LostItemStepRow.item_id == item_id)
        )
        or 0
    )
