"""An arrival that cannot be met, as a room's timeline tells it: that it is so, and how that ended.

A forecast hovers: a risk ends as "in time" only after it was gone for `CLEAR_MINUTES`, so that a minute more
or less makes no line. While the room cannot be measured or the guest has the key nothing is known to be
better.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from controller.plans import LivePlan
from controller.readings import PlanAlert

CLEAR_MINUTES = 10.0
AT_RISK, ENDED = "arrival_at_risk", "risk_ended"
HowEnded = Literal["ready", "arrived", "in_time", "not_expected"]
# (code, values) of a line.
Line = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Risk:
    """An arrival that the timeline says cannot be met. `clear_since`: well since then."""

    stay_id: str | None
    since: datetime
    clear_since: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "stay_id": self.stay_id,
            "since": self.since.isoformat(),
            "clear_since": self.clear_since.isoformat() if self.clear_since is not None else None,
        }

    @property
    def look_again_at(self) -> datetime | None:
        """When waiting alone ends it."""
        return self.clear_since + timedelta(minutes=CLEAR_MINUTES) if self.clear_since is not None else None


def risk_from_json(kept: dict[str, Any] | None) -> Risk | None:
    """What `to_json` wrote; None when there was none."""
    if kept is None:
        return None
    clear = kept["clear_since"]
    return Risk(
        kept["stay_id"],
        datetime.fromisoformat(kept["since"]),
        datetime.fromisoformat(clear) if clear is not None else None,
    )


def followed(risk: Risk | None, plan: LivePlan | None, now: datetime) -> tuple[Risk | None, list[Line]]:
    """The risk after a look at the room's plan, and the lines that the look adds to the timeline."""
    lines: list[Line] = []
    if risk is not None and (plan is None or plan.expected.stay_id != risk.stay_id):
        lines.append(_ended(risk, "not_expected", now))
        risk = None
    if plan is None:
        return None, lines
    if plan.alert is not None:
        if risk is not None:
            return replace(risk, clear_since=None), lines
        lines.append((AT_RISK, _told(plan.alert)))
        return Risk(plan.expected.stay_id, now), lines
    if risk is None:
        return None, lines
    how = _how_ended(risk, plan, now)
    if how is not None:
        lines.append(_ended(risk, how, now))
        return None, lines
    unknown = plan.lost is not None or plan.expected.checked_in
    return replace(risk, clear_since=None if unknown else risk.clear_since or now), lines


def _how_ended(risk: Risk, plan: LivePlan, now: datetime) -> HowEnded | None:
    """How the risk ended, with a plan that has no alert; None = not yet."""
    if plan.state == "ready":
        return "ready"
    if plan.state == "done":
        return "arrived"
    if plan.state == "dropped" or plan.reason_code == "plan_expired":
        return "not_expected"
    again = risk.look_again_at
    return "in_time" if again is not None and now >= again else None


def _told(alert: PlanAlert) -> dict[str, Any]:
    return {
        "celsius_at_door": alert.celsius_at_door,
        "wanted_celsius": alert.wanted_celsius,
        "due_at": alert.due_at.isoformat(),
        "late_minutes": alert.late_minutes,
        "help": list(alert.helps),
    }


def _ended(risk: Risk, how: HowEnded, now: datetime) -> Line:
    minutes = round((now - risk.since).total_seconds() / 60)
    return f"{ENDED}.{how}", {"since": risk.since.isoformat(), "after_minutes": max(0, minutes)}
