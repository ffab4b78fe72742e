"""The house's side of `bench coldstart`: the very service that `innkeeper serve` runs, without its HTTP.

`python -m benchmarks.coldstart_house FOLDER BROKER_URL ROOMS` makes the rooms when the folder has no
database yet, prints one line "ready", starts the service, waits until it knows every device of
`benchmarks.fleet` and each has its state, in memory and on disk, and prints one JSON object.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from benchmarks.fleet import Fleet, fleet, room_number
from benchmarks.processes import free_port
from gateway.house import open_database
from gateway.interpreter import keep_answers_short
from gateway.main import Service
from gateway.settings import Settings, load_settings
from hotel.clock import SystemClock
from hotel.rooms import Room, put_room

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.1
_LOSSES = (
    "link_shed",
    "templates_shed",
    "templates_killed",
    "templates_stopped_time",
    "wrong",
    "not_supported",
)


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Seconds from the service's start until each was reached (None: never), and who worked how long.

    `known_seconds`: every entity is bound to the wire. `written_seconds`: their rows are on disk.
    `ready_seconds`: each is available and has the state that the broker keeps of it. `worked_seconds`:
    processor time by thread of the service, and of its template workers.
    """

    entities: int
    ready: int
    known_seconds: float | None
    written_seconds: float | None
    ready_seconds: float | None
    worked_seconds: dict[str, float]
    memory_megabytes: float
    lost: int


def start_cold(folder: Path, url: str, rooms: int) -> ColdStart:
    """Start the service once.

    Raises:
        hotel.errors.Refused: it does not come up.
    """
    settings = load_settings(
        {
            "INNKEEPER_DATA_DIR": str(folder),
            "INNKEEPER_MQTT_URL": url,
            "INNKEEPER_AUTO_APPROVE": "1",
            "INNKEEPER_HTTP_PORT": str(free_port()),
        },
        folder,
    )
    _make_rooms(settings, rooms)
    expected = fleet(rooms)
    service = Service(settings, SystemClock())
    service.prepare()
    keep_answers_short()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    began = time.monotonic()
    before = _worked()
    service.start()
    try:
        return _watch(service, settings, expected, began, before)
    finally:
        service.stop()


def _make_rooms(settings: Settings, rooms: int) -> None:
    database = open_database(settings, SystemClock())
    with database.write() as tx:
        for index in range(rooms):
            put_room(tx, Room(room_number(index), "1", "KING", "King room"), announce=False)
    database.close()


def _watch(
    service: Service, settings: Settings, expected: Fleet, began: float, before: dict[str, float]
) -> ColdStart:
    entities = len(expected.said)
    house = service.house
    reached: dict[str, float] = {}

    def note(name: str, true: bool) -> bool:
        if true and name not in reached:
            reached[name] = round(time.monotonic() - began, 2)
        return name in reached

    ready = 0
    while time.monotonic() - began < PATIENCE_SECONDS and len(reached) < 3:
        time.sleep(LOOK_SECONDS)
        known = note("known", house.wire.counters()["entities"] >= entities)
        # To look at 30 000 devices takes the house's time too: not before they can be right.
        calm = known and house.wire.settle(0) and house.controller.counters()["changes_waiting"] == 0
        if calm:
            note("written", _rows(settings) >= entities)
            ready = _ready(service, expected)
            note("ready", ready == entities)
    if len(reached) < 3:
        log.warning("%s of %s ready; the wire counted %s", ready, entities, house.wire.counters())
    worked = {name: seconds - before.get(name, 0.0) for name, seconds in _worked().items()}
    wire = house.wire.counters()
    return ColdStart(
        entities,
        ready,
        reached.get("known"),
        reached.get("written"),
        reached.get("ready"),
        {name: round(seconds, 2) for name, seconds in worked.items() if seconds >= 0.01},
        round(psutil.Process().memory_info().rss / 2**20, 1),
        sum(wire.get(name, 0) for name in _LOSSES),
    )


def _ready(service: Service, expected: Fleet) -> int:
    """How many entities are available and show what the broker keeps of them."""
    shown = {
        device.key: {each.name: each.reported for each in device.properties}
        for device in service.house.controller.devices()
        if device.available and device.approved
    }
    return sum(1 for said in expected.said if shown.get(said.entity_key, {}).get(said.property) == said.value)


def _rows(settings: Settings) -> int:
    """How many devices stand in the database."""
    path = settings.database_url.removeprefix("sqlite:///")
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        (count,) = connection.execute("SELECT COUNT(*) FROM controller_entities").fetchone()
        return int(count)
    finally:
        connection.close()


def _worked() -> dict[str, float]:
    """Processor seconds so far, by what the thread is for."""
    names = {thread.native_id: thread.name for thread in threading.enumerate()}
    worked: dict[str, float] = {}
    process = psutil.Process()
    for thread in process.threads():
        name = names.get(thread.id, "others")
        worked[name] = worked.get(name, 0.0) + thread.user_time + thread.system_time
    for child in process.children():
        try:
            times = child.cpu_times()
        except psutil.Error:
            continue
        worked["template workers"] = worked.get("template workers", 0.0) + times.user + times.system
    return worked


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    result = start_cold(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
    sys.stdout.write(json.dumps(asdict(result)) + "\n")
