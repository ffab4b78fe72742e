"""The broker link on paho-mqtt.

Three threads: the *network* thread drives paho and only fills a bounded queue; the *consumer*
thread empties it into the callbacks; the *watchdog* looks whether the network thread still lives and
whether what we send to ourselves comes back, and rebuilds it when not.

Every connection gets a paho client of its own: what an old one had not sent dies with it, so that no
command is delivered by surprise after an outage. Reconnecting is ours too, because paho's has no
jitter and ignores its own limit of messages under way.
"""

from __future__ import annotations

import logging
import random
import selectors
import socket
import ssl
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any

from paho.mqtt.client import Client, MQTTMessage, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from gateway.mqtt.broker_url import parse_broker_url
from gateway.mqtt.fast_client import FastClient
from gateway.mqtt.link import KEPT_PAYLOAD_BYTES, MOST_OUTSTANDING, MOST_PAYLOAD_BYTES, Incoming, Outgoing
from hotel.clock import Clock

log = logging.getLogger(__name__)

MOST_QUEUED = 50_000
MOST_IN_A_BATCH = 500
# How far into the queue shedding looks for something that can be spared.
SHED_SEARCH = 64
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
KEEPALIVE_SECONDS = 15
CONNECT_SECONDS = 5.0
# A broker that took our CONNECT and says nothing to it; one for 3.1.1 can stay silent on MQTT 5.
ANSWER_SECONDS = 10.0
ANSWER_TO_MQTT_5_SECONDS = 3.0
READ_BURST = 256
# QoS 0 messages that the network thread has not written yet.
MOST_UNWRITTEN = 1_000
FILTERS_IN_A_PACKET = 200
ECHO_LOST_SECONDS = 15.0
STALLED_SECONDS = 20.0
TICK_SECONDS = 1.0
# After a full batch the consumer lets messages gather: two threads that pass the interpreter lock
# back and forth for each message move half as many.
GATHER_SECONDS = 0.002

_CONNECTED = object()
_LOST = object()


class PahoLink:
    """A link to a real broker.

    Args:
        url: `mqtt://user:password@host:port`, or `mqtts://` for TLS.
        client_id: unique on the broker and the same at every start, so that the broker ends our old
            connection (and sends its will) before it takes the new one.
        clock: transport time.
        will: topic and payload that the broker publishes, retained, at QoS 1 when we vanish.
        echo_topic: a topic of our own for the watchdog's echo; None: the watchdog goes without.
        echo_lost_seconds: how long an echo may take before the link starts over; one goes out in each
            third of it.
        most_queued: bound of the inbound queue, in messages.
        ca_file: certificate authorities for `mqtts://`; the machine's own when None.
        mqtt_5: whether to try MQTT 5 first; False for a broker known to speak 3.1.1 alone.

    Raises:
        hotel.errors.Invalid: the URL is none.
    """

    def __init__(
        self,
        url: str,
        client_id: str,
        clock: Clock,
        will: tuple[str, bytes] | None = None,
        *,
        echo_topic: str | None = None,
        echo_lost_seconds: float = ECHO_LOST_SECONDS,
        most_queued: int = MOST_QUEUED,
        ca_file: str | None = None,
        mqtt_5: bool = True,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.on_message: Callable[[Incoming], None] = lambda message: None
        self.on_batch: Callable[[list[Incoming]], None] | None = None
        self.on_connection: Callable[[bool], None] = lambda connected: None
        self.on_tick: Callable[[], None] = lambda: None
        self._broker = parse_broker_url(url)
        self._client_id = client_id
        self._clock = clock
        self._will = will
        self._echo_topic = echo_topic
        self._echo_lost_seconds = echo_lost_seconds
        self._most_queued = most_queued
        self._ca_file = ca_file
        self._jitter = jitter

        self._may_speak_mqtt_5 = mqtt_5
        self._took_mqtt_5 = False
        self._protocol = MQTTProtocolVersion.MQTTv5 if mqtt_5 else MQTTProtocolVersion.MQTTv311
        self._filters: dict[str, int] = {}
        self._unsubscribed: list[str] = []
        self._to_subscribe: deque[str] = deque()
        self._subscribing: int | None = None
        self._queue: deque[Any] = deque()
        self._arrived = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._generation = 0
        self._client: FastClient | None = None
        self._connected = False
        self._under_way: dict[int, MQTTMessageInfo] = {}
        self._unwritten: dict[int, MQTTMessageInfo] = {}
        self._threads: list[threading.Thread] = []
        self._network: threading.Thread | None = None
        self._wake_out, self._wake_in = socket.socketpair()
        self._wake_out.setblocking(False)
        self._wake_in.setblocking(False)
        self._alive_at = 0.0
        self._echo_sent_at: float | None = None
        self._echo_heard = False

    # ---- the port

    @property
    def connected(self) -> bool:
        return self._connected

    @property
    def outstanding(self) -> int:
        return len(self._under_way)

    @property
    def speaks_mqtt_5(self) -> bool:
        """Whether the broker took MQTT 5 (messages expire there); else 3.1.1 is spoken."""
        return self._protocol == MQTTProtocolVersion.MQTTv5

    @property
    def broker(self) -> str:
        """Where the link goes, without secrets."""
        return self._broker.shown

    def start(self) -> None:
        consumer = threading.Thread(target=self._consume, name="mqtt-consumer", daemon=True)
        watchdog = threading.Thread(target=self._watch, name="mqtt-watchdog", daemon=True)
        self._threads = [consumer, watchdog]
        self._rebuild()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Say goodbye (no will is sent) and end all threads; takes 5 s at most."""
        with self._lock:
            client = self._client
        if client is not None and self._connected:
            client.disconnect()
            self._wake()
            self._finish_writing(client)
        self._stopping.set()
        self._arrived.set()
        self._wake()
        for thread in [self._network, *self._threads]:
            if thread is not None and thread is not threading.current_thread():
                thread.join(timeout=5)
        self._connected = False

    def subscribe(self, topic_filter: str, qos: int = 0) -> None:
        with self._lock:
            if self._filters.get(topic_filter, -1) >= qos:
                return
            self._filters[topic_filter] = qos
            self._to_subscribe.append(topic_filter)
        self._wake()

    def unsubscribe(self, topic_filter: str) -> None:
        with self._lock:
            if self._filters.pop(topic_filter, None) is None:
                return
            self._unsubscribed.append(topic_filter)
        self._wake()

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
        with self._lock:
            client = self._client
            if client is None or not self._connected or not self._has_room(messages):
                self._counts["publishes_refused"] += len(messages)
                return False
            for message in messages:
                if not self._publish_one(client, message):
                    return False
            if not self._broker.tls:
                # A TLS connection must not be read by one thread while another writes.
                client.write_now()
        return True

    def counters(self) -> dict[str, int]:
        return {
            "queued": len(self._queue),
            "outstanding": len(self._under_way),
            "connected": int(self._connected),
            "received": 0,
            "published": 0,
            "publishes_refused": 0,
            "shed": 0,
            "cut_off": 0,
            "handler_failures": 0,
            "connections": 0,
            "connections_lost": 0,
            "connections_failed": 0,
            "rebuilt": 0,
            **self._counts,
        }

    # ---- publishing

    def _has_room(self, messages: Sequence[Outgoing]) -> bool:
        promised = sum(1 for message in messages if message.qos)
        for waiting, more, most in (
            (self._under_way, promised, MOST_OUTSTANDING),
            (self._unwritten, len(messages) - promised, MOST_UNWRITTEN),
        ):
            if len(waiting) + more > most:
                # An acknowledgement can overtake our own note of the message; paho knows better.
                for mid in [mid for mid, info in list(waiting.items()) if info.is_published()]:
                    waiting.pop(mid, None)
            if len(waiting) + more > most:
                return False
        return True

    def _publish_one(self, client: FastClient, message: Outgoing) -> bool:
        properties = None
        if message.expiry_seconds is not None and self.speaks_mqtt_5:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.MessageExpiryInterval = max(1, message.expiry_seconds)
        try:
            info = client.publish(message.topic, message.payload, message.qos, message.retain, properties)
        except ValueError:
            # A topic or payload that MQTT cannot carry.
            self._counts["publishes_refused"] += 1
            return False
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._counts["publishes_refused"] += 1
            return False
        self._counts["published"] += 1
        if not info.is_published():
            (self._under_way if message.qos else self._unwritten)[info.mid] = info
        return True

    def _on_publish(self, client: Client, userdata: Any, mid: int, *_: Any) -> None:
        # Not under the lock: paho calls this under locks of its own that publish() also takes.
        self._under_way.pop(mid, None)
        self._unwritten.pop(mid, None)

    # ---- the network thread

    def _rebuild(self) -> None:
        with self._lock:
            self._generation += 1
            self._alive_at = self._clock.monotonic()
            self._network = threading.Thread(
                target=self._keep_connected, args=(self._generation,), name="mqtt-network", daemon=True
            )
            self._network.start()

    def _is_current(self, generation: int) -> bool:
        return generation == self._generation and not self._stopping.is_set()

    def _keep_connected(self, generation: int) -> None:
        pause = FIRST_PAUSE_SECONDS
        while self._is_current(generation):
            came_up = False
            try:
                came_up = self._one_connection(generation)
            except OSError as error:
                log.info("mqtt: cannot reach %s: %s", self._broker.shown, error)
            except Exception:
                self._counts["network_failures"] += 1
                log.exception("mqtt: the network thread met what it should not have")
            if not self._is_current(generation):
                return
            if came_up:
                pause = FIRST_PAUSE_SECONDS
            else:
                self._counts["connections_failed"] += 1
            self._wait(generation, pause * (0.5 + self._jitter()))
            pause = min(LONGEST_PAUSE_SECONDS, pause * 2)

    def _wait(self, generation: int, seconds: float) -> None:
        until = self._clock.monotonic() + seconds
        while self._is_current(generation) and (left := until - self._clock.monotonic()) > 0:
            self._alive_at = self._clock.monotonic()
            self._stopping.wait(min(left, 1.0))

    def _one_connection(self, generation: int) -> bool:
        """Connect and stay until the connection ends. Returns whether the broker took us."""
        client = self._new_client(generation)
        answer: list[bool] = []
        client.on_connect = lambda c, u, flags, reason, props: self._on_connect(
            generation, client, answer, reason
        )
        with self._lock:
            if not self._is_current(generation):
                return False
            self._client = client
        try:
            # A fresh client starts clean, and its MQTT 5 session ends with its connection.
            client.connect(self._broker.host, self._broker.port, keepalive=KEEPALIVE_SECONDS)
            self._drive(generation, client, answer)
        finally:
            self._ended(generation, client)
        if not answer and self.speaks_mqtt_5 and not self._took_mqtt_5 and self._is_current(generation):
            # Some 3.1.1 brokers hang up on MQTT 5 without a word, or say nothing.
            self._protocol = MQTTProtocolVersion.MQTTv311
        elif not answer and self._may_speak_mqtt_5:
            self._protocol = MQTTProtocolVersion.MQTTv5
        return bool(answer and answer[0])

    def _new_client(self, generation: int) -> FastClient:
        client = FastClient(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            protocol=self._protocol,
            clean_session=None if self.speaks_mqtt_5 else True,
            reconnect_on_failure=False,
        )
        client.connect_timeout = CONNECT_SECONDS
        client.max_inflight_messages = MOST_OUTSTANDING
        if self._broker.user is not None:
            client.username_pw_set(self._broker.user, self._broker.password)
        if self._broker.tls:
            client.tls_set_context(ssl.create_default_context(cafile=self._ca_file))
        if self._will is not None:
            topic, payload = self._will
            client.will_set(topic, payload, qos=1, retain=True)
        client.on_plain = lambda topic, payload, retained: self._received(
            generation, topic, payload, retained, 0
        )
        client.on_message = lambda c, u, message: self._on_paho_message(generation, message)
        client.on_publish = self._on_publish
        client.on_subscribe = self._on_subscribe
        # With this set paho leaves all writing to the network thread and only tells us that there is some.
        client.on_socket_register_write = lambda *_: self._wake()
        return client

    def _on_connect(self, generation: int, client: FastClient, answer: list[bool], reason: Any) -> None:
        if not self._is_current(generation):
            return
        if reason.is_failure:
            if reason.getName() == "Unsupported protocol version" and self.speaks_mqtt_5:
                self._protocol = MQTTProtocolVersion.MQTTv311
            else:
                log.warning("mqtt: %s refused us: %s", self._broker.shown, reason)
            answer.append(False)
            return
        answer.append(True)
        self._took_mqtt_5 = self._took_mqtt_5 or self.speaks_mqtt_5
        with self._lock:
            self._to_subscribe = deque(self._filters)
            self._unsubscribed.clear()
            self._subscribing = None
            self._under_way.clear()
            self._unwritten.clear()
            self._connected = True
            self._counts["connections"] += 1
        self._echo_sent_at, self._echo_heard = None, False
        if self._echo_topic is not None:
            client.subscribe(self._echo_topic, 0)
        self._enqueue(_CONNECTED)

    def _ended(self, generation: int, client: FastClient) -> None:
        _close(client)
        with self._lock:
            if self._client is not client:
                return
            self._client = None
            self._under_way.clear()
            self._unwritten.clear()
            was_connected, self._connected = self._connected, False
        if was_connected:
            self._counts["connections_lost"] += 1
            self._enqueue(_LOST)

    def _drive(self, generation: int, client: FastClient, answer: list[bool]) -> None:
        selector = selectors.DefaultSelector()
        try:
            self._drive_selected(generation, client, answer, selector)
        finally:
            selector.close()

    def _drive_selected(
        self, generation: int, client: FastClient, answer: list[bool], selector: selectors.BaseSelector
    ) -> None:
        sock: Any = client.socket()
        if sock is None:
            return
        registered = selectors.EVENT_READ | selectors.EVENT_WRITE
        selector.register(sock, registered)
        wake_key = selector.register(self._wake_in, selectors.EVENT_READ)
        patience = ANSWER_TO_MQTT_5_SECONDS if self.speaks_mqtt_5 else ANSWER_SECONDS
        give_up_at = self._clock.monotonic() + patience
        while self._is_current(generation):
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.want_write() else 0)
            if wanted != registered:
                selector.modify(sock, wanted)
                registered = wanted
            events = selector.select(0 if sock.pending() else TICK_SECONDS)
            self._alive_at = now = self._clock.monotonic()
            readable = sock.pending() > 0
            for key, mask in events:
                if key is wake_key or key.fileobj is self._wake_in:
                    _drain(self._wake_in)
                elif mask & selectors.EVENT_READ:
                    readable = True
            if readable:
                for _ in range(READ_BURST):
                    if client.loop_read() != MQTTErrorCode.MQTT_ERR_SUCCESS:
                        return
                    if not _is_open(client, sock):
                        return
                    if not sock.pending():
                        break
            if self._connected:
                self._subscribe_pending(client)
            elif now > give_up_at or (answer and not answer[0]):
                return
            if client.want_write() and client.loop_write() != MQTTErrorCode.MQTT_ERR_SUCCESS:
                return
            if client.loop_misc() != MQTTErrorCode.MQTT_ERR_SUCCESS or not _is_open(client, sock):
                return

    def _subscribe_pending(self, client: FastClient) -> None:
        """Send the next packet of filters; one is under way at a time, so that 30 000 retained states
        do not arrive in one flood that the broker would cut short."""
        if not self._to_subscribe and not self._unsubscribed:
            return
        with self._lock:
            gone, self._unsubscribed = self._unsubscribed, []
            batch: list[tuple[str, int]] = []
            while self._subscribing is None and self._to_subscribe and len(batch) < FILTERS_IN_A_PACKET:
                topic_filter = self._to_subscribe.popleft()
                qos = self._filters.get(topic_filter)
                if qos is not None:
                    batch.append((topic_filter, qos))
        for start in range(0, len(gone), FILTERS_IN_A_PACKET):
            client.unsubscribe(gone[start : start + FILTERS_IN_A_PACKET])
        if batch:
            if self.speaks_mqtt_5:
                _, mid = client.subscribe([(name, SubscribeOptions(qos=qos)) for name, qos in batch])
            else:
                _, mid = client.subscribe(batch)
            self._subscribing = mid

    def _on_subscribe(self, client: Client, userdata: Any, mid: int, reasons: Any, *_: Any) -> None:
        if mid == self._subscribing:
            self._subscribing = None
        self._counts["subscriptions_refused"] += sum(1 for reason in reasons if reason.is_failure)

    def _on_paho_message(self, generation: int, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = bytes(message._topic).decode("utf-8", "replace")
        self._received(generation, topic, bytes(message.payload), bool(message.retain), message.qos)

    def _received(self, generation: int, topic: str, payload: bytes, retained: bool, qos: int) -> None:
        """In the network thread: nothing but the queue."""
        if generation != self._generation:
            return
        cut_bytes = 0
        if len(payload) > MOST_PAYLOAD_BYTES:
            cut_bytes = len(payload)
            payload = payload[:KEPT_PAYLOAD_BYTES]
            self._counts["cut_off"] += 1
        if topic == self._echo_topic:
            self._echo_sent_at, self._echo_heard = None, True
            return
        queue = self._queue
        if len(queue) >= self._most_queued and not self._shed(sparable=not qos and not retained):
            return
        # What can be shed is told by its QoS, which nobody behind the queue needs to know.
        queue.append((qos, Incoming(topic, payload, retained, self._clock.monotonic(), cut_bytes)))
        if not self._arrived.is_set():
            self._arrived.set()

    def _shed(self, sparable: bool) -> bool:
        """Make room: the oldest unretained QoS 0 message goes first. False: the new one must go."""
        queue = self._queue
        self._counts["shed"] += 1
        try:
            for index in range(min(SHED_SEARCH, len(queue))):
                entry = queue[index]
                if isinstance(entry, tuple) and not entry[0] and not entry[1].retained:
                    del queue[index]
                    return True
        except IndexError:
            return True  # The consumer was faster: there is room.
        if sparable:
            return False
        self._counts["shed_kept"] += 1
        for index in range(min(SHED_SEARCH, len(queue))):
            if isinstance(queue[index], tuple):
                del queue[index]
                return True
        return True

    def _enqueue(self, sign: object) -> None:
        self._queue.append(sign)
        self._arrived.set()

    def _wake(self) -> None:
        try:
            self._wake_out.send(b"\0")
        except (BlockingIOError, OSError):
            # Full: it will wake anyhow.
            return

    def _finish_writing(self, client: FastClient) -> None:
        until = time.monotonic() + 1.0
        while self._connected and client.want_write() and time.monotonic() < until:
            time.sleep(0.01)

    # ---- the consumer thread

    def _consume(self) -> None:
        next_tick = self._clock.monotonic() + TICK_SECONDS
        while not self._stopping.is_set():
            self._arrived.wait(max(0.0, next_tick - self._clock.monotonic()))
            self._arrived.clear()
            while self._queue:
                if self._empty_once() >= 8 and len(self._queue) < MOST_IN_A_BATCH:
                    time.sleep(GATHER_SECONDS)
                if self._clock.monotonic() >= next_tick:
                    break
            now = self._clock.monotonic()
            if now >= next_tick:
                next_tick = now + TICK_SECONDS
                self._call(self.on_tick)
                if self._queue:
                    self._arrived.set()

    def _empty_once(self) -> int:
        """Hand over up to a batch; a change of the connection keeps its place between messages."""
        queue = self._queue
        batch: list[Incoming] = []
        sign: object = None
        try:
            while len(batch) < MOST_IN_A_BATCH:
                entry = queue.popleft()
                if entry is _CONNECTED or entry is _LOST:
                    sign = entry
                    break
                batch.append(entry[1])
        except IndexError:
            pass
        if batch:
            self._counts["received"] += len(batch)
            if self.on_batch is not None:
                self._call(self.on_batch, batch)
            else:
                for message in batch:
                    self._call(self.on_message, message)
        if sign is not None:
            self._call(self.on_connection, sign is _CONNECTED)
        return len(batch)

    def _call(self, callback: Callable[..., None], *arguments: object) -> None:
        try:
            callback(*arguments)
        except Exception:
            self._counts["handler_failures"] += 1
            if self._counts["handler_failures"] <= 10:
                log.exception("mqtt: a handler failed; the message is passed over")

    # ---- the watchdog

    def _watch(self) -> None:
        next_echo = 0.0
        while not self._stopping.wait(min(1.0, self._echo_lost_seconds / 6)):
            now = self._clock.monotonic()
            network = self._network
            if network is None or not network.is_alive() or now - self._alive_at > STALLED_SECONDS:
                self._start_over("its thread is dead or stuck")
            elif self._echo_heard_once_and_lost(now):
                self._start_over("our own messages do not come back")
            elif self._connected and self._echo_topic is not None and now >= next_echo:
                next_echo = now + self._echo_lost_seconds / 3
                self._send_echo(now)

    def _echo_heard_once_and_lost(self, now: float) -> bool:
        # A broker may forbid the topic: only an echo that has worked on this connection can be missed.
        sent_at = self._echo_sent_at
        return self._echo_heard and sent_at is not None and now - sent_at > self._echo_lost_seconds

    def _send_echo(self, now: float) -> None:
        with self._lock:
            client = self._client
        if client is not None and self._echo_topic is not None:
            if self._echo_sent_at is None:
                self._echo_sent_at = now
            client.publish(self._echo_topic, b"", 0)

    def _start_over(self, reason: str) -> None:
        log.error("mqtt: the link to %s starts over: %s", self._broker.shown, reason)
        self._counts["rebuilt"] += 1
        self._echo_sent_at, self._echo_heard = None, False
        with self._lock:
            client = self._client
        if client is not None:
            # Ends the old thread's loop (if it still turns) and marks the loss.
            self._ended(self._generation, client)
        self._rebuild()


def _is_open(client: FastClient, sock: object) -> bool:
    return client.socket() is sock


def _close(client: FastClient) -> None:
    sock: Any = client.socket()
    if sock is not None:
        try:
            sock.close()
        except OSError:
            return


def _drain(sock: socket.socket) -> None:
    try:
        while sock.recv(4096):
            pass
    except (BlockingIOError, OSError):
        return
