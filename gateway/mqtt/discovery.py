"""Home Assistant's MQTT discovery, the reader's side: config topics and payloads into bindings.

Pure: it knows the convention and nothing of a broker. An entity's identity is
"<component>/<node>/<object>" (without a node "<component>/<object>"); a component of a device-based
config has the identity that the same component has in the single form, so that devices can migrate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from controller.entities import Component, DeviceDescription, EntityDescription
from gateway.mqtt import abbreviations
from gateway.mqtt.binding import AvailabilityMode, AvailabilitySource, Binding
from gateway.mqtt.components import (
    binary_sensor,
    button,
    climate,
    cover,
    event,
    fan,
    light,
    lock,
    number,
    select,
    sensor,
    switch,
)
from gateway.mqtt.components.parts import Build
from gateway.mqtt.decode import Message, Nothing, Unreadable, picked, read_json, word_of
from gateway.mqtt.fields import BadConfig, Fields, NotSupported, checked_filter, is_topic, takes_commands
from gateway.mqtt.template_values import Unsupported

MOST_CONFIG_BYTES = 256 * 1024
MOST_COMPONENTS = 500
MOST_AVAILABILITY_TOPICS = 20
MOST_NAME_CHARACTERS = 255
DEVICE = "device"

_ID = re.compile(r"[A-Za-z0-9_-]{1,255}", re.ASCII)

# Names of components stand in no topic; only what an identity is made of must stay apart.
_PART = re.compile(r"[^/\x00-\x1f\x7f]{1,255}")

# A further component is one module and one line here (and its words in controller.entities).
COMPONENTS: Mapping[str, tuple[Component, Build]] = {
    "climate": (Component.CLIMATE, climate.build),
    "light": (Component.LIGHT, light.build),
    "cover": (Component.COVER, cover.build),
    "sensor": (Component.SENSOR, sensor.build),
    "binary_sensor": (Component.BINARY_SENSOR, binary_sensor.build),
    "switch": (Component.SWITCH, switch.build),
    "fan": (Component.FAN, fan.build),
    "lock": (Component.LOCK, lock.build),
    "button": (Component.BUTTON, button.build),
    "event": (Component.EVENT, event.build),
    "number": (Component.NUMBER, number.build),
    "select": (Component.SELECT, select.build),
}


@dataclass(frozen=True, slots=True)
class ConfigTopic:
    """What a config topic names. `component` is "device" for the device-based form."""

    component: str
    node: str | None
    object: str

    @property
    def key(self) -> str:
        return "/".join(part for part in (self.component, self.node, self.object) if part)


@dataclass(frozen=True, slots=True)
class Usable:
    """A config that Innkeeper can work with."""

    key: str
    binding: Binding


@dataclass(frozen=True, slots=True)
class SeenNotSupported:
    """A valid config of something that is not for Innkeeper; listed, never lost silently."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Removed:
    """The device took this entity back."""

    key: str


@dataclass(frozen=True, slots=True)
class Migrating:
    """The device will announce this entity again in the device-based form."""

    key: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """A config that breaks the convention; what was known of the entity stays."""

    key: str
    reason: str


Finding = Usable | SeenNotSupported | Removed | Migrating | Wrong


def discovery_filters(prefix: str) -> tuple[str, str]:
    """The two filters that cover all config topics."""
    return (f"{prefix}/+/+/config", f"{prefix}/+/+/+/config")


def parse_config_topic(prefix: str, topic: str) -> ConfigTopic | None:
    """The parts of `<prefix>/<component>/[<node>/]<object>/config`; None for any other topic."""
    if not topic.startswith(f"{prefix}/") or not topic.endswith("/config"):
        return None
    parts = topic[len(prefix) + 1 : -len("/config")].split("/")
    if len(parts) not in (2, 3) or not all(_ID.fullmatch(part) for part in parts):
        return None
    return ConfigTopic(parts[0], parts[1] if len(parts) == 3 else None, parts[-1])


def read_config(topic: ConfigTopic, payload: bytes) -> list[Finding]:
    """What a config message says, entity by entity; never raises.

    An empty payload of the device-based form gives `Removed("device/…")`: whoever keeps the entities
    knows which they were.
    """
    if not payload.strip():
        return [Removed(topic.key)]
    try:
        config = _read_object(payload)
        if topic.component == DEVICE:
            return _read_device(topic, config)
        config = abbreviations.long_names(config, abbreviations.ENTITY)
        if config.get("migrate_discovery") is True and len(config) == 1:
            return [Migrating(topic.key)]
        return [_read_component(topic.component, topic.key, config)]
    except BadConfig as error:
        return [Wrong(topic.key, str(error))]


def restore_binding(entity_key: str, config: str) -> Binding | None:
    """The binding of a config that was kept (`Binding.config`); None when it is not usable any more."""
    component = entity_key.split("/", 1)[0]
    try:
        finding = _read_component(component, entity_key, _read_object(config.encode()))
    except BadConfig:
        return None
    return finding.binding if isinstance(finding, Usable) else None


def _read_object(payload: bytes) -> dict[str, Any]:
    if len(payload) > MOST_CONFIG_BYTES:
        raise BadConfig(f"the config is larger than {MOST_CONFIG_BYTES} bytes")
    try:
        config = read_json(payload)
    except Unreadable as error:
        raise BadConfig(str(error)) from error
    if not isinstance(config, dict):
        raise BadConfig("the config is no JSON object")
    return config


# ---- the device-based form

_SHARED = (
    "availability",
    "availability_mode",
    "availability_template",
    "availability_topic",
    "payload_available",
    "payload_not_available",
    "command_topic",
    "state_topic",
    "qos",
    "encoding",
    "message_expiry_interval",
)


def _read_device(topic: ConfigTopic, raw: Mapping[str, Any]) -> list[Finding]:
    config = abbreviations.long_names(raw, abbreviations.ENTITY)
    components = config.get("components")
    device, origin = config.get("device"), config.get("origin")
    if not isinstance(device, dict):
        raise BadConfig("device is missing")
    if not isinstance(origin, dict) or not isinstance(origin.get("name"), str):
        raise BadConfig("origin with its name is missing")
    if not isinstance(components, dict) or not components:
        raise BadConfig("components are missing")
    if len(components) > MOST_COMPONENTS:
        raise BadConfig(f"there are more than {MOST_COMPONENTS} components")
    shared = {key: config[key] for key in _SHARED if key in config}
    if "~" in config:
        shared["~"] = config["~"]
    findings: list[Finding] = []
    for name, own in components.items():
        key = f"{DEVICE}/{topic.object}/{name}"
        if not isinstance(own, dict) or not _PART.fullmatch(name):
            findings.append(Wrong(key, "the component is no JSON object with a plain name"))
            continue
        part = abbreviations.long_names(own, abbreviations.ENTITY)
        platform = part.pop("platform", None)
        if not isinstance(platform, str) or not _ID.fullmatch(platform):
            findings.append(Wrong(key, "the component's platform is missing"))
            continue
        # The node of the topic, when there is one, belongs to the name of the component.
        child = f"{topic.node} {name}" if topic.node else name
        key = f"{platform}/{topic.object}/{child}"
        if not part:
            findings.append(Removed(key))
        elif platform in COMPONENTS and not part.get("unique_id"):
            findings.append(Wrong(key, "unique_id is missing"))
        else:
            whole = {**_without_conflicts(shared, part), **part, "device": device}
            try:
                findings.append(_read_component(platform, key, whole))
            except BadConfig as error:
                findings.append(Wrong(key, str(error)))
    return findings


def _without_conflicts(shared: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The shared options that the component's own do not replace in another form."""
    for mine, theirs in (("availability", "availability_topic"), ("availability_topic", "availability")):
        if mine in own and theirs in shared:
            return {key: value for key, value in shared.items() if key != theirs}
    return shared


# ---- one component


def _read_component(component: str, key: str, config: dict[str, Any]) -> Finding:
    known = COMPONENTS.get(component)
    if known is None:
        return SeenNotSupported(key, f"Innkeeper does not use {component} devices")
    kind, build = known
    config = _prepared(config)
    fields = Fields(config)
    try:
        if fields.word("encoding", "utf-8").lower() not in ("utf-8", "utf8"):
            raise NotSupported("an encoding other than UTF-8")
        device = _device(fields, key)
        parts = build(fields)
        availability = _availability(fields)
        binding = Binding(
            entity=EntityDescription(
                key=key,
                component=kind,
                name=(fields.text("name") or device.name)[:MOST_NAME_CHARACTERS],
                device=device,
                device_class=fields.text("device_class"),
                unit=parts.unit,
                reports=parts.reports,
                accepts=parts.accepts,
                options=dict(parts.options),
                limits=dict(parts.limits),
            ),
            readers=parts.readers,
            encode=parts.encode,
            availability=availability,
            availability_mode=_availability_mode(fields),
            expire_after_seconds=parts.expire_after_seconds,
            off_delay_seconds=parts.off_delay_seconds,
            unique_id=fields.text("unique_id"),
            config=orjson.dumps(config, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode(),
            command_topics=_command_topics(config) if parts.accepts else frozenset(),
        )
    except Unsupported as error:
        return SeenNotSupported(key, f"unsupported template: {error}")
    except NotSupported as error:
        return SeenNotSupported(key, str(error))
    return Usable(key, binding)


def _command_topics(config: Mapping[str, Any]) -> frozenset[str]:
    """Where this entity, or another that shares its config, takes commands."""
    return frozenset(value for name, value in config.items() if takes_commands(name) and is_topic(value))


def _prepared(config: Mapping[str, Any]) -> dict[str, Any]:
    """Long names everywhere, and `~` filled in at the start or the end of every topic."""
    named = abbreviations.long_names(config, abbreviations.ENTITY)
    if isinstance(named.get("device"), dict):
        named["device"] = abbreviations.long_names(named["device"], abbreviations.DEVICE)
    if isinstance(named.get("origin"), dict):
        named["origin"] = abbreviations.long_names(named["origin"], abbreviations.ORIGIN)
    availability = named.get("availability")
    if isinstance(availability, dict):
        availability = [availability]
    if isinstance(availability, list):
        named["availability"] = [
            abbreviations.long_names(item, abbreviations.ENTITY) if isinstance(item, dict) else item
            for item in availability
        ]
    base = named.pop("~", None)
    if base is None:
        return named
    if not isinstance(base, str):
        raise BadConfig("~ must be a text")

    def filled(value: object) -> object:
        if not isinstance(value, str):
            return value
        if value.startswith("~"):
            return base + value[1:]
        return value[:-1] + base if value.endswith("~") else value

    for name, value in named.items():
        if name.endswith("topic"):
            named[name] = filled(value)
    sources = named.get("availability")
    for item in sources if isinstance(sources, list) else ():
        if isinstance(item, dict) and "topic" in item:
            item["topic"] = filled(item["topic"])
    return named


def _device(fields: Fields, entity_key: str) -> DeviceDescription:
    block = fields.config.get("device")
    if block is None:
        name = fields.text("name") or entity_key.rsplit("/", 1)[-1]
        return DeviceDescription(key=entity_key, name=name[:MOST_NAME_CHARACTERS])
    if not isinstance(block, dict):
        raise BadConfig("device must be an object")
    told = Fields(block)
    identifiers = told.texts("identifiers", ())
    key = next(iter(sorted(identifiers)), None) or _connection(block)
    if key is None:
        raise BadConfig("the device has neither identifiers nor connections")
    name = told.text("name") or fields.text("name") or told.text("model") or key

    def short(field: str) -> str | None:
        found = told.text(field)
        return found[:MOST_NAME_CHARACTERS] if found else None

    return DeviceDescription(
        key=key[:MOST_NAME_CHARACTERS],
        name=name[:MOST_NAME_CHARACTERS],
        maker=short("manufacturer"),
        model=short("model"),
        software=short("sw_version"),
        suggested_area=short("suggested_area"),
        via=short("via_device"),
        serial=short("serial_number"),
    )


def _connection(block: Mapping[str, Any]) -> str | None:
    connections = block.get("connections")
    if connections is None:
        return None
    pairs = []
    for pair in connections if isinstance(connections, list) else ():
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
            raise BadConfig("connections must be pairs of texts")
        pairs.append(":".join(pair))
    return min(pairs, default=None)


# ---- availability


def _availability_mode(fields: Fields) -> AvailabilityMode:
    mode = fields.word("availability_mode", "latest")
    if mode == "all":
        return "all"
    if mode == "any":
        return "any"
    if mode == "latest":
        return "latest"
    raise BadConfig("availability_mode must be all, any or latest")


def _availability(fields: Fields) -> tuple[AvailabilitySource, ...]:
    items = fields.config.get("availability")
    topic = fields.topic("availability_topic")
    if items is not None and topic is not None:
        raise BadConfig("availability and availability_topic exclude each other")
    if topic is not None:
        return (_source(fields, topic, "availability_template"),)
    if items is None:
        return ()
    if not isinstance(items, list) or len(items) > MOST_AVAILABILITY_TOPICS:
        raise BadConfig(f"availability must be a list of {MOST_AVAILABILITY_TOPICS} items at most")
    sources = []
    for item in items:
        if not isinstance(item, dict):
            raise BadConfig("an item of availability must be an object")
        own = Fields(item)
        sources.append(
            _source(own, checked_filter("availability topic", item.get("topic")), "value_template")
        )
    return tuple(sources)


def _source(fields: Fields, topic: str, template_key: str) -> AvailabilitySource:
    yes, no = fields.word("payload_available", "online"), fields.word("payload_not_available", "offline")
    pick = picked(fields.template(template_key))

    def read(message: Message) -> bool | None:
        try:
            said = word_of(pick(message))
        except Nothing:
            return None
        return True if said == yes else False if said == no else None

    return AvailabilitySource(topic, read)
