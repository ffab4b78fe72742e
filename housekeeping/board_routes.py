"""Lists by PyVRP: vehicle routing with time windows, where vehicles are attendants. Pure but for the solver.

What is a rule in the board and how the solver sees it:

- hours: the vehicle's time window; releases and due times: the client's; walking: distance and time;
- a break: a client in the staff room that only this crew can reach, with a narrow window;
- locks, skills: ways that are closed on a crew's profile; preferred floors and sections: longer ways;
- limits and balance: load dimensions (the cap on minutes is what keeps the most loaded down);
- days that cannot be done: every client is optional, at a prize that no walk outweighs;
- what comes first and last: windows near the beginning or the end. The solver has no precedence;
  `Lanes.in_order` then puts a list in its exact order.

Methods: Wouda, Lan, Kool (2024), PyVRP: a high-performance VRP solver package, INFORMS J. Computing;
its search is an iterated local search with late acceptance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyvrp
from pyvrp.stop import MaxRuntime

from housekeeping.board import Priority
from housekeeping.board_lanes import COST_OFF_SECTION, Lanes

# Longer than any day, short enough that sums stay far from the integers' end.
_CLOSED = 1_000_000
_UNLIMITED = 1_000_000_000
_PRIZE_BREAK = 3_000_000
_PRIZES = {
    Priority.QUEUE: 1_000_000,
    Priority.VIP: 600_000,
    Priority.ARRIVAL: 500_000,
    Priority.NORMAL: 300_000,
    Priority.LAST: 200_000,
}
_QUEUE_WINDOW_SECONDS = 45 * 60
_VIP_WINDOW_SECONDS = 2 * 3600
_LATE_WINDOW_SECONDS = 15 * 60
_LAST_HOUR_SECONDS = 3600


def solve_routes(
    lanes: Lanes, orders: Sequence[Sequence[int]], seconds: float, seed: int, balanced: bool = True
) -> list[list[int]]:
    """Lists found in `seconds`, beginning from `orders`.

    They keep the crews' closed works, but may lie outside hours or leave works out: what comes back
    is repaired by `board_balance`. `balanced` False leaves the cap on minutes away.
    """
    model = RoutesModel(lanes, balanced)
    result = pyvrp.solve(
        model.data,
        stop=MaxRuntime(seconds),
        seed=seed,
        collect_stats=False,
        display=False,
        initial_solution=model.solution(orders),
    )
    return model.orders(result.best)


class RoutesModel:
    """The problem in the solver's shapes (`data`), and the way there and back.

    Client n is the n-th work that is not started, breaks come after them; vehicles are the crews.
    """

    def __init__(self, lanes: Lanes, balanced: bool) -> None:
        self._lanes = lanes
        self._works = [work for work in range(lanes.size) if not lanes.is_started(work)]
        self._client_of = {work: client for client, work in enumerate(self._works)}
        # A break is a client of its own with a place of its own, in the staff room.
        self._breaks = [(k, pause) for k, pauses in enumerate(lanes.breaks) for pause in pauses]
        self._nodes = len(lanes.walk)
        starts = [
            lanes.started[k][-1] + 1 if lanes.started[k] else node for k, node in enumerate(lanes.start_node)
        ]
        self._begins = [
            lanes.walk_through(k, lanes.started[k]).visits[-1][2] if lanes.started[k] else lanes.begins[k]
            for k in range(len(lanes.crews))
        ]
        depots = dict.fromkeys([0, *starts])
        depot_of = {node: number for number, node in enumerate(depots)}
        profiles, profile_of = self._profiles()
        self.data = pyvrp.ProblemData(
            locations=[pyvrp.Location(0, 0) for _ in range(self._nodes + len(self._breaks))],
            clients=[self._client(work) for work in self._works]
            + [self._break(b) for b in range(len(self._breaks))],
            depots=[pyvrp.Depot(node) for node in depots],
            vehicle_types=[
                pyvrp.VehicleType(
                    1,
                    capacity=self._capacity(k, balanced),
                    start_depot=depot_of[starts[k]],
                    end_depot=0,
                    tw_early=self._begins[k],
                    tw_late=max(lanes.ends[k], self._begins[k]),
                    profile=profile_of[k],
                )
                for k in range(len(lanes.crews))
            ],
            distance_matrices=[distance for distance, _ in profiles],
            duration_matrices=[duration for _, duration in profiles],
        )

    def _profiles(self) -> tuple[list[tuple[Any, Any]], list[int]]:
        """Distances and durations for each kind of crew, and which kind each crew is."""
        lanes = self._lanes
        nodes = [*range(self._nodes), *(0 for _ in self._breaks)]
        walk = np.asarray(lanes.walk, dtype=np.int64)[np.ix_(nodes, nodes)]
        base = np.asarray([self._service(work) for work in range(lanes.size)], dtype=np.int64)
        found: dict[bytes, int] = {}
        profiles: list[tuple[Any, Any]] = []
        profile_of: list[int] = []
        for k in range(len(lanes.crews)):
            distance, duration = walk.copy(), walk.copy()
            away = np.asarray(lanes.off_section[k], dtype=np.int64) * COST_OFF_SECTION
            distance[:, 1 : lanes.size + 1] += away
            # Who is slower leaves a room later: the rest of the work is on the way out of it.
            duration[1 : lanes.size + 1, :] += (np.asarray(lanes.service[k], dtype=np.int64) - base)[:, None]
            closed = [work + 1 for work in self._works if not lanes.may[k][work]]
            closed += [self._nodes + b for b, (whose, _) in enumerate(self._breaks) if whose != k]
            for matrix in (distance, duration):
                matrix[:, closed] = _CLOSED
                np.fill_diagonal(matrix, 0)
            key = distance.tobytes() + duration.tobytes()
            if key not in found:
                found[key] = len(profiles)
                profiles.append((distance, duration))
            profile_of.append(found[key])
        return profiles, profile_of

    def _service(self, work: int) -> int:
        """What the quickest crew takes."""
        return min((service[work] for service in self._lanes.service), default=0)

    def _client(self, work: int) -> Any:
        lanes = self._lanes
        which = lanes.works[work]
        early = lanes.released[work]
        early = max(early, 0)
        soonest = max(early, min(self._begins, default=0))
        late = _CLOSED
        due = lanes.due[work]
        if due is not None:
            slowest = max(
                (s[work] for s, may in zip(lanes.service, lanes.may, strict=True) if may[work]), default=0
            )
            late = due - slowest
            if late < soonest:  # cannot be met: as soon as can be
                late = soonest + _LATE_WINDOW_SECONDS
        if which.priority is Priority.QUEUE:
            late = min(late, soonest + _QUEUE_WINDOW_SECONDS)
        elif which.priority is Priority.VIP:
            late = min(late, soonest + _VIP_WINDOW_SECONDS)
        elif which.priority is Priority.LAST:
            early = max(early, min(self._last_hour(), late))
        return pyvrp.Client(
            work + 1,
            delivery=[
                round(60 * which.minutes),
                round(100 * which.credits),
                round(100 * which.area_square_metres),
            ],
            service_duration=self._service(work),
            tw_early=early,
            tw_late=late,
            prize=_PRIZES[which.priority],
            required=False,
        )

    def _last_hour(self) -> int:
        """From when on a list is likely to have only its last works left."""
        lanes = self._lanes
        total = sum(self._service(work) for work in self._works) + 120 * len(self._works)
        share = min(1.0, total / max(1, sum(lanes.available)))
        ends = sorted(
            lanes.begins[k] + round(share * (lanes.ends[k] - lanes.begins[k]))
            for k in range(len(lanes.crews))
        )
        return max(0, ends[len(ends) // 2] - _LAST_HOUR_SECONDS) if ends else 0

    def _break(self, number: int) -> Any:
        _, (earliest, latest, length) = self._breaks[number]
        return pyvrp.Client(
            self._nodes + number,
            delivery=[0, 0, 0],
            service_duration=length,
            tw_early=max(0, earliest),
            tw_late=max(0, latest),
            prize=_PRIZE_BREAK,
            required=False,
        )

    def _capacity(self, k: int, balanced: bool) -> list[int]:
        """Minutes (as seconds of someone with factor 1), credits × 100, area × 100."""
        lanes, crew = self._lanes, self._lanes.crews[k]
        seconds = float(_UNLIMITED)
        if balanced and lanes.caps is not None:
            seconds = min(seconds, lanes.caps[k])
        if crew.max_minutes is not None:
            seconds = min(seconds, 60 * crew.max_minutes)
        begun = [lanes.works[work] for work in lanes.started[k]]
        left = (
            (seconds - lanes.load(k, lanes.started[k])) / crew.minutes_factor,
            _UNLIMITED
            if crew.max_credits is None
            else 100 * (crew.max_credits - sum(w.credits for w in begun)),
            _UNLIMITED
            if crew.max_area_square_metres is None
            else 100 * (crew.max_area_square_metres - sum(w.area_square_metres for w in begun)),
        )
        return [max(0, int(limit + 0.5)) for limit in left]

    def solution(self, orders: Sequence[Sequence[int]]) -> Any:
        """Lists as the solver's routes, breaks put where the clockwork has them."""
        lanes = self._lanes
        number: dict[int, list[int]] = {}
        for b, (k, _) in enumerate(self._breaks):
            number.setdefault(k, []).append(b)
        routes = []
        for k, order in enumerate(orders):
            timed = lanes.walk_through(k, lanes.in_order(k, order))
            stops = [
                (start, self._client_of[work]) for work, start, _ in timed.visits if work in self._client_of
            ]
            if not stops:
                continue
            mine = number.get(k, [])
            stops += [(start, len(self._works) + b) for b, (start, _) in zip(mine, timed.rests, strict=False)]
            routes.append(pyvrp.Route(self.data, [client for _, client in sorted(stops)], k))
        return pyvrp.Solution(self.data, routes)

    def orders(self, solution: Any) -> list[list[int]]:
        """The solver's routes as lists, what is started in front."""
        lanes = self._lanes
        found: list[list[int]] = [list(prefix) for prefix in lanes.started]
        for route in solution.routes():
            k = route.vehicle_type()
            clients = [stop.idx for stop in route if stop.is_client()]
            found[k] += [
                self._works[c] for c in clients if c < len(self._works) and lanes.may[k][self._works[c]]
            ]
        return found
