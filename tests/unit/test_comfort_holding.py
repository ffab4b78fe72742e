"""A room that is held is foreseen where its unit keeps it, not at the limit that the unit was told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from controller.holding import Held, followed
from controller.setback import Guard

NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)


def watched(guard: Guard, *celsius: float, minutes: float = 5.0) -> Held | None:
    held: Held | None = None
    for index, one in enumerate(celsius):
        held = followed(held, guard, one, NOON + timedelta(minutes=minutes * index))
    return held


def test_a_compressor_that_cycles_holds_the_mean_of_it() -> None:
    held = watched("cooling", *(27.3, 27.6, 27.9, 27.6) * 12)
    assert held is not None
    assert held.celsius == pytest.approx(27.6, abs=0.06)


def test_a_few_minutes_say_nothing_yet() -> None:
    held = watched("cooling", 28.0, 27.9)
    assert held is not None
    assert held.celsius is None


def test_another_way_of_holding_begins_anew_and_none_ends_it() -> None:
    held = watched("cooling", *(27.6,) * 20)
    after = NOON + timedelta(minutes=100)
    dried = followed(held, "drying", 25.0, after)
    assert dried == Held("drying", 25.0, 0.0, after, after)
    assert followed(held, "off", 27.0, after) is None
    assert followed(held, "cooling", None, after) is None


def test_a_room_that_is_dried_now_and_then_stands_in_the_middle_of_it() -> None:
    """Half an hour of drying, half an hour left alone: a degree down and up."""
    held: Held | None = None
    for minute in range(0, 360, 5):
        phase = minute % 60
        celsius = 25.0 - phase / 30 if phase < 30 else 24.0 + (phase - 30) / 30
        held = followed(held, "drying" if phase < 30 else "off", celsius, NOON + timedelta(minutes=minute))
    assert held is not None
    assert held.celsius == pytest.approx(24.5, abs=0.15)
    assert held.pause == timedelta(minutes=35)
    # It is dry now, and drifts: after more than its usual pause nothing holds it any more.
    for minute in range(360, 380, 5):
        held = followed(held, "off", 25.5, NOON + timedelta(minutes=minute))
    assert held is not None
    assert held.celsius is None
    assert followed(held, "off", 26.5, NOON + timedelta(minutes=480)) is None


def test_a_room_that_was_dried_once_drifts_freely_after_it() -> None:
    held = watched("drying", *(24.0,) * 10)
    rests = followed(held, "off", 24.1, NOON + timedelta(minutes=50))
    assert rests is not None
    assert rests.celsius is None


def test_a_gap_or_a_clock_set_back_believes_the_sensor() -> None:
    held = watched("heating", *(16.4,) * 20)
    assert followed(held, "heating", 17.0, NOON) == Held("heating", 17.0, 0.0, NOON, NOON)
    late = followed(held, "heating", 17.4, NOON + timedelta(days=1))
    assert late is not None
    assert late.minutes == pytest.approx(95 + 15)
