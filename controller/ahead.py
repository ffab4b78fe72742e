"""Where a room's temperature goes under its plan: for the chart, and for the moment the door opens."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from controller.outlook import Outlook
from controller.plans import LivePlan, RoomNow, minutes_between
from controller.policy import ClimatePolicy
from controller.start_costs import NEVER_MINUTES, NINE_OF_TEN

# How a room at full power comes near its target: fast at first, for the air is lighter than the walls.
APPROACH_POWER = 1.5


def door_celsius(outlook: Outlook, start_minutes: float, door_minutes: float) -> float:
    """The air when the door opens after `door_minutes` and full power starts after `start_minutes`."""
    begin = outlook.drift_at(start_minutes)
    ready = outlook.ready_after(start_minutes)
    if door_minutes <= start_minutes or not math.isfinite(ready):
        return outlook.drift_at(door_minutes)
    if ready <= 0:
        return begin
    share = min(1.0, (door_minutes - start_minutes) / ready)
    return outlook.target_celsius + (begin - outlook.target_celsius) * math.pow(1 - share, APPROACH_POWER)


def forecast(
    plan: LivePlan | None, room: RoomNow, policy: ClimatePolicy, *, hours: float = 3.0, step_minutes: int = 10
) -> list[tuple[datetime, float, float, float]]:
    """(time, p10, p50, p90) of the room's temperature under its plan; empty when it is unknown now."""
    outlook = room.outlook
    if room.temperature_celsius is None or outlook is None or outlook.air_celsius is None:
        return []
    age = room.outlook_minutes
    points: list[tuple[datetime, float, float, float]] = []
    for index in range(int(hours * 60 // step_minutes) + 1):
        minutes = float(index * step_minutes)
        low, middle, high = _ahead_celsius(plan, room, outlook, age, minutes, policy)
        at = room.now + timedelta(minutes=minutes)
        points.append((at, round(low, 2), round(middle, 2), round(high, 2)))
    return points


def _ahead_celsius(
    plan: LivePlan | None, room: RoomNow, outlook: Outlook, age: float, minutes: float, policy: ClimatePolicy
) -> tuple[float, float, float]:
    if plan is None or plan.state in ("done", "dropped") or plan.reason_code == "plan_expired":
        starts = math.inf
    elif plan.begun is not None:
        starts = 0.0
    else:
        starts = max(0.0, minutes_between(room.now, plan.start_at))
    if minutes <= starts:
        middle = outlook.drift_at(minutes + age)
        width = NINE_OF_TEN * outlook.drift_deviation_at(minutes + age)
        return middle - width, middle, middle + width
    assert plan is not None
    target = plan.expected.wanted_celsius
    warmer = 1.0 if plan.expected.season == "cooling" else -1.0
    held = plan.finish_at is not None and minutes < minutes_between(room.now, plan.finish_at)
    floor = target + warmer * policy.hold_kelvin if held else target
    begin = outlook.drift_at(starts + age)
    ready = min(outlook.ready_after(starts + age), NEVER_MINUTES)
    doubt = NINE_OF_TEN * outlook.ready_deviation_after(starts + age)

    def after(takes: float) -> float:
        share = min(1.0, (minutes - starts) / takes) if takes > 0 else 1.0
        celsius = target + (begin - target) * math.pow(1 - share, APPROACH_POWER)
        return max(floor, celsius) if warmer > 0 else min(floor, celsius)

    width = policy.ready_within_kelvin
    ends = (after(max(1.0, ready - doubt)), after(ready + doubt))
    return min(ends) - width, after(ready), max(ends) + width
