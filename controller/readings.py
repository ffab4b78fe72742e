"""What the controller tells the screens: read models, named as the API names them.

Times are hotel time in UTC; unknown is None. They are computed on request and hold no guest data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from controller.ways import ChangedWay

Phase = Literal[
    "unoccupied",
    "preconditioning",
    "ready",
    "occupied",
    "away",
    "asleep",
    "window_open",
    "hands_off",
    "unknown",
]
Presence = Literal["unknown", "empty", "present", "asleep"]
Panel = Literal["none", "do_not_disturb", "make_up_room"]
Purpose = Literal[
    "air_conditioner",
    "ceiling_light",
    "bedside_light",
    "light",
    "curtain",
    "room_temperature",
    "room_humidity",
    "door",
    "window",
    "presence",
    "do_not_disturb",
    "make_up_room",
    "power",
    "outdoor_temperature",
    "other",
]
Level = Literal["safety", "engineer", "guest", "front_desk", "arrival_plan", "housekeeping", "energy_saving"]
CommandState = Literal["queued", "sent", "confirmed", "rejected", "timed_out", "superseded", "expired"]
# waiting and under way are not ends; the others are.
OutcomeState = Literal[
    "waiting", "under_way", "done", "refused", "superseded", "failed", "expired", "no_device"
]
PlanState = Literal["waiting", "holding", "running", "ready", "done", "dropped"]
# What would help an arrival that cannot be met.
PlanHelp = Literal["another_room", "close_curtains", "earlier_departure"]
# People approve, approve again, move and withdraw; a device asks again, or goes back to what was approved.
ApprovalAct = Literal["approved", "again", "moved", "withdrawn", "asked", "healed"]
# int as well: a whole number comes back from JSON as one, and must not be told as text.
JsonValue = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Climate:
    """The climate of one room now. `reason` is one English sentence; screens translate the code."""

    temperature_celsius: float | None
    humidity_percent: float | None
    wanted_celsius: float | None
    setpoint_celsius: float | None
    mode: str | None
    action: str | None
    phase: Phase
    ready_at: datetime | None
    window_open: bool | None
    door_open: bool | None
    online: bool | None
    reason: str
    reason_code: str
    reason_values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeviceProperty:
    """One property of a device's twin: what was asked, what was reported, and its limits."""

    name: str
    reported: JsonValue
    desired: JsonValue
    revision: int
    reported_at: datetime | None
    accepts: bool
    options: list[str] | None = None
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """One entity of a room (a lamp, an air conditioner, a sensor).

    `apparatus` is the thing on the wall that it is a part of. `changed` is what an approved device does
    otherwise than when it was approved: not empty, it asks again and nothing is sent to it. `offer`
    marks how it is commanded now, while it waits: an approval names it.
    """

    id: str
    key: str
    name: str
    maker: str | None
    model: str | None
    room: str | None
    purpose: Purpose
    component: str
    available: bool | None
    approved: bool
    suggested_room: str | None
    last_seen: datetime | None
    properties: list[DeviceProperty]
    device_class: str | None
    apparatus: str
    apparatus_name: str
    suggested_area: str | None
    changed: list[ChangedWay]
    offer: str | None


@dataclass(frozen=True, slots=True)
class DeviceFault:
    """A property of a device that we gave up asking for, and why in one sentence."""

    property: str
    detail: str


@dataclass(frozen=True, slots=True)
class ApprovalEntry:
    """One line of a device's approval history. `changes` is what it asked to be approved anew."""

    at: datetime
    act: ApprovalAct
    by: str
    room: str | None
    purpose: Purpose | None
    changes: list[ChangedWay]


@dataclass(frozen=True, slots=True)
class Hold:
    """Who has a say over a device's property just now, and since when."""

    device_id: str
    property: str
    level: Level
    value: JsonValue
    since: datetime
    by: str


@dataclass(frozen=True, slots=True)
class TimeToTarget:
    """How soon a room could be at a temperature, at full power from now.

    `minutes` None: not within eight hours, or nobody can tell; `at` is the same as a moment.
    """

    wanted_celsius: float
    ready: bool
    minutes: float | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """When a room starts to be made ready for an arrival, and why then."""

    room: str
    stay_id: str | None
    eta: datetime
    eta_source: str
    wanted_celsius: float
    start_at: datetime
    ready_by: datetime
    predicted_ready_at: datetime | None
    lead_minutes: float
    state: PlanState
    reason: str
    reason_code: str
    reason_values: dict[str, Any] = field(default_factory=dict)
    # Eight of ten such guests come in between.
    eta_early: datetime | None = None
    eta_late: datetime | None = None
    # Half of them come before the middle, and half in between these two.
    eta_middle: datetime | None = None
    eta_likely_from: datetime | None = None
    eta_likely_until: datetime | None = None
    # The newest live sign that the guest gave, and when; None = none.
    sign: str | None = None
    signed_at: datetime | None = None
    # In two stages: when the room goes on to its target without any sign of the guest.
    finish_at: datetime | None = None
    # The range of eight in ten of being ready, and the chance to be ready when the guest comes.
    ready_early: datetime | None = None
    ready_late: datetime | None = None
    chance_percent: int | None = None
    alert: PlanAlert | None = None


@dataclass(frozen=True, slots=True)
class PlanAlert:
    """An arrival that cannot be met. `late_minutes` None: not within eight hours."""

    code: str
    celsius_at_door: float
    wanted_celsius: float
    late_minutes: int | None
    due_at: datetime
    helps: list[PlanHelp]
    reason: str


@dataclass(frozen=True, slots=True)
class ActionOutcome:
    """One device's part of a compound action and how it stands. No device: the room has none such."""

    room: str
    device_id: str | None
    device_name: str | None
    purpose: Purpose
    steps: list[ActionStep]
    state: OutcomeState
    detail: str | None
    detail_code: str | None
    command_id: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ActionStep:
    property: str
    value: JsonValue


@dataclass(frozen=True, slots=True)
class Action:
    """A scene, a floor or a selection of rooms asked as one. `counts`: devices by how they stand."""

    id: str
    scene: str | None
    wants: list[ActionWant]
    rooms: list[str]
    level: Level
    cause: str
    by: str
    made_at: datetime
    ended_at: datetime | None
    devices: int
    counts: dict[OutcomeState, int]


@dataclass(frozen=True, slots=True)
class ActionWant:
    purpose: Purpose
    property: str
    value: JsonValue


@dataclass(frozen=True, slots=True)
class ActionDetail(Action):
    """An action with the outcome of each device, room by room."""

    outcomes: list[ActionOutcome]


@dataclass(frozen=True, slots=True)
class Command:
    """One request to a device and how it ended."""

    id: str
    room: str | None
    device_id: str
    device_name: str
    property: str
    value: JsonValue
    state: CommandState
    level: Level
    cause: str
    by: str
    made_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    expires_at: datetime
    detail: str | None
    # What a screen translates the detail by; None when it is somebody's own words.
    detail_code: str | None
