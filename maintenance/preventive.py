"""Work that is done before something breaks: which plan falls due for which asset, and when. Pure.

A plan falls due *by time* (every so many days or months: dates of the hotel's calendar, so that neither a
change of the clocks nor the 29th of February moves them), *by meter* (run hours, starts, openings) or *by
condition* (a reading beyond a threshold for a while). What is due becomes one ticket: never two open for
one plan and asset, and a plan that takes in another's work makes the smaller one wait while both are due.
Where in the day it is done is `vacancy`'s business, how well it was kept `compliance`'s.
"""

from __future__ import annotations

import calendar
import math
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from maintenance.meters import Meter

# A meter that will be there in years says nothing about a date.
_FURTHEST = timedelta(days=3660)


class Unit(StrEnum):
    DAYS = "days"
    MONTHS = "months"


class Side(StrEnum):
    ABOVE = "above"
    BELOW = "below"


class Reading(StrEnum):
    """What a condition looks at. Filter hours are those that diagnosis counts since the last cleaning."""

    BATTERY_PERCENT = "battery_percent"
    FILTER_HOURS = "filter_hours"
    POWER_WATTS = "power_watts"
    HUMIDITY_PERCENT = "humidity_percent"


class WorkClass(StrEnum):
    """What a plan is kept for; compliance is told by it."""

    SAFETY = "safety"
    CLIMATE = "climate"
    ELECTRICAL = "electrical"
    WATER = "water"
    ROOM = "room"
    OTHER = "other"


class WorkState(StrEnum):
    """`covered`: a larger plan's work takes it along."""

    OPEN = "open"
    COVERED = "covered"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ByTime:
    """`spread`: not all assets on one day; each has its own place within the first interval, always the
    same one."""

    every: int
    unit: Unit
    spread: bool = False


@dataclass(frozen=True, slots=True)
class ByMeter:
    """`every`: hours, or times."""

    meter: Meter
    every: float


@dataclass(frozen=True, slots=True)
class ByCondition:
    """Every reading of the last `for_hours` is beyond the threshold."""

    reading: Reading
    side: Side
    threshold: float
    for_hours: float


Trigger = ByTime | ByMeter | ByCondition


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which assets: all that fit what is given. At least one is."""

    kind: str | None = None
    model: str | None = None
    asset_id: str | None = None


@dataclass(frozen=True, slots=True)
class PlanPart:
    name: str
    number: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Plan:
    """
    Attributes:
        starts_on: the first date that can be due; by time, the date that all others are counted from.
        lead_days: how long before it is due the ticket is opened. tolerance_days: how long after, it counts
            as kept.
        from_completion: the next one is counted from when it was done; else from when it was due.
        minutes: of work. needs_vacant: nobody lives in the room meanwhile. blocks_sale: the room is
            proposed out of order for it.
        includes: ids of smaller plans whose work this one's contains.
    """

    id: str
    name: str
    work_class: WorkClass
    trigger: Trigger
    coverage: Coverage
    starts_on: date
    lead_days: int = 7
    tolerance_days: int = 7
    from_completion: bool = False
    minutes: int = 30
    needs_vacant: bool = True
    blocks_sale: bool = False
    checklist: tuple[str, ...] = ()
    parts: tuple[PlanPart, ...] = ()
    includes: frozenset[str] = frozenset()
    active: bool = True


@dataclass(frozen=True, slots=True)
class CoveredAsset:
    """As much of an asset as a plan needs. `first_on`: since when it is there."""

    id: str
    kind: str
    model: str | None
    first_on: date


@dataclass(frozen=True, slots=True)
class Past:
    """How the plan's last work on the asset ended. `meter_at`: (id of the meter, its value) then."""

    due_on: date
    ended_on: date
    done: bool
    meter_at: tuple[str, float] | None = None


@dataclass(frozen=True, slots=True)
class MeterReading:
    """Where a meter stands. `per_day`: what a day adds, None when hardly anything is known."""

    meter_id: str
    value: float
    per_day: float | None
    unknown_hours: float


@dataclass(frozen=True, slots=True)
class Due:
    """When a plan is due for an asset.

    Attributes:
        passed_over: dates of a fixed schedule that went by while the work before was open.
        basis: what the date is made of, JSON-ready: {"by", …}.
        expected: the date is a forecast (of a meter).
    """

    due_on: date
    passed_over: int
    basis: Mapping[str, str | float | None]
    expected: bool = False


def covers(coverage: Coverage, asset: CoveredAsset) -> bool:
    """Whether the plan is one of the asset's. Models are compared without regard to case."""
    if coverage.asset_id is not None and coverage.asset_id != asset.id:
        return False
    if coverage.kind is not None and coverage.kind != asset.kind:
        return False
    if coverage.model is None:
        return True
    return asset.model is not None and coverage.model.casefold() == asset.model.casefold()


def add_interval(day: date, interval: ByTime, times: int) -> date:
    """The date so many intervals later. The last day of a month stands in for one that it has not."""
    if interval.unit is Unit.DAYS:
        return day + timedelta(days=interval.every * times)
    months = day.year * 12 + day.month - 1 + interval.every * times
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_by_time(plan: Plan, asset: CoveredAsset, past: Past | None) -> Due:
    """The next date of the plan for the asset; always one, however long ago.

    A fixed schedule keeps its dates: what was done early or late moves none. A date that went by while the
    work before was open is passed over, not made up.
    """
    assert isinstance(plan.trigger, ByTime)
    interval = plan.trigger
    basis: dict[str, str | float | None] = {
        "by": "time",
        "every": float(interval.every),
        "unit": interval.unit.value,
    }
    start = schedule_start(plan, asset)
    if past is None:
        return Due(_first_from(start, interval, max(start, asset.first_on)), 0, basis)
    if plan.from_completion and past.done:
        return Due(add_interval(past.ended_on, interval, 1), 0, basis)
    if plan.from_completion:
        # Not done: its turn comes again an interval after it was due, but not at once.
        times = 1
        while (due := add_interval(past.due_on, interval, times)) <= past.ended_on:
            times += 1
        return Due(due, 0, basis)
    following = _first_from(start, interval, past.due_on + timedelta(days=1))
    passed_over = 0
    while following <= past.ended_on:
        following = _first_from(start, interval, following + timedelta(days=1))
        passed_over += 1
    return Due(following, passed_over, basis)


def schedule_start(plan: Plan, asset: CoveredAsset) -> date:
    """The date that the asset's dates are counted from."""
    assert isinstance(plan.trigger, ByTime)
    if not plan.trigger.spread:
        return plan.starts_on
    length = plan.trigger.every * (1 if plan.trigger.unit is Unit.DAYS else 30)
    return plan.starts_on + timedelta(days=zlib.crc32(asset.id.encode()) % length)


def _first_from(start: date, interval: ByTime, day: date) -> date:
    """The first date of the schedule on the day or later."""
    if day <= start:
        return start
    length = interval.every * (1 if interval.unit is Unit.DAYS else 31)
    # Begins at or before the one that is looked for: no month has more than 31 days.
    times = (day - start).days // length
    while (found := add_interval(start, interval, times)) < day:
        times += 1
    return found


def due_by_meter(
    plan: Plan, asset: CoveredAsset, reading: MeterReading | None, past: Past | None, today: date
) -> Due | None:
    """When the meter has gone far enough since the last time; None when that cannot be told.

    The device was replaced: its new meter counts from zero.
    """
    assert isinstance(plan.trigger, ByMeter)
    if reading is None:
        return None
    done_at = past.meter_at if past is not None else None
    since = reading.value - (done_at[1] if done_at is not None and done_at[0] == reading.meter_id else 0.0)
    basis: dict[str, str | float | None] = {
        "by": "meter",
        "meter": plan.trigger.meter.value,
        "since": round(since, 1),
        "every": plan.trigger.every,
        "unknown_hours": round(reading.unknown_hours, 1),
    }
    left = plan.trigger.every - since
    if left <= 0:
        return Due(max(today, plan.starts_on), 0, basis)
    if not reading.per_day:
        return None
    days = left / reading.per_day
    if days > _FURTHEST.days:
        return None
    return Due(max(today + timedelta(days=math.ceil(days)), plan.starts_on), 0, basis, expected=True)


def due_by_condition(
    plan: Plan, points: Sequence[tuple[datetime, float]], past: Past | None, now: datetime, today: date
) -> Due | None:
    """Due today when every reading of the last hours is beyond the threshold; silence is no reading.

    Args:
        points: what was read, oldest first; one of them at least as old as the plan's `for_hours` or the
            stretch is not filled.
    """
    assert isinstance(plan.trigger, ByCondition)
    rule = plan.trigger
    if today < plan.starts_on or (past is not None and past.ended_on >= today):
        return None
    since = now - timedelta(hours=rule.for_hours)
    earlier = [value for at, value in points if at <= since]
    lately = [value for at, value in points if since < at <= now]
    held = ([earlier[-1]] if earlier else []) + lately
    if not held or (rule.for_hours > 0 and not (earlier and lately)):
        return None
    if not all(is_beyond(rule, value) for value in held):
        return None
    basis: dict[str, str | float | None] = {
        "by": "condition",
        "reading": rule.reading.value,
        "value": round(held[-1], 2),
        "side": rule.side.value,
        "threshold": rule.threshold,
        "for_hours": rule.for_hours,
    }
    return Due(today, 0, basis)


def is_beyond(rule: ByCondition, value: float) -> bool:
    return value > rule.threshold if rule.side is Side.ABOVE else value < rule.threshold


def is_ready(plan: Plan, due: Due, today: date) -> bool:
    """Whether the work should have its ticket now."""
    return today >= due.due_on - timedelta(days=plan.lead_days)


def last_day(due_on: date, tolerance_days: int) -> date:
    """Up to this day it counts as kept."""
    return due_on + timedelta(days=tolerance_days)


# -- never two for one


@dataclass(frozen=True, slots=True)
class OpenWork:
    """A work that has its ticket. `taken`: somebody has accepted it."""

    id: str
    plan_id: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """What to do for one asset: open tickets for these plans; these due ones are taken along by a larger
    plan's work (plan → plan); these open ones that nobody has accepted are, too (work → plan)."""

    open: tuple[str, ...]
    covered: Mapping[str, str]
    absorbed: Mapping[str, str]


def all_included(plans: Mapping[str, Plan]) -> dict[str, frozenset[str]]:
    """By plan: every smaller plan that its work contains, also through others."""
    found: dict[str, frozenset[str]] = {}
    for plan_id in plans:
        seen: set[str] = set()
        left = list(plans[plan_id].includes)
        while left:
            one = left.pop()
            if one in seen or one not in plans:
                continue
            seen.add(one)
            left += plans[one].includes
        found[plan_id] = frozenset(seen - {plan_id})
    return found


def open_for_asset(
    ready: Collection[str], open_works: Collection[OpenWork], included: Mapping[str, frozenset[str]]
) -> Opening:
    """Which of the plans that are ready for one asset get a ticket.

    Args:
        ready: ids of the plans that are due (their lead has begun).
        open_works: what is open for the asset, covered ones left out.
        included: see `all_included`.
    """
    has = {work.plan_id for work in open_works}
    fresh = sorted(set(ready) - has)
    there = has | set(fresh)
    covered: dict[str, str] = {}
    for small in fresh:
        larger = [plan for plan in there if small in included.get(plan, frozenset())]
        if larger:
            # The one that nothing else takes in: so a chain ends at one work.
            covered[small] = min(larger, key=lambda plan: (-len(included.get(plan, ())), plan))
    opened = tuple(plan for plan in fresh if plan not in covered)
    absorbed: dict[str, str] = {}
    for work in open_works:
        larger = [plan for plan in opened if work.plan_id in included.get(plan, frozenset())]
        if larger and not work.taken:
            absorbed[work.id] = min(larger, key=lambda plan: (-len(included.get(plan, ())), plan))
    return Opening(opened, covered, absorbed)
