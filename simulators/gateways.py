"""The room gateways' real MQTT connections: one for each room and one for the weather station.

All of them are driven by one thread, the runner's, with sockets that do not block: no thread for each
room and no lock. Callbacks only enqueue. What cannot be sent just now waits, the newest for each
topic, so that a slow broker costs no memory without bound. MQTT 5 is tried first; a broker that
does not speak it gets 3.1.1.
"""

from __future__ import annotations

import logging
import random
import selectors
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from simulators.wire import CONTROL_TOPIC, OFFLINE, OUTSIDE, STATUS_TOPICS, availability_topic, command_filter

log = logging.getLogger(__name__)

KEEPALIVE_SECONDS = 30
CONNECT_TIMEOUT_SECONDS = 2.0
ANSWER_TIMEOUT_SECONDS = 10.0  # from CONNECT to CONNACK
# Some brokers of the old protocol say nothing at all to a CONNECT of the new one.
FIRST_ANSWER_TIMEOUT_SECONDS = 1.5
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 20.0
CONNECTS_IN_A_TURN = 8
REFUSALS_BEFORE_OLD_PROTOCOL = 2

Heard = Callable[[str, bytes], None]


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is, as `mqtt://user:pass@host:port` says."""

    host: str
    port: int
    username: str | None
    password: str | None

    @classmethod
    def parse(cls, url: str) -> BrokerAddress:
        """Read a URL.

        Raises:
            ValueError: it is no mqtt URL.
        """
        parts = urlsplit(url)
        if parts.scheme != "mqtt" or not parts.hostname:
            raise ValueError("the broker's address must look like mqtt://user:pass@host:port")
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        return cls(parts.hostname, parts.port or 1883, user, password)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Gateway:
    """One connection. All methods are called from the runner's thread."""

    def __init__(self, name: str, owner: Gateways) -> None:
        self.name = name
        self._owner = owner
        self._client: mqtt.Client | None = None
        self._waiting: dict[str, tuple[bytes, bool]] = {}
        self.up = False
        self.connecting_since: float | None = None
        self.next_try = 0.0
        self._pause = FIRST_PAUSE_SECONDS

    @property
    def socket(self) -> socket.socket | None:
        link = None if self._client is None else self._client.socket()
        return link if isinstance(link, socket.socket) else None

    def connect(self, now: float) -> None:
        """Open the connection; the answer comes to `_on_connect`."""
        self._drop()
        client = self._owner.make_client(self.name)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        self._client = client
        self.connecting_since = now
        address = self._owner.address
        # Hotels restart gateways: nothing of the last session is to be kept.
        extra: dict[str, Any] = {"clean_start": True} if self._owner.is_new_protocol else {}
        try:
            client.connect(address.host, address.port, KEEPALIVE_SECONDS, **extra)
        except (OSError, ValueError) as error:
            self._drop()
            self._owner.failed(self, str(error) or type(error).__name__, now)

    def retry_later(self, now: float, draw: random.Random) -> None:
        """Try again after a pause that grows, up to a bound."""
        self.next_try = now + self._pause * draw.uniform(0.5, 1.0)
        self._pause = min(LONGEST_PAUSE_SECONDS, self._pause * 2)

    def send(self, topic: str, payload: bytes, retain: bool) -> None:
        """Publish, or keep as the newest of its topic until the broker takes more."""
        client = self._client
        if client is None or not self.up:
            return  # on connection everything is said anew
        if self._waiting or client.want_write():
            self._waiting[topic] = (payload, retain)
            return
        client.publish(topic, payload, qos=1 if topic.endswith("/config") else 0, retain=retain)

    @property
    def wants_write(self) -> bool:
        return self._client is not None and (self._client.want_write() or bool(self._waiting and self.up))

    def read(self) -> None:
        if self._client is not None:
            self._client.loop_read()

    def write(self) -> None:
        client = self._client
        if client is None:
            return
        if client.want_write():
            client.loop_write()
        while self.up and self._waiting and not client.want_write():
            topic = next(iter(self._waiting))
            payload, retain = self._waiting.pop(topic)
            client.publish(topic, payload, qos=1 if topic.endswith("/config") else 0, retain=retain)

    def keep_alive(self, now: float) -> None:
        """Pings, and patience with a broker that does not answer."""
        if self._client is None:
            return
        self._client.loop_misc()
        since = self.connecting_since
        if since is not None and now - since > self._owner.patience_seconds:
            self._owner.events.append((self, "silent", "no answer"))

    def close(self) -> None:
        """Say goodbye: offline, then leave, so that the last will is not needed."""
        if self._client is not None and self.up:
            self._client.publish(availability_topic(self.name), OFFLINE, retain=True)
            self._client.disconnect()
            for _ in range(20):
                if not self._client.want_write():
                    break
                self._client.loop_write()
        self._drop()

    def _drop(self) -> None:
        client, self._client = self._client, None
        self.up = False
        self.connecting_since = None
        self._waiting.clear()
        if client is not None:
            client.on_connect = client.on_disconnect = client.on_message = None
            link = client.socket()
            if link is not None:
                link.close()

    # -- callbacks: only enqueue ------------------------------------------------------------------

    def _on_connect(
        self, client: mqtt.Client, data: object, flags: object, reason: ReasonCode, properties: object
    ) -> None:
        self._owner.events.append((self, "refused" if reason.is_failure else "up", str(reason)))

    def _on_disconnect(
        self, client: mqtt.Client, data: object, flags: object, reason: ReasonCode, properties: object
    ) -> None:
        self._owner.events.append((self, "down", str(reason)))

    def _on_message(self, client: mqtt.Client, data: object, message: mqtt.MQTTMessage) -> None:
        # A retained birth is old news: whoever was born read our retained configs.
        if message.retain and message.topic in STATUS_TOPICS:
            return
        self._owner.heard(message.topic, bytes(message.payload))

    def came_up(self) -> None:
        assert self._client is not None
        self.up = True
        self.connecting_since = None
        self._pause = FIRST_PAUSE_SECONDS
        outside = self.name == OUTSIDE
        wanted = [CONTROL_TOPIC, *STATUS_TOPICS] if outside else [command_filter(self.name)]
        self._client.subscribe([(topic, 1) for topic in wanted])

    def went_down(self) -> None:
        self._drop()


class Gateways:
    """Every gateway's connection; the `Wire` of a running world.

    Args:
        address: the broker's.
        names: of the gateways.
        heard: called in the runner's thread with each message for the devices.
        connected: called with the name of a gateway whose link came up.
        run: makes client ids of this run its own.
        seed: for the jitter of retries.
    """

    def __init__(
        self,
        address: BrokerAddress,
        names: list[str],
        heard: Heard,
        connected: Callable[[str], None],
        run: str,
        seed: int = 0,
    ) -> None:
        self.address = address
        self.heard = heard
        self.events: list[tuple[Gateway, str, str]] = []
        self.is_new_protocol = True
        self._connected = connected
        self._run = run
        self._draw = random.Random(f"{seed}/gateways")
        self._gateways = {name: Gateway(name, self) for name in names}
        self._selector = selectors.DefaultSelector()
        self._registered: dict[int, tuple[socket.socket, Gateway, int]] = {}
        self._refusals = 0
        self._told_down = False
        self._ever_up = False

    def publish(self, room: str, topic: str, payload: bytes, retain: bool) -> None:
        """Send through a room's gateway."""
        self._gateways[room].send(topic, payload, retain)

    @property
    def patience_seconds(self) -> float:
        """How long a gateway waits for the broker's word on its CONNECT."""
        unsure = self.is_new_protocol and not self._ever_up
        return FIRST_ANSWER_TIMEOUT_SECONDS if unsure else ANSWER_TIMEOUT_SECONDS

    @property
    def up(self) -> int:
        """How many gateways are connected."""
        return sum(gateway.up for gateway in self._gateways.values())

    def make_client(self, name: str) -> mqtt.Client:
        """A fresh client with its last will."""
        version = MQTTProtocolVersion.MQTTv5 if self.is_new_protocol else MQTTProtocolVersion.MQTTv311
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"simulated-{name}-{self._run}",
            protocol=version,
            clean_session=None if self.is_new_protocol else True,
        )
        client.connect_timeout = CONNECT_TIMEOUT_SECONDS
        client.max_inflight_messages_set(40)
        if self.address.username is not None:
            client.username_pw_set(self.address.username, self.address.password)
        client.will_set(availability_topic(name), OFFLINE, qos=1, retain=True)
        return client

    def turn(self, now: float, timeout_seconds: float) -> None:
        """Read and write for at most `timeout_seconds`. `now` is monotonic transport time."""
        self._open_some(now)
        self._register()
        if self._registered:
            for key, ready in self._selector.select(timeout_seconds):
                gateway: Gateway = key.data
                if ready & selectors.EVENT_READ:
                    gateway.read()
                if ready & selectors.EVENT_WRITE:
                    gateway.write()
        self._take_events(now)

    @property
    def idle(self) -> bool:
        """Whether there is no connection to wait on."""
        return not self._registered

    def keep_alive(self, now: float) -> None:
        """To be called about once a second."""
        for gateway in self._gateways.values():
            gateway.keep_alive(now)
        self._take_events(now)

    def close(self) -> None:
        """Every gateway says goodbye."""
        for gateway in self._gateways.values():
            gateway.close()
        self._selector.close()

    def failed(self, gateway: Gateway, why: str, now: float) -> None:
        """A connection could not be made."""
        gateway.retry_later(now, self._draw)
        if not self._told_down:
            self._told_down = True
            log.warning("The broker at %s cannot be reached (%s); trying again.", self.address, why)

    def _open_some(self, now: float) -> None:
        pending = [g for g in self._gateways.values() if not g.up and g.connecting_since is None]
        due = [gateway for gateway in pending if gateway.next_try <= now]
        # While nobody is connected one gateway feels the way; the others follow when it is through.
        anyone = self.up > 0
        trying = any(gateway.connecting_since is not None for gateway in self._gateways.values())
        if not anyone and trying:
            return
        for gateway in due[: CONNECTS_IN_A_TURN if anyone else 1]:
            gateway.connect(now)
            if not anyone and gateway.connecting_since is None:
                for other in pending:
                    other.next_try = max(other.next_try, gateway.next_try)

    def _register(self) -> None:
        wanted: dict[int, tuple[socket.socket, Gateway, int]] = {}
        for gateway in self._gateways.values():
            link = gateway.socket
            if link is not None and link.fileno() >= 0:
                mask = selectors.EVENT_READ | (selectors.EVENT_WRITE if gateway.wants_write else 0)
                wanted[link.fileno()] = (link, gateway, mask)
        for number, old in list(self._registered.items()):
            new = wanted.get(number)
            if new is None or new[0] is not old[0]:
                self._selector.unregister(old[0])
                del self._registered[number]
            elif new[2] != old[2]:
                self._selector.modify(new[0], new[2], new[1])
                self._registered[number] = new
        for number, new in wanted.items():
            if number not in self._registered:
                self._selector.register(new[0], new[2], new[1])
                self._registered[number] = new

    def _take_events(self, now: float) -> None:
        events, self.events = self.events, []
        for gateway, kind, why in events:
            if kind == "up":
                self._refusals = 0
                self._ever_up = True
                if self._told_down:
                    self._told_down = False
                    log.warning("The broker at %s answers.", self.address)
                gateway.came_up()
                self._connected(gateway.name)
                continue
            was_up = gateway.up
            gateway.went_down()
            if not was_up and not self._ever_up and self._turns_to_old_protocol(kind, why):
                gateway.next_try = now
                continue
            self.failed(gateway, why, now)

    def _turns_to_old_protocol(self, kind: str, why: str) -> bool:
        """A broker of the old protocol refuses MQTT 5, hangs up on it, or says nothing at all."""
        self._refusals += 1
        plain = kind == "silent" or "protocol version" in why.lower()
        if self.is_new_protocol and (plain or self._refusals >= REFUSALS_BEFORE_OLD_PROTOCOL):
            self._refusals, self.is_new_protocol = 0, False
            log.info("The broker at %s does not take MQTT 5; trying MQTT 3.1.1.", self.address)
            return True
        if not self.is_new_protocol and self._refusals >= REFUSALS_BEFORE_OLD_PROTOCOL:
            # It was something else, such as a wrong password: both are tried in turn.
            self._refusals, self.is_new_protocol = 0, True
        return False
