"""Rooms that a stay could have, ranked with reasons; climate stands beside. The desk decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from controller.readings import Climate, TimeToTarget
from frontdesk.off_sale import meets
from frontdesk.ports import RoomTemperature
from frontdesk.room_search import RoomSearch
from frontdesk.service import FrontDeskService
from frontdesk.suggestions import Readiness, Reason, suggest
from gateway.http.views.ports import RoomsComfort
from gateway.http.views.wishes import temperatures_wished, wishes_of
from hotel.database import Database
from hotel.requests import CurrentActor, UtcMoment
from housekeeping.service import HousekeepingService, RoomStatus
from housekeeping.status import Blocker

DEFAULT_SUGGESTIONS = 8
MOST_SUGGESTIONS = 50


class SuggestionReason(BaseModel):
    """A code that a screen translates, with its values; see `frontdesk.suggestions.Reason`."""

    code: str
    params: dict[str, Any]


class RoomSuggestion(BaseModel):
    """`predicted_ready_at` None: nobody can tell when. `climate` never decides; `temperature` is how soon the
    room could be as the guest likes it, and ranks rooms that are alike otherwise."""

    room: str
    floor: str
    room_type: str
    ready: bool
    blocked_by: list[Blocker]
    predicted_ready_at: UtcMoment | None
    reasons: list[SuggestionReason]
    climate: Climate | None
    temperature: TimeToTarget | None


class RoomSuggestionList(BaseModel):
    """Best first; `free` counts all rooms that the stay could have."""

    stay_id: str
    items: list[RoomSuggestion]
    free: int


def routes(
    database: Database,
    frontdesk: FrontDeskService,
    housekeeping: HousekeepingService,
    comfort: RoomsComfort,
    promises: Callable[[], Mapping[str, datetime]],
) -> APIRouter:
    """The route. `promises`: by room, when the board has it ready in nine days of ten."""
    router = APIRouter(tags=["arrivals"])
    rooms = RoomSearch(database, frontdesk.front_office)

    @router.get("/api/stays/{stay_id}/room-suggestions")
    def suggest_rooms(
        stay_id: str,
        actor: CurrentActor,
        limit: Annotated[int, Query(ge=1, le=MOST_SUGGESTIONS)] = DEFAULT_SUGGESTIONS,
    ) -> RoomSuggestionList:
        """Free rooms for a stay, by type, readiness, wishes and connecting doors."""
        stay = frontdesk.records.stay(stay_id)
        wishes = wishes_of(database, frontdesk, actor, [stay])
        found = rooms.search(stay_id, wishes.get(stay_id, []))
        numbers = [room.number for room in found.free]
        statuses, off_sale = housekeeping.statuses(numbers), housekeeping.off_sale(numbers)
        promised = promises()
        readiness = {
            number: Readiness(status.ready, _ready_at(status, promised.get(number)))
            for number, status in statuses.items()
            if number not in off_sale or not meets(off_sale[number], found.wanted.needed_at, found.leaves_at)
        }
        cooling, heating = temperatures_wished(database, frontdesk, stay)
        times = comfort.times_to_target(numbers, cooling, heating)
        warm = {number: RoomTemperature(time.ready, time.at) for number, time in times.items()}
        best = suggest(found.wanted, found.free, readiness, found.floors, limit, warm)
        climates = comfort.climates([one.room.number for one in best])
        return RoomSuggestionList(
            stay_id=stay_id,
            free=len(readiness),
            items=[
                RoomSuggestion(
                    room=one.room.number,
                    floor=one.room.floor,
                    room_type=one.room.room_type,
                    ready=one.readiness.ready,
                    blocked_by=statuses[one.room.number].blocked_by,
                    predicted_ready_at=one.readiness.at,
                    reasons=[_reason(reason) for reason in one.reasons],
                    climate=climates.get(one.room.number),
                    temperature=times.get(one.room.number),
                )
                for one in best
            ],
        )

    return router


def _ready_at(status: RoomStatus, promised: datetime | None) -> datetime | None:
    """When the room can be entered: cleanliness releases it, climate does not hold it."""
    at = status.earliest_ready_at
    return at if status.ready or at is None or promised is None else max(at, promised)


def _reason(reason: Reason) -> SuggestionReason:
    params = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in reason.params.items()
    }
    return SuggestionReason(code=reason.code, params=params)
