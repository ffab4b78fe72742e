"""Every simulated device's config is valid for Home Assistant, too.

The rules are our own table of what its documentation asks of each component: keys that must be there,
keys that are known, device classes with their units, and the device block.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from simulators.discovery import outdoor_configs
from tests.unit.simulators_fakes import House

COMMON = frozenset(
    [
        "name",
        "unique_id",
        "object_id",
        "default_entity_id",
        "device",
        "origin",
        "icon",
        "entity_category",
        "enabled_by_default",
        "qos",
        "encoding",
        "availability",
        "availability_mode",
        "availability_template",
        "availability_topic",
        "payload_available",
        "payload_not_available",
        "json_attributes_topic",
        "json_attributes_template",
    ]
)
MUST = {
    "climate": frozenset(),
    "light": {"command_topic"},
    "cover": frozenset(),
    "switch": {"command_topic"},
    "sensor": {"state_topic"},
    "binary_sensor": {"state_topic"},
}
MAY = {
    "climate": """modes mode_state_topic mode_state_template mode_command_topic mode_command_template
        temperature_state_topic temperature_state_template temperature_command_topic
        temperature_command_template temperature_low_state_topic temperature_low_state_template
        temperature_low_command_topic temperature_low_command_template temperature_high_state_topic
        temperature_high_state_template temperature_high_command_topic temperature_high_command_template
        min_temp max_temp temp_step temperature_unit precision initial fan_modes fan_mode_state_topic
        fan_mode_state_template fan_mode_command_topic fan_mode_command_template swing_modes
        swing_mode_state_topic swing_mode_state_template swing_mode_command_topic
        swing_mode_command_template preset_modes preset_mode_state_topic preset_mode_value_template
        preset_mode_command_topic preset_mode_command_template current_temperature_topic
        current_temperature_template current_humidity_topic current_humidity_template action_topic
        action_template power_command_topic power_command_template payload_on payload_off optimistic
        retain value_template""",
    "light": """schema command_topic state_topic state_value_template value_template payload_on payload_off
        brightness brightness_scale brightness_state_topic brightness_command_topic
        brightness_value_template brightness_command_template supported_color_modes color_temp_kelvin
        color_temp_state_topic color_temp_command_topic color_temp_value_template
        color_temp_command_template min_mireds max_mireds min_kelvin max_kelvin effect effect_list
        on_command_type optimistic retain""",
    "cover": """command_topic state_topic value_template payload_open payload_close payload_stop state_open
        state_opening state_closed state_closing state_stopped position_topic position_template
        set_position_topic set_position_template position_open position_closed tilt_command_topic
        tilt_status_topic tilt_status_template tilt_command_template tilt_min tilt_max device_class
        optimistic retain""",
    "switch": """command_topic state_topic value_template command_template payload_on payload_off state_on
        state_off device_class optimistic retain""",
    "sensor": """state_topic value_template unit_of_measurement device_class state_class expire_after
        force_update options suggested_display_precision last_reset_value_template""",
    "binary_sensor": """state_topic value_template payload_on payload_off device_class expire_after off_delay
        force_update""",
}
CLASSES: dict[str, frozenset[str]] = {
    "cover": frozenset(
        ["awning", "blind", "curtain", "damper", "door", "garage", "gate", "shade", "shutter", "window"]
    ),
    "switch": frozenset({"outlet", "switch"}),
    "binary_sensor": frozenset(
        [
            "battery",
            "battery_charging",
            "carbon_monoxide",
            "cold",
            "connectivity",
            "door",
            "garage_door",
            "gas",
            "heat",
            "light",
            "lock",
            "moisture",
            "motion",
            "moving",
            "occupancy",
            "opening",
            "plug",
            "power",
            "presence",
            "problem",
            "running",
            "safety",
            "smoke",
            "sound",
            "tamper",
            "update",
            "vibration",
            "window",
        ]
    ),
}
UNITS = {
    "temperature": {"°C", "°F", "K"},
    "humidity": {"%"},
    "power": {"mW", "W", "kW", "MW", "GW", "TW", "BTU/h"},
    "energy": {"J", "kJ", "MJ", "GJ", "mWh", "Wh", "kWh", "MWh", "GWh", "TWh", "cal", "kcal", "Mcal", "Gcal"},
    "illuminance": {"lx"},
    "carbon_dioxide": {"ppm"},
}
MODES = {"auto", "off", "cool", "heat", "dry", "fan_only", "heat_cool"}
COLOR_MODES = {"onoff", "brightness", "color_temp", "hs", "xy", "rgb", "rgbw", "rgbww", "white"}
STATE_CLASSES = {"measurement", "measurement_angle", "total", "total_increasing"}
DEVICE = frozenset(
    [
        "identifiers",
        "connections",
        "name",
        "manufacturer",
        "model",
        "model_id",
        "serial_number",
        "sw_version",
        "hw_version",
        "suggested_area",
        "configuration_url",
        "via_device",
    ]
)


def complaints(topic: str, config: dict[str, Any]) -> Iterator[str]:
    """What Home Assistant would find wrong."""
    prefix, component, node, entity, last = topic.split("/")
    if (prefix, last) != ("homeassistant", "config"):
        yield "the topic"
    for part in (node, entity):
        if not part.replace("_", "").replace("-", "").isalnum() or not part.isascii():
            yield f"the id {part}"
    known = COMMON | set(MAY[component].split())
    yield from (f"unknown key {key}" for key in config if key not in known)
    yield from (f"missing key {key}" for key in MUST[component] if key not in config)
    for key, value in config.items():
        if key.endswith("_topic") and (not isinstance(value, str) or not value or set("+#\0") & set(value)):
            yield f"{key} is no topic"
        if key.endswith("_template") and not isinstance(value, str):
            yield f"{key} is no template"
    if not config.get("unique_id"):
        yield "no unique_id"
    yield from _about_device(config)
    yield from _about_classes(component, config)


def _about_device(config: dict[str, Any]) -> Iterator[str]:
    device, origin = config.get("device"), config.get("origin")
    if not isinstance(device, dict) or not (device.get("identifiers") or device.get("connections")):
        yield "no device block"
    else:
        yield from (f"unknown device key {key}" for key in device if key not in DEVICE)
        yield from (
            f"device {key} is missing" for key in ("name", "manufacturer", "model") if not device.get(key)
        )
    if not isinstance(origin, dict) or not origin.get("name"):
        yield "no origin"


def _about_classes(component: str, config: dict[str, Any]) -> Iterator[str]:
    device_class, unit = config.get("device_class"), config.get("unit_of_measurement")
    if component in CLASSES and device_class is not None and device_class not in CLASSES[component]:
        yield f"device class {device_class}"
    if component == "sensor":
        if device_class is not None and unit not in UNITS.get(device_class, {unit}):
            yield f"unit {unit} of {device_class}"
        if unit is not None and config.get("state_class") not in STATE_CLASSES:
            yield "a number without a state class is not recorded"
    if component == "climate":
        if not set(config.get("modes", ())) <= MODES:
            yield "modes"
        if config["temp_step"] <= 0 or config["min_temp"] >= config["max_temp"]:
            yield "the range of the setpoint"
        if config.get("temperature_unit") not in ("C", "F"):
            yield "no temperature unit"
    if component == "light" and not set(config.get("supported_color_modes", ())) <= COLOR_MODES:
        yield "colour modes"
    if component == "cover" and "set_position_topic" in config and "position_topic" not in config:
        yield "set_position_topic without position_topic"


@pytest.fixture(scope="module")
def configs() -> dict[str, dict[str, Any]]:
    """All configs of a small simulated hotel, as they go on the wire."""
    return {
        topic: json.loads(payload)
        for topic, payload in House(rooms=3).wire.state.items()
        if topic.startswith("homeassistant/")
    }


def test_home_assistant_can_use_every_simulated_device(configs: dict[str, dict[str, Any]]) -> None:
    assert len(configs) >= 3 * 12 + 1
    assert {topic.split("/")[1] for topic in configs} == set(MUST)
    found = {topic: list(complaints(topic, config)) for topic, config in configs.items()}
    assert {topic: wrong for topic, wrong in found.items() if wrong} == {}


def test_the_simulated_hotel_has_each_unique_id_once(configs: dict[str, dict[str, Any]]) -> None:
    ids = [config["unique_id"] for config in configs.values()]
    assert len(ids) == len(set(ids))


def test_the_checker_finds_what_is_wrong() -> None:
    (topic,) = outdoor_configs("homeassistant")
    good = outdoor_configs("homeassistant")[topic]
    assert list(complaints(topic, {**good, "unit_of_measurement": "bar"})) == ["unit bar of temperature"]
    assert list(complaints(topic, {**good, "state_topic": "a/+"})) == ["state_topic is no topic"]
    assert list(complaints(topic, {**good, "sparkles": 1})) == ["unknown key sparkles"]
    assert list(complaints(topic, {**good, "device": {"name": "x"}})) == ["no device block"]
