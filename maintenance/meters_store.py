"""Rows and SQL of the assets' meters."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.ids import new_id
from hotel.metadata import Base
from maintenance.meters import Counted, Meter
from maintenance.preventive import MeterReading


class AssetMeterRow(Base):
    """A meter of an asset with the device that it counts. `ended_at`: another device took its place, and
    its meter began at zero. The asset's id is plain: what was counted outlives its asset."""

    __tablename__ = "maintenance_asset_meters"
    __table_args__ = (
        UniqueConstraint("property_id", "asset_id", "meter", "device_id"),
        Index("ix_maintenance_asset_meters_counted", "property_id", "ended_at", "counted_to"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    asset_id: Mapped[str]
    meter: Mapped[str]
    device_id: Mapped[str]
    value: Mapped[float]
    known_hours: Mapped[float]
    unknown_hours: Mapped[float]
    counted_from: Mapped[datetime]
    counted_to: Mapped[datetime]
    level: Mapped[float | None]
    heard_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


def counted(row: AssetMeterRow) -> Counted:
    return Counted(row.value, row.known_hours, row.unknown_hours, row.counted_to, row.level, row.heard_at)


def put_counted(row: AssetMeterRow, now: Counted) -> None:
    row.value, row.known_hours, row.unknown_hours = now.value, now.known_hours, now.unknown_hours
    row.counted_to, row.level, row.heard_at = now.counted_to, now.level, now.heard_at


def reading_of(row: AssetMeterRow) -> MeterReading:
    return MeterReading(row.id, row.value, counted(row).per_day, row.unknown_hours)


def running(session: Session, property_id: str) -> list[AssetMeterRow]:
    """Every meter that counts, the one that was counted longest ago first."""
    query = (
        select(AssetMeterRow)
        .where(AssetMeterRow.property_id == property_id, AssetMeterRow.ended_at.is_(None))
        .order_by(AssetMeterRow.counted_to, AssetMeterRow.id)
    )
    return list(session.scalars(query))


def for_edit(session: Session, property_id: str, meter_id: str) -> AssetMeterRow | None:
    """The meter, locked until the transaction ends."""
    return session.scalar(
        select(AssetMeterRow)
        .where(AssetMeterRow.property_id == property_id, AssetMeterRow.id == meter_id)
        .with_for_update()
    )


def of_asset(session: Session, property_id: str, asset_id: str) -> list[AssetMeterRow]:
    """All meters of the asset, those of devices that are gone too, the newest first."""
    query = (
        select(AssetMeterRow)
        .where(AssetMeterRow.property_id == property_id, AssetMeterRow.asset_id == asset_id)
        .order_by(AssetMeterRow.meter, AssetMeterRow.counted_from.desc())
    )
    return list(session.scalars(query))


def readings(session: Session, property_id: str) -> dict[tuple[str, Meter], MeterReading]:
    """Where every running meter stands, by asset and meter."""
    return {(row.asset_id, Meter(row.meter)): reading_of(row) for row in running(session, property_id)}
