"""Housekeeping's heartbeats."""

from __future__ import annotations

from collections.abc import Callable

from housekeeping.service import HousekeepingService


def keep_status(service: HousekeepingService) -> Callable[[], None]:
    """A heartbeat (once a minute is right): ends periods out of sale, catches missed departures."""

    def beat() -> None:
        service.end_availabilities()
        service.follow_missed_departures()

    return beat
