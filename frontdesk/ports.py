"""What the front desk needs of others, filled by the composition root."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from frontdesk.off_sale import OffSale


@dataclass(frozen=True, slots=True)
class RoomTemperature:
    """Whether a room is at the guest's temperature, and when it could be; `at` None: nobody can tell."""

    ready: bool
    at: datetime | None


class RoomReadiness(Protocol):
    """Whether rooms can be given to a guest; housekeeping knows."""

    def blocked_by(self, rooms: Collection[str]) -> dict[str, list[str]]:
        """By room, what keeps it from being ready: occupied, not_clean, not_inspected, out_of_order,
        out_of_service. Empty = ready."""
        ...

    def off_sale(self, rooms: Collection[str]) -> Mapping[str, OffSale]:
        """When rooms are out of order or out of service, now or later; rooms that are not, left out."""
        ...
