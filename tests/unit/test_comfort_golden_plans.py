"""Plans that a person can read and judge: `tests/unit/golden_plans.txt` is what the planner said when
somebody last read it. A change of a rule changes the file; read the difference before it is committed:

    python -m tests.unit.test_comfort_golden_plans
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from controller.eta import Sign
from controller.outlook import HORIZON_STEPS
from controller.plans import LivePlan
from controller.precondition import next_plan
from tests.comfort_outlooks import POLICY, ZONE, after, ahead, expected, room

GOLDEN = Path(__file__).parent / "golden_plans.txt"


def clock(at: datetime | None) -> str:
    return at.astimezone(ZONE).strftime("%H:%M") if at is not None else "-"


def told(plan: LivePlan) -> list[str]:
    arrival = plan.expected.arrival
    lines = [
        f"  {clock(plan.expected.arrival.now)}  {plan.state:<8} {plan.reason}",
        f"         guest {clock(arrival.quantile(0.1))}-{clock(arrival.quantile(0.9))}, "
        f"ready {clock(plan.ready_early)}-{clock(plan.ready_late)}, "
        f"in time {plan.chance_percent} of 100",
    ]
    if plan.begun is not None:
        lines.append(f"         {plan.begun.reason}")
    if plan.alert is not None:
        lines.append(f"         ALERT {plan.alert.reason} Helps: {', '.join(plan.alert.helps)}.")
    return lines


Step = tuple[float, float | None, dict[str, Any]]


def story(title: str, eta: float, steps: list[Step], **always: Any) -> list[str]:
    """The plan of one room step by step: (minute, room °C, what else is known then)."""
    lines = [title]
    plan: LivePlan | None = None
    for minute, celsius, more in steps:
        known = always | more
        guest = {
            name: known.pop(name)
            for name in ("eta_source", "sign", "checked_in", "manual", "blocked", "blocked_until")
            if name in known
        }
        moved = known.pop("eta", eta)
        now = after(minute)
        plan = next_plan(expected(moved, now=now, **guest), room(now, celsius, **known), plan, POLICY)
        lines += told(plan)
    return [*lines, ""]


def golden() -> str:
    off = replace(ahead(celsius=28.0), ready_minutes=np.full(HORIZON_STEPS + 1, np.inf))
    stories = [
        story(
            "A guest on the way, seen live; the car comes nearer.",
            180,
            [(0, 27.0, {}), (102, 27.8, {}), (125, 26.4, {}), (145, 25.0, {}), (160, 24.2, {})],
            eta_source="live",
        ),
        story("A guest who said a time when they booked.", 240, [(0, 27.5, {}), (140, 28.0, {})]),
        story(
            "The same, and the flight is two hours late after the start.",
            150,
            [(0, 27.5, {}), (70, 28.0, {}), (80, 26.8, {"eta": 270}), (190, 28.0, {"eta": 270})],
        ),
        story(
            "Nobody said a time: held off from before the first guests, finished by a transfer's sign.",
            180,
            [
                (0, 28.0, {}),
                (150, 28.0, {}),
                (200, 25.5, {}),
                (215, 25.5, {"sign": Sign("transfer", after(214))}),
            ],
            eta_source="default",
        ),
        story(
            "A guest who does not come: eased, then given up, then there after all.",
            40,
            [
                (0, 27.5, {}),
                (35, 24.1, {}),
                (100, 24.1, {}),
                (130, 25.0, {}),
                (200, 27.0, {"checked_in": True}),
            ],
        ),
        story(
            "A room that is not learned yet: begun early, it shows that it is quick, rests and comes back.",
            240,
            [(0, 28.0, {}), (73, 28.0, {}), (85, 24.2, {}), (86, 24.2, {}), (150, 27.0, {}), (173, 28.0, {})],
            eta_source="guest",
            minutes_a_kelvin=40.0,
            ready_deviation_minutes=np.full(HORIZON_STEPS + 1, 120.0),
            source="prior",
        ),
        story(
            "A hot room and little time: an alert an hour ahead.",
            70,
            [(0, 31.0, {})],
            eta_source="live",
            minutes_a_kelvin=20.0,
            curtain_open=True,
        ),
        story(
            "The last guest leaves late.",
            90,
            [(0, 28.0, {"blocked": True, "blocked_until": after(75)}), (76, 28.0, {})],
            eta_source="live",
            minutes_a_kelvin=12.0,
        ),
        story("The plant is off for the day.", 120, [(0, 28.0, {"outlook": off})]),
        story("No sensor.", 240, [(0, None, {}), (120, None, {})]),
        story("No weather at all.", 240, [(0, 27.0, {"weak_reason": "no_outdoor"})]),
        story("The broker is away.", 240, [(0, 27.0, {"is_linked": False})]),
        story("A room without an air conditioner.", 60, [(0, 27.0, {"has_air_conditioner": False})]),
        story("The desk wants it by five past one.", 65, [(0, 26.5, {"manual": True})]),
    ]
    return "\n".join(line for lines in stories for line in lines)


def test_plans_are_what_somebody_read_and_found_right() -> None:
    assert golden() == GOLDEN.read_text(encoding="utf-8")


if __name__ == "__main__":
    GOLDEN.write_text(golden(), encoding="utf-8")
