"""The broker link's interface: what the house needs of MQTT, and no more.

`gateway.mqtt.paho_link.PahoLink` is the real one; virtual time has one in memory
(`benchmarks.harness`), held to the same contract by tests/contract/test_mqtt_link.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message from the broker. `monotonic`: transport time of receipt, seconds."""

    topic: str
    payload: bytes
    retained: bool
    monotonic: float


class MqttLink(Protocol):
    """A link that reconnects by itself, subscribes anew after each reconnect, and is bounded.

    `on_message` and `on_connection` are set before `start` and called from one thread that is not
    the network's; an exception in them is counted and costs nothing but that message.
    """

    on_message: Callable[[Incoming], None]
    on_connection: Callable[[bool], None]

    @property
    def connected(self) -> bool: ...

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
