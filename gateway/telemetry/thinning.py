"""How a long series becomes a line that a chart can draw: thinned, with spikes kept and gaps shown.

Points are (epoch milliseconds, value); a value of None breaks the line.
"""

from __future__ import annotations

import itertools

Point = tuple[int, float | None]

FEWEST_POINTS = 8


def with_gaps(points: list[Point], gap_ms: int) -> list[Point]:
    """The points, with a None wherever nothing was heard for longer than `gap_ms`.

    The None stands `gap_ms` after the last value: so long it was believed.
    """
    if len(points) < 2:
        return points
    shown = [points[0]]
    for before, point in itertools.pairwise(points):
        if point[0] - before[0] > gap_ms and before[1] is not None:
            shown.append((before[0] + gap_ms, None))
        shown.append(point)
    return shown


def thin(points: list[Point], most_points: int) -> list[Point]:
    """At most `most_points` of the points, in order; the lowest and highest of every stretch are kept.

    First and last point stay, and a stretch with a gap keeps the gap.

    Args:
        most_points: at least `FEWEST_POINTS`; less is taken as that.
    """
    most = max(most_points, FEWEST_POINTS)
    if len(points) <= most:
        return points
    per_stretch = 3 if any(value is None for _, value in points) else 2
    stretches = (most - 2) // per_stretch
    first_ms = points[0][0]
    width_ms = (points[-1][0] - first_ms) // stretches + 1
    kept = {0, len(points) - 1}
    begin = 0
    while begin < len(points):
        stretch = (points[begin][0] - first_ms) // width_ms
        end = begin
        while end < len(points) and (points[end][0] - first_ms) // width_ms == stretch:
            end += 1
        kept.update(_extremes(points, begin, end))
        begin = end
    return [points[index] for index in sorted(kept)]


def _extremes(points: list[Point], begin: int, end: int) -> list[int]:
    """Where in [begin, end) the lowest and highest value and the first None stand."""
    low: tuple[float, int] | None = None
    high: tuple[float, int] | None = None
    gap: int | None = None
    for index in range(begin, end):
        value = points[index][1]
        if value is None:
            gap = index if gap is None else gap
            continue
        if low is None or value < low[0]:
            low = (value, index)
        if high is None or value > high[0]:
            high = (value, index)
    found = [extreme[1] for extreme in (low, high) if extreme is not None]
    return found if gap is None else [*found, gap]


def from_quarter(
    start_ms: int,
    low: float | None,
    high: float | None,
    last: float | None,
    *,
    quarter_ms: int,
    previous: float | None,
    held: bool,
) -> list[Point]:
    """The points that stand for one downsampled quarter of an hour.

    Lowest and highest are both shown, so that a spike stays visible; which came first is no longer
    known, so the one nearer to the value before is drawn first. A held value (a setpoint, a switch)
    ends the quarter as it was last; None there is shown, the device was unknown then.
    """
    if low is None or high is None:
        return [(start_ms, None)]
    pair = (low, high)
    if previous is not None and abs(previous - high) < abs(previous - low):
        pair = (high, low)
    points: list[Point] = [(start_ms + quarter_ms // 3, pair[0])]
    if low != high:
        points.append((start_ms + 2 * quarter_ms // 3, pair[1]))
    if (held or last is None) and last != points[-1][1]:
        points.append((start_ms + quarter_ms - 1, last))
    return points
