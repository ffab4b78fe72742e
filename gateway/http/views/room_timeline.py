"""One timeline of a room: its tickets with their steps, its faults, its cleans, its times off sale."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from hotel.database import Database
from hotel.requests import CurrentActor, UtcMoment
from hotel.rooms import find_room
from housekeeping.room_past import RoomPast
from maintenance.tickets_service import TicketService

MOST_ENTRIES = 200


class TimelineEntry(BaseModel):
    """One thing that happened. `code`: a step of a ticket, of a task, a cleanliness, an availability;
    `values` are what its sentence speaks of."""

    at: UtcMoment
    kind: Literal["ticket", "task", "cleanliness", "availability"]
    code: str
    values: dict[str, Any]
    by: str
    ticket_id: str | None = None


class RoomTimeline(BaseModel):
    """Newest first; `next` is where an older page begins."""

    items: list[TimelineEntry]
    next: UtcMoment | None = None


def routes(database: Database, tickets: TicketService, past: RoomPast) -> APIRouter:
    """`GET /api/rooms/{number}/timeline`."""
    router = APIRouter(tags=["rooms"])

    @router.get("/api/rooms/{number}/timeline")
    def room_timeline(
        number: str,
        actor: CurrentActor,
        before: UtcMoment | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = 50,
    ) -> RoomTimeline:
        """What happened in the room, all trades together."""
        with database.read() as session:
            find_room(session, database.property_id, number)
        until = before or datetime.max.replace(tzinfo=database.clock.now().tzinfo)
        entries = [
            *(
                TimelineEntry(at=one.at, kind=one.kind, code=one.code, values=one.values, by=one.by)
                for one in past.of(number, until, limit + 1)
            ),
            *(
                TimelineEntry(
                    at=step.at,
                    kind="ticket",
                    code=step.action,
                    values={
                        "number": row.number,
                        "title_code": row.title_code,
                        "reason": step.reason,
                        "comment": step.comment,
                        "state": step.state,
                    },
                    by=step.by,
                    ticket_id=row.id,
                )
                for step, row in tickets.steps_in_room(number, until, limit + 1)
            ),
        ]
        entries.sort(key=lambda entry: entry.at, reverse=True)
        if len(entries) <= limit:
            return RoomTimeline(items=entries)
        # What happened at one moment stays on one page.
        last = entries[limit - 1].at
        return RoomTimeline(items=[entry for entry in entries if entry.at >= last], next=last)

    return router
