"""How well preventive work was kept: in time, late, missed, by class. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from maintenance.preventive import WorkClass, WorkState, last_day

# Of fewer than these a share is told with the words that they are few.
FEW = 5


@dataclass(frozen=True, slots=True)
class Work:
    """One work of a plan on an asset, as compliance sees it."""

    id: str
    plan_id: str
    work_class: WorkClass
    due_on: date
    tolerance_days: int
    state: WorkState
    ended_on: date | None
    passed_over: int = 0


@dataclass(frozen=True, slots=True)
class Compliance:
    """How a class was kept: the ids of what was done in time, late, and not (yet, or cancelled) although
    its tolerance is over. `passed_over`: dates that went by while an earlier work was open; they count as
    due and not kept. `running`: due, its tolerance not over; counted neither way.

    `share` is None when nothing was due; `few`: too little was due to judge by.
    """

    work_class: WorkClass
    in_time: tuple[str, ...]
    late: tuple[str, ...]
    missed: tuple[str, ...]
    running: tuple[str, ...]
    passed_over: int

    @property
    def due(self) -> int:
        return len(self.in_time) + len(self.late) + len(self.missed) + self.passed_over

    @property
    def share(self) -> float | None:
        return len(self.in_time) / self.due if self.due else None

    @property
    def few(self) -> bool:
        return self.due < FEW


def compliance(works: Iterable[Work], start: date, today: date) -> list[Compliance]:
    """By class, of what was due from `start` to today; a class without anything due is left out."""
    by_class: dict[WorkClass, dict[str, list[str]]] = {}
    passed: dict[WorkClass, int] = {}
    for work in works:
        # What was done before its date counts at once.
        if work.due_on < start or (work.due_on > today and work.state is not WorkState.DONE):
            continue
        lists = by_class.setdefault(work.work_class, {"in_time": [], "late": [], "missed": [], "running": []})
        lists[_kept(work, today)].append(work.id)
        passed[work.work_class] = passed.get(work.work_class, 0) + work.passed_over
    return [
        Compliance(
            one,
            tuple(lists["in_time"]),
            tuple(lists["late"]),
            tuple(lists["missed"]),
            tuple(lists["running"]),
            passed[one],
        )
        for one, lists in sorted(by_class.items(), key=lambda pair: list(WorkClass).index(pair[0]))
    ]


def _kept(work: Work, today: date) -> str:
    last = last_day(work.due_on, work.tolerance_days)
    if work.state is WorkState.DONE and work.ended_on is not None:
        return "in_time" if work.ended_on <= last else "late"
    if work.state is WorkState.CANCELLED:
        return "missed"
    return "running" if today <= last else "missed"
