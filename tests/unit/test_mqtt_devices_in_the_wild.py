"""Configs in the manner of the firmwares that hotels meet, each with a state heard and an order sent.

Written after the public documentation of zigbee2mqtt, ESPHome and Tasmota.
"""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from controller.entities import Value
from gateway.mqtt.binding import Binding
from gateway.mqtt.decode import Message
from gateway.mqtt.discovery import ConfigTopic, Usable, read_config

Z2M: dict[str, Any] = {
    "availability": [
        {"topic": "zigbee2mqtt/bridge/state", "value_template": "{{ value_json.state }}"},
        {"topic": "zigbee2mqtt/412/availability", "value_template": "{{ value_json.state }}"},
    ],
    "availability_mode": "all",
    "device": {
        "identifiers": ["zigbee2mqtt_0x00158d"],
        "name": "412",
        "manufacturer": "IKEA",
        "model": "TRADFRI",
    },
    "origin": {"name": "Zigbee2MQTT", "sw": "2.1.0", "url": "https://www.zigbee2mqtt.io"},
    "object_id": "412",
    "unique_id": "0x00158d_zigbee2mqtt",
}
Z2M_LIGHT = {
    **Z2M,
    "schema": "json",
    "name": None,
    "state_topic": "zigbee2mqtt/412",
    "command_topic": "zigbee2mqtt/412/set",
    "brightness": True,
    "brightness_scale": 254,
    "color_mode": True,
    "supported_color_modes": ["xy", "color_temp"],
    "min_mireds": 150,
    "max_mireds": 500,
    "effect": True,
    "effect_list": ["blink", "breathe"],
}
Z2M_COVER = {
    **Z2M,
    "name": None,
    "command_topic": "zigbee2mqtt/412/set",
    "state_topic": "zigbee2mqtt/412",
    "value_template": '{% if "running" in value_json and value_json.running %} opening '
    "{% elif value_json.position > 0 %} open {% else %} closed {% endif %}",
    "position_topic": "zigbee2mqtt/412",
    "position_template": "{{ value_json.position }}",
    "set_position_topic": "zigbee2mqtt/412/set",
    "set_position_template": '{ "position": {{ position }} }',
}
Z2M_THERMOSTAT = {
    **Z2M,
    "current_temperature_topic": "zigbee2mqtt/412",
    "current_temperature_template": "{{ value_json.local_temperature }}",
    "mode_state_topic": "zigbee2mqtt/412",
    "mode_state_template": "{{ value_json.system_mode }}",
    "mode_command_topic": "zigbee2mqtt/412/set/system_mode",
    "modes": ["off", "auto", "heat"],
    "action_topic": "zigbee2mqtt/412",
    "action_template": "{% set values = {None:None,'idle':'idle','heat':'heating','cool':'cooling'} %}"
    "{{ values[value_json.running_state] }}",
    "temperature_command_topic": "zigbee2mqtt/412/set/occupied_heating_setpoint",
    "temperature_state_topic": "zigbee2mqtt/412",
    "temperature_state_template": "{{ value_json.occupied_heating_setpoint }}",
    "preset_modes": ["schedule", "manual"],
    "preset_mode_command_topic": "zigbee2mqtt/412/set/preset",
    "preset_mode_state_topic": "zigbee2mqtt/412",
    "preset_mode_value_template": "{{ value_json.preset }}",
    "min_temp": "5",
    "max_temp": "30",
    "temp_step": 0.5,
    "temperature_unit": "C",
}
Z2M_CONTACT = {
    **Z2M,
    "device_class": "door",
    "payload_on": False,
    "payload_off": True,
    "state_topic": "zigbee2mqtt/412",
    "value_template": "{{ value_json.contact }}",
}
ESPHOME_CLIMATE = {
    "name": "AC",
    "mode_cmd_t": "esp/climate/ac/mode/command",
    "mode_stat_t": "esp/climate/ac/mode/state",
    "modes": ["off", "heat_cool", "cool", "heat", "dry", "fan_only"],
    "temp_cmd_t": "esp/climate/ac/target_temperature/command",
    "temp_stat_t": "esp/climate/ac/target_temperature/state",
    "curr_temp_t": "esp/climate/ac/current_temperature/state",
    "min_temp": 17,
    "max_temp": 30,
    "temp_step": 0.5,
    "precision": 0.1,
    "temp_unit": "C",
    "act_t": "esp/climate/ac/action/state",
    "fan_mode_cmd_t": "esp/climate/ac/fan_mode/command",
    "fan_mode_stat_t": "esp/climate/ac/fan_mode/state",
    "fan_modes": ["auto", "low", "medium", "high"],
    "avty_t": "esp/status",
    "uniq_id": "ESPclimateac",
    "dev": {
        "ids": "a4cf12",
        "name": "esp",
        "sw": "2024.10",
        "mdl": "esp32dev",
        "mf": "Espressif",
        "cns": [["mac", "a4:cf"]],
    },
}
TASMOTA_LIGHT = {
    "name": "Ceiling",
    "~": "tasmota/412/",
    "cmd_t": "~cmnd/POWER",
    "stat_t": "~tele/STATE",
    "val_tpl": "{{value_json.POWER}}",
    "pl_off": "OFF",
    "pl_on": "ON",
    "bri_cmd_t": "~cmnd/Dimmer",
    "bri_stat_t": "~tele/STATE",
    "bri_scl": 100,
    "on_cmd_type": "brightness",
    "bri_val_tpl": "{{value_json.Dimmer}}",
    "avty_t": "~tele/LWT",
    "pl_avail": "Online",
    "pl_not_avail": "Offline",
    "uniq_id": "5C_LI_1",
    "device": {"identifiers": ["5C"], "connections": [["mac", "5C"]]},
}
TASMOTA_MOTION = {
    "name": "Motion",
    "stat_t": "stat/pir/RESULT",
    "val_tpl": "{{ value_json.Switch1 if 'Switch1' in value_json else 'None' }}",
    "frc_upd": True,
    "off_dly": 1,
    "dev_cla": "motion",
    "uniq_id": "5C_SW_1",
}


def binding(component: str, config: dict[str, Any]) -> Binding:
    (finding,) = read_config(ConfigTopic(component, "node", "it"), orjson.dumps(config))
    assert isinstance(finding, Usable), finding
    return finding.binding


@pytest.mark.parametrize(
    ("component", "config", "topic", "payload", "values"),
    [
        (
            "light",
            Z2M_LIGHT,
            "zigbee2mqtt/412",
            {
                "state": "ON",
                "brightness": 254,
                "color_mode": "xy",
                "color": {"x": 0.3, "y": 0.3},
                "linkquality": 90,
            },
            {"on": True, "brightness_percent": 100.0, "color_mode": "xy", "xy_color": "0.3,0.3"},
        ),
        (
            "cover",
            Z2M_COVER,
            "zigbee2mqtt/412",
            {"position": 40, "running": False},
            {"motion": "open", "position_percent": 40.0},
        ),
        (
            "cover",
            Z2M_COVER,
            "zigbee2mqtt/412",
            {"position": 40, "running": True},
            {"motion": "opening", "position_percent": 40.0},
        ),
        (
            "climate",
            Z2M_THERMOSTAT,
            "zigbee2mqtt/412",
            {
                "local_temperature": 20.3,
                "system_mode": "heat",
                "running_state": "idle",
                "occupied_heating_setpoint": 21,
            },
            {"current_celsius": 20.3, "mode": "heat", "action": "idle", "setpoint_celsius": 21.0},
        ),
        ("binary_sensor", Z2M_CONTACT, "zigbee2mqtt/412", {"contact": False}, {"on": True}),
        ("climate", ESPHOME_CLIMATE, "esp/climate/ac/mode/state", "heat_cool", {"mode": "heat_cool"}),
        (
            "climate",
            ESPHOME_CLIMATE,
            "esp/climate/ac/current_temperature/state",
            "24.5",
            {"current_celsius": 24.5},
        ),
        (
            "light",
            TASMOTA_LIGHT,
            "tasmota/412/tele/STATE",
            {"POWER": "ON", "Dimmer": 60},
            {"on": True, "brightness_percent": 60.0},
        ),
        ("binary_sensor", TASMOTA_MOTION, "stat/pir/RESULT", {"Switch1": "ON"}, {"on": True}),
        ("binary_sensor", TASMOTA_MOTION, "stat/pir/RESULT", {"Other": 1}, {"on": None}),
    ],
)
def test_their_states_are_understood(
    component: str, config: dict[str, Any], topic: str, payload: object, values: dict[str, Value]
) -> None:
    message = Message(payload.encode() if isinstance(payload, str) else orjson.dumps(payload))
    said: dict[str, Value] = {}
    for reader in binding(component, config).readers:
        if reader.topic == topic:
            said.update(reader.read(message))
    assert said == values


@pytest.mark.parametrize(
    ("component", "config", "values", "messages"),
    [
        (
            "light",
            Z2M_LIGHT,
            {"brightness_percent": 50.0},
            [("zigbee2mqtt/412/set", '{"state":"ON","brightness":127}')],
        ),
        ("cover", Z2M_COVER, {"position_percent": 30.0}, [("zigbee2mqtt/412/set", '{ "position": 30 }')]),
        ("cover", Z2M_COVER, {"action": "stop"}, [("zigbee2mqtt/412/set", "STOP")]),
        (
            "climate",
            Z2M_THERMOSTAT,
            {"setpoint_celsius": 21.5, "mode": "heat"},
            [
                ("zigbee2mqtt/412/set/system_mode", "heat"),
                ("zigbee2mqtt/412/set/occupied_heating_setpoint", "21.5"),
            ],
        ),
        (
            "climate",
            ESPHOME_CLIMATE,
            {"fan_mode": "low", "mode": "cool"},
            [("esp/climate/ac/mode/command", "cool"), ("esp/climate/ac/fan_mode/command", "low")],
        ),
        (
            "light",
            TASMOTA_LIGHT,
            {"on": True, "brightness_percent": 35.0},
            [("tasmota/412/cmnd/Dimmer", "35")],
        ),
        ("light", TASMOTA_LIGHT, {"on": False}, [("tasmota/412/cmnd/POWER", "OFF")]),
    ],
)
def test_they_are_told_in_their_own_words(
    component: str, config: dict[str, Any], values: dict[str, Value], messages: list[tuple[str, str]]
) -> None:
    assert [
        (sent.topic, sent.payload.decode()) for sent in binding(component, config).encode(values)
    ] == messages


def test_their_availability_is_understood() -> None:
    bridge, own = binding("light", Z2M_LIGHT).availability
    assert bridge.read(Message(b'{"state":"online"}')) is True
    assert own.read(Message(b'{"state":"offline"}')) is False
    (tasmota,) = binding("light", TASMOTA_LIGHT).availability
    assert tasmota.read(Message(b"Online")) is True
    assert tasmota.read(Message(b"")) is None


def test_a_device_of_several_names_is_one_device() -> None:
    light, contact = binding("light", Z2M_LIGHT), binding("binary_sensor", Z2M_CONTACT)
    assert light.entity.device.key == contact.entity.device.key == "zigbee2mqtt_0x00158d"
    assert light.entity.name == "412"
    assert binding("climate", ESPHOME_CLIMATE).entity.device.key == "a4cf12"
