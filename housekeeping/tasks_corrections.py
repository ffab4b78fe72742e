"""What may happen to a task beside its table: taken back, handed back, set right by a supervisor. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hotel.actor import Actor
from hotel.errors import Forbidden, Invalid
from housekeeping.tasks import (
    BEGUN,
    CLEANS,
    LEADS,
    ImpossibleNow,
    InspectionState,
    NotServicedReason,
    Progress,
    TaskAction,
    TaskState,
    checked_reason,
    stopped,
)

UNDO_WITHIN = timedelta(minutes=2)
# Own taps that can be taken back for a while; what others build on (a hand-over, a correction) cannot.
TAKEN_BACK = frozenset(
    {
        TaskAction.START,
        TaskAction.PAUSE,
        TaskAction.RESUME,
        TaskAction.FINISH,
        TaskAction.NOT_SERVICED,
        TaskAction.CANCEL,
        TaskAction.INSPECT_PASS,
        TaskAction.INSPECT_FAIL,
    }
)
# A correction leads anywhere but there: only a failed inspection orders a re-clean.
CORRECTED_TO = frozenset(TaskState) - {TaskState.RE_CLEAN}


def hand_back(progress: Progress, at: datetime) -> Progress:
    """A begun task whose attendant went home: nobody's again, with the work done so far on its account.

    Raises:
        ImpossibleNow: nobody has begun it, or it is at its end.
    """
    if progress.state not in BEGUN:
        raise ImpossibleNow(
            "Only a task that has begun is handed back.", progress.state, TaskAction.TAKE_OVER, "state"
        )
    return replace(
        stopped(progress, at), state=TaskState.PLANNED, paused_at=None, attendant_id=None, attendant=None
    )


def check_undo(
    action: TaskAction | None, by_id: str, at: datetime, actor: Actor, now: datetime, state: TaskState
) -> None:
    """Whether the actor may take back the task's newest step.

    Args:
        action: of the newest step; None when it was no tap (the roll, a re-plan).
        by_id: whose step it is.
        at: when it happened.

    Raises:
        ImpossibleNow: not the actor's own, nothing to take back, or more than two minutes ago.
    """
    if action not in TAKEN_BACK or by_id != actor.id:
        raise ImpossibleNow(
            "Only your own last tap can be taken back.", state, TaskAction.UNDO, "not_your_tap"
        )
    if now - at > UNDO_WITHIN:
        raise ImpossibleNow(
            "A tap can be taken back for two minutes; ask a supervisor.", state, TaskAction.UNDO, "too_late"
        )


def correct(
    progress: Progress, to: TaskState, actor: Actor, at: datetime, reason: str | None
) -> tuple[Progress, str]:
    """A supervisor sets the task right; returns it and the cleaned reason. Work done stays on its account.

    Raises:
        Forbidden: not for the actor's roles.
        Invalid: no reason, or a state that a correction does not lead to.
        ImpossibleNow: it is in this state already.
    """
    if not actor.has(*LEADS):
        raise Forbidden(
            "not_for_role",
            "Only a supervisor corrects a task.",
            allowed=sorted(role.value for role in LEADS),
        )
    why = checked_reason(reason)
    if to not in CORRECTED_TO or (to == TaskState.INSPECTED and progress.kind not in CLEANS):
        raise Invalid(
            "cannot_correct_to",
            f"A task is not corrected to {to.value}.",
            field="to_state",
            allowed=sorted(state.value for state in CORRECTED_TO),
        )
    if to == progress.state:
        raise ImpossibleNow(f"The task is {to.value} already.", progress.state, TaskAction.CORRECT, "state")
    after = replace(
        stopped(progress, at),
        state=to,
        paused_at=None,
        finished_at=None,
        finished_by=None,
        not_serviced_reason=None,
        cancel_reason=None,
        inspection=None,
    )
    match to:
        case TaskState.PLANNED:
            after = replace(after, started_at=None, worked_seconds=0.0)
        case TaskState.STARTED:
            after = replace(after, started_at=progress.started_at or at, working_since=at)
        case TaskState.PAUSED:
            after = replace(after, started_at=progress.started_at or at, paused_at=at)
        case TaskState.FINISHED | TaskState.INSPECTED:
            after = replace(
                after,
                started_at=progress.started_at or at,
                finished_at=progress.finished_at or at,
                finished_by=progress.finished_by or progress.attendant or actor.name,
                inspection=InspectionState.PASSED if to == TaskState.INSPECTED else None,
            )
        case TaskState.NOT_SERVICED:
            after = replace(after, not_serviced_reason=NotServicedReason.NO_ACCESS)
        case TaskState.CANCELLED:
            after = replace(after, cancel_reason=why)
    return after, why
