"""The rows of enrolled tablets and of invitations, and all SQL on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.errors import NotFound
from hotel.ids import new_id
from hotel.metadata import Base
from hotel.tablets import Tablet


class TabletRow(Base):
    """One enrolled tablet. `digest` is all that is kept of its credential."""

    __tablename__ = "tablets"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    enrolled_by_id: Mapped[str]
    enrolled_by: Mapped[str]
    wall_enrolled_at: Mapped[datetime]
    wall_seen_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
    wall_revoked_at: Mapped[datetime | None]


class TabletInvitationRow(Base):
    """A token that enrols one tablet, once, soon."""

    __tablename__ = "tablet_invitations"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    made_by_id: Mapped[str]
    made_by: Mapped[str]
    wall_ends_at: Mapped[datetime] = mapped_column(index=True)


def tablet_from(row: TabletRow) -> Tablet:
    return Tablet(
        id=row.id,
        name=row.name,
        enrolled_by=row.enrolled_by,
        wall_enrolled_at=row.wall_enrolled_at,
        wall_seen_at=row.wall_seen_at,
        revoked_by=row.revoked_by,
        wall_revoked_at=row.wall_revoked_at,
    )


def all_tablets(session: Session, property_id: str) -> list[Tablet]:
    """Every tablet, the newest first, revoked ones too."""
    rows = session.scalars(
        select(TabletRow).where(TabletRow.property_id == property_id).order_by(TabletRow.id.desc())
    )
    return [tablet_from(row) for row in rows]


def count_tablets(session: Session, property_id: str) -> int:
    """Tablets that are enrolled and not revoked."""
    statement = select(func.count()).select_from(TabletRow)
    return (
        session.scalar(
            statement.where(TabletRow.property_id == property_id, TabletRow.wall_revoked_at.is_(None))
        )
        or 0
    )


def tablet_row(session: Session, property_id: str, tablet_id: str, *, lock: bool = False) -> TabletRow:
    """
    Raises:
        NotFound: the property has no such tablet.
    """
    statement = select(TabletRow).where(TabletRow.property_id == property_id, TabletRow.id == tablet_id)
    row = session.scalar(statement.with_for_update() if lock else statement)
    if row is None:
        raise NotFound("unknown_tablet", "There is no such tablet.")
    return row


def tablet_by_digest(session: Session, property_id: str, digest: str) -> TabletRow | None:
    """The tablet whose credential this is, unless it was revoked."""
    return session.scalar(
        select(TabletRow).where(
            TabletRow.property_id == property_id,
            TabletRow.digest == digest,
            TabletRow.wall_revoked_at.is_(None),
        )
    )


def note_tablet_seen(session: Session, tablet_id: str, at: datetime) -> None:
    session.execute(update(TabletRow).where(TabletRow.id == tablet_id).values(wall_seen_at=at))


def open_invitations(session: Session, property_id: str, now: datetime) -> int:
    statement = select(func.count()).select_from(TabletInvitationRow)
    return (
        session.scalar(
            statement.where(
                TabletInvitationRow.property_id == property_id, TabletInvitationRow.wall_ends_at > now
            )
        )
        or 0
    )


def take_invitation(
    session: Session, property_id: str, digest: str, now: datetime
) -> TabletInvitationRow | None:
    """The invitation with this token, gone from the table; None when there is none or it is over."""
    row = session.scalar(
        select(TabletInvitationRow)
        .where(
            TabletInvitationRow.property_id == property_id,
            TabletInvitationRow.digest == digest,
            TabletInvitationRow.wall_ends_at > now,
        )
        .with_for_update()
    )
    if row is not None:
        session.delete(row)
    return row


def forget_invitations(session: Session, property_id: str, now: datetime) -> None:
    """Delete invitations that are over."""
    session.execute(
        delete(TabletInvitationRow).where(
            TabletInvitationRow.property_id == property_id, TabletInvitationRow.wall_ends_at <= now
        )
    )
