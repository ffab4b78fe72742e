"""How the simulated devices introduce themselves: Home Assistant MQTT discovery configs."""

from __future__ import annotations

import json
from typing import Any

from simulators.building import RoomPlan
from simulators.wire import OUTSIDE, availability_topic, topic

MAKER = "Simulated Devices"
SOFTWARE = "2.4.1"
MODES = ("off", "heat", "cool", "auto", "dry", "fan_only")
FAN_MODES = ("auto", "low", "medium", "high")
LOWEST_SETPOINT, HIGHEST_SETPOINT, SETPOINT_STEP = 16.0, 30.0, 0.5
CEILING_SCALE, BEDSIDE_SCALE = 254, 255

Config = dict[str, Any]


def _field(name: str) -> str:
    return "{{ value_json." + name + " }}"


def _device(area: str, key: str, name: str, model: str, via: str | None = None) -> Config:
    device: Config = {
        "identifiers": [f"simulated_{key}"],
        "name": name,
        "manufacturer": MAKER,
        "model": model,
        "sw_version": SOFTWARE,
        "suggested_area": area,
    }
    if via is not None:
        device["via_device"] = f"simulated_{via}"
    return device


def _entity(gateway: str, object_id: str, name: str, device: Config, **rest: Any) -> Config:
    return {
        "name": name,
        "unique_id": f"simulated_{gateway}_{object_id}",
        "device": device,
        "origin": {"name": "room simulators", "sw_version": SOFTWARE},
        "availability_topic": availability_topic(gateway),
        "payload_available": "online",
        "payload_not_available": "offline",
        **rest,
    }


def room_configs(plan: RoomPlan, prefix: str) -> dict[str, Config]:
    """Discovery configs of all devices of a room, by config topic."""
    room, area = plan.number, f"Room {plan.number}"
    panel_key = f"{room}_panel"

    def device(key: str, name: str, model: str, via_panel: bool = False) -> Config:
        return _device(area, f"{room}_{key}", f"{name} {room}", model, panel_key if via_panel else None)

    conditioner = device("ac", "Air conditioner", "SD-INV26")
    ceiling = device("ceiling_light", "Ceiling light", "SD-DIM254")
    bedside = device("bedside_light", "Bedside light", "SD-DIM255")
    curtain = device("curtain", "Curtain", "SD-CURTAIN")
    climate = device("climate", "Climate sensor", "SD-TH2", via_panel=True)
    door = device("door", "Door sensor", "SD-CONTACT", via_panel=True)
    window = device("window", "Window sensor", "SD-CONTACT", via_panel=True)
    presence = device("presence", "Presence sensor", "SD-MMW", via_panel=True)
    panel = device("panel", "Door panel", "SD-PANEL")

    ac, ac_set = topic(room, "ac", "state"), topic(room, "ac", "set")
    sensed, cover = topic(room, "climate", "state"), topic(room, "curtain", "state")
    panel_state = topic(room, "panel", "state")

    def at(component: str, object_id: str) -> str:
        return f"{prefix}/{component}/room_{room}/{object_id}/config"

    configs = {
        at("climate", "air_conditioner"): _entity(
            room,
            "air_conditioner",
            "Air conditioner",
            conditioner,
            modes=list(MODES),
            mode_state_topic=ac,
            mode_state_template=_field("system_mode"),
            mode_command_topic=f"{ac_set}/system_mode",
            temperature_state_topic=ac,
            temperature_state_template=_field("target_temperature"),
            temperature_command_topic=f"{ac_set}/target_temperature",
            min_temp=LOWEST_SETPOINT,
            max_temp=HIGHEST_SETPOINT,
            temp_step=SETPOINT_STEP,
            temperature_unit="C",
            fan_modes=list(FAN_MODES),
            fan_mode_state_topic=ac,
            fan_mode_state_template=_field("fan_mode"),
            fan_mode_command_topic=f"{ac_set}/fan_mode",
            current_temperature_topic=ac,
            current_temperature_template=_field("local_temperature"),
            action_topic=ac,
            action_template=_field("running_state"),
        ),
        at("sensor", "power"): _entity(
            room,
            "power",
            "Power",
            conditioner,
            state_topic=topic(room, "ac", "power"),
            unit_of_measurement="W",
            device_class="power",
            state_class="measurement",
        ),
        at("light", "ceiling_light"): _entity(
            room,
            "ceiling_light",
            "Ceiling light",
            ceiling,
            schema="json",
            state_topic=topic(room, "ceiling_light", "state"),
            command_topic=topic(room, "ceiling_light", "set"),
            brightness=True,
            brightness_scale=CEILING_SCALE,
            supported_color_modes=["brightness"],
        ),
        at("light", "bedside_light"): _entity(
            room,
            "bedside_light",
            "Bedside light",
            bedside,
            state_topic=topic(room, "bedside_light", "state"),
            command_topic=topic(room, "bedside_light", "set"),
            payload_on="ON",
            payload_off="OFF",
            brightness_state_topic=topic(room, "bedside_light", "brightness"),
            brightness_command_topic=topic(room, "bedside_light", "set", "brightness"),
            brightness_scale=BEDSIDE_SCALE,
        ),
        at("cover", "curtain"): _entity(
            room,
            "curtain",
            "Curtain",
            curtain,
            device_class="curtain",
            command_topic=topic(room, "curtain", "set"),
            payload_open="OPEN",
            payload_close="CLOSE",
            payload_stop="STOP",
            state_topic=cover,
            value_template=_field("state"),
            position_topic=cover,
            position_template=_field("position"),
            set_position_topic=topic(room, "curtain", "set", "position"),
            position_open=100,
            position_closed=0,
        ),
        at("sensor", "temperature"): _entity(
            room,
            "temperature",
            "Temperature",
            climate,
            state_topic=sensed,
            value_template=_field("temperature"),
            unit_of_measurement="°C",
            device_class="temperature",
            state_class="measurement",
        ),
        at("sensor", "humidity"): _entity(
            room,
            "humidity",
            "Humidity",
            climate,
            state_topic=sensed,
            value_template=_field("humidity"),
            unit_of_measurement="%",
            device_class="humidity",
            state_class="measurement",
        ),
        at("binary_sensor", "door"): _entity(
            room,
            "door",
            "Door",
            door,
            state_topic=topic(room, "door", "state"),
            payload_on="ON",
            payload_off="OFF",
            device_class="door",
        ),
        at("binary_sensor", "window"): _entity(
            room,
            "window",
            "Window",
            window,
            state_topic=topic(room, "window", "state"),
            value_template=_field("window"),
            payload_on="open",
            payload_off="closed",
            device_class="window",
        ),
        at("binary_sensor", "presence"): _entity(
            room,
            "presence",
            "Presence",
            presence,
            state_topic=topic(room, "presence", "state"),
            value_template=_field("occupancy"),
            payload_on="detected",
            payload_off="clear",
            device_class="occupancy",
        ),
    }
    for object_id, name in (("do_not_disturb", "Do not disturb"), ("make_up_room", "Make up room")):
        configs[at("switch", object_id)] = _entity(
            room,
            object_id,
            name,
            panel,
            state_topic=panel_state,
            value_template=_field(object_id),
            command_topic=topic(room, "panel", "set", object_id),
            payload_on="ON",
            payload_off="OFF",
        )
    return configs


def outdoor_configs(prefix: str) -> dict[str, Config]:
    """Discovery config of the weather station on the roof."""
    station = _device("Outdoor", "outdoor_station", "Weather station", "SD-ROOF")
    return {
        f"{prefix}/sensor/{OUTSIDE}/temperature/config": _entity(
            OUTSIDE,
            "temperature",
            "Outdoor temperature",
            station,
            state_topic=topic(OUTSIDE, "station", "state"),
            value_template=_field("temperature"),
            unit_of_measurement="°C",
            device_class="temperature",
            state_class="measurement",
        )
    }


def payload(config: Config) -> bytes:
    """A config as it goes on the wire."""
    return json.dumps(config, separators=(",", ":"), ensure_ascii=False).encode()
