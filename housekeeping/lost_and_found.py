"""Things that guests leave behind: what may become of them, who may do it, how long they are kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hotel.actor import Actor, Role
from hotel.errors import Conflict, Forbidden, Invalid

LONGEST_TEXT = 200


class Category(StrEnum):
    VALUABLE = "valuable"
    DOCUMENT = "document"
    ELECTRONICS = "electronics"
    CLOTHING = "clothing"
    PERISHABLE = "perishable"
    OTHER = "other"


# Days until a thing may be disposed of, counted from the day it was found; a supervisor may set another
# date. Houses keep valuables and papers for about a year and the rest for three months; food goes the
# next day. Local law may ask for more.
KEEP_DAYS: Mapping[Category, int] = {
    Category.VALUABLE: 365,
    Category.DOCUMENT: 365,
    Category.ELECTRONICS: 180,
    Category.CLOTHING: 90,
    Category.PERISHABLE: 1,
    Category.OTHER: 90,
}


class ItemState(StrEnum):
    FOUND = "found"
    STORED = "stored"
    HANDED_OVER = "handed_over"
    SENT = "sent"
    DISPOSED = "disposed"


class ItemAction(StrEnum):
    STORE = "store"
    HAND_OVER = "hand_over"
    SEND = "send"
    DISPOSE = "dispose"
    REOPEN = "reopen"


_KEEPERS = frozenset({Role.SUPERVISOR, Role.FRONT_DESK, Role.MANAGER})
_BOSSES = frozenset({Role.SUPERVISOR, Role.MANAGER})
_FINDERS = _KEEPERS | {Role.ATTENDANT, Role.ENGINEER}

_FOUND, _STORED = ItemState.FOUND, ItemState.STORED

# (state, action): the state after it, who may.
TRANSITIONS: Mapping[tuple[ItemState, ItemAction], tuple[ItemState, frozenset[Role]]] = {
    (_FOUND, ItemAction.STORE): (_STORED, _FINDERS),
    (_STORED, ItemAction.STORE): (_STORED, _KEEPERS),
    (_FOUND, ItemAction.HAND_OVER): (ItemState.HANDED_OVER, _KEEPERS),
    (_STORED, ItemAction.HAND_OVER): (ItemState.HANDED_OVER, _KEEPERS),
    (_FOUND, ItemAction.SEND): (ItemState.SENT, _KEEPERS),
    (_STORED, ItemAction.SEND): (ItemState.SENT, _KEEPERS),
    (_FOUND, ItemAction.DISPOSE): (ItemState.DISPOSED, _BOSSES),
    (_STORED, ItemAction.DISPOSE): (ItemState.DISPOSED, _BOSSES),
    (ItemState.HANDED_OVER, ItemAction.REOPEN): (_STORED, _BOSSES),
    (ItemState.SENT, ItemAction.REOPEN): (_STORED, _BOSSES),
    (ItemState.DISPOSED, ItemAction.REOPEN): (_STORED, _BOSSES),
}

OPEN = frozenset({_FOUND, _STORED})


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks to be done with a thing.

    `storage_place` for storing, `handed_to` (a person's name) for handing over and sending, `reason`
    for disposing before its date and for taking a step back.
    """

    action: ItemAction
    storage_place: str | None = None
    handed_to: str | None = None
    reason: str | None = None


def dispose_on(category: Category, found_on: date) -> date:
    """The first day on which the thing may be disposed of."""
    return found_on + timedelta(days=KEEP_DAYS[category])


def after(state: ItemState, wish: Wish, actor: Actor, today: date, may_dispose_on: date) -> ItemState:
    """The state after the wish.

    Raises:
        Conflict: not in this state, or its date has not come and no reason is given.
        Forbidden: not for the actor's roles.
        Invalid: what the action needs is missing.
    """
    step = TRANSITIONS.get((state, wish.action))
    if step is None:
        raise Conflict("impossible_now", f"A thing that is {state} cannot be: {wish.action}.", state=state)
    to, roles = step
    if not actor.has(*roles):
        raise Forbidden(
            "not_for_role",
            "Your role may not do this with a found thing.",
            allowed=sorted(role.value for role in roles),
        )
    if wish.action is ItemAction.STORE:
        _text(wish.storage_place, "storage_place", "Say where it is kept.")
    if wish.action in (ItemAction.HAND_OVER, ItemAction.SEND):
        _text(wish.handed_to, "handed_to", "Say who gets it.")
    if wish.action is ItemAction.REOPEN:
        _text(wish.reason, "reason", "Say why it is open again.")
    if wish.action is ItemAction.DISPOSE and today < may_dispose_on and not (wish.reason or "").strip():
        raise Conflict(
            "kept_until",
            f"It is kept until {may_dispose_on.isoformat()}; to dispose of it earlier takes a reason.",
            dispose_on=may_dispose_on.isoformat(),
        )
    return to


def _text(value: str | None, field: str, sentence: str) -> None:
    if not 1 <= len((value or "").strip()) <= LONGEST_TEXT:
        raise Invalid(f"{field}_needed", sentence, field=field, longest=LONGEST_TEXT)
