"""What the house has learned of when its guests come, as the Comfort page tells it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from controller.eta import HouseHabit
from controller.habits import habits

ZONE = ZoneInfo("Asia/Shanghai")
USUAL = datetime(2026, 7, 13, 7, tzinfo=UTC)


def lived(days: int) -> HouseHabit:
    """Groups come an hour before the usual time, business travellers four hours after it."""
    habit = HouseHabit()
    for day in range(days):
        usual = USUAL + timedelta(days=day)
        habit = habit.learned(usual, usual - timedelta(minutes=60), "group", ZONE)
        for _ in range(2):
            habit = habit.learned(usual, usual + timedelta(minutes=240), "corporate", ZONE)
    return habit


def test_before_anybody_came_there_is_only_what_is_usual() -> None:
    told = habits(HouseHabit())
    [everybody] = told.items
    assert (everybody.booked, everybody.guests) == (None, 0)
    assert everybody.early_minutes < everybody.middle_minutes < everybody.late_minutes


def test_each_way_of_booking_has_its_own_time() -> None:
    told = habits(lived(60))
    assert [item.booked for item in told.items] == [None, "corporate", "group"]
    by = {item.booked: item for item in told.items}
    assert by["group"].middle_minutes < 0 < by["corporate"].middle_minutes
    assert 200 <= by["corporate"].middle_minutes <= 280
    assert by["group"].early_minutes <= -30
    assert by["corporate"].guests > by["group"].guests


def test_a_few_guests_are_no_habit_yet() -> None:
    few, many = (habits(lived(days)).items[-1] for days in (2, 60))
    assert few.booked == many.booked == "group"
    assert few.middle_minutes > many.middle_minutes


def test_who_does_not_come_is_told() -> None:
    before, after = HouseHabit(), HouseHabit().missed()
    assert habits(after).no_show_percent > habits(before).no_show_percent
