"""The routes of equipment: what is said, say it anew, take it back."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from controller.equipment import FROST_CELSIUS, MOST_OFF_HOURS, ChangeOver, EquipmentKind, checked_equipment
from controller.equipment_service import EquipmentSaid
from controller.service import ControllerService
from hotel.database import Database
from hotel.requests import CurrentActor, SeenVersion, etag


class DayOfYear(BaseModel):
    model_config = ConfigDict(extra="forbid")

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)


class PlantOff(BaseModel):
    """The plant stands from `start` to `until` of each local day; over midnight when that is earlier."""

    model_config = ConfigDict(extra="forbid")

    start: time
    until: time


_HEATS, _COOLS = ChangeOver().heats_from, ChangeOver().cools_from


class EquipmentToPut(BaseModel):
    """What cools and heats: kind, change-over days of a two-pipe plant, its hours off, frost protection."""

    model_config = ConfigDict(extra="forbid")

    kind: EquipmentKind
    heats_from: DayOfYear = DayOfYear(month=_HEATS[0], day=_HEATS[1])
    cools_from: DayOfYear = DayOfYear(month=_COOLS[0], day=_COOLS[1])
    off_hours: Annotated[list[PlantOff], Field(max_length=MOST_OFF_HOURS)] = Field(default_factory=list)
    frost_celsius: float = FROST_CELSIUS


class EquipmentHeld(EquipmentToPut):
    """As it holds over "property", "type:DLX" or "room:412"; the nearest word counts."""

    scope: str
    version: int
    heats_from: DayOfYear
    cools_from: DayOfYear
    off_hours: list[PlantOff]
    frost_celsius: float


class EquipmentList(BaseModel):
    items: list[EquipmentHeld]


def routes(service: ControllerService, database: Database) -> APIRouter:
    """The routes over `service`."""
    router = APIRouter(tags=["controller"])

    @router.get("/api/equipment", response_model=EquipmentList)
    def list_equipment(actor: CurrentActor) -> Any:
        return {"items": [_json(said) for said in service.equipment_said()]}

    @router.put("/api/equipment/{scope}", response_model=EquipmentHeld)
    def say_equipment(
        scope: str, body: EquipmentToPut, actor: CurrentActor, seen: SeenVersion, response: Response
    ) -> Any:
        equipment = checked_equipment(
            body.kind,
            (body.heats_from.month, body.heats_from.day),
            (body.cools_from.month, body.cools_from.day),
            [(off.start, off.until) for off in body.off_hours],
            body.frost_celsius,
        )
        with database.write() as tx:
            said = service.say_equipment(tx, actor, scope, equipment, seen)
        response.headers["ETag"] = etag(said.version)
        return _json(said)

    @router.delete("/api/equipment/{scope}", status_code=204)
    def take_back_equipment(scope: str, actor: CurrentActor, seen: SeenVersion) -> None:
        with database.write() as tx:
            service.take_back_equipment(tx, actor, scope, seen)

    return router


def _json(said: EquipmentSaid) -> dict[str, Any]:
    equipment = said.equipment
    heats, cools = equipment.change_over.heats_from, equipment.change_over.cools_from
    return {
        "scope": said.scope,
        "version": said.version,
        "kind": equipment.kind,
        "heats_from": {"month": heats[0], "day": heats[1]},
        "cools_from": {"month": cools[0], "day": cools[1]},
        "off_hours": [{"start": hours.start, "until": hours.until} for hours in equipment.off_hours],
        "frost_celsius": equipment.frost_celsius,
    }
