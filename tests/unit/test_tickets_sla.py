"""The clocks of a ticket: working hours, holds, clock changes and jumps, forecasts, escalation."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel.errors import Invalid
from maintenance.sla import (
    OFFICE_HOURS,
    POLICIES,
    ClockState,
    Dues,
    Escalation,
    Hold,
    Policy,
    ServiceLevels,
    Window,
    check_policy,
    check_week,
    due_at,
    dues,
    escalations,
    expected_end,
    repair_state,
    response_state,
    usual_repair,
    working_time,
)
from maintenance.tickets import HoldReason, Priority

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
# Monday to Friday, 9 to 17.
WEEK = tuple(Window(day, 9 * 60, 17 * 60) for day in range(5))
LEVELS = ServiceLevels(BERLIN, WEEK)


def berlin(month: int, day: int, hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN, fold=fold).astimezone(UTC)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("start", "allowed", "due"),
    [
        # Wednesday 1 July.
        (berlin(7, 1, 10), 4, berlin(7, 1, 14)),
        (berlin(7, 1, 10), 7, berlin(7, 1, 17)),
        (berlin(7, 1, 10), 8, berlin(7, 2, 10)),
        (berlin(7, 1, 6), 1, berlin(7, 1, 10)),
        (berlin(7, 1, 20), 1, berlin(7, 2, 10)),
        # Friday afternoon goes on on Monday.
        (berlin(7, 3, 16), 2, berlin(7, 6, 10)),
        (berlin(7, 4, 12), 1, berlin(7, 6, 10)),
        # Over the change of the clocks, Friday 27 March to Monday 30 March: a local hour stays an hour.
        (berlin(3, 27, 16), 2, berlin(3, 30, 10)),
        (berlin(10, 23, 16), 2, berlin(10, 26, 10)),
    ],
)
def test_working_hours(start: datetime, allowed: float, due: datetime) -> None:
    assert due_at(start, hours(allowed), LEVELS, around_the_clock=False) == due
    assert working_time(start, due, LEVELS, around_the_clock=False) == hours(allowed)


@pytest.mark.parametrize(
    ("night", "real_hours"),
    [(berlin(3, 28, 22), 7), (berlin(10, 24, 22), 9), (berlin(7, 4, 22), 8)],
)
def test_a_night_of_the_clock_change_counts_as_long_as_it_is(night: datetime, real_hours: int) -> None:
    """A night shift from 22 to 6 is 7 hours in March, 9 in October."""
    shifts = [Window(day, 0, 6 * 60) for day in range(7)] + [Window(day, 22 * 60, 1440) for day in range(7)]
    levels = ServiceLevels(BERLIN, check_week(shifts))
    morning = datetime.combine(
        night.astimezone(BERLIN).date() + timedelta(days=1), datetime.min.time(), BERLIN
    ).replace(hour=6)
    assert working_time(night, morning, levels, around_the_clock=False) == hours(real_hours)
    assert due_at(night, hours(real_hours), levels, around_the_clock=False) == morning.astimezone(UTC)


def test_round_the_clock_is_real_time_whatever_the_wall_says() -> None:
    start = berlin(3, 29, 1, 30)
    assert due_at(start, hours(2), LEVELS, around_the_clock=True) == start + hours(2)
    assert (start + hours(2)).astimezone(BERLIN).hour == 4


def test_a_hold_stops_the_repair_only_for_the_reasons_that_may() -> None:
    start = berlin(7, 1, 9)
    policy = POLICIES[Priority.HIGH]
    open_end = start + timedelta(minutes=policy.repair_minutes)
    for reason in HoldReason:
        held = dues(start, Priority.HIGH, [Hold(reason, start + hours(1), start + hours(3))], LEVELS)
        assert held.repair_at == open_end + (hours(2) if reason in policy.stops else hours(0))
        assert held.response_at == start + timedelta(minutes=policy.response_minutes)
        lasting = dues(start, Priority.HIGH, [Hold(reason, start + hours(1), None)], LEVELS)
        assert (lasting.repair_at is None) == (reason in policy.stops)
        if reason in policy.stops:
            assert lasting.left == hours(3)


def test_critical_waits_for_no_part() -> None:
    start = berlin(7, 1, 9)
    hold = Hold(HoldReason.PARTS, start, None)
    assert dues(start, Priority.CRITICAL, [hold], LEVELS).repair_at == start + hours(2)


def test_a_hold_that_begins_after_the_time_ran_out_takes_nothing_back() -> None:
    start = berlin(7, 1, 9)
    late = dues(start, Priority.HIGH, [Hold(HoldReason.PARTS, start + hours(5), None)], LEVELS)
    assert late.repair_at == start + hours(4)
    assert repair_state(late.repair_at, None, start + hours(6)) is ClockState.BREACHED


def test_holds_that_overlap_or_run_backwards_count_once_or_not_at_all() -> None:
    start = berlin(7, 1, 9)
    stop = HoldReason.PARTS
    twice = [Hold(stop, start + hours(1), start + hours(3)), Hold(stop, start + hours(2), start + hours(3))]
    assert dues(start, Priority.HIGH, twice, LEVELS).repair_at == start + hours(6)
    back = [Hold(stop, start + hours(2), start + hours(1))]
    assert dues(start, Priority.HIGH, back, LEVELS).repair_at == start + hours(4)


def test_the_states_of_the_clocks() -> None:
    due = berlin(7, 1, 12)
    assert response_state(due, None, due) is ClockState.RUNNING
    assert response_state(due, None, due + hours(1)) is ClockState.BREACHED
    assert response_state(due, due, due + hours(9)) is ClockState.MET
    assert response_state(due, due + hours(1), due + hours(9)) is ClockState.BREACHED
    assert repair_state(None, None, due) is ClockState.STOPPED
    assert repair_state(due, None, due) is ClockState.RUNNING
    assert repair_state(due, due, due + hours(5)) is ClockState.MET


def test_a_clock_set_back_uses_up_nothing() -> None:
    start = berlin(7, 1, 12)
    earlier = start - hours(3)
    assert working_time(start, earlier, LEVELS, around_the_clock=False) == timedelta()
    due = dues(start, Priority.CRITICAL, [], LEVELS)
    assert response_state(due.response_at, None, earlier) is ClockState.RUNNING
    found = escalations(
        start,
        Priority.CRITICAL,
        due,
        responded=False,
        likely_end=earlier,
        now=earlier,
        levels=LEVELS,
    )
    assert found == []


@pytest.mark.parametrize(
    ("minutes", "responded", "found"),
    [
        (7, False, []),
        (8, False, [Escalation.RESPONSE_HALF]),
        (16, False, [Escalation.RESPONSE_HALF, Escalation.RESPONSE_BREACHED]),
        (16, True, []),
        (100, True, [Escalation.REPAIR_AT_RISK]),
        (121, True, [Escalation.REPAIR_AT_RISK, Escalation.REPAIR_BREACHED]),
    ],
)
def test_what_is_told_further_up(minutes: int, responded: bool, found: list[Escalation]) -> None:
    start = berlin(7, 1, 12)
    now = start + timedelta(minutes=minutes)
    assert (
        escalations(
            start,
            Priority.CRITICAL,
            dues(start, Priority.CRITICAL, [], LEVELS),
            responded=responded,
            likely_end=expected_end(now, None, timedelta(minutes=30), Priority.CRITICAL, LEVELS),
            now=now,
            levels=LEVELS,
        )
        == found
    )


def test_a_stopped_repair_is_not_told_of() -> None:
    start = berlin(7, 1, 12)
    due = Dues(start, None, hours(1))
    assert (
        escalations(
            start,
            Priority.HIGH,
            due,
            responded=True,
            likely_end=start + hours(99),
            now=start + hours(9),
            levels=LEVELS,
        )
        == []
    )


def test_what_a_repair_usually_takes_is_learned_from_three_on() -> None:
    assert usual_repair([hours(1)] * 2, Priority.HIGH, LEVELS) == hours(2)
    assert usual_repair([hours(1), hours(2), hours(9)], Priority.HIGH, LEVELS) == hours(2)
    # What has been worked on for long is not about to end this minute.
    now = berlin(7, 1, 15)
    assert expected_end(now, now - hours(8), hours(2), Priority.HIGH, LEVELS) == now + hours(0.5)


@pytest.mark.parametrize(
    "week",
    [
        [],
        [Window(7, 0, 600)],
        [Window(0, 600, 600)],
        [Window(0, 0, 1441)],
        [Window(0, 0, 239)],
        [Window(0, 0, 600), Window(0, 599, 900)],
    ],
)
def test_a_week_nobody_can_work_by_is_refused(week: list[Window]) -> None:
    with pytest.raises(Invalid):
        check_week(week)


def test_policies_are_checked() -> None:
    for policy in POLICIES.values():
        check_policy(policy)
    good = Policy(15, 60, True, frozenset())
    for bad in ({"response_minutes": 0}, {"repair_minutes": 10}, {"repair_minutes": 1e9}):
        with pytest.raises(Invalid):
            check_policy(replace(good, **bad))


MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)
ZONES = st.sampled_from(
    [
        BERLIN,
        SHANGHAI,
        ZoneInfo("America/New_York"),
        ZoneInfo("Australia/Lord_Howe"),
        ZoneInfo("Africa/Cairo"),
    ]
)
MINUTES = st.integers(1, 3000).map(lambda count: timedelta(minutes=count))


@given(start=MOMENTS, allowed=MINUTES, zone=ZONES, week=st.sampled_from([WEEK, OFFICE_HOURS]))
def test_the_time_until_it_is_due_is_the_time_allowed(
    start: datetime, allowed: timedelta, zone: ZoneInfo, week: tuple[Window, ...]
) -> None:
    levels = ServiceLevels(zone, week)
    due = due_at(start, allowed, levels, around_the_clock=False)
    assert working_time(start, due, levels, around_the_clock=False) == allowed
    assert due >= start + allowed


@given(
    start=MOMENTS,
    allowed=MINUTES,
    zone=ZONES,
    holds=st.lists(st.tuples(st.integers(-600, 6000), st.integers(0, 3000)), max_size=6),
)
def test_stops_add_exactly_the_working_time_that_they_cover(
    start: datetime, allowed: timedelta, zone: ZoneInfo, holds: list[tuple[int, int]]
) -> None:
    levels = ServiceLevels(zone, OFFICE_HOURS)
    stops = [
        (start + timedelta(minutes=begin), start + timedelta(minutes=begin + length))
        for begin, length in holds
    ]
    due = due_at(start, allowed, levels, False, stops)
    assert due >= due_at(start, allowed, levels, around_the_clock=False)
    # Count minute stretches between all the edges: working time outside every stop.
    edges = sorted({start, due, *(min(max(edge, start), due) for stop in stops for edge in stop)})
    used = sum(
        (
            working_time(one, other, levels, around_the_clock=False)
            for one, other in itertools.pairwise(edges)
            if not any(begin <= one and other <= end for begin, end in stops)
        ),
        timedelta(),
    )
    assert used == allowed
