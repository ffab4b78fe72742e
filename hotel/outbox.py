"""Messages on disk: written in the transaction of the fact, read in order by whoever follows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.database import Base
from hotel.messages import Announced, Message


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


_MESSAGES = MessageRow.__table__
assert isinstance(_MESSAGES, Table)
_INSERT = insert(_MESSAGES)


def insert_message(
    session: Session, property_id: str, at: datetime, wall_at: datetime, message: Message
) -> Announced:
    """Write one message. Without the unit of work, which costs a tap more than the insert itself."""
    body = message.body()
    values = {
        "property_id": property_id,
        "at": at,
        "wall_at": wall_at,
        "kind": message.kind,
        "body": body,
    }
    made = session.connection().execute(_INSERT, values).inserted_primary_key
    assert made is not None
    return Announced(made[0], message.kind, body)


def messages_after(session: Session, property_id: str, last_id: int, limit: int) -> list[MessageRow]:
    """Up to `limit` messages that come after `last_id`, oldest first."""
    return list(
        session.scalars(
            select(MessageRow)
            .where(MessageRow.property_id == property_id, MessageRow.id > last_id)
            .order_by(MessageRow.id)
            .limit(limit)
        )
    )


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
