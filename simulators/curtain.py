"""A curtain and its motor: it takes its time, tells where it is on the way, and may be stuck."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from simulators.host import Host

REPORT_SECONDS = 5.0
GIVES_UP_SECONDS = 4.0


class Curtain:
    """Where a curtain stands and goes; 100 = open.

    Args:
        travel_seconds: hotel time from end to end.
        stands: called with where it stands whenever that was looked at on the way.
        tell: called when the motor has something to report.
    """

    def __init__(
        self, travel_seconds: float, host: Host, stands: Callable[[float], None], tell: Callable[[], None]
    ) -> None:
        self._travel_seconds = travel_seconds
        self._host = host
        self._stands = stands
        self._tell = tell
        self._from = 100.0
        self._to = 100.0
        self._since = 0.0
        self._run = 0  # number of the movement; an older one's reports are void
        self._stuck = False

    @property
    def percent(self) -> float:
        """Where it stands now."""
        if self._stuck or self._to == self._from:
            return self._from
        moved = 100.0 * (self._host.now - self._since) / self._travel_seconds
        gap = self._to - self._from
        return float(self._from + math.copysign(min(abs(gap), moved), gap))

    @property
    def motion(self) -> Literal["opening", "closing"] | None:
        """Which way it goes; None when it rests."""
        if self._to == self._from:
            return None
        return "opening" if self._to > self._from else "closing"

    def rest(self, percent: float) -> None:
        """It stands here and goes nowhere."""
        self._run += 1
        self._from = self._to = percent
        self._stands(percent)

    def go(self, target: float) -> None:
        """The motor starts towards `target`."""
        here = self.percent
        self.rest(here)
        if abs(target - here) < 0.5:
            return
        self._to = target
        self._since = self._host.now
        run = self._run
        self._host.after(self._pause_seconds(), lambda: self._tick(run))

    def jam(self, stuck: bool) -> None:
        """It gets stuck where it is, or free again."""
        here = self.percent
        self._stuck = stuck
        self.rest(here)

    def _pause_seconds(self) -> float:
        """Until the next report of a moving curtain, the last one at its arrival."""
        if self._stuck:
            return GIVES_UP_SECONDS
        left = abs(self._to - self.percent) / 100.0 * self._travel_seconds
        return min(REPORT_SECONDS, left)

    def _tick(self, run: int) -> None:
        if run != self._run:
            return
        here = self.percent
        if self._stuck or abs(self._to - here) < 0.5:
            self.rest(here if self._stuck else self._to)
        else:
            self._stands(here)
            self._host.after(self._pause_seconds(), lambda: self._tick(run))
        self._tell()
