"""Messages on disk: written in the transaction of the fact, read in order by whoever follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.messages import Message
from hotel.metadata import Base


class MessageRow(Base):
    """One announced fact. `id` is the order of commits and the `id:` of a live event."""

    __tablename__ = "messages"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - ids must never be used twice

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    property_id: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    wall_at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str]
    body: Mapped[dict[str, Any]]


class FollowerRow(Base):
    """How far a follower has come. What lies behind is handled; what lies ahead comes (again)."""

    __tablename__ = "message_followers"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    last_id: Mapped[int]


class Announced(NamedTuple):
    """A message that is committed, as it is told to who follows."""

    id: int
    property_id: str
    at: datetime
    wall_at: datetime
    kind: str
    body: dict[str, Any]


_MESSAGES = MessageRow.__table__
assert isinstance(_MESSAGES, Table)
# Ids follow the order of announcing.
_INSERT = insert(_MESSAGES).returning(_MESSAGES.c.id, sort_by_parameter_order=True)


def insert_messages(
    session: Session, property_id: str, at: datetime, wall_at: datetime, messages: Sequence[Message]
) -> list[Announced]:
    """Write messages, in this order. Past the unit of work, which costs a tap more than the insert."""
    rows: list[dict[str, Any]] = [
        {
            "property_id": property_id,
            "at": at,
            "wall_at": wall_at,
            "kind": message.kind,
            "body": message.body(),
        }
        for message in messages
    ]
    ids = session.connection().execute(_INSERT, rows).scalars()
    return [Announced(message_id, **row) for message_id, row in zip(ids, rows, strict=True)]


# Columns, and made once: this is asked after each commit that announces something, by each follower.
_AFTER = (
    select(*(getattr(MessageRow, name) for name in Announced._fields))
    .where(MessageRow.property_id == bindparam("property_id"), MessageRow.id > bindparam("last_id"))
    .order_by(MessageRow.id)
    .limit(bindparam("most"))
)


def messages_after(session: Session, property_id: str, last_id: int, limit: int) -> list[Announced]:
    """Up to `limit` messages that come after `last_id`, oldest first."""
    asked = {"property_id": property_id, "last_id": last_id, "most": limit}
    return [Announced(*row) for row in session.execute(_AFTER, asked)]


def position_of(session: Session, property_id: str, follower: str) -> int:
    """The id of the last message that the follower has behind it; 0 when it is new."""
    row = session.get(FollowerRow, (property_id, follower))
    return row.last_id if row is not None else 0


def note_position(session: Session, property_id: str, follower: str, last_id: int) -> None:
    """Write down how far the follower has come."""
    session.merge(FollowerRow(property_id=property_id, name=follower, last_id=last_id))


def newest_id(session: Session, property_id: str) -> int:
    """The id of the newest message, 0 when there is none."""
    return session.scalar(select(func.max(MessageRow.id)).where(MessageRow.property_id == property_id)) or 0


def oldest_id(session: Session, property_id: str) -> int:
    """The id of the oldest message still kept, 0 when there is none."""
    return session.scalar(select(func.min(MessageRow.id)).where(MessageRow.property_id == property_id)) or 0


def forget_before(session: Session, property_id: str, wall_before: datetime) -> int:
    """Delete handled messages older than `wall_before`; returns how many.

    A message that some follower has not handled yet stays, however old.
    """
    slowest = session.scalar(
        select(func.min(FollowerRow.last_id)).where(FollowerRow.property_id == property_id)
    )
    statement = delete(MessageRow).where(
        MessageRow.property_id == property_id, MessageRow.wall_at < wall_before
    )
    if slowest is not None:
        statement = statement.where(MessageRow.id <= slowest)
    return session.connection().execute(statement).rowcount
