"""The controller's routes: commands, pre-conditioning, giving devices back, approving devices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.responses import JSONResponse

from controller.readings import Command, Device, Hold, Level, Plan, Purpose
from controller.service import ControllerService
from hotel.database import Database
from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey

MOST_DEVICES = 500


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CommandRequest(_Body):
    """Which property of which device shall become what."""

    device_id: str | None = None
    purpose: Purpose | None = None
    property: str = Field(max_length=64)
    value: bool | float | str
    revision: int | None = None
    level: Level | None = None
    reason: str | None = Field(default=None, max_length=200)


class PreconditionRequest(_Body):
    """How warm and by when; both have sensible defaults."""

    celsius: float | None = None
    by: datetime | None = None


class ReleaseRequest(_Body):
    """What is given back to the automatic: a property, a device, or the room when both are left out."""

    device_id: str | None = None
    property: str | None = Field(default=None, max_length=64)


class HoldList(BaseModel):
    items: list[Hold]
    next: str | None = None


def routes(service: ControllerService, database: Database) -> APIRouter:
    """The routes over `service`."""
    router = APIRouter(tags=["controller"])

    @router.post("/api/rooms/{number}/commands", status_code=202, response_model=Command)
    def request_command(number: str, body: CommandRequest, actor: CurrentActor, once: OnceKey) -> Any:
        answer = act_once(
            database,
            actor,
            once,
            lambda tx: _command(
                service.request_command(
                    tx,
                    actor,
                    number,
                    property=body.property,
                    value=body.value,
                    device_id=body.device_id,
                    purpose=body.purpose,
                    revision=body.revision,
                    level=body.level,
                    reason=body.reason,
                )
            ),
        )
        # It is JSON already: to check it against the model again costs a tap another change of threads.
        return JSONResponse(answer, status_code=202)

    @router.get("/api/commands/{command_id}", response_model=Command)
    def read_command(command_id: str, actor: CurrentActor) -> Any:
        return service.command(command_id)

    @router.post("/api/rooms/{number}/precondition", status_code=202, response_model=Plan)
    def precondition(number: str, body: PreconditionRequest, actor: CurrentActor, once: OnceKey) -> Any:
        return act_once(
            database,
            actor,
            once,
            lambda tx: _json(service.precondition(tx, actor, number, body.celsius, body.by)),
        )

    @router.post("/api/rooms/{number}/release", status_code=202, response_model=HoldList)
    def release(number: str, body: ReleaseRequest, actor: CurrentActor, once: OnceKey) -> Any:
        return act_once(
            database,
            actor,
            once,
            lambda tx: {
                "items": jsonable_encoder(service.release(tx, actor, number, body.device_id, body.property)),
                "next": None,
            },
        )

    return router


_COMMAND = TypeAdapter(Command)


def _command(reading: Command) -> dict[str, Any]:
    encoded: dict[str, Any] = _COMMAND.dump_python(reading, mode="json")
    return encoded


def _json(reading: Plan | Device) -> dict[str, Any]:
    encoded: dict[str, Any] = jsonable_encoder(reading)
    return encoded
