"""Things that break by themselves, by seed: which, where and when."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence

from simulators.faults import Fault

DAY_SECONDS = 86_400.0
# What breaks how often, with the device and what a weak unit still gives.
WEAR = (
    (4, "no_capacity", "air_conditioner", 0.0),
    (3, "no_capacity", "air_conditioner", 0.4),
    (2, "ignores_setpoint", "air_conditioner", 0.0),
    (3, "frozen", "room_sensor", 0.0),
    (3, "stuck", "curtain", 0.0),
    (2, "stuck_open", "window", 0.0),
    (2, "offline", "bedside_light", 0.0),
    (2, "offline", "air_conditioner", 0.0),
    (1, "offline", "room", 0.0),
)


def next_fault(draw: random.Random, rooms: Sequence[str], broken: Collection[str]) -> Fault | None:
    """What breaks next; None when it would be in a room where something is broken already."""
    room = draw.choice(rooms)
    _, kind, device, left = draw.choices(WEAR, [weight for weight, *_ in WEAR])[0]
    return None if room in broken else Fault(room, device, kind, True, left)


def seconds_until(draw: random.Random, a_day: float) -> float:
    """How long until the next thing breaks, when `a_day` do in a day on average."""
    return draw.expovariate(a_day / DAY_SECONDS)
