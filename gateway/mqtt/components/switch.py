"""switch: on or off."""

from __future__ import annotations

from collections.abc import Mapping

from controller.entities import Value
from gateway.mqtt.components.parts import Parts, reader
from gateway.mqtt.decode import mapped
from gateway.mqtt.encode import command, flag_of, only
from gateway.mqtt.fields import Fields
from gateway.mqtt.link import Outgoing

ACCEPTS = frozenset({"on"})


def build(fields: Fields) -> Parts:
    topic = fields.must_topic("command_topic")
    payload_on, payload_off = fields.word("payload_on", "ON"), fields.word("payload_off", "OFF")
    template = fields.template("command_template")
    qos = fields.command_qos()
    words: dict[str, Value] = {
        fields.word("state_off", payload_off): False,
        fields.word("state_on", payload_on): True,
    }
    readers = reader(fields, "on", "state_topic", "value_template", mapped(words))

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, ACCEPTS)
        return [
            command(topic, payload_on if flag_of("on", value) else payload_off, template, qos)
            for value in values.values()
        ]

    return Parts(readers, encode, reports=ACCEPTS if readers else frozenset(), accepts=ACCEPTS)
