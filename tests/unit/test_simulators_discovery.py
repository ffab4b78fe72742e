"""What devices announce can be understood by whoever knows the discovery convention."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from simulators.wire import command_filter
from tests.unit.simulators_fakes import House

COMPONENTS = {
    "climate/room_101/air_conditioner",
    "sensor/room_101/power",
    "light/room_101/ceiling_light",
    "light/room_101/bedside_light",
    "cover/room_101/curtain",
    "sensor/room_101/temperature",
    "sensor/room_101/humidity",
    "binary_sensor/room_101/door",
    "binary_sensor/room_101/window",
    "binary_sensor/room_101/presence",
    "switch/room_101/do_not_disturb",
    "switch/room_101/make_up_room",
}
SIMPLE_TEMPLATE = re.compile(r"\{\{ value_json\.(\w+) \}\}")


@pytest.fixture(scope="module")
def house() -> House:
    return House(rooms=1)


@pytest.fixture(scope="module")
def configs(house: House) -> dict[str, dict[str, Any]]:
    return {
        topic.removeprefix("homeassistant/").removesuffix("/config"): json.loads(payload)
        for topic, payload in house.wire.state.items()
        if topic.endswith("/config")
    }


def test_every_device_of_a_room_and_the_weather_station_is_announced(
    configs: dict[str, dict[str, Any]],
) -> None:
    assert set(configs) == COMPONENTS | {"sensor/outdoor/temperature"}


def test_configs_say_who_they_are(configs: dict[str, dict[str, Any]]) -> None:
    for key, config in configs.items():
        device = config["device"]
        assert {"identifiers", "name", "manufacturer", "model", "sw_version", "suggested_area"} <= set(device)
        outdoor = key.startswith("sensor/outdoor")
        assert device["suggested_area"] == ("Outdoor" if outdoor else "Room 101")
        assert config["availability_topic"] == f"simulated/{'outdoor' if outdoor else '101'}/availability"
        assert config["origin"]["name"]
    ids = [config["unique_id"] for config in configs.values()]
    assert len(set(ids)) == len(ids)


def test_every_device_that_others_hang_on_is_there(configs: dict[str, dict[str, Any]]) -> None:
    known = {name for config in configs.values() for name in config["device"]["identifiers"]}
    via = {config["device"].get("via_device") for config in configs.values()} - {None}
    assert via
    assert via <= known


def test_every_state_topic_is_spoken_on_and_its_template_finds_its_field(
    house: House, configs: dict[str, dict[str, Any]]
) -> None:
    checked = 0
    for config in configs.values():
        for key, topic in config.items():
            if not key.endswith("_topic") or "command" in key or key in ("set_position_topic",):
                continue
            assert topic in house.wire.state, key
            stem = key.removesuffix("_topic")
            template = config.get(f"{stem}_template") or (
                config.get("value_template") if stem == "state" else None
            )
            if template is not None:
                field = SIMPLE_TEMPLATE.fullmatch(template)
                assert field is not None, template
                assert field[1] in house.wire.json(topic)
                checked += 1
    assert checked >= 12


def test_every_command_topic_is_one_that_the_gateway_listens_to(configs: dict[str, dict[str, Any]]) -> None:
    listens = re.compile(command_filter("101").replace("+", "[^/]+").replace("/#", "(/.*)?"))
    commands = [
        topic
        for config in configs.values()
        for key, topic in config.items()
        if key.endswith("command_topic") or key == "set_position_topic"
    ]
    assert len(commands) == 10
    assert all(listens.fullmatch(topic) for topic in commands)


def test_the_climate_entity_has_its_modes_and_limits(configs: dict[str, dict[str, Any]]) -> None:
    unit = configs["climate/room_101/air_conditioner"]
    assert set(unit["modes"]) == {"off", "heat", "cool", "auto", "dry", "fan_only"}
    assert (unit["min_temp"], unit["max_temp"], unit["temp_step"]) == (16.0, 30.0, 0.5)


def test_another_prefix_and_a_birth_bring_the_configs_again(house: House) -> None:
    house.after(minutes=1)
    house.wire.messages.clear()
    house.world.command("innkeeper/status", b"online")
    house.after(seconds=5)
    again = {topic for _, topic, _, _ in house.wire.messages if topic.endswith("/config")}
    assert len(again) == len(COMPONENTS) + 1
    assert house.wire.said("simulated/101/ac/state")
    house.wire.messages.clear()
    house.world.command("innkeeper/status", b"offline")
    house.after(seconds=5)
    assert not [topic for _, topic, _, _ in house.wire.messages if topic.endswith("/config")]
