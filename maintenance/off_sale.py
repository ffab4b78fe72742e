"""A ticket proposes that its room leaves the sale, the front desk decides, and the room is given back. Pure.

The room's own state is housekeeping's; what stands here is the proposal and what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from hotel.actor import Actor, ActorKind, Role
from hotel.errors import Conflict, Forbidden, Invalid

LONGEST_REASON = 200
LONGEST = timedelta(days=366)
PROPOSERS = frozenset({Role.ENGINEER, Role.MANAGER})
DECIDERS = frozenset({Role.FRONT_DESK, Role.MANAGER})


class OffSaleState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    GIVEN_BACK = "given_back"


@dataclass(frozen=True, slots=True)
class OffSale:
    """`out_of_service`: it stays in the inventory; else out of order, and leaves it. `until` None: open."""

    state: OffSaleState
    out_of_service: bool
    since: datetime
    until: datetime | None
    reason: str
    by: str
    decided_by: str | None = None


def propose(
    known: OffSale | None,
    actor: Actor,
    *,
    out_of_service: bool,
    since: datetime,
    until: datetime | None,
    reason: str,
    now: datetime,
) -> OffSale:
    """
    Raises:
        Forbidden: not for the actor's roles.
        Conflict: the room is off sale for this ticket already.
        Invalid: dates in the wrong order, over, or too far; no reason.
    """
    _check_role(actor, PROPOSERS)
    if known is not None and known.state is OffSaleState.AGREED:
        raise Conflict("off_sale_already", "The room is off sale for this ticket already.")
    said = reason.strip()
    if not 1 <= len(said) <= LONGEST_REASON:
        raise Invalid("ticket_reason_needed", "Say in a few words why.", field="reason")
    begins = max(since, now)
    if until is not None and not begins < until <= begins + LONGEST:
        raise Invalid("bad_dates", "The end is later than the beginning and than now.", field="until")
    return OffSale(OffSaleState.PROPOSED, out_of_service, begins, until, said, actor.name)


def decide(known: OffSale | None, actor: Actor, agree: bool) -> OffSale:
    """Raises Forbidden; Conflict: nothing is proposed."""
    _check_role(actor, DECIDERS)
    if known is None or known.state is not OffSaleState.PROPOSED:
        raise Conflict("nothing_proposed", "Nothing is proposed for this room (any more).")
    return replace(
        known, state=OffSaleState.AGREED if agree else OffSaleState.DECLINED, decided_by=actor.name
    )


def give_back(known: OffSale | None, actor: Actor) -> OffSale:
    """A proposal is withdrawn, or a room off sale given back. Raises Forbidden, Conflict."""
    _check_role(actor, PROPOSERS | DECIDERS)
    if known is None or known.state not in (OffSaleState.PROPOSED, OffSaleState.AGREED):
        raise Conflict("not_off_sale", "The room is not off sale for this ticket (any more).")
    return replace(known, state=OffSaleState.GIVEN_BACK)


def to_json(one: OffSale) -> dict[str, Any]:
    return {
        "state": one.state.value,
        "out_of_service": one.out_of_service,
        "since": one.since.isoformat(),
        "until": one.until.isoformat() if one.until else None,
        "reason": one.reason,
        "by": one.by,
        "decided_by": one.decided_by,
    }


def from_json(kept: dict[str, Any] | None) -> OffSale | None:
    if kept is None:
        return None
    return OffSale(
        OffSaleState(kept["state"]),
        kept["out_of_service"],
        datetime.fromisoformat(kept["since"]),
        datetime.fromisoformat(kept["until"]) if kept["until"] else None,
        kept["reason"],
        kept["by"],
        kept["decided_by"],
    )


def _check_role(actor: Actor, roles: frozenset[Role]) -> None:
    # The house proposes by itself what a plan says; who decides is always a person.
    may = actor.has(*roles) or (actor.kind is ActorKind.SYSTEM and roles >= PROPOSERS)
    if not may:
        raise Forbidden(
            "not_for_role", "Your role may not do this.", allowed=sorted(role.value for role in roles)
        )
