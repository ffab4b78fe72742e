"""Samples as InfluxDB's line protocol: one measurement a property, tags for where, one field `value`.

`temperature_celsius,device=sensor/n412/air,property=main,room=412 value=21.5 1784001600000`
(precision milliseconds). Source: InfluxDB v2 reference, "Line protocol".
"""

from __future__ import annotations

import math

from controller.ports import Sample


def line(sample: Sample, property_id: str) -> str | None:
    """The line of one sample, or None when it cannot be one (no number, no name, no zone)."""
    try:
        value = float(sample.value)
        if not math.isfinite(value) or not sample.property or sample.at.tzinfo is None:
            return None
        at_ms = round(sample.at.timestamp() * 1000)
        measurement = _escape(sample.property, ", ")
        # Tags in alphabetical order; an empty tag value is not allowed.
        tags = f",device={_escape(sample.device_key, ',= ')}" if sample.device_key else ""
        tags += f",property={_escape(property_id, ',= ')}"
        tags += f",room={_escape(sample.room, ',= ')}" if sample.room else ""
    except (TypeError, ValueError, AttributeError, OverflowError):
        return None
    return f"{measurement}{tags} value={value!r} {at_ms}"


def _escape(text: str, special: str) -> str:
    # A line break ends a point and cannot be escaped everywhere; a trailing backslash would eat a comma.
    text = text.replace("\n", " ").replace("\r", " ").replace("\\", "/")
    for character in special:
        text = text.replace(character, "\\" + character)
    return text
