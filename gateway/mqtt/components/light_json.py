"""A light in the JSON schema: one object tells and asks everything."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import orjson

from controller.entities import Limits, Value
from gateway.mqtt.binding import Read, Reader
from gateway.mqtt.components.light_color import (
    BY_MODE,
    COLOR_MODES,
    MODES_WITHOUT_BRIGHTNESS,
    ColorWay,
    color_of,
)
from gateway.mqtt.components.light_words import (
    ColorTemperature,
    brightness_limits,
    brightness_scale,
    color_temperature,
    level_of,
    percent_of,
    wanted,
    white_scale,
)
from gateway.mqtt.components.parts import Parts
from gateway.mqtt.decode import Message, Unreadable, picked
from gateway.mqtt.encode import Unsendable, only
from gateway.mqtt.fields import BadConfig, Fields
from gateway.mqtt.link import Outgoing


def build(fields: Fields) -> Parts:
    topic = fields.must_topic("command_topic")
    scale, qos, white_level = brightness_scale(fields), fields.command_qos(), white_scale(fields)
    modes = fields.texts("supported_color_modes", ())
    if not COLOR_MODES.issuperset(modes):
        raise BadConfig(f"supported_color_modes must be of {', '.join(sorted(COLOR_MODES))}")
    if not modes:
        # How old firmware says which colours it knows.
        modes = tuple(mode for mode in ("hs", "rgb", "xy") if fields.flag(mode, False))
    ways = tuple(way for mode, way in BY_MODE.items() if mode in modes)
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
            ("white_percent", "white" in modes),
        )
        if there
    ) | frozenset(way.property_name for way in ways)

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, accepts)
        if not values:
            raise Unsendable("the order is empty")
        asked = wanted(values, temperature, effects, ways)
        body: dict[str, object] = {"state": "ON" if asked.on else "OFF"}
        for way, numbers in asked.colors.items():
            body["color"] = way.body(numbers)
        if asked.percent is not None:
            body["brightness"] = level_of(asked.percent, scale)
        if asked.kelvin is not None and temperature is not None:
            body["color_temp"] = temperature.number(asked.kelvin)
        if asked.effect is not None:
            body["effect"] = asked.effect
        if asked.white_percent is not None:
            body["white"] = round(asked.white_percent / 100.0 * white_level)
        return [Outgoing(topic, orjson.dumps(body), qos)]

    readers: tuple[Reader, ...] = ()
    if state_topic is not None:
        pick = picked(fields.template("value_template")) if fields.has("value_template") else None
        reads = _reads(scale if dims else None, temperature, effects, ways, pick)
        readers = tuple(Reader(state_topic, fields.state_qos(), read) for read in reads)
    limits: dict[str, Limits] = {}
    if dims:
        limits["brightness_percent"] = brightness_limits(scale)
    if temperature is not None:
        limits["color_temperature_kelvin"] = temperature.limits
    if "white" in modes:
        limits["white_percent"] = brightness_limits(white_level)
    told = accepts - {"white_percent"} | ({"color_mode"} if ways else set())
    return Parts(
        readers,
        encode,
        reports=told if readers else frozenset(),
        accepts=accepts,
        options={"effect": effects} if effects else {},
        limits=limits,
    )


def _reads(
    scale: int | None,
    temperature: ColorTemperature | None,
    effects: tuple[str, ...],
    ways: tuple[ColorWay, ...],
    pick: Callable[[Message], object] | None,
) -> list[Read]:
    """A reader for each property: what is wrong with one does not cost the others."""

    def body(message: Message) -> Mapping[str, object]:
        if not message.payload:
            return {}
        said = message.value_json if pick is None else Message(str(pick(message)).encode()).value_json
        if not isinstance(said, dict):
            raise Unreadable("not_json", "a JSON light must report a JSON object")
        return said

    def on(message: Message) -> Sequence[tuple[str, Value]]:
        state = body(message).get("state", "")
        if state == "":
            return ()
        if state not in ("ON", "OFF", None):
            raise Unreadable("unlisted_value", f"state {str(state)[:40]!r} is neither ON nor OFF")
        return (("on", None if state is None else state == "ON"),)

    def brightness(message: Message) -> Sequence[tuple[str, Value]]:
        level = body(message).get("brightness")
        # A lamp that is off says brightness 0; how bright it will be is not known from that.
        if scale is None or level is None or level == 0:
            return ()
        return (("brightness_percent", percent_of(_number("brightness", level), scale)),)

    def white(message: Message) -> Sequence[tuple[str, Value]]:
        said = body(message)
        # A lamp that shows a colour now may still tell the white it had.
        if (
            temperature is None
            or "color_temp" not in said
            or said.get("color_mode", "color_temp") != "color_temp"
        ):
            return ()
        level = said["color_temp"]
        kelvin = None if level is None else temperature.kelvin(_number("color_temp", level))
        return (("color_temperature_kelvin", kelvin),)

    def effect(message: Message) -> Sequence[tuple[str, Value]]:
        shown = body(message).get("effect", "")
        return (("effect", shown),) if shown is None or (isinstance(shown, str) and shown in effects) else ()

    def color_mode(message: Message) -> Sequence[tuple[str, Value]]:
        shown = body(message).get("color_mode")
        return (("color_mode", shown),) if isinstance(shown, str) and shown in COLOR_MODES else ()

    def color(way: ColorWay, message: Message) -> Sequence[tuple[str, Value]]:
        said = body(message)
        shown = said.get("color")
        # A lamp may tell the same colour in several ways; only that of its mode is exact.
        if not isinstance(shown, dict) or said.get("color_mode", way.mode) != way.mode:
            return ()
        if "color_mode" not in said and not set(way.keys) <= set(shown):
            return ()
        return ((way.property_name, color_of(way, shown)),)

    reads: list[Read] = [on]
    if ways:
        reads.append(color_mode)
        reads += [partial(color, way) for way in ways]
    if scale is not None:
        reads.append(brightness)
    if temperature is not None:
        reads.append(white)
    if effects:
        reads.append(effect)
    return reads


def _number(name: str, said: object) -> float:
    try:
        found = math.nan if isinstance(said, bool) else float(said)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise Unreadable("not_a_number", f"{name} {str(said)[:40]!r} is no number")
    return found
