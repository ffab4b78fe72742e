"""The shapes of housekeeping's HTTP answers and requests; field names are those of a room."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hotel.requests import UtcMoment
from housekeeping.service import RoomStatus as Status
from housekeeping.service import StatusChanges
from housekeeping.status import (
    Availability,
    AvailabilityState,
    Blocker,
    Cleanliness,
    DayService,
    Panel,
    Turndown,
)


class RoomAvailability(BaseModel):
    """Whether a room can be sold. `state` is what counts now; a period that begins later shows its
    reason and times beside "sellable"."""

    state: AvailabilityState
    reason: str | None
    since: UtcMoment | None = Field(alias="from")
    until: UtcMoment | None
    return_status: Cleanliness | None


class RoomStatus(BaseModel):
    """Housekeeping's part of a room; `version` is what the next edit sends as If-Match."""

    number: str
    cleanliness: Cleanliness
    turndown: Turndown
    service: DayService
    opted_out: bool
    availability: RoomAvailability
    ready: bool
    blocked_by: list[Blocker]
    version: int


class AvailabilityToSet(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: AvailabilityState
    reason: Annotated[str, Field(max_length=200)] | None = None
    since: UtcMoment | None = Field(default=None, alias="from")
    until: UtcMoment | None = None
    return_status: Cleanliness | None = None


class StatusToSet(BaseModel):
    """What is to be set; what is left out stays. `reason`: why the cleanliness is corrected; `opted_out`:
    the guest does without daily service for the whole stay; `panel`: what the guest asks for through the
    desk or an attendant, until the door's own panel says otherwise."""

    model_config = ConfigDict(extra="forbid")

    cleanliness: Cleanliness | None = None
    turndown: Turndown | None = None
    service: DayService | None = None
    availability: AvailabilityToSet | None = None
    opted_out: bool | None = None
    panel: Panel | None = None
    reason: Annotated[str, Field(max_length=200)] | None = None

    def changes(self) -> StatusChanges:
        wanted = self.availability
        return StatusChanges(
            cleanliness=self.cleanliness,
            turndown=self.turndown,
            service=self.service,
            availability=Availability(
                wanted.state, wanted.reason, wanted.since, wanted.until, wanted.return_status
            )
            if wanted
            else None,
            opted_out=self.opted_out,
            panel=self.panel,
            reason=self.reason,
        )


def availability_shape(status: Status) -> RoomAvailability:
    kept = status.availability
    return RoomAvailability.model_validate(
        {
            "state": status.availability_state,
            "reason": kept.reason,
            "from": kept.since,
            "until": kept.until,
            "return_status": kept.return_status,
        }
    )


def status_shape(status: Status) -> RoomStatus:
    return RoomStatus(
        number=status.room,
        cleanliness=status.cleanliness,
        turndown=status.turndown,
        service=status.service,
        opted_out=status.opted_out,
        availability=availability_shape(status),
        ready=status.ready,
        blocked_by=status.blocked_by,
        version=status.version,
    )
