"""What a link listens at, and what of it the broker has still to be told."""

from __future__ import annotations

import threading
from collections import deque

FILTERS_IN_A_PACKET = 200


class Subscriptions:
    """Filters with their QoS. Any thread may add and drop; the network thread tells the broker.

    One packet of filters is under way at a time, so that 30 000 retained states do not arrive in one
    flood that the broker would cut short.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._filters: dict[str, int] = {}
        self._to_add: deque[str] = deque()
        self._to_drop: list[str] = []
        self._under_way: int | None = None
        self._filters_under_way = 0

    def add(self, topic_filter: str, qos: int) -> bool:
        """Listen there from now on; False when we do already."""
        with self._lock:
            if self._filters.get(topic_filter, -1) >= qos:
                return False
            self._filters[topic_filter] = qos
            self._to_add.append(topic_filter)
            return True

    def drop(self, topic_filter: str) -> bool:
        """Listen there no more; False when we did not."""
        with self._lock:
            if self._filters.pop(topic_filter, None) is None:
                return False
            self._to_drop.append(topic_filter)
            return True

    def all_anew(self) -> None:
        """A new connection knows nothing."""
        with self._lock:
            self._to_add = deque(self._filters)
            self._to_drop.clear()
            self._under_way = None
            self._filters_under_way = 0

    @property
    def unconfirmed(self) -> int:
        """Filters of which the broker has not yet said that it has them."""
        with self._lock:
            return len(self._to_add) + self._filters_under_way

    @property
    def waiting(self) -> bool:
        """Whether there may be something to tell."""
        return bool(self._to_add or self._to_drop)

    def gone(self) -> list[list[str]]:
        """Filters to take back, in packets."""
        with self._lock:
            gone, self._to_drop = self._to_drop, []
        return [
            gone[start : start + FILTERS_IN_A_PACKET] for start in range(0, len(gone), FILTERS_IN_A_PACKET)
        ]

    def next_packet(self) -> list[tuple[str, int]]:
        """The next filters to ask for; empty while a packet is under way."""
        packet: list[tuple[str, int]] = []
        with self._lock:
            while self._under_way is None and self._to_add and len(packet) < FILTERS_IN_A_PACKET:
                topic_filter = self._to_add.popleft()
                qos = self._filters.get(topic_filter)
                if qos is not None:
                    packet.append((topic_filter, qos))
            self._filters_under_way = len(packet) or self._filters_under_way
        return packet

    def asked(self, mid: int | None) -> None:
        """The packet with this number is under way; None: it could not be sent."""
        self._under_way = mid

    def answered(self, mid: int) -> None:
        if mid == self._under_way:
            self._under_way = None
            self._filters_under_way = 0
