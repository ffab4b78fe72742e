"""The routes of housekeeping."""

from __future__ import annotations

from fastapi import APIRouter, Response

from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey, SeenVersion, etag
from housekeeping.schemas import RoomStatus, StatusToSet, status_shape
from housekeeping.service import HousekeepingService


def routes(service: HousekeepingService) -> APIRouter:
    """Every route of housekeeping, with full paths."""
    router = APIRouter(tags=["housekeeping"])

    @router.get("/api/rooms/{number}/status")
    def show_status(number: str, actor: CurrentActor, response: Response) -> RoomStatus:
        status = service.room_status(number)
        response.headers["ETag"] = etag(status.version)
        return status_shape(status)

    @router.patch("/api/rooms/{number}/status")
    def change_status(
        number: str,
        body: StatusToSet,
        actor: CurrentActor,
        seen: SeenVersion,
        key: OnceKey,
        response: Response,
    ) -> RoomStatus:
        act_once(
            service.database,
            actor,
            key,
            lambda tx: {"version": service.change(tx, actor, number, seen, body.changes())},
        )
        status = service.room_status(number)
        response.headers["ETag"] = etag(status.version)
        return status_shape(status)

    return router
