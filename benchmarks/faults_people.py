"""The people of the hotel of `bench faults`: stays, ways in and out, hands at windows and thermostats."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.faults_factors import DAY, Booleans, Injection, Numbers, draw
from simulators.physics import Rooms


class People:
    """Who is where and what they do. What they touch belongs to the hotel that this is a part of."""

    factors: dict[str, Any]
    rng: np.random.Generator
    rooms: int
    days: float
    now: int
    heats: bool
    physics: Rooms
    curtain: Numbers
    curtain_stuck: Booleans
    light: Booleans
    splash: Numbers
    window_stuck: Booleans
    faults_of_room: list[list[Injection]]

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
