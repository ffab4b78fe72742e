"""The broker link's interface: what the house needs of MQTT, and no more.

`gateway.mqtt.paho_link.PahoLink` is the real one; virtual time has one in memory
(`benchmarks.harness`), held to the same contract by tests/contract/test_mqtt_link.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

# Larger payloads are cut off at the door: no device of the convention has that much to say.
MOST_PAYLOAD_BYTES = 1 << 20
# What is kept of a payload that was cut off or refused.
KEPT_PAYLOAD_BYTES = 512
# Publishes handed to the broker and not yet acknowledged.
MOST_OUTSTANDING = 20


class Incoming(NamedTuple):
    """One message from the broker.

    `monotonic` is the transport time of receipt in seconds. `cut_bytes` is 0, or the length that the
    payload had before all but its first `KEPT_PAYLOAD_BYTES` were thrown away. (A NamedTuple: it is
    made for every message, and a frozen dataclass costs four times as much to make.)
    """

    topic: str
    payload: bytes
    retained: bool
    monotonic: float
    cut_bytes: int = 0


class Outgoing(NamedTuple):
    """One message to the broker. `expiry_seconds` counts where the broker speaks MQTT 5."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    expiry_seconds: int | None = None


class MqttLink(Protocol):
    """A link that reconnects by itself, subscribes anew after each reconnect, and is bounded.

    The callbacks are set before `start` and called from one thread that is not the network's; an
    exception in them is counted and costs nothing but what they were called with. `on_batch`, when
    set, gets the messages that wait, in order, instead of `on_message` getting them one by one.
    `on_tick` is called about once a second from the same thread.
    """

    on_message: Callable[[Incoming], None]
    on_batch: Callable[[list[Incoming]], None] | None
    on_connection: Callable[[bool], None]
    on_tick: Callable[[], None]

    @property
    def connected(self) -> bool: ...

    @property
    def outstanding(self) -> int:
        """Publishes handed over and not yet done; at most `MOST_OUTSTANDING`."""
        ...

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def subscribe(self, topic_filter: str, qos: int = 0) -> None:
        """Subscribe now and after every reconnect."""
        ...

    def unsubscribe(self, topic_filter: str) -> None: ...

    def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = 0,
        retain: bool = False,
        expiry_seconds: int | None = None,
    ) -> bool:
        """Hand one message over. False: not taken (link down or 20 outstanding); nothing is kept."""
        ...

    def publish_all(self, messages: Sequence[Outgoing]) -> bool:
        """Hand all of them over in their order, or (False) none."""
        ...

    def counters(self) -> dict[str, int]:
        """What the link counted since its making, by name, for /metrics."""
        ...
