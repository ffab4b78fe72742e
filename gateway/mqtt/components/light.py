"""light: on, off and brightness, in the default and the JSON schema.

Colour is not for hotels' rooms yet: a colour lamp is used as a white one, what it says of its colour
is passed over. Brightness counts from 1 to the device's scale; 0 % is off, any other per cent is at
least the device's first step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson

from controller.entities import Limits, Value
from gateway.mqtt.binding import Reader
from gateway.mqtt.components.parts import Parts, reader
from gateway.mqtt.decode import Message, Nothing, Unreadable, mapped, number, picked
from gateway.mqtt.encode import Unsendable, command, flag_of, number_of, only
from gateway.mqtt.fields import BadConfig, Fields, NotSupported
from gateway.mqtt.link import Outgoing

# Every other colour mode has a brightness.
MODES_WITHOUT_BRIGHTNESS = frozenset({"onoff", "unknown"})
MOST_SCALE = 1_000_000


def build(fields: Fields) -> Parts:
    schema = fields.word("schema", "basic").lower()
    if schema in ("basic", "default"):
        return _default(fields)
    if schema == "json":
        return _json(fields)
    if schema == "template":
        raise NotSupported("a light with the template schema")
    raise BadConfig(f"there is no light schema {schema[:40]!r}")


def _scale(fields: Fields) -> int:
    return fields.whole("brightness_scale", 255, 1, MOST_SCALE)


def _limits(scale: int) -> Limits:
    return Limits(0.0, 100.0, 100.0 / scale)


def _percent(level: float, scale: int) -> float:
    return round(min(100.0, max(0.0, level / scale * 100.0)), 3)


def _level(percent: float, scale: int) -> int:
    return min(scale, max(1, round(percent / 100.0 * scale)))


def _wanted(values: Mapping[str, Value]) -> tuple[bool, float | None]:
    """Whether the lamp is to be on, and how bright (None: as it was)."""
    percent: float | None = None
    if "brightness_percent" in values:
        percent = number_of("brightness_percent", values["brightness_percent"], 0.0, 100.0)
    on = flag_of("on", values["on"]) if "on" in values else True
    if percent == 0.0:
        on, percent = False, None
    return on, percent if on else None


def _default(fields: Fields) -> Parts:
    topic = fields.must_topic("command_topic")
    brightness_topic = fields.topic("brightness_command_topic")
    brightness_template = fields.template("brightness_command_template")
    payload_on, payload_off = fields.word("payload_on", "ON"), fields.word("payload_off", "OFF")
    order = fields.word("on_command_type", "last")
    if order not in ("last", "first", "brightness"):
        raise BadConfig("on_command_type must be last, first or brightness")
    scale, qos = _scale(fields), fields.command_qos()
    template_key = "state_value_template" if fields.has("state_value_template") else "value_template"
    on_words: dict[str, Value] = {payload_off: False, payload_on: True}
    readers = reader(fields, "on", "state_topic", template_key, mapped(on_words))
    if brightness_topic is not None:
        readers += _brightness_reader(fields, scale)
    accepts = frozenset({"on"} | ({"brightness_percent"} if brightness_topic else set()))

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, accepts)
        on, percent = _wanted(values)
        if not on:
            return [command(topic, payload_off, None, qos)]
        if percent is None and order == "brightness" and brightness_topic is not None:
            percent = 100.0
        switch = [command(topic, payload_on, None, qos)]
        if percent is None or brightness_topic is None:
            return switch
        dim = [command(brightness_topic, _level(percent, scale), brightness_template, qos)]
        return {"last": dim + switch, "first": switch + dim, "brightness": dim}[order]

    reports = {"on"} if fields.has("state_topic") else set()
    if brightness_topic is not None and fields.has("brightness_state_topic"):
        reports.add("brightness_percent")
    return Parts(
        readers,
        encode,
        reports=frozenset(reports),
        accepts=accepts,
        limits={"brightness_percent": _limits(scale)} if brightness_topic is not None else {},
    )


def _brightness_reader(fields: Fields, scale: int) -> tuple[Reader, ...]:
    to_number = number()

    def convert(raw: object) -> Value:
        level = to_number(raw)
        # A lamp that is off says brightness 0; how bright it will be is not known from that.
        if level == 0:
            raise Nothing
        return None if level is None else _percent(float(level), scale)

    return reader(
        fields, "brightness_percent", "brightness_state_topic", "brightness_value_template", convert
    )


def _json(fields: Fields) -> Parts:
    topic = fields.must_topic("command_topic")
    scale, qos = _scale(fields), fields.command_qos()
    modes = fields.texts("supported_color_modes", ())
    dims = fields.flag("brightness", False) or any(mode not in MODES_WITHOUT_BRIGHTNESS for mode in modes)
    state_topic = fields.topic("state_topic")
    accepts = frozenset({"on"} | ({"brightness_percent"} if dims else set()))

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, accepts)
        if not values:
            raise Unsendable("the order is empty")
        on, percent = _wanted(values)
        body: dict[str, object] = {"state": "ON" if on else "OFF"}
        if percent is not None:
            body["brightness"] = _level(percent, scale)
        return [Outgoing(topic, orjson.dumps(body), qos)]

    readers: tuple[Reader, ...] = ()
    if state_topic is not None:
        pick = picked(fields.template("value_template")) if fields.has("value_template") else None
        read = _json_reader(scale if dims else None, pick)
        readers = (Reader(state_topic, fields.state_qos(), read),)
    return Parts(
        readers,
        encode,
        reports=accepts if readers else frozenset(),
        accepts=accepts,
        limits={"brightness_percent": _limits(scale)} if dims else {},
    )


def _json_reader(
    scale: int | None, pick: Callable[[Message], object] | None
) -> Callable[[Message], list[tuple[str, Value]]]:
    def read(message: Message) -> list[tuple[str, Value]]:
        if not message.payload:
            return []
        body = message.value_json if pick is None else Message(str(pick(message)).encode()).value_json
        if not isinstance(body, dict):
            raise Unreadable("not_json", "a JSON light must report a JSON object")
        said: list[tuple[str, Value]] = []
        if "state" in body:
            state = body["state"]
            if state not in ("ON", "OFF", None):
                raise Unreadable("unlisted_value", f"state {str(state)[:40]!r} is neither ON nor OFF")
            said.append(("on", None if state is None else state == "ON"))
        level = body.get("brightness")
        if scale is not None and level is not None and level != 0:
            if isinstance(level, bool) or not isinstance(level, int | float):
                raise Unreadable("not_a_number", f"brightness {str(level)[:40]!r} is no number")
            said.append(("brightness_percent", _percent(level, scale)))
        return said

    return read
