"""Leases: of several processes on one database, one does a job; if it dies, another takes over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from hotel.database import Database
from hotel.metadata import Base


class LeaseRow(Base):
    """Who does the job `name`, and until when if nothing more is heard (wall time)."""

    __tablename__ = "leases"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    wall_until: Mapped[datetime]


def take_lease(database: Database, name: str, holder: str, seconds: float) -> bool:
    """Take or prolong the lease; returns whether `holder` has it now."""
    try:
        return _take_lease(database, name, holder, seconds)
    except IntegrityError:
        return False  # PostgreSQL, and the very first time: somebody else wrote the row meanwhile


def _take_lease(database: Database, name: str, holder: str, seconds: float) -> bool:
    with database.write() as tx:
        now = tx.clock.wall()
        row = tx.session.get(LeaseRow, (tx.property_id, name), with_for_update=True)
        if row is not None and row.holder != holder and row.wall_until > now:
            return False
        until = now + timedelta(seconds=seconds)
        if row is None:
            # Not merge(): it would look again and overwrite who came in between.
            tx.session.add(LeaseRow(property_id=tx.property_id, name=name, holder=holder, wall_until=until))
        else:
            row.holder = holder
            row.wall_until = until
    return True


def give_lease_back(database: Database, name: str, holder: str) -> None:
    """End the lease at once, so that the next process need not wait for it to run out."""
    with database.write() as tx:
        row = tx.session.get(LeaseRow, (tx.property_id, name))
        if row is not None and row.holder == holder:
            tx.session.delete(row)


class DueRow(Base):
    """When a periodic job of the property is due next (hotel time). The row is the truth, no timer is."""

    __tablename__ = "due_jobs"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]


def claim_due(database: Database, name: str, next_due: datetime) -> bool:
    """Whether the job is due now; if so its next time is written, so that nobody else runs this one."""
    try:
        return _claim_due(database, name, next_due)
    except IntegrityError:
        return False  # as in take_lease


def _claim_due(database: Database, name: str, next_due: datetime) -> bool:
    with database.write() as tx:
        row = tx.session.get(DueRow, (tx.property_id, name), with_for_update=True)
        if row is not None and row.due_at > tx.clock.now():
            return False
        if row is None:
            tx.session.add(DueRow(property_id=tx.property_id, name=name, due_at=next_due))
        else:
            row.due_at = next_due
    return True
