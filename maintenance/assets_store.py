"""Rows and SQL of assets: what is kept, under which names, its history, documents and parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from hotel.actor import Actor
from hotel.files import FileRow
from hotel.ids import new_id
from hotel.metadata import Base
from maintenance.assets import Asset, AssetKind, AssetSource, AssetState
from maintenance.assets_following import KeptAsset


class AssetRow(Base):
    """One asset; see `assets.Asset`. `by_hand`: names of columns that a person has set, which no device
    overwrites. `apparatus` is what its device calls itself on the wire."""

    __tablename__ = "maintenance_assets"
    __table_args__ = (
        UniqueConstraint("property_id", "key"),
        UniqueConstraint("property_id", "apparatus"),
        Index("ix_maintenance_assets_room", "property_id", "room"),
        Index("ix_maintenance_assets_name", "property_id", "name", "id"),
        Index("ix_maintenance_assets_parent", "property_id", "parent_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    key: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    maker: Mapped[str | None]
    model: Mapped[str | None]
    serial: Mapped[str | None]
    software: Mapped[str | None]
    room: Mapped[str | None]
    area: Mapped[str | None]
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("maintenance_assets.id"))
    device_id: Mapped[str | None]
    apparatus: Mapped[str | None]
    # Where the device was approved when it was last looked at: who moved it last is right.
    device_room: Mapped[str | None]
    source: Mapped[str]
    installed_on: Mapped[date | None]
    warranty_until: Mapped[date | None]
    life_years: Mapped[float | None]
    # What a new one costs, in the hundredth part of the hotel's currency.
    price_cents: Mapped[int | None]
    state: Mapped[str]
    note: Mapped[str | None]
    by_hand: Mapped[list[Any]] = mapped_column(default=list)
    gone_since: Mapped[datetime | None]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class AssetKeyRow(Base):
    """A name that tickets may call an asset by: each part of an apparatus has one, and its gateway."""

    __tablename__ = "maintenance_asset_keys"
    __table_args__ = (Index("ix_maintenance_asset_keys_asset", "asset_id"),)

    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("maintenance_assets.id"))


class AssetStepRow(Base):
    """What happened to an asset: made, edited, moved, a document or a part added. Never changed."""

    __tablename__ = "maintenance_asset_steps"
    __table_args__ = (Index("ix_maintenance_asset_steps_asset", "property_id", "asset_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    asset_id: Mapped[str] = mapped_column(ForeignKey("maintenance_assets.id"))
    action: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[str]
    by: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class AssetMoveRow(Base):
    """An asset went from one place to another; None is no room (an area, the store)."""

    __tablename__ = "maintenance_asset_moves"
    __table_args__ = (Index("ix_maintenance_asset_moves_asset", "property_id", "asset_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    asset_id: Mapped[str] = mapped_column(ForeignKey("maintenance_assets.id"))
    from_room: Mapped[str | None]
    to_room: Mapped[str | None]
    from_area: Mapped[str | None]
    to_area: Mapped[str | None]
    at: Mapped[datetime]
    by_id: Mapped[str]
    by: Mapped[str]


class AssetDocumentRow(Base):
    """A manual, a bill, a photo of the plate."""

    __tablename__ = "maintenance_asset_documents"
    __table_args__ = (Index("ix_maintenance_asset_documents_asset", "property_id", "asset_id"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    asset_id: Mapped[str] = mapped_column(ForeignKey("maintenance_assets.id"))
    file_id: Mapped[str] = mapped_column(ForeignKey(FileRow.id))
    title: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]


class AssetPartRow(Base):
    """A part that fits one asset, or (`asset_id` null) every asset of a maker's model."""

    __tablename__ = "maintenance_asset_parts"
    __table_args__ = (
        Index("ix_maintenance_asset_parts_asset", "property_id", "asset_id"),
        Index("ix_maintenance_asset_parts_model", "property_id", "model"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    asset_id: Mapped[str | None] = mapped_column(ForeignKey("maintenance_assets.id"))
    model: Mapped[str | None]
    name: Mapped[str]
    number: Mapped[str | None]
    price_cents: Mapped[int | None]


def asset_of(row: AssetRow) -> Asset:
    """The asset as the pure rules see it."""
    return Asset(
        id=row.id,
        key=row.key,
        kind=AssetKind(row.kind),
        name=row.name,
        maker=row.maker,
        model=row.model,
        serial=row.serial,
        software=row.software,
        room=row.room,
        area=row.area,
        parent_id=row.parent_id,
        device_id=row.device_id,
        apparatus=row.apparatus,
        device_room=row.device_room,
        source=AssetSource(row.source),
        installed_on=row.installed_on,
        warranty_until=row.warranty_until,
        life_years=row.life_years,
        price_cents=row.price_cents,
        state=AssetState(row.state),
        note=row.note,
        gone_since=row.gone_since,
        version=row.version,
        made_at=row.made_at,
    )


def asset(session: Session, property_id: str, asset_id: str) -> Asset | None:
    found = row(session, property_id, asset_id)
    return asset_of(found) if found is not None else None


def row(session: Session, property_id: str, asset_id: str) -> AssetRow | None:
    return session.scalar(
        select(AssetRow).where(AssetRow.property_id == property_id, AssetRow.id == asset_id)
    )


def row_for_edit(session: Session, property_id: str, asset_id: str) -> AssetRow | None:
    """The asset, locked until the transaction ends."""
    return session.scalar(
        select(AssetRow).where(AssetRow.property_id == property_id, AssetRow.id == asset_id).with_for_update()
    )


def by_key(session: Session, property_id: str, key: str) -> Asset | None:
    """The asset that goes by this name, its own or that of one of its parts."""
    return by_keys(session, property_id, [key]).get(key)


def by_keys(session: Session, property_id: str, keys: Collection[str]) -> dict[str, Asset]:
    """The assets that go by these names, by name; names of nothing are left out."""
    if not keys:
        return {}
    rows = session.execute(
        select(AssetKeyRow.key, AssetRow)
        .join(AssetRow, AssetRow.id == AssetKeyRow.asset_id)
        .where(AssetKeyRow.property_id == property_id, AssetKeyRow.key.in_(list(keys)))
    )
    return {key: asset_of(found) for key, found in rows}


def keys_of(session: Session, property_id: str, asset_ids: Collection[str]) -> dict[str, list[str]]:
    """All names of the assets, by asset: what tickets may call them."""
    rows = session.execute(
        select(AssetKeyRow.asset_id, AssetKeyRow.key)
        .where(AssetKeyRow.property_id == property_id, AssetKeyRow.asset_id.in_(list(asset_ids)))
        .order_by(AssetKeyRow.key)
    )
    found: dict[str, list[str]] = {}
    for asset_id, key in rows:
        found.setdefault(asset_id, []).append(key)
    return found


def all_keys(session: Session, property_id: str) -> dict[str, str]:
    """The id of the asset behind every name."""
    rows = session.execute(
        select(AssetKeyRow.key, AssetKeyRow.asset_id).where(AssetKeyRow.property_id == property_id)
    )
    return dict(rows.all())


def assets(
    session: Session,
    property_id: str,
    *,
    after: tuple[str, str] | None = None,
    limit: int,
    kind: str | None = None,
    room: str | None = None,
    model: str | None = None,
    search: str | None = None,
    state: str | None = None,
    parent_id: str | None = None,
    warranty_ends: tuple[date, date] | None = None,
) -> list[Asset]:
    """Assets by name, up to `limit` after (name, id).

    Args:
        search: a part of name, maker, model, serial, room or area, in any case.
        warranty_ends: from the first to the last day.
    """
    query = select(AssetRow).where(AssetRow.property_id == property_id)
    wanted: Mapping[Any, str | None] = {
        AssetRow.kind: kind,
        AssetRow.room: room,
        AssetRow.model: model,
        AssetRow.state: state,
        AssetRow.parent_id: parent_id,
    }
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    if warranty_ends is not None:
        query = query.where(AssetRow.warranty_until.between(*warranty_ends))
    if search is not None:
        searched = (
            AssetRow.name,
            AssetRow.maker,
            AssetRow.model,
            AssetRow.serial,
            AssetRow.room,
            AssetRow.area,
        )
        query = query.where(or_(*(column.icontains(search, autoescape=True) for column in searched)))
    if after is not None:
        name, asset_id = after
        query = query.where(or_(AssetRow.name > name, (AssetRow.name == name) & (AssetRow.id > asset_id)))
    rows = session.scalars(query.order_by(AssetRow.name, AssetRow.id).limit(limit))
    return [asset_of(found) for found in rows]


def name_it(session: Session, property_id: str, asset_id: str, keys: Iterable[str]) -> None:
    """Let the asset go by these names too; a part that came from another thing is this one's now."""
    for key in sorted(keys):
        session.merge(AssetKeyRow(property_id=property_id, key=key, asset_id=asset_id))
    session.flush()


def note_move(
    session: Session,
    property_id: str,
    row: AssetRow,
    room: str | None,
    area: str | None,
    at: datetime,
    actor: Actor,
) -> None:
    """Write down where the asset goes from where it is."""
    session.add(
        AssetMoveRow(
            id=new_id(),
            property_id=property_id,
            asset_id=row.id,
            from_room=row.room,
            to_room=room,
            from_area=row.area,
            to_area=area,
            at=at,
            by_id=actor.id,
            by=actor.name,
        )
    )


def touch(row: AssetRow, at: datetime) -> None:
    """Make the edit a new version of the row even when no other column changed."""
    row.changed_at = at
    flag_modified(row, "changed_at")


def rows(session: Session, property_id: str, asset_ids: Collection[str]) -> list[AssetRow]:
    """The rows of these assets; unknown ones are left out."""
    return list(
        session.scalars(
            select(AssetRow).where(AssetRow.property_id == property_id, AssetRow.id.in_(list(asset_ids)))
        )
    )


def by_apparatus(session: Session, property_id: str) -> dict[str, str]:
    """The id of the asset behind each apparatus."""
    found = session.execute(
        select(AssetRow.apparatus, AssetRow.id).where(
            AssetRow.property_id == property_id, AssetRow.apparatus.is_not(None)
        )
    )
    return {str(apparatus): asset_id for apparatus, asset_id in found}


def rows_below(session: Session, property_id: str, asset_id: str) -> list[AssetRow]:
    """What belongs to the asset."""
    return list(
        session.scalars(
            select(AssetRow).where(AssetRow.property_id == property_id, AssetRow.parent_id == asset_id)
        )
    )


def models(session: Session, property_id: str) -> list[str]:
    """Every model that is in the registry, in order."""
    found = session.scalars(
        select(AssetRow.model)
        .where(AssetRow.property_id == property_id, AssetRow.model.is_not(None))
        .distinct()
        .order_by(AssetRow.model)
    )
    return [model for model in found if model is not None]


def all_rows(session: Session, property_id: str) -> list[AssetRow]:
    """Every asset's row."""
    return list(session.scalars(select(AssetRow).where(AssetRow.property_id == property_id)))


def kept(session: Session, property_id: str) -> list[KeptAsset]:
    """Every asset with its names and what people have set of it."""
    rows = all_rows(session, property_id)
    names: dict[str, set[str]] = {}
    for key, asset_id in all_keys(session, property_id).items():
        names.setdefault(asset_id, set()).add(key)
    return [
        KeptAsset(asset_of(row), frozenset(names.get(row.id, ())), frozenset(row.by_hand)) for row in rows
    ]


def parents(session: Session, property_id: str) -> dict[str, str | None]:
    """What each asset belongs to."""
    rows = session.execute(select(AssetRow.id, AssetRow.parent_id).where(AssetRow.property_id == property_id))
    return dict(rows.all())


def count(session: Session, property_id: str) -> int:
    return session.scalar(select(func.count(AssetRow.id)).where(AssetRow.property_id == property_id)) or 0


def remove(session: Session, property_id: str, asset_id: str) -> None:
    """Take the asset and everything that is its own alone out of the tables."""
    for table in (AssetKeyRow, AssetStepRow, AssetMoveRow, AssetDocumentRow, AssetPartRow):
        session.execute(delete(table).where(table.property_id == property_id, table.asset_id == asset_id))
    session.execute(delete(AssetRow).where(AssetRow.property_id == property_id, AssetRow.id == asset_id))


def steps_of(
    session: Session, property_id: str, asset_id: str, before: datetime, limit: int
) -> list[AssetStepRow]:
    """What happened to the asset before a moment, newest first."""
    return list(
        session.scalars(
            select(AssetStepRow)
            .where(
                AssetStepRow.property_id == property_id,
                AssetStepRow.asset_id == asset_id,
                AssetStepRow.at < before,
            )
            .order_by(AssetStepRow.at.desc(), AssetStepRow.id.desc())
            .limit(limit)
        )
    )


def moves_of(session: Session, property_id: str, asset_id: str, limit: int) -> list[AssetMoveRow]:
    """Where the asset went, newest first."""
    return list(
        session.scalars(
            select(AssetMoveRow)
            .where(AssetMoveRow.property_id == property_id, AssetMoveRow.asset_id == asset_id)
            .order_by(AssetMoveRow.at.desc(), AssetMoveRow.id.desc())
            .limit(limit)
        )
    )


def documents_of(session: Session, property_id: str, asset_id: str) -> list[AssetDocumentRow]:
    return list(
        session.scalars(
            select(AssetDocumentRow)
            .where(AssetDocumentRow.property_id == property_id, AssetDocumentRow.asset_id == asset_id)
            .order_by(AssetDocumentRow.at, AssetDocumentRow.id)
        )
    )


def parts_of(session: Session, property_id: str, asset_id: str, model: str | None) -> list[AssetPartRow]:
    """Parts of the asset itself and of its model."""
    its = AssetPartRow.asset_id == asset_id
    if model is not None:
        its = its | (AssetPartRow.asset_id.is_(None) & (AssetPartRow.model == model))
    return list(
        session.scalars(
            select(AssetPartRow)
            .where(AssetPartRow.property_id == property_id, its)
            .order_by(AssetPartRow.name, AssetPartRow.id)
        )
    )
