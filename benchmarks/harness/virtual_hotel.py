"""A whole hotel in virtual time: the real services, the real payloads, the simulated world, one thread.

Only three things differ from the running service: the clock is moved by hand, the link is in memory
(held to the real one's contract by tests/contract/test_mqtt_link.py), and simulated people call the
services instead of their routes. The same seed gives the same run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import gateway.tables  # noqa: F401 - every table is to be made
from benchmarks.harness.memory_link import MemoryBroker, MemoryLink
from benchmarks.harness.service_desk import ServiceDesk
from controller.policy import ClimatePolicy
from controller.ports import HeavyWork, Sample, Telemetry
from gateway.house import House, build_house
from gateway.http.views.ports import TelemetrySeries
from gateway.settings import load_settings
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.rooms import Room, ensure_property, put_room
from simulators.bookings import EtaKind
from simulators.desk import Desk, DeskAct, DeskAnswer
from simulators.wire import BASE, CONTROL_TOPIC, STATUS_TOPICS
from simulators.world import World, WorldOptions

STEP_SECONDS = 15.0
# While commands are under way the hotel moves in steps that are shorter than a device's answer.
BUSY_STEP_SECONDS = 1.0
BUSY_STEPS = 3
MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class HotelOptions:
    """What to run. `start` is aware; `climate` one of the simulators'.

    `step_seconds`: how often the quiet house looks around; `desk_seconds`: how often business date, closed
    rooms and missed departures are looked after. Longer ones are quicker, and see less of what happens in
    between.
    """

    seed: int
    rooms: int
    start: datetime
    timezone: str = "Asia/Shanghai"
    climate: str = "shanghai"
    eta: EtaKind = "exact"
    policy: ClimatePolicy | None = None
    step_seconds: float = STEP_SECONDS
    desk_seconds: float = MINUTE


class _Forgetful:
    """Telemetry that nobody will read."""

    def record(self, samples: list[Sample]) -> None:
        """Drop them."""

    def series(
        self, room: str | None, properties: Sequence[str], start: datetime, end: datetime, most_points: int, /
    ) -> dict[str, list[tuple[datetime, float | None]]]:
        return {name: [] for name in properties}


class _WorldWire:
    """What the world says goes into the broker in memory."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker

    def publish(self, room: str, topic: str, payload: bytes, retain: bool) -> None:
        self._broker.publish(topic, payload, retain=retain)


class _LateDesk:
    """The desk of a world that is made before its hotel is."""

    def __init__(self) -> None:
        self.desk: Desk | None = None

    def submit(self, act: DeskAct, urgency: float, done: Callable[[DeskAnswer], None]) -> None:
        assert self.desk is not None
        self.desk.submit(act, urgency, done)


class VirtualHotel:
    """Rooms, guests, weather and the house that serves them.

    Args:
        options: what to run.
        folder: for the database; its content is worth nothing afterwards.
        telemetry: where samples go; nowhere when None.
        series: what is read back of them.
        heavy: where rooms' models are fitted at night; they are not when None.
    """

    def __init__(
        self,
        options: HotelOptions,
        folder: Path,
        telemetry: Telemetry | None = None,
        series: TelemetrySeries | None = None,
        heavy: HeavyWork | None = None,
    ) -> None:
        self.options = options
        self.clock = ManualClock(options.start)
        self.broker = MemoryBroker(self.clock)
        late = _LateDesk()
        self.world = World(
            options.seed,
            options.rooms,
            options.start,
            ZoneInfo(options.timezone),
            options.climate,
            _WorldWire(self.broker),
            late,
            WorldOptions(eta=options.eta),
        )
        settings = load_settings(
            {
                "INNKEEPER_DATA_DIR": str(folder),
                "INNKEEPER_AUTO_APPROVE": "true",
                "INNKEEPER_TIMEZONE": options.timezone,
            },
            folder,
        )
        self.database = Database(settings.database_url, self.clock, settings.property, durable=False)
        self.database.create_all()
        self._make_rooms(settings.property_name)
        self.link = MemoryLink(self.broker)
        nowhere = _Forgetful()
        self.house: House = build_house(
            settings,
            self.clock,
            self.database,
            self.link,
            series or nowhere,
            telemetry or nowhere,
            options.policy,
            heavy,
        )
        self.desk = late.desk = ServiceDesk(self.house)
        self._announced = True
        self._commanded = False
        self._minute_at = 0.0
        self._watched_at = 0.0
        self.database.on_announced(self._note_announced)
        for topic_filter in (f"{BASE}/+/+/set/#", CONTROL_TOPIC, *STATUS_TOPICS):
            self.broker.listen(topic_filter, self._hear_as_devices)
        self.link.start()
        self.house.controller.load()
        self.world.announce()

    def _make_rooms(self, name: str) -> None:
        local = self.clock.now().astimezone(ZoneInfo(self.options.timezone))
        with self.database.write() as tx:
            ensure_property(tx, name, self.options.timezone, local.date())
            for plan in self.world.plans:
                room = Room(
                    plan.number,
                    plan.floor,
                    plan.type_code,
                    plan.type_name,
                    plan.section,
                    plan.area_square_metres,
                )
                put_room(tx, room)

    def _note_announced(self, _announced: object) -> None:
        self._announced = True

    def _hear_as_devices(self, topic: str, payload: bytes, retained: bool) -> None:
        self._commanded = True
        self.world.command(topic, payload)

    # -- time

    def run(self, seconds: float, watch: Callable[[], None] | None = None) -> None:
        """Let `seconds` of hotel time pass; `watch` is called once a hotel minute."""
        end = self.clock.monotonic() + seconds
        busy = 0
        while self.clock.monotonic() < end:
            step = BUSY_STEP_SECONDS if busy > 0 else self.options.step_seconds
            self._commanded = False
            self._step(min(step, end - self.clock.monotonic()))
            busy = BUSY_STEPS if self._commanded else busy - 1
            if watch is not None and self.clock.monotonic() - self._watched_at >= MINUTE:
                self._watched_at = self.clock.monotonic()
                watch()

    def run_until(self, moment: datetime, watch: Callable[[], None] | None = None) -> None:
        self.run((moment - self.clock.now()).total_seconds(), watch)

    def _step(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.world.advance(self.clock.now())
        self.broker.pump()
        if self.clock.monotonic() - self._minute_at >= self.options.desk_seconds:
            self._minute_at = self.clock.monotonic()
            self.house.front_desk.roll_business_date()
            self.house.housekeeping.end_availabilities()
            self.house.housekeeping.follow_missed_departures()
        self._deliver()
        self.house.controller.tick()
        self._deliver()
        self.broker.pump()

    def _deliver(self) -> None:
        while self._announced:
            self._announced = False
            self.house.bus.deliver_pending()
            self.house.controller.pump()

    def close(self) -> None:
        self.database.close()


def local_start(year: int, month: int, day: int, hour: int, timezone: str) -> datetime:
    """An hour of a hotel's day as the start of a run."""
    return datetime(year, month, day, hour, tzinfo=ZoneInfo(timezone)).astimezone(ZoneInfo("UTC"))
