"""Twins and rooms written down from time to time, so that a restart begins where the house was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from controller import approval_store, store
from controller.actions_store import forget_actions_before
from controller.arrivals_store import forget_signs_before
from controller.core import Core
from controller.hearing import Hearing
from controller.twin import Twin

CHECKPOINT_ROWS = 500
KEPT_DAYS = 35


class Checkpoints:
    """Which twins and rooms changed since they were last written, and their writing."""

    def __init__(self, core: Core, hearing: Hearing) -> None:
        self._core = core
        self._register = core.register
        self._hearing = hearing
        self.remember: set[str] = set()

    def write(self) -> int:
        """Write them down; returns how many rows. Decisions must be on disk before."""
        with self._core.lock:
            touched, self._hearing.touched = self._hearing.touched, set()
            remember, self.remember = self.remember, set()
        try:
            return self._write(list(touched), sorted(remember))
        except Exception:
            with self._core.lock:
                self._hearing.touched |= touched
                self.remember |= remember
            raise

    def _write(self, twins: list[Twin], rooms: list[str]) -> int:
        property_id = self._core.database.property_id
        rows: list[dict[str, Any]] = []
        for start in range(0, len(twins), CHECKPOINT_ROWS):
            with self._core.lock:
                rows = [
                    {
                        "property_id": property_id,
                        "entity_id": twin.id,
                        "facets": {
                            name: [
                                facet.reported,
                                facet.reported_at.isoformat() if facet.reported_at else None,
                                facet.desired,
                                facet.revision,
                            ]
                            for name, facet in twin.facets.items()
                        },
                        "last_seen": twin.last_seen,
                    }
                    for twin in twins[start : start + CHECKPOINT_ROWS]
                ]
            with self._core.database.write() as tx:
                store.upsert(tx.session, store.CheckpointRow, rows)
        with self._core.lock:
            rows = [
                {
                    "property_id": property_id,
                    "room": number,
                    "memory": self._register.rooms[number].to_json(),
                }
                for number in rooms
                if number in self._register.rooms
            ]
        if rows:
            with self._core.database.write() as tx:
                store.upsert(tx.session, store.RoomMemoryRow, rows)
        return len(twins) + len(rows)

    def tidy(self) -> int:
        """Forget commands, actions and timeline entries that are older than raw telemetry is kept."""
        before = self._core.clock.now() - timedelta(days=KEPT_DAYS)
        with self._core.database.write() as tx:
            gone = store.forget_before(tx.session, tx.property_id, before)
            gone += forget_signs_before(tx.session, tx.property_id, before)
            gone += approval_store.forget_asks_before(tx.session, tx.property_id, before)
            return gone + forget_actions_before(tx.session, tx.property_id, before)
