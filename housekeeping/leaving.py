"""How guests leave against the time that they should, learned from all who left, never from one alone. Pure.

A room that is still lived in is free no sooner than its guest leaves. Most leave early and some late, and
who has not left by now is more likely to be one of the late: what is expected is the mean and spread of
those of the past who had not left either at that point.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime

# Fewer departures than this tell nothing.
LEAST_LEARNED = 40
# Nobody's lateness beyond this is believed: such a guest stays on.
_MOST_MINUTES = 240.0
# Until a house knows its guests: minutes after (before, where negative) the time, ten equal parts of them.
USUAL_MINUTES = (-240.0, -180.0, -120.0, -90.0, -60.0, -30.0, -15.0, 0.0, 15.0, 45.0)
# Who is later than everybody of the past.
_BEYOND = (30.0, 30.0)


class Leaving:
    """Guests' habits.

    Args:
        minutes: how much later than they should each of the past left; too few are not believed.
    """

    def __init__(self, minutes: Sequence[float] = ()) -> None:
        believed = sorted(one for one in minutes if abs(one) <= _MOST_MINUTES)
        self._minutes = believed if len(believed) >= LEAST_LEARNED else list(USUAL_MINUTES)

    def still_in(self, should: datetime, now: datetime) -> tuple[float, float]:
        """(mean, standard deviation) of the minutes from `should` until who has not left at `now` leaves."""
        so_far = (now - should).total_seconds() / 60
        left = self._minutes[bisect_right(self._minutes, so_far) :]
        if len(left) < max(1, len(self._minutes) // 100):
            return so_far + _BEYOND[0], _BEYOND[1]
        mean = sum(left) / len(left)
        return mean, math.sqrt(sum((one - mean) ** 2 for one in left) / len(left))
