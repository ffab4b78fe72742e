"""The routes of assets."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from hotel.csv_table import decode
from hotel.errors import Invalid
from hotel.idempotency import act_once, once
from hotel.requests import CSV_BODY, CsvBody, CurrentActor, OnceKey, SeenVersion, UtcMoment, etag
from maintenance.assets import AssetKind, AssetState
from maintenance.assets_isolation import AssetIsolation
from maintenance.assets_moves import AssetMoves
from maintenance.assets_schemas import (
    AssetDetail,
    AssetEdit,
    AssetImportReport,
    AssetList,
    AssetTimeline,
    AssetToLock,
    AssetToMake,
    AssetToMove,
    DocumentToAdd,
    ModelList,
    PartToAdd,
    asset_shape,
    detail_shape,
    import_shape,
    timeline_shape,
)
from maintenance.assets_service import AssetService

DEFAULT_PAGE, LARGEST_PAGE = 100, 500
DEFAULT_ENTRIES, MOST_ENTRIES = 50, 200

Short = Annotated[str | None, Query(max_length=120)]


def routes(service: AssetService, moves: AssetMoves, isolation: AssetIsolation) -> APIRouter:
    """Every route of assets, with full paths."""
    router = APIRouter(tags=["maintenance"])
    database = service.database

    def shown(asset_id: str, response: Response) -> AssetDetail:
        view = service.show(asset_id)
        response.headers["ETag"] = etag(view.asset.version)
        return detail_shape(view)

    @router.get("/api/assets")
    def list_assets(
        actor: CurrentActor,
        kind: AssetKind | None = None,
        room: Short = None,
        model: Short = None,
        state: AssetState | None = None,
        search: Short = None,
        warranty_days: Annotated[int | None, Query(ge=0, le=3660)] = None,
        after: Annotated[str | None, Query(max_length=600)] = None,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = DEFAULT_PAGE,
    ) -> AssetList:
        """Assets by name. `warranty_days`: those whose warranty ends within so many days from today."""
        found, following = service.page(
            after=position(after) if after is not None else None,
            limit=limit,
            kind=kind.value if kind is not None else None,
            room=room,
            model=model,
            state=state.value if state is not None else None,
            search=(search or "").strip() or None,
            warranty_days=warranty_days,
        )
        today = service.today()
        counts = service.open_tickets(found)
        return AssetList(
            items=[asset_shape(asset, today, counts.get(asset.id, 0)) for asset in found],
            next=told(following) if following is not None else None,
        )

    @router.get("/api/assets/models")
    def list_models(actor: CurrentActor) -> ModelList:
        """Every model that is in the registry."""
        return ModelList(items=service.models())

    @router.post("/api/assets", status_code=201)
    def make_asset(actor: CurrentActor, body: AssetToMake, key: OnceKey, response: Response) -> AssetDetail:
        answer = act_once(
            database, actor, key, lambda tx: service.make(tx, actor, body.facts(), body.room, body.area)
        )
        return shown(answer["id"], response)

    @router.post("/api/assets/import", openapi_extra=CSV_BODY)
    def import_assets(
        request: Request,
        body: CsvBody,
        actor: CurrentActor,
        apply: bool = False,
        idempotency_key: Annotated[str | None, Header()] = None,
    ) -> AssetImportReport:
        """Assets from a table, as `/api/exports/assets` gives it. Without `apply` nothing is done; with it,
        everything or, while a line is refused, nothing."""
        text = decode(body)
        if not apply:
            return import_shape(service.check_csv(text), applied=False)
        kept = act_once(
            database,
            actor,
            once(idempotency_key, "POST", request.url.path, body),
            lambda tx: import_shape(*service.apply_csv(tx, actor, text)).model_dump(mode="json"),
        )
        return AssetImportReport.model_validate(kept)

    @router.get("/api/assets/{asset_id}")
    def show_asset(asset_id: str, actor: CurrentActor, response: Response) -> AssetDetail:
        return shown(asset_id, response)

    @router.patch("/api/assets/{asset_id}")
    def edit_asset(
        asset_id: str,
        actor: CurrentActor,
        body: AssetEdit,
        seen: SeenVersion,
        key: OnceKey,
        response: Response,
    ) -> AssetDetail:
        """What a person sets is not overwritten by what the device says."""
        act_once(database, actor, key, lambda tx: service.edit(tx, actor, asset_id, seen, body.facts()))
        return shown(asset_id, response)

    @router.delete("/api/assets/{asset_id}", status_code=204)
    def remove_asset(asset_id: str, actor: CurrentActor, seen: SeenVersion, key: OnceKey) -> None:
        """Take it out of the registry: 409 while it has open tickets, which are told."""
        act_once(database, actor, key, lambda tx: service.remove(tx, actor, asset_id, seen))

    @router.post("/api/assets/{asset_id}/move")
    def move_asset(
        asset_id: str, actor: CurrentActor, body: AssetToMove, key: OnceKey, response: Response
    ) -> AssetDetail:
        """Say where it is now. Open tickets keep the room where it happened, and show the move."""
        act_once(
            database,
            actor,
            key,
            lambda tx: moves.move(tx, actor, asset_id, body.room, body.area, with_device=body.with_device),
        )
        return shown(asset_id, response)

    @router.post("/api/assets/{asset_id}/lock-out")
    def lock_out_asset(
        asset_id: str, actor: CurrentActor, body: AssetToLock, key: OnceKey, response: Response
    ) -> AssetDetail:
        """Isolate it for work: nothing is sent to it. It never replaces the electrical isolation."""
        act_once(database, actor, key, lambda tx: isolation.lock_out(tx, actor, asset_id, body.reason))
        return shown(asset_id, response)

    @router.delete("/api/assets/{asset_id}/lock-out")
    def release_asset(asset_id: str, actor: CurrentActor, key: OnceKey, response: Response) -> AssetDetail:
        """Give it back to the house: who has set it, or a manager."""
        act_once(database, actor, key, lambda tx: isolation.release(tx, actor, asset_id))
        return shown(asset_id, response)

    @router.get("/api/assets/{asset_id}/timeline")
    def asset_timeline(
        asset_id: str,
        actor: CurrentActor,
        before: UtcMoment | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = DEFAULT_ENTRIES,
    ) -> AssetTimeline:
        """What happened to it: its own steps and those of its tickets."""
        found = service.timeline(asset_id, before or datetime.max.replace(tzinfo=UTC), limit + 1)
        if len(found) <= limit:
            return AssetTimeline(items=[timeline_shape(entry) for entry in found])
        # What happened at one moment stays on one page.
        last = found[limit - 1].at
        return AssetTimeline(items=[timeline_shape(entry) for entry in found if entry.at >= last], next=last)

    @router.post("/api/assets/{asset_id}/documents", status_code=201)
    def add_document(
        asset_id: str, actor: CurrentActor, body: DocumentToAdd, key: OnceKey, response: Response
    ) -> AssetDetail:
        """A manual, a bill, a photo; the file itself was sent to `/api/files` before."""
        act_once(
            database,
            actor,
            key,
            lambda tx: service.add_document(tx, actor, asset_id, body.file_id, body.title),
        )
        return shown(asset_id, response)

    @router.delete("/api/assets/{asset_id}/documents/{document_id}")
    def drop_document(
        asset_id: str, document_id: str, actor: CurrentActor, key: OnceKey, response: Response
    ) -> AssetDetail:
        act_once(database, actor, key, lambda tx: service.drop_document(tx, actor, asset_id, document_id))
        return shown(asset_id, response)

    @router.post("/api/assets/{asset_id}/parts", status_code=201)
    def add_part(
        asset_id: str, actor: CurrentActor, body: PartToAdd, key: OnceKey, response: Response
    ) -> AssetDetail:
        """A part that fits this asset, or every one of its model."""
        act_once(
            database,
            actor,
            key,
            lambda tx: service.add_part(
                tx, actor, asset_id, body.name, body.number, body.price_cents, for_model=body.for_model
            ),
        )
        return shown(asset_id, response)

    @router.delete("/api/assets/{asset_id}/parts/{part_id}")
    def drop_part(
        asset_id: str, part_id: str, actor: CurrentActor, key: OnceKey, response: Response
    ) -> AssetDetail:
        act_once(database, actor, key, lambda tx: service.drop_part(tx, actor, asset_id, part_id))
        return shown(asset_id, response)

    return router


def told(where: tuple[str, str]) -> str:
    """Where a page begins, as an answer says it."""
    return base64.urlsafe_b64encode(json.dumps(where).encode()).decode()


def position(said: str) -> tuple[str, str]:
    """Where a page begins, as a request says it. Raises Invalid."""
    try:
        name, asset_id = json.loads(base64.urlsafe_b64decode(said.encode()))
    except ValueError:
        raise Invalid("bad_after", "This is not where a page begins.", field="after") from None
    return str(name), str(asset_id)
