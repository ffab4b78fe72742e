"""The routes of the front desk: stays, guests, preferences, files.

An answer that is kept for a replay (`act_once`) never holds a name: names are added afterwards, for
the one who asks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from frontdesk.guest_book import GuestBook
from frontdesk.schemas import (
    CheckIn,
    EtaList,
    Guest,
    GuestEdit,
    GuestList,
    GuestToAdd,
    ImportResult,
    Move,
    PreferenceList,
    PreferencesToPut,
    Stay,
    StayEdit,
    StayList,
    StayToMake,
    eta_shapes,
    guest_shape,
    import_shape,
    preference_shapes,
    stay_shape,
)
from frontdesk.service import FrontDeskService
from frontdesk.stay_records import StayRecord
from frontdesk.stays import StayState
from frontdesk.store import StayFilter
from hotel.actor import Actor
from hotel.csv_table import ImportReport, decode
from hotel.database import Transaction
from hotel.errors import Invalid
from hotel.idempotency import Once, act_once, once
from hotel.requests import CSV_BODY, CsvBody, CurrentActor, OnceKey, SeenVersion, etag

DEFAULT_PAGE = 100
LARGEST_PAGE = 500

Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE)]
SearchText = Annotated[str | None, Query(max_length=200)]
Cursor = Annotated[str | None, Query(max_length=80)]


def routes(service: FrontDeskService) -> APIRouter:
    """Every route of the front desk, with full paths."""
    router = APIRouter(tags=["front desk"])
    _stay_routes(router, service)
    _action_routes(router, service)
    _guest_routes(router, service.guests, service)
    _file_routes(router, service)
    return router


def _stay_routes(router: APIRouter, service: FrontDeskService) -> None:
    @router.get("/api/stays")
    def list_stays(
        actor: CurrentActor,
        date: Annotated[date | None, Query(description="stays that touch this business date")] = None,
        state: StayState | None = None,
        room: SearchText = None,
        q: SearchText = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> StayList:
        text = (q or "").strip() or None
        wanted = StayFilter(
            day=date,
            state=state.value if state else None,
            room=room,
            text=text,
            blind_family_name=service.guests.blind_family_name(text) if text else None,
        )
        stays, following = service.records.stays(wanted, _stay_cursor(cursor), limit)
        return StayList(
            items=_with_names(service, actor, stays, "stay.list"),
            next=f"{following[0].isoformat()}.{following[1]}" if following else None,
        )

    @router.post("/api/stays", status_code=201)
    def make_stay(body: StayToMake, actor: CurrentActor, key: OnceKey, response: Response) -> Stay:
        def act(tx: Transaction) -> StayRecord:
            guest_ids = tuple(body.guest_ids)
            if body.guest is not None:
                guest_ids = (service.guests.add(tx, actor, body.guest.new()), *guest_ids)
            return service.create_stay(tx, actor, body.new(guest_ids))

        return _answer(service, actor, key, response, act)

    @router.get("/api/stays/{stay_id}")
    def show_stay(stay_id: str, actor: CurrentActor, response: Response) -> Stay:
        stay = service.records.stay(stay_id)
        response.headers["ETag"] = etag(stay.version)
        return _with_names(service, actor, [stay], "stay.show")[0]

    @router.patch("/api/stays/{stay_id}")
    def edit_stay(
        stay_id: str,
        body: StayEdit,
        actor: CurrentActor,
        seen: SeenVersion,
        key: OnceKey,
        response: Response,
    ) -> Stay:
        return _answer(
            service,
            actor,
            key,
            response,
            lambda tx: service.edit_stay(tx, actor, stay_id, seen, body.changes()),
        )

    @router.get("/api/stays/{stay_id}/eta-history")
    def show_eta_history(stay_id: str, actor: CurrentActor) -> EtaList:
        return eta_shapes(service.records.eta_history(stay_id))

    @router.get("/api/stays/{stay_id}/preferences")
    def show_stay_preferences(stay_id: str, actor: CurrentActor, response: Response) -> PreferenceList:
        return _stay_preferences(service, actor, stay_id, response)

    @router.put("/api/stays/{stay_id}/preferences")
    def put_stay_preferences(
        stay_id: str,
        body: PreferencesToPut,
        actor: CurrentActor,
        seen: SeenVersion,
        response: Response,
    ) -> PreferenceList:
        wanted = [item.wanted() for item in body.items]
        with service.database.write() as tx:
            service.put_preferences(tx, actor, stay_id, seen, wanted)
        return _stay_preferences(service, actor, stay_id, response)


def _action_routes(router: APIRouter, service: FrontDeskService) -> None:
    @router.post("/api/stays/{stay_id}/check-in")
    def check_in(
        stay_id: str, actor: CurrentActor, key: OnceKey, response: Response, body: CheckIn | None = None
    ) -> Stay:
        asked = body or CheckIn()
        return _answer(
            service,
            actor,
            key,
            response,
            lambda tx: service.check_in(tx, actor, stay_id, asked.room, asked.unready_reason),
        )

    @router.post("/api/stays/{stay_id}/check-out")
    def check_out(stay_id: str, actor: CurrentActor, key: OnceKey, response: Response) -> Stay:
        return _answer(service, actor, key, response, lambda tx: service.check_out(tx, actor, stay_id))

    @router.post("/api/stays/{stay_id}/move")
    def move(stay_id: str, body: Move, actor: CurrentActor, key: OnceKey, response: Response) -> Stay:
        return _answer(
            service,
            actor,
            key,
            response,
            lambda tx: service.move(tx, actor, stay_id, body.room, body.reason),
        )

    @router.post("/api/stays/{stay_id}/cancel")
    def cancel(stay_id: str, actor: CurrentActor, key: OnceKey, response: Response) -> Stay:
        return _answer(service, actor, key, response, lambda tx: service.cancel(tx, actor, stay_id))

    @router.post("/api/stays/{stay_id}/no-show")
    def no_show(stay_id: str, actor: CurrentActor, key: OnceKey, response: Response) -> Stay:
        return _answer(service, actor, key, response, lambda tx: service.no_show(tx, actor, stay_id))

    @router.post("/api/stays/{stay_id}/undo")
    def undo(stay_id: str, actor: CurrentActor, key: OnceKey, response: Response) -> Stay:
        return _answer(service, actor, key, response, lambda tx: service.undo(tx, actor, stay_id))

    @router.post("/api/stays/{stay_id}/queue")
    def queue(stay_id: str, actor: CurrentActor, key: OnceKey, response: Response) -> Stay:
        return _answer(service, actor, key, response, lambda tx: service.queue(tx, actor, stay_id, True))

    @router.delete("/api/stays/{stay_id}/queue")
    def leave_queue(stay_id: str, actor: CurrentActor, key: OnceKey, response: Response) -> Stay:
        return _answer(service, actor, key, response, lambda tx: service.queue(tx, actor, stay_id, False))


def _guest_routes(router: APIRouter, guests: GuestBook, service: FrontDeskService) -> None:
    def shown(actor: Actor, guest_id: str, purpose: str, response: Response) -> Guest:
        guest = guests.show(actor, [guest_id], purpose)[0]
        response.headers["ETag"] = etag(guest.version)
        return guest_shape(guest)

    def profile(actor: Actor, guest_id: str, response: Response) -> PreferenceList:
        preferences, version = guests.profile(actor, guest_id)
        response.headers["ETag"] = etag(version)
        return preference_shapes(preferences, None)

    @router.get("/api/guests")
    def list_guests(
        actor: CurrentActor, q: SearchText = None, cursor: Cursor = None, limit: Limit = DEFAULT_PAGE
    ) -> GuestList:
        text = (q or "").strip() or None
        records, following = guests.search(actor, text, cursor, limit)
        return GuestList(items=[guest_shape(record) for record in records], next=following)

    @router.post("/api/guests", status_code=201)
    def add_guest(body: GuestToAdd, actor: CurrentActor, key: OnceKey, response: Response) -> Guest:
        kept = act_once(
            service.database, actor, key, lambda tx: {"guest_id": guests.add(tx, actor, body.new())}
        )
        return shown(actor, kept["guest_id"], "guest.create", response)

    @router.get("/api/guests/{guest_id}")
    def show_guest(guest_id: str, actor: CurrentActor, response: Response) -> Guest:
        return shown(actor, guest_id, "guest.show", response)

    @router.patch("/api/guests/{guest_id}")
    def edit_guest(
        guest_id: str,
        body: GuestEdit,
        actor: CurrentActor,
        seen: SeenVersion,
        key: OnceKey,
        response: Response,
    ) -> Guest:
        act_once(
            service.database,
            actor,
            key,
            lambda tx: {"version": guests.edit(tx, actor, guest_id, seen, body.changes())},
        )
        return shown(actor, guest_id, "guest.edit", response)

    @router.get("/api/guests/{guest_id}/preferences")
    def show_preferences(guest_id: str, actor: CurrentActor, response: Response) -> PreferenceList:
        return profile(actor, guest_id, response)

    @router.put("/api/guests/{guest_id}/preferences")
    def put_preferences(
        guest_id: str,
        body: PreferencesToPut,
        actor: CurrentActor,
        seen: SeenVersion,
        response: Response,
    ) -> PreferenceList:
        wanted = [item.wanted() for item in body.items]
        with service.database.write() as tx:
            guests.put_profile(tx, actor, guest_id, seen, wanted)
            service.profile_changed(tx, guest_id)
        return profile(actor, guest_id, response)


def _file_routes(router: APIRouter, service: FrontDeskService) -> None:
    def imported(actor: Actor, key: Once | None, act: Callable[[Transaction], ImportReport]) -> ImportResult:
        kept = act_once(
            service.database, actor, key, lambda tx: import_shape(act(tx)).model_dump(mode="json")
        )
        return ImportResult.model_validate(kept)

    @router.post("/api/stays/import", openapi_extra=CSV_BODY)
    def import_stays(
        request: Request,
        body: CsvBody,
        actor: CurrentActor,
        partial: bool = False,
        idempotency_key: Annotated[str | None, Header()] = None,
    ) -> ImportResult:
        key = once(idempotency_key, "POST", f"{request.url.path}?partial={partial}", body)
        return imported(actor, key, lambda tx: service.import_stays(tx, actor, decode(body), partial))

    @router.post("/api/rooms/import", openapi_extra=CSV_BODY)
    def import_rooms(
        request: Request,
        body: CsvBody,
        actor: CurrentActor,
        partial: bool = False,
        idempotency_key: Annotated[str | None, Header()] = None,
    ) -> ImportResult:
        key = once(idempotency_key, "POST", f"{request.url.path}?partial={partial}", body)
        return imported(actor, key, lambda tx: service.import_rooms(tx, actor, decode(body), partial))


def _answer(
    service: FrontDeskService,
    actor: Actor,
    key: Once | None,
    response: Response,
    act: Callable[[Transaction], StayRecord],
) -> Stay:
    """Do it once; a replay gets the first answer, with the names as they may be seen now."""
    kept = act_once(service.database, actor, key, lambda tx: stay_shape(act(tx), {}).model_dump(mode="json"))
    stay = Stay.model_validate(kept)
    names = service.guests.names(actor, [guest.id for guest in stay.guests], "stay.show")
    for guest in stay.guests:
        guest.name = names.get(guest.id)
    response.headers["ETag"] = etag(stay.version)
    return stay


def _with_names(service: FrontDeskService, actor: Actor, stays: list[StayRecord], purpose: str) -> list[Stay]:
    ids = {guest_id for stay in stays for guest_id in stay.guest_ids}
    names = service.guests.names(actor, ids, purpose)
    return [stay_shape(stay, names) for stay in stays]


def _stay_preferences(
    service: FrontDeskService, actor: Actor, stay_id: str, response: Response
) -> PreferenceList:
    stay = service.records.stay(stay_id)
    # What a guest wishes is part of the guest's record: the reading is in the audit like a name's.
    service.guests.show(actor, stay.guest_ids, "stay.preferences")
    with service.database.read() as session:
        found = service.guests.preferences_of_stays(session, [stay_id]).get(stay_id, [])
    response.headers["ETag"] = etag(stay.version)
    return preference_shapes(found, stay_id)


def _stay_cursor(cursor: str | None) -> tuple[date, str] | None:
    if cursor is None:
        return None
    day, _, stay_id = cursor.partition(".")
    try:
        return date.fromisoformat(day), stay_id
    except ValueError:
        raise Invalid("bad_cursor", "This is no cursor of a list of stays.", field="cursor") from None
