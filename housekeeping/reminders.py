"""Who is reminded of what: work past its time, and vacant dirty rooms that nobody holds. Pure.

First the attendant; so many minutes later, if nothing has happened, the supervisor.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from housekeeping.tasks import TaskState


class ReminderLevel(StrEnum):
    ATTENDANT = "attendant"
    SUPERVISOR = "supervisor"


class ReminderReason(StrEnum):
    LATE_START = "late_start"
    LATE_FINISH = "late_finish"
    LATE_RESPONSE = "late_response"
    NOBODY_HOLDS = "nobody_holds"


@dataclass(frozen=True, slots=True)
class RemindedTask:
    """A task that is not at its end.

    Attributes:
        minutes: the expected time; `p90_minutes`: nine of ten take no longer.
        worked_seconds: the work on its account, `working_since` its running part.
        dirty_since: since when its vacant room waits to be cleaned; None for other tasks.
    """

    id: str
    state: TaskState
    attendant_id: str | None
    minutes: float
    p90_minutes: float
    due_at: datetime | None
    response_due_at: datetime | None
    worked_seconds: float
    working_since: datetime | None
    dirty_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """`since`: the moment that was missed."""

    task_id: str
    attendant_id: str | None
    reason: ReminderReason
    level: ReminderLevel
    since: datetime


def latest_start(task: RemindedTask) -> datetime | None:
    """When the task must begin to be done in time; None when it has no time."""
    if task.due_at is None:
        return None
    return task.due_at - timedelta(minutes=task.minutes)


def missed(task: RemindedTask, now: datetime) -> tuple[ReminderReason, datetime] | None:
    """What the task has missed and since when; None when it is in time. A pause stops no clock but the
    account of the work."""
    if task.state == TaskState.PLANNED:
        if task.response_due_at is not None and task.response_due_at <= now:
            return ReminderReason.LATE_RESPONSE, task.response_due_at
        start = latest_start(task)
        if start is not None and start <= now:
            return ReminderReason.LATE_START, start
        if task.dirty_since is not None and task.attendant_id is None and task.dirty_since <= now:
            return ReminderReason.NOBODY_HOLDS, task.dirty_since
        return None
    if task.state == TaskState.STARTED and task.working_since is not None:
        end = task.working_since + timedelta(minutes=task.p90_minutes, seconds=-task.worked_seconds)
        if end <= now:
            return ReminderReason.LATE_FINISH, max(end, task.working_since)
    return None


def due_reminders(tasks: Iterable[RemindedTask], now: datetime, after_minutes: float) -> list[Reminder]:
    """Every reminder that is due now, by its level; which were raised already is the caller's account.

    What nobody holds has no attendant to remind: all who clean hear of it first.

    Args:
        after_minutes: so long past the missed moment the attendant is reminded, and as long again
            after that the supervisor.
    """
    found = []
    for task in tasks:
        what = missed(task, now)
        if what is None:
            continue
        reason, since = what
        waited = now - since
        if waited >= timedelta(minutes=2 * after_minutes):
            level = ReminderLevel.SUPERVISOR
        elif waited >= timedelta(minutes=after_minutes):
            level = ReminderLevel.ATTENDANT
        else:
            continue
        found.append(Reminder(task.id, task.attendant_id, reason, level, since))
    return found
