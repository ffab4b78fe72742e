"""Lock-outs of assets, set and released from the registry: without a ticket, by whoever works on the thing.

It keeps the house's commands away and never replaces the electrical isolation.
"""

from __future__ import annotations

from typing import Any

from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import Invalid, NotFound
from maintenance import assets_store, tickets_store
from maintenance.assets_service import AssetService
from maintenance.ports import LockedOut, LockOuts
from maintenance.tickets_desk import TicketDesk


class AssetIsolation:
    """Isolates assets; who, when and why stand in the asset's history, and in that of the ticket it was for.

    Args:
        desk: writes into the ticket for which something was locked out that it is released.
    """

    def __init__(self, assets: AssetService, desk: TicketDesk, locks: LockOuts) -> None:
        self._assets = assets
        self._desk = desk
        self._locks = locks

    def lock_out(self, tx: Transaction, actor: Actor, asset_id: str, reason: str) -> dict[str, Any]:
        """From the commit on nothing is sent to it, whoever asks.

        Raises:
            Forbidden, NotFound.
            Invalid: nothing is ever sent to it; no reason.
            Conflict: it is locked out already.
        """
        self._assets.check_may(actor)
        row = self._assets.row_for_edit(tx, asset_id)
        key = self._assets.lock_key(tx.session, assets_store.asset_of(row))
        if key is None:
            raise Invalid("nothing_to_lock", "The house sends nothing to this asset.", asset=asset_id)
        lock = self._locks.lock_out(tx, actor, key, reason, None)
        self._assets.note(tx, row, "lock_out", actor, {"reason": lock.reason})
        return {"version": row.version}

    def release(self, tx: Transaction, actor: Actor, asset_id: str) -> dict[str, Any]:
        """Give it back to the house.

        Raises:
            NotFound: it is not locked out, at least not by itself (its room may be).
            Forbidden: somebody else has set it, and the actor is no manager.
        """
        self._assets.check_may(actor)
        row = self._assets.row_for_edit(tx, asset_id)
        lock = self._assets.lock_of(tx.session, asset_id)
        if lock is None:
            raise NotFound("not_locked_out", "This is not locked out.", asset=asset_id)
        self._locks.release_lock_out(tx, actor, lock.asset_key)
        self._assets.note(tx, row, "lock_release", actor, {"reason": lock.reason, "set_by": lock.by})
        self._tell_ticket(tx, actor, lock)
        return {"version": row.version}

    def _tell_ticket(self, tx: Transaction, actor: Actor, lock: LockedOut) -> None:
        if lock.ticket_id is None:
            return
        ticket = tickets_store.ticket_for_edit(tx.session, tx.property_id, lock.ticket_id)
        if ticket is not None:
            now = tx.clock.now()
            self._desk.step(
                tx,
                ticket,
                "lock_release",
                actor,
                now,
                now=now,
                reason=lock.reason,
                detail={"asset": lock.asset_key},
            )
