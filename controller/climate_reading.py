"""The climate of a room as people read it: what it is, what it shall be, and why."""

from __future__ import annotations

from controller.comfort import ClimateTarget, RoomFacts
from controller.readings import Climate
from controller.room import RoomState
from controller.situation import Situation


def climate_reading(room: RoomState, facts: RoomFacts, target: ClimateTarget, at: Situation) -> Climate:
    ac = room.air_conditioner
    plan = room.plan
    phase, reason, code, values = (
        target.phase,
        target.reason,
        target.reason_code,
        target.reason_values,
    )
    wanted: float | None = target.wanted_celsius
    ready_at = None
    if plan is not None and plan.state in ("waiting", "holding", "running", "ready"):
        ready_at = plan.ready_at if plan.state == "ready" else plan.predicted_ready_at
    if phase == "unoccupied":
        wanted = None
        if not at.climate.setback:
            wanted = target.wanted_celsius
        if plan is not None and plan.state == "waiting":
            wanted = plan.expected.wanted_celsius
            if code == "vacant":
                reason, code, values = plan.reason, plan.reason_code, plan.reason_values
    elif phase == "hands_off":
        ready_at = None  # nobody works at it
    elif phase == "preconditioning" and plan is not None and plan.state in ("holding", "running"):
        reason, code, values = plan.reason, plan.reason_code, plan.reason_values
    if ac is not None and phase == "occupied":
        claim = room.claims.at(ac.id, "mode", "guest")
        if claim is not None and claim.value == "off":
            wanted = None
            reason, code, values = "The guest switched the air conditioner off.", "guest_off", {}
    if ac is None or ac.available is False:
        unknown = phase not in ("hands_off",)
        if unknown and facts.temperature_celsius is None:
            phase = "unknown"
        what = "has no air conditioner that we know of" if ac is None else "has its air conditioner offline"
        reason, code, values = f"Room {room.number} {what}.", "no_air_conditioner", {}
        if ac is not None:
            code = "air_conditioner_offline"
        ready_at = None
    mode = ac.value("mode") if ac is not None else None
    action = ac.value("action") if ac is not None else None
    window = room.any_on("window")
    return Climate(
        temperature_celsius=facts.temperature_celsius,
        humidity_percent=facts.humidity_percent,
        wanted_celsius=wanted,
        setpoint_celsius=ac.number("setpoint_celsius") if ac is not None else None,
        mode=mode if isinstance(mode, str) else None,
        action=action if isinstance(action, str) else None,
        phase=phase,
        ready_at=ready_at,
        window_open=window,
        door_open=room.any_on("door"),
        online=room.online() if at.linked else False,
        reason=reason,
        reason_code=code,
        reason_values=values,
    )
