"""Board: the day's rooms dealt and ordered, against a planted plan, other solvers and a pencil.

For each size and seed a day is drawn whose planted plan keeps every rule and misses no arrival
(`benchmarks.board_days`). The board is planned as the service does it (`plan_board`), and the others
get the time that this took: PyVRP without balance, OR-Tools' routing on the same model with the
same cap, and a split by floors, which takes none. Everybody's lists are timed by the same clockwork
and measured and checked by the same rules; "broken rules" of a rival are rules that the board keeps
and the rival does not know. "Not balanced" is the board's own way, all stages, without the balance.

Then the day goes wrong at half past ten: a sick call, guests who come early, guests in the lobby, DND,
an attendant who is slow. Share moved: rooms that changed hands although whoever had them is still there.

Options: --sizes 80/6,250/17,500/33 (the last is for information), --seeds N, --seconds S (instead of 14
and 28), --no-rivals.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from benchmarks.board_days import MORNING, Day, as_board, plant
from benchmarks.board_rivals import floor_by_floor, or_tools, pyvrp_alone, without_balance
from benchmarks.report import BenchReport, Figure, Options, at_most
from housekeeping.board import Board, Measures, Priority, Problem, Shift, Work, measure
from housekeeping.board_checks import check
from housekeeping.board_lanes import Lanes
from housekeeping.board_planner import greedy_board, plan_board
from housekeeping.board_replan import Replanned, replan_board

# Rooms and attendants: seconds promised (None: for information only).
SIZES: dict[str, float | None] = {"80/6": 15.0, "250/17": 30.0, "500/33": None}
SECONDS = {"80/6": 14.0, "250/17": 28.0, "500/33": 28.0}
SECONDS_QUICK = 5.0
SEEDS = 3
SPREAD_GOAL, WALKING_GOAL = 0.10, 1.05
REPLAN_SECONDS, REPLAN_GOAL_SECONDS, MOVED_GOAL = 3.0, 5.0, 0.15
TROUBLE_AT = MORNING + timedelta(hours=2, minutes=30)
PYVRP, OURS = "PyVRP without balance", "not balanced"
OR_TOOLS, FLOORS, GREEDY = "OR-Tools", "floor by floor", "greedy"
RIVALS = (PYVRP, OURS, OR_TOOLS, FLOORS, GREEDY)


@dataclass(frozen=True, slots=True)
class Result:
    """One board of one day."""

    seconds: float
    measures: Measures
    broken_rules: int


def _judged(problem: Problem, board: Board, seconds: float) -> Result:
    broken = sum(fault.code != "late_not_named" for fault in check(problem, board))
    return Result(seconds, measure(problem, board), broken)


def _timed(solve: Callable[[], list[list[int]]], day: Day, lanes: Lanes) -> Result:
    begun = time.perf_counter()
    orders = solve()
    return _judged(day.problem, as_board(lanes, orders), time.perf_counter() - begun)


def run(options: Options) -> BenchReport:
    """Plan every day and measure it."""
    parser = argparse.ArgumentParser(prog="innkeeper bench board", add_help=False)
    parser.add_argument("--sizes", default="80/6" if options.quick else ",".join(SIZES))
    parser.add_argument("--seeds", type=int, default=1 if options.quick else SEEDS)
    parser.add_argument("--seconds", type=float, default=SECONDS_QUICK if options.quick else None)
    parser.add_argument("--no-rivals", action="store_true")
    asked = parser.parse_args(options.extra)
    figures: list[Figure] = []
    for size in asked.sizes.split(","):
        seconds = asked.seconds or SECONDS.get(size, 28.0)
        # The largest is for information: one day of it is enough.
        seeds = asked.seeds if SIZES.get(size) is not None else min(1, asked.seeds)
        figures += _size(size, options, seconds, seeds, not asked.no_rivals)
    return BenchReport("board", options.seed, figures, () if asked.no_rivals else RIVALS)


def _size(size: str, options: Options, seconds: float, seeds: int, with_rivals: bool) -> list[Figure]:
    rooms, attendants = (int(part) for part in size.split("/"))
    ours: list[Result] = []
    planted: list[Result] = []
    rivals: dict[str, list[Result]] = {name: [] for name in (RIVALS if with_rivals else ())}
    troubles: list[tuple[str, Result, Replanned]] = []
    fallbacks = 0
    for number in range(seeds):
        seed = options.seed + number
        day = plant(seed, rooms, attendants)
        lanes = Lanes(day.problem)
        lanes.aim_at_balance(SPREAD_GOAL)
        planted.append(_judged(day.problem, as_board(lanes, day.planted), 0.0))
        options.progress(f"{size}, seed {seed}: planning", number / seeds)
        begun = time.perf_counter()
        board = plan_board(day.problem, seconds, seed)
        took = time.perf_counter() - begun
        fallbacks += board.fallback is not None
        ours.append(_judged(day.problem, board, took))
        for name, results in rivals.items():
            options.progress(f"{size}, seed {seed}: {name}", number / seeds)
            results.append(_rival(name, day, lanes, took, seed))
        options.progress(f"{size}, seed {seed}: in the day", number / seeds)
        troubles += _troubles(day.problem, board, seed)
    return [
        *_figures(size, ours, planted, rivals),
        Figure(f"{size} boards made without routes", fallbacks, ""),
        *_trouble_figures(size, troubles),
    ]


def _rival(name: str, day: Day, lanes: Lanes, seconds: float, seed: int) -> Result:
    if name == GREEDY:
        begun = time.perf_counter()
        board = greedy_board(day.problem)
        return _judged(day.problem, board, time.perf_counter() - begun)
    solvers: dict[str, Callable[[], list[list[int]]]] = {
        PYVRP: lambda: pyvrp_alone(lanes, seconds, seed),
        OURS: lambda: without_balance(day.problem, seconds, seed),
        OR_TOOLS: lambda: or_tools(lanes, seconds),
        FLOORS: lambda: floor_by_floor(lanes),
    }
    return _timed(solvers[name], day, lanes)


def _figures(
    size: str, ours: list[Result], planted: list[Result], rivals: dict[str, list[Result]]
) -> list[Figure]:
    promised = SIZES.get(size)
    goals = promised is not None

    def figure(name: str, value: float, unit: str, goal: float) -> Figure:
        return (
            at_most(f"{size} {name}", value, unit, goal) if goals else Figure(f"{size} {name}", value, unit)
        )

    def mean(results: list[Result], what: Callable[[Result], float]) -> float:
        return statistics.fmean(what(result) for result in results)

    found = [
        Figure(f"{size} days", len(ours), ""),
        figure("seconds, longest", max(result.seconds for result in ours), "s", promised or 0.0),
        figure("missed ETAs", sum(result.measures.missed for result in ours), "", 0),
        figure("load spread, worst", max(result.measures.load_spread for result in ours), "", SPREAD_GOAL),
        Figure(f"{size} walking, mean", mean(ours, lambda result: result.measures.walking_minutes), "min"),
        figure("rooms on no list", sum(result.measures.unassigned for result in ours), "", 0),
        figure("broken rules", sum(result.broken_rules for result in ours), "", 0),
    ]
    for name, results in rivals.items():
        found += [
            Figure(f"{size} seconds, longest, {name}", max(result.seconds for result in results), "s"),
            Figure(f"{size} missed ETAs, {name}", sum(result.measures.missed for result in results), ""),
            Figure(
                f"{size} load spread, worst, {name}",
                max(result.measures.load_spread for result in results),
                "",
            ),
            Figure(
                f"{size} walking, mean, {name}",
                mean(results, lambda result: result.measures.walking_minutes),
                "min",
            ),
            Figure(f"{size} rooms on no list, {name}", sum(r.measures.unassigned for r in results), ""),
            Figure(f"{size} broken rules, {name}", sum(result.broken_rules for result in results), ""),
        ]
    for name in (PYVRP, OURS):
        if name not in rivals:
            continue
        ratios = [
            result.measures.walking_minutes / other.measures.walking_minutes
            for result, other in zip(ours, rivals[name], strict=True)
        ]
        # What the board is held to is PyVRP; the other says what the balance itself costs.
        worst = f"walking ÷ {name}: worst day"
        found += [
            figure(worst, max(ratios), "", WALKING_GOAL)
            if name == PYVRP
            else Figure(f"{size} {worst}", max(ratios), ""),
            Figure(f"{size} walking ÷ {name}: mean", statistics.fmean(ratios), ""),
        ]
    return [
        *found,
        Figure(f"{size} planted plan: missed ETAs", sum(result.measures.missed for result in planted), ""),
        Figure(f"{size} planted plan: broken rules", sum(result.broken_rules for result in planted), ""),
        Figure(
            f"{size} planted plan: load spread, worst",
            max(result.measures.load_spread for result in planted),
            "",
        ),
        Figure(
            f"{size} planted plan: walking, mean",
            mean(planted, lambda result: result.measures.walking_minutes),
            "min",
        ),
    ]


# -- in the day ------------------------------------------------------------------------------------


def at_half_past_ten(problem: Problem, board: Board) -> Problem:
    """The same day later, everything gone as planned: what is finished is gone, what is begun is marked,
    people are where they were last."""
    works = {work.id: work for work in problem.works}
    remaining: dict[str, Work] = {work.id: work for work in problem.works}
    shifts: list[Shift] = []
    for shift in problem.shifts:
        place, credits, area = shift.at, 0.0, 0.0
        for visit in board.route(shift.id).visits:
            work = works[visit.work_id]
            if visit.starts_at >= TROUBLE_AT:
                remaining[work.id] = replace(work, previous=shift.id)
            elif visit.ends_at > TROUBLE_AT:
                remaining[work.id] = replace(work, started_by=shift.id, started_at=visit.starts_at)
            else:
                del remaining[work.id]
                place = work.place
                credits += work.credits
                area += work.area_square_metres
        shifts.append(
            replace(
                shift,
                at=place,
                max_credits=None if shift.max_credits is None else shift.max_credits - credits,
                max_area_square_metres=None
                if shift.max_area_square_metres is None
                else shift.max_area_square_metres - area,
            )
        )
    return replace(problem, now=TROUBLE_AT, works=tuple(remaining.values()), shifts=tuple(shifts))


def _troubles(problem: Problem, board: Board, seed: int) -> list[tuple[str, Result, Replanned]]:
    later = at_half_past_ten(problem, board)
    found = []
    for name, make in TROUBLES.items():
        changed = make(later, random.Random(seed))
        begun = time.perf_counter()
        answer = replan_board(changed, board, REPLAN_SECONDS, seed)
        took = time.perf_counter() - begun
        found.append((name, _judged(changed, answer.board, took), answer))
    return found


def _sick(problem: Problem, draw: random.Random) -> Problem:
    """Somebody goes home; limits of credits and area do not bind on such a day, locks to them are off."""
    gone = draw.choice(problem.shifts).id
    works = tuple(
        replace(
            work,
            started_by=None if work.started_by == gone else work.started_by,
            started_at=None if work.started_by == gone else work.started_at,
            locked_to=None if work.locked_to == gone else work.locked_to,
            # Somebody else can be shown how.
            skills=frozenset() if work.previous == gone or work.started_by == gone else work.skills,
        )
        for work in problem.works
    )
    shifts = tuple(
        replace(shift, max_credits=None, max_area_square_metres=None)
        for shift in problem.shifts
        if shift.id != gone
    )
    return replace(problem, works=works, shifts=shifts)


def _open(problem: Problem) -> list[int]:
    """Works that could be begun now."""
    return [
        number
        for number, work in enumerate(problem.works)
        if work.started_by is None
        and work.locked_to is None
        and (work.released_at is None or work.released_at <= problem.now)
        and work.priority in (Priority.NORMAL, Priority.ARRIVAL)
    ]


def _changed(problem: Problem, numbers: list[int], **what: object) -> Problem:
    works = list(problem.works)
    for number in numbers:
        works[number] = replace(works[number], **what)  # type: ignore[arg-type]
    return replace(problem, works=tuple(works))


def _early(problem: Problem, draw: random.Random) -> Problem:
    """Three guests come an hour and a half from now."""
    open_ = _open(problem)
    chosen = draw.sample(open_, min(3, len(open_)))
    due = problem.now + timedelta(minutes=90)
    return _changed(problem, chosen, due_at=due, priority=Priority.ARRIVAL)


def _lobby(problem: Problem, draw: random.Random) -> Problem:
    """Two guests stand in the lobby."""
    open_ = _open(problem)
    return _changed(problem, draw.sample(open_, min(2, len(open_))), priority=Priority.QUEUE)


def _refused(problem: Problem, draw: random.Random) -> Problem:
    """One stayover in twelve has the sign out."""
    open_ = [number for number in _open(problem) if problem.works[number].due_at is None]
    return _changed(problem, draw.sample(open_, -(-len(open_) // 12)), priority=Priority.LAST)


def _slow(problem: Problem, draw: random.Random) -> Problem:
    """One attendant is half an hour behind in the room begun, and slower from now on."""
    begun = [number for number, work in enumerate(problem.works) if work.started_by is not None]
    if not begun:
        return problem
    number = draw.choice(begun)
    slow = problem.works[number]
    shifts = tuple(
        replace(shift, minutes_factor=1.2 * shift.minutes_factor) if shift.id == slow.started_by else shift
        for shift in problem.shifts
    )
    return replace(_changed(problem, [number], minutes=slow.minutes + 30), shifts=shifts)


TROUBLES: dict[str, Callable[[Problem, random.Random], Problem]] = {
    "sick call": _sick,
    "early arrivals": _early,
    "guests in the lobby": _lobby,
    "DND": _refused,
    "slow attendant": _slow,
}


def _trouble_figures(size: str, troubles: list[tuple[str, Result, Replanned]]) -> list[Figure]:
    goals = SIZES.get(size) is not None

    def figure(name: str, value: float, unit: str, goal: float) -> Figure:
        return (
            at_most(f"{size} {name}", value, unit, goal) if goals else Figure(f"{size} {name}", value, unit)
        )

    results = [result for _, result, _ in troubles]
    found = [
        figure("re-plan: seconds, longest", max(r.seconds for r in results), "s", REPLAN_GOAL_SECONDS),
        figure("re-plan: broken rules", sum(r.broken_rules for r in results), "", 0),
    ]
    for name in TROUBLES:
        results = [result for kind, result, _ in troubles if kind == name]
        answers = [answer for kind, _, answer in troubles if kind == name]
        found += [
            figure(f"{name}: share moved, worst", max(a.moved_share for a in answers), "", MOVED_GOAL),
            figure(f"{name}: missed ETAs", sum(r.measures.missed for r in results), "", 0),
            Figure(f"{size} {name}: rooms on no list", sum(r.measures.unassigned for r in results), ""),
            Figure(
                f"{size} {name}: changes told, mean", statistics.fmean(len(a.changes) for a in answers), ""
            ),
        ]
    return found
