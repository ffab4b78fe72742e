"""Keeps the registry in step with the devices: hears of changes, and looks again by itself."""

from __future__ import annotations

import threading
from typing import Any

from hotel.actor import SYSTEM
from hotel.database import Database, Transaction
from hotel.errors import Invalid
from hotel.ids import new_id
from hotel.messages import DeviceChanged, Message
from maintenance import assets_store
from maintenance.assets import MOST_ASSETS, AssetSource, AssetState, check_parent
from maintenance.assets_following import Learned, learned
from maintenance.assets_service import AssetService
from maintenance.assets_store import AssetRow
from maintenance.ports import ApprovedDevices

# Without any news the devices are compared with the registry once in so many beats.
LOOK_ANYWAY_BEATS = 120
# Assets that are written in one transaction: while it lasts, nobody else can write.
AT_ONCE = 200


class AssetFollower:
    """Makes assets of approved devices and lets them follow what their devices say.

    A message only marks that there is news: many devices come at once, and one look serves them all.
    """

    def __init__(self, database: Database, devices: ApprovedDevices, assets: AssetService) -> None:
        self._database = database
        self._devices = devices
        self._assets = assets
        self._news = threading.Event()
        self._news.set()
        self._beats = 0
        # Devices without an asset, because the registry is full.
        self.refused = 0

    def handle(self, message: Message) -> None:
        """News of a device."""
        if isinstance(message, DeviceChanged):
            self._news.set()

    def beat(self) -> None:
        """Look when there is news, and now and then anyway."""
        self._beats += 1
        if self._news.is_set() or self._beats >= LOOK_ANYWAY_BEATS:
            self._news.clear()
            self._beats = 0
            self.look()

    def look(self) -> int:
        """Write down what differs; returns how many assets that were."""
        things = self._devices.apparatuses()
        with self._database.read() as session:
            kept = assets_store.kept(session, self._database.property_id)
        # What is gone lets go first: a name that went over to another thing is free then.
        found = sorted(learned(things, kept), key=lambda one: one.gone is not True)
        for start in range(0, len(found), AT_ONCE):
            with self._database.write() as tx:
                self._write(tx, found[start : start + AT_ONCE])
        return len(found)

    def _write(self, tx: Transaction, found: list[Learned]) -> None:
        wanted = [one.asset_id for one in found if one.asset_id is not None]
        rows = {row.id: row for row in assets_store.rows(tx.session, tx.property_id, wanted)}
        ids = assets_store.by_apparatus(tx.session, tx.property_id)
        parents = assets_store.parents(tx.session, tx.property_id)
        for one in found:
            row = self._new(tx, one, len(parents)) if one.asset_id is None else rows.get(one.asset_id)
            if row is None:
                continue  # no room for it, or somebody has taken it out just now
            rows[row.id] = row
            ids[one.apparatus] = row.id
            parents.setdefault(row.id, None)
            self._put(tx, row, one)
        for one in found:
            row = rows.get(ids.get(one.apparatus, ""))
            if row is None or one.parent is None or "parent_id" in row.by_hand:
                continue
            if one.parent not in ids:
                self._news.set()  # it comes with a later one: the next look finds both
                continue
            above = ids[one.parent]
            try:
                check_parent(row.id, above, parents)
            except Invalid:
                continue  # a person has said the contrary
            row.parent_id = parents[row.id] = above
        tx.session.flush()

    def _new(self, tx: Transaction, one: Learned, known: int) -> AssetRow | None:
        if known >= MOST_ASSETS:
            self.refused += 1
            return None
        now = tx.clock.now()
        asset_id = new_id()
        columns: dict[str, Any] = dict(one.columns)
        row = AssetRow(
            id=asset_id,
            property_id=tx.property_id,
            key=one.key,
            room=one.room,
            device_room=one.room,
            apparatus=one.apparatus,
            source=AssetSource.DEVICE.value,
            state=AssetState.IN_USE.value,
            by_hand=[],
            made_at=now,
            changed_at=now,
            **columns,
        )
        tx.session.add(row)
        tx.session.flush()
        assets_store.name_it(tx.session, tx.property_id, asset_id, one.keys)
        detail = {"source": row.source, "room": row.room, "area": None}
        self._assets.note(tx, row, "made", SYSTEM, detail)
        return row

    def _put(self, tx: Transaction, row: AssetRow, one: Learned) -> None:
        if one.asset_id is None:
            return
        # A person may have edited it since it was looked at.
        columns = {name: value for name, value in one.columns.items() if name not in row.by_hand}
        told = {name: [getattr(row, name), value] for name, value in columns.items()}
        for name, value in columns.items():
            setattr(row, name, value)
        if one.keys:
            assets_store.name_it(tx.session, tx.property_id, row.id, one.keys)
        if one.gone is not None:
            row.gone_since = tx.clock.now() if one.gone else None
            self._assets.note(tx, row, "device_gone" if one.gone else "device_back", SYSTEM, {})
        if told:
            self._assets.note(tx, row, "told", SYSTEM, {"changed": told})
        if one.went:
            row.device_room = one.room
            if (row.room, row.area) != (one.room, None):
                self._assets.put(tx, SYSTEM, row, one.room, None)
