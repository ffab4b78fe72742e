"""Retained messages on command topics: a command that the broker gives a device at each of its reconnects.

Innkeeper never sends one, but others do. So it looks at the command topics of all known entities, a
bounded number at a time: it subscribes, takes only what the broker kept, and unsubscribes. The broker
answers subscriptions in their order, so a batch ends soon after the house's own retained presence,
which is subscribed to last, has come back. What live messages say on these topics is never looked at.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from gateway.mqtt.link import KEPT_PAYLOAD_BYTES, Incoming, MqttLink

TOPICS_IN_A_BATCH = 500
# Devices announce themselves in crowds; their states come first.
QUIET_SECONDS = 5.0
MOST_PATIENCE_SECONDS = 60.0
# Some brokers send retained messages a little out of order.
GRACE_SECONDS = 1.0
# A broker that does not keep our presence.
MOST_BATCH_SECONDS = 20.0
# Others may leave something behind at any time.
ROUND_SECONDS = 3_600.0
MOST_FOUND = 1_000


@dataclass(frozen=True, slots=True)
class RetainedCommand:
    """What the broker keeps on a command topic. `payload` is its beginning; `at` is hotel time."""

    topic: str
    payload: bytes
    at: datetime


class RetainedCommands:
    """Looks in rounds; `hear`, `tick` and `anew` come from the link's thread, `found` and `clear` from any.

    Args:
        presence_topic: a topic where the house itself keeps a retained message.
        topics: the command topics of all known entities.
        is_heard: whether the wire listens at a topic anyhow, as somebody's state.
    """

    def __init__(
        self,
        link: MqttLink,
        presence_topic: str,
        topics: Callable[[], Iterable[str]],
        is_heard: Callable[[str], bool],
    ) -> None:
        self._link = link
        self._presence_topic = presence_topic
        self._topics = topics
        self._is_heard = is_heard
        self._lock = threading.Lock()
        self._waiting: dict[str, None] = {}
        self._waiting_since = self._quiet_since = 0.0
        self._batch: dict[str, bool] = {}
        self._batch_began = 0.0
        self._batch_ends: float | None = None
        self._leaving: frozenset[str] = frozenset()
        self._next_round: float | None = None
        self._found: dict[str, RetainedCommand] = {}
        self.looked_at = 0
        self.cleared = 0
        self.dropped = 0

    def found(self) -> list[RetainedCommand]:
        """What lies on command topics, oldest find first."""
        with self._lock:
            return list(self._found.values())

    def clear(self, topic: str) -> bool | None:
        """Take the retained message of a found topic away, and look again afterwards.

        None: nothing was found there. False: the link is down or busy; nothing was done.
        """
        with self._lock:
            if topic not in self._found:
                return None
            if not self._link.publish(topic, b"", qos=1, retain=True):
                return False
            del self._found[topic]
            self._waiting[topic] = None
            self.cleared += 1
            return True

    def watch(self, topics: Iterable[str], now: float) -> None:
        """These topics are new, or their entity has changed."""
        with self._lock:
            if not self._waiting:
                self._waiting_since = now
            self._waiting.update(dict.fromkeys(topics))
            self._quiet_since = now

    def anew(self, connected: bool, now: float) -> None:
        """The link came or went: nobody knows what the broker keeps now."""
        with self._lock:
            self._end_batch()
            self._waiting.clear()
            self._next_round = None
        if connected:
            self.watch(self._topics(), now)

    def listening_to(self, topic: str) -> None:
        """A topic that is being looked at has become somebody's state: its retained message is wanted."""
        with self._lock:
            if self._batch.pop(topic, None) is None:
                return
        self._link.unsubscribe(topic)

    def hear(self, incoming: Incoming, at: datetime) -> bool:
        """Take a message that nobody else listens to; False: it is none of these topics."""
        topic = incoming.topic
        if topic == self._presence_topic:
            with self._lock:
                if incoming.retained and self._batch and self._batch_ends is None:
                    self._batch_ends = incoming.monotonic + GRACE_SECONDS
            return True
        with self._lock:
            if topic not in self._batch:
                return topic in self._leaving
            if incoming.retained and incoming.payload:
                self._batch[topic] = True
                kept = RetainedCommand(topic, incoming.payload[:KEPT_PAYLOAD_BYTES], at)
                if topic in self._found or len(self._found) < MOST_FOUND:
                    self._found[topic] = kept
                else:
                    self.dropped += 1
            return True

    def tick(self, now: float) -> None:
        """Begin or end a batch when it is time."""
        if not self._link.connected:
            return
        if self._next_round is not None and now >= self._next_round:
            self._next_round = None
            self.watch(self._topics(), now)
        with self._lock:
            self._leaving = frozenset()
            if self._batch:
                late = now - self._batch_began >= MOST_BATCH_SECONDS
                if late or (self._batch_ends is not None and now >= self._batch_ends):
                    self._end_batch()
            elif self._waiting and (
                now - self._quiet_since >= QUIET_SECONDS or now - self._waiting_since >= MOST_PATIENCE_SECONDS
            ):
                self._begin_batch(now)
            elif not self._waiting and self._next_round is None:
                self._next_round = now + ROUND_SECONDS

    def _begin_batch(self, now: float) -> None:
        names = [name for _, name in zip(range(TOPICS_IN_A_BATCH), self._waiting, strict=False)]
        for name in names:
            del self._waiting[name]
        self._batch = {name: False for name in names if not self._is_heard(name)}
        if not self._batch:
            return
        self._batch_began, self._batch_ends = now, None
        for name in self._batch:
            self._link.subscribe(name, 0)
        if not self._is_heard(self._presence_topic):
            self._link.subscribe(self._presence_topic, 0)

    def _end_batch(self) -> None:
        if not self._batch:
            return
        for name, kept in self._batch.items():
            self._link.unsubscribe(name)
            if not kept and self._batch_ends is not None:
                self._found.pop(name, None)
        if not self._is_heard(self._presence_topic):
            self._link.unsubscribe(self._presence_topic)
        self.looked_at += len(self._batch)
        self._leaving = frozenset(self._batch)
        self._batch, self._batch_ends = {}, None
