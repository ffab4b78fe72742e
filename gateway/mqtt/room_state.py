"""The house's own view of each room, for other systems on the broker.

Retained at `innkeeper/<property>/room/<number>/state` as JSON, only when it changed, at most once a
second for a room; whether the house itself is there stands at `innkeeper/<property>/availability`, or
where the settings say (its "offline" is also the link's last will). The caller puts no guest data in.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import orjson

from gateway.mqtt.link import MOST_OUTSTANDING, MqttLink
from hotel.clock import Clock

ONLINE, OFFLINE = b"online", b"offline"
LEAST_SECONDS_BETWEEN = 1.0
# Commands come first: room states leave them half of the link's window.
MOST_UNDER_WAY = MOST_OUTSTANDING // 2
MOST_ROOMS = 10_000


def availability_topic(
    property_id: str, publish_prefix: str = "innkeeper", birth_topic: str | None = None
) -> str:
    """Where the house says that it is there; also the topic of the link's will (payload `OFFLINE`)."""
    return birth_topic or f"{publish_prefix}/{_level(property_id)}/availability"


def room_topic(property_id: str, number: str, publish_prefix: str = "innkeeper") -> str:
    return f"{publish_prefix}/{_level(property_id)}/room/{_level(number)}/state"


def _level(name: str) -> str:
    """The name as one level of a topic."""
    return "".join("-" if character in "/+#\0" else character for character in name)


class RoomStates:
    """What is to be said of each room and what has been. `put` may be called from any thread;
    `tick` and `link_changed` come from the link's thread."""

    def __init__(
        self, link: MqttLink, clock: Clock, property_id: str, publish_prefix: str, presence_topic: str
    ) -> None:
        self._link = link
        self._clock = clock
        self._property_id = property_id
        self._prefix = publish_prefix
        self._presence_topic = presence_topic
        self._lock = threading.Lock()
        self._said: dict[str, bytes] = {}
        self._said_at: dict[str, float] = {}
        self._to_say: dict[str, bytes] = {}
        self._greeted = False
        self.published = 0
        self.refused = 0

    def put(self, number: str, state: Mapping[str, Any]) -> None:
        """The room's state now; published soon when it differs from what was said last."""
        payload = orjson.dumps(state, option=orjson.OPT_SORT_KEYS)
        with self._lock:
            if self._said.get(number) == payload:
                self._to_say.pop(number, None)
            elif number in self._to_say or len(self._said) + len(self._to_say) < MOST_ROOMS:
                self._to_say[number] = payload
            else:
                self.refused += 1

    def link_changed(self, connected: bool) -> None:
        """A broker that comes back may have forgotten what it retained: all is said again."""
        self._greeted = False
        if connected:
            with self._lock:
                for number, payload in self._said.items():
                    self._to_say.setdefault(number, payload)
                self._said.clear()
                self._said_at.clear()
            self.tick()

    def tick(self) -> None:
        """Publish what is due, as far as the link has room."""
        if not self._link.connected:
            return
        if not self._greeted:
            self._greeted = self._link.publish(self._presence_topic, ONLINE, qos=1, retain=True)
        now = self._clock.monotonic()
        with self._lock:
            due = [
                (number, payload)
                for number, payload in self._to_say.items()
                if now - self._said_at.get(number, -LEAST_SECONDS_BETWEEN) >= LEAST_SECONDS_BETWEEN
            ]
        for number, payload in due:
            if self._link.outstanding >= MOST_UNDER_WAY:
                return
            topic = room_topic(self._property_id, number, self._prefix)
            if not self._link.publish(topic, payload, qos=1, retain=True):
                return
            self.published += 1
            with self._lock:
                self._said[number] = payload
                self._said_at[number] = now
                if self._to_say.get(number) == payload:
                    del self._to_say[number]

    def say_goodbye(self) -> None:
        """Say that the house is going away in good order (no will is sent then)."""
        self._link.publish(self._presence_topic, OFFLINE, qos=1, retain=True)
