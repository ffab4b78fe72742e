"""What simulated housekeepers ask of the hotel's task list, and what they are told.

Attendants are known by the login of their account, rooms by their number. Whoever fills `Floor` acts as
that account; while a person is signed in as the same attendant it does nothing and says so
(`TAKEN_OVER`), so that a person can have an attendant's day by signing in, and gives it back by signing
out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from simulators.workshop import SeenTicket, WorkshopAct

TAKEN_OVER = "taken_over"
URGENCY = ("queue", "vip", "arrival", "normal", "last")


@dataclass(frozen=True, slots=True)
class SeenTask:
    """A task as the attendant reads it; `mine`: it is this attendant's, else nobody's."""

    id: str
    kind: str
    state: str
    room: str | None
    mine: bool
    priority: str
    sequence: int | None
    minutes: float
    earliest_at: datetime | None = None
    due_at: datetime | None = None
    unticked: tuple[str, ...] = ()
    checklist_version: int | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LookAtTasks:
    """The open tasks that are the attendant's or nobody's."""

    login: str


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap on a task; `reason` where one is needed, `ticks` are lines of its checklist."""

    login: str
    task: SeenTask
    action: str
    reason: str | None = None
    ticks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportFault:
    login: str
    room: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportFound:
    login: str
    room: str
    what: str
    category: str


@dataclass(frozen=True, slots=True)
class CountMinibar:
    """How many of each good the guest has taken."""

    login: str
    room: str
    consumed: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class RequestForGuest:
    """The desk passes on what a guest asked for by telephone."""

    room: str
    note: str


@dataclass(frozen=True, slots=True)
class StockUp:
    """The supervisor says which goods there are, what to tick off in a room and what is inspected, where
    nobody has said so yet."""


@dataclass(frozen=True, slots=True)
class PlanDay:
    """The supervisor enters who works when, where nobody has, and has the day planned."""

    shifts: tuple[tuple[str, datetime, datetime], ...]  # login, beginning, end


@dataclass(frozen=True, slots=True)
class LookAtCleans:
    """The finished cleans that wait for an inspection, as a supervisor reads them."""


@dataclass(frozen=True, slots=True)
class Inspect:
    """A supervisor's verdict; with a reason the room is cleaned again."""

    task: SeenTask
    reason: str | None = None


FloorAct = (
    RequestForGuest
    | LookAtTasks
    | Tap
    | ReportFault
    | ReportFound
    | CountMinibar
    | StockUp
    | PlanDay
    | LookAtCleans
    | Inspect
    | WorkshopAct
)


@dataclass(frozen=True, slots=True)
class FloorAnswer:
    """How it went; `tasks` or `tickets` for a look. `code` says why not."""

    ok: bool
    code: str | None = None
    tasks: tuple[SeenTask, ...] = ()
    tickets: tuple[SeenTicket, ...] = ()


class Floor(Protocol):
    """The hotel's tasks, as attendants and supervisors meet them."""

    @property
    def attendants(self) -> Sequence[str]:
        """Logins of the attendants."""
        ...

    @property
    def engineers(self) -> Sequence[str]:
        """Logins of the engineers."""
        ...

    def submit(self, act: FloorAct, done: Callable[[FloorAnswer], None]) -> None:
        """Do `act` and call `done` with the answer, once; from any thread."""
        ...


def choose(
    tasks: Sequence[SeenTask], now: datetime, not_now: frozenset[str] = frozenset()
) -> SeenTask | None:
    """What an attendant does next: what is in hand, then the own tasks in their order, then nobody's by
    urgency. `not_now` are rooms where somebody asked to come back later."""

    def rank(task: SeenTask) -> tuple[object, ...]:
        far = datetime.max.replace(tzinfo=now.tzinfo)
        return (
            task.state == "planned",
            not task.mine,
            task.sequence if task.sequence is not None else 10_000,
            URGENCY.index(task.priority) if task.priority in URGENCY else len(URGENCY),
            task.due_at or far,
            task.room or "",
            task.id,
        )

    able = [
        task
        for task in tasks
        if task.kind != "inspection"
        and (task.state == "planned" or task.mine)
        and (task.earliest_at is None or task.earliest_at <= now or task.state != "planned")
        and task.room not in not_now
    ]
    return min(able, key=rank, default=None)
