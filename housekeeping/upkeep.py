"""Brings the tasks that are there into line with what the day needs: what to make, move and close. Pure.

Asked again and again: when the tasks are in line, nothing is to be done. What people asked for by hand
has no origin and is never touched; what has begun is left alone; what a person ended stays ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from housekeeping.needs import Day, Wanted
from housekeeping.tasks import TaskKind, TaskPriority, TaskState


@dataclass(frozen=True, slots=True)
class Known:
    """A task that is there already.

    `by_house`: its newest step was the house's own. `by_hand`: what a supervisor has set; it stays.
    """

    id: str
    origin: str
    kind: TaskKind
    state: TaskState
    room: str | None
    business_date: date
    earliest_at: datetime | None
    due_at: datetime | None
    priority: TaskPriority
    why_code: str
    by_house: bool
    stay_id: str | None = None
    by_hand: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Make:
    """`takes_after`: the task that this one takes the place of, with its attendant."""

    wanted: Wanted
    takes_after: str | None = None


@dataclass(frozen=True, slots=True)
class Reopen:
    task_id: str
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Bring:
    """A planned task gets the times and the rank of today."""

    task_id: str
    wanted: Wanted
    carried: bool


@dataclass(frozen=True, slots=True)
class Close:
    task_id: str
    state: TaskState
    reason: str


Change = Make | Reopen | Bring | Close
# One turns into the other when a guest leaves early or stays on.
_SWAPPED = (TaskKind.DEPARTURE, TaskKind.STAYOVER)


def reconcile(
    wanted: Sequence[Wanted], known: Sequence[Known], day: Day, gone: Mapping[str, str], dnd: frozenset[str]
) -> list[Change]:
    """What brings the tasks into line with what is wanted.

    Args:
        known: every open task with an origin, and those whose origin is wanted.
        gone: by stay, why it has left its room ("checked_out", "moved").
        dnd: rooms whose panel asks not to be disturbed.
    """
    by_origin = {one.origin: one for one in known}
    changes: list[Change] = []
    freed: dict[str, str] = {}
    origins = {one.origin for one in wanted}
    for task in known:
        if task.state != TaskState.PLANNED or task.origin in origins:
            continue
        to, reason = _closing(task, day, gone, dnd)
        changes.append(Close(task.id, to, reason))
        if task.kind in _SWAPPED and task.room is not None:
            freed[task.room] = task.id
    for one in wanted:
        there = by_origin.get(one.origin)
        if there is None:
            if not one.declined:
                takes_after = freed.get(one.room or "") if one.kind in _SWAPPED else None
                changes.append(Make(one, takes_after))
        elif there.state == TaskState.PLANNED:
            if one.declined:
                changes.append(Close(there.id, TaskState.NOT_SERVICED, "declined"))
            elif _differs(there, one, day):
                changes.append(Bring(there.id, one, there.business_date != day.business_date))
        elif (
            there.state in (TaskState.CANCELLED, TaskState.NOT_SERVICED)
            and there.by_house
            and not one.declined
        ):
            changes.append(Reopen(there.id, one))
    return changes


def _closing(task: Known, day: Day, gone: Mapping[str, str], dnd: frozenset[str]) -> tuple[TaskState, str]:
    if task.stay_id is not None and task.stay_id in gone:
        return TaskState.CANCELLED, gone[task.stay_id]
    if task.business_date < day.business_date:
        if task.room in dnd and task.kind in (TaskKind.STAYOVER, TaskKind.TURNDOWN, TaskKind.LINEN_CHANGE):
            return TaskState.NOT_SERVICED, "dnd"
        return TaskState.CANCELLED, "day_closed"
    return TaskState.CANCELLED, "not_needed"


def _differs(task: Known, wanted: Wanted, day: Day) -> bool:
    if task.business_date != day.business_date or task.why_code != wanted.why_code:
        return True
    return any(
        getattr(task, name) != getattr(wanted, name)
        for name in ("earliest_at", "due_at", "priority")
        if name not in task.by_hand
    )
