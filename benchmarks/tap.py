"""`bench tap`: how long from a desk's request to the command on the wire, and to its confirmation.

Beside it, in the same run, the least that any program could do with the same parts: a bare FastAPI POST
that commits one row, then a raw MQTT round trip. Each side has a lamp of its own in one process of
lamps. The taps of the two sides take turns, so that what else the machine does meets both.

The house is used as the public contract has it and no other way: `innkeeper serve` in a process of its
own, a token, `POST /api/rooms/{number}/commands`, live events. Times are of one machine's monotonic
clock, which its processes share.

What limits the house: two commits where the bare side has one (the request before its answer, the end
before it is told), each an fsync, and three more threads that are woken one after the other (the link's
consumer, the controller's worker, the event loop). On a machine at rest that is most of the difference;
on a busy disk both sides wait for the same fsyncs and the ratio falls. A note that the command was sent
waits for the confirmation and shares its commit; no message is read back from disk to be told; nothing
on the way sleeps or polls. That is why "confirmed" has stayed above its goal of 2 on quiet machines: told
is only what is on disk, so the second fsync cannot go. `bare_` figures never include the house's work:
the pauses keep them apart.
"""

from __future__ import annotations

import http.client
import json
import queue
import random
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.processes import Processes, free_port, mosquitto, wait_until
from benchmarks.report import BenchReport, Figure, Options, at_most, quantile
from benchmarks.tap_device import BARE_LAMP, HOUSE_LAMP, command_topic, connect, seen_topic, state_topic

TAPS, TAPS_QUICK, WARM_UP = 1000, 100, 20
ROOM = "101"
ROOMS_CSV = (
    f"number,floor,section,type,type_name,area_square_metres,connecting\n{ROOM},1,1A,KING,King room,28,\n"
)
GOAL_TIMES = 2.0
# The spread: every fifth tap together makes one round.
ROUNDS = 5
PATIENCE_SECONDS = 10.0
# Between two taps: people do not tap faster, and the machine comes to rest.
PAUSE_SECONDS = (0.015, 0.045)
CLI = "from gateway.cli import run; run()"


@dataclass(frozen=True, slots=True)
class Times:
    """One tap, in seconds from the request: its answer, the command at the lamp, its confirmation."""

    answered: float
    on_the_wire: float
    confirmed: float


class Lamp:
    """What the bench hears of one lamp: when it was told, and its state."""

    def __init__(self, broker_url: str, name: str) -> None:
        self.told: queue.SimpleQueue[float] = queue.SimpleQueue()
        self.states: queue.SimpleQueue[float] = queue.SimpleQueue()
        self._name = name
        self._client = connect(broker_url, f"bench-{name}-desk")
        self._client.on_message = self._on_message
        subscribed = threading.Event()
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.subscribe([(seen_topic(name), 0), (state_topic(name), 0)])
        self._client.loop_start()
        if not subscribed.wait(PATIENCE_SECONDS):
            raise TimeoutError("the broker did not take the bench's subscription")

    def command(self, on: bool) -> None:
        self._client.publish(command_topic(self._name), "ON" if on else "OFF", qos=1)

    def forget(self) -> None:
        """Start a tap with nothing heard."""
        for heard in (self.told, self.states):
            while not heard.empty():
                heard.get()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_message(self, _client: Any, _userdata: Any, message: Any) -> None:
        if message.topic == seen_topic(self._name):
            self.told.put(float(message.payload))
        elif not message.retain:
            self.states.put(time.monotonic())


class BareSide:
    """One POST that commits a row, then one raw round trip."""

    def __init__(self, processes: Processes, folder: Path, lamp: Lamp) -> None:
        port = free_port()
        self._lamp = lamp
        processes.start("bare", "-m", "benchmarks.tap_bare", str(folder / "bare.db"), str(port))
        wait_until(lambda: _answers(port), "the start of the bare application")
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)

    def tap(self, on: bool) -> Times:
        self._lamp.forget()
        started = time.monotonic()
        _post(self._http, "/taps", {"property": "on", "value": on}, {})
        answered = time.monotonic()
        self._lamp.command(on)
        confirmed = self._lamp.states.get(timeout=PATIENCE_SECONDS)
        told = self._lamp.told.get(timeout=PATIENCE_SECONDS)
        return Times(answered - started, told - started, confirmed - started)


class HouseSide:
    """`innkeeper serve`, through its public doors."""

    def __init__(self, processes: Processes, folder: Path, broker_url: str, lamp: Lamp) -> None:
        port = free_port()
        self._lamp = lamp
        environment = {
            "INNKEEPER_DATA_DIR": str(folder / "house"),
            "INNKEEPER_MQTT_URL": broker_url,
            "INNKEEPER_HTTP_PORT": str(port),
            "INNKEEPER_AUTO_APPROVE": "1",
        }
        rooms = folder / "rooms.csv"
        rooms.write_text(ROOMS_CSV)
        _house_command(processes, environment, "rooms", "import", str(rooms))
        token = _house_command(processes, environment, "token", "create", "--role", "front_desk")
        self._headers = {"Authorization": f"Bearer {token.splitlines()[-1].strip()}"}
        processes.start("house", "-c", CLI, "serve", environment=environment)
        wait_until(lambda: _answers(port), "the start of the house", 60)
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        self._confirmed: queue.SimpleQueue[tuple[str, float]] = queue.SimpleQueue()
        threading.Thread(target=self._listen, args=(port,), daemon=True).start()
        wait_until(self._knows_the_lamp, "the discovery of the lamp", 60)

    def tap(self, on: bool) -> Times:
        self._lamp.forget()
        body = {"purpose": "ceiling_light", "property": "on", "value": on}
        started = time.monotonic()
        command = _post(self._http, f"/api/rooms/{ROOM}/commands", body, self._headers)
        answered = time.monotonic()
        told = self._lamp.told.get(timeout=PATIENCE_SECONDS)
        while True:
            command_id, confirmed = self._confirmed.get(timeout=PATIENCE_SECONDS)
            if command_id == command["id"]:
                return Times(answered - started, told - started, confirmed - started)

    def _knows_the_lamp(self) -> bool:
        self._http.request("GET", f"/api/rooms/{ROOM}", headers=self._headers)
        room = json.loads(self._http.getresponse().read())
        return any(
            device["purpose"] == "ceiling_light" and device["available"] for device in room.get("devices", [])
        )

    def _listen(self, port: int) -> None:
        events = http.client.HTTPConnection("127.0.0.1", port)
        events.request("GET", "/api/events", headers=self._headers)
        stream = events.getresponse()
        while line := stream.readline():
            if line.startswith(b"data:") and b'"confirmed"' in line:
                heard = time.monotonic()
                self._confirmed.put((json.loads(line[5:])["command_id"], heard))


def run(options: Options) -> BenchReport:
    """Measure both sides in turns."""
    taps = TAPS_QUICK if options.quick else TAPS
    draw = random.Random(options.seed)
    bare: list[Times] = []
    house: list[Times] = []
    turns: list[tuple[BareSide | HouseSide, list[Times]]]
    with tempfile.TemporaryDirectory() as name, Processes(Path(name)) as processes:
        folder = Path(name)
        broker = mosquitto(folder)
        broker.start()
        try:
            options.progress("starting", 0.0)
            device = processes.start("lamp", "-m", "benchmarks.tap_device", broker.url, ROOM)
            processes.wait_for_line(device, "ready")
            lamps = Lamp(broker.url, BARE_LAMP), Lamp(broker.url, HOUSE_LAMP)
            bare_side = BareSide(processes, folder, lamps[0])
            house_side = HouseSide(processes, folder, broker.url, lamps[1])
            for number in range(taps + WARM_UP):
                # Which side goes first is drawn, and each tap is followed by a pause of its own: neither
                # side pays for what the other one, or its own last tap, still has to do.
                turns = [(bare_side, bare), (house_side, house)]
                draw.shuffle(turns)
                for side, times in turns:
                    taken = side.tap(number % 2 == 0)
                    if number >= WARM_UP:
                        times.append(taken)
                    time.sleep(draw.uniform(*PAUSE_SECONDS))
                options.progress("tapping", (number + 1) / (taps + WARM_UP))
            for lamp in lamps:
                lamp.close()
        except (OSError, RuntimeError, queue.Empty) as error:
            what = str(error) or "the lamp or the house did not answer"
            raise RuntimeError(f"{what}\n{processes.words()}") from error
        finally:
            broker.stop()
    return BenchReport("tap", options.seed, _figures(bare, house))


def _figures(bare: list[Times], house: list[Times]) -> list[Figure]:
    figures: list[Figure] = []
    for what in ("on_the_wire", "confirmed"):
        ratio = _ratio(house, bare, what, 0.99)
        figures.append(at_most(f"{what}_p99_to_bare", round(ratio, 2), "×", GOAL_TIMES))
        figures.append(Figure(f"{what}_p50_to_bare", round(_ratio(house, bare, what, 0.5), 2), "×"))
        rounds = [
            _ratio(house[part::ROUNDS], bare[part::ROUNDS], what, 0.99)
            for part in range(min(ROUNDS, len(house)))
        ]
        figures.append(Figure(f"{what}_p99_to_bare_lowest_fifth", round(min(rounds), 2), "×"))
        figures.append(Figure(f"{what}_p99_to_bare_highest_fifth", round(max(rounds), 2), "×"))
    for side, times in (("house", house), ("bare", bare)):
        for what in ("answered", "on_the_wire", "confirmed"):
            for share in (0.5, 0.99):
                value = 1000 * quantile([getattr(each, what) for each in times], share)
                figures.append(Figure(f"{side}_{what}_p{round(share * 100)}", round(value, 2), "ms"))
    return figures


def _ratio(house: list[Times], bare: list[Times], what: str, share: float) -> float:
    ours = quantile([getattr(each, what) for each in house], share)
    return ours / quantile([getattr(each, what) for each in bare], share)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status in (200, 404)
    except OSError:
        return False
    finally:
        connection.close()


def _post(
    connection: http.client.HTTPConnection, path: str, body: dict[str, Any], headers: dict[str, str]
) -> dict[str, Any]:
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **headers})
    response = connection.getresponse()
    answer = response.read()
    if response.status != 202:
        raise RuntimeError(f"{path} answered {response.status}: {answer[:500].decode(errors='replace')}")
    made: dict[str, Any] = json.loads(answer)
    return made


def _house_command(processes: Processes, environment: dict[str, str], *arguments: str) -> str:
    process = processes.start("house-command", "-c", CLI, *arguments, environment=environment)
    try:
        said, _ = process.communicate(timeout=60)
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"innkeeper {' '.join(arguments)} did not end") from error
    if process.returncode != 0:
        raise RuntimeError(f"innkeeper {' '.join(arguments)} failed: {said}")
    return said
