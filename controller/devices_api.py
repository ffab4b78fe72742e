"""The routes of devices: the list, approvals one by one and with a table, trials, a device's commands."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from controller.approval import Placing
from controller.device_csv import ApprovalLine
from controller.readings import Command, Device, Purpose
from controller.service import ControllerService
from hotel.csv_table import decode
from hotel.database import Database
from hotel.idempotency import act_once, once
from hotel.requests import CSV_BODY, CsvBody, CurrentActor, OnceKey

MOST_DEVICES = 500
DEFAULT_COMMANDS, MOST_COMMANDS = 50, 200


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ApproveRequest(_Body):
    """Where an entity is, and what it is for when its looks deceive.

    `offer` is what the engineer saw of how it is commanded: when that has changed meanwhile, the
    approval is refused.
    """

    room: str | None = Field(default=None, max_length=16)
    purpose: Purpose | None = None
    offer: str | None = Field(default=None, max_length=64)


class ApproveOne(ApproveRequest):
    device_id: str = Field(max_length=64)


class ApproveMany(_Body):
    """Entities that are approved together, all or none: mostly those of one apparatus."""

    items: list[ApproveOne] = Field(min_length=1, max_length=MOST_DEVICES)


class TryRequest(_Body):
    """Which property of a waiting device shall become what, once."""

    property: str = Field(max_length=64)
    value: bool | float | str


class DeviceList(BaseModel):
    items: list[Device]
    next: str | None = None


class CommandList(BaseModel):
    """Commands, newest first; `next` is what to send as `before` for older ones."""

    items: list[Command]
    next: str | None = None


class ApprovalReport(BaseModel):
    """What each line of a table comes to. `applied` is False when it was only looked at."""

    applied: bool
    lines: list[ApprovalLine]
    counts: dict[str, int]


def routes(service: ControllerService, database: Database) -> APIRouter:
    """The routes over `service`."""
    router = APIRouter(tags=["devices"])

    @router.get("/api/devices", response_model=DeviceList)
    def list_devices(
        actor: CurrentActor,
        room: str | None = None,
        approved: bool | None = None,
        after: str | None = None,
        limit: int = Query(default=MOST_DEVICES, ge=1, le=MOST_DEVICES),
    ) -> Any:
        page, following = service.device_page(room, approved, after, limit)
        return DeviceList(items=page, next=following)

    @router.get("/api/devices/{device_id}/commands", response_model=CommandList)
    def list_commands(
        device_id: str,
        actor: CurrentActor,
        before: Annotated[str | None, Query(max_length=64)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_COMMANDS)] = DEFAULT_COMMANDS,
    ) -> Any:
        """The device's commands with who asked, why, and how they ended; newest first."""
        commands = service.commands_of(device_id, before, limit)
        return CommandList(items=commands, next=commands[-1].id if len(commands) == limit else None)

    @router.post("/api/devices/{device_id}/approve", response_model=Device)
    def approve(device_id: str, body: ApproveRequest, actor: CurrentActor, key: OnceKey) -> Any:
        """Put an entity in a room: a waiting one, one that asks again, or one that moves."""
        return act_once(
            database,
            actor,
            key,
            lambda tx: _encoded(service.approve(tx, actor, device_id, body.room, body.purpose, body.offer)),
        )

    @router.post("/api/devices/approve", response_model=DeviceList)
    def approve_many(body: ApproveMany, actor: CurrentActor, key: OnceKey) -> Any:
        """Approve several entities, all or none."""
        placings = [Placing(item.device_id, item.room, item.purpose, item.offer) for item in body.items]
        return act_once(
            database,
            actor,
            key,
            lambda tx: {
                "items": jsonable_encoder(service.approve_all(tx, actor, placings)),
                "next": None,
            },
        )

    @router.post("/api/devices/{device_id}/withdraw-approval", response_model=Device)
    def withdraw_approval(device_id: str, actor: CurrentActor, key: OnceKey) -> Any:
        """Send an entity back to the inbox: it stands in no room, and nothing is sent to it."""
        return act_once(
            database, actor, key, lambda tx: _encoded(service.withdraw_approval(tx, actor, device_id))
        )

    @router.post("/api/devices/{device_id}/try", status_code=202, response_model=Command)
    def try_out(device_id: str, body: TryRequest, actor: CurrentActor, key: OnceKey) -> Any:
        """One command to a waiting device, as an engineer; `GET /api/commands/{id}` tells what came back."""
        return act_once(
            database,
            actor,
            key,
            lambda tx: _encoded(service.try_out(tx, actor, device_id, body.property, body.value)),
        )

    @router.get("/api/devices/export", response_class=Response, responses=_CSV_ANSWER)
    def export_inbox(actor: CurrentActor) -> Response:
        """What waits for approval, as CSV to fill in (a byte order mark first, for spreadsheets)."""
        return Response(
            ("\ufeff" + service.inbox_csv()).encode(),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="devices.csv"'},
        )

    @router.post("/api/devices/import", openapi_extra=CSV_BODY)
    def import_approvals(
        request: Request,
        body: CsvBody,
        actor: CurrentActor,
        apply: bool = False,
        idempotency_key: Annotated[str | None, Header()] = None,
    ) -> ApprovalReport:
        """Approve with a table: columns key or unique_id, room, purpose. Without `apply` nothing is done."""
        text = decode(body)
        if not apply:
            return _report(service.check_csv(text), applied=False)
        kept = act_once(
            database,
            actor,
            once(idempotency_key, "POST", request.url.path, body),
            lambda tx: _report(service.apply_csv(tx, actor, text), applied=True).model_dump(mode="json"),
        )
        return ApprovalReport.model_validate(kept)

    return router


_CSV_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}}
}


def _report(lines: list[ApprovalLine], *, applied: bool) -> ApprovalReport:
    return ApprovalReport(applied=applied, lines=lines, counts=Counter(line.outcome for line in lines))


def _encoded(reading: Command | Device) -> dict[str, Any]:
    encoded: dict[str, Any] = jsonable_encoder(reading)
    return encoded
