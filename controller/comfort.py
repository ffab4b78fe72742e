"""What the climate of a room should be now, from its stay, its wishes and who is in it.

Pure: facts in, a target out. The target is a *wish* at a level of its own; arbitration decides
whether it has the device. Nothing here sends, waits or remembers but `ComfortMemory`, which is
handed back in the next time so that a temperature that hovers at a limit does not make it flip.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any, Literal

from controller.hands_off import HandsOff
from controller.policy import ClimatePolicy
from controller.readings import Level, Phase, PlanState, Presence
from controller.setback import Guard, Use, away_kelvin, guard, limits

Season = Literal["cooling", "heating"]
Tenancy = Literal["vacant", "expected", "checked_in", "arrived"]


@dataclass(frozen=True, slots=True)
class ComfortMemory:
    """What a room's comfort remembers from one decision to the next."""

    season: Season | None = None
    guard: Guard = "off"


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What is known of a room. Temperatures are None when unknown.

    `outdoor_celsius` is a slow mean. `hand_celsius` is the setpoint that the guest chose by hand,
    also while it sleeps because the guest is away.
    """

    now: datetime
    zone: tzinfo
    tenancy: Tenancy
    temperature_celsius: float | None = None
    humidity_percent: float | None = None
    outdoor_celsius: float | None = None
    cooling_wish_celsius: float | None = None
    heating_wish_celsius: float | None = None
    manual_celsius: float | None = None
    hand_celsius: float | None = None
    hand_level: Level = "guest"
    presence: Presence = "unknown"
    presence_since: datetime | None = None
    window_open_since: datetime | None = None
    # A person switched the air conditioner on although the window is open.
    window_overridden: bool = False
    engineer_holds: bool = False
    # Nothing may be sent to the room, and why.
    hands_off: HandsOff | None = None
    plan_state: PlanState | None = None
    plan_eta: datetime | None = None
    guest_is_late: bool = False
    # How many kelvins the room can make good in the notice that is expected of a guest who comes, and of one
    # who comes back; None = not known, no limit.
    recoverable_kelvin: float | None = None
    away_recoverable_kelvin: float | None = None
    # Staff at work in the empty room; closed for maintenance; its plant stands still.
    being_cleaned: bool = False
    out_of_order: bool = False
    plant_off: bool = False
    frost_celsius: float | None = None
    # All that its equipment can do these days, where that is one thing: a two-pipe plant, a heater.
    only_season: Season | None = None
    # The coldest surface, where one is known.
    surface_celsius: float | None = None


@dataclass(frozen=True, slots=True)
class ClimateTarget:
    """What the air conditioner is wished to do. `mode` None: leave it alone.

    `look_again_at`: when waiting alone may change the answer.
    """

    phase: Phase
    season: Season
    wanted_celsius: float
    mode: Literal["off", "cool", "heat", "dry"] | None
    setpoint_celsius: float | None
    level: Level
    reason: str
    reason_code: str
    reason_values: dict[str, Any] = field(default_factory=dict)
    look_again_at: datetime | None = None


def season_of(facts: RoomFacts, before: Season | None, policy: ClimatePolicy) -> Season:
    """Whether the room is to be cooled or heated; between the seasons the room itself decides."""
    if facts.only_season is not None:
        return facts.only_season
    outdoor, room = facts.outdoor_celsius, facts.temperature_celsius
    if outdoor is not None:
        band = 1.0 if before is not None else 0.0
        if outdoor >= policy.cooling_outdoor_celsius + (band if before == "heating" else 0.0):
            return "cooling"
        if outdoor <= policy.heating_outdoor_celsius - (band if before == "cooling" else 0.0):
            return "heating"
    if room is None:
        return before or "cooling"
    cooling = facts.cooling_wish_celsius or policy.cooling_celsius
    heating = facts.heating_wish_celsius or policy.heating_celsius
    middle = (cooling + heating) / 2
    if before is None:
        return "cooling" if room >= middle else "heating"
    # Leaving a season takes a room that is clearly on the other side of its comfort.
    if before == "heating" and room > max(cooling, heating) + policy.season_hysteresis_kelvin:
        return "cooling"
    if before == "cooling" and room < min(cooling, heating) - policy.season_hysteresis_kelvin:
        return "heating"
    return before


def wanted_celsius(facts: RoomFacts, season: Season, policy: ClimatePolicy) -> float:
    """The temperature for the guest of the room: live word › wish of the stay › room default.

    A wish that no room can fulfil (5 °C, 45 °C) is brought to the nearest that it can.
    """
    return min(policy.highest_celsius, max(policy.lowest_celsius, wished_celsius(facts, season, policy)))


def wished_celsius(facts: RoomFacts, season: Season, policy: ClimatePolicy) -> float:
    """What was asked for, whether a room can be so or not."""
    if facts.manual_celsius is not None:
        return facts.manual_celsius
    if season == "cooling":
        return facts.cooling_wish_celsius or policy.cooling_celsius
    return facts.heating_wish_celsius or policy.heating_celsius


def decide(
    facts: RoomFacts, memory: ComfortMemory, policy: ClimatePolicy
) -> tuple[ClimateTarget, ComfortMemory]:
    """The climate target of a room now, and what to remember for the next time."""
    season = season_of(facts, memory.season, policy)
    memory = replace(memory, season=season)
    wanted = wanted_celsius(facts, season, policy)
    if facts.hands_off is not None:
        return _switched_off(season, wanted, facts.hands_off), memory
    if facts.engineer_holds:
        return _hands_off(season, wanted), memory
    if facts.plant_off:
        return _plant_off(facts, season, wanted), replace(memory, guard="off")
    if facts.window_open_since is not None and not facts.window_overridden:
        stop_at = facts.window_open_since + timedelta(seconds=policy.window_stop_seconds)
        if facts.now >= stop_at:
            return _window_open(facts, season, wanted), replace(memory, guard="off")
        target, memory = _for_people(facts, memory, season, wanted, policy)
        return replace(target, look_again_at=_earlier(target.look_again_at, stop_at)), memory
    return _for_people(facts, memory, season, wanted, policy)


def _for_people(
    facts: RoomFacts, memory: ComfortMemory, season: Season, wanted: float, policy: ClimatePolicy
) -> tuple[ClimateTarget, ComfortMemory]:
    if facts.tenancy == "arrived":
        return _occupied(facts, season, wanted, policy), replace(memory, guard="off")
    if facts.tenancy == "checked_in" or facts.plan_state in ("holding", "running", "ready"):
        return _awaited(facts, season, wanted, policy), replace(memory, guard="off")
    if not policy.setback:
        held = _hold(season, wanted, "unoccupied", "energy_saving")
        return (
            replace(
                held,
                reason=f"The room is held at {wanted:.1f} °C all day.",
                reason_code="always_on",
                reason_values={"celsius": wanted},
            ),
            memory,
        )
    return _vacant(facts, memory, season, wanted, policy)


def _hold(season: Season, celsius: float, phase: Phase, level: Level) -> ClimateTarget:
    return ClimateTarget(
        phase=phase,
        season=season,
        wanted_celsius=celsius,
        mode="cool" if season == "cooling" else "heat",
        setpoint_celsius=celsius,
        level=level,
        reason="",
        reason_code="",
    )


def _hands_off(season: Season, wanted: float) -> ClimateTarget:
    return ClimateTarget(
        "hands_off",
        season,
        wanted,
        None,
        None,
        "engineer",
        "An engineer has the air conditioner in hand.",
        "hands_off",
    )


def _switched_off(season: Season, wanted: float, switch: HandsOff) -> ClimateTarget:
    return replace(
        _hands_off(season, wanted),
        reason=f"Hands off, says {switch.by}: {switch.reason}",
        reason_code="hands_off_switch",
        reason_values={"by": switch.by, "reason": switch.reason},
    )


def _window_open(facts: RoomFacts, season: Season, wanted: float) -> ClimateTarget:
    since = facts.window_open_since
    assert since is not None
    doing = "Cooling" if season == "cooling" else "Heating"
    return ClimateTarget(
        "window_open",
        season,
        wanted,
        "off",
        None,
        "safety",
        f"{doing} rests while the window is open, since {_clock(since, facts)}.",
        "window_open",
        {"since": since.isoformat(), "season": season},
    )


def _plant_off(facts: RoomFacts, season: Season, wanted: float) -> ClimateTarget:
    doing = "Cooling" if season == "cooling" else "Heating"
    return ClimateTarget(
        "occupied" if facts.tenancy == "arrived" else "unoccupied",
        season,
        wanted,
        "off",
        None,
        "energy_saving",
        f"{doing} is not to be had while the plant is off.",
        "plant_off",
        {"season": season},
    )


def _occupied(facts: RoomFacts, season: Season, wanted: float, policy: ClimatePolicy) -> ClimateTarget:
    wanted = wanted if facts.hand_celsius is None else facts.hand_celsius
    if facts.presence == "asleep":
        return replace(
            _hold(season, wanted, "asleep", "arrival_plan"),
            reason=f"The guest sleeps; the room stays at {wanted:.1f} °C.",
            reason_code="asleep",
            reason_values={"celsius": wanted},
        )
    look_again_at = None
    if facts.presence == "empty" and facts.presence_since is not None and policy.setback:
        away_at = facts.presence_since + timedelta(minutes=policy.away_minutes)
        if facts.now >= away_at:
            return _away(facts, season, wanted, policy)
        look_again_at = away_at
    if facts.hand_celsius is not None:
        return replace(
            _hold(season, wanted, "occupied", "arrival_plan"),
            reason=f"The guest set {wanted:.1f} °C."
            if facts.hand_level == "guest"
            else f"The desk set {wanted:.1f} °C.",
            reason_code="guest_hand" if facts.hand_level == "guest" else "desk_hand",
            reason_values={"celsius": wanted},
            look_again_at=look_again_at,
        )
    return replace(
        _hold(season, wanted, "occupied", "arrival_plan"),
        reason=f"The room is kept at the guest's {wanted:.1f} °C.",
        reason_code="occupied",
        reason_values={"celsius": wanted},
        look_again_at=look_again_at,
    )


def _away(facts: RoomFacts, season: Season, wanted: float, policy: ClimatePolicy) -> ClimateTarget:
    kelvin = away_kelvin(facts.away_recoverable_kelvin, policy)
    eased = wanted + (kelvin if season == "cooling" else -kelvin)
    since = facts.presence_since
    assert since is not None
    return replace(
        _hold(season, eased, "away", "energy_saving"),
        reason=f"Nobody has been in since {_clock(since, facts)}; the room may drift to {eased:.1f} °C.",
        reason_code="away",
        reason_values={"since": since.isoformat(), "celsius": eased, "home_celsius": wanted},
    )


def _awaited(facts: RoomFacts, season: Season, wanted: float, policy: ClimatePolicy) -> ClimateTarget:
    """Pre-conditioned and waiting for somebody to open the door."""
    if facts.guest_is_late and facts.tenancy != "checked_in":
        eased = wanted + (policy.late_hold_kelvin if season == "cooling" else -policy.late_hold_kelvin)
        return replace(
            _hold(season, eased, "ready", "arrival_plan"),
            wanted_celsius=wanted,
            reason=f"The guest is late; the room waits at {eased:.1f} °C.",
            reason_code="guest_late",
            reason_values={"celsius": eased, "eta": facts.plan_eta.isoformat() if facts.plan_eta else None},
        )
    if facts.plan_state == "holding" and facts.tenancy != "checked_in":
        eased = wanted + (policy.hold_kelvin if season == "cooling" else -policy.hold_kelvin)
        return replace(
            _hold(season, eased, "preconditioning", "arrival_plan"),
            wanted_celsius=wanted,
            reason=f"The room waits at {eased:.1f} °C for a sign of its guest.",
            reason_code="holding",
            reason_values={"celsius": eased, "wanted_celsius": wanted},
        )
    room = facts.temperature_celsius
    is_there = room is not None and (
        room <= wanted + policy.ready_within_kelvin
        if season == "cooling"
        else room >= wanted - policy.ready_within_kelvin
    )
    if facts.plan_state == "ready" or is_there:
        return replace(
            _hold(season, wanted, "ready", "arrival_plan"),
            reason=f"The room is at {wanted:.1f} °C and waits for its guest.",
            reason_code="ready",
            reason_values={"celsius": wanted},
        )
    doing = "Cooling" if season == "cooling" else "Heating"
    return replace(
        _hold(season, wanted, "preconditioning", "arrival_plan"),
        reason=f"{doing} to {wanted:.1f} °C for the arrival.",
        reason_code="preconditioning",
        reason_values={"celsius": wanted, "season": season},
    )


def _vacant(
    facts: RoomFacts, memory: ComfortMemory, season: Season, wanted: float, policy: ClimatePolicy
) -> tuple[ClimateTarget, ComfortMemory]:
    """Off inside the setback limits, holding the limit outside, drying when it gets damp.

    The limit itself is asked for: each half kelvin inside it costs a fifth more in a room that rests all day.
    """
    use = _use(facts)
    bounds = limits(
        use,
        facts.recoverable_kelvin,
        heating=season == "heating",
        policy=policy,
        frost_celsius=facts.frost_celsius,
    )
    low, high = bounds.low_celsius, bounds.high_celsius
    needs = guard(
        facts.temperature_celsius,
        facts.humidity_percent,
        memory.guard,
        wanted,
        bounds,
        policy,
        surface_celsius=facts.surface_celsius,
    )
    memory = replace(memory, guard=needs)
    told = {"low_celsius": low, "high_celsius": high}
    why, code = _resting(use, low, high)
    base = ClimateTarget(
        phase="unoccupied",
        season=season,
        wanted_celsius=high if season == "cooling" else low,
        mode="off",
        setpoint_celsius=None,
        level="energy_saving",
        reason=why,
        reason_code=code,
        reason_values=told,
    )
    match needs:
        case "cooling":
            return replace(base, mode="cool", setpoint_celsius=high, season="cooling"), memory
        case "heating":
            return replace(base, mode="heat", setpoint_celsius=low, season="heating"), memory
        case "drying":
            return replace(
                base,
                mode="dry",
                setpoint_celsius=wanted - policy.drying_below_kelvin,
                reason=f"Nobody is in; the air is dried below {policy.humid_percent:.0f} % against mould.",
                reason_code="drying",
                reason_values={"percent": policy.humid_percent},
            ), memory
    return base, memory


def _use(facts: RoomFacts) -> Use:
    if facts.out_of_order:
        return "maintenance"
    if facts.being_cleaned:
        return "cleaning"
    return "sold" if facts.tenancy == "expected" else "unsold"


def _resting(use: Use, low: float, high: float) -> tuple[str, str]:
    """(sentence, code) of a room that rests."""
    if use == "maintenance":
        return f"Closed for maintenance; the room rests between {low:.0f} and {high:.0f} °C.", "maintenance"
    if use == "cleaning":
        return f"The room is being cleaned and kept between {low:.0f} and {high:.0f} °C.", "being_cleaned"
    return f"Nobody is in; the room saves energy between {low:.0f} and {high:.0f} °C.", "vacant"


def setback_limits(
    recoverable_kelvin: float | None, season: Season, policy: ClimatePolicy
) -> tuple[float, float]:
    """(low, high) between which a room that somebody is expected in may drift; see `setback.limits`."""
    found = limits("sold", recoverable_kelvin, heating=season == "heating", policy=policy)
    return found.low_celsius, found.high_celsius


def trim_kelvin(
    before: float,
    room_celsius: float | None,
    device_celsius: float | None,
    hours: float,
    policy: ClimatePolicy,
) -> float:
    """How much warmer the air conditioner believes the room to be than the room's own sensor.

    Added to a setpoint of ours (never to a guest's), the device stops where the room's sensor is
    right. A slow mean: both sensors lag and round.

    Args:
        hours: hotel time since the last look.
    """
    if room_celsius is None or device_celsius is None:
        return before
    seen = device_celsius - room_celsius
    if abs(seen) > 2 * policy.most_trim_kelvin:
        return before  # one of the two is broken: believe neither
    weight = min(1.0, hours / policy.trim_hours)
    fresh = before + weight * (seen - before)
    return max(-policy.most_trim_kelvin, min(policy.most_trim_kelvin, fresh))


def stepped(celsius: float, low: float | None, high: float | None, step: float | None) -> float:
    """The nearest setpoint that a device takes."""
    if step:
        celsius = round(celsius / step) * step
    if low is not None:
        celsius = max(low, celsius)
    if high is not None:
        celsius = min(high, celsius)
    return round(celsius, 2)


def _earlier(first: datetime | None, second: datetime | None) -> datetime | None:
    return min((at for at in (first, second) if at is not None), default=None)


def _clock(at: datetime, facts: RoomFacts) -> str:
    return at.astimezone(facts.zone).strftime("%H:%M")
