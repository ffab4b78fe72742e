"""The room's model in the product's own wiring: how well does a house foresee its rooms after a week?

A virtual hotel (`benchmarks.harness`: real services, real payloads, the simulated world) lives eight days
with its nightly fit. Every half hour it is noted where each room that is left alone will be in 60 minutes;
what is right is the simulator's own air with the sensor's bias, for nobody can know that. A note counts
when the room was left alone for the whole hour: nobody in, nothing begun, its window shut. Rooms that drift
freely are told apart from those that the house meanwhile holds at their setback limits. And it is looked
how long a room that nobody has is damp.

Options: --rooms N, --days N, --climate NAME (harbin is run in January, the others in July).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.harness.virtual_hotel import HotelOptions, VirtualHotel, local_start
from benchmarks.report import BenchReport, Figure, Options, at_most
from controller.ports import Sample
from gateway.workers import AtOnce

TIMEZONE = "Asia/Shanghai"
WINTER = frozenset({"harbin"})
ASKED_EVERY_MINUTES, AHEAD_MINUTES = 30, 60
GOAL_KELVIN = 0.3
DAMP_PERCENT, MOST_DAMP_HOURS = 65.0, 3.0
# The simulator's rooms begin as a house without any control has them.
SETTLING = timedelta(hours=12)
# The nightly fit reads these and no others.
KEPT = frozenset({"felt_celsius", "heat_share", "curtain_closed", "felt_outdoor_celsius", "sun_watts"})


class KeptSeries:
    """A time series in memory, as long as the run."""

    def __init__(self) -> None:
        self._values: dict[tuple[str | None, str], tuple[list[datetime], list[float]]] = {}

    def record(self, samples: list[Sample]) -> None:
        for sample in samples:
            if sample.device_key == "model" and sample.property in KEPT:
                moments, values = self._values.setdefault((sample.room, sample.property), ([], []))
                moments.append(sample.at)
                values.append(sample.value)

    def series(
        self, room: str | None, properties: Sequence[str], start: datetime, end: datetime, most_points: int, /
    ) -> dict[str, list[tuple[datetime, float | None]]]:
        found: dict[str, list[tuple[datetime, float | None]]] = {}
        for name in properties:
            moments, values = self._values.get((room, name), ([], []))
            first, last = bisect_left(moments, start), bisect_left(moments, end)
            found[name] = list(zip(moments[first:last], values[first:last], strict=True))
        return found


@dataclass(slots=True)
class _Note:
    room: str
    due: datetime
    celsius: float
    drifts: bool = True


@dataclass(slots=True)
class _Watch:
    """Notes what is foreseen and what came of it; errors (said − true) by day."""

    hotel: VirtualHotel
    began: datetime
    notes: list[_Note] = field(default_factory=list)
    errors: dict[int, list[float]] = field(default_factory=dict)
    drifting: dict[int, list[float]] = field(default_factory=dict)
    asked_at: datetime | None = None
    # Since when the air of rooms that nobody has is damp, and the longest that it was.
    damp_since: dict[str, datetime] = field(default_factory=dict)
    longest_damp: timedelta = timedelta()

    def __call__(self) -> None:
        now = self.hotel.clock.now()
        self._look_for_damp(now)
        alone = self._alone()
        self.notes = [note for note in self.notes if note.room in alone]
        for note in self.notes:
            note.drifts = note.drifts and alone[note.room]
        due = [note for note in self.notes if note.due <= now]
        self.notes = [note for note in self.notes if note.due > now]
        for note in due:
            truth = self.hotel.world.truth(note.room)
            error = note.celsius - truth.air_celsius - truth.sensor_bias_celsius
            day = (now - self.began) // timedelta(days=1)
            self.errors.setdefault(day, []).append(error)
            if note.drifts:
                self.drifting.setdefault(day, []).append(error)
        if self.asked_at is not None and now - self.asked_at < timedelta(minutes=ASKED_EVERY_MINUTES):
            return
        self.asked_at = now
        ahead = timedelta(minutes=AHEAD_MINUTES)
        for room in alone:
            points = {at: middle for at, _, middle, _ in self.hotel.house.controller.forecast(room)}
            if now + ahead in points:
                self.notes.append(_Note(room, now + ahead, points[now + ahead]))

    def _look_for_damp(self, now: datetime) -> None:
        for plan in self.hotel.world.plans:
            truth = self.hotel.world.truth(plan.number)
            if truth.let or truth.people or truth.humidity_percent <= DAMP_PERCENT:
                self.damp_since.pop(plan.number, None)
                continue
            since = self.damp_since.setdefault(plan.number, now)
            if now - self.began >= SETTLING:
                self.longest_damp = max(self.longest_damp, now - max(since, self.began + SETTLING))

    def _alone(self) -> dict[str, bool]:
        """Rooms that rest, with nobody in and the window shut; whether the unit is off."""
        numbers = [plan.number for plan in self.hotel.world.plans]
        climates = self.hotel.house.controller.climates(numbers)
        return {
            number: climates[number].mode in ("off", None)
            for number in numbers
            if climates[number].phase == "unoccupied"
            and not climates[number].window_open
            and self.hotel.world.truth(number).people == 0
        }


def run(options: Options) -> BenchReport:
    """Let the hotel live and hold what it foresaw against what came."""
    parser = argparse.ArgumentParser(prog="innkeeper bench model_house", add_help=False)
    parser.add_argument("--rooms", type=int, default=2 if options.quick else 6)
    parser.add_argument("--days", type=float, default=0.25 if options.quick else 8.0)
    parser.add_argument("--climate", default="shanghai")
    asked = parser.parse_args(options.extra)
    start = local_start(2026, 1 if asked.climate in WINTER else 7, 14, 10, TIMEZONE)
    series, processor = KeptSeries(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        hotel = VirtualHotel(
            HotelOptions(options.seed, asked.rooms, start, TIMEZONE, asked.climate, "live"),
            Path(folder),
            series,
            series,
            AtOnce(),
        )
        watch = _Watch(hotel, hotel.clock.now())
        for hour in range(max(1, round(asked.days * 24))):
            options.progress(f"day {1 + hour // 24}", hour / (asked.days * 24))
            hotel.run_until(start + timedelta(hours=hour + 1), watch)
            hotel.house.controller.fit_rooms()
        hotel.close()
    last = max(watch.errors, default=0)
    figures = [
        Figure(f"60-minute forecast RMSE on day {day + 1}", _rmse(errors), "K")
        for day, errors in sorted(watch.errors.items())
        if day != last
    ]
    errors = watch.errors.get(last, [])
    if errors:
        figures.append(at_most(f"60-minute forecast RMSE on day {last + 1}", _rmse(errors), "K", GOAL_KELVIN))
    figures.append(Figure(f"forecasts counted on day {last + 1}", len(errors), ""))
    damp = watch.longest_damp.total_seconds() / 3600
    figures.append(at_most("longest that a vacant room was above 65 % RH", damp, "h", MOST_DAMP_HOURS))
    free = [error for day in watch.drifting if day > 0 for error in watch.drifting[day]]
    if free:
        figures.append(Figure("the same of rooms that drift freely, from day 2 on", _rmse(free), "K"))
    figures.append(
        Figure("processor time a virtual day", (time.process_time() - processor) / asked.days, "s")
    )
    return BenchReport("model_house", options.seed, figures)


def _rmse(errors: Sequence[float]) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))
