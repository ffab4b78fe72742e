"""The routes of arrivals: a sign of a guest on the way, the records of arrivals, their figures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, ConfigDict

from controller.eta import Sign, SignKind
from controller.habits import Habits
from controller.records import ArrivalRecord, ComfortFigures
from controller.service import ControllerService
from hotel.database import Database
from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey


class SignRequest(BaseModel):
    """What told that the guest is on the way, and when they come if it said so."""

    model_config = ConfigDict(extra="forbid")

    kind: SignKind
    eta: datetime | None = None


class SignTaken(BaseModel):
    kind: SignKind
    at: datetime
    eta: datetime | None


class ArrivalRecords(BaseModel):
    items: list[ArrivalRecord]
    next: str | None = None


def routes(service: ControllerService, database: Database) -> APIRouter:
    """The routes over `service`."""
    router = APIRouter(tags=["comfort"])

    @router.post("/api/stays/{stay_id}/sign", status_code=202, response_model=SignTaken)
    def sign(stay_id: str, body: SignRequest, actor: CurrentActor, once: OnceKey) -> Any:
        return act_once(
            database, actor, once, lambda tx: _json(service.sign(tx, actor, stay_id, body.kind, body.eta))
        )

    @router.get("/api/comfort/arrivals", response_model=ArrivalRecords)
    def list_arrivals(actor: CurrentActor, start: datetime, end: datetime, room: str | None = None) -> Any:
        """Arrivals seen from `start` to `end`, oldest first."""
        return {"items": service.arrival_records(start, end, room)}

    @router.get("/api/comfort/figures", response_model=ComfortFigures)
    def show_figures(actor: CurrentActor, start: datetime, end: datetime) -> Any:
        """What these arrivals say together."""
        return service.comfort_figures(start, end)

    @router.get("/api/comfort/habits", response_model=Habits)
    def show_habits(actor: CurrentActor) -> Any:
        """When guests come, by how they booked, as far as the house has learned it."""
        return service.arrival_habits()

    return router


def _json(sign: Sign) -> dict[str, Any]:
    encoded: dict[str, Any] = jsonable_encoder(sign)
    return encoded
