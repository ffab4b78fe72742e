"""Waiting until the broker has a link's filters: a message before that is heard by nobody."""

from __future__ import annotations

import time

from gateway.mqtt.paho_link import PahoLink

PATIENCE_SECONDS = 20.0


def until_listening(*links: PahoLink) -> None:
    """Return when each link is connected and the broker has confirmed all its filters."""
    until = time.monotonic() + PATIENCE_SECONDS
    for link in links:
        while not link.connected or link.counters()["filters_unconfirmed"]:
            assert time.monotonic() < until, link.counters()
            time.sleep(0.005)
