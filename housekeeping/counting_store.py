"""Rows and SQL of goods and counts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.ids import new_id
from hotel.metadata import Base


class GoodRow(Base):
    """One kind of thing on the list of a stock. `price` is decimal text: money is never a float."""

    __tablename__ = "stock_goods"

    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), primary_key=True)
    stock: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    par: Mapped[int]
    price: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int]


class CountRow(Base):
    """One count: where, by whom, when, and its lines as they were then.

    `place` is a room's number (minibar) or a floor or store in words (linen). `taken_back_at` marks a
    count that was a mistake; it stays readable.
    """

    __tablename__ = "stock_counts"
    __table_args__ = (
        Index("ix_stock_counts_day", "property_id", "stock", "business_date"),
        Index("ix_stock_counts_place", "property_id", "stock", "place", "at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    stock: Mapped[str]
    place: Mapped[str]
    business_date: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[str]
    by_name: Mapped[str]
    stay_id: Mapped[str | None]
    lines: Mapped[list[Any]]
    taken_back_at: Mapped[datetime | None]
    taken_back_by: Mapped[str | None]


def goods(session: Session, property_id: str, stock: str) -> list[GoodRow]:
    """The list in its order, also of what is not active any more."""
    return list(
        session.scalars(
            select(GoodRow)
            .where(GoodRow.property_id == property_id, GoodRow.stock == stock)
            .order_by(GoodRow.position, GoodRow.code)
        )
    )


def count(session: Session, property_id: str, count_id: str, *, for_edit: bool = False) -> CountRow | None:
    row = session.get(CountRow, count_id, with_for_update=for_edit or None)
    return row if row is not None and row.property_id == property_id else None


def counts(
    session: Session,
    property_id: str,
    stock: str,
    day: date | None,
    place: str | None,
    before: str | None,
    limit: int,
) -> list[CountRow]:
    """The newest first; `before` is the id after which the page begins."""
    query = select(CountRow).where(CountRow.property_id == property_id, CountRow.stock == stock)
    if day is not None:
        query = query.where(CountRow.business_date == day)
    if place is not None:
        query = query.where(CountRow.place == place)
    if before is not None:
        query = query.where(CountRow.id < before)
    return list(session.scalars(query.order_by(CountRow.id.desc()).limit(limit)))
