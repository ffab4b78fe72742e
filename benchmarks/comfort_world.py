"""The comfort bench's world: rooms, weather, guests, sensors and a network, vectorised, without MQTT.

A house (a seed) is drawn once; every policy has a copy of it. All copies stand side by side in the same
arrays and go through the same month with the same guests, windows, noise and lost messages, so that two
policies differ by what they decide and by nothing else. The physics are those of `simulators.physics` in
its own steps; once a minute sensors speak, policies decide and units are told.

While a guest has the room, the unit is held at the guest's wish, for all policies alike. "Vacant" is from
check-out until the next guest opens the door; a vacancy's energy is what the unit took in it, with its
standby.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

import numpy as np

from benchmarks.comfort_factors import DAY, HOUR, MINUTE, EtaKind, begins, drawn, factors
from benchmarks.comfort_houses import History, Houses, tiled
from benchmarks.comfort_observed import (
    COOL,
    HEAT,
    OFF,
    Awaited,
    Flags,
    FleetControl,
    Forecast,
    Observed,
    Orders,
)
from benchmarks.comfort_stays import Stay, Told, told_etas
from simulators.building import Floats, RoomMakeup
from simulators.physics import RoomUse
from simulators.weather import Outdoors

READY_WITHIN_KELVIN = 0.3
# A room that was ready is not ready any more when it is this much further off.
READY_LOST_KELVIN = 0.3
NEAR_KELVIN = 0.5
FIRST_HUMIDITY_PERCENT = 50.0


class ThermalRooms(Protocol):
    """Physics of rooms: `simulators.physics.Rooms` or another one."""

    air: Floats
    sensor: Floats
    use: RoomUse
    kwh_vacant: Floats

    @property
    def units(self) -> Any: ...

    def step(self, seconds: float, outdoors: Outdoors, mean_outdoor_celsius: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Block:
    """A policy's copy of the houses, and how well its guests say when they come."""

    name: str
    eta: EtaKind
    control: FleetControl
    # Reads the rooms' true state instead of being told (for what no controller could do).
    sees_truth: bool = False


@dataclass(frozen=True, slots=True)
class Door:
    """A guest opened a room. Arrays run over blocks: true air, and since when it was ready
    (NaN: it is not), each moment at which it became so, and when it was last within half a kelvin."""

    stay: Stay
    place: int
    bias_celsius: float
    air_celsius: Floats
    ready_since: Floats
    became_ready: tuple[tuple[float, ...], ...]
    near_at: Floats


@dataclass(slots=True)
class Vacancy:
    """A room between two guests. `kwh` runs over blocks; `state` is what foresight starts from."""

    place: int
    begins: float
    state: Floats
    kwh: Floats
    ends: float = np.inf
    stay: Stay | None = None


@dataclass(slots=True)
class Arrivals:
    """Who is expected in which room, as the hotel knows it with one kind of ETA."""

    awaited: list[Awaited | None]
    eta: Floats
    wanted: Floats
    checked_in: Flags
    queue: dict[int, list[Awaited]] = field(default_factory=lambda: defaultdict(list))


class World:
    """Runs a scene under all blocks side by side. Read `doors` and `vacancies` when it is done."""

    def __init__(
        self,
        houses: Houses,
        blocks: Sequence[Block],
        physics: Callable[[RoomMakeup, Floats, Floats, Floats], ThermalRooms],
    ) -> None:
        self.houses, self.blocks, scene = houses, list(blocks), houses.scene
        self.scene = scene
        self.places, copies = scene.places, len(self.blocks)
        self.size = self.places * copies
        self.epoch = begins(scene.climate)
        self._weather = houses.weather
        self._sensors, self._network = factors()["sensors"], factors()["network"]
        self._draw = np.random.default_rng([scene.seeds[0], 5])
        makeup = tiled(houses.makeup, copies)
        self._makeup = makeup
        self._season_mode = COOL if scene.season == "cooling" else HEAT
        first = self._first_celsius(makeup, physics)
        self.rooms = physics(makeup, first, first, np.full(self.size, FIRST_HUMIDITY_PERCENT))
        self.rooms.use.curtain_open[:] = np.tile(houses.curtain_open, copies)
        self.wanted = np.full(self.places, self._usual_celsius())
        self._let = np.zeros(self.places, dtype=np.bool_)  # obeys the guest
        self._window_since = np.full(self.places, np.nan)
        self._told = {kind: self._nobody() for kind in {block.eta for block in self.blocks}}
        self._ready_since = np.full(self.size, np.nan)
        # Since the last check-out.
        self._became_ready: list[list[float]] = [[] for _ in range(self.size)]
        self._near_at = np.full(self.size, np.nan)
        self.doors: list[Door] = []
        self.vacancies: list[Vacancy] = []
        self._open_vacancy: dict[int, Vacancy] = {}
        self._changed_early = 0
        # Processor time that all policies took to decide; the baselines hardly any of it.
        self.decision_seconds = 0.0
        self.compressor_starts = np.zeros(self.size)
        self.history = History(int(scene.days * DAY / MINUTE), self.places)
        self._events = self._agenda()
        self._next_event = 0
        self._forecast = Forecast(self.epoch, np.zeros(1), np.zeros(1))
        self._hear_first()

    # -- before it begins -----------------------------------------------------------------------------

    def _usual_celsius(self) -> float:
        guests = factors()["guests"]
        name = "house_cooling_celsius" if self.scene.season == "cooling" else "house_heating_celsius"
        return float(guests[name])

    def _first_celsius(self, makeup: RoomMakeup, physics: Any) -> Floats:
        world = factors()["world"]
        usual = np.full(self.size, self._usual_celsius())
        probe = physics(makeup, usual, usual, np.full(self.size, FIRST_HUMIDITY_PERCENT))
        resting = probe.resting_celsius(self._weather.mean_celsius(self.epoch), 120.0)
        held = np.clip(resting, world["vacant_lowest_celsius"], world["vacant_highest_celsius"])
        return np.asarray(0.5 * held + 0.5 * usual)

    def _nobody(self) -> Arrivals:
        return Arrivals(
            [None] * self.places,
            np.full(self.places, np.nan),
            np.full(self.places, self._usual_celsius()),
            np.zeros(self.places, dtype=np.bool_),
        )

    def _wish(self, stay: Stay) -> float:
        return stay.cooling_celsius if self.scene.season == "cooling" else stay.heating_celsius

    def _outdoors(self, at: float) -> Outdoors:
        return self._weather.at(self.epoch + timedelta(seconds=at))

    def _bearable(self, at: float, bounds: list[float]) -> bool:
        low, high = bounds
        return low <= self._outdoors(at).celsius <= high

    def _agenda(self) -> list[tuple[float, int, Callable[[float], None]]]:
        """All that happens to the rooms, in order: guests, attendants, windows, and what is told of them."""
        events: list[tuple[float, int, Callable[[float], None]]] = []

        def add(at: float, what: Callable[[float], None]) -> None:
            events.append((max(0.0, at), len(events), what))

        for place, stays in enumerate(self.houses.stays):
            if not (stays and stays[0].day < 0):
                add(0.0, partial(self._vacate, place))
            for stay in stays:
                draw = np.random.default_rng([self.houses.seed_of(place), 6, stay.id])
                self._plan_stay(add, place, stay, draw)
        events.sort(key=lambda event: event[:2])
        return events

    def _plan_stay(self, add: Any, place: int, stay: Stay, draw: np.random.Generator) -> None:
        expected = stay.day >= 0 and not stay.walk_in
        for kind in self._told if expected else ():
            add(stay.known_from, partial(self._expect, kind, place, stay))
            for told in told_etas(stay, kind, self.houses.seed_of(place)):
                add(max(told.at, stay.known_from), partial(self._tell, kind, place, stay.id, told))
        if stay.no_show:
            declared = factors()["bookings"]["no_show_declared_hour"] * HOUR
            add(stay.day * DAY + declared, partial(self._forget, place, stay))
            return
        if stay.day < 0:
            add(0.0, partial(self._occupy, place, stay))
        else:
            add(stay.arrives, partial(self._check_in, place, stay))
            add(stay.door, partial(self._open_door, place, stay))
        self._plan_guest(add, place, stay, draw)
        add(stay.leaves, partial(self._vacate, place))
        self._plan_cleaning(add, place, stay, draw)

    def _window(self, add: Any, place: int, at: float, minutes: float) -> None:
        add(round(at / MINUTE) * MINUTE, partial(self._turn_window, place, True))
        add(round((at + minutes * MINUTE) / MINUTE) * MINUTE, partial(self._turn_window, place, False))

    def _plan_guest(self, add: Any, place: int, stay: Stay, draw: np.random.Generator) -> None:
        guests = factors()["guests"]
        first, last = int(max(stay.door, 0.0) // DAY), int(stay.leaves // DAY)
        for day in range(first, last + 1):
            come, go = max(stay.door, day * DAY, 0.0), min(stay.leaves, (day + 1) * DAY)
            away = day * DAY + float(drawn(guests["away_from_hour"], draw)) * HOUR
            back = min(away + float(drawn(guests["away_hours"], draw)) * HOUR, go - MINUTE)
            if draw.random() < guests["away_share"] and come < away < back:
                add(away, partial(self._people, place, 0.0))
                add(back, partial(self._people, place, float(stay.people)))
            on, off = (day * DAY + guests[f"lamps_{end}_hour"] * HOUR for end in ("from", "to"))
            if on < go and come < off:
                add(max(on, come), partial(self._lamps, place, guests["lamp_watts"]))
                add(min(off, go), partial(self._lamps, place, 0.0))
            if draw.random() < guests["window_opened_per_day"] and go - come > HOUR:
                at, minutes = draw.uniform(come, go - HOUR / 2), float(drawn(guests["window_minutes"], draw))
                if self._bearable(at, guests["window_bearable_celsius"]):
                    self._window(add, place, at, min(minutes, (go - at) / MINUTE))

    def _plan_cleaning(self, add: Any, place: int, stay: Stay, draw: np.random.Generator) -> None:
        cleaning = factors()["cleaning"]
        done = stay.leaves + float(drawn(cleaning["done_after_minutes"], draw)) * MINUTE
        begin = max(stay.leaves + MINUTE, done - float(drawn(cleaning["takes_minutes"], draw)) * MINUTE)
        following = [later for later in self.houses.stays[place] if later.arrives > stay.leaves]
        if following and not following[0].no_show:
            done = min(done, following[0].arrives - MINUTE)
        add(begin, partial(self._people, place, cleaning["people"]))
        add(begin, partial(self._lamps, place, cleaning["lamp_watts"]))
        add(done, partial(self._people, place, 0.0))
        add(done, partial(self._lamps, place, 0.0))
        opened, minutes = draw.random(), float(drawn(cleaning["window_minutes"], draw))
        forgotten, longer = draw.random(), float(drawn(cleaning["window_forgotten_minutes"], draw))
        if self._bearable(begin, cleaning["window_bearable_celsius"]):
            if forgotten < cleaning["window_forgotten"]:
                self._window(add, place, begin + 2 * MINUTE, longer)
            elif opened < cleaning["window_opened"]:
                self._window(add, place, begin + 2 * MINUTE, min(minutes, (done - begin) / MINUTE))
        add(done, partial(self._curtain, place, float(drawn(cleaning["curtain_open"], draw))))

    # -- what happens ---------------------------------------------------------------------------------

    def _all(self, place: int) -> slice:
        return slice(place, self.size, self.places)

    def _people(self, place: int, people: float, _now: float) -> None:
        self.rooms.use.people[self._all(place)] = people

    def _lamps(self, place: int, watts: float, _now: float) -> None:
        self.rooms.use.lamp_watts[self._all(place)] = watts

    def _curtain(self, place: int, share: float, _now: float) -> None:
        self.rooms.use.curtain_open[self._all(place)] = share

    def _turn_window(self, place: int, is_open: bool, now: float) -> None:
        self.rooms.use.window_open[self._all(place)] = float(is_open)
        self._window_since[place] = now if is_open and self.houses.has_contact[place] else np.nan

    def _expect(self, kind: EtaKind, place: int, stay: Stay, _now: float) -> None:
        told = self._told[kind]
        told.queue[place].append(Awaited(stay.id, stay.cooling_celsius, stay.heating_celsius, []))
        if len(told.queue[place]) == 1:
            self._next_guest(kind, place)

    def _tell(self, kind: EtaKind, place: int, stay_id: int, word: Told, _now: float) -> None:
        told = self._told[kind]
        for guest in told.queue[place]:
            if guest.stay_id == stay_id:
                guest.told.append(word)
        self._next_guest(kind, place)

    def _next_guest(self, kind: EtaKind, place: int) -> None:
        told = self._told[kind]
        guest = told.queue[place][0] if told.queue[place] else None
        told.awaited[place] = guest
        eta = guest.eta if guest is not None else None
        told.eta[place] = np.nan if eta is None else eta.eta
        told.checked_in[place] = guest is not None and guest.checked_in
        cooling = self.scene.season == "cooling"
        told.wanted[place] = (
            self._usual_celsius()
            if guest is None
            else guest.cooling_celsius
            if cooling
            else guest.heating_celsius
        )

    def _forget(self, place: int, stay: Stay, _now: float) -> None:
        for kind, told in self._told.items():
            told.queue[place] = [guest for guest in told.queue[place] if guest.stay_id != stay.id]
            self._next_guest(kind, place)

    def _check_in(self, place: int, stay: Stay, _now: float) -> None:
        for kind, told in self._told.items():
            if stay.walk_in:
                told.queue[place].insert(0, Awaited(stay.id, stay.cooling_celsius, stay.heating_celsius, []))
            for guest in told.queue[place]:
                guest.checked_in = guest.checked_in or guest.stay_id == stay.id
            self._next_guest(kind, place)

    def _open_door(self, place: int, stay: Stay, now: float) -> None:
        everywhere = self._all(place)
        self.doors.append(
            Door(
                stay=stay,
                place=place,
                bias_celsius=float(self.houses.makeup.sensor_bias_celsius[place]),
                air_celsius=self.rooms.air[everywhere].copy(),
                ready_since=self._ready_since[everywhere].copy(),
                became_ready=tuple(tuple(moments) for moments in self._became_ready[everywhere]),
                near_at=self._near_at[everywhere].copy(),
            )
        )
        vacancy = self._open_vacancy.pop(place, None)
        if vacancy is not None:
            vacancy.kwh = self.rooms.kwh_vacant[everywhere] - vacancy.kwh
            vacancy.ends, vacancy.stay = now, stay
            self.vacancies.append(vacancy)
        self._forget(place, stay, now)
        self._occupy(place, stay, now)

    def _occupy(self, place: int, stay: Stay, _now: float) -> None:
        self.rooms.use.let[self._all(place)] = 1.0
        self.rooms.use.people[self._all(place)] = float(stay.people)
        self.wanted[place] = self._wish(stay)
        self._let[place] = True

    def _vacate(self, place: int, now: float) -> None:
        everywhere = self._all(place)
        self.rooms.use.let[everywhere] = 0.0
        self.rooms.use.people[everywhere] = 0.0
        self.rooms.use.lamp_watts[everywhere] = 0.0
        self._let[place] = False
        self._ready_since[everywhere] = np.nan
        for moments in self._became_ready[everywhere]:
            moments.clear()
        self._near_at[everywhere] = np.nan
        rooms: Any = self.rooms
        state = np.array(
            [getattr(rooms, name, rooms.air)[place] for name in ("air", "furniture", "mass", "water")]
        )
        self._open_vacancy[place] = Vacancy(place, now, state, rooms.kwh_vacant[everywhere].copy())

    # -- sensors, network, orders ---------------------------------------------------------------------

    def _hear_first(self) -> None:
        unknown = np.full(self.size, np.nan)
        self._heard, self._heard_at = unknown.copy(), unknown.copy()
        self._unit_heard, self._power_heard = unknown.copy(), np.zeros(self.size)

    def _everywhere(self, values: Any) -> Any:
        return np.tile(values, len(self.blocks))

    def _sense(self, now: float) -> None:
        """The room sensors and the units speak; some of it is lost. The same luck in every copy."""
        lost, places = self._network["lost"], self.places
        noise = self._draw.normal(size=places)
        heard = self._everywhere(self._draw.random(places) >= lost)
        step = self._sensors["step_celsius"]
        made, rooms = self._makeup, self.rooms
        said = rooms.sensor + made.sensor_bias_celsius + made.sensor_noise_celsius * self._everywhere(noise)
        np.copyto(self._heard, np.round(said / step) * step, where=heard)
        np.copyto(self._heard_at, now, where=heard)
        heard = self._everywhere(self._draw.random(places) >= lost)
        coarse, watts = self._sensors["unit_step_celsius"], self._sensors["power_step_watts"]
        np.copyto(self._unit_heard, np.round(rooms.units.sensor / coarse) * coarse, where=heard)
        np.copyto(self._power_heard, np.round(rooms.units.watts / watts) * watts, where=heard)

    def _predict_weather(self, now: float) -> None:
        figures = factors()["forecast"]
        hours = int(figures["hours"])
        first, last = figures["deviation_celsius_at_one_hour"], figures["deviation_celsius_at_a_day"]
        grown = (last**2 - first**2) / (hours - 1)
        walk = np.cumsum(self._draw.normal(size=hours) * np.sqrt([first**2] + [grown] * (hours - 1)))
        off = 1.0 + figures["irradiance_deviation"] * self._draw.normal()
        truths = [self._outdoors(now + hour * HOUR) for hour in range(hours)]
        self._forecast = Forecast(
            self.epoch + timedelta(seconds=now),
            np.array([truth.celsius for truth in truths]) + walk,
            np.array([truth.radiation for truth in truths]) * max(0.0, off),
        )

    def _observed(self, block: int, now: float, outdoor: float) -> Observed:
        rows = slice(block * self.places, (block + 1) * self.places)
        truth = self.blocks[block].sees_truth
        told = self._told[self.blocks[block].eta]
        units = self.rooms.units
        return Observed(
            epoch=self.epoch,
            season=self.scene.season,
            latitude=self._weather.figures.latitude,
            area_square_metres=self._areas,
            room_types=self._types,
            air_celsius=self.rooms.air[rows] if truth else self._heard[rows],
            heard_seconds=self._heard_at[rows],
            unit_celsius=self._unit_heard[rows],
            unit_running=units.running[rows],
            unit_mode=units.mode[rows],
            setpoint_celsius=units.setpoint[rows],
            power_watts=self._power_heard[rows],
            window_open=np.isfinite(self._window_since),
            window_seconds=now - self._window_since,
            let=self._let,
            people_seen=self.rooms.use.people[rows] > 0,
            curtain_open=self.rooms.use.curtain_open[rows],
            outdoor_celsius=outdoor,
            forecast=self._forecast,
            awaited=told.awaited,
            eta_seconds=told.eta,
            wanted_celsius=told.wanted,
            checked_in=told.checked_in,
        )

    def _give(self, orders: list[Orders]) -> None:
        """Orders go out; each minute the lost ones again. Guests' rooms are the guests'."""
        units, sensors = self.rooms.units, self._sensors
        let = self._everywhere(self._let)
        window = self._everywhere(np.isfinite(self._window_since))
        guests = np.where(window, OFF, self._season_mode)
        mode = np.where(let, guests, np.concatenate([order.mode for order in orders]))
        wished = np.concatenate([order.setpoint_celsius for order in orders])
        wished = np.where(let, self._everywhere(self.wanted), wished)
        step = sensors["setpoint_step_celsius"]
        setpoint = np.clip(
            np.round(wished / step) * step,
            sensors["lowest_setpoint_celsius"],
            sensors["highest_setpoint_celsius"],
        )
        arrives = self._everywhere(self._draw.random(self.places) >= self._network["lost"])
        units.mode[:] = np.where(arrives, mode, units.mode)
        units.setpoint[:] = np.where(arrives & (mode != OFF), setpoint, units.setpoint)

    def _note_ready(self, now: float) -> None:
        """Since when each room is where its next guest wants it, its sensor's bias taken out."""
        wanted = np.concatenate([self._told[block.eta].wanted for block in self.blocks])
        self._near_at[np.abs(self.rooms.air - wanted) <= NEAR_KELVIN] = now
        off = self.rooms.air + self._makeup.sensor_bias_celsius - wanted
        off = off if self.scene.season == "cooling" else -off
        within, lost = off <= READY_WITHIN_KELVIN, off > READY_WITHIN_KELVIN + READY_LOST_KELVIN
        since = self._ready_since
        since[lost] = np.nan
        fresh = within & np.isnan(since)
        since[fresh] = now
        for index in np.nonzero(fresh & ~self._everywhere(self._let))[0]:
            self._became_ready[index].append(now)

    # -- running --------------------------------------------------------------------------------------

    def run(self, progress: Callable[[float], None] = lambda done: None) -> None:
        """From the first minute to the last."""
        self._areas = np.array([plan.area_square_metres for plan in self.houses.plans])
        self._types = [plan.type_code for plan in self.houses.plans]
        world = factors()["world"]
        step, decide = float(world["step_seconds"]), float(world["decide_seconds"])
        total = self.scene.days * DAY
        every = factors()["forecast"]["every_hours"] * HOUR
        sensors = self._sensors
        now, mean = 0.0, 0.0
        while now < total:
            if now % DAY == 0:
                mean = self._weather.mean_celsius(self.epoch + timedelta(seconds=now))
                progress(now / total)
            if now % every == 0:
                self._predict_weather(now)
            outdoors = self._outdoors(now)
            while self._next_event < len(self._events) and self._events[self._next_event][0] <= now:
                self._events[self._next_event][2](now)
                self._next_event += 1
            self.history.note(now, self.rooms.use, self.places)
            self._sense(now)
            noise = sensors["outdoor_noise_celsius"] * self._draw.normal()
            told = round((outdoors.celsius + noise) / sensors["outdoor_step_celsius"])
            outdoor = told * sensors["outdoor_step_celsius"]
            seen = [self._observed(block, now, outdoor) for block in range(len(self.blocks))]
            self._note_ready(now)
            began = time.process_time()
            orders = [block.control.decide(now, view) for block, view in zip(self.blocks, seen, strict=True)]
            self.decision_seconds += time.process_time() - began
            self._give(orders)
            for _ in range(round(decide / step)):
                self._step(step, outdoors, mean)
            now += decide
        for place, vacancy in self._open_vacancy.items():
            vacancy.kwh = self.rooms.kwh_vacant[self._all(place)] - vacancy.kwh
            vacancy.ends = total
            self.vacancies.append(vacancy)

    def _step(self, seconds: float, outdoors: Outdoors, mean: float) -> None:
        units = self.rooms.units
        ran, since = units.running, units.since_change_seconds.copy()
        self.rooms.step(seconds, outdoors, mean)
        changed = np.not_equal(units.running, ran)
        if changed.any():
            made = self._makeup
            least = np.where(ran, made.minimum_on_seconds, made.minimum_off_seconds)
            self._changed_early += int(np.count_nonzero(changed & (since + seconds < least)))
            self.compressor_starts += changed & units.running

    @property
    def timer_violations(self) -> int:
        """Compressors that started or stopped before their own time."""
        return self._changed_early
