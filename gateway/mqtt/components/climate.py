"""climate: an air conditioner or a thermostat, in degrees Celsius towards the house.

Each facet (mode, setpoints, fan, preset, swing, humidity) has topics of its own; one without a state
topic is not reported, so that what was sent to it is only assumed. The mode always goes out first:
devices that change mode rewrite their setpoint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from controller.entities import Limits, Value
from gateway.mqtt.binding import Reader
from gateway.mqtt.components.parts import Parts, Send, option_sender, reader
from gateway.mqtt.decode import Convert, celsius_from_fahrenheit, choice, number, to_celsius
from gateway.mqtt.encode import command, fahrenheit, number_of, only, option_of, stepped
from gateway.mqtt.fields import BadConfig, Fields
from gateway.mqtt.link import Outgoing

MODES = ("auto", "off", "cool", "heat", "dry", "fan_only")
KNOWN_MODES = frozenset({*MODES, "heat_cool"})
FAN_MODES = ("auto", "low", "medium", "high")
SWING_MODES = ("on", "off")
NO_PRESET = "none"
ACTIONS = ("off", "preheating", "heating", "cooling", "drying", "idle", "fan", "defrosting")
# The house knows no finer words: a compressor that gets ready to heat is heating.
ACTION_WORDS: Mapping[str, str] = {"preheating": "heating", "defrosting": "heating"}


@dataclass(frozen=True, slots=True)
class _Degrees:
    """A setpoint and the first part of its keys."""

    name: str
    keys: str


SETPOINTS = (
    _Degrees("setpoint_celsius", "temperature"),
    _Degrees("setpoint_low_celsius", "temperature_low"),
    _Degrees("setpoint_high_celsius", "temperature_high"),
)


def build(fields: Fields) -> Parts:
    unit = _unit(fields)
    degrees = number(to_celsius(unit))
    senders: dict[str, Send | None] = {}
    readers: list[Reader] = []
    options: dict[str, tuple[str, ...]] = {}
    limits: dict[str, Limits] = {}

    def listen(name: str, topic_key: str, template_key: str, convert: Convert) -> bool:
        # One value_template stands in for every template that is not there.
        key = template_key if fields.has(template_key) else "value_template"
        found = reader(fields, name, topic_key, key, convert)
        readers.extend(found)
        return bool(found)

    def words(name: str, listed: tuple[str, ...], template_key: str, convert: Convert | None = None) -> None:
        told = listen(name, f"{name}_state_topic", template_key, convert or choice(listed))
        if name not in senders:
            senders[name] = option_sender(
                fields, name, listed, f"{name}_command_topic", f"{name}_command_template"
            )
        if told or senders[name] is not None:
            options[name] = listed

    modes = tuple(mode for mode in fields.texts("modes", MODES) if mode in KNOWN_MODES)
    senders["mode"] = _mode_sender(fields, modes)
    words("mode", modes, "mode_state_template")
    presets = _presets(fields)
    if presets:
        words("preset_mode", presets, "preset_mode_value_template", _preset(presets))
    for setpoint in SETPOINTS:
        listen(
            setpoint.name,
            f"{setpoint.keys}_state_topic",
            f"{setpoint.keys}_state_template",
            degrees,
        )
        senders[setpoint.name] = _setpoint_sender(fields, setpoint, unit)
        if senders[setpoint.name] is not None:
            limits[setpoint.name] = _limits(fields, unit)
    listen(
        "target_humidity_percent",
        "target_humidity_state_topic",
        "target_humidity_state_template",
        number(),
    )
    senders["target_humidity_percent"] = humidity = _humidity_sender(fields)
    if humidity is not None:
        limits["target_humidity_percent"] = Limits(*_humidity_range(fields), 1.0)
    words("fan_mode", fields.texts("fan_modes", FAN_MODES), "fan_mode_state_template")
    for name in ("swing_mode", "swing_horizontal_mode"):
        words(name, fields.texts(f"{name}s", SWING_MODES), f"{name}_state_template")
    listen("current_celsius", "current_temperature_topic", "current_temperature_template", degrees)
    listen("current_humidity_percent", "current_humidity_topic", "current_humidity_template", number())
    listen("action", "action_topic", "action_template", _action)

    able = {name: sender for name, sender in senders.items() if sender is not None}
    accepts = frozenset(able)

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, accepts)
        # The order of `able` is the order on the wire.
        return [message for name, send in able.items() if name in values for message in send(values[name])]

    return Parts(
        tuple(readers),
        encode,
        reports=frozenset(name for name, key in _TOPICS.items() if fields.has(key)),
        accepts=accepts,
        options=options,
        limits=limits,
        unit="°C",
    )


_TOPICS = {
    "mode": "mode_state_topic",
    "preset_mode": "preset_mode_state_topic",
    **{setpoint.name: f"{setpoint.keys}_state_topic" for setpoint in SETPOINTS},
    "target_humidity_percent": "target_humidity_state_topic",
    "fan_mode": "fan_mode_state_topic",
    "swing_mode": "swing_mode_state_topic",
    "swing_horizontal_mode": "swing_horizontal_mode_state_topic",
    "current_celsius": "current_temperature_topic",
    "current_humidity_percent": "current_humidity_topic",
    "action": "action_topic",
}


def _unit(fields: Fields) -> str:
    unit = fields.word("temperature_unit", "C").strip().upper().lstrip("°")
    if unit not in ("C", "F"):
        raise BadConfig("temperature_unit must be C or F")
    return unit


def _action(raw: object) -> Value:
    said = choice(ACTIONS)(raw)
    return ACTION_WORDS.get(said, said) if isinstance(said, str) else said


# ---- degrees


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


def _setpoint_sender(fields: Fields, setpoint: _Degrees, unit: str) -> Send | None:
    topic = fields.topic(f"{setpoint.keys}_command_topic")
    if topic is None:
        return None
    template, qos = fields.template(f"{setpoint.keys}_command_template"), fields.command_qos()
    limits = _limits(fields, unit)
    low, high, step = _device_range(fields, unit)

    def send(value: Value) -> list[Outgoing]:
        celsius = number_of(setpoint.name, value, limits.low, limits.high)
        asked = stepped(fahrenheit(celsius) if unit == "F" else celsius, step)
        return [command(topic, float(min(high, max(low, asked))), template, qos)]

    return send


# ---- humidity


def _humidity_range(fields: Fields) -> tuple[float, float]:
    low, high = fields.number("min_humidity", 30.0), fields.number("max_humidity", 99.0)
    if low >= high or high > 100.0:
        raise BadConfig("min_humidity must be below max_humidity, and that at most 100")
    return low, high


def _humidity_sender(fields: Fields) -> Send | None:
    low, high = _humidity_range(fields)
    topic = fields.topic("target_humidity_command_topic")
    if topic is None:
        if fields.has("target_humidity_state_topic"):
            raise BadConfig("target_humidity_state_topic needs target_humidity_command_topic")
        return None
    template, qos = fields.template("target_humidity_command_template"), fields.command_qos()
    return lambda value: [
        command(topic, round(number_of("target_humidity_percent", value, low, high)), template, qos)
    ]


# ---- words


def _presets(fields: Fields) -> tuple[str, ...]:
    """All presets with "none" first; empty when the device has none."""
    listed = fields.texts("preset_modes", ())
    if NO_PRESET in listed:
        raise BadConfig('preset_modes must not hold "none"')
    if fields.has("preset_modes") != fields.has("preset_mode_command_topic"):
        raise BadConfig("preset_modes and preset_mode_command_topic belong together")
    return (NO_PRESET, *listed) if listed else ()


def _preset(presets: tuple[str, ...]) -> Convert:
    """A preset; no preset at all is a value, not something unknown."""
    convert = choice(presets)

    def preset(raw: object) -> Value:
        said = convert(raw)
        return NO_PRESET if said is None else said

    return preset


def _mode_sender(fields: Fields, modes: tuple[str, ...]) -> Send | None:
    send_mode = option_sender(fields, "mode", modes, "mode_command_topic", "mode_command_template")
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
