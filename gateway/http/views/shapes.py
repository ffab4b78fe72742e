"""The shapes of a room and of what belongs to it, as the web app knows them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel

from controller.hands_off import HandsOff
from controller.readings import Climate, Device, Hold, Panel, Plan, Presence
from frontdesk.eta import EtaSource
from frontdesk.schemas import Undo
from frontdesk.stays import Reservation, StayState
from hotel.requests import UtcMoment
from housekeeping.schemas import RoomAvailability
from housekeeping.status import Blocker, Cleanliness, DayService, Discrepancy, Turndown


class RoomType(BaseModel):
    code: str
    name: str


class NextArrival(BaseModel):
    stay_id: str
    eta: UtcMoment
    vip: bool


class Room(BaseModel):
    """A room with every axis. `version` is that of its status: an edit of the status sends it back."""

    number: str
    floor: str
    section: str | None
    type: RoomType
    area_square_metres: float | None
    version: int
    front_office: Literal["vacant", "occupied"]
    cleanliness: Cleanliness
    reservation: list[Reservation]
    panel: Panel
    panel_since: UtcMoment | None
    service: DayService
    opted_out: bool
    turndown: Turndown
    availability: RoomAvailability
    queue_since: UtcMoment | None
    discrepancy: Discrepancy
    presence: Presence
    ready: bool
    blocked_by: list[Blocker]
    climate: Climate
    hands_off: list[HandsOff]
    next_arrival: NextArrival | None
    open_tickets: int


class RoomList(BaseModel):
    items: list[Room]
    next: str | None = None


class StaySummary(BaseModel):
    """A stay as a room's page shows it. `guest` is masked or null as the asking role may see."""

    stay_id: str
    confirmation: str
    state: StayState
    guest: str | None
    vip: bool
    arrival_date: date
    departure_date: date
    eta: UtcMoment | None
    eta_source: EtaSource
    etd: UtcMoment | None
    adults: int
    children: int
    day_use: bool
    checked_in_at: UtcMoment | None
    version: int
    undo: Undo | None


class RoomDetail(Room):
    connecting: list[str]
    devices: list[Device]
    plan: Plan | None
    stays: list[StaySummary]
    hold: list[Hold]


class Arrival(BaseModel):
    """An expected or arrived guest and what the room still needs.

    `predicted_ready_at` is the later of the room's and its climate's: the earliest time at which the
    room can be given away as the guest wants it. Of a room on the board it is a promise that nine
    days of ten keep. Null when nobody can tell.
    """

    stay_id: str
    confirmation: str
    guest: str | None
    vip: bool
    room: str | None
    room_type: str
    eta: UtcMoment | None
    eta_source: EtaSource
    state: StayState
    version: int
    ready: bool
    blocked_by: list[Blocker]
    queue_since: UtcMoment | None
    predicted_ready_at: UtcMoment | None
    climate: Climate | None
    plan: Plan | None
    wishes: list[str]


class ArrivalList(BaseModel):
    items: list[Arrival]
    next: str | None = None


NO_CLIMATE = Climate(
    temperature_celsius=None,
    humidity_percent=None,
    wanted_celsius=None,
    setpoint_celsius=None,
    mode=None,
    action=None,
    phase="unknown",
    ready_at=None,
    window_open=None,
    door_open=None,
    online=None,
    reason="No device of this room is known yet.",
    reason_code="no_devices",
)
