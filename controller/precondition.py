"""When a room starts to be made ready for an arrival, and how the plan goes on from there.

The plan is worked out anew each time somebody asks what is due; nothing is scheduled, so a moved
flight, a cancelled stay or another room leaves nothing to undo. `start_costs` finds the cheapest start.
Planning as if nothing more would be heard and planning anew with every word is open-loop feedback control
(Bertsekas, "Dynamic Programming and Optimal Control", vol. 1, ch. 6): it starts rather too early than too
late.

Where the arrival is so uncertain that waiting at the target would cost more, the room goes in two stages:
it is held `hold_kelvin` off from the early quantile on, and finished on a live sign or at the late one.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from controller.ahead import door_celsius
from controller.plan_words import explained, why_sentence
from controller.plans import (
    Begun,
    Expected,
    LivePlan,
    RoomNow,
    Shown,
    WhyStarted,
    distance_kelvin,
    minutes_between,
)
from controller.policy import ClimatePolicy
from controller.readings import PlanAlert, PlanHelp, PlanState
from controller.start_costs import (
    NEVER_MINUTES,
    NINE_OF_TEN,
    Choice,
    OpenStarts,
    cheapest_start,
    shown_start,
)

# So little is no alert: nobody notices, and the forecast is not better than that.
ALERT_MINUTES = 6.0


def next_plan(expected: Expected, room: RoomNow, before: LivePlan | None, policy: ClimatePolicy) -> LivePlan:
    """The plan for `expected` as of now; `before` is the plan that the room had until now, if any."""
    same = before is not None and before.expected.stay_id == expected.stay_id and before.state != "dropped"
    previous = before if same else None
    if previous is not None and previous.state == "done":
        return previous
    if policy.lead_rule == "fixed":
        fresh, choice = _fixed(expected, policy), None
    else:
        in_two = previous is not None and previous.finish_at is not None
        shown = previous.shown if previous is not None else None
        if shown is not None and room.lost is None:
            choice = shown_start(expected, room, shown, policy)
        else:
            choice = cheapest_start(expected, room, policy, in_two_stages=in_two)
        fresh = replace(_waiting(expected, room, choice), shown=shown)
    given_up = expected.arrival.is_expired and not expected.checked_in and not expected.manual
    begun = previous.begun if previous is not None else None
    if previous is not None and begun is not None:
        rested = _rested(previous, expected, room, policy)
        if expected.blocked or given_up or _goes_back(expected, begun, choice, policy):
            plan = fresh
        elif rested is not None:
            plan = rested
        else:
            plan = _under_way(fresh, previous, begun, choice, room, policy)
    elif expected.blocked or given_up or not (room.has_air_conditioner and room.plant_runs):
        plan = fresh
    elif expected.checked_in or room.now >= fresh.start_at:
        begun = _begin(fresh, choice, room, policy)
        plan = _under_way(fresh, replace(fresh, begun=begun, start_at=room.now), begun, choice, room, policy)
    else:
        plan = fresh
    return explained(replace(plan, lost=room.lost, alert=_alert(plan, room)), room, policy)


def way_gone(plan: LivePlan, policy: ClimatePolicy) -> Shown | None:
    """The way that a plan which is ready has gone; None where it was held on the way or hardly off."""
    begun, expected = plan.begun, plan.expected
    if plan.state != "ready" or begun is None or plan.ready_at is None or begun.celsius is None:
        return None
    kelvin = distance_kelvin(expected, begun.celsius)
    if kelvin < policy.shown_least_kelvin or begun.why == "two_stages":
        return None
    return Shown(max(1.0, minutes_between(begun.at, plan.ready_at)), kelvin, expected.season == "heating")


def finished(plan: LivePlan, state: PlanState) -> LivePlan:
    """The plan after the guest came (done) or will not come (dropped)."""
    assert state in ("done", "dropped")
    reason = "The guest has arrived." if state == "done" else "Nobody is expected any more."
    return replace(
        plan,
        state=state,
        reason=reason,
        reason_code=f"plan_{state}",
        reason_values={},
        guest_is_late=False,
        alert=None,
    )


def _fixed(expected: Expected, policy: ClimatePolicy) -> LivePlan:
    start_at = expected.eta - timedelta(minutes=policy.fixed_minutes)
    return LivePlan(expected, "waiting", start_at, expected.eta, None, policy.fixed_minutes, 0.0)


def _waiting(expected: Expected, room: RoomNow, choice: Choice) -> LivePlan:
    start_at = room.now + timedelta(minutes=choice.start)
    finish_at = room.now + timedelta(minutes=choice.finish)
    two = choice.finish > choice.start
    if two:
        ready_at = finish_at + timedelta(minutes=choice.last)
    else:
        ready_at = start_at + timedelta(minutes=choice.ready)
    band = timedelta(minutes=NINE_OF_TEN * choice.ready_deviation)
    outlook = room.outlook
    kelvin = 0.0
    if outlook is not None:
        kelvin = distance_kelvin(expected, outlook.drift_at(choice.start + room.outlook_minutes))
    return LivePlan(
        expected=expected,
        state="waiting",
        start_at=start_at,
        ready_by=ready_at + band,
        predicted_ready_at=ready_at,
        lead_minutes=minutes_between(start_at, expected.eta),
        kelvin=kelvin,
        finish_at=finish_at if two else None,
        ready_early=max(start_at, ready_at - band),
        ready_late=ready_at + band,
        chance_percent=round(100 * choice.chance),
    )


def _goes_back(expected: Expected, begun: Begun, choice: Choice | None, policy: ClimatePolicy) -> bool:
    """Whether the arrival moved so far away since the start that holding until then is waste.

    Only a new word takes a plan back: the walls of a room that was let go warm its air again within minutes,
    so that a ramp broken off for any less is a ramp done twice.
    """
    if expected.checked_in or expected.sign is not None:
        return False
    if expected.eta - begun.eta < timedelta(minutes=policy.restart_minutes):
        return False
    if choice is None:
        return True
    far = choice.start >= policy.least_pause_minutes
    # Without anything to weigh by (cost 0) the time alone decides.
    return far and (choice.cost == 0.0 or choice.cost_now - choice.cost >= policy.least_saving_watt_hours)


def _rested(previous: LivePlan, expected: Expected, room: RoomNow, policy: ClimatePolicy) -> LivePlan | None:
    """The plan of a room that is ready so long before its guest that it rests again; None where it does not.

    It happens where nobody knew how long it takes: now it is known.
    """
    if previous.state != "ready" or policy.lead_rule == "fixed":
        return None
    if expected.checked_in or expected.manual or expected.sign is not None or room.lost is not None:
        return None
    shown = way_gone(previous, policy)
    if shown is None or expected.wanted_celsius != previous.expected.wanted_celsius:
        return None
    choice = shown_start(expected, room, shown, policy)
    if choice.start < max(policy.least_pause_minutes, policy.rest_ramps * choice.ready):
        return None
    return replace(_waiting(expected, room, choice), shown=shown)


def _begin(fresh: LivePlan, choice: Choice | None, room: RoomNow, policy: ClimatePolicy) -> Begun:
    """What is promised at the start, and why it is now."""
    expected = fresh.expected
    ready, deviation = (choice.ready, choice.ready_deviation) if choice is not None else (0.0, 0.0)
    outlook = room.outlook
    if outlook is not None and fresh.shown is None:
        ready = outlook.ready_after(room.outlook_minutes)
        deviation = outlook.ready_deviation_after(room.outlook_minutes)
    ready = min(ready, NEVER_MINUTES)
    band = NINE_OF_TEN * deviation
    why: WhyStarted = "least_cost"
    if policy.lead_rule == "fixed":
        why = "fixed"
    elif expected.checked_in:
        why = "checked_in"
    elif expected.sign is not None:
        why = "sign"
    elif expected.manual:
        why = "desk"
    elif room.lost is not None:
        why = "fallback"
    elif fresh.finish_at is not None:
        why = "two_stages"
    elif fresh.shown is not None:
        why = "shown"
    elif choice is not None and choice.held_back:
        why = "unsure"
    elif fresh.chance_percent is not None and fresh.chance_percent < 50:
        why = "due"
    early = expected.arrival.quantile(0.1)
    values: dict[str, Any] = {
        "season": expected.season,
        "celsius": expected.wanted_celsius,
        "room_celsius": room.temperature_celsius,
        "ready_minutes": round(ready),
        "deviation_minutes": round(deviation),
        "eta": expected.eta.isoformat(),
        "eta_early": early.isoformat(),
        "eta_source": expected.eta_source,
        "chance_percent": fresh.chance_percent,
    }
    if expected.sign is not None:
        values["sign"] = expected.sign.kind
    if room.lost is not None:
        values["lost"] = room.lost
    return Begun(
        at=room.now,
        eta=expected.eta,
        celsius=room.temperature_celsius,
        ready_at=room.now + timedelta(minutes=ready),
        ready_early=room.now + timedelta(minutes=max(0.0, ready - band)),
        ready_late=room.now + timedelta(minutes=ready + band),
        why=why,
        reason=why_sentence(why, values, early, expected, room),
        values=values,
    )


def _under_way(
    fresh: LivePlan,
    previous: LivePlan,
    begun: Begun,
    choice: Choice | None,
    room: RoomNow,
    policy: ClimatePolicy,
) -> LivePlan:
    """A plan whose air conditioner works: held off the target, on its way, or there."""
    expected, arrival = fresh.expected, fresh.expected.arrival
    # The baseline with its fixed lead eases by the clock, as thermostats with a timetable do.
    late_at = expected.eta + timedelta(minutes=policy.hold_after_eta_minutes)
    doubted = room.now >= late_at if choice is None else arrival.is_doubted
    plan = replace(
        previous,
        expected=expected,
        begun=begun,
        lead_minutes=minutes_between(begun.at, expected.eta),
        guest_is_late=doubted and not expected.checked_in and not expected.manual,
        chance_percent=fresh.chance_percent,
    )
    rewished = abs(expected.wanted_celsius - previous.expected.wanted_celsius) > policy.ready_within_kelvin
    celsius = room.temperature_celsius
    ready, deviation = _left(begun, room)
    predicted = room.now + timedelta(minutes=ready)
    band = timedelta(minutes=NINE_OF_TEN * deviation)
    if previous.state == "ready" and not rewished:
        return plan
    if celsius is not None and distance_kelvin(expected, celsius) <= policy.ready_within_kelvin:
        return replace(
            plan,
            state="ready",
            ready_at=room.now,
            predicted_ready_at=room.now,
            ready_early=room.now,
            ready_late=room.now,
            finish_at=None,
        )
    held = None
    if previous.state == "waiting" and fresh.finish_at is not None and not rewished:
        held = fresh.finish_at, minutes_between(fresh.finish_at, fresh.predicted_ready_at or fresh.finish_at)
    elif previous.state == "holding" and not rewished:
        held = _held(expected, room, policy)
    if held is not None and held[0] > room.now:
        finish_at, rest = held[0], timedelta(minutes=held[1])
        return replace(
            plan,
            state="holding",
            finish_at=finish_at,
            predicted_ready_at=finish_at + rest,
            ready_by=finish_at + rest + band,
            ready_early=max(room.now, finish_at + rest - band),
            ready_late=finish_at + rest + band,
            kelvin=distance_kelvin(expected, celsius) if celsius is not None else previous.kelvin,
        )
    return replace(
        plan,
        state="running",
        ready_at=None,
        finish_at=None,
        predicted_ready_at=predicted,
        ready_by=predicted + band,
        ready_early=max(room.now, predicted - band),
        ready_late=predicted + band,
        kelvin=previous.kelvin
        if celsius is None
        else max(distance_kelvin(expected, celsius), previous.kelvin),
    )


def _held(expected: Expected, room: RoomNow, policy: ClimatePolicy) -> tuple[datetime, float] | None:
    """When a held room goes on to its target and the minutes that this takes; None = at once."""
    if expected.checked_in or expected.sign is not None or room.lost is not None or room.outlook is None:
        return None
    if expected.arrival.deviation_minutes < policy.two_stage_deviation_minutes / 2:
        return None
    starts = OpenStarts(room.outlook, room.now, 0.0, policy)
    return room.now + timedelta(minutes=starts.finish(expected.arrival)), starts.last_minutes(0)


def _left(begun: Begun, room: RoomNow) -> tuple[float, float]:
    """Minutes still to go at full power, and their deviation."""
    outlook = room.outlook
    if outlook is None or outlook.air_celsius is None or begun.why == "shown":
        # Nothing measures it, or it has shown better: what was believed at the start goes on, at least
        # until now.
        left = max(0.0, minutes_between(room.now, begun.ready_at))
        return left, minutes_between(begun.ready_at, begun.ready_late) / NINE_OF_TEN
    # The outlook is some minutes old: of those in which the unit worked, the way has become shorter.
    waited = max(0.0, minutes_between(outlook.made_at, begun.at))
    ready = outlook.ready_after(waited) - max(0.0, room.outlook_minutes - waited)
    if not math.isfinite(ready):
        return NEVER_MINUTES, 60.0
    return max(1.0, ready), outlook.ready_deviation_after(waited)


def _alert(plan: LivePlan, room: RoomNow) -> PlanAlert | None:
    """The arrival cannot be met: how warm it will be at the door, how late, and what would help."""
    expected, outlook = plan.expected, room.outlook
    if plan.state in ("ready", "done", "dropped") or outlook is None or room.lost == "sensor":
        return None
    if plan.shown is not None:
        return None  # it was there a while ago
    if expected.checked_in or expected.arrival.is_expired or not room.has_air_conditioner:
        return None
    due = minutes_between(room.now, expected.arrival.quantile(0.5))
    start = 0.0
    if plan.begun is None and expected.blocked and expected.blocked_until is not None:
        start = max(0.0, minutes_between(room.now, expected.blocked_until))
    age = room.outlook_minutes
    ready = outlook.ready_after(start + age)
    late = start + ready - due
    if late <= ALERT_MINUTES:
        return None
    door = door_celsius(outlook, start + age, due + age)
    helps: list[PlanHelp] = ["another_room"]
    if expected.season == "cooling" and room.curtain_open:
        helps.append("close_curtains")
    if expected.blocked:
        helps.append("earlier_departure")
    late_minutes = round(late) if math.isfinite(late) else None
    shown = f"{door:.1f} °C instead of {expected.wanted_celsius:.1f} °C"
    when = "in time" if late_minutes is None else f"until {late_minutes} min after the arrival"
    return PlanAlert(
        code="arrival_at_risk",
        celsius_at_door=round(door, 1),
        wanted_celsius=expected.wanted_celsius,
        late_minutes=late_minutes,
        due_at=room.now + timedelta(minutes=due),
        helps=helps,
        reason=f"Room {expected.room} cannot be ready {when}: {shown} at the door.",
    )
