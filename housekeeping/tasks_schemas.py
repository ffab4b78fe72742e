"""The shapes of tasks over HTTP."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from hotel.actor import Actor
from hotel.requests import UtcMoment
from housekeeping.checklists import LONGEST_ITEM, MOST_ITEMS, Checklist
from housekeeping.tasks import (
    LONGEST_NOTE,
    LONGEST_TASK_REASON,
    ImpossibleNow,
    InspectionState,
    NotServicedReason,
    TaskAction,
    TaskKind,
    TaskPriority,
    TaskState,
    action_of,
    may_now,
)
from housekeeping.tasks_corrections import check_undo
from housekeeping.tasks_service import MOST_MINUTES, NewTask, TaskChanges, TaskView
from housekeeping.tasks_store import TaskStepRow
from housekeeping.tasks_taps import TaskTap

Minutes = Annotated[float, Field(gt=0, le=MOST_MINUTES)]
Note = Annotated[str, Field(max_length=LONGEST_NOTE)]
MOST_PHOTOS = 10
Name = Annotated[str, Field(max_length=100)]


class Why(BaseModel):
    """Why a task is there, or where it is in the order: a code that a screen translates, with its values."""

    code: str
    params: dict[str, Any]


class CheckItem(BaseModel):
    key: str
    text: str
    done: bool


class TaskChecklist(BaseModel):
    id: str
    version: int
    items: list[CheckItem]


class Supply(BaseModel):
    key: Name
    text: Name
    count: Annotated[int, Field(ge=0, le=999)]


class TaskNote(BaseModel):
    text: str
    by: str
    at: UtcMoment


class TaskInspection(BaseModel):
    """Who demands that this clean is inspected, and what came of it."""

    demanded_by: str | None
    state: InspectionState
    by: str | None


class Task(BaseModel):
    """A task; `may` is what the caller may do to it now."""

    id: str
    kind: TaskKind
    state: TaskState
    room: str | None
    area: str | None
    floor: str | None
    business_date: date
    version: int
    attendant_id: str | None
    attendant: str | None
    sequence: int | None
    locked: bool
    minutes: float
    credits: float
    earliest_at: UtcMoment | None
    due_at: UtcMoment | None
    response_due_at: UtcMoment | None
    priority: TaskPriority
    why: Why
    started_at: UtcMoment | None
    working_since: UtcMoment | None
    paused_at: UtcMoment | None
    worked_seconds: float
    finished_at: UtcMoment | None
    finished_by: str | None
    not_serviced_reason: NotServicedReason | None
    cancel_reason: str | None
    checklist: TaskChecklist | None
    supplies: list[Supply]
    note: str | None
    notes: list[TaskNote]
    wish: str | None
    stay_id: str | None
    re_clean_of: str | None
    inspection_of: str | None
    inspection: TaskInspection | None
    last_step: str
    last_at: UtcMoment
    last_by: str
    may: list[TaskAction]


class TaskList(BaseModel):
    items: list[Task]
    next: str | None


class ChecklistConflict(BaseModel):
    """Ticks were made on another version than the task goes by; what both know was taken over."""

    seen: TaskChecklist
    current: TaskChecklist


class TaskAnswer(Task):
    """The task after an action."""

    checklist_conflict: ChecklistConflict | None = None


class TaskStep(BaseModel):
    """One step of a task's history; `at` is when it happened, `received_at` when it was heard of."""

    number: int
    action: str
    at: UtcMoment
    received_at: UtcMoment
    by: str
    cause: str
    previous: TaskState | None
    state: TaskState
    attendant_id: str | None
    attendant: str | None
    reason: str | None
    note: str | None
    detail: dict[str, Any]
    taken_back: bool


class TaskHistory(BaseModel):
    items: list[TaskStep]


class TaskToMake(BaseModel):
    """A task asked for by hand."""

    model_config = ConfigDict(extra="forbid")

    kind: TaskKind
    room: Annotated[str, Field(max_length=16)] | None = None
    area: Name | None = None
    floor: Annotated[str, Field(max_length=16)] | None = None
    minutes: Minutes | None = None
    credits: Annotated[float, Field(ge=0, le=100)] | None = None
    earliest_at: UtcMoment | None = None
    due_at: UtcMoment | None = None
    priority: TaskPriority = TaskPriority.NORMAL
    note: Note | None = None
    attendant_id: Annotated[str, Field(max_length=64)] | None = None
    response_minutes: Minutes | None = None
    supplies: Annotated[list[Supply], Field(max_length=40)] = Field(default_factory=list)

    def wish(self) -> NewTask:
        values = self.model_dump(exclude={"supplies"})
        return NewTask(**values, supplies=tuple(supply.model_dump() for supply in self.supplies))


class TaskActionToDo(BaseModel):
    """What is done to a task. `seen_state`: the state that the person saw; `to_state`: of a correction;
    `attendant_id`: who gets a task that is taken over; `photos`: files that show why."""

    model_config = ConfigDict(extra="forbid")

    action: TaskAction
    seen_state: TaskState | None = None
    reason: Annotated[str, Field(max_length=LONGEST_TASK_REASON)] | None = None
    note: Note | None = None
    checklist: Annotated[dict[str, bool], Field(max_length=MOST_ITEMS)] | None = None
    checklist_version: Annotated[int, Field(ge=1)] | None = None
    minutes: Annotated[float, Field(ge=0, le=MOST_MINUTES)] | None = None
    to_state: TaskState | None = None
    attendant_id: Annotated[str, Field(max_length=64)] | None = None
    photos: Annotated[list[str], Field(max_length=MOST_PHOTOS)] = Field(default_factory=list)

    def tap(self, age: timedelta) -> TaskTap:
        return TaskTap(
            action=self.action,
            age=age,
            seen_state=self.seen_state,
            reason=self.reason,
            note=self.note,
            ticks=self.checklist,
            checklist_version=self.checklist_version,
            minutes=self.minutes,
            to_state=self.to_state,
            attendant_id=self.attendant_id,
            photos=tuple(self.photos),
        )


class TaskEdit(BaseModel):
    """What a supervisor changes; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    minutes: Minutes | None = None
    credits: Annotated[float, Field(ge=0, le=100)] | None = None
    earliest_at: UtcMoment | None = None
    due_at: UtcMoment | None = None
    priority: TaskPriority = TaskPriority.NORMAL
    note: Note | None = None
    attendant_id: Annotated[str, Field(max_length=64)] | None = None
    locked: bool = False
    sequence: Annotated[int, Field(ge=0, le=10_000)] | None = None

    def changes(self) -> TaskChanges:
        return TaskChanges(given=frozenset(self.model_fields_set), **self.model_dump())


class ChecklistLine(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(max_length=40)] | None = None
    text: Annotated[str, Field(max_length=LONGEST_ITEM)]


class ChecklistToPut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    items: Annotated[list[ChecklistLine], Field(max_length=MOST_ITEMS)]


class ChecklistShape(BaseModel):
    id: str
    kind: TaskKind
    room_type: str | None
    version: int
    items: list[ChecklistLine]


class ChecklistList(BaseModel):
    items: list[ChecklistShape]


def task_shape(view: TaskView, actor: Actor, now: datetime) -> Task:
    """A task as `actor` sees it."""
    row, progress = view.row, view.progress
    holder = frozenset({row.attendant_id} if view.partner_id == actor.id and row.attendant_id else ())
    may = may_now(progress, actor, holder)
    if _may_undo(view, actor, now):
        may.append(TaskAction.UNDO)
    return Task(
        id=row.id,
        kind=progress.kind,
        state=progress.state,
        room=row.room,
        area=row.area,
        floor=row.floor,
        business_date=row.business_date,
        version=row.version,
        attendant_id=row.attendant_id,
        attendant=row.attendant,
        sequence=row.sequence,
        locked=row.locked,
        minutes=row.minutes,
        credits=row.credits,
        earliest_at=row.earliest_at,
        due_at=row.due_at,
        response_due_at=row.response_due_at,
        priority=progress.priority,
        why=Why(code=row.why_code, params=row.why_params),
        started_at=row.started_at,
        working_since=row.working_since,
        paused_at=row.paused_at,
        worked_seconds=row.worked_seconds,
        finished_at=row.finished_at,
        finished_by=row.finished_by,
        not_serviced_reason=progress.not_serviced_reason,
        cancel_reason=row.cancel_reason,
        checklist=_checklist_shape(view.checklist, row.ticks) if view.checklist else None,
        supplies=[Supply.model_validate(supply) for supply in row.supplies],
        note=row.note,
        notes=[TaskNote.model_validate(note) for note in row.notes],
        wish=view.wish,
        stay_id=row.stay_id,
        re_clean_of=row.re_clean_of,
        inspection_of=row.inspection_of,
        inspection=TaskInspection(
            demanded_by=row.inspection_rule, state=progress.inspection, by=row.inspected_by
        )
        if progress.inspection
        else None,
        last_step=row.last_action,
        last_at=row.last_at,
        last_by=row.last_by,
        may=may,
    )


def step_shape(step: TaskStepRow) -> TaskStep:
    return TaskStep.model_validate({name: getattr(step, name) for name in TaskStep.model_fields})


def checklist_shape(checklist: Checklist) -> ChecklistShape:
    kind, _, room_type = checklist.id.partition(":")
    return ChecklistShape(
        id=checklist.id,
        kind=TaskKind(kind),
        room_type=room_type or None,
        version=checklist.version,
        items=[ChecklistLine(key=item.key, text=item.text) for item in checklist.items],
    )


def _checklist_shape(checklist: Checklist, ticks: dict[str, Any]) -> TaskChecklist:
    return TaskChecklist(
        id=checklist.id,
        version=checklist.version,
        items=[
            CheckItem(key=item.key, text=item.text, done=bool(ticks.get(item.key)))
            for item in checklist.items
        ],
    )


def _may_undo(view: TaskView, actor: Actor, now: datetime) -> bool:
    row = view.row
    try:
        check_undo(action_of(row.last_action), row.last_by_id, row.last_at, actor, now, view.progress.state)
    except ImpossibleNow:
        return False
    return True
