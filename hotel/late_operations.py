"""What was done on a tablet by a person who can no longer do it: looked at by a supervisor, never dropped.

A tablet keeps an operation until the service has taken it. When its author has left the house meanwhile
(or another person's sign-in is on the tablet), nobody may replay it in the author's name. It is handed in
here as it was made, and a supervisor accepts it, which does it in the supervisor's name with the author
noted, or dismisses it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotel.actor import Actor
from hotel.errors import Conflict, Invalid

MOST_AT_ONCE = 500
MOST_WAITING = 20_000
LONGEST_PATH = 300
# What a tablet may say of how long ago something was; a shift and a night.
LONGEST_AGE_SECONDS = 86_400.0
# A person's session, this list itself and the streams are no work that somebody did in a room.
NOT_REPLAYED = (
    "/api/session",
    "/api/me",
    "/api/late-operations",
    "/api/tablets",
    "/api/staff",
    "/api/events",
)


class LateState(StrEnum):
    """`applied`: the service had done it already, only the tablet had not heard."""

    WAITING = "waiting"
    ACCEPTING = "accepting"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    APPLIED = "applied"


# Who looks at it, and what becomes of it: (state, step) → state.
TRANSITIONS: dict[tuple[LateState, str], LateState] = {
    (LateState.WAITING, "begin"): LateState.ACCEPTING,
    # A kill between beginning and the end: the same supervisor begins again.
    (LateState.ACCEPTING, "begin"): LateState.ACCEPTING,
    (LateState.ACCEPTING, "done"): LateState.ACCEPTED,
    (LateState.ACCEPTING, "refused"): LateState.WAITING,
    (LateState.WAITING, "dismiss"): LateState.DISMISSED,
    (LateState.ACCEPTING, "dismiss"): LateState.DISMISSED,
}


@dataclass(frozen=True, slots=True)
class LateOperation:
    """One operation as it was handed in, and what became of it.

    `key` is its Idempotency-Key; `seen_version` what its If-Match was, for an edit. `happened_at` is
    hotel time, from the tablet's own difference of times and never from its clock. `label` is an i18n key
    with values, as the tablet showed it.
    """

    id: str
    key: str
    staff_id: str
    staff_name: str
    tablet_name: str | None
    method: str
    path: str
    seen_version: int | None
    body: Any
    label_key: str
    label_values: dict[str, Any]
    happened_at: datetime
    received_at: datetime
    state: LateState
    reviewed_by_id: str | None
    reviewed_by: str | None
    reviewed_at: datetime | None


def check_replayable(method: str, path: str) -> None:
    """
    Raises:
        Invalid: not an action or edit of the API that a tablet may keep.
    """
    fits = len(path) <= LONGEST_PATH and re.fullmatch(r"/api(/[A-Za-z0-9._~%:-]+)+", path)
    if method not in ("POST", "PUT", "PATCH") or not fits or ".." in path or path.startswith(NOT_REPLAYED):
        raise Invalid("not_replayable", "This is no operation that can be handed in.", field="path")


def next_state(operation: LateOperation, step: str, actor: Actor) -> LateState:
    """
    Raises:
        Conflict: it is decided already, or another supervisor is at it.
    """
    after = TRANSITIONS.get((operation.state, step))
    if after is None:
        raise Conflict(
            "already_reviewed",
            f"{operation.reviewed_by or 'The service'} has decided this already.",
            state=operation.state.value,
            by=operation.reviewed_by,
        )
    busy = operation.state is LateState.ACCEPTING and operation.reviewed_by_id != actor.id
    if busy and step != "dismiss":
        raise Conflict(
            "under_review", f"{operation.reviewed_by} is looking at this.", by=operation.reviewed_by
        )
    return after
