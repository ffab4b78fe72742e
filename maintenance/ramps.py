"""How far each unit brings its room in the first minutes of a full call: the room's own yardstick.

A ramp begins when a rested unit is called at least `LEAST_ERROR_KELVIN` off its setpoint and starts to
work; it is measured for `RAMP_MINUTES`. Its *effect* is kelvins moved for what was put in: electricity
where it is metered, corrected for what a unit delivers at another outdoor temperature, else time. The
ratio of two effects of one room is, but for the load, the ratio of the unit's capacities; the room's size
and its sensor's lag are in both and fall out. Nothing is kept of a ramp with an open window.

Pure, arrays over rooms. Minutes since the epoch in hotel time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.int8]
Booleans = NDArray[np.bool_]

KEPT: Final = 48
RAMP_MINUTES: Final = 20.0
LEAST_ERROR_KELVIN: Final = 1.5
REST_MINUTES: Final = 30.0
# Efficiency of a split unit against the outdoors (comfort.md section 2: 2-3 % a kelvin when cooling).
COOLING_LOSS_PER_KELVIN: Final = 0.025
HEATING_GAIN_PER_KELVIN: Final = 0.018
# Less than this in the whole ramp is no full call: it says nothing.
LEAST_WATT_HOURS: Final = 60.0
FEWEST_RAMPS_OF_HOUSE: Final = 100
POWER_SLOPES: Final = (-1.0, 0.3)
AGAINST_SLOPES: Final = (-0.08, 0.02)
DISAGREE_SHARE: Final = 0.3
RUNNING_WATTS: Final = 60.0
# A unit that is called and has not started after this long is somebody else's fault (stuck off).
LATEST_START_MINUTES: Final = 12.0


class RampBook:
    """The last ramps of each room.

    `effects`, `at` and `heating` are (KEPT, rooms), newest last, NaN where there are none.
    """

    def __init__(self, rooms: int) -> None:
        self.effects = np.full((KEPT, rooms), np.nan)
        self.progress = np.full((KEPT, rooms), np.nan)
        self.at = np.full((KEPT, rooms), np.nan)
        self.heating = np.zeros((KEPT, rooms), dtype=np.bool_)
        self.metered = np.zeros((KEPT, rooms), dtype=np.bool_)
        # What else moves an effect: log of the mean power, and how far the outdoors worked against it.
        self.power = np.full((KEPT, rooms), np.nan)
        self.against = np.full((KEPT, rooms), np.nan)
        self._rested = np.zeros(rooms)
        self._armed_since = np.full(rooms, np.nan)
        self._began = np.full(rooms, np.nan)
        self._start_air, self._start_unit = np.full(rooms, np.nan), np.full(rooms, np.nan)
        self._heats = np.zeros(rooms, dtype=np.bool_)
        self._watt_hours = np.zeros(rooms)

    def take(
        self,
        minute: float,
        passed: float,
        mode: Flags,
        running: Flags,
        heats: Booleans,
        called: Booleans,
        air: Numbers,
        error: Numbers,
        unit: Numbers,
        watts: Numbers,
        outdoor: Numbers,
        window_open: Flags,
    ) -> None:
        """One minute of all rooms. `error` = air minus setpoint, `unit` what the unit's own sensor
        reads; `passed` minutes since the last."""
        works = np.where(np.isfinite(watts), watts > RUNNING_WATTS, running == 1)
        off_by = np.where(heats, -error, error)
        arms = called & (self._rested >= REST_MINUTES) & (off_by >= LEAST_ERROR_KELVIN)
        arms &= ~np.isfinite(self._armed_since) & ~np.isfinite(self._began) & np.isfinite(air)
        self._armed_since[arms] = minute
        self._heats[arms] = heats[arms]
        broken = ~called | (window_open == 1) | (heats != self._heats) | ~np.isfinite(air)
        broken |= minute - self._armed_since > LATEST_START_MINUTES
        self._armed_since[broken] = np.nan
        begins = np.isfinite(self._armed_since) & works
        self._began[begins] = minute
        self._start_air[begins] = air[begins]
        self._start_unit[begins] = unit[begins]
        self._watt_hours[begins] = 0.0
        self._armed_since[begins] = np.nan
        self._rested = np.where(works, 0.0, self._rested + passed)

        under_way = np.isfinite(self._began)
        lost = under_way & (~called | (window_open == 1) | (heats != self._heats))
        self._began[lost] = np.nan
        under_way &= ~lost
        if not under_way.any():
            return
        self._watt_hours += np.where(under_way & ~begins, watts * passed / 60.0, 0.0)
        done = under_way & (minute - self._began >= RAMP_MINUTES)
        if done.any():
            self._close(minute, np.flatnonzero(done), air, unit, outdoor)

    def _close(
        self, minute: float, rooms: NDArray[np.intp], air: Numbers, unit: Numbers, outdoor: Numbers
    ) -> None:
        heats = self._heats[rooms]
        moved = (air[rooms] - self._start_air[rooms]) * np.where(heats, 1.0, -1.0)
        watt_hours, outside = self._watt_hours[rooms], outdoor[rooms]
        metered = np.isfinite(watt_hours)
        share = np.where(
            heats,
            1.0 + HEATING_GAIN_PER_KELVIN * (outside - 7.0),
            1.0 - COOLING_LOSS_PER_KELVIN * (outside - 35.0),
        )
        share = np.clip(np.where(np.isfinite(share), share, 1.0), 0.5, 1.6)
        drive = np.where(metered, watt_hours * share / 1000.0, RAMP_MINUTES / 60.0)
        # Two sensors of one room that disagree on which way it went: one of them is at fault, not the unit.
        by_unit = (unit[rooms] - self._start_unit[rooms]) * np.where(heats, 1.0, -1.0)
        agree = ~((by_unit >= 1.0) & (moved < DISAGREE_SHARE * by_unit))
        counts = np.isfinite(moved) & agree & (~metered | (watt_hours >= LEAST_WATT_HOURS))
        self._began[rooms] = np.nan
        rooms_all, rooms = rooms, rooms[counts]
        if not len(rooms):
            return
        for kept, new in (
            (self.effects, (moved / drive)[counts]),
            (self.progress, moved[counts]),
            (self.at, np.full(len(rooms), minute)),
            (self.heating, heats[counts]),
            (self.metered, metered[counts]),
            (self.power, np.log(np.maximum(watt_hours, 1.0))[counts]),
            (self.against, ((outside - self._start_air[rooms_all]) * np.where(heats, -1.0, 1.0))[counts]),
        ):
            kept[:-1, rooms] = kept[1:, rooms]
            kept[-1, rooms] = new

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

    def share_of_own(
        self, newest: int, since: float, least_before: int
    ) -> tuple[Numbers, Numbers, NDArray[np.int64]]:
        """The newest ramps' effect against the room's own before them.

        Only ramps of the direction of the newest count, metered like it.

        Args:
            newest: how many make the one side. since: minute from which others make the other side.
            least_before: so many others are needed, else NaN.

        Returns:
            (share of its own baseline, relative spread of one ramp around the baseline, ramps since the
            baseline ends).
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
        effects = self._alike_effects(before)
        base = _median(effects, before, least_before)
        now = _mean(effects, recent, newest)
        spread = 1.4826 * _median(np.abs(effects - base), before, least_before)
        return np.exp(now - base), spread, recent.sum(axis=0)

    def _alike_effects(self, before: Booleans) -> Numbers:
        """Logarithms of the effects, as if all ramps had been equally hard.

        A unit at part load does more with its electricity, and a hot day takes some of what it does. How
        much, all rooms of the house tell together: least squares over their ramps, each against its own
        room's mean (fixed effects).
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            effects: Numbers = np.log(np.maximum(self.effects, 1e-3))
        told = before & np.isfinite(self.power) & np.isfinite(self.against)
        if told.sum() < FEWEST_RAMPS_OF_HOUSE:
            return effects
        columns = [
            np.where(told, values - _mean(values, told, 1), 0.0)[told]
            for values in (self.power, self.against, effects)
        ]
        slopes, *_ = np.linalg.lstsq(np.stack(columns[:2], axis=1), columns[2], rcond=None)
        power = float(np.clip(slopes[0], *POWER_SLOPES))
        against = float(np.clip(slopes[1], *AGAINST_SLOPES))
        hardness = power * (self.power - _mean(self.power, told, 1))
        hardness += against * (self.against - _mean(self.against, told, 1))
        alike: Numbers = effects - np.where(np.isfinite(hardness), hardness, 0.0)
        return alike


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
