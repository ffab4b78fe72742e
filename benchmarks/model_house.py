"""The room's model in the product's own wiring: how well does a house foresee its rooms after a week?

A virtual hotel (`benchmarks.harness`: real services, real payloads, the simulated world) lives eight days
with its nightly fit. Every half hour it is noted where each room that is left alone will be in 60 minutes;
what is right is the simulator's own air with the sensor's bias, for nobody can know that. A note counts
when the room was left alone for the whole hour: nobody in, nothing begun, its window shut. Rooms that drift
freely are told apart from those that the house meanwhile holds at their setback limits, or dries. Beside it
stands the floor: what the sensor itself says at that minute (noise, steps, lag), and the bias that was taken
out. And it is looked how long a room that nobody has is damp.

So that a week takes minutes, the quiet house looks around once a minute and not four times, and its desk
every ten; while commands are under way it moves in seconds as ever.

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
from typing import Literal

import numpy as np

from benchmarks.harness.virtual_hotel import HotelOptions, VirtualHotel, local_start
from benchmarks.report import BenchReport, Figure, Options, at_most
from controller.ports import Sample
from controller.readings import Climate
from gateway.workers import AtOnce

TIMEZONE = "Asia/Shanghai"
WINTER = frozenset({"harbin"})
STEP_SECONDS, DESK_SECONDS = 60.0, 600.0
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


# What a room did in the hour that was foreseen: its unit off all the time, drying now and then, or else.
_Done = Literal["drift freely", "are held", "are dried"]
DONE: tuple[_Done, ...] = ("drift freely", "are held", "are dried")


@dataclass(slots=True)
class _Note:
    room: str
    due: datetime
    celsius: float
    done: _Done = "drift freely"


@dataclass(frozen=True, slots=True)
class _Found:
    """What came of a forecast. `sensor`: what the sensor was off at that minute; both without the bias."""

    error: float
    done: _Done
    sensor: float | None
    bias: float


@dataclass(slots=True)
class _Watch:
    """Notes what is foreseen and what came of it (said − true), by day."""

    hotel: VirtualHotel
    began: datetime
    notes: list[_Note] = field(default_factory=list)
    found: dict[int, list[_Found]] = field(default_factory=dict)
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
            mode = alone[note.room].mode
            if mode == "dry":
                note.done = "are dried"
            elif mode not in ("off", None) and note.done == "drift freely":
                note.done = "are held"
        due = [note for note in self.notes if note.due <= now]
        self.notes = [note for note in self.notes if note.due > now]
        for note in due:
            truth = self.hotel.world.truth(note.room)
            felt = truth.air_celsius + truth.sensor_bias_celsius
            sensed = alone[note.room].temperature_celsius
            self.found.setdefault((now - self.began) // timedelta(days=1), []).append(
                _Found(
                    note.celsius - felt,
                    note.done,
                    None if sensed is None else sensed - felt,
                    truth.sensor_bias_celsius,
                )
            )
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

    def _alone(self) -> dict[str, Climate]:
        """Rooms that rest, with nobody in and the window shut."""
        numbers = [plan.number for plan in self.hotel.world.plans]
        climates = self.hotel.house.controller.climates(numbers)
        return {
            number: climates[number]
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
        settings = HotelOptions(
            options.seed,
            asked.rooms,
            start,
            TIMEZONE,
            asked.climate,
            "live",
            step_seconds=STEP_SECONDS,
            desk_seconds=DESK_SECONDS,
        )
        hotel = VirtualHotel(settings, Path(folder), series, series, AtOnce())
        watch = _Watch(hotel, hotel.clock.now())
        for hour in range(max(1, round(asked.days * 24))):
            options.progress(f"day {1 + hour // 24}", hour / (asked.days * 24))
            hotel.run_until(start + timedelta(hours=hour + 1), watch)
            hotel.house.controller.fit_rooms()
        hotel.close()
    figures = _figures(watch)
    damp = watch.longest_damp.total_seconds() / 3600
    figures.append(at_most("longest that a vacant room was above 65 % RH", damp, "h", MOST_DAMP_HOURS))
    figures.append(
        Figure("processor time a virtual day", (time.process_time() - processor) / asked.days, "s")
    )
    return BenchReport("model_house", options.seed, figures)


def _figures(watch: _Watch) -> list[Figure]:
    """By day, then of the last day by what the rooms did, and what no forecast can be better than."""
    if not watch.found:
        return []
    last = max(watch.found)
    figures = [
        Figure(f"60-minute forecast RMSE on day {day + 1}", _rmse([one.error for one in found]), "K")
        for day, found in sorted(watch.found.items())
    ]
    day = f"on day {last + 1}"
    for name in DONE:
        errors = [one.error for one in watch.found[last] if one.done == name]
        if errors:
            figures.append(
                at_most(f"60-minute forecast RMSE {day}, rooms that {name}", _rmse(errors), "K", GOAL_KELVIN)
            )
            figures.append(Figure(f"the same, mean error of rooms that {name}", float(np.mean(errors)), "K"))
        figures.append(Figure(f"forecasts counted {day}, rooms that {name}", len(errors), ""))
        later = (one for day in watch.found if day > 0 for one in watch.found[day])
        week = [one.error for one in later if one.done == name]
        if week:
            figures.append(Figure(f"RMSE from day 2 on, rooms that {name}", _rmse(week), "K"))
    everything = [one for found in watch.found.values() for one in found]
    sensed = [one.sensor for one in everything if one.sensor is not None]
    if sensed:
        figures.append(Figure("floor: what the sensors themselves are off", _rmse(sensed), "K"))
    biases = [one.bias for one in everything]
    figures.append(Figure("bias of the sensors, taken out above", _rmse(biases), "K"))
    return figures


def _rmse(errors: Sequence[float]) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))
