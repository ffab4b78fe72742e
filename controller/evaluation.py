"""What one room should do now: plan, climate, lights and curtain, and what must be asked for it.

Called whenever something about the room changed, and from time to time. It reads and moves the
room's memory, asks nobody and sends nothing: the outcome says what is to be asked and written.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from controller.aim import compared
from controller.asking import ask
from controller.climate_reading import climate_reading
from controller.comfort import ClimateTarget, RoomFacts, decide
from controller.curtains import shaded
from controller.dispatch import Dispatch
from controller.holding import followed as followed_hold
from controller.observing import aimed_at, power_watts
from controller.outlook import Outlook
from controller.outlooks import Outlooks
from controller.planning import plan
from controller.risk import followed as followed_risk
from controller.room import RoomState
from controller.situation import Outcome, Situation, look_again

# Nothing in a room stays unlooked-at longer than this.
LONGEST_LOOK_MINUTES = 10.0
# A meter that was not looked at for so long is not believed to have stood still.
MOST_UNCOUNTED = timedelta(minutes=20)
LONGEST_UNREADY = timedelta(hours=4)


def evaluate(room: RoomState, outlooks: Outlooks, dispatch: Dispatch, at: Situation) -> Outcome:
    """Look at a room and decide."""
    outcome = Outcome()
    outcome.claims_ended = room.claims.end_by_time(at.now)
    _sense(room, outcome, at)
    _count(room, at)
    facts = room.facts(at.now, at.zone, at.outdoor_mean_celsius)
    plan(room, facts, outlooks, outcome, at)
    _follow_risk(room, outcome, at)
    facts = _with_plan(facts, room)
    facts = replace(facts, surface_celsius=outlooks.learner.surface_celsius(room.number))
    if facts.tenancy == "expected" and at.climate.setback:
        back = _outlook(room, outlooks, at).recoverable_kelvin(at.climate.recover_minutes)
        facts = replace(facts, recoverable_kelvin=back)
    elif facts.presence == "empty":
        back = _outlook(room, outlooks, at).recoverable_kelvin(at.climate.away_recover_minutes)
        facts = replace(facts, away_recoverable_kelvin=back)
    target, room.memory = decide(facts, room.memory, at.climate)
    _told_apart(room, target, outcome, at)
    room.target = target
    room.held = followed_hold(room.held, room.memory.guard, facts.temperature_celsius, at.now)
    sensed, felt = room.sensed_celsius(at.now), room.device_celsius(at.now)
    room.aim = compared(room.aim, at.now, sensed, felt, at.climate)
    look_again(room, at, target.look_again_at)
    _shade(room, target, outlooks, at)
    if at.linked and not room.hands_off:
        ask(room, target, dispatch, outcome, at)
    room.climate = climate_reading(room, facts, target, at)
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


def _sense(room: RoomState, outcome: Outcome, at: Situation) -> None:
    room.look_again_at = at.now + timedelta(minutes=LONGEST_LOOK_MINUTES)
    room.look_again_monotonic = None
    before = room.presence
    look_again(room, at, room.sense(at.now, at.zone, at.presence))
    if room.presence != before:
        outcome.events.append(("presence", f"presence.{room.presence}", {"before": before}))


def _follow_risk(room: RoomState, outcome: Outcome, at: Situation) -> None:
    """The timeline says that an arrival cannot be met, and how that ended."""
    room.risk, lines = followed_risk(room.risk, room.plan, at.now)
    outcome.events.extend(("alert", code, values) for code, values in lines)
    if room.risk is not None:
        look_again(room, at, room.risk.look_again_at)


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


def _shade(room: RoomState, target: ClimateTarget, outlooks: Outlooks, at: Situation) -> None:
    """What the curtains are wished to do; nothing where somebody is, may be, or works."""
    unused = room.tenancy != "arrived" and room.presence not in ("present", "asleep")
    if not unused or room.tasks_started or not at.climate.setback or not room.of("curtain"):
        room.shade = None
        return
    _, wanted = aimed_at(room, at.climate)
    celsius = room.temperature_celsius(at.now)
    sun = outlooks.sun_ahead(room, at.now)
    room.shade = shaded(room.shade, target.season, sun, celsius, wanted, at.now, at.climate)


def _outlook(room: RoomState, outlooks: Outlooks, at: Situation) -> Outlook:
    """The hours ahead of the room for whom it is for, kept for the next look."""
    season, target = aimed_at(room, at.climate)
    return outlooks.keep(room, season, target, at.now)


def _told_apart(room: RoomState, target: ClimateTarget, outcome: Outcome, at: Situation) -> None:
    before = room.target
    if before is None or before.phase == target.phase:
        return
    outcome.events.append(
        ("phase", f"phase.{target.phase}", {"before": before.phase, "reason_code": target.reason_code})
    )
