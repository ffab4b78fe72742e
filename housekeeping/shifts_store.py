"""Rows and SQL of shifts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.ids import new_id
from hotel.metadata import Base
from housekeeping.shifts import DayShift, ShiftBreak, ShiftState


class ShiftRow(Base):
    """A shift; see `shifts.DayShift`. Breaks are lists of two moments as ISO text."""

    __tablename__ = "housekeeping_shifts"
    __table_args__ = (Index("ix_housekeeping_shifts_date", "property_id", "business_date"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    staff_id: Mapped[str | None]
    name: Mapped[str]
    business_date: Mapped[date]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    breaks: Mapped[list[Any]] = mapped_column(default=list)
    section: Mapped[str | None]
    floors: Mapped[list[Any]] = mapped_column(default=list)
    pair_with: Mapped[str | None]
    skills: Mapped[list[Any]] = mapped_column(default=list)
    max_credits: Mapped[float | None]
    max_minutes: Mapped[float | None]
    max_area_square_metres: Mapped[float | None]
    state: Mapped[str] = mapped_column(default=ShiftState.PLANNED.value)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


def shift_of(row: ShiftRow) -> DayShift:
    return DayShift(
        id=row.id,
        name=row.name,
        business_date=row.business_date,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        staff_id=row.staff_id,
        breaks=tuple(
            ShiftBreak(datetime.fromisoformat(start), datetime.fromisoformat(end))
            for start, end in row.breaks
        ),
        section=row.section,
        floors=tuple(row.floors),
        pair_with=row.pair_with,
        skills=tuple(row.skills),
        max_credits=row.max_credits,
        max_minutes=row.max_minutes,
        max_area_square_metres=row.max_area_square_metres,
        state=ShiftState(row.state),
    )


def put_shift(row: ShiftRow, shift: DayShift) -> None:
    for name in (
        "staff_id",
        "name",
        "business_date",
        "starts_at",
        "ends_at",
        "section",
        "pair_with",
        "max_credits",
        "max_minutes",
        "max_area_square_metres",
    ):
        setattr(row, name, getattr(shift, name))
    row.breaks = [[pause.starts_at.isoformat(), pause.ends_at.isoformat()] for pause in shift.breaks]
    row.floors, row.skills = list(shift.floors), list(shift.skills)
    row.state = shift.state.value


def shifts_of_day(session: Session, property_id: str, day: date) -> list[ShiftRow]:
    """The shifts of a business date, by their beginning."""
    return list(
        session.scalars(
            select(ShiftRow)
            .where(ShiftRow.property_id == property_id, ShiftRow.business_date == day)
            .order_by(ShiftRow.starts_at, ShiftRow.id)
        )
    )


def shift_for_edit(session: Session, property_id: str, shift_id: str) -> ShiftRow | None:
    return session.scalar(
        select(ShiftRow).where(ShiftRow.property_id == property_id, ShiftRow.id == shift_id).with_for_update()
    )
