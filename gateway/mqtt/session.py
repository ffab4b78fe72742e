"""One connection to the broker, from its CONNECT to its end, driven by the thread that calls `run`.

Every connection gets a paho client of its own: what an old one had not sent dies with it, so that no
command is delivered by surprise after an outage. paho's callbacks only hand over; what they are told
to hand to must not wait.
"""

from __future__ import annotations

import logging
import selectors
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from gateway.mqtt.broker_url import BrokerUrl
from gateway.mqtt.fast_client import FastClient
from gateway.mqtt.link import MOST_OUTSTANDING, Outgoing
from gateway.mqtt.outbox import Outbox
from gateway.mqtt.subscriptions import Subscriptions
from hotel.clock import Clock

log = logging.getLogger(__name__)

CONNECT_SECONDS = 5.0
# A broker that took our CONNECT and says nothing to it; one for 3.1.1 can stay silent on MQTT 5.
ANSWER_SECONDS = 10.0
ANSWER_TO_MQTT_5_SECONDS = 3.0
READ_BURST = 256
TICK_SECONDS = 1.0
# A connection that is silent for this many keepalives is dead: paho asks after one, and needs two.
SILENT_KEEPALIVES = 1.5
_SUCCESS = MQTTErrorCode.MQTT_ERR_SUCCESS


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to reach a broker and who we are there. `keepalive_seconds` is what the broker is told."""

    broker: BrokerUrl
    client_id: str
    mqtt_5: bool
    will: tuple[str, bytes] | None
    ca_file: str | None
    keepalive_seconds: int


class Session:
    """One connection.

    Args:
        credentials: where to and as whom.
        subscriptions: what to listen at.
        clock: transport time.
        on_up: called once, when the broker has taken us.
        on_message: topic, payload, whether it was retained, QoS.
    """

    def __init__(
        self,
        credentials: Credentials,
        subscriptions: Subscriptions,
        clock: Clock,
        on_up: Callable[[Session], None],
        on_message: Callable[[Session, str, bytes, bool, int], None],
    ) -> None:
        self.outbox = Outbox()
        self.mqtt_5 = credentials.mqtt_5
        # None: the broker has not answered; False: it refused us.
        self.taken: bool | None = None
        # It refused the version of the protocol.
        self.wants_older = False
        self.subscriptions_refused = 0
        self.turned_monotonic = clock.monotonic()
        self._is_up = False
        self._credentials = credentials
        self._subscriptions = subscriptions
        self._clock = clock
        self._on_up = on_up
        self._on_message = on_message
        self._silent_seconds = credentials.keepalive_seconds * SILENT_KEEPALIVES
        self._tick_seconds = min(TICK_SECONDS, credentials.keepalive_seconds / 10)
        self._wake_out, self._wake_in = socket.socketpair()
        self._wake_out.setblocking(False)
        self._wake_in.setblocking(False)
        self.client = self._make_client()

    @property
    def is_up(self) -> bool:
        """The broker has taken us, and the connection has not ended."""
        return self._is_up

    # ---- from any thread

    def publish(self, message: Outgoing) -> bool:
        """Hand a message to paho; False when it does not take it."""
        properties = None
        if message.expiry_seconds is not None and self.mqtt_5:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.MessageExpiryInterval = max(1, message.expiry_seconds)
        try:
            info = self.client.publish(
                message.topic, message.payload, message.qos, message.retain, properties
            )
        except ValueError:
            return False  # a topic or payload that MQTT cannot carry
        if info.rc != _SUCCESS:
            return False
        self.outbox.note(info, message.qos)
        return True

    def write_now(self) -> None:
        """Write what waits in the caller's thread, where that is safe."""
        # A TLS connection must not be read by one thread while another writes.
        if not self._credentials.broker.tls and not self.client.write_now():
            self.wake()

    def wake(self) -> None:
        """Have the driving thread look at once what there is to do."""
        try:
            self._wake_out.send(b"\0")
        except (BlockingIOError, OSError):
            # Full: it will wake anyhow. Closed: there is nobody to wake.
            return

    def end(self) -> None:
        """Let the connection break; `run` returns soon, if its thread still turns."""
        self._is_up = False
        sock: Any = self.client.socket()
        if sock is not None:
            try:
                sock.close()
            except OSError:
                return

    # ---- the driving thread

    def run(self, goes_on: Callable[[], bool]) -> None:
        """Connect and drive until the connection ends or `goes_on` says no.

        Raises:
            OSError: the broker cannot be reached.
        """
        broker = self._credentials.broker
        try:
            # A fresh client starts clean, and its MQTT 5 session ends with its connection.
            self.client.connect(broker.host, broker.port, keepalive=self._credentials.keepalive_seconds)
            with selectors.DefaultSelector() as selector:
                self._drive(goes_on, selector)
        finally:
            self.end()
            self._wake_in.close()
            self._wake_out.close()

    def _make_client(self) -> FastClient:
        wants = self._credentials
        client = FastClient(
            CallbackAPIVersion.VERSION2,
            client_id=wants.client_id,
            protocol=MQTTProtocolVersion.MQTTv5 if self.mqtt_5 else MQTTProtocolVersion.MQTTv311,
            clean_session=None if self.mqtt_5 else True,
            reconnect_on_failure=False,
        )
        client.connect_timeout = CONNECT_SECONDS
        client.max_inflight_messages = MOST_OUTSTANDING
        if wants.broker.user is not None:
            client.username_pw_set(wants.broker.user, wants.broker.password)
        if wants.broker.tls:
            client.tls_set_context(ssl.create_default_context(cafile=wants.ca_file))
        if wants.will is not None:
            topic, payload = wants.will
            client.will_set(topic, payload, qos=1, retain=True)
        client.on_connect = self._on_connect
        client.on_plain = lambda topic, payload, retained: self._on_message(self, topic, payload, retained, 0)
        client.on_message = self._on_paho_message
        client.on_publish = lambda client, data, mid, *_: self.outbox.done(mid)
        client.on_subscribe = self._on_subscribe
        # With this set paho leaves all writing to the network thread and only tells us that there is some.
        client.on_socket_register_write = lambda *_: self.wake()
        return client

    def _drive(self, goes_on: Callable[[], bool], selector: selectors.BaseSelector) -> None:
        client = self.client
        sock: Any = client.socket()
        if sock is None:
            return
        registered = selectors.EVENT_READ | selectors.EVENT_WRITE
        selector.register(sock, registered)
        selector.register(self._wake_in, selectors.EVENT_READ)
        began = heard = self._clock.monotonic()
        while goes_on():
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.want_write() else 0)
            if wanted != registered:
                selector.modify(sock, wanted)
                registered = wanted
            events = selector.select(0 if sock.pending() else self._tick_seconds)
            self.turned_monotonic = now = self._clock.monotonic()
            readable = sock.pending() > 0
            for key, mask in events:
                if key.fileobj is self._wake_in:
                    _drain(self._wake_in)
                elif mask & selectors.EVENT_READ:
                    readable = True
            if readable:
                heard = now
                if not _read(client, sock):
                    return
            if self._is_up:
                if now - heard > self._silent_seconds:
                    log.warning("mqtt: %s is silent; the connection is given up", self._shown)
                    return
                self._tell_filters(client)
            elif self.taken is False or now - began > self._patience_seconds:
                return
            if client.want_write() and client.loop_write() != _SUCCESS:
                return
            if client.loop_misc() != _SUCCESS or client.socket() is not sock:
                return

    @property
    def _shown(self) -> str:
        return self._credentials.broker.shown

    @property
    def _patience_seconds(self) -> float:
        return ANSWER_TO_MQTT_5_SECONDS if self.mqtt_5 else ANSWER_SECONDS

    def _tell_filters(self, client: FastClient) -> None:
        if not self._subscriptions.waiting:
            return
        for packet in self._subscriptions.gone():
            client.unsubscribe(packet)
        if batch := self._subscriptions.next_packet():
            self._subscriptions.asked(self._subscribe(client, batch))

    def _subscribe(self, client: FastClient, filters: Sequence[tuple[str, int]]) -> int | None:
        if self.mqtt_5:
            _, mid = client.subscribe([(name, SubscribeOptions(qos=qos)) for name, qos in filters])
        else:
            _, mid = client.subscribe(list(filters))
        return mid

    # ---- paho's callbacks

    def _on_connect(self, _client: Client, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        if reason.is_failure:
            self.taken = False
            self.wants_older = self.mqtt_5 and reason.getName() == "Unsupported protocol version"
            if not self.wants_older:
                log.warning("mqtt: %s refused us: %s", self._shown, reason)
            return
        self.taken = self._is_up = True
        self._subscriptions.all_anew()
        self._on_up(self)

    def _on_subscribe(self, client: Client, userdata: Any, mid: int, reasons: Any, *_: Any) -> None:
        self._subscriptions.answered(mid)
        self.subscriptions_refused += sum(1 for reason in reasons if reason.is_failure)

    def _on_paho_message(self, client: Client, data: Any, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = bytes(message._topic).decode("utf-8", "replace")
        self._on_message(self, topic, bytes(message.payload), bool(message.retain), message.qos)


def _read(client: FastClient, sock: Any) -> bool:
    """Read what is there, a burst at most; False when the connection ended."""
    for _ in range(READ_BURST):
        under: Any = client.socket() if client.loop_read() == _SUCCESS else None
        if under is not sock:
            return False
        if not sock.pending():
            break
    return True


def _drain(sock: socket.socket) -> None:
    try:
        while sock.recv(4096):
            pass
    except (BlockingIOError, OSError):
        return
