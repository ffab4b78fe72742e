"""What a room should be, how fast it gets there, when it starts, and what is asked of its devices."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.aim import nudge_kelvin
from controller.comfort import ComfortMemory, RoomFacts, decide, season_of, stepped, trim_kelvin
from controller.entities import Component, Limits, Value
from controller.policy import ClimatePolicy, CommandPolicy
from controller.reconcile import Compressor, Effort, consider, matches, most_tries
from tests.controller_world import entity

NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
POLICY, NUMBERS = ClimatePolicy(), CommandPolicy()


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def facts(**more: Any) -> RoomFacts:
    base = RoomFacts(NOON, ZONE, "arrived", 25.0, 50.0, 33.0, presence="present", presence_since=NOON)
    return replace(base, **more)


def target(**more: Any) -> Any:
    return decide(facts(**more), ComfortMemory(), POLICY)[0]


# Comfort


@pytest.mark.parametrize(
    ("more", "phase", "mode", "setpoint"),
    [
        ({}, "occupied", "cool", 24.0),
        ({"cooling_wish_celsius": 22.5}, "occupied", "cool", 22.5),
        ({"outdoor_celsius": 2.0, "temperature_celsius": 19.0}, "occupied", "heat", 21.0),
        ({"hand_celsius": 20.0}, "occupied", "cool", 20.0),
        ({"presence": "unknown", "presence_since": None}, "occupied", "cool", 24.0),
        ({"presence": "empty", "presence_since": after(-29)}, "occupied", "cool", 24.0),
        ({"presence": "empty", "presence_since": after(-31)}, "away", "cool", 26.5),
        ({"presence": "empty", "presence_since": after(-31), "hand_celsius": 21.0}, "away", "cool", 23.5),
        (
            {"presence": "empty", "presence_since": after(-31), "outdoor_celsius": 0.0},
            "away",
            "heat",
            18.5,
        ),
        ({"presence": "asleep", "presence_since": after(-600)}, "asleep", "cool", 24.0),
        ({"window_open_since": after(-1)}, "window_open", "off", None),
        ({"window_open_since": after(-0.1)}, "occupied", "cool", 24.0),
        ({"window_open_since": after(-1), "window_overridden": True}, "occupied", "cool", 24.0),
        ({"engineer_holds": True}, "hands_off", None, None),
        ({"tenancy": "vacant"}, "unoccupied", "off", None),
        ({"tenancy": "expected"}, "unoccupied", "off", None),
        ({"tenancy": "vacant", "temperature_celsius": 28.2}, "unoccupied", "cool", 28.0),
        (
            {"tenancy": "vacant", "temperature_celsius": 15.5, "outdoor_celsius": 0.0},
            "unoccupied",
            "heat",
            16.0,
        ),
        ({"tenancy": "vacant", "humidity_percent": 70.0}, "unoccupied", "dry", 22.5),
        ({"tenancy": "vacant", "temperature_celsius": None}, "unoccupied", "off", None),
        ({"tenancy": "expected", "plan_state": "running"}, "preconditioning", "cool", 24.0),
        ({"tenancy": "expected", "plan_state": "ready"}, "ready", "cool", 24.0),
        ({"tenancy": "expected", "plan_state": "ready", "guest_is_late": True}, "ready", "cool", 26.0),
        ({"tenancy": "checked_in", "guest_is_late": True}, "preconditioning", "cool", 24.0),
        ({"tenancy": "checked_in", "temperature_celsius": 24.1}, "ready", "cool", 24.0),
        (
            {"tenancy": "expected", "plan_state": "running", "manual_celsius": 20.0},
            "preconditioning",
            "cool",
            20.0,
        ),
    ],
)
def test_the_climate_follows_the_room(
    more: dict[str, Any], phase: str, mode: str | None, setpoint: float | None
) -> None:
    wished = target(**more)
    assert (wished.phase, wished.mode, wished.setpoint_celsius) == (phase, mode, setpoint)
    assert wished.reason.endswith(".")
    assert wished.reason_code


def test_an_open_window_goes_over_everybody() -> None:
    assert target(window_open_since=after(-1)).level == "safety"


def test_the_next_look_is_when_waiting_changes_something() -> None:
    assert target(presence="empty", presence_since=after(-10)).look_again_at == after(20)
    assert target(window_open_since=NOON).look_again_at == NOON + timedelta(seconds=20)


def test_the_guard_does_not_flap() -> None:
    memory, switched, previous = ComfortMemory(), 0, None
    for minute in range(600):
        celsius = 27.9 + 0.2 * math.sin(minute)
        wished, memory = decide(facts(tenancy="vacant", temperature_celsius=celsius), memory, POLICY)
        switched += wished.mode != previous
        previous = wished.mode
    assert switched <= 2


def test_the_always_on_baseline_never_rests() -> None:
    policy = replace(POLICY, setback=False)
    for tenancy in ("vacant", "expected", "arrived"):
        wished, _ = decide(
            facts(tenancy=tenancy, presence="empty", presence_since=after(-90)), ComfortMemory(), policy
        )
        assert (wished.mode, wished.setpoint_celsius) == ("cool", 24.0)


@given(
    st.sampled_from(["vacant", "expected", "checked_in", "arrived"]),
    st.one_of(st.none(), st.floats(5, 40)),
    st.one_of(st.none(), st.floats(-30, 45)),
    st.sampled_from(["unknown", "empty", "present", "asleep"]),
    st.integers(0, 2000),
)
def test_a_sleeping_or_doubtful_guest_is_never_set_back(
    tenancy: Any, room: float | None, outdoor: float | None, presence: Any, minutes: int
) -> None:
    wished = target(
        tenancy=tenancy,
        temperature_celsius=room,
        outdoor_celsius=outdoor,
        presence=presence,
        presence_since=after(-minutes),
    )
    if tenancy == "arrived" and presence != "empty":
        assert wished.setpoint_celsius in (24.0, 21.0)
    assert wished.mode in ("off", "cool", "heat", "dry")


def test_the_season_is_the_outdoors_then_the_rooms() -> None:
    assert season_of(facts(outdoor_celsius=30.0), "heating", POLICY) == "cooling"
    assert season_of(facts(outdoor_celsius=-5.0), "cooling", POLICY) == "heating"
    mild = facts(outdoor_celsius=16.0, temperature_celsius=23.0)
    assert season_of(mild, "heating", POLICY) == "heating"
    assert season_of(mild, "cooling", POLICY) == "cooling"
    assert season_of(replace(mild, temperature_celsius=26.0), "heating", POLICY) == "cooling"
    assert season_of(replace(mild, temperature_celsius=19.0), "cooling", POLICY) == "heating"
    assert season_of(facts(outdoor_celsius=None, temperature_celsius=None), None, POLICY) == "cooling"


def test_the_rooms_sensor_corrects_the_units_slowly_and_within_bounds() -> None:
    trim = 0.0
    for _ in range(200):
        trim = trim_kelvin(trim, 24.0, 24.8, 0.1, POLICY)
    assert trim == pytest.approx(0.8, abs=0.01)
    assert trim_kelvin(0.3, None, 24.0, 1.0, POLICY) == 0.3
    assert trim_kelvin(0.3, 24.0, 45.0, 1.0, POLICY) == 0.3


def test_a_waiting_room_is_led_to_its_target_by_its_own_sensor() -> None:
    ready = target(tenancy="expected", plan_state="ready", cooling_wish_celsius=23.0)
    assert ready.phase == "ready"

    def nudges(*sensed: float, is_soon: bool = False, is_steady: bool = True) -> list[float]:
        before, found = 0.0, []
        for celsius in sensed:
            before = nudge_kelvin(before, ready, celsius, is_soon=is_soon, is_steady=is_steady)
            found.append(before)
        return found

    # Short of the target, it is driven a step harder until it is there; a noisy sensor moves nothing.
    assert nudges(23.2, 23.4, 23.2, 23.3, 23.0, 23.2) == [0.0, -0.5, -0.5, -0.5, 0.0, 0.0]
    # On its way down it is colder than its sensor says: nobody drives it harder then.
    assert nudges(23.4, 23.4, is_steady=False) == [0.0, 0.0]
    # Well past it, the unit is let go, the more the further; for less no compressor is made to stop.
    past = nudges(22.8, 22.6, 22.5, 22.2, 22.9, 23.0)
    assert past == [0.0, 0.0, 0.5, pytest.approx(0.8), pytest.approx(0.8), 0.0]
    # With the guest at the door no compressor is made to stop for less than half a kelvin.
    assert nudges(22.6, 22.3, is_soon=True) == [0.0, pytest.approx(0.7)]
    # A harder setpoint is not let go at the guest's door: the compressor would stop.
    assert nudge_kelvin(-0.5, ready, 22.9, is_soon=True, is_steady=True) == -0.5
    assert nudge_kelvin(-0.5, ready, 22.3, is_soon=True, is_steady=True) == pytest.approx(0.7)


def test_a_room_that_is_still_on_its_way_is_not_driven_harder_than_its_target() -> None:
    on_the_way = target(tenancy="expected", plan_state="running", temperature_celsius=27.0)
    assert on_the_way.phase == "preconditioning"
    assert nudge_kelvin(0.0, on_the_way, 27.0, is_soon=False, is_steady=True) == 0.0
    heated = target(tenancy="expected", plan_state="ready", outdoor_celsius=-5.0, heating_wish_celsius=22.0)
    assert nudge_kelvin(0.0, heated, 21.5, is_soon=False, is_steady=True) == 0.5
    assert nudge_kelvin(0.0, heated, 22.5, is_soon=False, is_steady=True) == -0.5
    occupied = target()
    assert nudge_kelvin(-0.5, occupied, 26.0, is_soon=False, is_steady=True) == 0.0


@pytest.mark.parametrize(
    ("celsius", "step", "asked"), [(22.3, 0.5, 22.5), (22.3, 1.0, 22.0), (35.0, 0.5, 30.0), (3.0, 0.5, 16.0)]
)
def test_setpoints_are_in_the_devices_steps(celsius: float, step: float, asked: float) -> None:
    assert stepped(celsius, 16.0, 30.0, step) == asked


# Reconcile


AC = entity(
    "climate/r1/ac",
    Component.CLIMATE,
    reports="mode setpoint_celsius",
    accepts="mode setpoint_celsius",
    limits={"setpoint_celsius": Limits(16, 30, 0.5)},
)
COVER = entity("cover/r1/curtain", Component.COVER, reports="position_percent", accepts="position_percent")


@pytest.mark.parametrize(
    ("desired", "reported", "same"),
    [
        (22.3, 22.5, True),
        (22.0, 22.5, False),
        (22.0, None, False),
        (None, 22.0, False),
        (22.0, 22, True),
        (True, 1.0, False),
        ("cool", "cool", True),
    ],
)
def test_a_report_matches_within_the_devices_step(desired: Value, reported: Value, same: bool) -> None:
    assert matches(AC, "setpoint_celsius", desired, reported) is same


def verdict(desired: Value, reported: Value, effort: Effort, monotonic: float, **more: Any) -> Any:
    given: dict[str, Any] = {
        "available": True,
        "outstanding": None,
        "compressor": None,
        "now": NOON + timedelta(seconds=monotonic),
        **more,
    }
    return consider(
        AC,
        more.pop("name", "setpoint_celsius"),
        desired,
        reported,
        effort=effort,
        monotonic=monotonic,
        policy=NUMBERS,
        **{key: value for key, value in given.items() if key != "name"},
    )


def test_what_is_right_is_left_alone() -> None:
    assert verdict(22.0, 22.0, Effort(), 0).verdict == "fine"
    assert verdict(None, 22.0, Effort(), 0).verdict == "fine"
    assert verdict(22.0, 25.0, Effort(), 0, outstanding=22.0).verdict == "fine"
    assert verdict(22.0, 25.0, Effort(), 0, available=False).verdict == "wait"


def test_a_command_under_way_that_is_wanted_no_longer_is_overtaken() -> None:
    assert verdict(27.5, 27.5, Effort(), 0, outstanding=22.0).verdict == "ask"


def test_tries_back_off_and_end() -> None:
    effort, asked = Effort(), []
    for second in range(3000):
        if verdict(22.0, 25.0, effort, float(second)).verdict == "ask":
            asked.append(second)
            effort.tried(float(second), NUMBERS.most_tries, NUMBERS)
    assert len(asked) == NUMBERS.most_tries
    gaps = [second - first for first, second in itertools.pairwise(asked)]
    assert gaps == sorted(gaps)
    given_up = verdict(22.0, 25.0, effort, 3000.0)
    assert given_up.verdict == "give_up"
    assert given_up.detail
    assert verdict(21.0, 25.0, effort, 3001.0).verdict == "ask", "another wish is another try"


def test_reverts_are_put_right_a_few_times() -> None:
    effort = Effort(22.0)
    verdicts = []
    for time in range(6):
        effort.reverted(float(time), NUMBERS)
        verdicts.append(verdict(22.0, 25.0, effort, float(time)).verdict)
    assert verdicts == ["ask"] * NUMBERS.most_reverts + ["give_up"] * (6 - NUMBERS.most_reverts)


def test_a_curtain_is_tried_less_often_than_a_lamp() -> None:
    assert most_tries("position_percent", Component.COVER, NUMBERS) < most_tries(
        "on", Component.LIGHT, NUMBERS
    )


@given(st.lists(st.tuples(st.integers(1, 400), st.booleans()), min_size=1, max_size=60))
def test_compressor_times_are_never_violated(wishes: list[tuple[int, bool]]) -> None:
    """Whatever is wished and whenever, what we ask for keeps the minimum times."""
    compressor, effort = Compressor(), Effort()
    compressor.saw_mode("off", NOON)
    mode, second = "off", 0
    switched: list[tuple[int, str]] = []
    for seconds, on in wishes:
        for _ in range(seconds):
            second += 1
            desired = "cool" if on else "off"
            answer = consider(
                AC,
                "mode",
                desired,
                mode,
                available=True,
                outstanding=None,
                effort=effort,
                compressor=compressor,
                now=NOON + timedelta(seconds=second),
                monotonic=float(second),
                policy=NUMBERS,
            )
            if answer.verdict == "ask":
                mode = desired
                switched.append((second, mode))
                compressor.saw_mode(mode, NOON + timedelta(seconds=second))
    for (first, was), (then, _) in itertools.pairwise(switched):
        least = NUMBERS.minimum_on_seconds if was == "cool" else NUMBERS.minimum_off_seconds
        assert then - first >= least


def test_how_long_a_unit_has_been_so_is_unknown_at_first() -> None:
    compressor = Compressor()
    compressor.saw_mode("cool", NOON)
    assert compressor.free_at("off", NUMBERS) is None
    compressor.saw_mode("off", NOON)
    assert compressor.free_at("heat", NUMBERS) == NOON + timedelta(seconds=NUMBERS.minimum_off_seconds)
    assert compressor.free_at("fan_only", NUMBERS) is None


def test_a_slow_room_is_set_back_less_deep() -> None:
    slow = target(tenancy="expected", temperature_celsius=26.3, recoverable_kelvin=2.2)
    quick = target(tenancy="expected", temperature_celsius=26.3, recoverable_kelvin=9.0)
    assert (slow.mode, quick.mode) == ("cool", "off")
    assert quick.reason_values == {"low_celsius": 16.0, "high_celsius": 28.0}
