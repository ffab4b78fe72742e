"""Devices obey like devices do, and speak like them."""

from __future__ import annotations

import json

import pytest

from simulators.air_conditioner import Mode
from simulators.world import WorldOptions
from tests.unit.simulators_fakes import House

AC = "101/ac/state"
CEILING = "101/ceiling_light/state"
CURTAIN = "101/curtain/state"


@pytest.fixture
def house() -> House:
    return House(rooms=2)


def test_nothing_happens_before_the_device_had_its_time(house: House) -> None:
    house.world.command("simulated/101/ac/set/system_mode", b"cool")
    house.after(seconds=0.05)
    assert house.state(AC)["system_mode"] == "off"
    house.after(seconds=0.6)
    assert house.state(AC)["system_mode"] == "cool"


def test_the_delay_is_transport_time_at_any_speed() -> None:
    house = House(rooms=1, options=WorldOptions(speed=60.0, people=False))
    house.world.command("simulated/101/ac/set/system_mode", b"cool")
    house.after(seconds=5)
    assert house.state(AC)["system_mode"] == "off"
    house.after(seconds=32)
    assert house.state(AC)["system_mode"] == "cool"


def test_the_unit_rounds_and_clamps_its_setpoint(house: House) -> None:
    setpoint = "101/ac/set/target_temperature"
    for sent, kept in (("23.4", 23.5), ("22.24", 22.0), ("10", 16.0), ("99", 30.0), ("21.0", 21.0)):
        assert house.order(setpoint, sent).state(AC)["target_temperature"] == kept


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("ac/set/system_mode", "turbo"),
        ("ac/set/fan_mode", "hurricane"),
        ("ac/set/target_temperature", "warm"),
        ("ac/set/target_temperature", "nan"),
        ("ac/set/colour", "red"),
        ("ceiling_light/set", "not json"),
        ("ceiling_light/set", '{"state":"MAYBE"}'),
        ("ceiling_light/set", '{"brightness":"full"}'),
        ("ceiling_light/set", "[]"),
        ("bedside_light/set", "maybe"),
        ("bedside_light/set/brightness", "bright"),
        ("curtain/set", "UP"),
        ("curtain/set/position", ""),
        ("panel/set/do_not_disturb", "yes"),
        ("panel/set/room_service", "ON"),
        ("door/set", "ON"),
        ("climate/set", "22"),
    ],
)
def test_what_a_device_does_not_understand_is_refused_in_silence(
    house: House, topic: str, payload: str
) -> None:
    before = dict(house.wire.state)
    house.order(f"101/{topic}", payload)
    assert house.wire.state == before
    assert house.world.devices("101").refused == 1


def test_the_unit_remembers_its_setpoint_over_off_and_on(house: House) -> None:
    house.order("101/ac/set/target_temperature", "20.5")
    house.order("101/ac/set/system_mode", "cool")
    house.order("101/ac/set/system_mode", "off")
    assert house.state(AC)["running_state"] == "off"
    house.order("101/ac/set/system_mode", "heat")
    assert house.state(AC)["target_temperature"] == 20.5


def test_a_unit_that_cools_says_so_and_draws_power(house: House) -> None:
    house.order("101/ac/set/target_temperature", "18")
    house.order("101/ac/set/system_mode", "cool").after(minutes=5)
    assert house.state(AC)["running_state"] == "cooling"
    assert house.state("101/ac/power") > 200
    house.order("101/ac/set/system_mode", "fan_only")
    assert house.state(AC)["running_state"] == "fan"


def test_every_command_is_answered_also_when_it_changed_nothing(house: House) -> None:
    house.order("101/ac/set/system_mode", "cool")
    said = len(house.wire.said(f"simulated/{AC}"))
    house.order("101/ac/set/system_mode", "cool")
    assert len(house.wire.said(f"simulated/{AC}")) > said


def test_some_commands_are_first_answered_with_the_old_value() -> None:
    house = House(rooms=1)
    answers = []
    for setpoint in range(17, 30):
        for half in (0.0, 0.5):
            before = len(house.wire.said(f"simulated/{AC}"))
            house.order("101/ac/set/target_temperature", str(setpoint + half))
            said = house.wire.said(f"simulated/{AC}")[before:]
            answers.append([json.loads(text)["target_temperature"] for text in said])
    assert all(answer[-1] == 17 + index / 2 for index, answer in enumerate(answers))
    assert 0 < sum(len(set(answer)) == 2 for answer in answers) < 15


def test_commands_to_one_device_are_obeyed_in_their_order(house: House) -> None:
    for setpoint in ("18", "19", "20", "27"):
        house.world.command("simulated/101/ac/set/target_temperature", setpoint.encode())
    house.after(seconds=2)
    assert house.state(AC)["target_temperature"] == 27.0


def test_a_flood_of_commands_is_bounded(house: House) -> None:
    for _ in range(500):
        house.world.command("simulated/101/ac/set/target_temperature", b"20")
    house.after(seconds=2)
    assert house.world.devices("101").refused == 450


def test_brightness_switches_the_ceiling_light_on_and_none_switches_it_off(house: House) -> None:
    assert house.order("101/ceiling_light/set", {"brightness": 127}).state(CEILING) == {
        "state": "ON",
        "brightness": 127,
    }
    assert house.order("101/ceiling_light/set", {"brightness": 900}).state(CEILING)["brightness"] == 254
    assert house.order("101/ceiling_light/set", {"brightness": 1}).state(CEILING)["brightness"] == 3
    assert house.order("101/ceiling_light/set", {"state": "OFF"}).state(CEILING)["state"] == "OFF"
    on = house.order("101/ceiling_light/set", {"state": "ON"}).state(CEILING)
    assert on == {"state": "ON", "brightness": 3}
    assert house.order("101/ceiling_light/set", {"brightness": 0}).state(CEILING)["state"] == "OFF"


def test_the_bedside_light_speaks_the_default_schema(house: House) -> None:
    house.order("101/bedside_light/set/brightness", "128")
    assert house.wire.state["simulated/101/bedside_light/state"] == b"ON"
    assert house.wire.state["simulated/101/bedside_light/brightness"] == b"128"
    house.order("101/bedside_light/set", "OFF")
    assert house.wire.state["simulated/101/bedside_light/state"] == b"OFF"


def test_light_becomes_heat(house: House) -> None:
    house.order("101/ceiling_light/set", {"state": "ON", "brightness": 254})
    assert house.world.rooms.use.lamp_watts[0] == pytest.approx(36.0)


def test_the_curtain_travels_and_reports_where_it_is(house: House) -> None:
    travel = float(house.world.makeup.curtain_travel_seconds[0])
    assert 15 <= travel <= 25
    house.order("101/curtain/set", "CLOSE")
    assert house.state(CURTAIN)["state"] == "closing"
    house.after(seconds=7)
    assert 0 < house.state(CURTAIN)["position"] < 100
    house.after(seconds=travel)
    assert house.state(CURTAIN) == {"position": 0, "state": "closed"}
    assert house.world.rooms.use.curtain_open[0] == 0.0
    house.order("101/curtain/set/position", "40").after(seconds=travel)
    assert house.state(CURTAIN) == {"position": 40, "state": "open"}


def test_a_curtain_stops_where_it_is_told_to(house: House) -> None:
    house.order("101/curtain/set", "CLOSE").after(seconds=5)
    stopped = house.order("101/curtain/set", "STOP").state(CURTAIN)
    assert 40 < stopped["position"] < 90
    assert stopped["state"] == "open"
    assert house.after(minutes=2).state(CURTAIN) == stopped


def test_a_curtain_turns_round_on_its_way(house: House) -> None:
    house.order("101/curtain/set", "CLOSE").after(seconds=4)
    house.order("101/curtain/set", "OPEN")
    assert house.state(CURTAIN)["state"] == "opening"
    assert house.after(seconds=30).state(CURTAIN) == {"position": 100, "state": "open"}


def test_do_not_disturb_and_make_up_room_exclude_each_other(house: House) -> None:
    house.order("101/panel/set/make_up_room", "ON")
    panel = house.order("101/panel/set/do_not_disturb", "ON").state("101/panel/state")
    assert panel == {"do_not_disturb": "ON", "make_up_room": "OFF"}
    panel = house.order("101/panel/set/do_not_disturb", "OFF").state("101/panel/state")
    assert panel == {"do_not_disturb": "OFF", "make_up_room": "OFF"}


def test_a_hand_in_the_room_is_told_like_any_state(house: House) -> None:
    devices = house.world.devices("101")
    devices.hand_unit(Mode.COOL, 21.7)
    devices.hand_ceiling(True)
    devices.hand_panel("do_not_disturb", True)
    devices.window(True)
    devices.door(True)
    house.after(seconds=1)
    assert house.state(AC)["target_temperature"] == 21.5
    assert house.state(AC)["system_mode"] == "cool"
    assert house.state(CEILING)["state"] == "ON"
    assert house.state("101/panel/state")["do_not_disturb"] == "ON"
    assert house.state("101/window/state") == {"window": "open"}
    assert house.wire.state["simulated/101/door/state"] == b"ON"
    assert house.state("102/window/state") == {"window": "closed"}


def test_a_door_that_is_open_for_a_moment_is_told_open_and_then_shut() -> None:
    """At 240 times the speed a guest is through the door before its sensor has spoken."""
    house = House(options=WorldOptions(people=False, speed=240.0))
    devices = house.world.devices("101")
    before = len(house.wire.said("simulated/101/door/state"))
    for _ in range(5):
        devices.door(True)
        house.after(seconds=7)
        devices.door(False)
        house.after(seconds=120)
    assert house.wire.said("simulated/101/door/state")[before:] == [b"ON", b"OFF"] * 5


def test_presence_lets_go_only_after_its_delay(house: House) -> None:
    devices = house.world.devices("101")
    delay = float(house.world.makeup.presence_off_delay_seconds[0])
    devices.sense_people(True)
    assert house.after(seconds=1).state("101/presence/state") == {"occupancy": "detected"}
    devices.sense_people(False)
    assert house.after(seconds=delay - 5).state("101/presence/state") == {"occupancy": "detected"}
    assert house.after(seconds=10).state("101/presence/state") == {"occupancy": "clear"}


def test_somebody_coming_back_in_time_keeps_presence(house: House) -> None:
    devices = house.world.devices("101")
    devices.sense_people(True)
    devices.sense_people(False)
    house.after(seconds=30)
    devices.sense_people(True)
    house.after(minutes=10)
    assert house.state("101/presence/state") == {"occupancy": "detected"}


def test_the_sensor_lags_and_reports_tenths(house: House) -> None:
    house.after(hours=1)
    house.world.rooms.air[0] += 5.0
    house.world.rooms.furniture[0] += 5.0
    before = house.state("101/climate/state")["temperature"]
    house.after(minutes=2)
    soon = house.state("101/climate/state")["temperature"]
    house.after(minutes=25)
    late = house.state("101/climate/state")["temperature"]
    assert before < soon < late
    assert round(late, 1) == late
    assert isinstance(house.state("101/climate/state")["humidity"], int)


def test_states_are_said_again_within_ten_minutes(house: House) -> None:
    topics = [
        topic for topic in house.wire.state if topic.startswith("simulated/101/") and "avail" not in topic
    ]
    assert len(topics) == 11
    for _ in range(3):
        house.wire.messages.clear()
        house.after(minutes=10)
        assert {topic for _, topic, _, _ in house.wire.messages} >= set(topics)


def test_everything_said_is_retained(house: House) -> None:
    house.order("101/ac/set/system_mode", "cool").after(minutes=20)
    assert all(retain for _, _, _, retain in house.wire.messages)


def fault(house: House, **message: object) -> None:
    house.world.command("simulators/control", json.dumps(message).encode())
    house.after(seconds=1)


def test_a_device_that_is_offline_is_silent_and_deaf(house: House) -> None:
    fault(house, room="101", device="air_conditioner", fault="offline")
    house.wire.messages.clear()
    house.order("101/ac/set/system_mode", "cool").after(minutes=30)
    assert not house.wire.said(f"simulated/{AC}")
    assert house.wire.said("simulated/102/ac/state")
    fault(house, room="101", device="air_conditioner", fault="offline", value=False)
    assert house.state(AC)["system_mode"] == "off"


def test_a_room_that_is_offline_says_so_and_comes_back(house: House) -> None:
    fault(house, room="101", device="room", fault="offline")
    assert house.wire.state["simulated/101/availability"] == b"offline"
    house.wire.messages.clear()
    house.after(minutes=30)
    assert not [topic for _, topic, _, _ in house.wire.messages if topic.startswith("simulated/101")]
    fault(house, room="101", device="room", fault="offline", value=False)
    assert house.wire.state["simulated/101/availability"] == b"online"
    assert house.wire.said(f"simulated/{AC}")


def test_a_frozen_sensor_says_the_same_for_ever(house: House) -> None:
    fault(house, room="101", device="room_sensor", fault="frozen")
    house.world.rooms.air[0] += 4.0
    before = house.state("101/climate/state")
    house.wire.messages.clear()
    house.after(hours=1)
    assert set(house.wire.said("simulated/101/climate/state")) == {
        json.dumps(before, separators=(",", ":")).encode()
    }


def test_a_unit_that_ignores_its_setpoint_answers_with_the_old_one(house: House) -> None:
    fault(house, room="101", device="air_conditioner", fault="ignores_setpoint")
    house.order("101/ac/set/target_temperature", "18")
    assert house.state(AC)["target_temperature"] == 24.0


def test_a_unit_can_lose_its_capacity(house: House) -> None:
    fault(house, room="101", device="air_conditioner", fault="no_capacity")
    assert house.world.rooms.units.capacity_share[0] == 0.0
    fault(house, room="101", device="air_conditioner", fault="no_capacity", value=False)
    assert house.world.rooms.units.capacity_share[0] == 1.0


def test_a_window_that_is_stuck_stays_open(house: House) -> None:
    fault(house, room="101", device="window", fault="stuck_open")
    house.world.devices("101").window(False)
    assert house.after(seconds=1).state("101/window/state") == {"window": "open"}
    fault(house, room="101", device="window", fault="stuck_open", value=False)
    assert house.state("101/window/state") == {"window": "closed"}


def test_a_stuck_curtain_tries_and_gives_up(house: House) -> None:
    fault(house, room="101", device="curtain", fault="stuck")
    house.order("101/curtain/set", "CLOSE")
    assert house.state(CURTAIN) == {"position": 100, "state": "closing"}
    assert house.after(seconds=30).state(CURTAIN) == {"position": 100, "state": "open"}


def test_bad_faults_are_counted_and_cost_nothing(house: House) -> None:
    for payload in (b"\xff", b"{}", b"[" * 5000):
        house.world.command("simulators/control", payload)
    house.after(seconds=1)
    assert house.world.bad_controls == 3
    house.world.command("simulated/999/ac/set/system_mode", b"cool")
    house.world.command("some/where/else", b"?")
    house.after(seconds=1)
    assert house.world.ignored == 2
