"""When a tap happened that comes late from a tablet's log. Pure.

A tablet's clock may be hours off, so it says how long ago, and the order is the order of arrival.
"""

from __future__ import annotations

from datetime import datetime, timedelta

# A tablet that was away longer than this sends its work for review, not as taps of today.
MOST_TAP_AGE = timedelta(hours=24)


def happened_at(
    received: datetime, age: timedelta, speed: float = 1.0, last_at: datetime | None = None
) -> datetime:
    """The hotel time of a tap: never after it was received, never before what it follows.

    Args:
        received: hotel time now.
        age: how long ago in real time, by the tablet's own account.
        speed: hotel seconds in one real second.
        last_at: the last step of what was tapped on.
    """
    said = received - min(max(age, timedelta()), MOST_TAP_AGE) * speed
    return said if last_at is None else max(said, min(last_at, received))
