"""The life of a housekeeping task: what may happen to it, who may do it, and what its times become. Pure.

`TRANSITIONS` is the table a head housekeeper could read; what is not in it cannot be done. Times come
from the taps: `advance` takes the moment of a tap and keeps the account of the work. What stands beside
the table (taking back, handing back, a supervisor's correction) is in `tasks_corrections`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotel.actor import Actor, Role
from hotel.errors import Conflict, Forbidden, Invalid
from housekeeping.status import Cleanliness

LONGEST_NOTE = 500
LONGEST_TASK_REASON = 200


class TaskKind(StrEnum):
    DEPARTURE = "departure"
    STAYOVER = "stayover"
    PICKUP = "pickup"
    TURNDOWN = "turndown"
    DEEP_CLEAN = "deep_clean"
    INSPECTION = "inspection"
    LINEN_CHANGE = "linen_change"
    PUBLIC_AREA = "public_area"
    GUEST_REQUEST = "guest_request"
    SPECIAL = "special"


class TaskState(StrEnum):
    PLANNED = "planned"
    STARTED = "started"
    PAUSED = "paused"
    FINISHED = "finished"
    INSPECTED = "inspected"
    RE_CLEAN = "re_clean"
    NOT_SERVICED = "not_serviced"
    CANCELLED = "cancelled"


class TaskAction(StrEnum):
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    FINISH = "finish"
    NOT_SERVICED = "not_serviced"
    CANCEL = "cancel"
    TAKE_OVER = "take_over"
    INSPECT_PASS = "inspect_pass"  # noqa: S105 - an action, not a secret
    INSPECT_FAIL = "inspect_fail"
    TICK = "tick"
    UNDO = "undo"
    CORRECT = "correct"


class TaskPriority(StrEnum):
    QUEUE = "queue"
    VIP = "vip"
    ARRIVAL = "arrival"
    NORMAL = "normal"
    LAST = "last"


class NotServicedReason(StrEnum):
    DND = "dnd"
    DECLINED = "declined"
    NO_ACCESS = "no_access"


class InspectionState(StrEnum):
    WAITING = "waiting"
    PASSED = "passed"
    FAILED = "failed"


# Work whose end makes a room clean.
CLEANS = frozenset({TaskKind.DEPARTURE, TaskKind.STAYOVER, TaskKind.PICKUP, TaskKind.DEEP_CLEAN})
# What the front desk asks for by hand, and so may call off.
DESK_KINDS = frozenset({TaskKind.GUEST_REQUEST, TaskKind.SPECIAL})
OPEN_STATES = frozenset({TaskState.PLANNED, TaskState.STARTED, TaskState.PAUSED})
ENDS = frozenset(TaskState) - OPEN_STATES
# Somebody is at it, or was and will be again.
BEGUN = frozenset({TaskState.STARTED, TaskState.PAUSED})

LEADS = frozenset({Role.SUPERVISOR, Role.MANAGER})
HANDS = LEADS | {Role.ATTENDANT}


@dataclass(frozen=True, slots=True)
class Move:
    """Where an action leads and who may do it. `desk`: also the front desk, for what it asked for."""

    to: TaskState
    roles: frozenset[Role]
    desk: bool = False


_S, _A = TaskState, TaskAction

TRANSITIONS: Mapping[tuple[TaskState, TaskAction], Move] = {
    (_S.PLANNED, _A.START): Move(_S.STARTED, HANDS),
    (_S.STARTED, _A.PAUSE): Move(_S.PAUSED, HANDS),
    (_S.PAUSED, _A.RESUME): Move(_S.STARTED, HANDS),
    (_S.STARTED, _A.FINISH): Move(_S.FINISHED, HANDS),
    (_S.PAUSED, _A.FINISH): Move(_S.FINISHED, HANDS),
    (_S.PLANNED, _A.NOT_SERVICED): Move(_S.NOT_SERVICED, HANDS),
    (_S.STARTED, _A.NOT_SERVICED): Move(_S.NOT_SERVICED, HANDS),
    (_S.PAUSED, _A.NOT_SERVICED): Move(_S.NOT_SERVICED, HANDS),
    (_S.PLANNED, _A.CANCEL): Move(_S.CANCELLED, LEADS, desk=True),
    (_S.STARTED, _A.CANCEL): Move(_S.CANCELLED, LEADS, desk=True),
    (_S.PAUSED, _A.CANCEL): Move(_S.CANCELLED, LEADS, desk=True),
    (_S.STARTED, _A.TAKE_OVER): Move(_S.STARTED, LEADS),
    (_S.PAUSED, _A.TAKE_OVER): Move(_S.STARTED, LEADS),
    (_S.FINISHED, _A.INSPECT_PASS): Move(_S.INSPECTED, LEADS),
    (_S.FINISHED, _A.INSPECT_FAIL): Move(_S.RE_CLEAN, LEADS),
    (_S.PLANNED, _A.TICK): Move(_S.PLANNED, HANDS),
    (_S.STARTED, _A.TICK): Move(_S.STARTED, HANDS),
    (_S.PAUSED, _A.TICK): Move(_S.PAUSED, HANDS),
}

# An inspection is done by its verdict, not by a tap on "done".
INSPECTION_TRANSITIONS: Mapping[tuple[TaskState, TaskAction], Move] = {
    **{
        key: Move(move.to, LEADS)
        for key, move in TRANSITIONS.items()
        if key[0] in OPEN_STATES and key[1] not in (_A.FINISH, _A.NOT_SERVICED)
    },
    **{
        (state, verdict): Move(_S.FINISHED, LEADS)
        for state in (_S.PLANNED, _S.STARTED, _S.PAUSED)
        for verdict in (_A.INSPECT_PASS, _A.INSPECT_FAIL)
    },
}


class ImpossibleNow(Conflict):
    """The action does not fit the state that the task is in now; who asks is shown both sides."""

    def __init__(self, message: str, state: TaskState, action: TaskAction, because: str) -> None:
        super().__init__("impossible_now", message, state=state.value, action=action.value, because=because)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a task has come. Seconds of work are those between start or resume and pause or end.

    `working_since` is set while it is started; `attendant_id` is who holds it.
    """

    kind: TaskKind
    state: TaskState = TaskState.PLANNED
    attendant_id: str | None = None
    attendant: str | None = None
    started_at: datetime | None = None
    working_since: datetime | None = None
    paused_at: datetime | None = None
    worked_seconds: float = 0.0
    finished_at: datetime | None = None
    finished_by: str | None = None
    not_serviced_reason: NotServicedReason | None = None
    cancel_reason: str | None = None
    inspection: InspectionState | None = None
    priority: TaskPriority = TaskPriority.NORMAL


@dataclass(frozen=True, slots=True)
class Tap:
    """What somebody does to a task and when.

    Args:
        at: the moment of the tap; not before the task's last step (see `hotel.taps`).
        reason: why, for what needs one.
        attendant: (id, name) of who gets the task on a take-over; the actor when None.
        demanded: whether the end of this clean is to be inspected.
        partners: ids of those who work in the same rooms as the actor on the task's day.
    """

    action: TaskAction
    actor: Actor
    at: datetime
    reason: str | None = None
    attendant: tuple[str, str] | None = None
    demanded: bool = False
    partners: frozenset[str] = frozenset()


def transitions_of(kind: TaskKind) -> Mapping[tuple[TaskState, TaskAction], Move]:
    """The table that a task of this kind follows."""
    return INSPECTION_TRANSITIONS if kind == TaskKind.INSPECTION else TRANSITIONS


def advance(progress: Progress, tap: Tap) -> Progress:
    """The task after the tap.

    Raises:
        ImpossibleNow: the table has no such step from this state, or another attendant has the task.
        Forbidden: the actor's roles may not.
        Invalid: a reason is missing or unknown.
    """
    check_may(progress, tap.action, tap.actor, tap.partners)
    move = transitions_of(progress.kind)[(progress.state, tap.action)]
    after = replace(progress, state=move.to)
    actor_id, name = tap.actor.id, tap.actor.name
    match tap.action:
        case TaskAction.TICK:
            return progress
        case TaskAction.START:
            after = replace(
                after,
                started_at=progress.started_at or tap.at,
                working_since=tap.at,
                attendant_id=actor_id,
                attendant=name,
                priority=_without_last(progress.priority),
            )
        case TaskAction.PAUSE:
            after = replace(stopped(after, tap.at), paused_at=tap.at)
        case TaskAction.RESUME:
            after = replace(after, working_since=tap.at, paused_at=None)
        case TaskAction.TAKE_OVER:
            to_id, to_name = tap.attendant or (actor_id, name)
            after = replace(
                stopped(after, tap.at),
                working_since=tap.at,
                paused_at=None,
                attendant_id=to_id,
                attendant=to_name,
            )
        case TaskAction.FINISH:
            after = replace(
                stopped(after, tap.at),
                paused_at=None,
                finished_at=tap.at,
                finished_by=name,
                inspection=InspectionState.WAITING if tap.demanded else None,
            )
        case TaskAction.INSPECT_PASS | TaskAction.INSPECT_FAIL:
            passed = tap.action == TaskAction.INSPECT_PASS
            verdict = InspectionState.PASSED if passed else InspectionState.FAILED
            after = replace(after, inspection=verdict)
            if progress.kind == TaskKind.INSPECTION:
                after = replace(
                    stopped(after, tap.at),
                    started_at=progress.started_at or tap.at,
                    paused_at=None,
                    finished_at=tap.at,
                    finished_by=name,
                )
        case TaskAction.NOT_SERVICED:
            after = replace(
                stopped(after, tap.at), paused_at=None, not_serviced_reason=_not_serviced(tap.reason)
            )
        case TaskAction.CANCEL:
            after = replace(stopped(after, tap.at), paused_at=None, cancel_reason=checked_reason(tap.reason))
        case _:
            raise AssertionError(f"{tap.action} is not in the table")
    return after


def check_may(
    progress: Progress, action: TaskAction, actor: Actor, partners: frozenset[str] = frozenset()
) -> None:
    """
    Args:
        partners: ids of those who work in the same rooms as the actor: what is theirs is the actor's.

    Raises:
        ImpossibleNow: the table has no such step, or somebody else has the task.
        Forbidden: the actor's roles may not.
    """
    move = transitions_of(progress.kind).get((progress.state, action))
    what = action.value.replace("_", " ")
    if move is None:
        raise ImpossibleNow(
            f"A task that is {progress.state.value.replace('_', ' ')} takes no {what!r}.",
            progress.state,
            action,
            "state",
        )
    if move.desk and progress.kind in DESK_KINDS and actor.has(Role.FRONT_DESK):
        return
    if not actor.has(*move.roles):
        raise Forbidden(
            "not_for_role",
            f"Your role may not {what} this task.",
            allowed=sorted(role.value for role in move.roles),
        )
    others = progress.attendant_id is not None and progress.attendant_id not in {actor.id, *partners}
    if not others or actor.has(*LEADS):
        # A lead takes a running task over by name, never by a second start.
        return
    raise ImpossibleNow(f"{progress.attendant} has this task.", progress.state, action, "another_attendant")


def may_now(progress: Progress, actor: Actor, partners: frozenset[str] = frozenset()) -> list[TaskAction]:
    """What the actor may do to the task now, undo aside, in the order of `TaskAction`. `partners`: see
    `check_may`."""
    found = []
    for action in TaskAction:
        try:
            check_may(progress, action, actor, partners)
        except (Conflict, Forbidden):
            continue
        found.append(action)
    if actor.has(*LEADS):
        found.append(TaskAction.CORRECT)
    return found


def cleanliness_after(
    kind: TaskKind, before: TaskState, after: TaskState, inspection_demanded: bool, must_be_inspected: bool
) -> Cleanliness | None:
    """What a step of a task makes of its room; None leaves the room as it is.

    A clean that nobody is to inspect makes the room as ready as its property demands.
    """
    if kind not in CLEANS or before == after:
        return None
    if after == TaskState.FINISHED:
        trusted = must_be_inspected and not inspection_demanded
        return Cleanliness.INSPECTED if trusted else Cleanliness.CLEAN
    if after == TaskState.INSPECTED:
        return Cleanliness.INSPECTED
    if after == TaskState.RE_CLEAN:
        return Cleanliness.DIRTY
    return None


def faults(progress: Progress) -> list[str]:
    """What is impossible about a task; empty for every task that came about by the functions here."""
    state = progress.state
    found = []

    def demand(holds: bool, what: str) -> None:
        if not holds:
            found.append(what)

    done = state in (TaskState.FINISHED, TaskState.INSPECTED, TaskState.RE_CLEAN)
    demand((state == TaskState.STARTED) == (progress.working_since is not None), "works unless started")
    demand((state == TaskState.PAUSED) == (progress.paused_at is not None), "paused without a pause")
    demand(done == (progress.finished_at is not None), "finished without an end")
    demand(
        (state == TaskState.NOT_SERVICED) == (progress.not_serviced_reason is not None),
        "not serviced without a reason",
    )
    demand((state == TaskState.CANCELLED) == (progress.cancel_reason is not None), "cancelled without one")
    demand(progress.worked_seconds >= 0, "negative work")
    begun = state in (TaskState.STARTED, TaskState.PAUSED) or done
    demand(not begun or progress.started_at is not None, "begun without a start")
    if progress.started_at and progress.finished_at:
        demand(progress.started_at <= progress.finished_at, "ends before it begins")
        span = (progress.finished_at - progress.started_at).total_seconds()
        demand(progress.worked_seconds <= span + 1e-3, "more work than time")
    return found


def action_of(step: str) -> TaskAction | None:
    """The tap that a step of a history was; None when the house made it by itself."""
    return next((action for action in TaskAction if action.value == step), None)


_TIMES = frozenset({"started_at", "working_since", "paused_at", "finished_at"})


def progress_to_json(progress: Progress) -> dict[str, Any]:
    """The progress as JSON-ready values, for the step that may be taken back."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(progress).items()
    }


def progress_from_json(kept: Mapping[str, Any]) -> Progress:
    """The progress that `progress_to_json` wrote."""
    values = {field.name: kept[field.name] for field in fields(Progress)}
    for name in _TIMES:
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    return Progress(
        **{
            **values,
            "kind": TaskKind(values["kind"]),
            "state": TaskState(values["state"]),
            "priority": TaskPriority(values["priority"]),
            "not_serviced_reason": _maybe(NotServicedReason, values["not_serviced_reason"]),
            "inspection": _maybe(InspectionState, values["inspection"]),
        }
    )


def _maybe(kind: type[Any], value: str | None) -> Any:
    return None if value is None else kind(value)


def stopped(progress: Progress, at: datetime) -> Progress:
    """The work put on the account up to `at`."""
    if progress.working_since is None:
        return progress
    worked = max(0.0, (at - progress.working_since).total_seconds())
    return replace(progress, working_since=None, worked_seconds=progress.worked_seconds + worked)


def _without_last(priority: TaskPriority) -> TaskPriority:
    """Who knocks and is let in has no "do not disturb" any more."""
    return TaskPriority.NORMAL if priority == TaskPriority.LAST else priority


def _not_serviced(reason: str | None) -> NotServicedReason:
    try:
        return NotServicedReason(reason or "")
    except ValueError:
        raise Invalid(
            "not_serviced_reason",
            "Say why the room was not serviced: dnd, declined or no_access.",
            field="reason",
            allowed=[known.value for known in NotServicedReason],
        ) from None


def checked_reason(reason: str | None) -> str:
    """A reason without blanks around it. Raises Invalid for none, or one that is too long."""
    cleaned = (reason or "").strip()
    if not 1 <= len(cleaned) <= LONGEST_TASK_REASON:
        raise Invalid(
            "reason_needed",
            f"Say why, in 1 to {LONGEST_TASK_REASON} characters.",
            field="reason",
            longest=LONGEST_TASK_REASON,
        )
    return cleaned
