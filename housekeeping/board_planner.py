"""One call that makes a board, for a worker process: it always answers.

`plan_board` and `greedy_board` are what services call. Give the former to the worker pool with a
timeout some seconds above `seconds`; when the pool itself gives up (the solver took the process
with it), `greedy_board` answers in the service's own process within a second.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from hotel.clock import SystemClock
from housekeeping.board import Board, Problem
from housekeeping.board_balance import improve, repair
from housekeeping.board_checks import check
from housekeeping.board_explain import name_troubles
from housekeeping.board_greedy import greedy_orders
from housekeeping.board_lanes import Lanes

# What a board aims at, a hair below the promised 10 %.
AIMED_SPREAD = 0.095
# Routes first; the rest of the time evens out, mends and shortens.
_SHARE_OF_ROUTES = 0.6
_LEAST_SECONDS = 0.05
_MADE_BY_ROUTES = "routes"


def greedy_board(problem: Problem) -> Board:
    """The board without any solver."""
    lanes = Lanes(problem)
    lanes.aim_at_balance(AIMED_SPREAD)
    return board_of(lanes, greedy_orders(lanes))


def plan_board(problem: Problem, seconds: float, seed: int = 0) -> Board:
    """The best board found in about `seconds` (up to a second more on the largest houses).

    It keeps every rule of `board_checks.check`. Whatever goes wrong with the solver, the greedy board
    comes back and `Board.fallback` says what it was. A `Problem` that can be made can be planned.
    """
    ends = SystemClock().monotonic() + seconds
    lanes = Lanes(problem)
    lanes.aim_at_balance(AIMED_SPREAD)
    greedy = greedy_orders(lanes)
    if not lanes.crews or not lanes.size or seconds <= _LEAST_SECONDS:
        return board_of(lanes, greedy)
    return better_of(lanes, greedy, lambda: search(lanes, greedy, ends, seed))


def search(lanes: Lanes, orders: Sequence[Sequence[int]], ends: float, seed: int) -> list[list[int]]:
    """Routes, then balance, until the monotonic time `ends`; never worse than `orders`."""
    # Only here: the solver takes a while to load, and the greedy answer must not depend on it.
    from housekeeping.board_routes import solve_routes

    clock = SystemClock()
    left = max(_LEAST_SECONDS, ends - clock.monotonic())
    routes = repair(lanes, solve_routes(lanes, orders, left * _SHARE_OF_ROUTES, seed))
    found = min(routes, [list(order) for order in orders], key=lanes.total)
    left = max(_LEAST_SECONDS, ends - clock.monotonic())
    return improve(lanes, found, seed, lambda: (ends - clock.monotonic()) / left)


def better_of(
    lanes: Lanes, greedy: Sequence[Sequence[int]], solve: Callable[[], Sequence[Sequence[int]]]
) -> Board:
    """What `solve` finds if it is sound and better than the greedy lists, else those, saying why."""
    fallback = None
    try:
        orders = solve()
        if lanes.total(orders) <= lanes.total(greedy):
            board = board_of(lanes, orders, _MADE_BY_ROUTES)
            faults = check(lanes.problem, board)
            if not faults:
                return board
            fallback = f"The solver's board broke {len(faults)} rules, first {faults[0].code}."
        else:
            fallback = "The solver found nothing better than the greedy board."
    except Exception as error:  # a solver must never leave a hotel without a board
        fallback = f"The solver failed: {type(error).__name__}: {error}"
    return replace(board_of(lanes, greedy), fallback=fallback)


def board_of(lanes: Lanes, orders: Sequence[Sequence[int]], made_by: str = "greedy") -> Board:
    """Lists as a board, with what is late or left out named."""
    ordered = [lanes.in_order(k, order) for k, order in enumerate(orders)]
    late, unassigned = name_troubles(lanes, ordered)
    return Board(lanes.routes(ordered), unassigned, late, made_by)
