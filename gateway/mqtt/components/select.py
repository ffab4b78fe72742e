"""select: one of the device's own words."""

from __future__ import annotations

from collections.abc import Mapping

from controller.entities import Value
from gateway.mqtt.components.parts import Parts, option_sender, reader
from gateway.mqtt.decode import Convert, choice, word_of
from gateway.mqtt.encode import only
from gateway.mqtt.fields import BadConfig, Fields
from gateway.mqtt.link import Outgoing

ACCEPTS = frozenset({"option"})


def build(fields: Fields) -> Parts:
    fields.must_topic("command_topic")
    options = fields.texts("options", ())
    if not options:
        raise BadConfig("options are missing")
    send = option_sender(fields, "option", options, "command_topic", "command_template")
    assert send is not None

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, ACCEPTS)
        return [message for value in values.values() for message in send(value)]

    return Parts(
        reader(fields, "option", "state_topic", "value_template", _listed(options)),
        encode,
        reports=ACCEPTS if fields.has("state_topic") else frozenset(),
        accepts=ACCEPTS,
        options={"option": options},
    )


def _listed(options: tuple[str, ...]) -> Convert:
    convert = choice(options)
    return lambda raw: None if word_of(raw).lower() == "none" else convert(raw)
