"""The hotel of `bench faults`: 200 rooms as arrays, their guests and radio, and faults put in by seed.

The rooms are `simulators.physics`; the devices on top of them behave as `simulators.devices` do (they
round, report on change and every few minutes, obey or not), all rooms at once and minute by minute.
What goes wrong and how often stands in `simulators/data/faults.toml`, frozen before the rules. What the
house may see leaves here as `RoomSample` and `DeviceSample` only; `Injection`s are for scoring.

The thermostat that calls the units is a plain stand-in of the controller: occupied rooms at their
guest's wish, away and vacant ones set back, vacant ones made ready an hour and a half before an arrival,
off while a window is open, and commands sent again as the controller does.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from maintenance.samples import COOL, HEAT, OFF, UNKNOWN, Devices, DeviceSample, RoomSample
from maintenance.sightings import Layout
from simulators.building import draw_makeup, room_plans
from simulators.physics import Rooms
from simulators.weather import DATA, Weather

Numbers = NDArray[Any]
Booleans = NDArray[Any]

KINDS = (
    "air_conditioner",
    "power",
    "room_temperature",
    "curtain",
    "ceiling_light",
    "window",
    "door",
    "presence",
    "leak",
)
AC, POWER, SENSOR, CURTAIN, LIGHT, WINDOW, DOOR, PRESENCE, LEAK = range(len(KINDS))
ON_BATTERY = (SENSOR, WINDOW, DOOR, PRESENCE, LEAK)
DEVICE_OF_FACTOR = {
    "air_conditioner": AC,
    "room_sensor": SENSOR,
    "curtain": CURTAIN,
    "ceiling_light": LIGHT,
    "window": WINDOW,
    "door": DOOR,
    "presence": PRESENCE,
}
SIM_HEAT, SIM_COOL, SIM_OFF = 1, 2, 0
STEP_SECONDS = 15.0
DAY = 1440
TIMEZONE = ZoneInfo("Asia/Shanghai")
PRECONDITION_MINUTES = 90
AWAY_MINUTES = 30
AWAY_KELVIN = 2.5
STALE_MINUTES = 35.0
# How often the controller has sent a command so many minutes after it first did (5, 15, 60, 300 s apart).
TRIES_AFTER = np.array([3, 4, 4, 4, 4, 4, 5], dtype=np.int64)
LONGEST_WAIT_FOR_CALL_DAYS = 6.0
CALL_STANDS_MINUTES = 15.0


def factors() -> dict[str, Any]:
    """The frozen factors."""
    return tomllib.loads((DATA / "faults.toml").read_text(encoding="utf-8"))


def draw(spread: Any, rng: np.random.Generator) -> float:
    """One value of a spread of the factors file."""
    if isinstance(spread, list):
        return float(rng.choice(spread))
    if "uniform" in spread:
        return float(rng.uniform(*spread["uniform"]))
    if "triangular" in spread:
        return float(rng.triangular(*spread["triangular"]))
    median, sigma, cap = spread["lognormal"]
    return float(min(cap, median * np.exp(sigma * rng.standard_normal())))


def _uniform(rng: np.random.Generator, spread: dict[str, list[float]], shape: tuple[int, ...]) -> Numbers:
    low, high = spread["uniform"]
    return rng.uniform(low, high, shape)


@dataclass(slots=True)
class Injection:
    """One fault put in. Minutes since the world's beginning; None = not (yet).

    `counted` is the minute that its promise counts from.
    """

    kind: str
    room: int  # or the floor, of `floor_power`
    device: int | None
    planned: float
    severity: float
    lasts_minutes: float
    extra: dict[str, Any] = field(default_factory=dict)
    began: float | None = None
    counted: float | None = None
    ended: float | None = None
    arrivals: int = 0

    @property
    def active(self) -> bool:
        return self.began is not None and self.ended is None


class FaultWorld:
    """Rooms, guests, radio and faults. `minute` moves it by one and tells what can be seen.

    Args:
        place: which of the factors' seeds, climates and seasons. rooms, days: for quick runs.
    """

    def __init__(self, place: int, rooms: int, days: float) -> None:
        self.factors = factors()
        hotel = self.factors["hotel"]
        seed = hotel["seeds"][place]
        self.rooms = rooms
        self.days = days
        self.season = hotel["seasons"][place]
        month = 7 if self.season == "summer" else 1
        self.start = datetime(2026, month, 1, 0, 0, tzinfo=TIMEZONE)
        self.weather = Weather(hotel["climates"][place], TIMEZONE)
        self.plans = room_plans(rooms)
        self.rng = np.random.default_rng([seed, 77])
        makeup = draw_makeup(self.plans, seed, self.weather.figures)
        self.makeup = makeup
        self.healthy_minimum = makeup.minimum_on_seconds.copy(), makeup.minimum_off_seconds.copy()
        mean = self.weather.mean_celsius(self.start)
        start = np.full(rooms, np.clip(mean, 18.0, 28.0))
        self.physics = Rooms(makeup, start, start, np.full(rooms, 55.0))
        self.heats = mean < 14.0
        self.now = 0
        self._people()
        self._devices()
        self._faults(hotel)

    # -- what stands where

    def layout(self) -> Layout:
        """Who is who, for diagnosis."""
        numbers = tuple(plan.number for plan in self.plans)
        ids = tuple(f"{number}-{kind}" for kind in KINDS for number in numbers)
        floors = tuple(dict.fromkeys(plan.floor for plan in self.plans))
        return Layout(
            rooms=numbers,
            devices=Devices(
                ids,
                np.tile(np.arange(self.rooms), len(KINDS)),
                tuple(kind for kind in KINDS for _ in numbers),
            ),
            gateways=numbers,
            floors=floors,
            gateway_of_device=np.tile(np.arange(self.rooms), len(KINDS)),
            floor_of_gateway=np.array([floors.index(plan.floor) for plan in self.plans]),
        )

    # -- people

    def _people(self) -> None:
        n, rng, stays = self.rooms, self.rng, self.factors["stays"]
        self.let = np.zeros(n, dtype=np.bool_)
        self.present = np.zeros(n, dtype=np.bool_)
        self.away_since = np.full(n, np.inf)
        self.cleaning_until = np.full(n, -1.0)
        self.next_arrival = np.full(n, np.inf)
        self.wish = np.full(n, 24.0)
        self.guest_off = np.zeros(n, dtype=np.bool_)
        self.window_open = np.zeros(n, dtype=np.bool_)
        self.window_shuts = np.full(n, np.inf)
        self.curtain_wanted = np.zeros(n)
        self.light_wanted = np.zeros(n, dtype=np.bool_)
        self.events: dict[int, list[tuple[str, int]]] = {}
        self.arrivals_of: list[list[int]] = [[] for _ in range(n)]
        mean_nights = float(np.mean(stays["nights"]["triangular"]))
        for room in range(n):
            day = -int(rng.integers(0, 3))
            while day < self.days:
                gap = 0
                while rng.random() > stays["occupancy"] ** (1.0 / max(1.0, mean_nights - 0.6)):
                    gap += 1
                day += gap
                nights = max(1, round(draw(stays["nights"], rng)))
                arrive = round((day * 24 + draw(stays["arrival_hour"], rng)) * 60)
                leave = round(((day + nights) * 24 + draw(stays["departure_hour"], rng)) * 60)
                self._event(arrive, "arrive", room)
                self._event(leave, "leave", room)
                self.arrivals_of[room].append(arrive)
                clean = leave + int(rng.integers(20, 100))
                self._event(clean, "clean", room)
                for stay_day in range(day + 1, day + nights + 1):
                    if rng.random() < 0.85:
                        out = round((stay_day * 24 + draw(stays["out_from_hour"], rng)) * 60)
                        back = out + round(draw(stays["out_hours"], rng) * 60)
                        if out > arrive + 60 and back < leave - 30:
                            self._event(out, "out", room)
                            self._event(back, "back", room)
                            self._event(out + int(rng.integers(20, 60)), "clean", room)
                day += nights
        self.arrivals = [np.array(times) for times in self.arrivals_of]

    def _event(self, minute: int, what: str, room: int) -> None:
        if minute >= 0:
            self.events.setdefault(minute, []).append((what, room))

    def _people_minute(self) -> None:
        rng, guests = self.rng, self.factors["guests"]
        for what, room in self.events.pop(self.now, ()):
            if what == "arrive":
                self.let[room] = self.present[room] = True
                self.wish[room] = round(draw(guests["setpoint_celsius"], rng) * 2) / 2
                if self.heats:
                    self.wish[room] -= 2.0
                self.guest_off[room] = False
                self.light_wanted[room] = True
                self.curtain_wanted[room] = 100.0 if 7 <= self.now % DAY // 60 < 19 else 0.0
                self.physics.use.people[room] = float(rng.choice(self.factors["stays"]["guests"]))
                for fault in self.faults_of_room[room]:
                    if fault.active and fault.kind == "degraded_capacity":
                        fault.arrivals += 1
            elif what == "leave":
                self.let[room] = self.present[room] = False
                self._shut(room)
                self.light_wanted[room] = False
                self.curtain_wanted[room] = 0.0
                self.physics.use.people[room] = 0.0
                self.guest_off[room] = False
            elif what == "out" and self.let[room]:
                self.present[room] = False
                self.away_since[room] = self.now
                self.light_wanted[room] = False
                self.physics.use.people[room] = 0.0
                if self.window_open[room] and rng.random() > guests["leaves_window_open_share"]:
                    self._shut(room)
            elif what == "back" and self.let[room]:
                self.present[room] = True
                self.away_since[room] = np.inf
                self.light_wanted[room] = True
                self.physics.use.people[room] = float(rng.choice(self.factors["stays"]["guests"]))
                if self.window_open[room] and self.window_shuts[room] < self.now:
                    self._shut(room)
            elif what == "clean":
                self.cleaning_until[room] = self.now + draw(self.factors["stays"]["clean_minutes"], rng)
                if rng.random() < guests["mop_wets_share"]:
                    self._splash(room, draw(guests["mop_wet_seconds"], rng))
        in_room = np.flatnonzero(self.present)
        hour = self.now % DAY / 60.0
        awake = 7.0 <= hour <= 23.5
        if awake and len(in_room):
            moves = in_room[rng.random(len(in_room)) < guests["thermostat_moves_per_hour"] / 60.0]
            for room in moves.tolist():
                if self.guest_off[room]:
                    self.guest_off[room] = False
                elif rng.random() < guests["switches_off_share"]:
                    self.guest_off[room] = True
                else:
                    wish = round(draw(guests["setpoint_celsius"], rng) * 2) / 2
                    self.wish[room] = wish - (2.0 if self.heats else 0.0)
            opens = in_room[rng.random(len(in_room)) < guests["window_opens_per_day"] / (16.5 * 60)]
            for room in opens.tolist():
                if not self.window_open[room]:
                    self.window_open[room] = True
                    self.window_shuts[room] = self.now + draw(guests["window_open_minutes"], rng)
            by_hand = in_room[rng.random(len(in_room)) < guests["curtain_moves_per_day"] / (16.5 * 60)]
            for room in by_hand.tolist():
                self.curtain_wanted[room] = float(rng.choice([0.0, 50.0, 100.0]))
                if not self.curtain_stuck[room]:
                    self.curtain[room] = self.curtain_wanted[room]
            by_hand = in_room[rng.random(len(in_room)) < guests["light_moves_per_day"] / (16.5 * 60)]
            for room in by_hand.tolist():
                self.light_wanted[room] = ~self.light_wanted[room]
                self.light[room] = self.light_wanted[room]
            showers = in_room[rng.random(len(in_room)) < guests["showers_per_day"] / (16.5 * 60)]
            for room in showers.tolist():
                self._splash(room, draw(guests["showers_wet_seconds"], rng))
        shuts = self.window_open & (self.window_shuts <= self.now) & self.present
        for room in np.flatnonzero(shuts).tolist():
            self._shut(room)
        if self.now % 60 == 0:
            for room in range(self.rooms):
                times = self.arrivals[room]
                later = times[times >= self.now] if len(times) else times
                self.next_arrival[room] = later[0] if len(later) else np.inf

    def _shut(self, room: int) -> None:
        if not self.window_stuck[room]:
            self.window_open[room] = False
        self.window_shuts[room] = np.inf

    def _splash(self, room: int, seconds: float) -> None:
        self.splash[room] = max(self.splash[room], seconds)

    # -- devices

    def _devices(self) -> None:
        n, rng, d = self.rooms, self.rng, len(KINDS)
        radio, sensors = self.factors["radio"], self.factors["sensors"]
        self.shown_mode = np.full(n, OFF, dtype=np.int8)
        self.shown_setpoint = np.full(n, 24.0)
        self.curtain, self.curtain_stuck = np.zeros(n), np.zeros(n, dtype=np.bool_)
        self.light, self.light_dead = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
        self.window_stuck = np.zeros(n, dtype=np.bool_)
        self.ignores_setpoint = np.zeros(n, dtype=np.bool_)
        self.stuck_off = np.zeros(n, dtype=np.bool_)
        self.leaking = np.zeros(n)
        self.leak_draws = np.zeros(n, dtype=np.bool_)
        self.capacity = np.ones(n)
        self.cycle_minutes = np.full(n, np.nan)
        self.sensor_bias = np.zeros(n)
        self.sensor_frozen = np.zeros(n, dtype=np.bool_)
        self.sensor_reads = np.full(n, np.nan)
        self.wet_since = np.full(n, np.nan)
        self.splash = np.zeros(n)
        self.repeat = _uniform(rng, radio["repeat_minutes"], (d, n))
        self.said_at = -rng.uniform(0, 8, size=(d, n))
        self.heard_at = np.full((d, n), np.nan)
        self.offline = np.zeros((d, n), dtype=np.bool_)
        self.gateway_off = np.zeros(n, dtype=np.int64)  # how many reasons it has to be away
        self.bad_share = np.zeros((d, n))
        self.errors = np.zeros((d, n), dtype=np.int64)
        self.bad_until = np.full(n, -1.0)
        self.restart_until = np.full(n, -1.0)
        self.told_away = np.zeros(n, dtype=np.bool_)
        self.guarding: Booleans = np.zeros(n, dtype=np.bool_)
        self.called_minutes: Numbers = np.zeros(n)
        self.off_from: Numbers = np.full(n, np.nan)
        self.said: dict[int, Numbers] = {kind: np.full(n, np.nan) for kind in range(d)}
        self.seen_air, self.seen_unit = np.full(n, np.nan), np.full(n, np.nan)
        self.seen_mode = np.full(n, UNKNOWN, dtype=np.int8)
        self.seen_setpoint, self.seen_watts = np.full(n, np.nan), np.full(n, np.nan)
        self.seen_running = np.full(n, UNKNOWN, dtype=np.int8)
        self.seen_window = np.full(n, UNKNOWN, dtype=np.int8)
        self.seen_curtain, self.seen_light = np.full(n, np.nan), np.full(n, np.nan)
        self.seen_wet = np.full(n, np.nan)
        self.asked_since = {kind: np.full(n, np.nan) for kind in (AC, CURTAIN, LIGHT)}
        self.asked_for: dict[int, Numbers] = {kind: np.full(n, np.nan) for kind in (AC, CURTAIN, LIGHT)}
        self.tries = {kind: np.zeros(n, dtype=np.int64) for kind in (AC, CURTAIN, LIGHT)}
        self.battery = np.full((d, n), np.nan)
        self.battery_rate = np.zeros((d, n))
        for kind in ON_BATTERY:
            self.battery[kind] = _uniform(rng, sensors["battery_percent_at_start"], (n,))
            self.battery_rate[kind] = _uniform(rng, sensors["battery_percent_per_day"], (n,))
        self.battery_said = np.round(self.battery)
        self.filter_jump: list[tuple[int, float]] = []

    def _reaches(self) -> Booleans:
        """Whether the room's radio works this minute."""
        reaches: Booleans = self.gateway_off == 0
        return reaches & (self.restart_until < self.now) & (self.bad_until < self.now)

    def _radio_minute(self) -> None:
        rng, radio, n = self.rng, self.factors["radio"], self.rooms
        bad = np.flatnonzero(rng.random(n) < radio["bad_stretches_per_room_day"] / DAY)
        for room in bad.tolist():
            self.bad_until[room] = self.now + draw(radio["bad_stretch_minutes"], rng)
        restarts = np.flatnonzero(rng.random(n) < radio["restarts_per_room_day"] / DAY)
        for room in restarts.tolist():
            self.restart_until[room] = self.now + draw(radio["restart_minutes"], rng)
        away = (self.gateway_off > 0) | (self.restart_until >= self.now)
        back = self.told_away & ~away
        if back.any():
            self.said_at[:, back] = -1e9  # it introduces itself and says everything again
        self.told_away = away

    def _control_minute(self) -> None:
        """What the house wants, and what it sends."""
        n, rng = self.rooms, self.rng
        away = self.let & ~self.present & (self.now - self.away_since >= AWAY_MINUTES)
        soon = ~self.let & (self.next_arrival - self.now <= PRECONDITION_MINUTES)
        normal = 21.0 if self.heats else 24.0
        back = AWAY_KELVIN * (-1.0 if self.heats else 1.0)
        wish = np.where(self.let, self.wish + np.where(away, back, 0.0), normal)
        on = (self.let & ~self.guest_off) | soon
        air = np.where(np.isfinite(self.seen_air), self.seen_air, 22.0)
        limit = 16.0 if self.heats else 28.0
        beyond = (air < limit - 1.0) if self.heats else (air > limit + 1.0)
        kept = self.guarding & ((air < limit + 1.0) if self.heats else (air > limit - 1.0))
        self.guarding = ~on & (beyond | kept) & (np.abs(air - 22.0) < 25.0)
        wish = np.where(self.guarding, limit, wish)
        on |= self.guarding
        on &= self.seen_window != 1
        mode = np.where(on, HEAT if self.heats else COOL, OFF).astype(np.int8)
        self.want_mode, self.want_setpoint = mode, np.clip(wish, 16.0, 30.0)

        reaches = self._reaches() & ~self.offline[AC]
        lost = rng.random((3, n)) < self.factors["radio"]["command_lost_share"]
        # The mode goes by the same tries; a unit whose mode differs is asked for it every minute.
        takes = reaches & (self.seen_mode != mode) & ~lost[0]
        self.shown_mode = np.where(takes, mode, self.shown_mode).astype(np.int8)
        wrong = on & (np.abs(self.seen_setpoint - self.want_setpoint) > 0.3)
        takes |= self._ask(AC, wrong, self.want_setpoint, lost[0]) & reaches
        self._answers(AC, takes)
        obeys = takes & wrong & ~self.ignores_setpoint
        self.shown_setpoint = np.where(obeys, self.want_setpoint, self.shown_setpoint)
        wrong = np.abs(self.seen_curtain - self.curtain_wanted) > 3.0
        takes = self._ask(CURTAIN, wrong, self.curtain_wanted, lost[1]) & self._reaches()
        self._answers(CURTAIN, takes)
        obeys = takes & ~self.curtain_stuck & ~self.offline[CURTAIN]
        self.curtain = np.where(obeys, self.curtain_wanted, self.curtain)
        wrong = (self.seen_light > 0.5) != self.light_wanted
        wanted = self.light_wanted.astype(np.float64)
        takes = self._ask(LIGHT, wrong, wanted, lost[2]) & self._reaches() & ~self.light_dead
        self._answers(LIGHT, takes)
        obeys = takes & ~self.offline[LIGHT]
        self.light = np.where(obeys, self.light_wanted, self.light)

    def _answers(self, kind: int, takes: Booleans) -> None:
        """A device answers a command also when it changed nothing."""
        self.said_at[kind] = np.where(takes, -1e9, self.said_at[kind])

    def _ask(self, kind: int, wrong: Booleans, value: Numbers, lost: Booleans) -> Booleans:
        """Send (again) what is not as wished; returns where a command goes out and arrives."""
        since, of = self.asked_since[kind], self.asked_for[kind]
        other = np.abs(of - value) > 0.3
        begins = wrong & (~np.isfinite(since) | other)
        since[begins] = self.now
        of[begins] = value[begins]
        since[~wrong] = np.nan
        minutes = np.where(np.isfinite(since), self.now - since, 0).astype(np.int64) % 61
        tries = TRIES_AFTER[np.minimum(minutes, len(TRIES_AFTER) - 1)]
        if kind == CURTAIN:
            tries = np.where(minutes >= 5, 2, 1)
        sends = wrong & ((minutes == 0) | (minutes == 1) | (minutes == 6))
        if kind == CURTAIN:
            sends = wrong & ((minutes == 0) | (minutes == 5))
        self.tries[kind] = np.where(wrong, tries, 0)
        # Three tries in the first minute: lost only when all are.
        arrives: Booleans = sends & ~(lost & ((minutes != 0) | (kind == CURTAIN)))
        return arrives

    def _units(self) -> None:
        """What the units really do, faults included."""
        units = self.physics.units
        running = self.shown_mode != OFF
        real = np.where(running, np.where(self.shown_mode == HEAT, SIM_HEAT, SIM_COOL), SIM_OFF)
        setpoint = self.shown_setpoint.copy()
        capacity = self.capacity.copy()
        leaks = (self.leaking > 0) & ~running
        if leaks.any():
            real = np.where(leaks, SIM_HEAT if self.heats else SIM_COOL, real)
            setpoint = np.where(leaks, 40.0 if self.heats else 5.0, setpoint)
            capacity = np.where(leaks, self.leaking, capacity)
        cycles = np.isfinite(self.cycle_minutes)
        if cycles.any():
            phase = np.mod(self.now, np.where(cycles, self.cycle_minutes, 1.0))
            rests = cycles & (phase >= 0.5 * self.cycle_minutes)
            real = np.where(rests, SIM_OFF, real)
        real = np.where(self.stuck_off, SIM_OFF, real)
        units.mode[:] = real
        units.setpoint[:] = setpoint
        units.capacity_share[:] = capacity
        self.physics.use.window_open[:] = self.window_open
        self.physics.use.let[:] = self.let
        self.physics.use.curtain_open[:] = self.curtain / 100.0
        self.physics.use.lamp_watts[:] = np.where(self.light, 36.0, 0.0)

    def _report(self, kind: int, value: Numbers, step: float, reaches: Booleans) -> Booleans:
        """Whether each room's device of this kind gets a report through this minute."""
        rng, radio, n = self.rng, self.factors["radio"], self.rooms
        says = ~(np.abs(value - self.said[kind]) <= step)
        says |= self.now - self.said_at[kind] >= self.repeat[kind]
        says &= ~self.offline[kind] & (self.gateway_off == 0) & (self.restart_until < self.now)
        self.said[kind] = np.where(says, value, self.said[kind])
        self.said_at[kind] = np.where(says, self.now, self.said_at[kind])
        draw_loss = rng.random((2, n))
        arrives: Booleans = says & reaches & (draw_loss[0] >= radio["report_lost_share"])
        if kind == LEAK:
            # An alarm is sent until it is acknowledged (as Zigbee's IAS zones do it).
            arrives = says & reaches
            self.said_at[kind] = np.where(says & ~arrives, -1e9, self.said_at[kind])
        bad = arrives & (draw_loss[1] < np.maximum(self.bad_share[kind], radio["bad_payload_share"]))
        self.errors[kind] += bad
        arrives &= ~bad
        self.heard_at[kind] = np.where(arrives, self.now, self.heard_at[kind])
        return arrives

    def _report_minute(self) -> None:
        reaches = self._reaches()
        units, made, rng = self.physics.units, self.makeup, self.rng
        reading = self.physics.sensor + made.sensor_bias_celsius + self.sensor_bias
        reading = np.round(reading + made.sensor_noise_celsius * rng.standard_normal(self.rooms), 1)
        reading = np.where(self.sensor_frozen & np.isfinite(self.said[SENSOR]), self.said[SENSOR], reading)
        reading = np.where(np.isfinite(self.sensor_reads), self.sensor_reads, reading)
        came = self._report(SENSOR, reading, 0.01, reaches)
        self.seen_air = np.where(came, reading, self.seen_air)

        unit = np.round(units.sensor * 2) / 2
        acts = units.running & (self.shown_mode != OFF) & ~self.stuck_off
        look = self.shown_mode * 1e4 + acts * 1e3 + self.shown_setpoint * 10 + unit * 0.01
        came = self._report(AC, look, 1e-6, reaches)
        self.seen_unit = np.where(came, unit, self.seen_unit)
        self.seen_mode = np.where(came, self.shown_mode, self.seen_mode).astype(np.int8)
        self.seen_setpoint = np.where(came, self.shown_setpoint, self.seen_setpoint)
        self.seen_running = np.where(came, acts, self.seen_running).astype(np.int8)

        hidden = (self.leaking > 0) & (self.shown_mode == OFF) & ~self.leak_draws
        on = self.shown_mode != OFF
        watts = np.where(hidden, made.standby_watts, units.watts)
        watts = np.where(self.stuck_off & on, made.standby_watts + 0.3 * made.fan_watts, watts)
        watts = np.round(watts, 1)
        step = np.maximum(5.0, 0.04 * np.abs(self.said[POWER]))
        came = self._power(watts, step, reaches)
        self.seen_watts = np.where(came, watts, self.seen_watts)

        came = self._report(CURTAIN, self.curtain, 0.5, reaches)
        self.seen_curtain = np.where(came, self.curtain, self.seen_curtain)
        light = self.light.astype(np.float64)
        came = self._report(LIGHT, light, 0.5, reaches)
        self.seen_light = np.where(came, light, self.seen_light)
        window = self.window_open.astype(np.float64)
        came = self._report(WINDOW, window, 0.5, reaches)
        self.seen_window = np.where(came, self.window_open, self.seen_window).astype(np.int8)
        self._report(DOOR, np.zeros(self.rooms), 0.5, reaches)
        self._report(PRESENCE, self.present.astype(np.float64), 0.5, reaches)
        wet = np.isfinite(self.wet_since) | (self.splash > 0)
        self.said[LEAK] = np.where(self.splash > 0, np.nan, self.said[LEAK])  # it was dry before
        came = self._report(LEAK, wet.astype(np.float64), 0.5, reaches)
        # What was wet for seconds only is known to the second: reports come as things happen.
        since = np.where(np.isfinite(self.wet_since), self.wet_since, self.now - self.splash / 60.0)
        self.seen_wet = np.where(came, np.where(wet, since, np.nan), self.seen_wet)
        self.splash[:] = 0.0

    def _power(self, watts: Numbers, step: Numbers, reaches: Booleans) -> Booleans:
        near = np.abs(watts - self.said[POWER]) <= step
        return self._report(POWER, np.where(near, self.said[POWER], watts), 0.0, reaches)

    def minute(self) -> tuple[RoomSample, DeviceSample]:
        """Live one minute; what the house sees at its end."""
        moment = self.start + timedelta(minutes=self.now)
        if self.now % 60 == 0:
            self._mean = self.weather.mean_celsius(moment)
        outdoors = self.weather.at(moment)
        self._fault_minute()
        self._people_minute()
        self._radio_minute()
        self._control_minute()
        self._units()
        for _ in range(int(60 / STEP_SECONDS)):
            self.physics.step(STEP_SECONDS, outdoors, self._mean)
        self._report_minute()
        self._note_calls()
        for kind in ON_BATTERY:
            self.battery[kind] = np.maximum(0.0, self.battery[kind] - self.battery_rate[kind] / DAY)
            if self.now % 360 == 0:
                noise = self.factors["sensors"]["battery_noise_percent"] * self.rng.standard_normal(
                    self.rooms
                )
                heard = self._reaches() & ~self.offline[kind]
                level = np.clip(np.round(self.battery[kind] + noise), 0, 100)
                self.battery_said[kind] = np.where(heard, level, self.battery_said[kind])
        self.outdoor = outdoors.celsius
        sample = self._seen()
        self.now += 1
        return sample

    def _seen(self) -> tuple[RoomSample, DeviceSample]:
        nan = np.full(self.rooms, np.nan)

        def fresh(kind: int, values: Numbers) -> Numbers:
            return np.where(self.now - self.heard_at[kind] <= STALE_MINUTES, values, np.nan)

        stale_unit = ~(self.now - self.heard_at[AC] <= STALE_MINUTES)
        unknown = np.full(self.rooms, UNKNOWN, dtype=np.int8)
        rooms = RoomSample(
            air_celsius=fresh(SENSOR, self.seen_air),
            unit_celsius=fresh(AC, self.seen_unit),
            setpoint_celsius=fresh(AC, self.seen_setpoint),
            watts=fresh(POWER, self.seen_watts),
            outdoor_celsius=np.full(self.rooms, self.outdoor),
            mode=np.where(stale_unit, unknown, self.seen_mode).astype(np.int8),
            running=np.where(stale_unit, unknown, self.seen_running).astype(np.int8),
            window_open=self.seen_window.copy(),
            let=self.let.astype(np.int8),
            present=self.present.astype(np.int8),
            cleaning=(self.cleaning_until >= self.now).astype(np.int8),
            drift_kelvin_per_hour=nan,
            drift_deviation=nan,
            call_kelvin_per_hour=nan,
        )
        asked = np.full((len(KINDS), self.rooms), UNKNOWN, dtype=np.int8)
        tries = np.zeros((len(KINDS), self.rooms), dtype=np.int64)
        value = np.full((len(KINDS), self.rooms), np.nan)
        wet = np.full((len(KINDS), self.rooms), np.nan)
        for kind, seen in ((AC, self.seen_setpoint), (CURTAIN, self.seen_curtain), (LIGHT, self.seen_light)):
            asked[kind] = np.isfinite(self.asked_since[kind])
            tries[kind] = self.tries[kind]
            value[kind] = seen
        wet[LEAK] = self.seen_wet
        available = np.where(self.told_away, 0, 1).astype(np.int8)
        devices = DeviceSample(
            heard_minute=self.heard_at.ravel().copy(),
            available=np.tile(available, len(KINDS)),
            asked=asked.ravel(),
            tries=tries.ravel(),
            value=value.ravel(),
            battery_percent=self.battery_said.ravel().copy(),
            errors=self.errors.ravel().copy(),
            wet_since=wet.ravel(),
        )
        return rooms, devices

    # -- faults

    def _faults(self, hotel: dict[str, Any]) -> None:
        rng, n = self.rng, self.rooms
        self.outdoor = 20.0
        self.injections: list[Injection] = []
        self.faults_of_room: list[list[Injection]] = [[] for _ in range(n)]
        self.busy_until = np.zeros(n)
        faulty = rng.permutation(n)[: max(1, int(hotel["faulty_room_share"] * n))]
        scale = n * self.days / (hotel["rooms"] * hotel["days"])
        first = min(hotel["first_injection_day"], 0.3 * self.days) * DAY
        end = self.days * DAY
        wanted: list[Injection] = []
        for kind, factor in self.factors["kinds"].items():
            for _ in range(max(1, round(factor["count"] * scale))):
                at = rng.uniform(first, end - min(2.0 * DAY, 0.2 * end))
                if kind == "degraded_capacity":
                    at = rng.uniform(first, max(first + 1, end - 14 * DAY))
                wanted.append(self._drawn(kind, factor, at))
        # Long ones first, so that they find a room; floors and gateways in their own time.
        wanted.sort(key=lambda one: -one.lasts_minutes)
        taken: dict[int, list[tuple[float, float]]] = {int(room): [] for room in faulty}
        floors: dict[int, list[tuple[float, float]]] = {}
        for one in wanted:
            if one.kind == "floor_power":
                floor = int(rng.integers(0, max(1, n // 10)))
                free = floors.setdefault(floor, [])
                if any(
                    a < one.planned + one.lasts_minutes + 2880 and one.planned < b + 2880 for a, b in free
                ):
                    one.planned = max(b for _, b in free) + 2880
                free.append((one.planned, one.planned + one.lasts_minutes))
                one.room = floor
                if one.planned < end - 240:
                    self.injections.append(one)
                continue
            rest = draw(hotel["rest_hours"], rng) * 60
            length = one.lasts_minutes + rest
            for _ in range(60):
                room = int(rng.choice(faulty))
                if all(b <= one.planned or one.planned + length <= a for a, b in taken[room]):
                    break
                if one.kind != "degraded_capacity":
                    one.planned = rng.uniform(first, end - min(2.0 * DAY, 0.2 * end))
            else:
                continue
            taken[room].append((one.planned, one.planned + length))
            one.room = room
            self.injections.append(one)
            self.faults_of_room[room].append(one)
        self.waiting = sorted(self.injections, key=lambda one: one.planned)
        self.floor_rooms = [
            [index for index in range(n) if index // 10 == floor] for floor in range(max(1, n // 10) + 1)
        ]
        self.change_from = np.full(n, np.nan)

    def _drawn(self, kind: str, factor: dict[str, Any], at: float) -> Injection:
        rng = self.rng
        severity, extra, device = 1.0, dict[str, Any](), None
        lasts = factor.get("wet_minutes") or factor["lasts_hours"]
        minutes = draw(lasts, rng) * (1.0 if "wet_minutes" in factor else 60.0)
        for name in (
            "capacity_share",
            "leak_share",
            "starts_per_hour",
            "percent_per_day",
            "bad_share",
            "hours",
            "reads_celsius",
        ):
            if name in factor:
                severity = draw(factor[name], rng)
        if kind == "sensor_biased":
            severity = draw(factor["bias_celsius"], rng) * float(rng.choice([-1.0, 1.0]))
        if kind == "stuck_on":
            extra["draws"] = bool(rng.random() < factor["draws_power_share"])
        if "devices" in factor:
            device = DEVICE_OF_FACTOR[str(rng.choice(factor["devices"]))]
        if kind == "low_battery":
            device = int(rng.choice(ON_BATTERY))
        if kind == "gateway_offline" and rng.random() < factor["flapping_share"]:
            flaps = int(rng.integers(factor["flaps"][0], factor["flaps"][1] + 1))
            extra["flaps"] = [draw(factor["flap_minutes"], rng) for _ in range(2 * flaps)]
        return Injection(kind, -1, device, at, severity, minutes, extra)

    def _fault_minute(self) -> None:
        while self.waiting and self.waiting[0].planned <= self.now:
            one = self.waiting.pop(0)
            if one.kind == "window_open" and self.let[one.room]:
                # Somebody leaves it open who leaves the room.
                leaves = [
                    m
                    for m in sorted(self.events)
                    if m > self.now and any(w == "leave" and r == one.room for w, r in self.events[m])
                ]
                one.planned = (leaves[0] + 1.0) if leaves else self.days * DAY * 2
                self.waiting.append(one)
                self.waiting.sort(key=lambda other: other.planned)
                continue
            one.began = float(self.now)
            self._set(one, True)
        for one in self.injections:
            if one.began is None or one.ended is not None:
                continue
            self._flap(one)
            if self._is_over(one):
                one.ended = float(self.now)
                self._set(one, False)

    def _is_over(self, one: Injection) -> bool:
        began = one.began or 0.0
        counted_from = self.factors["kinds"][one.kind]["counted_from"]
        if one.kind == "window_open" and self.let[one.room]:
            return True
        if counted_from in ("call", "change") and one.counted is None:
            return self.now - began > LONGEST_WAIT_FOR_CALL_DAYS * DAY
        since = one.counted if counted_from in ("call", "change") and one.counted is not None else began
        return self.now - since >= one.lasts_minutes

    def _flap(self, one: Injection) -> None:
        """A gateway that comes and goes before it stays away."""
        flaps = one.extra.get("flaps")
        if one.kind != "gateway_offline" or not flaps:
            return
        passed, away = self.now - (one.began or 0.0), True
        for minutes in flaps:
            if passed < minutes:
                break
            passed -= minutes
            away = not away
        else:
            away = True
            if one.counted is None:
                one.counted = float(self.now)
        if away != one.extra.get("away", True):
            one.extra["away"] = away
            self.gateway_off[one.room] += 1 if away else -1

    def _set(self, one: Injection, on: bool) -> None:
        room, severity = one.room, one.severity
        factor = self.factors["kinds"][one.kind]
        if on and factor["counted_from"] in ("onset", "arrivals") and not one.extra.get("flaps"):
            one.counted = float(self.now)
        match one.kind:
            case "no_capacity" | "degraded_capacity":
                self.capacity[room] = severity if on else 1.0
            case "stuck_on":
                self.leaking[room] = severity if on else 0.0
                self.leak_draws[room] = on and one.extra["draws"]
            case "stuck_off":
                self.stuck_off[room] = on
            case "setpoint_not_accepted":
                self.ignores_setpoint[room] = on
            case "short_cycling":
                self.cycle_minutes[room] = 60.0 / severity if on else np.nan
                for array, healthy in zip(
                    (self.makeup.minimum_on_seconds, self.makeup.minimum_off_seconds),
                    self.healthy_minimum,
                    strict=True,
                ):
                    array[room] = 0.0 if on else healthy[room]
            case "sensor_frozen":
                self.sensor_frozen[room] = on
                one.extra["air"] = float(self.physics.air[room])
            case "sensor_out_of_range":
                self.sensor_reads[room] = severity if on else np.nan
            case "sensor_biased":
                self.sensor_bias[room] = severity if on else 0.0
            case "curtain_stuck":
                self.curtain_stuck[room] = on
            case "light_not_answering":
                self.light_dead[room] = on
            case "low_battery":
                assert one.device is not None
                if on:
                    one.extra["rate"] = float(self.battery_rate[one.device, room])
                    self.battery_rate[one.device, room] = severity
                else:
                    self.battery_rate[one.device, room] = one.extra["rate"]
                    self.battery[one.device, room] = 100.0
            case "leak":
                self.wet_since[room] = self.now if on else np.nan
            case "window_open":
                self.window_stuck[room] = on
                self.window_open[room] = on
            case "filter_due":
                self.filter_jump.append((room, severity if on else 0.0))
            case "device_offline":
                assert one.device is not None
                self.offline[one.device, room] = on
            case "gateway_offline":
                if on:
                    self.gateway_off[room] += 1
                    one.extra["away"] = True
                elif one.extra["away"]:
                    self.gateway_off[room] -= 1
            case "floor_power":
                self.gateway_off[self.floor_rooms[room]] += 1 if on else -1
            case "protocol_errors":
                assert one.device is not None
                self.bad_share[one.device, room] = severity if on else 0.0

    def _note_calls(self) -> None:
        """When each fault was first called on."""
        units_on = self.shown_mode != OFF
        self.off_from = np.where(units_on, np.nan, np.fmin(self.off_from, self.now))
        sign = np.where(self.heats, 1.0, -1.0)
        error = (self.shown_setpoint - self.physics.air) * sign
        called = units_on & (error >= 1.0) & ~self.window_open
        self.called_minutes = np.where(called, self.called_minutes + 1, 0)
        for one in self.injections:
            if one.began is None or one.ended is not None or one.counted is not None:
                continue
            room, began = one.room, one.began
            since = began
            match one.kind:
                case "no_capacity" | "stuck_off" | "short_cycling":
                    since = max(began, self.now - self.called_minutes[room])
                    is_called = self.called_minutes[room] > 0
                case "stuck_on":
                    since = max(began, self.off_from[room])
                    is_called = not units_on[room] and not self.window_open[room]
                case "setpoint_not_accepted":
                    since = self.asked_since[AC][room]
                    is_called = since >= began
                case "curtain_stuck":
                    since = self.asked_since[CURTAIN][room]
                    is_called = since >= began
                case "light_not_answering":
                    since = self.asked_since[LIGHT][room]
                    is_called = since >= began
                case "sensor_frozen":
                    is_called = abs(self.physics.air[room] - one.extra["air"]) >= 1.5
                    since = self.now - CALL_STANDS_MINUTES
                case "low_battery":
                    assert one.device is not None
                    is_called = self.battery[one.device, room] < 20.0
                    since = self.now - CALL_STANDS_MINUTES
                case _:
                    is_called = False
            # What is taken back within minutes was no call.
            if is_called and self.now - since >= CALL_STANDS_MINUTES:
                one.counted = float(since)
