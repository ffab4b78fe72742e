"""A light in the template schema: the device's own templates make and read one payload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from controller.entities import Limits, Value
from gateway.mqtt.binding import Reader
from gateway.mqtt.components.light_words import (
    ColorTemperature,
    brightness_limits,
    color_temperature,
    level_of,
    percent_of,
    wanted,
)
from gateway.mqtt.components.parts import Parts
from gateway.mqtt.decode import Convert, Message, Nothing, Pick, choice, mapped, number, picked
from gateway.mqtt.encode import only, rendered
from gateway.mqtt.fields import BadConfig, Fields
from gateway.mqtt.link import Outgoing

SCALE = 255
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
        asked = wanted(values, temperature, effects)
        if not asked.on:
            return [rendered(topic, turn_off, qos, {"state": False})]
        names: dict[str, object] = {"state": True}
        if asked.percent is not None:
            names["brightness"] = level_of(asked.percent, SCALE)
        if asked.kelvin is not None and temperature is not None:
            names["color_temp"] = temperature.number(asked.kelvin)
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

    ways: list[tuple[str, Pick, Convert]] = []
    for name, key, convert in (
        ("on", "state_template", mapped({"off": False, "on": True})),
        ("brightness_percent", "brightness_template", brightness),
        ("color_temperature_kelvin", "color_temp_template", kelvin),
        ("effect", "effect_template", choice(effects)),
    ):
        if fields.has(key) and (key != "effect_template" or effects):
            ways.append((name, picked(fields.template(key)), convert))

    def read(message: Message) -> Sequence[tuple[str, Value]]:
        if not message.payload:
            return ()
        said: list[tuple[str, Value]] = []
        for name, pick, convert in ways:
            try:
                said.append((name, convert(pick(message))))
            except Nothing:
                continue
        return said

    return (Reader(topic, fields.state_qos(), read),), frozenset(name for name, _, _ in ways)
