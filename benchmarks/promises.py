"""Ready-time promises on simulated weeks: how many of those that the desk sees are kept.

A promise is a P90: nine of ten rooms should be ready by it. Several hotels are drawn (other people in each,
other habits learned), a week of days is worked in each by the real board (see `promise_days`), and each hour
the promises of all rooms with an arrival are written down. The interval is that of hotels' shares (95 %,
Student's t): rooms of one day come late together and are no independent witnesses. The seeds of a run are
none that the promises were tuned on (those were 11 to 13 and 20 to 28).
"""

from __future__ import annotations

import math
import random

from scipy import stats

from benchmarks.promise_days import Look, looks_of_a_day, past, people_of
from benchmarks.report import BenchReport, Figure, Options, at_least, at_most

GOAL_PERCENT, TOLERANCE_PERCENT = 90.0, 5.0
HOTELS, HOTELS_QUICK = 10, 3
DAYS, DAYS_QUICK = 7, 2
ROOMS_LEARNED_A_DAY = 60
# Keeps a run's seeds away from those that were tuned on.
_FIRST_SEED = 1000


def run(options: Options) -> BenchReport:
    """Share of kept promises, by hotel and by what was known, and how far they lie behind the plan."""
    hotels, days = (HOTELS_QUICK, DAYS_QUICK) if options.quick else (HOTELS, DAYS)
    looks: list[Look] = []
    shares: list[float] = []
    for number in range(hotels):
        options.progress(f"hotel {number + 1} of {hotels}", number / hotels)
        mine = awaited(_FIRST_SEED + options.seed * 100 + number, days)
        shares.append(kept_percent(mine))
        looks += mine
    mean = sum(shares) / len(shares)
    deviation = math.sqrt(sum((share - mean) ** 2 for share in shares) / (len(shares) - 1))
    half = float(stats.t.ppf(0.975, len(shares) - 1)) * deviation / math.sqrt(len(shares))
    figures = [
        Figure("promises", len(looks), ""),
        Figure("hotels", hotels, ""),
        at_least("kept, at least", mean, "%", GOAL_PERCENT - TOLERANCE_PERCENT),
        at_most("kept, at most", mean, "%", GOAL_PERCENT + TOLERANCE_PERCENT),
        Figure("interval, low", mean - half, "%"),
        Figure("interval, high", min(100.0, mean + half), "%"),
        Figure("kept, worst hotel", min(shares), "%"),
        Figure("kept, best hotel", max(shares), "%"),
        Figure("kept, guest still in", kept_percent([one for one in looks if one.lived_in]), "%"),
        Figure("kept, vacated", kept_percent([one for one in looks if not one.lived_in]), "%"),
        Figure("kept, before noon", kept_percent([one for one in looks if one.at < 240]), "%"),
        Figure("kept, from noon on", kept_percent([one for one in looks if one.at >= 240]), "%"),
        Figure(
            "the plan itself kept",
            100 * sum(one.done is not None and one.done <= one.planned for one in looks) / len(looks),
            "%",
        ),
        Figure(
            "promised behind the plan", sum(one.promised - one.planned for one in looks) / len(looks), "min"
        ),
    ]
    return BenchReport("promises", options.seed, figures)


def awaited(seed: int, days: int) -> list[Look]:
    """The promises of rooms with an arrival, of some days in a hotel of this seed."""
    draw = random.Random(seed)
    people = people_of(draw)
    learned = past(draw, people, ROOMS_LEARNED_A_DAY)
    return [look for _ in range(days) for look in looks_of_a_day(draw, people, learned) if look.awaited]


def kept_percent(looks: list[Look]) -> float:
    """The share of promises that were kept; 100 of none."""
    return 100.0 * sum(one.kept for one in looks) / len(looks) if looks else 100.0
