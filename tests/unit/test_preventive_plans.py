"""Preventive work: dates of the calendar, meters and conditions, never two for one, never in a sold night."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel.errors import Conflict, Invalid
from maintenance.compliance import Work, compliance
from maintenance.meters import Meter
from maintenance.preventive import (
    ByCondition,
    ByMeter,
    ByTime,
    Coverage,
    CoveredAsset,
    MeterReading,
    OpenWork,
    Past,
    Plan,
    Reading,
    Side,
    Unit,
    WorkClass,
    WorkState,
    add_interval,
    all_included,
    covers,
    due_by_condition,
    due_by_meter,
    due_by_time,
    is_ready,
    open_for_asset,
)
from maintenance.preventive_check import check_plan
from maintenance.sla import OFFICE_HOURS, ServiceLevels, working_stretches
from maintenance.vacancy import BEFORE_ARRIVAL, Stretch, next_window

BERLIN = ZoneInfo("Europe/Berlin")
UNIT = CoveredAsset("ac-412", "split_ac", "Frost 9", date(2020, 1, 1))
QUARTERLY = Plan(
    "q",
    "Filter",
    WorkClass.CLIMATE,
    ByTime(3, Unit.MONTHS),
    Coverage(kind="split_ac"),
    starts_on=date(2026, 1, 31),
)


def monthly(day: date, **more: object) -> Plan:
    return replace(QUARTERLY, trigger=ByTime(1, Unit.MONTHS), starts_on=day, **more)  # type: ignore[arg-type]


def test_a_month_that_has_no_31st_has_its_last_day_and_the_next_has_the_31st_again() -> None:
    every_month = ByTime(1, Unit.MONTHS)
    days = [add_interval(date(2028, 1, 31), every_month, times) for times in range(4)]
    assert days == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)]
    leap = ByTime(12, Unit.MONTHS)
    years = [add_interval(date(2028, 2, 29), leap, times) for times in range(5)]
    assert years == [
        date(2028, 2, 29),
        *(date(year, 2, 28) for year in (2029, 2030, 2031)),
        date(2032, 2, 29),
    ]


def test_a_fixed_schedule_keeps_its_dates_however_early_or_late_the_work_is_done() -> None:
    early = Past(date(2026, 4, 30), date(2026, 4, 24), done=True)
    late = Past(date(2026, 4, 30), date(2026, 6, 10), done=True)
    assert due_by_time(QUARTERLY, UNIT, early).due_on == date(2026, 7, 31)
    assert due_by_time(QUARTERLY, UNIT, late).due_on == date(2026, 7, 31)
    much_later = due_by_time(QUARTERLY, UNIT, Past(date(2026, 4, 30), date(2026, 11, 2), done=True))
    assert (much_later.due_on, much_later.passed_over) == (date(2027, 1, 31), 2)


def test_from_completion_counts_from_the_day_it_was_done() -> None:
    plan = replace(QUARTERLY, from_completion=True)
    assert due_by_time(plan, UNIT, Past(date(2026, 4, 30), date(2026, 5, 20), True)).due_on == date(
        2026, 8, 20
    )
    # Cancelled: its turn comes an interval after it was due, not tomorrow and not an interval from today.
    assert due_by_time(plan, UNIT, Past(date(2026, 4, 30), date(2026, 5, 20), False)).due_on == date(
        2026, 7, 30
    )


def test_nothing_is_overdue_on_the_day_that_a_plan_or_an_asset_is_new() -> None:
    new = replace(UNIT, first_on=date(2026, 9, 1))
    assert due_by_time(QUARTERLY, UNIT, None).due_on == date(2026, 1, 31)
    assert due_by_time(QUARTERLY, new, None).due_on == date(2026, 10, 31)


@given(
    start=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    every=st.integers(1, 30),
    unit=st.sampled_from(Unit),
    wait=st.integers(0, 900),
    from_completion=st.booleans(),
    done=st.booleans(),
)
def test_the_next_date_is_later_than_the_last_and_on_the_schedule(
    start: date, every: int, unit: Unit, wait: int, from_completion: bool, done: bool
) -> None:
    plan = replace(QUARTERLY, trigger=ByTime(every, unit), starts_on=start, from_completion=from_completion)
    first = due_by_time(plan, replace(UNIT, first_on=start + timedelta(days=wait)), None).due_on
    ended = first + timedelta(days=wait % 700)
    following = due_by_time(plan, UNIT, Past(first, ended, done))
    assert following.due_on > max(first, ended)
    if not from_completion:
        dates = [start]
        while dates[-1] < following.due_on:
            dates.append(add_interval(start, ByTime(every, unit), len(dates)))
        assert dates[-1] == following.due_on
        place = len(dates) - 1
        # No date in between was forgotten, and none was made up.
        assert following.passed_over == place - dates.index(first) - 1


def test_a_spread_plan_has_each_asset_on_its_own_day_again_and_again() -> None:
    plan = replace(QUARTERLY, trigger=ByTime(12, Unit.MONTHS, spread=True), starts_on=date(2026, 7, 14))
    units = [replace(UNIT, id=f"ac-{number}") for number in range(200)]
    first = {unit.id: due_by_time(plan, unit, None).due_on for unit in units}
    assert all(date(2026, 7, 14) <= day < date(2027, 7, 14) for day in first.values())
    by_month = [sum((day.year, day.month) == (2026, month) for day in first.values()) for month in (8, 9, 10)]
    assert all(5 <= count <= 30 for count in by_month)
    for unit in units[:5]:
        following = due_by_time(plan, unit, Past(first[unit.id], first[unit.id], True))
        assert following.due_on == add_interval(first[unit.id], ByTime(12, Unit.MONTHS), 1)


def test_a_meter_is_due_by_its_count_and_told_ahead_by_its_rate() -> None:
    plan = replace(QUARTERLY, trigger=ByMeter(Meter.RUN_HOURS, 500.0), starts_on=date(2026, 1, 1))
    today = date(2026, 6, 1)
    ahead = due_by_meter(plan, UNIT, MeterReading("m1", 440.0, 8.0, 3.0), None, today)
    assert ahead is not None
    assert (ahead.due_on, ahead.expected, ahead.basis["unknown_hours"]) == (date(2026, 6, 9), True, 3.0)
    assert not is_ready(plan, ahead, today)
    assert is_ready(plan, ahead, date(2026, 6, 2))
    there = due_by_meter(plan, UNIT, MeterReading("m1", 520.0, 8.0, 0.0), None, today)
    assert there is not None
    assert there.due_on == today
    done = Past(today, today, True, ("m1", 520.0))
    again = due_by_meter(plan, UNIT, MeterReading("m1", 530.0, 8.0, 0.0), done, today)
    assert again is not None
    assert again.basis["since"] == 10.0
    # The device was replaced: its own meter began at zero.
    other = due_by_meter(plan, UNIT, MeterReading("m2", 510.0, 8.0, 0.0), done, today)
    assert other is not None
    assert other.due_on == today
    assert due_by_meter(plan, UNIT, MeterReading("m1", 5.0, None, 900.0), None, today) is None
    assert due_by_meter(plan, UNIT, None, None, today) is None


def test_a_condition_must_hold_for_its_hours_and_silence_is_none() -> None:
    rule = ByCondition(Reading.BATTERY_PERCENT, Side.BELOW, 20.0, 24.0)
    plan = replace(QUARTERLY, trigger=rule, starts_on=date(2026, 1, 1))
    now, today = datetime(2026, 6, 2, 12, tzinfo=UTC), date(2026, 6, 2)

    def due(*points: tuple[float, float], past: Past | None = None) -> bool:
        read = [(now - timedelta(hours=hours), value) for hours, value in points]
        return due_by_condition(plan, read, past, now, today) is not None

    assert due((30, 18), (20, 17), (1, 16))
    assert not due((30, 18), (20, 23), (1, 16))
    assert not due((20, 17), (1, 16))  # not yet a day
    assert not due((30, 18))  # silent since
    assert not due()
    assert not due((30, 18), (20, 17), (1, 16), past=Past(today, today, True))


def test_who_a_plan_is_for() -> None:
    assert covers(Coverage(kind="split_ac"), UNIT)
    assert covers(Coverage(kind="split_ac", model="FROST 9"), UNIT)
    assert not covers(Coverage(model="Frost 9"), replace(UNIT, model=None))
    assert not covers(Coverage(asset_id="other"), UNIT)


YEARLY = replace(QUARTERLY, id="y", trigger=ByTime(12, Unit.MONTHS), includes=frozenset({"h"}))
HALF = replace(QUARTERLY, id="h", trigger=ByTime(6, Unit.MONTHS), includes=frozenset({"q"}))
PLANS = {plan.id: plan for plan in (QUARTERLY, HALF, YEARLY)}
INCLUDED = all_included(PLANS)


def test_a_larger_plan_takes_the_smaller_ones_along() -> None:
    assert {plan: set(smaller) for plan, smaller in INCLUDED.items()} == {
        "q": set(),
        "h": {"q"},
        "y": {"h", "q"},
    }
    all_due = open_for_asset({"q", "h", "y"}, [], INCLUDED)
    assert (all_due.open, dict(all_due.covered)) == (("y",), {"q": "y", "h": "y"})
    waits = open_for_asset({"y"}, [OpenWork("w1", "q", taken=False)], INCLUDED)
    assert (waits.open, dict(waits.absorbed)) == (("y",), {"w1": "y"})
    at_work = open_for_asset({"y"}, [OpenWork("w1", "q", taken=True)], INCLUDED)
    assert (at_work.open, dict(at_work.absorbed)) == (("y",), {})
    running = open_for_asset({"q"}, [OpenWork("w1", "y", taken=True)], INCLUDED)
    assert (running.open, dict(running.covered)) == ((), {"q": "y"})
    assert open_for_asset({"q"}, [OpenWork("w1", "q", taken=True)], INCLUDED).open == ()


@given(st.data())
def test_never_two_open_for_one(data: st.DataObject) -> None:
    """Days of a hotel: works open, are taken, done and cancelled as they come; the plans are any."""
    names = ["a", "b", "c", "d"]
    plans = {
        name: replace(
            QUARTERLY, id=name, includes=frozenset(data.draw(st.sets(st.sampled_from(names[place + 1 :]))))
        )
        if place < 3
        else replace(QUARTERLY, id=name)
        for place, name in enumerate(names)
    }
    included = all_included(plans)
    opened: dict[str, OpenWork] = {}  # by plan
    for number in range(data.draw(st.integers(1, 12))):
        ready = data.draw(st.sets(st.sampled_from(names)))
        decided = open_for_asset(ready, list(opened.values()), included)
        taken_along = set(decided.covered)
        for work_id in decided.absorbed:
            gone = next(work for work in opened.values() if work.id == work_id)
            assert not gone.taken
            del opened[gone.plan_id]
            taken_along.add(gone.plan_id)
        for plan in decided.open:
            assert plan not in opened
            opened[plan] = OpenWork(f"{plan}{number}", plan, taken=False)
        # What is ready is open, or taken along by something that is.
        assert set(ready) <= set(opened) | taken_along
        assert set(decided.covered.values()) <= set(opened)
        for plan in decided.open:
            assert not any(plan in included[other] for other in opened if other != plan)
        for plan in data.draw(st.sets(st.sampled_from(names))):
            if plan in opened and data.draw(st.booleans()):
                del opened[plan]
            elif plan in opened:
                opened[plan] = replace(opened[plan], taken=True)


def test_plans_that_take_in_each_other_are_refused() -> None:
    with pytest.raises(Conflict):
        check_plan(replace(QUARTERLY, includes=frozenset({"y"})), PLANS)
    with pytest.raises(Invalid):
        check_plan(replace(QUARTERLY, includes=frozenset({"nothing"})), PLANS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"coverage": Coverage()},
        {"trigger": ByTime(0, Unit.DAYS)},
        {"trigger": ByMeter(Meter.STARTS, float("nan"))},
        {"trigger": ByMeter(Meter.STARTS, -1.0)},
        {"trigger": ByCondition(Reading.BATTERY_PERCENT, Side.BELOW, float("inf"), 1)},
        {"trigger": ByTime(1, Unit.MONTHS), "lead_days": 30},
        {"tolerance_days": -1},
        {"minutes": 0},
        {"checklist": ("",)},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        check_plan(replace(QUARTERLY, **wrong), PLANS)  # type: ignore[arg-type]


def test_compliance_is_by_class_and_opens_to_its_works() -> None:
    def work(name: str, due: date, state: WorkState, ended: date | None = None, passed: int = 0) -> Work:
        return Work(name, "q", WorkClass.CLIMATE, due, 7, state, ended, passed)

    today = date(2026, 6, 30)
    found = compliance(
        [
            work("kept", date(2026, 6, 1), WorkState.DONE, date(2026, 6, 8)),
            work("late", date(2026, 6, 1), WorkState.DONE, date(2026, 6, 9), passed=1),
            work("missed", date(2026, 6, 1), WorkState.OPEN),
            work("not done", date(2026, 6, 20), WorkState.CANCELLED, date(2026, 6, 21)),
            work("runs", date(2026, 6, 28), WorkState.OPEN),
            work("ahead", date(2026, 7, 4), WorkState.OPEN),
            work("early", date(2026, 7, 3), WorkState.DONE, date(2026, 6, 29)),
            work("long ago", date(2026, 1, 1), WorkState.DONE, date(2026, 1, 1)),
        ],
        date(2026, 6, 1),
        today,
    )
    assert len(found) == 1
    one = found[0]
    assert one.in_time == ("kept", "early")
    assert (one.late, one.missed, one.running) == (("late",), ("missed", "not done"), ("runs",))
    assert (one.due, one.passed_over, one.few) == (6, 1, False)
    assert one.share == pytest.approx(2 / 6)


# -- windows

LEVELS = ServiceLevels(BERLIN)
# The night in which Berlin's clocks go forward, and the one in which they go back.
SPRING, AUTUMN = datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 10, 23, 12, tzinfo=UTC)


def hours(start: datetime) -> Iterator[Stretch]:
    return working_stretches(start, LEVELS, around_the_clock=False)


@given(
    stays=st.lists(st.tuples(st.integers(-48, 400), st.integers(1, 120)), max_size=12),
    others=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 8)), max_size=8),
    minutes=st.integers(5, 600),
    abreast=st.integers(1, 3),
    start=st.sampled_from([SPRING, AUTUMN]),
)
def test_a_window_is_never_in_a_sold_night_and_leaves_time_to_clean(
    stays: list[tuple[int, int]],
    others: list[tuple[int, int]],
    minutes: int,
    abreast: int,
    start: datetime,
) -> None:
    busy = [(start + timedelta(hours=h), start + timedelta(hours=h + length)) for h, length in stays]
    taken = [(start + timedelta(hours=h), start + timedelta(hours=h + length)) for h, length in others]
    horizon = start + timedelta(days=25)
    window = next_window(
        minutes=minutes,
        earliest=start,
        last=start + timedelta(days=3),
        horizon=horizon,
        working=hours(start),
        busy=busy,
        same_place=taken[:2],
        others=taken,
        abreast=abreast,
    )
    if window is None:
        # Every working day of the twelve hours that OFFICE_HOURS give was in somebody's way.
        assert len(stays) + len(others) > 0
        return
    assert window.end - window.start == timedelta(minutes=minutes)
    assert window.start >= start
    assert window.late == (window.end > start + timedelta(days=3))
    for arrives, leaves in busy:
        assert window.end + BEFORE_ARRIVAL <= arrives or window.start >= leaves
    for since, until in taken[:2]:
        assert window.end <= since or window.start >= until
    for moment in [window.start, *(since for since, _ in taken)]:
        if window.start <= moment < window.end:
            assert sum(since <= moment < until for since, until in taken) < abreast
    local = window.start.astimezone(BERLIN)
    ends = window.end.astimezone(BERLIN)
    assert OFFICE_HOURS[local.weekday()].from_minute <= local.hour * 60 + local.minute
    assert local.date() == ends.date()
    assert ends.hour * 60 + ends.minute <= OFFICE_HOURS[local.weekday()].to_minute


def test_the_window_is_the_first_that_is_long_enough() -> None:
    start = datetime(2026, 7, 14, 6, tzinfo=UTC)  # 8 in the morning in Berlin
    stay = (start + timedelta(hours=2), start + timedelta(hours=26))
    found = next_window(
        minutes=60,
        earliest=start,
        last=start + timedelta(days=7),
        horizon=start + timedelta(days=30),
        working=hours(start),
        busy=[stay],
        same_place=[],
        others=[],
        abreast=2,
    )
    # Until 10:00 less the clean would leave 45 minutes; the guest leaves at 10:00 the day after.
    assert found is not None
    assert found.start == stay[1] + timedelta(minutes=15)
    assert not found.late
