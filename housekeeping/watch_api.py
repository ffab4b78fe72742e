"""The routes of discrepancies, reminders, learned durations and the rooms' past."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey, UtcMoment
from housekeeping.discrepancies import LONGEST_RESOLUTION
from housekeeping.reminders import ReminderLevel, ReminderReason
from housekeeping.status import AvailabilityState, Cleanliness, Discrepancy
from housekeeping.tasks import TaskKind, TaskState
from housekeeping.watch_service import RoomThen, WatchService
from housekeeping.watch_store import DiscrepancyRow

MOST_DISCREPANCIES = 500


class TaskThenShape(BaseModel):
    task_id: str
    kind: TaskKind
    state: TaskState
    attendant_id: str | None
    attendant: str | None
    reason: str | None
    at: UtcMoment


class RoomStatusThen(BaseModel):
    """A room at a moment of the past: each axis, who set it and why, who was at work in it or had it."""

    number: str
    at: UtcMoment
    front_office: Literal["vacant", "occupied"]
    front_office_since: UtcMoment | None
    front_office_by: str | None
    front_office_reason: str | None
    cleanliness: Cleanliness
    cleanliness_since: UtcMoment | None
    cleanliness_by: str | None
    cleanliness_reason: str | None
    availability: AvailabilityState
    availability_reason: str | None
    availability_by: str | None
    turndown: str
    service: str
    panel: str
    attendant_id: str | None
    attendant: str | None
    tasks: list[TaskThenShape]


class RoomStatusThenList(BaseModel):
    items: list[RoomStatusThen]


class RoomFound(BaseModel):
    """What somebody found in a room; `people` counts them where it is occupied."""

    model_config = ConfigDict(extra="forbid")

    occupied: bool
    people: int | None = None


class FoundKept(BaseModel):
    id: str


class DiscrepancyShape(BaseModel):
    id: str
    room: str
    kind: Discrepancy
    since: UtcMoment
    seen_by: str
    people_expected: int | None
    people_found: int | None
    resolved_at: UtcMoment | None
    resolved_by: str | None
    resolution: str | None


class DiscrepancyList(BaseModel):
    items: list[DiscrepancyShape]


class Resolution(BaseModel):
    model_config = ConfigDict(extra="forbid")

    resolution: Annotated[str, Field(max_length=LONGEST_RESOLUTION)]


class ReminderShape(BaseModel):
    """Something that is late now: remind its attendant, or already the supervisor."""

    task_id: str
    attendant_id: str | None
    reason: ReminderReason
    level: ReminderLevel
    since: UtcMoment


class ReminderList(BaseModel):
    items: list[ReminderShape]


class DurationShape(BaseModel):
    """What such work takes: half of it no longer than P50, nine of ten no longer than P90."""

    kind: TaskKind
    room_type: str | None
    nights: int
    p50_minutes: float
    p90_minutes: float
    measured: int


class AttendantMinutesShape(BaseModel):
    """What somebody's cleans take, half of them no longer; `pace` × the usual minutes."""

    attendant_id: str
    name: str
    pace: float
    measured: int
    departure_minutes: float
    stayover_minutes: float


class AttendantMinutesList(BaseModel):
    """`learned` False: the property does not learn of each attendant."""

    learned: bool
    items: list[AttendantMinutesShape]


def then_shape(then: RoomThen) -> RoomStatusThen:
    values = {name: getattr(then, name) for name in RoomStatusThen.model_fields if name not in _OTHERS}
    tasks = [
        TaskThenShape.model_validate({name: getattr(task, name) for name in TaskThenShape.model_fields})
        for task in then.tasks
    ]
    return RoomStatusThen(number=then.room, tasks=tasks, **values)


_OTHERS = ("number", "tasks")


def discrepancy_shape(row: DiscrepancyRow) -> DiscrepancyShape:
    return DiscrepancyShape.model_validate(
        {name: getattr(row, name) for name in DiscrepancyShape.model_fields}
    )


def routes(service: WatchService) -> APIRouter:
    """The routes, with full paths."""
    router = APIRouter(tags=["housekeeping"])
    database = service.database

    @router.get("/api/housekeeping/status")
    def statuses_then(
        actor: CurrentActor,
        at: UtcMoment,
        room: Annotated[str | None, Query(max_length=16)] = None,
    ) -> RoomStatusThenList:
        """Status, attendant and reason of every room (or of one) at any moment of the past."""
        return RoomStatusThenList(items=[then_shape(then) for then in service.rooms_at(at, room)])

    @router.post("/api/rooms/{number}/found", status_code=201)
    def room_found(number: str, actor: CurrentActor, body: RoomFound, key: OnceKey) -> FoundKept:
        """Somebody was in the room and says whether it is lived in, and by how many."""
        answer = act_once(
            database,
            actor,
            key,
            lambda tx: {"id": service.found(tx, actor, number, body.occupied, body.people)},
        )
        return FoundKept(id=answer["id"])

    @router.get("/api/discrepancies")
    def list_discrepancies(
        actor: CurrentActor,
        state: Annotated[str, Query(pattern="^(open|all)$")] = "open",
        limit: Annotated[int, Query(ge=1, le=MOST_DISCREPANCIES)] = MOST_DISCREPANCIES,
    ) -> DiscrepancyList:
        """Where front office, reports and sensors contradict each other, newest first."""
        rows = service.discrepancies(state == "open", limit)
        return DiscrepancyList(items=[discrepancy_shape(row) for row in rows])

    @router.post("/api/discrepancies/{discrepancy_id}/resolve")
    def resolve(discrepancy_id: str, actor: CurrentActor, body: Resolution, key: OnceKey) -> DiscrepancyShape:
        answer = act_once(
            database,
            actor,
            key,
            lambda tx: discrepancy_shape(
                service.resolve(tx, actor, discrepancy_id, body.resolution)
            ).model_dump(mode="json"),
        )
        return DiscrepancyShape.model_validate(answer)

    @router.get("/api/housekeeping/reminders")
    def list_reminders(actor: CurrentActor) -> ReminderList:
        """What is late now: past its latest start, its P90 or its response time, or held by nobody."""
        return ReminderList(
            items=[
                ReminderShape(
                    task_id=one.task_id,
                    attendant_id=one.attendant_id,
                    reason=one.reason,
                    level=one.level,
                    since=one.since,
                )
                for one in service.reminders()
            ]
        )

    @router.get("/api/housekeeping/durations")
    def show_duration(
        actor: CurrentActor,
        kind: TaskKind,
        room_type: Annotated[str | None, Query(max_length=40)] = None,
        nights: Annotated[int, Query(ge=0, le=400)] = 0,
    ) -> DurationShape:
        """What was learned of how long such work takes."""
        found = service.durations().estimate(kind, room_type, nights)
        return DurationShape(
            kind=kind,
            room_type=room_type,
            nights=nights,
            p50_minutes=round(found.p50_minutes, 1),
            p90_minutes=round(found.p90_minutes, 1),
            measured=found.measured,
        )

    @router.get("/api/housekeeping/durations/attendants")
    def show_attendants(actor: CurrentActor) -> AttendantMinutesList:
        """What was learned of each attendant, where the property has switched that on."""
        learned, items = service.attendants_minutes()
        return AttendantMinutesList(
            learned=learned,
            items=[
                AttendantMinutesShape(
                    attendant_id=one.attendant_id,
                    name=one.name,
                    pace=round(one.pace, 2),
                    measured=one.measured,
                    departure_minutes=round(one.departure_minutes, 1),
                    stayover_minutes=round(one.stayover_minutes, 1),
                )
                for one in items
            ],
        )

    return router
