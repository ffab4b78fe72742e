"""binary_sensor: something is so or it is not."""

from __future__ import annotations

from gateway.mqtt.components.parts import Parts, reader
from gateway.mqtt.decode import mapped
from gateway.mqtt.fields import BadConfig, Fields


def build(fields: Fields) -> Parts:
    fields.must_topic("state_topic")
    convert = mapped({fields.word("payload_off", "OFF"): False, fields.word("payload_on", "ON"): True})
    expire_after, off_delay = fields.number("expire_after", 0), fields.number("off_delay", 0)
    if expire_after < 0 or off_delay < 0:
        raise BadConfig("expire_after and off_delay must not be negative")
    return Parts(
        readers=reader(fields, "on", "state_topic", "value_template", convert),
        reports=frozenset({"on"}),
        expire_after_seconds=expire_after or None,
        off_delay_seconds=off_delay or None,
    )
