"""Thinning keeps what a person would look for: spikes, gaps, the ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.telemetry.thinning import FEWEST_POINTS, Point, from_quarter, thin, with_gaps

MINUTE = 60_000
QUARTER = 15 * MINUTE

point_lists = st.lists(st.tuples(st.integers(0, 10**9), st.none() | st.floats(-50, 100)), max_size=300).map(
    lambda points: sorted(points, key=lambda point: point[0])
)


def test_a_short_series_is_left_alone() -> None:
    points: list[Point] = [(n * MINUTE, 20.0 + n) for n in range(10)]
    assert thin(points, 10) == points


def test_a_single_spike_in_a_day_of_minutes_stays_visible() -> None:
    points: list[Point] = [(n * MINUTE, 22.0) for n in range(1440)]
    points[700] = (700 * MINUTE, 31.0)
    points[1001] = (1001 * MINUTE, 16.0)
    thinned = thin(points, 100)
    assert len(thinned) <= 100
    assert (700 * MINUTE, 31.0) in thinned
    assert (1001 * MINUTE, 16.0) in thinned
    assert (thinned[0], thinned[-1]) == (points[0], points[-1])


def test_a_gap_in_a_long_series_stays_a_gap() -> None:
    points: list[Point] = [(n * MINUTE, 22.0 + n % 7) for n in range(1440)]
    points[500] = (500 * MINUTE, None)
    thinned = thin(points, 60)
    assert (500 * MINUTE, None) in thinned
    assert len(thinned) <= 60


@given(point_lists, st.integers(0, 200))
def test_thinning_never_exceeds_the_bound_and_keeps_order_ends_and_extremes(
    points: list[Point], most: int
) -> None:
    thinned = thin(points, most)
    assert len(thinned) <= max(most, FEWEST_POINTS) or thinned == points
    assert len(thinned) <= max(most, FEWEST_POINTS, 0) or len(points) <= max(most, FEWEST_POINTS)
    assert thinned == sorted(thinned, key=lambda point: point[0])
    remaining = list(points)
    for point in thinned:  # nothing is invented
        remaining.remove(point)
    if points:
        assert (thinned[0], thinned[-1]) == (points[0], points[-1])
    values = [value for _, value in points if value is not None]
    kept = [value for _, value in thinned if value is not None]
    if values:
        assert (min(kept), max(kept)) == (min(values), max(values))


def test_silence_breaks_the_line_once_after_the_time_it_is_believed() -> None:
    points: list[Point] = [(0, 22.0), (MINUTE, 22.1), (300 * MINUTE, 25.0)]
    assert with_gaps(points, 120 * MINUTE) == [
        (0, 22.0),
        (MINUTE, 22.1),
        (121 * MINUTE, None),
        (300 * MINUTE, 25.0),
    ]
    assert with_gaps(points[:1], 1) == points[:1]
    already_unknown: list[Point] = [(0, 22.0), (MINUTE, None), (300 * MINUTE, 25.0)]
    assert with_gaps(already_unknown, 120 * MINUTE) == already_unknown


def quarter(
    low: float | None, high: float | None, last: float | None, previous: float | None, *, held: bool = False
) -> list[float | None]:
    points = from_quarter(0, low, high, last, quarter_ms=QUARTER, previous=previous, held=held)
    assert [at for at, _ in points] == sorted(at for at, _ in points)
    assert all(0 <= at < QUARTER for at, _ in points)
    return [value for _, value in points]


def test_a_quarter_shows_its_lowest_and_highest_the_nearer_one_first() -> None:
    assert quarter(20.0, 24.0, 24.0, previous=20.5) == [20.0, 24.0]
    assert quarter(20.0, 24.0, 22.0, previous=23.9) == [24.0, 20.0]
    assert quarter(22.0, 22.0, 22.0, previous=None) == [22.0]


def test_a_held_value_ends_its_quarter_as_it_was_last() -> None:
    assert quarter(20.0, 24.0, 22.0, previous=20.0, held=True) == [20.0, 24.0, 22.0]
    assert quarter(20.0, 24.0, 24.0, previous=20.0, held=True) == [20.0, 24.0]


def test_an_unknown_quarter_is_a_gap_and_one_that_ends_unknown_says_so() -> None:
    assert quarter(None, None, None, previous=22.0) == [None]
    assert quarter(21.0, 22.0, None, previous=21.0) == [21.0, 22.0, None]
