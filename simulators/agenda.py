"""What will happen when: calls in the order of hotel time, first planned first among equals."""

from __future__ import annotations

import heapq
from collections.abc import Callable

Call = Callable[[], None]


class Agenda:
    """Times are hotel seconds since the world began."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Call]] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, at: float, call: Call) -> None:
        """Have `call` made at `at`."""
        self._count += 1
        heapq.heappush(self._heap, (at, self._count, call))

    def next_at(self) -> float:
        """When the next call is due; infinity when there is none."""
        return self._heap[0][0] if self._heap else float("inf")

    def pop(self) -> tuple[float, Call]:
        """Take the next call out."""
        at, _, call = heapq.heappop(self._heap)
        return at, call
