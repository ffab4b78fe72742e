"""When a room starts, in how many stages, when it goes back, and what it says when it cannot make it."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.ahead import door_celsius, forecast
from controller.eta import SHARES, Sign
from controller.outlook import HORIZON_STEPS
from controller.plans import LivePlan, Shown
from controller.precondition import finished, next_plan
from controller.room import MOST_WAYS, RoomState
from controller.rows import plan_from_json, plan_to_json
from tests.comfort_outlooks import NOON, POLICY, ZONE, after, ahead, expected, room, run_to


def minutes(at: datetime | None) -> float:
    assert at is not None
    return (at - NOON).total_seconds() / 60


def test_a_plan_says_when_and_why() -> None:
    plan = next_plan(expected(), room(), None, POLICY)
    assert plan.state == "waiting"
    assert NOON < plan.start_at < plan.ready_by < after(240)
    start = plan.start_at.astimezone(ZONE).strftime("%H:%M")
    by = plan.ready_by.astimezone(ZONE).strftime("%H:%M")
    assert plan.reason == f"Cooling starts at {start} to be at 24.0 °C by {by} (9 of 10)."
    reading = plan.reading()
    assert reading.lead_minutes == pytest.approx(240 - minutes(plan.start_at), abs=0.1)
    assert reading.eta_early is not None
    assert reading.eta_late is not None
    assert reading.eta_early < plan.expected.eta < reading.eta_late
    assert plan.chance_percent is not None
    assert plan.chance_percent >= 90


def test_the_lead_is_from_the_state_at_the_start_not_from_now() -> None:
    cool_now = next_plan(expected(400, eta_source="live"), room(celsius=24.0), None, POLICY)
    assert cool_now.kelvin > 1.5, "it will have drifted up by then"
    assert minutes(cool_now.ready_by) - minutes(cool_now.start_at) > 20


@settings(max_examples=40, derandomize=True)
@given(st.floats(20, 28), st.floats(20, 28))
def test_a_warmer_room_never_starts_later(first: float, second: float) -> None:
    """Within its setback limits, and by more than a few minutes: a room that comes nearer to its target by
    itself (hotter than the limit) may well be waited for, and at the limit waiting costs no more drift."""
    starts = [
        next_plan(expected(eta_source="live"), room(celsius=celsius), None, POLICY).start_at
        for celsius in sorted((first, second))
    ]
    assert starts[1] <= starts[0] + timedelta(minutes=10)


def test_a_surer_eta_starts_later() -> None:
    starts = [
        next_plan(expected(60, eta_source=source), room(now=after(-60)), None, POLICY).start_at
        for source in ("booking", "guest", "live")
    ]
    assert starts == sorted(starts)
    desk = next_plan(expected(60, manual=True, now=after(-60)), room(now=after(-60)), None, POLICY)
    assert desk.start_at > starts[-1]


def test_of_a_ramp_that_may_last_long_nobody_waits_until_the_guest_is_there() -> None:
    """Starting never makes a guest wait longer than not starting, however unsure the ramp is."""
    sure, unsure = (
        next_plan(
            expected(75, eta_source="live"),
            room(minutes_a_kelvin=14.0, ready_deviation_minutes=np.full(HORIZON_STEPS + 1, doubt)),
            None,
            POLICY,
        )
        for doubt in (5.0, 140.0)
    )
    assert unsure.state == "running"
    assert unsure.start_at <= sure.start_at


def test_dearer_lateness_starts_earlier_and_dearer_holding_later() -> None:
    def start(price: float, watts: float) -> datetime:
        policy = replace(POLICY, late_watt_hours_per_minute=price, two_stage_deviation_minutes=1000.0)
        look = ahead(hold_watts=np.full(HORIZON_STEPS + 1, watts))
        return next_plan(expected(), room(outlook=look), None, policy).start_at

    assert start(500, 260) < start(100, 260)
    assert start(240, 800) > start(240, 100)


def test_who_comes_before_the_time_they_named_is_waited_for_less() -> None:
    def start(share: float) -> datetime:
        policy = replace(POLICY, early_guest_share=share, two_stage_deviation_minutes=1000.0)
        return next_plan(expected(), room(), None, policy).start_at

    assert start(0.2) > start(1.0)


def test_nobody_is_made_ready_for_while_they_are_beyond_what_is_looked_ahead_to() -> None:
    """Holding through a cool night costs nothing now; the day after it does."""
    cheap = ahead(hold_watts=np.zeros(HORIZON_STEPS + 1))
    plan = next_plan(expected(20 * 60), room(outlook=cheap), None, POLICY)
    assert plan.state == "waiting"
    assert plan.start_at >= after(7 * 60 + 30)


def test_warm_walls_make_holding_dearer_and_cool_ones_cheaper() -> None:
    def start(watts: float) -> datetime:
        walls = np.full(HORIZON_STEPS + 1, watts)
        return next_plan(expected(), room(outlook=ahead(wall_watts=walls)), None, surely).start_at

    surely = replace(POLICY, ramp_tail=1.0)
    assert start(-200.0) < start(0.0) < start(100.0)


def test_the_expected_cost_is_what_a_thousand_guests_would_cost() -> None:
    """The closed form against a plain count over guests and ramps drawn one by one."""
    from controller.start_costs import OpenStarts

    look, guest = ahead(), expected(200)
    choice = OpenStarts(look, NOON, 0.0, POLICY).one_stage(guest.arrival)
    dice = np.random.default_rng(5)
    z = dice.standard_normal(4000)

    def price(comes: float) -> float:
        before_said = NOON + timedelta(minutes=comes) < guest.arrival.said
        return 240 * guest.arrival.show_chance * (POLICY.early_guest_share if before_said else 1.0)

    def cost(start: float) -> float:
        ramp = look.ready_after(start) + look.ready_deviation_after(start) * z
        total = 0.0
        for comes, share in zip(guest.arrival.minutes, SHARES, strict=True):
            if comes < start:
                total += share * look.energy_when_started_after(comes)
                total += share * price(comes) * look.ready_after(comes)
                continue
            late = np.maximum(0.0, start + ramp - comes)
            held = np.maximum(0.0, comes - start - ramp)
            waits = price(comes) * late + 260 / 60 * held
            total += share * (look.energy_when_started_after(start) + float(np.mean(waits)))
        return total

    best = min(range(0, 200, 5), key=cost)
    assert abs(best - choice.start) <= 7.5
    assert cost(best) == pytest.approx(choice.cost, rel=0.03)


def test_the_fixed_baseline_leads_by_its_minutes() -> None:
    policy = replace(POLICY, lead_rule="fixed", fixed_minutes=120.0)
    assert next_plan(expected(), room(), None, policy).start_at == after(120)


def test_a_plan_runs_gets_ready_and_is_done() -> None:
    plan = run_to(0, None, 40)
    assert plan.state == "running"
    assert plan.begun is not None
    assert plan.begun.at == NOON
    assert plan.begun.ready_early < plan.begun.ready_at < plan.begun.ready_late
    plan = run_to(15, plan, 40, 25.5)
    assert plan.state == "running"
    assert plan.start_at == NOON
    assert minutes(plan.predicted_ready_at) > 15
    plan = run_to(30, plan, 40, 24.2)
    assert plan.state == "ready"
    assert plan.ready_at == after(30)
    plan = run_to(35, plan, 40, 24.6)
    assert plan.state == "ready", "a tenth of a degree does not unmake it"
    assert finished(plan, "done").reason_code == "plan_done"


def test_a_far_moved_eta_takes_a_running_plan_back() -> None:
    plan = run_to(0, None, 40)
    moved = run_to(5, plan, 500)
    assert moved.state == "waiting"
    assert moved.begun is None
    nudged = run_to(5, plan, 45)
    assert nudged.state == "running"


def test_check_in_starts_at_once() -> None:
    plan = next_plan(expected(300, checked_in=True), room(), None, POLICY)
    assert plan.state == "running"
    assert plan.begun is not None
    assert plan.begun.why == "checked_in"


def test_nothing_starts_while_somebody_else_has_the_room() -> None:
    plan = next_plan(expected(30, blocked=True, blocked_until=after(20)), room(), None, POLICY)
    assert plan.state == "waiting"
    assert plan.start_at >= after(20)


def test_a_late_guest_is_held_then_eased_then_given_up_until_heard_of() -> None:
    plan = run_to(30, run_to(0, None, 40), 40, 24.0)
    assert not run_to(45, plan, 40, 24.0).guest_is_late
    # a guest whose own word has a deviation of 25 min
    eased = run_to(40 + 62, plan, 40, 24.0)
    assert eased.guest_is_late
    assert eased.state == "ready"
    rested = run_to(40 + 90, eased, 40, 24.5)
    assert rested.state == "waiting"
    assert rested.reason_code == "plan_expired"
    again = run_to(40 + 95, rested, 40, 25.0, sign=Sign("queue", after(134)))
    assert again.state == "running"
    assert again.begun is not None
    assert again.begun.why == "sign"


def test_a_time_in_the_past_starts_now() -> None:
    plan = run_to(0, None, -10)
    assert plan.state == "running"
    assert plan.reason_code == "plan_late"


# What nobody knows yet


def unlearned(now: float, plan: LivePlan | None, celsius: float, eta: float = 240, **more: Any) -> LivePlan:
    """The plan of a room whose model says "three hours, or one, or five"."""
    doubt = np.full(HORIZON_STEPS + 1, 120.0)
    unsure = {"source": "prior", "minutes_a_kelvin": 45.0, "ready_deviation_minutes": doubt}
    return run_to(now, plan, eta, celsius, **unsure | more)


def test_a_model_that_is_unsure_starts_no_earlier_than_no_model_at_all() -> None:
    plan = unlearned(0, None, 28.0)
    first = minutes(plan.expected.arrival.quantile(0.03))
    assert minutes(plan.start_at) == pytest.approx(first - POLICY.fallback_lead_minutes, abs=5)
    assert unlearned(0, None, 28.0, eta=100).state == "running"
    sure = {"source": "learned", "ready_deviation_minutes": np.full(HORIZON_STEPS + 1, 10.0)}
    later = unlearned(0, None, 28.0, eta=340).start_at
    assert unlearned(0, None, 28.0, eta=340, **sure).start_at < later - timedelta(minutes=30)
    slow = unlearned(0, None, 28.0, lead_p90_minutes=180.0)
    assert minutes(slow.start_at) == pytest.approx(first - 180, abs=5), "its own ramps show that it needs it"


def test_a_room_that_is_ready_long_before_its_guest_rests_and_comes_back_by_what_it_showed() -> None:
    plan = unlearned(130, unlearned(120, None, 28.0), 24.2)
    assert plan.state == "ready"
    assert plan.begun is not None
    rests = plan_from_json(json.loads(json.dumps(plan_to_json(unlearned(131, plan, 24.2)))))
    assert (rests.state, rests.begun) == ("waiting", None)
    again, start = rests, 131
    while again.state == "waiting":
        start += 1
        again = unlearned(start, again, 28.0)
    first = minutes(again.expected.arrival.quantile(0.03))
    assert first - 40 < start < first - 12
    assert again.state == "running"
    assert again.begun is not None
    assert again.begun.why == "shown"
    assert again.alert is None, "it was there a while ago"
    ready = unlearned(start + 11, again, 24.2)
    assert unlearned(start + 12, ready, 24.2).state == "ready", "too near to rest once more"


def test_an_unsure_model_goes_by_the_rooms_own_last_ways_of_the_season() -> None:
    def lead(*ways: Shown, told: float = 5.0, deviation: float = 20.0) -> float:
        doubt = np.full(HORIZON_STEPS + 1, deviation)
        plan = unlearned(0, None, 28.0, ways=ways, minutes_a_kelvin=told, ready_deviation_minutes=doubt)
        return minutes(plan.expected.arrival.quantile(0.03)) - minutes(plan.start_at)

    quick, slow = Shown(20.0, 4.0, heating=False), Shown(40.0, 4.0, heating=False)
    assert lead(quick) == pytest.approx(1.8 * 20 + 10, abs=1)
    assert lead(quick, slow, quick) == pytest.approx(1.4 * 40 + 10, abs=1)
    assert lead(Shown(14.0, 2.0, heating=False), quick) == pytest.approx(1.4 * 28 + 10, abs=1)
    assert lead(Shown(5.0, 4.0, heating=True)) > 1.4 * 40 + 10, "how it warms tells nothing of how it cools"
    # The house's ramps tell that nine of ten take longer than the room's few showed: that counts.
    told = lead(quick, told=15.0, deviation=30.0)
    assert told == pytest.approx(60 + 1.28 * 30, abs=5)
    assert lead(quick, told=45.0, deviation=120.0) == pytest.approx(POLICY.fallback_lead_minutes, abs=1)


def test_a_short_way_is_begun_early_enough_to_settle() -> None:
    quick: dict[str, Any] = {
        "minutes_a_kelvin": 0.5,
        "ready_deviation_minutes": np.full(HORIZON_STEPS + 1, 1.0),
    }
    soon = next_plan(expected(60, eta_source="live"), room(celsius=25.0, **quick), None, POLICY)
    first = minutes(soon.expected.arrival.quantile(0.03))
    assert minutes(soon.start_at) <= first - POLICY.settle_minutes + 0.1
    there = room(celsius=24.0, rest_celsius=24.0, **quick)
    assert next_plan(expected(60, eta_source="live"), there, None, POLICY).start_at > soon.start_at


def test_a_room_that_is_late_by_an_unsure_model_does_not_wait_on() -> None:
    """Each five minutes that it waits it seems to need five less: so it would be late at no extra cost."""
    steps = np.arange(HORIZON_STEPS + 1) * 5.0
    hopeless = np.maximum(20.0, 180.0 - steps)
    plan = unlearned(0, None, 28.0, eta=100, ready_minutes=hopeless)
    assert minutes(plan.start_at) <= minutes(plan.expected.arrival.quantile(0.03)) - 15
    near = {"rest_celsius": 24.8, "ready_minutes": hopeless}
    assert unlearned(0, None, 24.8, eta=100, **near).start_at > plan.start_at, "it has hardly a way to go"


def test_a_room_keeps_its_last_ways_over_a_restart() -> None:
    before, after_it = RoomState("412", "KING"), RoomState("412", "KING")
    for took in range(1, MOST_WAYS + 2):
        before.ramped(took, Shown(float(took), 4.0, heating=False))
    before.ramped(3.0)
    after_it.restore(json.loads(json.dumps(before.to_json())))
    assert after_it.ways == before.ways
    assert [way.minutes for way in after_it.ways] == [2.0, 3.0, 4.0, 5.0]
    assert len(after_it.leads) == MOST_WAYS + 2


@pytest.mark.parametrize("slow", [28.0, 25.0])
def test_a_room_that_was_slow_or_hardly_off_is_held(slow: float) -> None:
    """Coming back takes nearly all the time that is left; and the last kelvin says nothing of a whole way."""
    took = 45 if slow == 28.0 else 5
    plan = unlearned(120 + took, unlearned(120, None, slow), 24.2)
    assert unlearned(121 + took, plan, 24.2).state == "ready"


def test_as_many_find_their_room_ready_where_holding_is_dear() -> None:
    def chance(watts: float) -> int:
        look = ahead(hold_watts=np.full(HORIZON_STEPS + 1, watts))
        plan = next_plan(expected(), room(outlook=look), None, POLICY)
        assert plan.chance_percent is not None
        return plan.chance_percent

    assert chance(3000.0) >= 97
    assert chance(300.0) >= 97


def test_a_room_that_is_warm_enough_is_not_held_so_for_hours() -> None:
    """Holding seems to cost nothing for as long as its walls are warm: whoever waits hears more first."""
    idle = np.zeros(HORIZON_STEPS + 1)
    free = ahead(
        ready_minutes=idle, ready_deviation_minutes=idle + 1, energy_watt_hours=idle, hold_watts=idle
    )
    plan = next_plan(expected(300, eta_source="live"), room(outlook=free, celsius=23.5), None, POLICY)
    assert minutes(plan.start_at) > 120


# Two stages


def without_a_word(now: float, plan: LivePlan | None, celsius: float = 28.0, **more: Any) -> LivePlan:
    return run_to(now, plan, 180, celsius, eta_source="default", **more)


def test_an_unsure_arrival_is_held_off_and_finished_on_a_sign() -> None:
    plan = without_a_word(0, None)
    assert plan.state == "waiting"
    assert plan.finish_at is not None
    assert plan.reason_code == "plan_two_stage"
    at = minutes(plan.start_at) + 1
    held = without_a_word(at, plan)
    assert held.state == "holding"
    assert held.reason_code == "plan_holding"
    still = without_a_word(at + 10, held, 25.5)
    assert still.state == "holding"
    signed = without_a_word(at + 12, still, 25.5, sign=Sign("transfer", after(at + 11)))
    assert signed.state == "running"
    assert signed.finish_at is None
    called = without_a_word(at + 12, still, 25.5, checked_in=True)
    assert called.state == "running"


def test_a_held_room_is_finished_at_the_late_quantile_without_any_sign() -> None:
    plan: LivePlan | None = None
    states: list[str] = []
    for now in range(0, 900, 10):
        celsius = 25.5 if plan is not None and plan.state == "holding" else 28.0
        plan = without_a_word(now, plan, celsius)
        states.append(plan.state)
        if plan.state == "running":
            break
    assert states[-1] == "running"
    assert "holding" in states
    assert now < 180 + 420


def test_a_sure_arrival_has_one_stage() -> None:
    for source in ("live", "guest", "booking"):
        assert run_to(0, None, 240, eta_source=source).finish_at is None


# What cannot be made


def test_an_arrival_that_cannot_be_met_says_so_at_once_with_what_helps() -> None:
    plan = run_to(0, None, 65, 31.0, minutes_a_kelvin=20.0, curtain_open=True, eta_source="live")
    alert = plan.alert
    assert alert is not None
    assert alert.helps == ["another_room", "close_curtains"]
    assert 24.5 < alert.celsius_at_door < 31.0
    assert alert.late_minutes is not None
    assert alert.late_minutes > 60
    assert alert.due_at - NOON >= timedelta(minutes=60)
    assert "cannot be ready" in alert.reason
    assert run_to(0, None, 240, 31.0, minutes_a_kelvin=20.0).alert is None, "three hours are enough"


def test_a_plant_that_is_off_makes_it_impossible_not_absurd() -> None:
    look = replace(ahead(celsius=28.0), ready_minutes=np.full(HORIZON_STEPS + 1, math.inf))
    plan = next_plan(expected(120), room(celsius=28.0, outlook=look), None, POLICY)
    assert plan.alert is not None
    assert plan.alert.late_minutes is None
    assert plan.alert.celsius_at_door == pytest.approx(28.0, abs=0.5)
    json.dumps(plan_to_json(plan))


def test_a_room_that_is_left_too_late_alerts_before_its_guest_leaves() -> None:
    plan = run_to(
        0, None, 90, 28.0, minutes_a_kelvin=15.0, blocked=True, blocked_until=after(80), eta_source="live"
    )
    assert plan.alert is not None
    assert "earlier_departure" in plan.alert.helps


def test_the_door_is_between_the_drift_and_the_target() -> None:
    look = ahead(celsius=28.0)
    ready = look.ready_after(0)
    doors = [door_celsius(look, 0, share * ready) for share in (0.0, 0.3, 0.7, 1.0, 2.0)]
    assert doors == sorted(doors, reverse=True)
    assert doors[-1] == pytest.approx(24.0)


# What is lost


@pytest.mark.parametrize(
    ("more", "lost"),
    [
        ({"celsius": None}, "sensor"),
        ({"is_linked": False}, "broker"),
        ({"weak_reason": "no_outdoor"}, "forecast"),
    ],
)
def test_what_is_lost_is_said_and_the_p90_lead_taken(more: dict[str, Any], lost: str) -> None:
    plan = next_plan(expected(300), room(**more), None, POLICY)
    whole = next_plan(expected(300), room(), None, POLICY)
    assert plan.lost == lost
    assert plan.reason_code == "plan_fallback"
    assert lost in plan.reason
    assert 0 < minutes(plan.start_at) <= minutes(whole.start_at) + 5
    due = plan.expected.arrival.quantile(0.03)
    look = room(**more).outlook
    assert look is not None
    lead = look.ready_after(minutes(plan.start_at)) + 1.28 * look.ready_deviation_after(
        minutes(plan.start_at)
    )
    assert minutes(plan.start_at) == pytest.approx(minutes(due) - lead, abs=5)


def test_without_any_model_the_lead_is_the_longest_that_was_usual() -> None:
    bare = replace(room(), outlook=None, temperature_celsius=None)
    plan = next_plan(expected(300), bare, None, POLICY)
    assert minutes(plan.expected.arrival.quantile(0.03)) - minutes(plan.start_at) == pytest.approx(120)
    own = next_plan(expected(300), replace(bare, lead_p90_minutes=50.0), None, POLICY)
    assert minutes(own.expected.arrival.quantile(0.03)) - minutes(own.start_at) == pytest.approx(50)
    running = next_plan(expected(300), replace(bare, now=after(290)), plan, POLICY)
    assert running.state == "running"
    assert forecast(running, bare, POLICY) == []


def test_a_room_without_air_conditioner_promises_nothing() -> None:
    plan = next_plan(expected(10), room(has_air_conditioner=False), None, POLICY)
    assert plan.state == "waiting"
    assert plan.reason_code == "plan_no_air_conditioner"
    assert plan.alert is None


def test_a_wish_beyond_what_a_room_can_be_is_named() -> None:
    wish = expected(240, wanted_celsius=16.0, wished_celsius=5.0)
    plan = next_plan(wish, room(target=16.0), None, POLICY)
    assert "5 °C was wished, which no room can be." in plan.reason
    assert plan.reason_values["wished_celsius"] == 5.0


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.floats(-600, 2000),
    st.one_of(st.none(), st.floats(-20, 60)),
    st.sampled_from(["live", "guest", "default", "booking"]),
    st.lists(st.tuples(st.integers(0, 96), st.sampled_from([math.inf, 0.0, 700.0])), max_size=8),
    st.lists(st.integers(1, 90), max_size=5),
    st.booleans(),
)
def test_no_room_and_no_guest_breaks_a_plan(
    eta: float,
    celsius: float | None,
    source: str,
    holes: list[tuple[int, float]],
    steps: list[int],
    blocked: bool,
) -> None:
    """Whatever is said and however odd the outlook: a start not before now, whole times, an end."""
    plan: LivePlan | None = None
    now = 0.0
    for step in (0, *steps):
        now += step
        look = ahead(after(now), celsius)
        ready = look.ready_minutes.copy()
        for place, value in holes:
            ready[place] = value
        plan = run_to(
            now,
            plan,
            eta,
            celsius,
            eta_source=source,
            blocked=blocked,
            outlook=replace(look, ready_minutes=ready),
        )
        assert plan.reason
        assert (
            plan.begun is not None
            or plan.start_at >= after(now)
            or plan.reason_code == "plan_expired"
            or blocked
        )
        assert plan.ready_early is None or plan.ready_late is None or plan.ready_early <= plan.ready_late
        kept = plan_from_json(json.loads(json.dumps(plan_to_json(plan))))
        assert (kept.state, kept.start_at, kept.begun, kept.finish_at) == (
            plan.state,
            plan.start_at,
            plan.begun,
            plan.finish_at,
        )


def test_an_unknown_temperature_is_planned_for_the_worst() -> None:
    unknown = next_plan(expected(), room(celsius=None), None, POLICY)
    mild = next_plan(expected(), room(celsius=25.0, rest_celsius=26.0), None, POLICY)
    assert unknown.start_at < mild.start_at


def test_another_stay_is_another_plan() -> None:
    plan = finished(next_plan(expected(40), room(), None, POLICY), "done")
    assert next_plan(expected(40), room(), plan, POLICY) is plan
    other = next_plan(expected(600, stay_id="other"), room(), plan, POLICY)
    assert other.state == "waiting"


def test_the_forecast_falls_to_the_target_inside_its_band() -> None:
    plan = run_to(0, None, 40)
    points = forecast(plan, room(), POLICY)
    assert all(low <= middle <= high for _, low, middle, high in points)
    assert points[0][2] == pytest.approx(27.5, abs=0.3)
    assert points[-1][2] == pytest.approx(24.0, abs=0.3)
    assert forecast(plan, room(celsius=None), POLICY) == []
    drifting = forecast(None, room(celsius=24.0), POLICY)
    assert drifting[-1][2] > drifting[0][2]
