"""What a room's unit is told so that the room's air, and not the unit's own sensor, is where it should be.

A unit regulates its own sensor, which sits in its own stream of air, in steps of half a degree; the further
off its setpoint, the harder it works. So three things stand between a target and what is asked of the unit:

- On the way to a guest's temperature it is told to go beyond it, so that it gives all it has until the
  room is there: that is what the plan's time was worked out with.
- There, the difference between the room's sensor and the unit's is added (`comfort.trim_kelvin`), learned
  while both stand still.
- A room that is past its target or short of it is nudged back.

Pure; one room at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from controller.comfort import ClimateTarget, stepped, trim_kelvin
from controller.policy import ClimatePolicy

# A room that has kept within this for so long is steady: its sensors can be compared.
STEADY_KELVIN, STEADY_FOR = 0.4, timedelta(minutes=15)
# Beyond the target by this much a unit gives all it has.
PUSH_KELVIN = 4.0
# Where pushing ends: what the air still moves until the unit has taken its new setpoint.
PUSH_UNTIL_KELVIN = 0.15
PUSH_AGAIN_KELVIN = 0.8
NUDGE_FROM_KELVIN, NUDGE_UNTIL_KELVIN = 0.25, 0.05
NUDGE_KELVIN, MOST_NUDGE_KELVIN = 0.5, 1.0


@dataclass(frozen=True, slots=True)
class Aim:
    """What is remembered of a unit from one look to the next.

    `trim_kelvin`: how much warmer the unit believes the room to be. `steady_since`, `steady_celsius`: since
    when the room has kept near which temperature.
    """

    trim_kelvin: float = 0.0
    nudge_kelvin: float = 0.0
    pushes: bool = False
    looked_at: datetime | None = None
    steady_since: datetime | None = None
    steady_celsius: float = 0.0


def told(
    before: Aim,
    target: ClimateTarget,
    *,
    now: datetime,
    sensed_celsius: float | None,
    believed_celsius: float | None,
    unit_celsius: float | None,
    eta: datetime | None,
    step: float,
    low: float,
    high: float,
    policy: ClimatePolicy,
) -> tuple[Aim, float | None]:
    """(what to remember, the setpoint to ask for; None: none).

    Args:
        believed_celsius: the air as the room's model sees it behind its lagging sensor, if it does.
        eta: when the guest is expected.
    """
    aim = _compared(before, now, sensed_celsius, unit_celsius, policy)
    if target.mode in (None, "off") or target.setpoint_celsius is None:
        return replace(aim, nudge_kelvin=0.0, pushes=False), None
    air = believed_celsius if believed_celsius is not None else sensed_celsius
    awaited = target.phase in ("preconditioning", "ready")
    if air is None or not awaited:
        aim = replace(aim, nudge_kelvin=0.0, pushes=False)
        return aim, stepped(target.setpoint_celsius + aim.trim_kelvin, low, high, step)
    milder = 1.0 if target.season == "cooling" else -1.0
    short = milder * (air - target.setpoint_celsius)  # kelvins still to go
    pushes = short > (PUSH_UNTIL_KELVIN if before.pushes else PUSH_AGAIN_KELVIN)
    if pushes:
        aim = replace(aim, nudge_kelvin=0.0, pushes=True)
        return aim, stepped(target.setpoint_celsius - milder * PUSH_KELVIN, low, high, step)
    nudge = before.nudge_kelvin
    if short < -NUDGE_FROM_KELVIN:
        nudge = milder * min(MOST_NUDGE_KELVIN, max(NUDGE_KELVIN, -short))
    elif short > NUDGE_FROM_KELVIN:
        nudge = -milder * NUDGE_KELVIN
    elif abs(short) < NUDGE_UNTIL_KELVIN or short * nudge * milder > 0:
        nudge = 0.0
    aim = replace(aim, nudge_kelvin=nudge, pushes=False)
    return aim, stepped(target.setpoint_celsius + aim.trim_kelvin + nudge, low, high, step)


def _compared(
    before: Aim,
    now: datetime,
    sensed_celsius: float | None,
    unit_celsius: float | None,
    policy: ClimatePolicy,
) -> Aim:
    """The two sensors compared, once the room stands still: on its way the slower is behind."""
    if sensed_celsius is None:
        return replace(before, looked_at=now, steady_since=None)
    if before.steady_since is None or abs(sensed_celsius - before.steady_celsius) > STEADY_KELVIN:
        return replace(before, looked_at=now, steady_since=now, steady_celsius=sensed_celsius)
    if before.looked_at is None or now - before.steady_since < STEADY_FOR:
        return replace(before, looked_at=now)
    hours = max(0.0, (now - before.looked_at).total_seconds() / 3600)
    trimmed = trim_kelvin(before.trim_kelvin, sensed_celsius, unit_celsius, hours, policy)
    return replace(before, looked_at=now, trim_kelvin=trimmed)
