"""Tasks: load, decide by the tables of `tasks`, save with their history, announce.

A task's effect on its room (a finished clean makes it clean) is written in the same transaction. Which
tasks a day needs is made elsewhere (`tasks_day`); who does them in which order, by the boards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hotel.actor import SYSTEM, Actor, Role
from hotel.clock import Clock
from hotel.database import Database, Transaction
from hotel.errors import Forbidden, Invalid, NotFound
from hotel.files import check_photos
from hotel.ids import new_id
from hotel.messages import TaskChanged
from hotel.requests import check_version
from hotel.rooms import find_property, find_room
from hotel.staff_store import person_name
from housekeeping import rules_store, tasks_store
from housekeeping.checklists import (
    Checklist,
    TwoVersions,
    checklist_for,
    checklist_id,
    clean_items,
    merge_ticks,
)
from housekeeping.inspection import demanded_by
from housekeeping.ports import WishTexts
from housekeeping.rules import rule_for
from housekeeping.service import HousekeepingService
from housekeeping.status import Cleanliness, Turndown
from housekeeping.tasks import (
    CLEANS,
    DESK_KINDS,
    LEADS,
    LONGEST_NOTE,
    OPEN_STATES,
    ImpossibleNow,
    Progress,
    Tap,
    TaskAction,
    TaskKind,
    TaskPriority,
    TaskState,
    action_of,
    advance,
    check_undo,
    cleanliness_after,
    correct,
    happened_at,
    progress_from_json,
    progress_to_json,
)
from housekeeping.tasks_store import TaskFilter, TaskRow, TaskStepRow

MOST_MINUTES = 600.0
MOST_NOTES = 50
# A re-clean mends what the inspector found; it is not the whole clean again.
RE_CLEAN_SHARE = 0.5
# A kind without an active rule.
USUAL_MINUTES = 15.0
MINUTES_PER_CREDIT = 30.0
# What the day sets on a task, unless a supervisor has.
SET_BY_HOUSE = frozenset({"earliest_at", "due_at", "priority"})

_VERDICTS = (TaskAction.INSPECT_PASS, TaskAction.INSPECT_FAIL)


@dataclass(frozen=True, slots=True)
class TaskTap:
    """What a tablet sends for a task.

    `seen_state`: the state that the person saw. `age_seconds`: how long ago, by the tablet's own account.
    """

    action: TaskAction
    age_seconds: float = 0.0
    seen_state: TaskState | None = None
    reason: str | None = None
    note: str | None = None
    ticks: Mapping[str, bool] | None = None
    checklist_version: int | None = None
    minutes: float | None = None
    to_state: TaskState | None = None
    attendant_id: str | None = None
    photos: tuple[str, ...] = ()


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


class TaskService:
    """The tasks of the property.

    Args:
        rooms: whose status the work changes.
        wishes: opens the wishes that tasks are made from; without it they have no text.
    """

    def __init__(
        self, database: Database, clock: Clock, rooms: HousekeepingService, wishes: WishTexts | None = None
    ) -> None:
        self.database = database
        self.rooms = rooms
        self._clock = clock
        self._wishes = wishes
        rooms.when_set(self._room_was_set)

    # -- reading

    def show(self, task_id: str) -> TaskView:
        """Raises NotFound."""
        with self.database.read() as session:
            row = tasks_store.task(session, self.database.property_id, task_id)
            if row is None:
                raise _unknown(task_id)
        return self._views([row])[0]

    def page(self, wanted: TaskFilter, limit: int) -> tuple[list[TaskView], str | None]:
        """Tasks in the order of their ids, and the id behind which the next page begins."""
        with self.database.read() as session:
            rows = tasks_store.tasks(session, self.database.property_id, wanted, limit + 1)
        return self._views(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None

    def history(self, task_id: str) -> Sequence[TaskStepRow]:
        """The steps of a task, oldest first. Raises NotFound."""
        with self.database.read() as session:
            if tasks_store.task(session, self.database.property_id, task_id) is None:
                raise _unknown(task_id)
            return tasks_store.steps_of(session, self.database.property_id, task_id)

    def _views(self, rows: Sequence[TaskRow]) -> list[TaskView]:
        with self.database.read() as session:
            newest = tasks_store.newest_checklists(session, self.database.property_id)
            pinned = {
                (one.id, row.checklist_version)
                for row in rows
                if row.checklist_version is not None
                and (one := _checklist(newest, row)) is not None
                and one.version != row.checklist_version
            }
            older = tasks_store.checklists_at(session, self.database.property_id, sorted(pinned))
        wished = {str(row.stay_id) for row in rows if row.wish_ref and row.stay_id}
        texts = self._wishes.texts(wished) if self._wishes is not None and wished else {}
        return [
            TaskView(
                row,
                tasks_store.progress_of(row),
                _shown(row, newest, older),
                texts.get((row.stay_id or "", row.wish_ref or "")),
            )
            for row in rows
        ]

    # -- by hand

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
            note=_note(new.note),
            supplies=list(new.supplies),
            attendant_id=new.attendant_id,
            attendant=self._attendant(tx, new.attendant_id),
        )
        tx.audit(actor, "task.create", f"task:{row.id}", kind=row.kind, room=row.room)
        return row.id

    def make(self, tx: Transaction, actor: Actor, cause: str, **columns: Any) -> TaskRow:
        """A new planned task with its first step. `columns` are those of the row."""
        now = tx.clock.now()
        columns.setdefault("business_date", find_property(tx.session, tx.property_id).business_date)
        row = TaskRow(
            id=new_id(),
            property_id=tx.property_id,
            state=TaskState.PLANNED.value,
            worked_seconds=0.0,
            ticks={},
            notes=[],
            steps=0,
            last_at=now,
            last_action="",
            last_by_id="",
            last_by="",
            changed_at=now,
            **{
                "why_params": {},
                "locked": False,
                "supplies": [],
                "by_hand": [],
                "nights": 0,
                "priority": TaskPriority.NORMAL.value,
                **columns,
            },
        )
        tx.session.add(row)
        tx.session.flush()
        self._step(tx, row, None, "made", actor, now, cause)
        return row

    def act(self, tx: Transaction, actor: Actor, task_id: str, tap: TaskTap) -> dict[str, Any]:
        """Do what a person tapped; returns {"task_id", "version", "checklist_conflict"?}.

        Raises:
            NotFound: no such task.
            ImpossibleNow: the table has no such step from the state that the task is in now.
            Forbidden, Invalid: see `tasks`.
        """
        row = self.for_edit(tx, task_id)
        if tap.seen_state is not None and tap.seen_state != row.state:
            raise ImpossibleNow(
                f"You saw this task {tap.seen_state.value}; it is {row.state} now.",
                TaskState(row.state),
                tap.action,
                "changed_meanwhile",
            )
        received = tx.clock.now()
        at = happened_at(received, tap.age_seconds, row.last_at)
        if tap.action == TaskAction.UNDO:
            self._undo(tx, row, actor, at, received)
            conflict = None
        elif tap.action == TaskAction.CORRECT:
            self._correct(tx, row, actor, tap, at)
            conflict = None
        else:
            conflict = self._tap(tx, row, actor, tap, at)
        tx.audit(actor, f"task.{tap.action.value}", f"task:{row.id}", room=row.room, state=row.state)
        answer: dict[str, Any] = {"task_id": row.id, "version": row.version}
        if conflict is not None:
            answer["checklist_conflict"] = conflict
        return answer

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
            row.attendant = self._attendant(tx, changes.attendant_id)
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
            row.note = _note(changes.note)
        row.by_hand = sorted({*row.by_hand, *(given & SET_BY_HOUSE)})
        self._step(
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
            self._step(tx, row, before, "assigned", actor, tx.clock.now(), cause, previous_attendant=old)
            changed.append(row.id)
        return changed

    # -- inside

    def for_edit(self, tx: Transaction, task_id: str) -> TaskRow:
        """The task's row, locked, its room before it. Raises NotFound."""
        row = tasks_store.task(tx.session, tx.property_id, task_id)
        if row is None:
            raise _unknown(task_id)
        if row.room is not None:
            self.rooms.hold_room(tx, row.room)
        tx.session.expire(row)
        locked = tasks_store.task_for_edit(tx.session, tx.property_id, task_id)
        if locked is None:
            raise _unknown(task_id)
        return locked

    def _tap(
        self, tx: Transaction, row: TaskRow, actor: Actor, tap: TaskTap, at: datetime
    ) -> dict[str, Any] | None:
        before = tasks_store.progress_of(row)
        rule = self._inspection_rule(tx, row, actor) if tap.action == TaskAction.FINISH else None
        attendant = None
        if tap.action == TaskAction.TAKE_OVER and tap.attendant_id is not None:
            attendant = (tap.attendant_id, str(self._attendant(tx, tap.attendant_id)))
        after = advance(before, Tap(tap.action, actor, at, tap.reason, attendant, demanded=rule is not None))
        conflict, detail = self._tick(tx, row, tap)
        tasks_store.put_progress(row, after)
        if tap.action == TaskAction.FINISH:
            row.inspection_rule = rule
            if tap.minutes is not None:
                detail["minutes"] = tap.minutes
        if tap.photos:
            detail["photos"] = check_photos(tx.session, tx.property_id, tap.photos)
        if tap.action in _VERDICTS:
            row.inspected_by = actor.name
        self._add_note(row, tap.note, actor, at)
        step = self._step(
            tx,
            row,
            before,
            tap.action.value,
            actor,
            at,
            "tap",
            reason=tap.reason,
            note=_note(tap.note),
            detail=detail,
        )
        self._follow(tx, row, before, step, actor, tap)
        return conflict

    def _tick(
        self, tx: Transaction, row: TaskRow, tap: TaskTap
    ) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        """The ticks that came with a tap: (both versions when they differ, what the history keeps)."""
        newest = tasks_store.newest_checklists(tx.session, tx.property_id)
        current = _checklist(newest, row)
        begins = tap.action in (TaskAction.START, TaskAction.TICK)
        if current is not None and row.checklist_version is None and begins:
            row.checklist_version = current.version
        if not tap.ticks:
            if tap.action == TaskAction.TICK:
                raise Invalid("no_ticks", "Say which lines are done.", field="checklist")
            return None, {}
        if current is None:
            raise Invalid("no_checklist", "This task has no checklist.", field="checklist")
        wanted = {
            (current.id, version) for version in (row.checklist_version, tap.checklist_version) if version
        }
        known = tasks_store.checklists_at(tx.session, tx.property_id, sorted(wanted))
        current = known.get((current.id, row.checklist_version or 0), current)
        seen = None
        if tap.checklist_version is not None and tap.checklist_version != current.version:
            seen = known.get((current.id, tap.checklist_version))
            if seen is None:
                raise Invalid(
                    "unknown_checklist_version",
                    f"There is no version {tap.checklist_version} of this checklist.",
                    field="checklist_version",
                )
        row.ticks, two = merge_ticks(current, seen, row.ticks, tap.ticks)
        detail = {"ticks": dict(tap.ticks), "checklist_version": (seen or current).version}
        return None if two is None else _two_versions(two, row.ticks), detail

    def _follow(
        self, tx: Transaction, row: TaskRow, before: Progress, step: TaskStepRow, actor: Actor, tap: TaskTap
    ) -> None:
        """What a step does to the room and to other tasks."""
        kind, after = before.kind, TaskState(row.state)
        if row.room is not None:
            hotel = find_property(tx.session, tx.property_id)
            kept, _ = rules_store.settings(tx.session, tx.property_id)
            must_be = hotel.inspection_required and kept.inspected_used
            made = cleanliness_after(kind, before.state, after, row.inspection_rule is not None, must_be)
            if made == Cleanliness.INSPECTED and not kept.inspected_used:
                made = Cleanliness.CLEAN
            if made is not None:
                cause = f"{_cause(row)}{step.number}:"
                self.rooms.set_cleanliness(tx, row.room, made, actor.name, cause, step.reason)
            if kind == TaskKind.TURNDOWN and after == TaskState.FINISHED:
                self.rooms.set_turndown(tx, row.room, Turndown.COMPLETED, actor.name)
        if tap.action == TaskAction.FINISH and row.inspection_rule is not None:
            self._open_inspection(tx, row, step)
        if tap.action in _VERDICTS:
            if kind == TaskKind.INSPECTION and row.inspection_of is not None:
                self._pass_on(tx, row.inspection_of, actor, tap, step.at)
            elif kind != TaskKind.INSPECTION:
                inspecting = tasks_store.task_inspecting(tx.session, tx.property_id, row.id)
                if inspecting is not None:
                    self._verdict_on(tx, inspecting, actor, tap, step.at)
                if tap.action == TaskAction.INSPECT_FAIL:
                    self._order_re_clean(tx, row, actor, tap)

    def _verdict_on(self, tx: Transaction, row: TaskRow, actor: Actor, tap: TaskTap, at: datetime) -> None:
        """The same verdict on the other half of the pair clean and inspection."""
        before = tasks_store.progress_of(row)
        tasks_store.put_progress(row, advance(before, Tap(tap.action, actor, max(at, row.last_at))))
        row.inspected_by = actor.name
        self._step(
            tx, row, before, tap.action.value, actor, max(at, row.last_at), "verdict", reason=tap.reason
        )

    def _pass_on(self, tx: Transaction, task_id: str, actor: Actor, tap: TaskTap, at: datetime) -> None:
        row = self.for_edit(tx, task_id)
        before = tasks_store.progress_of(row)
        self._verdict_on(tx, row, actor, tap, at)
        steps = tasks_store.newest_step(tx.session, row.id)
        assert steps is not None
        self._follow(tx, row, before, steps, actor, tap)

    def _open_inspection(self, tx: Transaction, row: TaskRow, step: TaskStepRow) -> None:
        rules = rules_store.rules(tx.session, tx.property_id)
        rule = rule_for(rules, TaskKind.INSPECTION, row.room_type)
        self.make(
            tx,
            SYSTEM,
            "inspection_demanded",
            kind=TaskKind.INSPECTION.value,
            room=row.room,
            area=row.area,
            floor=row.floor,
            room_type=row.room_type,
            business_date=row.business_date,
            origin=f"inspection:{row.id}:{step.number}",
            inspection_of=row.id,
            stay_id=row.stay_id,
            minutes=USUAL_MINUTES if rule is None else rule.minutes,
            credits=0.0 if rule is None else rule.credits,
            earliest_at=step.at,
            due_at=row.due_at,
            priority=row.priority,
            why_code="inspection",
            why_params={"rule": row.inspection_rule},
        )

    def _order_re_clean(self, tx: Transaction, row: TaskRow, actor: Actor, tap: TaskTap) -> None:
        minutes = max(5.0, row.minutes * RE_CLEAN_SHARE)
        urgent = TaskPriority(row.priority) in (TaskPriority.QUEUE, TaskPriority.VIP)
        self.make(
            tx,
            actor,
            "inspection_failed",
            kind=row.kind,
            room=row.room,
            area=row.area,
            floor=row.floor,
            room_type=row.room_type,
            business_date=row.business_date,
            re_clean_of=row.id,
            stay_id=row.stay_id,
            minutes=minutes,
            credits=minutes / MINUTES_PER_CREDIT,
            due_at=row.due_at,
            priority=row.priority if urgent else TaskPriority.ARRIVAL.value,
            why_code="re_clean",
            why_params={"reason": tap.reason, **({"photos": list(tap.photos)} if tap.photos else {})},
            attendant_id=row.attendant_id,
            attendant=row.attendant,
            note=_note(tap.note),
        )

    def _undo(self, tx: Transaction, row: TaskRow, actor: Actor, at: datetime, received: datetime) -> None:
        newest = tasks_store.newest_step(tx.session, row.id)
        assert newest is not None
        action = action_of(newest.action)
        check_undo(action, newest.by_id, newest.at, actor, at, TaskState(row.state))
        if action in _VERDICTS:
            partner = self._partner(tx, row)
            if partner is not None:
                step = tasks_store.newest_step(tx.session, partner.id)
                if step is None or step.action != newest.action or step.by_id != actor.id:
                    raise _built_upon(row)
                self._undo_one(tx, partner, step, actor, at)
        self._undo_one(tx, row, newest, actor, at)

    def _partner(self, tx: Transaction, row: TaskRow) -> TaskRow | None:
        if row.inspection_of is not None:
            return self.for_edit(tx, row.inspection_of)
        return tasks_store.newest_inspection(tx.session, tx.property_id, row.id)

    def _undo_one(self, tx: Transaction, row: TaskRow, step: TaskStepRow, actor: Actor, at: datetime) -> None:
        assert step.before is not None
        if step.action == TaskAction.FINISH.value:
            inspecting = tasks_store.task_inspecting(tx.session, tx.property_id, row.id)
            if inspecting is not None:
                self._withdraw(tx, inspecting, actor, row)
            row.inspection_rule = None
        elif step.action == TaskAction.INSPECT_FAIL.value and row.kind != TaskKind.INSPECTION.value:
            ordered = tasks_store.re_clean_of(tx.session, tx.property_id, row.id)
            if ordered is not None and ordered.state != TaskState.CANCELLED.value:
                self._withdraw(tx, ordered, actor, row)
        if step.action in _VERDICTS:
            row.inspected_by = None
        before = tasks_store.progress_of(row)
        step.taken_back = True
        tasks_store.put_progress(row, progress_from_json(step.before))
        self._step(
            tx,
            row,
            before,
            TaskAction.UNDO.value,
            actor,
            max(at, row.last_at),
            "tap",
            detail={"undone": step.action, "number": step.number},
        )
        if row.room is not None:
            self.rooms.take_back(tx, row.room, f"{_cause(row)}{step.number}:", actor.name)
            if row.kind == TaskKind.TURNDOWN.value and step.action == TaskAction.FINISH.value:
                self.rooms.set_turndown(tx, row.room, Turndown.REQUIRED, actor.name)

    def _withdraw(self, tx: Transaction, other: TaskRow, actor: Actor, because_of: TaskRow) -> None:
        """Cancel a task that a step made and that nobody has begun."""
        if other.state != TaskState.PLANNED.value:
            raise _built_upon(because_of)
        self.close(tx, other, TaskState.CANCELLED, "taken_back", actor)

    def _correct(self, tx: Transaction, row: TaskRow, actor: Actor, tap: TaskTap, at: datetime) -> None:
        if tap.to_state is None:
            raise Invalid("to_state_needed", "Say to which state the task is corrected.", field="to_state")
        before = tasks_store.progress_of(row)
        after, why = correct(before, tap.to_state, actor, at, tap.reason)
        inspecting = tasks_store.task_inspecting(tx.session, tx.property_id, row.id)
        if inspecting is not None:
            self.close(tx, inspecting, TaskState.CANCELLED, "corrected", actor)
        if after.state not in (TaskState.FINISHED, TaskState.INSPECTED) or before.finished_at is None:
            row.inspection_rule = None
        tasks_store.put_progress(row, after)
        self._add_note(row, tap.note, actor, at)
        step = self._step(
            tx,
            row,
            before,
            TaskAction.CORRECT.value,
            actor,
            at,
            "correction",
            reason=why,
            note=_note(tap.note),
        )
        if row.room is None:
            return
        ended = (TaskState.FINISHED, TaskState.INSPECTED)
        if before.state in ended and after.state not in ended:
            self.rooms.take_back(tx, row.room, _cause(row), actor.name)
        else:
            self._follow(tx, row, before, step, actor, tap)

    def close(self, tx: Transaction, row: TaskRow, to: TaskState, reason: str, by: Actor = SYSTEM) -> None:
        """End an open task that is not needed any more (cancelled, or not serviced with its reason).

        For what the house decides by itself; people cancel through `act`.
        """
        before = tasks_store.progress_of(row)
        at = max(tx.clock.now(), row.last_at)
        cause = Tap(
            TaskAction.CANCEL if to == TaskState.CANCELLED else TaskAction.NOT_SERVICED,
            replace(by, roles=frozenset({Role.SUPERVISOR})),
            at,
            reason,
        )
        tasks_store.put_progress(row, advance(before, cause))
        self._step(tx, row, before, cause.action.value, by, at, reason, reason=reason)
        if row.kind == TaskKind.TURNDOWN.value and row.room is not None:
            self.rooms.set_turndown(tx, row.room, Turndown.NOT_REQUIRED, by.name)

    def reopen(self, tx: Transaction, row: TaskRow, cause: str) -> None:
        """Plan a task again that the house itself had closed and that is needed after all."""
        before = tasks_store.progress_of(row)
        after = replace(
            before,
            state=TaskState.PLANNED,
            started_at=None,
            worked_seconds=0.0,
            not_serviced_reason=None,
            cancel_reason=None,
        )
        tasks_store.put_progress(row, after)
        self._step(tx, row, before, "reopened", SYSTEM, max(tx.clock.now(), row.last_at), cause)

    def note_step(self, tx: Transaction, row: TaskRow, before: Progress, action: str, cause: str) -> None:
        """A step of the house itself that moves no state (carried over the roll, due at another time)."""
        self._step(tx, row, before, action, SYSTEM, max(tx.clock.now(), row.last_at), cause)

    def _inspection_rule(self, tx: Transaction, row: TaskRow, actor: Actor) -> str | None:
        kind = TaskKind(row.kind)
        if kind not in CLEANS or row.room is None:
            return None
        hotel = find_property(tx.session, tx.property_id)
        kept = rules_store.with_property(
            *rules_store.settings(tx.session, tx.property_id), hotel.inspection_required
        )
        if not kept.inspected_used:
            return None
        new = kept.inspection.new_attendant_cleans
        return demanded_by(
            kept.inspection,
            kind,
            task_id=row.id,
            vip=row.priority == TaskPriority.VIP.value,
            re_clean=row.re_clean_of is not None,
            cleans_done=rules_store.cleans_done(tx.session, tx.property_id, actor.id, new) if new else 0,
        )

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

    def _step(
        self,
        tx: Transaction,
        row: TaskRow,
        before: Progress | None,
        action: str,
        actor: Actor,
        at: datetime,
        cause: str,
        *,
        reason: str | None = None,
        note: str | None = None,
        detail: Mapping[str, Any] | None = None,
        previous_attendant: str | None = None,
    ) -> TaskStepRow:
        row.steps += 1
        row.last_at, row.last_action, row.last_by_id, row.last_by = at, action, actor.id, actor.name
        step = TaskStepRow(
            property_id=tx.property_id,
            task_id=row.id,
            number=row.steps,
            action=action,
            at=at,
            received_at=tx.clock.now(),
            by_id=actor.id,
            by=actor.name,
            cause=cause,
            previous=before.state.value if before else None,
            state=row.state,
            attendant_id=row.attendant_id,
            attendant=row.attendant,
            reason=reason,
            note=note,
            detail=dict(detail or {}),
            before=progress_to_json(before) if before else None,
            taken_back=False,
        )
        tx.session.add(step)
        tasks_store.touch(row, tx.clock.now())
        tx.session.flush()
        old = previous_attendant or (before.attendant_id if before else None)
        tx.announce(
            TaskChanged(
                row.id,
                action,
                row.state,
                row.room,
                row.attendant_id,
                old if old != row.attendant_id else None,
            )
        )
        return step

    def _add_note(self, row: TaskRow, note: str | None, actor: Actor, at: datetime) -> None:
        text = _note(note)
        if text is None:
            return
        if len(row.notes) >= MOST_NOTES:
            raise Invalid("too_many_notes", f"A task keeps at most {MOST_NOTES} notes.", most=MOST_NOTES)
        row.notes = [*row.notes, {"text": text, "by": actor.name, "at": at.isoformat()}]

    def _attendant(self, tx: Transaction, attendant_id: str | None) -> str | None:
        if attendant_id is None:
            return None
        name = person_name(tx.session, tx.property_id, attendant_id)
        if name is None:
            raise NotFound("unknown_attendant", "There is no such attendant.", attendant_id=attendant_id)
        return name

    # -- checklists

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


def _unknown(task_id: str) -> NotFound:
    return NotFound("unknown_task", "There is no such task.", task_id=task_id)


def _built_upon(row: TaskRow) -> ImpossibleNow:
    return ImpossibleNow(
        "Somebody has gone on from here; ask a supervisor.",
        TaskState(row.state),
        TaskAction.UNDO,
        "built_upon",
    )


def _cause(row: TaskRow) -> str:
    """Begins the causes of all cleanliness steps that this task makes."""
    return f"task:{row.id}:"


def _checklist(newest: Mapping[str, Checklist], row: TaskRow) -> Checklist | None:
    return checklist_for(newest, TaskKind(row.kind), row.room_type)


def _shown(
    row: TaskRow, newest: Mapping[str, Checklist], older: Mapping[tuple[str, int], Checklist]
) -> Checklist | None:
    current = _checklist(newest, row)
    if current is None or row.checklist_version is None:
        return current
    return older.get((current.id, row.checklist_version), current)


def _two_versions(two: TwoVersions, ticks: Mapping[str, bool]) -> dict[str, Any]:
    def shown(checklist: Checklist, done: Mapping[str, bool]) -> dict[str, Any]:
        items = [
            {"key": item.key, "text": item.text, "done": bool(done.get(item.key))} for item in checklist.items
        ]
        return {"id": checklist.id, "version": checklist.version, "items": items}

    return {"seen": shown(two.seen, two.sent), "current": shown(two.current, ticks)}


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


def _note(note: str | None) -> str | None:
    text = (note or "").strip()
    if len(text) > LONGEST_NOTE:
        raise Invalid("note_too_long", f"A note has at most {LONGEST_NOTE} characters.", field="note")
    return text or None
