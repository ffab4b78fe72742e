"""A light in the template schema: the device's own templates make and read one payload."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping, Sequence

from controller.entities import Limits, Value
from gateway.mqtt.binding import Reader
from gateway.mqtt.components.light_color import BY_MODE, Numbers
from gateway.mqtt.components.light_words import (
    ColorTemperature,
    brightness_limits,
    color_temperature,
    level_of,
    percent_of,
    wanted,
)
from gateway.mqtt.components.parts import Parts
from gateway.mqtt.decode import Message, Nothing, Pick, choice, mapped, number, picked, reading
from gateway.mqtt.encode import only, rendered
from gateway.mqtt.fields import BadConfig, Fields
from gateway.mqtt.link import Outgoing

SCALE = 255
RGB = BY_MODE["rgb"]
COLOR_TEMPLATES = ("red_template", "green_template", "blue_template")
# What a command template may use; a name that was not asked for is missing there.
NAMES = frozenset(
    {
        "state",
        "brightness",
        "color_temp",
        "effect",
        "flash",
        "transition",
        "red",
        "green",
        "blue",
        "hue",
        "sat",
    }
)


def build(fields: Fields) -> Parts:
    topic, qos = fields.must_topic("command_topic"), fields.command_qos()
    turn_on = fields.template("command_on_template", names=NAMES)
    turn_off = fields.template("command_off_template", names=NAMES)
    if turn_on is None or turn_off is None:
        raise BadConfig("command_on_template and command_off_template are missing")
    dims, whites = fields.has("brightness_template"), fields.has("color_temp_template")
    temperature = color_temperature(fields) if whites else None
    effects = fields.texts("effect_list", ())
    ways = (RGB,) if all(fields.has(key) for key in COLOR_TEMPLATES) else ()
    accepts = frozenset(
        name
        for name, there in (
            ("on", True),
            ("brightness_percent", dims),
            ("color_temperature_kelvin", whites),
            ("effect", effects),
            (RGB.property_name, ways),
        )
        if there
    )

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, accepts)
        asked = wanted(values, temperature, effects, ways)
        if not asked.on:
            return [rendered(topic, turn_off, qos, {"state": False})]
        names: dict[str, object] = {"state": True}
        if asked.percent is not None:
            names["brightness"] = level_of(asked.percent, SCALE)
        if asked.kelvin is not None and temperature is not None:
            names["color_temp"] = temperature.number(asked.kelvin)
        for numbers in asked.colors.values():
            names.update(_color_names(numbers))
        if asked.effect is not None:
            names["effect"] = asked.effect
        return [rendered(topic, turn_on, qos, names)]

    limits: dict[str, Limits] = {}
    if dims:
        limits["brightness_percent"] = brightness_limits(SCALE)
    if temperature is not None:
        limits["color_temperature_kelvin"] = temperature.limits
    readers, reports = _readers(fields, temperature, effects)
    return Parts(
        readers,
        encode,
        reports=reports,
        accepts=accepts,
        options={"effect": effects} if effects else {},
        limits=limits,
    )


def _readers(
    fields: Fields, temperature: ColorTemperature | None, effects: tuple[str, ...]
) -> tuple[tuple[Reader, ...], frozenset[str]]:
    topic = fields.topic("state_topic")
    if topic is None:
        return (), frozenset()
    to_number = number()

    def brightness(raw: object) -> Value:
        level = to_number(raw)
        if level == 0:
            raise Nothing
        return percent_of(level, SCALE) if isinstance(level, int | float) else None

    def kelvin(raw: object) -> Value:
        said = to_number(raw)
        return temperature.kelvin(said) if temperature and isinstance(said, int | float) else None

    # A reader for each: what one template cannot read does not cost the others.
    readers: list[Reader] = []
    told: set[str] = set()
    for name, key, convert in (
        ("on", "state_template", mapped({"off": False, "on": True})),
        ("brightness_percent", "brightness_template", brightness),
        ("color_temperature_kelvin", "color_temp_template", kelvin),
        ("effect", "effect_template", choice(effects)),
    ):
        if fields.has(key) and (key != "effect_template" or effects):
            pick = _unless_empty(picked(fields.template(key)))
            readers.append(Reader(topic, fields.state_qos(), reading(name, pick, convert)))
            told.add(name)
    if all(fields.has(key) for key in COLOR_TEMPLATES):
        parts = [_unless_empty(picked(fields.template(key))) for key in COLOR_TEMPLATES]

        def read_color(message: Message) -> Sequence[tuple[str, Value]]:
            try:
                return ((RGB.property_name, RGB.text([pick(message) for pick in parts])),)
            except Nothing:
                return ()

        readers.append(Reader(topic, fields.state_qos(), read_color))
        told.add(RGB.property_name)
    return tuple(readers), frozenset(told)


def _color_names(numbers: Numbers) -> dict[str, object]:
    hue, saturation, _ = colorsys.rgb_to_hsv(*(number / 255.0 for number in numbers))
    return {
        **RGB.variables(numbers),
        "hue": round(hue * 360.0, 3),
        "sat": round(saturation * 100.0, 3),
    }


def _unless_empty(pick: Pick) -> Pick:
    def picked_of(message: Message) -> object:
        if not message.payload:
            raise Nothing
        return pick(message)

    return picked_of
