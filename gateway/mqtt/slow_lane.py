"""Where messages wait that only the template worker can read, beside the ingest loop and never in it.

Jobs of one key are done in order; keys take turns, so that one chatty device does not hold up the
others. It is bounded: of a key that waits too long the oldest job goes (the newest says how things
are), and when all is full the new one is not taken. Both are counted.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable

from gateway.mqtt.templates import Render, rendering_with

log = logging.getLogger(__name__)

MOST_WAITING = 10_000
MOST_WAITING_OF_ONE = 64
Job = Callable[[], None]


class SlowLane:
    """One thread that may wait for the renderer. The thread starts with the first job."""

    def __init__(self, render: Render) -> None:
        self._render = render
        self._waiting: dict[str, deque[Job]] = {}
        self._turns: deque[str] = deque()
        self._count = 0
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._busy = False
        self.counts: Counter[str] = Counter()

    @property
    def waiting(self) -> int:
        return self._count

    def put(self, key: str, job: Job, *, shed: bool = True) -> bool:
        """Take a job; False when there is no place for it.

        Args:
            shed: whether the key's oldest job may be dropped for it.
        """
        with self._changed:
            own = self._waiting.get(key)
            full_of_own = own is not None and len(own) >= MOST_WAITING_OF_ONE
            if self._stopping or self._count >= MOST_WAITING or (full_of_own and not shed):
                self.counts["shed"] += 1
                return False
            if own is None:
                own = self._waiting[key] = deque()
                self._turns.append(key)
            if full_of_own:
                own.popleft()
                self._count -= 1
                self.counts["shed"] += 1
            own.append(job)
            self._count += 1
            self.counts["asked"] += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="mqtt-templates", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return True

    def settle(self, seconds: float) -> bool:
        """Wait until nothing waits any more; for tests and the shutdown."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count == 0 and not self._busy, seconds)

    def stop(self) -> None:
        """Take no more, drop what waits."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(5.0)

    def _work(self) -> None:
        with rendering_with(self._render):
            while (job := self._next()) is not None:
                try:
                    job()
                except Exception:
                    self.counts["failed"] += 1
                    if self.counts["failed"] <= 10:
                        log.exception("mqtt: a slow template's job failed")

    def _next(self) -> Job | None:
        with self._changed:
            self._busy = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._stopping or bool(self._turns))
            if self._stopping:
                return None
            key = self._turns.popleft()
            own = self._waiting[key]
            job = own.popleft()
            self._count -= 1
            self._busy = True
            if own:
                self._turns.append(key)
            else:
                del self._waiting[key]
            return job
