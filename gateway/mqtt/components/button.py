"""button: something that can only be pressed."""

from __future__ import annotations

from collections.abc import Mapping

from controller.entities import Value
from gateway.mqtt.components.parts import Parts
from gateway.mqtt.encode import Unsendable, command, flag_of, only
from gateway.mqtt.fields import Fields
from gateway.mqtt.link import Outgoing

ACCEPTS = frozenset({"press"})


def build(fields: Fields) -> Parts:
    topic, template = fields.must_topic("command_topic"), fields.template("command_template")
    payload, qos = fields.word("payload_press", "PRESS"), fields.command_qos()

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, ACCEPTS)
        if not all(flag_of("press", value) for value in values.values()):
            raise Unsendable("a button can only be pressed")
        return [command(topic, payload, template, qos) for _ in values]

    return Parts(encode=encode, accepts=ACCEPTS)
