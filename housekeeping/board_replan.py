"""In the day: somebody calls in sick, a guest comes early, a room is refused. Pure; seeded.

A new `Problem` says how things stand now (finished work is gone, shifts that went home are gone, what
is started is marked); the board that people hold in their hands says where they think they go next.
The answer changes as little of it as it can: started rooms stay, locks are kept, of the works that
lost nobody at most `MOST_MOVED_SHARE` change hands, and every change says why.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotel.clock import SystemClock
from housekeeping.board import FOR_ARRIVALS, Board, Priority, Problem
from housekeeping.board_balance import improve, repair
from housekeeping.board_checks import check
from housekeeping.board_lanes import Lanes
from housekeeping.board_planner import board_of

MOST_MOVED_SHARE = 0.15
# People put up with more unevenness in the day than in the morning.
_AIMED_SPREAD = 0.15


@dataclass(frozen=True, slots=True)
class Change:
    """What is different for one work, and why.

    `from_shift` None: it was on no list; `to_shift` None: it is on none any more; both the same: its
    place in the order. Codes: `new_work`, `attendant_gone` (shift), `locked` (shift), `would_be_late`
    (due), `list_too_long` (shift), `evens_out`, `no_time_left`; and for the order `queue`,
    `dnd_last`, `vip`, `arrival_due` (due), `wanted_by` (due), `shorter_way`.
    """

    work_id: str
    from_shift: str | None
    to_shift: str | None
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replanned:
    """The new board, what changed, and the share (0 to 1) of works that changed hands although whoever
    had them is still there."""

    board: Board
    changes: tuple[Change, ...]
    moved_share: float


def replan_board(problem: Problem, before: Board, seconds: float = 3.0, seed: int = 0) -> Replanned:
    """The board as it should be now, close to `before`. A module-level function for the worker pool.

    Takes about `seconds`; with 0 the works that lost their place are put where they cost least, which
    takes a fraction of a second.
    """
    clock = SystemClock()
    ends = clock.monotonic() + seconds
    lanes = Lanes(problem)
    lanes.aim_at_balance(_AIMED_SPREAD)
    kept = lanes.orders(before)
    lanes.settle(kept)
    others = sum(not lanes.is_started(work) for order in kept for work in order)
    mended = repair(lanes, kept)
    orders = improve(
        lanes,
        mended,
        seed,
        lambda: (ends - clock.monotonic()) / max(seconds, 0.001),
        most_moved=int(MOST_MOVED_SHARE * others),
    )
    board = board_of(lanes, orders, "replan")
    if check(problem, board):
        orders = mended
        board = board_of(lanes, orders, "replan")
    moved = sum(lanes.moved(k, order) for k, order in enumerate(orders))
    return Replanned(board, _changes(lanes, kept, before, board), moved / others if others else 0.0)


def _changes(lanes: Lanes, kept: Sequence[Sequence[int]], before: Board, after: Board) -> tuple[Change, ...]:
    held, holds = before.holders(), after.holders()
    number = {work.id: i for i, work in enumerate(lanes.works)}
    crew_of = {shift_id: k for k, crew in enumerate(lanes.crews) for shift_id in crew.shift_ids}
    found: list[Change] = []
    for work_id, i in number.items():
        start, end = held.get(work_id), holds.get(work_id)
        if crew_of.get(start or "", -1) != crew_of.get(end or "", -1) or (start is None) != (end is None):
            code, params = _why_moved(lanes, kept, i, start, end)
            found.append(Change(work_id, start, end, code, params))
    for k, crew in enumerate(lanes.crews):
        there = [visit.work_id for visit in after.route(crew.shift_ids[0]).visits]
        was = {lanes.works[i].id: place for place, i in enumerate(kept[k])}
        # A list that was put in order because something is now to go first was turned round, too.
        past = {visit.work_id: n for n, visit in enumerate(_visits_before(before, crew.shift_ids[0]))}
        mine = [work_id for work_id in there if work_id in was and work_id in past]
        for work_id in _turned_round(mine, past):
            code, params = _why_turned(lanes, number[work_id])
            found.append(Change(work_id, crew.shift_ids[0], crew.shift_ids[0], code, params))
    return tuple(found)


def _visits_before(before: Board, shift_id: str) -> Sequence[Any]:
    return next((route.visits for route in before.routes if route.shift_id == shift_id), ())


def _why_moved(
    lanes: Lanes, kept: Sequence[Sequence[int]], work: int, start: str | None, end: str | None
) -> tuple[str, dict[str, Any]]:
    which = lanes.works[work]
    present = {shift.id for shift in lanes.problem.shifts}
    if end is None:
        return "no_time_left", {}
    if start is None:
        return "new_work", {}
    if start not in present:
        return "attendant_gone", {"shift": start}
    home = lanes.home[work]
    if home is None:
        return "locked", {"shift": end}
    timed = lanes.walk_through(home, kept[home])
    if any(
        other == work and lanes.due[work] is not None and finish > (lanes.due[work] or 0)
        for other, _, finish in timed.visits
    ):
        return "would_be_late", {"due_at": which.due_at}
    if not lanes.fits_hours(home, timed) or not lanes.fits_limits(home, kept[home]):
        return "list_too_long", {"shift": start}
    return "evens_out", {}


def _why_turned(lanes: Lanes, work: int) -> tuple[str, dict[str, Any]]:
    which = lanes.works[work]
    if which.priority is Priority.QUEUE:
        return "queue", {}
    if which.priority is Priority.LAST:
        return "dnd_last", {}
    if which.kind in FOR_ARRIVALS and which.priority is Priority.VIP:
        return "vip", {}
    if which.due_at is None:
        return "shorter_way", {}
    return ("arrival_due" if which.kind in FOR_ARRIVALS else "wanted_by"), {"due_at": which.due_at}


def _turned_round(works: Sequence[str], past: Mapping[str, int]) -> list[str]:
    """The fewest works whose moving turns the old order into the new one: all but a longest run that
    kept its order (patience sorting)."""
    tails: list[int] = []
    length_at: list[int] = []
    for work_id in works:
        n = bisect_left(tails, past[work_id])
        tails[n : n + 1] = [past[work_id]]
        length_at.append(n + 1)
    staying: set[str] = set()
    wanted = len(tails)
    ceiling = float("inf")
    for work_id, length in zip(reversed(works), reversed(length_at), strict=True):
        if length == wanted and past[work_id] < ceiling:
            staying.add(work_id)
            ceiling, wanted = past[work_id], wanted - 1
    return [work_id for work_id in works if work_id not in staying]
