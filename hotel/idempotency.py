"""An action with a key has one effect, however often it is sent; a replay gets the first answer.

The answer is stored in the transaction of the effect, so that a kill between the two is impossible.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.actor import Actor
from hotel.database import Database, Transaction
from hotel.errors import Invalid
from hotel.metadata import Base

LONGEST_KEY = 128


class IdempotencyRow(Base):
    __tablename__ = "idempotency_keys"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    actor_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    answer: Mapped[dict[str, Any]]
    wall_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Once:
    """A caller's Idempotency-Key and what it was sent with."""

    key: str
    fingerprint: str


def once(key: str | None, method: str, path: str, body: bytes) -> Once | None:
    """What makes this request one request, or None when it has no key.

    Raises:
        Invalid: the key is empty or too long.
    """
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST_KEY:
        raise Invalid("bad_idempotency_key", f"An Idempotency-Key has 1 to {LONGEST_KEY} characters.")
    digest = hashlib.sha256(f"{method} {path}\n".encode() + body).hexdigest()
    return Once(key, digest)


def act_once(
    database: Database, actor: Actor, request: Once | None, act: Callable[[Transaction], dict[str, Any]]
) -> dict[str, Any]:
    """Run `act` in one transaction and return its JSON-ready answer; a replay returns the stored one.

    Raises:
        Invalid: the key was used before for something else.
        Refused: whatever `act` refuses; a refusal stores nothing, so the caller may try again.
    """
    try:
        return _act_once(database, actor, request, act)
    except IntegrityError:
        # PostgreSQL lets two replays run side by side; the loser finds the winner's answer.
        if request is None:
            raise
        with database.read() as session:
            stored = _stored(session, database.property_id, actor, request)
        if stored is None:
            raise
        return stored


def _act_once(
    database: Database, actor: Actor, request: Once | None, act: Callable[[Transaction], dict[str, Any]]
) -> dict[str, Any]:
    with database.write() as tx:
        if request is None:
            return act(tx)
        stored = _stored(tx.session, tx.property_id, actor, request)
        if stored is not None:
            return stored
        row = IdempotencyRow(
            property_id=tx.property_id,
            actor_id=actor.id,
            key=request.key,
            fingerprint=request.fingerprint,
            answer={},
            wall_at=tx.clock.wall(),
        )
        tx.session.add(row)
        tx.session.flush()
        row.answer = act(tx)
        return row.answer


def _stored(session: Session, property_id: str, actor: Actor, request: Once) -> dict[str, Any] | None:
    row = session.get(IdempotencyRow, (property_id, actor.id, request.key))
    if row is None:
        return None
    if row.fingerprint != request.fingerprint:
        raise Invalid("idempotency_key_reused", "This Idempotency-Key was used for another request.")
    return row.answer


def was_done(session: Session, property_id: str, actor_id: str, key: str) -> bool:
    """Whether this actor's action with this key has had its effect."""
    return session.get(IdempotencyRow, (property_id, actor_id, key)) is not None


def forget_keys_before(session: Session, property_id: str, wall_before: datetime) -> int:
    """Delete keys older than `wall_before`; returns how many."""
    return (
        session.connection()
        .execute(
            delete(IdempotencyRow).where(
                IdempotencyRow.property_id == property_id, IdempotencyRow.wall_at < wall_before
            )
        )
        .rowcount
    )
