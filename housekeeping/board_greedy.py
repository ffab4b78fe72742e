"""The board that is always there: works dealt one by one to where they cost least. Pure, deterministic.

What has to be somewhere comes first (started, locked), then queue rooms, due times from the
tightest on, VIPs, and the rest floor by floor. It takes a fraction of a second, needs no
solver and keeps every hard rule; the balance stage and the re-plan use its insertion too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from housekeeping.board import Priority
from housekeeping.board_lanes import COST_LEFT_OUT, IMPOSSIBLE, Lanes

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
    """Put a work on the list (of `crews`, or of anybody) where it costs least; the crew, or None.

    Places are tried from the least they could cost on (the detour, the load), until no other can be
    cheaper than what was found.
    """
    tries: list[tuple[float, float, int, int]] = []
    for k in range(len(orders)) if crews is None else crews:
        if lanes.may[k][work] and lanes.available[k]:
            tries += _tries(lanes, k, orders[k], work)
    tries.sort()
    best = float(COST_LEFT_OUT[lanes.works[work].priority])
    found: tuple[int, int] | None = None
    for least, _, k, position in tries:
        if least >= best:
            break
        order = orders[k]
        before = lanes.cost(k, order)
        if before == IMPOSSIBLE:
            continue
        cost = lanes.cost(k, [*order[:position], work, *order[position:]]) - before
        if cost < best:
            best, found = cost, (k, position)
    if found is None:
        return None
    k, position = found
    orders[k] = lanes.in_order(k, [*orders[k][:position], work, *orders[k][position:]])
    return k


def _tries(lanes: Lanes, k: int, order: Sequence[int], work: int) -> list[tuple[float, float, int, int]]:
    """Every place of a list as (the least it could cost, how full the list would be, crew, position).
    Between equals the one with less to do comes first. Never before what is started."""
    load = lanes.load(k, order)
    filled = (load + lanes.burden[k][work]) / lanes.available[k]
    extra = lanes.least_extra(k, load, work)
    first, last = lanes.room_for(k, order, work)
    way, node = lanes.walk, work + 1
    here = order[first - 1] + 1 if first else lanes.start_node[k]
    found = []
    for position in range(first, last + 1):
        there = order[position] + 1 if position < len(order) else 0
        # A detour can be shorter than none where it saves a way to the staff room.
        detour = max(0, way[here][node] + way[node][there] - way[here][there]) if order else 0
        found.append((extra + detour, filled, k, position))
        here = there
    return found
