"""Faults of the climate of a room: one pure function a fault, over a `Window`, for all rooms at once.

A function answers with one of three outcomes a room: FAULT, HEALTHY, or UNKNOWN. A room whose unit is not
called shows neither that it can cool nor that it cannot: not seen is not healthy. The thresholds come from
`rules.RULES` with their sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maintenance.samples import OFF, WORKS_WATTS, Flags, Numbers
from maintenance.window import Window

FAULT: Final = 1
HEALTHY: Final = 0
UNKNOWN: Final = -1
# Below this a called unit does not run at all: `stuck_off` speaks of it.
RESTS_WATTS: Final = 20.0

Booleans = NDArray[np.bool_]
Limits = Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """What a rule says: an outcome for each room or device, and the numbers that show it.

    `tentative`: a fault that is likelier something harmless just now, to be suggested rather than to call
    somebody.
    """

    outcome: Flags
    evidence: Mapping[str, Numbers]
    tentative: Booleans | None = None


def verdict(fault: Booleans, healthy: Booleans, **evidence: Numbers) -> Finding:
    """FAULT where a fault shows, else HEALTHY where health shows, else UNKNOWN."""
    outcome = np.where(fault, FAULT, np.where(healthy, HEALTHY, UNKNOWN)).astype(np.int8)
    return Finding(outcome, evidence)


def past(now: float, since: Numbers, minutes: float) -> Booleans:
    """Whether `since` lies so long back; what never happened lies long enough back."""
    long_ago: Booleans = np.where(now - since < minutes, False, True)
    return long_ago


def _settled(window: Window, limits: Limits) -> Booleans:
    """Window shut, and long enough since it was open; not just turned between heating and cooling."""
    quiet: Booleans = (window.sample.window_open != 1) & past(
        window.now, window.window_since, limits["after_window_minutes"]
    )
    if "after_turn_minutes" in limits:
        quiet &= past(window.now, window.turned_since, limits["after_turn_minutes"])
    return quiet


def no_capacity(window: Window, limits: Limits) -> Finding:
    """At full call and far from its setpoint, and the air does not come nearer.

    After a rest the unit is held against the room's own ramps (else what the comfort model says, else the
    median of the house), at most the way that was to go. In the middle of a call that means nothing: a unit
    at its limit makes no way either. There the air must make none although the unit has lately held it
    clearly further from the outdoors than it is now, or held it where it was to be with far less power.
    """
    sample = window.sample
    sign = np.where(window.heats, 1.0, -1.0)
    far_minutes = np.where(window.called, window.now - window.far_since, np.nan)
    # A sensor that stands still or talks nonsense makes no dead unit: the other one shows progress too.
    progress = np.fmax(
        (sample.air_celsius - window.far_air_celsius) * sign,
        (sample.unit_celsius - window.far_unit_celsius) * sign,
    )
    asked = (sample.setpoint_celsius - window.far_air_celsius) * sign
    own = window.ramps.usual_progress(window.heats, window.now - 30 * 1440.0, int(limits["ramps"]))
    modelled = sample.call_kelvin_per_hour * (limits["fresh_minutes"] / 60.0)
    usual = np.where(np.isfinite(own), own, np.where(np.isfinite(modelled), modelled, _of_house(own, window)))
    expected = np.minimum(np.where(np.isfinite(usual), usual, limits["unknown_kelvin"]), asked)
    # One that draws nothing does not run at all: `stuck_off` speaks of it.
    ready = _settled(window, limits) & ~(sample.watts < RESTS_WATTS)
    stands = ready & window.far_fresh & (far_minutes >= limits["fresh_minutes"])
    stands &= progress < limits["share"] * expected
    lift = (sample.air_celsius - sample.outdoor_celsius) * sign
    spare = window.best_lift_kelvin - lift
    loses = ready & ~window.far_fresh & (far_minutes >= limits["later_minutes"])
    loses &= (progress < limits["later_kelvin"]) & (spare >= limits["spare_kelvin"])
    # Full power, and yet it loses what it lately held with far less: no load grows so in hours.
    strain_minutes = int(limits["strain_minutes"])
    watts = window.numbers("watts", strain_minutes).mean(axis=0)
    strains = ready & (far_minutes >= strain_minutes) & (progress < limits["later_kelvin"])
    strains &= watts >= limits["strain_share"] * window.held_watts
    made_way = window.called & (progress >= 0.5 * expected) & (expected > 0.5)
    holds = window.called & (window.error_kelvin < 0.5) & (sample.watts > WORKS_WATTS)
    holds &= (window.now - window.call_since >= limits["fresh_minutes"]) & (lift >= limits["spare_kelvin"])
    return verdict(
        stands | loses | strains,
        made_way | holds,
        far_minutes=far_minutes,
        error_kelvin=window.error_kelvin,
        progress_kelvin=progress,
        expected_kelvin=expected,
        spare_kelvin=spare,
        held_watts=np.where(strains, window.held_watts, np.nan),
    )


def _of_house(own: Numbers, window: Window) -> Numbers:
    """Median of the rooms that know their own progress, for those that do not, by direction."""
    house = np.full(len(own), np.nan)
    for heats in (False, True):
        known = own[(window.heats == heats) & np.isfinite(own)]
        if len(known):
            house[window.heats == heats] = np.median(known)
    return house


def degraded_capacity(window: Window, limits: Limits) -> Finding:
    """The newest ramps bring clearly less for the same electricity than the room's own of the month."""
    newest = int(limits["ramps"])
    own = window.ramps.share_of_own(
        newest,
        int(limits["agreeing"]),
        window.now - limits["baseline_days"] * 1440.0,
        int(limits["baseline_ramps"]),
    )
    newest_at = np.fmax.reduce(window.ramps.at, axis=0)
    fresh = window.now - newest_at <= limits["fresh_days"] * 1440.0
    worse = fresh & (own.share < limits["share"])
    worse &= np.log(own.share) < -limits["deviations"] * own.deviation
    return verdict(
        worse,
        fresh & (own.share >= limits["healthy_share"]),
        share_of_own=own.share,
        deviation=own.deviation,
        ramps=own.newest.astype(np.float64),
        own_ramps=own.before.astype(np.float64),
    )


def stuck_on(window: Window, limits: Limits) -> Finding:
    """Off, and yet it draws power, or the air leaves the way that it drifts."""
    minutes = int(limits["minutes"])
    off_minutes = window.now - window.off_since
    since_off = off_minutes >= limits["after_off_minutes"] + minutes
    metered_minutes = int(limits["metered_minutes"])
    since_off_metered = off_minutes >= limits["after_off_minutes"] + metered_minutes
    watts = window.numbers("watts", metered_minutes)
    metered = np.isfinite(watts).all(axis=0)
    lowest = watts.min(axis=0)
    draws = metered & (lowest > limits["watts"])

    air = window.numbers("air_celsius", minutes + 1)
    moved = air[-1] - air[0]
    outward = np.sign(window.sample.outdoor_celsius - air[-1])
    drift = window.numbers("drift_kelvin_per_hour", minutes).mean(axis=0) * (minutes / 60.0)
    deviation = window.numbers("drift_deviation", minutes).mean(axis=0) * (minutes / 60.0)
    astray = np.abs(moved - drift)
    quiet = (window.flags("window_open", minutes) != 1).all(axis=0) & _settled(window, limits)
    # What people bring warms: only movement against outdoors and season counts as the unit's.
    against = (moved - drift) * outward < 0
    # A room's sensor that jumps makes no leaking valve: the unit's own must have gone the same way.
    unit = window.numbers("unit_celsius", minutes + 1)
    agrees = ~((unit[-1] - unit[0]) * moved <= 0)
    moves = quiet & against & agrees & (astray > limits["deviations"] * deviation)
    moves &= astray > limits["least_kelvin"]
    moves = (since_off & moves) | _leaves_outdoors(window, limits, off_minutes)
    # A room has one air: where its two sensors are worlds apart, one of them is at fault, not the unit.
    moves &= ~(np.abs(air[-1] - unit[-1]) > limits["sensors_kelvin"])
    stays = _stays(window, limits)
    fault = (since_off_metered & draws) | moves | stays
    rests = since_off & metered & (lowest <= limits["watts"])
    rests &= ~np.isfinite(astray) | (astray <= limits["deviations"] * deviation)
    # A valve draws nothing: where the air stayed about where it was, the meter proves no health.
    rests &= ~(window.rest.gone_kelvin < limits["back_healthy_share"] * window.rest.expected_kelvin)
    return verdict(
        fault,
        rests & ~fault,
        off_minutes=off_minutes,
        watts=lowest,
        moved_kelvin=moved,
        drift_kelvin=drift,
        back_kelvin=np.where(stays, window.rest.gone_kelvin, np.nan),
        usual_back_kelvin=np.where(stays, window.rest.expected_kelvin, np.nan),
    )


def _stays(window: Window, limits: Limits) -> Booleans:
    """Off, and the air stays where the unit held it, although it goes back when this unit stops."""
    gone, expected = window.rest
    missing = expected - gone
    stays: Booleans = (gone < limits["back_share"] * expected) & (gone <= limits["back_kelvin"])
    stays &= (missing >= limits["missing_kelvin"]) & (window.sample.window_open != 1)
    return stays


def _leaves_outdoors(window: Window, limits: Limits, off_minutes: Numbers) -> Booleans:
    """Off, and both sensors leave the outdoors further behind than a room without a unit ever does.

    Needs no model: air that is left alone goes towards the outdoors, and what warms it besides (sun, people,
    walls) has its own bound.
    """
    longest = int(limits["look_minutes"])
    air, unit = window.numbers("air_celsius", longest + 1), window.numbers("unit_celsius", longest + 1)
    look = np.clip(np.nan_to_num(off_minutes), 0, len(air) - 1).astype(np.int64)
    columns = np.arange(air.shape[1])
    ahead = air[-1] - window.sample.outdoor_celsius
    side = np.sign(ahead)
    moved = (air[-1] - air[-1 - look, columns]) * side
    unit_moved = (unit[-1] - unit[-1 - look, columns]) * side
    least = np.where(side > 0, limits["warmer_kelvin"], limits["cooler_kelvin"])
    leaves = (np.abs(ahead) > limits["outdoors_kelvin"]) & (moved >= least) & (unit_moved >= 0.5 * least)
    quiet = past(window.now, window.window_since + look, limits["after_window_minutes"])
    quiet &= window.sample.window_open != 1
    # A room that was cooled comes back by itself when it rests, also from an outdoors that is cooler still:
    # a unit that does not stop goes on the way that it worked.
    leaves &= (window.turn == 0) | (window.turn == side)
    enough: Booleans = leaves & quiet & (off_minutes >= limits["look_after_minutes"])
    return enough


def stuck_off(window: Window, limits: Limits) -> Finding:
    """Called, far from its setpoint, and it draws next to nothing."""
    minutes = int(limits["minutes"])
    far_minutes = np.where(window.called, window.now - window.far_since, np.nan)
    watts = window.numbers("watts", minutes)
    highest = watts.max(axis=0)
    waits = far_minutes >= limits["after_call_minutes"] + minutes
    fault = waits & (highest < limits["watts"])
    works = window.called & (window.sample.watts > WORKS_WATTS)
    return verdict(fault, works, far_minutes=far_minutes, watts=highest, error_kelvin=window.error_kelvin)


def short_cycling(window: Window, limits: Limits) -> Finding:
    """The compressor starts again and again."""
    minutes = int(limits["minutes"])
    hours = int(limits["hours"])
    rows = min(window.recorded_minutes, minutes * hours)
    works = _works(window, rows)
    known = works >= 0
    starts = (works[1:] == 1) & (works[:-1] == 0)
    counted = [
        starts[max(0, len(starts) - minutes * (hour + 1)) : len(starts) - minutes * hour].sum(axis=0)
        for hour in range(hours)
    ]
    least = np.min(counted, axis=0)
    seen = known.mean(axis=0) > 0.9
    enough = rows >= minutes * hours
    fault = seen & enough & (least >= limits["starts"])
    ran = (works == 1).sum(axis=0) >= 20
    return verdict(
        fault, seen & enough & ran & (least < limits["starts"] - 1), starts_per_hour=least.astype(np.float64)
    )


def _works(window: Window, rows: int) -> Flags:
    """Minute by minute whether the compressor works: 1, 0, or -1 where nobody says."""
    watts = window.numbers("watts", rows)
    said = window.flags("running", rows)
    on = window.flags("mode", rows) > OFF
    by_watts = np.where(np.isfinite(watts), (watts > WORKS_WATTS) & on, said == 1)
    return np.where(np.isfinite(watts) | (said >= 0), by_watts, UNKNOWN).astype(np.int8)


def window_open_too_long(window: Window, limits: Limits) -> Finding:
    """The window stands open: long, or with nobody who could want it."""
    sample = window.sample
    open_minutes = np.where(sample.window_open == 1, window.now - window.window_since, np.nan)
    vacant = sample.let == 0
    vacant_minutes = np.where(vacant, window.now - window.let_since, np.nan)
    alone = np.minimum(open_minutes, np.where(np.isfinite(vacant_minutes), vacant_minutes, np.inf))
    forgotten = vacant & (sample.cleaning != 1) & (alone >= limits["vacant_minutes"])
    long = open_minutes >= limits["let_minutes"]
    return verdict(forgotten | long, sample.window_open == 0, open_minutes=open_minutes)


def filter_hours(window: Window, limits: Limits) -> Finding:
    """So many hours of fan since the filter was cleaned."""
    due = window.fan_hours >= limits["hours"]
    return verdict(due, ~due, fan_hours=window.fan_hours)
