"""What must be asked of a device so that it becomes what is desired, and what must wait.

Pure: wishes and twins in, needs out. It keeps the compressor's minimum on and off times, does not
drive a curtain against an obstruction again and again, backs off between tries and gives up after a
few, because a device that does not obey is a fault and not a reason to shout.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from controller.entities import Component, EntityDescription, Value
from controller.policy import CommandPolicy

# Order in which the properties of one entity are asked: switch on first, then say how.
PROPERTY_ORDER = (
    "mode",
    "on",
    "preset_mode",
    "setpoint_celsius",
    "setpoint_low_celsius",
    "setpoint_high_celsius",
    "target_humidity_percent",
    "brightness_percent",
    "color_temperature_kelvin",
    "percentage",
    "fan_mode",
    "position_percent",
    "tilt_percent",
)
TRAVELS = frozenset({"position_percent", "brightness_percent"})

# Lamps count colour temperature in mired: at the cold end one of them is 43 kelvin.
_TOLERANCE = {
    "position_percent": 3.0,
    "tilt_percent": 3.0,
    "brightness_percent": 1.0,
    "color_temperature_kelvin": 50.0,
}
# Lamps round colours to what they can show; in the colour's own numbers.
_COLOR_TOLERANCE = {
    "hs_color": 3.0,
    "rgb_color": 3.0,
    "rgbw_color": 3.0,
    "rgbww_color": 3.0,
    "xy_color": 0.02,
}
_WHOLE_TURN = 360.0


@cache
def in_order(accepts: frozenset[str]) -> tuple[str, ...]:
    """The properties of an entity in the order in which they are asked."""

    def rank(name: str) -> tuple[int, str]:
        known = name in PROPERTY_ORDER
        return (PROPERTY_ORDER.index(name) if known else len(PROPERTY_ORDER), name)

    return tuple(sorted(accepts, key=rank))


def matches(entity: EntityDescription, name: str, desired: Value, reported: Value) -> bool:
    """Whether a report says what was desired, aware of the device's step and rounding."""
    if desired is None or reported is None:
        return False
    if isinstance(desired, bool) or isinstance(reported, bool):
        return desired is reported
    if isinstance(desired, (int, float)) and isinstance(reported, (int, float)):
        limits = entity.limits.get(name)
        step = limits.step if limits is not None else 0.0
        tolerance = max(_TOLERANCE.get(name, 0.05), step / 2)
        return abs(desired - reported) <= tolerance + 1e-6
    return desired == reported or _same_color(name, desired, reported)


def _same_color(name: str, desired: Value, reported: Value) -> bool:
    tolerance = _COLOR_TOLERANCE.get(name)
    if tolerance is None or not isinstance(desired, str) or not isinstance(reported, str):
        return False
    try:
        wanted, found = ([float(part) for part in text.split(",")] for text in (desired, reported))
    except ValueError:
        return False
    apart = [abs(one - other) for one, other in zip(wanted, found, strict=False)]
    if name == "hs_color" and apart:
        apart[0] = min(apart[0], _WHOLE_TURN - apart[0])
    return len(wanted) == len(found) and all(distance <= tolerance for distance in apart)


@dataclass(slots=True)
class Effort:
    """How often one value was asked in vain. Transport seconds."""

    value: Value = None
    tries: int = 0
    next_monotonic: float = float("-inf")
    gave_up: bool = False
    reverts: int = 0
    first_revert_monotonic: float = float("-inf")

    def begin(self, value: Value) -> None:
        """Another value is desired: what went before does not count against it."""
        if value != self.value or type(value) is not type(self.value):
            self.value, self.tries, self.gave_up = value, 0, False
            self.next_monotonic = float("-inf")
            self.reverts = 0

    def tried(self, now: float, most: int, policy: CommandPolicy) -> None:
        """A command went out for it."""
        pauses = policy.retry_transport_seconds
        self.tries += 1
        self.next_monotonic = now + pauses[min(self.tries, len(pauses)) - 1]
        if self.tries >= most:
            self.gave_up = True
            self.next_monotonic = now + policy.rest_transport_seconds

    def obeyed(self) -> None:
        self.tries, self.gave_up, self.next_monotonic = 0, False, float("-inf")

    def reverted(self, now: float, policy: CommandPolicy) -> None:
        """The device lost our wish. Put right a few times an hour, then it is a fault."""
        if now - self.first_revert_monotonic > policy.rest_transport_seconds:
            self.reverts, self.first_revert_monotonic = 0, now
        self.reverts += 1
        if self.reverts > policy.most_reverts:
            self.gave_up = True
            self.next_monotonic = now + policy.rest_transport_seconds


@dataclass(slots=True)
class Compressor:
    """When an air conditioner was last switched, by anybody. Hotel time."""

    running: bool | None = None
    since: datetime | None = None

    def saw_mode(self, mode: Value, at: datetime) -> None:
        if not isinstance(mode, str):
            return
        running = mode not in ("off", "fan_only")
        if self.running is None:
            self.running = running  # its first word: how long it has been so, nobody knows
        elif running != self.running:
            self.running, self.since = running, at

    def free_at(self, mode: Value, policy: CommandPolicy) -> datetime | None:
        """When the mode may be asked for; None = at once."""
        wanted = isinstance(mode, str) and mode not in ("off", "fan_only")
        if self.running is None or self.since is None or wanted == self.running:
            return None
        seconds = policy.minimum_on_seconds if self.running else policy.minimum_off_seconds
        return self.since + timedelta(seconds=seconds)


Verdict = Literal["fine", "ask", "wait", "give_up"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What to do about one property. For `wait`: until when, in one of the two times."""

    verdict: Verdict
    until: datetime | None = None
    until_monotonic: float | None = None
    detail: str | None = None


FINE = Answer("fine")


def consider(
    entity: EntityDescription,
    name: str,
    desired: Value,
    reported: Value,
    *,
    available: bool | None,
    outstanding: Value,
    effort: Effort,
    compressor: Compressor | None,
    now: datetime,
    monotonic: float,
    policy: CommandPolicy,
) -> Answer:
    """What is to be done so that `name` becomes `desired`.

    Args:
        reported: the last report; for a property that cannot report, what was sent to it.
        outstanding: the value of a command under way, None when there is none.
    """
    if desired is None or name not in entity.accepts:
        return FINE
    effort.begin(desired)
    # A command under way that asks for something else will still be obeyed: it must be overtaken.
    overtake = outstanding is not None and not matches(entity, name, desired, outstanding)
    if matches(entity, name, desired, reported) and not overtake:
        if outstanding is None and not effort.reverts:
            effort.obeyed()
        return FINE
    if outstanding is not None and matches(entity, name, desired, outstanding):
        return FINE
    if available is False:
        return Answer("wait", detail="The device is offline.")
    if effort.gave_up:
        if monotonic < effort.next_monotonic:
            return Answer("give_up", until_monotonic=effort.next_monotonic, detail=_fault(entity, effort))
        effort.gave_up, effort.tries, effort.reverts = False, 0, 0
    if monotonic < effort.next_monotonic:
        return Answer("wait", until_monotonic=effort.next_monotonic)
    if name == "mode" and compressor is not None:
        free_at = compressor.free_at(desired, policy)
        if free_at is not None and now < free_at:
            return Answer("wait", until=free_at, detail="The compressor keeps its minimum time.")
    return Answer("ask")


def most_tries(name: str, component: Component, policy: CommandPolicy) -> int:
    """How often a value may be asked in vain: a curtain that stops short meets something."""
    if component is Component.COVER and name == "position_percent":
        return policy.most_travel_tries
    return policy.most_tries


def _fault(entity: EntityDescription, effort: Effort) -> str:
    if effort.reverts:
        return f"{entity.name} keeps going back on its own."
    if entity.component is Component.COVER:
        return f"{entity.name} stops before its position; something may be in its way."
    return f"{entity.name} does not obey."
