"""At night each room's model is fitted to its last days, a few rooms at a time, in a worker process.

The prior that a room's fit is drawn to is the middle of the rooms of its type that speak for themselves:
so a room that could hardly be learned from (sold every night) becomes like its neighbours, not like any.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from controller.core import Core
from controller.outlook import Numbers
from controller.ports import HeavyWork, RoomSeries
from controller.room_fit import FRAME_SECONDS, MOST_FRAMES, Fitted, Frames, fit_room, middle_of
from controller.room_model import TYPICAL_AREA_SQUARE_METRES, prior
from controller.room_models import RoomModels
from controller.sun import sun_over, usual_place
from hotel.errors import Refused

log = logging.getLogger(__name__)

# Local hours in which nobody waits for the machine.
FROM_HOUR, UNTIL_HOUR = 1, 6
DAYS = 10
ROOMS_A_BEAT = 10
FIT_SECONDS = 30.0
POINTS_A_DAY = 2000
AGAIN_AFTER = timedelta(hours=18)
# A frame is one of its own, or at most this old.
HELD_FRAMES = 2


class NightlyFit:
    """Finds rooms whose turn it is and takes over what their fits bring."""

    def __init__(self, core: Core, models: RoomModels, series: RoomSeries | None, heavy: HeavyWork) -> None:
        self._core = core
        self._models = models
        self._series = series
        self._heavy = heavy

    def beat(self) -> int:
        """Fit a few rooms when it is night; returns how many were looked at."""
        if self._series is None or not self._core.loaded:
            return 0
        now = self._core.clock.now()
        if not FROM_HOUR <= now.astimezone(self._core.register.zone).hour < UNTIL_HOUR:
            return 0
        with self._core.lock:
            due = [
                number
                for number in self._models.learner.numbers
                if (last := self._models.fitted_at.get(number)) is None or abs(now - last) >= AGAIN_AFTER
            ][:ROOMS_A_BEAT]
        for number in due:
            self._fit(number, now)
        if due:
            self._models.save()
        return len(due)

    def _fit(self, number: str, now: datetime) -> None:
        frames = self._frames(number, now)
        with self._core.lock:
            before = self._models.learner.parameters_of(number)
            alike = self._models.learner.alike(number)
            self._models.fitted_at[number] = now
        if before is None or frames is None:
            return
        usual = prior(np.array([TYPICAL_AREA_SQUARE_METRES])) if alike is None else middle_of(alike)
        try:
            fitted: Fitted | None = self._heavy.run(
                fit_room, frames, usual, before, timeout_seconds=FIT_SECONDS
            )
        except Refused as refused:
            log.warning("controller: the model of a room was not fitted: %s", refused)
            return
        if fitted is not None:
            with self._core.lock:
                self._models.learner.refit(number, fitted.parameters, fitted.covariance)

    def _frames(self, number: str, now: datetime) -> Frames | None:
        """The room's last days in five-minute frames; None when there is next to nothing."""
        assert self._series is not None
        begin = now - timedelta(days=DAYS)
        own = self._days(number, ("felt_celsius", "heat_share", "curtain_closed"), begin, now)
        house = self._days(None, ("felt_outdoor_celsius", "sun_watts"), begin, now)
        celsius = own["felt_celsius"]
        if np.isfinite(celsius).sum() < 288:
            return None
        share, curtain = own["heat_share"], own["curtain_closed"]
        taught = np.isfinite(share) & (np.abs(share) <= 1.0)
        outdoor, light = house["felt_outdoor_celsius"], house["sun_watts"]
        place = self._core.settings.place or usual_place(now, self._core.register.zone)
        seconds = np.arange(MOST_FRAMES, dtype=np.float64) * FRAME_SECONDS
        return Frames(
            celsius=celsius,
            outdoor_celsius=outdoor,
            irradiance=np.where(np.isfinite(light), light, 0.0),
            east=sun_over(begin, seconds, place)[1],
            curtain_closed=np.where(np.isfinite(curtain), curtain, 0.0),
            heat_share=np.where(taught, share, 0.0),
            taught=taught,
        )

    def _days(
        self, room: str | None, names: Sequence[str], begin: datetime, end: datetime
    ) -> Mapping[str, Numbers]:
        """Series in frames, NaN where nothing was measured; day by day, for only a day comes unthinned."""
        assert self._series is not None
        found = {name: np.full(MOST_FRAMES, np.nan) for name in names}
        for day in range(DAYS):
            start = begin + timedelta(days=day)
            told = self._series.series(room, names, start, min(start + timedelta(days=1), end), POINTS_A_DAY)
            for name in names:
                for at, value in told.get(name, ()):
                    index = int((at - begin).total_seconds() // FRAME_SECONDS)
                    if value is not None and 0 <= index < MOST_FRAMES:
                        found[name][index] = value
        return {name: _held(values) for name, values in found.items()}


def _held(values: Numbers) -> Numbers:
    """A frame that was missed by a hair holds what stood before it."""
    filled = values.copy()
    for _ in range(HELD_FRAMES):
        gaps = np.isnan(filled)
        gaps[0] = False
        filled[gaps] = np.roll(filled, 1)[gaps]
    return filled
