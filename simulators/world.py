"""The world outside, deterministic: rooms, devices, weather and people, all by hotel time.

`advance` does everything that is due in one fixed order: what is planned at its own time, the physics on a
grid of at most 15 s, so that neither the caller's steps nor its threads change a run. The same seed and
the same commands at the same times give the same messages.

Commands, the desk's answers and reconnections may come from any thread; they only enqueue.
"""

from __future__ import annotations

import json
import logging
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from simulators import wear
from simulators.agenda import Agenda
from simulators.air_conditioner import Mode
from simulators.bookings import Booking, BookingBook, EtaKind
from simulators.building import Floats, draw_makeup, room_plans
from simulators.desk import Desk, NoDesk
from simulators.devices import RoomDevices
from simulators.discovery import outdoor_configs
from simulators.discovery import payload as config_payload
from simulators.faults import BadFault, Fault, parse_fault
from simulators.floor import Floor
from simulators.guests import WARM_DAY_CELSIUS, Arrival
from simulators.people import People
from simulators.physics import LONGEST_STEP_SECONDS, Rooms
from simulators.weather import Outdoors, Weather
from simulators.wire import (
    BASE,
    CONTROL_TOPIC,
    ONLINE,
    OUTSIDE,
    STATUS_TOPICS,
    Wire,
    availability_topic,
    topic,
)

log = logging.getLogger(__name__)

WEATHER_STEPS = 4  # the weather is looked at once a minute
SAMPLE_STEPS = 4  # a sensor looks every fourth step, the rooms in turn
POWER_STEP_WATTS, POWER_STEP_SHARE = 5.0, 0.04  # what a power meter takes for a change
OUTDOOR_REPORT_SECONDS = 300.0
REPEAT_LOOK_SECONDS = 60.0
BIRTH_JITTER_SECONDS = 3.0  # transport
MOST_INBOX = 20_000
MEAN_FACADE_SUN = 70.0  # W/m², day and night, on a window


@dataclass(frozen=True, slots=True)
class WorldOptions:
    """What may differ between runs of one seed.

    Args:
        eta: how well guests tell their arrival.
        speed: hotel seconds in one transport second; the wire's delays are transport time.
        discovery_prefix: where device configs are published.
        people: without, the rooms stay empty.
        faults_a_day: how many things break by themselves, on average in the whole hotel.
    """

    eta: EtaKind = "live"
    speed: float = 1.0
    discovery_prefix: str = "homeassistant"
    people: bool = True
    faults_a_day: float = 0.0


@dataclass(frozen=True, slots=True)
class Truth:
    """What is really so in a room, for benches; nobody in the hotel knows it."""

    air_celsius: float
    humidity_percent: float
    mass_celsius: float
    ac_kwh: float
    ac_kwh_vacant: float  # while no guest was checked in
    let: bool
    people: int
    sensor_bias_celsius: float


class World:
    """One hotel's outside.

    Args:
        seed: makes the run.
        rooms: how many.
        clock_start: hotel time at which the world begins, aware.
        timezone: the hotel's.
        climate: a name of `weather.climates()`.
        wire: where messages go.
        desk: the hotel's front desk; None: people live by their own schedule.
        floor: the hotel's tasks; None: attendants go by their own schedule.

    Raises:
        ValueError: an unknown climate or too many rooms.
    """

    def __init__(
        self,
        seed: int,
        rooms: int,
        clock_start: datetime,
        timezone: ZoneInfo,
        climate: str,
        wire: Wire,
        desk: Desk | None = None,
        options: WorldOptions | None = None,
        floor: Floor | None = None,
    ) -> None:
        self.options = options or WorldOptions()
        self.plans = room_plans(rooms)
        self.room_numbers = frozenset(plan.number for plan in self.plans)
        self.weather = Weather(climate, timezone)
        self.bad_controls = 0
        self.ignored = 0  # messages on topics that no device listens to, and what did not fit the inbox
        self._timezone = timezone
        self._start = clock_start.astimezone(UTC)
        self._wire = wire
        self._now = 0.0
        self._stepped = 0
        self._agenda = Agenda()
        self._inbox: deque[Callable[[], None]] = deque()
        self._index = {plan.number: index for index, plan in enumerate(self.plans)}
        self._rng = np.random.default_rng([seed, 1])
        self._outdoors: Outdoors = self.weather.at(self._start)
        self._mean_outdoor = self.weather.mean_celsius(self._start)

        local = self._start.astimezone(timezone)
        book = BookingBook(seed, self.plans, timezone)
        opening = book.opening(local) if self.options.people else []
        self.makeup = draw_makeup(self.plans, seed, self.weather.figures)
        self.rooms = self._first_state(opening)
        self._devices = [
            RoomDevices(plan, index, self.rooms, self, random.Random(f"{seed}/devices/{plan.number}"))
            for index, plan in enumerate(self.plans)
        ]
        self._read_celsius = np.round(self.rooms.sensor, 1)
        self._read_humidity = np.round(self.rooms.humidity())
        self._read_watts = self.rooms.units.watts.copy()
        self._looks = self.rooms.units.looks()
        self._jitter = random.Random(f"{seed}/jitter")
        self._station_celsius = round(self._outdoors.celsius, 1)
        self.after(OUTDOOR_REPORT_SECONDS, self._station_looks)
        self.after(REPEAT_LOOK_SECONDS, self._repeat)
        self.people = People(self, book, desk or NoDesk(), seed, self.options.eta, floor)
        if self.options.people:
            self.soon(lambda: self.people.begin(opening, local))
        self._broken: set[Fault] = set()
        self._wear = random.Random(f"{seed}/wear")
        if self.options.faults_a_day > 0:
            self.after(wear.seconds_until(self._wear, self.options.faults_a_day), self._wears)

    def _first_state(self, opening: list[Booking]) -> Rooms:
        """Let rooms near their guests' wishes with the unit on, vacant ones on their way outdoors."""
        makeup = self.makeup
        resting = Rooms(makeup, *(np.full(len(self.plans), value) for value in (24.0, 24.0, 50.0)))
        rest = resting.resting_celsius(self._mean_outdoor, MEAN_FACADE_SUN)
        drifted = self._rng.uniform(0.55, 1.0, len(self.plans))
        air = 24.0 + drifted * (rest - 24.0)
        mass = air.copy()
        warm = self._mean_outdoor >= WARM_DAY_CELSIUS
        wishes = {b.room: b.cooling_celsius if warm else b.heating_celsius for b in opening}
        for room, wish in wishes.items():
            index = self._index[room]
            air[index], mass[index] = wish, 0.6 * wish + 0.4 * mass[index]
        rooms = Rooms(makeup, air, mass, np.full(len(self.plans), 55.0 if warm else 38.0))
        for room, wish in wishes.items():
            rooms.units.mode[self._index[room]] = int(Mode.COOL if warm else Mode.HEAT)
            rooms.units.setpoint[self._index[room]] = wish
        return rooms

    # -- time -------------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        """Hotel seconds since the world began."""
        return self._now

    @property
    def time(self) -> datetime:
        """Hotel time, UTC."""
        return self._start + timedelta(seconds=self._now)

    def local(self, seconds: float) -> datetime:
        return (self._start + timedelta(seconds=seconds)).astimezone(self._timezone)

    def seconds(self, moment: datetime) -> float:
        return (moment.astimezone(UTC) - self._start).total_seconds()

    def advance(self, until: datetime) -> None:
        """Do all that happens up to `until` (hotel time); nothing when that is past already."""
        end = self.seconds(until)
        self._take_in()
        while True:
            step_at = (self._stepped + 1) * LONGEST_STEP_SECONDS
            planned = self._agenda.next_at()
            if min(step_at, planned) > end:
                break
            if planned <= step_at:
                self._now, call = self._agenda.pop()
                call()
            else:
                self._now = step_at
                self._step()
            self._take_in()
        self._now = max(self._now, end)

    def _take_in(self) -> None:
        while self._inbox:
            self._inbox.popleft()()

    def _step(self) -> None:
        self._stepped += 1
        moment = self.time
        if self._stepped % WEATHER_STEPS == 1:
            self._outdoors = self.weather.at(moment)
        if self._stepped % 240 == 1:
            self._mean_outdoor = self.weather.mean_celsius(moment)
        self.rooms.step(LONGEST_STEP_SECONDS, self._outdoors, self._mean_outdoor)
        self._sample(self._stepped % SAMPLE_STEPS)

    def _sample(self, turn: int) -> None:
        """A quarter of the rooms' sensors take a reading; those that changed are told."""
        rooms, makeup = self.rooms, self.makeup
        turns = slice(turn, None, SAMPLE_STEPS)
        noise = self._rng.standard_normal((2, len(self.plans)))[:, turns]
        celsius = np.round(
            rooms.sensor[turns]
            + makeup.sensor_bias_celsius[turns]
            + makeup.sensor_noise_celsius[turns] * noise[0],
            1,
        )
        humidity = np.clip(
            rooms.humidity()[turns]
            + makeup.humidity_bias_percent[turns]
            + makeup.humidity_noise_percent[turns] * noise[1],
            1.0,
            99.0,
        )
        # A humidity sensor reports a change of a whole percent only.
        humidity = np.where(
            np.abs(humidity - self._read_humidity[turns]) >= 1.0,
            np.round(humidity),
            self._read_humidity[turns],
        )
        changed = (celsius != self._read_celsius[turns]) | (humidity != self._read_humidity[turns])
        self._read_celsius[turns] = celsius
        self._read_humidity[turns] = humidity
        for place in np.flatnonzero(changed):
            index = turn + SAMPLE_STEPS * int(place)
            self._devices[index].sense_climate(float(celsius[place]), int(humidity[place]))
        looks, watts = rooms.units.looks()[turns], rooms.units.watts[turns]
        for place in np.flatnonzero(looks != self._looks[turns]):
            self._devices[turn + SAMPLE_STEPS * int(place)].sense_unit()
        self._looks[turns] = looks
        read = self._read_watts[turns]
        differs = np.abs(watts - read) >= np.maximum(POWER_STEP_WATTS, POWER_STEP_SHARE * read)
        for place in np.flatnonzero(differs):
            self._devices[turn + SAMPLE_STEPS * int(place)].sense_power(float(watts[place]))
        self._read_watts[turns] = np.where(differs, watts, read)

    # -- what devices and people need -------------------------------------------------------------

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        self._agenda.add(self._now + max(0.0, seconds), call)

    def after_transport(self, seconds: float, call: Callable[[], None]) -> None:
        self.after(seconds * self.options.speed, call)

    def soon(self, call: Callable[[], None]) -> None:
        """Have `call` made at the next occasion; from any thread. Bounded for what the wire brings."""
        self._inbox.append(call)

    def send(self, room: str, topic: str, payload: bytes) -> None:
        self._wire.publish(room, topic, payload, True)

    def index(self, room: str) -> int:
        return self._index[room]

    def devices(self, room: str) -> RoomDevices:
        return self._devices[self._index[room]]

    def outdoor_celsius(self) -> float:
        return self._outdoors.celsius

    def mean_outdoor_celsius(self) -> float:
        return self._mean_outdoor

    # -- the wire ---------------------------------------------------------------------------------

    def gateways(self) -> list[str]:
        """Names of the gateways that connect to the broker: each room, and "outdoor"."""
        return [*(plan.number for plan in self.plans), OUTSIDE]

    def announce(self) -> None:
        """Have every gateway introduce itself at the next `advance`: availability, configs, states."""
        for gateway in self.gateways():
            self.connected(gateway)

    def connected(self, gateway: str) -> None:
        """A gateway's link came up (again); it introduces itself. From any thread."""
        self.soon(lambda: self._introduce(gateway, birth=True))

    def command(self, topic: str, payload: bytes) -> None:
        """A message came for the devices. From any thread; obeyed after the device's own delay."""
        if len(self._inbox) >= MOST_INBOX:
            self.ignored += 1
            return
        self.soon(lambda: self._hear(topic, payload))

    def _introduce(self, gateway: str, birth: bool) -> None:
        prefix = self.options.discovery_prefix
        if gateway != OUTSIDE:
            self.devices(gateway).announce(prefix, birth)
            return
        if birth:
            self.send(OUTSIDE, availability_topic(OUTSIDE), ONLINE)
        for where, config in outdoor_configs(prefix).items():
            self.send(OUTSIDE, where, config_payload(config))
        self._say_station()

    def _hear(self, where: str, payload: bytes) -> None:
        if where == CONTROL_TOPIC:
            self._control(payload)
        elif where in STATUS_TOPICS:
            if payload == ONLINE:
                for gateway in self.gateways():
                    self._answer_birth(gateway)
        else:
            parts = where.split("/")
            if len(parts) >= 4 and parts[0] == BASE and parts[1] in self._index and parts[3] == "set":
                self.devices(parts[1]).command(parts[2], "/".join(parts[4:]), payload)
            else:
                self.ignored += 1

    def _answer_birth(self, gateway: str) -> None:
        delay = self._jitter.uniform(0.0, BIRTH_JITTER_SECONDS)
        self.after_transport(delay, lambda: self._introduce(gateway, birth=False))

    def _control(self, payload: bytes) -> None:
        try:
            fault = parse_fault(payload, self.room_numbers)
        except BadFault as error:
            self.bad_controls += 1
            log.warning("A message on %s is refused: %s.", CONTROL_TOPIC, error)
            return
        self._suffer(fault)

    def _suffer(self, fault: Fault) -> None:
        self._broken = {
            one
            for one in self._broken
            if (one.room, one.device, one.kind) != (fault.room, fault.device, fault.kind)
        }
        if fault.active:
            self._broken.add(fault)
        self.devices(fault.room).suffer(fault, self.options.discovery_prefix)

    def _wears(self) -> None:
        fault = wear.next_fault(self._wear, sorted(self.room_numbers), {one.room for one in self._broken})
        if fault is not None:
            self._suffer(fault)
        self.after(wear.seconds_until(self._wear, self.options.faults_a_day), self._wears)

    @property
    def broken(self) -> frozenset[Fault]:
        """What is broken now."""
        return frozenset(self._broken)

    def mend(self, room: str | None) -> None:
        """What was broken in the room works again; without a room, every gateway does."""
        for fault in sorted(self._broken, key=lambda one: (one.room, one.device, one.kind)):
            if fault.room == room or (room is None and fault.device == "room"):
                self._suffer(replace(fault, active=False))

    def _station_looks(self) -> None:
        self._station_celsius = round(self._outdoors.celsius, 1)
        self._say_station()
        self.after(OUTDOOR_REPORT_SECONDS, self._station_looks)

    def _say_station(self) -> None:
        state = json.dumps({"temperature": self._station_celsius}, separators=(",", ":")).encode()
        self.send(OUTSIDE, topic(OUTSIDE, "station", "state"), state)

    def _repeat(self) -> None:
        for devices in self._devices:
            devices.repeat()
        self.after(REPEAT_LOOK_SECONDS, self._repeat)

    # -- for benches ------------------------------------------------------------------------------

    @property
    def arrivals(self) -> list[Arrival]:
        """Every first opening of a door by its guest, in order."""
        return self.people.arrivals

    def truth(self, room: str) -> Truth:
        """What is really so in a room."""
        rooms, index = self.rooms, self._index[room]
        return Truth(
            air_celsius=float(rooms.air[index]),
            humidity_percent=float(rooms.humidity()[index]),
            mass_celsius=float(rooms.mass[index]),
            ac_kwh=float(rooms.kwh[index]),
            ac_kwh_vacant=float(rooms.kwh_vacant[index]),
            let=bool(rooms.use.let[index]),
            people=int(rooms.use.people[index]),
            sensor_bias_celsius=float(self.makeup.sensor_bias_celsius[index]),
        )

    def air_celsius(self) -> Floats:
        """True air temperature of every room, in the order of `plans`."""
        return self.rooms.air.copy()
