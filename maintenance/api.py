"""The routes of fault reports, with their shapes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey, TapAge, UtcMoment, tapped_at
from maintenance.reports import FaultKind, check_report
from maintenance.service import MaintenanceService
from maintenance.store import FaultReportRow

MOST_REPORTS = 500


class FaultReport(BaseModel):
    id: str
    number: int
    kind: FaultKind
    room: str | None
    area: str | None
    text: str | None
    unsafe: bool
    photos: list[str]
    at: UtcMoment
    by: str
    ticket_id: str


class FaultReportList(BaseModel):
    items: list[FaultReport]
    next: str | None = None


class FaultToReport(BaseModel):
    """What is broken and where: in a room, or in a public place; an asset is where it is."""

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    room: Annotated[str, Field(max_length=20)] | None = None
    area: Annotated[str, Field(max_length=200)] | None = None
    text: Annotated[str, Field(max_length=1000)] | None = None
    unsafe: bool = False
    photos: Annotated[list[str], Field(max_length=20)] = []
    asset_id: Annotated[str, Field(max_length=64)] | None = None


def routes(service: MaintenanceService) -> APIRouter:
    """Every route of maintenance, with full paths."""
    router = APIRouter(tags=["maintenance"])

    @router.post("/api/fault-reports", status_code=201)
    def report_fault(body: FaultToReport, actor: CurrentActor, key: OnceKey, age: TapAge) -> FaultReport:
        report = check_report(
            body.kind, body.room, body.area, body.text, body.unsafe, body.photos, body.asset_id
        )
        answer = act_once(
            service.database,
            actor,
            key,
            lambda tx: {"id": service.report(tx, actor, report, tapped_at(tx.clock, age))},
        )
        return _shape(service.one(answer["id"]))

    @router.get("/api/fault-reports")
    def list_reports(
        actor: CurrentActor,
        room: Annotated[str | None, Query(max_length=20)] = None,
        below: Annotated[int | None, Query(ge=1)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_REPORTS)] = 100,
    ) -> FaultReportList:
        rows, following = service.reports(room, below, limit)
        return FaultReportList(
            items=[_shape(row) for row in rows], next=str(following) if following else None
        )

    return router


def _shape(row: FaultReportRow) -> FaultReport:
    return FaultReport(
        id=row.id,
        number=row.number,
        kind=FaultKind(row.kind),
        room=row.room,
        area=row.area,
        text=row.text,
        unsafe=row.unsafe,
        photos=row.photos,
        at=row.at,
        by=row.by_name,
        ticket_id=row.ticket_id,
    )
