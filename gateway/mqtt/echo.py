"""Whether what we send to ourselves comes back: the proof that a connection carries messages both ways."""

from __future__ import annotations


class Echo:
    """What is known of the echo on the present connection. Transport seconds.

    A broker may forbid the topic: only an echo that has worked on this connection can be missed.
    Written by the network thread (`began`, `heard`) and by the watchdog (`sent`).

    Args:
        topic: a topic of our own; None: there is no echo.
        lost_seconds: how long one may take; one goes out in each third of it.
    """

    def __init__(self, topic: str | None, lost_seconds: float) -> None:
        self.topic = topic
        self.lost_seconds = lost_seconds
        self.worked = False
        self._waiting_since: float | None = None
        self._next_monotonic = float("-inf")

    def began(self) -> None:
        """A new connection; nothing has been sent on it."""
        self._waiting_since, self.worked = None, False

    def heard(self) -> None:
        self._waiting_since, self.worked = None, True

    def due(self, now: float) -> bool:
        return self.topic is not None and now >= self._next_monotonic

    def sent(self, now: float) -> None:
        self._next_monotonic = now + self.lost_seconds / 3
        if self._waiting_since is None:
            self._waiting_since = now

    def lost(self, now: float) -> bool:
        since = self._waiting_since
        return self.worked and since is not None and now - since > self.lost_seconds
