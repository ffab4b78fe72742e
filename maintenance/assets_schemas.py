"""The shapes of assets over HTTP."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from hotel.requests import UtcMoment
from maintenance.assets import (
    LONGEST_AREA,
    MOST_LIFE_YEARS,
    USEFUL_LIFE,
    Asset,
    AssetFacts,
    AssetKind,
    AssetSource,
    AssetState,
)
from maintenance.assets_csv import AssetLine, Outcome
from maintenance.assets_service import AssetView, TimelineEntry
from maintenance.tickets import OPEN_STATES, TicketState
from maintenance.tickets_schemas import TicketLock, lock_shape

# What an answer says as the asset has it.
PLAIN = (
    *("id", "key", "kind", "name", "maker", "model", "serial", "software", "room", "area", "parent_id"),
    *("device_id", "device_room", "source", "installed_on", "warranty_until", "life_years"),
    *("expected_life_years", "price_cents", "state", "note", "gone_since", "version", "made_at"),
)
Text = Annotated[str, Field(max_length=200)] | None


class AssetShape(BaseModel):
    """One asset. `price_cents`: what a new one costs, in hundredths of the hotel's currency.

    `expected_life_years` is its own life, or its kind's; `life_source` says whose figure that is: own,
    ashrae (published), assumed; null: nobody knows. `in_warranty` null: nobody knows.
    """

    id: str
    key: str
    kind: AssetKind
    name: str
    maker: str | None
    model: str | None
    serial: str | None
    software: str | None
    room: str | None
    area: str | None
    parent_id: str | None
    device_id: str | None
    device_room: str | None
    identifier: str | None
    source: AssetSource
    installed_on: date | None
    warranty_until: date | None
    in_warranty: bool | None
    life_years: float | None
    expected_life_years: float | None
    life_source: str | None
    price_cents: int | None
    state: AssetState
    note: str | None
    gone_since: UtcMoment | None
    open_tickets: int
    version: int
    made_at: UtcMoment


class AssetList(BaseModel):
    """By name; `next` is what to send as `after`."""

    items: list[AssetShape]
    next: str | None = None


class AssetLink(BaseModel):
    id: str
    name: str
    kind: AssetKind
    room: str | None


class AssetDocument(BaseModel):
    """`media_type`: a picture to look at, or a PDF to save."""

    id: str
    file_id: str
    media_type: str
    title: str
    at: UtcMoment
    by: str


class AssetPart(BaseModel):
    """`for_model`: it fits every asset of the model."""

    id: str
    name: str
    number: str | None
    price_cents: int | None
    for_model: bool


class AssetTicket(BaseModel):
    id: str
    number: int
    title_code: str
    title_params: dict[str, Any]
    text: str | None
    state: TicketState
    room: str | None
    opened_at: UtcMoment
    ended_at: UtcMoment | None


class AssetCostSums(BaseModel):
    """What the work on its tickets took, in all and in the last twelve months.

    `valued_cents`, in `work_cents`: what minutes without a price are worth; `unpriced_minutes` are in none.
    """

    work_minutes: float
    valued_cents: int
    unpriced_minutes: float
    work_cents: int
    part_cents: int
    other_cents: int
    total_cents: int
    twelve_month_cents: int


class AssetDetail(AssetShape):
    """`lock_asset_id` is what a lock-out of it is set on; null: nothing is sent to it anyway."""

    parent: AssetLink | None
    children: list[AssetLink]
    documents: list[AssetDocument]
    parts: list[AssetPart]
    tickets: list[AssetTicket]
    costs: AssetCostSums
    lock_out: TicketLock | None
    lock_asset_id: str | None


class AssetTimelineEntry(BaseModel):
    """One thing that happened; `ticket_*` when it is a step of a ticket."""

    at: UtcMoment
    action: str
    by: str
    detail: dict[str, Any]
    ticket_id: str | None = None
    ticket_number: int | None = None
    title_code: str | None = None
    title_params: dict[str, Any] = {}


class AssetTimeline(BaseModel):
    """Newest first; `next` is where an older page begins."""

    items: list[AssetTimelineEntry]
    next: UtcMoment | None = None


class ModelList(BaseModel):
    items: list[str]
    next: str | None = None


class AssetEdit(BaseModel):
    """What is left out stays; null takes a value away."""

    model_config = ConfigDict(extra="forbid")

    kind: AssetKind | None = None
    name: Text = None
    maker: Text = None
    model: Text = None
    serial: Text = None
    parent_id: Text = None
    installed_on: date | None = None
    warranty_until: date | None = None
    life_years: Annotated[float, Field(le=MOST_LIFE_YEARS)] | None = None
    price_cents: int | None = None
    state: AssetState | None = None
    note: Annotated[str, Field(max_length=4000)] | None = None

    def facts(self) -> AssetFacts:
        given = frozenset(self.model_fields_set & AssetEdit.model_fields.keys())
        return AssetFacts(given, **{name: getattr(self, name) for name in given})


class AssetToMake(AssetEdit):
    """A new asset: what it is and where; a room, or another place in words, or neither (the store)."""

    kind: AssetKind
    name: Annotated[str, Field(max_length=200)]
    room: Annotated[str, Field(max_length=20)] | None = None
    area: Annotated[str, Field(max_length=LONGEST_AREA)] | None = None


class AssetImportLine(BaseModel):
    """What one line of a file comes to; a refused one says why."""

    line: int
    outcome: Outcome
    asset_id: str | None
    name: str | None
    code: str | None
    message: str | None
    values: dict[str, Any]


class AssetImportReport(BaseModel):
    """`applied` is False when the file was only looked at, or a line was refused: nothing was taken."""

    applied: bool
    lines: list[AssetImportLine]
    counts: dict[str, int]


class AssetToMove(BaseModel):
    """Where it is now: a room, or another place in words, or neither (the store).

    `with_device`: its device is approved there too, and waits for approval again when it is in no room.
    """

    model_config = ConfigDict(extra="forbid")

    room: Annotated[str, Field(max_length=20)] | None = None
    area: Annotated[str, Field(max_length=LONGEST_AREA)] | None = None
    with_device: bool = False


class AssetToLock(BaseModel):
    """Why nothing may be sent to it."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=400)]


class DocumentToAdd(BaseModel):
    """A file that was sent before, and what it is."""

    model_config = ConfigDict(extra="forbid")

    file_id: Annotated[str, Field(max_length=64)]
    title: Annotated[str, Field(max_length=200)]


class PartToAdd(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=200)]
    number: Text = None
    price_cents: int | None = None
    for_model: bool = False


def import_shape(lines: Sequence[AssetLine], applied: bool) -> AssetImportReport:
    return AssetImportReport(
        applied=applied,
        lines=[
            AssetImportLine(
                line=line.line,
                outcome=line.outcome,
                asset_id=line.asset_id,
                name=line.name,
                code=line.code,
                message=line.message,
                values=line.values,
            )
            for line in lines
        ],
        counts=Counter(line.outcome for line in lines),
    )


def asset_shape(asset: Asset, today: date, open_tickets: int) -> AssetShape:
    return AssetShape(**_columns(asset, today), open_tickets=open_tickets)


def _columns(asset: Asset, today: date) -> dict[str, Any]:
    usual = USEFUL_LIFE.get(asset.kind)
    own = "own" if asset.life_years is not None else usual.source if usual is not None else None
    return {
        **{name: getattr(asset, name) for name in PLAIN},
        "identifier": asset.apparatus,
        "in_warranty": asset.in_warranty(today),
        "life_source": own,
    }


def detail_shape(view: AssetView) -> AssetDetail:
    asset = view.asset
    return AssetDetail(
        **_columns(asset, view.today),
        open_tickets=sum(TicketState(ticket.state) in OPEN_STATES for ticket in view.tickets),
        parent=_link(view.parent) if view.parent is not None else None,
        children=[_link(child) for child in view.children],
        documents=[
            AssetDocument(
                id=one.id,
                file_id=one.file_id,
                media_type=view.media_types.get(one.file_id, ""),
                title=one.title,
                at=one.at,
                by=one.by,
            )
            for one in view.documents
        ],
        parts=[
            AssetPart(
                id=one.id,
                name=one.name,
                number=one.number,
                price_cents=one.price_cents,
                for_model=one.asset_id is None,
            )
            for one in view.parts
        ],
        tickets=[
            AssetTicket(
                id=ticket.id,
                number=ticket.number,
                title_code=ticket.title_code,
                title_params=ticket.title_params,
                text=ticket.text,
                state=TicketState(ticket.state),
                room=ticket.room,
                opened_at=ticket.opened_at,
                ended_at=ticket.ended_at,
            )
            for ticket in view.tickets
        ],
        costs=AssetCostSums(
            work_minutes=view.costs.work_minutes,
            valued_cents=view.costs.valued_cents,
            unpriced_minutes=view.costs.unpriced_minutes,
            work_cents=view.costs.work_cents,
            part_cents=view.costs.part_cents,
            other_cents=view.costs.other_cents,
            total_cents=view.costs.total_cents,
            twelve_month_cents=view.costs.twelve_month_cents,
        ),
        lock_out=lock_shape(view.lock) if view.lock is not None else None,
        lock_asset_id=view.lock_key,
    )


def _link(asset: Asset) -> AssetLink:
    return AssetLink(id=asset.id, name=asset.name, kind=asset.kind, room=asset.room)


def timeline_shape(entry: TimelineEntry) -> AssetTimelineEntry:
    ticket = entry.ticket
    return AssetTimelineEntry(
        at=entry.at,
        action=entry.action,
        by=entry.by,
        detail=dict(entry.detail),
        ticket_id=ticket.id if ticket is not None else None,
        ticket_number=ticket.number if ticket is not None else None,
        title_code=ticket.title_code if ticket is not None else None,
        title_params=ticket.title_params if ticket is not None else {},
    )
