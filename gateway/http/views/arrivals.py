"""The arrivals of a day: guest, room, what blocks it, when it will be ready and as warm as wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from controller.readings import Climate, Plan
from frontdesk.service import FrontDeskService
from frontdesk.stay_records import StayRecord
from frontdesk.stays import StayState
from gateway.http.views.ports import RoomsComfort
from gateway.http.views.shapes import Arrival, ArrivalList
from gateway.http.views.wishes import wishes_of
from hotel.database import Database
from hotel.requests import CurrentActor
from housekeeping.service import HousekeepingService, RoomStatus
from housekeeping.status import Blocker


def routes(
    database: Database,
    frontdesk: FrontDeskService,
    housekeeping: HousekeepingService,
    comfort: RoomsComfort,
    promises: Callable[[], Mapping[str, datetime]],
) -> APIRouter:
    """`GET /api/arrivals`. `promises`: by room, when the board has it ready in nine days of ten."""
    router = APIRouter(tags=["arrivals"])

    @router.get("/api/arrivals")
    def list_arrivals(
        actor: CurrentActor,
        date: Annotated[date | None, Query(description="a business date; today's when left out")] = None,
    ) -> ArrivalList:
        """The day's arrivals by ETA, today's with those overdue; reading the names is audited."""
        stays = frontdesk.records.arrivals(date)
        rooms = sorted({stay.room for stay in stays if stay.room})
        statuses = housekeeping.statuses(rooms)
        climates = comfort.climates(rooms)
        plans = comfort.plans()
        promised = promises()
        names = frontdesk.guests.names(
            actor, {stay.guest_ids[0] for stay in stays if stay.guest_ids}, "arrivals.list"
        )
        wishes = wishes_of(database, frontdesk, actor, stays)
        return ArrivalList(
            items=[
                _arrival(
                    stay,
                    names.get(stay.guest_ids[0]) if stay.guest_ids else None,
                    statuses.get(stay.room or ""),
                    climates.get(stay.room or ""),
                    _plan_of(plans.get(stay.room or ""), stay),
                    wishes.get(stay.id, []),
                    promised.get(stay.room or ""),
                )
                for stay in stays
            ]
        )

    return router


def _arrival(
    stay: StayRecord,
    guest: str | None,
    status: RoomStatus | None,
    climate: Climate | None,
    plan: Plan | None,
    wishes: list[str],
    promised: datetime | None,
) -> Arrival:
    # Who is in the room already is not in his own way.
    arrived = stay.state == StayState.CHECKED_IN
    blocked_by = [b for b in status.blocked_by if not (arrived and b == Blocker.OCCUPIED)] if status else []
    return Arrival(
        stay_id=stay.id,
        confirmation=stay.confirmation,
        guest=guest,
        vip=stay.vip,
        room=stay.room,
        room_type=stay.room_type,
        eta=stay.eta,
        eta_source=stay.eta_source,
        state=stay.state,
        version=stay.version,
        ready=status is not None and not blocked_by,
        blocked_by=blocked_by,
        queue_since=stay.queue_since,
        predicted_ready_at=None if status is None or arrived else _ready_at(status, climate, plan, promised),
        climate=climate,
        plan=plan,
        wishes=wishes,
    )


def _ready_at(
    status: RoomStatus, climate: Climate | None, plan: Plan | None, promised: datetime | None
) -> datetime | None:
    """When the room is both ready and as warm as wanted; the climate only counts while it is known."""
    room_at = status.earliest_ready_at
    if room_at is not None and promised is not None and not status.ready:
        room_at = max(room_at, promised)
    climate_at = plan.predicted_ready_at if plan else climate.ready_at if climate else None
    if room_at is None or climate_at is None:
        return room_at
    return max(room_at, climate_at)


def _plan_of(plan: Plan | None, stay: StayRecord) -> Plan | None:
    """The room's plan when it is made for this stay: a room can have two arrivals ahead."""
    return plan if plan is not None and plan.stay_id in (stay.id, None) else None
