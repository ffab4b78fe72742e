"""One case of conformance: what a device announces and says, and what the house must make of it.

The tables beside hold cases; `test_conformance.py` plays each of them over a broker in memory, through
the whole of the wire. Written after the public documentation of the convention and of the firmwares.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from controller.entities import Value

Config = dict[str, Any]
Said = tuple[str, Any] | tuple[str, Any, bool]
Sent = tuple[str, str]

# A value that must not have been reported.
NOTHING = object()


@dataclass(frozen=True, slots=True)
class Case:
    """A device's configs by topic (without prefix and "config"), its words, and what must come of them.

    `values` are the last reports by property (of `key`), `orders` are (what is asked, what must be on
    the wire); None on the wire: the order must be refused. `entity` are attributes of the description.
    """

    name: str
    key: str
    configs: tuple[tuple[str, Any], ...]
    says: tuple[Said, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    orders: tuple[tuple[dict[str, Value], tuple[Sent, ...] | None], ...] = ()
    entity: dict[str, Any] = field(default_factory=dict)
    wrong: str | None = None
    unsupported: str | None = None
    entities: tuple[str, ...] | None = None


def _key(component: str) -> str:
    return f"{component}/room/thing"


def hears(name: str, component: str, config: Config, *says: Said, **values: Any) -> Case:
    """A device says something; these are the values after it."""
    key = _key(component)
    return Case(f"{component} says: {name}", key, ((key, config),), says, values)


def asks(name: str, component: str, config: Config, asked: dict[str, Value], *sent: Sent) -> Case:
    """An order becomes these messages, in their order."""
    key = _key(component)
    return Case(f"{component} takes: {name}", key, ((key, config),), orders=((asked, sent),))


def refuses(name: str, component: str, config: Config, **asked: Value) -> Case:
    """An order that the device cannot take."""
    key = _key(component)
    return Case(f"{component}: refuses {name}", key, ((key, config),), orders=((asked, None),))


def rejects(name: str, component: str, config: Any, reason: str) -> Case:
    """A config that breaks the convention."""
    key = _key(component)
    return Case(f"{component}: rejects {name}", key, ((key, config),), wrong=reason)


def passes_over(name: str, component: str, config: Config, reason: str) -> Case:
    """A config that is fine and not for us."""
    key = _key(component)
    return Case(f"{component}: passes over {name}", key, ((key, config),), unsupported=reason)


def shows(name: str, component: str, config: Config, **entity: Any) -> Case:
    """A config becomes an entity with these attributes."""
    key = _key(component)
    return Case(f"{component} is: {name}", key, ((key, config),), entity=entity)


def steps(
    config: Config, component: str, *asked: tuple[str, dict[str, Value], tuple[Sent, ...]]
) -> list[Case]:
    """Several orders for one config."""
    return [asks(name, component, config, values, *sent) for name, values, sent in asked]


def tells(config: Config, component: str, *said: tuple[str, str, Any, dict[str, Any]]) -> list[Case]:
    """Several states of one config."""
    return [
        hears(name, component, config, (topic, payload), **values) for name, topic, payload, values in said
    ]
