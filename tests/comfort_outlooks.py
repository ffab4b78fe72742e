"""Rooms ahead, made by a rule that a person can follow: no learned model, no randomness.

A room drifts towards `rest_celsius` by a fifth of what is missing each hour, inside its limits; it comes back
in `minutes_a_kelvin` a kelvin and three minutes on top; full power takes 900 W, holding 260 W.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from controller.comfort import Season
from controller.eta import EtaErrors, HouseHabit, Said, Sign, arrival_time, certain
from controller.outlook import DEPTH_STEP_KELVIN, DEPTHS, HORIZON_STEPS, STEP_MINUTES, Outlook
from controller.plans import Expected, LivePlan, RoomNow
from controller.policy import ClimatePolicy
from controller.precondition import next_plan

NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
POLICY = ClimatePolicy()


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def ahead(
    now: datetime = NOON,
    celsius: float | None = 27.5,
    *,
    target: float = 24.0,
    season: Season = "cooling",
    minutes_a_kelvin: float = 9.0,
    rest_celsius: float = 31.0,
    **more: Any,
) -> Outlook:
    """The hours ahead of the room by the rule above."""
    low, high = (16.0, 28.0)
    begin = celsius if celsius is not None else (high if season == "cooling" else low)
    hours = np.arange(HORIZON_STEPS + 1) * STEP_MINUTES / 60
    free = rest_celsius + (begin - rest_celsius) * np.exp(-0.2 * hours)
    drift = np.clip(free, min(low, begin), max(high, begin))
    sign = 1.0 if season == "heating" else -1.0
    way = np.maximum(0.0, sign * (target - drift) - 0.3)
    ready = np.where(way > 0, 3.0 + minutes_a_kelvin * way, 0.0)
    depths = np.arange(DEPTHS) * DEPTH_STEP_KELVIN
    return replace(
        Outlook(
            made_at=now,
            air_celsius=celsius,
            target_celsius=target,
            drift_celsius=drift,
            drift_deviation_kelvin=0.1 + 0.1 * hours,
            ready_minutes=ready,
            ready_deviation_minutes=1.0 + 0.1 * ready,
            recover_minutes=np.where(depths > 0.3, 4.0 + minutes_a_kelvin * 1.1 * (depths - 0.3), 0.0),
            energy_watt_hours=15.0 * ready,
            hold_watts=np.full(HORIZON_STEPS + 1, 260.0),
            wall_watts=np.zeros(HORIZON_STEPS + 1),
            wall_minutes=240.0,
            source="fallback" if celsius is None else "learned",
            weak_reason="no_sensor" if celsius is None else None,
        ),
        **more,
    )


def room(now: datetime = NOON, celsius: float | None = 27.5, **more: Any) -> RoomNow:
    """The room now. Words of `ahead` go to it, the others to the room."""
    of_room = {name: more.pop(name) for name in tuple(more) if name in RoomNow.__slots__}
    outlook = of_room.pop("outlook", None) or ahead(now, celsius, **more)
    return RoomNow(now, ZONE, celsius, outlook, **of_room)


def expected(minutes: float = 240, *, now: datetime = NOON, **more: Any) -> Expected:
    """A guest `minutes` after noon, as seen `now`."""
    source = more.pop("eta_source", "guest")
    sign: Sign | None = more.get("sign")
    eta = after(minutes)
    arrival = (
        certain(eta, now)
        if more.get("manual")
        else arrival_time(
            Said(NOON - timedelta(days=1), eta, source),
            now,
            ZONE,
            EtaErrors(),
            HouseHabit(),
            sign=sign,
            checked_in=more.get("checked_in", False),
        )
    )
    wanted: dict[str, Any] = {"wanted_celsius": 24.0, "season": "cooling"} | more
    return Expected(
        "412", more.pop("stay_id", "s"), eta, source, arrival=arrival, **_without(wanted, "stay_id")
    )


def _without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def run_to(
    minutes: float, plan: LivePlan | None, eta: float, celsius: float | None = 27.5, **more: Any
) -> LivePlan:
    """The plan `minutes` after noon, of a room that is then at `celsius`."""
    now = after(minutes)
    of_guest = {
        name: more.pop(name)
        for name in ("sign", "checked_in", "eta_source", "blocked", "blocked_until")
        if name in more
    }
    return next_plan(expected(eta, now=now, **of_guest), room(now, celsius, **more), plan, POLICY)
