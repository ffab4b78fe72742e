"""The day's board: load, solve in a worker, give out the tasks, announce; mend it when it breaks.

The tasks say who has what; a row per plan says how that came about and what it went by. One plan is
made at a time; what changed hands by other ways meanwhile is left as it is and seen by the next look.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from hotel.actor import SYSTEM, Actor
from hotel.clock import Clock
from hotel.database import Database, Transaction
from hotel.idempotency import Once, act_once
from hotel.rooms import find_property
from housekeeping import board_store, rules_store, tasks_store
from housekeeping.board import MOST_WORKS, Board, Measures, Work, crews, measure
from housekeeping.board_by_hand import BoardByHand
from housekeeping.board_day import broken_by, sequences
from housekeeping.board_explain import explain
from housekeeping.board_loading import Loaded, as_before, load_day
from housekeeping.board_planner import greedy_board, plan_board
from housekeeping.board_record import check_leads, plain, record
from housekeeping.board_replan import Change, Replanned, replan_board
from housekeeping.durations import Durations
from housekeeping.leaving import Leaving
from housekeeping.ports import FrontOffice, HeavyWork
from housekeeping.promises import DoneToday, promises
from housekeeping.shifts_store import shift_of
from housekeeping.status import WorkMinutes
from housekeeping.tasks import CLEANS, TaskKind, TaskState
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
# How guests leave is learned from these weeks.
LEARN_FROM = timedelta(days=56)
# Promises are worked out anew after this long, or when the board changes.
PROMISES_HOLD = timedelta(minutes=1)
_DONE = (TaskState.FINISHED, TaskState.INSPECTED, TaskState.RE_CLEAN)


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
        durations: what was learned of how long work takes: promises need it, and boards of a property that
            learns by attendant.

    `by_hand` is what a supervisor does to the board.
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
        self._habits: tuple[date, Leaving] | None = None
        self._one_at_a_time = threading.RLock()
        self.by_hand = BoardByHand(database, tasks, self._load, self._one_at_a_time)

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

        leaving = self._leaving(hotel.business_date)

        def release(work: Work) -> tuple[float, float] | None:
            should = loaded.occupied_until.get(work.id)
            if should is None or work.released_at is None:
                return None
            mean, deviation = leaving.still_in(should, now)
            return mean - (work.released_at - should).total_seconds() / 60, deviation

        found: dict[str, datetime] = {}
        ready = promises(
            loaded.stands.problem,
            loaded.stands.board,
            spread,
            release,
            durations.attendants_spread,
            done=_done_today(loaded, durations),
        )
        for task_id, at in ready.items():
            task = loaded.tasks[task_id]
            if task.room is not None and task.kind in CLEANS:
                found[task.room] = max(at + after, found.get(task.room, now))
        self._promised = (row.id, now, found)
        return found

    def _leaving(self, today: date) -> Leaving:
        """How guests left in the last weeks; looked up once a business date."""
        if self._habits is None or self._habits[0] != today:
            self._habits = (today, Leaving(self._front_office.left_after(today - LEARN_FROM)))
        return self._habits[1]

    def _load(self, day: date | None) -> Loaded:
        return load_day(self.database, self._front_office, self._clock.now(), day, self._durations().pace)

    # -- planning

    def plan(self, actor: Actor, day: date | None, once: Once | None = None) -> None:
        """Plan the whole day anew; what is begun or locked stays. Takes up to half a minute.

        Raises:
            Forbidden: not a supervisor.
        """
        check_leads(actor)
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
            check_leads(actor)
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
        changes = [_handed_back(change, loaded) for change in found.changes]
        return act_once(
            self.database,
            actor,
            once,
            lambda tx: self._apply(tx, actor, loaded, found.board, cause, changes, found.moved_share),
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
                        plain(reason.params),
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
        self._tasks.assign(tx, actor, same, cause)
        tx.audit(actor, "board.plan", f"board:{loaded.day}", cause=cause, solver=board.made_by)
        return record(
            tx, actor, loaded, board, cause, changes, holders, solver=board.made_by, moved_share=moved_share
        )


def _handed_back(change: Change, loaded: Loaded) -> Change:
    """What its attendant had begun before they went home says how far it is."""
    worked_minutes = round(loaded.tasks[change.work_id].worked_seconds / 60)
    if change.code != "attendant_gone" or not worked_minutes:
        return change
    return replace(
        change, code="begun_handed_back", params={**change.params, "worked_minutes": worked_minutes}
    )


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


def _done_today(loaded: Loaded, durations: Durations) -> list[DoneToday]:
    """What was finished on this day by who is still at work, beside what it should have taken."""
    factors = {one: crew.minutes_factor for crew in crews(loaded.stands.problem) for one in crew.shift_ids}
    found = []
    for task_id, shift_id in loaded.stands.holders.items():
        task = loaded.tasks.get(task_id)
        if task is None or shift_id not in factors or task.state not in _DONE or task.re_clean_of is not None:
            continue
        spread = durations.estimate(TaskKind(task.kind), task.room_type, task.nights).spread
        usual = task.minutes * factors[shift_id]
        found.append(DoneToday(shift_id, usual, task.worked_seconds / 60, spread))
    return found
