"""Whether entities can be reached, and how long what they said holds.

It keeps what was heard on availability topics, doubts a will that may be the last session's, and lets
values expire (`expire_after`) and switch themselves off (`off_delay`). It reads no payload and no clock.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from controller.entities import AVAILABLE, Report
from gateway.mqtt.link import Incoming
from gateway.mqtt.registry import Entity, Registry, Topic

# A broker finds out this late that a session is dead: its will may then come after the next birth.
MOST_WILL_LAG_SECONDS = 180.0
# Who speaks this long after being called dead is not.
WILL_GRACE_SECONDS = 1.0


class Reachability:
    """Its methods add the reports that follow to the list they are given."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        # Availability topics that called a device dead soon after its birth, and when.
        self._doubted: dict[str, float] = {}
        registry.on_forgotten = lambda name: self._doubted.pop(name, None)
        self._expires_at: dict[str, float] = {}
        self._off_at: dict[str, float] = {}
        self.wills_healed = 0

    @property
    def in_doubt(self) -> bool:
        return bool(self._doubted)

    def take(
        self,
        topic: Topic,
        key: str,
        index: int,
        said: bool | None,
        incoming: Incoming,
        at: datetime,
        reports: list[Report],
    ) -> bool:
        """An availability topic spoke. True: what it said is in doubt, and somebody should ask."""
        if said is None:
            return False
        asks = False
        entity = self._registry.entities[key]
        name = entity.binding.availability[index].topic
        if said:
            self._doubted.pop(name, None)
            if not incoming.retained:
                topic.born_monotonic = incoming.monotonic
        elif incoming.monotonic - topic.born_monotonic <= MOST_WILL_LAG_SECONDS and name not in self._doubted:
            # Perhaps the will of the session before this one. Whoever listens to us may say so.
            self._doubted[name] = incoming.monotonic
            asks = True
        entity.heard[index] = entity.latest = said
        self._tell(key, at, incoming.monotonic, incoming.retained, reports)
        return asks

    def believe(self, topic: Topic, incoming: Incoming, at: datetime, reports: list[Report]) -> None:
        """A device that speaks lives, although a late will of its last session said that it died."""
        entities = self._registry.entities
        for speaker in topic.readers:
            for source in entities[speaker].binding.availability:
                doubted = self._doubted.get(source.topic)
                if doubted is None or incoming.monotonic - doubted < WILL_GRACE_SECONDS:
                    continue
                del self._doubted[source.topic]
                self.wills_healed += 1
                for key, indexes in self._registry.topics[source.topic].availability.items():
                    entity = entities[key]
                    for index in indexes:
                        if entity.heard[index] is False:
                            entity.heard[index] = entity.latest = True
                            self._tell(key, at, incoming.monotonic, False, reports)

    def first(self, entity: Entity, connected: bool, at: datetime, monotonic: float) -> list[Report]:
        """What is known at once of an entity that has just been installed."""
        if entity.binding.availability:
            return []
        entity.told = combined(entity) if connected else None
        return [Report(entity.binding.entity.key, AVAILABLE, entity.told, at, monotonic)]

    def forget(self, key: str) -> None:
        """The entity has gone or changed."""
        self._expires_at.pop(key, None)
        self._off_at.pop(key, None)

    def link_lost_or_back(self) -> None:
        self._doubted.clear()
        for topic in self._registry.topics.values():
            topic.last = None
            topic.born_monotonic = float("-inf")

    def ask_anew(self, at: datetime, monotonic: float) -> list[Report]:
        """What was heard before an outage is no longer known; retained states tell it anew."""
        reports: list[Report] = []
        for key, entity in self._registry.entities.items():
            entity.heard = [None] * len(entity.heard)
            entity.latest = None
            entity.told = combined(entity)
            reports.append(Report(key, AVAILABLE, entity.told, at, monotonic))
        return reports

    def note_times(self, heard: Collection[Report], reports: list[Report]) -> None:
        """Values came that may expire or switch themselves off."""
        for report in heard:
            entity = self._registry.entities[report.entity_key]
            binding = entity.binding
            if binding.expire_after_seconds is not None:
                self._expires_at[report.entity_key] = report.monotonic + binding.expire_after_seconds
                entity.fresh = True
                self._tell(report.entity_key, report.at, report.monotonic, report.retained, reports)
            if binding.off_delay_seconds is not None:
                if report.value is True:
                    self._off_at[report.entity_key] = report.monotonic + binding.off_delay_seconds
                else:
                    self._off_at.pop(report.entity_key, None)

    def expire(self, at: datetime, now: float, heard_monotonic: float) -> list[Report]:
        """What has run out by `now` (transport time); said as of `heard_monotonic`, the last receipt."""
        reports: list[Report] = []
        for key in [key for key, due in self._off_at.items() if due <= now]:
            del self._off_at[key]
            reports.append(Report(key, "on", False, at, heard_monotonic))
        for key in [key for key, due in self._expires_at.items() if due <= now]:
            del self._expires_at[key]
            entity = self._registry.entities[key]
            for name in sorted(entity.binding.entity.reports):
                reports.append(Report(key, name, None, at, heard_monotonic))
            entity.fresh = False
            self._tell(key, at, heard_monotonic, False, reports)
        return reports

    def _tell(self, key: str, at: datetime, monotonic: float, retained: bool, reports: list[Report]) -> None:
        entity = self._registry.entities[key]
        now_available = combined(entity)
        if now_available is not entity.told:
            entity.told = now_available
            reports.append(Report(key, AVAILABLE, now_available, at, monotonic, retained))


def combined(entity: Entity) -> bool | None:
    """Whether the entity is reachable, by all that is known."""
    said = _said(entity)
    if entity.binding.expire_after_seconds is None or said is False or entity.fresh:
        return said
    return entity.fresh


def _said(entity: Entity) -> bool | None:
    heard = entity.heard
    if not heard:
        return True
    if entity.binding.availability_mode == "latest":
        return entity.latest
    if entity.binding.availability_mode == "all":
        if False in heard:
            return False
        return True if None not in heard else None
    if True in heard:
        return True
    return False if None not in heard else None
