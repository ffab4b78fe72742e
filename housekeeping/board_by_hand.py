"""What a supervisor does to the board by hand: move a task, lock it, make two lists one.

What a person put somewhere is locked there and keeps its place in the order (`board_lanes`), so that
no plan undoes it; freeing it gives it back to the plans.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from hotel.actor import Actor
from hotel.database import Database, Transaction
from hotel.errors import Conflict, NotFound
from hotel.idempotency import Once, act_once
from hotel.requests import check_version
from housekeeping import tasks_store
from housekeeping.board_day import sequences
from housekeeping.board_loading import Loaded, with_given
from housekeeping.board_merge import merge
from housekeeping.board_record import check_leads, record
from housekeeping.board_replan import Change
from housekeeping.shifts import DayShift
from housekeeping.shifts_store import shift_of
from housekeeping.tasks import TaskState
from housekeeping.tasks_service import Assignment, TaskService
from housekeeping.tasks_store import TaskRow


class BoardByHand:
    """A supervisor's hand on the board.

    Args:
        load: a day as the tables have it.
        one_at_a_time: held while the board is changed.
    """

    def __init__(
        self,
        database: Database,
        tasks: TaskService,
        load: Callable[[date | None], Loaded],
        one_at_a_time: threading.RLock,
    ) -> None:
        self._database = database
        self._tasks = tasks
        self._load = load
        self._one_at_a_time = one_at_a_time

    def move(
        self,
        actor: Actor,
        task_id: str,
        shift_id: str | None,
        before: str | None,
        seen_shift_id: str | None,
        once: Once | None = None,
    ) -> date:
        """Put a task on somebody's list before another (None: at its end) and lock it there.

        Args:
            shift_id: None takes it off every list.
            seen_shift_id: whose list the supervisor saw it on; "" = nobody's, None = did not say.

        Raises:
            NotFound: no such task or shift.
            Conflict: it has begun or ended, the shift is over, or somebody moved it meanwhile.
        """

        def act(tx: Transaction, loaded: Loaded) -> dict[str, Any]:
            row, held_by = _movable(loaded, task_id)
            if seen_shift_id is not None and (seen_shift_id or None) != held_by:
                raise Conflict(
                    "changed_meanwhile", "Somebody gave this task to another list meanwhile.", task_id=task_id
                )
            if shift_id is None:
                given = [Assignment(task_id, None, None, None, locked=False)]
            else:
                shift = _shift_there(loaded, shift_id)
                order = [
                    visit.work_id
                    for visit in loaded.stands.board.route(shift_id).visits
                    if visit.work_id != task_id
                ]
                order.insert(order.index(before) if before in order else len(order), task_id)
                given = _placed(loaded, shift, order, {task_id})
            change = Change(task_id, held_by, shift_id, "by_hand")
            return self._save(tx, actor, loaded, given, [change], [row])

        return self._act(actor, self._day_of(task_id), once, act)

    def lock(self, actor: Actor, task_id: str, locked: bool, once: Once | None = None) -> date:
        """Fix a task to whoever has it, in its place, or free it again. Raises as `move`."""

        def act(tx: Transaction, loaded: Loaded) -> dict[str, Any]:
            row, held_by = _movable(loaded, task_id)
            if held_by is None and locked:
                raise Conflict("on_no_list", "This task is on nobody's list.", task_id=task_id)
            given = [Assignment(task_id, row.attendant_id, row.attendant, row.sequence, locked=locked)]
            change = Change(task_id, held_by, held_by, "locked_by_hand" if locked else "freed_by_hand")
            return self._save(tx, actor, loaded, given, [change], [row])

        return self._act(actor, self._day_of(task_id), once, act)

    def merge(
        self,
        actor: Actor,
        day: date | None,
        from_shift: str,
        to_shift: str,
        seen_version: int | None,
        once: Once | None = None,
    ) -> date:
        """Give the open tasks of one list to another, and lock them there; each can be moved back.

        What has begun stays with who began it, what is locked where it is locked; the board's changes
        say so.

        Args:
            from_shift: also of somebody who is not at work any more.
            seen_version: of the board that the supervisor saw; None = did not say.

        Raises:
            NotFound: no such shift on that day.
            StaleVersion: the board is another one now.
            Conflict: both walk the same list, the second is not at work, nothing could go over, or a task
                changed meanwhile.
        """

        def act(tx: Transaction, loaded: Loaded) -> dict[str, Any]:
            if seen_version is not None:
                check_version("The board", seen_version, loaded.row.number if loaded.row else 0)
            known = {row.id: row for row in loaded.shifts}
            if from_shift not in known:
                raise _unknown_shift(from_shift)
            shift = _shift_there(loaded, to_shift)
            if from_shift in (to_shift, known[to_shift].pair_with):
                raise Conflict("same_list", "These two walk the same list.", shift_id=from_shift)
            merged = merge(loaded.stands, from_shift, to_shift)
            if not merged.going:
                raise Conflict(
                    "nothing_to_merge",
                    "No task of this list can go over: they have begun or are locked.",
                    shift_id=from_shift,
                )
            given = _placed(loaded, shift, merged.order, set(merged.going))
            changes = [
                Change(one, loaded.stands.holders.get(one), to_shift, "merged") for one in merged.going
            ] + [
                Change(one, loaded.stands.holders.get(one), loaded.stands.holders.get(one), code)
                for one, code in merged.staying.items()
            ]
            rows = [loaded.tasks[one] for one in merged.going]
            return self._save(tx, actor, loaded, given, changes, rows)

        return self._act(actor, day, once, act)

    def _day_of(self, task_id: str) -> date:
        return self._tasks.show(task_id).row.business_date

    def _act(
        self,
        actor: Actor,
        day: date | None,
        once: Once | None,
        act: Callable[[Transaction, Loaded], dict[str, Any]],
    ) -> date:
        """Do it once: whoever sends the same again hears what came of it, whatever has changed since."""
        check_leads(actor)
        with self._one_at_a_time:
            done = act_once(self._database, actor, once, lambda tx: act(tx, self._load(day)))
        return date.fromisoformat(done["day"])

    def _save(
        self,
        tx: Transaction,
        actor: Actor,
        loaded: Loaded,
        given: Sequence[Assignment],
        changes: Sequence[Change],
        rows: Sequence[TaskRow],
    ) -> dict[str, Any]:
        """Write what was decided. Raises Conflict when one of `rows` has changed since it was loaded."""
        for row in sorted(rows, key=lambda one: one.id):
            now = tasks_store.task_for_edit(tx.session, tx.property_id, row.id)
            if now is None or now.version != row.version:
                raise Conflict("changed_meanwhile", "Somebody changed this task meanwhile.", task_id=row.id)
        after = with_given(loaded, given, {change.work_id: change.to_shift for change in changes})
        self._tasks.assign(tx, actor, given, changes[0].code)
        for row, change in zip(rows, changes, strict=False):
            tx.audit(actor, f"board.{change.code}", f"task:{row.id}", room=row.room, shift=change.to_shift)
        kept = record(
            tx,
            actor,
            loaded,
            after.board,
            changes[0].code,
            changes,
            after.board.holders(),
            solver="by_hand",
        )
        return {**kept, "day": loaded.day.isoformat()}


def _movable(loaded: Loaded, task_id: str) -> tuple[TaskRow, str | None]:
    row = loaded.tasks.get(task_id)
    if row is None:
        raise NotFound("unknown_task", "There is no such task.", task_id=task_id)
    if row.state != TaskState.PLANNED.value:
        raise Conflict("task_begun", "This task has begun or ended: it stays where it is.", task_id=task_id)
    return row, loaded.stands.holders.get(task_id)


def _shift_there(loaded: Loaded, shift_id: str) -> DayShift:
    row = next((row for row in loaded.shifts if row.id == shift_id), None)
    if row is None:
        raise _unknown_shift(shift_id)
    if shift_id not in {shift.id for shift in loaded.stands.problem.shifts}:
        raise Conflict("shift_over", "Who has this shift is not at work any more.", shift_id=shift_id)
    return shift_of(row)


def _unknown_shift(shift_id: str) -> NotFound:
    return NotFound("unknown_shift", "There is no such shift on that day.", shift_id=shift_id)


def _placed(loaded: Loaded, shift: DayShift, order: Sequence[str], new: set[str]) -> list[Assignment]:
    """A list in this order; what is `new` on it is locked there."""
    held: Mapping[str, int | None] = {
        one: None if one in new else loaded.tasks[one].sequence for one in order
    }
    numbers = sequences(order, held)
    return [
        Assignment(
            one,
            shift.attendant_id,
            shift.name,
            numbers[one],
            why_code="locked" if one in new else None,
            locked=True if one in new else None,
        )
        for one in order
    ]
