"""light: on, brightness, white colour temperature and effects, in the convention's three schemas.

Colours are passed over: a colour lamp is used as a white one. Brightness counts from 1 to the device's
scale; 0 % is off, any other per cent is at least the device's first step.
"""

from __future__ import annotations

from gateway.mqtt.components import light_basic, light_json, light_template
from gateway.mqtt.components.parts import Parts
from gateway.mqtt.fields import BadConfig, Fields


def build(fields: Fields) -> Parts:
    schema = fields.word("schema", "basic").lower()
    if schema in ("basic", "default"):
        return light_basic.build(fields)
    if schema == "json":
        return light_json.build(fields)
    if schema == "template":
        return light_template.build(fields)
    raise BadConfig(f"there is no light schema {schema[:40]!r}")
