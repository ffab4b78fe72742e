"""A house for outages: the whole service behind a bad network, and devices that count what they are told.

    house ── FaultProxy ── Mosquitto ── devices

The devices stand on the broker's own side, so that a test can cut the house off and leave them alone.
Time is the machine's, and a test may let hours of it pass at once, for house and transport alike.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from fastapi.testclient import TestClient
from paho.mqtt.enums import CallbackAPIVersion

from controller.entities import Value
from controller.readings import Command, Device, Purpose
from gateway.main import Service
from gateway.mqtt.broker import EmbeddedBroker
from gateway.mqtt.broker_url import parse_broker_url
from gateway.settings import load_settings
from hotel.actor import Actor, ActorKind, Role
from hotel.rooms import Room, ensure_property, put_room
from tests.fault_proxy import FaultProxy
from tests.waiting import wait_until

DESK = Actor(ActorKind.STAFF, "desk", "Mei", frozenset({Role.FRONT_DESK}))
PATIENCE_SECONDS = 40.0
LIVE = ("queued", "sent")


class SkippingClock:
    """The machine's clock, and hours that pass at once: hotel time, wall and transport time together."""

    speed = 1.0

    def __init__(self) -> None:
        self._skipped_seconds = 0.0

    def skip(self, seconds: float) -> None:
        self._skipped_seconds += seconds

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._skipped_seconds)

    def wall(self) -> datetime:
        return self.now()

    def monotonic(self) -> float:
        return time.monotonic() + self._skipped_seconds


def lamp(room: str) -> tuple[str, dict[str, Any]]:
    """A ceiling lamp's config, with its topic."""
    return f"homeassistant/light/r{room}/ceiling/config", {
        "name": "Ceiling lamp",
        "command_topic": f"dev/{room}/lamp/set",
        "state_topic": f"dev/{room}/lamp",
        **_introduced(room, "lamp"),
    }


def air_conditioner(room: str) -> tuple[str, dict[str, Any]]:
    return f"homeassistant/climate/r{room}/ac/config", {
        "name": "Air conditioner",
        "modes": ["off", "cool", "heat", "fan_only"],
        "mode_command_topic": f"dev/{room}/mode/set",
        "mode_state_topic": f"dev/{room}/mode",
        **_introduced(room, "ac"),
    }


def bell(room: str) -> tuple[str, dict[str, Any]]:
    """Something that can only be pressed."""
    return f"homeassistant/button/r{room}/bell/config", {
        "name": "Bell",
        "command_topic": f"dev/{room}/bell/set",
        **_introduced(room, "bell"),
    }


def _introduced(room: str, what: str) -> dict[str, Any]:
    return {
        "unique_id": f"{what}-{room}",
        "availability_topic": f"dev/{room}/there",
        "device": {"identifiers": [f"{what}-{room}"], "suggested_area": f"Room {room}"},
    }


class Devices:
    """What stands in the rooms: announces itself at each connection, obeys, answers, counts.

    One connection for all of them. `states` is what they are, by state topic; `heard` what they were
    told, with the time of the machine.
    """

    def __init__(self, url: str, *configs: tuple[str, dict[str, Any]]) -> None:
        where = parse_broker_url(url)
        self.configs = dict(configs)
        self.states: dict[str, str] = {}
        self.heard: list[tuple[str, str, float]] = []
        # Obeys and says nothing of it.
        self.mute = False
        self.connections = 0
        for config in self.configs.values():
            if "state_topic" in config:
                self.states[config["state_topic"]] = "OFF"
            if "mode_state_topic" in config:
                self.states[config["mode_state_topic"]] = "off"
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="devices")
        self.client.username_pw_set(where.user, where.password)
        self.client.on_connect = self._come_up
        self.client.on_message = self._obey
        self.client.reconnect_delay_set(1, 1)
        self.client.connect(where.host, where.port)
        self.client.loop_start()
        wait_until(lambda: self.connections > 0, PATIENCE_SECONDS)

    def _come_up(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe("dev/+/+/set", qos=1)
        for topic, config in self.configs.items():
            client.publish(topic, json.dumps(config), qos=1, retain=True)
        self.speak()
        self.connections += 1

    def speak(self) -> list[mqtt.MQTTMessageInfo]:
        """Every device says that it is there, and how it is; each message is published when the broker has
        it."""
        there = {config["availability_topic"] for config in self.configs.values()}
        return [
            self.client.publish(topic, said, qos=1, retain=True)
            for topic, said in [*((topic, "online") for topic in there), *self.states.items()]
        ]

    def _obey(self, client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        payload = message.payload.decode()
        self.heard.append((message.topic, payload, time.monotonic()))
        state = message.topic.removesuffix("/set")
        if state in self.states:
            self.states[state] = payload
            if not self.mute:
                client.publish(state, payload, qos=1, retain=True)

    def told(self, topic: str, since: int = 0) -> list[str]:
        """What was said to `topic`, leaving out the first `since` messages to anybody."""
        return [payload for where, payload, _ in self.heard[since:] if where == topic]

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


class OutageHouse:
    """The running service, its network, its broker and its devices."""

    def __init__(
        self,
        service: Service,
        clock: SkippingClock,
        network: FaultProxy,
        broker: EmbeddedBroker,
        devices: Devices,
    ) -> None:
        self.service = service
        self.clock = clock
        self.network = network
        self.broker = broker
        self.devices = devices
        self.controller = service.house.controller
        # Public routes alone: nobody signs in.
        self._door = TestClient(service.app)

    # ---- what people do

    def ask(self, room: str, purpose: Purpose, name: str, value: Value) -> str:
        """The desk asks for something; the command's id."""
        with self.service.database.write() as tx:
            return self.controller.request_command(
                tx, DESK, room, property=name, value=value, purpose=purpose
            ).id

    def ask_device(self, room: str, key: str, name: str, value: Value) -> str:
        device = next(device for device in self.controller.devices(room) if device.key == key)
        with self.service.database.write() as tx:
            return self.controller.request_command(
                tx, DESK, room, property=name, value=value, device_id=device.id
            ).id

    # ---- what is to be seen

    def until(self, happened: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> None:
        wait_until(happened, seconds)

    def until_shown(self, happened: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> None:
        """The same for what is dear to ask: all devices of a large house, say. Two looks a second."""
        looked = threading.Event()
        deadline = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < deadline, "it did not happen in time"
            looked.wait(0.5)

    def shown(self) -> list[Device]:
        return self.controller.devices()

    def reported(self, room: str, name: str) -> Value:
        for device in self.controller.devices(room):
            for each in device.properties:
                if each.name == name and each.accepts:
                    return each.reported
        return None

    def all_there(self) -> bool:
        shown = self.shown()
        return len(shown) >= len(self.devices.configs) and all(
            device.approved and device.available for device in shown
        )

    def command(self, command_id: str) -> Command:
        return self.controller.command(command_id)

    def ended(self, ids: Iterable[str]) -> bool:
        return all(self.command(each).state not in LIVE for each in ids)

    def states(self, ids: Iterable[str]) -> Counter[str]:
        return Counter(self.command(each).state for each in ids)

    def rows(self) -> dict[str, str]:
        """The state of every command as it stands on disk, by id."""
        path = self.service.settings.database_url.removeprefix("sqlite:///")
        disk = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return dict(disk.execute("SELECT id, state FROM controller_commands").fetchall())
        finally:
            disk.close()

    def readiness(self) -> tuple[int, list[str]]:
        """The answer of /readyz, and which checks fail."""
        answer = self._door.get("/readyz")
        return answer.status_code, [check["name"] for check in answer.json()["checks"] if not check["ok"]]

    def is_ready(self) -> bool:
        return self.readiness()[0] == 200

    def metric(self, name: str) -> float:
        lines = self._door.get("/metrics").text.splitlines()
        found = [line.rpartition(" ")[2] for line in lines if line.startswith(f"{name} ")]
        assert found, name
        return float(found[0])

    def link(self, name: str) -> int:
        return self.service.link.counters()[name]

    # ---- what happens to it

    def kill_broker(self) -> None:
        pid = self.broker.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)


def _prepared(
    folder: Path, clock: SkippingClock, url: str, rooms: Iterable[str], settings: dict[str, str]
) -> Service:
    environ = {
        "INNKEEPER_DATA_DIR": str(folder),
        "INNKEEPER_HTTP_PORT": "0",
        "INNKEEPER_MQTT_URL": url,
        "INNKEEPER_AUTO_APPROVE": "true",
        "INNKEEPER_MQTT_KEEPALIVE_SECONDS": "2",
        **settings,
    }
    service = Service(load_settings(environ, folder), clock)
    service.prepare()
    with service.database.write() as tx:
        ensure_property(tx, "Outage House", "UTC", date(2026, 7, 14))
        for number in rooms:
            put_room(tx, Room(number, number[0], "DLX", "Deluxe"), announce=False)
    return service


@contextmanager
def outage_house(
    folder: Path,
    rooms: Iterable[str],
    *kinds: Callable[[str], tuple[str, dict[str, Any]]],
    **settings: str,
) -> Iterator[OutageHouse]:
    """The house with these rooms, each with a device of each kind; everything known and there."""
    rooms = list(rooms)
    with ExitStack() as stack:
        broker = EmbeddedBroker(folder / "broker", 0)
        stack.callback(broker.stop)
        broker.start()
        network = stack.enter_context(FaultProxy(broker.port))
        devices = Devices(broker.url, *(kind(room) for room in rooms for kind in kinds))
        stack.callback(devices.close)
        clock = SkippingClock()
        house = started(folder / "data", clock, network, broker, devices, rooms, settings)
        stack.callback(house.service.stop)
        house.until(house.all_there)
        house.until(lambda: house.is_ready)
        yield house


def started(
    folder: Path,
    clock: SkippingClock,
    network: FaultProxy,
    broker: EmbeddedBroker,
    devices: Devices,
    rooms: Iterable[str],
    settings: dict[str, str],
) -> OutageHouse:
    """A service on a data directory, running."""
    folder.mkdir(parents=True, exist_ok=True)
    service = _prepared(folder, clock, network.url(broker.url), rooms, settings)
    try:
        service.start()
    except BaseException:
        service.stop()
        raise
    return OutageHouse(service, clock, network, broker, devices)


class StuckIngest:
    """Holds the thread that takes in what devices say, as a bug or a slow disk behind it would."""

    def __init__(self, house: OutageHouse) -> None:
        self._hearing = house.service.house.wire._hearing
        self._let_go = threading.Event()
        self._held = threading.Event()
        self._thread = threading.Thread(target=self._hold, daemon=True)

    def _hold(self) -> None:
        with self._hearing:
            self._held.set()
            self._let_go.wait(120)

    def __enter__(self) -> None:
        self._thread.start()
        assert self._held.wait(PATIENCE_SECONDS)

    def __exit__(self, *_: object) -> None:
        self._let_go.set()
        self._thread.join(PATIENCE_SECONDS)
