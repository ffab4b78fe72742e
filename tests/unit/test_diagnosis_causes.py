"""One ticket for one cause: whatever comes in whatever order, under hypothesis, and the cases by name."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from maintenance.causes import FAMILIES, PLANT_KEY, Causes, Seen, Step, clear_minutes
from maintenance.diagnosis import FAULT, HEALTHY, UNKNOWN, Finding
from maintenance.rules import RULES
from maintenance.sightings import outages, sightings
from tests.diagnosis_house import KINDS, layout

AC = "device/ac-1"


def seen(fault: str, outcome: int, key: str = AC) -> Seen:
    return Seen(fault, key, outcome, room="101", gateway="101", floor="1")


def play(causes: Causes, *rounds: list[Seen], start: float = 0.0, every: float = 5.0) -> list[Step]:
    steps: list[Step] = []
    for number, one in enumerate(rounds):
        steps += causes.step(start + number * every, one)
    return steps


outcomes = st.sampled_from([FAULT, HEALTHY, UNKNOWN])
sights = st.lists(
    st.builds(
        seen,
        st.sampled_from([*RULES, "gateway_offline"]),
        outcomes,
        st.sampled_from([AC, "device/ac-2", "gateway/101"]),
    ),
    max_size=8,
)


@given(st.lists(sights, max_size=40))
def test_a_fault_of_an_asset_is_found_once_until_it_is_gone(rounds: list[list[Seen]]) -> None:
    open_now: Counter[tuple[str, str]] = Counter()
    for step in play(Causes(), *rounds):
        key = step.standing.key
        if step.kind == "worse":
            assert open_now[key] == 1
        elif step.kind == "found":
            open_now[key] += 1
        elif step.kind == "gone":
            open_now[key] -= 1
        assert open_now[key] == 1 if step.kind != "gone" else open_now[key] == 0


@given(st.lists(sights, max_size=40))
def test_one_family_speaks_once_for_an_asset(rounds: list[list[Seen]]) -> None:
    causes = Causes()
    for number, one in enumerate(rounds):
        causes.step(number * 5.0, one)
        speaking = Counter(
            (FAMILIES[standing.fault], standing.asset_key)
            for standing in causes.standings.values()
            if standing.taken_in_by is None and standing.fault in FAMILIES
        )
        assert all(count == 1 for count in speaking.values())


@given(st.lists(sights, max_size=20), st.lists(sights, max_size=20))
def test_a_restart_in_between_changes_nothing(first: list[list[Seen]], second: list[list[Seen]]) -> None:
    whole, before = Causes(), Causes()
    play(whole, *first)
    play(before, *first)
    after = Causes(before.kept())
    at = 5.0 * len(first)
    assert play(whole, *second, start=at) == play(after, *second, start=at)


@given(st.lists(st.sampled_from([FAULT, UNKNOWN]), min_size=1, max_size=60))
def test_what_nobody_saw_healthy_never_goes(said: list[int]) -> None:
    steps = play(Causes(), *([seen("stuck_off", one)] for one in [FAULT, *said]))
    assert [step.kind for step in steps] == ["found"]


def test_what_was_not_seen_for_hours_is_not_healthy_for_hours() -> None:
    causes = Causes()
    play(causes, [seen("stuck_off", FAULT)])
    # Not called for a night; one look at a unit that works is no hour of health.
    assert play(causes, [seen("stuck_off", HEALTHY)], start=600.0) == []
    steps = play(causes, *[[seen("stuck_off", HEALTHY)]] * 12, start=605.0)
    assert [step.kind for step in steps] == ["gone"]


def test_what_is_not_called_for_a_season_stands_and_what_was_taken_away_does_not() -> None:
    causes = Causes()
    play(causes, [seen("no_capacity", FAULT)])
    season = 90 * 1440.0
    assert causes.step(season, []) == []
    assert [step.evidence for step in causes.step(season, [], 0, {AC})] == [{"not_heard_of": True}]


def test_flapping_does_not_flap_the_ticket() -> None:
    said = [FAULT, HEALTHY, HEALTHY] * 20
    kinds = Counter(step.kind for step in play(Causes(), *([seen("stuck_off", one)] for one in said)))
    assert kinds["found"] == 1
    assert kinds["gone"] == 0
    assert kinds["again"] == 19  # recurrences are added


def test_health_that_lasts_ends_it_with_evidence() -> None:
    rounds = [[seen("stuck_off", FAULT)]] + [[seen("stuck_off", HEALTHY)]] * 14
    steps = play(Causes(), *rounds)
    assert [step.kind for step in steps] == ["found", "gone"]
    assert steps[1].evidence["healthy_minutes"] >= clear_minutes("stuck_off")


def test_a_ticket_stays_while_another_of_the_family_shows_itself() -> None:
    causes = Causes()
    both = [seen("stuck_off", FAULT), seen("no_capacity", FAULT)]
    assert [step.standing.fault for step in play(causes, both)] == ["stuck_off"]
    half = [[seen("stuck_off", HEALTHY), seen("no_capacity", FAULT)]] * 15
    assert play(causes, *half, start=5.0) == []
    whole = [[seen("stuck_off", HEALTHY), seen("no_capacity", HEALTHY)]] * 15
    steps = play(causes, *whole, start=80.0)
    assert [(step.kind, step.standing.fault) for step in steps] == [("gone", "stuck_off")]
    assert not causes.standings


def test_the_same_cause_with_another_face_is_the_same_ticket_for_a_week() -> None:
    causes = Causes()
    play(causes, [seen("no_capacity", FAULT)], *[[seen("no_capacity", HEALTHY)]] * 30)
    assert not causes.standings
    causes = Causes(causes.kept())  # over a restart
    steps = play(causes, [seen("short_cycling", FAULT)], start=6 * 1440.0)
    assert [(step.kind, step.standing.fault) for step in steps] == [("found", "no_capacity")]
    play(causes, *[[seen("short_cycling", HEALTHY), seen("no_capacity", HEALTHY)]] * 60, start=6.1 * 1440.0)
    assert not causes.standings
    steps = play(causes, [seen("short_cycling", FAULT)], start=14 * 1440.0)
    assert [step.standing.fault for step in steps] == ["short_cycling"]


def test_a_unit_that_is_only_judged_by_past_days_does_not_flap_what_was_repaired() -> None:
    causes = Causes()
    weak = seen("degraded_capacity", FAULT)
    first = play(causes, [seen("no_capacity", FAULT), weak])
    assert [(step.kind, step.standing.fault) for step in first] == [("found", "no_capacity")]
    repaired = [[seen("no_capacity", HEALTHY), weak]]
    steps = play(causes, *repaired * (24 * 12), start=5.0)
    assert [(step.kind, step.standing.fault) for step in steps] == [("gone", "no_capacity")]
    # It is still weak when those days are long past: then it is a cause of its own.
    steps = play(causes, *repaired * 12, start=3 * 1440.0)
    assert [(step.kind, step.standing.fault) for step in steps] == [("found", "degraded_capacity")]


def test_a_weak_unit_that_dies_is_told_as_dead_by_its_own_ticket() -> None:
    causes = Causes()
    play(causes, [seen("degraded_capacity", FAULT)])
    dead = seen("no_capacity", FAULT)
    steps = play(causes, [dead], [dead], start=60.0)
    assert [(step.kind, step.standing.fault, step.evidence["shows_as"]) for step in steps] == [
        ("worse", "degraded_capacity", "no_capacity")
    ]
    # It is not gone while it is dead, whatever the days before say of how weak it was.
    hours = [[seen("degraded_capacity", HEALTHY), dead]] * 30
    assert play(causes, *hours, start=120.0, every=55.0) == []
    whole = [[seen("degraded_capacity", HEALTHY), seen("no_capacity", HEALTHY)]] * 60
    steps = play(causes, *whole, start=2000.0, every=55.0)
    assert [(step.kind, step.standing.fault) for step in steps] == [("gone", "degraded_capacity")]
    assert not causes.standings


def test_what_is_likelier_harmless_is_suggested_until_it_is_not() -> None:
    causes = Causes()
    mop = Seen("leak", "device/leak-1", FAULT, tentative=True)
    water = Seen("leak", "device/leak-1", FAULT)
    dry = Seen("leak", "device/leak-1", HEALTHY)
    assert [step.kind for step in play(causes, [mop], [mop], [dry], *[[dry]] * 7)] == ["suggested", "gone"]
    causes = Causes()
    play(causes, [mop])
    causes = Causes(causes.kept())  # over a restart
    assert [step.kind for step in play(causes, [water], [water], start=5.0)] == ["found"]


def test_a_weak_unit_that_seemed_well_and_dies_within_the_week_is_the_same_ticket() -> None:
    causes = Causes()
    play(causes, [seen("degraded_capacity", FAULT)], *[[seen("degraded_capacity", HEALTHY)]] * 30, every=60.0)
    assert not causes.standings
    steps = play(causes, [seen("no_capacity", FAULT)], start=6 * 1440.0)
    assert [(step.kind, step.standing.fault) for step in steps] == [
        ("found", "degraded_capacity"),
        ("worse", "degraded_capacity"),
    ]


def test_many_units_at_once_are_the_plant() -> None:
    causes = Causes()
    single = [seen("no_capacity", FAULT, "device/1")]
    all_at_once = [seen("no_capacity", FAULT, f"device/{number}") for number in range(1, 9)]
    steps = [*causes.step(0.0, single, 20), *causes.step(5.0, all_at_once, 20)]
    assert [(step.kind, step.standing.asset_key) for step in steps] == [
        ("found", "device/1"),
        ("found", PLANT_KEY),
        ("gone", "device/1"),
    ]


def test_a_gateway_takes_its_devices_with_it_and_a_floor_its_gateways() -> None:
    house = layout(rooms=6, floors=2)
    offline = np.full(len(house.devices.ids), HEALTHY, dtype=np.int8)
    rooms = house.devices.room
    offline[rooms == 0] = UNKNOWN
    offline[0] = FAULT  # one alone may have died before …
    assert list(outages(offline, house).gateway) == [UNKNOWN] + [HEALTHY] * 5
    offline[6] = FAULT  # … two are the first to be sure of
    found = outages(offline, house)
    assert list(found.gateway) == [FAULT, HEALTHY, HEALTHY, HEALTHY, HEALTHY, HEALTHY]
    told = sightings({"device_offline": Finding(offline, {})}, house, set())
    assert [(one.fault, one.asset_key) for one in told] == [("gateway_offline", f"gateway/{house.rooms[0]}")]

    offline[rooms < 3] = FAULT
    steps = Causes().step(0.0, sightings({"device_offline": Finding(offline, {})}, house, set()))
    assert [(step.standing.fault, step.standing.asset_key) for step in steps] == [
        ("floor_without_power", "floor/1")
    ]


def test_a_gateway_that_takes_sixty_devices_with_it_is_one_ticket_and_one_that_comes_back_closes_it() -> None:
    house = layout(rooms=12)
    devices = len(house.devices.ids)
    assert devices == 60
    house = replace(
        house,
        gateways=("bridge",),
        gateway_of_device=np.zeros(devices, dtype=np.int64),
        floor_of_gateway=np.zeros(1, dtype=np.int64),
    )
    causes = Causes()

    def round_of(outcome: int, at: float) -> list[Step]:
        offline = Finding(np.full(devices, outcome, dtype=np.int8), {})
        return causes.step(at, sightings({"device_offline": offline}, house, causes.standings))

    steps = [*round_of(FAULT, 0.0), *round_of(FAULT, 5.0)]
    assert [(step.kind, step.standing.asset_key) for step in steps] == [("found", "gateway/bridge")]
    steps = [step for at in range(10, 60, 5) for step in round_of(HEALTHY, float(at))]
    assert [(step.kind, step.standing.asset_key) for step in steps] == [("gone", "gateway/bridge")]


def test_one_device_alone_is_one_device() -> None:
    house = layout(rooms=3)
    offline = np.full(len(house.devices.ids), HEALTHY, dtype=np.int8)
    offline[KINDS.index("curtain") * 3 + 1] = FAULT
    told = sightings({"device_offline": Finding(offline, {})}, house, set())
    assert [(one.fault, one.asset_key, one.room) for one in told] == [
        ("device_offline", f"device/{house.rooms[1]}-curtain", house.rooms[1])
    ]
