"""The world as a whole: the same seed gives the same run, however it is driven."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from simulators.world import WorldOptions
from tests.unit.simulators_fakes import NOON, House, ScriptedDesk

PEOPLE = WorldOptions(people=True)


def a_run(seed: int, minutes: list[float]) -> str:
    house = House(rooms=8, seed=seed, desk=ScriptedDesk(), options=PEOPLE)
    for part in minutes:
        house.after(minutes=part)
    return house.wire.digest


def test_the_same_seed_gives_the_same_messages_in_the_same_order() -> None:
    assert a_run(7, [300]) == a_run(7, [300])


def test_another_seed_gives_another_run() -> None:
    assert a_run(7, [60]) != a_run(8, [60])


def test_the_steps_of_the_caller_do_not_matter() -> None:
    assert a_run(7, [180]) == a_run(7, [0.1, 7.0, 0.33, 100.0, 72.57])


def test_commands_at_the_same_times_keep_runs_the_same() -> None:
    def run() -> str:
        house = House(rooms=4)
        for setpoint in range(18, 28):
            house.order("102/ac/set/system_mode", "cool" if setpoint % 2 else "off")
            house.order("102/ac/set/target_temperature", str(setpoint)).after(minutes=9)
        return house.wire.digest

    assert run() == run()


def test_time_does_not_go_back() -> None:
    house = House(rooms=1)
    house.after(minutes=5)
    said = len(house.wire.messages)
    house.world.advance(NOON)
    assert house.world.time == NOON + timedelta(minutes=5)
    assert len(house.wire.messages) == said


def test_commands_may_come_from_other_threads() -> None:
    house = House(rooms=2)

    def press() -> None:
        for _ in range(9):
            house.world.command("simulated/101/ceiling_light/set", b'{"state":"ON"}')

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    house.after(seconds=1)
    assert len(house.wire.said("simulated/101/ceiling_light/state")) >= 36


def test_a_flood_from_the_wire_is_shed_and_counted() -> None:
    house = House(rooms=1)
    for _ in range(20_010):
        house.world.command("nowhere", b"")
    assert house.world.ignored == 10


def test_a_gateway_that_reconnects_introduces_itself_again() -> None:
    house = House(rooms=2)
    house.wire.messages.clear()
    house.world.connected("102")
    house.after(seconds=0.1)
    rooms = {room for room, _, _, _ in house.wire.messages}
    topics = [topic for _, topic, _, _ in house.wire.messages]
    assert rooms == {"102"}
    assert topics[0] == "simulated/102/availability"
    assert len([topic for topic in topics if topic.endswith("/config")]) == 12
    assert "simulated/102/ac/state" in topics


def test_the_weather_station_speaks() -> None:
    house = House(rooms=1)
    first = house.state("outdoor/station/state")["temperature"]
    house.after(hours=8)
    assert house.state("outdoor/station/state")["temperature"] != first
    assert house.wire.state["simulated/outdoor/availability"] == b"online"


def test_rooms_start_where_life_left_them() -> None:
    house = House(rooms=60, desk=ScriptedDesk(), options=PEOPLE)
    let = [plan.number for plan in house.world.plans if house.world.truth(plan.number).let]
    vacant = [plan.number for plan in house.world.plans if not house.world.truth(plan.number).let]
    mean_let = sum(house.world.truth(room).air_celsius for room in let) / len(let)
    mean_vacant = sum(house.world.truth(room).air_celsius for room in vacant) / len(vacant)
    assert 22 < mean_let < 24.5
    assert 26.5 < mean_vacant < 31


def test_winter_rooms_are_heated_for_their_guests() -> None:
    house = House(
        rooms=20, climate="harbin", start=NOON.replace(month=1), desk=ScriptedDesk(), options=PEOPLE
    )
    house.after(hours=2)
    modes = {
        house.state(f"{plan.number}/ac/state")["system_mode"]
        for plan in house.world.plans
        if house.world.truth(plan.number).let
    }
    assert modes == {"heat"}
    assert house.state("outdoor/station/state")["temperature"] < -5


def test_truth_tells_energy_and_what_of_it_was_for_nobody() -> None:
    house = House(rooms=2)
    house.order("101/ac/set/target_temperature", "20").order("101/ac/set/system_mode", "cool")
    house.after(hours=2)
    truth, other = house.world.truth("101"), house.world.truth("102")
    assert truth.ac_kwh == pytest.approx(truth.ac_kwh_vacant)
    assert truth.ac_kwh > 10 * other.ac_kwh
    assert truth.air_celsius < other.air_celsius - 3
    assert abs(truth.sensor_bias_celsius) <= 0.25
    sensed = house.state("101/climate/state")["temperature"]
    assert sensed == pytest.approx(truth.air_celsius + truth.sensor_bias_celsius, abs=0.6)


def test_an_unknown_climate_stops_the_start() -> None:
    with pytest.raises(ValueError, match="no climate"):
        House(climate="atlantis")
