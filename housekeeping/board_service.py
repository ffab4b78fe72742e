"""The day's board: load, solve in a worker, give out the tasks, announce; mend it when it breaks.

The tasks say who has what; a row per plan says how that came about and what it went by. One plan is
made at a time; what changed hands by other ways meanwhile is left as it is and seen by the next look.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from hotel.actor import SYSTEM, Actor
from hotel.clock import Clock
from hotel.database import Database, Transaction
from hotel.errors import Conflict, Forbidden, NotFound
from hotel.idempotency import Once, act_once
from hotel.messages import BoardChanged
from hotel.rooms import find_property
from housekeeping import board_store, rules_store, tasks_store
from housekeeping.board import MOST_WORKS, Board, Measures, Work, measure
from housekeeping.board_day import Standing, broken_by, sequences, troubles
from housekeeping.board_explain import explain
from housekeeping.board_loading import Loaded, as_before, load_day, with_given
from housekeeping.board_planner import greedy_board, plan_board
from housekeeping.board_replan import Change, Replanned, replan_board
from housekeeping.board_store import BoardRow
from housekeeping.durations import Durations
from housekeeping.ports import FrontOffice, HeavyWork
from housekeeping.promises import promises
from housekeeping.shifts_store import shift_of
from housekeeping.status import WorkMinutes
from housekeeping.tasks import CLEANS, LEADS, TaskKind, TaskState
from housekeeping.tasks_service import Assignment, TaskService, TaskView
from housekeeping.tasks_store import TaskFilter, TaskRow

log = logging.getLogger(__name__)

# A plan of the whole day may take so long, by its size; a re-plan is waited for.
LEAST_PLAN_SECONDS, MOST_PLAN_SECONDS, PLAN_SECONDS_PER_TASK = 2.0, 20.0, 0.08
REPLAN_SECONDS = 2.0
# A worker that has to come up and load the solver first is given this much more.
PATIENCE_SECONDS = 12.0
REPLAN_PATIENCE_SECONDS = 4.0
# By itself the board is mended no more often than this.
MENDED_EVERY = timedelta(minutes=1)
# Promises are worked out anew after this long, or when the board changes.
PROMISES_HOLD = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class BoardView:
    """The board as a screen shows it; `measures` are of the lists as they stand now."""

    loaded: Loaded
    views: Mapping[str, TaskView]
    measures: Measures


class BoardService:
    """Boards of the property.

    Args:
        front_office: who is still in a room.
        heavy: where boards are solved.
        durations: what was learned of how long work takes; only promises need it.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        tasks: TaskService,
        front_office: FrontOffice,
        heavy: HeavyWork,
        durations: Callable[[], Durations],
    ) -> None:
        self.database = database
        self._clock = clock
        self._tasks = tasks
        self._front_office = front_office
        self._heavy = heavy
        self._durations = durations
        # The board that they were made from, when, and the promises.
        self._promised: tuple[str, datetime, Mapping[str, datetime]] | None = None
        self._one_at_a_time = threading.RLock()

    # -- reading

    def show(self, day: date | None) -> BoardView:
        """The board of a business date; None: of today's."""
        loaded = self._load(day)
        views, _ = self._tasks.page(TaskFilter(day=loaded.day), MOST_WORKS)
        return BoardView(
            loaded,
            {view.row.id: view for view in views},
            measure(loaded.stands.problem, loaded.stands.board),
        )

    def promises(self) -> Mapping[str, datetime]:
        """By room that is on somebody's list to be cleaned today, when it is ready in nine days of ten,
        an inspection that the property demands included; empty without a board."""
        now = self._clock.now()
        property_id = self.database.property_id
        with self.database.read() as session:
            hotel = find_property(session, property_id)
            row = board_store.newest_board(session, property_id, hotel.business_date)
            kept, _ = rules_store.settings(session, property_id)
        if row is None:
            return {}
        known = self._promised
        if known is not None and known[0] == row.id and now - known[1] < PROMISES_HOLD:
            return known[2]
        loaded = self._load(hotel.business_date)
        inspected = hotel.inspection_required and kept.inspected_used
        after = timedelta(minutes=WorkMinutes().inspection if inspected else 0.0)
        durations = self._durations()

        def spread(work: Work) -> float:
            task = loaded.tasks[work.id]
            kind = TaskKind(task.kind)
            return durations.estimate(kind, task.room_type, task.nights, task.attendant_id).spread

        found: dict[str, datetime] = {}
        for task_id, at in promises(loaded.stands.problem, loaded.stands.board, spread).items():
            task = loaded.tasks[task_id]
            if task.room is not None and task.kind in CLEANS:
                found[task.room] = max(at + after, found.get(task.room, now))
        self._promised = (row.id, now, found)
        return found

    def _load(self, day: date | None) -> Loaded:
        return load_day(self.database, self._front_office, self._clock.now(), day)

    # -- planning

    def plan(self, actor: Actor, day: date | None, once: Once | None = None) -> None:
        """Plan the whole day anew; what is begun or locked stays. Takes up to half a minute.

        Raises:
            Forbidden: not a supervisor.
        """
        _check_leads(actor)
        with self._one_at_a_time:
            loaded = self._load(day)
            problem = loaded.stands.problem
            seconds = PLAN_SECONDS_PER_TASK * len(problem.works)
            seconds = min(MOST_PLAN_SECONDS, max(LEAST_PLAN_SECONDS, seconds))
            try:
                board = self._heavy.run(
                    plan_board, problem, seconds, timeout_seconds=seconds + PATIENCE_SECONDS
                )
            except Exception as error:  # a solver must never leave a hotel without a board
                log.warning("the board's solver gave up: %s", error)
                board = replace(greedy_board(problem), fallback=f"{type(error).__name__}: {error}")
            changes = _moved(loaded.stands.board, board) if loaded.row is not None else ()
            act_once(
                self.database,
                actor,
                once,
                lambda tx: self._apply(tx, actor, loaded, board, "plan", changes),
            )

    def replan(self, actor: Actor, day: date | None, cause: str, once: Once | None = None) -> None:
        """Mend the board with few changes; within five seconds, solver or not. Nothing without a board.

        Raises:
            Forbidden: neither a supervisor nor the house itself.
        """
        if actor is not SYSTEM:
            _check_leads(actor)
        with self._one_at_a_time:
            loaded = self._load(day)
            if loaded.row is None:
                return
            problem, before = loaded.stands.problem, as_before(loaded)
            try:
                found = self._heavy.run(
                    replan_board,
                    problem,
                    before,
                    REPLAN_SECONDS,
                    timeout_seconds=REPLAN_SECONDS + REPLAN_PATIENCE_SECONDS,
                )
            except Exception as error:  # as above
                log.warning("the board's solver gave up: %s", error)
                found = replan_board(problem, before, 0.0)
                found = replace(
                    found, board=replace(found.board, fallback=f"{type(error).__name__}: {error}")
                )
            self._keep(actor, loaded, found, cause, once)

    def _keep(
        self, actor: Actor, loaded: Loaded, found: Replanned, cause: str, once: Once | None
    ) -> dict[str, Any]:
        return act_once(
            self.database,
            actor,
            once,
            lambda tx: self._apply(tx, actor, loaded, found.board, cause, found.changes, found.moved_share),
        )

    def keep_in_step(self) -> str | None:
        """Mend today's board when it does not hold any more; returns why. A heartbeat."""
        with self._one_at_a_time:
            loaded = self._load(None)
            row = loaded.row
            if row is None or loaded.now - row.made_at < MENDED_EVERY:
                return None
            cause = broken_by(loaded.stands, loaded.seen, frozenset(row.troubles), frozenset(row.left_out))
            if cause is not None:
                self.replan(SYSTEM, loaded.day, cause)
            return cause

    # -- by hand

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
        _check_leads(actor)
        with self._one_at_a_time:
            loaded = self._load(self._day_of(task_id))
            row, held_by = self._movable(loaded, task_id)
            if seen_shift_id is not None and (seen_shift_id or None) != held_by:
                raise Conflict(
                    "changed_meanwhile", "Somebody gave this task to another list meanwhile.", task_id=task_id
                )
            change = Change(task_id, held_by, shift_id, "by_hand")
            if shift_id is None:
                given = [Assignment(task_id, None, None, None, locked=False)]
            else:
                given = self._placed(loaded, task_id, shift_id, before)
            after = with_given(loaded, given, task_id, shift_id)
            act_once(
                self.database,
                actor,
                once,
                lambda tx: self._by_hand(tx, actor, loaded, after, given, change, row),
            )
            return loaded.day

    def lock(self, actor: Actor, task_id: str, locked: bool, once: Once | None = None) -> date:
        """Fix a task to whoever has it, or free it again. Raises as `move`."""
        _check_leads(actor)
        with self._one_at_a_time:
            loaded = self._load(self._day_of(task_id))
            row, held_by = self._movable(loaded, task_id)
            if held_by is None and locked:
                raise Conflict("on_no_list", "This task is on nobody's list.", task_id=task_id)
            given = [Assignment(task_id, row.attendant_id, row.attendant, row.sequence, locked=locked)]
            change = Change(task_id, held_by, held_by, "locked_by_hand" if locked else "freed_by_hand")
            after = with_given(loaded, given, task_id, held_by)
            act_once(
                self.database,
                actor,
                once,
                lambda tx: self._by_hand(tx, actor, loaded, after, given, change, row),
            )
            return loaded.day

    def _day_of(self, task_id: str) -> date:
        return self._tasks.show(task_id).row.business_date

    def _movable(self, loaded: Loaded, task_id: str) -> tuple[TaskRow, str | None]:
        row = loaded.tasks.get(task_id)
        if row is None:
            raise NotFound("unknown_task", "There is no such task.", task_id=task_id)
        if row.state != TaskState.PLANNED.value:
            raise Conflict(
                "task_begun", "This task has begun or ended: it stays where it is.", task_id=task_id
            )
        return row, loaded.stands.holders.get(task_id)

    def _placed(self, loaded: Loaded, task_id: str, shift_id: str, before: str | None) -> list[Assignment]:
        there = {shift.id for shift in loaded.stands.problem.shifts}
        if shift_id not in {row.id for row in loaded.shifts}:
            raise NotFound("unknown_shift", "There is no such shift on that day.", shift_id=shift_id)
        if shift_id not in there:
            raise Conflict("shift_over", "Who has this shift is not at work any more.", shift_id=shift_id)
        shift = next(shift_of(row) for row in loaded.shifts if row.id == shift_id)
        order = [
            visit.work_id for visit in loaded.stands.board.route(shift_id).visits if visit.work_id != task_id
        ]
        order.insert(order.index(before) if before in order else len(order), task_id)
        held = {one: loaded.tasks[one].sequence if one != task_id else None for one in order}
        numbers = sequences(order, held)
        return [
            Assignment(
                one,
                shift.attendant_id,
                shift.name,
                numbers[one],
                why_code="locked" if one == task_id else None,
                locked=True if one == task_id else None,
            )
            for one in order
        ]

    def _by_hand(
        self,
        tx: Transaction,
        actor: Actor,
        loaded: Loaded,
        after: Standing,
        given: Sequence[Assignment],
        change: Change,
        row: TaskRow,
    ) -> dict[str, Any]:
        now = tasks_store.task_for_edit(tx.session, tx.property_id, row.id)
        if now is None or now.version != row.version:
            raise Conflict("changed_meanwhile", "Somebody changed this task meanwhile.", task_id=row.id)
        self._tasks.assign(tx, actor, given, "board")
        tx.audit(actor, f"board.{change.code}", f"task:{row.id}", room=row.room, shift=change.to_shift)
        return self._record(
            tx, actor, loaded, after.board, change.code, [change], after.board.holders(), solver="by_hand"
        )

    # -- writing

    def _apply(
        self,
        tx: Transaction,
        actor: Actor,
        loaded: Loaded,
        board: Board,
        cause: str,
        changes: Sequence[Change],
        moved_share: float = 0.0,
    ) -> dict[str, Any]:
        problem = loaded.stands.problem
        shifts = {row.id: shift_of(row) for row in loaded.shifts}
        why = explain(problem, board)
        given = []
        holders = board.holders()
        for route in board.routes:
            mine = [visit.work_id for visit in route.visits if holders[visit.work_id] == route.shift_id]
            shift = shifts[route.shift_id]
            rows = [loaded.tasks[one] for one in mine]
            held = {r.id: r.sequence if r.attendant_id == shift.attendant_id else None for r in rows}
            numbers = sequences(mine, held)
            for row in rows:
                reason = why[row.id]
                given.append(
                    Assignment(
                        row.id,
                        shift.attendant_id,
                        shift.name,
                        numbers[row.id],
                        reason.code,
                        _plain(reason.params),
                        # Of a lock, only its holder's absence makes it void.
                        locked=row.locked and loaded.stands.holders.get(row.id) == shift.id,
                    )
                )
        given += [
            Assignment(work.id, None, None, None, locked=False)
            for work in problem.works
            if work.id not in holders
        ]
        current = {
            row.id: row
            for row in tasks_store.tasks(tx.session, tx.property_id, TaskFilter(day=loaded.day), MOST_WORKS)
        }
        same = [one for one in given if _unchanged(current.get(one.task_id), loaded.tasks[one.task_id])]
        self._tasks.assign(tx, actor, same, "board")
        tx.audit(actor, "board.plan", f"board:{loaded.day}", cause=cause, solver=board.made_by)
        return self._record(
            tx, actor, loaded, board, cause, changes, holders, solver=board.made_by, moved_share=moved_share
        )

    def _record(
        self,
        tx: Transaction,
        actor: Actor,
        loaded: Loaded,
        board: Board,
        cause: str,
        changes: Iterable[Change],
        holders: Mapping[str, str],
        *,
        solver: str,
        moved_share: float = 0.0,
    ) -> dict[str, Any]:
        """The row of this plan, and word of it."""
        problem = loaded.stands.problem
        names = {row.id: row.name for row in loaded.shifts}
        people = {row.id: shift_of(row).attendant_id for row in loaded.shifts}
        newest = board_store.newest_board(tx.session, tx.property_id, loaded.day)
        number = (newest.number if newest else 0) + 1
        changed = list(changes)
        tx.session.add(
            BoardRow(
                property_id=tx.property_id,
                business_date=loaded.day,
                number=number,
                made_at=loaded.now,
                made_by=actor.name,
                cause=cause,
                solver=solver,
                fallback=board.fallback,
                quality={**asdict(measure(problem, board)), "moved_share": moved_share},
                seen={
                    work.id: {
                        "shift": holders.get(work.id),
                        "priority": work.priority.value,
                        "due_at": work.due_at.isoformat() if work.due_at else None,
                    }
                    for work in problem.works
                },
                troubles=sorted(troubles(problem, board)),
                left_out={entry.work_id: entry.reason for entry in board.unassigned},
                changes=[
                    {
                        "task_id": change.work_id,
                        "room": (task := loaded.tasks[change.work_id]).room or task.area,
                        "from_shift": change.from_shift,
                        "from_name": names.get(change.from_shift or ""),
                        "to_shift": change.to_shift,
                        "to_name": names.get(change.to_shift or ""),
                        "code": change.code,
                        "params": _plain(change.params),
                    }
                    for change in changed
                ],
            )
        )
        board_store.forget_old(tx.session, tx.property_id, loaded.day, number)
        touched = {shift for change in changed for shift in (change.from_shift, change.to_shift) if shift}
        if loaded.row is None:
            touched = set(holders.values())
        tx.announce(
            BoardChanged(
                loaded.day.isoformat(), tuple(sorted(people[one] for one in touched if one in people))
            )
        )
        return {"number": number}


def _moved(before: Board, after: Board) -> tuple[Change, ...]:
    """Who has something else after a plan of the whole day."""
    held, holds = before.holders(), after.holders()
    return tuple(
        Change(one, held.get(one), holds.get(one), "planned_anew")
        for one in sorted({*held, *holds})
        if held.get(one) != holds.get(one)
    )


def _unchanged(now: TaskRow | None, before: TaskRow) -> bool:
    return now is not None and (now.attendant_id, now.locked, now.state) == (
        before.attendant_id,
        before.locked,
        before.state,
    )


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in params.items()
        if value is not None
    }


def _check_leads(actor: Actor) -> None:
    if not actor.has(*LEADS):
        raise Forbidden("not_for_role", "Only a supervisor plans the board.")
