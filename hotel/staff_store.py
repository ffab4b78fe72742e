"""The rows of staff, sessions and machine clients, and all SQL on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.actor import Role
from hotel.errors import NotFound
from hotel.ids import new_id
from hotel.metadata import Base
from hotel.staff import Staff
from hotel.tablets_store import TabletRow


class StaffRow(Base):
    """One account. Hashes are Argon2id in PHC form. `failures` counts since the last success."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("property_id", "code"), UniqueConstraint("property_id", "login"))

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(index=True)
    code: Mapped[str]
    name: Mapped[str]
    login: Mapped[str | None]
    roles: Mapped[list[Any]]
    language: Mapped[str | None]
    pin_hash: Mapped[str | None]
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class SessionRow(Base):
    """One signed-in person on one device. `digest` is all that is kept of the token."""

    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(primary_key=True)
    property_id: Mapped[str] = mapped_column(index=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    # The tablet of the house that it is on; None elsewhere.
    tablet_id: Mapped[str | None] = mapped_column(ForeignKey(TabletRow.id), index=True)
    signed_in_by: Mapped[str]
    wall_made_at: Mapped[datetime]
    wall_seen_at: Mapped[datetime] = mapped_column(index=True)


class ClientRow(Base):
    """A machine client with one role and a bearer token, of which only the digest is kept."""

    __tablename__ = "clients"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    role: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    wall_made_at: Mapped[datetime]
    wall_used_at: Mapped[datetime | None]
    wall_revoked_at: Mapped[datetime | None]


def staff_from(row: StaffRow) -> Staff:
    return Staff(
        id=row.id,
        code=row.code,
        name=row.name,
        login=row.login,
        roles=tuple(Role(role) for role in row.roles),
        language=row.language,
        active=row.active,
        failures=row.failures,
        has_pin=row.pin_hash is not None,
        has_password=row.password_hash is not None,
        version=row.version,
    )


def all_staff(session: Session, property_id: str) -> list[Staff]:
    """Every account, by staff code."""
    rows = session.scalars(
        select(StaffRow).where(StaffRow.property_id == property_id).order_by(StaffRow.code)
    )
    return [staff_from(row) for row in rows]


def staff_row(session: Session, property_id: str, staff_id: str, *, lock: bool = False) -> StaffRow:
    """
    Raises:
        NotFound: the property has no such account.
    """
    statement = select(StaffRow).where(StaffRow.property_id == property_id, StaffRow.id == staff_id)
    row = session.scalar(statement.with_for_update() if lock else statement)
    if row is None:
        raise NotFound("unknown_staff", "There is no such account.")
    return row


def staff_by_code(session: Session, property_id: str, code: str) -> StaffRow | None:
    return session.scalar(select(StaffRow).where(StaffRow.property_id == property_id, StaffRow.code == code))


def staff_by_sign_in(session: Session, property_id: str, code: str, login: str) -> StaffRow | None:
    """The active account with this staff code or this login; a code wins over a login."""
    rows = session.scalars(
        select(StaffRow)
        .where(
            StaffRow.property_id == property_id,
            (StaffRow.code == code) | (StaffRow.login == login),
            StaffRow.active,
        )
        .with_for_update()
    ).all()
    return min(rows, key=lambda row: row.code != code, default=None)


def person_name(session: Session, property_id: str, actor_id: str) -> str | None:
    """What a history calls who has this id: an active account or a machine client; None when nobody."""
    person = select(StaffRow.name).where(
        StaffRow.property_id == property_id, StaffRow.id == actor_id, StaffRow.active.is_(True)
    )
    client = select(ClientRow.name).where(ClientRow.property_id == property_id, ClientRow.id == actor_id)
    return session.scalar(person) or session.scalar(client)


def set_failures(session: Session, staff_id: str, failures: int) -> None:
    """Write the count past the version: a wrong PIN is no edit that an open form must know of."""
    session.execute(
        update(StaffRow)
        .where(StaffRow.id == staff_id)
        .values(failures=failures)
        .execution_options(synchronize_session="fetch")
    )


def administrators(session: Session, property_id: str) -> list[str]:
    """Ids of the active administrators."""
    rows = session.execute(
        select(StaffRow.id, StaffRow.roles).where(StaffRow.property_id == property_id, StaffRow.active)
    )
    return [staff_id for staff_id, roles in rows if Role.ADMINISTRATOR.value in roles]


def session_with_staff(session: Session, property_id: str, digest: str) -> tuple[SessionRow, StaffRow] | None:
    found = session.execute(
        select(SessionRow, StaffRow)
        .join(StaffRow, StaffRow.id == SessionRow.staff_id)
        .where(SessionRow.property_id == property_id, SessionRow.digest == digest, StaffRow.active)
    ).first()
    return (found[0], found[1]) if found else None


def sessions_of(session: Session, property_id: str, staff_id: str) -> list[SessionRow]:
    """Every kept session of an account, those that ran out among them."""
    wanted = select(SessionRow).where(SessionRow.property_id == property_id, SessionRow.staff_id == staff_id)
    return list(session.scalars(wanted))


def note_session_use(session: Session, digest: str, at: datetime) -> None:
    session.execute(update(SessionRow).where(SessionRow.digest == digest).values(wall_seen_at=at))


def end_session(session: Session, digest: str) -> None:
    session.execute(delete(SessionRow).where(SessionRow.digest == digest))


def end_sessions_of(session: Session, staff_id: str) -> None:
    session.execute(delete(SessionRow).where(SessionRow.staff_id == staff_id))


def end_sessions_on(session: Session, tablet_id: str) -> None:
    session.execute(delete(SessionRow).where(SessionRow.tablet_id == tablet_id))


def forget_sessions(session: Session, property_id: str, made_before: datetime, seen_before: datetime) -> int:
    """Delete sessions that can no longer be used; returns how many."""
    return (
        session.connection()
        .execute(
            delete(SessionRow).where(
                SessionRow.property_id == property_id,
                (SessionRow.wall_made_at <= made_before)
                | (SessionRow.tablet_id.is_(None) & (SessionRow.wall_seen_at <= seen_before)),
            )
        )
        .rowcount
    )


def count_sessions(session: Session, property_id: str) -> int:
    return (
        session.scalar(
            select(func.count()).select_from(SessionRow).where(SessionRow.property_id == property_id)
        )
        or 0
    )


def client_by_digest(session: Session, property_id: str, digest: str) -> ClientRow | None:
    """The client whose token this is, unless it was revoked."""
    return session.scalar(
        select(ClientRow).where(
            ClientRow.property_id == property_id,
            ClientRow.digest == digest,
            ClientRow.wall_revoked_at.is_(None),
        )
    )


def all_clients(session: Session, property_id: str) -> list[ClientRow]:
    return list(
        session.scalars(select(ClientRow).where(ClientRow.property_id == property_id).order_by(ClientRow.id))
    )


def note_client_use(session: Session, client_id: str, at: datetime) -> None:
    session.execute(update(ClientRow).where(ClientRow.id == client_id).values(wall_used_at=at))
