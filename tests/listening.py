"""Waiting until the broker has a link's filters: a message before that is heard by nobody."""

from __future__ import annotations

from gateway.mqtt.paho_link import PahoLink
from tests.waiting import wait_until


def until_listening(*links: PahoLink) -> None:
    """Return when each link is connected and the broker has confirmed all its filters."""
    for link in links:
        wait_until(lambda link=link: link.connected and not link.counters()["filters_unconfirmed"])  # type: ignore[misc]
