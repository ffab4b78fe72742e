"""The life of a ticket: what may happen to it, who may do it, and how urgent it is. Pure.

`TRANSITIONS` is the table that a chief engineer could read; what is not in it cannot be done. How long
a ticket may take is `sla`'s business; how a fault of the house finds its one ticket is `tickets_desk`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from hotel import taps
from hotel.actor import Actor, ActorKind, Role
from hotel.errors import Conflict, Forbidden, Invalid
from maintenance.reports import FaultKind

LONGEST_TITLE = 200
LONGEST_REASON = 200
LONGEST_COMMENT = 1000
# A fault that comes back within this time is the same fault (operations.md §3).
REOPEN_WITHIN = timedelta(days=7)
MOST_EVIDENCE = 40
# Of a long story the beginning stays, and the newest.
FIRST_EVIDENCE = 5


class TicketState(StrEnum):
    REPORTED = "reported"
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    VERIFIED = "verified"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    DUPLICATE = "duplicate"


class TicketAction(StrEnum):
    """`decline`: the work goes back to the list; `reject`: it was not repaired after all; `gone`: the fault
    of a ticket that nobody accepted has gone by itself."""

    TRIAGE = "triage"
    ASSIGN = "assign"
    ACCEPT = "accept"
    DECLINE = "decline"
    START = "start"
    HOLD = "hold"
    RESUME = "resume"
    RESOLVE = "resolve"
    VERIFY = "verify"
    REJECT = "reject"
    CLOSE = "close"
    CANCEL = "cancel"
    DUPLICATE = "duplicate"
    REOPEN = "reopen"
    GONE = "gone"


class HoldReason(StrEnum):
    PARTS = "parts"
    ROOM_ACCESS = "room_access"
    VENDOR = "vendor"
    APPROVAL = "approval"
    OTHER = "other"


class Priority(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Impact(StrEnum):
    """What the fault does: somebody could be hurt, the room cannot be used, it is worse than it should
    be, or it is a blemish."""

    SAFETY = "safety"
    OUTAGE = "outage"
    DEGRADED = "degraded"
    MINOR = "minor"


class Urgency(StrEnum):
    """Whom it meets: a guest who is in the room, one who arrives within hours, nobody soon."""

    NOW = "now"
    SOON = "soon"
    LATER = "later"


class TicketSource(StrEnum):
    PERSON = "person"
    SYSTEM = "system"


class TicketKind(StrEnum):
    """Something is broken, or work was planned before it breaks: that is no failure."""

    FAULT = "fault"
    PREVENTIVE = "preventive"


WAITING_STATES = frozenset({TicketState.REPORTED, TicketState.TRIAGED, TicketState.ASSIGNED})
UNDER_WAY_STATES = frozenset({TicketState.ACCEPTED, TicketState.IN_PROGRESS, TicketState.ON_HOLD})
# Repaired or not needed: the clock of the repair has ended.
DONE_STATES = frozenset(TicketState) - WAITING_STATES - UNDER_WAY_STATES
# A recurrence is added to a ticket in one of these, and opens another one again or anew.
OPEN_STATES = WAITING_STATES | UNDER_WAY_STATES
REOPENED_STATES = frozenset({TicketState.RESOLVED, TicketState.VERIFIED, TicketState.CLOSED})

ENGINEERS = frozenset({Role.ENGINEER, Role.MANAGER})
LEADS = frozenset({Role.MANAGER})
# Who can say that it works again: never the one who repaired it.
CHECKERS = frozenset({Role.ENGINEER, Role.SUPERVISOR, Role.FRONT_DESK, Role.MANAGER})
HOUSE: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Move:
    """Where an action leads and which roles may do it; no role: the house alone.

    `holder`: only who has the ticket, or a manager.
    """

    to: TicketState
    roles: frozenset[Role]
    holder: bool = False


_S, _A = TicketState, TicketAction

TRANSITIONS: Mapping[tuple[TicketState, TicketAction], Move] = {
    (_S.REPORTED, _A.TRIAGE): Move(_S.TRIAGED, ENGINEERS),
    (_S.TRIAGED, _A.TRIAGE): Move(_S.TRIAGED, ENGINEERS),
    **{(state, _A.ASSIGN): Move(_S.ASSIGNED, ENGINEERS) for state in sorted(OPEN_STATES)},
    (_S.REPORTED, _A.ACCEPT): Move(_S.ACCEPTED, ENGINEERS),
    (_S.TRIAGED, _A.ACCEPT): Move(_S.ACCEPTED, ENGINEERS),
    (_S.ASSIGNED, _A.ACCEPT): Move(_S.ACCEPTED, ENGINEERS, holder=True),
    (_S.ASSIGNED, _A.DECLINE): Move(_S.TRIAGED, ENGINEERS, holder=True),
    (_S.ACCEPTED, _A.DECLINE): Move(_S.TRIAGED, ENGINEERS, holder=True),
    (_S.ACCEPTED, _A.START): Move(_S.IN_PROGRESS, ENGINEERS, holder=True),
    (_S.ACCEPTED, _A.HOLD): Move(_S.ON_HOLD, ENGINEERS, holder=True),
    (_S.IN_PROGRESS, _A.HOLD): Move(_S.ON_HOLD, ENGINEERS, holder=True),
    (_S.ON_HOLD, _A.RESUME): Move(_S.IN_PROGRESS, ENGINEERS, holder=True),
    (_S.IN_PROGRESS, _A.RESOLVE): Move(_S.RESOLVED, ENGINEERS, holder=True),
    (_S.RESOLVED, _A.VERIFY): Move(_S.VERIFIED, CHECKERS),
    (_S.RESOLVED, _A.REJECT): Move(_S.IN_PROGRESS, CHECKERS),
    (_S.VERIFIED, _A.CLOSE): Move(_S.CLOSED, ENGINEERS),
    **{(state, _A.CANCEL): Move(_S.CANCELLED, ENGINEERS) for state in sorted(WAITING_STATES)},
    **{
        (state, _A.CANCEL): Move(_S.CANCELLED, ENGINEERS, holder=True)
        for state in (_S.ACCEPTED, _S.IN_PROGRESS, _S.ON_HOLD)
    },
    **{(state, _A.DUPLICATE): Move(_S.DUPLICATE, ENGINEERS) for state in sorted(WAITING_STATES)},
    (_S.ACCEPTED, _A.DUPLICATE): Move(_S.DUPLICATE, ENGINEERS, holder=True),
    **{
        (state, _A.REOPEN): Move(_S.TRIAGED, CHECKERS)
        for state in (_S.RESOLVED, _S.VERIFIED, _S.CLOSED, _S.CANCELLED, _S.DUPLICATE)
    },
    **{(state, _A.GONE): Move(_S.CLOSED, HOUSE) for state in sorted(WAITING_STATES)},
}

# What makes each row and column of impact × urgency. Safety never waits for whom it meets.
PRIORITIES: Mapping[tuple[Impact, Urgency], Priority] = {
    **{(Impact.SAFETY, urgency): Priority.CRITICAL for urgency in Urgency},
    (Impact.OUTAGE, Urgency.NOW): Priority.CRITICAL,
    (Impact.OUTAGE, Urgency.SOON): Priority.HIGH,
    (Impact.OUTAGE, Urgency.LATER): Priority.NORMAL,
    (Impact.DEGRADED, Urgency.NOW): Priority.HIGH,
    (Impact.DEGRADED, Urgency.SOON): Priority.NORMAL,
    (Impact.DEGRADED, Urgency.LATER): Priority.NORMAL,
    (Impact.MINOR, Urgency.NOW): Priority.NORMAL,
    (Impact.MINOR, Urgency.SOON): Priority.LOW,
    (Impact.MINOR, Urgency.LATER): Priority.LOW,
}

# Of the words that people pick from.
IMPACT_OF_KIND: Mapping[FaultKind, Impact] = {
    FaultKind.AIR_CONDITIONING: Impact.OUTAGE,
    FaultKind.LIGHT: Impact.DEGRADED,
    FaultKind.WATER: Impact.OUTAGE,
    FaultKind.BATHROOM: Impact.DEGRADED,
    FaultKind.ELECTRICITY: Impact.OUTAGE,
    FaultKind.DOOR_OR_LOCK: Impact.OUTAGE,
    FaultKind.WINDOW_OR_CURTAIN: Impact.DEGRADED,
    FaultKind.FURNITURE: Impact.MINOR,
    FaultKind.TELEVISION: Impact.DEGRADED,
    FaultKind.NETWORK: Impact.DEGRADED,
    FaultKind.OTHER: Impact.MINOR,
}

# Of the faults that the house finds itself; what is not here makes a room worse than it should be.
IMPACT_OF_FAULT: Mapping[str, Impact] = {
    "no_capacity": Impact.OUTAGE,
    "stuck_off": Impact.OUTAGE,
    "leak": Impact.SAFETY,
    "gateway_offline": Impact.OUTAGE,
    "floor_without_power": Impact.OUTAGE,
    "low_battery": Impact.MINOR,
    "filter_hours": Impact.MINOR,
    "window_open_too_long": Impact.MINOR,
    "template_errors": Impact.MINOR,
    "protocol_errors": Impact.MINOR,
}

SOON = timedelta(hours=6)


class ImpossibleNow(Conflict):
    """The action does not fit the state that the ticket is in now; who asks is shown both sides."""

    def __init__(self, message: str, state: TicketState, action: TicketAction, because: str) -> None:
        super().__init__("impossible_now", message, state=state.value, action=action.value, because=because)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a ticket has come. `assigned_to` is (id, name) of whose it is.

    `since` is when the state began; `ended_at` when the repair (or the end without one) came.
    """

    state: TicketState
    priority: Priority
    since: datetime
    assigned_to: tuple[str, str] | None = None
    responded_at: datetime | None = None
    resolved_by_id: str | None = None
    ended_at: datetime | None = None
    hold_reason: HoldReason | None = None
    duplicate_of: str | None = None
    reopened_from: TicketState | None = None


@dataclass(frozen=True, slots=True)
class Tap:
    """What somebody does to a ticket and when.

    Args:
        at: the moment of the tap; not before the ticket's last step (see `happened_at`).
        reason: why, for what needs one; a `HoldReason` when it is put on hold.
        assign_to: (id, name) of who gets it.
        priority: as the engineer who sorts it sees it; None leaves it.
        duplicate_of: id of the ticket that tells of the same thing.
    """

    action: TicketAction
    actor: Actor
    at: datetime
    reason: str | None = None
    assign_to: tuple[str, str] | None = None
    priority: Priority | None = None
    duplicate_of: str | None = None


def priority_of(impact: Impact, urgency: Urgency) -> Priority:
    return PRIORITIES[impact, urgency]


def urgency_of(occupied: bool, arrives_at: datetime | None, now: datetime) -> Urgency:
    """Whom a fault of a room meets; a guest who is overdue still arrives."""
    if occupied:
        return Urgency.NOW
    return Urgency.SOON if arrives_at is not None and arrives_at - now <= SOON else Urgency.LATER


def more_urgent(one: Priority, other: Priority) -> Priority:
    order = list(Priority)
    return min(one, other, key=order.index)


def happened_at(
    received: datetime, age: timedelta, speed: float = 1.0, last_at: datetime | None = None
) -> datetime:
    """When a tap on a ticket happened, see `hotel.taps`; its steps never go back in time.

    When the house's clock was set back, the last step's moment holds until the clock has caught up.
    """
    at = taps.happened_at(received, age, speed, last_at)
    return at if last_at is None else max(at, last_at)


def check_may(progress: Progress, action: TicketAction, actor: Actor) -> None:
    """
    Raises:
        ImpossibleNow: the table has no such step, or somebody else has the ticket.
        Forbidden: the actor's roles may not, or the actor would verify their own work.
    """
    move = TRANSITIONS.get((progress.state, action))
    holder = progress.assigned_to
    if move is None:
        if action is TicketAction.ACCEPT and progress.state in UNDER_WAY_STATES and holder is not None:
            raise ImpossibleNow(
                f"{holder[1]} has accepted this ticket.", progress.state, action, "another_engineer"
            )
        what = action.value.replace("_", " ")
        raise ImpossibleNow(
            f"A ticket that is {progress.state.value.replace('_', ' ')} takes no {what!r}.",
            progress.state,
            action,
            "state",
        )
    if actor.kind is ActorKind.SYSTEM:
        return
    if not actor.has(*move.roles):
        raise Forbidden(
            "not_for_role",
            f"Your role may not {action.value.replace('_', ' ')} this ticket.",
            allowed=sorted(role.value for role in move.roles),
        )
    if action is TicketAction.VERIFY and progress.resolved_by_id == actor.id and not actor.has(*LEADS):
        raise Forbidden("own_work", "Somebody else says whether your own repair holds.")
    others = holder is not None and holder[0] != actor.id
    if move.holder and others and holder is not None and not actor.has(*LEADS):
        raise ImpossibleNow(f"{holder[1]} has this ticket.", progress.state, action, "another_engineer")


def may_now(progress: Progress, actor: Actor, now: datetime) -> list[TicketAction]:
    """What the actor may do to the ticket now, in the order of `TicketAction`."""
    found = []
    for action in TicketAction:
        try:
            check_may(progress, action, actor)
        except (Conflict, Forbidden):
            continue
        if action is TicketAction.REOPEN and not may_reopen(progress, now):
            continue
        found.append(action)
    return found


def may_reopen(progress: Progress, now: datetime) -> bool:
    """Whether a fault that is back belongs to this ticket still."""
    return progress.ended_at is None or now - progress.ended_at <= REOPEN_WITHIN


def advance(progress: Progress, tap: Tap) -> Progress:
    """The ticket after the tap.

    Raises:
        ImpossibleNow: the table has no such step from this state, or another engineer has the ticket.
        Forbidden: the actor's roles may not.
        Invalid: something that the step needs is missing or unknown.
    """
    check_may(progress, tap.action, tap.actor)
    move = TRANSITIONS[progress.state, tap.action]
    me = (tap.actor.id, tap.actor.name)
    after = replace(progress, state=move.to, since=tap.at, hold_reason=None)
    responded = progress.responded_at or tap.at
    match tap.action:
        case TicketAction.TRIAGE:
            return replace(after, priority=tap.priority or progress.priority)
        case TicketAction.ASSIGN:
            if tap.assign_to is None:
                raise Invalid("whom_needed", "Say who gets the ticket.", field="assign_to")
            return replace(after, assigned_to=tap.assign_to, priority=tap.priority or progress.priority)
        case TicketAction.ACCEPT:
            holder = progress.assigned_to if progress.state is TicketState.ASSIGNED else me
            return replace(after, assigned_to=holder, responded_at=responded)
        case TicketAction.DECLINE:
            clean_reason(tap.reason)
            return replace(after, assigned_to=None)
        case TicketAction.START | TicketAction.RESUME:
            return after
        case TicketAction.HOLD:
            return replace(after, hold_reason=_hold_reason(tap.reason))
        case TicketAction.RESOLVE:
            return replace(after, ended_at=tap.at, resolved_by_id=tap.actor.id)
        case TicketAction.VERIFY | TicketAction.CLOSE:
            return after
        case TicketAction.REJECT:
            clean_reason(tap.reason)
            return replace(after, ended_at=None, resolved_by_id=None)
        case TicketAction.CANCEL:
            clean_reason(tap.reason)
            return replace(after, ended_at=tap.at)
        case TicketAction.GONE:
            return replace(after, ended_at=tap.at)
        case TicketAction.DUPLICATE:
            if tap.duplicate_of is None:
                raise Invalid("which_needed", "Say which ticket tells of the same.", field="duplicate_of")
            return replace(after, ended_at=tap.at, duplicate_of=tap.duplicate_of)
        case TicketAction.REOPEN:
            if not may_reopen(progress, tap.at):
                raise ImpossibleNow(
                    f"After {REOPEN_WITHIN.days} days a fault gets a ticket of its own.",
                    progress.state,
                    tap.action,
                    "too_late",
                )
            return replace(
                after,
                assigned_to=None,
                responded_at=None,
                resolved_by_id=None,
                ended_at=None,
                duplicate_of=None,
                reopened_from=progress.state,
                priority=tap.priority or progress.priority,
            )


def add_evidence(
    known: Sequence[Mapping[str, Any]], more: Sequence[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], int]:
    """The evidence with what came, bounded; and how much of the middle was dropped."""
    both = [dict(one) for one in (*known, *more)]
    too_many = max(0, len(both) - MOST_EVIDENCE)
    if not too_many:
        return both, 0
    return both[:FIRST_EVIDENCE] + both[FIRST_EVIDENCE + too_many :], too_many


def clean_reason(said: str | None) -> str:
    """Raises Invalid: none, or too long."""
    text = (said or "").strip()
    if not text:
        raise Invalid("ticket_reason_needed", "Say in a few words why.", field="reason")
    if len(text) > LONGEST_REASON:
        raise Invalid("reason_too_long", f"A reason has at most {LONGEST_REASON} characters.", field="reason")
    return text


def _hold_reason(said: str | None) -> HoldReason:
    try:
        return HoldReason((said or "").strip())
    except ValueError:
        raise Invalid(
            "hold_reason_needed",
            "Say what the work waits for.",
            field="reason",
            allowed=[one.value for one in HoldReason],
        ) from None
