"""The two times of the house, behind one port.

*Hotel time* (`now`) is what plans, compressors, stays and the business date live in; a demo may run
it faster. *Transport time* is what timeouts, retries and sessions live in and is never scaled:
`monotonic` inside one process, `wall` for what must outlive it (a command's expiry, a session).

This is the only module that reads the machine's clock.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from. All datetimes are aware and in UTC."""

    @property
    def speed(self) -> float:
        """Hotel seconds in one transport second."""
        ...

    def now(self) -> datetime:
        """Hotel time."""
        ...

    def monotonic(self) -> float:
        """Transport time in seconds from an arbitrary start; never goes back, never scaled."""
        ...

    def wall(self) -> datetime:
        """Transport time as a date, for rows that outlive the process."""
        ...


class SystemClock:
    """Hotel time is the machine's time."""

    speed = 1.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def wall(self) -> datetime:
        return datetime.now(UTC)


class ScaledClock:
    """Hotel time that starts at `epoch` and runs `speed` times as fast as the machine's.

    Two processes that are given the same `epoch`, `speed` and `anchor` show the same hotel time.

    Args:
        epoch: hotel time at the anchor.
        speed: hotel seconds per real second, > 0.
        anchor: the machine's time at which hotel time was `epoch`; now when left out.
    """

    def __init__(self, epoch: datetime, speed: float, anchor: datetime | None = None) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be above 0, not {speed}")
        self.speed = speed
        self.epoch = epoch.astimezone(UTC)
        self.anchor = anchor or datetime.now(UTC)
        # From here on only the monotonic clock counts: a jump of the machine's time moves no guest.
        self._offset_seconds = (datetime.now(UTC) - self.anchor).total_seconds() - time.monotonic()

    def now(self) -> datetime:
        return self.epoch + timedelta(seconds=(time.monotonic() + self._offset_seconds) * self.speed)

    def monotonic(self) -> float:
        return time.monotonic()

    def wall(self) -> datetime:
        return datetime.now(UTC)


class ManualClock:
    """A clock that moves only when told: for tests and virtual time.

    `advance` moves both times together; `jump` moves hotel time alone, as a wrong clock would.
    """

    speed = 1.0

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._wall = self._now
        self._monotonic = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def wall(self) -> datetime:
        return self._wall

    def advance(self, seconds: float) -> None:
        """Move hotel and transport time on by `seconds` ≥ 0."""
        if seconds < 0:
            raise ValueError("time does not run backwards; use jump() for a wrong clock")
        with self._lock:
            self._now += timedelta(seconds=seconds)
            self._wall += timedelta(seconds=seconds)
            self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Move hotel time alone, forwards or backwards."""
        with self._lock:
            self._now += timedelta(seconds=seconds)
