"""cover: a curtain. 100 % is open, whichever way round the device counts. Slats are not driven yet."""

from __future__ import annotations

from collections.abc import Mapping

from controller.entities import Limits, Value
from gateway.mqtt.binding import Read, Reader
from gateway.mqtt.components.parts import Parts, reader
from gateway.mqtt.decode import (
    NONE_TEXT,
    Message,
    Nothing,
    Unreadable,
    mapped,
    number,
    picked,
    read_json,
    word_of,
)
from gateway.mqtt.encode import command, number_of, only, option_of
from gateway.mqtt.fields import BadConfig, Fields
from gateway.mqtt.link import Outgoing

MOST_POSITION = 1_000_000


def build(fields: Fields) -> Parts:
    at_open = fields.whole("position_open", 100, -MOST_POSITION, MOST_POSITION)
    at_closed = fields.whole("position_closed", 0, -MOST_POSITION, MOST_POSITION)
    if at_open == at_closed:
        raise BadConfig("position_open and position_closed must differ")
    constants = {
        "position_open": at_open,
        "position_closed": at_closed,
        "tilt_min": fields.whole("tilt_min", 0, -MOST_POSITION, MOST_POSITION),
        "tilt_max": fields.whole("tilt_max", 100, -MOST_POSITION, MOST_POSITION),
    }
    topic, position_topic = fields.topic("command_topic"), fields.topic("set_position_topic")
    has_position = fields.has("position_topic")
    position_template = fields.template("set_position_template", constants, frozenset({"position"}))
    payloads = {
        "open": fields.payload("payload_open", "OPEN"),
        "close": fields.payload("payload_close", "CLOSE"),
        "stop": fields.payload("payload_stop", "STOP"),
    }
    actions = tuple(name for name, payload in payloads.items() if payload is not None) if topic else ()
    qos = fields.command_qos()
    accepts = frozenset(
        ({"action"} if actions else set()) | ({"position_percent"} if position_topic else set())
    )
    span = at_open - at_closed

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, accepts)
        messages: list[Outgoing] = []
        if "position_percent" in values and position_topic is not None:
            percent = round(number_of("position_percent", values["position_percent"], 0.0, 100.0))
            target = round(at_closed + span * percent / 100.0)
            messages.append(command(position_topic, target, position_template, qos, position=percent))
        if "action" in values and topic is not None:
            payload = payloads[option_of("action", values["action"], actions)]
            messages.append(command(topic, payload, None, qos))
        return messages

    readers = _readers(fields, at_closed, span, constants)
    reports = {"motion"} if readers else set()
    if has_position:
        reports.add("position_percent")
    return Parts(
        readers,
        encode,
        reports=frozenset(reports),
        accepts=accepts,
        options={"action": actions} if actions else {},
        limits={"position_percent": Limits(0.0, 100.0, max(1.0, 100.0 / abs(span)))}
        if position_topic
        else {},
    )


def _readers(
    fields: Fields, at_closed: int, span: int, constants: Mapping[str, object]
) -> tuple[Reader, ...]:
    words: dict[str, Value] = {
        fields.word("state_stopped", "stopped"): "stopped",
        fields.word("state_opening", "opening"): "opening",
        fields.word("state_closing", "closing"): "closing",
        fields.word("state_closed", "closed"): "closed",
        fields.word("state_open", "open"): "open",
    }
    readers = reader(fields, "motion", "state_topic", "value_template", mapped(words))
    topic = fields.topic("position_topic")
    if topic is not None:
        read = _position_reader(fields, at_closed, span, constants, tells_motion=not readers)
        readers += (Reader(topic, fields.state_qos(), read),)
    return readers


def _position_reader(
    fields: Fields, at_closed: int, span: int, constants: Mapping[str, object], *, tells_motion: bool
) -> Read:
    pick = picked(fields.template("position_template", constants))
    to_number = number()

    def read(message: Message) -> list[tuple[str, Value]]:
        raw = pick(message)
        if not isinstance(raw, int | float):
            try:
                said = word_of(raw)
            except Nothing:
                return []
            # The position may come in a JSON object, together with the slats' tilt.
            raw = said
            if said.startswith("{"):
                body = read_json(said.encode())
                if not isinstance(body, dict) or "position" not in body:
                    raise Unreadable("not_a_number", "the object holds no position")
                raw = body["position"]
            elif said == NONE_TEXT:
                return [("position_percent", None)]
        found = to_number(raw)
        if found is None:
            return [("position_percent", None)]
        percent = float(round(min(100.0, max(0.0, (float(found) - at_closed) / span * 100.0))))
        values: list[tuple[str, Value]] = [("position_percent", percent)]
        if tells_motion:
            values.append(("motion", "closed" if percent == 0.0 else "open"))
        return values

    return read
