"""The bounded buffer in front of a place for samples: never blocks, sheds the oldest, counts."""

from __future__ import annotations

import threading
from collections import deque

from controller.ports import Sample


class Spool:
    """Samples that wait.

    Args:
        most_waiting: how many may wait; beyond that the oldest are shed.
    """

    def __init__(self, most_waiting: int) -> None:
        if most_waiting < 1:
            raise ValueError(f"a spool holds at least 1 sample, not {most_waiting}")
        self._waiting: deque[Sample] = deque(maxlen=most_waiting)
        self._most_waiting = most_waiting
        self._lock = threading.Lock()
        self.recorded = 0
        self.shed = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, samples: list[Sample]) -> None:
        """Add the samples at the end."""
        with self._lock:
            self.recorded += len(samples)
            overflow = len(self._waiting) + len(samples) - self._most_waiting
            if overflow > 0:
                self.shed += overflow
            self._waiting.extend(samples)

    def take(self, most: int) -> list[Sample]:
        """Take up to `most` samples off the front, oldest first."""
        with self._lock:
            waiting = self._waiting
            return [waiting.popleft() for _ in range(min(most, len(waiting)))]
