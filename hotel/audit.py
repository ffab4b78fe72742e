"""Who did what, when, to which thing. Written with the fact, never changed afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.metadata import Base


class AuditRow(Base):
    """One entry. `at` is hotel time, `wall_at` the real one. `detail` holds no personal fields."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    property_id: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    wall_at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]]


_AUDIT = AuditRow.__table__
assert isinstance(_AUDIT, Table)
_INSERT = insert(_AUDIT)


def insert_entry(session: Session, **values: Any) -> None:
    """Write one entry, in the session's transaction but past its unit of work: every tap makes one."""
    session.connection().execute(_INSERT, values)
