"""What comes in: devices speak (the wire's thread), other slices tell (the bus's thread).

Memory only, but for the stays; what follows from it is decided in the next round.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from controller.core import Core
from controller.entities import EntityDescription, Report
from controller.ports import Sample
from controller.purpose import SERIES
from controller.twin import Change, Twin
from hotel.messages import (
    AvailabilityChanged,
    CleanlinessChanged,
    Message,
    RoomsChanged,
    StayChanged,
    TaskChanged,
)
from hotel.rooms import all_rooms

MOST_CHANGES_WAITING = 100_000
MOST_TASKS = 8

# What is measured and cannot be commanded: never urgent.
_MEASURED = frozenset({"value", "current_celsius", "current_humidity_percent", "action"})
# What a unit says that it does, as a level of the time series "running": its fan alone is half of it.
_RUNNING = {
    "off": 0.0,
    "idle": 0.0,
    "fan": 0.5,
    "cooling": 1.0,
    "heating": 1.0,
    "drying": 1.0,
    "preheating": 1.0,
    "defrosting": 1.0,
}
# A named tuple's own maker is a call more for each value.
_sample: Callable[..., Sample] = tuple.__new__


class Hearing:
    """Takes reports in; bounded: the oldest changes are shed first, and counted."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._register = core.register
        # What changed and has not been looked at yet; and which twins to write down some time.
        self.changes: deque[Change] = deque()
        self.touched: set[Twin] = set()
        self.reports_taken = 0
        self.reports_unknown = 0
        self.changes_shed = 0

    def discovered(self, entity: EntityDescription, config: str) -> None:
        self._core.load()
        with self._core.lock:
            self._core.house.devices.discover(entity, config)
        self._core.wake.set()

    def withdrawn(self, entity_key: str) -> None:
        self._core.load()
        with self._core.lock:
            self._core.house.devices.withdraw(entity_key)
        self._core.wake.set()

    def reported(self, reports: list[Report]) -> None:
        """Devices spoke. Memory only; what follows from it is decided by the worker."""
        samples: list[Sample] = []
        urgent = False
        register, changes = self._register, self.changes
        by_key, moved = register.by_key, register.moved
        with self._core.lock:
            touched = self.touched
            for report in reports:
                key, name, value, at, monotonic, retained = report
                twin = by_key.get(key)
                if twin is None:
                    self.reports_unknown += 1
                    continue
                # A retained value is of unknown age: it is no measurement of now.
                if not retained and isinstance(value, (float, int)) and value == value:
                    called = SERIES.get(twin.purpose)
                    series = called.get(name, name) if called is not None else name
                    samples.append(_sample(Sample, (twin.room, key, series, float(value), at)))
                elif name == "action" and not retained and value in _RUNNING:
                    samples.append(_sample(Sample, (twin.room, key, "running", _RUNNING[str(value)], at)))
                if name in _MEASURED and name not in twin.acts and twin.purpose != "outdoor_temperature":
                    if twin.hear(name, value, at, monotonic):
                        touched.add(twin)
                        if twin.room is not None:
                            moved.add(twin.room)
                    continue
                change = twin.take(report)
                if change is None:
                    continue
                touched.add(twin)
                if len(changes) >= MOST_CHANGES_WAITING:
                    changes.popleft()
                    self.changes_shed += 1
                changes.append(change)
                urgent = True
            self.reports_taken += len(reports)
        if samples:
            self._core.telemetry.record(samples)
        if urgent:
            self._core.wake.set()

    def link_changed(self, connected: bool) -> None:
        self._core.load()
        with self._core.lock:
            self.follow_link(connected)
        self._core.wake.set()

    def follow_link(self, connected: bool) -> None:
        """Our own link came or went; call with the lock held."""
        register = self._register
        if connected == register.linked:
            return
        register.linked = connected
        monotonic = self._core.clock.monotonic()
        if not connected:
            register.unlinked_monotonic = monotonic
            self._core.flight.dispatch.link_lost()
            for twin in register.by_id.values():
                twin.forget_availability()
        else:
            register.linked_monotonic = monotonic
            if self._core.was_linked:
                register.relinked_monotonic = monotonic
        self._core.was_linked = self._core.was_linked or connected
        register.dirty.update(register.rooms)

    def _task(self, number: str, task_id: str, *, is_on: bool) -> None:
        """A task of staff began or ended here; call with the lock held."""
        room = self._register.rooms.get(number)
        if room is None or (task_id in room.tasks_started) == is_on:
            return
        # Bounded: who forgot to end a dozen tasks of one room is in none of them.
        others = frozenset(sorted(room.tasks_started - {task_id})[-MOST_TASKS:])
        room.tasks_started = others | {task_id} if is_on else others
        self._register.dirty.add(number)

    # What the other slices say (the bus's thread)

    def handle(self, message: Message) -> None:
        """Follow the bus. May be called twice for one message."""
        self._core.load()
        match message:
            case StayChanged():
                if message.change == "no_show":
                    with self._core.lock:
                        self._core.house.guest_missed(message.stay_id)
                rooms = {message.room, message.previous_room} - {None}
                self._core.sync_stays(frozenset(room for room in rooms if room is not None) or None)
            case CleanlinessChanged():
                if message.cleanliness in ("clean", "inspected"):
                    with self._core.lock:
                        self._core.house.tenancies.cleaned(message.room)
            case TaskChanged():
                if message.room is not None:
                    with self._core.lock:
                        self._task(message.room, message.task_id, is_on=message.state == "started")
            case AvailabilityChanged():
                with self._core.lock:
                    room = self._register.rooms.get(message.room)
                    if room is not None:
                        room.out_of_order = message.availability == "out_of_order"
                        self._register.dirty.add(message.room)
            case RoomsChanged():
                with self._core.database.read() as session:
                    found = all_rooms(session, self._core.database.property_id)
                with self._core.lock:
                    self._core.house.devices.set_rooms(
                        (room.number, room.type_code, room.floor, room.area_square_metres) for room in found
                    )
                self._core.sync_stays(frozenset(message.rooms) or None)
            case _:
                return
        self._core.wake.set()
