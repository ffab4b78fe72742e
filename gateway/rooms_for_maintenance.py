"""Takes rooms off sale for maintenance and gives them back; it knows no housekeeping."""

from __future__ import annotations

from datetime import datetime

from hotel.actor import Actor
from hotel.database import Transaction
from housekeeping.service import HousekeepingService, StatusChanges
from housekeeping.status import Availability, AvailabilityState, Cleanliness


class HousekeepingSales:
    """Fills `maintenance.ports.RoomSales` from housekeeping."""

    def __init__(self, housekeeping: HousekeepingService) -> None:
        self._housekeeping = housekeeping

    def take_off_sale(
        self,
        tx: Transaction,
        actor: Actor,
        room: str,
        *,
        out_of_service: bool,
        reason: str,
        since: datetime,
        until: datetime | None,
    ) -> None:
        state = AvailabilityState.OUT_OF_SERVICE if out_of_service else AvailabilityState.OUT_OF_ORDER
        # Whoever worked in there leaves dust: it comes back to be cleaned.
        self._set(tx, actor, room, Availability(state, reason, since, until, Cleanliness.DIRTY))

    def put_on_sale(self, tx: Transaction, actor: Actor, room: str) -> None:
        self._set(tx, actor, room, Availability())

    def _set(self, tx: Transaction, actor: Actor, room: str, wanted: Availability) -> None:
        seen = self._housekeeping.room_status(room).version
        self._housekeeping.change(tx, actor, room, seen, StatusChanges(availability=wanted))
