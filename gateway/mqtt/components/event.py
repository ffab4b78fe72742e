"""event: something happened. What the broker kept happened long ago and is no event any more."""

from __future__ import annotations

from collections.abc import Sequence

from controller.entities import Value
from gateway.mqtt.binding import Reader
from gateway.mqtt.components.parts import Parts
from gateway.mqtt.decode import NONE_TEXT, Message, Nothing, Unreadable, choice, picked, read_json, word_of
from gateway.mqtt.fields import BadConfig, Fields


def build(fields: Fields) -> Parts:
    topic = fields.must_topic("state_topic")
    kinds = fields.texts("event_types", ())
    if not kinds:
        raise BadConfig("event_types are missing")
    pick, one_of = picked(fields.template("value_template")), choice(kinds)

    def read(message: Message) -> Sequence[tuple[str, Value]]:
        if message.retained:
            return ()
        try:
            text = word_of(pick(message))
        except Nothing:
            return ()
        if text in (NONE_TEXT, "null", "{}"):
            return ()
        body = read_json(text.encode())
        if not isinstance(body, dict) or "event_type" not in body:
            raise Unreadable("not_json", "an event must be a JSON object with its event_type")
        try:
            return (("event", one_of(body["event_type"])),)
        except Nothing:
            raise Unreadable("unlisted_value", "the event_type is empty") from None

    return Parts(
        (Reader(topic, fields.state_qos(), read),), reports=frozenset({"event"}), options={"event": kinds}
    )
