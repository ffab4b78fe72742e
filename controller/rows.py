"""How claims, commands and plans of the memory are written in columns, and read back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from controller.arbitration import Claim
from controller.dispatch import LiveCommand
from controller.eta import certain
from controller.plans import Begun, Expected, LivePlan, Shown


def claim_values(room: str, claim: Claim) -> dict[str, Any]:
    """The columns of a claim's row beside its key."""
    return {
        "room": room,
        "value": claim.value,
        "since": claim.since,
        "by": claim.by,
        "cause": claim.cause,
        "stay_id": claim.stay_id,
        "until": claim.until,
    }


def command_values(live: LiveCommand) -> dict[str, Any]:
    """The columns of a command's row."""
    return {
        "room": live.room,
        "device_id": live.device_id,
        "device_name": live.device_name,
        "name": live.property,
        "value": live.value,
        "state": live.state,
        "level": live.level,
        "cause": live.cause,
        "by": live.by,
        "made_at": live.made_at,
        "sent_at": live.sent_at,
        "ended_at": live.ended_at,
        "expires_at": live.expires_at,
        "wall_expires_at": live.wall_expires_at,
        "detail": live.detail,
    }


def plan_to_json(plan: LivePlan) -> dict[str, Any]:
    """What of a plan must outlive the process: the rest is worked out anew."""
    expected, begun = plan.expected, plan.begun
    return {
        "room": expected.room,
        "stay_id": expected.stay_id,
        "eta": expected.eta.isoformat(),
        "eta_source": expected.eta_source,
        "wanted_celsius": expected.wanted_celsius,
        "season": expected.season,
        "checked_in": expected.checked_in,
        "manual": expected.manual,
        "state": plan.state,
        "start_at": plan.start_at.isoformat(),
        "ready_by": plan.ready_by.isoformat(),
        "lead_minutes": plan.lead_minutes,
        "kelvin": plan.kelvin,
        **{
            name: at.isoformat() if (at := getattr(plan, name)) is not None else None
            for name in ("predicted_ready_at", "finish_at", "ready_at")
        },
        "begun": None
        if begun is None
        else {
            "at": begun.at.isoformat(),
            "eta": begun.eta.isoformat(),
            "celsius": begun.celsius,
            "ready": [at.isoformat() for at in (begun.ready_early, begun.ready_at, begun.ready_late)],
            "why": begun.why,
            "reason": begun.reason,
            "values": begun.values,
        },
        "shown": None if plan.shown is None else [plan.shown.minutes, plan.shown.kelvin, plan.shown.heating],
        "guest_is_late": plan.guest_is_late,
        "reason": plan.reason,
        "reason_code": plan.reason_code,
        "reason_values": plan.reason_values,
    }


def plan_from_json(kept: dict[str, Any]) -> LivePlan:
    """The plan that `plan_to_json` wrote, or the version before it."""

    def time(name: str) -> datetime | None:
        return datetime.fromisoformat(kept[name]) if kept.get(name) is not None else None

    eta = datetime.fromisoformat(kept["eta"])
    return LivePlan(
        expected=Expected(
            room=kept["room"],
            stay_id=kept["stay_id"],
            eta=eta,
            eta_source=kept["eta_source"],
            wanted_celsius=kept["wanted_celsius"],
            season=kept["season"],
            # Until it is looked at anew, which is at once.
            arrival=certain(eta, eta),
            checked_in=kept["checked_in"],
            manual=kept["manual"],
        ),
        state=kept["state"],
        start_at=datetime.fromisoformat(kept["start_at"]),
        ready_by=datetime.fromisoformat(kept["ready_by"]),
        predicted_ready_at=time("predicted_ready_at"),
        lead_minutes=kept["lead_minutes"],
        kelvin=kept["kelvin"],
        finish_at=time("finish_at"),
        begun=_begun(kept),
        ready_at=time("ready_at"),
        shown=Shown(*kept["shown"]) if kept.get("shown") is not None else None,
        guest_is_late=kept["guest_is_late"],
        reason=kept["reason"],
        reason_code=kept["reason_code"],
        reason_values=kept["reason_values"],
    )


def _begun(kept: dict[str, Any]) -> Begun | None:
    begun = kept.get("begun")
    if begun is not None:
        early, middle, late = (datetime.fromisoformat(at) for at in begun["ready"])
        return Begun(
            datetime.fromisoformat(begun["at"]),
            datetime.fromisoformat(begun["eta"]),
            begun["celsius"],
            middle,
            early,
            late,
            begun["why"],
            begun["reason"],
            begun["values"],
        )
    if kept.get("started_at") is None:
        return None
    # Written by the version before: it kept neither a range nor a reason.
    at = datetime.fromisoformat(kept["started_at"])
    ready = datetime.fromisoformat(kept["predicted_ready_at"] or kept["ready_by"])
    eta = datetime.fromisoformat(kept["eta"])
    return Begun(at, eta, kept["start_celsius"], ready, ready, ready, "least_cost", kept["reason"], {})
