"""Taps on tasks: decide by the table of `tasks`, write the step, and do to the room and to other tasks
what follows from it, in one transaction. Taking back and correcting are taps too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hotel.actor import SYSTEM, Actor
from hotel.database import Transaction
from hotel.errors import Invalid
from hotel.files import check_photos
from hotel.requests import tapped_at
from hotel.rooms import find_property
from housekeeping import rules_store, shifts_store, tasks_store
from housekeeping.checklists import (
    Checklist,
    TwoVersions,
    merge_ticks,
)
from housekeeping.inspection import demanded_by
from housekeeping.rules import rule_for
from housekeeping.status import Cleanliness, Turndown
from housekeeping.tasks import (
    CLEANS,
    ImpossibleNow,
    Progress,
    Tap,
    TaskAction,
    TaskKind,
    TaskPriority,
    TaskState,
    action_of,
    advance,
    cleanliness_after,
    progress_from_json,
)
from housekeeping.tasks_book import (
    MINUTES_PER_CREDIT,
    USUAL_MINUTES,
    TaskBook,
    checklist_of_task,
    clean_note,
)
from housekeeping.tasks_corrections import check_undo, correct
from housekeeping.tasks_store import TaskRow, TaskStepRow

# A re-clean mends what the inspector found; it is not the whole clean again.
RE_CLEAN_SHARE = 0.5

_VERDICTS = (TaskAction.INSPECT_PASS, TaskAction.INSPECT_FAIL)


@dataclass(frozen=True, slots=True)
class TaskTap:
    """What a tablet sends for a task.

    `seen_state`: the state that the person saw. `age`: how long ago in real time, by the tablet's account.
    """

    action: TaskAction
    age: timedelta = timedelta()
    seen_state: TaskState | None = None
    reason: str | None = None
    note: str | None = None
    ticks: Mapping[str, bool] | None = None
    checklist_version: int | None = None
    minutes: float | None = None
    to_state: TaskState | None = None
    attendant_id: str | None = None
    photos: tuple[str, ...] = ()


class TaskTaps:
    """What people do to tasks."""

    def __init__(self, book: TaskBook) -> None:
        self._book = book

    def act(self, tx: Transaction, actor: Actor, task_id: str, tap: TaskTap) -> dict[str, Any]:
        """Do what a person tapped; returns {"task_id", "version", "checklist_conflict"?}.

        Raises:
            NotFound: no such task.
            ImpossibleNow: the table has no such step from the state that the task is in now.
            Forbidden, Invalid: see `tasks`.
        """
        row = self._book.for_edit(tx, task_id)
        if tap.seen_state is not None and tap.seen_state != row.state:
            raise ImpossibleNow(
                f"You saw this task {tap.seen_state.value}; it is {row.state} now.",
                TaskState(row.state),
                tap.action,
                "changed_meanwhile",
            )
        received = tx.clock.now()
        at = tapped_at(tx.clock, tap.age, row.last_at)
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

    def _tap(
        self, tx: Transaction, row: TaskRow, actor: Actor, tap: TaskTap, at: datetime
    ) -> dict[str, Any] | None:
        before = tasks_store.progress_of(row)
        rule = self._inspection_rule(tx, row, actor) if tap.action == TaskAction.FINISH else None
        attendant = None
        if tap.action == TaskAction.TAKE_OVER and tap.attendant_id is not None:
            attendant = (tap.attendant_id, str(self._book.attendant(tx, tap.attendant_id)))
        partner = shifts_store.partners(tx.session, tx.property_id, [row.business_date]).get(
            (row.business_date, actor.id)
        )
        after = advance(
            before,
            Tap(
                tap.action,
                actor,
                at,
                tap.reason,
                attendant,
                demanded=rule is not None,
                partners=frozenset({partner} if partner else ()),
            ),
        )
        conflict, detail = self._tick(tx, row, tap)
        tasks_store.put_progress(row, after)
        if tap.action == TaskAction.FINISH:
            row.inspection_rule = rule
            if tap.minutes is not None:
                detail["minutes"] = tap.minutes
        if tap.action in _VERDICTS:
            row.inspected_by = actor.name
        if tap.photos:
            detail["photos"] = check_photos(tx.session, tx.property_id, tap.photos)
        self._book.add_note(row, tap.note, actor, at)
        step = self._book.step(
            tx,
            row,
            before,
            tap.action.value,
            actor,
            at,
            "tap",
            reason=tap.reason,
            note=clean_note(tap.note),
            detail=detail,
        )
        self._follow(tx, row, before, step, actor, tap)
        return conflict

    def _tick(
        self, tx: Transaction, row: TaskRow, tap: TaskTap
    ) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        """The ticks that came with a tap: (both versions when they differ, what the history keeps)."""
        newest = tasks_store.newest_checklists(tx.session, tx.property_id)
        current = checklist_of_task(newest, row)
        begins = tap.action in (TaskAction.START, TaskAction.TICK)
        if current is not None and row.checklist_version is None and begins:
            row.checklist_version = current.version
        if not tap.ticks:
            if tap.action == TaskAction.TICK and not (tap.note or tap.photos):
                raise Invalid(
                    "no_ticks", "Say which lines are done, or add a note or photo.", field="checklist"
                )
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
                self._book.rooms.set_cleanliness(tx, row.room, made, actor.name, cause, step.reason)
            if kind == TaskKind.TURNDOWN and after == TaskState.FINISHED:
                self._book.rooms.set_turndown(tx, row.room, Turndown.COMPLETED, actor.name)
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
        self._book.step(
            tx, row, before, tap.action.value, actor, max(at, row.last_at), "verdict", reason=tap.reason
        )

    def _pass_on(self, tx: Transaction, task_id: str, actor: Actor, tap: TaskTap, at: datetime) -> None:
        row = self._book.for_edit(tx, task_id)
        before = tasks_store.progress_of(row)
        self._verdict_on(tx, row, actor, tap, at)
        steps = tasks_store.newest_step(tx.session, row.id)
        assert steps is not None
        self._follow(tx, row, before, steps, actor, tap)

    def _open_inspection(self, tx: Transaction, row: TaskRow, step: TaskStepRow) -> None:
        rules = rules_store.rules(tx.session, tx.property_id)
        rule = rule_for(rules, TaskKind.INSPECTION, row.room_type)
        self._book.make(
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
        self._book.make(
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
            note=clean_note(tap.note),
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
            return self._book.for_edit(tx, row.inspection_of)
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
        self._book.step(
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
            self._book.rooms.take_back(tx, row.room, f"{_cause(row)}{step.number}:", actor.name)
            if row.kind == TaskKind.TURNDOWN.value and step.action == TaskAction.FINISH.value:
                self._book.rooms.set_turndown(tx, row.room, Turndown.REQUIRED, actor.name)

    def _withdraw(self, tx: Transaction, other: TaskRow, actor: Actor, because_of: TaskRow) -> None:
        """Cancel a task that a step made and that nobody has begun."""
        if other.state != TaskState.PLANNED.value:
            raise _built_upon(because_of)
        self._book.close(tx, other, TaskState.CANCELLED, "taken_back", actor)

    def _correct(self, tx: Transaction, row: TaskRow, actor: Actor, tap: TaskTap, at: datetime) -> None:
        if tap.to_state is None:
            raise Invalid("to_state_needed", "Say to which state the task is corrected.", field="to_state")
        before = tasks_store.progress_of(row)
        after, why = correct(before, tap.to_state, actor, at, tap.reason)
        inspecting = tasks_store.task_inspecting(tx.session, tx.property_id, row.id)
        if inspecting is not None:
            self._book.close(tx, inspecting, TaskState.CANCELLED, "corrected", actor)
        if after.state not in (TaskState.FINISHED, TaskState.INSPECTED) or before.finished_at is None:
            row.inspection_rule = None
        tasks_store.put_progress(row, after)
        self._book.add_note(row, tap.note, actor, at)
        step = self._book.step(
            tx,
            row,
            before,
            TaskAction.CORRECT.value,
            actor,
            at,
            "correction",
            reason=why,
            note=clean_note(tap.note),
        )
        if row.room is None:
            return
        ended = (TaskState.FINISHED, TaskState.INSPECTED)
        if before.state in ended and after.state not in ended:
            self._book.rooms.take_back(tx, row.room, _cause(row), actor.name)
        else:
            self._follow(tx, row, before, step, actor, tap)

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


def _two_versions(two: TwoVersions, ticks: Mapping[str, bool]) -> dict[str, Any]:
    def shown(checklist: Checklist, done: Mapping[str, bool]) -> dict[str, Any]:
        items = [
            {"key": item.key, "text": item.text, "done": bool(done.get(item.key))} for item in checklist.items
        ]
        return {"id": checklist.id, "version": checklist.version, "items": items}

    return {"seen": shown(two.seen, two.sent), "current": shown(two.current, ticks)}
