"""When the guest comes: who said it, how near it is, what was wrong before, and what the house knows."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.eta import (
    BINS,
    ArrivalTime,
    EtaErrors,
    HouseHabit,
    Said,
    Sign,
    arrival_time,
    errors_from_json,
    habit_from_json,
    noted,
)

NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)  # a Tuesday in Shanghai
ZONE = ZoneInfo("Asia/Shanghai")


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def seen(minutes: float, source: str = "guest", now: datetime = NOON, **more: Any) -> ArrivalTime:
    said = Said(NOON - timedelta(days=1), after(minutes), source)
    learned: dict[str, Any] = {"errors": EtaErrors(), "habit": HouseHabit()} | more
    return arrival_time(said, now, ZONE, **learned)


def minutes_from(at: datetime) -> float:
    return (at - NOON).total_seconds() / 60


def test_a_live_time_gets_surer_as_it_comes_near_and_a_static_one_does_not() -> None:
    spreads = [seen(minutes, "live").deviation_minutes for minutes in (360, 180, 60, 20, 5)]
    assert spreads == sorted(spreads, reverse=True)
    assert (spreads[1], spreads[3]) == (45.0, 8.0)
    assert seen(300, "booking").deviation_minutes == seen(10, "booking").deviation_minutes


@settings(max_examples=80, derandomize=True)
@given(
    st.floats(-1500, 1500),
    st.sampled_from(["live", "guest", "booking", "default", "pms", "homing pigeon"]),
    st.booleans(),
)
def test_nobody_comes_before_now_whatever_was_said(minutes: float, source: str, checked_in: bool) -> None:
    found = seen(minutes, source, checked_in=checked_in)
    assert list(found.minutes) == sorted(found.minutes)
    assert found.minutes[0] >= 0
    assert found.minutes[-1] < 3000
    assert 0 <= found.show_chance <= 1
    assert found.quantile(0.1) <= found.quantile(0.5) <= found.quantile(0.9)


def test_a_source_that_is_always_late_is_believed_less_and_later() -> None:
    errors = EtaErrors()
    dice = random.Random(4)
    for _ in range(40):
        arrived = after(120 + 30 + dice.gauss(0, 8))
        errors = errors.learned([Said(NOON - timedelta(hours=9), after(120), "pms")], arrived)
    errors = errors_from_json(errors.to_json())
    found = seen(180, "pms", errors=errors)
    assert minutes_from(found.quantile(0.5)) == pytest.approx(180 + 30, abs=6)
    assert found.deviation_minutes < seen(180, "pms").deviation_minutes
    untouched = seen(180, "guest", errors=errors)
    assert untouched.deviation_minutes == seen(180, "guest").deviation_minutes


def test_one_wild_guest_does_not_unmake_what_was_learned() -> None:
    errors = EtaErrors()
    word = [Said(NOON - timedelta(hours=9), after(120), "pms")]
    for _ in range(30):
        errors = errors.learned(word, after(120))
    calm = errors.normal("pms", 100.0)[1]
    wild = errors.learned(word, after(120 + 60 * 40)).normal("pms", 100.0)[1]
    assert wild < calm + 50


def test_a_time_in_the_past_means_any_minute_then_hardly_then_no_more() -> None:
    due = seen(-5)
    assert due.show_chance > 0.9
    assert not due.is_doubted
    chances = [seen(-minutes).show_chance for minutes in (5, 30, 60, 90, 200)]
    assert chances == sorted(chances, reverse=True)
    assert seen(-90).is_expired
    assert not seen(-20).is_expired
    assert seen(-90, checked_in=True).show_chance == 1.0, "who has the key is here"
    yesterday = seen(-60 * 20)
    assert yesterday.is_expired
    assert yesterday.is_doubted


def test_without_a_word_the_house_knows_its_guests_by_weekday_and_booking() -> None:
    prior = seen(180, "default")
    assert prior.deviation_minutes > 60
    habit, dice = HouseHabit(), random.Random(7)
    for week in range(40):
        usual = after(180) - timedelta(weeks=week)
        habit = habit.learned(usual, usual + timedelta(minutes=dice.gauss(240, 20)), "agency", ZONE)
    habit = habit_from_json(habit.to_json())
    own = seen(180, "default", habit=habit, booked="agency")
    assert minutes_from(own.quantile(0.5)) == pytest.approx(180 + 240, abs=30)
    assert own.deviation_minutes < prior.deviation_minutes
    other_day = arrival_time(
        Said(NOON, after(180 + 24 * 60), "default"), NOON, ZONE, EtaErrors(), habit, booked="agency"
    )
    assert other_day.deviation_minutes > own.deviation_minutes, "one weekday says less about another"


def test_what_is_learned_is_bounded() -> None:
    errors, habit, dice = EtaErrors(), HouseHabit(), random.Random(1)
    for day in range(600):
        usual = NOON + timedelta(days=day)
        came = usual + timedelta(minutes=dice.gauss(0, 900))
        habit = habit.learned(usual, came, "web", ZONE).missed()
        errors = errors.learned([Said(usual - timedelta(days=1), usual, "live")], came)
    assert len(habit.counts) == 8
    assert all(sum(counts) <= 300.001 and len(counts) == BINS for counts in habit.counts.values())
    assert habit.shows + habit.no_shows <= 400.001
    assert len(errors.by_source) <= 5
    said: tuple[Said, ...] = ()
    for minute in range(100):
        said = noted(said, Said(NOON, after(minute), "live"))
    assert len(said) == 12
    assert noted(said, said[-1]) is said


def test_a_sign_goes_over_an_older_word_and_fades() -> None:
    shuttle = Sign("transfer", NOON)
    found = seen(300, "booking", sign=shuttle)
    assert minutes_from(found.quantile(0.9)) < 60
    timed = seen(300, "booking", sign=Sign("message", NOON, eta=after(50)))
    assert minutes_from(timed.quantile(0.5)) == pytest.approx(50, abs=3)
    later = seen(300, "booking", now=after(120), sign=shuttle)
    assert minutes_from(later.quantile(0.5)) > 250, "an hour and a half later it tells nothing"


def test_the_clocks_change_moves_no_guest() -> None:
    """The habit is told from the usual moment, so an hour that is missing or twice there is nobody's."""
    berlin = ZoneInfo("Europe/Berlin")
    habit = HouseHabit()
    for day in (20, 27):  # 27 March 2026 is before, 29 March the night of the change
        usual = datetime(2026, 3, day, 15, 0, tzinfo=berlin)
        habit = habit.learned(usual, usual + timedelta(minutes=200), "web", berlin)
    sunday = datetime(2026, 3, 29, 15, 0, tzinfo=berlin).astimezone(UTC)
    found = arrival_time(
        Said(sunday, sunday, "default"), sunday - timedelta(hours=20), berlin, EtaErrors(), habit
    )
    assert sunday - timedelta(hours=6) <= found.quantile(0.0) <= sunday + timedelta(hours=2)
