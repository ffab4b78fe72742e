"""A hotel's worth of devices as a broker remembers them: retained configs, states and availability.

Thirty entities to a room, of the kinds and with the templates that zigbee2mqtt, Tasmota and ESPHome send:
an air conditioner with its sensors, lights, a curtain, contacts, a presence sensor, plugs, a panel switch,
and one meter whose template has a loop, so that only the template worker can read it. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from controller.entities import Value

ENTITIES_A_ROOM = 30
BRIDGE_TOPIC = "zigbee2mqtt/bridge/state"
_LOOP = (
    "{% set ns = namespace(total=0) %}{% for phase in value_json.phases %}"
    "{% set ns.total = ns.total + phase.power %}{% endfor %}{{ ns.total }}"
)


@dataclass(frozen=True, slots=True)
class Retained:
    """One message that the broker keeps."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """What an entity's retained state says of one of its properties."""

    entity_key: str
    property: str
    value: Value


def room_number(index: int) -> str:
    return str(1001 + index)


class _Room:
    def __init__(self, index: int) -> None:
        self.number = room_number(index)
        self.configs: list[Retained] = []
        self.states: list[Retained] = [Retained(BRIDGE_TOPIC, b'{"state": "online"}')]
        self.said: list[Said] = []

    def device(
        self, name: str, model: str, state: dict[str, Any], *entities: tuple[str, str, Value, dict[str, Any]]
    ) -> None:
        """A device with one JSON state; of each entity: "component/object", what it says, and its config."""
        node = f"r{self.number}_{name}"
        topic = f"zigbee2mqtt/{self.number}/{name}"
        self.states.append(Retained(topic, json.dumps(state).encode()))
        self.states.append(Retained(f"{topic}/availability", b'{"state": "online"}'))
        for place, (path, property_name, value, config) in enumerate(entities):
            component, _, thing = path.partition("/")
            whole = {
                "availability": [
                    {"topic": BRIDGE_TOPIC, "value_template": "{{ value_json.state }}"},
                    {"topic": f"{topic}/availability", "value_template": "{{ value_json.state }}"},
                ],
                "availability_mode": "all",
                "device": {
                    "identifiers": [f"zigbee2mqtt_{node}"],
                    "manufacturer": "TuYa",
                    "model": model,
                    "name": f"{self.number} {name.replace('_', ' ')}",
                    "suggested_area": self.number,
                    "sw_version": "2.1.0",
                    "via_device": "zigbee2mqtt_bridge_0x00124b0025e1b2c3",
                },
                "name": thing.replace("_", " ").capitalize() if place else None,
                "object_id": f"{node}_{thing}",
                "origin": {"name": "Zigbee2MQTT", "sw": "2.1.0", "url": "https://www.zigbee2mqtt.io"},
                "unique_id": f"{node}_{thing}_zigbee2mqtt",
                **{key: _filled(each, topic) for key, each in config.items()},
            }
            self.configs.append(
                Retained(f"homeassistant/{component}/{node}/{thing}/config", json.dumps(whole).encode())
            )
            self.said.append(Said(f"{component}/{node}/{thing}", property_name, value))


def _filled(value: Any, topic: str) -> Any:
    return value.replace("TOPIC", topic) if isinstance(value, str) else value


def _measured(
    field: str, value: float, device_class: str, unit: str
) -> tuple[str, str, Value, dict[str, Any]]:
    config = {
        "state_topic": "TOPIC",
        "value_template": f"{{{{ value_json.{field} }}}}",
        "device_class": device_class,
        "state_class": "measurement",
        "unit_of_measurement": unit,
    }
    return f"sensor/{field}", "value", value, config


def _flag(field: str, on: bool, device_class: str) -> tuple[str, str, Value, dict[str, Any]]:
    config = {
        "state_topic": "TOPIC",
        "value_template": f"{{{{ value_json.{field} }}}}",
        "device_class": device_class,
        "payload_on": True,
        "payload_off": False,
    }
    return f"binary_sensor/{field}", "on", on, config


def _switch(on: bool) -> tuple[str, str, Value, dict[str, Any]]:
    config = {
        "state_topic": "TOPIC",
        "command_topic": "TOPIC/set",
        "value_template": "{{ value_json.state }}",
    }
    return "switch/switch", "on", on, config


_CLIMATE = {
    "action_topic": "TOPIC",
    "action_template": "{% set values = {None:None,'idle':'idle','heat':'heating','cool':'cooling'} %}"
    "{{ values[value_json.running_state] }}",
    "current_temperature_topic": "TOPIC",
    "current_temperature_template": "{{ value_json.local_temperature }}",
    "mode_state_topic": "TOPIC",
    "mode_state_template": "{{ value_json.system_mode }}",
    "mode_command_topic": "TOPIC/set/system_mode",
    "modes": ["off", "heat", "cool"],
    "temperature_state_topic": "TOPIC",
    "temperature_state_template": "{{ value_json.occupied_cooling_setpoint }}",
    "temperature_command_topic": "TOPIC/set/occupied_cooling_setpoint",
    "temperature_unit": "C",
    "temp_step": 0.5,
    "min_temp": 16,
    "max_temp": 30,
}
_LIGHT = {
    "schema": "json",
    "state_topic": "TOPIC",
    "command_topic": "TOPIC/set",
    "brightness": True,
    "brightness_scale": 254,
    "supported_color_modes": ["color_temp"],
    "min_mireds": 153,
    "max_mireds": 500,
}
_COVER = {
    "command_topic": "TOPIC/set",
    "position_topic": "TOPIC",
    "position_template": "{{ value_json.position }}",
    "set_position_topic": "TOPIC/set",
    "set_position_template": '{ "position": {{ position }} }',
    "state_topic": "TOPIC",
    "value_template": "{% if not value_json.motor_state %}stopped{% else %}"
    "{{ value_json.motor_state }}{% endif %}",
    "device_class": "curtain",
}
_METER = {
    "state_topic": "TOPIC",
    "value_template": _LOOP,
    "device_class": "power",
    "state_class": "measurement",
    "unit_of_measurement": "W",
}


def _room(index: int) -> _Room:
    room = _Room(index)
    celsius = 20.0 + index % 80 / 10
    room.device(
        "air_conditioner",
        "Thermostat (TS0601)",
        {
            "local_temperature": celsius,
            "system_mode": "cool",
            "running_state": "cool",
            "occupied_cooling_setpoint": 23.5,
            "humidity": 48,
            "energy": 120.5,
            "battery": 97,
        },
        ("climate/climate", "setpoint_celsius", 23.5, _CLIMATE),
        _measured("humidity", 48.0, "humidity", "%"),
        _measured("energy", 120.5, "energy", "kWh"),
        _measured("battery", 97.0, "battery", "%"),
    )
    for name in ("ceiling_light", "bedside_light", "desk_light"):
        room.device(
            name,
            "TRADFRI bulb (LED2101G4)",
            {
                "state": "ON",
                "brightness": 127,
                "color_mode": "color_temp",
                "color_temp": 370,
                "linkquality": 84,
            },
            ("light/light", "on", True, _LIGHT),
            _measured("linkquality", 84.0, "signal_strength", "lqi"),
        )
    room.device(
        "curtain",
        "Curtain motor (ZM85)",
        {"position": 60, "motor_state": "stopped"},
        ("cover/cover", "position_percent", 60.0, _COVER),
    )
    for name, kind in (("door", "door"), ("window", "window")):
        room.device(
            name,
            "Contact sensor (SNZB-04)",
            {"contact": False, "battery": 88, "voltage": 2900},
            _flag("contact", False, kind),
            _measured("battery", 88.0, "battery", "%"),
            _measured("voltage", 2900.0, "voltage", "mV"),
        )
    room.device(
        "presence",
        "Motion sensor (RTCGQ11LM)",
        {"occupancy": True, "illuminance": 214, "battery": 91},
        _flag("occupancy", True, "occupancy"),
        _measured("illuminance", 214.0, "illuminance", "lx"),
        _measured("battery", 91.0, "battery", "%"),
    )
    for name in ("minibar_plug", "kettle_plug"):
        room.device(
            name,
            "Smart plug (TS011F_plug_1)",
            {"state": "ON", "power": 17.5, "energy": 3.2, "current": 0.08},
            _switch(True),
            _measured("power", 17.5, "power", "W"),
            _measured("energy", 3.2, "energy", "kWh"),
            _measured("current", 0.08, "current", "A"),
        )
    room.device(
        "meter",
        "Three-phase meter (SPM02)",
        {"phases": [{"power": 100 + index % 50}, {"power": 20}, {"power": 3}]},
        ("sensor/total", "value", 123.0 + index % 50, _METER),
    )
    room.device("do_not_disturb", "Panel switch (TS0001)", {"state": "OFF"}, _switch(False))
    return room


@dataclass(frozen=True, slots=True)
class Fleet:
    """Everything that the broker keeps of so many rooms, and what the entities should then be."""

    configs: tuple[Retained, ...]
    states: tuple[Retained, ...]
    said: tuple[Said, ...]

    def __iter__(self) -> Iterator[Retained]:
        yield from self.configs
        yield from self.states


def fleet(rooms: int) -> Fleet:
    """The devices of so many rooms, `ENTITIES_A_ROOM` entities each."""
    made = [_room(index) for index in range(rooms)]
    return Fleet(
        tuple(each for room in made for each in room.configs),
        tuple({each.topic: each for room in made for each in room.states}.values()),
        tuple(each for room in made for each in room.said),
    )
