"""The controller's small pure modules: twin, purpose, arbitration, hand, presence, commands, arrival."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller import commands
from controller.arbitration import ENDS, LEVELS, RANK, SUSPENDED_WHEN_AWAY, Claim, Claims, outranks
from controller.arrival import arriving, welcome_curtain_percent, welcome_light_percent
from controller.entities import AVAILABLE, Component, Report, Value
from controller.hand import Differing, whose_doing
from controller.policy import ClimatePolicy, PresencePolicy
from controller.ports import StayForComfort
from controller.presence import Senses, presence_of, senses_from_json
from controller.purpose import purpose_of, suggested_room
from controller.readings import Level, Purpose
from controller.twin import Twin
from tests.controller_world import entity, room_entities

NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)


def after(minutes: float = 0, seconds: float = 0) -> datetime:
    return NOON + timedelta(minutes=minutes, seconds=seconds)


# Twin


def ac_twin() -> Twin:
    described = room_entities("412")[0]
    return Twin("id-1", described, purpose_of(described))


def report(name: str, value: Value, second: float) -> Report:
    return Report("climate/r412/ac", name, value, after(seconds=second), second)


def state(twin: Twin) -> dict[str, tuple[Value, Any]]:
    return {name: (facet.reported, facet.reported_at) for name, facet in sorted(twin.facets.items())}


def test_a_thousand_orders_and_duplicates_end_in_the_same_twin() -> None:
    draw = random.Random(11)
    said: list[tuple[str, Value]] = [
        ("mode", "cool"),
        ("setpoint_celsius", 22.0),
        ("mode", "off"),
        ("available", True),
    ]
    reports = [report(name, value, second) for second, (name, value) in enumerate(said * 5)]
    expected: dict[str, tuple[Value, Any]] | None = None
    for _ in range(1000):
        shuffled = reports + draw.sample(reports, 7)
        draw.shuffle(shuffled)
        twin = ac_twin()
        for one in shuffled:
            twin.take(one)
        expected = expected or state(twin)
        assert state(twin) == expected


def test_a_thousand_interleavings_of_many_devices_end_in_the_same_twins() -> None:
    """What "the same reports in another order" can mean where receipt is the order that counts.

    Of one property the last word received is the truth, so its own order must stay as it is; between
    properties and between devices any order may happen, and any word may come twice in a row. Devices'
    own clocks play no part: a report has no field for one, so a clock that is a year off cannot matter.
    Receipt times differ from run to run here; the values, the changes counted and what is unknown do not.
    """
    draw = random.Random(23)
    words: dict[str, list[Value]] = {
        "mode": ["cool", "off", None],
        "setpoint_celsius": [21.0, 22.5, float("nan")],
        "available": [True, False],
    }
    streams: dict[tuple[str, str], list[Value]] = {
        (key, name): [draw.choice(values) for _ in range(6)]
        for key in ("climate/r412/ac", "climate/r413/ac", "climate/r414/ac")
        for name, values in words.items()
    }
    ends: set[tuple[tuple[str, str, Value, int], ...]] = set()
    for _ in range(1000):
        left = {facet: list(values) for facet, values in streams.items()}
        twins = {key: ac_twin() for key, _ in streams}
        changes = dict.fromkeys(streams, 0)
        second = 0.0
        while left:
            facet = draw.choice(list(left))
            value = left[facet].pop(0)
            if not left[facet]:
                del left[facet]
            for _ in range(draw.choice([1, 1, 2, 3])):
                second += draw.random()
                changes[facet] += twins[facet[0]].take(report(facet[1], value, second)) is not None
        ends.add(
            tuple((key, name, twins[key].value(name), changes[key, name]) for key, name in sorted(streams))
        )
    assert len(ends) == 1


@given(st.lists(st.tuples(st.sampled_from(["mode", "setpoint_celsius"]), st.integers(0, 5)), max_size=30))
def test_a_duplicate_changes_nothing(values: list[tuple[str, int]]) -> None:
    once, twice = ac_twin(), ac_twin()
    for second, (name, value) in enumerate(values):
        said = report(name, float(value), second)
        once.take(said)
        twice.take(said)
        assert twice.take(said) is None
    assert state(once) == state(twice)


def test_a_late_report_is_too_late() -> None:
    twin = ac_twin()
    twin.take(report("mode", "off", 10))
    assert twin.take(report("mode", "cool", 5)) is None
    assert twin.value("mode") == "off"


def test_unknown_is_a_value() -> None:
    twin = ac_twin()
    assert twin.value("mode") is None
    twin.take(report("mode", "cool", 1))
    change = twin.take(report("mode", None, 2))
    assert change is not None
    assert (change.previous, change.value) == ("cool", None)
    assert twin.facet("mode").heard
    assert twin.take(report("setpoint_celsius", float("nan"), 3)) is None
    assert twin.number("setpoint_celsius") is None


def test_on_is_not_one_and_off_is_not_zero() -> None:
    twin = ac_twin()
    twin.take(report("x", 1.0, 1))
    change = twin.take(report("x", True, 2))
    assert change is not None
    assert change.changed


def test_a_revision_counts_desires_not_reports() -> None:
    twin = ac_twin()
    facet = twin.facet("setpoint_celsius")
    assert facet.desire(22.0)
    assert not facet.desire(22.0)
    twin.take(report("setpoint_celsius", 25.0, 1))
    assert facet.revision == 1


def test_a_birth_is_a_return_from_being_known_away() -> None:
    twin = ac_twin()
    twin.take(report(AVAILABLE, True, 1))
    assert twin.born_monotonic == float("-inf")
    twin.take(report(AVAILABLE, False, 2))
    twin.take(report(AVAILABLE, True, 3))
    assert twin.born_monotonic == 3
    twin.forget_availability()
    assert twin.available is None


# Purpose


@pytest.mark.parametrize(
    ("key", "component", "device_class", "purpose"),
    [
        ("climate/r1/ac", Component.CLIMATE, None, "air_conditioner"),
        ("light/r1/ceiling_light", Component.LIGHT, None, "ceiling_light"),
        ("light/r1/bedside_left", Component.LIGHT, None, "bedside_light"),
        ("light/r1/strip", Component.LIGHT, None, "light"),
        ("cover/r1/drapes", Component.COVER, "curtain", "curtain"),
        ("cover/gate", Component.COVER, "gate", "other"),
        ("sensor/r1/temperature", Component.SENSOR, "temperature", "room_temperature"),
        ("sensor/outdoor/temperature", Component.SENSOR, "temperature", "outdoor_temperature"),
        ("sensor/r1/humidity", Component.SENSOR, "humidity", "room_humidity"),
        ("sensor/r1/power", Component.SENSOR, "power", "power"),
        ("sensor/r1/battery", Component.SENSOR, "battery", "other"),
        ("binary_sensor/r1/door", Component.BINARY_SENSOR, "door", "door"),
        ("binary_sensor/r1/window", Component.BINARY_SENSOR, "window", "window"),
        ("binary_sensor/r1/balcony_contact", Component.BINARY_SENSOR, "door", "window"),
        ("binary_sensor/r1/contact", Component.BINARY_SENSOR, "opening", "door"),
        ("binary_sensor/r1/pir", Component.BINARY_SENSOR, "motion", "presence"),
        ("binary_sensor/r1/leak", Component.BINARY_SENSOR, "moisture", "other"),
        ("switch/r1/dnd", Component.SWITCH, None, "do_not_disturb"),
        ("switch/r1/do_not_disturb", Component.SWITCH, None, "do_not_disturb"),
        ("binary_sensor/r1/make_up_room", Component.BINARY_SENSOR, None, "make_up_room"),
        ("switch/r1/desk_lamp", Component.SWITCH, None, "light"),
        ("switch/r1/kettle", Component.SWITCH, None, "other"),
    ],
)
def test_what_an_entity_is_for(
    key: str, component: Component, device_class: str | None, purpose: Purpose
) -> None:
    assert purpose_of(entity(key, component, device_class=device_class)) == purpose


@pytest.mark.parametrize(
    ("key", "area", "room"),
    [
        ("climate/x/ac", "Room 412", "412"),
        ("climate/x/ac", "412", "412"),
        ("climate/x/ac", "Zimmer 412", "412"),
        ("climate/x/ac", "房间412", "412"),
        ("climate/room_412/ac", None, "412"),
        ("climate/r412/ac", None, "412"),
        ("climate/hotel_412_ac/ac", None, "412"),
        ("climate/0x00158d000412/ac", None, None),
        ("climate/x/ac", "Room 999", None),
        ("climate/x/ac", "Lobby", None),
        ("climate/x/ac", "Suite 12A", "12A"),
        ("climate/r412/ac", "Room 413", "413"),
    ],
)
def test_the_room_an_entity_suggests(key: str, area: str | None, room: str | None) -> None:
    described = entity(key, Component.CLIMATE)
    described = replace(described, device=replace(described.device, name="ac", suggested_area=area))
    assert suggested_room(described, {"412", "413", "12A"}) == room


# Arbitration


def claim(level: Level, value: Value, **more: Any) -> Claim:
    return Claim("ac", "setpoint_celsius", level, value, NOON, "x", "x", **more)


@given(st.permutations(LEVELS), st.integers(1, 7))
def test_the_highest_level_wins_in_whatever_order_they_came(order: list[Level], count: int) -> None:
    claims = Claims()
    for level in order[:count]:
        claims.claim(claim(level, RANK[level]))
    winner = claims.winner("ac", "setpoint_celsius", away=False)
    assert winner is not None
    assert winner.level == min(order[:count], key=RANK.__getitem__)


def test_releasing_a_level_hands_the_device_to_the_next() -> None:
    claims = Claims()
    for level in LEVELS:
        claims.claim(claim(level, RANK[level]))
    for level in LEVELS:
        winner = claims.winner("ac", "setpoint_celsius", away=False)
        assert winner is not None
        assert winner.level == level
        claims.release("ac", "setpoint_celsius", frozenset({level}))
    assert claims.winner("ac", "setpoint_celsius", away=False) is None


def test_the_guests_say_sleeps_while_away_and_returns() -> None:
    claims = Claims()
    claims.claim(claim("guest", 21.0))
    wish = claim("energy_saving", 26.0)
    away = claims.winner("ac", "setpoint_celsius", away=True, wish=wish)
    home = claims.winner("ac", "setpoint_celsius", away=False, wish=wish)
    assert away is not None
    assert home is not None
    assert (away.value, home.value) == (26.0, 21.0)
    assert "engineer" not in SUSPENDED_WHEN_AWAY


def test_the_window_goes_over_the_guest() -> None:
    claims = Claims()
    claims.claim(claim("guest", "cool"))
    winner = claims.winner("ac", "setpoint_celsius", away=False, wish=claim("safety", "off"))
    assert winner is not None
    assert winner.value == "off"


def test_what_ends_a_say() -> None:
    assert {level for level in LEVELS if "check_out" in ENDS[level]} == {
        "guest",
        "front_desk",
        "arrival_plan",
        "energy_saving",
    }
    claims = Claims()
    for level in LEVELS:
        claims.claim(claim(level, 1.0))
    claims.end("check_out")
    claims.end("cleaned")
    assert {left.level for left in claims} == {"safety", "engineer"}


def test_time_ends_only_what_ends_by_time() -> None:
    claims = Claims()
    claims.claim(claim("housekeeping", 1.0, until=after(10)))
    claims.claim(claim("engineer", 1.0, until=after(10)))
    assert claims.end_by_time(after(9)) == []
    assert [gone.level for gone in claims.end_by_time(after(10))] == ["housekeeping"]


def test_the_last_stays_say_never_rules_the_next_guest() -> None:
    claims = Claims()
    claims.claim(claim("guest", 19.0, stay_id="old"))
    assert [gone.stay_id for gone in claims.end_foreign("new")] == ["old"]
    claims.claim(claim("guest", 19.0, stay_id="new"))
    assert claims.end_foreign("new") == []


def test_a_later_say_of_the_same_level_wins() -> None:
    assert outranks("guest", "guest")
    assert outranks("engineer", "guest")
    assert not outranks("front_desk", "guest")


# Hand


def differing(**more: Any) -> Differing:
    base = Differing(
        previous=24.0,
        value=22.0,
        at_monotonic=1000.0,
        matches_wish=False,
        wish=24.0,
        heard_before=True,
        sent_monotonic=500.0,
        value_before_send=26.0,
        answers_us=False,
        entity_sent_monotonic=500.0,
        outstanding=False,
        travels=False,
        born_monotonic=float("-inf"),
        relinked_monotonic=float("-inf"),
        presence="present",
        occupied=True,
    )
    return replace(base, **more)


@pytest.mark.parametrize(
    ("more", "doing"),
    [
        ({}, "guest"),
        ({"occupied": False}, "housekeeping"),
        ({"matches_wish": True}, "wanted"),
        ({"value": None}, "unknown"),
        ({"heard_before": False}, "first_word"),
        ({"previous": None}, "first_word"),
        # the old value comes back while it settles
        ({"sent_monotonic": 997.0, "value": 26.0, "value_before_send": 26.0}, "echo"),
        ({"sent_monotonic": 997.0, "outstanding": True}, "echo"),
        # a new value right after ours was confirmed: a person, at once
        ({"sent_monotonic": 997.0, "entity_sent_monotonic": 997.0}, "guest"),
        # it obeys what we asked and have taken back meanwhile
        ({"sent_monotonic": 985.0, "answers_us": True}, "echo"),
        ({"sent_monotonic": 985.0}, "guest"),
        # the mode was just changed: many devices rewrite the setpoint
        ({"entity_sent_monotonic": 998.0}, "echo"),
        ({"travels": True, "outstanding": True, "sent_monotonic": 960.0}, "moving"),
        ({"born_monotonic": 950.0}, "revert"),
        ({"relinked_monotonic": 950.0}, "revert"),
        ({"relinked_monotonic": 1000.2}, "revert"),
        ({"born_monotonic": 900.0}, "guest"),
        ({"born_monotonic": 950.0, "wish": None}, "first_word"),
        ({"presence": "empty"}, "revert"),
        ({"presence": "unknown"}, "guest"),
        ({"presence": "asleep"}, "guest"),
    ],
)
def test_whose_doing_it_is(more: dict[str, Any], doing: str) -> None:
    assert whose_doing(differing(**more), settle_seconds=5, travel_seconds=120, revert_seconds=60) == doing


# Presence


POLICY = PresencePolicy()


def look(senses: Senses, now: datetime, hour: int = 14) -> str:
    return presence_of(senses, now, hour, POLICY, sensor_heard=True)[0]


def test_silence_alone_never_empties_a_room() -> None:
    senses = Senses().move(False, NOON).door(False, NOON)
    assert look(senses, after(10_000)) == "unknown"


def test_who_leaves_leaves_by_the_door() -> None:
    senses = Senses().move(False, NOON).door(False, NOON).door(True, after(1)).move(True, after(1))
    senses = senses.door(False, after(1.2)).move(False, after(3))
    assert look(senses, after(5)) == "present"
    assert look(senses, after(14)) == "empty"


def test_who_moves_after_the_door_closed_is_inside_however_quiet() -> None:
    senses = Senses().move(False, NOON).door(False, NOON).door(True, after(1)).door(False, after(1.2))
    senses = senses.move(True, after(3)).move(False, after(4))
    assert look(senses, after(600)) == "present"
    assert look(senses, after(600), hour=2) == "asleep"


def test_a_sensor_that_stays_on_past_its_hold_saw_somebody_inside() -> None:
    senses = Senses().move(True, NOON).door(False, NOON).door(True, after(1)).door(False, after(1.2))
    senses = senses.move(False, after(20))
    assert look(senses, after(60)) == "present"


def test_no_sensor_no_certainty() -> None:
    assert presence_of(Senses(), NOON, 14, POLICY, sensor_heard=False) == ("unknown", None)


@given(
    st.lists(st.tuples(st.sampled_from(["move", "door"]), st.booleans(), st.integers(1, 40)), max_size=25),
    st.integers(0, 23),
)
def test_a_room_with_motion_now_is_never_empty(steps: list[tuple[str, bool, int]], hour: int) -> None:
    senses, now = Senses(), NOON
    for kind, flag, minutes in steps:
        now += timedelta(minutes=minutes)
        senses = senses.move(flag, now) if kind == "move" else senses.door(flag, now)
        if senses.motion:
            assert look(senses, now, hour) != "empty"
    assert senses_from_json(senses.to_json()) == senses


# Commands


def test_what_has_ended_stays_ended() -> None:
    states = {state for state, _ in commands.TRANSITIONS} | set(commands.TRANSITIONS.values())
    assert states >= commands.ENDED
    for ended, event in itertools.product(commands.ENDED, commands.MAY):
        assert commands.after(ended, event) is None


def test_only_a_sent_command_is_confirmed() -> None:
    assert commands.after("queued", "confirm") is None
    assert commands.after("sent", "confirm") == "confirmed"
    assert commands.MAY["confirm"] == "report"


def test_every_open_state_can_end() -> None:
    for open_state in ("queued", "sent"):
        ends = {commands.after(open_state, event) for event in commands.MAY}
        assert ends & commands.ENDED


# Arrival


def stay(**more: Any) -> StayForComfort:
    base = StayForComfort("s", "412", "checked_in", NOON, "guest", NOON, after(2000))
    return replace(base, **more)


def test_the_arrival_is_the_first_door_after_check_in() -> None:
    assert arriving(stay(), after(5), set())
    assert not arriving(stay(), after(-5), set())
    assert not arriving(stay(state="reserved", checked_in_at=None), after(5), set())
    assert not arriving(stay(), after(5), {"s"})
    assert not arriving(None, after(5), set())


def test_the_welcome_follows_the_wishes() -> None:
    policy = ClimatePolicy()
    assert welcome_light_percent(stay(light_percent=35.0, light_scene="bright"), policy) == 35.0
    assert welcome_light_percent(stay(light_scene="dim"), policy) == 20.0
    assert welcome_light_percent(stay(light_scene="unheard of"), policy) == policy.arrival_light_percent
    assert welcome_curtain_percent(stay(curtain_percent=30.0), 12, policy) == 30.0
    assert welcome_curtain_percent(stay(), 12, policy) == 100.0
    assert welcome_curtain_percent(stay(), 23, policy) == 0.0
