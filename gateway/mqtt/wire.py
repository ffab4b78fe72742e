"""The wire to the devices: discovery in, reports in, orders out.

It owns which entities are known on the broker and at which topics they speak. All that it hears runs
in the link's one consumer thread; `send` may come from any. A message is looked up by its exact topic,
read once, and handed on with its batch; nothing here touches a database. Whatever a device sends ends
as reports, as a finding about its config, or in the quarantine - never as an exception.

What only the template worker can read waits for it in a lane beside (`gateway.mqtt.slow_lane`); its
results come back in the order of their topic. The listener hears one call at a time, from either.
"""

from __future__ import annotations

import hashlib
import logging
import math
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from controller.entities import AVAILABLE, DeviceListener, EntityDescription, Order, Report
from gateway.mqtt.binding import Binding, Read
from gateway.mqtt.decode import Message, Unreadable
from gateway.mqtt.discovery import (
    DEVICE,
    ConfigTopic,
    Finding,
    Migrating,
    Removed,
    SeenNotSupported,
    Usable,
    Wrong,
    discovery_filters,
    parse_config_topic,
    read_config,
    restore_binding,
)
from gateway.mqtt.encode import Unsendable
from gateway.mqtt.link import Incoming, MqttLink, Outgoing
from gateway.mqtt.quarantine import Quarantine, Quarantined
from gateway.mqtt.renderer import TemplateRenderer
from gateway.mqtt.room_state import RoomStates
from gateway.mqtt.slow_lane import SlowLane
from gateway.mqtt.templates import MustWait, NotDefined, RenderFailed
from hotel.clock import Clock

log = logging.getLogger(__name__)

_Listed = TypeVar("_Listed", SeenNotSupported, Wrong)

MOST_ENTITIES = 100_000
MOST_LISTED = 10_000
# Larger payloads are not kept for entities that join a topic later.
MOST_REMEMBERED_BYTES = 16_384
# Devices that answer a birth should find us listening.
BIRTH_AFTER_SECONDS = 2.0
# A broker finds out this late that a session is dead: its will may then come after the next birth.
MOST_WILL_LAG_SECONDS = 180.0
# Who speaks this long after being called dead is not.
WILL_GRACE_SECONDS = 1.0
MOST_WAITING_CONFIGS = 1_000


@dataclass(slots=True)
class _Topic:
    """One exact topic: who speaks there, whose availability stands there, and what came last."""

    readers: tuple[tuple[str, Read], ...] = ()
    availability: tuple[tuple[str, int], ...] = ()
    timed: bool = False
    last: Incoming | None = None
    # When "online" was said here, live.
    born_monotonic: float = float("-inf")


@dataclass(slots=True)
class _Entity:
    binding: Binding
    source: str | None
    heard: list[bool | None] = field(default_factory=list)
    latest: bool | None = None
    told: bool | None = None
    # For entities whose values expire: None = nothing heard yet, False = expired.
    fresh: bool | None = None


@dataclass(slots=True)
class TemplateTrouble:
    """How often an entity's templates failed since the start, and why the last time."""

    count: int
    reason: str
    at: datetime


class _Unheard:
    """Nobody listens yet."""

    def discovered(self, entity: EntityDescription, config: str) -> None: ...

    def withdrawn(self, entity_key: str) -> None: ...

    def reported(self, reports: list[Report]) -> None: ...

    def link_changed(self, connected: bool) -> None: ...


class MqttWire:
    """`DeviceWire` over an `MqttLink`.

    Args:
        link: not started yet; the wire sets its callbacks.
        clock: hotel time for reports, transport time for expiry.
        prefix: discovery prefix, usually "homeassistant".
        property_id: the property whose rooms are told to other systems.
        publish_prefix: first level of our own topics.
        renderer: for the templates that may loop; None: they fail, and are counted.
    """

    def __init__(
        self,
        link: MqttLink,
        clock: Clock,
        prefix: str,
        property_id: str,
        publish_prefix: str = "innkeeper",
        renderer: TemplateRenderer | None = None,
    ) -> None:
        # The listener needs the wire to send with, so it is made second and set before the link starts.
        self.listener: DeviceListener = _Unheard()
        self.rooms = RoomStates(link, clock, property_id, publish_prefix)
        self._link = link
        self._clock = clock
        self._prefix = prefix
        self._birth_topic = f"{publish_prefix}/status"
        self._birth_due: float | None = None
        self._topics: dict[str, _Topic] = {}
        self._entities: dict[str, _Entity] = {}
        self._unique: dict[tuple[str, str], str] = {}
        self._of_source: dict[str, set[str]] = {}
        self._seen_configs: dict[str, bytes] = {}
        self._migrating: set[str] = set()
        self._not_supported: dict[str, SeenNotSupported] = {}
        self._wrong: dict[str, Wrong] = {}
        self._expires_at: dict[str, float] = {}
        self._off_at: dict[str, float] = {}
        self._quarantine = Quarantine()
        self._counts: Counter[str] = Counter()
        self._send_lock = threading.Lock()
        # The ingest thread and the lane's: one at a time knows who is where and talks to the listener.
        self._hearing = threading.RLock()
        self._renderer = renderer
        self._lane = SlowLane(renderer) if renderer is not None else None
        self._troubles: dict[str, TemplateTrouble] = {}
        # Availability topics that called a device dead soon after its birth, and when.
        self._doubted: dict[str, float] = {}
        self._waiting_configs: dict[tuple[str, str], Incoming] = {}
        self._again: list[Incoming] = []
        link.on_batch = self.hear
        link.on_message = lambda message: self.hear([message])
        link.on_connection = self._link_changed
        link.on_tick = self._tick
        for topic_filter in discovery_filters(prefix):
            link.subscribe(topic_filter, 1)

    # ---- for the composition root and the screens

    @property
    def connected(self) -> bool:
        return self._link.connected

    @property
    def quarantine(self) -> list[Quarantined]:
        """The last refused payloads, newest last."""
        return self._quarantine.kept()

    def not_supported(self) -> list[SeenNotSupported]:
        """Devices that were seen and are not for Innkeeper, with the reason."""
        return list(self._not_supported.values())

    def wrong_configs(self) -> list[Wrong]:
        """Configs that were refused, with the reason."""
        return list(self._wrong.values())

    def template_troubles(self) -> dict[str, TemplateTrouble]:
        """Entities whose templates failed, by key."""
        return dict(self._troubles)

    def settle(self, seconds: float) -> bool:
        """Wait until the template worker has nothing to do; False: not within `seconds`."""
        return self._lane is None or self._lane.settle(seconds)

    def close(self) -> None:
        """End the template worker. The link is stopped by whoever started it."""
        if self._renderer is not None and self._lane is not None:
            self._renderer.close()
            self._lane.stop()

    def counters(self) -> dict[str, int]:
        """What was counted since the start, by name, for /metrics; gauges are `entities` to `wrong`."""
        return {
            "messages": 0,
            "reports": 0,
            "configs": 0,
            "orders_sent": 0,
            "orders_refused": 0,
            "orders_not_taken": 0,
            "orders_expired": 0,
            "listener_failures": 0,
            **self._counts,
            "entities": len(self._entities),
            "topics": len(self._topics),
            "not_supported": len(self._not_supported),
            "wrong": len(self._wrong),
            "room_states_published": self.rooms.published,
            "room_states_refused": self.rooms.refused,
            **{f"refused_{code}": count for code, count in self._quarantine.counts.items()},
            **{f"link_{name}": count for name, count in self._link.counters().items()},
            **self._slow_counters(),
        }

    def _slow_counters(self) -> dict[str, int]:
        if self._lane is None or self._renderer is None:
            return {}
        return {
            "templates_waiting": self._lane.waiting,
            "templates_shed": self._lane.counts["shed"],
            **{f"templates_{name}": count for name, count in dict(self._renderer.counts).items()},
        }

    def restore(self, configs: Iterable[tuple[str, str]]) -> int:
        """Bind entities whose configs were kept, before the link starts; returns how many are usable.

        The listener is not told: it gave them. A config that the broker repeats unchanged is no news.
        """
        count = 0
        for entity_key, config in configs:
            binding = restore_binding(entity_key, config)
            if binding is not None and self._refusal(binding, None) is None:
                self._install(binding, None)
                count += 1
        return count

    # ---- out

    def send(self, order: Order) -> bool:
        entity = self._entities.get(order.entity_key)
        seconds = order.expires_monotonic - self._clock.monotonic()
        with self._send_lock:
            if seconds <= 0:
                self._counts["orders_expired"] += 1
                return False
            if entity is None:
                self._counts["orders_refused"] += 1
                return False
            try:
                messages = entity.binding.encode(dict(order.values))
            except MustWait:
                return self._send_later(order, entity)
            except (Unsendable, RenderFailed) as error:
                self._refuse_order(order, error)
                return False
            return self._publish(messages, seconds)

    def _publish(self, messages: list[Outgoing], seconds: float) -> bool:
        expiry = max(1, math.ceil(seconds))
        sendable = [message._replace(retain=False, expiry_seconds=expiry) for message in messages]
        if not sendable or not self._link.publish_all(sendable):
            self._counts["orders_not_taken"] += 1
            return False
        self._counts["orders_sent"] += 1
        return True

    def _refuse_order(self, order: Order, error: Exception) -> None:
        self._counts["orders_refused"] += 1
        log.warning("mqtt: order %s to %s cannot be sent: %s", order.command_id, order.entity_key, error)
        if isinstance(error, RenderFailed):
            self._note_trouble(order.entity_key, error, self._clock.now())

    def _send_later(self, order: Order, entity: _Entity) -> bool:
        """The payload needs the template worker: the order is taken, and goes out when it is made."""
        if self._lane is None or not self._link.connected:
            self._counts["orders_not_taken"] += 1
            return False

        def send() -> None:
            try:
                messages = entity.binding.encode(dict(order.values))
            except (Unsendable, RenderFailed) as error:
                self._refuse_order(order, error)
                return
            with self._send_lock:
                seconds = order.expires_monotonic - self._clock.monotonic()
                if seconds <= 0:
                    self._counts["orders_expired"] += 1
                else:
                    self._publish(messages, seconds)

        if not self._lane.put(f"{order.entity_key} takes", send, shed=False):
            self._counts["orders_not_taken"] += 1
            return False
        return True

    def refusal(self, order: Order) -> str | None:
        """Why the entity could never take this order; None when it can."""
        entity = self._entities.get(order.entity_key)
        if entity is None:
            return "the device is not known on the broker"
        try:
            return None if entity.binding.encode(dict(order.values)) else "the device takes no orders"
        except MustWait:
            return None
        except (Unsendable, RenderFailed) as error:
            return str(error)

    # ---- in

    def hear(self, batch: list[Incoming]) -> None:
        """Take messages in order. Never raises."""
        with self._hearing:
            self._hear(batch)

    def _hear(self, batch: list[Incoming]) -> None:
        at = self._hotel_time_of(batch[0])
        self._counts["messages"] += len(batch)
        reports: list[Report] = []
        topics = self._topics
        for incoming in batch:
            topic = topics.get(incoming.topic)
            if topic is None or incoming.cut_bytes:
                # A config can change who is known: what was heard before it is told before it.
                reports = self._told(reports)
                self._hear_other(incoming, at)
            else:
                self._hear_state(topic, incoming, at, reports)
        self._told(reports)

    def _hotel_time_of(self, incoming: Incoming) -> datetime:
        lag_seconds = max(0.0, self._clock.monotonic() - incoming.monotonic)
        return self._clock.now() - timedelta(seconds=lag_seconds * self._clock.speed)

    def _told(self, reports: list[Report]) -> list[Report]:
        if reports:
            self._counts["reports"] += len(reports)
            self._tell(self.listener.reported, reports)
        return []

    def _hear_state(self, topic: _Topic, incoming: Incoming, at: datetime, reports: list[Report]) -> None:
        message = Message(incoming.payload, incoming.retained)
        before = len(reports)
        refused = False
        for key, read in topic.readers:
            try:
                for name, value in read(message):
                    reports.append(Report(key, name, value, at, incoming.monotonic, incoming.retained))
            except MustWait:
                self._read_later(key, read, incoming, at)
            except Exception as error:
                # One payload is one refusal, however many entities read it.
                refused = self._not_read(key, message, incoming, error, at, again=refused) or refused
        if topic.timed:
            for report in reports[before:]:
                self._note_time(report, reports)
        if self._doubted and not incoming.retained:
            self._believe(topic, incoming, at, reports)
        if topic.availability:
            self._hear_availability(topic, message, incoming, at, reports)
        topic.last = incoming if len(incoming.payload) <= MOST_REMEMBERED_BYTES else None

    def _not_read(
        self,
        key: str,
        message: Message,
        incoming: Incoming,
        error: Exception,
        at: datetime,
        *,
        again: bool = False,
    ) -> bool:
        """A payload said nothing that could be understood; returns whether it is refused for it."""
        if isinstance(error, NotDefined):
            self._counts["values_not_in_payload"] += 1
            return False
        if isinstance(error, RenderFailed):
            self._note_trouble(key, error, at)
        if isinstance(error, Unreadable | RenderFailed):
            if not again:
                self._refuse(message, incoming, error, at)
        else:
            self._unexpected(incoming, error, at)
        return True

    def _refuse(
        self, message: Message, incoming: Incoming, error: Unreadable | RenderFailed, at: datetime
    ) -> None:
        """Keep the payload under what is wrong with it, not under what a template made of that."""
        try:
            _ = message.value
        except Unreadable as unreadable:
            error = unreadable
        code = error.code if isinstance(error, Unreadable) else "template_failed"
        self._quarantine.keep(incoming.topic, incoming.payload, code, str(error), at)

    def _note_trouble(self, key: str, error: Exception, at: datetime) -> None:
        trouble = self._troubles.get(key)
        if trouble is not None:
            trouble.count, trouble.reason, trouble.at = trouble.count + 1, str(error)[:300], at
        elif len(self._troubles) < MOST_LISTED:
            self._troubles[key] = TemplateTrouble(1, str(error)[:300], at)

    # ---- what the template worker must read first

    def _read_later(self, key: str, read: Read, incoming: Incoming, at: datetime) -> None:
        def read_it() -> None:
            # The worker answers outside the lock: the ingest loop never waits for it.
            message = Message(incoming.payload, incoming.retained)
            try:
                values = read(message)
            except Exception as error:
                with self._hearing:
                    self._not_read(key, message, incoming, error, at)
                return
            with self._hearing:
                topic = self._topics.get(incoming.topic)
                # Who took their config back meanwhile, or sent another one, is not heard in the old way.
                if topic is None or (key, read) not in topic.readers:
                    return
                reports = [
                    Report(key, name, value, at, incoming.monotonic, incoming.retained)
                    for name, value in values
                ]
                if topic.timed:
                    for report in list(reports):
                        self._note_time(report, reports)
                self._told(reports)

        self._later(incoming, read_it, at)

    def _available_later(self, key: str, index: int, incoming: Incoming, at: datetime) -> None:
        source = self._entities[key].binding.availability[index]

        def read_it() -> None:
            message = Message(incoming.payload)
            try:
                said = source.read(message)
            except Exception as error:
                with self._hearing:
                    self._not_read(key, message, incoming, error, at)
                return
            with self._hearing:
                topic, entity = self._topics.get(incoming.topic), self._entities.get(key)
                if topic is None or entity is None or source not in entity.binding.availability:
                    return
                reports: list[Report] = []
                self._take_availability(topic, key, index, said, incoming, at, reports)
                self._told(reports)

        self._later(incoming, read_it, at)

    def _later(self, incoming: Incoming, job: Callable[[], None], at: datetime) -> None:
        if self._lane is None or not self._lane.put(incoming.topic, job):
            reason = "nobody could render its template in time"
            self._quarantine.keep(incoming.topic, incoming.payload, "template_shed", reason, at)

    # ---- availability

    def _hear_availability(
        self, topic: _Topic, message: Message, incoming: Incoming, at: datetime, reports: list[Report]
    ) -> None:
        for key, index in topic.availability:
            try:
                said = self._entities[key].binding.availability[index].read(message)
            except MustWait:
                self._available_later(key, index, incoming, at)
            except Exception as error:
                self._not_read(key, message, incoming, error, at)
            else:
                self._take_availability(topic, key, index, said, incoming, at, reports)

    def _take_availability(
        self,
        topic: _Topic,
        key: str,
        index: int,
        said: bool | None,
        incoming: Incoming,
        at: datetime,
        reports: list[Report],
    ) -> None:
        if said is None:
            return
        if said:
            self._doubted.pop(incoming.topic, None)
            if not incoming.retained:
                topic.born_monotonic = incoming.monotonic
        elif (
            incoming.monotonic - topic.born_monotonic <= MOST_WILL_LAG_SECONDS
            and incoming.topic not in self._doubted
        ):
            # Perhaps the will of the session before this one. Whoever listens to us may say so.
            self._doubted[incoming.topic] = incoming.monotonic
            self._birth_due = self._birth_due or incoming.monotonic + BIRTH_AFTER_SECONDS
        entity = self._entities[key]
        entity.heard[index] = entity.latest = said
        self._tell_availability(key, at, incoming.monotonic, incoming.retained, reports)

    def _tell_availability(
        self, key: str, at: datetime, monotonic: float, retained: bool, reports: list[Report]
    ) -> None:
        entity = self._entities[key]
        now_available = _combined(entity)
        if now_available is not entity.told:
            entity.told = now_available
            reports.append(Report(key, AVAILABLE, now_available, at, monotonic, retained))

    def _believe(self, topic: _Topic, incoming: Incoming, at: datetime, reports: list[Report]) -> None:
        """A device that speaks lives, although a late will of its last session said that it died."""
        for speaker, _ in topic.readers:
            for source in self._entities[speaker].binding.availability:
                doubted = self._doubted.get(source.topic)
                if doubted is None or incoming.monotonic - doubted < WILL_GRACE_SECONDS:
                    continue
                del self._doubted[source.topic]
                self._counts["late_wills_healed"] += 1
                for key, index in self._topics[source.topic].availability:
                    entity = self._entities[key]
                    if entity.heard[index] is False:
                        entity.heard[index] = entity.latest = True
                        self._tell_availability(key, at, incoming.monotonic, False, reports)

    def _hear_other(self, incoming: Incoming, at: datetime) -> None:
        if incoming.cut_bytes:
            reason = f"the payload of {incoming.cut_bytes} bytes was cut off"
            self._quarantine.keep(incoming.topic, incoming.payload, "too_large", reason, at)
            return
        topic = parse_config_topic(self._prefix, incoming.topic)
        if topic is None:
            code = "bad_config_topic" if incoming.topic.startswith(f"{self._prefix}/") else "unknown_topic"
            self._quarantine.keep(incoming.topic, incoming.payload, code, "nobody is known to speak here", at)
            return
        try:
            self._hear_config(topic, incoming, at)
        except Exception as error:
            self._unexpected(incoming, error, at)

    def _unexpected(self, incoming: Incoming, error: Exception, at: datetime) -> None:
        reason = f"{type(error).__name__}: {error}"
        self._quarantine.keep(incoming.topic, incoming.payload, "decoder_failed", reason, at)
        if self._quarantine.counts["decoder_failed"] <= 10:
            log.exception("mqtt: a payload on %s could not be taken", incoming.topic)

    def _tell(self, hear: Callable[..., None], *arguments: object) -> None:
        try:
            hear(*arguments)
        except Exception:
            self._counts["listener_failures"] += 1
            if self._counts["listener_failures"] <= 10:
                log.exception("mqtt: the listener failed")

    # ---- discovery

    def _hear_config(self, topic: ConfigTopic, incoming: Incoming, at: datetime) -> None:
        self._counts["configs"] += 1
        source = topic.key
        digest = hashlib.blake2b(incoming.payload, digest_size=16).digest()
        if self._seen_configs.get(source) == digest:
            return
        findings = read_config(topic, incoming.payload)
        remember = bool(incoming.payload)
        for finding in findings:
            reason = self._take(finding, source)
            if reason is not None:
                remember = False
                self._wait_for_holder(finding, incoming)
                self._list(self._wrong, finding.key, Wrong(finding.key, reason))
                self._quarantine.keep(incoming.topic, incoming.payload, "bad_config", reason, at)
        if remember and len(self._seen_configs) < MOST_ENTITIES:
            self._seen_configs[source] = digest
        else:
            self._seen_configs.pop(source, None)
        again, self._again = self._again, []
        for waiting in again:
            self._hear_other(waiting, at)

    def _wait_for_holder(self, finding: Finding, incoming: Incoming) -> None:
        """Devices that are renamed announce the new name before they take back the old one."""
        if not isinstance(finding, Usable) or finding.binding.unique_id is None:
            return
        held = (finding.binding.entity.component, finding.binding.unique_id)
        if held in self._unique and len(self._waiting_configs) < MOST_WAITING_CONFIGS:
            self._waiting_configs[held] = incoming

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
            self._wrong.pop(key, None)
            self._list(self._not_supported, key, finding)
            return None
        return self._take_usable(finding, source)

    def _take_usable(self, finding: Usable, source: str) -> str | None:
        key, binding = finding.key, finding.binding
        reason = self._refusal(binding, source)
        if reason is not None:
            return reason
        self._wrong.pop(key, None)
        self._not_supported.pop(key, None)
        known = self._entities.get(key)
        if known is not None and known.binding.config == binding.config:
            self._own(known, source)
            return None
        entity, fresh = self._install(binding, source)
        self._tell(self.listener.discovered, binding.entity, binding.config)
        self._catch_up(entity, fresh)
        return None

    def _refusal(self, binding: Binding, source: str | None) -> str | None:
        key = binding.entity.key
        known = self._entities.get(key)
        if known is None and len(self._entities) >= MOST_ENTITIES:
            return f"there are {MOST_ENTITIES} entities already"
        if known is not None and known.source not in (None, source) and known.source not in self._migrating:
            return f"the same entity is announced at {known.source}"
        if binding.unique_id is not None:
            holder = self._unique.get((binding.entity.component, binding.unique_id))
            if holder is not None and holder != key:
                return f"its unique_id {binding.unique_id[:80]!r} belongs to {holder}"
        return None

    def _install(self, binding: Binding, source: str | None) -> tuple[_Entity, set[str]]:
        """Put the entity on the wire; returns it and the topics that were not listened at before."""
        key = binding.entity.key
        old = self._entities.get(key)
        old_topics = old.binding.topics if old is not None else frozenset()
        if old is not None:
            self._unroute(key, old.binding)
        entity = _Entity(binding, old.source if old is not None else None, [None] * len(binding.availability))
        if old is not None:
            entity.told = old.told
        self._entities[key] = entity
        if binding.unique_id is not None:
            self._unique[(binding.entity.component, binding.unique_id)] = key
        if source is not None:
            self._own(entity, source)
        fresh = self._route(key, binding)
        for topic in old_topics - binding.topics:
            self._forget_if_idle(topic)
        return entity, fresh

    def _own(self, entity: _Entity, source: str) -> None:
        key = entity.binding.entity.key
        if entity.source is not None and entity.source != source:
            self._of_source.get(entity.source, set()).discard(key)
            self._migrating.discard(entity.source)
        entity.source = source
        self._of_source.setdefault(source, set()).add(key)

    def _route(self, key: str, binding: Binding) -> set[str]:
        """Listen at the binding's topics; returns those that were not listened at before."""
        fresh: set[str] = set()
        timed = binding.expire_after_seconds is not None or binding.off_delay_seconds is not None
        for name in binding.topics:
            if name not in self._topics:
                self._topics[name] = _Topic()
                fresh.add(name)
        for reader in binding.readers:
            topic = self._topics[reader.topic]
            topic.readers += ((key, reader.read),)
            topic.timed = topic.timed or timed
            self._link.subscribe(reader.topic, reader.qos)
        for index, source in enumerate(binding.availability):
            self._topics[source.topic].availability += ((key, index),)
            self._link.subscribe(source.topic, 0)
        return fresh

    def _unroute(self, key: str, binding: Binding) -> None:
        for name in binding.topics:
            topic = self._topics[name]
            topic.readers = tuple(entry for entry in topic.readers if entry[0] != key)
            topic.availability = tuple(entry for entry in topic.availability if entry[0] != key)
        if binding.unique_id is not None:
            self._unique.pop((binding.entity.component, binding.unique_id), None)
        self._expires_at.pop(key, None)
        self._off_at.pop(key, None)

    def _forget_if_idle(self, name: str) -> None:
        topic = self._topics.get(name)
        if topic is not None and not topic.readers and not topic.availability:
            del self._topics[name]
            self._doubted.pop(name, None)
            self._link.unsubscribe(name)

    def _catch_up(self, entity: _Entity, fresh: set[str]) -> None:
        """Tell what is known at once. The broker repeats retained messages to new subscriptions only,
        so an entity that joins a topic late hears from us what was said there last."""
        key = entity.binding.entity.key
        at, monotonic = self._clock.now(), self._clock.monotonic()
        reports: list[Report] = []
        if not entity.binding.availability:
            entity.told = _combined(entity) if self._link.connected else None
            reports.append(Report(key, AVAILABLE, entity.told, at, monotonic))
        for name in sorted(entity.binding.topics - fresh):
            topic = self._topics[name]
            if topic.last is not None:
                own = _Topic(
                    tuple(entry for entry in topic.readers if entry[0] == key),
                    tuple(entry for entry in topic.availability if entry[0] == key),
                    topic.timed,
                )
                self._hear_state(own, topic.last._replace(retained=True), at, reports)
        self._told(reports)

    def _remove(self, key: str, source: str) -> None:
        self._migrating.discard(source)
        if key.startswith(f"{DEVICE}/"):
            for child in sorted(self._of_source.get(source, ())):
                self._remove(child, source)
            self._of_source.pop(source, None)
            return
        self._wrong.pop(key, None)
        self._not_supported.pop(key, None)
        self._withdraw(key, source)

    def _withdraw(self, key: str, source: str) -> None:
        entity = self._entities.get(key)
        # An emptied old topic of an entity that has moved to the device-based form removes nothing.
        if entity is None or entity.source not in (None, source):
            return
        self._unroute(key, entity.binding)
        del self._entities[key]
        self._of_source.get(source, set()).discard(key)
        for topic in entity.binding.topics:
            self._forget_if_idle(topic)
        self._troubles.pop(key, None)
        self._tell(self.listener.withdrawn, key)
        if entity.binding.unique_id is not None:
            waiting = self._waiting_configs.pop(
                (entity.binding.entity.component, entity.binding.unique_id), None
            )
            if waiting is not None:
                self._again.append(waiting)

    def _list(self, listed: dict[str, _Listed], key: str, item: _Listed) -> None:
        listed.pop(key, None)
        if len(listed) >= MOST_LISTED:
            listed.pop(next(iter(listed)))
            self._counts["listings_dropped"] += 1
        listed[key] = item

    # ---- the link and time

    def _link_changed(self, connected: bool) -> None:
        with self._hearing:
            self._relink(connected)

    def _relink(self, connected: bool) -> None:
        self._doubted.clear()
        self._birth_due = self._clock.monotonic() + BIRTH_AFTER_SECONDS if connected else None
        for topic in self._topics.values():
            topic.last = None
            topic.born_monotonic = float("-inf")
        self._tell(self.listener.link_changed, connected)
        self.rooms.link_changed(connected)
        if connected:
            self._forget_availability()

    def _forget_availability(self) -> None:
        """What was heard before an outage is no longer known; retained states tell it anew."""
        at, monotonic = self._clock.now(), self._clock.monotonic()
        reports: list[Report] = []
        for key, entity in self._entities.items():
            entity.heard = [None] * len(entity.heard)
            entity.latest = None
            entity.told = _combined(entity)
            reports.append(Report(key, AVAILABLE, entity.told, at, monotonic))
        self._told(reports)

    def _tick(self) -> None:
        now = self._clock.monotonic()
        if (
            self._birth_due is not None
            and now >= self._birth_due
            and self._link.publish(self._birth_topic, b"online")
        ):
            self._birth_due = None
        self.rooms.tick()
        with self._hearing:
            self._expire(now)

    def _note_time(self, report: Report, reports: list[Report]) -> None:
        entity = self._entities[report.entity_key]
        binding = entity.binding
        if binding.expire_after_seconds is not None:
            self._expires_at[report.entity_key] = report.monotonic + binding.expire_after_seconds
            entity.fresh = True
            self._tell_availability(report.entity_key, report.at, report.monotonic, report.retained, reports)
        if binding.off_delay_seconds is not None:
            if report.value is True:
                self._off_at[report.entity_key] = report.monotonic + binding.off_delay_seconds
            else:
                self._off_at.pop(report.entity_key, None)

    def _expire(self, now: float) -> None:
        reports: list[Report] = []
        at = self._clock.now()
        for key in [key for key, due in self._off_at.items() if due <= now]:
            del self._off_at[key]
            reports.append(Report(key, "on", False, at, now))
        for key in [key for key, due in self._expires_at.items() if due <= now]:
            del self._expires_at[key]
            for name in sorted(self._entities[key].binding.entity.reports):
                reports.append(Report(key, name, None, at, now))
            self._entities[key].fresh = False
            self._tell_availability(key, at, now, False, reports)
        self._told(reports)


def _combined(entity: _Entity) -> bool | None:
    """Whether the entity is reachable, by all that is known."""
    said = _said(entity)
    if entity.binding.expire_after_seconds is None or said is False or entity.fresh:
        return said
    return entity.fresh


def _said(entity: _Entity) -> bool | None:
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
