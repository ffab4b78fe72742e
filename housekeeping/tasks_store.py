"""Rows and SQL of tasks, of their steps and of checklists."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.ids import new_id
from hotel.metadata import Base
from housekeeping.checklists import Checklist, ChecklistItem
from housekeeping.tasks import (
    OPEN_STATES,
    InspectionState,
    NotServicedReason,
    Progress,
    TaskKind,
    TaskPriority,
    TaskState,
)

OPEN = tuple(sorted(state.value for state in OPEN_STATES))


class TaskRow(Base):
    """A piece of work. `origin` names what the day made it from, so that it is made once.

    `stay_id` is a plain column: stays are the front desk's. A wish's text is asked of the front desk
    by `wish_ref` and never kept here, for it may hold a name.
    """

    __tablename__ = "housekeeping_tasks"
    __table_args__ = (
        UniqueConstraint("property_id", "origin"),
        Index("ix_housekeeping_tasks_date", "property_id", "business_date", "id"),
        Index("ix_housekeeping_tasks_state", "property_id", "state"),
        Index("ix_housekeeping_tasks_room", "property_id", "room", "business_date"),
        Index("ix_housekeeping_tasks_attendant", "property_id", "attendant_id", "business_date"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default=TaskState.PLANNED.value)
    business_date: Mapped[date]
    room: Mapped[str | None]
    area: Mapped[str | None]
    floor: Mapped[str | None]
    room_type: Mapped[str | None]
    origin: Mapped[str | None]
    attendant_id: Mapped[str | None]
    attendant: Mapped[str | None]
    sequence: Mapped[int | None]
    locked: Mapped[bool] = mapped_column(default=False)
    minutes: Mapped[float]
    credits: Mapped[float]
    earliest_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    response_due_at: Mapped[datetime | None]
    priority: Mapped[str] = mapped_column(default=TaskPriority.NORMAL.value)
    why_code: Mapped[str]
    why_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    started_at: Mapped[datetime | None]
    working_since: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    worked_seconds: Mapped[float] = mapped_column(default=0.0)
    finished_at: Mapped[datetime | None]
    finished_by: Mapped[str | None]
    not_serviced_reason: Mapped[str | None]
    cancel_reason: Mapped[str | None]
    # Which version of its checklist the task is worked by; None until it begins: the newest then.
    checklist_version: Mapped[int | None]
    ticks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    supplies: Mapped[list[Any]] = mapped_column(default=list)
    note: Mapped[str | None]
    notes: Mapped[list[Any]] = mapped_column(default=list)
    wish_ref: Mapped[str | None]
    stay_id: Mapped[str | None]
    # Nights that the guest had been here: longer stays take longer.
    nights: Mapped[int] = mapped_column(default=0)
    # What a supervisor has set and the house does not set any more.
    by_hand: Mapped[list[Any]] = mapped_column(default=list)
    re_clean_of: Mapped[str | None]
    inspection_of: Mapped[str | None]
    inspection: Mapped[str | None]
    inspection_rule: Mapped[str | None]
    inspected_by: Mapped[str | None]
    # The newest step's number and moment.
    steps: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
    last_action: Mapped[str]
    last_by_id: Mapped[str]
    last_by: Mapped[str]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class TaskStepRow(Base):
    """One step of a task: who or what made it, when it happened and when it was heard of.

    `before` is the progress that taking it back restores; `attendant` is who held the task after it.
    """

    __tablename__ = "housekeeping_task_steps"
    __table_args__ = (
        UniqueConstraint("task_id", "number"),
        Index("ix_housekeeping_task_steps_at", "property_id", "at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    task_id: Mapped[str] = mapped_column(ForeignKey("housekeeping_tasks.id"))
    # 1, 2, 3 … within the task.
    number: Mapped[int]
    action: Mapped[str]
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    by_id: Mapped[str]
    by: Mapped[str]
    cause: Mapped[str]
    previous: Mapped[str | None]
    state: Mapped[str]
    attendant_id: Mapped[str | None]
    attendant: Mapped[str | None]
    reason: Mapped[str | None]
    note: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    before: Mapped[dict[str, Any] | None]
    taken_back: Mapped[bool] = mapped_column(default=False)


class ChecklistRow(Base):
    """One version of a checklist. Versions are never changed: a task keeps the one it began with."""

    __tablename__ = "housekeeping_checklists"

    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), primary_key=True)
    # The kind of task, and ":<room type>" when it is for one type alone.
    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    items: Mapped[list[Any]]
    by: Mapped[str]
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What a list of tasks is narrowed to; None does not narrow. `attendant_id` "" = nobody's; `shared`
    are lists of others, as (day, attendant), that are the attendant's as well."""

    day: date | None = None
    attendant_id: str | None = None
    shared: tuple[tuple[date, str], ...] = ()
    states: tuple[str, ...] | None = None
    room: str | None = None
    kind: str | None = None
    after: str | None = None


def progress_of(row: TaskRow) -> Progress:
    """The task's life as the pure rules see it."""
    return Progress(
        kind=TaskKind(row.kind),
        state=TaskState(row.state),
        attendant_id=row.attendant_id,
        attendant=row.attendant,
        started_at=row.started_at,
        working_since=row.working_since,
        paused_at=row.paused_at,
        worked_seconds=row.worked_seconds,
        finished_at=row.finished_at,
        finished_by=row.finished_by,
        not_serviced_reason=NotServicedReason(row.not_serviced_reason) if row.not_serviced_reason else None,
        cancel_reason=row.cancel_reason,
        inspection=InspectionState(row.inspection) if row.inspection else None,
        priority=TaskPriority(row.priority),
    )


def put_progress(row: TaskRow, progress: Progress) -> None:
    row.state = progress.state.value
    row.attendant_id = progress.attendant_id
    row.attendant = progress.attendant
    row.started_at = progress.started_at
    row.working_since = progress.working_since
    row.paused_at = progress.paused_at
    row.worked_seconds = progress.worked_seconds
    row.finished_at = progress.finished_at
    row.finished_by = progress.finished_by
    row.not_serviced_reason = progress.not_serviced_reason
    row.cancel_reason = progress.cancel_reason
    row.inspection = progress.inspection
    row.priority = progress.priority.value


def task(session: Session, property_id: str, task_id: str) -> TaskRow | None:
    return session.scalar(select(TaskRow).where(TaskRow.property_id == property_id, TaskRow.id == task_id))


def task_for_edit(session: Session, property_id: str, task_id: str) -> TaskRow | None:
    """The task, locked until the transaction ends."""
    return session.scalar(
        select(TaskRow).where(TaskRow.property_id == property_id, TaskRow.id == task_id).with_for_update()
    )


def tasks(session: Session, property_id: str, wanted: TaskFilter, limit: int) -> list[TaskRow]:
    """Tasks in the order of their ids, up to `limit` behind `wanted.after`."""
    query = select(TaskRow).where(TaskRow.property_id == property_id)
    if wanted.day is not None:
        query = query.where(TaskRow.business_date == wanted.day)
    if wanted.attendant_id is not None:
        holder = wanted.attendant_id or None
        own = TaskRow.attendant_id == holder if holder else TaskRow.attendant_id.is_(None)
        theirs = [
            (TaskRow.business_date == day) & (TaskRow.attendant_id == partner)
            for day, partner in wanted.shared
        ]
        query = query.where(or_(own, *theirs))
    if wanted.states is not None:
        query = query.where(TaskRow.state.in_(wanted.states))
    if wanted.room is not None:
        query = query.where(TaskRow.room == wanted.room)
    if wanted.kind is not None:
        query = query.where(TaskRow.kind == wanted.kind)
    if wanted.after is not None:
        query = query.where(TaskRow.id > wanted.after)
    return list(session.scalars(query.order_by(TaskRow.id).limit(limit)))


def open_tasks(session: Session, property_id: str, rooms: Collection[str] | None = None) -> list[TaskRow]:
    """Every task that is not at its end, of any date."""
    query = select(TaskRow).where(TaskRow.property_id == property_id, TaskRow.state.in_(OPEN))
    if rooms is not None:
        query = query.where(TaskRow.room.in_(list(rooms)))
    return list(session.scalars(query.order_by(TaskRow.id)))


def begun_by(session: Session, property_id: str, attendant_id: str, day: date) -> list[TaskRow]:
    """What somebody has begun and not ended of a business date."""
    return list(
        session.scalars(
            select(TaskRow)
            .where(
                TaskRow.property_id == property_id,
                TaskRow.attendant_id == attendant_id,
                TaskRow.business_date == day,
                TaskRow.state.in_((TaskState.STARTED.value, TaskState.PAUSED.value)),
            )
            .order_by(TaskRow.id)
        )
    )


def task_inspecting(session: Session, property_id: str, task_id: str) -> TaskRow | None:
    """The open inspection of this clean, locked."""
    return session.scalar(
        select(TaskRow)
        .where(TaskRow.property_id == property_id, TaskRow.inspection_of == task_id, TaskRow.state.in_(OPEN))
        .with_for_update()
    )


def newest_inspection(session: Session, property_id: str, task_id: str) -> TaskRow | None:
    """The newest inspection of this clean, open or done, locked."""
    return session.scalar(
        select(TaskRow)
        .where(TaskRow.property_id == property_id, TaskRow.inspection_of == task_id)
        .order_by(TaskRow.id.desc())
        .limit(1)
        .with_for_update()
    )


def re_clean_of(session: Session, property_id: str, task_id: str) -> TaskRow | None:
    """The newest re-clean that this clean's inspection ordered, locked."""
    return session.scalar(
        select(TaskRow)
        .where(TaskRow.property_id == property_id, TaskRow.re_clean_of == task_id)
        .order_by(TaskRow.id.desc())
        .limit(1)
        .with_for_update()
    )


def steps_of(session: Session, property_id: str, task_id: str) -> list[TaskStepRow]:
    """The task's history, oldest first."""
    return list(
        session.scalars(
            select(TaskStepRow)
            .where(TaskStepRow.property_id == property_id, TaskStepRow.task_id == task_id)
            .order_by(TaskStepRow.number)
        )
    )


def newest_step(session: Session, task_id: str) -> TaskStepRow | None:
    return session.scalar(
        select(TaskStepRow).where(TaskStepRow.task_id == task_id).order_by(TaskStepRow.number.desc()).limit(1)
    )


def checklist_of(row: ChecklistRow) -> Checklist:
    return Checklist(
        row.id, row.version, tuple(ChecklistItem(item["key"], item["text"]) for item in row.items)
    )


def newest_checklists(session: Session, property_id: str) -> dict[str, Checklist]:
    """The newest version of every checklist, by id."""
    newest = (
        select(ChecklistRow.id, func.max(ChecklistRow.version).label("version"))
        .where(ChecklistRow.property_id == property_id)
        .group_by(ChecklistRow.id)
        .subquery()
    )
    rows = session.scalars(
        select(ChecklistRow)
        .join(newest, (ChecklistRow.id == newest.c.id) & (ChecklistRow.version == newest.c.version))
        .where(ChecklistRow.property_id == property_id)
        .order_by(ChecklistRow.id)
    )
    return {row.id: checklist_of(row) for row in rows}


def checklists_at(
    session: Session, property_id: str, wanted: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], Checklist]:
    """These versions of these checklists, as far as they exist."""
    if not wanted:
        return {}
    rows = session.scalars(
        select(ChecklistRow).where(
            ChecklistRow.property_id == property_id, ChecklistRow.id.in_({one for one, _ in wanted})
        )
    )
    asked = set(wanted)
    return {(row.id, row.version): checklist_of(row) for row in rows if (row.id, row.version) in asked}
