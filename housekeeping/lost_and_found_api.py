"""The routes of lost and found, with their shapes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from hotel.actor import Actor, Role
from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey, SeenVersion, TapAge, UtcMoment, etag, tapped_at
from housekeeping.lost_and_found import Category, ItemAction, ItemState, Wish
from housekeeping.lost_and_found_service import Found, ItemEdit, ItemRecord, LostAndFoundService
from housekeeping.lost_and_found_store import ItemFilter, LostItemStepRow

MOST_ITEMS = 500
# Who keeps the things also sees to whom they were given.
SEE_NAMES = (Role.SUPERVISOR, Role.FRONT_DESK, Role.MANAGER)

Text = Annotated[str, Field(max_length=200)]


class LostItem(BaseModel):
    """A found thing. `handed_to` is only filled where one thing is read by who may see it."""

    id: str
    number: int
    room: str | None
    area: str | None
    category: Category
    what: str
    state: ItemState
    storage_place: str | None
    dispose_on: date
    stay_id: str | None
    photos: list[str]
    found_at: UtcMoment
    found_by: str
    handed_to: str | None
    version: int


class LostItemStep(BaseModel):
    at: UtcMoment
    action: str
    state: ItemState
    by: str
    storage_place: str | None
    reason: str | None


class LostItemWithSteps(LostItem):
    steps: list[LostItemStep]


class LostItemList(BaseModel):
    items: list[LostItem]
    next: str | None = None


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ItemToReport(_Body):
    """What was found and where: in a room, or in a public place."""

    what: Text
    category: Category = Category.OTHER
    room: Annotated[str, Field(max_length=20)] | None = None
    area: Text | None = None
    storage_place: Text | None = None
    photos: Annotated[list[str], Field(max_length=20)] = []


class ItemToEdit(_Body):
    what: Text | None = None
    category: Category | None = None
    storage_place: Text | None = None
    dispose_on: date | None = None


class ItemActionToTake(_Body):
    action: ItemAction
    storage_place: Text | None = None
    handed_to: Text | None = None
    reason: Text | None = None


def routes(service: LostAndFoundService) -> APIRouter:
    """Every route of lost and found, with full paths."""
    router = APIRouter(tags=["lost and found"])

    def shown(actor: Actor, item_id: str, response: Response) -> LostItemWithSteps:
        names = actor.has(*SEE_NAMES)
        record, steps = service.item(item_id, names=names)
        service.read_names(actor, record)
        response.headers["ETag"] = etag(record.row.version)
        return LostItemWithSteps(
            **item_shape(record).model_dump(by_alias=True), steps=[_step(step) for step in steps]
        )

    @router.get("/api/lost-and-found")
    def list_items(
        actor: CurrentActor,
        open: bool = False,
        state: ItemState | None = None,
        category: Category | None = None,
        room: Annotated[str | None, Query(max_length=20)] = None,
        q: Annotated[str | None, Query(max_length=100)] = None,
        due_on: Annotated[date | None, Query(description="may be disposed of on this day")] = None,
        below: Annotated[int | None, Query(ge=1)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_ITEMS)] = 100,
    ) -> LostItemList:
        wanted = ItemFilter(open, state, category, room, (q or "").strip() or None, due_on)
        records, following = service.items(wanted, below, limit, names=False)
        return LostItemList(
            items=[item_shape(record) for record in records], next=str(following) if following else None
        )

    @router.post("/api/lost-and-found", status_code=201)
    def report_item(
        body: ItemToReport, actor: CurrentActor, key: OnceKey, age: TapAge, response: Response
    ) -> LostItemWithSteps:
        found = Found(body.what, body.category, body.room, body.area, body.storage_place, tuple(body.photos))
        answer = act_once(
            service.database,
            actor,
            key,
            lambda tx: {"id": service.find(tx, actor, found, tapped_at(tx.clock, age))},
        )
        return shown(actor, answer["id"], response)

    @router.get("/api/lost-and-found/{item_id}")
    def show_item(item_id: str, actor: CurrentActor, response: Response) -> LostItemWithSteps:
        return shown(actor, item_id, response)

    @router.patch("/api/lost-and-found/{item_id}")
    def edit_item(
        item_id: str,
        body: ItemToEdit,
        actor: CurrentActor,
        seen: SeenVersion,
        key: OnceKey,
        response: Response,
    ) -> LostItemWithSteps:
        changes = ItemEdit(body.what, body.category, body.storage_place, body.dispose_on)
        act_once(
            service.database,
            actor,
            key,
            lambda tx: {"version": service.edit(tx, actor, item_id, seen, changes)},
        )
        return shown(actor, item_id, response)

    @router.post("/api/lost-and-found/{item_id}/actions")
    def act_on_item(
        item_id: str, body: ItemActionToTake, actor: CurrentActor, key: OnceKey, response: Response
    ) -> LostItemWithSteps:
        wish = Wish(body.action, body.storage_place, body.handed_to, body.reason)
        act_once(service.database, actor, key, lambda tx: {"version": service.act(tx, actor, item_id, wish)})
        return shown(actor, item_id, response)

    return router


def item_shape(record: ItemRecord) -> LostItem:
    row = record.row
    return LostItem(
        id=row.id,
        number=row.number,
        room=row.room,
        area=row.area,
        category=Category(row.category),
        what=row.what,
        state=ItemState(row.state),
        storage_place=row.storage_place,
        dispose_on=row.dispose_on,
        stay_id=row.stay_id,
        photos=row.photos,
        found_at=row.found_at,
        found_by=row.found_by_name,
        handed_to=record.handed_to,
        version=row.version,
    )


def _step(row: LostItemStepRow) -> LostItemStep:
    return LostItemStep(
        at=row.at,
        action=row.action,
        state=ItemState(row.state),
        by=row.by_name,
        storage_place=row.storage_place,
        reason=row.reason,
    )
