"""QR codes on rooms: one picture a room, and what a scanned code means.

A code is an address of this service, `…/scan/room/412`; it holds no secret: who scans it signs in first.
"""

from __future__ import annotations

from typing import Annotated

import segno
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from gateway.http.address import house_address
from gateway.settings import Settings
from hotel.database import Database
from hotel.errors import NotFound
from hotel.requests import CurrentActor
from hotel.rooms import all_rooms
from maintenance.tickets import OPEN_STATES
from maintenance.tickets_service import TicketService
from maintenance.tickets_store import TicketFilter

QR_PIXELS_PER_MODULE = 6
MOST_OPEN = 20


class RoomCode(BaseModel):
    """`qr` is an image (a data URL of an SVG) for a label; it leads to `url`."""

    room: str
    url: str
    qr: str


class RoomCodeList(BaseModel):
    items: list[RoomCode]
    next: str | None = None


class OpenTicket(BaseModel):
    id: str
    number: int
    title_code: str
    text: str | None
    state: str


class Scanned(BaseModel):
    """What a code stands on, and what is open there already."""

    kind: str
    room: str
    tickets: list[OpenTicket]


def routes(database: Database, settings: Settings, tickets: TicketService) -> APIRouter:
    """`GET /api/qr/rooms` and `GET /api/scan/{kind}/{key}`."""
    router = APIRouter(tags=["maintenance"])

    @router.get("/api/qr/rooms")
    def room_codes(
        request: Request, actor: CurrentActor, floor: Annotated[str | None, Query(max_length=20)] = None
    ) -> RoomCodeList:
        """The codes of all rooms, or of a floor's, to be printed."""
        address = house_address(request, settings)
        with database.read() as session:
            rooms = all_rooms(session, database.property_id)
        return RoomCodeList(
            items=[_code(address, room.number) for room in rooms if floor is None or room.floor == floor]
        )

    @router.get("/api/scan/{kind}/{key}")
    def scanned(kind: str, key: str, actor: CurrentActor) -> Scanned:
        """What a scanned code stands on; 404 `unknown_code` when this house has no such thing."""
        with database.read() as session:
            numbers = {room.number for room in all_rooms(session, database.property_id)}
        if kind != "room" or key not in numbers:
            raise NotFound(
                "unknown_code", "This code belongs to nothing in this house.", scanned=f"{kind}/{key}"
            )
        states = tuple(state.value for state in OPEN_STATES)
        views, _ = tickets.page(TicketFilter(states=states, room=key), MOST_OPEN)
        return Scanned(
            kind=kind,
            room=key,
            tickets=[
                OpenTicket(
                    id=view.row.id,
                    number=view.row.number,
                    title_code=view.row.title_code,
                    text=view.row.text,
                    state=view.row.state,
                )
                for view in views
            ],
        )

    return router


def _code(address: str, room: str) -> RoomCode:
    url = f"{address}/scan/room/{room}"
    # High error correction: labels get scratched.
    qr = segno.make(url, error="q", micro=False).svg_data_uri(
        scale=QR_PIXELS_PER_MODULE, border=3, dark="#000000", light="#ffffff"
    )
    return RoomCode(room=room, url=url, qr=qr)
