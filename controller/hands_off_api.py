"""The routes of hands off: what is on, switch on, lift."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, ConfigDict, Field

from controller.hands_off import LONGEST_REASON, HandsOff
from controller.service import ControllerService
from hotel.database import Database
from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey


class HandsOffRequest(BaseModel):
    """Why nothing may be sent there."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=LONGEST_REASON)


class HandsOffSwitch(BaseModel):
    """A switch that is on: over the "property", a "floor:4" or a "room:412"."""

    scope: str
    reason: str
    by: str
    since: datetime


class HandsOffList(BaseModel):
    items: list[HandsOffSwitch]
    next: str | None = None


def routes(service: ControllerService, database: Database) -> APIRouter:
    """The routes over `service`."""
    router = APIRouter(tags=["controller"])

    @router.get("/api/hands-off", response_model=HandsOffList)
    def list_hands_off(actor: CurrentActor) -> Any:
        return {"items": service.hands_off_switches()}

    @router.put("/api/hands-off/{scope}", response_model=HandsOffSwitch)
    def set_hands_off(scope: str, body: HandsOffRequest, actor: CurrentActor, once: OnceKey) -> Any:
        return act_once(
            database, actor, once, lambda tx: _json(service.set_hands_off(tx, actor, scope, body.reason))
        )

    @router.delete("/api/hands-off/{scope}", response_model=HandsOffSwitch)
    def lift_hands_off(scope: str, actor: CurrentActor, once: OnceKey) -> Any:
        return act_once(database, actor, once, lambda tx: _json(service.lift_hands_off(tx, actor, scope)))

    return router


def _json(switch: HandsOff) -> dict[str, Any]:
    encoded: dict[str, Any] = jsonable_encoder(switch)
    return encoded
