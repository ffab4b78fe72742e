"""number: a number that can be set, in the device's own unit."""

from __future__ import annotations

from collections.abc import Mapping

from controller.entities import Limits, Value
from gateway.mqtt.components.parts import Parts, reader
from gateway.mqtt.decode import Convert, Unreadable, number, word_of
from gateway.mqtt.encode import command, number_of, only
from gateway.mqtt.fields import BadConfig, Fields
from gateway.mqtt.link import Outgoing

ACCEPTS = frozenset({"value"})


def build(fields: Fields) -> Parts:
    topic, template = fields.must_topic("command_topic"), fields.template("command_template")
    low, high, step = fields.number("min", 1.0), fields.number("max", 100.0), fields.number("step", 1.0)
    if low > high or step <= 0:
        raise BadConfig("min must not be above max, and step must be above 0")
    qos = fields.command_qos()

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, ACCEPTS)
        messages = []
        for value in values.values():
            asked = number_of("value", value, low, high)
            whole = int(asked) if asked.is_integer() else asked
            messages.append(command(topic, whole, template, qos))
        return messages

    convert = _within(fields.word("payload_reset", "None"), low, high)
    return Parts(
        reader(fields, "value", "state_topic", "value_template", convert),
        encode,
        reports=ACCEPTS if fields.has("state_topic") else frozenset(),
        accepts=ACCEPTS,
        limits={"value": Limits(low, high, step)},
        unit=fields.text("unit_of_measurement"),
    )


def _within(reset: str, low: float, high: float) -> Convert:
    to_number = number()

    def convert(raw: object) -> Value:
        if word_of(raw) == reset:
            return None
        found = to_number(raw)
        if isinstance(found, int | float) and not low <= found <= high:
            raise Unreadable("out_of_range", f"{found:g} is not from {low:g} to {high:g}")
        return found

    return convert
