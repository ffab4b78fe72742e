"""fan: on, speed in per cent of the device's range, presets, oscillation and direction."""

from __future__ import annotations

import math
from collections.abc import Mapping

from controller.entities import Limits, Value
from gateway.mqtt.binding import Reader
from gateway.mqtt.components.parts import Parts, Send, option_sender, reader
from gateway.mqtt.decode import Convert, Unreadable, choice, mapped, number, word_of
from gateway.mqtt.encode import command, flag_of, number_of, only
from gateway.mqtt.fields import BadConfig, Fields
from gateway.mqtt.link import Outgoing

MOST_SPEED = 1_000_000
DIRECTIONS = ("forward", "reverse")


def build(fields: Fields) -> Parts:
    topic, template = fields.must_topic("command_topic"), fields.template("command_template")
    payload_on, payload_off = fields.word("payload_on", "ON"), fields.word("payload_off", "OFF")
    qos = fields.command_qos()
    slow = fields.whole("speed_range_min", 1, 1, MOST_SPEED)
    fast = fields.whole("speed_range_max", 100, 1, MOST_SPEED)
    if slow >= fast:
        raise BadConfig("speed_range_min must be below speed_range_max")
    speeds = fast - slow + 1
    presets = _presets(fields)
    template_key = "state_value_template" if fields.has("state_value_template") else "value_template"

    readers: list[Reader] = [
        *reader(fields, "on", "state_topic", template_key, mapped({payload_off: False, payload_on: True})),
        *reader(
            fields,
            "percentage",
            "percentage_state_topic",
            "percentage_value_template",
            _speed(fields.word("payload_reset_percentage", "None"), slow, speeds),
        ),
    ]
    if presets:
        reset = fields.word("payload_reset_preset_mode", "None")
        readers += reader(
            fields,
            "preset_mode",
            "preset_mode_state_topic",
            "preset_mode_value_template",
            _or_unknown(reset, choice(presets)),
        )
    swinging = fields.word("payload_oscillation_on", "oscillate_on")
    still = fields.word("payload_oscillation_off", "oscillate_off")
    readers += reader(
        fields,
        "oscillating",
        "oscillation_state_topic",
        "oscillation_value_template",
        mapped({still: False, swinging: True}),
    )
    readers += reader(
        fields, "direction", "direction_state_topic", "direction_value_template", choice(DIRECTIONS)
    )

    senders: dict[str, Send | None] = {
        "percentage": _speed_sender(fields, slow, speeds),
        "preset_mode": option_sender(
            fields, "preset_mode", presets, "preset_mode_command_topic", "preset_mode_command_template"
        )
        if presets
        else None,
        "oscillating": _oscillation_sender(fields, swinging, still),
        "direction": option_sender(
            fields, "direction", DIRECTIONS, "direction_command_topic", "direction_command_template"
        ),
    }
    able = {name: sender for name, sender in senders.items() if sender is not None}
    accepts = frozenset({"on", *able})

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, accepts)
        on = flag_of("on", values["on"]) if "on" in values else None
        if "percentage" in values and number_of("percentage", values["percentage"], 0.0, 100.0) == 0.0:
            on = False
        if on is False:
            return [command(topic, payload_off, template, qos)]
        messages = [command(topic, payload_on, template, qos)] if on else []
        for name, send in able.items():
            if name in values:
                messages += send(values[name])
        return messages

    options = {"preset_mode": presets} if presets else {}
    if "direction" in able or fields.has("direction_state_topic"):
        options["direction"] = DIRECTIONS
    told = {
        "on": "state_topic",
        "percentage": "percentage_state_topic",
        "preset_mode": "preset_mode_state_topic",
        "oscillating": "oscillation_state_topic",
        "direction": "direction_state_topic",
    }
    return Parts(
        tuple(readers),
        encode,
        reports=frozenset(name for name, key in told.items() if fields.has(key)),
        accepts=accepts,
        options=options,
        limits={"percentage": Limits(0.0, 100.0, 100.0 / speeds)} if "percentage" in able else {},
    )


def _presets(fields: Fields) -> tuple[str, ...]:
    presets = fields.texts("preset_modes", ())
    if fields.has("preset_modes") != fields.has("preset_mode_command_topic"):
        raise BadConfig("preset_modes and preset_mode_command_topic belong together")
    if fields.word("payload_reset_preset_mode", "None") in presets:
        raise BadConfig("payload_reset_preset_mode must not be one of preset_modes")
    return presets


def _or_unknown(reset: str, convert: Convert) -> Convert:
    return lambda raw: None if word_of(raw) == reset else convert(raw)


def _speed(reset: str, slow: int, speeds: int) -> Convert:
    to_number = number()

    def convert(raw: object) -> Value:
        if word_of(raw) == reset:
            return None
        found = to_number(raw)
        if not isinstance(found, int | float):
            return None
        percent = (found - (slow - 1)) * 100.0 // speeds
        if not 0.0 <= percent <= 100.0:
            raise Unreadable("out_of_range", f"speed {found:g} is not within the device's range")
        return percent

    return convert


def _speed_sender(fields: Fields, slow: int, speeds: int) -> Send | None:
    topic = fields.topic("percentage_command_topic")
    if topic is None:
        return None
    template, qos = fields.template("percentage_command_template"), fields.command_qos()

    def send(value: Value) -> list[Outgoing]:
        percent = number_of("percentage", value, 0.0, 100.0)
        # Rounded first: what 1/3 leaves behind must not count as the next speed.
        level = math.ceil(round(slow - 1 + speeds * percent / 100.0, 6))
        return [command(topic, level, template, qos)]

    return send


def _oscillation_sender(fields: Fields, swinging: str, still: str) -> Send | None:
    topic = fields.topic("oscillation_command_topic")
    if topic is None:
        return None
    template, qos = fields.template("oscillation_command_template"), fields.command_qos()
    return lambda value: [command(topic, swinging if flag_of("oscillating", value) else still, template, qos)]
