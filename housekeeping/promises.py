"""By when a room will be ready in nine days of ten, from where it stands on somebody's list. Pure.

Planned times are the middle of what may come: each task takes log-normal time around its minutes, and
what one takes longer the next begins later, as far as no wait for a guest to leave takes it up. Delays
are carried along the list by their mean and variance; where a wait can take them up, by those of the
greater of a delay and none (C. E. Clark 1961, "The greatest of a finite set of random variables").
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta

from housekeeping.board import Board, Problem, Work

# The ninth decile of the normal distribution.
_Z90 = 1.2815515655446004

# The spread (standard deviation of log-minutes) of a task.
Spread = Callable[[Work], float]


def promises(problem: Problem, board: Board, spread: Spread) -> dict[str, datetime]:
    """By task on a list, when it is finished in nine cases of ten."""
    works = {work.id: work for work in problem.works}
    found: dict[str, datetime] = {}
    for route in board.routes:
        late, variance = 0.0, 0.0
        free_at, place = problem.now, problem.office
        for visit in route.visits:
            work = works[visit.work_id]
            if work.released_at is not None and visit.starts_at == work.released_at > problem.now:
                rested = [rest.ends_at for rest in route.rests if free_at < rest.ends_at <= visit.starts_at]
                walked = timedelta(seconds=problem.walking.seconds(place, work.place))
                wait = visit.starts_at - max([free_at, *rested]) - walked
                late, variance = _at_least_none(late - max(0.0, wait.total_seconds() / 60), variance)
            free_at, place = visit.ends_at, work.place
            minutes = (visit.ends_at - visit.starts_at).total_seconds() / 60
            more, own = _beyond_middle(minutes, spread(work))
            late, variance = late + more, variance + own
            found[work.id] = max(
                problem.now, visit.ends_at + timedelta(minutes=late + _Z90 * math.sqrt(variance))
            )
    return found


def _beyond_middle(minutes: float, spread: float) -> tuple[float, float]:
    """Mean and variance of how much longer than its middle a log-normal task takes."""
    mean = minutes * math.exp(spread**2 / 2)
    return mean - minutes, mean**2 * (math.exp(spread**2) - 1)


def _at_least_none(mean: float, variance: float) -> tuple[float, float]:
    """Mean and variance of max(0, delay) for a normal delay."""
    if variance <= 0:
        return max(0.0, mean), 0.0
    deviation = math.sqrt(variance)
    ratio = mean / deviation
    below = (1 + math.erf(ratio / math.sqrt(2))) / 2
    density = math.exp(-(ratio**2) / 2) / math.sqrt(2 * math.pi)
    first = mean * below + deviation * density
    second = (mean**2 + variance) * below + mean * deviation * density
    return first, max(0.0, second - first**2)
