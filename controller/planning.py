"""Whom a room is made ready for, and its plan: facts put together, decided by `precondition`, taken over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from controller.comfort import RoomFacts, season_of, wanted_celsius, wished_celsius
from controller.equipment import Doing
from controller.eta import ArrivalTime, Said, arrival_time, certain
from controller.outlooks import Outlooks
from controller.plans import Expected, LivePlan, RoomNow
from controller.precondition import finished, next_plan, way_gone
from controller.room import RoomState
from controller.situation import Outcome, Situation, look_again

RAMP_LOOK_SECONDS = 60.0
CURTAIN_OPEN_PERCENT = 20.0


def room_now(room: RoomState, outlooks: Outlooks, at: Situation, expected: Expected | None = None) -> RoomNow:
    """The room as its plan and forecast see it; `expected` is whom the hours ahead are for."""
    celsius = room.temperature_celsius(at.now)
    season = expected.season if expected is not None else room.memory.season or "cooling"
    target = at.climate.heating_celsius if season == "heating" else at.climate.cooling_celsius
    if expected is not None:
        target = expected.wanted_celsius
    doing: Doing = "heat" if season == "heating" else "cool"
    outlook = outlooks.fresh(room, season, target, at.now)
    told = (twin.number("position_percent") for twin in room.of("curtain"))
    positions = [position for position in told if position is not None]
    return RoomNow(
        now=at.now,
        zone=at.zone,
        temperature_celsius=celsius,
        outlook=outlook,
        has_air_conditioner=room.air_conditioner is not None,
        plant_runs=room.equipment.can(doing, at.now, at.zone),
        is_linked=at.linked,
        lead_p90_minutes=room.lead_p90_minutes,
        ways=room.ways,
        curtain_open=max(positions) > CURTAIN_OPEN_PERCENT if positions else None,
    )


def expected_in(room: RoomState, facts: RoomFacts, at: Situation) -> Expected | None:
    """Whom the room is to be made ready for, if anybody."""
    stay, coming, manual = room.stay, room.expected, room.manual
    if stay is not None and stay.stay_id not in room.arrived:
        eta = stay.checked_in_at or stay.eta
        said = Said(eta, eta, stay.eta_source)
        arrival = arrival_time(said, at.now, at.zone, at.errors, at.habit, checked_in=True)
        return _wanted(room, facts, at, stay.stay_id, eta, stay.eta_source, arrival, checked_in=True)
    if coming is not None:
        facts = replace(
            facts,
            cooling_wish_celsius=coming.cooling_celsius,
            heating_wish_celsius=coming.heating_celsius,
        )
        by_desk = manual is not None and manual.ready_by <= coming.eta
        eta = manual.ready_by if manual is not None and by_desk else coming.eta
        sign = room.sign if room.sign is not None and room.sign.holds(at.now) else None
        said = room.said[-1] if room.said else Said(at.now, coming.eta, coming.eta_source)
        arrival = (
            certain(eta, at.now)
            if by_desk
            else arrival_time(said, at.now, at.zone, at.errors, at.habit, booked=coming.booked, sign=sign)
        )
        return _wanted(
            room,
            facts,
            at,
            coming.stay_id,
            eta,
            coming.eta_source,
            arrival,
            manual=by_desk,
            blocked=stay is not None,
            blocked_until=max(stay.departure, at.now) if stay is not None else None,
            sign=None if by_desk else sign,
        )
    if manual is not None and stay is None:
        arrival = certain(manual.ready_by, at.now)
        return _wanted(room, facts, at, None, manual.ready_by, "desk", arrival, manual=True)
    return None


def _wanted(
    room: RoomState,
    facts: RoomFacts,
    at: Situation,
    stay_id: str | None,
    eta: datetime,
    eta_source: str,
    arrival: ArrivalTime,
    **more: Any,
) -> Expected:
    season = season_of(facts, room.memory.season, at.climate)
    wanted, wished = wanted_celsius(facts, season, at.climate), wished_celsius(facts, season, at.climate)
    return Expected(
        room=room.number,
        stay_id=stay_id,
        eta=eta,
        eta_source=eta_source,
        wanted_celsius=wanted,
        season=season,
        arrival=arrival,
        wished_celsius=wished if wished != wanted else None,
        **more,
    )


def plan(room: RoomState, facts: RoomFacts, outlooks: Outlooks, outcome: Outcome, at: Situation) -> None:
    """Bring the room's plan up to date; the outcome says whether people would see another one."""
    manual = room.manual
    if manual is not None and room.stay is None and room.expected is None:
        over_at = manual.ready_by + timedelta(minutes=at.climate.hold_after_eta_minutes)
        if at.now >= over_at:
            room.manual = None
            outcome.manual_over = True
    before = room.plan
    expected = expected_in(room, facts, at)
    if expected is None:
        if before is not None and before.state not in ("done", "dropped"):
            arrived = room.stay is not None and before.expected.stay_id == room.stay.stay_id
            room.plan = finished(before, "done" if arrived else "dropped")
    else:
        outlooks.keep(room, expected.season, expected.wanted_celsius, at.now)
        now = room_now(room, outlooks, at, expected)
        room.plan = next_plan(expected, now, before, at.climate)
        if not now.plant_runs:
            doing: Doing = "heat" if expected.season == "heating" else "cool"
            look_again(room, at, room.equipment.back_at(doing, at.now, at.zone))
        if before is not None and before.state == "holding":
            room.plan = _noted_finish(room.plan, at.now)
    after = room.plan
    if after is None or after is before:
        return
    if after.state == "ready" and after.begun is not None and (before is None or before.state != "ready"):
        room.ramped((at.now - after.begun.at).total_seconds() / 60, way_gone(after, at.climate))
    if after.state == "waiting":
        look_again(room, at, after.start_at)
    elif after.state in ("running", "holding"):
        look_again(room, at, at.now + timedelta(seconds=RAMP_LOOK_SECONDS))
    elif after.state == "ready" and not after.guest_is_late:
        late_at = after.expected.eta + timedelta(minutes=at.climate.hold_after_eta_minutes)
        look_again(room, at, late_at)
    if plan_differs(before, after):
        outcome.plan_changed = True
        if before is None or before.state != after.state or before.expected.eta != after.expected.eta:
            outcome.events.append(("plan", after.reason_code, after.reason_values))


def _noted_finish(plan: LivePlan, now: datetime) -> LivePlan:
    """The plan with the moment at which a held room went on to its target, for its record."""
    begun = plan.begun
    if begun is None or plan.state not in ("running", "ready") or "held_until" in begun.values:
        return plan
    return replace(plan, begun=replace(begun, values={**begun.values, "held_until": now.isoformat()}))


def plan_differs(before: LivePlan | None, after: LivePlan) -> bool:
    """Whether people would see another plan: not for each minute that a prediction moves."""
    if before is None or before.state != after.state or before.expected != after.expected:
        return True
    if before.reason_code != after.reason_code or (before.alert is None) != (after.alert is None):
        return True
    times = ((before.start_at, after.start_at), (before.predicted_ready_at, after.predicted_ready_at))
    return any(
        (one is None) != (two is None)
        or (one is not None and two is not None and abs((one - two).total_seconds()) >= 120)
        for one, two in times
    )


def preview_plan(room: RoomState, outlooks: Outlooks, at: Situation) -> LivePlan | None:
    """The plan that the room would have now; changes nothing."""
    facts = room.facts(at.now, at.zone, at.outdoor_mean_celsius)
    expected = expected_in(room, facts, at)
    if expected is None:
        return None
    return next_plan(expected, room_now(room, outlooks, at, expected), room.plan, at.climate)
