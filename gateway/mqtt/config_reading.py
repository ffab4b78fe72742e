"""What the house may know of a kept discovery config without knowing the convention.

Pure. A config here is one that was read before (`Binding.config`): long names, `~` filled in. Whatever
else comes gives nothing, never an exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import orjson

# What a command is made of beside topics and templates, and what a config means that leaves it out.
_PARTS_OF_COMMANDS: Mapping[str, str | None] = MappingProxyType(
    {
        "payload_on": "ON",
        "payload_off": "OFF",
        "payload_open": "OPEN",
        "payload_close": "CLOSE",
        "payload_stop": "STOP",
        "payload_press": "PRESS",
        "payload_lock": "LOCK",
        "payload_unlock": "UNLOCK",
        "payload_oscillation_on": "oscillate_on",
        "payload_oscillation_off": "oscillate_off",
        "schema": None,
        "on_command_type": "last",
        "temperature_unit": None,
        "brightness_scale": "255",
        "color_temp_kelvin": "False",
        "position_open": "100",
        "position_closed": "0",
        "tilt_min": "0",
        "tilt_max": "100",
        "speed_range_min": "1",
        "speed_range_max": "100",
    }
)
_TEMPLATES_OF_COMMANDS = frozenset({"set_position_template"})
_TOPICS_OF_COMMANDS = frozenset({"set_position_topic"})


class ConfigReader:
    """`controller.ports.ConfigReading` for discovery configs."""

    def ways(self, config: str) -> Mapping[str, str]:
        """How the device is commanded: topics, templates, payloads, scales. Empty: it takes no commands.

        What is said though it is the usual one is the same as what is left out. The values that a
        device offers to choose from are no part of it: a new fan speed is nothing to approve.
        """
        said = _object(config)
        topics = {
            name: str(value)
            for name, value in said.items()
            if (name.endswith("command_topic") or name in _TOPICS_OF_COMMANDS) and value is not None
        }
        if not topics:
            return {}
        templates = {
            name: str(value)
            for name, value in said.items()
            if _is_command_template(name) and value is not None
        }
        parts = {
            name: text
            for name, usual in _PARTS_OF_COMMANDS.items()
            if name in said and (text := _text(said[name])) != usual
        }
        return topics | templates | parts

    def topics(self, config: str) -> list[str]:
        """Where the device speaks and listens, in the order of the config's names."""
        said = _object(config)
        return [value for name, value in said.items() if name.endswith("topic") and isinstance(value, str)]

    def unique_id(self, config: str) -> str | None:
        found = _object(config).get("unique_id")
        return str(found) if found is not None else None


def _is_command_template(name: str) -> bool:
    # command_on_template and command_off_template are a template light's.
    return name in _TEMPLATES_OF_COMMANDS or (name.endswith("_template") and "command_" in name)


def _text(value: object) -> str:
    if value is None:
        return "null"  # takes the ability away
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _object(config: str) -> dict[str, Any]:
    try:
        said = orjson.loads(config)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}
