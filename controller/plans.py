"""An arrival to be ready for, the room as it is, and the plan that brings one to the other: values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Literal

from controller.comfort import Season
from controller.eta import ArrivalTime, Sign
from controller.outlook import Outlook
from controller.readings import Plan, PlanAlert, PlanState

# What is not known well enough to weigh costs by; the p90 lead is taken instead.
Lost = Literal["broker", "sensor", "forecast"]
WhyStarted = Literal[
    "least_cost",
    "two_stages",
    "sign",
    "checked_in",
    "desk",
    "fallback",
    "due",
    "fixed",
    # Nobody knows yet how long it takes; and: by what it took a while ago, for the same guest.
    "unsure",
    "shown",
]


@dataclass(frozen=True, slots=True)
class Expected:
    """An arrival to be ready for. `checked_in`: the guest has the key; every minute counts.

    `arrival` is the same as `eta`, with its doubt. `wished_celsius` is what was asked for when that lies
    beyond what a room can be; `wanted_celsius` is then the nearest that it can.
    """

    room: str
    stay_id: str | None
    eta: datetime
    eta_source: str
    wanted_celsius: float
    season: Season
    arrival: ArrivalTime = field(compare=False)
    checked_in: bool = False
    # The desk asked for it: no doubt about the time, and it starts as late as it can.
    manual: bool = False
    # Somebody else still has the room: nothing starts before they leave, which should be then.
    blocked: bool = False
    blocked_until: datetime | None = field(default=None, compare=False)
    sign: Sign | None = None
    wished_celsius: float | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A way that the room has gone to its target: so many minutes from so many kelvins off."""

    minutes: float
    kelvin: float
    heating: bool


@dataclass(frozen=True, slots=True)
class RoomNow:
    """The room as it is, and what its model says of the hours ahead (None: nothing at all)."""

    now: datetime
    zone: tzinfo
    temperature_celsius: float | None
    outlook: Outlook | None
    has_air_conditioner: bool = True
    # Whether its plant does now what the arrival needs; while it stands nothing can begin.
    plant_runs: bool = True
    is_linked: bool = True
    # The longest that nine of ten of its ramps took, when there were any.
    lead_p90_minutes: float | None = None
    # Its last ways from afar, oldest first.
    ways: tuple[Shown, ...] = ()
    # Whether sun comes in that a curtain could keep out.
    curtain_open: bool | None = None

    @property
    def outlook_minutes(self) -> float:
        """How old the outlook is."""
        return max(0.0, minutes_between(self.outlook.made_at, self.now)) if self.outlook is not None else 0.0

    @property
    def lost(self) -> Lost | None:
        """What is missing to weigh costs, if anything."""
        if not self.is_linked:
            return "broker"
        if self.outlook is None or self.outlook.air_celsius is None or self.outlook.source == "fallback":
            return "sensor"
        # Without a forecast yesterday's weather goes on, with more doubt; without any weather nothing does.
        if self.outlook.weak_reason == "no_outdoor":
            return "forecast"
        return None


@dataclass(frozen=True, slots=True)
class Begun:
    """How a plan began: what was promised then, and why it began then (one sentence by its code)."""

    at: datetime
    eta: datetime
    celsius: float | None
    ready_at: datetime
    ready_early: datetime
    ready_late: datetime
    why: WhyStarted
    reason: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LivePlan:
    """A plan and how far it has come. `begun` is None while it waits.

    `finish_at`: when a room that is held off its target goes on to it without any sign. The ready times are
    the median and the range of eight in ten. `shown`: it was ready before, long before its guest, and rests.
    """

    expected: Expected
    state: PlanState
    start_at: datetime
    ready_by: datetime
    predicted_ready_at: datetime | None
    lead_minutes: float
    kelvin: float
    finish_at: datetime | None = None
    ready_early: datetime | None = None
    ready_late: datetime | None = None
    chance_percent: int | None = None
    begun: Begun | None = None
    ready_at: datetime | None = None
    guest_is_late: bool = False
    lost: Lost | None = None
    alert: PlanAlert | None = None
    reason: str = ""
    reason_code: str = ""
    reason_values: dict[str, Any] = field(default_factory=dict)
    shown: Shown | None = None

    def reading(self) -> Plan:
        """The plan as screens see it."""
        arrival = self.expected.arrival
        return Plan(
            room=self.expected.room,
            stay_id=self.expected.stay_id,
            eta=self.expected.eta,
            eta_source=self.expected.eta_source,
            wanted_celsius=self.expected.wanted_celsius,
            start_at=self.start_at,
            ready_by=self.ready_by,
            predicted_ready_at=self.predicted_ready_at,
            lead_minutes=round(self.lead_minutes, 1),
            state=self.state,
            eta_early=arrival.quantile(0.1),
            eta_late=arrival.quantile(0.9),
            eta_middle=arrival.quantile(0.5),
            eta_likely_from=arrival.quantile(0.25),
            eta_likely_until=arrival.quantile(0.75),
            sign=self.expected.sign.kind if self.expected.sign is not None else None,
            signed_at=self.expected.sign.at if self.expected.sign is not None else None,
            finish_at=self.finish_at,
            ready_early=self.ready_early,
            ready_late=self.ready_late,
            chance_percent=self.chance_percent,
            alert=self.alert,
            reason=self.reason,
            reason_code=self.reason_code,
            reason_values=self.reason_values,
        )


def minutes_between(since: datetime, at: datetime) -> float:
    """Minutes from `since` to `at`, below 0 when it was before."""
    return (at - since).total_seconds() / 60


def clock(at: datetime, zone: tzinfo) -> str:
    """The time of day in the property's zone, for a sentence."""
    return at.astimezone(zone).strftime("%H:%M")


def distance_kelvin(expected: Expected, celsius: float) -> float:
    """Kelvins that the room still has to go, ≥ 0; a room on the pleasant side has none to go."""
    sign = 1.0 if expected.season == "heating" else -1.0
    return max(0.0, sign * (expected.wanted_celsius - celsius))
