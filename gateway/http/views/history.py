"""What happened in a room: series, windows, commands and events of a stretch of time, for the chart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from controller.readings import Command, Plan
from frontdesk.front_office import ExpectedArrival, FrontOffice
from gateway.http.views.ports import RoomsComfort, TelemetrySeries
from hotel.clock import Clock
from hotel.database import Database
from hotel.errors import Invalid
from hotel.requests import CurrentActor, UtcMoment
from hotel.rooms import find_room

DEFAULT_SPAN = timedelta(hours=24)
LONGEST_SPAN = timedelta(days=35)
FARTHEST_AHEAD = timedelta(hours=48)
MOST_POINTS = 600
MOST_COMMANDS = 500
# How many of a hundred guests come within the stretch: p10 to p90 of a plan, and the front desk's range.
PLAN_PERCENT, FRONT_DESK_PERCENT = 80, 90

SeriesName = Literal[
    "temperature_celsius",
    "humidity_percent",
    "setpoint_celsius",
    "power_watts",
    "wanted_celsius",
    "outdoor_celsius",
]
ROOM_SERIES: tuple[SeriesName, ...] = (
    "temperature_celsius",
    "humidity_percent",
    "setpoint_celsius",
    "power_watts",
    "wanted_celsius",
)
OUTDOOR_SERIES: SeriesName = "outdoor_celsius"
# Values that hold until the next one; the chart draws them as steps.
STEPS = frozenset({"setpoint_celsius", "wanted_celsius"})
WINDOW = "window_open"

Point = tuple[UtcMoment, float | None]


class Series(BaseModel):
    name: SeriesName
    step: bool
    points: list[Point]


class ExpectedAt(BaseModel):
    """An ETA with its spread: `share_percent` of such guests come between earliest and latest.

    The room's plan knows it as a distribution (then half of them come between the two likely moments);
    without a plan it is what the front desk holds of the source.
    """

    at: UtcMoment
    earliest: UtcMoment
    latest: UtcMoment
    share_percent: int
    middle: UtcMoment | None = None
    likely_from: UtcMoment | None = None
    likely_until: UtcMoment | None = None


class TimelineEvent(BaseModel):
    at: UtcMoment
    kind: str
    code: str
    values: dict[str, Any]
    by: str | None


class History(BaseModel):
    """A room between two moments. `forecast` is (time, p10, p50, p90) in °C; `windows_open` stretches
    whose end is null while a window is still open; `plant_off` when the equipment stands by its hours."""

    start: UtcMoment = Field(alias="from")
    end: UtcMoment = Field(alias="to")
    now: UtcMoment
    series: list[Series]
    forecast: list[tuple[UtcMoment, float, float, float]]
    plan: Plan | None
    eta: ExpectedAt | None
    windows_open: list[tuple[UtcMoment, UtcMoment | None]]
    plant_off: list[tuple[UtcMoment, UtcMoment]]
    commands: list[Command]
    events: list[TimelineEvent]


def routes(
    database: Database,
    clock: Clock,
    front_office: FrontOffice,
    comfort: RoomsComfort,
    telemetry: TelemetrySeries,
) -> APIRouter:
    """`GET /api/rooms/{number}/history`."""
    router = APIRouter(tags=["rooms"])

    @router.get("/api/rooms/{number}/history")
    def show_history(
        number: str,
        actor: CurrentActor,
        start: Annotated[UtcMoment | None, Query(alias="from")] = None,
        end: Annotated[UtcMoment | None, Query(alias="to")] = None,
    ) -> History:
        """The last 24 hours when nothing is said; at most 35 days."""
        now = clock.now()
        first, last = _span(start, end, now)
        with database.read() as session:
            find_room(session, database.property_id, number)
        measured_until = max(first, min(last, now))
        of_room = telemetry.series(number, (*ROOM_SERIES, WINDOW), first, measured_until, MOST_POINTS)
        outdoors = telemetry.series(None, (OUTDOOR_SERIES,), first, measured_until, MOST_POINTS)
        points = {**of_room, **outdoors}
        plan = comfort.plan(number)
        return History.model_validate(
            {
                "from": first,
                "to": last,
                "now": now,
                "series": [
                    Series(name=name, step=name in STEPS, points=list(points.get(name, ())))
                    for name in (*ROOM_SERIES, OUTDOOR_SERIES)
                ],
                "forecast": [point for point in comfort.forecast(number) if first <= point[0] <= last],
                "plan": plan,
                "eta": _expected(plan, front_office.expected_arrival(number)),
                "windows_open": open_stretches(of_room.get(WINDOW, ()), measured_until < now),
                "plant_off": list(comfort.plant_off(number, first, last)),
                "commands": list(comfort.commands(number, first, last, MOST_COMMANDS)),
                "events": [
                    TimelineEvent(
                        at=event.at, kind=event.kind, code=event.code, values=dict(event.values), by=event.by
                    )
                    for event in comfort.room_events(number, first, last)
                ],
            }
        )

    return router


def _expected(plan: Plan | None, said: ExpectedArrival | None) -> ExpectedAt | None:
    """When the next guest comes: as the plan weighs it, where it is this guest's."""
    if said is None:
        return None
    if (
        plan is None
        or plan.stay_id != said.stay_id
        or plan.state in ("done", "dropped")
        or plan.eta_early is None
        or plan.eta_late is None
    ):
        return ExpectedAt(
            at=said.at, earliest=said.earliest, latest=said.latest, share_percent=FRONT_DESK_PERCENT
        )
    return ExpectedAt(
        at=said.at,
        earliest=plan.eta_early,
        latest=plan.eta_late,
        share_percent=PLAN_PERCENT,
        middle=plan.eta_middle,
        likely_from=plan.eta_likely_from,
        likely_until=plan.eta_likely_until,
    )


def open_stretches(
    points: Sequence[tuple[datetime, float | None]], ends_before_now: bool
) -> list[tuple[datetime, datetime | None]]:
    """From the 0/1 series of a window (or of several laid together), when one stood open.

    Unknown counts as closed: a sensor that falls silent is no open window for ever. A stretch still
    open at the end has no end, unless the series stops before now: then it ends with the last point.
    """
    stretches: list[tuple[datetime, datetime | None]] = []
    opened: datetime | None = None
    for at, value in points:
        is_open = value is not None and value > 0
        if is_open and opened is None:
            opened = at
        elif not is_open and opened is not None:
            stretches.append((opened, at))
            opened = None
    if opened is not None:
        stretches.append((opened, points[-1][0] if ends_before_now else None))
    return stretches


def _span(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """The asked stretch. Raises Invalid when it is turned round, too long or too far ahead."""
    last = end or max(now, (start or now))
    first = start or last - DEFAULT_SPAN
    if first >= last:
        raise Invalid("bad_span", "`from` must be before `to`.", field="from")
    if last - first > LONGEST_SPAN:
        raise Invalid(
            "span_too_long",
            f"A history spans at most {LONGEST_SPAN.days} days.",
            field="from",
            allowed_from=(last - LONGEST_SPAN).isoformat(),
        )
    if last > now + FARTHEST_AHEAD:
        raise Invalid(
            "too_far_ahead",
            "A history reaches at most 48 hours ahead.",
            field="to",
            allowed_until=(now + FARTHEST_AHEAD).isoformat(),
        )
    return first, last
