"""The board's problem in whole seconds and numbered places, and the one clockwork that times a list. Pure.

Greedy, routes, balance and re-plan all order works into lists; this module alone says at which
times a list is walked, whether it can be, and what it costs. Time 0 is `problem.now`. Works are
numbered as in the problem, crews as in `board.crews`.

Breaks are not part of a list: a crew takes one when the next work would end too late for it, when it
fits into a wait for a guest to leave, or, once it may begin, where the way to the staff room is shorter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from housekeeping.board import (
    Board,
    Priority,
    Problem,
    Rest,
    Route,
    Visit,
    available_seconds,
    crews,
)
from housekeeping.board_places import KeptPlaces

# What counts how much, in seconds of walking. A missed arrival is worse than any walk or imbalance.
COST_MISSED = 2_000_000
COST_LATE_PER_SECOND = 60
COST_OVERLOAD_PER_SECOND = 40.0
COST_OFF_SECTION = 120
# In the day: what it takes to give somebody else's room away, and to turn two rooms of a list round.
COST_MOVED = 2400
COST_TURNED_ROUND = 90
COST_OVERLOAD_IN_THE_DAY_PER_SECOND = 2.0
# A guest in the lobby: every second of waiting weighs as much as this many of walking.
COST_QUEUE_PER_SECOND = 0.5
# What leaving a work out costs; never cheaper than doing it too late.
COST_LEFT_OUT = {
    Priority.QUEUE: 80_000_000,
    Priority.VIP: 60_000_000,
    Priority.ARRIVAL: 50_000_000,
    Priority.NORMAL: 40_000_000,
    Priority.LAST: 30_000_000,
}
IMPOSSIBLE = float("inf")
# Sums of fractions.
_HAIR = 1e-6


@dataclass(frozen=True, slots=True)
class Timed:
    """A list as walked: (work, start, end) in order, breaks as (start, end), seconds on foot."""

    visits: tuple[tuple[int, int, int], ...]
    rests: tuple[tuple[int, int], ...]
    walking: int


class Lanes:
    """The compiled problem.

    `walk[a][b]` are seconds between nodes: node 0 is the office, work i is node i + 1, crew k starts
    at node `start_node[k]`. `may[k][i]` says whether a work can be on a crew's list at all.
    `caps[k]` is the load in seconds above which a list is called overloaded; None until
    `aim_at_balance` sets it.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.crews = crews(problem)
        works = self.works = problem.works
        self.size = len(works)
        places = [problem.office, *(work.place for work in works), *(crew.start for crew in self.crews)]
        numbers = {place: number for number, place in enumerate(dict.fromkeys(places))}
        between = [[problem.walking.seconds(a, b) for b in numbers] for a in numbers]
        nodes = [numbers[place] for place in places]
        self.walk = [[between[a][b] for b in nodes] for a in nodes]
        self.start_node = [1 + self.size + k for k in range(len(self.crews))]
        self.released = [self._second(work.released_at) if work.released_at else 0 for work in works]
        self.due = [self._second(work.due_at) if work.due_at else None for work in works]
        self.may = [[crew.may(work) for work in works] for crew in self.crews]
        self.service = [[crew.seconds(work) for work in works] for crew in self.crews]
        self.burden = [[crew.seconds_left(work, problem.now) for work in works] for crew in self.crews]
        self.off_section = [[not crew.prefers(work) for work in works] for crew in self.crews]
        self.begins = [self._second(crew.starts_at) for crew in self.crews]
        self.ends = [self._second(crew.ends_at) for crew in self.crews]
        self.available = [available_seconds(crew) for crew in self.crews]
        self.breaks = [
            [
                (
                    self._second(pause.earliest),
                    self._second(pause.latest),
                    round((pause.ends_at - pause.starts_at).total_seconds()),
                )
                for pause in crew.breaks
            ]
            for crew in self.crews
        ]
        self.started = [self._started(k) for k in range(len(self.crews))]
        self._started_set = {work for prefix in self.started for work in prefix}
        self._rank = [_rank(work.priority, work.due_at is None) for work in works]
        crew_of = {shift_id: k for k, crew in enumerate(self.crews) for shift_id in crew.shift_ids}
        self._places = KeptPlaces(works, crew_of, len(self.crews))
        self.caps: list[int] | None = None
        self._cost_overload = COST_OVERLOAD_PER_SECOND
        # In the day: who had a work and as their how-manieth; None for what is free to go anywhere.
        self.home: list[int | None] = [None] * self.size
        self._place_at_home: list[int] = [0] * self.size
        self._settled = False
        self._known: dict[tuple[int, tuple[int, ...]], float] = {}

    def _second(self, moment: datetime) -> int:
        return round((moment - self.problem.now).total_seconds())

    def moment(self, second: int) -> datetime:
        """The time that a second of ours stands for."""
        return self.problem.now + timedelta(seconds=second)

    def _started(self, k: int) -> list[int]:
        """What a crew is at work on, first begun first."""
        ids = self.crews[k].shift_ids
        mine = [i for i, work in enumerate(self.works) if work.started_by in ids]
        return sorted(mine, key=lambda i: (self.works[i].started_at, i))

    def is_started(self, work: int) -> bool:
        return work in self._started_set

    # -- order ---------------------------------------------------------------------------------

    def in_order(self, k: int, order: Sequence[int]) -> list[int]:
        """The same works with nothing overtaken: what goes before is pulled forward, the rest stays.

        What a person put in its place is there first, as far as nothing overtakes by it.
        """
        prefix = [work for work in self.started[k] if work in order] if self.started[k] else []
        rest = [work for work in order if work not in prefix] if prefix else list(order)
        if self._places.any_on(k):
            rest = self._places.in_place(k, rest)
        if not _may_overtake([self._rank[work] for work in rest]):
            return prefix + rest
        done = prefix
        while rest:
            waiting = self._overtaken(self.walk_through(k, [*done, *rest]), len(done))
            if waiting is None:
                return done + rest
            # Everything before the first that overtakes is in order already.
            at, first = waiting
            done = [*done, *rest[: at - len(done)], first]
            rest = [work for work in rest if work not in done]
        return done

    def _overtaken(self, timed: Timed, begin: int) -> tuple[int, int] | None:
        """The first place (from `begin` on) where a work overtakes another, and which should be there."""
        rank, released = self._rank, self.released
        visits = timed.visits
        for at in range(begin, len(visits)):
            work, start, _ = visits[at]
            goes_before = _AHEAD_OF[rank[work]]
            if not goes_before:
                continue
            ahead = [other for other, _, _ in visits[at + 1 :] if rank[other] in goes_before]
            waiting = [other for other in ahead if released[other] <= start]
            if waiting:
                return at, self._first_of(waiting)
        return None

    def _first_of(self, waiting: list[int]) -> int:
        """Of works that wait, one that no other of them goes before, in their order."""
        ranks = {self._rank[work] for work in waiting}
        return next(work for work in waiting if not ranks & _AHEAD_OF[self._rank[work]])

    def room_for(self, k: int, order: Sequence[int], work: int) -> tuple[int, int]:
        """The first and the last place on a list where a work can stand without being pulled forward, or
        others being pulled before it; works not yet released are left out of account."""
        rank, released, begins = self._rank, self.released, self.begins[k]
        low, high = len(self.started[k]), len(order)
        mine, ready = rank[work], released[work] <= begins
        for place in range(low, len(order)):
            other = order[place]
            if rank[other] in _AHEAD_OF[mine] and released[other] <= begins:
                low = place + 1
            elif ready and mine in _AHEAD_OF[rank[other]] and place < high:
                high = place
        return low, max(low, high)

    # -- time ----------------------------------------------------------------------------------

    def walk_through(self, k: int, order: Sequence[int]) -> Timed:
        """Walk a list as it stands, without asking whether it is allowed."""
        walk, released, service = self.walk, self.released, self.service[k]
        to_office = walk[0]  # ways are as long there as back
        node, time, on_foot = self.start_node[k], self.begins[k], 0
        pauses = self.breaks[k]
        visits: list[tuple[int, int, int]] = []
        rests: list[tuple[int, int]] = []
        if order and order[0] in self._started_set:
            work = order[0]
            begun = self._second(self.works[work].started_at or self.problem.now)
            time = max(time, begun + service[work])
            visits.append((work, begun, time))
            node, order = work + 1, order[1:]
        for number, work in enumerate(order, start=1):
            there = work + 1
            way = walk[node][there]
            start = time + way
            if start < released[work]:
                start = released[work]
            end = start + service[work]
            while pauses:
                earliest, latest, length = pauses[0]
                resting = time + to_office[node]
                if resting < earliest:
                    resting = earliest
                if end + to_office[there] <= latest and resting + length + to_office[there] > start:
                    # In time for it afterwards, and no wait that it would fill: where the way is shorter.
                    if resting > time + to_office[node]:
                        break
                    then = order[number] + 1 if number < len(order) else 0
                    if to_office[node] - walk[node][there] > to_office[then] - walk[there][then]:
                        break
                on_foot += to_office[node]
                node, time, pauses = 0, resting + length, pauses[1:]
                rests.append((resting, time))
                way = to_office[there]
                start = time + way
                if start < released[work]:
                    start = released[work]
                end = start + service[work]
            on_foot += way
            visits.append((work, start, end))
            node, time = there, end
        if visits:
            on_foot += walk[node][0]
            time += walk[node][0]
            for earliest, _latest, length in pauses:
                resting = max(time, earliest)
                if resting + length <= self.ends[k]:
                    rests.append((resting, resting + length))
                    time = resting + length
        return Timed(tuple(visits), tuple(rests), on_foot)

    # -- cost ----------------------------------------------------------------------------------

    def fits_limits(self, k: int, order: Sequence[int]) -> bool:
        """Whether a list is within the crew's minutes, credits and area, and theirs to do."""
        may, works, crew = self.may[k], self.works, self.crews[k]
        credits = area = 0.0
        free = False
        for work in order:
            if not may[work]:
                return False
            credits += works[work].credits
            area += works[work].area_square_metres
            free = free or work not in self._started_set
        if not free:
            return True
        if crew.max_minutes is not None and self.load(k, order) > round(60 * crew.max_minutes):
            return False
        return (crew.max_credits is None or credits <= crew.max_credits + _HAIR) and (
            crew.max_area_square_metres is None or area <= crew.max_area_square_metres + _HAIR
        )

    def load(self, k: int, order: Sequence[int]) -> int:
        """Seconds of work on a list, less what is already done of it."""
        burden = self.burden[k]
        return sum([burden[work] for work in order])

    def cost(self, k: int, order: Sequence[int]) -> float:
        """What a list costs in seconds of walking (see the weights above), nothing overtaken;
        `IMPOSSIBLE` when it does not fit the crew's hours, limits or skills."""
        if not order:
            return 0.0
        key = (k, tuple(order))
        known = self._known.get(key)
        if known is None:
            if len(self._known) > 100_000:
                self._known.clear()
            known = self._known[key] = self._cost(k, order)
        return known

    def _cost(self, k: int, order: Sequence[int]) -> float:
        if not self.fits_limits(k, order):
            return IMPOSSIBLE
        timed = self.walk_through(k, self.in_order(k, order))
        if not self.fits_hours(k, timed):
            return IMPOSSIBLE
        cost = float(timed.walking)
        due, off_section = self.due, self.off_section[k]
        node, free_since = self.start_node[k], self.begins[k]
        for work, start, end in timed.visits:
            wanted = due[work]
            if wanted is not None and end > wanted:
                cost += COST_MISSED + COST_LATE_PER_SECOND * (end - wanted)
            if off_section[work]:
                cost += COST_OFF_SECTION
            if self._rank[work] == _RANK_QUEUE:
                # Neither the guest should wait nor, before the guest's room is free, the attendant.
                idle = start - free_since - self.walk[node][work + 1]
                cost += COST_QUEUE_PER_SECOND * (start - self.released[work] + max(0, idle))
            node, free_since = work + 1, end
        if self.caps is not None:
            cost += self._cost_overload * max(0, self.load(k, order) - self.caps[k])
        if self._settled:
            cost += COST_MOVED * self.moved(k, order)
            mine = [self._place_at_home[work] for work, _, _ in timed.visits if self.home[work] == k]
            cost += COST_TURNED_ROUND * sum(a > b for a, b in pairwise(mine))
        return cost

    def least_extra(self, k: int, load: int, work: int) -> float:
        """What a work adds to the cost of a list with this load, whatever its place: all but the way."""
        extra = float(COST_OFF_SECTION) if self.off_section[k][work] else 0.0
        if self.caps is not None:
            over = load + self.burden[k][work] - self.caps[k]
            extra += self._cost_overload * max(0, min(over, self.burden[k][work]))
        if self._settled and self.home[work] not in (None, k):
            extra += COST_MOVED
        return extra

    def fits_hours(self, k: int, timed: Timed) -> bool:
        """Whether everything ends within the shift, the way back included, and breaks are near their
        times. What is started is there whatever the hours say."""
        free = [visit for visit in timed.visits if visit[0] not in self._started_set]
        if not free:
            return True
        last = free[-1]
        if last[2] + self.walk[last[0] + 1][0] > self.ends[k]:
            return False
        for (start, end), (_, latest, _) in zip(timed.rests, self.breaks[k], strict=False):
            if end > self.ends[k]:
                return False
            # Only a started room may hold somebody past their break.
            if latest < start < last[1] and free[0][1] < start:
                return False
        return True

    # -- balance -------------------------------------------------------------------------------

    def aim_at_balance(self, spread: float) -> None:
        """From now on lists above (1 + spread) × the mean load count as overloaded.

        The mean is over all works that somebody may do; where single works are so long that no split
        could be that even, the aim is what longest-first reaches.
        """
        total = sum(
            min(self.burden[k][work] for k in range(len(self.crews)) if self.may[k][work])
            for work in range(self.size)
            if any(self.may[k][work] for k in range(len(self.crews)))
        )
        time = sum(self.available)
        if not time:
            return
        reachable = max(
            (load / self.available[k] for k, load in enumerate(self._longest_first()) if self.available[k]),
            default=0.0,
        )
        share = max((1 + spread) * total / time, min(reachable, 1.0))
        self.caps = [round(share * available) for available in self.available]
        self._known.clear()

    def _longest_first(self) -> list[float]:
        """Loads when works are dealt longest first, each to whom it leaves least loaded."""
        loads = [0.0] * len(self.crews)
        longest = sorted(range(self.size), key=lambda i: (-self.works[i].minutes, i))
        bound = [i for i in longest if self.works[i].locked_to or self.works[i].started_by]
        for work in [*bound, *(i for i in longest if i not in set(bound))]:
            open_to = [k for k in range(len(self.crews)) if self.may[k][work] and self.available[k]]
            if open_to:
                k = min(open_to, key=lambda k: ((loads[k] + self.burden[k][work]) / self.available[k], k))
                loads[k] += self.burden[k][work]
        return loads

    # -- in the day ----------------------------------------------------------------------------

    def settle(self, orders: Sequence[Sequence[int]]) -> None:
        """From now on works should stay on these lists, in their order, where nothing speaks against it."""
        for k, order in enumerate(orders):
            for place, work in enumerate(order):
                self.home[work], self._place_at_home[work] = k, place
        self._settled = True
        self._cost_overload = COST_OVERLOAD_IN_THE_DAY_PER_SECOND
        self._known.clear()

    def moved(self, k: int, order: Sequence[int]) -> int:
        """How many works of a list were on somebody else's."""
        home = self.home
        return sum(home[work] is not None and home[work] != k for work in order)

    # -- answers -------------------------------------------------------------------------------

    def routes(self, orders: Sequence[Sequence[int]]) -> tuple[Route, ...]:
        """Lists as routes with times, one for every shift in the problem's order."""
        by_shift: dict[str, Route] = {}
        for k, order in enumerate(orders):
            timed = self.walk_through(k, self.in_order(k, order))
            for shift_id in self.crews[k].shift_ids:
                by_shift[shift_id] = Route(
                    shift_id,
                    tuple(
                        Visit(self.works[work].id, self.moment(start), self.moment(end))
                        for work, start, end in timed.visits
                    ),
                    tuple(Rest(self.moment(start), self.moment(end)) for start, end in timed.rests),
                    load_minutes=self.load(k, order) / 60,
                    walking_minutes=timed.walking / 60,
                )
        return tuple(by_shift[shift.id] for shift in self.problem.shifts)

    def orders(self, board: Board) -> list[list[int]]:
        """The lists of a board, as far as their works are still in this problem and may stay there."""
        number = {work.id: i for i, work in enumerate(self.works)}
        lists = {route.shift_id: route for route in board.routes}
        found: list[list[int]] = []
        for k, crew in enumerate(self.crews):
            route = lists.get(crew.shift_ids[0])
            visits = route.visits if route else ()
            mine = [number[visit.work_id] for visit in visits if visit.work_id in number]
            mine = [i for i in mine if self.may[k][i]]
            found.append(self.in_order(k, [*self.started[k], *(i for i in mine if i not in self.started[k])]))
        return found

    def left_out(self, orders: Sequence[Sequence[int]]) -> list[int]:
        """Works that are on no list."""
        there = {work for order in orders for work in order}
        return [work for work in range(self.size) if work not in there]

    def total(self, orders: Sequence[Sequence[int]]) -> float:
        """What a whole board costs, works left out included."""
        lists = sum(self.cost(k, order) for k, order in enumerate(orders))
        return lists + sum(COST_LEFT_OUT[self.works[work].priority] for work in self.left_out(orders))


_RANK_QUEUE, _RANK_VIP, _RANK_DUE, _RANK_NORMAL, _RANK_LAST = range(5)


def _rank(priority: Priority, open_ended: bool) -> int:
    """The class of a work as `board.goes_before` tells them apart."""
    if priority is Priority.QUEUE:
        return _RANK_QUEUE
    if priority is Priority.LAST:
        return _RANK_LAST
    if priority is Priority.VIP:
        return _RANK_VIP
    return _RANK_NORMAL if priority is Priority.NORMAL and open_ended else _RANK_DUE


# _BEFORE[a][b]: a work of class a must not be overtaken by one of class b (see `board.goes_before`).
_BEFORE = [
    [
        (first != second and (first == _RANK_QUEUE or second == _RANK_LAST))
        or (first, second) == (_RANK_VIP, _RANK_NORMAL)
        for second in range(5)
    ]
    for first in range(5)
]


# The classes that works of a class must not overtake.
_AHEAD_OF = [frozenset(first for first in range(5) if _BEFORE[first][second]) for second in range(5)]


def _may_overtake(ranks: Sequence[int]) -> bool:
    """Whether, of works of these classes in this order, one could overtake another."""
    normal = others = last = False
    for rank in ranks:
        if (
            (rank == _RANK_QUEUE and others)
            or (rank == _RANK_VIP and normal)
            or (last and rank != _RANK_LAST)
        ):
            return True
        others = others or rank != _RANK_QUEUE
        normal = normal or rank == _RANK_NORMAL
        last = last or rank == _RANK_LAST
    return False
