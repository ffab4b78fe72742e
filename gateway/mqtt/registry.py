"""Which entities are on the wire, at which topics they speak, and whose config each is.

It owns the subscriptions of state and availability topics, and the rule that an entity has one source
and a `unique_id` one entity. It reads no payload.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from paho.mqtt.matcher import MQTTMatcher

from gateway.mqtt.binding import Binding, Read
from gateway.mqtt.link import Incoming, MqttLink

MOST_ENTITIES = 100_000
# Each message is matched against all of them, once there is one.
MOST_FILTERS = 1_000


@dataclass(slots=True)
class Topic:
    """One topic or filter: who speaks there, whose availability stands there, and what came last."""

    # By entity: thousands may share a topic (a bridge's state), and come and go one by one.
    readers: dict[str, tuple[Read, ...]] = field(default_factory=dict)
    availability: dict[str, tuple[int, ...]] = field(default_factory=dict)
    timed: bool = False
    last: Incoming | None = None
    # When "online" was said here, live.
    born_monotonic: float = float("-inf")

    def of(self, key: str) -> Topic:
        """The same topic, as one entity alone sees it."""
        own = Topic(timed=self.timed)
        if key in self.readers:
            own.readers[key] = self.readers[key]
        if key in self.availability:
            own.availability[key] = self.availability[key]
        return own


@dataclass(slots=True)
class Entity:
    """A usable entity and what was heard of its availability."""

    binding: Binding
    source: str | None
    heard: list[bool | None] = field(default_factory=list)
    latest: bool | None = None
    told: bool | None = None
    # For entities whose values expire: None = nothing heard yet, False = expired.
    fresh: bool | None = None


class Registry:
    """`topics` and `entities` are read in the ingest loop; only the methods here change who is in them.
    `topics` holds filters, too; `has_filters` says whether there are any."""

    def __init__(self, link: MqttLink, is_config_topic: Callable[[str], bool]) -> None:
        self.topics: dict[str, Topic] = {}
        self.entities: dict[str, Entity] = {}
        self.has_filters = False
        self._filters: dict[str, Topic] = {}
        self._matcher: MQTTMatcher = MQTTMatcher()  # type: ignore[no-untyped-call]
        # Told the name of a topic before it is listened at.
        self.on_new_topic: Callable[[str], object] = lambda name: None
        # Told the name of a topic that nobody needs any more.
        self.on_forgotten: Callable[[str], object] = lambda name: None
        self._link = link
        self._is_config_topic = is_config_topic
        self._unique: dict[tuple[str, str], str] = {}
        self._of_source: dict[str, set[str]] = {}

    def refusal(self, binding: Binding, source: str | None, leaving: set[str]) -> str | None:
        """Why this binding cannot be installed; None when it can. `leaving` are sources that give up
        their entities to another one."""
        key = binding.entity.key
        known = self.entities.get(key)
        if known is None and len(self.entities) >= MOST_ENTITIES:
            return f"there are {MOST_ENTITIES} entities already"
        if any(self._is_config_topic(name) for name in binding.topics):
            return "it would listen where devices are announced"
        filters = [name for name in binding.topics if _is_filter(name) and name not in self._filters]
        if len(self._filters) + len(filters) > MOST_FILTERS:
            return f"there are {MOST_FILTERS} topics with wildcards already"
        if known is not None and known.source not in (None, source) and known.source not in leaving:
            return f"the same entity is announced at {known.source}"
        if binding.unique_id is not None:
            holder = self._unique.get((binding.entity.component, binding.unique_id))
            if holder is not None and holder != key:
                return f"its unique_id {binding.unique_id[:80]!r} belongs to {holder}"
        return None

    def holds(self, unique: tuple[str, str]) -> bool:
        """Whether an entity has this (component, unique_id)."""
        return unique in self._unique

    def by_filter(self, topic: str) -> list[Topic]:
        """The filters that cover a topic."""
        return list(self._matcher.iter_match(topic))  # type: ignore[no-untyped-call]

    def of_source(self, source: str) -> list[str]:
        """The entities that one config topic announced."""
        return sorted(self._of_source.get(source, ()))

    def install(self, binding: Binding, source: str | None) -> tuple[Entity, set[str]]:
        """Put the entity on the wire; returns it and the topics that were not listened at before."""
        key = binding.entity.key
        old = self.entities.get(key)
        old_topics = old.binding.topics if old is not None else frozenset()
        if old is not None:
            self._unroute(key, old.binding)
        entity = Entity(binding, old.source if old is not None else None, [None] * len(binding.availability))
        if old is not None:
            entity.told = old.told
        self.entities[key] = entity
        if binding.unique_id is not None:
            self._unique[(binding.entity.component, binding.unique_id)] = key
        if source is not None:
            self.own(entity, source)
        fresh = self._route(key, binding)
        for topic in old_topics - binding.topics:
            self._forget_if_idle(topic)
        return entity, fresh

    def own(self, entity: Entity, source: str) -> str | None:
        """The entity is announced at `source` now; returns the source that has lost it."""
        key, before = entity.binding.entity.key, entity.source
        entity.source = source
        self._of_source.setdefault(source, set()).add(key)
        if before is None or before == source:
            return None
        self._of_source.get(before, set()).discard(key)
        return before

    def remove(self, key: str) -> None:
        """Take a known entity off the wire."""
        entity = self.entities.pop(key)
        self._unroute(key, entity.binding)
        if entity.source is not None:
            children = self._of_source.get(entity.source, set())
            children.discard(key)
            if not children:
                self._of_source.pop(entity.source, None)
        for topic in entity.binding.topics:
            self._forget_if_idle(topic)

    def _route(self, key: str, binding: Binding) -> set[str]:
        fresh: set[str] = set()
        for name in binding.topics:
            if name not in self.topics:
                self.topics[name] = Topic()
                if _is_filter(name):
                    self._filters[name] = self._matcher[name] = self.topics[name]
                    self.has_filters = True
                fresh.add(name)
                self.on_new_topic(name)
        for reader in binding.readers:
            topic = self.topics[reader.topic]
            topic.readers[key] = (*topic.readers.get(key, ()), reader.read)
            topic.timed = topic.timed or binding.timed
            self._link.subscribe(reader.topic, reader.qos)
        for index, source in enumerate(binding.availability):
            heard = self.topics[source.topic].availability
            heard[key] = (*heard.get(key, ()), index)
            self._link.subscribe(source.topic, 0)
        return fresh

    def _unroute(self, key: str, binding: Binding) -> None:
        for name in binding.topics:
            topic = self.topics[name]
            topic.readers.pop(key, None)
            topic.availability.pop(key, None)
        if binding.unique_id is not None:
            self._unique.pop((binding.entity.component, binding.unique_id), None)

    def _forget_if_idle(self, name: str) -> None:
        topic = self.topics.get(name)
        if topic is not None and not topic.readers and not topic.availability:
            del self.topics[name]
            if _is_filter(name):
                del self._filters[name], self._matcher[name]
                self.has_filters = bool(self._filters)
            self.on_forgotten(name)
            self._link.unsubscribe(name)


def _is_filter(name: str) -> bool:
    return "+" in name or "#" in name
