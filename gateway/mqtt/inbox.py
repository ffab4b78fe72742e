"""What the broker has sent and nobody has taken yet: bounded, in order, between two threads.

The network thread puts, the consumer takes. When it is full, the least is lost first: of the messages
at QoS 0 that are not retained (telemetry, mostly) those whose topic has said something newer since, then
the oldest of the others, and only then what was sent with a promise. All that is shed is counted.
"""

from __future__ import annotations

import threading
from collections import Counter, deque

from gateway.mqtt.link import Incoming

MOST_QUEUED = 50_000
MOST_QUEUED_BYTES = 128 << 20
# How far into the queue shedding looks for something that can be spared.
SHED_SEARCH = 64
# A sweep for what is out of date frees at most this part of the queue, and comes again only after
# another eighth of it has arrived: each message is looked at a bounded number of times.
SWEPT_PART = 4
SWEEP_AGAIN_PART = 8

# A message with its QoS, which nobody behind the queue needs to know; or a change of the connection.
_Entry = tuple[int, Incoming] | bool


class Inbox:
    """The queue. `put` is for one thread at a time, `take` for another, `sign` for any.

    Args:
        most: messages at most.
        most_bytes: bytes of payload at most.
    """

    def __init__(self, most: int = MOST_QUEUED, most_bytes: int = MOST_QUEUED_BYTES) -> None:
        self.arrived = threading.Event()
        self.counts: Counter[str] = Counter()
        self._most = most
        self._most_bytes = most_bytes
        self._queue: deque[_Entry] = deque()
        # Held by whoever takes out; putting in needs it only to shed.
        self._taking_out = threading.Lock()
        self._bytes_in = 0
        self._bytes_out = 0
        self._since_sweep = most

    def __len__(self) -> int:
        return len(self._queue)

    @property
    def waiting_bytes(self) -> int:
        """Payload that waits, in bytes."""
        return self._bytes_in - self._bytes_out

    def oldest_monotonic(self) -> float | None:
        """When the message was received that has waited longest; None when none waits."""
        try:
            entry = self._queue[0]
        except IndexError:
            return None
        return None if isinstance(entry, bool) else entry[1].monotonic

    def put(self, message: Incoming, qos: int) -> None:
        """Take a message in, or shed it or another."""
        self._since_sweep += 1
        if self._is_full():
            with self._taking_out:
                if not self._make_room_for(qos, message):
                    return
        self._bytes_in += len(message.payload)
        self._queue.append((qos, message))
        if not self.arrived.is_set():
            self.arrived.set()

    def sign(self, connected: bool) -> None:
        """The connection came or went: it keeps its place between the messages, and is never shed."""
        with self._taking_out:
            self._queue.append(connected)
        self.arrived.set()

    def take(self, most: int) -> tuple[list[Incoming], bool | None]:
        """The next messages in order; and, when one comes after them, the change of the connection."""
        batch: list[Incoming] = []
        queue = self._queue
        with self._taking_out:
            try:
                while len(batch) < most:
                    entry = queue.popleft()
                    if isinstance(entry, bool):
                        return batch, entry
                    self._bytes_out += len(entry[1].payload)
                    batch.append(entry[1])
            except IndexError:
                pass
        return batch, None

    # ---- shedding

    def _is_full(self) -> bool:
        return len(self._queue) >= self._most or self.waiting_bytes >= self._most_bytes

    def _make_room_for(self, qos: int, message: Incoming) -> bool:
        # One large message can take the place of several small ones.
        for _ in range(SHED_SEARCH):
            if not self._is_full():
                return True
            if not self._make_room(sparable=not qos and not message.retained):
                return False
        return True

    def _make_room(self, sparable: bool) -> bool:
        """Shed something. False: it must be the new message."""
        if self._since_sweep >= self._most // SWEEP_AGAIN_PART:
            self._since_sweep = 0
            if self._sweep():
                return True
        if self._drop_first(sparable_only=True):
            return True
        if sparable:
            self.counts["shed"] += 1
            return False
        self.counts["shed_kept"] += self._drop_first(sparable_only=False)
        return True

    def _sweep(self) -> bool:
        """Let go of the oldest that can be spared and is out of date; whether there was any."""
        entries = list(self._queue)
        newest = {entry[1].topic: place for place, entry in enumerate(entries) if not isinstance(entry, bool)}
        left = max(1, len(entries) // SWEPT_PART)
        kept: list[_Entry] = []
        for place, entry in enumerate(entries):
            if left and not isinstance(entry, bool) and _sparable(entry) and newest[entry[1].topic] != place:
                left -= 1
                self._let_go(entry)
            else:
                kept.append(entry)
        if len(kept) == len(entries):
            return False
        self._queue.clear()
        self._queue.extend(kept)
        return True

    def _drop_first(self, *, sparable_only: bool) -> bool:
        queue = self._queue
        for place in range(min(SHED_SEARCH, len(queue))):
            entry = queue[place]
            if not isinstance(entry, bool) and (_sparable(entry) or not sparable_only):
                del queue[place]
                self._let_go(entry)
                return True
        return False

    def _let_go(self, entry: tuple[int, Incoming]) -> None:
        self._bytes_out += len(entry[1].payload)
        self.counts["shed"] += 1


def _sparable(entry: tuple[int, Incoming]) -> bool:
    return not entry[0] and not entry[1].retained
