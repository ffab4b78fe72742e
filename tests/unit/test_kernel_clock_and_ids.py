"""The clocks' promises and the ids'."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from hotel.clock import ManualClock, ScaledClock, SystemClock
from hotel.ids import new_id

NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)


def test_a_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(NOON)
    clock.advance(90)
    assert clock.now() == clock.wall() == NOON + timedelta(seconds=90)
    assert clock.monotonic() == 90.0
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)


def test_a_jump_moves_hotel_time_alone() -> None:
    clock = ManualClock(NOON)
    clock.jump(-3600)
    assert clock.now() == NOON - timedelta(hours=1)
    assert (clock.wall(), clock.monotonic()) == (NOON, 0.0)


def test_a_manual_clock_counts_every_advance_of_many_threads() -> None:
    clock = ManualClock(NOON)

    def tick() -> None:
        for _ in range(200):
            clock.advance(1)

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.monotonic() == 800.0


def test_a_scaled_clock_runs_hotel_time_and_not_transport_time_faster() -> None:
    clock = ScaledClock(NOON, speed=3600.0)
    hotel, transport, wall = clock.now(), clock.monotonic(), clock.wall()
    threading.Event().wait(0.02)
    passed = clock.monotonic() - transport
    assert 0.02 <= passed < 5
    assert (clock.now() - hotel).total_seconds() == pytest.approx(passed * 3600, rel=0.2)
    assert (clock.wall() - wall).total_seconds() == pytest.approx(passed, abs=0.5)


def test_two_processes_with_the_same_anchor_show_the_same_hotel_time() -> None:
    anchor = datetime.now(UTC) - timedelta(seconds=10)
    one, other = ScaledClock(NOON, 60.0, anchor), ScaledClock(NOON, 60.0, anchor)
    assert abs((one.now() - other.now()).total_seconds()) < 60
    assert one.now() >= NOON + timedelta(seconds=600)


@pytest.mark.parametrize("speed", [0.0, -1.0])
def test_a_speed_must_be_above_zero(speed: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        ScaledClock(NOON, speed)


def test_the_system_clock_is_aware_and_monotonic() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.wall().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()


def test_ids_are_distinct_across_threads_and_sort_by_the_time_of_their_making() -> None:
    made: list[str] = []

    def make() -> None:
        made.extend(new_id() for _ in range(500))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2000
    assert {len(one) for one in made} == {26}
    earlier = new_id()
    threading.Event().wait(0.003)
    assert earlier < new_id()
    assert set("".join(made)) <= set("0123456789abcdefghjkmnpqrstvwxyz")
