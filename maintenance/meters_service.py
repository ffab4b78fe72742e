"""Counts the assets' meters on from where they stand, a bounded piece of the recorded series at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from hotel.database import Database
from hotel.leases import claim_due
from maintenance import assets_store, meters_store
from maintenance.assets import AssetState
from maintenance.assets_store import AssetRow
from maintenance.meters import GAUGES, Gauge, Meter, begin, count
from maintenance.meters_store import AssetMeterRow
from maintenance.ports import DeviceReadings, MeterReadings

EVERY = timedelta(minutes=10)
# What was recorded reaches the disk a little later.
LAG = timedelta(minutes=5)
# One look reads this much of this many devices; what is behind catches up look by look.
MOST_DEVICES = 60
MOST_AT_ONCE = timedelta(days=1)
# A new meter of an asset that was there before looks back: recorded values are kept for five weeks.
LOOK_BACK = timedelta(days=35)
# What is nearer to now is left for the next look: a meter is no clock.
_LEAST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Due:
    """One meter to count on. `meter_id` None: it has no row yet."""

    asset_id: str
    device_id: str
    gauge: Gauge
    meter_id: str | None
    since: datetime


class MeterService:
    """
    Args:
        readings: what devices have reported.
    """

    def __init__(self, database: Database, readings: MeterReadings) -> None:
        self._database = database
        self._readings = readings

    def look(self) -> int:
        """Count what is due on; returns how many meters moved."""
        now = self._database.clock.now()
        if not claim_due(self._database, "maintenance.meters", now + EVERY):
            return 0
        with self._database.read() as session:
            due = self._due(session, now)
        by_device: dict[str, list[_Due]] = {}
        for one in sorted(due, key=lambda one: (one.since, one.device_id)):
            if one.device_id in by_device or len(by_device) < MOST_DEVICES:
                by_device.setdefault(one.device_id, []).append(one)
        for device_id, meters in by_device.items():
            since = min(one.since for one in meters)
            until = min(now - LAG, since + MOST_AT_ONCE)
            read = self._readings.read(device_id, {one.gauge.series for one in meters}, since, until)
            self._save(meters, read or DeviceReadings({}, (), until))
        return sum(len(meters) for meters in by_device.values())

    def _due(self, session: Session, now: datetime) -> list[_Due]:
        property_id = self._database.property_id
        rows = {(row.asset_id, Meter(row.meter)): row for row in meters_store.running(session, property_id)}
        found = []
        for asset in assets_store.all_rows(session, property_id):
            if asset.device_id is None or asset.state != AssetState.IN_USE.value:
                continue
            for gauge in GAUGES.get(asset.kind, ()):
                row = rows.get((asset.id, gauge.meter))
                same = row is not None and row.device_id == asset.device_id
                since = row.counted_to if row is not None and same else _begins(asset, row, now)
                if now - LAG - since >= _LEAST and self._readings.tells(asset.device_id, gauge.series):
                    meter_id = row.id if row is not None and same else None
                    found.append(_Due(asset.id, asset.device_id, gauge, meter_id, since))
        return found

    def _save(self, meters: list[_Due], read: DeviceReadings) -> None:
        with self._database.write() as tx:
            for one in meters:
                row = (
                    meters_store.for_edit(tx.session, tx.property_id, one.meter_id)
                    if one.meter_id is not None
                    else self._new(tx.session, one)
                )
                if row is None:
                    continue
                points = read.points.get(one.gauge.series, ())
                meters_store.put_counted(
                    row, count(one.gauge, meters_store.counted(row), points, read.heard, read.until)
                )

    def _new(self, session: Session, one: _Due) -> AssetMeterRow:
        """The meter of the device that the asset has now; its predecessor's ends."""
        property_id = self._database.property_id
        known = meters_store.of_asset(session, property_id, one.asset_id)
        mine = [row for row in known if row.meter == one.gauge.meter.value]
        for row in mine:
            if row.ended_at is None:
                row.ended_at = one.since
        again = next((row for row in mine if row.device_id == one.device_id), None)
        if again is not None:
            # The device came back to its asset: its meter goes on, what it did elsewhere is not in it.
            again.ended_at, again.level = None, None
            again.counted_to = max(again.counted_to, one.since)
            return again
        zero = begin(one.since)
        row = AssetMeterRow(
            property_id=property_id,
            asset_id=one.asset_id,
            meter=one.gauge.meter.value,
            device_id=one.device_id,
            value=zero.value,
            known_hours=0.0,
            unknown_hours=0.0,
            counted_from=one.since,
            counted_to=one.since,
        )
        session.add(row)
        return row


def _begins(asset: AssetRow, before: AssetMeterRow | None, now: datetime) -> datetime:
    """From when a meter that is new counts: since its predecessor's last count, or since it is there."""
    if before is not None:
        return before.counted_to
    return max(asset.made_at, now - LOOK_BACK)
