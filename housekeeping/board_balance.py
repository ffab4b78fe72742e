"""The balance stage: make lists workable, even and short, whoever made them. Pure; seeded.

Routing solvers take the fewest steps and leave one attendant with far more than another. Lists above
the aimed load (`Lanes.aim_at_balance`) cost more than any walk they save, so that the same moves that
shorten lists even them out. Two searches alternate:

- moves between neighbours: a work next to a near one, two works exchanged, two tails exchanged;
- ruin and recreate: pieces of lists that lie near one another are taken off and dealt again where they
  cost least (Christiaens, Vanden Berghe 2020, Slack induction by string removals for vehicle routing
  problems), at first also when that is a little worse (annealing). It often begins where something is
  wrong: a missed arrival, an overloaded list, a work left out.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence

from housekeeping.board_greedy import dealt, insert, insert_all
from housekeeping.board_lanes import COST_LEFT_OUT, COST_MISSED, IMPOSSIBLE, Lanes

# The share of the time that is left: 1 at first, 0 or less when it is over.
TimeLeft = Callable[[], float]

_NEIGHBOURS = 10
_NEAR = 40
_MEAN_RUINED = 8
_LONGEST_PIECE = 6
_MOST_CREWS_TRIED = 12
# Annealing: how much worse (in seconds of walking) is taken at first and in the end.
_WARM, _COLD = 60.0, 1.0
_ROUNDS_BETWEEN_DESCENTS = 200
_GAIN = 1e-6


def repair(lanes: Lanes, orders: Sequence[Sequence[int]]) -> list[list[int]]:
    """The same lists with every rule kept: what does not fit is dealt anew, or left out."""
    mended: list[list[int]] = []
    seen: set[int] = set()
    for k, order in enumerate(orders):
        mine = list(lanes.started[k])
        mine += [work for work in order if work not in mine and work not in seen and lanes.may[k][work]]
        mine = lanes.in_order(k, mine)
        while lanes.cost(k, mine) == IMPOSSIBLE:
            mine.remove(_least_missed(lanes, k, mine))
        seen.update(mine)
        mended.append(mine)
    insert_all(lanes, mended, dealt(lanes, lanes.left_out(mended)))
    return mended


def _least_missed(lanes: Lanes, k: int, order: Sequence[int]) -> int:
    """What to take off a list that does not fit: the least urgent of its last works."""
    free = [work for work in order if not lanes.is_started(work)]
    tail = free[-3:]
    return min(
        tail, key=lambda work: (COST_LEFT_OUT[lanes.works[work].priority], lanes.due[work] is not None)
    )


def improve(
    lanes: Lanes,
    orders: Sequence[Sequence[int]],
    seed: int,
    time_left: TimeLeft,
    most_moved: int | None = None,
) -> list[list[int]]:
    """Better lists (by `Lanes.total`), searched until no time is left; never worse ones.

    At most `most_moved` works that have a home (`Lanes.settle`) come to be on another list.
    """
    search = _Search(lanes, repair(lanes, orders), random.Random(seed), time_left, most_moved)  # noqa: S311
    search.run()
    return search.best


class _Search:
    def __init__(
        self,
        lanes: Lanes,
        orders: list[list[int]],
        rng: random.Random,
        time_left: TimeLeft,
        most_moved: int | None,
    ) -> None:
        self._most_moved = most_moved
        self._lanes, self.orders, self._rng, self._time_left = lanes, orders, rng, time_left
        self.best = orders
        # How far the present lists are from the best ones.
        self._above_best = 0.0
        self._free = [work for work in range(lanes.size) if not lanes.is_started(work)]
        walk = lanes.walk
        self._near = {
            work: sorted(
                (other for other in self._free if other != work),
                key=lambda other: (walk[work + 1][other + 1], other),
            )[:_NEAR]
            for work in self._free
        }

    def run(self) -> None:
        if len(self._lanes.crews) == 0 or not self._free:
            return
        self._descend()
        rounds = 0
        while self._time_left() > 0:
            self._ruin_and_recreate()
            rounds += 1
            if rounds % _ROUNDS_BETWEEN_DESCENTS == 0:
                self._descend()

    # -- neighbours ----------------------------------------------------------------------------

    def _descend(self) -> None:
        """Moves between neighbours until none helps."""
        better = True
        while better and self._time_left() > 0:
            better = False
            works = list(self._free)
            self._rng.shuffle(works)
            for work in works:
                if self._time_left() <= 0:
                    return
                better = self._move_one(work) or better

    def _move_one(self, work: int) -> bool:
        place = {w: (k, n) for k, order in enumerate(self.orders) for n, w in enumerate(order)}
        if work not in place:
            return False
        for other in self._near[work][:_NEIGHBOURS]:
            if other in place and (self._next_to(place, work, other) or self._exchange(place, work, other)):
                return True
        return False

    def _next_to(self, place: dict[int, tuple[int, int]], work: int, other: int) -> bool:
        """Put a work before or after another one."""
        (a, _), (b, j) = place[work], place[other]
        without = [w for w in self.orders[a] if w != work]
        if a == b:
            at = without.index(other)
            return any(
                self._take({a: [*without[:n], work, *without[n:]]})
                for n in (at, at + 1)
                if n >= self._first(a)
            )
        there = self.orders[b]
        return any(
            self._take({a: without, b: [*there[:n], work, *there[n:]]})
            for n in (j, j + 1)
            if n >= self._first(b)
        )

    def _exchange(self, place: dict[int, tuple[int, int]], work: int, other: int) -> bool:
        """Exchange two works, or all that comes after them."""
        (a, i), (b, j) = place[work], place[other]
        if a == b:
            return False
        mine, theirs = self.orders[a], self.orders[b]
        if self._take({a: [*mine[:i], other, *mine[i + 1 :]], b: [*theirs[:j], work, *theirs[j + 1 :]]}):
            return True
        return self._take(
            {a: mine[: i + 1] + theirs[j + 1 :], b: theirs[: j + 1] + mine[i + 1 :]}
        ) or self._take({a: mine[:i] + theirs[j:], b: theirs[:j] + mine[i:]})

    def _first(self, k: int) -> int:
        return len(self._lanes.started[k])

    def _take(self, changed: dict[int, list[int]]) -> bool:
        """Keep changed lists if they are better."""
        before = sum(self._lanes.cost(k, self.orders[k]) for k in changed)
        after = 0.0
        for k, order in changed.items():
            after += self._lanes.cost(k, order)
            if after >= before - _GAIN:
                return False
        if self._moves_too_many(changed):
            return False
        ordered = {k: self._lanes.in_order(k, order) for k, order in changed.items()}
        self._keep({**dict(enumerate(self.orders)), **ordered}, after - before)
        return True

    def _keep(self, lists: Mapping[int, list[int]], change: float) -> None:
        """Go on from these lists; they cost `change` more than the present ones."""
        self.orders = [lists[k] for k in range(len(self.orders))]
        self._above_best += change
        if self._above_best < -_GAIN:
            self.best, self._above_best = self.orders, 0.0

    def _moves_too_many(self, changed: Mapping[int, list[int]]) -> bool:
        """Whether this would take more works from their homes than may be (and more than now)."""
        if self._most_moved is None:
            return False
        lanes = self._lanes
        gained = sum(lanes.moved(k, order) - lanes.moved(k, self.orders[k]) for k, order in changed.items())
        if gained <= 0:
            return False
        return gained + sum(lanes.moved(k, order) for k, order in enumerate(self.orders)) > self._most_moved

    # -- ruin and recreate -----------------------------------------------------------------------

    def _ruin_and_recreate(self) -> None:
        lanes, rng = self._lanes, self._rng
        out = lanes.left_out(self.orders)
        troubled = self._troubled(out) if rng.random() < 0.3 else []
        tried = list(self.orders)
        taken = self._take_off(tried, rng.choice(troubled or self._free))
        crews = {k for k, order in enumerate(tried) if order is not self.orders[k]}
        crews |= set(rng.sample(range(len(tried)), min(len(tried), _MOST_CREWS_TRIED)))
        for k in crews:
            tried[k] = list(tried[k])
        pool = self._dealt([*taken, *out])
        before = sum(lanes.cost(k, self.orders[k]) for k in crews) + self._price(out)
        left = [work for work in pool if insert(lanes, tried, work, sorted(crews)) is None]
        change = sum(lanes.cost(k, tried[k]) for k in crews) + self._price(left) - before
        warmth = _COLD * (_WARM / _COLD) ** max(0.0, self._time_left())
        if change > -warmth * math.log(1.0 - rng.random()):
            return
        if not self._moves_too_many({k: tried[k] for k in crews}):
            self._keep(dict(enumerate(tried)), change)

    def _price(self, works: Sequence[int]) -> float:
        return sum(COST_LEFT_OUT[self._lanes.works[work].priority] for work in works)

    def _take_off(self, tried: list[list[int]], seed: int) -> list[int]:
        """Take pieces of neighbouring lists off, each around a work near the seed; what was taken."""
        rng = self._rng
        holders = {work: k for k, order in enumerate(tried) for work in order}
        longest = max(1, min(_LONGEST_PIECE, len(holders) // max(1, len(tried))))
        pieces = int(rng.uniform(1, max(1.0, 4 * _MEAN_RUINED / (1 + longest) - 1) + 1))
        taken: list[int] = []
        touched: set[int] = set()
        for work in [seed, *self._near[seed]]:
            k = holders.get(work)
            if len(touched) == pieces:
                break
            if k is None or k in touched:
                continue
            touched.add(k)
            first = self._first(k)
            length = rng.randint(1, min(longest, len(tried[k]) - first))
            at = tried[k].index(work)
            begin = rng.randint(max(first, at - length + 1), min(at, len(tried[k]) - length))
            taken += tried[k][begin : begin + length]
            tried[k] = tried[k][:begin] + tried[k][begin + length :]
        return taken

    def _dealt(self, works: list[int]) -> list[int]:
        """One of several orders in which to put works back."""
        chance = self._rng.random()
        if chance < 0.3:
            return dealt(self._lanes, works)
        shuffled = self._rng.sample(works, len(works))
        if chance < 0.6:
            shuffled.sort(key=lambda work: -self._lanes.works[work].minutes)
        return shuffled

    def _troubled(self, out: list[int]) -> list[int]:
        """Works that are left out, or on a list with a missed arrival or too much load."""
        lanes = self._lanes
        found = list(out)
        for k, order in enumerate(self.orders):
            over = lanes.caps is not None and lanes.load(k, order) > lanes.caps[k]
            if over or lanes.cost(k, order) >= COST_MISSED:
                found += [work for work in order if not lanes.is_started(work)]
        return found
