"""What devices announce: configs become entities in the registry, or are listed with the reason.

An update that is wrong leaves the entity as it was; a `unique_id` that another entity holds is refused
until that one goes. Who else must know of a new or a lost entity is told by callbacks.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from gateway.mqtt.discovery import (
    DEVICE,
    ConfigTopic,
    Finding,
    Migrating,
    Removed,
    SeenNotSupported,
    Usable,
    Wrong,
    read_config,
)
from gateway.mqtt.link import Incoming
from gateway.mqtt.quarantine import Quarantine
from gateway.mqtt.registry import MOST_ENTITIES, Entity, Registry

MOST_LISTED = 10_000
MOST_WAITING_CONFIGS = 1_000

_Listed = TypeVar("_Listed", SeenNotSupported, Wrong)


class Announcements:
    """The configs heard so far.

    Args:
        registry: who is known.
        quarantine: where refused configs are kept.
        counts: "configs" and "listings_dropped" are counted here.
        installed: called with an entity that is new or changed, and its topics that are new to the link.
        gone: called with the key of an entity that was taken back, when it is.
    """

    def __init__(
        self,
        registry: Registry,
        quarantine: Quarantine,
        counts: Counter[str],
        installed: Callable[[Entity, set[str]], None],
        gone: Callable[[Entity], None],
    ) -> None:
        self._registry = registry
        self._quarantine = quarantine
        self._counts = counts
        self._installed = installed
        self._gone = gone
        self._seen: dict[str, bytes] = {}
        self._migrating: set[str] = set()
        self._waiting: dict[tuple[str, str], tuple[ConfigTopic, Incoming]] = {}
        self._again: list[tuple[ConfigTopic, Incoming]] = []
        self.not_supported: dict[str, SeenNotSupported] = {}
        self.wrong: dict[str, Wrong] = {}

    def hear(self, topic: ConfigTopic, incoming: Incoming, at: datetime) -> None:
        """Take one config message."""
        self._counts["configs"] += 1
        source = topic.key
        digest = hashlib.blake2b(incoming.payload, digest_size=16).digest()
        if self._seen.get(source) == digest:
            return
        findings = read_config(topic, incoming.payload)
        remember = bool(incoming.payload)
        for finding in findings:
            reason = self._take(finding, source)
            if reason is not None:
                remember = False
                self._wait_for_holder(finding, topic, incoming)
                self._list(self.wrong, finding.key, Wrong(finding.key, reason))
                self._quarantine.keep(incoming.topic, incoming.payload, "bad_config", reason, at)
        if remember and len(self._seen) < MOST_ENTITIES:
            self._seen[source] = digest
        else:
            self._seen.pop(source, None)
        again, self._again = self._again, []
        for waiting in again:
            self.hear(*waiting, at)

    def _wait_for_holder(self, finding: Finding, topic: ConfigTopic, incoming: Incoming) -> None:
        """Devices that are renamed announce the new name before they take back the old one."""
        if not isinstance(finding, Usable) or finding.binding.unique_id is None:
            return
        held = (finding.binding.entity.component, finding.binding.unique_id)
        if self._registry.holds(held) and len(self._waiting) < MOST_WAITING_CONFIGS:
            self._waiting[held] = (topic, incoming)

    def _take(self, finding: Finding, source: str) -> str | None:
        """Act on one finding; returns the reason when it is refused."""
        key = finding.key
        if isinstance(finding, Wrong):
            return finding.reason
        if isinstance(finding, Removed):
            self._remove(key, source)
            return None
        if isinstance(finding, Migrating):
            self._migrating.add(source)
            return None
        self._migrating.discard(source)
        if isinstance(finding, SeenNotSupported):
            self._withdraw(key, source)
            self.wrong.pop(key, None)
            self._list(self.not_supported, key, finding)
            return None
        return self._take_usable(finding, source)

    def _take_usable(self, finding: Usable, source: str) -> str | None:
        key, binding = finding.key, finding.binding
        reason = self._registry.refusal(binding, source, self._migrating)
        if reason is not None:
            return reason
        self.wrong.pop(key, None)
        self.not_supported.pop(key, None)
        known = self._registry.entities.get(key)
        if known is not None:
            lost_by = self._registry.own(known, source)
            if lost_by is not None:
                self._migrating.discard(lost_by)
            if known.binding.config == binding.config:
                return None
        self._installed(*self._registry.install(binding, source))
        return None

    def _remove(self, key: str, source: str) -> None:
        self._migrating.discard(source)
        if key.startswith(f"{DEVICE}/"):
            for child in self._registry.of_source(source):
                self._remove(child, source)
            return
        self.wrong.pop(key, None)
        self.not_supported.pop(key, None)
        self._withdraw(key, source)

    def _withdraw(self, key: str, source: str) -> None:
        entity = self._registry.entities.get(key)
        # An emptied old topic of an entity that has moved to the device-based form removes nothing.
        if entity is None or entity.source not in (None, source):
            return
        self._registry.remove(key)
        self._gone(entity)
        if entity.binding.unique_id is not None:
            held = (entity.binding.entity.component, entity.binding.unique_id)
            waiting = self._waiting.pop(held, None)
            if waiting is not None:
                self._again.append(waiting)

    def _list(self, listed: dict[str, _Listed], key: str, item: _Listed) -> None:
        listed.pop(key, None)
        if len(listed) >= MOST_LISTED:
            listed.pop(next(iter(listed)))
            self._counts["listings_dropped"] += 1
        listed[key] = item
