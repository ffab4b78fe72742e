"""A small hotel for the controller's tests: rooms of fake devices that obey, a fake front desk.

The devices answer like devices do: a command is echoed as a report when the test lets time pass.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import hotel.audit
import hotel.idempotency
import hotel.outbox  # noqa: F401 - their tables belong to every database of the house
from controller.core import ControllerSettings
from controller.entities import (
    Component,
    DeviceDescription,
    EntityDescription,
    Limits,
    Order,
    Report,
    Value,
)
from controller.policy import ClimatePolicy
from controller.ports import Sample, StayForComfort
from controller.readings import Command
from controller.service import ControllerService
from gateway.mqtt.config_reading import ConfigReader
from hotel.actor import Actor, ActorKind, Role
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.messages import CleanlinessChanged, StayChanged
from hotel.rooms import Room, ensure_property, put_room

DESK = Actor(ActorKind.STAFF, "desk", "Mei", frozenset({Role.FRONT_DESK}))
ENGINEER = Actor(ActorKind.STAFF, "engineer", "Otto", frozenset({Role.ENGINEER}))
ATTENDANT = Actor(ActorKind.STAFF, "attendant", "Ana", frozenset({Role.ATTENDANT}))


def entity(
    key: str,
    component: Component,
    *,
    room: str | None = None,
    device_class: str | None = None,
    unit: str | None = None,
    reports: str = "",
    accepts: str = "",
    options: dict[str, tuple[str, ...]] | None = None,
    limits: dict[str, Limits] | None = None,
) -> EntityDescription:
    """A description with only what matters to the test."""
    return EntityDescription(
        key=key,
        component=component,
        name=key.rpartition("/")[2].replace("_", " "),
        device=DeviceDescription(key, key, suggested_area=f"Room {room}" if room else None),
        device_class=device_class,
        unit=unit,
        reports=frozenset(reports.split()),
        accepts=frozenset(accepts.split()),
        options=options or {},
        limits=limits or {},
    )


def room_entities(room: str) -> list[EntityDescription]:
    """What stands in an ordinary room."""
    node = f"r{room}"
    return [
        entity(
            f"climate/{node}/ac",
            Component.CLIMATE,
            room=room,
            reports="mode setpoint_celsius current_celsius action available",
            accepts="mode setpoint_celsius fan_mode",
            options={"mode": ("off", "cool", "heat", "dry", "fan_only")},
            limits={"setpoint_celsius": Limits(16, 30, 0.5)},
        ),
        entity(
            f"light/{node}/ceiling",
            Component.LIGHT,
            room=room,
            reports="on brightness_percent",
            accepts="on brightness_percent",
        ),
        entity(f"light/{node}/bedside", Component.LIGHT, room=room, reports="on", accepts="on"),
        entity(
            f"cover/{node}/curtain",
            Component.COVER,
            room=room,
            reports="position_percent motion",
            accepts="position_percent action",
        ),
        entity(
            f"sensor/{node}/temperature",
            Component.SENSOR,
            room=room,
            device_class="temperature",
            unit="°C",
            reports="value",
        ),
        entity(
            f"sensor/{node}/humidity",
            Component.SENSOR,
            room=room,
            device_class="humidity",
            unit="%",
            reports="value",
        ),
        entity(
            f"binary_sensor/{node}/door",
            Component.BINARY_SENSOR,
            room=room,
            device_class="door",
            reports="on",
        ),
        entity(
            f"binary_sensor/{node}/window",
            Component.BINARY_SENSOR,
            room=room,
            device_class="window",
            reports="on",
        ),
        entity(
            f"binary_sensor/{node}/presence",
            Component.BINARY_SENSOR,
            room=room,
            device_class="occupancy",
            reports="on",
        ),
        entity(f"switch/{node}/dnd", Component.SWITCH, room=room, reports="on", accepts="on"),
        entity(f"switch/{node}/mur", Component.SWITCH, room=room, reports="on", accepts="on"),
    ]


class FakeWire:
    """The way to the devices; a test may cut it, stop it up, make devices deaf or orders impossible."""

    def __init__(self) -> None:
        self.connected = True
        self.takes = True
        self.sent: list[Order] = []
        self.unanswered: deque[Order] = deque()
        self.deaf: set[str] = set()
        self.never: dict[str, str] = {}

    def send(self, order: Order) -> bool:
        if not (self.connected and self.takes) or order.entity_key in self.never:
            return False
        self.sent.append(order)
        if order.entity_key not in self.deaf:
            self.unanswered.append(order)
        return True

    def refusal(self, order: Order) -> str | None:
        return self.never.get(order.entity_key)

    def asked(self, key: str, name: str) -> list[Value]:
        """What was asked of a property so far, oldest first."""
        return [
            value
            for order in self.sent
            if order.entity_key == key
            for asked, value in order.values
            if asked == name
        ]


class FakeTelemetry:
    def __init__(self) -> None:
        self.samples: list[Sample] = []

    def record(self, samples: list[Sample]) -> None:
        self.samples.extend(samples)


class FakeStays:
    def __init__(self) -> None:
        self.stays: dict[str, StayForComfort] = {}

    def comfort_stays(self, rooms: frozenset[str] | None = None) -> list[StayForComfort]:
        return [stay for stay in self.stays.values() if rooms is None or stay.room in rooms]


class House:
    """The hotel under test. Times are hotel time; `wait` lets devices answer and the house tick."""

    def __init__(
        self,
        database: Database,
        clock: ManualClock,
        *,
        rooms: tuple[str, ...] = ("412",),
        climate: ClimatePolicy | None = None,
        auto_approve: bool = True,
        equipped: bool = True,
    ) -> None:
        self.database, self.clock = database, clock
        self.settings = ControllerSettings(
            timezone="Asia/Shanghai", auto_approve=auto_approve, climate=climate or ClimatePolicy()
        )
        self.wire, self.stays, self.telemetry = FakeWire(), FakeStays(), FakeTelemetry()
        with database.write() as tx:
            ensure_property(tx, "Test House", "Asia/Shanghai", date(2026, 7, 14))
            for number in rooms:
                put_room(tx, Room(number, number[0], "DLX", "Deluxe"))
        self.service = self.make_service()
        if equipped:
            for number in rooms:
                self.equip(number)

    def make_service(self) -> ControllerService:
        return ControllerService(
            self.database, self.clock, self.wire, self.stays, self.telemetry, ConfigReader(), self.settings
        )

    def kill_and_restart(self) -> None:
        """The process dies with all that it had in memory; a new one starts on the same disk."""
        self.wire.unanswered.clear()
        self.service = self.make_service()
        self.service.load()

    def equip(self, room: str, celsius: float = 27.0) -> None:
        for described in room_entities(room):
            self.service.discovered(described, "{}")
        self.says(f"climate/r{room}/ac", available=True, mode="off", setpoint_celsius=26.0)
        self.says(f"climate/r{room}/ac", current_celsius=celsius, action="off")
        self.says(f"light/r{room}/ceiling", on=False, brightness_percent=0.0)
        self.says(f"light/r{room}/bedside", on=False)
        self.says(f"cover/r{room}/curtain", position_percent=0.0, motion="closed")
        self.says(f"sensor/r{room}/temperature", value=celsius)
        self.says(f"sensor/r{room}/humidity", value=50.0)
        for contact in ("door", "window", "presence"):
            self.says(f"binary_sensor/r{room}/{contact}", on=False)
        for lamp in ("dnd", "mur"):
            self.says(f"switch/r{room}/{lamp}", on=False)
        self.service.tick()

    def outdoors(self, celsius: float = 33.0) -> None:
        """The house has a sensor outside."""
        self.service.discovered(
            entity(
                "sensor/weather/outdoor",
                Component.SENSOR,
                room=None,
                device_class="temperature",
                unit="°C",
                reports="value",
            ),
            "{}",
        )
        self.says("sensor/weather/outdoor", value=celsius)
        self.service.tick()

    def says(self, key: str, **values: Value) -> None:
        """A device reports, now."""
        self._report(key, values, retained=False)

    def replays(self, key: str, **values: Value) -> None:
        """The broker replays what it retained, after somebody subscribed anew."""
        self._report(key, values, retained=True)

    def _report(self, key: str, values: Mapping[str, Value], *, retained: bool) -> None:
        now, monotonic = self.clock.now(), self.clock.monotonic()
        self.service.reported(
            [Report(key, name, value, now, monotonic, retained) for name, value in values.items()]
        )

    def answer(self) -> None:
        """Devices do what they were asked and say so."""
        while self.wire.unanswered:
            order = self.wire.unanswered.popleft()
            self._report(order.entity_key, dict(order.values), retained=False)

    def wait(self, seconds: float = 0, minutes: float = 0, step: float = 5.0) -> None:
        """Let time pass, with devices that answer and a house that ticks."""
        left = seconds + minutes * 60
        while left > 0:
            self.clock.advance(min(step, left))
            left -= step
            self.answer()
            self.service.tick()
        self.answer()
        self.service.pump()

    def expect(
        self,
        room: str,
        *,
        in_minutes: float = 120,
        stay_id: str = "stay-1",
        celsius: float | None = None,
        eta_source: str = "guest",
        light_percent: float | None = None,
        curtain_percent: float | None = None,
    ) -> None:
        now = self.clock.now()
        self.stays.stays[stay_id] = StayForComfort(
            stay_id,
            room,
            "reserved",
            now + timedelta(minutes=in_minutes),
            eta_source,  # type: ignore[arg-type]
            None,
            now + timedelta(days=2),
            cooling_celsius=celsius,
            light_percent=light_percent,
            curtain_percent=curtain_percent,
        )
        self._tell(stay_id, "created", room)

    def move_eta(self, stay_id: str, minutes: float) -> None:
        stay = self.stays.stays[stay_id]
        self.stays.stays[stay_id] = replace(stay, eta=stay.eta + timedelta(minutes=minutes))
        self._tell(stay_id, "eta", stay.room)

    def check_in(self, stay_id: str = "stay-1") -> None:
        stay = self.stays.stays[stay_id]
        self.stays.stays[stay_id] = replace(stay, state="checked_in", checked_in_at=self.clock.now())
        self._tell(stay_id, "checked_in", stay.room)

    def move_room(self, stay_id: str, room: str) -> None:
        stay = self.stays.stays[stay_id]
        self.stays.stays[stay_id] = replace(stay, room=room)
        self._tell(stay_id, "moved", room, stay.room)

    def end(self, stay_id: str = "stay-1", change: str = "checked_out") -> None:
        """Check out, cancel or no-show."""
        stay = self.stays.stays.pop(stay_id)
        self._tell(stay_id, change, stay.room)

    def _tell(self, stay_id: str, change: str, room: str, previous: str | None = None) -> None:
        state = self.stays.stays[stay_id].state if stay_id in self.stays.stays else change
        self.service.handle(StayChanged(stay_id, change, state, 1, room, previous))
        self.service.pump()

    def cleaned(self, room: str) -> None:
        self.service.handle(CleanlinessChanged(room, "clean", "dirty"))
        self.service.pump()

    def open_door(self, room: str) -> None:
        self.says(f"binary_sensor/r{room}/door", on=True)
        self.service.pump()

    def close_door(self, room: str) -> None:
        self.says(f"binary_sensor/r{room}/door", on=False)
        self.service.pump()

    def walk_in(self, room: str) -> None:
        """Open the door, go in, close it, and be seen."""
        self.open_door(room)
        self.wait(5)
        self.close_door(room)
        self.wait(30)
        self.says(f"binary_sensor/r{room}/presence", on=True)
        self.service.pump()
        self.answer()

    def walk_out(self, room: str) -> None:
        self.open_door(room)
        self.wait(5)
        self.close_door(room)
        self.says(f"binary_sensor/r{room}/presence", on=False)
        self.service.pump()

    def ask(self, room: str, name: str, value: Value, **more: object) -> Command:
        """The desk asks for something."""
        actor = more.pop("actor", DESK)
        assert isinstance(actor, Actor)
        with self.database.write() as tx:
            return self.service.request_command(tx, actor, room, property=name, value=value, **more)  # type: ignore[arg-type]

    def reported(self, key: str, name: str) -> Value:
        for device in self.service.devices():
            if device.key == key:
                return next(p.reported for p in device.properties if p.name == name)
        raise AssertionError(f"no device {key}")

    def now(self) -> datetime:
        return self.clock.now()
