"""At night arrivals are compared with what would have been: a few at a time, in a worker process."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from controller import arrivals_store
from controller.comfort import setback_limits
from controller.core import Core
from controller.counterfactual import FRAME_SECONDS, MOST_FRAMES, Stretch, doubts, savings
from controller.nightly_fit import FROM_HOUR, UNTIL_HOUR
from controller.outlook import Numbers
from controller.ports import HeavyWork, RoomSeries
from controller.records import Saving
from controller.room_models import RoomModels
from controller.store import ArrivalRow
from controller.sun import sun_over, usual_place
from hotel.errors import Refused

log = logging.getLogger(__name__)

ARRIVALS_A_BEAT = 10
COMPARED_WITHIN = timedelta(days=7)
COMPARE_SECONDS = 30.0
LEAST_FRAMES = 6
# Of the weather so much must have been recorded.
LEAST_KNOWN_SHARE = 0.8
POINTS_A_DAY = 2000


class NightlyComparison:
    """Finds arrivals that were not compared yet, and writes down what their preparation saved."""

    def __init__(self, core: Core, models: RoomModels, series: RoomSeries | None, heavy: HeavyWork) -> None:
        self._core = core
        self._models = models
        self._series = series
        self._heavy = heavy

    def beat(self) -> int:
        """Compare a few arrivals when it is night; returns how many."""
        now = self._core.clock.now()
        hour = now.astimezone(self._core.register.zone).hour
        if self._series is None or not self._core.loaded or not FROM_HOUR <= hour < UNTIL_HOUR:
            return 0
        property_id = self._core.database.property_id
        with self._core.database.read() as session:
            rows = arrivals_store.uncompared_arrivals(
                session, property_id, now - COMPARED_WITHIN, now, ARRIVALS_A_BEAT
            )
        found = [(row.stay_id, self._compared(row, now)) for row in rows]
        if found:
            with self._core.database.write() as tx:
                for stay_id, saved in found:
                    arrivals_store.write_comparison(tx.session, property_id, stay_id, now, saved)
        return len(found)

    def _compared(self, row: ArrivalRow, now: datetime) -> tuple[Saving, Saving] | None:
        """What it saved; None where too little is known. No figure is better than a guess."""
        stretch = self._stretch(row)
        if stretch is None:
            return None
        try:
            return self._heavy.run(savings, stretch, timeout_seconds=COMPARE_SECONDS)
        except Refused as refused:
            log.warning("controller: an arrival was not compared: %s", refused)
            return None

    def _stretch(self, row: ArrivalRow) -> Stretch | None:
        if row.vacant_since is None or row.begun_at is None or row.season is None:
            return None
        begin = max(row.vacant_since, row.at - timedelta(seconds=FRAME_SECONDS * MOST_FRAMES))
        frames = _frame(row.at, begin)
        if frames < LEAST_FRAMES:
            return None
        told = self._told(None, ("felt_outdoor_celsius", "sun_watts"), begin, row.at, frames)
        outdoor, light = told["felt_outdoor_celsius"], told["sun_watts"]
        curtain = self._told(row.room, ("curtain_closed",), begin, row.at, frames)["curtain_closed"]
        if np.isfinite(outdoor).mean() < LEAST_KNOWN_SHARE:
            return None
        policy = self._core.settings.climate
        heating = row.season == "heating"
        with self._core.lock:
            room = self._core.register.rooms.get(row.room)
            if room is None or row.room not in self._models.learner:
                return None
            parameters = doubts(self._models.learner.states, self._models.learner.numbers.index(row.room))
            equipment = room.equipment
            depth = room.outlook.recoverable_kelvin(policy.recover_minutes) if room.outlook else None
        mean = float(np.nanmean(outdoor))
        low, high = setback_limits(depth, "heating" if heating else "cooling", policy)
        place = self._core.settings.place or usual_place(row.at, self._core.register.zone)
        seconds = np.arange(frames, dtype=np.float64) * FRAME_SECONDS
        fixed_at = row.eta - timedelta(minutes=policy.fixed_minutes)
        return Stretch(
            parameters=parameters,
            outdoor_celsius=_filled(outdoor, mean),
            irradiance=_filled(light, 0.0),
            east=sun_over(begin, seconds, place)[1],
            target_celsius=row.wanted_celsius,
            heating=heating,
            low_celsius=low,
            high_celsius=high,
            begun_frame=_frame(row.begun_at, begin),
            curtain_closed=_filled(curtain, 0.0),
            finish_frame=_finish_frame(row, begin, frames),
            hold_kelvin=policy.hold_kelvin,
            fixed_frame=_frame(fixed_at, begin),
            efficiency=equipment.heating_efficiency(mean) if heating else equipment.cooling_efficiency(mean),
        )

    def _told(
        self, room: str | None, names: Sequence[str], begin: datetime, end: datetime, frames: int
    ) -> dict[str, Numbers]:
        """Series in frames; NaN where nothing was recorded."""
        assert self._series is not None
        found = {name: np.full(frames, np.nan) for name in names}
        start = begin
        while start < end:
            until = min(start + timedelta(days=1), end)
            told = self._series.series(room, names, start, until, POINTS_A_DAY)
            for name in names:
                for at, value in told.get(name, ()):
                    index = _frame(at, begin)
                    if value is not None and 0 <= index < frames:
                        found[name][index] = value
            start = until
        return found


def _finish_frame(row: ArrivalRow, begin: datetime, frames: int) -> int:
    """Until when the room was held off its target; 0 when it went in one stage."""
    if row.begun_code != "two_stages":
        return 0
    held_until = (row.begun_values or {}).get("held_until")
    return frames if held_until is None else _frame(datetime.fromisoformat(held_until), begin)


def _frame(at: datetime, begin: datetime) -> int:
    return max(0, int((at - begin).total_seconds() // FRAME_SECONDS))


def _filled(values: Numbers, otherwise: float) -> Numbers:
    """Gaps hold what lies around them."""
    known = np.isfinite(values)
    if not known.any():
        return np.full(len(values), otherwise)
    places = np.arange(len(values))
    return np.interp(places, places[known], values[known])
