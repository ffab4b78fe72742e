"""Rows and SQL of diagnosis: how far rules are trusted, what was found, what is muted, what stands.

A *finding* is one cause that a rule found. It leads to a ticket when the property trusts the rule; else it
waits as a suggestion until an engineer opens one or says that it is none.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.ids import new_id
from hotel.metadata import Base
from maintenance.tickets_store import TicketRow

MOST_MUTES = 500
MOST_STANDING = 20_000


class DiagnosisRuleRow(Base):
    """A rule that an engineer has approved, or taken back. No row: it is as it began."""

    __tablename__ = "diagnosis_rules"

    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    approved: Mapped[bool]
    by_id: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class FindingRow(Base):
    """One cause that was found. `times`: how often it came (back); `verdict`: what an engineer said of it."""

    __tablename__ = "diagnosis_findings"
    __table_args__ = (
        Index("ix_diagnosis_findings_fault", "property_id", "fault", "found_at"),
        Index("ix_diagnosis_findings_asset", "property_id", "asset_key", "fault"),
        Index("ix_diagnosis_findings_open", "property_id", "gone_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    fault: Mapped[str]
    asset_key: Mapped[str]
    room: Mapped[str | None]
    entity: Mapped[str | None]
    evidence: Mapped[dict[str, Any]]
    found_at: Mapped[datetime]
    last_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    times: Mapped[int] = mapped_column(default=1)
    muted: Mapped[bool] = mapped_column(default=False)
    ticket_id: Mapped[str | None] = mapped_column(ForeignKey("maintenance_tickets.id"))
    verdict: Mapped[str | None]
    verdict_by: Mapped[str | None]
    verdict_at: Mapped[datetime | None]


class MuteRow(Base):
    """A rule that says nothing of one asset until a moment."""

    __tablename__ = "diagnosis_mutes"

    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), primary_key=True)
    fault: Mapped[str] = mapped_column(primary_key=True)
    asset_key: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]
    reason: Mapped[str | None]
    by_id: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


class StandingRow(Base):
    """A fault that stands, as `causes.Standing` knows it."""

    __tablename__ = "diagnosis_standings"

    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), primary_key=True)
    fault: Mapped[str] = mapped_column(primary_key=True)
    asset_key: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[dict[str, Any]]


class DiagnosisMemoryRow(Base):
    """The recorder's long memory: arrays in numpy's own compressed form, read without pickle."""

    __tablename__ = "diagnosis_memory"

    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), primary_key=True)
    at: Mapped[datetime]
    data: Mapped[bytes] = mapped_column(LargeBinary)


def rules(session: Session, property_id: str) -> dict[str, DiagnosisRuleRow]:
    found = session.scalars(select(DiagnosisRuleRow).where(DiagnosisRuleRow.property_id == property_id))
    return {row.code: row for row in found}


def rule_for_edit(session: Session, property_id: str, code: str) -> DiagnosisRuleRow | None:
    return session.get(DiagnosisRuleRow, (property_id, code), with_for_update=True)


def mutes(session: Session, property_id: str, now: datetime) -> list[MuteRow]:
    """What is muted now, the one that ends first first."""
    query = (
        select(MuteRow)
        .where(MuteRow.property_id == property_id, MuteRow.until > now)
        .order_by(MuteRow.until, MuteRow.fault, MuteRow.asset_key)
        .limit(MOST_MUTES)
    )
    return list(session.scalars(query))


def forget_mutes(session: Session, property_id: str, now: datetime) -> None:
    session.execute(delete(MuteRow).where(MuteRow.property_id == property_id, MuteRow.until <= now))


def finding(session: Session, property_id: str, finding_id: str) -> FindingRow | None:
    row = session.get(FindingRow, finding_id)
    return row if row is not None and row.property_id == property_id else None


def newest_finding(session: Session, property_id: str, fault: str, asset_key: str) -> FindingRow | None:
    """The newest finding of a fault of an asset, locked."""
    return session.scalars(
        select(FindingRow)
        .where(
            FindingRow.property_id == property_id,
            FindingRow.asset_key == asset_key,
            FindingRow.fault == fault,
        )
        .order_by(FindingRow.found_at.desc(), FindingRow.id.desc())
        .limit(1)
        .with_for_update()
    ).first()


def findings(
    session: Session,
    property_id: str,
    *,
    fault: str | None,
    room: str | None,
    open_only: bool,
    waiting_only: bool,
    limit: int,
) -> list[FindingRow]:
    """Findings, newest first. `waiting_only`: without ticket, verdict or mute."""
    query = select(FindingRow).where(FindingRow.property_id == property_id)
    if fault is not None:
        query = query.where(FindingRow.fault == fault)
    if room is not None:
        query = query.where(FindingRow.room == room)
    if open_only or waiting_only:
        query = query.where(FindingRow.gone_at.is_(None))
    if waiting_only:
        query = query.where(
            FindingRow.ticket_id.is_(None), FindingRow.verdict.is_(None), FindingRow.muted.is_(False)
        )
    return list(session.scalars(query.order_by(FindingRow.found_at.desc(), FindingRow.id).limit(limit)))


def untaken_findings(session: Session, property_id: str, asset_key: str) -> list[FindingRow]:
    """What stands of an asset without a ticket, locked."""
    query = select(FindingRow).where(
        FindingRow.property_id == property_id,
        FindingRow.asset_key == asset_key,
        FindingRow.gone_at.is_(None),
        FindingRow.ticket_id.is_(None),
    )
    return list(session.scalars(query.limit(MOST_STANDING).with_for_update()))


def ended_in_vain(session: Session, property_id: str, states: Collection[str]) -> list[FindingRow]:
    """Findings that stand although the ticket that they led to has ended in one of `states`; not those that
    an engineer has called none, or known."""
    query = (
        select(FindingRow)
        .join(TicketRow, TicketRow.id == FindingRow.ticket_id)
        .where(
            FindingRow.property_id == property_id,
            FindingRow.gone_at.is_(None),
            FindingRow.muted.is_(False),
            or_(FindingRow.verdict.is_(None), FindingRow.verdict == "real"),
            TicketRow.state.in_(states),
        )
    )
    return list(session.scalars(query.order_by(FindingRow.found_at, FindingRow.id).limit(MOST_STANDING)))


def counts(session: Session, property_id: str, since: datetime) -> dict[str, dict[str, int]]:
    """By fault: how many were found since, how many stand, wait, and had which verdict (ever)."""
    told: dict[str, dict[str, int]] = {}

    def note(name: str, *where: Any) -> None:
        rows = session.execute(
            select(FindingRow.fault, func.count())
            .where(FindingRow.property_id == property_id, *where)
            .group_by(FindingRow.fault)
        )
        for fault, count in rows:
            told.setdefault(fault, {})[name] = count

    note("found", FindingRow.found_at >= since)
    note("standing", FindingRow.gone_at.is_(None))
    note(
        "waiting",
        FindingRow.gone_at.is_(None),
        FindingRow.ticket_id.is_(None),
        FindingRow.verdict.is_(None),
        FindingRow.muted.is_(False),
    )
    for verdict in ("real", "false", "known"):
        note(verdict, FindingRow.verdict == verdict)
    return told


def forget_findings(session: Session, property_id: str, before: datetime) -> None:
    """Findings that are gone since long and led to nothing."""
    session.execute(
        delete(FindingRow).where(
            FindingRow.property_id == property_id,
            FindingRow.gone_at < before,
            FindingRow.ticket_id.is_(None),
            FindingRow.verdict.is_(None),
        )
    )


def standings(session: Session, property_id: str) -> list[dict[str, Any]]:
    query = select(StandingRow.data).where(StandingRow.property_id == property_id).limit(MOST_STANDING)
    return list(session.scalars(query))


def put_standing(
    session: Session, property_id: str, fault: str, asset_key: str, data: dict[str, Any]
) -> None:
    session.merge(StandingRow(property_id=property_id, fault=fault, asset_key=asset_key, data=data))


def drop_standing(session: Session, property_id: str, fault: str, asset_key: str) -> None:
    row = session.get(StandingRow, (property_id, fault, asset_key))
    if row is not None:
        session.delete(row)


def memory(session: Session, property_id: str) -> bytes | None:
    row = session.get(DiagnosisMemoryRow, property_id)
    return row.data if row is not None else None


def put_memory(session: Session, property_id: str, at: datetime, data: bytes) -> None:
    session.merge(DiagnosisMemoryRow(property_id=property_id, at=at, data=data))
