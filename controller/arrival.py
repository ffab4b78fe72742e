"""The moment a guest first opens the door, and the scene that greets them.

The arrival is the first opening of the room's door after check-in, once for each stay. A door that
opens before check-in is staff; nothing plays for staff.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime

from controller.policy import LIGHT_SCENES, ClimatePolicy
from controller.ports import StayForComfort


@dataclass(frozen=True, slots=True)
class Arrival:
    """A guest's first opening of the door, beside what was promised for it."""

    stay_id: str
    room: str
    at: datetime
    eta: datetime
    eta_source: str
    predicted_ready_at: datetime | None
    ready_at: datetime | None
    wanted_celsius: float
    temperature_celsius: float | None


def arriving(stay: StayForComfort | None, opened_at: datetime, arrived: Container[str]) -> bool:
    """Whether this opening of the door is the arrival of `stay`, the one that has the room.

    Args:
        arrived: ids of the stays whose arrival was seen already.
    """
    if stay is None or stay.state != "checked_in" or stay.stay_id in arrived:
        return False
    return stay.checked_in_at is None or opened_at >= stay.checked_in_at


def welcome_light_percent(stay: StayForComfort, policy: ClimatePolicy) -> float:
    """How bright the lights greet the guest: their own percentage, their scene, or the house's."""
    if stay.light_percent is not None:
        return stay.light_percent
    if stay.light_scene is not None and stay.light_scene in LIGHT_SCENES:
        return LIGHT_SCENES[stay.light_scene]
    return policy.arrival_light_percent


def welcome_curtain_percent(stay: StayForComfort, local_hour: int, policy: ClimatePolicy) -> float:
    """How far open the curtain greets the guest."""
    if stay.curtain_percent is not None:
        return stay.curtain_percent
    if policy.day_starts_hour <= local_hour < policy.day_ends_hour:
        return policy.arrival_curtain_day_percent
    return policy.arrival_curtain_night_percent
