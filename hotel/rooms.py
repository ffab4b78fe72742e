"""The property, its rooms and room types. Every slice points here; nobody else owns a room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from hotel.database import Transaction
from hotel.errors import NotFound
from hotel.ids import new_id
from hotel.messages import RoomsChanged
from hotel.metadata import Base

MOST_ROOMS = 5000


class PropertyRow(Base):
    """One hotel. `business_date` rolls at night audit, not at midnight."""

    __tablename__ = "properties"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    timezone: Mapped[str]
    temperature_unit: Mapped[str] = mapped_column(default="celsius")
    business_date: Mapped[date]
    # Hour of the local day at which the business date rolls when nobody rolls it by hand.
    audit_hour: Mapped[int] = mapped_column(default=4)
    # Whether a clean room must be inspected before it counts as ready.
    inspection_required: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class RoomTypeRow(Base):
    __tablename__ = "room_types"
    __table_args__ = (UniqueConstraint("property_id", "code"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), index=True)
    code: Mapped[str]
    name: Mapped[str]


class RoomRow(Base):
    """A room. `number` is text and kept as the hotel writes it: leading zeros count."""

    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("property_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), index=True)
    number: Mapped[str]
    floor: Mapped[str]
    section: Mapped[str | None]
    area_square_metres: Mapped[float | None]
    room_type_id: Mapped[str] = mapped_column(ForeignKey("room_types.id"))
    version: Mapped[int] = mapped_column(default=1)

    room_type: Mapped[RoomTypeRow] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class ConnectingRoomRow(Base):
    """Two rooms with a door between them; stored once, smaller number first."""

    __tablename__ = "connecting_rooms"

    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), primary_key=True)
    room: Mapped[str] = mapped_column(primary_key=True)
    other: Mapped[str] = mapped_column(primary_key=True)


class Property(NamedTuple):
    """The property as the slices see it; see `PropertyRow`."""

    id: str
    name: str
    timezone: str
    temperature_unit: str
    business_date: date
    audit_hour: int
    inspection_required: bool


@dataclass(frozen=True, slots=True)
class Room:
    """A room as the slices see it."""

    number: str
    floor: str
    type_code: str
    type_name: str
    section: str | None = None
    area_square_metres: float | None = None
    version: int = 1


def _room(row: RoomRow) -> Room:
    return Room(
        number=row.number,
        floor=row.floor,
        type_code=row.room_type.code,
        type_name=row.room_type.name,
        section=row.section,
        area_square_metres=row.area_square_metres,
        version=row.version,
    )


def room_order(number: str) -> tuple[int, str]:
    """Sort key that puts 9 before 10 and keeps lettered rooms in place."""
    return (len(number), number)


def all_rooms(session: Session, property_id: str) -> list[Room]:
    """Every room of the property, in the order of its numbers."""
    # Columns, not rows with an identity: every list of rooms comes through here.
    rows = session.execute(
        select(
            RoomRow.number,
            RoomRow.floor,
            RoomTypeRow.code,
            RoomTypeRow.name,
            RoomRow.section,
            RoomRow.area_square_metres,
            RoomRow.version,
        )
        .join(RoomTypeRow, RoomTypeRow.id == RoomRow.room_type_id)
        .where(RoomRow.property_id == property_id)
    )
    return sorted((Room(*row) for row in rows), key=lambda room: room_order(room.number))


def lock_room(session: Session, property_id: str, number: str) -> bool:
    """Hold the room until the transaction ends; returns whether there is such a room.

    Two desks cannot give it away at once, nor a desk while housekeeping takes it off sale. SQLite has
    one writer anyway.
    """
    statement = select(RoomRow.id).where(RoomRow.property_id == property_id, RoomRow.number == number)
    return session.scalar(statement.with_for_update()) is not None


def find_room(session: Session, property_id: str, number: str) -> Room:
    """The room with this number.

    Raises:
        NotFound: the property has no such room.
    """
    row = session.scalar(select(RoomRow).where(RoomRow.property_id == property_id, RoomRow.number == number))
    if row is None:
        raise NotFound("unknown_room", f"There is no room {number}.", room=number)
    return _room(row)


def room_types(session: Session, property_id: str) -> list[tuple[str, str]]:
    """(code, name) of each room type, by code."""
    rows = session.scalars(
        select(RoomTypeRow).where(RoomTypeRow.property_id == property_id).order_by(RoomTypeRow.code)
    )
    return [(row.code, row.name) for row in rows]


def connecting_to(session: Session, property_id: str, number: str) -> list[str]:
    """Numbers of the rooms that have a door to `number`."""
    rows = session.scalars(
        select(ConnectingRoomRow).where(
            ConnectingRoomRow.property_id == property_id,
            (ConnectingRoomRow.room == number) | (ConnectingRoomRow.other == number),
        )
    )
    return sorted(row.other if row.room == number else row.room for row in rows)


def connections(session: Session, property_id: str) -> dict[str, list[str]]:
    """By room that has one or more, the rooms with a door to it."""
    found: dict[str, list[str]] = {}
    rows = session.execute(
        select(ConnectingRoomRow.room, ConnectingRoomRow.other).where(
            ConnectingRoomRow.property_id == property_id
        )
    )
    for room, other in rows:
        found.setdefault(room, []).append(other)
        found.setdefault(other, []).append(room)
    return {room: sorted(others, key=room_order) for room, others in found.items()}


# A column each, and made once: nearly every read of the desk begins with it.
_PROPERTY = select(*(getattr(PropertyRow, name) for name in Property._fields)).where(
    PropertyRow.id == bindparam("property_id")
)


def find_property(session: Session, property_id: str) -> Property:
    """The property as it stands.

    Raises:
        NotFound: nobody has set the property up yet.
    """
    row = session.execute(_PROPERTY, {"property_id": property_id}).first()
    if row is None:
        raise NotFound("unknown_property", f"There is no property {property_id!r}.", property=property_id)
    return Property(*row)


def ensure_property(tx: Transaction, name: str, timezone: str, business_date: date) -> PropertyRow:
    """The property's row, made when it is not there yet."""
    row = tx.session.get(PropertyRow, tx.property_id)
    if row is None:
        row = PropertyRow(id=tx.property_id, name=name, timezone=timezone, business_date=business_date)
        tx.session.add(row)
        tx.session.flush()
    return row


def put_room(
    tx: Transaction, room: Room, connecting: list[str] | None = None, *, announce: bool = True
) -> bool:
    """Add the room, or bring the one with its number up to date; returns whether it is new.

    Args:
        announce: False when the caller puts many rooms and announces all of them at once: a follower
            reads the rooms anew for each message.
    """
    session = tx.session
    kind = session.scalar(
        select(RoomTypeRow).where(
            RoomTypeRow.property_id == tx.property_id, RoomTypeRow.code == room.type_code
        )
    )
    if kind is None:
        kind = RoomTypeRow(property_id=tx.property_id, code=room.type_code, name=room.type_name)
        session.add(kind)
        session.flush()
    elif room.type_name and kind.name != room.type_name:
        kind.name = room.type_name
    row = session.scalar(
        select(RoomRow).where(RoomRow.property_id == tx.property_id, RoomRow.number == room.number)
    )
    is_new = row is None
    if row is None:
        row = RoomRow(property_id=tx.property_id, number=room.number)
        session.add(row)
    row.floor = room.floor
    row.section = room.section
    row.area_square_metres = room.area_square_metres
    row.room_type_id = kind.id
    for other in connecting or ():
        low, high = sorted((room.number, other), key=room_order)
        session.merge(ConnectingRoomRow(property_id=tx.property_id, room=low, other=high))
    session.flush()
    if announce:
        tx.announce(RoomsChanged((room.number,)))
    return is_new
