"""The devices of the hotel of `bench faults`: what the house asks of them, what they do, what comes through.

They behave as `simulators.devices` do, all rooms at once and minute by minute. What calls the units is a
plain stand-in of the controller (see `faults_world`).
"""

from __future__ import annotations

import numpy as np

from benchmarks.faults_factors import DAY, Booleans, Numbers, draw, uniform
from benchmarks.faults_people import People
from maintenance.samples import COOL, HEAT, OFF, UNKNOWN, DeviceSample, RoomSample
from simulators.building import RoomMakeup

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
SIM_HEAT, SIM_COOL, SIM_OFF = 1, 2, 0
PRECONDITION_MINUTES = 90
AWAY_MINUTES = 30
AWAY_KELVIN = 2.5
STALE_MINUTES = 35.0
# How often the controller has sent a command so many minutes after it first did (5, 15, 60, 300 s apart).
TRIES_AFTER = np.array([3, 4, 4, 4, 4, 4, 5], dtype=np.int64)


class Hotel(People):
    """People and devices, with whatever is wrong with these."""

    makeup: RoomMakeup
    outdoor: float

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
        self.repeat = uniform(rng, radio["repeat_minutes"], (d, n))
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
            self.battery[kind] = uniform(rng, sensors["battery_percent_at_start"], (n,))
            self.battery_rate[kind] = uniform(rng, sensors["battery_percent_per_day"], (n,))
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
            wet_said=np.where(np.isfinite(wet), self.heard_at, np.nan).ravel(),
        )
        return rooms, devices
