"""A light in the default schema: a topic for each of its properties."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from controller.entities import Limits, Value
from gateway.mqtt.binding import Reader
from gateway.mqtt.components.light_color import COLOR_MODES, WAYS, ColorWay, Numbers, color_text
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
from gateway.mqtt.components.parts import Parts, reader
from gateway.mqtt.decode import Nothing, choice, mapped, number
from gateway.mqtt.encode import command, only
from gateway.mqtt.fields import BadConfig, Fields
from gateway.mqtt.link import Outgoing


class _LastBrightness:
    """What a lamp that is switched on by dimming is dimmed to when nobody says."""

    percent = 100.0


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
    white_only_topic, white_only_scale = fields.topic("white_command_topic"), white_scale(fields)
    colors = _color_senders(fields)
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
            ("white_percent", white_only_topic),
        )
        if there
    ) | frozenset(way.property_name for way in colors)

    last = _LastBrightness()

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, accepts)
        asked = wanted(values, temperature, effects, tuple(colors))
        if not asked.on:
            return [command(topic, payload_off, None, qos)]
        percent = asked.percent
        by_dimming = order == "brightness" and dim_topic is not None
        if percent is None and by_dimming and asked.white_percent is None:
            percent = last.percent
        details = [colors[way](numbers) for way, numbers in asked.colors.items()]
        if percent is not None and dim_topic is not None:
            details.append(command(dim_topic, level_of(percent, scale), dim_template, qos))
        if asked.kelvin is not None and white_topic is not None and temperature is not None:
            told = temperature.number(asked.kelvin)
            details.append(command(white_topic, told, white_template, qos))
        if asked.effect is not None and effect_topic is not None:
            details.append(command(effect_topic, asked.effect, effect_template, qos))
        if asked.white_percent is not None and white_only_topic is not None:
            level = round(asked.white_percent / 100.0 * white_only_scale)
            details.append(command(white_only_topic, level, None, qos))
        switch = [command(topic, payload_on, None, qos)]
        if by_dimming:
            return details
        return switch + details if order == "first" else details + switch

    limits: dict[str, Limits] = {}
    if dim_topic is not None:
        limits["brightness_percent"] = brightness_limits(scale)
    if white_topic is not None and temperature is not None:
        limits["color_temperature_kelvin"] = temperature.limits
    if white_only_topic is not None:
        limits["white_percent"] = brightness_limits(white_only_scale)
    return Parts(
        _readers(fields, payload_on, payload_off, scale, temperature, effects, last),
        encode,
        reports=_reported(fields, dim_topic is not None, bool(effects)),
        accepts=accepts,
        options={"effect": effects} if effects else {},
        limits=limits,
    )


def _color_senders(fields: Fields) -> dict[ColorWay, Callable[[Numbers], Outgoing]]:
    """How to ask for a colour, by the ways that the lamp takes one."""

    def sender(way: ColorWay, topic: str) -> Callable[[Numbers], Outgoing]:
        template = fields.template(f"{way.mode}_command_template", names=frozenset(way.names))
        qos = fields.command_qos()
        return lambda numbers: command(topic, way.text(numbers), template, qos, **way.variables(numbers))

    topics = {way: fields.topic(f"{way.mode}_command_topic") for way in WAYS}
    return {way: sender(way, topic) for way, topic in topics.items() if topic is not None}


def _reported(fields: Fields, dims: bool, has_effects: bool) -> frozenset[str]:
    told = {
        "on": fields.has("state_topic"),
        "brightness_percent": dims and fields.has("brightness_state_topic"),
        "color_temperature_kelvin": fields.has("color_temp_state_topic"),
        "effect": has_effects and fields.has("effect_state_topic"),
        "color_mode": fields.has("color_mode_state_topic"),
        **{way.property_name: fields.has(f"{way.mode}_state_topic") for way in WAYS},
    }
    return frozenset(name for name, tells in told.items() if tells)


def _readers(
    fields: Fields,
    payload_on: str,
    payload_off: str,
    scale: int,
    temperature: ColorTemperature | None,
    effects: tuple[str, ...],
    last: _LastBrightness,
) -> tuple[Reader, ...]:
    to_number = number()

    def brightness(raw: object) -> Value:
        level = to_number(raw)
        # A lamp that is off says brightness 0; how bright it will be is not known from that.
        if level == 0:
            raise Nothing
        if not isinstance(level, int | float):
            return None
        last.percent = percent_of(level, scale)
        return last.percent

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
    for way in WAYS:
        keys = (f"{way.mode}_state_topic", f"{way.mode}_value_template")
        readers += reader(fields, way.property_name, *keys, color_text(way))
    modes = choice(tuple(sorted(COLOR_MODES)))
    readers += reader(fields, "color_mode", "color_mode_state_topic", "color_mode_value_template", modes)
    return readers
