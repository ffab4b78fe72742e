"""What a plan says: one sentence for people, by code and values for screens in other languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from controller.plans import Expected, LivePlan, RoomNow, WhyStarted, clock, minutes_between
from controller.policy import ClimatePolicy
from controller.start_costs import NEVER_MINUTES


def why_sentence(
    why: WhyStarted, values: dict[str, Any], early: datetime, expected: Expected, room: RoomNow
) -> str:
    takes = f"it takes {values['ready_minutes']} ± {values['deviation_minutes']} min"
    match why:
        case "least_cost":
            # What decided is how many find it ready, the few first guests and slow ramps among them.
            return (
                f"Started so that {values['chance_percent']} of 100 such guests find it ready: 9 of 10 come "
                f"after {clock(early, room.zone)}, and {takes}."
            )
        case "two_stages":
            return (
                f"Started in two stages because nobody said a time: 9 of 10 such guests come after "
                f"{clock(early, room.zone)}."
            )
        case "sign":
            return f"Started on a sign that the guest is on the way; {takes}."
        case "checked_in":
            return f"Started when the guest had the key; {takes}."
        case "desk":
            return f"Started for the desk, to be ready by {clock(expected.eta, room.zone)}; {takes}."
        case "fallback":
            return f"Started by the lead that 9 of 10 ramps keep, without the {room.lost}."
        case "unsure":
            return (
                f"Started early, for it is not learned yet how long it takes "
                f"({values['ready_minutes']} ± {values['deviation_minutes']} min): "
                f"9 of 10 such guests come after {clock(early, room.zone)}."
            )
        case "shown":
            return (
                f"Started by what the room showed before for the same guest: {takes}, and "
                f"9 of 10 such guests come after {clock(early, room.zone)}."
            )
        case "due":
            return f"Started as soon as it could: the guest is due and {takes}."
        case _:
            return "Started by a fixed lead."


def explained(plan: LivePlan, room: RoomNow, policy: ClimatePolicy) -> LivePlan:
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
    # Who said no time is late for nobody before they are likely there.
    due = expected.arrival.quantile(0.5) if expected.eta_source == "default" else expected.eta
    if not room.has_air_conditioner:
        code = "plan_no_air_conditioner"
        reason = f"There is no air conditioner to bring room {expected.room} to {wanted}."
        values["room"] = expected.room
    elif plan.guest_is_late:
        code, reason = "plan_guest_late", f"The guest is late; {wanted} returns at check-in."
    elif plan.state == "ready":
        code, reason = "plan_ready", f"The room is at {wanted} and is held for the guest."
    elif plan.state == "waiting" and expected.arrival.is_expired and not expected.checked_in:
        code = "plan_expired"
        values["eta"] = expected.eta.isoformat()
        told = clock(expected.eta, room.zone)
        reason = f"The guest was expected at {told}; the room rests until they are heard of."
    elif plan.state == "waiting" and predicted is None:
        code, reason = "plan_fixed", f"{doing} starts at {clock(plan.start_at, room.zone)}."
    elif plan.state == "waiting" and room.lost is not None:
        code = "plan_fallback"
        values["lost"] = room.lost
        reason = (
            f"{doing} starts at {clock(plan.start_at, room.zone)}: without the {room.lost} the room goes by "
            f"the lead that 9 of 10 ramps keep."
        )
    elif plan.state in ("waiting", "holding") and plan.finish_at is not None:
        off = policy.hold_kelvin if expected.season == "cooling" else -policy.hold_kelvin
        code = "plan_two_stage" if plan.state == "waiting" else "plan_holding"
        values |= {"hold_celsius": expected.wanted_celsius + off, "finish_at": plan.finish_at.isoformat()}
        begins = (
            f"{doing} to {expected.wanted_celsius + off:.1f} °C starts at {clock(plan.start_at, room.zone)}"
            if plan.state == "waiting"
            else f"The room waits at {expected.wanted_celsius + off:.1f} °C"
        )
        reason = (
            f"{begins}; {wanted} follows on a sign of the guest, at {clock(plan.finish_at, room.zone)} "
            f"at the latest."
        )
    elif plan.state == "waiting":
        code = "plan_waiting"
        reason = (
            f"{doing} starts at {clock(plan.start_at, room.zone)} to be at {wanted} "
            f"by {clock(plan.ready_by, room.zone)} (9 of 10)."
        )
    elif predicted is not None and minutes_between(room.now, predicted) >= NEVER_MINUTES:
        code = "plan_out_of_reach"
        reason = f"{doing}; {wanted} is not reached within eight hours."
    elif predicted is not None and minutes_between(due, predicted) > 1:
        late = round(minutes_between(due, predicted))
        values |= {"predicted_ready_at": predicted.isoformat(), "late_minutes": late}
        code = "plan_late"
        reason = (
            f"{doing}; {wanted} is expected at {clock(predicted, room.zone)}, {late} min after the arrival."
        )
    else:
        code = "plan_running"
        at = predicted or plan.ready_by
        values["predicted_ready_at"] = at.isoformat()
        begun, ready = clock(plan.start_at, room.zone), clock(at, room.zone)
        reason = f"{doing} since {begun}; {wanted} is expected at {ready}."
    if expected.wished_celsius is not None:
        values["wished_celsius"] = expected.wished_celsius
        reason += f" {expected.wished_celsius:g} °C was wished, which no room can be."
    return replace(plan, reason=reason, reason_code=code, reason_values=values)
