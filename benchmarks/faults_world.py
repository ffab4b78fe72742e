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

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.faults_devices import (
    AC,
    CURTAIN,
    DOOR,
    KINDS,
    LIGHT,
    ON_BATTERY,
    PRESENCE,
    SENSOR,
    WINDOW,
    Hotel,
)
from benchmarks.faults_factors import DAY, Injection, draw, factors
from maintenance.samples import OFF, Devices, DeviceSample, RoomSample
from maintenance.sightings import Layout
from simulators.building import draw_makeup, room_plans
from simulators.physics import Rooms
from simulators.weather import Weather

DEVICE_OF_FACTOR = {
    "air_conditioner": AC,
    "room_sensor": SENSOR,
    "curtain": CURTAIN,
    "ceiling_light": LIGHT,
    "window": WINDOW,
    "door": DOOR,
    "presence": PRESENCE,
}
STEP_SECONDS = 15.0
TIMEZONE = ZoneInfo("Asia/Shanghai")
LONGEST_WAIT_FOR_CALL_DAYS = 6.0
CALL_STANDS_MINUTES = 15.0


class FaultWorld(Hotel):
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
