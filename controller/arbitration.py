"""Who wins over a device, property by property, and what ends each one's say.

A claim is somebody's say over one property. The highest level that is not suspended wins; when it
ends or is released, the next one has the device. The comfort plan has no claims of its own that
outlive a decision: its wish is handed in each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from controller.entities import Value
from controller.readings import Level
from hotel.actor import Actor, Role
from hotel.errors import Forbidden

# Highest first.
LEVELS: tuple[Level, ...] = (
    "safety",
    "engineer",
    "guest",
    "front_desk",
    "arrival_plan",
    "housekeeping",
    "energy_saving",
)
RANK: dict[Level, int] = {level: rank for rank, level in enumerate(LEVELS)}

End = Literal["check_out", "cleaned", "arrived", "time"]

# What ends a claim, besides being released. An engineer's claim only ends by an engineer's hand.
ENDS: dict[Level, frozenset[End]] = {
    "safety": frozenset(),
    "engineer": frozenset(),
    "guest": frozenset({"check_out"}),
    "front_desk": frozenset({"check_out", "time"}),
    "arrival_plan": frozenset({"check_out"}),
    "housekeeping": frozenset({"cleaned", "arrived", "time"}),
    "energy_saving": frozenset({"check_out", "arrived", "time"}),
}

# Whose say sleeps while the guest is away; return restores it.
SUSPENDED_WHEN_AWAY: frozenset[Level] = frozenset({"guest", "front_desk", "arrival_plan"})

_DESK = (Role.FRONT_DESK, Role.SUPERVISOR, Role.ENGINEER, Role.MANAGER, Role.ADMINISTRATOR)
# Who may speak at which level; nobody at the others, which are the house's own.
MAY_CLAIM: dict[Level, tuple[Role, ...]] = {
    "engineer": (Role.ENGINEER, Role.ADMINISTRATOR),
    "guest": (Role.FRONT_DESK, Role.MANAGER, Role.ADMINISTRATOR),
    "front_desk": _DESK,
    "housekeeping": (Role.ATTENDANT, *_DESK),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """One say over one property. `until` (hotel time) only counts for levels that end by time."""

    device_id: str
    property: str
    level: Level
    value: Value
    since: datetime
    by: str
    cause: str
    stay_id: str | None = None
    until: datetime | None = None


class Claims:
    """All claims over the devices of one room."""

    def __init__(self) -> None:
        self._by_target: dict[tuple[str, str], dict[Level, Claim]] = {}

    def __iter__(self) -> Iterator[Claim]:
        for levels in self._by_target.values():
            yield from levels.values()

    def __len__(self) -> int:
        return sum(len(levels) for levels in self._by_target.values())

    def claim(self, claim: Claim) -> bool:
        """Take or renew a say; returns whether it says something else than before."""
        levels = self._by_target.setdefault((claim.device_id, claim.property), {})
        before = levels.get(claim.level)
        levels[claim.level] = claim
        return before is None or before.value != claim.value or before.stay_id != claim.stay_id

    def at(self, device_id: str, name: str, level: Level) -> Claim | None:
        return self._by_target.get((device_id, name), {}).get(level)

    def over(self, device_id: str, name: str) -> list[Claim]:
        """Claims over one property, highest first."""
        levels = self._by_target.get((device_id, name), {})
        return [levels[level] for level in LEVELS if level in levels]

    def release(
        self,
        device_id: str | None = None,
        name: str | None = None,
        levels: frozenset[Level] = frozenset(LEVELS),
    ) -> list[Claim]:
        """End the claims of `levels` over a property, a device (name None) or the room (both None)."""
        return self._end(
            lambda claim: (
                claim.level in levels
                and (device_id is None or claim.device_id == device_id)
                and (name is None or claim.property == name)
            )
        )

    def end(self, cause: End) -> list[Claim]:
        """End every claim that `cause` ends."""
        return self._end(lambda claim: cause in ENDS[claim.level])

    def end_by_time(self, now: datetime) -> list[Claim]:
        """End the claims whose time is over."""
        return self._end(
            lambda claim: claim.until is not None and claim.until <= now and "time" in ENDS[claim.level]
        )

    def end_foreign(self, stay_id: str | None) -> list[Claim]:
        """End what belongs to another stay than the one that is in the room now."""
        return self._end(
            lambda claim: claim.stay_id not in (None, stay_id) and "check_out" in ENDS[claim.level]
        )

    def _end(self, ended: object) -> list[Claim]:
        assert callable(ended)
        gone = [claim for claim in self if ended(claim)]
        for claim in gone:
            levels = self._by_target[claim.device_id, claim.property]
            del levels[claim.level]
            if not levels:
                del self._by_target[claim.device_id, claim.property]
        return gone

    def winner(self, device_id: str, name: str, *, away: bool, wish: Claim | None = None) -> Claim | None:
        """The say that counts now.

        Args:
            away: whether the guest is away, so that what belongs to the guest sleeps.
            wish: what the comfort plan wants, at its level; a claim of the same level goes first.
        """
        if (device_id, name) not in self._by_target:
            return wish  # by far the commonest
        for claim in self.over(device_id, name):
            if away and claim.level in SUSPENDED_WHEN_AWAY:
                continue
            if wish is not None and RANK[wish.level] < RANK[claim.level]:
                return wish
            return claim
        return wish


def outranks(level: Level, other: Level) -> bool:
    """Whether a say at `level` goes over one at `other`; a later say of the same level does."""
    return RANK[level] <= RANK[other]


def level_for(actor: Actor, level: Level | None) -> Level:
    """The level that the actor speaks at.

    Raises:
        Forbidden: the actor's roles do not allow it.
    """
    if level is None:
        level = "front_desk" if actor.has(*_DESK) else "housekeeping"
    allowed = MAY_CLAIM.get(level)
    if allowed is None or not actor.has(*allowed):
        raise Forbidden("level_not_allowed", f"You may not act for {level.replace('_', ' ')}.", level=level)
    return level
