"""When a room starts to be made ready for an arrival.

The plan is worked out anew each time somebody asks what is due; nothing is scheduled, so a moved
flight, a cancelled stay or another room leaves nothing to undo. The lead is taken from the
temperature that the room will have *at the start* (a vacant room drifts), not from the one it has
now. The start leaves room for both doubts, how long the ramp takes and when the guest comes:

    start = ETA − margin − median ramp − z·√(σ_ramp² + σ_ETA²)

which is the newsvendor's answer for P(ready) = c_late / (c_late + c_early); z = 1.28 for 9 of 10.
An hour too early costs some half a kilowatt-hour; a guest in a warm room costs more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from controller.comfort import Season
from controller.learning import (
    Fit,
    drifted_celsius,
    load_of,
    ramp_deviation_minutes,
    ramp_kelvin,
    ramp_minutes,
)
from controller.policy import ClimatePolicy
from controller.readings import Plan, PlanState


@dataclass(frozen=True, slots=True)
class Expected:
    """An arrival to be ready for. `checked_in`: the guest has the key; every minute counts."""

    room: str
    stay_id: str | None
    eta: datetime
    eta_source: str
    wanted_celsius: float
    season: Season
    checked_in: bool = False
    # The desk asked for it: no doubt about the time, and it starts as late as it can.
    manual: bool = False
    # Somebody else still has the room: nothing starts before they leave.
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class RoomNow:
    """The room as it is and what has been learned of it."""

    now: datetime
    zone: tzinfo
    temperature_celsius: float | None
    outdoor_celsius: float | None
    ramp: Fit
    drift: Fit
    # Between which temperatures it is held while nobody is in; None = the policy's own.
    setback_celsius: tuple[float, float] | None = None

    def limits(self, policy: ClimatePolicy) -> tuple[float, float]:
        return self.setback_celsius or (policy.vacant_heating_celsius, policy.vacant_cooling_celsius)


@dataclass(frozen=True, slots=True)
class LivePlan:
    """A plan and how far it has come. `started_at` is None while it waits."""

    expected: Expected
    state: PlanState
    start_at: datetime
    ready_by: datetime
    predicted_ready_at: datetime | None
    lead_minutes: float
    kelvin: float
    started_at: datetime | None = None
    start_celsius: float | None = None
    ready_at: datetime | None = None
    guest_is_late: bool = False
    reason: str = ""
    reason_code: str = ""
    reason_values: dict[str, Any] = field(default_factory=dict)

    def reading(self) -> Plan:
        """The plan as screens see it."""
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
            reason=self.reason,
            reason_code=self.reason_code,
            reason_values=self.reason_values,
        )


def next_plan(expected: Expected, room: RoomNow, before: LivePlan | None, policy: ClimatePolicy) -> LivePlan:
    """The plan for `expected` as of now; `before` is the plan that the room had until now, if any."""
    same = before is not None and before.expected.stay_id == expected.stay_id and before.state != "dropped"
    previous = before if same else None
    if previous is not None and previous.state == "done":
        return previous
    fresh = _waiting(expected, room, policy)
    if previous is not None and previous.started_at is not None:
        if _goes_back(fresh, previous, room, policy):
            return _explain(_from_the_start(fresh, previous, room, policy), room)
        return _explain(_under_way(fresh, previous, room, policy), room)
    if not expected.blocked and (expected.checked_in or room.now >= fresh.start_at):
        begun = replace(
            fresh,
            state="running",
            start_at=room.now,
            started_at=room.now,
            start_celsius=room.temperature_celsius,
        )
        return _explain(_under_way(fresh, begun, room, policy), room)
    return _explain(fresh, room)


def finished(plan: LivePlan, state: PlanState) -> LivePlan:
    """The plan after the guest came (done) or will not come (dropped)."""
    assert state in ("done", "dropped")
    reason = "The guest has arrived." if state == "done" else "Nobody is expected any more."
    return replace(
        plan, state=state, reason=reason, reason_code=f"plan_{state}", reason_values={}, guest_is_late=False
    )


def _sign(expected: Expected) -> float:
    return 1.0 if expected.season == "heating" else -1.0


def _distance(expected: Expected, celsius: float, policy: ClimatePolicy) -> float:
    """Kelvins that the room still has to go, ≥ 0; a room on the pleasant side has none to go."""
    return max(0.0, _sign(expected) * (expected.wanted_celsius - celsius) - policy.ready_within_kelvin)


def _worst_celsius(expected: Expected, policy: ClimatePolicy) -> float:
    """Where a vacant room of unknown temperature may have got to."""
    return policy.vacant_heating_celsius if expected.season == "heating" else policy.vacant_cooling_celsius


def _celsius_at(at: datetime, expected: Expected, room: RoomNow, policy: ClimatePolicy) -> float:
    if room.temperature_celsius is None:
        return _worst_celsius(expected, policy)
    return drifted_celsius(
        room.drift,
        room.temperature_celsius,
        room.outdoor_celsius,
        (at - room.now).total_seconds() / 3600,
        *room.limits(policy),
    )


def _load(expected: Expected, room: RoomNow) -> float:
    return load_of(room.outdoor_celsius, expected.wanted_celsius, heating=expected.season == "heating")


def _waiting(expected: Expected, room: RoomNow, policy: ClimatePolicy) -> LivePlan:
    ready_by = expected.eta - timedelta(minutes=policy.ready_margin_minutes)
    if policy.lead_rule == "fixed":
        start_at = expected.eta - timedelta(minutes=policy.fixed_minutes)
        return LivePlan(expected, "waiting", start_at, ready_by, None, policy.fixed_minutes, 0.0)
    load = _load(expected, room)
    eta_deviation = 0.0 if expected.manual else policy.spread_minutes(expected.eta_source)
    start_at = ready_by
    kelvin = median = lead = 0.0
    # The later the start, the further the room has drifted: three rounds settle it to the minute.
    for _ in range(4):
        kelvin = _distance(expected, _celsius_at(start_at, expected, room, policy), policy)
        median = ramp_minutes(room.ramp, kelvin, load)
        doubt = math.hypot(ramp_deviation_minutes(room.ramp, kelvin, load), eta_deviation)
        lead = median + policy.lead_deviations * doubt
        lead = min(policy.longest_lead_minutes, max(policy.shortest_lead_minutes, lead))
        start_at = ready_by - timedelta(minutes=lead)
    lead = (expected.eta - start_at).total_seconds() / 60
    begins = max(start_at, room.now)
    return LivePlan(expected, "waiting", start_at, ready_by, begins + timedelta(minutes=median), lead, kelvin)


def _goes_back(fresh: LivePlan, previous: LivePlan, room: RoomNow, policy: ClimatePolicy) -> bool:
    """Whether the arrival moved so far away that holding until then is waste."""
    moved = fresh.expected.eta - previous.expected.eta
    if fresh.expected.blocked:
        return True
    if fresh.expected.checked_in or moved < timedelta(minutes=policy.restart_minutes):
        return False
    again = _from_the_start(fresh, previous, room, policy)
    return again.start_at - room.now >= timedelta(minutes=policy.least_pause_minutes)


def _from_the_start(fresh: LivePlan, previous: LivePlan, room: RoomNow, policy: ClimatePolicy) -> LivePlan:
    """The waiting plan of a room whose ramp is broken off: its walls are still where they were, so its
    air is back there minutes after the unit stops. The way is as long as it was."""
    if policy.lead_rule == "fixed" or previous.start_celsius is None or room.temperature_celsius is None:
        return fresh
    further = max if fresh.expected.season == "cooling" else min
    celsius = further(previous.start_celsius, room.temperature_celsius)
    return _waiting(fresh.expected, replace(room, temperature_celsius=celsius), policy)


def _under_way(fresh: LivePlan, previous: LivePlan, room: RoomNow, policy: ClimatePolicy) -> LivePlan:
    """A plan whose air conditioner works."""
    expected = fresh.expected
    started = previous.started_at or room.now
    late_at = expected.eta + timedelta(minutes=policy.hold_after_eta_minutes)
    plan = replace(
        previous,
        expected=expected,
        ready_by=fresh.ready_by,
        lead_minutes=(expected.eta - started).total_seconds() / 60,
        guest_is_late=room.now >= late_at and not expected.checked_in,
    )
    rewished = abs(expected.wanted_celsius - previous.expected.wanted_celsius) > policy.ready_within_kelvin
    celsius = room.temperature_celsius
    if celsius is None:
        worst = _distance(expected, _worst_celsius(expected, policy), policy)
        minutes = ramp_minutes(room.ramp, worst, _load(expected, room))
        predicted = max(room.now, started + timedelta(minutes=minutes))
        return replace(plan, state="running", predicted_ready_at=predicted, kelvin=worst)
    remaining = _distance(expected, celsius, policy)
    if previous.state == "ready" and not rewished:
        return plan
    if remaining <= 0:
        return replace(
            plan, state="ready", ready_at=room.now, predicted_ready_at=room.now, kelvin=previous.kelvin
        )
    start = celsius if previous.start_celsius is None else previous.start_celsius
    whole = max(remaining, _distance(expected, start, policy))
    load = _load(expected, room)
    minutes = ramp_minutes(room.ramp, whole, load) - ramp_minutes(room.ramp, whole - remaining, load)
    return replace(
        plan,
        state="running",
        ready_at=None,
        start_celsius=start,
        predicted_ready_at=room.now + timedelta(minutes=max(1.0, minutes)),
        kelvin=whole,
    )


def _explain(plan: LivePlan, room: RoomNow) -> LivePlan:
    expected = plan.expected
    doing = "Cooling" if expected.season == "cooling" else "Heating"
    wanted = f"{expected.wanted_celsius:.1f} °C"
    values: dict[str, Any] = {
        "season": expected.season,
        "celsius": expected.wanted_celsius,
        "start_at": plan.start_at.isoformat(),
        "ready_by": plan.ready_by.isoformat(),
        "chance_percent": 90,
    }
    predicted = plan.predicted_ready_at
    if plan.guest_is_late:
        code, reason = "plan_guest_late", f"The guest is late; {wanted} returns at check-in."
    elif plan.state == "ready":
        code, reason = "plan_ready", f"The room is at {wanted} and is held for the guest."
    elif plan.state == "waiting" and plan.predicted_ready_at is None:
        code, reason = "plan_fixed", f"{doing} starts at {_clock(plan.start_at, room)}."
    elif plan.state == "waiting":
        code = "plan_waiting"
        reason = (
            f"{doing} starts at {_clock(plan.start_at, room)} to be at {wanted} "
            f"by {_clock(plan.ready_by, room)} (9 of 10)."
        )
    elif predicted is not None and predicted > expected.eta:
        late = round((predicted - expected.eta).total_seconds() / 60)
        values |= {"predicted_ready_at": predicted.isoformat(), "late_minutes": late}
        code = "plan_late"
        reason = f"{doing}; {wanted} is expected at {_clock(predicted, room)}, {late} min after the arrival."
    else:
        code = "plan_running"
        at = predicted or plan.ready_by
        values["predicted_ready_at"] = at.isoformat()
        reason = f"{doing} since {_clock(plan.start_at, room)}; {wanted} is expected at {_clock(at, room)}."
    return replace(plan, reason=reason, reason_code=code, reason_values=values)


def forecast(
    plan: LivePlan | None, room: RoomNow, policy: ClimatePolicy, *, hours: float = 3.0, step_minutes: int = 10
) -> list[tuple[datetime, float, float, float]]:
    """(time, p10, p50, p90) of the room's temperature under its plan; empty when it is unknown now."""
    if room.temperature_celsius is None:
        return []
    band = 1.2816
    points: list[tuple[datetime, float, float, float]] = []
    steps = int(hours * 60 // step_minutes) + 1
    for index in range(steps):
        at = room.now + timedelta(minutes=index * step_minutes)
        ahead_hours = index * step_minutes / 60
        if (
            plan is None
            or plan.state in ("done", "dropped")
            or (plan.started_at is None and at < plan.start_at)
        ):
            middle = drifted_celsius(
                room.drift,
                room.temperature_celsius,
                room.outdoor_celsius,
                ahead_hours,
                *room.limits(policy),
            )
            width = band * room.drift.spread * ahead_hours * 0.5
            points.append((at, round(middle - width, 2), round(middle, 2), round(middle + width, 2)))
            continue
        points.append((at, *_on_the_ramp(at, plan, room, policy, band)))
    return points


def _on_the_ramp(
    at: datetime, plan: LivePlan, room: RoomNow, policy: ClimatePolicy, band: float
) -> tuple[float, float, float]:
    expected = plan.expected
    assert room.temperature_celsius is not None
    begins = room.now if plan.started_at is not None else max(room.now, plan.start_at)
    start = (
        room.temperature_celsius
        if plan.started_at is not None
        else _celsius_at(begins, expected, room, policy)
    )
    sign = _sign(expected)
    whole = max(0.0, sign * (expected.wanted_celsius - start))
    load = _load(expected, room)
    minutes = (at - begins).total_seconds() / 60
    first = 0.0
    if plan.started_at is not None and plan.start_celsius is not None:
        # Already under way: the delay lies behind, the flat part of the curve perhaps too.
        done = max(0.0, sign * (start - plan.start_celsius))
        first, whole = done, whole + done
        minutes += ramp_minutes(room.ramp, done, load)
    deviation = ramp_deviation_minutes(room.ramp, max(whole, 0.5), load)
    median = max(1.0, ramp_minutes(room.ramp, max(whole, 0.5), load))
    slow = 1 / (1 + band * deviation / median)
    fast = 1 / max(0.3, 1 - band * deviation / median)

    def after(minutes_in: float) -> float:
        return start + sign * max(0.0, ramp_kelvin(room.ramp, max(0.0, minutes_in), load, whole) - first)

    ends = sorted((after(minutes * slow), after(minutes * fast)))
    middle = after(minutes)
    return (
        round(min(ends[0], middle) - 0.1, 2),
        round(middle, 2),
        round(max(ends[1], middle) + 0.1, 2),
    )


def _clock(at: datetime, room: RoomNow) -> str:
    return at.astimezone(room.zone).strftime("%H:%M")
