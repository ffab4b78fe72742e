"""light: on, brightness, colour temperature, colours and effects, in the convention's three schemas.

Each way to name a colour that a lamp knows is a property of its own. Brightness counts from 1 to the device's
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
