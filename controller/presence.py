"""Whether somebody is in the room, from its presence sensor and its door.

Nobody leaves a room but through its door: who moved after the door was last closed is still inside,
however quiet the sensor is. Silence alone never makes a room empty. When in doubt: occupied, which
is why `unknown` must never be treated as `empty`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from controller.policy import PresencePolicy
from controller.readings import Presence


@dataclass(frozen=True, slots=True)
class Senses:
    """What the sensors told so far. Times are hotel time of receipt; None = never or unknown."""

    motion: bool | None = None
    motion_began: datetime | None = None
    motion_ended: datetime | None = None
    door_open: bool | None = None
    door_opened: datetime | None = None
    door_closed: datetime | None = None

    def move(self, motion: bool | None, at: datetime) -> Senses:
        """The presence sensor spoke."""
        if motion is None or motion == self.motion:
            return replace(self, motion=motion)
        if motion:
            return replace(self, motion=True, motion_began=at)
        return replace(self, motion=False, motion_ended=at if self.motion else self.motion_ended)

    def door(self, is_open: bool | None, at: datetime) -> Senses:
        """The door contact spoke. Its first word is a state, not a movement."""
        if is_open is None or is_open == self.door_open:
            return replace(self, door_open=is_open)
        if self.door_open is None:
            return replace(self, door_open=is_open)
        if is_open:
            return replace(self, door_open=True, door_opened=at)
        return replace(self, door_open=False, door_closed=at)

    def to_json(self) -> dict[str, Any]:
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name in self.__slots__
            if (value := getattr(self, name)) is not None
        }


def senses_from_json(kept: dict[str, Any]) -> Senses:
    """The senses that `to_json` wrote. Levels (motion, door_open) are heard anew after a restart."""
    times = ("motion_began", "motion_ended", "door_opened", "door_closed")
    return Senses(
        motion=kept.get("motion"),
        door_open=kept.get("door_open"),
        **{name: datetime.fromisoformat(kept[name]) for name in times if kept.get(name)},
    )


def presence_of(
    senses: Senses, now: datetime, local_hour: int, policy: PresencePolicy, *, sensor_heard: bool
) -> tuple[Presence, datetime | None]:
    """The presence now, and the next time at which it may change by waiting alone.

    Args:
        local_hour: hour of the day in the hotel's zone.
        sensor_heard: whether the presence sensor is there and reachable.
    """
    if not sensor_heard or senses.motion is None:
        return "unknown", None
    last_door = max(filter(None, (senses.door_opened, senses.door_closed)), default=None)
    if senses.door_open:
        return ("present" if senses.motion else "unknown"), None
    if senses.motion:
        return _awake_or_asleep(senses, last_door, now, local_hour, policy)
    if last_door is None:
        return "unknown", None
    if _moved_inside(senses, last_door, policy):
        return _awake_or_asleep(senses, last_door, now, local_hour, policy)
    empty_at = max(last_door, senses.motion_ended or last_door) + timedelta(minutes=policy.empty_minutes)
    return ("empty", None) if now >= empty_at else ("present", empty_at)


def _moved_inside(senses: Senses, last_door: datetime, policy: PresencePolicy) -> bool:
    """Whether somebody moved after the door was last used."""
    began, ended = senses.motion_began, senses.motion_ended
    if began is not None and began > last_door + timedelta(seconds=policy.door_grace_seconds):
        return True
    # The sensor was on when the door closed and stayed so longer than its own hold time.
    return ended is not None and ended > last_door + timedelta(minutes=policy.sensor_hold_minutes)


def _awake_or_asleep(
    senses: Senses, last_door: datetime | None, now: datetime, local_hour: int, policy: PresencePolicy
) -> tuple[Presence, datetime | None]:
    night = local_hour >= policy.night_starts_hour or local_hour < policy.night_ends_hour
    seen = [at for at in (last_door, senses.motion_began, senses.motion_ended) if at is not None]
    quiet_since = max(seen, default=None)
    if not night or quiet_since is None:
        return "present", None
    asleep_at = quiet_since + timedelta(minutes=policy.asleep_minutes)
    return ("asleep", None) if now >= asleep_at else ("present", asleep_at)
