"""Where a resting room is really held: not at the limit that its unit is told, but where its unit keeps it.

A unit regulates its own sensor, in steps and with a deadband, so that a room that is held at 28 °C stands now
at 27.6 and now at 28.2; a damp room is dried for half an hour and left for half an hour, a degree down and
up. Where it stands on average is seen soon enough, and the hours ahead go on from there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from controller.setback import Guard

# The mean forgets over so long: some cycles of a compressor, or of drying.
HELD_MINUTES, DRIED_MINUTES = 60.0, 120.0
# Between two dryings a room is still one that is dried, for as long as its last pause and a little more.
# Pauses longer than this are no rhythm: within the hour such a room drifts.
PAUSE_SLACK, LONGEST_PAUSE = 1.2, timedelta(minutes=60)
# A first few minutes say nothing yet.
LEAST_MINUTES = 20.0
# A gap in the looks longer than this counts as so long.
MOST_GAP_MINUTES = 15.0


@dataclass(frozen=True, slots=True)
class Held:
    """How a room is held: by what, at which slow mean, for how long; seen, and at work, when last.

    `pause`: how long the unit rested before it dried again; None = it has dried once.
    """

    guard: Guard
    mean_celsius: float
    minutes: float
    seen_at: datetime
    worked_at: datetime
    pause: timedelta | None = None

    @property
    def celsius(self) -> float | None:
        """Where the room is held; None as long as that cannot be said, or nothing holds it any more."""
        rested = self.seen_at - self.worked_at
        if rested > timedelta() and (self.pause is None or rested > PAUSE_SLACK * self.pause):
            return None
        return self.mean_celsius if self.minutes >= LEAST_MINUTES else None


def followed(before: Held | None, guard: Guard, celsius: float | None, now: datetime) -> Held | None:
    """The same after a look; None while nothing holds the room or nobody measures it."""
    if celsius is None:
        return None
    rests = guard == "off"
    if before is not None and before.guard == "drying" and rests and now - before.worked_at <= LONGEST_PAUSE:
        guard = "drying"
    if guard == "off":
        return None
    if before is None or before.guard != guard or now < before.seen_at:
        return Held(guard, celsius, 0.0, now, now)
    passed = min(MOST_GAP_MINUTES, (now - before.seen_at).total_seconds() / 60)
    minutes = before.minutes + passed
    memory = DRIED_MINUTES if guard == "drying" else HELD_MINUTES
    weight = passed / min(memory, minutes) if minutes > 0 else 1.0
    mean = before.mean_celsius + min(1.0, weight) * (celsius - before.mean_celsius)
    if rests:
        return replace(before, mean_celsius=mean, minutes=minutes, seen_at=now)
    rested = before.seen_at > before.worked_at
    return Held(guard, mean, minutes, now, now, now - before.worked_at if rested else before.pause)
