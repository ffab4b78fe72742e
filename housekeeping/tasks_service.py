"""Tasks: load, decide by the tables of `tasks`, save with their history, announce.

A task's effect on its room (a finished clean makes it clean) is written in the same transaction. Which
tasks a day needs is made elsewhere (`tasks_day`); who does them in which order, by the boards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from hotel.actor import Actor, Role
from hotel.clock import Clock
from hotel.database import Database, Transaction
from hotel.errors import Forbidden, Invalid
from hotel.requests import check_version
from hotel.rooms import find_room
from housekeeping import rules_store, shifts_store, tasks_store
from housekeeping.checklists import (
    Checklist,
    checklist_id,
    clean_items,
)
from housekeeping.ports import WishTexts
from housekeeping.rules import rule_for
from housekeeping.service import HousekeepingService
from housekeeping.status import Cleanliness
from housekeeping.tasks import (
    CLEANS,
    DESK_KINDS,
    LEADS,
    OPEN_STATES,
    ImpossibleNow,
    Progress,
    TaskAction,
    TaskKind,
    TaskPriority,
    TaskState,
)
from housekeeping.tasks_book import (
    MINUTES_PER_CREDIT,
    USUAL_MINUTES,
    TaskBook,
    checklist_of_task,
    clean_note,
    unknown_task,
)
from housekeeping.tasks_store import TaskFilter, TaskRow, TaskStepRow
from housekeeping.tasks_taps import TaskTap, TaskTaps

MOST_MINUTES = 600.0
# What the day sets on a task, unless a supervisor has.
SET_BY_HOUSE = frozenset({"earliest_at", "due_at", "priority"})


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task that somebody asks for by hand; a room or an area."""

    kind: TaskKind
    room: str | None = None
    area: str | None = None
    floor: str | None = None
    minutes: float | None = None
    credits: float | None = None
    earliest_at: datetime | None = None
    due_at: datetime | None = None
    priority: TaskPriority = TaskPriority.NORMAL
    note: str | None = None
    attendant_id: str | None = None
    response_minutes: float | None = None
    supplies: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class TaskChanges:
    """What an edit sets; a name that is missing in `given` stays."""

    given: frozenset[str]
    minutes: float | None = None
    credits: float | None = None
    earliest_at: datetime | None = None
    due_at: datetime | None = None
    priority: TaskPriority = TaskPriority.NORMAL
    note: str | None = None
    attendant_id: str | None = None
    locked: bool = False
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who gets a task and as which one of the day; `why` is what the person reads."""

    task_id: str
    attendant_id: str | None
    attendant: str | None
    sequence: int | None
    why_code: str | None = None
    why_params: Mapping[str, Any] = field(default_factory=dict)
    locked: bool | None = None


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with what its row alone does not say."""

    row: TaskRow
    progress: Progress
    checklist: Checklist | None
    wish: str | None = None
    # Who works in the same rooms as the one who has it.
    partner_id: str | None = None


class TaskService(TaskBook):
    """The tasks of the property.

    Args:
        rooms: whose status the work changes.
        wishes: opens the wishes that tasks are made from; without it they have no text.
    """

    def __init__(
        self, database: Database, clock: Clock, rooms: HousekeepingService, wishes: WishTexts | None = None
    ) -> None:
        super().__init__(database, rooms)
        self._clock = clock
        self._wishes = wishes
        self._taps = TaskTaps(self)
        rooms.when_set(self._room_was_set)

    def show(self, task_id: str) -> TaskView:
        """Raises NotFound."""
        with self.database.read() as session:
            row = tasks_store.task(session, self.database.property_id, task_id)
            if row is None:
                raise unknown_task(task_id)
        return self._views([row])[0]

    def page(self, wanted: TaskFilter, limit: int) -> tuple[list[TaskView], str | None]:
        """Tasks in the order of their ids, and the id behind which the next page begins."""
        with self.database.read() as session:
            rows = tasks_store.tasks(session, self.database.property_id, wanted, limit + 1)
        return self._views(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None

    def shared_lists(self, attendant_id: str, day: date | None) -> tuple[tuple[date, str], ...]:
        """The lists of others, as (day, attendant), whom somebody works with as a pair."""
        with self.database.read() as session:
            return tuple(shifts_store.paired_days(session, self.database.property_id, attendant_id, day))

    def history(self, task_id: str) -> Sequence[TaskStepRow]:
        """The steps of a task, oldest first. Raises NotFound."""
        with self.database.read() as session:
            if tasks_store.task(session, self.database.property_id, task_id) is None:
                raise unknown_task(task_id)
            return tasks_store.steps_of(session, self.database.property_id, task_id)

    def _views(self, rows: Sequence[TaskRow]) -> list[TaskView]:
        with self.database.read() as session:
            newest = tasks_store.newest_checklists(session, self.database.property_id)
            pinned = {
                (one.id, row.checklist_version)
                for row in rows
                if row.checklist_version is not None
                and (one := checklist_of_task(newest, row)) is not None
                and one.version != row.checklist_version
            }
            older = tasks_store.checklists_at(session, self.database.property_id, sorted(pinned))
            days = {row.business_date for row in rows if row.attendant_id is not None}
            partners = shifts_store.partners(session, self.database.property_id, days) if days else {}
        wished = {str(row.stay_id) for row in rows if row.wish_ref and row.stay_id}
        texts = self._wishes.texts(wished) if self._wishes is not None and wished else {}
        return [
            TaskView(
                row,
                tasks_store.progress_of(row),
                _shown(row, newest, older),
                texts.get((row.stay_id or "", row.wish_ref or "")),
                partners.get((row.business_date, row.attendant_id or "")),
            )
            for row in rows
        ]

    def create(self, tx: Transaction, actor: Actor, new: NewTask) -> str:
        """Make a task and return its id.

        Raises:
            Forbidden: not for the actor's roles (the desk asks for guests, attendants for their rooms).
            Invalid, NotFound: neither room nor area, an unknown room or attendant, minutes out of range.
        """
        _check_may_ask(actor, new.kind)
        floor = new.floor
        room_type = None
        if new.room is not None:
            room = find_room(tx.session, tx.property_id, new.room)
            floor, room_type = room.floor, room.type_code
        elif not (new.area or "").strip():
            raise Invalid("no_place", "A task has a room or an area.", field="room")
        now = tx.clock.now()
        rule = rule_for(rules_store.rules(tx.session, tx.property_id), new.kind, room_type)
        minutes = _minutes(new.minutes, rule.minutes if rule else USUAL_MINUTES)
        response = new.response_minutes
        if response is None and rule is not None and new.kind == TaskKind.GUEST_REQUEST:
            response = rule.response_minutes
        row = self.make(
            tx,
            actor,
            "asked",
            kind=new.kind.value,
            room=new.room,
            area=(new.area or "").strip()[:100] or None if new.room is None else None,
            floor=floor,
            room_type=room_type,
            why_code="asked",
            minutes=minutes,
            credits=minutes / MINUTES_PER_CREDIT if new.credits is None else new.credits,
            earliest_at=new.earliest_at,
            due_at=new.due_at,
            response_due_at=None if response is None else now + timedelta(minutes=response),
            priority=new.priority.value,
            note=clean_note(new.note),
            supplies=list(new.supplies),
            attendant_id=new.attendant_id,
            attendant=self.attendant(tx, new.attendant_id),
        )
        tx.audit(actor, "task.create", f"task:{row.id}", kind=row.kind, room=row.room)
        return row.id

    def act(self, tx: Transaction, actor: Actor, task_id: str, tap: TaskTap) -> dict[str, Any]:
        """Do what a person tapped; see `TaskTaps.act`."""
        return self._taps.act(tx, actor, task_id, tap)

    def edit(self, tx: Transaction, actor: Actor, task_id: str, seen: int, changes: TaskChanges) -> int:
        """A supervisor's edit; returns the new version.

        Raises:
            StaleVersion: somebody else changed it meanwhile.
            ImpossibleNow: the task has ended, or runs and would change hands.
            Forbidden, Invalid, NotFound.
        """
        if not actor.has(*LEADS):
            raise Forbidden("not_for_role", "Only a supervisor edits a task.")
        row = self.for_edit(tx, task_id)
        check_version("The task", seen, row.version)
        state = TaskState(row.state)
        if state not in OPEN_STATES:
            raise ImpossibleNow("The task has ended; correct it first.", state, TaskAction.CORRECT, "state")
        before, old = tasks_store.progress_of(row), row.attendant_id
        given = changes.given
        if "attendant_id" in given and changes.attendant_id != old:
            if state != TaskState.PLANNED:
                raise ImpossibleNow(
                    "The task has begun: take it over instead.", state, TaskAction.TAKE_OVER, "begun"
                )
            row.attendant_id = changes.attendant_id
            row.attendant = self.attendant(tx, changes.attendant_id)
            row.sequence = None
        if "minutes" in given:
            row.minutes = _minutes(changes.minutes, row.minutes)
        if "credits" in given and changes.credits is not None:
            row.credits = changes.credits
        for name in ("earliest_at", "due_at", "locked", "sequence"):
            if name in given:
                setattr(row, name, getattr(changes, name))
        if "priority" in given:
            row.priority = changes.priority.value
        if "note" in given:
            row.note = clean_note(changes.note)
        row.by_hand = sorted({*row.by_hand, *(given & SET_BY_HOUSE)})
        self.step(
            tx,
            row,
            before,
            "edited",
            actor,
            tx.clock.now(),
            "edit",
            detail={"fields": sorted(given)},
            previous_attendant=old,
        )
        tx.audit(actor, "task.edit", f"task:{row.id}", fields=sorted(given))
        return row.version

    def assign(self, tx: Transaction, actor: Actor, given: Sequence[Assignment], cause: str) -> list[str]:
        """Give tasks to people; returns the ids of those that changed hands or place.

        Tasks that have begun or ended stay with whom they are: a plan made a moment ago may not know.
        """
        changed = []
        for one in sorted(given, key=lambda assignment: assignment.task_id):
            row = tasks_store.task_for_edit(tx.session, tx.property_id, one.task_id)
            if row is None or row.state != TaskState.PLANNED.value:
                continue
            locked = row.locked if one.locked is None else one.locked
            if (row.attendant_id, row.attendant, row.sequence, row.locked) == (
                one.attendant_id,
                one.attendant,
                one.sequence,
                locked,
            ):
                continue
            before, old = tasks_store.progress_of(row), row.attendant_id
            row.attendant_id, row.attendant = one.attendant_id, one.attendant
            row.sequence, row.locked = one.sequence, locked
            if one.why_code is not None:
                row.why_code, row.why_params = one.why_code, dict(one.why_params)
            self.step(tx, row, before, "assigned", actor, tx.clock.now(), cause, previous_attendant=old)
            changed.append(row.id)
        return changed

    def _room_was_set(self, tx: Transaction, actor: Actor, room: str, after: Cleanliness) -> None:
        """Somebody set the room's status by hand, or another system did: "inspected" makes its clean
        needless, "dirty" its inspection."""
        needless = {
            Cleanliness.INSPECTED: (CLEANS | {TaskKind.INSPECTION}, "inspected"),
            Cleanliness.CLEAN: (CLEANS, "clean"),
            Cleanliness.DIRTY: (frozenset({TaskKind.INSPECTION}), "dirty"),
            Cleanliness.PICKUP: (frozenset({TaskKind.INSPECTION}), "dirty"),
        }
        kinds, reason = needless[after]
        for row in tasks_store.open_tasks(tx.session, tx.property_id, [room]):
            if row.kind in kinds and row.state == TaskState.PLANNED.value:
                self.close(tx, self.for_edit(tx, row.id), TaskState.CANCELLED, reason, actor)

    def checklists(self) -> list[Checklist]:
        """The newest version of every checklist."""
        with self.database.read() as session:
            return list(tasks_store.newest_checklists(session, self.database.property_id).values())

    def put_checklist(
        self,
        tx: Transaction,
        actor: Actor,
        kind: TaskKind,
        room_type: str | None,
        seen: int,
        items: Sequence[tuple[str | None, str]],
    ) -> Checklist:
        """A new version; tasks that have begun keep theirs.

        Raises:
            StaleVersion: somebody else made a version meanwhile.
            Invalid: see `checklists.clean_items`.
            Forbidden: not a supervisor.
        """
        if not actor.has(*LEADS):
            raise Forbidden("not_for_role", "Only a supervisor changes a checklist.")
        name = checklist_id(kind, room_type)
        known = tasks_store.newest_checklists(tx.session, tx.property_id).get(name)
        current = known.version if known else 0
        check_version(f"The checklist {name}", seen, current)
        made = Checklist(name, current + 1, clean_items(items))
        tx.session.add(
            tasks_store.ChecklistRow(
                property_id=tx.property_id,
                id=name,
                version=made.version,
                items=[asdict(item) for item in made.items],
                by=actor.name,
                at=tx.clock.now(),
            )
        )
        tx.audit(actor, "checklist.put", f"checklist:{name}", version=made.version)
        return made


def _shown(
    row: TaskRow, newest: Mapping[str, Checklist], older: Mapping[tuple[str, int], Checklist]
) -> Checklist | None:
    current = checklist_of_task(newest, row)
    if current is None or row.checklist_version is None:
        return current
    return older.get((current.id, row.checklist_version), current)


def _check_may_ask(actor: Actor, kind: TaskKind) -> None:
    desk = kind in DESK_KINDS and actor.has(Role.FRONT_DESK)
    own = kind in DESK_KINDS | {TaskKind.PICKUP, TaskKind.PUBLIC_AREA} and actor.has(Role.ATTENDANT)
    if not (desk or own or actor.has(*LEADS)):
        raise Forbidden("not_for_role", f"Your role does not ask for {kind.value.replace('_', ' ')}.")


def _minutes(minutes: float | None, usual: float) -> float:
    if minutes is None:
        return usual
    if not 0 < minutes <= MOST_MINUTES:
        raise Invalid(
            "minutes_out_of_range",
            f"Minutes are above 0 and at most {MOST_MINUTES:g}.",
            field="minutes",
            high=MOST_MINUTES,
        )
    return minutes
