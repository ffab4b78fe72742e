"""How far an empty room may drift, what it is never let do, and what no mix of it does to a compressor."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.comfort import ComfortMemory, RoomFacts, decide
from controller.entities import Component, Limits
from controller.policy import ClimatePolicy, CommandPolicy
from controller.reconcile import Compressor, Effort, consider
from controller.setback import away_kelvin, dew_point_celsius, guard, is_near_dew, limits
from tests.comfort_outlooks import ahead
from tests.controller_world import entity

NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
POLICY, NUMBERS = ClimatePolicy(), CommandPolicy()
AC = entity(
    "climate/r1/ac",
    Component.CLIMATE,
    reports="mode setpoint_celsius",
    accepts="mode setpoint_celsius",
    limits={"setpoint_celsius": Limits(16, 30, 0.5)},
)


def target(**more: Any) -> Any:
    facts = RoomFacts(NOON, ZONE, "vacant", 26.0, 50.0, 33.0, presence="empty", presence_since=NOON)
    return decide(replace(facts, **more), ComfortMemory(), POLICY)[0]


def test_each_use_has_its_depth() -> None:
    def high(use: Any, recoverable: float | None = 2.5) -> float:
        return limits(use, recoverable, heating=False, policy=POLICY).high_celsius

    assert high("sold") == 26.5
    assert high("cleaning") == 27.0
    assert high("unsold") == 28.0, "nobody is expected: nothing to make good"
    assert high("maintenance") == 32.0
    frost = limits("maintenance", None, heating=True, policy=POLICY, frost_celsius=12.0)
    assert frost.low_celsius == 12.0


@pytest.mark.parametrize(
    ("more", "code", "mode"),
    [
        ({}, "vacant", "off"),
        ({"temperature_celsius": 27.2, "being_cleaned": True}, "being_cleaned", "cool"),
        ({"temperature_celsius": 29.0, "out_of_order": True}, "maintenance", "off"),
        ({"plant_off": True, "tenancy": "checked_in"}, "plant_off", "off"),
        ({"tenancy": "expected", "temperature_celsius": 27.0, "recoverable_kelvin": 2.0}, "vacant", "cool"),
    ],
)
def test_what_a_room_is_used_for_is_said(more: dict[str, Any], code: str, mode: str) -> None:
    found = target(**more)
    assert (found.reason_code, found.mode) == (code, mode)


@settings(max_examples=60, derandomize=True)
@given(st.floats(1.0, 60.0), st.floats(10.0, 300.0), st.booleans())
def test_no_sold_room_drifts_further_than_it_can_make_good(pace: float, notice: float, heating: bool) -> None:
    look = ahead(minutes_a_kelvin=pace)
    found = limits("sold", look.recoverable_kelvin(notice), heating=heating, policy=POLICY)
    depth = (
        POLICY.heating_celsius - found.low_celsius if heating else found.high_celsius - POLICY.cooling_celsius
    )
    assert depth >= POLICY.least_setback_kelvin
    if depth > POLICY.least_setback_kelvin:
        assert 4.0 + pace * 1.1 * (depth - 0.3) <= notice + 1e-6


def test_a_guest_who_went_out_is_eased_no_further_than_their_room_makes_good() -> None:
    assert away_kelvin(None, POLICY) == POLICY.away_kelvin
    assert away_kelvin(1.4, POLICY) == 1.4
    assert away_kelvin(0.2, POLICY) == POLICY.least_away_kelvin
    gone = {"tenancy": "arrived", "presence_since": NOON - timedelta(minutes=40)}
    assert target(**gone, away_recoverable_kelvin=1.4).setpoint_celsius == pytest.approx(25.4)


@settings(derandomize=True)
@given(st.floats(15, 35), st.booleans(), st.booleans(), st.floats(0, 3))
def test_a_sleeper_is_never_set_back(celsius: float, cleaned: bool, closed: bool, back: float) -> None:
    found = target(
        tenancy="arrived",
        presence="asleep",
        temperature_celsius=celsius,
        being_cleaned=cleaned,
        out_of_order=closed,
        away_recoverable_kelvin=back,
    )
    assert found.phase == "asleep"
    assert found.setpoint_celsius == found.wanted_celsius


def test_the_dew_point_is_the_tables() -> None:
    """ASHRAE's psychrometric chart: 25 °C at 50 % has its dew at 13.9 °C; saturated air at its own."""
    assert dew_point_celsius(25.0, 50.0) == pytest.approx(13.9, abs=0.1)
    assert dew_point_celsius(20.0, 100.0) == pytest.approx(20.0, abs=0.01)
    assert is_near_dew(26.0, 62.0, 18.9)
    assert not is_near_dew(26.0, 62.0, 23.0)
    assert not is_near_dew(26.0, 62.0, None)


def test_a_damp_room_is_dried_until_it_is_dry_and_no_surface_gets_wet() -> None:
    bounds = limits("unsold", None, heating=False, policy=POLICY)
    assert guard(26.0, 66.0, "off", 24.0, bounds, POLICY) == "drying"
    assert guard(26.0, 61.0, "drying", 24.0, bounds, POLICY) == "drying"
    assert guard(26.0, 59.0, "drying", 24.0, bounds, POLICY) == "off"
    assert guard(26.0, 62.0, "off", 24.0, bounds, POLICY) == "off"
    assert guard(26.0, 62.0, "off", 24.0, bounds, POLICY, surface_celsius=18.9) == "drying"
    assert guard(22.0, 80.0, "drying", 24.0, bounds, POLICY) == "off", "colder than any guest would want"


def test_a_hot_and_damp_room_is_dried_and_not_only_held_at_its_limit() -> None:
    """At 28 °C a unit that cools hardly runs and takes no water out of the air."""
    bounds = limits("unsold", None, heating=False, policy=POLICY)
    for before in ("off", "cooling", "drying"):
        assert guard(bounds.high_celsius, 72.0, before, 24.0, bounds, POLICY) == "drying"
    too_hot = bounds.high_celsius + POLICY.vacant_band_kelvin
    assert guard(too_hot, 72.0, "drying", 24.0, bounds, POLICY) == "cooling", "drying does not keep up"
    assert guard(bounds.high_celsius, 64.0, "off", 24.0, bounds, POLICY) == "cooling"
    assert guard(bounds.low_celsius, 90.0, "off", 24.0, bounds, POLICY) == "heating"


def test_no_vacant_room_stays_damp_for_hours() -> None:
    """Air that gets damper by two points an hour, and dries by six while the unit dries."""
    percent, celsius, memory, damp_minutes = 60.0, 25.5, ComfortMemory(), 0
    for minute in range(24 * 60):
        facts = RoomFacts(NOON + timedelta(minutes=minute), ZONE, "vacant", celsius, percent, 32.0)
        found, memory = decide(facts, memory, POLICY)
        drying = found.mode == "dry"
        percent += -6 / 60 if drying else 2 / 60
        celsius += -0.6 / 60 if drying else 0.25 / 60
        damp_minutes += percent > POLICY.humid_percent + 0.5
    assert damp_minutes == 0


EVENT = st.sampled_from(
    ["window", "guest_in", "guest_out", "expected", "nobody", "clean", "plan", "plant", "damp", "hot", "cold"]
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(1, 400), EVENT), max_size=25))
def test_whatever_happens_in_a_room_its_compressor_keeps_its_times(events: list[tuple[int, str]]) -> None:
    facts = RoomFacts(NOON, ZONE, "vacant", 26.0, 50.0, 33.0, presence="empty", presence_since=NOON)
    compressor, effort, memory = Compressor(), Effort(), ComfortMemory()
    compressor.saw_mode("off", NOON)
    mode, second = "off", 0
    switched: list[tuple[int, str]] = []
    for seconds, event in events:
        at = NOON + timedelta(seconds=second)
        match event:
            case "window":
                facts = replace(facts, window_open_since=None if facts.window_open_since else at)
            case "guest_in":
                facts = replace(facts, tenancy="arrived", presence="present", plan_state=None)
            case "guest_out":
                facts = replace(facts, presence="empty", presence_since=at - timedelta(hours=1))
            case "expected":
                facts = replace(facts, tenancy="expected", recoverable_kelvin=2.0)
            case "nobody":
                facts = replace(facts, tenancy="vacant", plan_state=None)
            case "clean":
                facts = replace(facts, being_cleaned=not facts.being_cleaned)
            case "plan":
                facts = replace(facts, plan_state=None if facts.plan_state else "running")
            case "plant":
                facts = replace(facts, plant_off=not facts.plant_off)
            case "damp":
                facts = replace(facts, humidity_percent=70.0 if facts.humidity_percent == 50.0 else 50.0)
            case "hot":
                facts = replace(facts, temperature_celsius=30.0)
            case "cold":
                facts = replace(facts, temperature_celsius=14.0)
        for _ in range(seconds):
            second += 1
            now = NOON + timedelta(seconds=second)
            found, memory = decide(replace(facts, now=now), memory, POLICY)
            answer = consider(
                AC,
                "mode",
                found.mode,
                mode,
                available=True,
                outstanding=None,
                effort=effort,
                compressor=compressor,
                now=now,
                monotonic=float(second),
                policy=NUMBERS,
            )
            if answer.verdict == "ask":
                mode = str(found.mode)
                switched.append((second, mode))
                compressor.saw_mode(mode, now)
    # From one way of running to another the compressor runs on.
    turned = [
        one
        for one, before in zip(switched, [(0, "off"), *switched], strict=False)
        if (one[1] == "off") != (before[1] == "off")
    ]
    for (first, was), (then, _) in itertools.pairwise(turned):
        least = NUMBERS.minimum_off_seconds if was == "off" else NUMBERS.minimum_on_seconds
        assert then - first >= least
