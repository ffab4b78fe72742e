"""Learned durations against the fixed table, on weeks that were held back.

A hotel's cleans are drawn: the true middle depends on kind, room type and length of stay, attendants
differ, and every clean has noise of its own that nobody can foresee. Six weeks are learned from, two are
held back. The noise floor is the error of somebody who knows the generator's middles exactly.
"""

from __future__ import annotations

import math
import random

from benchmarks.report import BenchReport, Figure, Options, at_least
from housekeeping.durations import Measured, learn
from housekeeping.rules import DEFAULT_RULES
from housekeeping.tasks import TaskKind

TABLE = {rule.kind: rule.minutes for rule in DEFAULT_RULES}
GOAL_PERCENT = 20.0
# The true hotel, which differs from any table: minutes of a departure by room type, and what each
# night of the stay adds.
_TYPES = {"KING": 36.0, "TWIN": 41.0, "FAMILY": 55.0, "SUITE": 78.0}
_SHARE = {"KING": 0.45, "TWIN": 0.35, "FAMILY": 0.12, "SUITE": 0.08}
_KINDS = {
    TaskKind.DEPARTURE: 1.0,
    TaskKind.STAYOVER: 0.55,
    TaskKind.PICKUP: 0.32,
    TaskKind.TURNDOWN: 0.18,
}
_KIND_SHARE = {
    TaskKind.DEPARTURE: 0.42,
    TaskKind.STAYOVER: 0.46,
    TaskKind.PICKUP: 0.05,
    TaskKind.TURNDOWN: 0.07,
}
_NOISE = 0.22
_ATTENDANTS = 0.12


def cleans(draw: random.Random, count: int, people: dict[str, float]) -> list[tuple[Measured, float]]:
    """So many finished tasks, each with its true middle (minutes, attendant included)."""
    found = []
    for _ in range(count):
        room_type = draw.choices(list(_SHARE), list(_SHARE.values()))[0]
        kind = draw.choices(list(_KIND_SHARE), list(_KIND_SHARE.values()))[0]
        nights = 0 if kind == TaskKind.PICKUP else min(14, 1 + int(draw.expovariate(0.5)))
        person = draw.choice(list(people))
        middle = _TYPES[room_type] * _KINDS[kind] * (1 + 0.05 * min(nights, 8)) * people[person]
        minutes = middle * math.exp(draw.gauss(0.0, _NOISE))
        if draw.random() < 0.01:
            minutes *= 6  # a tablet left running over lunch
        found.append((Measured(kind, room_type, nights, person, minutes), middle))
    return found


def run(options: Options) -> BenchReport:
    """Mean absolute error on the held-back weeks: table, learned, learned by attendant, noise floor."""
    draw = random.Random(options.seed)
    a_day = 60 if options.quick else 220
    people = {f"attendant-{n}": math.exp(draw.gauss(0.0, _ATTENDANTS)) for n in range(a_day // 12)}
    options.progress("six weeks of cleans", 0.0)
    past = cleans(draw, a_day * 42, people)
    held_back = [
        (one, middle)
        for one, middle in cleans(draw, a_day * 14, people)
        # The slips of tablets are nobody's to foresee; they are left out of the comparison.
        if one.minutes < 4 * middle
    ]
    options.progress("learning", 0.5)
    learned = learn((one for one, _ in past), TABLE)
    personal = learn((one for one, _ in past), TABLE, by_attendant=True)

    def error(guess: list[float]) -> float:
        return sum(abs(g - one.minutes) for g, (one, _) in zip(guess, held_back, strict=True)) / len(guess)

    of_table = error([TABLE[one.kind] for one, _ in held_back])
    estimates = [learned.estimate(one.kind, one.room_type, one.nights) for one, _ in held_back]
    of_learned = error([estimate.p50_minutes for estimate in estimates])
    of_personal = error(
        [
            personal.estimate(one.kind, one.room_type, one.nights, one.attendant_id).p50_minutes
            for one, _ in held_back
        ]
    )
    within = sum(
        one.minutes <= estimate.p90_minutes for estimate, (one, _) in zip(estimates, held_back, strict=True)
    )
    return BenchReport(
        "durations",
        options.seed,
        [
            Figure("error of the fixed table", of_table, "min"),
            Figure("error of learned durations", of_learned, "min"),
            Figure("error when learned by attendant", of_personal, "min"),
            Figure("noise floor of the generator", error([middle for _, middle in held_back]), "min"),
            at_least("less error than the table", 100 * (1 - of_learned / of_table), "%", GOAL_PERCENT),
            Figure("within P90", 100 * within / len(held_back), "%"),
        ],
    )
