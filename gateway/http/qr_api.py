"""QR codes on rooms and assets: one picture each, and what a scanned code means.

A code is an address of this service, `…/scan/room/412`, `…/scan/asset/<id>`; it holds no secret: who scans it
signs in first.
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
from maintenance import assets_store
from maintenance.assets import Asset, AssetKind, AssetState
from maintenance.assets_api import position, told
from maintenance.assets_service import AssetService
from maintenance.tickets import OPEN_STATES
from maintenance.tickets_service import TicketService
from maintenance.tickets_store import TicketFilter

QR_PIXELS_PER_MODULE = 6
MOST_OPEN = 20
MOST_LABELS = 120


class RoomCode(BaseModel):
    """`qr` is an image (a data URL of an SVG) for a label; it leads to `url`."""

    room: str
    url: str
    qr: str


class RoomCodeList(BaseModel):
    items: list[RoomCode]
    next: str | None = None


class AssetCode(BaseModel):
    """The label of an asset: what people read on it, and the code that leads to `url`."""

    asset_id: str
    name: str
    room: str | None
    area: str | None
    model: str | None
    serial: str | None
    url: str
    qr: str


class AssetCodeList(BaseModel):
    """By name; `next` is what to send as `after`."""

    items: list[AssetCode]
    next: str | None = None


class ScannedAsset(BaseModel):
    """What is known of a scanned asset to whoever works in the rooms."""

    id: str
    name: str
    kind: AssetKind
    area: str | None
    state: AssetState


class OpenTicket(BaseModel):
    id: str
    number: int
    title_code: str
    text: str | None
    state: str


class Scanned(BaseModel):
    """What a code stands on, and what is open there already."""

    kind: str
    room: str | None
    asset: ScannedAsset | None = None
    tickets: list[OpenTicket]


def routes(database: Database, settings: Settings, tickets: TicketService, assets: AssetService) -> APIRouter:
    """`GET /api/qr/rooms`, `GET /api/qr/assets` and `GET /api/scan/{kind}/{key}`."""
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

    @router.get("/api/qr/assets")
    def asset_codes(
        request: Request,
        actor: CurrentActor,
        kind: AssetKind | None = None,
        room: Annotated[str | None, Query(max_length=20)] = None,
        asset_id: Annotated[str | None, Query(max_length=64)] = None,
        search: Annotated[str | None, Query(max_length=120)] = None,
        after: Annotated[str | None, Query(max_length=600)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_LABELS)] = MOST_LABELS,
    ) -> AssetCodeList:
        """The labels of assets that are in use or spare, or of one, to be printed."""
        address = house_address(request, settings)
        if asset_id is not None:
            return AssetCodeList(items=[_label(address, assets.one(asset_id))])
        found, following = assets.page(
            after=position(after) if after is not None else None,
            limit=limit,
            kind=kind.value if kind is not None else None,
            room=room,
            search=(search or "").strip() or None,
        )
        return AssetCodeList(
            items=[_label(address, one) for one in found if one.state is not AssetState.RETIRED],
            next=told(following) if following is not None else None,
        )

    @router.get("/api/scan/{kind}/{key}")
    def scanned(kind: str, key: str, actor: CurrentActor) -> Scanned:
        """What a scanned code stands on; 404 `unknown_code` when this house has no such thing."""
        with database.read() as session:
            numbers = {room.number for room in all_rooms(session, database.property_id)}
            asset = assets_store.asset(session, database.property_id, key) if kind == "asset" else None
            keys = assets_store.keys_of(session, database.property_id, [key]).get(key, []) if asset else []
        if asset is None and (kind != "room" or key not in numbers):
            raise NotFound(
                "unknown_code", "This code belongs to nothing in this house.", scanned=f"{kind}/{key}"
            )
        states = tuple(state.value for state in OPEN_STATES)
        wanted = (
            TicketFilter(states=states, asset_keys=tuple(keys))
            if asset
            else TicketFilter(states=states, room=key)
        )
        views, _ = tickets.page(wanted, MOST_OPEN)
        return Scanned(
            kind=kind,
            room=asset.room if asset else key,
            asset=ScannedAsset(
                id=asset.id, name=asset.name, kind=asset.kind, area=asset.area, state=asset.state
            )
            if asset
            else None,
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
    return RoomCode(room=room, url=url, qr=_picture(url))


def _label(address: str, asset: Asset) -> AssetCode:
    url = f"{address}/scan/asset/{asset.id}"
    return AssetCode(
        asset_id=asset.id,
        name=asset.name,
        room=asset.room,
        area=asset.area,
        model=asset.model,
        serial=asset.serial,
        url=url,
        qr=_picture(url),
    )


def _picture(url: str) -> str:
    # High error correction: labels get scratched.
    return segno.make(url, error="q", micro=False).svg_data_uri(
        scale=QR_PIXELS_PER_MODULE, border=3, dark="#000000", light="#ffffff"
    )
