"""Every row of the controller and all its SQL. Nothing here decides anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import JSON, Dialect, Insert, Table, TypeDecorator, and_, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from controller.entities import Component, DeviceDescription, EntityDescription, Limits, Value
from hotel.metadata import Base

_Row = TypeVar("_Row", bound=Base)


class DeviceValue(TypeDecorator[Value]):
    """A device's value as JSON. SQLite's JSON columns give a whole number back as an integer: 24.0 is
    no other value than 24, and of two types a wish would look changed."""

    impl = JSON
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Value:
        return float(value) if type(value) is int else value


class EntityRow(Base):
    """A discovered entity. `purpose` is the engineer's word, None = what it looks like.

    `vouched` is how an approved entity was commanded when it was approved, while it says something
    else now and waits to be approved again; else NULL.
    """

    __tablename__ = "controller_entities"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    description: Mapped[dict[str, Any]]
    config: Mapped[str]
    approved: Mapped[bool]
    room: Mapped[str | None] = mapped_column(index=True)
    purpose: Mapped[str | None]
    suggested_room: Mapped[str | None]
    described_at: Mapped[datetime]
    withdrawn: Mapped[bool] = mapped_column(default=False)
    vouched: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)


class CheckpointRow(Base):
    """What an entity's twin held when it was last written down: reported values and revisions."""

    __tablename__ = "controller_twin_checkpoints"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    entity_id: Mapped[str] = mapped_column(primary_key=True)
    facets: Mapped[dict[str, Any]]
    last_seen: Mapped[datetime | None]


class CommandRow(Base):
    """One command. `expires_at` is for people (hotel time), `wall_expires_at` is what counts."""

    __tablename__ = "controller_commands"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    room: Mapped[str | None] = mapped_column(index=True)
    device_id: Mapped[str] = mapped_column(index=True)
    device_name: Mapped[str]
    name: Mapped[str]
    value: Mapped[Any] = mapped_column(DeviceValue)
    state: Mapped[str] = mapped_column(index=True)
    level: Mapped[str]
    cause: Mapped[str]
    by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    wall_expires_at: Mapped[datetime]
    detail: Mapped[str | None]


class ClaimRow(Base):
    """Somebody's say over one property of a device."""

    __tablename__ = "controller_holds"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    device_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(primary_key=True)
    room: Mapped[str] = mapped_column(index=True)
    value: Mapped[Any] = mapped_column(DeviceValue)
    since: Mapped[datetime]
    by: Mapped[str]
    cause: Mapped[str]
    stay_id: Mapped[str | None]
    until: Mapped[datetime | None]


class HandsOffRow(Base):
    """Where nothing may be sent: "property", "floor:4" or "room:412"; who said so, when and why."""

    __tablename__ = "controller_hands_off"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    by: Mapped[str]
    since: Mapped[datetime]


class LockOutRow(Base):
    """An asset that is isolated for work: "device/<id>", "room/412" or "floor/4"; who, when, why."""

    __tablename__ = "controller_lock_outs"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    asset_key: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    by_id: Mapped[str]
    by: Mapped[str]
    since: Mapped[datetime]
    # The ticket that it was set for; tickets are maintenance's.
    ticket_id: Mapped[str | None]


class PlanRow(Base):
    """The plan of a room: what is under way, or how the last one ended. One row a room."""

    __tablename__ = "controller_plans"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    room: Mapped[str] = mapped_column(primary_key=True)
    plan: Mapped[dict[str, Any]]


class ManualRow(Base):
    """The desk's own word on a room's pre-conditioning."""

    __tablename__ = "controller_manual_plans"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    room: Mapped[str] = mapped_column(primary_key=True)
    celsius: Mapped[float | None]
    ready_by: Mapped[datetime]
    made_at: Mapped[datetime]
    by: Mapped[str]


class PanelRow(Base):
    """What the door panel asks for, and since when."""

    __tablename__ = "controller_panel_requests"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    room: Mapped[str] = mapped_column(primary_key=True)
    panel: Mapped[str]
    since: Mapped[datetime | None]


class RoomMemoryRow(Base):
    """What a room remembers beside its devices: senses, season, trim. Written in batches."""

    __tablename__ = "controller_room_memories"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    room: Mapped[str] = mapped_column(primary_key=True)
    memory: Mapped[dict[str, Any]]


class ArrivalRow(Base):
    """A guest opened the door for the first time; the measure of what was promised."""

    __tablename__ = "controller_arrivals"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    stay_id: Mapped[str] = mapped_column(primary_key=True)
    room: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    eta: Mapped[datetime]
    eta_source: Mapped[str]
    # Since when the room knew of this guest; NULL in records older than this column.
    known_at: Mapped[datetime | None]
    predicted_ready_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    wanted_celsius: Mapped[float]
    temperature_celsius: Mapped[float | None]
    # How its preparation began and what was promised then; NULL when it never did.
    begun_at: Mapped[datetime | None]
    begun_celsius: Mapped[float | None]
    promised_ready_at: Mapped[datetime | None]
    promised_early: Mapped[datetime | None]
    promised_late: Mapped[datetime | None]
    begun_code: Mapped[str | None]
    begun_reason: Mapped[str | None]
    begun_values: Mapped[dict[str, Any] | None]
    weak_reason: Mapped[str | None]
    # Since when nobody lived there, and what the meter says it took until the door opened.
    vacant_since: Mapped[datetime | None]
    vacant_watt_hours: Mapped[float | None]
    season: Mapped[str | None]
    # Less than counterfactual runs of the room's own model took; filled at night.
    saved_always_on_watt_hours: Mapped[float | None]
    saved_always_on_deviation: Mapped[float | None]
    saved_fixed_watt_hours: Mapped[float | None]
    saved_fixed_deviation: Mapped[float | None]
    compared_at: Mapped[datetime | None]


class RoomEventRow(Base):
    """One line of a room's timeline. Kept as long as raw telemetry."""

    __tablename__ = "controller_room_events"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - the order of a timeline is its ids

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    property_id: Mapped[str] = mapped_column(index=True)
    room: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str]
    code: Mapped[str]
    values: Mapped[dict[str, Any]]
    by: Mapped[str | None]


def all_rows(session: Session, property_id: str, row_type: type[_Row]) -> list[_Row]:
    """Every row of one kind: the controller holds them in memory."""
    column = row_type.__table__.c["property_id"]
    return list(session.scalars(select(row_type).where(column == property_id)))


def open_commands(session: Session, property_id: str) -> list[CommandRow]:
    """Commands that have not ended, oldest first."""
    return list(
        session.scalars(
            select(CommandRow)
            .where(CommandRow.property_id == property_id, CommandRow.state.in_(("queued", "sent")))
            .order_by(CommandRow.made_at, CommandRow.id)
        )
    )


def command_row(session: Session, property_id: str, command_id: str) -> CommandRow | None:
    return session.get(CommandRow, (property_id, command_id))


def commands_between(
    session: Session, property_id: str, room: str, start: datetime, end: datetime, limit: int
) -> list[CommandRow]:
    """The newest `limit` commands of a room made in [start, end], oldest first."""
    rows = session.scalars(
        select(CommandRow)
        .where(
            CommandRow.property_id == property_id,
            CommandRow.room == room,
            CommandRow.made_at >= start,
            CommandRow.made_at <= end,
        )
        .order_by(CommandRow.made_at.desc(), CommandRow.id.desc())
        .limit(limit)
    )
    return list(rows)[::-1]


def events_between(
    session: Session, property_id: str, room: str, start: datetime, end: datetime, limit: int
) -> list[RoomEventRow]:
    """The newest `limit` timeline entries of a room in [start, end], oldest first."""
    rows = session.scalars(
        select(RoomEventRow)
        .where(
            RoomEventRow.property_id == property_id,
            RoomEventRow.room == room,
            RoomEventRow.at >= start,
            RoomEventRow.at <= end,
        )
        .order_by(RoomEventRow.at.desc(), RoomEventRow.id.desc())
        .limit(limit)
    )
    return list(rows)[::-1]


def arrived_among(session: Session, property_id: str, stay_ids: Iterable[str]) -> set[str]:
    """Which of these stays have arrived already."""
    wanted = list(stay_ids)
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        found.update(
            session.scalars(
                select(ArrivalRow.stay_id).where(
                    ArrivalRow.property_id == property_id,
                    ArrivalRow.stay_id.in_(wanted[start : start + 500]),
                )
            )
        )
    return found


def arrivals_between(session: Session, property_id: str, start: datetime, end: datetime) -> list[ArrivalRow]:
    """Arrivals seen in [start, end], oldest first."""
    return list(
        session.scalars(
            select(ArrivalRow)
            .where(ArrivalRow.property_id == property_id, ArrivalRow.at >= start, ArrivalRow.at <= end)
            .order_by(ArrivalRow.at)
        )
    )


def forget_before(session: Session, property_id: str, before: datetime) -> int:
    """Delete ended commands and timeline entries older than `before`; returns how many."""
    connection = session.connection()
    commands = connection.execute(
        delete(CommandRow).where(
            CommandRow.property_id == property_id,
            CommandRow.made_at < before,
            CommandRow.state.not_in(("queued", "sent")),
        )
    )
    events = connection.execute(
        delete(RoomEventRow).where(RoomEventRow.property_id == property_id, RoomEventRow.at < before)
    )
    return commands.rowcount + events.rowcount


def upsert(session: Session, row_type: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, or replace the columns of those whose primary key is there already."""
    # By the connection: none of these rows is an object of the session, and its ways cost as much as SQL's.
    connection = session.connection()
    connection.execute(_upsert(row_type, connection.dialect.name, tuple(rows[0])), rows)


@cache
def _upsert(
    row_type: type[Base], dialect: str, columns: tuple[str, ...]
) -> postgresql.Insert | sqlite.Insert:
    table = row_type.__table__
    assert isinstance(table, Table)
    keys = [column.name for column in table.primary_key]
    # The two dialects spell it alike, but share no type.
    make: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement: Any = make(table)
    changed = {name: statement.excluded[name] for name in columns if name not in keys}
    made: postgresql.Insert | sqlite.Insert = statement.on_conflict_do_update(
        index_elements=keys, set_=changed
    )
    return made


def insert_all(session: Session, row_type: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    table = row_type.__table__
    assert isinstance(table, Table)
    session.connection().execute(_insert(table), rows)


@cache
def _insert(table: Table) -> Insert:
    return table.insert()


def delete_keys(session: Session, row_type: type[Base], keys: Sequence[dict[str, Any]]) -> None:
    """Delete the rows with these primary keys."""
    table = row_type.__table__
    assert isinstance(table, Table)
    for start in range(0, len(keys), 100):
        chosen = [
            and_(*(table.c[name] == value for name, value in key.items()))
            for key in keys[start : start + 100]
        ]
        session.connection().execute(delete(table).where(or_(*chosen)))


def description_to_json(entity: EntityDescription) -> dict[str, Any]:
    device = entity.device
    return {
        "key": entity.key,
        "component": entity.component.value,
        "name": entity.name,
        "device": {name: getattr(device, name) for name in device.__slots__},
        "device_class": entity.device_class,
        "unit": entity.unit,
        "reports": sorted(entity.reports),
        "accepts": sorted(entity.accepts),
        "options": {name: list(values) for name, values in entity.options.items()},
        "limits": {name: [limit.low, limit.high, limit.step] for name, limit in entity.limits.items()},
    }


def description_from_json(kept: dict[str, Any]) -> EntityDescription:
    return EntityDescription(
        key=kept["key"],
        component=Component(kept["component"]),
        name=kept["name"],
        device=DeviceDescription(**kept["device"]),
        device_class=kept["device_class"],
        unit=kept["unit"],
        reports=frozenset(kept["reports"]),
        accepts=frozenset(kept["accepts"]),
        options={name: tuple(values) for name, values in kept["options"].items()},
        limits={name: Limits(*values) for name, values in kept["limits"].items()},
    )
