"""The book of tasks: makes them, ends them for the house, and writes every step down and announces it.

Knows no tap and no request; `tasks_taps` and `tasks_service` write through it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from hotel.actor import SYSTEM, Actor, Role
from hotel.database import Database, Transaction
from hotel.errors import Invalid, NotFound
from hotel.ids import new_id
from hotel.messages import TaskChanged
from hotel.metadata import touch
from hotel.rooms import find_property
from hotel.staff_store import person_name
from housekeeping import shifts_store, tasks_store
from housekeeping.checklists import (
    Checklist,
    checklist_for,
)
from housekeeping.service import HousekeepingService
from housekeeping.status import Turndown
from housekeeping.tasks import (
    BEGUN,
    LONGEST_NOTE,
    Progress,
    Tap,
    TaskAction,
    TaskKind,
    TaskPriority,
    TaskState,
    advance,
    progress_to_json,
)
from housekeeping.tasks_corrections import hand_back
from housekeeping.tasks_store import TaskRow, TaskStepRow

# A kind without an active rule.
USUAL_MINUTES = 15.0
MINUTES_PER_CREDIT = 30.0
MOST_NOTES = 50


class TaskBook:
    """The rows of tasks with their history.

    Args:
        rooms: the status of the rooms, which work changes.
    """

    def __init__(self, database: Database, rooms: HousekeepingService) -> None:
        self.database = database
        self.rooms = rooms

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
        self.step(tx, row, None, "made", actor, now, cause)
        return row

    def for_edit(self, tx: Transaction, task_id: str) -> TaskRow:
        """The task's row, locked, its room before it. Raises NotFound."""
        row = tasks_store.task(tx.session, tx.property_id, task_id)
        if row is None:
            raise unknown_task(task_id)
        if row.room is not None:
            self.rooms.hold_room(tx, row.room)
        tx.session.expire(row)
        locked = tasks_store.task_for_edit(tx.session, tx.property_id, task_id)
        if locked is None:
            raise unknown_task(task_id)
        return locked

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
        self.step(tx, row, before, cause.action.value, by, at, reason, reason=reason)
        if row.kind == TaskKind.TURNDOWN.value and row.room is not None:
            self.rooms.set_turndown(tx, row.room, Turndown.NOT_REQUIRED, by.name)

    def hand_back(self, tx: Transaction, actor: Actor, attendant_id: str, day: date, cause: str) -> list[str]:
        """Make what somebody has begun of a business date nobody's again, or their partner's who goes on
        with it; the work done so far stays on its account. Returns the ids."""
        partner_id = shifts_store.partners(tx.session, tx.property_id, [day]).get((day, attendant_id))
        handed = []
        for found in tasks_store.begun_by(tx.session, tx.property_id, attendant_id, day):
            row = self.for_edit(tx, found.id)
            before = tasks_store.progress_of(row)
            if before.attendant_id != attendant_id or before.state not in BEGUN:
                continue
            at = max(tx.clock.now(), row.last_at)
            if partner_id is not None and before.state == TaskState.STARTED:
                name = shifts_store.attendant_name(tx.session, tx.property_id, day, partner_id)
                after = advance(before, Tap(TaskAction.TAKE_OVER, actor, at, attendant=(partner_id, name)))
            else:
                after = hand_back(before, at)
                row.locked, row.sequence = False, None
            tasks_store.put_progress(row, after)
            self.step(tx, row, before, "handed_back", actor, at, cause, previous_attendant=attendant_id)
            handed.append(row.id)
        return handed

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
        self.step(tx, row, before, "reopened", SYSTEM, max(tx.clock.now(), row.last_at), cause)

    def note_step(self, tx: Transaction, row: TaskRow, before: Progress, action: str, cause: str) -> None:
        """A step of the house itself that moves no state (carried over the roll, due at another time)."""
        self.step(tx, row, before, action, SYSTEM, max(tx.clock.now(), row.last_at), cause)

    def step(
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
        touch(row, tx.clock.now())
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

    def add_note(self, row: TaskRow, note: str | None, actor: Actor, at: datetime) -> None:
        text = clean_note(note)
        if text is None:
            return
        if len(row.notes) >= MOST_NOTES:
            raise Invalid("too_many_notes", f"A task keeps at most {MOST_NOTES} notes.", most=MOST_NOTES)
        row.notes = [*row.notes, {"text": text, "by": actor.name, "at": at.isoformat()}]

    def attendant(self, tx: Transaction, attendant_id: str | None) -> str | None:
        if attendant_id is None:
            return None
        name = person_name(tx.session, tx.property_id, attendant_id)
        if name is None:
            raise NotFound("unknown_attendant", "There is no such attendant.", attendant_id=attendant_id)
        return name


def unknown_task(task_id: str) -> NotFound:
    return NotFound("unknown_task", "There is no such task.", task_id=task_id)


def clean_note(note: str | None) -> str | None:
    """Raises Invalid for one that is too long; None when there is none."""
    text = (note or "").strip()
    if len(text) > LONGEST_NOTE:
        raise Invalid("note_too_long", f"A note has at most {LONGEST_NOTE} characters.", field="note")
    return text or None


def checklist_of_task(newest: Mapping[str, Checklist], row: TaskRow) -> Checklist | None:
    return checklist_for(newest, TaskKind(row.kind), row.room_type)
