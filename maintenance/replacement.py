"""Repair or replace: which assets cost more to keep than a new one is worth, with the arithmetic. Pure.

For each asset: what it cost in the last twelve months, plus what it will likely cost in the next twelve,
against the price of a new one; whether it fails more often from quarter to quarter; whether it is past its
life; and whether a warranty still pays. The limits stand in `LIMITS`, each with its source or reason, until a
manager sets others; what is missing (a price, an age) is said and never guessed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hotel.errors import Invalid

# Of an hour's work, in hundredths of the hotel's currency.
MOST_CENTS_AN_HOUR = 1_000_000


@dataclass(frozen=True, slots=True)
class Limit:
    """`value` as long as nobody sets another one, from `least` to `most`; `whole`: it counts something.

    `why` is for the reader; screens translate the name.
    """

    value: float
    why: str
    least: float
    most: float
    whole: bool = False


LIMITS: Mapping[str, Limit] = {
    "share_of_price": Limit(
        0.5,
        "Usual rule of thumb of hotel engineering (background/operations.md §3): replace when a year's "
        "repairs and the next year's expected ones pass half of the price of a new one.",
        least=0.05,
        most=5.0,
    ),
    "falling_periods": Limit(
        3.0,
        "The same: the time between failures falls three periods running. A period is a quarter of a year, "
        "the shortest in which a room's unit works through one kind of weather.",
        least=1.0,
        # Four quarters are looked at: three of them have one before.
        most=3.0,
        whole=True,
    ),
    "watch_share_of_price": Limit(
        0.3,
        "Ours: a third of the price in two years' repairs is worth a look before the budget is made.",
        least=0.05,
        most=5.0,
    ),
    "prior_years": Limit(
        1.0,
        "Ours: an asset's own rate of failures counts against its model's as if the model's had been seen "
        "for a year on it; a single failure in a month then says little.",
        least=0.0,
        most=10.0,
    ),
    "least_model_years": Limit(
        1.0,
        "Ours: a model that was seen for less than a year of one unit counts as seen for a year; one failure "
        "on the first day would make hundreds a year.",
        least=0.1,
        most=10.0,
    ),
    "least_failures": Limit(
        3.0,
        "Ours: with fewer repairs of its own, an asset's cost of a failure is its model's.",
        least=1.0,
        most=50.0,
        whole=True,
    ),
}

USUAL: Mapping[str, float] = {name: limit.value for name, limit in LIMITS.items()}


@dataclass(frozen=True, slots=True)
class Terms:
    """The limits as the property has them, all of `LIMITS`, and what an hour of work is worth.

    `cents_an_hour` None: minutes of work that were entered without a price are not valued, and said to be so.
    """

    limits: Mapping[str, float]
    cents_an_hour: int | None = None


FIRST_TERMS = Terms(USUAL)


def check_terms(terms: Terms) -> Terms:
    """
    Raises:
        Invalid: an unknown limit, one that is left out, out of its range or not whole; looked at later than
            replaced; a price of work below zero.
    """
    if terms.limits.keys() != LIMITS.keys():
        odd = sorted(terms.limits.keys() ^ LIMITS.keys())
        raise Invalid("unknown_limit", "Name every limit, and no other.", limits=odd)
    for name, limit in LIMITS.items():
        value = terms.limits[name]
        fits = math.isfinite(value) and limit.least <= value <= limit.most
        if not fits or (limit.whole and value != int(value)):
            kind = "a whole number" if limit.whole else "a number"
            raise Invalid(
                "bad_limit",
                f"{name} is {kind} from {limit.least:g} to {limit.most:g}.",
                field=name,
                least=limit.least,
                most=limit.most,
            )
    if terms.limits["watch_share_of_price"] > terms.limits["share_of_price"]:
        raise Invalid(
            "watch_after_replace",
            "What is worth a look is not more than what is worth replacing.",
            field="watch_share_of_price",
        )
    cents = terms.cents_an_hour
    if cents is not None and not 0 < cents <= MOST_CENTS_AN_HOUR:
        raise Invalid(
            "bad_hour",
            "An hour of work costs more than nothing, at most ten thousand.",
            field="cents_an_hour",
        )
    return terms


class Verdict(StrEnum):
    """`claim`: under warranty, the maker pays. `unknown`: without a price nothing can be compared."""

    REPLACE = "replace"
    WATCH = "watch"
    CLAIM = "claim"
    KEEP = "keep"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    COSTS_MORE = "costs_more"
    COSTS_MUCH = "costs_much"
    FAILS_MORE = "fails_more"
    PAST_LIFE = "past_life"
    WARRANTY = "warranty"
    NO_PRICE = "no_price"


@dataclass(frozen=True, slots=True)
class AssetRecord:
    """What is known of one asset.

    Attributes:
        price_cents: of a new one; None: not known.
        cost_cents: of faults in the last twelve months. cost_tickets: what they are made of.
        failures: ids of tickets of faults in the last twelve months, repaired or not.
        seen_years: how much of the last twelve months it was in service.
        by_quarter: failures in each whole quarter in service, oldest first, the newest four at most.
    """

    asset_id: str
    model: str | None
    price_cents: int | None
    installed_on: date | None
    life_years: float | None
    warranty_until: date | None
    cost_cents: int
    cost_tickets: tuple[str, ...]
    failures: tuple[str, ...]
    seen_years: float
    by_quarter: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Replacement:
    """A place in the list, with every term of its arithmetic.

    ratio = (cost_cents + expected_cents) / price_cents
    expected_cents = rate_a_year × cents_a_failure
    rate_a_year = (failures + prior_years × model_rate_a_year) / (seen_years + prior_years)

    `cents_of_model`: the cost of a failure is the model's, for want of own repairs.
    """

    asset_id: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    price_cents: int | None
    cost_cents: int
    expected_cents: int
    ratio: float | None
    rate_a_year: float
    model_rate_a_year: float
    cents_a_failure: int
    cents_of_model: bool
    seen_years: float
    by_quarter: tuple[int, ...]
    age_years: float | None
    life_years: float | None
    warranty_until: date | None
    failures: tuple[str, ...]
    cost_tickets: tuple[str, ...]


_ORDER = (Verdict.REPLACE, Verdict.CLAIM, Verdict.WATCH, Verdict.UNKNOWN, Verdict.KEEP)


def replacements(
    records: Sequence[AssetRecord], today: date, limits: Mapping[str, float] = USUAL
) -> list[Replacement]:
    """Everything, what should be replaced first first; within a verdict the highest ratio first."""
    of_model: dict[str, list[AssetRecord]] = {}
    for record in records:
        of_model.setdefault((record.model or "").casefold(), []).append(record)
    found = [_judge(record, of_model[(record.model or "").casefold()], today, limits) for record in records]
    return sorted(
        found,
        key=lambda one: (
            _ORDER.index(one.verdict),
            -(one.ratio if one.ratio is not None else 0.0),
            -one.cost_cents,
            -len(one.failures),
            one.asset_id,
        ),
    )


def _judge(
    record: AssetRecord, model: Sequence[AssetRecord], today: date, limits: Mapping[str, float]
) -> Replacement:
    # Assets without a model are no model: each is judged by itself.
    pooled = model if record.model else [record]
    years = sum(one.seen_years for one in pooled)
    failures = sum(len(one.failures) for one in pooled)
    model_rate = failures / max(years, limits["least_model_years"])
    prior = limits["prior_years"]
    rate = (len(record.failures) + prior * model_rate) / (record.seen_years + prior)
    of_model = len(record.failures) < limits["least_failures"]
    cost, times = (
        (sum(one.cost_cents for one in pooled), failures)
        if of_model
        else (record.cost_cents, len(record.failures))
    )
    each = round(cost / times) if times else 0
    expected = round(rate * each)
    ratio = (record.cost_cents + expected) / record.price_cents if record.price_cents else None
    age = (today - record.installed_on).days / 365.25 if record.installed_on is not None else None
    reasons = _reasons(record, ratio, age, today, limits)
    return Replacement(
        asset_id=record.asset_id,
        verdict=_verdict(reasons, ratio),
        reasons=reasons,
        price_cents=record.price_cents,
        cost_cents=record.cost_cents,
        expected_cents=expected,
        ratio=ratio,
        rate_a_year=rate,
        model_rate_a_year=model_rate,
        cents_a_failure=each,
        cents_of_model=of_model,
        seen_years=record.seen_years,
        by_quarter=record.by_quarter,
        age_years=age,
        life_years=record.life_years,
        warranty_until=record.warranty_until,
        failures=record.failures,
        cost_tickets=record.cost_tickets,
    )


def falls(by_quarter: Sequence[int], limits: Mapping[str, float] = USUAL) -> bool:
    """Whether the time between failures fell in each of the newest periods: more failures each time."""
    periods = int(limits["falling_periods"])
    newest = by_quarter[-periods - 1 :]
    return len(newest) == periods + 1 and all(
        later > earlier for earlier, later in itertools.pairwise(newest)
    )


def _reasons(
    record: AssetRecord,
    ratio: float | None,
    age: float | None,
    today: date,
    limits: Mapping[str, float],
) -> tuple[Reason, ...]:
    found = []
    if ratio is None:
        found.append(Reason.NO_PRICE)
    elif ratio > limits["share_of_price"]:
        found.append(Reason.COSTS_MORE)
    elif ratio > limits["watch_share_of_price"]:
        found.append(Reason.COSTS_MUCH)
    if falls(record.by_quarter, limits):
        found.append(Reason.FAILS_MORE)
    in_warranty = record.warranty_until is not None and today <= record.warranty_until
    if age is not None and record.life_years is not None and age > record.life_years:
        found.append(Reason.PAST_LIFE)
    if in_warranty:
        found.append(Reason.WARRANTY)
    return tuple(found)


def _verdict(reasons: Sequence[Reason], ratio: float | None) -> Verdict:
    worn = {Reason.COSTS_MORE, Reason.FAILS_MORE, Reason.PAST_LIFE}.intersection(reasons)
    if Reason.WARRANTY in reasons:
        # A new one would be paid twice: the maker is asked first.
        return Verdict.CLAIM if worn or Reason.COSTS_MUCH in reasons else Verdict.KEEP
    if worn:
        return Verdict.REPLACE
    if Reason.COSTS_MUCH in reasons:
        return Verdict.WATCH
    return Verdict.UNKNOWN if ratio is None else Verdict.KEEP
