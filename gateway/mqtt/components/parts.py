"""What a component's module gives back: the entity's abilities and how they look on the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from controller.entities import Limits, Value
from gateway.mqtt.binding import Encode, Reader, nothing_to_send
from gateway.mqtt.decode import Convert, picked, reading
from gateway.mqtt.encode import command, option_of
from gateway.mqtt.fields import Fields
from gateway.mqtt.link import Outgoing
from gateway.mqtt.templates import Template


@dataclass(frozen=True, slots=True)
class Parts:
    """One component's half of a `Binding`; discovery adds identity, device and availability."""

    readers: tuple[Reader, ...] = ()
    encode: Encode = nothing_to_send
    reports: frozenset[str] = frozenset()
    accepts: frozenset[str] = frozenset()
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Mapping[str, Limits] = field(default_factory=dict)
    unit: str | None = None
    expire_after_seconds: float | None = None
    off_delay_seconds: float | None = None


Build = Callable[[Fields], Parts]
# What asks for one property.
Send = Callable[[Value], list[Outgoing]]


def reader(
    fields: Fields, property_name: str, topic_key: str, template_key: str, convert: Convert
) -> tuple[Reader, ...]:
    """The reader of one property, or none when the device does not tell it."""
    topic = fields.topic(topic_key)
    if topic is None:
        return ()
    pick = picked(fields.template(template_key))
    return (Reader(topic, fields.state_qos(), reading(property_name, pick, convert)),)


def option_sender(
    fields: Fields, name: str, options: tuple[str, ...], topic_key: str, template_key: str
) -> Send | None:
    """What asks for one of the listed words, or None when the device does not take it."""
    topic = fields.topic(topic_key)
    if topic is None:
        return None
    template: Template | None = fields.template(template_key)
    qos = fields.command_qos()
    return lambda value: [command(topic, option_of(name, value, options), template, qos)]
