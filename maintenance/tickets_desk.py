"""The book of tickets: makes them, and writes every step down and announces it.

Two doors lead here: what people report (`report`), and what the house finds by itself
(`open_for_fault`, `fault_gone`), which keeps one ticket for one fault of one asset. Knows no request;
`tickets_service` writes through it what people do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hotel.actor import SYSTEM, Actor
from hotel.database import Transaction
from hotel.errors import NotFound
from hotel.ids import new_id
from hotel.messages import TicketChanged
from hotel.metadata import touch
from maintenance import levels_store, tickets_store
from maintenance.ports import RoomUse, RoomUses
from maintenance.sla import dues
from maintenance.tickets import (
    IMPACT_OF_FAULT,
    OPEN_STATES,
    REOPENED_STATES,
    WAITING_STATES,
    Impact,
    ImpossibleNow,
    Priority,
    Progress,
    Tap,
    TicketAction,
    TicketKind,
    TicketSource,
    TicketState,
    Urgency,
    add_evidence,
    advance,
    may_reopen,
    more_urgent,
    priority_of,
    urgency_of,
)
from maintenance.tickets_store import TicketRow, TicketStepRow

_MOST_LINKS = 10


class TicketDesk:
    """The rows of tickets with their history.

    Args:
        uses: whom a fault of a room meets.
    """

    def __init__(self, uses: RoomUses) -> None:
        self._uses = uses

    # -- what the house finds

    def open_for_fault(
        self,
        tx: Transaction,
        *,
        fault: str,
        asset_key: str,
        room: str | None,
        evidence: Sequence[Mapping[str, Any]],
        safety: bool,
        at: datetime,
        entity: str | None = None,
        impact: Impact | None = None,
    ) -> str:
        """The one ticket of this fault of this asset; returns its id.

        An open one gets the recurrence; one that ended at most seven days ago is opened again; one that an
        engineer called a duplicate leads to the ticket it is a duplicate of. Else it is a new one.

        Args:
            asset_key: "device/<id>", "room/<number>", "gateway/<id>" or "floor/<n>".
            evidence: JSON-ready, what shows the fault.
            safety: somebody could be hurt.
            impact: when it is another one than the fault usually has.
            at: when it was found, hotel time.
        """
        known = tickets_store.newest_of_fault(tx.session, tx.property_id, asset_key, fault)
        known = self._original(tx, known)
        now = tx.clock.now()
        if known is not None and TicketState(known.state) in OPEN_STATES:
            self._add(known, evidence)
            known.recurrences += 1
            known.gone_at = None
            self.step(tx, known, "recurred", SYSTEM, at, now=now)
            return known.id
        if impact is None:
            impact = Impact.SAFETY if safety else IMPACT_OF_FAULT.get(fault, Impact.DEGRADED)
        if known is not None and TicketState(known.state) in REOPENED_STATES:
            before = tickets_store.progress_of(known)
            if may_reopen(before, max(at, known.last_at)):
                self._add(known, evidence)
                known.recurrences += 1
                self.act(tx, known, Tap(TicketAction.REOPEN, SYSTEM, max(at, known.last_at)), now=now)
                return known.id
        return self.make(
            tx,
            SYSTEM,
            TicketSource.SYSTEM,
            impact=impact,
            at=at,
            room=room,
            title_code=f"fault.{fault}",
            fault=fault,
            asset_key=asset_key,
            entity=entity,
            evidence=[dict(one) for one in evidence],
        ).id

    def worsen(self, tx: Transaction, ticket_id: str, fault: str, at: datetime) -> None:
        """The open ticket's fault shows itself as a worse one: it is called so, and becomes as urgent."""
        row = tickets_store.ticket_for_edit(tx.session, tx.property_id, ticket_id)
        if row is None or TicketState(row.state) not in OPEN_STATES:
            return
        row.title_code = f"fault.{fault}"
        impact = IMPACT_OF_FAULT.get(fault, Impact.DEGRADED)
        order = list(Impact)
        row.impact = min(impact, Impact(row.impact), key=order.index).value
        self.raise_priority(tx, row, max(at, row.last_at))

    def fault_gone(
        self,
        tx: Transaction,
        *,
        fault: str,
        asset_key: str,
        evidence: Sequence[Mapping[str, Any]],
        at: datetime,
    ) -> str | None:
        """The house sees the fault no longer; returns the ticket's id, None when there is none open.

        A ticket of the house that nobody has accepted closes with the evidence; a repair is verified by
        it; who is at work is only told.
        """
        row = self._original(tx, tickets_store.newest_of_fault(tx.session, tx.property_id, asset_key, fault))
        if row is None:
            return None
        state = TicketState(row.state)
        if state not in OPEN_STATES and state is not TicketState.RESOLVED:
            return None
        now = tx.clock.now()
        self._add(row, evidence)
        when = max(at, row.last_at)
        if state in WAITING_STATES and row.source == TicketSource.SYSTEM.value:
            self.act(tx, row, Tap(TicketAction.GONE, SYSTEM, when), now=now)
        elif state is TicketState.RESOLVED:
            self.act(tx, row, Tap(TicketAction.VERIFY, SYSTEM, when), now=now)
        else:
            row.gone_at = when
            self.step(tx, row, "gone_meanwhile", SYSTEM, at, now=now)
        return row.id

    # -- what is planned

    def open_planned(
        self,
        tx: Transaction,
        *,
        plan_id: str,
        plan: str,
        asset_key: str,
        asset: str,
        room: str | None,
        area: str | None,
        checklist: Sequence[str],
        basis: Mapping[str, Any],
        due_by: datetime,
        at: datetime,
    ) -> TicketRow:
        """A ticket for work that a plan says is due; it is no failure of the asset.

        Args:
            due_by: its own end instead of a priority's clocks.
            basis: JSON-ready, what makes it due.
        """
        return self.make(
            tx,
            SYSTEM,
            TicketSource.SYSTEM,
            impact=Impact.MINOR,
            at=at,
            room=room,
            title_code="preventive",
            kind=TicketKind.PREVENTIVE.value,
            due_by=due_by,
            title_params={"plan": plan, "asset": asset},
            area=area,
            # One open for a plan and an asset, also for the database.
            fault=f"preventive.{plan_id}",
            asset_key=asset_key,
            evidence=[dict(basis)],
            checklist=[
                {"key": new_id(), "text": line, "done": False, "by": None, "at": None} for line in checklist
            ],
        )

    def _original(self, tx: Transaction, row: TicketRow | None) -> TicketRow | None:
        """The ticket that a duplicate leads to; itself when it is none."""
        for _ in range(_MOST_LINKS):
            if row is None or row.state != TicketState.DUPLICATE.value or row.duplicate_of is None:
                return row
            row = tickets_store.ticket_for_edit(tx.session, tx.property_id, row.duplicate_of)
        return row

    @staticmethod
    def _add(row: TicketRow, evidence: Sequence[Mapping[str, Any]]) -> None:
        row.evidence, dropped = add_evidence(row.evidence, evidence)
        row.evidence_dropped += dropped

    # -- the book

    def make(
        self,
        tx: Transaction,
        actor: Actor,
        source: TicketSource,
        *,
        impact: Impact,
        at: datetime,
        room: str | None,
        title_code: str,
        **columns: Any,
    ) -> TicketRow:
        """A new ticket, reported, with its first step. `columns` are further ones of the row."""
        now = tx.clock.now()
        opened = min(at, now)
        use = self._uses.uses_of([room])[room] if room is not None else RoomUse(False, None)
        urgency = urgency_of(use.occupied, use.arrives_at, opened)
        row = TicketRow(
            id=new_id(),
            property_id=tx.property_id,
            number=tickets_store.next_number(tx.session, tx.property_id),
            state=TicketState.REPORTED.value,
            since=opened,
            source=source.value,
            title_code=title_code,
            room=room,
            impact=impact.value,
            urgency=urgency.value,
            priority=priority_of(impact, urgency).value,
            reported_by_id=actor.id,
            reported_by=actor.name,
            opened_at=opened,
            clock_from=opened,
            last_at=opened,
            last_action="",
            last_by="",
            changed_at=now,
            **{
                "title_params": {},
                "priority_by_hand": False,
                "holds": [],
                "evidence": [],
                "evidence_dropped": 0,
                "recurrences": 0,
                "reopened": 0,
                "photos": [],
                "checklist": [],
                "steps": 0,
                "escalated": [],
                **columns,
            },
        )
        row.open_key = _open_key(row)
        self.set_clocks(tx, row)
        tx.session.add(row)
        tx.session.flush()
        self.step(tx, row, "report", actor, opened, now=now, previous=None)
        return row

    def act(
        self,
        tx: Transaction,
        row: TicketRow,
        tap: Tap,
        *,
        now: datetime,
        comment: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Take one step by the table, on a row that is locked. Raises what `tickets.advance` raises."""
        before = tickets_store.progress_of(row)
        after = advance(before, tap)
        tickets_store.put_progress(row, after)
        if tap.priority is not None and tap.action in (TicketAction.TRIAGE, TicketAction.ASSIGN):
            row.priority_by_hand = True
        if tap.action is TicketAction.REOPEN:
            row.reopened += 1
            row.clock_from = tap.at
            row.holds = []
            row.gone_at = None
            row.started_at = None
            row.acknowledged_at = row.acknowledged_by = None
            row.escalated = []
            self._sort_again(row, tap.at)
        if tap.action is TicketAction.START:
            row.started_at = row.started_at or tap.at
        self._note_hold(row, before, after, tap.at)
        self.set_clocks(tx, row)
        row.open_key = _open_key(row)
        if tap.action is TicketAction.REOPEN and row.open_key is not None:
            self._check_only_one(tx, row, before)
        self.step(
            tx,
            row,
            tap.action.value,
            tap.actor,
            tap.at,
            now=now,
            previous=before,
            reason=tap.reason,
            comment=comment,
            detail=detail,
        )

    @staticmethod
    def _check_only_one(tx: Transaction, row: TicketRow, before: Progress) -> None:
        with tx.session.no_autoflush:
            other = tickets_store.open_with_key(tx.session, tx.property_id, row.open_key or "")
        if other is not None and other.id != row.id:
            raise ImpossibleNow(
                f"Ticket {other.number} is open for the same fault.",
                before.state,
                TicketAction.REOPEN,
                "another_open",
            )

    def raise_priority(self, tx: Transaction, row: TicketRow, now: datetime) -> bool:
        """A guest has come nearer meanwhile: says whether that made the ticket more urgent."""
        before = row.priority
        self._sort_again(row, now)
        if row.priority == before:
            return False
        self.set_clocks(tx, row)
        self.step(tx, row, "raise", SYSTEM, now, now=now, detail={"from": before, "to": row.priority})
        return True

    def would_raise(self, rows: Sequence[TicketRow], now: datetime) -> set[str]:
        """The ids of those that `raise_priority` would change."""
        uses = self._uses.uses_of({row.room for row in rows if row.room is not None})
        return {
            row.id
            for row in rows
            if row.room is not None and _sorted(row, uses[row.room], now)[1].value != row.priority
        }

    def _sort_again(self, row: TicketRow, at: datetime) -> None:
        """A fault that is back may meet somebody else; it is never less urgent than it was."""
        if row.room is None:
            return
        urgency, priority = _sorted(row, self._uses.uses_of([row.room])[row.room], at)
        row.urgency, row.priority = urgency.value, priority.value

    @staticmethod
    def set_clocks(tx: Transaction, row: TicketRow) -> None:
        """When the ticket's clocks run out, by its priority, its holds and the property's levels; of planned
        work, on its own day."""
        if row.due_by is not None:
            row.due_response_at = row.due_repair_at = row.due_by
            row.repair_left_seconds = None
            return
        levels, _ = levels_store.levels(tx.session, tx.property_id)
        due = dues(row.clock_from, Priority(row.priority), tickets_store.holds_of(row), levels)
        row.due_response_at = due.response_at
        row.due_repair_at = due.repair_at
        row.repair_left_seconds = due.left.total_seconds() if due.left is not None else None

    @staticmethod
    def _note_hold(row: TicketRow, before: Progress, after: Progress, at: datetime) -> None:
        holds = [dict(hold) for hold in row.holds]
        if before.state is TicketState.ON_HOLD and holds and holds[-1]["to"] is None:
            holds[-1]["to"] = at.isoformat()
        if after.state is TicketState.ON_HOLD and after.hold_reason is not None:
            holds.append({"reason": after.hold_reason.value, "from": at.isoformat(), "to": None})
        row.holds = holds

    def step(
        self,
        tx: Transaction,
        row: TicketRow,
        action: str,
        actor: Actor,
        at: datetime,
        *,
        now: datetime,
        previous: Progress | None = None,
        reason: str | None = None,
        comment: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> TicketStepRow:
        """Write one step down, and tell of it."""
        row.steps += 1
        row.last_at = max(row.last_at, min(at, max(now, row.last_at)))
        row.last_action = action
        row.last_by = actor.name
        touch(row, now)
        step = TicketStepRow(
            id=new_id(),
            property_id=tx.property_id,
            ticket_id=row.id,
            number=row.steps,
            action=action,
            at=row.last_at,
            received_at=now,
            by_id=actor.id,
            by=actor.name,
            previous=previous.state.value if previous is not None else None,
            state=row.state,
            assigned_to=row.assigned_to,
            reason=reason,
            comment=comment,
            detail=dict(detail or {}),
        )
        tx.session.add(step)
        tx.session.flush()
        tx.audit(actor, f"ticket.{action}", f"ticket:{row.id}", number=row.number, state=row.state)
        held_before = previous.assigned_to if previous is not None else None
        tx.announce(
            TicketChanged(
                ticket_id=row.id,
                change=action,
                state=row.state,
                priority=row.priority,
                room=row.room,
                assigned_to_id=row.assigned_to_id,
                previous_assigned_to_id=held_before[0] if held_before else None,
            )
        )
        return step


def unknown_ticket(ticket_id: str) -> NotFound:
    return NotFound("unknown_ticket", "There is no such ticket.", ticket=ticket_id)


def _sorted(row: TicketRow, use: RoomUse, at: datetime) -> tuple[Urgency, Priority]:
    """How urgent the ticket of a room is now; never less than it was. No guest makes planned work urgent."""
    known = (Urgency(row.urgency), Priority(row.priority))
    if row.priority_by_hand or row.due_by is not None:
        return known
    urgency = urgency_of(use.occupied, use.arrives_at, at)
    found = more_urgent(priority_of(Impact(row.impact), urgency), known[1])
    return (urgency, found) if found is not known[1] else known


def _open_key(row: TicketRow) -> str | None:
    if row.asset_key is None or row.fault is None or TicketState(row.state) not in OPEN_STATES:
        return None
    return f"{row.asset_key}|{row.fault}"
