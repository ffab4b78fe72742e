"""The routes of compound actions: start one, follow it, list them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Query
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, ConfigDict, Field

from controller.actions import MOST_WANTS, Want
from controller.actions_service import MOST_LISTED
from controller.readings import Action, ActionDetail, Level, Purpose
from controller.service import ControllerService
from hotel.database import Database
from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey

MOST_SELECTED = 2000


class WantRequest(BaseModel):
    """What one kind of device shall become; the purpose "light" means every lamp of a room."""

    model_config = ConfigDict(extra="forbid")

    purpose: Purpose
    property: str = Field(max_length=64)
    value: bool | float | str


class ActionRequest(BaseModel):
    """Rooms and floors, and either a scene or what is wanted."""

    model_config = ConfigDict(extra="forbid")

    rooms: list[str] = Field(default_factory=list, max_length=MOST_SELECTED)
    floors: list[str] = Field(default_factory=list, max_length=MOST_SELECTED)
    scene: str | None = Field(default=None, max_length=64)
    wants: list[WantRequest] = Field(default_factory=list, max_length=MOST_WANTS)
    level: Level | None = None
    reason: str | None = Field(default=None, max_length=200)


class ActionList(BaseModel):
    items: list[Action]
    next: str | None = None


def routes(service: ControllerService, database: Database) -> APIRouter:
    """The routes over `service`."""
    router = APIRouter(tags=["controller"])

    @router.post("/api/actions", status_code=202, response_model=Action)
    def start_action(body: ActionRequest, actor: CurrentActor, once: OnceKey) -> Any:
        return act_once(
            database,
            actor,
            once,
            lambda tx: _json(
                service.start_action(
                    tx,
                    actor,
                    rooms=body.rooms,
                    floors=body.floors,
                    scene=body.scene,
                    wants=[Want(want.purpose, want.property, want.value) for want in body.wants],
                    level=body.level,
                    reason=body.reason,
                )
            ),
        )

    @router.get("/api/actions/{action_id}", response_model=ActionDetail)
    def read_action(action_id: str, actor: CurrentActor) -> Any:
        return service.action(action_id)

    @router.get("/api/actions", response_model=ActionList)
    def list_actions(
        actor: CurrentActor,
        room: str | None = None,
        limit: int = Query(default=20, ge=1, le=MOST_LISTED),
    ) -> Any:
        return {"items": service.actions(room, limit)}

    return router


def _json(reading: Action) -> dict[str, Any]:
    encoded: dict[str, Any] = jsonable_encoder(reading)
    return encoded
