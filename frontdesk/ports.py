"""What the front desk needs of others, filled by the composition root."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol


class RoomReadiness(Protocol):
    """Whether rooms can be given to a guest; housekeeping knows."""

    def blocked_by(self, rooms: Collection[str]) -> dict[str, list[str]]:
        """By room, what keeps it from being ready: occupied, not_clean, not_inspected, out_of_order,
        out_of_service. Empty = ready."""
        ...
