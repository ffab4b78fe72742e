"""The routes of the board, with their shapes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from hotel.actor import Actor
from hotel.requests import CurrentActor, OnceKey, UtcMoment
from housekeeping.board import Advice
from housekeeping.board_service import BoardService, BoardView
from housekeeping.shifts_api import Shift, shift_shape
from housekeeping.tasks import OPEN_STATES, TaskKind, TaskState
from housekeeping.tasks_schemas import Task, Why, task_shape

Id = Annotated[str, Field(max_length=64)]


class BoardQuality(BaseModel):
    """What the lists are worth as they stand. `load_spread`: highest load over the mean, minus 1."""

    load_spread: float
    walking_minutes: float
    missed: int
    late_minutes: float
    unassigned: int
    off_section: int
    moved_share: float | None


class PlannedTask(BaseModel):
    """A task on a list; times None once it is done."""

    task: Task
    planned_start: UtcMoment | None
    planned_end: UtcMoment | None


class Lane(BaseModel):
    """One attendant's list, what is done of it included."""

    shift: Shift
    load_minutes: float
    walking_minutes: float
    tasks: list[PlannedTask]


class LeftOut(BaseModel):
    """A task on nobody's list; `reason` None: nobody has planned it yet."""

    task: Task
    reason: str | None
    help: list[Why]


class Infeasible(BaseModel):
    """An arrival that cannot be met as things stand; `late_minutes` None: nobody gets there at all."""

    task_id: str
    room: str | None
    eta: UtcMoment
    late_minutes: float | None
    help: list[Why]


class BoardChange(BaseModel):
    """What the newest plan changed, and why."""

    task_id: str
    room: str | None
    from_shift: str | None
    from_name: str | None
    to_shift: str | None
    to_name: str | None
    why: Why


class BoardShape(BaseModel):
    """The board of a business date. `version` 0: not planned yet."""

    business_date: date
    version: int
    made_at: UtcMoment | None
    made_by: str | None
    cause: str | None
    solver: str | None
    fallback: str | None
    quality: BoardQuality
    lanes: list[Lane]
    unassigned: list[LeftOut]
    infeasible: list[Infeasible]
    changes: list[BoardChange]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BoardToPlan(_Body):
    date: date


class BoardToReplan(_Body):
    date: date
    cause: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")] = "asked"


class TaskToMove(_Body):
    """Where a task goes: on the list of `shift_id` (None: on nobody's) before the task `before` (None: at
    the end). `seen_shift_id`: whose list it was seen on, "" = nobody's."""

    task_id: Id
    shift_id: Id | None
    before: Id | None = None
    seen_shift_id: Id | None = None


class ListsToMerge(_Body):
    """The open tasks of `from_shift` go to `to_shift`. `seen_version`: the board's, as it was seen."""

    date: date
    from_shift: Id
    to_shift: Id
    seen_version: Annotated[int, Field(ge=0)] | None = None


class TaskToLock(_Body):
    task_id: Id
    locked: bool


def routes(service: BoardService) -> APIRouter:
    """The routes, with full paths."""
    router = APIRouter(tags=["housekeeping"])

    @router.get("/api/board")
    def show_board(
        actor: CurrentActor, day: Annotated[date | None, Query(alias="date")] = None
    ) -> BoardShape:
        """Who does what in which order; without a date, today's."""
        return board_shape(service.show(day), actor)

    @router.post("/api/board/plan")
    def plan_board(actor: CurrentActor, body: BoardToPlan, key: OnceKey) -> BoardShape:
        """Plan the whole day anew; what is begun or locked stays."""
        service.plan(actor, body.date, key)
        return board_shape(service.show(body.date), actor)

    @router.post("/api/board/replan")
    def replan_board(actor: CurrentActor, body: BoardToReplan, key: OnceKey) -> BoardShape:
        """Mend the board with few changes."""
        service.replan(actor, body.date, body.cause, key)
        return board_shape(service.show(body.date), actor)

    @router.post("/api/board/move")
    def move_task(actor: CurrentActor, body: TaskToMove, key: OnceKey) -> BoardShape:
        day = service.by_hand.move(actor, body.task_id, body.shift_id, body.before, body.seen_shift_id, key)
        return board_shape(service.show(day), actor)

    @router.post("/api/board/lock")
    def lock_task(actor: CurrentActor, body: TaskToLock, key: OnceKey) -> BoardShape:
        day = service.by_hand.lock(actor, body.task_id, body.locked, key)
        return board_shape(service.show(day), actor)

    @router.post("/api/board/merge")
    def merge_lists(actor: CurrentActor, body: ListsToMerge, key: OnceKey) -> BoardShape:
        """Make two lists one; every task can be moved back. What is begun or locked stays, with a reason."""
        day = service.by_hand.merge(actor, body.date, body.from_shift, body.to_shift, body.seen_version, key)
        return board_shape(service.show(day), actor)

    return router


def board_shape(view: BoardView, actor: Actor) -> BoardShape:
    loaded, row = view.loaded, view.loaded.row
    stands = loaded.stands
    visits = {visit.work_id: visit for route in stands.board.routes for visit in route.visits}
    shown = {
        one: task_shape(task, actor, loaded.now)
        for one, task in view.views.items()
        if task.row.state != TaskState.CANCELLED.value and task.row.kind != TaskKind.INSPECTION.value
    }

    def planned(task: Task) -> PlannedTask:
        visit = visits.get(task.id)
        return PlannedTask(
            task=task,
            planned_start=visit.starts_at if visit else None,
            planned_end=visit.ends_at if visit else None,
        )

    lanes = []
    for shift in loaded.shifts:
        mine = [task for one, task in shown.items() if stands.holders.get(one) == shift.id]
        mine.sort(key=_place_on_list)
        route = next((route for route in stands.board.routes if route.shift_id == shift.id), None)
        lanes.append(
            Lane(
                shift=shift_shape(shift),
                load_minutes=route.load_minutes if route else 0.0,
                walking_minutes=route.walking_minutes if route else 0.0,
                tasks=[planned(task) for task in mine],
            )
        )
    reasons = row.left_out if row is not None else {}
    advice = {entry.work_id: entry.help for entry in stands.board.unassigned}
    return BoardShape(
        business_date=loaded.day,
        version=row.number if row else 0,
        made_at=row.made_at if row else None,
        made_by=row.made_by if row else None,
        cause=row.cause if row else None,
        solver=row.solver if row else None,
        fallback=row.fallback if row else None,
        quality=_quality(view),
        lanes=lanes,
        unassigned=[
            LeftOut(
                task=task,
                reason=reasons.get(one),
                help=_help(advice.get(one, ())),
            )
            for one, task in shown.items()
            if task.state in OPEN_STATES and one not in stands.holders
        ],
        infeasible=[
            Infeasible(
                task_id=late.work_id,
                room=loaded.tasks[late.work_id].room,
                eta=late.due_at,
                late_minutes=late.late_minutes,
                help=_help(late.help),
            )
            for late in stands.board.late
            if row is not None
        ],
        changes=[_change(change) for change in (row.changes if row else [])],
    )


def _place_on_list(task: Task) -> tuple[int, Any, str]:
    """What is done first, then what is begun, then by the list's numbers."""
    if task.state not in OPEN_STATES:
        return (0, task.finished_at.timestamp() if task.finished_at else 0.0, task.id)
    if task.state != TaskState.PLANNED:
        return (1, 0.0, task.id)
    return (2, float(task.sequence or 10**9), task.id)


def _quality(view: BoardView) -> BoardQuality:
    row, measures = view.loaded.row, view.measures
    return BoardQuality(
        load_spread=measures.load_spread,
        walking_minutes=measures.walking_minutes,
        missed=measures.missed,
        late_minutes=measures.late_minutes,
        unassigned=measures.unassigned,
        off_section=measures.off_section,
        moved_share=row.quality.get("moved_share") if row else None,
    )


def _help(advice: tuple[Advice, ...]) -> list[Why]:
    return [
        Why(
            code=one.code,
            params={
                name: value.isoformat() if hasattr(value, "isoformat") else value
                for name, value in one.params.items()
            },
        )
        for one in advice
    ]


def _change(change: dict[str, Any]) -> BoardChange:
    values = {name: change[name] for name in BoardChange.model_fields if name != "why"}
    return BoardChange(**values, why=Why(code=change["code"], params=change["params"]))
