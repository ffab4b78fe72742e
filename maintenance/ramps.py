"""How far each unit brings its room in the first minutes of a full call: the room's own yardstick.

A ramp begins when a rested unit is called at least `LEAST_ERROR_KELVIN` off its setpoint and starts to
work; it is measured for `RAMP_MINUTES`. Its *effect* is kelvins moved for what was put in: electricity
where it is metered, corrected for what a unit delivers at another outdoor temperature, else time. It is the
slope of all its minutes through their beginning (least squares), not the difference of two readings: a
sensor's step and noise fall out with their number. The ratio of two effects of one room is, but for the
load, the ratio of the unit's capacities; the room's size and its sensor's lag are in both and fall out.
What the load takes or gives (`Hardness`) all rooms of the house tell together. Nothing is kept of a ramp
with an open window.

On the simulated hotel of `bench faults` (other seeds than the bench's) single ramps of a healthy unit
spread by 6 % around the room's own, 10 % before the load was taken out.

Pure, arrays over rooms. Minutes since the epoch in hotel time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maintenance.rings import Pairs, Ring, take_over
from maintenance.samples import WORKS_WATTS, Numbers, RoomSample

Booleans = NDArray[np.bool_]
Places = NDArray[np.intp]

KEPT: Final = 48
RAMP_MINUTES: Final = 20.0
LEAST_ERROR_KELVIN: Final = 1.0
LEAST_UNIT_ERROR_KELVIN: Final = 0.75
REST_MINUTES: Final = 20.0
# Efficiency of a split unit against the outdoors (comfort.md section 2: 2-3 % a kelvin when cooling).
COOLING_LOSS_PER_KELVIN: Final = 0.025
HEATING_GAIN_PER_KELVIN: Final = 0.018
# Less than this in the whole ramp is no full call: it says nothing.
LEAST_WATT_HOURS: Final = 30.0
FEWEST_RAMPS_OF_HOUSE: Final = 100
DISAGREE_SHARE: Final = 0.3
# A unit that is called and has not started after this long is somebody else's fault (stuck off).
LATEST_START_MINUTES: Final = 12.0
# The air of the last hours stands for the walls: they still give back what they took.
WALL_MINUTES: Final = 360.0
# The beginning is the mean of so many minutes.
BEGINNING_MINUTES: Final = 3
LEAST_EFFECT: Final = 1e-3
# Robust least squares (Huber): beyond so many deviations a ramp counts less.
HUBER: Final = 1.5
HUBER_ROUNDS: Final = 5
# Below so many ramps a room's own spread is a guess, and the house's holds; it never gets better than this.
OWN_SPREAD_RAMPS: Final = 6
LEAST_SPREAD: Final = 0.05
# What a base of few ramps may be wrong by beside its spread: they were made within days, at much the same
# load and perhaps with the same sun; over n ramps it falls as 1/n (bench: 0.05 for three).
FEW_RAMPS: Final = 0.15
# Variance of a median of many, in those of a single one (normal spread).
MEDIAN_FACTOR: Final = 1.57


class Hardness(NamedTuple):
    """What else moves the logarithm of an effect, and within which bounds the house may find that it does.

    Attributes:
        power: log of the energy put in: a unit at part load does more with it.
        against: kelvins that the outdoors stood against it.
        drift: kelvins that the air went the same way by itself just before.
        rise: kelvins that the air was nearer to the target than in the hours before: walls lag behind.
        people: 1 where somebody was in who helps (heating), -1 where they are a load (cooling).
    """

    power: tuple[float, float] = (-1.0, 0.3)
    against: tuple[float, float] = (-0.08, 0.02)
    drift: tuple[float, float] = (-0.4, 0.2)
    rise: tuple[float, float] = (-0.3, 0.1)
    people: tuple[float, float] = (-0.1, 0.4)


BOUNDS: Final = Hardness()


class Share(NamedTuple):
    """The newest ramps of each room against its own: their share, its standard error, and how many ramps
    stand on either side. NaN where there are too few."""

    share: Numbers
    deviation: Numbers
    newest: NDArray[np.int64]
    before: NDArray[np.int64]


class RampBook:
    """The last ramps of each room.

    What is kept of them is (KEPT, rooms), newest last, NaN where there are none.
    """

    def __init__(self, rooms: int) -> None:
        self.effects = np.full((KEPT, rooms), np.nan)
        self.progress = np.full((KEPT, rooms), np.nan)
        self.at = np.full((KEPT, rooms), np.nan)
        self.heating = np.zeros((KEPT, rooms), dtype=np.bool_)
        self.metered = np.zeros((KEPT, rooms), dtype=np.bool_)
        self.power = np.full((KEPT, rooms), np.nan)
        self.against = np.full((KEPT, rooms), np.nan)
        self.drift = np.full((KEPT, rooms), np.nan)
        self.rise = np.full((KEPT, rooms), np.nan)
        self.people = np.full((KEPT, rooms), np.nan)
        self._rested = np.zeros(rooms)
        self._armed_since = np.full(rooms, np.nan)
        self._began = np.full(rooms, np.nan)
        self._start_air, self._start_unit = np.full(rooms, np.nan), np.full(rooms, np.nan)
        self._start_drift, self._start_rise = np.full(rooms, np.nan), np.full(rooms, np.nan)
        self._start_people = np.full(rooms, np.nan)
        self._heats = np.zeros(rooms, dtype=np.bool_)
        self._watt_hours = np.zeros(rooms)
        # Of the slope through the beginning: sums of drive times way, and of drive squared.
        self._drive_way, self._drive_drive = np.zeros(rooms), np.zeros(rooms)
        self._walls = np.full(rooms, np.nan)
        self._airs = Ring(int(RAMP_MINUTES) + 1, rooms, np.float64, np.nan)

    def take(
        self, minute: float, passed: float, sample: RoomSample, heats: Booleans, called: Booleans
    ) -> None:
        """One minute of all rooms; `passed` minutes since the last."""
        air, watts, window_open = sample.air_celsius, sample.watts, sample.window_open
        sign = np.where(heats, 1.0, -1.0)
        works = np.where(np.isfinite(watts), watts > WORKS_WATTS, sample.running == 1)
        off_by = (sample.setpoint_celsius - air) * sign
        self._airs.put(air)
        followed = self._walls + (air - self._walls) * min(1.0, passed / WALL_MINUTES)
        self._walls = np.where(np.isfinite(followed), followed, np.where(np.isfinite(air), air, self._walls))

        arms = called & (self._rested >= REST_MINUTES) & (off_by >= LEAST_ERROR_KELVIN)
        # A unit works by its own sensor: one that is near the setpoint by that makes no full call.
        arms &= ~((sample.setpoint_celsius - sample.unit_celsius) * sign < LEAST_UNIT_ERROR_KELVIN)
        arms &= ~np.isfinite(self._armed_since) & ~np.isfinite(self._began) & np.isfinite(air)
        self._armed_since[arms] = minute
        self._heats[arms] = heats[arms]
        broken = ~called | (window_open == 1) | (heats != self._heats) | ~np.isfinite(air)
        broken |= minute - self._armed_since > LATEST_START_MINUTES
        self._armed_since[broken] = np.nan
        begins = np.isfinite(self._armed_since) & works
        if begins.any():
            self._begin(minute, np.flatnonzero(begins), sample, sign)
        self._rested = np.where(works, 0.0, self._rested + passed)

        under_way = np.isfinite(self._began)
        lost = under_way & (~called | (window_open == 1) | (heats != self._heats))
        self._began[lost] = np.nan
        under_way &= ~lost
        if not under_way.any():
            return
        going = under_way & ~begins
        self._watt_hours += np.where(going, watts * passed / 60.0, 0.0)
        drive = np.where(np.isfinite(self._watt_hours), self._watt_hours, minute - self._began)
        way = (air - self._start_air) * sign
        seen = going & np.isfinite(way)
        self._drive_way += np.where(seen, drive * way, 0.0)
        self._drive_drive += np.where(seen, drive * drive, 0.0)
        done = under_way & (minute - self._began >= RAMP_MINUTES)
        if done.any():
            self._close(minute, np.flatnonzero(done), sample)

    def _begin(self, minute: float, rooms: Places, sample: RoomSample, sign: Numbers) -> None:
        airs = self._airs.all()[:, rooms].astype(np.float64)
        start, towards = (
            _mean(airs[-BEGINNING_MINUTES:], np.isfinite(airs[-BEGINNING_MINUTES:]), 1),
            sign[rooms],
        )
        self._began[rooms] = minute
        self._start_air[rooms] = start
        self._start_unit[rooms] = sample.unit_celsius[rooms]
        self._start_drift[rooms] = (airs[-1] - airs[0]) * towards
        self._start_rise[rooms] = (start - self._walls[rooms]) * towards
        self._start_people[rooms] = np.where(sample.present[rooms] == 1, towards, 0.0)
        for sums in (
            self._watt_hours,
            self._drive_way,
            self._drive_drive,
        ):
            sums[rooms] = 0.0
        self._armed_since[rooms] = np.nan

    def _close(self, minute: float, rooms: Places, sample: RoomSample) -> None:
        heats = self._heats[rooms]
        sign = np.where(heats, 1.0, -1.0)
        moved = (sample.air_celsius[rooms] - self._start_air[rooms]) * sign
        watt_hours, outside = self._watt_hours[rooms], sample.outdoor_celsius[rooms]
        metered = np.isfinite(watt_hours)
        share = np.where(
            heats,
            1.0 + HEATING_GAIN_PER_KELVIN * (outside - 7.0),
            1.0 - COOLING_LOSS_PER_KELVIN * (outside - 35.0),
        )
        share = np.clip(np.where(np.isfinite(share), share, 1.0), 0.5, 1.6)
        # Kelvins a kilowatt-hour, or an hour where nothing meters it.
        unit_of_drive = np.where(metered, share / 1000.0, 1.0 / 60.0)
        effect = self._drive_way[rooms] / np.maximum(self._drive_drive[rooms], 1e-9) / unit_of_drive
        # Two sensors of one room that disagree on which way it went: one of them is at fault, not the unit.
        by_unit = (sample.unit_celsius[rooms] - self._start_unit[rooms]) * sign
        agree = ~((by_unit >= 1.0) & (moved < DISAGREE_SHARE * by_unit))
        counts = np.isfinite(moved) & agree & (~metered | (watt_hours >= LEAST_WATT_HOURS))
        self._began[rooms] = np.nan
        against = (outside - self._start_air[rooms]) * -sign
        kept = rooms[counts]
        if not len(kept):
            return
        for book, new in (
            (self.effects, effect),
            (self.progress, moved),
            (self.at, np.full(len(rooms), minute)),
            (self.heating, heats),
            (self.metered, metered),
            (self.power, np.log(np.maximum(watt_hours, 1.0))),
            (self.against, against),
            (self.drift, self._start_drift[rooms]),
            (self.rise, self._start_rise[rooms]),
            (self.people, self._start_people[rooms]),
        ):
            book[:-1, kept] = book[1:, kept]
            book[-1, kept] = new[counts]

    def carry_over(self, before: RampBook, rooms: Pairs) -> None:
        """Take over what another book knows of the rooms that are in both."""
        for name, kept in vars(before).items():
            if isinstance(kept, Ring):
                getattr(self, name).take_over(kept, rooms)
            else:
                take_over(getattr(self, name), kept, rooms)

    def forget(self, rooms: Sequence[int], since: float) -> None:
        """Ramps of these rooms since a minute do not count: something else was broken."""
        for room in rooms:
            late = self.at[:, room] >= since
            for kept in (self.effects, self.progress, self.at):
                kept[late, room] = np.nan

    def usual_progress(self, heats: Booleans, since: float, least: int) -> Numbers:
        """Median of kelvins moved in a ramp of this direction since a minute; NaN below `least` ramps."""
        fits = (self.heating == heats) & (self.at >= since) & np.isfinite(self.progress)
        return _median(self.progress, fits, least)

    def share_of_own(self, newest: int, agreeing: int, since: float, least_before: int) -> Share:
        """The newest ramps' effect against the room's own before them.

        Only ramps of the direction of the newest count, metered like it. What the newest come to is what
        `agreeing` of them do not exceed, so that one or two odd ones among few say nothing; the room's own
        are a median.

        Args:
            newest: how many make the one side, and all must be there. since: minute from which others make
                the other side. least_before: so many others are needed, else NaN.
        """
        known = np.isfinite(self.effects) & np.isfinite(self.at)
        columns = np.arange(self.effects.shape[1])
        last = len(known) - 1 - np.argmax(known[::-1], axis=0)
        alike = (self.heating == self.heating[last, columns]) & (self.metered == self.metered[last, columns])
        alike &= known
        # Rank from the newest: 1, 2, 3 …
        rank = np.cumsum(alike[::-1], axis=0)[::-1]
        recent = alike & (rank <= newest) & (rank >= 1)
        before = alike & (rank > newest) & (self.at >= since)
        with np.errstate(invalid="ignore", divide="ignore"):
            effects: Numbers = np.log(np.maximum(self.effects, LEAST_EFFECT))
        effects = effects - self._hardness(effects, before)
        base = _median(effects, before, least_before)
        off_by = np.abs(effects - base)
        known_off = off_by[before & np.isfinite(off_by)]
        of_house = 1.4826 * float(np.median(known_off)) if len(known_off) else 0.0
        own = 1.4826 * _median(off_by, before, OWN_SPREAD_RAMPS)
        spread = np.fmax(own, max(LEAST_SPREAD, of_house))
        off_now = np.sort(np.where(recent, effects - base, np.inf), axis=0)[agreeing - 1]
        counted, others = recent.sum(axis=0), before.sum(axis=0)
        deviation = spread * np.sqrt(MEDIAN_FACTOR / newest + MEDIAN_FACTOR / np.maximum(others, 1))
        deviation = np.hypot(deviation, FEW_RAMPS / np.maximum(others, 1))
        now = np.where((counted >= newest) & np.isfinite(base), off_now, np.nan)
        return Share(np.exp(now), deviation, counted, others)

    def _hardness(self, effects: Numbers, before: Booleans) -> Numbers:
        """What each ramp's load did to its effect, against the room's usual ramp.

        Robust least squares over the ramps of all rooms, each against its own room's mean (fixed effects).
        """
        # In the order of `Hardness`.
        causes = (self.power, self.against, self.drift, self.rise, self.people)
        told = before & np.isfinite(effects)
        for one in causes:
            told &= np.isfinite(one)
        if told.sum() < FEWEST_RAMPS_OF_HOUSE:
            return np.zeros_like(effects)
        moved = [one - _mean(one, told, 1) for one in causes]
        x = np.stack([one[told] for one in moved], axis=1)
        y = (effects - _mean(effects, told, 1))[told]
        slopes: Numbers = np.zeros(len(causes))
        weights = np.ones(len(y))
        for _ in range(HUBER_ROUNDS):
            slopes = np.asarray(np.linalg.lstsq(x * weights[:, None], y * weights, rcond=None)[0])
            left = np.abs(y - x @ slopes)
            scale = max(1e-6, 1.4826 * float(np.median(left)))
            weights = np.sqrt(np.minimum(1.0, HUBER * scale / np.maximum(left, 1e-9)))
        total = np.zeros_like(effects)
        for slope, (low, high), one in zip(slopes, BOUNDS, moved, strict=True):
            total = total + float(np.clip(slope, low, high)) * np.where(np.isfinite(one), one, 0.0)
        return total


def _median(values: Numbers, which: Booleans, least: int) -> Numbers:
    """Median over the first axis of the chosen; NaN where there are fewer than `least`."""
    count = which.sum(axis=0)
    ordered = np.sort(np.where(which, values, np.inf), axis=0)
    columns = np.arange(values.shape[1])
    low = ordered[np.maximum(0, (count - 1) // 2), columns]
    high = ordered[np.minimum(len(values) - 1, count // 2), columns]
    with np.errstate(invalid="ignore"):
        return np.where(count >= max(1, least), (low + high) / 2, np.nan)


def _mean(values: Numbers, which: Booleans, least: int) -> Numbers:
    count = which.sum(axis=0)
    total = np.where(which, values, 0.0).sum(axis=0)
    return np.where(count >= max(1, least), total / np.maximum(count, 1), np.nan)
