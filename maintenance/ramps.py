"""How far each unit brings its room in the first minutes of a full call: the room's own yardstick.

A ramp begins when a rested unit is called at least `LEAST_ERROR_KELVIN` off its setpoint and starts to
work; it is measured for `RAMP_MINUTES`. Its *effect* is kelvins moved for what was put in: electricity
where it is metered, corrected for what a unit delivers at another outdoor temperature, else time. The
ratio of two effects of one room is, but for the load, the ratio of the unit's capacities; the room's size
and its sensor's lag are in both and fall out. Nothing is kept of a ramp with an open window.

Pure, arrays over rooms. Minutes since the epoch in hotel time.
"""

from __future__ import annotations

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
        self._rested = np.zeros(rooms)
        self._armed_since = np.full(rooms, np.nan)
        self._began = np.full(rooms, np.nan)
        self._start_air = np.full(rooms, np.nan)
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
        watts: Numbers,
        outdoor: Numbers,
        window_open: Flags,
    ) -> None:
        """One minute of all rooms. `error` = air minus setpoint; `passed` minutes since the last."""
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
            self._close(minute, np.flatnonzero(done), air, outdoor)

    def _close(self, minute: float, rooms: NDArray[np.intp], air: Numbers, outdoor: Numbers) -> None:
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
        counts = np.isfinite(moved) & (~metered | (watt_hours >= LEAST_WATT_HOURS))
        self._began[rooms] = np.nan
        rooms = rooms[counts]
        if not len(rooms):
            return
        for kept, new in (
            (self.effects, (moved / drive)[counts]),
            (self.progress, moved[counts]),
            (self.at, np.full(len(rooms), minute)),
            (self.heating, heats[counts]),
            (self.metered, metered[counts]),
        ):
            kept[:-1, rooms] = kept[1:, rooms]
            kept[-1, rooms] = new

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
        alike = (self.heating == self.heating[-1]) & (self.metered == self.metered[-1])
        alike &= np.isfinite(self.effects) & np.isfinite(self.at)
        # Rank from the newest: 1, 2, 3 …
        rank = np.cumsum(alike[::-1], axis=0)[::-1]
        recent = alike & (rank <= newest) & (rank >= 1)
        before = alike & (rank > newest) & (self.at >= since)
        base = _median(self.effects, before, least_before)
        now = _mean(self.effects, recent, newest)
        spread = 1.4826 * _median(np.abs(self.effects - base), before, least_before)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(base > 0, now / base, np.nan)
            relative = np.where(base > 0, spread / base, np.nan)
        return share, relative, recent.sum(axis=0)


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
