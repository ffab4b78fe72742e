"""How reliable an asset or a model is: repairs, time between failures, downtime and cost, from tickets. Pure.

- A *failure* is a ticket of a fault that was one: cancelled, duplicate and by an engineer's verdict false
  ones are none, nor is preventive work. It begins when it was opened and ends with the repair, or when the
  house saw that it had gone by itself.
- *MTTR* is the hands-on time of repairs, from the start of the work to its end without the stretches on
  hold, divided by repairs. *Downtime* is the time in which the asset could not be used (safety, outage),
  from the opening to the end; tickets that overlap count once.
- *MTBF* is operating time divided by failures (repairable items, constant rate). Operating time is the time
  in service less the downtime. Without a failure nothing but "at least" can be said; with few, the interval
  of a Poisson rate that is observed for a fixed time says how little is known: 2T/χ²(0.95; 2n+2) to
  2T/χ²(0.05; 2n) (NIST/SEMATECH e-Handbook of Statistical Methods, 8.4.5.1, time-censored tests).

Every figure carries the ids of the tickets that make it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from maintenance.costs import work_cents
from maintenance.tickets import Impact, TicketState

# Below this many a mean is told together with the words that they are few.
FEW = 5
INTERVAL = 0.9
_HOUR = timedelta(hours=1)
_NO_FAILURE = frozenset({TicketState.CANCELLED, TicketState.DUPLICATE})
_DOWN = frozenset({Impact.SAFETY, Impact.OUTAGE})


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """A ticket as these figures need it.

    Attributes:
        false_alarm: an engineer said that it was no fault.
        preventive: work that was planned, no failure.
        repaired: somebody resolved it; else it went by itself, or is open.
        holds: stretches on hold; the last one may be open.
    """

    id: str
    number: int
    asset_id: str
    state: TicketState
    impact: Impact
    opened_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    repaired: bool
    preventive: bool = False
    false_alarm: bool = False
    holds: tuple[tuple[datetime, datetime | None], ...] = ()


@dataclass(frozen=True, slots=True)
class CostFacts:
    """One entry of a ticket's costs. `work_minutes` is 0 for parts and bills.

    `valued`: its cents are what the minutes are worth; nobody entered them.
    """

    ticket_id: str
    asset_id: str
    at: datetime
    cents: int
    work_minutes: float
    preventive: bool
    valued: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """Since when an asset is in service, and until when (None: still)."""

    asset_id: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with what it is made of; `value` None: there is nothing to make it of. `few`: too little to
    judge by."""

    value: float | None
    tickets: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.tickets)

    @property
    def few(self) -> bool:
        return self.count < FEW


@dataclass(frozen=True, slots=True)
class BetweenFailures:
    """MTBF in hours.

    Attributes:
        hours: None without a failure; `at_least_hours` is then all that is known.
        at_least_hours: the operating time in which none was seen; None when there was one.
        low_hours, high_hours: the interval; `high_hours` None: no upper bound.
    """

    hours: float | None
    at_least_hours: float | None
    low_hours: float | None
    high_hours: float | None
    operating_hours: float
    failures: tuple[str, ...]

    @property
    def few(self) -> bool:
        return len(self.failures) < FEW


@dataclass(frozen=True, slots=True)
class Spent:
    """`unpriced_minutes`: work that was entered without a price, not in the cents.

    With a price of an hour such work is in the cents instead: `valued_cents` for `valued_minutes`.
    """

    cents: int
    fault_cents: int
    preventive_cents: int
    valued_cents: int
    work_minutes: float
    valued_minutes: float
    unpriced_minutes: float
    tickets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Of an asset, or of all assets of a model together, over a period.

    `assets` is how many were in service in it. `gone_by_itself`: failures that nobody repaired.
    """

    start: datetime
    end: datetime
    assets: int
    repair_hours: Mean
    between: BetweenFailures
    downtime_hours: float
    downtime_tickets: tuple[str, ...]
    gone_by_itself: tuple[str, ...]
    open: tuple[str, ...]
    spent: Spent


def is_failure(ticket: TicketFacts) -> bool:
    return not (ticket.preventive or ticket.false_alarm or ticket.state in _NO_FAILURE)


def reliability(
    services: Sequence[Service],
    tickets: Iterable[TicketFacts],
    costs: Iterable[CostFacts],
    start: datetime,
    end: datetime,
) -> Reliability:
    """The figures of these assets together from `start` to `end`.

    Args:
        tickets, costs: of these assets; others, and those of other times, are left out here.
    """
    in_service = {one.asset_id: served for one in services if (served := _served(one, start, end))}
    mine = [ticket for ticket in tickets if ticket.asset_id in in_service and is_failure(ticket)]
    failures = sorted(
        (ticket for ticket in mine if start <= ticket.opened_at < end),
        key=lambda one: (one.opened_at, one.id),
    )
    down, down_tickets = _downtime([ticket for ticket in mine if ticket.impact in _DOWN], in_service, end)
    total = sum((to - since for since, to in in_service.values()), timedelta()) / _HOUR
    repaired = [
        ticket
        for ticket in mine
        if ticket.repaired and ticket.ended_at is not None and start <= ticket.ended_at < end
    ]
    hours = [hands_on(ticket) / _HOUR for ticket in repaired]
    return Reliability(
        start=start,
        end=end,
        assets=len(in_service),
        repair_hours=Mean(
            sum(hours) / len(hours) if hours else None, tuple(ticket.id for ticket in repaired)
        ),
        between=between_failures(max(0.0, total - down), tuple(ticket.id for ticket in failures)),
        downtime_hours=down,
        downtime_tickets=down_tickets,
        gone_by_itself=tuple(
            ticket.id for ticket in failures if ticket.ended_at is not None and not ticket.repaired
        ),
        open=tuple(ticket.id for ticket in mine if ticket.ended_at is None and ticket.opened_at < end),
        spent=spent(costs, frozenset(in_service), start, end),
    )


def hands_on(ticket: TicketFacts) -> timedelta:
    """From the start of the work (the opening when nobody said that it began) to its end, without holds."""
    assert ticket.ended_at is not None
    begin = ticket.started_at or ticket.opened_at
    held = sum(
        (
            max(timedelta(), min(to or ticket.ended_at, ticket.ended_at) - max(since, begin))
            for since, to in ticket.holds
        ),
        timedelta(),
    )
    return max(timedelta(), ticket.ended_at - begin - held)


def between_failures(operating_hours: float, failures: tuple[str, ...]) -> BetweenFailures:
    """MTBF with its interval of `INTERVAL`; see the module's head."""
    # Loaded where it runs: a service starts without it.
    from scipy.special import gammaincinv

    count = len(failures)
    if operating_hours <= 0:
        return BetweenFailures(None, None, None, None, 0.0, failures)
    tail = (1 - INTERVAL) / 2
    # χ²(p; 2k) / 2 is the inverse of the incomplete gamma function at p.
    low = operating_hours / float(gammaincinv(count + 1, 1 - tail))
    if count == 0:
        return BetweenFailures(None, operating_hours, low, None, operating_hours, failures)
    high = operating_hours / float(gammaincinv(count, tail))
    return BetweenFailures(operating_hours / count, None, low, high, operating_hours, failures)


def value_work(costs: Iterable[CostFacts], cents_an_hour: int | None) -> list[CostFacts]:
    """The same entries; work without a price of its own costs what an hour is worth. None: as entered."""
    return [
        replace(cost, cents=work_cents(cost.work_minutes, cents_an_hour), valued=True)
        if cents_an_hour is not None and cost.cents == 0 and cost.work_minutes > 0
        else cost
        for cost in costs
    ]


def spent(costs: Iterable[CostFacts], asset_ids: frozenset[str], start: datetime, end: datetime) -> Spent:
    """What the work on these assets took in the period, by the time of its entering."""
    mine = [cost for cost in costs if cost.asset_id in asset_ids and start <= cost.at < end]
    preventive = sum(cost.cents for cost in mine if cost.preventive)
    total = sum(cost.cents for cost in mine)
    return Spent(
        cents=total,
        fault_cents=total - preventive,
        preventive_cents=preventive,
        valued_cents=sum(cost.cents for cost in mine if cost.valued),
        work_minutes=sum(cost.work_minutes for cost in mine),
        valued_minutes=sum(cost.work_minutes for cost in mine if cost.valued),
        unpriced_minutes=sum(cost.work_minutes for cost in mine if cost.cents == 0 and not cost.valued),
        tickets=tuple(dict.fromkeys(cost.ticket_id for cost in mine)),
    )


def _served(one: Service, start: datetime, end: datetime) -> tuple[datetime, datetime] | None:
    since, until = max(one.since, start), min(one.until or end, end)
    return (since, until) if since < until else None


def _downtime(
    tickets: Sequence[TicketFacts], in_service: Mapping[str, tuple[datetime, datetime]], now: datetime
) -> tuple[float, tuple[str, ...]]:
    """Hours in which the assets could not be used, and the tickets that say so."""
    stretches: dict[str, list[tuple[datetime, datetime]]] = {}
    ids = []
    for ticket in tickets:
        served_from, served_to = in_service[ticket.asset_id]
        since, to = max(ticket.opened_at, served_from), min(ticket.ended_at or now, served_to)
        if since < to:
            stretches.setdefault(ticket.asset_id, []).append((since, to))
            ids.append(ticket.id)
    total = timedelta()
    for mine in stretches.values():
        reached: datetime | None = None
        for since, to in sorted(mine):
            if reached is None or since > reached:
                total += to - since
                reached = to
            elif to > reached:
                total += to - reached
                reached = to
    return total / _HOUR, tuple(ids)
