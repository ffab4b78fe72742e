"""The routes of tasks and their checklists.

An action that does not fit any more is answered 409 `impossible_now` with who made the last step, when,
and the task as it is, so that a tablet can show both sides.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from hotel.actor import Actor
from hotel.errors import NotFound
from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey, SeenVersion, TapAge, etag
from housekeeping.tasks import ImpossibleNow, TaskKind, TaskState
from housekeeping.tasks_schemas import (
    ChecklistList,
    ChecklistShape,
    ChecklistToPut,
    Task,
    TaskActionToDo,
    TaskAnswer,
    TaskEdit,
    TaskHistory,
    TaskList,
    TaskToMake,
    checklist_shape,
    step_shape,
    task_shape,
)
from housekeeping.tasks_service import TaskService
from housekeeping.tasks_store import TaskFilter

DEFAULT_PAGE = 500
LARGEST_PAGE = 1000

Short = Annotated[str | None, Query(max_length=64)]


def routes(service: TaskService) -> APIRouter:
    """Every route of tasks, with full paths."""
    router = APIRouter(tags=["housekeeping"])
    database = service.database

    def shown(task_id: str, actor: Actor, response: Response) -> Task:
        view = service.show(task_id)
        response.headers["ETag"] = etag(view.row.version)
        return task_shape(view, actor, database.clock.now())

    @router.get("/api/tasks")
    def list_tasks(
        actor: CurrentActor,
        day: Annotated[date | None, Query(alias="date")] = None,
        attendant: Short = None,
        state: Annotated[list[TaskState] | None, Query()] = None,
        room: Short = None,
        kind: TaskKind | None = None,
        after: Short = None,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = DEFAULT_PAGE,
    ) -> TaskList:
        """Tasks in the order of their ids; `attendant` is an id, `me` (with the list of whom the caller
        works with as a pair) or `none` (nobody's)."""
        holder = {"me": actor.id, "none": "", None: None}.get(attendant, attendant)
        wanted = TaskFilter(
            day=day,
            attendant_id=holder,
            shared=service.shared_lists(actor.id, day) if attendant == "me" else (),
            states=tuple(one.value for one in state) if state else None,
            room=room,
            kind=kind.value if kind else None,
            after=after,
        )
        views, following = service.page(wanted, limit)
        now = database.clock.now()
        return TaskList(items=[task_shape(view, actor, now) for view in views], next=following)

    @router.post("/api/tasks", status_code=201)
    def make_task(actor: CurrentActor, body: TaskToMake, key: OnceKey, response: Response) -> Task:
        """A guest request, something special, a public area, or any other work asked for by hand."""
        answer = act_once(
            database, actor, key, lambda tx: {"task_id": service.create(tx, actor, body.wish())}
        )
        return shown(answer["task_id"], actor, response)

    @router.get("/api/tasks/{task_id}")
    def show_task(task_id: str, actor: CurrentActor, response: Response) -> Task:
        return shown(task_id, actor, response)

    @router.patch("/api/tasks/{task_id}")
    def edit_task(
        task_id: str,
        actor: CurrentActor,
        body: TaskEdit,
        seen: SeenVersion,
        key: OnceKey,
        response: Response,
    ) -> Task:
        act_once(
            database,
            actor,
            key,
            lambda tx: {"version": service.edit(tx, actor, task_id, seen, body.changes())},
        )
        return shown(task_id, actor, response)

    @router.post("/api/tasks/{task_id}/actions")
    def act_on_task(
        task_id: str,
        actor: CurrentActor,
        body: TaskActionToDo,
        key: OnceKey,
        age: TapAge,
        response: Response,
    ) -> TaskAnswer:
        """Start, pause, resume, finish, inspect … `Operation-Age-Seconds` says how old the tap is."""
        answer: dict[str, Any]
        try:
            answer = act_once(database, actor, key, lambda tx: service.act(tx, actor, task_id, body.tap(age)))
        except ImpossibleNow as refused:
            view = service.show(task_id)
            task = task_shape(view, actor, database.clock.now())
            refused.values |= {
                "by": view.row.last_by,
                "at": view.row.last_at.isoformat(),
                "task": task.model_dump(mode="json"),
            }
            raise
        task = shown(task_id, actor, response)
        return TaskAnswer(**dict(task), checklist_conflict=answer.get("checklist_conflict"))

    @router.get("/api/tasks/{task_id}/history")
    def task_history(task_id: str, actor: CurrentActor) -> TaskHistory:
        return TaskHistory(items=[step_shape(step) for step in service.history(task_id)])

    @router.get("/api/checklists")
    def list_checklists(actor: CurrentActor) -> ChecklistList:
        """The newest version of every checklist."""
        return ChecklistList(items=[checklist_shape(one) for one in service.checklists()])

    @router.get("/api/checklists/{kind}")
    def show_checklist(
        kind: TaskKind, actor: CurrentActor, response: Response, room_type: Short = None
    ) -> ChecklistShape:
        wanted = f"{kind.value}:{room_type}" if room_type else kind.value
        found = next((one for one in service.checklists() if one.id == wanted), None)
        if found is None:
            raise NotFound("unknown_checklist", "There is no such checklist.", checklist=wanted)
        response.headers["ETag"] = etag(found.version)
        return checklist_shape(found)

    @router.put("/api/checklists/{kind}")
    def put_checklist(
        kind: TaskKind,
        actor: CurrentActor,
        body: ChecklistToPut,
        seen: SeenVersion,
        response: Response,
        room_type: Short = None,
    ) -> ChecklistShape:
        """A new version (If-Match "0" makes the first); tasks that have begun keep theirs."""
        with database.write() as tx:
            made = service.put_checklist(
                tx, actor, kind, room_type, seen, [(line.key, line.text) for line in body.items]
            )
        response.headers["ETag"] = etag(made.version)
        return checklist_shape(made)

    return router
