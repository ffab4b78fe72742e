"""The board that is always there: works dealt one by one to where they cost least. Pure, deterministic.

What has to be somewhere comes first (started, locked), then queue rooms, due times from the
tightest on, VIPs, and the rest floor by floor. It takes a fraction of a second, needs no
solver and keeps every hard rule; the balance stage and the re-plan use its insertion too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from housekeeping.board import Priority
from housekeeping.board_lanes import COST_LEFT_OUT, IMPOSSIBLE, Lanes

# Of the places on a list, so many with the shortest detour are tried, and those that its times suggest.
_SHORTEST_DETOURS = 3
_FIRST = {
    Priority.QUEUE: 0,
    Priority.VIP: 2,
    Priority.ARRIVAL: 3,
    Priority.NORMAL: 3,
    Priority.LAST: 4,
}


def greedy_orders(lanes: Lanes) -> list[list[int]]:
    """Lists that keep every rule; what fits nowhere is on none."""
    orders = [list(prefix) for prefix in lanes.started]
    insert_all(lanes, orders, dealt(lanes, lanes.left_out(orders)))
    return orders


def dealt(lanes: Lanes, works: Iterable[int]) -> list[int]:
    """Works in the order in which they are dealt."""

    def key(work: int) -> tuple[int, int, float, int, float, int]:
        which = lanes.works[work]
        due = lanes.due[work]
        slack = float("inf") if due is None else due - lanes.released[work] - 60 * which.minutes
        first = 1 if due is not None and which.priority is not Priority.QUEUE else _FIRST[which.priority]
        bound = 0 if which.locked_to is not None else 1
        return (bound, first, slack, which.place.floor, which.place.position_metres, work)

    return sorted(works, key=key)


def insert_all(lanes: Lanes, orders: list[list[int]], works: Iterable[int]) -> list[int]:
    """Put works where they cost least, in the order given; what fits nowhere comes back."""
    return [work for work in works if insert(lanes, orders, work) is None]


def insert(
    lanes: Lanes, orders: list[list[int]], work: int, crews: Sequence[int] | None = None
) -> int | None:
    """Put a work on the list (of `crews`, or of anybody) where it costs least; the crew, or None."""
    best: tuple[float, float, int, int] | None = None
    for k in range(len(orders)) if crews is None else crews:
        if not lanes.may[k][work] or not lanes.available[k]:
            continue
        order = orders[k]
        before = lanes.cost(k, order)
        if before == IMPOSSIBLE:
            continue
        filled = (lanes.load(k, order) + lanes.service[k][work]) / lanes.available[k]
        for position in positions(lanes, k, order, work):
            cost = lanes.cost(k, [*order[:position], work, *order[position:]]) - before
            # Between equals the one with less to do.
            if cost < COST_LEFT_OUT[lanes.works[work].priority] and (
                best is None or (cost, filled) < (best[0], best[1])
            ):
                best = (cost, filled, k, position)
    if best is None:
        return None
    _, _, k, position = best
    orders[k].insert(position, work)
    return k


def positions(lanes: Lanes, k: int, order: Sequence[int], work: int) -> list[int]:
    """Where on a list a work is worth trying: the shortest detours, both ends, and where its release
    and its due time would put it. Never before what is started."""
    first = len(lanes.started[k])
    if len(order) - first <= _SHORTEST_DETOURS + 1:
        return list(range(first, len(order) + 1))
    walk, node = lanes.walk, work + 1
    nodes = [
        order[first - 1] + 1 if first else lanes.start_node[k],
        *(other + 1 for other in order[first:]),
        0,
    ]
    detours = sorted(
        (walk[a][node] + walk[node][b] - walk[a][b], first + n) for n, (a, b) in enumerate(pairwise(nodes))
    )
    chosen = {position for _, position in detours[:_SHORTEST_DETOURS]} | {first, len(order)}
    due, released = lanes.due[work], lanes.released[work]
    if due is not None or released > 0:
        timed = lanes.walk_through(k, order)
        for n, (_, start, _end) in enumerate(timed.visits):
            if n >= first and start >= released:
                chosen.add(n)
                break
        if due is not None:
            latest = due - lanes.service[k][work]
            fitting = [n + 1 for n, (_, _, end) in enumerate(timed.visits) if end <= latest]
            chosen.add(max([first, *fitting]))
    return sorted(chosen)
