"""Maintenance's heartbeats."""

from __future__ import annotations

from collections.abc import Callable

from maintenance.tickets_watch import TicketWatch


def keep_tickets(watch: TicketWatch) -> Callable[[], None]:
    """A heartbeat (once a minute is right): tickets become more urgent, and what is late is told."""

    def beat() -> None:
        watch.look()

    return beat
