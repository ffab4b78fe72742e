"""What a room shows to its model: sensors, unit, people, window, curtain, in the terms of the physics.

Pure. When in doubt it says "unknown": a unit that modulates, a guest of whom no sensor tells. Unknown
teaches nothing; a wrong guess would teach wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from controller.comfort import Season, setback_limits
from controller.learner import OutlookWish, RoomObservation
from controller.policy import ClimatePolicy
from controller.room import RoomState
from controller.twin import Twin

# A unit this far from its setpoint works at full power; nearer it slows down, as its maker likes.
FULL_CALL_KELVIN = 1.0
# Of the most that its meter has ever shown: above it works at full power, below it rests.
FULL_POWER_SHARE, REST_POWER_SHARE = 0.9, 0.05
LEAST_FULL_WATTS = 250.0
CURTAIN_FULLY_OPEN_PERCENT = 100.0
SENSOR_STEP_KELVIN, UNIT_STEP_KELVIN = 0.1, 0.5
_FAN_FULL = frozenset({"auto", "high", "max", "turbo", "strong", "powerful"})
_SHARES: Mapping[str, float] = {"cooling": -1.0, "heating": 1.0, "off": 0.0, "idle": 0.0, "fan": 0.0}


def observe(room: RoomState, now: datetime, most_watts: float | None) -> RoomObservation:
    """What the room shows now.

    Args:
        most_watts: the most that the unit's meter has ever shown; None = it has none.
    """
    sensed = room.sensed_celsius(now)
    celsius = sensed if sensed is not None else room.device_celsius(now)
    share, running = _heat_share(room, now, celsius, most_watts)
    inside = room.presence in ("present", "asleep")
    unknown_guest = room.presence == "unknown" and room.tenancy == "arrived"
    plan = room.plan
    goal = None
    if plan is not None and plan.state in ("running", "ready"):
        goal = plan.expected.wanted_celsius
    heating = room.memory.season == "heating" if plan is None else plan.expected.season == "heating"
    return RoomObservation(
        celsius=celsius,
        step_kelvin=SENSOR_STEP_KELVIN if sensed is not None else UNIT_STEP_KELVIN,
        heat_share=share,
        running=running,
        people=1.0 if inside or unknown_guest else 0.0,
        window_open=bool(room.any_on("window")),
        curtain_closed=curtain_closed(room),
        goal_celsius=goal,
        heating=heating,
        is_sent=plan is not None and plan.state == "running",
    )


def _heat_share(
    room: RoomState, now: datetime, celsius: float | None, most_watts: float | None
) -> tuple[float | None, bool]:
    """(what the unit gives of its full power or None, whether it works at all)."""
    unit = room.air_conditioner
    if unit is None:
        return 0.0, False
    if unit.available is False:
        return None, False
    mode, action = unit.value("mode"), unit.value("action")
    if mode in ("off", "fan_only"):
        return 0.0, False
    side = _side(unit, mode, action, celsius)
    if side is None:
        return None, True
    if side == 0.0:
        return 0.0, False
    watts = power_watts(room)
    if watts is not None and most_watts is not None and most_watts >= LEAST_FULL_WATTS:
        if watts >= FULL_POWER_SHARE * most_watts:
            return side, True
        return (0.0, False) if watts <= REST_POWER_SHARE * most_watts else (None, True)
    fan = unit.value("fan_mode")
    if isinstance(fan, str) and fan.lower() not in _FAN_FULL:
        return None, True
    setpoint = unit.number("setpoint_celsius")
    felt = room.device_celsius(now)
    felt = celsius if felt is None else felt
    if setpoint is None or felt is None:
        return None, True
    short = (setpoint - felt) * side
    return (side if short >= FULL_CALL_KELVIN else None), True


def _side(unit: Twin, mode: object, action: object, celsius: float | None) -> float | None:
    """1 heating, −1 cooling, 0 resting, None unknown."""
    if isinstance(action, str):
        return _SHARES.get(action)  # drying: something between
    setpoint = unit.number("setpoint_celsius")
    if setpoint is None or celsius is None or mode not in ("cool", "heat"):
        return None
    side = 1.0 if mode == "heat" else -1.0
    short = (setpoint - celsius) * side
    if short <= -FULL_CALL_KELVIN:
        return 0.0
    return side


def power_watts(room: RoomState) -> float | None:
    """What the room's power meter shows; None when it has none or more than one."""
    meters = [number for twin in room.of("power") if (number := twin.number("value")) is not None]
    return meters[0] if len(meters) == 1 else None


def curtain_closed(room: RoomState) -> float:
    """How far the curtains are drawn, 0 … 1; open when nothing tells."""
    open_percents = [
        percent for twin in room.of("curtain") if (percent := twin.number("position_percent")) is not None
    ]
    if not open_percents:
        return 0.0
    mean = sum(open_percents) / len(open_percents)
    return min(1.0, max(0.0, 1 - mean / CURTAIN_FULLY_OPEN_PERCENT))


def aimed_at(room: RoomState, policy: ClimatePolicy) -> tuple[Season, float]:
    """(season, target) that the room's decisions look ahead for: its guest's, or what guests usually want."""
    plan = room.plan
    if plan is not None and plan.state not in ("done", "dropped"):
        return plan.expected.season, plan.expected.wanted_celsius
    season = room.memory.season or "cooling"
    return season, policy.heating_celsius if season == "heating" else policy.cooling_celsius


def outlook_wish(
    room: RoomState, policy: ClimatePolicy, outdoor_celsius: float, season: Season, target_celsius: float
) -> OutlookWish:
    """What the room's model is asked for this target: within which limits, by which equipment."""
    equipment = room.equipment
    known = room.outlook
    depth = known.recoverable_kelvin(policy.recover_minutes) if known is not None else None
    low, high = setback_limits(depth, season, policy)
    # A room that is being held goes on where it stands; one that is dried comes back to there.
    held = room.held
    if held is not None and held.celsius is not None:
        low, high = (held.celsius, high) if held.guard == "heating" else (low, held.celsius)
    return OutlookWish(
        target_celsius=target_celsius,
        heating=season == "heating",
        ready_within_kelvin=policy.ready_within_kelvin,
        setback_low_celsius=low,
        setback_high_celsius=high,
        cooling_efficiency=equipment.cooling_efficiency(outdoor_celsius),
        heating_efficiency=equipment.heating_efficiency(outdoor_celsius),
        curtain_closed=curtain_closed(room),
    )
