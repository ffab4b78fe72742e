"""The broker link on paho-mqtt.

Three threads: the *network* thread drives a session with the broker and only fills a bounded inbox; the
*consumer* thread empties it into the callbacks; the *watchdog* looks whether the network thread still
lives and whether what we send to ourselves comes back, and rebuilds it when not. Consumer and watchdog
look after each other: whichever ends is started again by the other.

Reconnecting is ours, because paho's has no jitter and ignores its own limit of messages under way; what
one connection is and does stands in `gateway.mqtt.session`.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence

from gateway.mqtt.broker_url import parse_broker_url
from gateway.mqtt.echo import Echo
from gateway.mqtt.inbox import MOST_QUEUED, Inbox
from gateway.mqtt.link import KEPT_PAYLOAD_BYTES, MOST_PAYLOAD_BYTES, Incoming, Outgoing
from gateway.mqtt.session import Credentials, Session
from gateway.mqtt.subscriptions import Subscriptions
from hotel.clock import Clock

log = logging.getLogger(__name__)

MOST_IN_A_BATCH = 500
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
KEEPALIVE_SECONDS = 15
# How long the network thread may not turn before another takes its place; and how many that hang
# somewhere (in a name server, say) may be left behind before we only wait for them.
STALLED_SECONDS = 20.0
MOST_LEFT_BEHIND = 4
# A consumer that has not come back for this long hangs in the house behind it.
CONSUMER_LATE_SECONDS = 20.0
TICK_SECONDS = 1.0
GOODBYE_SECONDS = 1.0
# After a full batch the consumer lets messages gather: two threads that pass the interpreter lock
# back and forth for each message move half as many.
GATHER_SECONDS = 0.002


class PahoLink:
    """A link to a real broker.

    Args:
        url: `mqtt://user:password@host:port`, or `mqtts://` for TLS.
        client_id: unique on the broker and the same at every start, so that the broker ends our old
            connection (and sends its will) before it takes the new one.
        clock: transport time.
        will: topic and payload that the broker publishes, retained, at QoS 1 when we vanish.
        echo_topic: a topic of our own for the watchdog's echo; None: the watchdog goes without.
        keepalive_seconds: a connection that is silent for 1.5 times this is given up, on both sides.
        echo_lost_seconds: how long an echo may take before the link starts over; as the keepalive when
            None.
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
        keepalive_seconds: int = KEEPALIVE_SECONDS,
        echo_lost_seconds: float | None = None,
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
        self._keepalive_seconds = keepalive_seconds
        self._ca_file = ca_file
        self._jitter = jitter

        self._may_speak_mqtt_5 = mqtt_5
        self._took_mqtt_5 = False
        self._mqtt_5 = mqtt_5
        self._subscriptions = Subscriptions()
        self._inbox = Inbox(most_queued)
        self._echo = Echo(echo_topic, echo_lost_seconds or float(keepalive_seconds))
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._session: Session | None = None
        self._generation = 0
        self._network: threading.Thread | None = None
        self._left_behind: list[threading.Thread] = []
        self._consumer: threading.Thread | None = None
        self._watchdog: threading.Thread | None = None
        self._turned_monotonic = 0.0
        self._consumed_monotonic = 0.0

    # ---- the port

    @property
    def connected(self) -> bool:
        session = self._session
        return session is not None and session.is_up

    @property
    def outstanding(self) -> int:
        session = self._session
        return session.outbox.outstanding if session is not None else 0

    @property
    def speaks_mqtt_5(self) -> bool:
        """Whether the broker took MQTT 5 (messages expire there); else 3.1.1 is spoken."""
        return self._mqtt_5

    @property
    def broker(self) -> str:
        """Where the link goes, without secrets."""
        return self._broker.shown

    def start(self) -> None:
        self._rebuild()
        self._start_consumer()
        self._start_watchdog()

    def stop(self) -> None:
        """Say goodbye (no will is sent) and end all threads; takes some seconds at most."""
        with self._lock:
            session = self._session
        if session is not None and session.is_up:
            session.client.disconnect()
            session.wake()
            self._finish_writing(session)
        self._stopping.set()
        self._inbox.arrived.set()
        self._wake()
        for thread in (self._network, self._consumer, self._watchdog):
            if thread is not None and thread is not threading.current_thread():
                thread.join(timeout=5)
        with self._lock:
            self._session = None

    def subscribe(self, topic_filter: str, qos: int = 0) -> None:
        if self._subscriptions.add(topic_filter, qos):
            self._wake()

    def unsubscribe(self, topic_filter: str) -> None:
        if self._subscriptions.drop(topic_filter):
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
            session = self._session
            if session is None or not session.is_up or not session.outbox.has_room(messages):
                self._counts["publishes_refused"] += len(messages)
                return False
            for message in messages:
                if not session.publish(message):
                    self._counts["publishes_refused"] += 1
                    return False
                self._counts["published"] += 1
            session.write_now()
        return True

    def counters(self) -> dict[str, int]:
        return {
            "queued": len(self._inbox),
            "queued_bytes": self._inbox.waiting_bytes,
            "outstanding": self.outstanding,
            "connected": int(self.connected),
            "filters_unconfirmed": self._subscriptions.unconfirmed,
            "received": 0,
            "published": 0,
            "publishes_refused": 0,
            "shed": 0,
            "shed_kept": 0,
            "cut_off": 0,
            "handler_failures": 0,
            "connections": 0,
            "connections_lost": 0,
            "connections_failed": 0,
            "subscriptions_refused": 0,
            "network_failures": 0,
            "rebuilt": 0,
            "threads_restarted": 0,
            "watchdog_failures": 0,
            **self._counts,
            **self._inbox.counts,
        }

    def trouble(self) -> str | None:
        """What is wrong with the link just now, in one sentence; None when nothing is."""
        if self._consumer is None:
            return "The MQTT link has not been started."
        if not self._consumer.is_alive():
            return "The thread that takes in what devices say has ended."
        late_seconds = self._clock.monotonic() - self._consumed_monotonic
        if late_seconds > CONSUMER_LATE_SECONDS:
            return f"What devices say has not been taken in for {late_seconds:.0f} seconds."
        if not self.connected:
            return "The MQTT broker does not answer."
        return None

    # ---- the network thread

    def _rebuild(self) -> None:
        with self._lock:
            self._generation += 1
            self._turned_monotonic = self._clock.monotonic()
            if self._network is not None and self._network.is_alive():
                self._left_behind.append(self._network)
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
                came_up = self._one_session(generation)
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
            self._turned_monotonic = self._clock.monotonic()
            self._stopping.wait(min(left, 1.0))

    def _one_session(self, generation: int) -> bool:
        """Connect and stay until the connection ends. Returns whether the broker took us."""
        credentials = Credentials(
            self._broker,
            self._client_id,
            self._mqtt_5,
            self._will,
            self._ca_file,
            self._keepalive_seconds,
        )
        session = Session(credentials, self._subscriptions, self._clock, self._came_up, self._received)
        with self._lock:
            if not self._is_current(generation):
                return False
            self._session = session
            self._turned_monotonic = self._clock.monotonic()
        try:
            session.run(lambda: self._is_current(generation))
        finally:
            self._ended(session)
        if session.wants_older:
            self._mqtt_5 = False
        elif session.taken is None and session.mqtt_5 and not self._took_mqtt_5:
            # Some 3.1.1 brokers hang up on MQTT 5 without a word, or say nothing.
            if self._is_current(generation):
                self._mqtt_5 = False
        elif session.taken is None:
            self._mqtt_5 = self._may_speak_mqtt_5
        return session.taken is True

    def _came_up(self, session: Session) -> None:
        with self._lock:
            if session is not self._session:
                return
            self._took_mqtt_5 = self._took_mqtt_5 or session.mqtt_5
            self._counts["connections"] += 1
            self._echo.began()
            # Under the lock, so that a watchdog that gives the session up says so after this.
            self._inbox.sign(True)
        if self._echo.topic is not None:
            session.client.subscribe(self._echo.topic, 0)

    def _ended(self, session: Session) -> None:
        session.end()
        with self._lock:
            self._counts["subscriptions_refused"] += session.subscriptions_refused
            session.subscriptions_refused = 0
            if self._session is not session:
                return
            self._session = None
            if session.taken:
                self._counts["connections_lost"] += 1
                self._inbox.sign(False)

    def _received(self, session: Session, topic: str, payload: bytes, retained: bool, qos: int) -> None:
        """In the network thread: nothing but the inbox."""
        if session is not self._session:
            return
        cut_bytes = 0
        if len(payload) > MOST_PAYLOAD_BYTES:
            cut_bytes = len(payload)
            payload = payload[:KEPT_PAYLOAD_BYTES]
            self._counts["cut_off"] += 1
        if topic == self._echo.topic:
            self._echo.heard()
            return
        self._inbox.put(Incoming(topic, payload, retained, self._clock.monotonic(), cut_bytes), qos)

    def _wake(self) -> None:
        session = self._session
        if session is not None:
            session.wake()

    def _finish_writing(self, session: Session) -> None:
        until = self._clock.monotonic() + GOODBYE_SECONDS
        while session.is_up and session.client.want_write() and self._clock.monotonic() < until:
            self._stopping.wait(0.01)

    # ---- the consumer thread

    def _start_consumer(self) -> None:
        self._consumed_monotonic = self._clock.monotonic()
        self._consumer = threading.Thread(target=self._consume, name="mqtt-consumer", daemon=True)
        self._consumer.start()

    def _consume(self) -> None:
        inbox = self._inbox
        next_tick = self._clock.monotonic() + TICK_SECONDS
        while not self._stopping.is_set():
            inbox.arrived.wait(max(0.0, next_tick - self._clock.monotonic()))
            inbox.arrived.clear()
            while len(inbox):
                if self._empty_once() >= 8 and len(inbox) < MOST_IN_A_BATCH:
                    time.sleep(GATHER_SECONDS)
                self._consumed_monotonic = now = self._clock.monotonic()
                if now >= next_tick:
                    break
            self._consumed_monotonic = now = self._clock.monotonic()
            if now >= next_tick:
                next_tick = now + TICK_SECONDS
                self._look_after_the_watchdog()
                self._call(self.on_tick)
                if len(inbox):
                    inbox.arrived.set()

    def _empty_once(self) -> int:
        """Hand over up to a batch; a change of the connection keeps its place between messages."""
        batch, sign = self._inbox.take(MOST_IN_A_BATCH)
        if batch:
            self._counts["received"] += len(batch)
            if self.on_batch is not None:
                self._call(self.on_batch, batch)
            else:
                for message in batch:
                    self._call(self.on_message, message)
        if sign is not None:
            self._call(self.on_connection, sign)
        return len(batch)

    def _call(self, callback: Callable[..., None], *arguments: object) -> None:
        try:
            callback(*arguments)
        except BaseException:  # whatever a handler thinks it ends, it is not this thread
            self._counts["handler_failures"] += 1
            if self._counts["handler_failures"] <= 10:
                log.exception("mqtt: a handler failed; the message is passed over")

    def _look_after_the_watchdog(self) -> None:
        watchdog = self._watchdog
        if watchdog is not None and not watchdog.is_alive() and not self._stopping.is_set():
            log.error("mqtt: the watchdog has ended; it is started again")
            self._counts["threads_restarted"] += 1
            self._start_watchdog()

    # ---- the watchdog

    def _start_watchdog(self) -> None:
        self._watchdog = threading.Thread(target=self._watch, name="mqtt-watchdog", daemon=True)
        self._watchdog.start()

    def _watch(self) -> None:
        while not self._stopping.wait(min(1.0, self._echo.lost_seconds / 6)):
            try:
                self._look(self._clock.monotonic())
            except Exception:
                self._counts["watchdog_failures"] += 1
                if self._counts["watchdog_failures"] <= 10:
                    log.exception("mqtt: the watchdog failed; it goes on")

    def _look(self, now: float) -> None:
        consumer = self._consumer
        if consumer is not None and not consumer.is_alive():
            log.error("mqtt: the consumer has ended; it is started again")
            self._counts["threads_restarted"] += 1
            self._start_consumer()
            # What it held in its hands is lost: the retained states are to be read again.
            self._start_over("its consumer had ended")
        elif reason := self._network_fault(now):
            self._start_over(reason)
        elif self.connected and self._echo.due(now):
            self._send_echo(now)

    def _network_fault(self, now: float) -> str | None:
        network, session = self._network, self._session
        if network is None or not network.is_alive():
            return "its thread has ended"
        turned = max(self._turned_monotonic, session.turned_monotonic if session is not None else 0.0)
        if now - turned > STALLED_SECONDS:
            self._left_behind = [thread for thread in self._left_behind if thread.is_alive()]
            return "its thread is stuck" if len(self._left_behind) < MOST_LEFT_BEHIND else None
        return "our own messages do not come back" if self._echo.lost(now) else None

    def _send_echo(self, now: float) -> None:
        with self._lock:
            session = self._session
        if session is not None and session.is_up and self._echo.topic is not None:
            self._echo.sent(now)
            session.client.publish(self._echo.topic, b"", 0)

    def _start_over(self, reason: str) -> None:
        log.error("mqtt: the link to %s starts over: %s", self._broker.shown, reason)
        self._counts["rebuilt"] += 1
        self._echo.began()
        with self._lock:
            session = self._session
        if session is not None:
            # Ends the old thread's loop (if it still turns) and marks the loss.
            self._ended(session)
        self._rebuild()
