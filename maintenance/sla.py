"""How long a ticket may take: its two clocks, what stops them, what is likely and who hears of it. Pure.

The *response* clock runs from the opening until an engineer has accepted; the *repair* clock until the
repair. A clock runs round the clock or in the hotel's working hours, which are local times of the week:
they are turned into UTC day by day, so that a day of 23 or 25 hours counts as long as it is. A hold stops
the repair clock only when the policy names its reason; nothing stops the response clock.

Every function takes the moments as they are: when the house's clock was set back, time that has not
passed yet counts as none.

First numbers (operations.md §3): safety and outages within 15 min, guest impact within 60, the rest the
same day; critical repairs within 2 h. A property sets its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from hotel.errors import Invalid
from maintenance.tickets import HoldReason, Priority

MOST_MINUTES = 30 * 24 * 60
LEAST_WORKING_MINUTES_A_WEEK = 4 * 60
MOST_WINDOWS = 28
DAY_MINUTES = 24 * 60
# With the least week and the longest time a clock ends within this many days.
_MOST_DAYS = 7 * (MOST_MINUTES // LEAST_WORKING_MINUTES_A_WEEK + 2)
# A forecast never says that work that has run long is about to end this minute.
_LEAST_LEFT = 0.25
_LEAST_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Window:
    """Working hours of one weekday (Monday = 0), in minutes of the local day; up to 1440 = midnight."""

    weekday: int
    from_minute: int
    to_minute: int


OFFICE_HOURS = tuple(Window(day, 8 * 60, 20 * 60) for day in range(7))


@dataclass(frozen=True, slots=True)
class Policy:
    """What one priority is owed. `stops`: reasons of holds that stop the repair clock."""

    response_minutes: float
    repair_minutes: float
    around_the_clock: bool
    stops: frozenset[HoldReason]


# Who waits for a vendor waits on the hotel's behalf: the guest does not care whose hands are late.
_USUAL_STOPS = frozenset({HoldReason.PARTS, HoldReason.ROOM_ACCESS, HoldReason.APPROVAL})

POLICIES: Mapping[Priority, Policy] = {
    Priority.CRITICAL: Policy(15, 2 * 60, True, frozenset({HoldReason.ROOM_ACCESS})),
    Priority.HIGH: Policy(60, 4 * 60, True, _USUAL_STOPS),
    Priority.NORMAL: Policy(4 * 60, 12 * 60, False, _USUAL_STOPS),
    Priority.LOW: Policy(12 * 60, 36 * 60, False, _USUAL_STOPS),
}


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """The property's policies and its working hours in its zone."""

    zone: ZoneInfo
    week: tuple[Window, ...] = OFFICE_HOURS
    policies: Mapping[Priority, Policy] = field(default_factory=lambda: dict(POLICIES))


@dataclass(frozen=True, slots=True)
class Hold:
    """A stretch on hold; `end` is None while it lasts."""

    reason: HoldReason
    start: datetime
    end: datetime | None


class ClockState(StrEnum):
    RUNNING = "running"
    STOPPED = "stopped"
    MET = "met"
    BREACHED = "breached"


@dataclass(frozen=True, slots=True)
class Dues:
    """When the clocks run out. `repair_at` is None while a hold stops it: `left` is what it keeps then."""

    response_at: datetime
    repair_at: datetime | None
    left: timedelta | None


def check_week(week: Sequence[Window]) -> tuple[Window, ...]:
    """The windows in order.

    Raises:
        Invalid: no such day or minute, windows that overlap, too many, or hardly any working time.
    """
    windows = sorted(week, key=lambda one: (one.weekday, one.from_minute))
    bad = len(windows) > MOST_WINDOWS or any(
        not (0 <= one.weekday <= 6 and 0 <= one.from_minute < one.to_minute <= DAY_MINUTES) for one in windows
    )
    overlap = any(
        one.weekday == other.weekday and one.to_minute > other.from_minute
        for one, other in itertools.pairwise(windows)
    )
    if bad or overlap:
        raise Invalid("bad_week", "Working hours are stretches of a day that do not overlap.", field="week")
    if sum(one.to_minute - one.from_minute for one in windows) < LEAST_WORKING_MINUTES_A_WEEK:
        raise Invalid("week_too_short", "A week has at least four working hours.", field="week")
    return tuple(windows)


def check_policy(policy: Policy) -> Policy:
    """Raises Invalid: not above zero, too long, or a repair due before the response."""
    if not 0 < policy.response_minutes <= policy.repair_minutes <= MOST_MINUTES:
        raise Invalid(
            "bad_policy",
            f"Minutes are above 0 and at most {MOST_MINUTES}; a repair is not due before the response.",
            field="policies",
            most=MOST_MINUTES,
        )
    return policy


def working_time(start: datetime, end: datetime, levels: ServiceLevels, around_the_clock: bool) -> timedelta:
    """How much of the time between two moments counts; none when they are in the wrong order."""
    total = timedelta()
    for opens, closes in working_stretches(start, levels, around_the_clock):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total


def due_at(
    start: datetime,
    allowed: timedelta,
    levels: ServiceLevels,
    around_the_clock: bool,
    stops: Sequence[tuple[datetime, datetime]] = (),
) -> datetime:
    """When `allowed` has been used up, counting from `start` and not what `stops` take away."""
    left = allowed
    taken = _merged(stops)
    for opens, closes in working_stretches(start, levels, around_the_clock):
        for running_from, running_to in _without(opens, closes, taken):
            if running_to - running_from >= left:
                return running_from + left
            left -= running_to - running_from
    raise AssertionError("a checked week ends every clock")


def dues(start: datetime, priority: Priority, holds: Sequence[Hold], levels: ServiceLevels) -> Dues:
    """When the clocks of a ticket run out that was opened (again) at `start`."""
    policy = levels.policies[priority]
    response = due_at(start, timedelta(minutes=policy.response_minutes), levels, policy.around_the_clock)
    stops = [hold for hold in holds if hold.reason in policy.stops]
    ended = [(hold.start, hold.end) for hold in stops if hold.end is not None]
    repair = due_at(start, timedelta(minutes=policy.repair_minutes), levels, policy.around_the_clock, ended)
    since = min((hold.start for hold in stops if hold.end is None), default=None)
    if since is None or since >= repair:
        return Dues(response, repair, None)
    return Dues(response, None, working_time(since, repair, levels, policy.around_the_clock))


def response_state(due: datetime, responded_at: datetime | None, now: datetime) -> ClockState:
    if (responded_at or now) > due:
        return ClockState.BREACHED
    return ClockState.MET if responded_at is not None else ClockState.RUNNING


def repair_state(due: datetime | None, ended_at: datetime | None, now: datetime) -> ClockState:
    """`due` None: a hold stops the clock, and it had not run out before."""
    if due is not None and (ended_at or now) > due:
        return ClockState.BREACHED
    if ended_at is not None:
        return ClockState.MET
    return ClockState.STOPPED if due is None else ClockState.RUNNING


def usual_repair(samples: Collection[timedelta], priority: Priority, levels: ServiceLevels) -> timedelta:
    """How long such a repair takes by hand: the median of what it took; half of what it may take at most
    while hardly any is known."""
    if len(samples) >= _LEAST_SAMPLES:
        return timedelta(seconds=median(sample.total_seconds() for sample in samples))
    return timedelta(minutes=levels.policies[priority].repair_minutes / 2)


def expected_end(
    now: datetime,
    started_at: datetime | None,
    usual: timedelta,
    priority: Priority,
    levels: ServiceLevels,
) -> datetime:
    """When the repair is likely done if it goes on from now without a break."""
    around = levels.policies[priority].around_the_clock
    done = working_time(started_at, now, levels, around) if started_at is not None else timedelta()
    return due_at(now, max(usual - done, usual * _LEAST_LEFT), levels, around)


class Escalation(StrEnum):
    """What is told further up, once each: half of the response time is gone and nobody has accepted; it
    is all gone; the repair will hardly be in time; it was not."""

    RESPONSE_HALF = "response_half"
    RESPONSE_BREACHED = "response_breached"
    REPAIR_AT_RISK = "repair_at_risk"
    REPAIR_BREACHED = "repair_breached"


def escalations(
    start: datetime,
    priority: Priority,
    due: Dues,
    *,
    responded: bool,
    likely_end: datetime,
    now: datetime,
    levels: ServiceLevels,
) -> list[Escalation]:
    """What holds now of an open ticket, in the order of `Escalation`."""
    policy = levels.policies[priority]
    found = []
    if not responded:
        half = timedelta(minutes=policy.response_minutes / 2)
        if now >= due_at(start, half, levels, policy.around_the_clock):
            found.append(Escalation.RESPONSE_HALF)
        if now > due.response_at:
            found.append(Escalation.RESPONSE_BREACHED)
    if due.repair_at is not None:
        if likely_end > due.repair_at:
            found.append(Escalation.REPAIR_AT_RISK)
        if now > due.repair_at:
            found.append(Escalation.REPAIR_BREACHED)
    return found


def working_stretches(
    start: datetime, levels: ServiceLevels, around_the_clock: bool
) -> Iterator[tuple[datetime, datetime]]:
    """Working stretches from `start` on, in UTC, in order and apart."""
    start = start.astimezone(UTC)
    if around_the_clock:
        yield start, start + timedelta(days=_MOST_DAYS)
        return
    first = start.astimezone(levels.zone).date()
    # Where the clocks change inside a window, the next one could begin before it ends.
    until = start
    for number in range(-1, _MOST_DAYS):
        day = first + timedelta(days=number)
        for window in levels.week:
            if window.weekday != day.weekday():
                continue
            opens = max(_moment(day, window.from_minute, levels.zone), until)
            closes = _moment(day, window.to_minute, levels.zone)
            if closes > opens:
                until = closes
                yield opens, closes


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A local minute of a day in UTC. One that the change of the clocks skips lies as far behind the gap;
    of one that comes twice it is the first."""
    whole, rest = divmod(minute, DAY_MINUTES)
    local = datetime.combine(day + timedelta(days=whole), time(rest // 60, rest % 60), zone)
    return local.astimezone(UTC)


def _merged(stops: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    found: list[tuple[datetime, datetime]] = []
    for start, end in sorted(stops):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _without(
    opens: datetime, closes: datetime, stops: Sequence[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime]]:
    """The stretch without the stops, which are in order and apart."""
    for start, end in stops:
        if end <= opens or start >= closes:
            continue
        if start > opens:
            yield opens, start
        opens = end
        if opens >= closes:
            return
    yield opens, closes
