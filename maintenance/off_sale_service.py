"""A ticket's room leaves the sale and comes back: the ticket's step and the room's state in one commit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import Invalid
from maintenance import off_sale, tickets_store
from maintenance.off_sale import OffSale, OffSaleState
from maintenance.ports import RoomSales
from maintenance.tickets import happened_at
from maintenance.tickets_desk import TicketDesk, unknown_ticket
from maintenance.tickets_store import TicketRow


class OffSaleService:
    """
    Args:
        sales: sets the state of rooms.
    """

    def __init__(self, desk: TicketDesk, sales: RoomSales) -> None:
        self._desk = desk
        self._sales = sales

    def propose(
        self,
        tx: Transaction,
        actor: Actor,
        ticket_id: str,
        *,
        out_of_service: bool,
        since: datetime | None,
        until: datetime | None,
        reason: str,
    ) -> dict[str, Any]:
        """Raises what `off_sale.propose` raises; Invalid: the ticket is of no room."""
        row = self._for_edit(tx, ticket_id)
        if row.room is None:
            raise Invalid("room_needed", "This ticket is of no room.")
        now = tx.clock.now()
        proposed = off_sale.propose(
            off_sale.from_json(row.off_sale),
            actor,
            out_of_service=out_of_service,
            since=since or now,
            until=until,
            reason=reason,
            now=now,
        )
        return self._save(tx, row, actor, "off_sale_proposed", proposed)

    def decide(self, tx: Transaction, actor: Actor, ticket_id: str, agree: bool) -> dict[str, Any]:
        """Agreed: the room leaves the sale in the same commit.

        Raises:
            Forbidden, Conflict: see `off_sale.decide`, and what keeps the room in sale (a guest, a promise).
        """
        row = self._for_edit(tx, ticket_id)
        decided = off_sale.decide(off_sale.from_json(row.off_sale), actor, agree)
        if agree and row.room is not None:
            self._sales.take_off_sale(
                tx,
                actor,
                row.room,
                out_of_service=decided.out_of_service,
                reason=decided.reason,
                since=decided.since,
                until=decided.until,
            )
        return self._save(tx, row, actor, f"off_sale_{decided.state.value}", decided)

    def give_back(self, tx: Transaction, actor: Actor, ticket_id: str) -> dict[str, Any]:
        """Withdraw a proposal, or bring the room back to sale. Raises Forbidden, Conflict."""
        row = self._for_edit(tx, ticket_id)
        before = off_sale.from_json(row.off_sale)
        after = off_sale.give_back(before, actor)
        if before is not None and before.state is OffSaleState.AGREED and row.room is not None:
            self._sales.put_on_sale(tx, actor, row.room)
        return self._save(tx, row, actor, "off_sale_given_back", after)

    def _for_edit(self, tx: Transaction, ticket_id: str) -> TicketRow:
        row = tickets_store.ticket_for_edit(tx.session, tx.property_id, ticket_id)
        if row is None:
            raise unknown_ticket(ticket_id)
        return row

    def _save(
        self, tx: Transaction, row: TicketRow, actor: Actor, action: str, after: OffSale
    ) -> dict[str, Any]:
        row.off_sale = off_sale.to_json(after)
        now = tx.clock.now()
        self._desk.step(
            tx,
            row,
            action,
            actor,
            happened_at(now, timedelta(), last_at=row.last_at),
            now=now,
            reason=after.reason,
            detail=off_sale.to_json(after),
        )
        return {"version": row.version}
