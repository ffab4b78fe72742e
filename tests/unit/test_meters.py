"""Meters count what a device reports, and say how much they could not know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maintenance.meters import GAUGES, SILENCE, Counted, Gauge, Meter, begin, count

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
RUN, STARTS = GAUGES["split_ac"]


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def talks(until: int, every: int = 30) -> list[datetime]:
    return [at(minute) for minute in range(0, until + 1, every)]


def test_hours_run_and_starts() -> None:
    points: list[tuple[datetime, float | None]] = [
        (at(1), 0.0), (at(60), 1.0), (at(120), 0.5), (at(180), 1.0), (at(240), 0.0)
    ]  # fmt: skip
    run = count(RUN, begin(NOON), points, talks(300), at(300))
    starts = count(STARTS, begin(NOON), points, talks(300), at(300))
    assert run.value == pytest.approx(3.0)  # the fan counts for the filter
    assert starts.value == 2  # and is no start of the compressor
    assert run.unknown_hours == pytest.approx(1 / 60)
    assert run.known_hours + run.unknown_hours == pytest.approx(5.0)


def test_silence_counts_nothing_and_is_told() -> None:
    run = count(RUN, begin(NOON), [(at(0.1), 1.0)], [at(600)], at(660))
    assert run.value == pytest.approx(SILENCE / timedelta(hours=1))
    # It came back after hours: what it does is not known until it says so.
    assert run.level is None
    assert run.unknown_hours == pytest.approx(11 - 1.5)
    on = count(STARTS, run, [(at(661), 1.0)], [], at(700))
    assert on.value == run.value


def test_what_is_said_to_be_unknown_is() -> None:
    run = count(RUN, begin(NOON), [(at(0.01), 1.0), (at(60), None)], talks(180), at(180))
    assert run.value == pytest.approx(1.0, abs=0.01)
    assert run.unknown_hours == pytest.approx(2.0, abs=0.01)


def test_a_clock_that_was_set_back_counts_nothing_twice() -> None:
    run = count(RUN, begin(NOON), [(at(0.1), 1.0)], talks(60), at(60))
    assert count(RUN, run, [(at(0.1), 1.0)], talks(60), at(30)) == run


def test_a_curtain_is_open_from_a_few_percent_on() -> None:
    (gauge,) = GAUGES["curtain_motor"]
    points: list[tuple[datetime, float | None]] = [
        (at(1), 0.0), (at(10), 40.0), (at(11), 100.0), (at(30), 3.0), (at(50), 100.0)
    ]  # fmt: skip
    assert count(gauge, begin(NOON), points, [], at(60)).value == 2


@given(
    points=st.lists(
        st.tuples(st.integers(1, 2000), st.sampled_from([0.0, 0.5, 1.0, None])),
        max_size=30,
        unique_by=lambda p: p[0],
    ),
    heard=st.lists(st.integers(1, 2000), max_size=30),
    cuts=st.lists(st.integers(1, 2000), max_size=6),
    gauge=st.sampled_from(GAUGES["split_ac"]),
)
def test_a_count_in_pieces_is_the_count_in_one(
    points: list[tuple[int, float | None]], heard: list[int], cuts: list[int], gauge: Gauge
) -> None:
    said = [(at(minute), value) for minute, value in points]
    words = [at(minute) for minute in heard]
    whole = count(gauge, begin(NOON), said, words, at(2000))
    pieces: Counted = begin(NOON)
    for cut in [*sorted(cuts), 2000]:
        pieces = count(gauge, pieces, said, words, at(cut))
    assert pieces.value == pytest.approx(whole.value)
    assert pieces.unknown_hours == pytest.approx(whole.unknown_hours)
    assert pieces.known_hours + pieces.unknown_hours == pytest.approx(2000 / 60)
    if gauge.meter is Meter.RUN_HOURS:
        assert pieces.value <= pieces.known_hours + 1e-9
