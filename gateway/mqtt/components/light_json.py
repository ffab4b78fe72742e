"""A light in the JSON schema: one object tells and asks everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson

from controller.entities import Limits, Value
from gateway.mqtt.binding import Reader
from gateway.mqtt.components.light_words import (
    ColorTemperature,
    brightness_limits,
    brightness_scale,
    color_temperature,
    level_of,
    percent_of,
    wanted,
)
from gateway.mqtt.components.parts import Parts
from gateway.mqtt.decode import Message, Unreadable, picked
from gateway.mqtt.encode import Unsendable, only
from gateway.mqtt.fields import BadConfig, Fields
from gateway.mqtt.link import Outgoing

# Every other colour mode has a brightness.
MODES_WITHOUT_BRIGHTNESS = frozenset({"onoff", "unknown"})
COLOR_MODES = MODES_WITHOUT_BRIGHTNESS | {
    "brightness",
    "color_temp",
    "hs",
    "xy",
    "rgb",
    "rgbw",
    "rgbww",
    "white",
}


def build(fields: Fields) -> Parts:
    topic = fields.must_topic("command_topic")
    scale, qos = brightness_scale(fields), fields.command_qos()
    modes = fields.texts("supported_color_modes", ())
    if not COLOR_MODES.issuperset(modes):
        raise BadConfig(f"supported_color_modes must be of {', '.join(sorted(COLOR_MODES))}")
    dims = fields.flag("brightness", False) or any(mode not in MODES_WITHOUT_BRIGHTNESS for mode in modes)
    whites = "color_temp" in modes or fields.flag("color_temp", False)
    temperature = color_temperature(fields) if whites else None
    effects = fields.texts("effect_list", ()) if fields.flag("effect", False) else ()
    state_topic = fields.topic("state_topic")
    accepts = frozenset(
        name
        for name, there in (
            ("on", True),
            ("brightness_percent", dims),
            ("color_temperature_kelvin", whites),
            ("effect", effects),
        )
        if there
    )

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, accepts)
        if not values:
            raise Unsendable("the order is empty")
        asked = wanted(values, temperature, effects)
        body: dict[str, object] = {"state": "ON" if asked.on else "OFF"}
        if asked.effect is not None:
            body["effect"] = asked.effect
        if asked.percent is not None:
            body["brightness"] = level_of(asked.percent, scale)
        if asked.kelvin is not None and temperature is not None:
            body["color_temp"] = temperature.number(asked.kelvin)
        return [Outgoing(topic, orjson.dumps(body), qos)]

    readers: tuple[Reader, ...] = ()
    if state_topic is not None:
        pick = picked(fields.template("value_template")) if fields.has("value_template") else None
        read = _reader(scale if dims else None, temperature, effects, pick)
        readers = (Reader(state_topic, fields.state_qos(), read),)
    limits: dict[str, Limits] = {}
    if dims:
        limits["brightness_percent"] = brightness_limits(scale)
    if temperature is not None:
        limits["color_temperature_kelvin"] = temperature.limits
    return Parts(
        readers,
        encode,
        reports=accepts if readers else frozenset(),
        accepts=accepts,
        options={"effect": effects} if effects else {},
        limits=limits,
    )


def _reader(
    scale: int | None,
    temperature: ColorTemperature | None,
    effects: tuple[str, ...],
    pick: Callable[[Message], object] | None,
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
        # A lamp that is off says brightness 0; how bright it will be is not known from that.
        if scale is not None and body.get("brightness") not in (None, 0):
            level = _number("brightness", body["brightness"])
            said.append(("brightness_percent", percent_of(level, scale)))
        # A lamp that shows a colour now may still tell the white it had.
        if (
            temperature is not None
            and "color_temp" in body
            and body.get("color_mode", "color_temp") == "color_temp"
        ):
            white = body["color_temp"]
            kelvin = None if white is None else temperature.kelvin(_number("color_temp", white))
            said.append(("color_temperature_kelvin", kelvin))
        effect = body.get("effect")
        if effects and "effect" in body and (effect is None or effect in effects):
            said.append(("effect", effect))
        return said

    return read


def _number(name: str, said: object) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise Unreadable("not_a_number", f"{name} {str(said)[:40]!r} is no number")
    return float(said)
