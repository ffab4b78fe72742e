"""Rows and SQL of what is watched: the axes over time, discrepancies, what was found, reminders."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from hotel.ids import new_id
from hotel.metadata import Base
from housekeeping.discrepancies import Found
from housekeeping.durations import Measured
from housekeeping.shifts_store import ShiftRow
from housekeeping.status import PanelWord
from housekeeping.store import CleanlinessHistoryRow
from housekeeping.tasks import TaskKind, TaskState
from housekeeping.tasks_store import TaskRow, TaskStepRow


class RoomAxisRow(Base):
    """What one axis of a room was set to and why: availability, turndown, service or panel.

    Cleanliness has a history of its own, with what made each step.
    """

    __tablename__ = "room_axis_history"
    __table_args__ = (
        Index("ix_room_axis_history_room", "property_id", "room", "axis", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    room: Mapped[str]
    axis: Mapped[str]
    value: Mapped[str]
    reason: Mapped[str | None]
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    at: Mapped[datetime]
    by: Mapped[str]


class RoomFoundRow(Base):
    """What somebody found in a room."""

    __tablename__ = "rooms_found"
    __table_args__ = (Index("ix_rooms_found_room", "property_id", "room", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    room: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    occupied: Mapped[bool]
    people: Mapped[int | None]
    occupied_then: Mapped[bool]


class DiscrepancyRow(Base):
    """A contradiction that the desk and the supervisor work off.

    `gone`: it has not been seen since; only then the same one can come up anew.
    """

    __tablename__ = "housekeeping_discrepancies"
    __table_args__ = (Index("ix_housekeeping_discrepancies_room", "property_id", "room", "since"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    room: Mapped[str]
    kind: Mapped[str]
    key: Mapped[str]
    since: Mapped[datetime]
    seen_by: Mapped[str]
    people_expected: Mapped[int | None]
    people_found: Mapped[int | None]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]
    resolution: Mapped[str | None]
    gone: Mapped[bool] = mapped_column(default=False)


class ReminderRow(Base):
    """A reminder that was raised, so that it is raised once."""

    __tablename__ = "housekeeping_reminders"
    __table_args__ = (UniqueConstraint("task_id", "reason", "level", "since"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    task_id: Mapped[str] = mapped_column(ForeignKey("housekeeping_tasks.id"))
    reason: Mapped[str]
    level: Mapped[str]
    since: Mapped[datetime]
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class TaskThen:
    """A task of a room as it was at a moment of the past."""

    room: str
    task_id: str
    kind: str
    state: str
    attendant_id: str | None
    attendant: str | None
    reason: str | None
    at: datetime


def note_axis(
    session: Session,
    property_id: str,
    room: str,
    axis: str,
    value: str,
    at: datetime,
    by: str,
    reason: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Write down what an axis was set to."""
    session.add(
        RoomAxisRow(
            property_id=property_id,
            room=room,
            axis=axis,
            value=value,
            reason=reason,
            since=since,
            until=until,
            at=at,
            by=by,
        )
    )


def axes_at(
    session: Session, property_id: str, at: datetime, rooms: Collection[str] | None
) -> dict[tuple[str, str], RoomAxisRow]:
    """By (room, axis), what it was set to last at that moment."""
    newest = select(func.max(RoomAxisRow.id)).where(
        RoomAxisRow.property_id == property_id, RoomAxisRow.at <= at
    )
    if rooms is not None:
        newest = newest.where(RoomAxisRow.room.in_(list(rooms)))
    newest = newest.group_by(RoomAxisRow.room, RoomAxisRow.axis)
    rows = session.scalars(select(RoomAxisRow).where(RoomAxisRow.id.in_(newest)))
    return {(row.room, row.axis): row for row in rows}


# Who wrote a panel's row when it was the door's panel itself.
BY_PANEL = "panel"


def said_for_panels(session: Session, property_id: str) -> dict[str, tuple[PanelWord, datetime]]:
    """By room, what somebody of the house noted for its guest after the panel's own last word."""
    newest = (
        select(func.max(RoomAxisRow.id))
        .where(RoomAxisRow.property_id == property_id, RoomAxisRow.axis == "panel")
        .group_by(RoomAxisRow.room)
    )
    rows = session.scalars(select(RoomAxisRow).where(RoomAxisRow.id.in_(newest), RoomAxisRow.by != BY_PANEL))
    return {row.room: (cast(PanelWord, row.value), row.at) for row in rows}


def cleanliness_at(
    session: Session, property_id: str, at: datetime, rooms: Collection[str] | None
) -> dict[str, CleanlinessHistoryRow]:
    """By room, the step of its cleanliness that counted at that moment."""
    newest = select(CleanlinessHistoryRow.room, func.max(CleanlinessHistoryRow.number).label("number")).where(
        CleanlinessHistoryRow.property_id == property_id, CleanlinessHistoryRow.at <= at
    )
    if rooms is not None:
        newest = newest.where(CleanlinessHistoryRow.room.in_(list(rooms)))
    found = newest.group_by(CleanlinessHistoryRow.room).subquery()
    rows = session.scalars(
        select(CleanlinessHistoryRow)
        .join(
            found,
            (CleanlinessHistoryRow.room == found.c.room) & (CleanlinessHistoryRow.number == found.c.number),
        )
        .where(CleanlinessHistoryRow.property_id == property_id)
    )
    return {row.room: row for row in rows}


def tasks_at(
    session: Session, property_id: str, since: datetime, at: datetime, rooms: Collection[str] | None
) -> list[TaskThen]:
    """The tasks of the rooms that were touched between the two moments, as they were at `at`."""
    newest = (
        select(TaskStepRow.task_id, func.max(TaskStepRow.number).label("number"))
        .where(TaskStepRow.property_id == property_id, TaskStepRow.at <= at, TaskStepRow.at >= since)
        .group_by(TaskStepRow.task_id)
        .subquery()
    )
    query = (
        select(TaskRow.room, TaskRow.kind, TaskStepRow)
        .join(newest, (TaskStepRow.task_id == newest.c.task_id) & (TaskStepRow.number == newest.c.number))
        .join(TaskRow, TaskRow.id == TaskStepRow.task_id)
        .where(TaskRow.property_id == property_id, TaskRow.room.is_not(None))
        .order_by(TaskStepRow.at, TaskStepRow.task_id)
    )
    if rooms is not None:
        query = query.where(TaskRow.room.in_(list(rooms)))
    return [
        TaskThen(
            str(room), step.task_id, kind, step.state, step.attendant_id, step.attendant, step.reason, step.at
        )
        for room, kind, step in session.execute(query)
    ]


def newest_found(session: Session, property_id: str, since: datetime) -> dict[str, Found]:
    """By room, what was found last."""
    rows = session.scalars(
        select(RoomFoundRow)
        .where(RoomFoundRow.property_id == property_id, RoomFoundRow.at >= since)
        .order_by(RoomFoundRow.at, RoomFoundRow.id)
    )
    return {
        row.room: Found(row.id, row.at, row.by, row.occupied, row.people, row.occupied_then) for row in rows
    }


def newest_discrepancies(session: Session, property_id: str) -> dict[str, DiscrepancyRow]:
    """By room, the newest one that is open, or resolved but still to be seen."""
    rows = session.scalars(
        select(DiscrepancyRow)
        .where(DiscrepancyRow.property_id == property_id, DiscrepancyRow.gone.is_(False))
        .order_by(DiscrepancyRow.since, DiscrepancyRow.id)
    )
    return {row.room: row for row in rows}


def discrepancies(session: Session, property_id: str, only_open: bool, limit: int) -> list[DiscrepancyRow]:
    """Newest first."""
    query = select(DiscrepancyRow).where(DiscrepancyRow.property_id == property_id)
    if only_open:
        query = query.where(DiscrepancyRow.resolved_at.is_(None))
    return list(session.scalars(query.order_by(DiscrepancyRow.since.desc(), DiscrepancyRow.id).limit(limit)))


def open_discrepancies(session: Session, property_id: str) -> list[DiscrepancyRow]:
    """What nobody has settled, oldest first."""
    query = select(DiscrepancyRow).where(
        DiscrepancyRow.property_id == property_id, DiscrepancyRow.resolved_at.is_(None)
    )
    return list(session.scalars(query.order_by(DiscrepancyRow.since, DiscrepancyRow.id)))


def discrepancy_for_edit(session: Session, property_id: str, discrepancy_id: str) -> DiscrepancyRow | None:
    return session.scalar(
        select(DiscrepancyRow)
        .where(DiscrepancyRow.property_id == property_id, DiscrepancyRow.id == discrepancy_id)
        .with_for_update()
    )


def raised(session: Session, task_ids: Sequence[str]) -> set[tuple[str, str, str, datetime]]:
    """(task, reason, level, since) of the reminders that were raised."""
    found: set[tuple[str, str, str, datetime]] = set()
    for start in range(0, len(task_ids), 500):
        rows = session.execute(
            select(ReminderRow.task_id, ReminderRow.reason, ReminderRow.level, ReminderRow.since).where(
                ReminderRow.task_id.in_(task_ids[start : start + 500])
            )
        )
        found.update((task, reason, level, since) for task, reason, level, since in rows)
    return found


def measured(session: Session, property_id: str, since: datetime, most: int) -> list[Measured]:
    """What finished tasks took, the newest `most` since then."""
    shift = aliased(ShiftRow)
    # Agency people have no sign-in: their shift is who they are.
    pair = (
        select(shift.id)
        .where(
            shift.property_id == TaskRow.property_id,
            shift.business_date == TaskRow.business_date,
            func.coalesce(shift.staff_id, shift.id) == TaskRow.attendant_id,
            shift.pair_with.is_not(None),
        )
        .exists()
    )
    rows = session.execute(
        select(
            TaskRow.kind,
            TaskRow.room_type,
            TaskRow.nights,
            TaskRow.attendant_id,
            TaskRow.worked_seconds,
            pair,
        )
        .where(
            TaskRow.property_id == property_id,
            TaskRow.state.in_((TaskState.FINISHED.value, TaskState.INSPECTED.value)),
            TaskRow.finished_at >= since,
            TaskRow.re_clean_of.is_(None),
        )
        .order_by(TaskRow.finished_at.desc())
        .limit(most)
    )
    return [
        Measured(TaskKind(kind), room_type, nights, attendant_id, seconds / 60, bool(paired))
        for kind, room_type, nights, attendant_id, seconds, paired in rows
    ]


def names_of(session: Session, property_id: str, attendant_ids: Collection[str]) -> dict[str, str]:
    """By attendant, the name that their newest task bears."""
    rows = session.execute(
        select(TaskRow.attendant_id, TaskRow.attendant)
        .where(TaskRow.property_id == property_id, TaskRow.attendant_id.in_(list(attendant_ids)))
        .order_by(TaskRow.finished_at)
    )
    return {str(one): name for one, name in rows if name}
