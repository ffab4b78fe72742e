"""Payloads into values and orders into payloads, component by component, as tables."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.entities import Value
from gateway.mqtt.binding import Binding
from gateway.mqtt.decode import Message, Unreadable
from gateway.mqtt.discovery import ConfigTopic, Usable, read_config
from gateway.mqtt.encode import Unsendable
from gateway.mqtt.template_values import RenderFailed


def binding(component: str, config: dict[str, Any]) -> Binding:
    (finding,) = read_config(ConfigTopic(component, None, "it"), orjson.dumps(config))
    assert isinstance(finding, Usable), finding
    return finding.binding


def heard(component: str, config: dict[str, Any], topic: str, payload: bytes | str) -> dict[str, Value]:
    message = Message(payload if isinstance(payload, bytes) else payload.encode())
    said: dict[str, Value] = {}
    for reader in binding(component, config).readers:
        if reader.topic == topic:
            said.update(reader.read(message))
    return said


def sent(component: str, config: dict[str, Any], **values: Value) -> list[tuple[str, str]]:
    messages = binding(component, config).encode(values)
    assert not any(message.retain for message in messages)
    return [(message.topic, message.payload.decode()) for message in messages]


CLIMATE = {
    "modes": ["off", "cool", "heat", "fan_only"],
    "mode_state_topic": "m",
    "mode_command_topic": "m/set",
    "temperature_state_topic": "t",
    "temperature_command_topic": "t/set",
    "current_temperature_topic": "now",
    "fan_mode_state_topic": "f",
    "fan_mode_command_topic": "f/set",
    "fan_modes": ["auto", "1", "2"],
    "action_topic": "a",
    "min_temp": 16,
    "max_temp": 30,
    "temp_step": 0.5,
    "retain": True,
}
FAHRENHEIT = {**CLIMATE, "temperature_unit": "F", "min_temp": 60, "max_temp": 86, "temp_step": 1}
Z2M_CLIMATE = {
    "mode_state_topic": "z",
    "mode_state_template": "{{ value_json.system_mode }}",
    "temperature_state_topic": "z",
    "temperature_state_template": "{{ value_json.occupied_heating_setpoint }}",
    "action_topic": "z",
    "action_template": "{% set values = {None:None,'idle':'idle','heat':'heating','cool':'cooling'} %}"
    "{{ values[value_json.running_state] }}",
    "modes": ["off", "heat"],
    "temperature_command_topic": "z/set/occupied_heating_setpoint",
    "temp_step": 0.5,
}
LIGHT = {
    "command_topic": "l/set",
    "state_topic": "l",
    "brightness_command_topic": "l/dim/set",
    "brightness_state_topic": "l/dim",
    "brightness_scale": 100,
}
JSON_LIGHT = {
    "schema": "json",
    "command_topic": "l/set",
    "state_topic": "l",
    "brightness": True,
    "brightness_scale": 254,
}
COVER = {
    "command_topic": "c/set",
    "state_topic": "c",
    "position_topic": "c/pos",
    "set_position_topic": "c/pos/set",
}
INVERTED = {**COVER, "position_open": 0, "position_closed": 255}
SWITCH = {"command_topic": "s/set", "state_topic": "s"}


@pytest.mark.parametrize(
    ("component", "config", "topic", "payload", "values"),
    [
        ("climate", CLIMATE, "m", "cool", {"mode": "cool"}),
        ("climate", CLIMATE, "m", "None", {"mode": None}),
        ("climate", CLIMATE, "m", "", {}),
        ("climate", CLIMATE, "t", "22.5", {"setpoint_celsius": 22.5}),
        ("climate", CLIMATE, "now", "None", {"current_celsius": None}),
        ("climate", CLIMATE, "f", "1", {"fan_mode": "1"}),
        ("climate", CLIMATE, "a", "preheating", {"action": "heating"}),
        ("climate", CLIMATE, "a", "idle", {"action": "idle"}),
        ("climate", FAHRENHEIT, "t", "72", {"setpoint_celsius": 22.2222}),
        ("climate", FAHRENHEIT, "now", "-40", {"current_celsius": -40.0}),
        (
            "climate",
            Z2M_CLIMATE,
            "z",
            '{"system_mode": "heat", "occupied_heating_setpoint": 21, "running_state": "heat"}',
            {"mode": "heat", "setpoint_celsius": 21.0, "action": "heating"},
        ),
        (
            "climate",
            Z2M_CLIMATE,
            "z",
            '{"system_mode": "heat", "occupied_heating_setpoint": 21, "running_state": null}',
            {"mode": "heat", "setpoint_celsius": 21.0, "action": None},
        ),
        ("light", LIGHT, "l", "ON", {"on": True}),
        ("light", LIGHT, "l/dim", "40", {"brightness_percent": 40.0}),
        ("light", LIGHT, "l/dim", "0", {}),
        ("light", {**LIGHT, "payload_on": "1", "payload_off": "0"}, "l", "0", {"on": False}),
        (
            "light",
            {**LIGHT, "state_value_template": "{{ value_json.POWER }}"},
            "l",
            '{"POWER": "ON"}',
            {"on": True},
        ),
        (
            "light",
            JSON_LIGHT,
            "l",
            '{"state": "ON", "brightness": 127}',
            {"on": True, "brightness_percent": 50.0},
        ),
        ("light", JSON_LIGHT, "l", '{"state": "OFF", "brightness": 0}', {"on": False}),
        ("light", JSON_LIGHT, "l", '{"state": null}', {"on": None}),
        ("light", JSON_LIGHT, "l", '{"linkquality": 12}', {}),
        ("cover", COVER, "c", "opening", {"motion": "opening"}),
        ("cover", {**COVER, "state_open": "up"}, "c", "up", {"motion": "open"}),
        ("cover", COVER, "c/pos", "30", {"position_percent": 30.0}),
        ("cover", INVERTED, "c/pos", "255", {"position_percent": 0.0}),
        ("cover", INVERTED, "c/pos", "0", {"position_percent": 100.0}),
        ("cover", INVERTED, "c/pos", "300", {"position_percent": 0.0}),
        (
            "cover",
            COVER,
            "c/pos",
            '{"position": 12, "tilt_position": 3}',
            {"position_percent": 12.0, "tilt_percent": 3.0},
        ),
        (
            "cover",
            {"command_topic": "x", "position_topic": "p"},
            "p",
            "0",
            {"position_percent": 0.0, "motion": "closed"},
        ),
        (
            "cover",
            {**COVER, "position_template": "{{ value_json.position }}"},
            "c/pos",
            '{"position": 77}',
            {"position_percent": 77.0},
        ),
        ("switch", SWITCH, "s", "OFF", {"on": False}),
        ("switch", {**SWITCH, "state_on": "yes", "state_off": "no"}, "s", "yes", {"on": True}),
        (
            "switch",
            {**SWITCH, "value_template": "{{ value_json.s }}", "payload_on": True, "payload_off": False},
            "s",
            '{"s": false}',
            {"on": False},
        ),
        ("binary_sensor", {"state_topic": "b"}, "b", "ON", {"on": True}),
        (
            "binary_sensor",
            {
                "state_topic": "b",
                "value_template": "{{ value_json.contact }}",
                "payload_on": False,
                "payload_off": True,
            },
            "b",
            '{"contact": false}',
            {"on": True},
        ),
        ("sensor", {"state_topic": "x", "unit_of_measurement": "%"}, "x", "40", {"value": 40.0}),
        ("sensor", {"state_topic": "x", "unit_of_measurement": "°F"}, "x", "212", {"value": 100.0}),
        ("sensor", {"state_topic": "x"}, "x", "idle", {"value": "idle"}),
        ("sensor", {"state_topic": "x", "state_class": "total"}, "x", "12", {"value": 12.0}),
        ("sensor", {"state_topic": "x", "unit_of_measurement": "W"}, "x", "None", {"value": None}),
        ("sensor", {"state_topic": "x", "unit_of_measurement": "W"}, "x", "", {}),
        (
            "sensor",
            {"state_topic": "x", "device_class": "enum", "options": ["a", "b"]},
            "x",
            "b",
            {"value": "b"},
        ),
    ],
)
def test_what_is_heard(
    component: str, config: dict[str, Any], topic: str, payload: str, values: dict[str, Value]
) -> None:
    assert heard(component, config, topic, payload) == values


@pytest.mark.parametrize(
    ("component", "config", "topic", "payload", "code"),
    [
        ("climate", CLIMATE, "m", "turbo", "unlisted_value"),
        ("climate", CLIMATE, "t", "warm", "not_a_number"),
        ("climate", CLIMATE, "t", "nan", "not_a_number"),
        ("climate", CLIMATE, "t", "1e999", "not_a_number"),
        ("climate", CLIMATE, "t", b"\xff\xfe", "bad_utf8"),
        ("climate", Z2M_CLIMATE, "z", b"[" * 100 + b"]" * 100, "too_deep"),
        ("sensor", {"state_topic": "x", "unit_of_measurement": "W"}, "x", "true", "not_a_number"),
        (
            "sensor",
            {"state_topic": "x", "unit_of_measurement": "W", "value_template": "{{ value_json.on }}"},
            "x",
            '{"on": true}',
            "not_a_number",
        ),
        ("sensor", {"state_topic": "x"}, "x", "y" * 5_000, "too_long"),
        ("light", JSON_LIGHT, "l", "ON", "not_json"),
        ("light", JSON_LIGHT, "l", '{"state": "on"}', "unlisted_value"),
        ("light", JSON_LIGHT, "l", '{"brightness": "high"}', "not_a_number"),
        ("light", JSON_LIGHT, "l", '{"brightness": NaN}', "not_json"),
        ("cover", COVER, "c/pos", "half", "not_a_number"),
        ("cover", COVER, "c/pos", '{"tilt_position": 3}', "not_a_number"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_name(
    component: str, config: dict[str, Any], topic: str, payload: bytes | str, code: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        heard(component, config, topic, payload)
    assert refused.value.code == code


def test_a_template_that_fails_is_dropped_and_not_read_as_the_raw_payload() -> None:
    config = {"state_topic": "x", "unit_of_measurement": "W", "value_template": "{{ value_json.w }}"}
    with pytest.raises(RenderFailed):
        heard("sensor", config, "x", "not json")


@pytest.mark.parametrize(
    ("component", "config", "values", "messages"),
    [
        ("climate", CLIMATE, {"mode": "cool"}, [("m/set", "cool")]),
        ("climate", CLIMATE, {"setpoint_celsius": 22}, [("t/set", "22.0")]),
        ("climate", CLIMATE, {"setpoint_celsius": 22.3}, [("t/set", "22.5")]),
        (
            "climate",
            CLIMATE,
            {"setpoint_celsius": 22, "mode": "heat"},
            [("m/set", "heat"), ("t/set", "22.0")],
        ),
        ("climate", CLIMATE, {"fan_mode": "2"}, [("f/set", "2")]),
        ("climate", FAHRENHEIT, {"setpoint_celsius": 22.2}, [("t/set", "72.0")]),
        (
            "climate",
            {**CLIMATE, "temperature_command_template": '{"sp": {{ value }}}'},
            {"setpoint_celsius": 21},
            [("t/set", '{"sp": 21.0}')],
        ),
        (
            "climate",
            {**CLIMATE, "mode_command_template": "{{ {'cool': 3, 'off': 0}[value] | default(1) }}"},
            {"mode": "cool"},
            [("m/set", "3")],
        ),
        (
            "climate",
            {**CLIMATE, "power_command_topic": "p", "payload_on": "1", "payload_off": "0"},
            {"mode": "off"},
            [("p", "0"), ("m/set", "off")],
        ),
        (
            "climate",
            {**CLIMATE, "power_command_topic": "p"},
            {"mode": "cool", "setpoint_celsius": 20},
            [("p", "ON"), ("m/set", "cool"), ("t/set", "20.0")],
        ),
        ("light", LIGHT, {"on": True}, [("l/set", "ON")]),
        ("light", LIGHT, {"on": False}, [("l/set", "OFF")]),
        ("light", LIGHT, {"brightness_percent": 40}, [("l/dim/set", "40"), ("l/set", "ON")]),
        (
            "light",
            {**LIGHT, "on_command_type": "first"},
            {"on": True, "brightness_percent": 40},
            [("l/set", "ON"), ("l/dim/set", "40")],
        ),
        ("light", {**LIGHT, "on_command_type": "brightness"}, {"on": True}, [("l/dim/set", "100")]),
        (
            "light",
            {**LIGHT, "brightness_scale": 3},
            {"brightness_percent": 1},
            [("l/dim/set", "1"), ("l/set", "ON")],
        ),
        ("light", LIGHT, {"brightness_percent": 0}, [("l/set", "OFF")]),
        ("light", LIGHT, {"on": False, "brightness_percent": 40}, [("l/set", "OFF")]),
        ("light", JSON_LIGHT, {"on": True}, [("l/set", '{"state":"ON"}')]),
        ("light", JSON_LIGHT, {"brightness_percent": 50.0}, [("l/set", '{"state":"ON","brightness":127}')]),
        ("light", JSON_LIGHT, {"brightness_percent": 0.1}, [("l/set", '{"state":"ON","brightness":1}')]),
        ("light", JSON_LIGHT, {"on": False}, [("l/set", '{"state":"OFF"}')]),
        ("cover", COVER, {"action": "stop"}, [("c/set", "STOP")]),
        ("cover", COVER, {"position_percent": 30}, [("c/pos/set", "30")]),
        ("cover", INVERTED, {"position_percent": 100}, [("c/pos/set", "0")]),
        ("cover", INVERTED, {"position_percent": 0}, [("c/pos/set", "255")]),
        (
            "cover",
            {**COVER, "set_position_template": '{"position": {{ position }}}'},
            {"position_percent": 12},
            [("c/pos/set", '{"position": 12}')],
        ),
        ("switch", SWITCH, {"on": True}, [("s/set", "ON")]),
        (
            "switch",
            {**SWITCH, "command_template": '{"relay": "{{ value }}"}'},
            {"on": False},
            [("s/set", '{"relay": "OFF"}')],
        ),
    ],
)
def test_what_is_sent(
    component: str, config: dict[str, Any], values: dict[str, Value], messages: list[tuple[str, str]]
) -> None:
    assert sent(component, config, **values) == messages


@pytest.mark.parametrize(
    ("component", "config", "values"),
    [
        ("climate", CLIMATE, {"mode": "turbo"}),
        ("climate", CLIMATE, {"mode": "dry"}),
        ("climate", CLIMATE, {"setpoint_celsius": 31}),
        ("climate", CLIMATE, {"setpoint_celsius": True}),
        ("climate", CLIMATE, {"setpoint_celsius": float("nan")}),
        ("climate", CLIMATE, {"swing": "on"}),
        ("light", LIGHT, {"brightness_percent": 101}),
        ("light", {"command_topic": "a"}, {"brightness_percent": 5}),
        ("light", LIGHT, {"on": "yes"}),
        ("cover", {**COVER, "payload_stop": None}, {"action": "stop"}),
        ("cover", COVER, {"position_percent": None}),
        ("switch", SWITCH, {"on": 1.0}),
        ("sensor", {"state_topic": "x"}, {}),
    ],
)
def test_an_order_that_cannot_be_is_refused_or_empty(
    component: str, config: dict[str, Any], values: dict[str, Value]
) -> None:
    if component == "sensor":
        assert sent(component, config, **values) == []
        return
    with pytest.raises(Unsendable):
        sent(component, config, **values)


def test_commands_go_at_qos_1_unless_the_device_asks() -> None:
    assert binding("switch", SWITCH).encode({"on": True})[0].qos == 1
    assert binding("switch", {**SWITCH, "qos": 0}).encode({"on": True})[0].qos == 0


@settings(max_examples=200, deadline=None)
@given(
    percent=st.floats(0, 100),
    scale=st.integers(1, 1_000),
)
def test_a_brightness_comes_back_within_one_step(percent: float, scale: int) -> None:
    config = {**JSON_LIGHT, "brightness_scale": scale}
    ((_, payload),) = sent("light", config, brightness_percent=percent)
    said = heard("light", config, "l", payload)
    if percent == 0:
        assert said == {"on": False}
    else:
        assert said["on"] is True
        back = said["brightness_percent"]
        assert isinstance(back, float)
        assert 0 < back <= 100
        assert abs(back - percent) <= 100.0 / scale + 1e-3


@settings(max_examples=200, deadline=None)
@given(percent=st.integers(0, 100), at_open=st.integers(-500, 500), at_closed=st.integers(-500, 500))
def test_a_curtain_position_comes_back(percent: int, at_open: int, at_closed: int) -> None:
    if abs(at_open - at_closed) < 100:
        return
    config = {**COVER, "position_open": at_open, "position_closed": at_closed}
    ((_, payload),) = sent("cover", config, position_percent=float(percent))
    assert heard("cover", config, "c/pos", payload) == {"position_percent": float(percent)}


@settings(max_examples=200, deadline=None)
@given(celsius=st.floats(16, 30))
def test_a_fahrenheit_device_is_set_within_half_a_step(celsius: float) -> None:
    ((_, payload),) = sent("climate", FAHRENHEIT, setpoint_celsius=celsius)
    back = heard("climate", FAHRENHEIT, "t", payload)["setpoint_celsius"]
    assert isinstance(back, float)
    assert abs(back - celsius) <= 5 / 18 + 1e-3
