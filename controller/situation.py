"""What is the same for all rooms in one round of decisions, and what comes of a look at one: values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from controller.arbitration import Claim
from controller.entities import Value
from controller.eta import EtaErrors, HouseHabit
from controller.policy import ClimatePolicy, CommandPolicy, PresencePolicy
from controller.readings import Level, Purpose
from controller.room import RoomState, UnreadyArrival
from controller.twin import Twin

LIGHTS: tuple[Purpose, ...] = ("ceiling_light", "bedside_light", "light")


@dataclass(frozen=True, slots=True)
class Situation:
    """What is the same for all rooms in one round of decisions."""

    now: datetime
    monotonic: float
    zone: tzinfo
    # Newest outdoor temperature, and its slow mean for the season.
    outdoor_celsius: float | None
    outdoor_mean_celsius: float | None
    linked: bool
    linked_monotonic: float
    unlinked_monotonic: float
    climate: ClimatePolicy
    presence: PresencePolicy
    commands: CommandPolicy
    # What the house has learned of when guests come.
    errors: EtaErrors
    habit: HouseHabit
    # Ids of devices that are isolated for work: nothing is asked of them.
    locked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ask:
    """One property to be commanded."""

    twin: Twin
    property: str
    value: Value
    level: Level
    cause: str
    by: str


@dataclass(slots=True)
class Outcome:
    """What came of looking at a room."""

    asks: list[Ask] = field(default_factory=list)
    claims_ended: list[Claim] = field(default_factory=list)
    events: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    plan_changed: bool = False
    manual_over: bool = False
    # An arrival whose room was not ready when the door opened, and now is.
    completed: UnreadyArrival | None = None


def look_again(room: RoomState, at: Situation, when: datetime | None) -> None:
    """Have the room looked at again at `when`, unless something makes it sooner."""
    if when is not None and when > at.now and (room.look_again_at is None or when < room.look_again_at):
        room.look_again_at = when
