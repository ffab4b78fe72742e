"""What a room's unit is told so that the room's air, and not the unit's own sensor, is where it should be.

A unit regulates its own sensor, which sits in its own stream of air, in steps of half a degree. So two
things stand between a target and what is asked of the unit:

- The difference between the room's sensor and the unit's is added (`comfort.trim_kelvin`), learned while both
  stand still: a long mean, for the unit speaks in half degrees.
- A room that is past its target, or has settled short of it, is nudged.

Pure; one room at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from controller.comfort import ClimateTarget, stepped, trim_kelvin
from controller.policy import ClimatePolicy

# A room that has kept within this for so long is steady: its sensors can be compared.
STEADY_KELVIN, STEADY_FOR = 0.4, timedelta(minutes=15)
# The difference of the sensors is a mean over so many hours of standing still.
COMPARED_HOURS, FIRST_HOURS = 12.0, 1.0
# Half a step is where rounding changes sides; a tenth beyond it is what a slow correction may hover by.
TRIM_DEADBAND_STEPS = 0.6
NUDGE_FROM_KELVIN, NUDGE_UNTIL_KELVIN = 0.3, 0.05
NUDGE_KELVIN, MOST_NUDGE_KELVIN = 0.5, 1.0
# A milder setpoint stops most compressors, and the air then comes back by kelvins: not quite half a kelvin
# past the target is the lesser evil. At 0.3 half of the rooms that waited for a booked guest in the hot and
# dry comfort bench (seed 21) had a stop.
LET_GO_KELVIN = 0.45
# A compressor that stops takes some ten minutes until the room is right again.
SOON, NUDGE_SOON_KELVIN = timedelta(minutes=12), 0.6


@dataclass(frozen=True, slots=True)
class Aim:
    """What is remembered of a unit from one look to the next.

    `trim_kelvin`: how much warmer the unit believes the room to be, over `compared_hours`. `steady_since`,
    `steady_celsius`: since when the room has kept near which temperature.
    """

    trim_kelvin: float = 0.0
    compared_hours: float = 0.0
    nudge_kelvin: float = 0.0
    looked_at: datetime | None = None
    steady_since: datetime | None = None
    steady_celsius: float = 0.0


def told(
    before: Aim,
    target: ClimateTarget,
    *,
    now: datetime,
    sensed_celsius: float | None,
    unit_celsius: float | None,
    eta: datetime | None,
    asked_celsius: float | None,
    step: float | None,
    low: float | None,
    high: float | None,
    policy: ClimatePolicy,
) -> tuple[Aim, float | None]:
    """(what to remember, the setpoint to ask for; None: none).

    Args:
        eta: when the guest is expected.
        asked_celsius: the setpoint that was asked for last.
        step, low, high: what the unit takes; None = not told.
    """
    aim = compared(before, now, sensed_celsius, unit_celsius, policy)
    if target.mode in (None, "off") or target.setpoint_celsius is None:
        return replace(aim, nudge_kelvin=0.0), None
    raw = target.setpoint_celsius + aim.trim_kelvin

    def asked(celsius: float, moved_kelvin: float) -> float:
        # Around the edge of a step a slow correction must not make the setpoint hop.
        if asked_celsius is not None and step and moved_kelvin == before.nudge_kelvin:
            near = abs(asked_celsius - celsius) <= TRIM_DEADBAND_STEPS * step
            if near and (low is None or low <= asked_celsius) and (high is None or asked_celsius <= high):
                return asked_celsius
        return stepped(celsius, low, high, step)

    awaited = target.phase in ("preconditioning", "ready")
    if sensed_celsius is None or not awaited or target.setpoint_celsius != target.wanted_celsius:
        return replace(aim, nudge_kelvin=0.0), asked(raw, 0.0)
    nudge = nudge_kelvin(
        before.nudge_kelvin,
        target,
        sensed_celsius,
        is_soon=eta is not None and now >= eta - SOON,
        is_steady=aim.steady_since is not None and now - aim.steady_since >= STEADY_FOR,
    )
    return replace(aim, nudge_kelvin=nudge), asked(raw + nudge, nudge)


def compared(
    before: Aim,
    now: datetime,
    sensed_celsius: float | None,
    unit_celsius: float | None,
    policy: ClimatePolicy,
) -> Aim:
    """The two sensors compared, once the room stands still: on its way the slower is behind."""
    if sensed_celsius is None or unit_celsius is None:
        return replace(before, looked_at=now, steady_since=None)
    if before.steady_since is None or abs(sensed_celsius - before.steady_celsius) > STEADY_KELVIN:
        return replace(before, looked_at=now, steady_since=now, steady_celsius=sensed_celsius)
    if before.looked_at is None or now - before.steady_since < STEADY_FOR:
        return replace(before, looked_at=now)
    hours = min(0.25, max(0.0, (now - before.looked_at).total_seconds() / 3600))
    known = min(COMPARED_HOURS, before.compared_hours + hours)
    share = hours / max(known, FIRST_HOURS)
    trimmed = trim_kelvin(before.trim_kelvin, sensed_celsius, unit_celsius, share * policy.trim_hours, policy)
    return replace(before, looked_at=now, trim_kelvin=trimmed, compared_hours=known)


def nudge_kelvin(
    before: float, target: ClimateTarget, sensed_celsius: float | None, *, is_soon: bool, is_steady: bool
) -> float:
    """What to add to the setpoint of a room that is not where it should be while nobody is in yet.

    A unit that pulled long at full power has wound itself up and goes on beyond its setpoint; told a
    milder one, it lets go. One that has just restarted stays short of its setpoint for half an hour;
    told a harder one, it comes: but only once the room has settled, for its sensor is behind the air and
    a room on its way down is colder than it says. In between it is left alone, so that a noisy sensor
    moves nothing.

    Args:
        before: what was added until now.
        is_soon: the guest is about to open the door. A compressor that stops now is worse for them than
            the half kelvin that it would spare.
        is_steady: the sensor has read about the same for a while.
    """
    if sensed_celsius is None or target.phase not in ("preconditioning", "ready"):
        return 0.0
    milder = 1.0 if target.season == "cooling" else -1.0
    # How far the room is on the wrong side of "comfortable at the least energy".
    past = milder * (target.wanted_celsius - sensed_celsius)
    if past > (NUDGE_SOON_KELVIN if is_soon else LET_GO_KELVIN):
        return milder * min(MOST_NUDGE_KELVIN, max(NUDGE_KELVIN, past))
    if is_soon and before * milder < 0:
        # To let go of a harder setpoint stops the compressor: not at the guest's door.
        return before
    if past < -NUDGE_FROM_KELVIN and target.phase == "ready" and is_steady:
        return -milder * NUDGE_KELVIN
    still = past * before * milder > 0 and abs(past) > NUDGE_UNTIL_KELVIN
    return before if still else 0.0
