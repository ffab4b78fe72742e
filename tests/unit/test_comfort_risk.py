"""An arrival that cannot be met makes a line in its room's timeline, and so does the end of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from controller.plans import LivePlan
from controller.precondition import finished
from controller.readings import PlanState
from controller.risk import CLEAR_MINUTES, Risk, followed, risk_from_json
from tests.comfort_outlooks import after, run_to


def hopeless(minutes: float = 0) -> LivePlan:
    plan = run_to(minutes, None, 90, 31.0, minutes_a_kelvin=30.0)
    assert plan.alert is not None
    return plan


def well(minutes: float = 0, state: PlanState = "waiting") -> LivePlan:
    return replace(run_to(minutes, None, 240, 27.5), state=state)


def begun() -> Risk:
    risk, [(code, values)] = followed(None, hopeless(), after(0))
    assert risk is not None
    assert code == "arrival_at_risk"
    assert values["celsius_at_door"] > values["wanted_celsius"]
    assert values["help"] == ["another_room"]
    assert risk_from_json(risk.to_json()) == risk
    return risk


def test_it_is_said_once_however_often_one_looks() -> None:
    risk = begun()
    for minute in range(1, 30):
        again, lines = followed(risk, hopeless(minute), after(minute))
        assert (again, lines) == (risk, [])


def test_a_forecast_that_hovers_makes_no_lines() -> None:
    risk: Risk | None = begun()
    for minute in range(1, 60):
        plan = hopeless(minute) if minute % 8 == 0 else well(minute)
        risk, lines = followed(risk, plan, after(minute))
        assert lines == []


def test_it_ends_as_met_when_the_forecast_stays_well() -> None:
    risk, lines = followed(begun(), well(1), after(1))
    assert risk is not None
    assert lines == []
    assert risk.look_again_at == after(1) + timedelta(minutes=CLEAR_MINUTES)
    assert risk_from_json(risk.to_json()) == risk
    over, [(code, values)] = followed(risk, well(11), after(11))
    assert (over, code) == (None, "risk_ended.in_time")
    assert values == {"since": after(0).isoformat(), "after_minutes": 11}


@pytest.mark.parametrize(
    ("plan", "how"),
    [
        (well(5, "ready"), "ready"),
        (finished(hopeless(5), "done"), "arrived"),
        (finished(hopeless(5), "dropped"), "not_expected"),
        (replace(well(5), reason_code="plan_expired"), "not_expected"),
        (None, "not_expected"),
    ],
)
def test_every_end_says_which(plan: LivePlan | None, how: str) -> None:
    risk, lines = followed(begun(), plan, after(5))
    assert risk is None
    assert [code for code, _ in lines] == [f"risk_ended.{how}"]


def test_what_nobody_can_know_ends_nothing() -> None:
    """Without a sensor, or with the guest on the stairs, no alert is no promise."""
    risk: Risk | None = begun()
    blind = replace(well(5), lost="sensor")
    on_the_stairs = replace(well(5), expected=replace(well(5).expected, checked_in=True))
    for plan in (blind, on_the_stairs):
        for minute in range(1, 40):
            risk, lines = followed(risk, plan, after(minute))
            assert lines == []
    assert risk is not None
    assert risk.look_again_at is None


def test_the_next_guest_is_another_arrival() -> None:
    plan = hopeless(5)
    other = replace(plan, expected=replace(plan.expected, stay_id="other"))
    risk, lines = followed(begun(), other, after(5))
    assert [code for code, _ in lines] == ["risk_ended.not_expected", "arrival_at_risk"]
    assert risk is not None
    assert risk.stay_id == "other"
