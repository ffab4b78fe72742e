"""How many air conditioners may be switched on at once.

After an outage of the power, the broker or ourselves, many rooms want their compressor back in the same
second; a motor draws several times its running current while it starts, and a hundred together trip a
main breaker. So automatic starts are spread: a few at once, then a steady pace, guests' rooms first.
What a person asks for is one unit and does not wait. Transport time: the demo's clock spreads nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from controller.arbitration import RANK
from controller.entities import Value
from controller.policy import CommandPolicy
from controller.readings import Level


@dataclass(frozen=True, slots=True)
class Starts:
    """How many may be commanded now, as counted at a time. A token bucket."""

    left: float
    counted_monotonic: float


def unused(policy: CommandPolicy) -> Starts:
    """Before the first start."""
    return Starts(float(policy.most_starts_at_once), float("-inf"))


def refilled(starts: Starts, monotonic: float, policy: CommandPolicy) -> Starts:
    """The same later: time has brought more, up to the bound."""
    passed = max(0.0, monotonic - starts.counted_monotonic)
    most = float(policy.most_starts_at_once)
    left = min(most, starts.left + passed * policy.starts_per_transport_second)
    return Starts(left, monotonic)


def taken(starts: Starts) -> Starts:
    """One was commanded."""
    return Starts(starts.left - 1, starts.counted_monotonic)


def wait_seconds(starts: Starts, ahead: int, policy: CommandPolicy) -> float:
    """How long a start waits for its turn when `ahead` others come before it."""
    return max(0.0, (ahead + 1 - starts.left) / policy.starts_per_transport_second)


def is_start(name: str, value: Value) -> bool:
    """Whether a value of a property switches a compressor on."""
    return name == "mode" and value not in ("off", "fan_only")


def rank(level: Level) -> int:
    """Who starts before whom: lower first."""
    return RANK[level]
