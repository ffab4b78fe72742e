"""How far the air goes back when a unit stops: the room's own yardstick for a unit that does not really stop.

A unit that has worked for half an hour held the air away from the walls and the outdoors by what it gave;
when it is switched off the air goes back by about that much within half an hour, whatever the day is like
otherwise. The *effect* is kelvins gone back for what the unit drew (watts on average, or the share of minutes
at work where nothing meters it). A valve that leaks, or a relay that sticks behind the meter, holds the air
where it was. Nothing is kept of a unit that did not reach its setpoint (it held nothing), nor of a rest with
an open window in it or within the hour before.

On the simulated hotel of `bench faults` the effects of 6 800 rests of healthy units lie at 0.66-1.4 of their
room's own median for nine of ten, those of leaking ones at 0.33 and below.

Pure, arrays over rooms. Minutes since the epoch in hotel time.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maintenance.rings import Pairs, Ring, take_over
from maintenance.samples import OFF, UNKNOWN, Numbers, RoomSample

Booleans = NDArray[np.bool_]

KEPT: Final = 12
OWN_RESTS: Final = 3
HOUSE_RESTS: Final = 20
# Of the house's median so much is expected of a room that is not known: rooms differ by a third.
HOUSE_SHARE: Final = 0.6
REST_MINUTES: Final = 30.0
WORKED_MINUTES: Final = 30
# Of the minutes before; a sensor's gap does not spoil a rest.
WORKED_SEEN: Final = 25
BEGINNING_MINUTES: Final = 3
# Air that came in at a window leaves the walls alone for a while: the air then goes towards them.
AFTER_WINDOW_MINUTES: Final = 60.0
HEARD_MINUTES: Final = 15.0
# Further from its setpoint than that a unit holds nothing.
HELD_KELVIN: Final = 1.0
# Less is noise of its divisor: a unit that hardly worked held nothing.
LEAST_WATTS: Final = 80.0
LEAST_WORKED_SHARE: Final = 0.3


class Rest(NamedTuple):
    """What the newest rest came to, while the unit is still off: kelvins gone back, and kelvins expected.

    NaN where it is on, has not rested for long enough, or nobody can tell.
    """

    gone_kelvin: Numbers
    expected_kelvin: Numbers


class RestBook:
    """The last rests of each room; what is kept is (KEPT, rooms), newest last, NaN where there are none."""

    def __init__(self, rooms: int) -> None:
        self.effects = np.full((KEPT, rooms), np.nan)
        self.metered = np.zeros((KEPT, rooms), dtype=np.bool_)
        self._began = np.full(rooms, np.nan)
        self._drive = np.full(rooms, np.nan)
        self._by_meter = np.zeros(rooms, dtype=np.bool_)
        self._heats = np.zeros(rooms, dtype=np.bool_)
        self._start_air, self._start_unit = np.full(rooms, np.nan), np.full(rooms, np.nan)
        self._gone, self._expected = np.full(rooms, np.nan), np.full(rooms, np.nan)
        self._mode = np.full(rooms, UNKNOWN, dtype=np.int8)
        self._air, self._unit = np.full(rooms, np.nan), np.full(rooms, np.nan)
        self._moved_at = np.full(rooms, np.nan)
        self._heated, self._held = np.zeros(rooms, dtype=np.bool_), np.zeros(rooms, dtype=np.bool_)
        self._watts = Ring(WORKED_MINUTES, rooms, np.float64, np.nan)
        self._works = Ring(WORKED_MINUTES, rooms, np.float64, np.nan)
        self._airs = Ring(BEGINNING_MINUTES, rooms, np.float64, np.nan)
        self._units = Ring(BEGINNING_MINUTES, rooms, np.float64, np.nan)

    def take(
        self, minute: float, sample: RoomSample, heats: Booleans, error_kelvin: Numbers, window_since: Numbers
    ) -> None:
        """One minute of all rooms.

        Args:
            heats, error_kelvin: which way a unit that is on works, and how far it has to.
            window_since: minute of the last change of each window; NaN = none.
        """
        off, on = sample.mode == OFF, sample.mode > OFF
        shut = sample.window_open != 1
        begins = off & (self._mode > OFF) & shut & self._held
        begins &= ~(minute - window_since < AFTER_WINDOW_MINUTES)
        if begins.any():
            self._begin(minute, np.flatnonzero(begins))
        ends = ~off | ~shut
        for kept in (self._began, self._gone, self._expected):
            kept[ends] = np.nan
        # Whoever is off, or lets the weather in, has not held the air.
        holds = on & shut
        self._watts.put(np.where(holds, sample.watts, np.nan))
        self._works.put(np.where(holds & (sample.running != UNKNOWN), sample.running == 1, np.nan))
        self._airs.put(sample.air_celsius)
        self._units.put(sample.unit_celsius)
        self._heated = np.where(on, heats, self._heated)
        self._held = np.where(on, error_kelvin < HELD_KELVIN, self._held)
        self._mode = sample.mode
        changed = np.abs(sample.air_celsius - self._air) > 0.0
        changed |= np.abs(sample.unit_celsius - self._unit) > 0.0
        self._moved_at = np.where(changed, minute, self._moved_at)
        self._air, self._unit = sample.air_celsius, sample.unit_celsius
        done = (minute - self._began >= REST_MINUTES) & ~np.isfinite(self._gone)
        if done.any():
            self._close(minute, np.flatnonzero(done), sample)

    def _begin(self, minute: float, rooms: NDArray[np.intp]) -> None:
        watts, works = self._watts.all()[:, rooms], self._works.all()[:, rooms]
        drawn, worked = _mean(watts, WORKED_SEEN), _mean(works, WORKED_SEEN)
        by_meter = np.isfinite(drawn)
        enough = np.where(by_meter, drawn >= LEAST_WATTS, worked >= LEAST_WORKED_SHARE)
        self._began[rooms] = np.where(enough, minute, np.nan)
        self._drive[rooms] = np.where(by_meter, drawn, worked)
        self._by_meter[rooms] = by_meter
        self._heats[rooms] = self._heated[rooms]
        self._start_air[rooms] = _mean(self._airs.all()[:, rooms], 1)
        self._start_unit[rooms] = _mean(self._units.all()[:, rooms], 1)
        self._gone[rooms] = self._expected[rooms] = np.nan

    def _close(self, minute: float, rooms: NDArray[np.intp], sample: RoomSample) -> None:
        back = np.where(self._heats[rooms], -1.0, 1.0)
        # One sensor that stands still makes no leaking valve: what the other one shows counts.
        gone = np.fmax(
            (sample.air_celsius[rooms] - self._start_air[rooms]) * back,
            (sample.unit_celsius[rooms] - self._start_unit[rooms]) * back,
        )
        # Two sensors that repeat themselves to the last digit were not heard meanwhile.
        gone = np.where(minute - self._moved_at[rooms] <= HEARD_MINUTES, gone, np.nan)
        base = self._base()[rooms]
        self._gone[rooms] = np.where(np.isfinite(gone), gone, np.inf)
        self._expected[rooms] = base * self._drive[rooms]
        effect = gone / self._drive[rooms]
        # What does not go back at all is no yardstick for what comes after it.
        counts = np.isfinite(effect) & ~(effect < 0.5 * base)
        kept = rooms[counts]
        self.effects[:-1, kept], self.metered[:-1, kept] = self.effects[1:, kept], self.metered[1:, kept]
        self.effects[-1, kept], self.metered[-1, kept] = effect[counts], self._by_meter[kept]

    def _base(self) -> Numbers:
        """Each room's own median effect; of all rooms, where it has too few of its own."""
        alike = np.isfinite(self.effects) & (self.metered == self._by_meter)
        own = _median(np.where(alike, self.effects, np.nan), OWN_RESTS)
        for by_meter in (False, True):
            known = self.effects[np.isfinite(self.effects) & (self.metered == by_meter)]
            house = float(np.median(known)) if len(known) >= HOUSE_RESTS else np.nan
            own = np.where(np.isfinite(own) | (self._by_meter != by_meter), own, HOUSE_SHARE * house)
        return own

    def newest(self) -> Rest:
        """Of the rest that each room's unit is in."""
        return Rest(np.where(np.isfinite(self._gone), self._gone, np.nan), self._expected)

    def carry_over(self, before: RestBook, rooms: Pairs) -> None:
        """Take over what another book knows of the rooms that are in both."""
        for name, kept in vars(before).items():
            if isinstance(kept, Ring):
                getattr(self, name).take_over(kept, rooms)
            else:
                take_over(getattr(self, name), kept, rooms)


def _mean(rows: NDArray[np.generic], least: int) -> Numbers:
    values = rows.astype(np.float64)
    known = np.isfinite(values)
    count = known.sum(axis=0)
    mean = np.where(known, values, 0.0).sum(axis=0) / np.maximum(count, 1)
    return np.where(count >= least, mean, np.nan)


def _median(values: Numbers, least: int) -> Numbers:
    count = np.isfinite(values).sum(axis=0)
    ordered = np.sort(values, axis=0)  # unknown last
    columns = np.arange(values.shape[1])
    low = ordered[np.maximum(0, (count - 1) // 2), columns]
    high = ordered[np.minimum(len(values) - 1, count // 2), columns]
    return np.where(count >= least, (low + high) / 2, np.nan)
