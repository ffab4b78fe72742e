"""The routes of shifts, with their shapes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from hotel.actor import Actor
from hotel.database import Transaction
from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey, SeenVersion, UtcMoment, etag
from housekeeping.shifts import MOST_BREAKS, DayShift, ShiftBreak, ShiftState
from housekeeping.shifts_service import ShiftService
from housekeeping.shifts_store import ShiftRow, shift_of

Id = Annotated[str, Field(max_length=64)]
Text = Annotated[str, Field(max_length=80)]


class BreakShape(BaseModel):
    model_config = ConfigDict(extra="forbid")

    starts_at: UtcMoment
    ends_at: UtcMoment


class ShiftToPut(BaseModel):
    """A shift. Without `staff_id` it is an agency attendant's, known by `name` alone."""

    model_config = ConfigDict(extra="forbid")

    business_date: date
    staff_id: Id | None = None
    name: Text = ""
    starts_at: UtcMoment
    ends_at: UtcMoment
    breaks: Annotated[list[BreakShape], Field(max_length=MOST_BREAKS)] = Field(default_factory=list)
    section: Text | None = None
    floors: Annotated[list[Text], Field(max_length=60)] = Field(default_factory=list)
    pair_with: Id | None = None
    skills: Annotated[list[Text], Field(max_length=20)] = Field(default_factory=list)
    max_credits: Annotated[float, Field(gt=0, le=200)] | None = None
    max_minutes: Annotated[float, Field(gt=0, le=960)] | None = None
    max_area_square_metres: Annotated[float, Field(gt=0, le=10_000)] | None = None
    state: ShiftState = ShiftState.PLANNED

    def shift(self, shift_id: str = "") -> DayShift:
        values = self.model_dump(exclude={"breaks", "floors", "skills"})
        return DayShift(
            id=shift_id,
            breaks=tuple(ShiftBreak(one.starts_at, one.ends_at) for one in self.breaks),
            floors=tuple(self.floors),
            skills=tuple(self.skills),
            **values,
        )


class Shift(BaseModel):
    """A shift as it stands; `attendant_id` is whom its tasks are given to."""

    id: str
    attendant_id: str
    version: int
    business_date: date
    staff_id: str | None
    name: str
    starts_at: UtcMoment
    ends_at: UtcMoment
    breaks: list[BreakShape]
    section: str | None
    floors: list[str]
    pair_with: str | None
    skills: list[str]
    max_credits: float | None
    max_minutes: float | None
    max_area_square_metres: float | None
    state: ShiftState


class ShiftList(BaseModel):
    items: list[Shift]


def shift_shape(row: ShiftRow) -> Shift:
    shift = shift_of(row)
    return Shift(
        id=shift.id,
        attendant_id=shift.attendant_id,
        version=row.version,
        business_date=shift.business_date,
        staff_id=shift.staff_id,
        name=shift.name,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        breaks=[BreakShape(starts_at=one.starts_at, ends_at=one.ends_at) for one in shift.breaks],
        section=shift.section,
        floors=list(shift.floors),
        pair_with=shift.pair_with,
        skills=list(shift.skills),
        max_credits=shift.max_credits,
        max_minutes=shift.max_minutes,
        max_area_square_metres=shift.max_area_square_metres,
        state=shift.state,
    )


def routes(service: ShiftService, replan: Callable[[Actor, date, str], object]) -> APIRouter:
    """The routes, with full paths. `replan(actor, day, cause)` mends the board after a sick call."""
    router = APIRouter(tags=["housekeeping"])
    database = service.database

    def shown(shift_id: str, response: Response) -> Shift:
        row = service.find(shift_id)
        response.headers["ETag"] = etag(row.version)
        return shift_shape(row)

    @router.get("/api/shifts")
    def list_shifts(
        actor: CurrentActor, day: Annotated[date | None, Query(alias="date")] = None
    ) -> ShiftList:
        """The shifts of a business date; without one, of today's."""
        return ShiftList(items=[shift_shape(row) for row in service.of_day(day)])

    @router.post("/api/shifts", status_code=201)
    def add_shift(actor: CurrentActor, body: ShiftToPut, key: OnceKey, response: Response) -> Shift:
        made = act_once(database, actor, key, lambda tx: {"id": service.add(tx, actor, body.shift())})
        return shown(made["id"], response)

    @router.get("/api/shifts/{shift_id}")
    def show_shift(shift_id: str, actor: CurrentActor, response: Response) -> Shift:
        return shown(shift_id, response)

    @router.patch("/api/shifts/{shift_id}")
    def edit_shift(
        shift_id: str,
        actor: CurrentActor,
        body: ShiftToPut,
        seen: SeenVersion,
        key: OnceKey,
        response: Response,
    ) -> Shift:
        """Make the shift what the body says."""

        def edit(tx: Transaction) -> dict[str, str]:
            service.edit(tx, actor, seen, body.shift(shift_id))
            return {"id": shift_id}

        act_once(database, actor, key, edit)
        return shown(shift_id, response)

    @router.delete("/api/shifts/{shift_id}", status_code=204)
    def remove_shift(shift_id: str, actor: CurrentActor, key: OnceKey) -> None:
        def remove(tx: Transaction) -> dict[str, str]:
            service.remove(tx, actor, shift_id)
            return {"id": shift_id}

        act_once(database, actor, key, remove)

    @router.post("/api/shifts/{shift_id}/sick")
    def call_in_sick(shift_id: str, actor: CurrentActor, key: OnceKey, response: Response) -> Shift:
        """They do not come or go home; the board hands their rooms to the others at once."""
        done = act_once(
            database,
            actor,
            key,
            lambda tx: {"day": service.call_in_sick(tx, actor, shift_id).isoformat()},
        )
        replan(actor, date.fromisoformat(done["day"]), "sick")
        return shown(shift_id, response)

    return router
