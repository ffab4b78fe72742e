"""Rows and SQL of tickets, of their steps and of what their work took."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.ids import new_id
from hotel.metadata import Base
from maintenance.sla import Hold
from maintenance.tickets import OPEN_STATES, HoldReason, Priority, Progress, TicketKind, TicketState


class TicketRow(Base):
    """A ticket. `number` is what people call it: 1, 2, 3 … within the property.

    `asset_key` names what is broken ("device/<id>", "room/<number>", "gateway/<id>", "floor/<n>") and
    `open_key` is asset and fault while the ticket is open: the database itself keeps a second one out.
    `assets` and `entity` are plain: devices are the controller's.
    """

    __tablename__ = "maintenance_tickets"
    __table_args__ = (
        UniqueConstraint("property_id", "number"),
        UniqueConstraint("property_id", "open_key"),
        Index("ix_maintenance_tickets_state", "property_id", "state"),
        Index("ix_maintenance_tickets_room", "property_id", "room", "opened_at"),
        Index("ix_maintenance_tickets_fault", "property_id", "asset_key", "fault"),
        Index("ix_maintenance_tickets_holder", "property_id", "assigned_to_id", "state"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    number: Mapped[int]
    state: Mapped[str]
    since: Mapped[datetime]
    source: Mapped[str]
    # `tickets.TicketKind`.
    kind: Mapped[str] = mapped_column(default=TicketKind.FAULT.value)
    # What it is about: a code that screens translate, and what somebody wrote.
    title_code: Mapped[str]
    title_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    text: Mapped[str | None]
    room: Mapped[str | None]
    area: Mapped[str | None]
    asset_key: Mapped[str | None]
    entity: Mapped[str | None]
    fault: Mapped[str | None]
    open_key: Mapped[str | None]
    impact: Mapped[str]
    urgency: Mapped[str]
    priority: Mapped[str]
    # An engineer has set the priority; the house does not raise it any more.
    priority_by_hand: Mapped[bool] = mapped_column(default=False)
    reported_by_id: Mapped[str]
    reported_by: Mapped[str]
    # Whom to ask about it, in words.
    ask: Mapped[str | None]
    assigned_to_id: Mapped[str | None]
    assigned_to: Mapped[str | None]
    opened_at: Mapped[datetime]
    # Planned work has its own day instead of its priority's clocks.
    due_by: Mapped[datetime | None]
    # When its clocks began: at the opening, or when it was opened again.
    clock_from: Mapped[datetime]
    responded_at: Mapped[datetime | None]
    due_response_at: Mapped[datetime | None]
    due_repair_at: Mapped[datetime | None]
    # What the repair clock keeps while a hold stops it; `due_repair_at` is null then.
    repair_left_seconds: Mapped[float | None]
    # What was told further up already: `sla.Escalation`s.
    escalated: Mapped[list[Any]] = mapped_column(default=list)
    started_at: Mapped[datetime | None]
    # [{"reason", "from", "to"}], ISO moments; the last one's "to" is null while it is on hold.
    holds: Mapped[list[Any]] = mapped_column(default=list)
    hold_reason: Mapped[str | None]
    resolved_by_id: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    duplicate_of: Mapped[str | None]
    reopened_from: Mapped[str | None]
    reopened: Mapped[int] = mapped_column(default=0)
    # What shows it, oldest first, and how much of the middle was dropped.
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    evidence_dropped: Mapped[int] = mapped_column(default=0)
    recurrences: Mapped[int] = mapped_column(default=0)
    # When the house no longer saw the fault, while somebody has the ticket.
    gone_at: Mapped[datetime | None]
    # Somebody has heard the call of a critical ticket, without taking it.
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]
    # The proposal that its room leaves the sale, and what became of it (`off_sale`).
    off_sale: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    photos: Mapped[list[Any]] = mapped_column(default=list)
    # [{"key", "text", "done", "by", "at"}]
    checklist: Mapped[list[Any]] = mapped_column(default=list)
    # The newest step's number and moment.
    steps: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
    last_action: Mapped[str]
    last_by: Mapped[str]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class TicketStepRow(Base):
    """One step of a ticket: who or what made it, when it happened and when it was heard of.

    A comment, a photo and a recurrence are steps that move no state.
    """

    __tablename__ = "maintenance_ticket_steps"
    __table_args__ = (
        UniqueConstraint("ticket_id", "number"),
        Index("ix_maintenance_ticket_steps_at", "property_id", "at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    ticket_id: Mapped[str] = mapped_column(ForeignKey("maintenance_tickets.id"))
    # 1, 2, 3 … within the ticket.
    number: Mapped[int]
    action: Mapped[str]
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    by_id: Mapped[str]
    by: Mapped[str]
    previous: Mapped[str | None]
    state: Mapped[str]
    assigned_to: Mapped[str | None]
    reason: Mapped[str | None]
    comment: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class TicketCostRow(Base):
    """What a ticket's work took: minutes of somebody, or a part. Never changed; taken back by a mark."""

    __tablename__ = "maintenance_ticket_costs"
    __table_args__ = (Index("ix_maintenance_ticket_costs_ticket", "property_id", "ticket_id"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    ticket_id: Mapped[str] = mapped_column(ForeignKey("maintenance_tickets.id"))
    kind: Mapped[str]
    what: Mapped[str | None]
    quantity: Mapped[float]
    # The hundredth part of the hotel's currency.
    cost_cents: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[str]
    by: Mapped[str]
    taken_back: Mapped[bool] = mapped_column(default=False)


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """What a list of tickets is narrowed to; None does not narrow. `assigned_to_id` "" = nobody's."""

    states: tuple[str, ...] | None = None
    room: str | None = None
    assigned_to_id: str | None = None
    priorities: tuple[str, ...] | None = None
    source: str | None = None
    kind: str | None = None
    fault: str | None = None
    asset_key: str | None = None
    # Any of the names of an asset.
    asset_keys: tuple[str, ...] | None = None
    below: int | None = None


def progress_of(row: TicketRow) -> Progress:
    """The ticket's life as the pure rules see it."""
    return Progress(
        state=TicketState(row.state),
        priority=Priority(row.priority),
        since=row.since,
        assigned_to=(row.assigned_to_id, row.assigned_to or "") if row.assigned_to_id else None,
        responded_at=row.responded_at,
        resolved_by_id=row.resolved_by_id,
        ended_at=row.ended_at,
        hold_reason=HoldReason(row.hold_reason) if row.hold_reason else None,
        duplicate_of=row.duplicate_of,
        reopened_from=TicketState(row.reopened_from) if row.reopened_from else None,
    )


def put_progress(row: TicketRow, progress: Progress) -> None:
    row.state = progress.state.value
    row.priority = progress.priority.value
    row.since = progress.since
    row.assigned_to_id, row.assigned_to = progress.assigned_to or (None, None)
    row.responded_at = progress.responded_at
    row.resolved_by_id = progress.resolved_by_id
    row.ended_at = progress.ended_at
    row.hold_reason = progress.hold_reason.value if progress.hold_reason else None
    row.duplicate_of = progress.duplicate_of
    row.reopened_from = progress.reopened_from.value if progress.reopened_from else None


def next_number(session: Session, property_id: str) -> int:
    """The next ticket's number. Only inside a write: two reporters then queue up."""
    newest = session.scalar(select(func.max(TicketRow.number)).where(TicketRow.property_id == property_id))
    return (newest or 0) + 1


def ticket(session: Session, property_id: str, ticket_id: str) -> TicketRow | None:
    return session.scalar(
        select(TicketRow).where(TicketRow.property_id == property_id, TicketRow.id == ticket_id)
    )


def tickets_by_id(session: Session, property_id: str, ids: Collection[str]) -> dict[str, TicketRow]:
    """The tickets by id, a few hundred at a time; unknown ones are left out."""
    wanted = sorted(set(ids))
    found: dict[str, TicketRow] = {}
    for begin in range(0, len(wanted), 500):
        rows = session.scalars(
            select(TicketRow).where(
                TicketRow.property_id == property_id, TicketRow.id.in_(wanted[begin : begin + 500])
            )
        )
        found |= {row.id: row for row in rows}
    return found


def ticket_numbered(session: Session, property_id: str, number: int) -> TicketRow | None:
    return session.scalar(
        select(TicketRow).where(TicketRow.property_id == property_id, TicketRow.number == number)
    )


def ticket_for_edit(session: Session, property_id: str, ticket_id: str) -> TicketRow | None:
    """The ticket, locked until the transaction ends."""
    return session.scalar(
        select(TicketRow)
        .where(TicketRow.property_id == property_id, TicketRow.id == ticket_id)
        .with_for_update()
    )


def newest_of_fault(session: Session, property_id: str, asset_key: str, fault: str) -> TicketRow | None:
    """The newest ticket of this fault of this asset, whatever became of it, locked."""
    return session.scalar(
        select(TicketRow)
        .where(
            TicketRow.property_id == property_id,
            TicketRow.asset_key == asset_key,
            TicketRow.fault == fault,
        )
        .order_by(TicketRow.number.desc())
        .limit(1)
        .with_for_update()
    )


def open_with_key(session: Session, property_id: str, open_key: str) -> TicketRow | None:
    """The open ticket of this asset and fault."""
    return session.scalar(
        select(TicketRow).where(TicketRow.property_id == property_id, TicketRow.open_key == open_key)
    )


def tickets(session: Session, property_id: str, wanted: TicketFilter, limit: int) -> list[TicketRow]:
    """Tickets, newest first, up to `limit` below `wanted.below`."""
    query = select(TicketRow).where(TicketRow.property_id == property_id)
    if wanted.states is not None:
        query = query.where(TicketRow.state.in_(wanted.states))
    if wanted.room is not None:
        query = query.where(TicketRow.room == wanted.room)
    if wanted.assigned_to_id is not None:
        holder = wanted.assigned_to_id or None
        query = query.where(
            TicketRow.assigned_to_id == holder if holder else TicketRow.assigned_to_id.is_(None)
        )
    if wanted.priorities is not None:
        query = query.where(TicketRow.priority.in_(wanted.priorities))
    if wanted.source is not None:
        query = query.where(TicketRow.source == wanted.source)
    if wanted.kind is not None:
        query = query.where(TicketRow.kind == wanted.kind)
    if wanted.fault is not None:
        query = query.where(TicketRow.fault == wanted.fault)
    if wanted.asset_key is not None:
        query = query.where(TicketRow.asset_key == wanted.asset_key)
    if wanted.asset_keys is not None:
        query = query.where(TicketRow.asset_key.in_(wanted.asset_keys))
    if wanted.below is not None:
        query = query.where(TicketRow.number < wanted.below)
    return list(session.scalars(query.order_by(TicketRow.number.desc()).limit(limit)))


def in_states(session: Session, property_id: str, states: Collection[str]) -> list[TicketRow]:
    """Every ticket in one of the states, oldest first."""
    return list(
        session.scalars(
            select(TicketRow)
            .where(TicketRow.property_id == property_id, TicketRow.state.in_(list(states)))
            .order_by(TicketRow.number)
        )
    )


def in_state_since(session: Session, property_id: str, state: str, before: datetime, limit: int) -> list[str]:
    """Ids of tickets that have been in the state since `before` or longer, oldest first."""
    return list(
        session.scalars(
            select(TicketRow.id)
            .where(TicketRow.property_id == property_id, TicketRow.state == state, TicketRow.since <= before)
            .order_by(TicketRow.since)
            .limit(limit)
        )
    )


def repair_times(
    session: Session, property_id: str, since: datetime, limit: int
) -> dict[str, list[timedelta]]:
    """How long repairs took from their start, by title, of the newest `limit` that ended since then."""
    rows = session.execute(
        select(TicketRow.title_code, TicketRow.started_at, TicketRow.ended_at)
        .where(
            TicketRow.property_id == property_id,
            TicketRow.resolved_by_id.is_not(None),
            TicketRow.started_at.is_not(None),
            TicketRow.ended_at >= since,
        )
        .order_by(TicketRow.ended_at.desc())
        .limit(limit)
    )
    found: dict[str, list[timedelta]] = {}
    for title, started_at, ended_at in rows:
        if started_at is not None and ended_at is not None:
            found.setdefault(title, []).append(ended_at - started_at)
    return found


def cost(session: Session, property_id: str, ticket_id: str, cost_id: str) -> TicketCostRow | None:
    return session.scalar(
        select(TicketCostRow).where(
            TicketCostRow.property_id == property_id,
            TicketCostRow.ticket_id == ticket_id,
            TicketCostRow.id == cost_id,
        )
    )


def holds_of(row: TicketRow) -> list[Hold]:
    """The ticket's stretches on hold, oldest first."""
    return [
        Hold(
            HoldReason(hold["reason"]),
            datetime.fromisoformat(hold["from"]),
            datetime.fromisoformat(hold["to"]) if hold["to"] else None,
        )
        for hold in row.holds
    ]


def steps_of(session: Session, property_id: str, ticket_id: str) -> list[TicketStepRow]:
    """The ticket's history, oldest first."""
    return list(
        session.scalars(
            select(TicketStepRow)
            .where(TicketStepRow.property_id == property_id, TicketStepRow.ticket_id == ticket_id)
            .order_by(TicketStepRow.number)
        )
    )


def open_by_room(session: Session, property_id: str) -> dict[str, int]:
    """How many tickets are open in each room that has any."""
    rows = session.execute(
        select(TicketRow.room, func.count())
        .where(
            TicketRow.property_id == property_id,
            TicketRow.room.is_not(None),
            TicketRow.state.in_([state.value for state in OPEN_STATES]),
        )
        .group_by(TicketRow.room)
    )
    return {str(room): count for room, count in rows}


def open_by_asset(session: Session, property_id: str, asset_keys: Collection[str]) -> dict[str, int]:
    """How many tickets are open under each of these names that has any."""
    rows = session.execute(
        select(TicketRow.asset_key, func.count())
        .where(
            TicketRow.property_id == property_id,
            TicketRow.asset_key.in_(list(asset_keys)),
            TicketRow.state.in_([state.value for state in OPEN_STATES]),
        )
        .group_by(TicketRow.asset_key)
    )
    return {str(key): count for key, count in rows}


def steps_of_assets(
    session: Session, property_id: str, asset_keys: Collection[str], before: datetime, limit: int
) -> list[tuple[TicketStepRow, TicketRow]]:
    """Steps of the tickets of an asset before a moment, newest first."""
    rows = session.execute(
        select(TicketStepRow, TicketRow)
        .join(TicketRow, TicketRow.id == TicketStepRow.ticket_id)
        .where(
            TicketRow.property_id == property_id,
            TicketRow.asset_key.in_(list(asset_keys)),
            TicketStepRow.at < before,
            TicketStepRow.action != "asset_moved",
        )
        .order_by(TicketStepRow.at.desc(), TicketStepRow.number.desc())
        .limit(limit)
    )
    return [(step, row) for step, row in rows]


def steps_in_room(
    session: Session, property_id: str, room: str, before: datetime, limit: int
) -> list[tuple[TicketStepRow, TicketRow]]:
    """Steps of the room's tickets before a moment, newest first."""
    rows = session.execute(
        select(TicketStepRow, TicketRow)
        .join(TicketRow, TicketRow.id == TicketStepRow.ticket_id)
        .where(TicketRow.property_id == property_id, TicketRow.room == room, TicketStepRow.at < before)
        .order_by(TicketStepRow.at.desc(), TicketStepRow.number.desc())
        .limit(limit)
    )
    return [(step, row) for step, row in rows]


def costs_of(session: Session, property_id: str, ticket_ids: Collection[str]) -> list[TicketCostRow]:
    """What the work on these tickets took, in the order of its entering; what was taken back too."""
    return list(
        session.scalars(
            select(TicketCostRow)
            .where(TicketCostRow.property_id == property_id, TicketCostRow.ticket_id.in_(list(ticket_ids)))
            .order_by(TicketCostRow.at, TicketCostRow.id)
        )
    )
