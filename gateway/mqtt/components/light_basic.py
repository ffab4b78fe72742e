"""A light in the default schema: a topic for each of its properties."""

from __future__ import annotations

from collections.abc import Mapping

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
from gateway.mqtt.components.parts import Parts, reader
from gateway.mqtt.decode import Nothing, choice, mapped, number
from gateway.mqtt.encode import command, only
from gateway.mqtt.fields import BadConfig, Fields
from gateway.mqtt.link import Outgoing


def build(fields: Fields) -> Parts:
    topic = fields.must_topic("command_topic")
    payload_on, payload_off = fields.word("payload_on", "ON"), fields.word("payload_off", "OFF")
    order = fields.word("on_command_type", "last")
    if order not in ("last", "first", "brightness"):
        raise BadConfig("on_command_type must be last, first or brightness")
    scale, qos = brightness_scale(fields), fields.command_qos()
    dim_topic = fields.topic("brightness_command_topic")
    dim_template = fields.template("brightness_command_template")
    white_topic = fields.topic("color_temp_command_topic")
    white_template = fields.template("color_temp_command_template")
    effect_topic = fields.topic("effect_command_topic")
    effect_template = fields.template("effect_command_template")
    tells_white = fields.has("color_temp_state_topic")
    temperature = color_temperature(fields) if white_topic is not None or tells_white else None
    effects = fields.texts("effect_list", ()) if effect_topic is not None else ()
    accepts = frozenset(
        name
        for name, there in (
            ("on", topic),
            ("brightness_percent", dim_topic),
            ("color_temperature_kelvin", white_topic),
            ("effect", effects),
        )
        if there
    )

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, accepts)
        asked = wanted(values, temperature, effects)
        if not asked.on:
            return [command(topic, payload_off, None, qos)]
        percent = asked.percent
        if percent is None and order == "brightness" and dim_topic is not None:
            percent = 100.0
        details: list[Outgoing] = []
        if percent is not None and dim_topic is not None:
            details.append(command(dim_topic, level_of(percent, scale), dim_template, qos))
        if asked.kelvin is not None and white_topic is not None and temperature is not None:
            told = temperature.number(asked.kelvin)
            details.append(command(white_topic, told, white_template, qos))
        if asked.effect is not None and effect_topic is not None:
            details.append(command(effect_topic, asked.effect, effect_template, qos))
        switch = [command(topic, payload_on, None, qos)]
        if order == "brightness" and percent is not None:
            return details
        return switch + details if order == "first" else details + switch

    limits: dict[str, Limits] = {}
    if dim_topic is not None:
        limits["brightness_percent"] = brightness_limits(scale)
    if white_topic is not None and temperature is not None:
        limits["color_temperature_kelvin"] = temperature.limits
    return Parts(
        _readers(fields, payload_on, payload_off, scale, temperature, effects),
        encode,
        reports=_reported(fields, dim_topic is not None, bool(effects)),
        accepts=accepts,
        options={"effect": effects} if effects else {},
        limits=limits,
    )


def _reported(fields: Fields, dims: bool, has_effects: bool) -> frozenset[str]:
    told = {
        "on": fields.has("state_topic"),
        "brightness_percent": dims and fields.has("brightness_state_topic"),
        "color_temperature_kelvin": fields.has("color_temp_state_topic"),
        "effect": has_effects and fields.has("effect_state_topic"),
    }
    return frozenset(name for name, tells in told.items() if tells)


def _readers(
    fields: Fields,
    payload_on: str,
    payload_off: str,
    scale: int,
    temperature: ColorTemperature | None,
    effects: tuple[str, ...],
) -> tuple[Reader, ...]:
    to_number = number()

    def brightness(raw: object) -> Value:
        level = to_number(raw)
        # A lamp that is off says brightness 0; how bright it will be is not known from that.
        if level == 0:
            raise Nothing
        return percent_of(level, scale) if isinstance(level, int | float) else None

    def kelvin(raw: object) -> Value:
        said = to_number(raw)
        return temperature.kelvin(said) if temperature and isinstance(said, int | float) else None

    template_key = "state_value_template" if fields.has("state_value_template") else "value_template"
    words: dict[str, Value] = {payload_off: False, payload_on: True}
    readers = reader(fields, "on", "state_topic", template_key, mapped(words))
    if fields.has("brightness_command_topic"):
        readers += reader(
            fields, "brightness_percent", "brightness_state_topic", "brightness_value_template", brightness
        )
    readers += reader(
        fields, "color_temperature_kelvin", "color_temp_state_topic", "color_temp_value_template", kelvin
    )
    if effects:
        readers += reader(fields, "effect", "effect_state_topic", "effect_value_template", choice(effects))
    return readers
