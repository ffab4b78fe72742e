"""What approving a device means: which room it seems to be in, and what makes it ask again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from controller.entities import Component, DeviceDescription, EntityDescription
from controller.purpose import suggested_room
from controller.ways import ChangedWay, after_update, changed_ways
from gateway.mqtt.config_reading import ConfigReader
from gateway.mqtt.discovery import ConfigTopic, Usable, read_config

ROOMS = {"412", "413", "411", "12A", "8", "4", "1205", "412-1"}
READER = ConfigReader()


def described(key: str = "light/x/lamp", area: str | None = None, name: str = "lamp") -> EntityDescription:
    return EntityDescription(key, Component.LIGHT, name, DeviceDescription("x", "thing", suggested_area=area))


@pytest.mark.parametrize(
    ("text", "room"),
    [
        ("Room 412", "412"),
        ("room412", "412"),
        ("ROOM_412", "412"),
        ("Rm. 412", "412"),
        ("412 Bedroom", "412"),
        ("Bedroom 412", "412"),
        ("412", "412"),
        (" 412 ", "412"),
        ("0412", "412"),
        ("Room 0412", "412"),
        ("r412", "412"),
        ("Zimmer 412", "412"),
        ("412房", "412"),
        ("412 房间", "412"),
        ("房间412", "412"),
        ("412号房", "412"),
        ("４１２房", "412"),
        ("4楼412房", "412"),
        ("四楼 412", "412"),
        ("Suite 12A", "12A"),
        ("Suite 412-1", "412-1"),
        ("Suite 413-2", "413"),
        ("Floor 4, room 412", "412"),
        ("Floor 4", None),
        ("4层", None),
        ("Building 8", None),
        ("Room 8", "8"),
        ("Room 999", None),
        ("Lobby", None),
        ("between 411 and 412", None),
        ("Corridor 411-413", None),
        ("0x00158d000412", None),
        ("", None),
        ("💡", None),
    ],
)
def test_the_room_that_an_area_names(text: str, room: str | None) -> None:
    assert suggested_room(described(area=text), ROOMS) == room


@pytest.mark.parametrize(
    ("topics", "room"),
    [
        (["floor4/412/ac"], "412"),
        (["hotel/4f/412/light/set"], "412"),
        (["zigbee2mqtt/0x00158d0001", "zigbee2mqtt/412_lamp/set"], "412"),
        (["site/floor_4/lamp"], None),
        (["tele/tasmota_A1B2C3/STATE"], None),
        ([], None),
    ],
)
def test_the_room_that_a_topic_names(topics: list[str], room: str | None) -> None:
    assert suggested_room(described(), ROOMS, topics) == room


def test_the_area_goes_before_the_topic_and_the_topic_before_the_name() -> None:
    lamp = described(name="Lamp 413")
    assert suggested_room(lamp, ROOMS) == "413"
    assert suggested_room(lamp, ROOMS, ["a/411/b"]) == "411"
    in_area = replace(lamp, device=replace(lamp.device, suggested_area="Room 412"))
    assert suggested_room(in_area, ROOMS, ["a/411/b"]) == "412"


# What makes a device ask again

LAMP = {
    "unique_id": "lamp-1",
    "name": "Lamp",
    "command_topic": "lamps/1/set",
    "state_topic": "lamps/1",
    "device": {"identifiers": ["lamp-1"], "name": "Lamp"},
}


def kept(component: str, config: Mapping[str, Any]) -> str:
    """The config as the wire keeps it: long names, `~` filled in."""
    [finding] = read_config(ConfigTopic(component, "n", "o"), json.dumps(config).encode())
    assert isinstance(finding, Usable), finding
    return finding.binding.config


def ways(component: str = "light", **changed: Any) -> Mapping[str, str]:
    return READER.ways(kept(component, {**LAMP, **changed}))


@pytest.mark.parametrize(
    ("component", "changed"),
    [
        ("light", {"command_topic": "lamps/2/set"}),
        ("light", {"payload_on": "1"}),
        ("light", {"schema": "json"}),
        ("light", {"brightness_command_topic": "lamps/1/dim"}),
        ("light", {"brightness_command_topic": "lamps/1/dim", "brightness_scale": 100}),
        ("switch", {"command_template": "{{ value | lower }}"}),
        ("switch", {"payload_off": "STOP"}),
        ("cover", {"set_position_topic": "lamps/1/go", "position_topic": "lamps/1"}),
        ("cover", {"payload_stop": None}),
        ("cover", {"position_open": 0, "position_closed": 100}),
        ("lock", {"payload_unlock": "SESAME"}),
        ("climate", {"mode_command_topic": "ac/mode"}),
        ("fan", {"speed_range_max": 3}),
    ],
)
def test_another_way_to_command_asks_again(component: str, changed: dict[str, Any]) -> None:
    before, now = ways(component), ways(component, **changed)
    assert after_update(None, before, now) == before
    assert {change.name for change in changed_ways(before, now)} <= set(changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Bedside lamp"},
        {"state_topic": "lamps/1/state"},
        {"value_template": "{{ value_json.state }}", "state_value_template": "{{ value }}"},
        {"availability_topic": "lamps/1/there", "payload_available": "yes"},
        {"payload_on": "ON"},
        {"brightness_scale": 255},
        {"effect_list": ["slow", "fast"]},
        {"device": {"identifiers": ["lamp-1"], "name": "Lamp", "sw_version": "2.0"}},
        {"cmd_t": "~/set", "~": "lamps/1", "command_topic": None},
        {"qos": 1, "icon": "mdi:lamp"},
    ],
)
def test_any_other_update_keeps_the_approval(changed: dict[str, Any]) -> None:
    config = {key: value for key, value in {**LAMP, **changed}.items() if value is not None}
    assert after_update(None, ways(), READER.ways(kept("light", config))) is None


def test_a_sensor_never_asks_again() -> None:
    one = kept("sensor", {**LAMP, "state_topic": "a", "command_topic": "x"})
    two = kept("sensor", {"unique_id": "s", "state_topic": "b", "value_template": "{{ value }}"})
    assert after_update(None, {}, READER.ways(two)) is None
    assert READER.topics(one) == ["x", "a"]


def test_a_device_that_goes_back_asks_no_longer() -> None:
    first, second, third = ways(), ways(command_topic="b"), ways(command_topic="c")
    asked = after_update(None, first, second)
    asked = after_update(asked, second, third)
    assert asked == first  # what was approved, not what it said in between
    assert after_update(asked, third, first) is None


def test_what_changed_is_told_old_and_new() -> None:
    before, now = ways(payload_on="1"), ways(command_topic="lamps/2/set", payload_off="0")
    assert changed_ways(before, now) == [
        ChangedWay("command_topic", "lamps/1/set", "lamps/2/set"),
        ChangedWay("payload_off", None, "0"),
        ChangedWay("payload_on", "1", None),
    ]


@pytest.mark.parametrize("config", ["", "{", "[]", "null", '"x"', "{}", '{"command_topic": null}'])
def test_a_config_that_says_nothing_gives_nothing(config: str) -> None:
    assert READER.ways(config) == {}
    assert READER.topics(config) == []
    assert READER.unique_id(config) is None
