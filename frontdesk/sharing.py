"""Stays that share a room, and the guests of a stay. Takes the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from frontdesk import store
from frontdesk.stays import ACTIVE, StayState
from frontdesk.store import StayRow
from hotel.database import Transaction
from hotel.errors import Conflict, Invalid, NotFound
from hotel.ids import new_id
from hotel.messages import StayChanged
from hotel.metadata import touch

MOST_GUESTS = 20


def stay_for_edit(tx: Transaction, stay_id: str) -> StayRow:
    """The stay, locked. Raises NotFound."""
    row = store.stay_for_edit(tx.session, tx.property_id, stay_id)
    if row is None:
        raise NotFound("unknown_stay", "There is no such stay.", stay_id=stay_id)
    return row


def announce(tx: Transaction, row: StayRow, change: str, previous_room: str | None = None) -> None:
    """Tell of the change with the transaction."""
    tx.announce(StayChanged(row.id, change, row.state, row.version, row.room, previous_room))


def partners(tx: Transaction, stay_ids: Iterable[str]) -> list[StayRow]:
    """The stays to share with, locked. Raises NotFound, Conflict, Invalid."""
    wanted = list(dict.fromkeys(stay_ids))
    if len(wanted) > MOST_GUESTS:
        raise Invalid("too_many_sharers", f"At most {MOST_GUESTS} stays share a room.", most=MOST_GUESTS)
    found = [stay_for_edit(tx, stay_id) for stay_id in wanted]
    for partner in found:
        if StayState(partner.state) not in ACTIVE:
            raise Conflict("cannot_share", "The stay to share with is over or cancelled.", stay_id=partner.id)
    return found


def join(tx: Transaction, others: list[StayRow]) -> str | None:
    """The sharing id of a stay that joins `others`; they all get the same one."""
    if not others:
        return None
    sharing_id = next((p.sharing_id for p in others if p.sharing_id), None) or new_id()
    for partner in others:
        if partner.sharing_id != sharing_id:
            partner.sharing_id = sharing_id
            touch(partner, tx.clock.now())
            tx.session.flush()
            announce(tx, partner, "guests")
    return sharing_id


def share_with(tx: Transaction, row: StayRow, stay_ids: tuple[str, ...] | None) -> None:
    """Have the stay share with these, or with nobody. Raises as `partners`."""
    if row.id in (stay_ids or ()):
        raise Invalid("shares_with_itself", "A stay does not share with itself.", field="shares_with")
    row.sharing_id = join(tx, partners(tx, stay_ids or ()))


def set_guests(tx: Transaction, row: StayRow, guest_ids: Sequence[str]) -> None:
    """Make these the guests of the stay, the first the primary one. Raises NotFound, Invalid."""
    wanted = list(dict.fromkeys(guest_ids))
    if len(wanted) > MOST_GUESTS:
        raise Invalid("too_many_guests", f"A stay has at most {MOST_GUESTS} guests.", most=MOST_GUESTS)
    known = {guest.id for guest in store.guests_by_id(tx.session, tx.property_id, wanted)}
    for guest_id in wanted:
        if guest_id not in known:
            raise NotFound("unknown_guest", "There is no such guest.", guest_id=guest_id)
    store.set_guests(tx.session, tx.property_id, row.id, wanted)
