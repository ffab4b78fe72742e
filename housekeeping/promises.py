"""By when a room will be ready in nine days of ten, from where it stands on somebody's list. Pure.

Planned times are the middle of what may come. Each task takes log-normal time around its minutes; what one
takes longer the next begins later, as far as no wait takes it up. Attendants differ, and all that one has
still to do is quicker or slower together; what they have done today tells how quick they are today (a
normal prior and normal observations), and is forgotten with the day. A task that has begun is known not to
have been done by now. A room that is lived in is free when its guest leaves, not when they should; meanwhile
its attendant does others. Delays are carried along the list by their mean and variance; the greater of two
delays by those of two normal ones (C. E. Clark 1961, "The greatest of a finite set of random variables").
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from housekeeping.board import Board, Problem, Work

# The ninth decile of the normal distribution.
_Z90 = 1.2815515655446004

# Who is slow has more to do still when a promise is looked at: their rooms are most of those that wait.
_SLOW_LISTS = 0.4
# What no list knows of: a word with a guest, a lift that does not come, a room passed over (minutes).
OTHERWISE_MINUTES = 10.0

# The spread (standard deviation of log-minutes) of a task.
Spread = Callable[[Work], float]
# How much later than `released_at` its guest leaves a room: (mean, standard deviation) in minutes; None:
# nobody is in it.
Release = Callable[[Work], "tuple[float, float] | None"]

# A task that took more than twice its time, or less than half, tells of the room, not of the person.
_TELLING = math.log(2.0)


@dataclass(frozen=True, slots=True)
class DoneToday:
    """A finished task: whose list, what such a task takes there (its middle), what it took."""

    shift_id: str
    usual_minutes: float
    took_minutes: float
    spread: float


Delay = tuple[float, float]  # mean and variance, in minutes


def promises(
    problem: Problem,
    board: Board,
    spread: Spread,
    release: Release = lambda _work: None,
    attendants_spread: float = 0.0,
    otherwise_minutes: float = OTHERWISE_MINUTES,
    done: Sequence[DoneToday] = (),
) -> dict[str, datetime]:
    """By task on a list, when it is finished in nine cases of ten.

    Args:
        attendants_spread: standard deviation of how attendants differ, in log-minutes.
        otherwise_minutes: standard deviation of what neither tasks nor people nor guests explain.
        done: what was finished today.
    """
    works = {work.id: work for work in problem.works}
    found: dict[str, datetime] = {}
    for route in board.routes:
        delay: Delay = (0.0, 0.0)
        together = 0.0
        slower, unsure = pace_today(
            [one for one in done if one.shift_id == route.shift_id], attendants_spread
        )
        free_at, place = problem.now, problem.office
        for visit in route.visits:
            work = works[visit.work_id]
            starts = delay
            if work.released_at is not None and work.released_at > problem.now:
                rested = [rest.ends_at for rest in route.rests if free_at < rest.ends_at <= visit.starts_at]
                walked = timedelta(seconds=problem.walking.seconds(place, work.place))
                wait = _minutes(visit.starts_at - max([free_at, *rested]) - walked)
                starts = (delay[0] - max(0.0, wait), delay[1])
                leaves = release(work)
                gap = _minutes(visit.starts_at - work.released_at)
                # Others are done while this guest stays on: only this room waits longer for it.
                delay = _greatest(starts, (0.0, 0.0)) if wait > 0 else delay
                starts = (
                    _greatest(starts, (0.0, 0.0) if wait > 0 else starts)
                    if leaves is None
                    else _greatest(starts, (leaves[0] - gap, leaves[1] ** 2))
                )
            free_at, place = visit.ends_at, work.place
            minutes = _minutes(visit.ends_at - visit.starts_at)
            if work.started_at is not None:
                more, own = _still_at_it(work, problem.now, visit.ends_at, minutes, spread(work))
                left = max(0.0, _minutes(visit.ends_at - problem.now))
            else:
                more, own = _beyond_middle(minutes, spread(work))
                left = minutes
            together += left
            common = unsure * together
            more += math.expm1(slower) * left
            delay = (delay[0] + more, delay[1] + own)
            ends = (
                starts[0] + more + _SLOW_LISTS * common,
                starts[1] + own + common**2 + otherwise_minutes**2,
            )
            found[work.id] = max(
                problem.now, visit.ends_at + timedelta(minutes=ends[0] + _Z90 * math.sqrt(ends[1]))
            )
    return found


def pace_today(done: Sequence[DoneToday], attendants_spread: float) -> tuple[float, float]:
    """How much slower somebody is today, from what they have done: mean, standard deviation (log-minutes).

    Args:
        attendants_spread: how attendants differ, before anything of today is known.
    """
    if attendants_spread <= 0:
        return 0.0, 0.0
    known = total = 0.0
    for one in done:
        if one.took_minutes > 0 and one.usual_minutes > 0 and one.spread > 0:
            told = math.log(one.took_minutes / one.usual_minutes)
            known += 1 / one.spread**2
            total += max(-_TELLING, min(_TELLING, told)) / one.spread**2
    sure = known + 1 / attendants_spread**2
    return total / sure, math.sqrt(1 / sure)


def _minutes(span: timedelta) -> float:
    return span.total_seconds() / 60


def _beyond_middle(minutes: float, spread: float) -> Delay:
    """How much longer than its middle a log-normal task takes."""
    mean = minutes * math.exp(spread**2 / 2)
    return mean - minutes, mean**2 * (math.exp(spread**2) - 1)


def _still_at_it(work: Work, now: datetime, ends_at: datetime, minutes: float, spread: float) -> Delay:
    """How much later than `ends_at` a task ends that has begun and is not done: the moments of a log-normal
    time of which so much has passed."""
    assert work.started_at is not None
    passed = _minutes(now - work.started_at)
    middle = max(1.0, work.minutes)
    if passed <= 0 or spread <= 0:
        return _beyond_middle(minutes, spread)
    centre, beyond = math.log(middle), math.log(passed)
    left = _below((centre - beyond) / spread)
    if left < 1e-6:
        # Longer than any such task: another quarter of it, give or take as much.
        more = middle / 4
        return more - _minutes(ends_at - now), more**2
    first, second = (
        math.exp(k * centre + k * k * spread**2 / 2)
        * _below((centre + k * spread**2 - beyond) / spread)
        / left
        for k in (1, 2)
    )
    return first - _minutes(ends_at - work.started_at), max(0.0, second - first**2)


def _greatest(one: Delay, other: Delay) -> Delay:
    """The greater of two normal delays."""
    spread = math.sqrt(one[1] + other[1])
    if spread <= 0:
        return max(one, other)
    ratio = (one[0] - other[0]) / spread
    share, density = _below(ratio), math.exp(-(ratio**2) / 2) / math.sqrt(2 * math.pi)
    first = one[0] * share + other[0] * (1 - share) + spread * density
    second = (
        (one[0] ** 2 + one[1]) * share
        + (other[0] ** 2 + other[1]) * (1 - share)
        + (one[0] + other[0]) * spread * density
    )
    return first, max(0.0, second - first**2)


def _below(value: float) -> float:
    """The standard normal distribution."""
    return (1 + math.erf(value / math.sqrt(2))) / 2
