"""Looks at the tickets: who comes nearer makes them more urgent, what is late is told further up, and what
was verified closes when nobody has said otherwise for a day.

Everything is worked out anew from the rows, so a beat that was missed costs a minute. Each level is told
once in a ticket's life (again when it was reopened): a step in its history, and a message.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from hotel.actor import SYSTEM
from hotel.database import Database, Transaction
from maintenance import levels_store, tickets_store
from maintenance.sla import Dues, Escalation, ServiceLevels, escalations, expected_end, usual_repair
from maintenance.tickets import OPEN_STATES, Priority, Tap, TicketAction, TicketState
from maintenance.tickets_desk import TicketDesk
from maintenance.tickets_store import TicketRow

REPAIRS_SINCE = timedelta(days=180)
MOST_REPAIRS = 1000
# A repair that holds for a day needs no more hands on it; the fault still reopens it for a week.
CLOSES_AFTER = timedelta(hours=24)
# Of one look; the rest waits for the next.
MOST_CLOSED = 100
_OPEN = tuple(sorted(state.value for state in OPEN_STATES))


class TicketWatch:
    """The heartbeat over the property's open tickets."""

    def __init__(self, database: Database, desk: TicketDesk) -> None:
        self._database = database
        self._desk = desk

    def look(self) -> int:
        """Bring the open tickets up to now; returns how many have changed."""
        property_id = self._database.property_id
        now = self._database.clock.now()
        with self._database.read() as session:
            levels, _ = levels_store.levels(session, property_id)
            usual = tickets_store.repair_times(session, property_id, now - REPAIRS_SINCE, MOST_REPAIRS)
            rows = tickets_store.in_states(session, property_id, _OPEN)
            raised = self._desk.would_raise(rows, now)
            due = [
                row.id
                for row in rows
                if row.due_response_at is None
                or row.id in raised
                or self._new_levels(row, levels, usual, now)
            ]
            quiet = tickets_store.in_state_since(
                session, property_id, TicketState.VERIFIED.value, now - CLOSES_AFTER, MOST_CLOSED
            )
        changed = self._close(quiet, now)
        for ticket_id in due:
            # One at a time: a tap never waits for all of them.
            with self._database.write() as tx:
                row = tickets_store.ticket_for_edit(tx.session, tx.property_id, ticket_id)
                if row is not None and row.state in _OPEN:
                    changed += self._bring_up(tx, row, levels, usual, now)
        return changed

    def _close(self, ticket_ids: list[str], now: datetime) -> int:
        closed = 0
        for ticket_id in ticket_ids:
            with self._database.write() as tx:
                row = tickets_store.ticket_for_edit(tx.session, tx.property_id, ticket_id)
                if row is not None and row.state == TicketState.VERIFIED.value:
                    self._desk.act(tx, row, Tap(TicketAction.CLOSE, SYSTEM, max(now, row.last_at)), now=now)
                    closed += 1
        return closed

    def _bring_up(
        self,
        tx: Transaction,
        row: TicketRow,
        levels: ServiceLevels,
        usual: dict[str, list[timedelta]],
        now: datetime,
    ) -> bool:
        if row.due_response_at is None:
            # Made by a migration.
            self._desk.set_clocks(tx, row)
        changed = self._desk.raise_priority(tx, row, now)
        for level in self._new_levels(row, levels, usual, now):
            row.escalated = [*row.escalated, level.value]
            self._desk.step(tx, row, "escalate", SYSTEM, now, now=now, detail={"level": level.value})
            changed = True
        return changed

    @staticmethod
    def _new_levels(
        row: TicketRow, levels: ServiceLevels, usual: dict[str, list[timedelta]], now: datetime
    ) -> list[Escalation]:
        if row.due_response_at is None:
            return []
        if row.due_by is not None:
            # Nobody waits for planned work: it is told once, when its tolerance is over.
            late = now > row.due_by and Escalation.REPAIR_BREACHED.value not in row.escalated
            return [Escalation.REPAIR_BREACHED] if late else []
        left = timedelta(seconds=row.repair_left_seconds) if row.repair_left_seconds is not None else None
        found = escalations(
            row.clock_from,
            Priority(row.priority),
            Dues(row.due_response_at, row.due_repair_at, left),
            responded=row.responded_at is not None,
            likely_end=likely_end(row, levels, usual, now),
            now=now,
            levels=levels,
        )
        return [level for level in found if level.value not in row.escalated]


def likely_end(
    row: TicketRow, levels: ServiceLevels, usual: dict[str, list[timedelta]], now: datetime
) -> datetime:
    """When the repair is likely done, from what such repairs took."""
    priority = Priority(row.priority)
    takes = usual_repair(usual.get(row.title_code, ()), priority, levels)
    return expected_end(now, row.started_at, takes, priority, levels)
