"""The whole house with everything real: broker, simulated devices, database, HTTP; and ears on its wire.

`RunningHouse` is the service in this process, with hotel time sixty times as fast; `ServedHouse` is
`innkeeper serve` as a process, which can be killed. The rooms are the simulators' own process either
way. Nobody lives in them: tests are the people, through HTTP and at the doors.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from gateway.house import build_front_desk, open_database
from gateway.main import Service
from gateway.mqtt.broker import EmbeddedBroker
from gateway.mqtt.broker_url import parse_broker_url
from gateway.secret_hasher import ArgonHasher
from gateway.settings import load_settings
from hotel.actor import SYSTEM, Role
from hotel.clock import Clock, ScaledClock, SystemClock
from hotel.staff_service import StaffService
from simulators.building import room_plans, rooms_csv
from tests.waiting import wait_until

ROOT = Path(__file__).parents[1]
TIMEZONE = "Asia/Shanghai"
# A summer afternoon: every room is warm.
AFTERNOON = datetime(2026, 7, 14, 6, 0, tzinfo=UTC)
SPEED = 60.0
PURPOSES = 12


class Ear:
    """A client of the broker's that hears everything and may say anything."""

    def __init__(self, url: str) -> None:
        where = parse_broker_url(url)
        self.heard: list[tuple[str, bytes]] = []
        self.newest: dict[str, bytes] = {}
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self.client.username_pw_set(where.user, where.password)
        self.client.on_connect = lambda client, *_: client.subscribe("#", qos=1)
        self.client.on_message = self._hear
        self.client.reconnect_delay_set(1, 1)
        self.client.connect(where.host, where.port)
        self.client.loop_start()
        wait_until(self.client.is_connected)

    def _hear(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        self.heard.append((message.topic, bytes(message.payload)))
        self.newest[message.topic] = bytes(message.payload)

    def say(self, topic: str, payload: bytes | str, *, retain: bool = False) -> None:
        self.client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(10)

    def said(self, topic: str) -> Any:
        """The newest payload on `topic`, from JSON; None when there is none."""
        payload = self.newest.get(topic)
        return json.loads(payload) if payload else None

    def count(self, pattern: str) -> int:
        """How many messages came on topics that match."""
        return sum(1 for topic, _ in list(self.heard) if re.fullmatch(pattern, topic))

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


class People:
    """The hotel's people at the service's API, each with a token."""

    def __init__(self, url: str, tokens: dict[Role, str]) -> None:
        self._clients = {
            role: httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=20)
            for role, token in tokens.items()
        }

    def __getitem__(self, role: Role) -> httpx.Client:
        return self._clients[role]

    @property
    def desk(self) -> httpx.Client:
        return self._clients[Role.FRONT_DESK]

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    # -- the desk's work

    def get(self, path: str) -> Any:
        return _answer(self.desk.get(path))

    def room(self, number: str) -> Any:
        return self.get(f"/api/rooms/{number}")

    def device(self, number: str, purpose: str) -> Any:
        return next(d for d in self.room(number)["devices"] if d["purpose"] == purpose)

    def reported(self, number: str, purpose: str, name: str) -> Any:
        properties = self.device(number, purpose)["properties"]
        return next(p["reported"] for p in properties if p["name"] == name)

    def expect(self, room: str, eta: datetime | None, *, nights: int = 1, **guest: Any) -> Any:
        """A stay in `room` from today on; without an ETA nothing was said."""
        today = self.get("/api/session")["property"]["business_date"]
        body = {
            "arrival_date": today,
            "departure_date": str(datetime.fromisoformat(today).date() + timedelta(days=nights)),
            "room": room,
            "eta": eta.isoformat() if eta else None,
            "guest": {"given_name": "Wei", "family_name": "Chen", **guest},
        }
        return _answer(self.desk.post("/api/stays", json=body))

    def wish(self, stay_id: str, **values: float | str) -> None:
        version = self.get(f"/api/stays/{stay_id}")["version"]
        items = [{"key": key, "value": value, "source": "guest"} for key, value in values.items()]
        self.desk.put(
            f"/api/stays/{stay_id}/preferences", json={"items": items}, headers={"If-Match": f'"{version}"'}
        ).raise_for_status()

    def delay(self, stay_id: str, eta: datetime) -> Any:
        version = self.get(f"/api/stays/{stay_id}")["version"]
        return _answer(
            self.desk.patch(
                f"/api/stays/{stay_id}",
                json={"eta": eta.isoformat()},
                headers={"If-Match": f'"{version}"'},
            )
        )

    def act(self, stay_id: str, action: str, **body: Any) -> Any:
        path = f"/api/stays/{stay_id}/{action}"
        return _answer(self.desk.post(path, json=body) if body else self.desk.post(path, json={}))

    def command(self, room: str, purpose: str, name: str, value: Any, **more: Any) -> Any:
        """A command of the desk's; the 202 answer."""
        body = {"purpose": purpose, "property": name, "value": value, **more}
        answer = self.desk.post(f"/api/rooms/{room}/commands", json=body)
        assert answer.status_code == 202, answer.text
        return answer.json()

    def ended(self, command_id: str) -> str | None:
        """The state that a command ended in; None while it is under way."""
        state = str(self.get(f"/api/commands/{command_id}")["state"])
        return None if state in ("queued", "sent") else state

    def clean(self, room: str) -> None:
        attendant = self[Role.ATTENDANT]
        seen = _answer(attendant.get(f"/api/rooms/{room}/status"))["version"]
        attendant.patch(
            f"/api/rooms/{room}/status", json={"cleanliness": "clean"}, headers={"If-Match": f'"{seen}"'}
        ).raise_for_status()

    def metric(self, name: str) -> float:
        return self.metrics().get(name, 0.0)

    def metrics(self) -> dict[str, float]:
        lines = self.desk.get("/metrics").text.splitlines()
        pairs = (line.rpartition(" ")[::2] for line in lines if not line.startswith("#"))
        return {name: float(value) for name, value in pairs}

    def is_ready(self) -> bool:
        try:
            return self.desk.get("/readyz").status_code == 200
        except httpx.HTTPError:
            return False


def _answer(response: httpx.Response) -> Any:
    assert response.is_success, f"{response.status_code} {response.text}"
    return response.json()


@contextmanager
def simulated_rooms(
    mqtt_url: str, rooms: int, *, speed: float, epoch: datetime | None = None, anchor: datetime | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m simulators`, without people."""
    times = ["--epoch", epoch.isoformat(), "--anchor", anchor.isoformat()] if epoch and anchor else []
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "simulators", "--no-people", "--mqtt-url", mqtt_url),
            *("--rooms", str(rooms), "--seed", "7", "--speed", str(speed), "--timezone", TIMEZONE, *times),
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def room_list(rooms: int) -> str:
    """The simulated hotel's rooms as CSV."""
    return rooms_csv(room_plans(rooms))


class RunningHouse:
    """The service of this process, its rooms and its people."""

    def __init__(self, service: Service, clock: Clock) -> None:
        self.service = service
        self.clock = clock
        self.ear = Ear(service.mqtt_url)
        roles = (Role.FRONT_DESK, Role.ATTENDANT, Role.ENGINEER, Role.MANAGER)
        tokens = {role: service.staff.make_client(SYSTEM, role, role.value)[1] for role in roles}
        self.people = People(service.address, tokens)

    def after(self, minutes: float) -> datetime:
        """Hotel time, so many hotel minutes from now."""
        return self.clock.now() + timedelta(minutes=minutes)

    def door(self, room: str, *, is_open: bool) -> None:
        """Somebody at the room's door, as its sensor tells it."""
        self.ear.say(f"simulated/{room}/door/state", "ON" if is_open else "OFF", retain=True)

    def until(
        self, happened: Callable[[], Any], seconds: float = 20.0, tell: Callable[[], Any] = lambda: ""
    ) -> None:
        """Wait until it happened; a failure says what `tell` then knows."""
        deadline = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < deadline, f"it did not happen in time {tell()}"
            time.sleep(0.05)

    def until_known(self, rooms: int, seconds: float = 30) -> None:
        """Every device of every room is discovered, approved, and there."""
        self.until(
            lambda: (
                len(found := self.people[Role.ENGINEER].get("/api/devices").json()["items"])
                >= rooms * PURPOSES
                and all(d["approved"] and d["available"] for d in found)
            ),
            seconds,
        )


@contextmanager
def running_house(data_dir: Path, rooms: int, database_url: str | None = None) -> Iterator[RunningHouse]:
    """The house with a broker of its own and simulated rooms, all devices known."""
    environ = {
        "INNKEEPER_DATA_DIR": str(data_dir),
        "INNKEEPER_HTTP_PORT": "0",
        "INNKEEPER_MQTT_PORT": "0",
        "INNKEEPER_AUTO_APPROVE": "true",
        "INNKEEPER_TIMEZONE": TIMEZONE,
        "INNKEEPER_DATABASE_URL": database_url or "",
    }
    anchor = datetime.now(UTC)
    clock = ScaledClock(AFTERNOON, SPEED, anchor)
    service = Service(load_settings(environ, data_dir), clock)
    serving = threading.Thread(target=service.serve_http, name="http", daemon=True)
    house: RunningHouse | None = None
    try:
        service.prepare()
        with service.database.write() as tx:
            service.house.front_desk.import_rooms(tx, SYSTEM, room_list(rooms), partial=False)
        service.start()
        serving.start()
        with simulated_rooms(service.mqtt_url, rooms, speed=SPEED, epoch=AFTERNOON, anchor=anchor):
            house = RunningHouse(service, clock)
            house.until(house.people.is_ready)
            house.until_known(rooms)
            yield house
    finally:
        if house is not None:
            house.people.close()
            house.ear.close()
        service.end()
        if serving.is_alive():
            serving.join(10)
        service.stop()


class ServedHouse:
    """`innkeeper serve` on a data directory, against a broker that outlives it."""

    def __init__(self, data_dir: Path, mqtt_url: str, database_url: str | None = None) -> None:
        self.data_dir = data_dir
        clean = {name: value for name, value in os.environ.items() if not name.startswith("INNKEEPER_")}
        self.environ = {
            **clean,
            "PYTHONPATH": str(ROOT),
            "INNKEEPER_DATA_DIR": str(data_dir),
            "INNKEEPER_HTTP_PORT": "0",
            "INNKEEPER_MQTT_URL": mqtt_url,
            "INNKEEPER_AUTO_APPROVE": "true",
            "INNKEEPER_TIMEZONE": TIMEZONE,
            "INNKEEPER_DATABASE_URL": database_url or "",
        }
        self.process: subprocess.Popen[str] | None = None
        self.people: People | None = None
        self.said = ""

    def innkeeper(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another command on the same data directory."""
        return subprocess.run(
            [sys.executable, "-m", "gateway.cli", *arguments],
            env=self.environ,
            cwd=self.data_dir,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self, tokens: dict[Role, str], ready_seconds: float = 40.0) -> People:
        """Start it and wait until it is ready; with these tokens' clients."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", "serve"],
            env=self.environ,
            cwd=self.data_dir,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if found := re.search(r"runs at (http://\S+)", line):
                threading.Thread(target=self._listen, args=(self.process.stdout,), daemon=True).start()
                self.people = People(found[1], tokens)
                wait_until(self.people.is_ready, ready_seconds)
                return self.people
        raise AssertionError(f"it did not start: {self.said}")

    def _listen(self, words: Any) -> None:
        for line in words:
            self.said += line

    def settle(self, rooms: int) -> dict[Role, str]:
        """Rooms and a token for each role, without a process for each: the command has tests of its own."""
        settings = load_settings(self.environ, self.data_dir)
        database = open_database(settings, SystemClock())
        try:
            with database.write() as tx:
                build_front_desk(settings, database).import_rooms(tx, SYSTEM, room_list(rooms), partial=False)
            staff = StaffService(database, database.clock, ArgonHasher())
            roles = (Role.FRONT_DESK, Role.ATTENDANT, Role.ENGINEER)
            return {role: staff.make_client(SYSTEM, role, role.value)[1] for role in roles}
        finally:
            database.close()

    def kill(self, number: signal.Signals = signal.SIGKILL) -> int:
        """End it with a signal; returns its exit code."""
        assert self.process is not None
        assert self.people is not None
        self.people.close()
        self.process.send_signal(number)
        return self.process.wait(20)


@contextmanager
def broker_for(folder: Path, program: str | None = None) -> Iterator[EmbeddedBroker]:
    """A broker that no service owns."""
    broker = EmbeddedBroker(folder, 0, program)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


@contextmanager
def served_house(
    data_dir: Path, mqtt_url: str, rooms: int, database_url: str | None = None
) -> Iterator[tuple[ServedHouse, dict[Role, str]]]:
    """A served house with rooms and tokens, not started yet."""
    data_dir.mkdir(parents=True, exist_ok=True)
    house = ServedHouse(data_dir, mqtt_url, database_url)
    tokens = house.settle(rooms)
    try:
        yield house, tokens
    finally:
        if house.process is not None and house.process.poll() is None:
            house.kill(signal.SIGTERM)
