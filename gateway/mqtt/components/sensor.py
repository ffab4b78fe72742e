"""sensor: a number, a moment or a word. Temperatures become degrees Celsius."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.mqtt.components.parts import Parts, reader
from gateway.mqtt.decode import Convert, choice, date, moment, number, text, to_celsius
from gateway.mqtt.fields import BadConfig, Fields

DEGREES = {"°F": "F", "℉": "F", "F": "F", "K": "K", "°C": "C", "℃": "C", "C": "C"}
# Classes of figures that may come without a unit; every other figure has one.
FIGURES = frozenset({"aqi", "battery", "humidity", "monetary", "moisture", "ph", "power_factor"})
WORDY_CLASSES = frozenset({"enum"})
MOMENTS: Mapping[str, Convert] = {"date": date(), "timestamp": moment(), "uptime": moment()}


def build(fields: Fields) -> Parts:
    fields.must_topic("state_topic")
    unit = fields.text("unit_of_measurement")
    device_class = fields.text("device_class")
    options = fields.texts("options", ())
    if options:
        convert = choice(options)
    elif device_class is not None and device_class in MOMENTS:
        convert = MOMENTS[device_class]
    elif device_class not in WORDY_CLASSES and (
        unit
        or device_class in FIGURES
        or fields.has("state_class")
        or fields.has("suggested_display_precision")
    ):
        degrees = (
            DEGREES.get(unit or "") if device_class == "temperature" or unit in ("°F", "℉", "°C") else None
        )
        convert = number(to_celsius(degrees) if degrees is not None else None)
        unit = "°C" if degrees is not None else unit
    else:
        convert = text()
    expire_after = fields.number("expire_after", 0)
    if expire_after < 0:
        raise BadConfig("expire_after must not be negative")
    return Parts(
        readers=reader(fields, "value", "state_topic", "value_template", convert),
        reports=frozenset({"value"}),
        options={"value": options} if options else {},
        unit=unit,
        expire_after_seconds=expire_after or None,
    )


def _is_counted(fields: Fields) -> bool:
    return fields.has("state_class") or fields.has("suggested_display_precision")
