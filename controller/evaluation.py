"""What one room should do now: plan, climate, lights and curtain, and what must be asked for it.

Called whenever something about the room changed, and from time to time. It reads and moves the
room's memory, asks nobody and sends nothing: the outcome says what is to be asked and written.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from controller.aim import compared, told
from controller.arbitration import Claim
from controller.comfort import (
    ClimateTarget,
    RoomFacts,
    decide,
    season_of,
    setback_limits,
    wanted_celsius,
    wished_celsius,
)
from controller.dispatch import Dispatch
from controller.entities import MOMENTARY, Component, Value
from controller.eta import ArrivalTime, EtaErrors, HouseHabit, Said, arrival_time, certain
from controller.learning import (
    DriftWatch,
    Fit,
    Observation,
    RampWatch,
    learn_drift,
    learn_ramp,
    load_of,
    outlook_by_rates,
    own_from,
    recoverable_kelvin,
)
from controller.observing import power_watts
from controller.plans import Expected, LivePlan, RoomNow
from controller.policy import ClimatePolicy, CommandPolicy, PresencePolicy
from controller.precondition import finished, next_plan
from controller.readings import Climate, Level, Purpose
from controller.reconcile import Compressor, Effort, consider, in_order
from controller.room import RoomState, UnreadyArrival
from controller.twin import Twin

LIGHTS: tuple[Purpose, ...] = ("ceiling_light", "bedside_light", "light")
# A room that was left alone this long has its walls near its air: a ramp from here can be learned.
RESTED_MINUTES = 45.0
# Nothing in a room stays unlooked-at longer than this.
LONGEST_LOOK_MINUTES = 10.0
RAMP_LOOK_SECONDS = 60.0
# An outlook older than this tells of another day.
OUTLOOK_LASTS = timedelta(minutes=20)
CURTAIN_OPEN_PERCENT = 20.0
# A meter that was not looked at for so long is not believed to have stood still.
MOST_UNCOUNTED = timedelta(minutes=20)
LONGEST_UNREADY = timedelta(hours=4)


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
    learned: list[Observation] = field(default_factory=list)
    # An arrival whose room was not ready when the door opened, and now is.
    completed: UnreadyArrival | None = None


def evaluate(room: RoomState, type_ramp: Fit, dispatch: Dispatch, at: Situation) -> Outcome:
    """Look at a room and decide."""
    outcome = Outcome()
    outcome.claims_ended = room.claims.end_by_time(at.now)
    _sense(room, outcome, at)
    _count(room, at)
    facts = room.facts(at.now, at.zone, at.outdoor_mean_celsius)
    _plan(room, facts, type_ramp, outcome, at)
    facts = _with_plan(facts, room)
    if facts.tenancy == "expected" and at.climate.setback:
        facts = replace(facts, recoverable_kelvin=_recoverable(room, type_ramp, at))
    elif facts.presence == "empty" and room.outlook is not None:
        back = room.outlook.recoverable_kelvin(at.climate.away_recover_minutes)
        facts = replace(facts, away_recoverable_kelvin=back)
    target, room.memory = decide(facts, room.memory, at.climate)
    _told_apart(room, target, outcome, at)
    room.target = target
    sensed, felt = room.sensed_celsius(at.now), room.device_celsius(at.now)
    room.aim = compared(room.aim, at.now, sensed, felt, at.climate)
    _look_again(room, at, target.look_again_at)
    if at.linked and not room.hands_off:
        _ask(room, target, dispatch, outcome, at)
    _learn(room, facts, target, type_ramp, outcome, at)
    room.climate = _climate(room, facts, target, at)
    _complete(room, facts, outcome, at)
    return outcome


def _with_plan(facts: RoomFacts, room: RoomState) -> RoomFacts:
    """The facts after the plan and the desk's word were looked at: nothing else has moved since."""
    state, eta, late = room.live_plan()
    manual = room.manual.celsius if room.manual else None
    if (facts.plan_state, facts.plan_eta, facts.guest_is_late, facts.tenancy, facts.manual_celsius) == (
        state,
        eta,
        late,
        room.tenancy,
        manual,
    ):
        return facts
    return room.facts(facts.now, facts.zone, facts.outdoor_celsius)


def _recoverable(room: RoomState, type_ramp: Fit, at: Situation) -> float:
    """How deep the room may be set back; worked out anew when something was learned or once an hour."""
    if room.outlook is not None and at.now - room.outlook.made_at <= OUTLOOK_LASTS:
        return room.outlook.recoverable_kelvin(at.climate.recover_minutes)
    fit = room.ramp or own_from(type_ramp)
    hour = at.now.replace(minute=0, second=0, microsecond=0)
    season = room.memory.season
    key = (fit.parameters, hour, season)
    if room.recoverable is None or room.recoverable[0] != key:
        heating = season == "heating"
        target = at.climate.heating_celsius if heating else at.climate.cooling_celsius
        load = load_of(at.outdoor_celsius, target, heating=heating)
        kelvin = recoverable_kelvin(fit, at.climate.recover_minutes, load, at.climate.lead_deviations)
        room.recoverable = (key, kelvin)
    return room.recoverable[1]


def _look_again(room: RoomState, at: Situation, when: datetime | None) -> None:
    if when is not None and when > at.now and (room.look_again_at is None or when < room.look_again_at):
        room.look_again_at = when


def _sense(room: RoomState, outcome: Outcome, at: Situation) -> None:
    room.look_again_at = at.now + timedelta(minutes=LONGEST_LOOK_MINUTES)
    room.look_again_monotonic = None
    before = room.presence
    _look_again(room, at, room.sense(at.now, at.zone, at.presence))
    if room.presence != before:
        outcome.events.append(("presence", f"presence.{room.presence}", {"before": before}))


# Records


def _count(room: RoomState, at: Situation) -> None:
    """Since when nobody lives here, and what the unit has taken since."""
    before, room.counted_at = room.counted_at, at.now
    if room.tenancy == "arrived":
        room.vacant_since = room.vacant_watt_hours = None
        return
    if room.vacant_since is None:
        room.vacant_since = at.now
    watts = power_watts(room)
    if watts is None or before is None:
        return
    # Longer than this nobody knows what it was meanwhile; a clock that jumped back counts nothing.
    passed = at.now - before
    if timedelta() < passed <= MOST_UNCOUNTED:
        hours = passed.total_seconds() / 3600
        room.vacant_watt_hours = round((room.vacant_watt_hours or 0.0) + watts * hours, 2)


def _complete(room: RoomState, facts: RoomFacts, outcome: Outcome, at: Situation) -> None:
    """The true ready time of an arrival that found its room on the way."""
    open_record = room.unready
    if open_record is None:
        return
    celsius = facts.temperature_celsius
    sign = 1.0 if open_record.heating else -1.0
    gone = room.stay is None or room.stay.stay_id != open_record.stay_id
    if gone or at.now - open_record.at > LONGEST_UNREADY:
        room.unready = None
    elif celsius is not None and sign * (open_record.celsius - celsius) <= at.climate.ready_within_kelvin:
        values = {**open_record.values, "ready_at": at.now}
        outcome.completed = replace(open_record, values=values)
        room.unready = None


# The plan


def room_now(room: RoomState, type_ramp: Fit, at: Situation, expected: Expected | None = None) -> RoomNow:
    """The room as its plan and forecast see it; `expected` is whom the hours ahead are for."""
    celsius = room.temperature_celsius(at.now)
    season = expected.season if expected is not None else room.memory.season or "cooling"
    target = at.climate.heating_celsius if season == "heating" else at.climate.cooling_celsius
    if expected is not None:
        target = expected.wanted_celsius
    outlook = room.outlook
    if outlook is None or at.now - outlook.made_at > OUTLOOK_LASTS or outlook.target_celsius != target:
        outlook = outlook_by_rates(
            room.ramp or own_from(type_ramp),
            room.drift,
            celsius,
            at.outdoor_celsius,
            target_celsius=target,
            heating=season == "heating",
            limits_celsius=setback_limits(_recoverable(room, type_ramp, at), season, at.climate),
            within_kelvin=at.climate.ready_within_kelvin,
            now=at.now,
        )
    positions = [position for twin in room.of("curtain") if (position := twin.number("position_percent"))]
    return RoomNow(
        now=at.now,
        zone=at.zone,
        temperature_celsius=celsius,
        outlook=outlook,
        has_air_conditioner=room.air_conditioner is not None,
        is_linked=at.linked,
        lead_p90_minutes=room.lead_p90_minutes,
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


def _plan(room: RoomState, facts: RoomFacts, type_ramp: Fit, outcome: Outcome, at: Situation) -> None:
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
        room.plan = next_plan(expected, room_now(room, type_ramp, at, expected), before, at.climate)
    after = room.plan
    if after is None or after is before:
        return
    if after.state == "ready" and after.begun is not None and (before is None or before.state != "ready"):
        room.ramped((at.now - after.begun.at).total_seconds() / 60)
    if after.state == "waiting":
        _look_again(room, at, after.start_at)
    elif after.state in ("running", "holding"):
        _look_again(room, at, at.now + timedelta(seconds=RAMP_LOOK_SECONDS))
    elif after.state == "ready" and not after.guest_is_late:
        late_at = after.expected.eta + timedelta(minutes=at.climate.hold_after_eta_minutes)
        _look_again(room, at, late_at)
    if plan_differs(before, after):
        outcome.plan_changed = True
        if before is None or before.state != after.state or before.expected.eta != after.expected.eta:
            outcome.events.append(("plan", after.reason_code, after.reason_values))


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


def preview_plan(room: RoomState, type_ramp: Fit, at: Situation) -> LivePlan | None:
    """The plan that the room would have now; changes nothing."""
    facts = room.facts(at.now, at.zone, at.outdoor_mean_celsius)
    expected = expected_in(room, facts, at)
    if expected is None:
        return None
    return next_plan(expected, room_now(room, type_ramp, at, expected), room.plan, at.climate)


# Wishes and asking


def _wish(twin: Twin, name: str, value: Value, level: Level, cause: str, at: Situation) -> Claim:
    return Claim(twin.id, name, level, value, at.now, "Innkeeper", cause)


def _climate_wishes(room: RoomState, target: ClimateTarget, at: Situation) -> dict[tuple[str, str], Claim]:
    wishes: dict[tuple[str, str], Claim] = {}
    if target.mode is None:
        return wishes
    for twin in room.of("air_conditioner"):
        mode = _device_mode(twin, target)
        if mode is None:
            continue
        wishes[twin.id, "mode"] = _wish(twin, "mode", mode, target.level, target.reason_code, at)
        if mode == "off" or target.setpoint_celsius is None or target.mode == "dry":
            continue
        limits = twin.description.limits.get("setpoint_celsius")
        facet = twin.facets.get("setpoint_celsius")
        desired = facet.desired if facet is not None else None
        room.aim, setpoint = told(
            room.aim,
            target,
            now=at.now,
            sensed_celsius=room.sensed_celsius(at.now),
            unit_celsius=room.device_celsius(at.now),
            eta=room.plan.expected.eta if room.plan is not None else None,
            asked_celsius=desired if isinstance(desired, float) else None,
            step=0.5 if limits is None else limits.step,
            low=None if limits is None else limits.low,
            high=None if limits is None else limits.high,
            policy=at.climate,
        )
        if setpoint is None:
            continue
        wishes[twin.id, "setpoint_celsius"] = _wish(
            twin, "setpoint_celsius", setpoint, target.level, target.reason_code, at
        )
    return wishes


def _device_mode(twin: Twin, target: ClimateTarget) -> str | None:
    """The device's word for the mode; None when it has none for it."""
    options = twin.description.options.get("mode", ())
    wanted = {
        "off": ("off",),
        "cool": ("cool", "heat_cool", "auto"),
        "heat": ("heat", "heat_cool", "auto"),
        "dry": ("dry", "cool"),
        None: (),
    }[target.mode]
    if not options:
        return wanted[0] if wanted else None
    return next((mode for mode in wanted if mode in options), None)


def _ambience_wishes(room: RoomState, target: ClimateTarget, at: Situation) -> dict[tuple[str, str], Claim]:
    """Lights out and curtains shut where nobody is; nothing where somebody may be."""
    wishes: dict[tuple[str, str], Claim] = {}
    if not at.climate.setback:
        return wishes
    away = target.phase == "away"
    unused = room.tenancy != "arrived" and room.presence not in ("present", "asleep")
    if not (away or unused):
        return wishes
    for twin in room.of(*LIGHTS):
        wishes[twin.id, "on"] = _wish(twin, "on", False, "energy_saving", "nobody_in", at)
    shut = at.climate.vacant_curtain_percent
    if unused and shut is not None and target.season == "cooling":
        for twin in room.of("curtain"):
            wishes[twin.id, "position_percent"] = _wish(
                twin, "position_percent", shut, "energy_saving", "keep_sun_out", at
            )
    return wishes


def _ask(room: RoomState, target: ClimateTarget, dispatch: Dispatch, outcome: Outcome, at: Situation) -> None:
    wishes = _climate_wishes(room, target, at) | _ambience_wishes(room, target, at)
    away = target.phase == "away"
    faults: dict[tuple[str, str], str] = {}
    for twin in room.twins:
        if not twin.acts or twin.withdrawn:
            continue
        silent = False
        for name in in_order(twin.acts):
            if name in MOMENTARY:
                continue
            winner = room.claims.winner(twin.id, name, away=away, wish=wishes.get((twin.id, name)))
            facet = twin.facet(name)
            facet.desire(None if winner is None else winner.value)
            if (
                winner is None
                or twin.waits
                or twin.id in at.locked
                or (silent and name != "on" and name != "mode")
            ):
                continue
            if name in ("mode", "on") and winner.value in ("off", False):
                silent = True  # no setpoint for what is off, no brightness for a dark lamp
            fault = _consider(room, twin, winner, dispatch, outcome, at)
            if fault is not None:
                faults[twin.id, name] = fault
    for key, fault in faults.items():
        if key not in room.faults:
            outcome.events.append(("fault", "device.disobeys", {"property": key[1], "detail": fault}))
    room.faults = faults


def _consider(
    room: RoomState, twin: Twin, winner: Claim, dispatch: Dispatch, outcome: Outcome, at: Situation
) -> str | None:
    """Ask for one property if it must be; returns the fault when we have given up."""
    name = winner.property
    facet = twin.facet(name)
    lights_up = name == "on" and winner.value is True
    if lights_up and dispatch.under_way(twin.id, "brightness_percent") is not None:
        return None  # a brightness on its way switches the lamp on by itself
    tells = name in twin.description.reports
    if tells and (facet.monotonic == float("-inf") or facet.monotonic < at.unlinked_monotonic):
        # It may well be so already: what the device says of itself is on its way.
        quiet_until = max(twin.met_monotonic, at.linked_monotonic) + at.commands.settle_transport_seconds
        if at.monotonic < quiet_until:
            _look_again_monotonic(room, quiet_until)
            return None
    compressor: Compressor | None = None
    if twin.description.component is Component.CLIMATE and room.equipment.has_compressor:
        compressor = room.compressors.setdefault(twin.id, Compressor())
    effort = room.efforts.setdefault((twin.id, name), Effort())
    under_way = dispatch.under_way(twin.id, name)
    answer = consider(
        twin.description,
        name,
        winner.value,
        facet.reported if tells else facet.assumed,
        available=twin.available,
        outstanding=under_way.value if under_way is not None else None,
        effort=effort,
        compressor=compressor,
        now=at.now,
        monotonic=at.monotonic,
        policy=at.commands,
    )
    if answer.until is not None:
        _look_again(room, at, answer.until)
    if answer.until_monotonic is not None:
        _look_again_monotonic(room, answer.until_monotonic)
    if answer.verdict == "ask":
        outcome.asks.append(Ask(twin, name, winner.value, winner.level, winner.cause, winner.by))
    return answer.detail if answer.verdict == "give_up" else None


def _look_again_monotonic(room: RoomState, when: float) -> None:
    if room.look_again_monotonic is None or when < room.look_again_monotonic:
        room.look_again_monotonic = when


# Learning


def _learn(
    room: RoomState,
    facts: RoomFacts,
    target: ClimateTarget,
    type_ramp: Fit,
    outcome: Outcome,
    at: Situation,
) -> None:
    celsius = facts.temperature_celsius
    ac = room.air_conditioner
    mode = ac.value("mode") if ac is not None else None
    resting = target.phase == "unoccupied"
    if resting and room.unoccupied_since is None:
        room.unoccupied_since = at.now
    if celsius is None or facts.window_open_since is not None or mode is None:
        room.ramp_watch = room.drift_watch = None
    else:
        _watch_ramp(room, celsius, str(mode), target, type_ramp, outcome, at)
        _watch_drift(room, celsius, str(mode), target, at)
    if not resting:
        room.unoccupied_since = None


def _watch_ramp(
    room: RoomState,
    celsius: float,
    mode: str,
    target: ClimateTarget,
    type_ramp: Fit,
    outcome: Outcome,
    at: Situation,
) -> None:
    ramping = target.phase == "preconditioning" and target.setpoint_celsius is not None
    working = mode in ("cool", "heat", "heat_cool", "auto")
    watch = room.ramp_watch
    if not ramping and target.phase != "ready":
        room.ramp_watch = None
        return
    heating = target.season == "heating"
    if watch is None:
        since = room.unoccupied_since
        if ramping and since is not None:
            rested = (at.now - since).total_seconds() >= RESTED_MINUTES * 60
            load = load_of(at.outdoor_celsius, target.wanted_celsius, heating=heating)
            room.ramp_watch = RampWatch(at.now, celsius, target.wanted_celsius, heating, load, rested=rested)
        return
    changed = abs(watch.target_celsius - target.wanted_celsius) > 0.05 or watch.heating != heating
    if changed or (not working and (at.now - watch.began).total_seconds() > 600):
        room.ramp_watch = None
        return
    told, over = watch.look(at.now, celsius, at.climate.ready_within_kelvin)
    for seen in told:
        before = room.ramp or own_from(type_ramp)
        room.ramp = learn_ramp(before, seen.kelvin, seen.load, seen.minutes, whole=seen.whole)
    outcome.learned.extend(told)
    if over:
        room.ramp_watch = None


def _watch_drift(room: RoomState, celsius: float, mode: str, target: ClimateTarget, at: Situation) -> None:
    if mode != "off" or target.phase != "unoccupied" or at.outdoor_celsius is None:
        room.drift_watch = None
        return
    if room.drift_watch is None:
        room.drift_watch = DriftWatch(at.now)
    told = room.drift_watch.look(at.now, celsius)
    if told is not None:
        start, kelvin, hours = told
        room.drift = learn_drift(room.drift, start, at.outdoor_celsius, kelvin, hours)


# What is told


def _told_apart(room: RoomState, target: ClimateTarget, outcome: Outcome, at: Situation) -> None:
    before = room.target
    if before is None or before.phase == target.phase:
        return
    outcome.events.append(
        ("phase", f"phase.{target.phase}", {"before": before.phase, "reason_code": target.reason_code})
    )


def _climate(room: RoomState, facts: RoomFacts, target: ClimateTarget, at: Situation) -> Climate:
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
