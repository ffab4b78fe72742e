"""An MQTT broker and its links in memory, for virtual time: one thread, no clock of its own, no chance.

Everything published waits in the broker until `pump` delivers it, in the order of publishing and of
the links' making. What a real broker would do and this one does: retained messages, `+` and `#`,
one copy for a link however many of its filters match, wills of links that drop. What it does not:
QoS (all is delivered once) and sessions (a link that is down misses what is said).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from functools import partial

from gateway.mqtt.link import KEPT_PAYLOAD_BYTES, MOST_OUTSTANDING, MOST_PAYLOAD_BYTES, Incoming, Outgoing
from hotel.clock import Clock

MOST_WAITING = 1_000_000


def topic_matches(topic_filter: str, topic: str) -> bool:
    """Whether an MQTT filter covers the topic; `$` topics are not covered by a leading wildcard."""
    if topic.startswith("$") and topic_filter[:1] in "+#":
        return False
    wanted, levels = topic_filter.split("/"), topic.split("/")
    for index, level in enumerate(wanted):
        if level == "#":
            return True
        if index >= len(levels) or level not in ("+", levels[index]):
            return False
    return len(wanted) == len(levels)


class MemoryBroker:
    """What `MemoryLink`s and simulated devices share. `pump` delivers; nothing else calls anybody."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.retained: dict[str, bytes] = {}
        self._links: list[MemoryLink] = []
        # Links in the order of subscribing; dicts, so that one link is there once.
        self._by_topic: dict[str, dict[MemoryLink, None]] = {}
        self._by_wildcard: dict[str, dict[MemoryLink, None]] = {}
        # Who hears a topic: found once, forgotten when a filter comes or goes.
        self._routes: dict[str, tuple[MemoryLink, ...]] = {}
        self._waiting: deque[Callable[[], None]] = deque()
        self.up = True

    def attach(self, link: MemoryLink) -> None:
        self._links.append(link)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Say something as a device would (a simulator's way in)."""
        if len(self._waiting) >= MOST_WAITING:
            raise OverflowError(f"{MOST_WAITING} messages wait for pump()")
        self._waiting.append(lambda: self._deliver(topic, payload, retain))

    def listen(self, topic_filter: str, heard: Callable[[str, bytes, bool], None]) -> MemoryLink:
        """Hear topics as a device would: `heard(topic, payload, retained)` at each `pump`."""
        link = MemoryLink(self)
        link.on_message = lambda message: heard(message.topic, message.payload, message.retained)
        link.subscribe(topic_filter)
        link.start()
        return link

    def pump(self) -> int:
        """Tick every link, then deliver all that waits and all that is said because of it.

        Returns how many deliveries, acknowledgements and changes of the connection there were.
        """
        for link in list(self._links):
            link.tick()
        count = 0
        while self._waiting:
            self._waiting.popleft()()
            count += 1
        return count

    def go_down(self) -> None:
        """The broker dies, and what it kept with it: links lose their connection, no will is sent."""
        self.up = False
        self._waiting.clear()
        self.retained.clear()
        for link in self._links:
            link.lose()

    def come_back(self) -> None:
        self.up = True
        for link in self._links:
            link.regain()

    def index(self, link: MemoryLink, topic_filter: str) -> None:
        self._index_of(topic_filter).setdefault(topic_filter, {})[link] = None
        self._routes.clear()

    def forget(self, link: MemoryLink, topic_filter: str) -> None:
        self._routes.clear()
        links = self._index_of(topic_filter).get(topic_filter, {})
        links.pop(link, None)
        if not links:
            self._index_of(topic_filter).pop(topic_filter, None)

    def _index_of(self, topic_filter: str) -> dict[str, dict[MemoryLink, None]]:
        return self._by_wildcard if "+" in topic_filter or "#" in topic_filter else self._by_topic

    def soon(self, act: Callable[[], None]) -> None:
        """Do it at the next `pump`, after all that waits already."""
        self._waiting.append(act)

    def _deliver(self, topic: str, payload: bytes, retain: bool) -> None:
        if retain:
            if payload:
                self.retained[topic] = payload
            else:
                self.retained.pop(topic, None)
        route = self._routes.get(topic)
        if route is None:
            route = self._routes[topic] = self._find_route(topic)
        for link in route:
            link.hear(topic, payload, retained=False)

    def _find_route(self, topic: str) -> tuple[MemoryLink, ...]:
        links = dict(self._by_topic.get(topic, ()))
        for topic_filter, subscribed in self._by_wildcard.items():
            if topic_matches(topic_filter, topic):
                links.update(subscribed)
        return tuple(links)


class MemoryLink:
    """`MqttLink` without threads: every callback runs inside `MemoryBroker.pump`."""

    def __init__(self, broker: MemoryBroker, will: tuple[str, bytes] | None = None) -> None:
        self.on_message: Callable[[Incoming], None] = lambda message: None
        self.on_batch: Callable[[list[Incoming]], None] | None = None
        self.on_connection: Callable[[bool], None] = lambda connected: None
        self.on_tick: Callable[[], None] = lambda: None
        self._broker = broker
        self._will = will
        self._filters: dict[str, int] = {}
        self._started = False
        self._connected = False
        self._under_way = 0
        self._counts: Counter[str] = Counter()
        broker.attach(self)

    @property
    def connected(self) -> bool:
        return self._connected

    @property
    def outstanding(self) -> int:
        return self._under_way

    def start(self) -> None:
        self._started = True
        if self._broker.up:
            self.regain()

    def stop(self) -> None:
        self._started = False
        self._connected = False

    def drop(self) -> None:
        """Vanish as a killed process does: the broker publishes the will."""
        self.stop()
        if self._will is not None:
            self._broker.publish(*self._will, retain=True)

    def subscribe(self, topic_filter: str, qos: int = 0) -> None:
        known = topic_filter in self._filters
        self._filters[topic_filter] = max(qos, self._filters.get(topic_filter, 0))
        if not known:
            self._broker.index(self, topic_filter)
            if self._connected:
                self._broker.soon(lambda: self._replay(topic_filter))

    def unsubscribe(self, topic_filter: str) -> None:
        if self._filters.pop(topic_filter, None) is not None:
            self._broker.forget(self, topic_filter)

    def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = 0,
        retain: bool = False,
        expiry_seconds: int | None = None,
    ) -> bool:
        return self.publish_all((Outgoing(topic, payload, qos, retain, expiry_seconds),))

    def publish_all(self, messages: Sequence[Outgoing]) -> bool:
        promised = sum(1 for message in messages if message.qos)
        if not self._connected or self._under_way + promised > MOST_OUTSTANDING:
            self._counts["publishes_refused"] += len(messages)
            return False
        for message in messages:
            self._counts["published"] += 1
            self._broker.publish(message.topic, message.payload, retain=message.retain)
            if message.qos:
                self._under_way += 1
                self._broker.soon(self._acknowledge)
        return True

    def counters(self) -> dict[str, int]:
        return {
            "received": 0,
            "published": 0,
            "publishes_refused": 0,
            "cut_off": 0,
            "handler_failures": 0,
            **self._counts,
            "outstanding": self._under_way,
            "connected": int(self._connected),
        }

    # ---- called by the broker

    def hear(self, topic: str, payload: bytes, *, retained: bool) -> None:
        if not self._connected:
            return
        cut_bytes = 0
        if len(payload) > MOST_PAYLOAD_BYTES:
            cut_bytes, payload = len(payload), payload[:KEPT_PAYLOAD_BYTES]
            self._counts["cut_off"] += 1
        message = Incoming(topic, payload, retained, self._broker.clock.monotonic(), cut_bytes)
        self._counts["received"] += 1
        if self.on_batch is not None:
            self._call(self.on_batch, [message])
        else:
            self._call(self.on_message, message)

    def regain(self) -> None:
        if self._started and not self._connected:
            self._connected = True
            self._broker.soon(lambda: self._call(self.on_connection, True))
            for topic_filter in list(self._filters):
                self._broker.soon(partial(self._replay, topic_filter))

    def lose(self) -> None:
        if self._connected:
            self._connected = False
            self._under_way = 0
            self._broker.soon(lambda: self._call(self.on_connection, False))

    def tick(self) -> None:
        if self._started:
            self._call(self.on_tick)

    # ---- inside

    def _replay(self, topic_filter: str) -> None:
        if topic_filter not in self._filters:
            return
        if topic_filter in self._broker.retained:
            self.hear(topic_filter, self._broker.retained[topic_filter], retained=True)
            return
        if "+" not in topic_filter and "#" not in topic_filter:
            return
        for topic, payload in list(self._broker.retained.items()):
            if topic_matches(topic_filter, topic):
                self.hear(topic, payload, retained=True)

    def _acknowledge(self) -> None:
        self._under_way = max(0, self._under_way - 1)

    def _call(self, callback: Callable[..., None], *arguments: object) -> None:
        try:
            callback(*arguments)
        except Exception:
            self._counts["handler_failures"] += 1
