"""Rows and SQL of shifts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from hotel.ids import new_id
from hotel.metadata import Base
from housekeeping.shifts import DayShift, ShiftBreak, ShiftState

# Somebody's list of all days is looked at for so many days of working in a pair.
MOST_PAIRED_DAYS = 60


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


def partners(session: Session, property_id: str, days: Collection[date]) -> dict[tuple[date, str], str]:
    """By (day, attendant) who works as a pair: the attendant id of the other one."""
    mine, other = aliased(ShiftRow), aliased(ShiftRow)
    rows = session.execute(
        select(mine.business_date, mine.staff_id, mine.id, other.staff_id, other.id)
        .join(other, other.id == mine.pair_with)
        .where(mine.property_id == property_id, mine.business_date.in_(list(days)))
    )
    return {
        (day, person or shift): their_person or theirs for day, person, shift, their_person, theirs in rows
    }


def attendant_name(session: Session, property_id: str, day: date, attendant_id: str) -> str:
    """The name of somebody who has a shift on that day; "" for nobody."""
    found = session.scalar(
        select(ShiftRow.name).where(
            ShiftRow.property_id == property_id,
            ShiftRow.business_date == day,
            or_(ShiftRow.staff_id == attendant_id, ShiftRow.id == attendant_id),
        )
    )
    return found or ""


def paired_days(
    session: Session, property_id: str, attendant_id: str, day: date | None
) -> list[tuple[date, str]]:
    """The newest days (or only `day`) on which somebody works as a pair, each with whom."""
    mine, other = aliased(ShiftRow), aliased(ShiftRow)
    query = (
        select(mine.business_date, other.staff_id, other.id)
        .join(other, other.id == mine.pair_with)
        .where(
            mine.property_id == property_id,
            or_(mine.staff_id == attendant_id, mine.id == attendant_id),
        )
        .order_by(mine.business_date.desc())
        .limit(MOST_PAIRED_DAYS)
    )
    if day is not None:
        query = query.where(mine.business_date == day)
    return [(when, person or shift) for when, person, shift in session.execute(query)]


def shift_for_edit(session: Session, property_id: str, shift_id: str) -> ShiftRow | None:
    return session.scalar(
        select(ShiftRow).where(ShiftRow.property_id == property_id, ShiftRow.id == shift_id).with_for_update()
    )
