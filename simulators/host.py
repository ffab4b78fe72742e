"""What simulated devices need of the world they stand in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Host(Protocol):
    """What the devices need of the world they stand in."""

    @property
    def now(self) -> float:
        """Hotel seconds since the world began."""
        ...

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Have something done `seconds` of hotel time from now."""
        ...

    def after_transport(self, seconds: float, call: Callable[[], None]) -> None:
        """The same in transport time."""
        ...

    def send(self, room: str, topic: str, payload: bytes) -> None:
        """Publish, retained."""
        ...
