"""The room's model: how well does it foresee, and how soon has it learned to?

Rooms of an independent physics (`model_rooms`: ISO 13790's 5R1C with an air node, units that slow down,
sensors that lag, round and are wrong) live a hotel's days in four climates: let out deep while vacant,
brought back at full power on two thirds of the days, slept in, aired now and then. The product's own filter
sees what sensors tell each minute, and nothing else; it is asked every half hour where each vacant room
will be in 60 minutes, and at each start how long it will take. "True" is the air plus the sensor's bias,
for nobody can know that.

What weather comes is known here: `comfort` has forecasts that err. Options: --rooms N, --days N,
--climate NAME (hot-humid, hot-dry, cold, mild).
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from benchmarks.model_rooms import CLIMATES, Climate, Life, Rooms, Thermostats, Weather, make_rooms
from benchmarks.report import BenchReport, Figure, Options, at_least, at_most, quantile
from controller.foresight import outlooks
from controller.outlook import Numbers, Outlook
from controller.ramp_watch import Goal, watch_ramps
from controller.room_ahead import Asked, WeatherAhead
from controller.room_beliefs import RoomStates, start_from_prior
from controller.room_filter import Inputs, predict, update

START = datetime(2026, 7, 14, 0, 0, tzinfo=UTC)
DAY = 1440
ASKED_EVERY = 30
AHEAD_MINUTES = 60
WITHIN_KELVIN = 0.3
# A ramp that takes longer than this could not be waited for.
LONGEST_RAMP = 400
NINE_OF_TEN = 1.2816
EFFICIENCY = 3.0


@dataclass(slots=True)
class _Ramp:
    room: int
    began: int
    said: float
    deviation: float
    took: float | None = None


@dataclass(slots=True)
class Foreseen:
    """What one climate's run came to; errors are said − true."""

    climate: str
    # By day: 60-minute errors in K, and whether they lay between p10 and p90.
    errors: dict[int, list[float]] = field(default_factory=dict)
    within: dict[int, list[bool]] = field(default_factory=dict)
    ramps: list[_Ramp] = field(default_factory=list)

    def rmse(self, day: int) -> float:
        errors = self.errors.get(day, [])
        return float(np.sqrt(np.mean(np.square(errors)))) if errors else float("nan")

    def ready_errors(self, days: Sequence[int]) -> list[float]:
        """Minutes, of ramps that came to their end. Said "never": as if eight hours had been said."""
        return [
            min(ramp.said, 480.0) - ramp.took
            for ramp in self.ramps
            if ramp.began // DAY in days and ramp.took is not None
        ]

    def ready_within(self, days: Sequence[int]) -> list[bool]:
        return [
            abs(ramp.said - ramp.took) <= NINE_OF_TEN * ramp.deviation
            for ramp in self.ramps
            if ramp.began // DAY in days and ramp.took is not None
        ]


class _Run:
    """One climate's rooms, and the filter that watches them."""

    def __init__(self, climate: Climate, rooms: int, days: int, seed: int) -> None:
        random = np.random.default_rng([seed, CLIMATES.index(climate)])
        self.climate, self.days, self.count = climate, days, rooms
        self.weather = Weather(climate, days + 1, random)
        self.rooms: Rooms = make_rooms(rooms, climate, random)
        self.life = Life(rooms, days + 1, random)
        self.thermostats = Thermostats(rooms)
        self.low, self.high, self.target = (16.0, 26.0, 21.0) if climate.heating else (16.0, 28.0, 24.0)
        self.states: RoomStates = start_from_prior(np.full(rooms, np.nan))
        self.found = Foreseen(climate.name)
        self._asked: list[tuple[int, NDArray[np.bool_], Numbers, Numbers]] = []
        self._one = np.ones(rooms)

    def run(self) -> Foreseen:
        held_before = np.zeros(self.count, dtype=bool)
        for minute in range(self.days * DAY):
            held, guest, window = self.life.at(minute)
            self._minute(minute, held, guest, window)
            true = self.rooms.air + self.rooms.bias_kelvin
            self._answer(minute, true)
            if minute % ASKED_EVERY == 0 and minute >= AHEAD_MINUTES:
                self._ask_drift(minute, ~held & ~guest & ~window)
            begun = np.nonzero(held & ~held_before & ~guest)[0]
            if len(begun):
                for row, outlook in zip(begun, self._outlooks(minute, begun), strict=True):
                    ramp = _Ramp(
                        int(row),
                        minute,
                        float(outlook.ready_minutes[0]),
                        float(outlook.ready_deviation_minutes[0]),
                    )
                    if ramp.said > 0:
                        self.found.ramps.append(ramp)
            self._watch(minute, true)
            held_before = held
        return self.found

    def _minute(
        self, minute: int, held: NDArray[np.bool_], guest: NDArray[np.bool_], window: NDArray[np.bool_]
    ) -> None:
        climate, weather, rooms = self.climate, self.weather, self.rooms
        rest = self.low if climate.heating else self.high
        share = self.thermostats.share(climate.heating, held, rest, self.target, rooms.read())
        share = np.where(window, 0.0, share)
        outdoor, sun, east = (
            float(values[minute]) for values in (weather.outdoor_celsius, weather.irradiance, weather.east)
        )
        rooms.step(outdoor, sun, east, (minute % DAY) / 60, share, guest.astype(np.float64) * 1.5, window)
        known = (np.abs(share) < 0.01) | (np.abs(share) > 0.99)
        inputs = Inputs(
            self._one * outdoor,
            self._one * sun,
            self._one * east,
            self._one * 0,
            guest.astype(np.float64),
            share,
            known,
            window,
        )
        states = update(predict(self.states, inputs, 60), rooms.read(), inputs, 1.0, rooms.step_kelvin)
        goal = Goal(
            np.where(held, self.target, np.nan),
            np.full(self.count, climate.heating),
            self._one * WITHIN_KELVIN,
            held,
            np.abs(share) > 0.01,
            window | guest | (states.weak > 0),
        )
        self.states = watch_ramps(states, goal, inputs, 1.0)

    def _outlooks(self, minute: int, rows: NDArray[np.intp]) -> Sequence[Outlook]:
        one = np.ones(len(rows))
        asked = Asked(
            one * self.target,
            np.full(len(rows), self.climate.heating),
            one * WITHIN_KELVIN,
            one * self.low,
            one * self.high,
            one * EFFICIENCY,
            one * EFFICIENCY,
            one * 0.0,
        )
        ahead = slice(minute, minute + 8 * 60 + 1, 5)
        weather = WeatherAhead(
            self.weather.outdoor_celsius[ahead],
            np.zeros(97),
            self.weather.irradiance[ahead],
            self.weather.east[ahead],
        )
        return outlooks(self.states.take(rows), asked, weather, START + timedelta(minutes=minute))

    def _ask_drift(self, minute: int, alone: NDArray[np.bool_]) -> None:
        stays = alone.copy()
        for ahead in range(1, AHEAD_MINUTES + 1):
            held, guest, window = self.life.at(minute + ahead)
            stays &= ~held & ~guest & ~window
        rows = np.nonzero(stays)[0]
        if not len(rows):
            return
        step = AHEAD_MINUTES // 5
        told = self._outlooks(minute, rows)
        middle = np.array([float(outlook.drift_celsius[step]) for outlook in told])
        spread = np.array([float(outlook.drift_deviation_kelvin[step]) for outlook in told])
        self._asked.append((minute + AHEAD_MINUTES, stays, middle, spread))

    def _answer(self, minute: int, true: Numbers) -> None:
        while self._asked and self._asked[0][0] <= minute:
            _, stays, middle, spread = self._asked.pop(0)
            errors = middle - true[stays]
            day = minute // DAY
            self.found.errors.setdefault(day, []).extend(errors.tolist())
            inside = np.abs(errors) <= NINE_OF_TEN * spread
            self.found.within.setdefault(day, []).extend(inside.tolist())

    def _watch(self, minute: int, true: Numbers) -> None:
        sign = 1.0 if self.climate.heating else -1.0
        for ramp in self.found.ramps:
            lasted = minute - ramp.began
            if ramp.took is None and 0 < lasted <= LONGEST_RAMP:
                missing = sign * (self.target - true[ramp.room]) - WITHIN_KELVIN
                if missing <= 0:
                    ramp.took = float(lasted)


def run(options: Options) -> BenchReport:
    """Let rooms live in each climate and hold what was foreseen against what came."""
    parser = argparse.ArgumentParser(prog="innkeeper bench model", add_help=False)
    parser.add_argument("--rooms", type=int, default=4 if options.quick else 24)
    parser.add_argument("--days", type=int, default=2 if options.quick else 9)
    parser.add_argument("--climate", choices=[climate.name for climate in CLIMATES])
    asked = parser.parse_args(options.extra)
    climates = [climate for climate in CLIMATES if asked.climate in (None, climate.name)]
    if options.quick:
        climates = climates[:1]
    figures: list[Figure] = []
    for index, climate in enumerate(climates):
        options.progress(f"{climate.name}: {asked.rooms} rooms, {asked.days} days", index / len(climates))
        figures += _figures(_Run(climate, asked.rooms, asked.days, options.seed).run(), asked.days)
    return BenchReport("model", options.seed, figures)


def _figures(found: Foreseen, days: int) -> list[Figure]:
    name = found.climate
    figures = [
        Figure(f"{name}: 60-minute forecast RMSE after {day} days", found.rmse(day), "K")
        for day in (1, 3)
        if day < days
    ]
    last = days - 1
    figures.append(at_most(f"{name}: 60-minute forecast RMSE after {last} days", found.rmse(last), "K", 0.3))
    inside = [one for day in range(1, days) for one in found.within.get(day, [])]
    figures.append(_covers(f"{name}: 60-minute forecast in p10–p90, from day 2 on", inside))
    first = [abs(error) for error in found.ready_errors([0])]
    late = [abs(error) for error in found.ready_errors(range(min(7, last), days))]
    if first:
        figures.append(
            at_most(f"{name}: ready time on day 1, mean error", statistics.fmean(first), "min", 12.0)
        )
        figures.append(Figure(f"{name}: ready time on day 1, median error", statistics.median(first), "min"))
    if late:
        mean, p95 = statistics.fmean(late), quantile(late, 0.95)
        figures.append(at_most(f"{name}: ready time after {min(7, last)} days, mean error", mean, "min", 3.0))
        figures.append(at_most(f"{name}: ready time after {min(7, last)} days, p95 error", p95, "min", 10.0))
    sure = found.ready_within(range(1, days))
    if sure:
        figures.append(_covers(f"{name}: ready time in p10–p90, from day 2 on", sure))
    figures.append(Figure(f"{name}: ramps", len(found.ramps), ""))
    return figures


def _covers(name: str, inside: Sequence[bool]) -> Figure:
    """A share that should be 0.80 ± 0.05: less is overconfident, more is of less use."""
    share = statistics.fmean(inside) if inside else 0.0
    figure = at_least(name, share, "share", 0.75)
    return Figure(figure.name, figure.value, figure.unit, 0.80, 0.75 <= share <= 0.85)
