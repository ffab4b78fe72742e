"""climate: an air conditioner or a thermostat, in degrees Celsius towards the house.

Mode, setpoint, fan and what is measured are used; presets, swing, humidity targets and low/high
setpoints are passed over. The mode always goes out before the setpoint: devices that change mode
rewrite their setpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from controller.entities import Limits, Value
from gateway.mqtt.components.parts import Parts, reader
from gateway.mqtt.decode import celsius_from_fahrenheit, choice, number, to_celsius
from gateway.mqtt.encode import command, fahrenheit, number_of, only, option_of, stepped
from gateway.mqtt.fields import BadConfig, Fields
from gateway.mqtt.link import Outgoing
from gateway.mqtt.templates import Template

MODES = ("auto", "off", "cool", "heat", "dry", "fan_only")
KNOWN_MODES = frozenset({*MODES, "heat_cool"})
FAN_MODES = ("auto", "low", "medium", "high")
ACTIONS = ("off", "preheating", "heating", "cooling", "drying", "idle", "fan", "defrosting")
# The house knows no finer words: a compressor that gets ready to heat is heating.
ACTION_WORDS: Mapping[str, str] = {"preheating": "heating", "defrosting": "heating"}


def build(fields: Fields) -> Parts:
    unit = _unit(fields)
    modes = tuple(mode for mode in fields.texts("modes", MODES) if mode in KNOWN_MODES)
    fan_modes = fields.texts("fan_modes", FAN_MODES)
    degrees = number(to_celsius(unit))
    readers = (
        *reader(fields, "mode", "mode_state_topic", "mode_state_template", choice(modes)),
        *reader(fields, "setpoint_celsius", "temperature_state_topic", "temperature_state_template", degrees),
        *reader(fields, "fan_mode", "fan_mode_state_topic", "fan_mode_state_template", choice(fan_modes)),
        *reader(
            fields, "current_celsius", "current_temperature_topic", "current_temperature_template", degrees
        ),
        *reader(
            fields,
            "current_humidity_percent",
            "current_humidity_topic",
            "current_humidity_template",
            number(),
        ),
        *reader(fields, "action", "action_topic", "action_template", _action),
    )
    senders = {
        "mode": _mode_sender(fields, modes),
        "setpoint_celsius": _setpoint_sender(fields, unit),
        "fan_mode": _option_sender(fields, "fan_mode", fan_modes),
    }
    able = {name: sender for name, sender in senders.items() if sender is not None}
    accepts = frozenset(able)

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, accepts)
        # The order of `able` is the order on the wire.
        return [message for name, send in able.items() if name in values for message in send(values[name])]

    reports = _reported(fields)
    options = {}
    if "mode" in reports | accepts:
        options["mode"] = modes
    if "fan_mode" in reports | accepts:
        options["fan_mode"] = fan_modes
    return Parts(
        readers,
        encode,
        reports=reports,
        accepts=accepts,
        options=options,
        limits={"setpoint_celsius": _limits(fields, unit)} if "setpoint_celsius" in accepts else {},
        unit="°C",
    )


_TOPICS = {
    "mode": "mode_state_topic",
    "setpoint_celsius": "temperature_state_topic",
    "fan_mode": "fan_mode_state_topic",
    "current_celsius": "current_temperature_topic",
    "current_humidity_percent": "current_humidity_topic",
    "action": "action_topic",
}

Send = Callable[[Value], list[Outgoing]]


def _reported(fields: Fields) -> frozenset[str]:
    return frozenset(name for name, key in _TOPICS.items() if fields.has(key))


def _unit(fields: Fields) -> str:
    unit = fields.word("temperature_unit", "C").strip().upper().lstrip("°")
    if unit not in ("C", "F"):
        raise BadConfig("temperature_unit must be C or F")
    return unit


def _action(raw: object) -> Value:
    said = choice(ACTIONS)(raw)
    return ACTION_WORDS.get(said, said) if isinstance(said, str) else said


def _device_range(fields: Fields, unit: str) -> tuple[float, float, float]:
    """Lowest, highest and step in the device's own unit."""
    low = fields.number("min_temp", 7.0 if unit == "C" else 44.6)
    high = fields.number("max_temp", 35.0 if unit == "C" else 95.0)
    step = fields.number("temp_step", 1.0)
    if low >= high or step <= 0:
        raise BadConfig("min_temp must be below max_temp, and temp_step above 0")
    return low, high, step


def _limits(fields: Fields, unit: str) -> Limits:
    low, high, step = _device_range(fields, unit)
    if unit == "F":
        return Limits(celsius_from_fahrenheit(low), celsius_from_fahrenheit(high), round(step * 5.0 / 9.0, 4))
    return Limits(low, high, step)


def _setpoint_sender(fields: Fields, unit: str) -> Send | None:
    topic = fields.topic("temperature_command_topic")
    if topic is None:
        return None
    template, qos = fields.template("temperature_command_template"), fields.command_qos()
    limits = _limits(fields, unit)
    low, high, step = _device_range(fields, unit)

    def send(value: Value) -> list[Outgoing]:
        celsius = number_of("setpoint_celsius", value, limits.low, limits.high)
        asked = stepped(fahrenheit(celsius) if unit == "F" else celsius, step)
        return [command(topic, float(min(high, max(low, asked))), template, qos)]

    return send


def _option_sender(fields: Fields, name: str, options: tuple[str, ...]) -> Send | None:
    topic = fields.topic(f"{name}_command_topic")
    if topic is None:
        return None
    template: Template | None = fields.template(f"{name}_command_template")
    qos = fields.command_qos()
    return lambda value: [command(topic, option_of(name, value, options), template, qos)]


def _mode_sender(fields: Fields, modes: tuple[str, ...]) -> Send | None:
    send_mode = _option_sender(fields, "mode", modes)
    power_topic = fields.topic("power_command_topic")
    if power_topic is None:
        return send_mode
    power_template, qos = fields.template("power_command_template"), fields.command_qos()
    payload_on, payload_off = fields.word("payload_on", "ON"), fields.word("payload_off", "OFF")

    def send(value: Value) -> list[Outgoing]:
        if value == "off":
            messages = [command(power_topic, payload_off, power_template, qos)]
            return messages + (send_mode(value) if send_mode is not None and "off" in modes else [])
        option_of("mode", value, modes)
        messages = [command(power_topic, payload_on, power_template, qos)]
        return messages + (send_mode(value) if send_mode is not None else [])

    return send
