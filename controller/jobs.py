"""The controller's heartbeats: what `gateway/main.py` runs again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from controller.service import ControllerService


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Run `run` every `seconds` of transport time; it does nothing when nothing is due."""

    name: str
    seconds: float
    run: Callable[[], object]


def heartbeats(service: ControllerService) -> list[Heartbeat]:
    """All heartbeats of the controller."""
    return [
        Heartbeat("controller.tick", 1.0, service.tick),
        Heartbeat("controller.checkpoint", 30.0, service.checkpoint),
        Heartbeat("controller.tidy", 3600.0, service.tidy),
        Heartbeat("controller.fit_rooms", 60.0, service.fit_rooms),
        Heartbeat("controller.compare_arrivals", 60.0, service.compare_arrivals),
    ]
