"""The wire to the devices: discovery in, reports in, orders out.

All that it hears runs in the link's one consumer thread; `send` may come from any. A message is looked up
by its exact topic, read once, and handed on with its batch; nothing here touches a database. Whatever a
device sends ends as reports, as a finding about its config, or in the quarantine - never as an exception.
Beside it stand who is known (`registry`), configs (`announcements`), availability and expiry
(`reachability`) and what is sent (`orders`).

What only the template worker can read waits for it in a lane beside (`gateway.mqtt.slow_lane`); its
results come back in the order of their topic. The listener hears one call at a time, from either.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.entities import DeviceListener, EntityDescription, Order, Report
from gateway.mqtt.announcements import MOST_LISTED, Announcements
from gateway.mqtt.binding import Binding, Read
from gateway.mqtt.decode import Message, Unreadable
from gateway.mqtt.discovery import (
    SeenNotSupported,
    Wrong,
    discovery_filters,
    parse_config_topic,
    restore_binding,
)
from gateway.mqtt.link import Incoming, MqttLink
from gateway.mqtt.orders import Orders
from gateway.mqtt.quarantine import Quarantine, Quarantined
from gateway.mqtt.reachability import Reachability
from gateway.mqtt.registry import Entity, Registry, Topic
from gateway.mqtt.renderer import TemplateRenderer
from gateway.mqtt.retained_commands import RetainedCommand, RetainedCommands
from gateway.mqtt.room_state import ONLINE, RoomStates, availability_topic
from gateway.mqtt.slow_lane import SlowLane
from gateway.mqtt.template_values import MustWait, NotDefined, RenderFailed
from hotel.clock import Clock

log = logging.getLogger(__name__)

# Larger payloads are not kept for entities that join a topic later.
MOST_REMEMBERED_BYTES = 16_384
# Devices that answer a birth should find us listening.
BIRTH_AFTER_SECONDS = 2.0

# A named tuple's own maker is a call more for each report.
_report: Callable[..., Report] = tuple.__new__


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
        birth_topic: where devices hear that the house came ("online", retained; the link's will must say
            "offline" there); None: "online" on `<publish_prefix>/status`, not retained.
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
        birth_topic: str | None = None,
    ) -> None:
        # The listener needs the wire to send with, so it is made second and set before the link starts.
        self.listener: DeviceListener = _Unheard()
        presence_topic = availability_topic(property_id, publish_prefix, birth_topic)
        self.rooms = RoomStates(link, clock, property_id, publish_prefix, presence_topic)
        self._link = link
        self._clock = clock
        self._prefix = prefix
        self._birth_topic = birth_topic or f"{publish_prefix}/status"
        self._birth_stays = birth_topic is not None
        self._birth_due: float | None = None
        # Receipt of the last message that was taken. What we say of our own accord has this time: one that
        # came in before we said it, and is taken after, must not count as late.
        self._heard_monotonic = clock.monotonic()
        self._quarantine = Quarantine()
        self._counts: Counter[str] = Counter()
        self._unread: Counter[str] = Counter()
        # The ingest thread and the lane's: one at a time knows who is where and talks to the listener.
        self._hearing = threading.RLock()
        self._renderer = renderer
        self._lane = SlowLane(renderer) if renderer is not None else None
        self._troubles: dict[str, TemplateTrouble] = {}
        self._registry = Registry(link, lambda topic: parse_config_topic(prefix, topic) is not None)
        self._topics = self._registry.topics
        self._entities = self._registry.entities
        self._reachability = Reachability(self._registry)
        self._announcements = Announcements(
            self._registry, self._quarantine, self._counts, self._installed, self._gone
        )
        self._retained = RetainedCommands(
            link, presence_topic, self._command_topics, lambda topic: topic in self._topics
        )
        self._registry.on_new_topic = self._retained.listening_to
        self._orders = Orders(
            link,
            clock,
            self._lane,
            self._counts,
            self._binding_of,
            lambda key, error: self._note_trouble(key, error, clock.now()),
        )
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
        return list(self._announcements.not_supported.values())

    def wrong_configs(self) -> list[Wrong]:
        """Configs that were refused, with the reason."""
        return list(self._announcements.wrong.values())

    def template_troubles(self) -> dict[str, TemplateTrouble]:
        """Entities whose templates failed, by key."""
        return dict(self._troubles)

    def unread(self) -> dict[str, int]:
        """How many payloads of each entity could not be read, counted since the start, by key."""
        return dict(self._unread)

    def retained_commands(self) -> list[RetainedCommand]:
        """Retained messages on command topics, which devices would obey at each reconnect."""
        return self._retained.found()

    def clear_retained_command(self, topic: str) -> bool | None:
        """Take one of these away; None: there is none there, False: the broker cannot be told now."""
        return self._retained.clear(topic)

    def commanded_at(self, topic: str) -> list[str]:
        """The keys of the entities that take commands at this topic."""
        entities = dict(self._entities)
        return [key for key, entity in entities.items() if topic in entity.binding.command_topics]

    def _command_topics(self) -> list[str]:
        return [topic for entity in self._entities.values() for topic in entity.binding.command_topics]

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
            "said_nothing": 0,
            "listener_failures": 0,
            "late_wills_healed": self._reachability.wills_healed,
            **self._counts,
            "entities": len(self._entities),
            "topics": len(self._topics),
            "not_supported": len(self._announcements.not_supported),
            "wrong": len(self._announcements.wrong),
            "retained_commands": len(self._retained.found()),
            "retained_commands_cleared": self._retained.cleared,
            "retained_commands_dropped": self._retained.dropped,
            "command_topics_looked_at": self._retained.looked_at,
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
            "templates_asked": self._lane.counts["asked"],
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
            if binding is not None and self._registry.refusal(binding, None, set()) is None:
                self._registry.install(binding, None)
                count += 1
        return count

    # ---- out

    def send(self, order: Order) -> bool:
        return self._orders.send(order)

    def refusal(self, order: Order) -> str | None:
        """Why the entity could never take this order; None when it can."""
        return self._orders.refusal(order)

    def _binding_of(self, key: str) -> Binding | None:
        entity = self._entities.get(key)
        return entity.binding if entity is not None else None

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
            if topic is None or incoming.cut_bytes or self._registry.has_filters:
                reports = self._hear_uncommon(topic, incoming, at, reports)
            else:
                self._hear_state(topic, incoming, at, reports)
        self._heard_monotonic = batch[-1].monotonic
        self._told(reports)

    def _hear_uncommon(
        self, topic: Topic | None, incoming: Incoming, at: datetime, reports: list[Report]
    ) -> list[Report]:
        known = [topic] if topic is not None else []
        if self._registry.has_filters:
            known += self._registry.by_filter(incoming.topic)
        if known and not incoming.cut_bytes:
            for found in known:
                self._hear_state(found, incoming, at, reports)
            if topic is not None or parse_config_topic(self._prefix, incoming.topic) is None:
                return reports
        # A config can change who is known: what was heard before it is told before it.
        reports = self._told(reports)
        self._heard_monotonic = incoming.monotonic
        self._hear_other(incoming, at)
        return reports

    def _hotel_time_of(self, incoming: Incoming) -> datetime:
        lag_seconds = max(0.0, self._clock.monotonic() - incoming.monotonic)
        return self._clock.now() - timedelta(seconds=lag_seconds * self._clock.speed)

    def _told(self, reports: list[Report]) -> list[Report]:
        if reports:
            self._counts["reports"] += len(reports)
            self._tell(self.listener.reported, reports)
        return []

    def _hear_state(self, topic: Topic, incoming: Incoming, at: datetime, reports: list[Report]) -> None:
        _, payload, retained, monotonic, _ = incoming
        message = Message(payload, retained)
        before = len(reports)
        refused = waits = False
        for key, reads in topic.readers.items():
            for read in reads:
                try:
                    for name, value in read(message):
                        reports.append(_report(Report, (key, name, value, at, monotonic, retained)))
                except MustWait:
                    waits = True
                    self._read_later(key, read, incoming, at)
                except Exception as error:
                    # One payload is one refusal, however many entities read it.
                    refused = self._not_read(key, message, incoming, error, at, again=refused) or refused
        if len(reports) == before and topic.readers and not (refused or waits):
            self._counts["said_nothing"] += 1
        if topic.timed:
            self._reachability.note_times(reports[before:], reports)
        if self._reachability.in_doubt and not retained:
            self._reachability.believe(topic, incoming, at, reports)
        if topic.availability:
            self._hear_availability(topic, message, incoming, at, reports)
        topic.last = incoming if len(payload) <= MOST_REMEMBERED_BYTES else None

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
        if key in self._unread or len(self._unread) < MOST_LISTED:
            self._unread[key] += 1
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
                entity = self._entities.get(key)
                # Who took their config back meanwhile, or sent another one, is not heard in the old way.
                if entity is None or all(reader.read is not read for reader in entity.binding.readers):
                    return
                reports = [
                    Report(key, name, value, at, incoming.monotonic, incoming.retained)
                    for name, value in values
                ]
                if entity.binding.timed:
                    self._reachability.note_times(list(reports), reports)
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
                topic, entity = self._topics.get(source.topic), self._entities.get(key)
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
        self, topic: Topic, message: Message, incoming: Incoming, at: datetime, reports: list[Report]
    ) -> None:
        for key, index in [(key, index) for key, of in topic.availability.items() for index in of]:
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
        topic: Topic,
        key: str,
        index: int,
        said: bool | None,
        incoming: Incoming,
        at: datetime,
        reports: list[Report],
    ) -> None:
        if self._reachability.take(topic, key, index, said, incoming, at, reports):
            self._birth_due = self._birth_due or incoming.monotonic + BIRTH_AFTER_SECONDS

    def _hear_other(self, incoming: Incoming, at: datetime) -> None:
        if incoming.cut_bytes:
            reason = f"the payload of {incoming.cut_bytes} bytes was cut off"
            self._quarantine.keep(incoming.topic, incoming.payload, "too_large", reason, at)
            return
        topic = parse_config_topic(self._prefix, incoming.topic)
        if topic is None and self._retained.hear(incoming, at):
            return
        if topic is None:
            code = "bad_config_topic" if incoming.topic.startswith(f"{self._prefix}/") else "unknown_topic"
            self._quarantine.keep(incoming.topic, incoming.payload, code, "nobody is known to speak here", at)
            return
        try:
            self._announcements.hear(topic, incoming, at)
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

    # ---- who comes and goes

    def _installed(self, entity: Entity, fresh: set[str]) -> None:
        binding = entity.binding
        self._reachability.forget(binding.entity.key)
        self._retained.watch(binding.command_topics, self._clock.monotonic())
        self._tell(self.listener.discovered, binding.entity, binding.config)
        self._catch_up(entity, fresh)

    def _catch_up(self, entity: Entity, fresh: set[str]) -> None:
        """Tell what is known at once. The broker repeats retained messages to new subscriptions only,
        so an entity that joins a topic late hears from us what was said there last."""
        at = self._clock.now()
        reports = self._reachability.first(entity, self._link.connected, at, self._heard_monotonic)
        for name in sorted(entity.binding.topics - fresh):
            topic = self._topics[name]
            if topic.last is not None:
                own = topic.of(entity.binding.entity.key)
                self._hear_state(own, topic.last._replace(retained=True), at, reports)
        self._told(reports)

    def _gone(self, entity: Entity) -> None:
        key = entity.binding.entity.key
        self._reachability.forget(key)
        self._troubles.pop(key, None)
        self._tell(self.listener.withdrawn, key)

    # ---- the link and time

    def _link_changed(self, connected: bool) -> None:
        with self._hearing:
            self._reachability.link_lost_or_back()
            self._retained.anew(connected, self._clock.monotonic())
            self._birth_due = self._clock.monotonic() + BIRTH_AFTER_SECONDS if connected else None
            self._tell(self.listener.link_changed, connected)
            self.rooms.link_changed(connected)
            if connected:
                self._told(self._reachability.ask_anew(self._clock.now(), self._heard_monotonic))

    def _tick(self) -> None:
        now = self._clock.monotonic()
        if (
            self._birth_due is not None
            and now >= self._birth_due
            and self._link.publish(self._birth_topic, ONLINE, retain=self._birth_stays)
        ):
            self._birth_due = None
        self.rooms.tick()
        with self._hearing:
            self._told(self._reachability.expire(self._clock.now(), now, self._heard_monotonic))
            self._retained.tick(now)
