"""What the figures of reliability read: tickets, their costs, and what engineers said was no fault."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from maintenance.costs import CostKind
from maintenance.diagnosis_store import FindingRow
from maintenance.reliability import CostFacts, TicketFacts
from maintenance.tickets import Impact, TicketKind, TicketState
from maintenance.tickets_store import TicketCostRow, TicketRow

# So many tickets of one period are read, the newest; beyond that the caller says so.
MOST_TICKETS = 50_000
_PART = 500


def tickets(
    session: Session,
    property_id: str,
    asset_of: Mapping[str, str],
    start: datetime,
    end: datetime,
    keys: Collection[str] | None = None,
) -> list[TicketFacts]:
    """Tickets that were open at some time of the period, of things that are assets.

    Args:
        asset_of: the asset behind each key that a ticket may have.
        keys: only of these keys.
    """
    query = select(
        TicketRow.id,
        TicketRow.number,
        TicketRow.asset_key,
        TicketRow.state,
        TicketRow.impact,
        TicketRow.opened_at,
        TicketRow.started_at,
        TicketRow.ended_at,
        TicketRow.resolved_by_id,
        TicketRow.kind,
        TicketRow.holds,
    ).where(
        TicketRow.property_id == property_id,
        TicketRow.asset_key.is_not(None),
        TicketRow.opened_at < end,
        or_(TicketRow.ended_at.is_(None), TicketRow.ended_at >= start),
    )
    if keys is not None:
        query = query.where(TicketRow.asset_key.in_(list(keys)))
    rows = session.execute(query.order_by(TicketRow.number.desc()).limit(MOST_TICKETS)).all()
    false = _false_alarms(session, property_id)
    return [
        TicketFacts(
            id=row.id,
            number=row.number,
            asset_id=asset_of[row.asset_key],
            state=TicketState(row.state),
            impact=Impact(row.impact),
            opened_at=row.opened_at,
            started_at=row.started_at,
            ended_at=row.ended_at,
            repaired=row.resolved_by_id is not None,
            preventive=row.kind == TicketKind.PREVENTIVE.value,
            false_alarm=row.id in false,
            holds=tuple(_hold(hold) for hold in row.holds),
        )
        for row in rows
        if row.asset_key in asset_of
    ]


def costs(
    session: Session,
    property_id: str,
    asset_of: Mapping[str, str],
    start: datetime,
    end: datetime,
    keys: Collection[str] | None = None,
) -> list[CostFacts]:
    """What was entered in the period for tickets of assets; what was taken back is left out."""
    query = (
        select(
            TicketCostRow.ticket_id,
            TicketRow.asset_key,
            TicketRow.kind,
            TicketCostRow.at,
            TicketCostRow.cost_cents,
            TicketCostRow.kind.label("cost_kind"),
            TicketCostRow.quantity,
        )
        .join(TicketRow, TicketRow.id == TicketCostRow.ticket_id)
        .where(
            TicketCostRow.property_id == property_id,
            TicketCostRow.taken_back.is_(False),
            TicketCostRow.at >= start,
            TicketCostRow.at < end,
            TicketRow.asset_key.is_not(None),
        )
    )
    if keys is not None:
        query = query.where(TicketRow.asset_key.in_(list(keys)))
    return [
        CostFacts(
            ticket_id=row.ticket_id,
            asset_id=asset_of[row.asset_key],
            at=row.at,
            cents=row.cost_cents,
            work_minutes=row.quantity if row.cost_kind == CostKind.WORK.value else 0.0,
            preventive=row.kind == TicketKind.PREVENTIVE.value,
        )
        for row in session.execute(query.order_by(TicketCostRow.at).limit(MOST_TICKETS))
        if row.asset_key in asset_of
    ]


def numbers(session: Session, property_id: str, ids: Collection[str]) -> dict[str, int]:
    """What people call these tickets."""
    found: dict[str, int] = {}
    for part in _parts(sorted(set(ids))):
        rows = session.execute(
            select(TicketRow.id, TicketRow.number).where(
                TicketRow.property_id == property_id, TicketRow.id.in_(part)
            )
        )
        found |= {row.id: row.number for row in rows}
    return found


def _false_alarms(session: Session, property_id: str) -> frozenset[str]:
    rows = session.scalars(
        select(FindingRow.ticket_id).where(
            FindingRow.property_id == property_id,
            FindingRow.verdict == "false",
            FindingRow.ticket_id.is_not(None),
        )
    )
    return frozenset(str(one) for one in rows)


def _hold(kept: Mapping[str, str | None]) -> tuple[datetime, datetime | None]:
    return (
        datetime.fromisoformat(str(kept["from"])),
        datetime.fromisoformat(kept["to"]) if kept["to"] else None,
    )


def _parts(ids: list[str]) -> Iterator[list[str]]:
    return (ids[begin : begin + _PART] for begin in range(0, len(ids), _PART))
