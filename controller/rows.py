"""How claims, commands and plans of the memory are written in columns, and read back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from controller.arbitration import Claim
from controller.dispatch import LiveCommand
from controller.precondition import Expected, LivePlan


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
    expected = plan.expected
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
            for name in ("predicted_ready_at", "started_at", "ready_at")
        },
        "start_celsius": plan.start_celsius,
        "guest_is_late": plan.guest_is_late,
        "reason": plan.reason,
        "reason_code": plan.reason_code,
        "reason_values": plan.reason_values,
    }


def plan_from_json(kept: dict[str, Any]) -> LivePlan:
    """The plan that `plan_to_json` wrote."""

    def time(name: str) -> datetime | None:
        return datetime.fromisoformat(kept[name]) if kept[name] is not None else None

    return LivePlan(
        expected=Expected(
            room=kept["room"],
            stay_id=kept["stay_id"],
            eta=datetime.fromisoformat(kept["eta"]),
            eta_source=kept["eta_source"],
            wanted_celsius=kept["wanted_celsius"],
            season=kept["season"],
            checked_in=kept["checked_in"],
            manual=kept["manual"],
        ),
        state=kept["state"],
        start_at=datetime.fromisoformat(kept["start_at"]),
        ready_by=datetime.fromisoformat(kept["ready_by"]),
        predicted_ready_at=time("predicted_ready_at"),
        lead_minutes=kept["lead_minutes"],
        kelvin=kept["kelvin"],
        started_at=time("started_at"),
        start_celsius=kept["start_celsius"],
        ready_at=time("ready_at"),
        guest_is_late=kept["guest_is_late"],
        reason=kept["reason"],
        reason_code=kept["reason_code"],
        reason_values=kept["reason_values"],
    )
