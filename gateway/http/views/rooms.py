"""Rooms as the screens show them: the axes of all slices side by side. Holds no facts of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from controller.hands_off import HandsOff
from controller.readings import Climate, Panel, Presence
from frontdesk.front_office import EMPTY_ROOM, RoomFrontOffice
from frontdesk.schemas import Undo
from frontdesk.service import FrontDeskService
from frontdesk.stay_records import StayRecord
from gateway.http.views.ports import GuestsRequests, OpenDiscrepancies, OpenTickets, RoomsComfort
from gateway.http.views.shapes import (
    NO_CLIMATE,
    NextArrival,
    Room,
    RoomDetail,
    RoomList,
    RoomType,
    StaySummary,
)
from hotel.actor import Actor
from hotel.database import Database
from hotel.requests import CurrentActor, etag
from hotel.rooms import Room as HotelRoom
from hotel.rooms import all_rooms, connecting_to, find_room
from housekeeping.schemas import availability_shape
from housekeeping.service import HousekeepingService, RoomStatus
from housekeeping.status import Discrepancy


def routes(
    database: Database,
    frontdesk: FrontDeskService,
    housekeeping: HousekeepingService,
    comfort: RoomsComfort,
    tickets: OpenTickets | None = None,
    requests: GuestsRequests | None = None,
    discrepancies: OpenDiscrepancies | None = None,
) -> APIRouter:
    """`GET /api/rooms` and `GET /api/rooms/{number}`. Without `tickets` no room has an open one;
    without `requests` guests ask through the doors' panels alone; without `discrepancies` there are none."""
    router = APIRouter(tags=["rooms"])
    asked_for = requests or comfort

    @router.get("/api/rooms")
    def list_rooms(
        actor: CurrentActor,
        floor: Annotated[str | None, Query(max_length=16)] = None,
        q: Annotated[str | None, Query(max_length=40)] = None,
    ) -> RoomList:
        """All rooms in the order of their numbers; `q` finds numbers that begin with it."""
        with database.read() as session:
            rooms = all_rooms(session, database.property_id)
            stays = frontdesk.front_office.rooms_in(session)
        wanted = [
            room
            for room in rooms
            if (floor is None or room.floor == floor) and (not q or room.number.startswith(q.strip()))
        ]
        statuses = housekeeping.statuses([room.number for room in wanted], stays)
        climates = comfort.climates(None)
        panels = asked_for.panels()
        presences = comfort.presences()
        hands_off = comfort.hands_off()
        open_tickets = tickets.open_by_room() if tickets else {}
        contradicted = discrepancies.open_by_room() if discrepancies else {}
        return RoomList(
            items=[
                _room(
                    room,
                    stays.get(room.number, EMPTY_ROOM),
                    statuses[room.number],
                    climates,
                    panels,
                    presences,
                    hands_off,
                    open_tickets,
                    contradicted,
                )
                for room in wanted
            ]
        )

    @router.get("/api/rooms/{number}")
    def show_room(number: str, actor: CurrentActor, response: Response) -> RoomDetail:
        """One room with its devices, its plan and its stays; reading names there is audited."""
        with database.read() as session:
            room = find_room(session, database.property_id, number)
            stays = frontdesk.front_office.rooms_in(session, [number])
            connecting = connecting_to(session, database.property_id, number)
        status = housekeeping.statuses([number], stays)[number]
        shown = _room(
            room,
            stays.get(number, EMPTY_ROOM),
            status,
            comfort.climates([number]),
            asked_for.panels(),
            comfort.presences(),
            comfort.hands_off(),
            tickets.open_by_room() if tickets else {},
            discrepancies.open_by_room() if discrepancies else {},
        )
        response.headers["ETag"] = etag(status.version)
        return RoomDetail(
            **dict(shown),
            connecting=connecting,
            devices=list(comfort.devices(number)),
            plan=comfort.plan(number),
            stays=_summaries(frontdesk, actor, frontdesk.records.stays_of_room(number)),
            hold=list(comfort.holds(number)),
        )

    return router


def _room(
    room: HotelRoom,
    stays: RoomFrontOffice,
    status: RoomStatus,
    climates: Mapping[str, Climate],
    panels: Mapping[str, tuple[Panel, datetime | None]],
    presences: Mapping[str, Presence],
    hands_off: Mapping[str, Sequence[HandsOff]],
    open_tickets: Mapping[str, int],
    discrepancies: Mapping[str, Discrepancy],
) -> Room:
    panel, panel_since = panels.get(room.number, ("none", None))
    presence = presences.get(room.number, "unknown")
    coming = stays.next_arrival
    return Room(
        number=room.number,
        floor=room.floor,
        section=room.section,
        type=RoomType(code=room.type_code, name=room.type_name),
        area_square_metres=room.area_square_metres,
        version=status.version,
        front_office="occupied" if stays.occupied else "vacant",
        cleanliness=status.cleanliness,
        reservation=list(stays.reservation),
        panel=panel,
        panel_since=panel_since,
        service=status.service,
        opted_out=status.opted_out,
        turndown=status.turndown,
        availability=availability_shape(status),
        queue_since=stays.queue_since,
        discrepancy=discrepancies.get(room.number, Discrepancy.NONE),
        presence=presence,
        ready=status.ready,
        blocked_by=status.blocked_by,
        climate=climates.get(room.number, NO_CLIMATE),
        hands_off=list(hands_off.get(room.number, ())),
        next_arrival=NextArrival(stay_id=coming.stay_id, eta=coming.eta, vip=coming.vip) if coming else None,
        open_tickets=open_tickets.get(room.number, 0),
    )


def _summaries(frontdesk: FrontDeskService, actor: Actor, stays: list[StayRecord]) -> list[StaySummary]:
    primary = [stay.guest_ids[0] for stay in stays if stay.guest_ids]
    names = frontdesk.guests.names(actor, primary, "room.show")
    return [
        StaySummary(
            stay_id=stay.id,
            confirmation=stay.confirmation,
            state=stay.state,
            guest=names.get(stay.guest_ids[0]) if stay.guest_ids else None,
            vip=stay.vip,
            arrival_date=stay.arrival_date,
            departure_date=stay.departure_date,
            eta=stay.eta,
            eta_source=stay.eta_source,
            etd=stay.etd,
            adults=stay.adults,
            children=stay.children,
            day_use=stay.day_use,
            checked_in_at=stay.checked_in_at,
            version=stay.version,
            undo=Undo(action=stay.undo) if stay.undo else None,
        )
        for stay in stays
    ]
