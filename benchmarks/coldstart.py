"""`bench coldstart`: how long a service needs to know a whole hotel from what its broker has retained.

A real Mosquitto keeps the configs, states and availability of 1 000 rooms with 30 entities each
(`benchmarks.fleet`). Then the service that `innkeeper serve` runs is started on an empty database: it must
discover all entities, write them down, listen at their topics and show the retained state of each, also of
those whose templates only the template worker can read. Then it is started once more on the database that
it has left, as after an update of the software.

Printed for each start: when all entities were known, when they were on disk, when each had its state, and
the processor time of each part of the service, to see where the time goes.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.fleet import fleet
from benchmarks.ingest_publisher import Publisher
from benchmarks.processes import Processes, mosquitto
from benchmarks.report import BenchReport, Figure, Options, at_least, at_most

ROOMS, ROOMS_QUICK = 1_000, 100
GOAL_SECONDS = 60.0
NEVER_SECONDS = 9_999.0
CHUNK = 200


def run(options: Options) -> BenchReport:
    """Fill the broker, start the service on nothing, start it again on what it wrote down."""
    rooms = ROOMS_QUICK if options.quick else ROOMS
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as name, Processes(Path(name)) as processes:
        folder = Path(name)
        broker = mosquitto(folder)
        broker.start()
        try:
            options.progress("filling the broker", 0.0)
            _retain(broker.url, rooms)
            for step, start in enumerate(("first_start", "second_start")):
                options.progress(start.replace("_", " "), 0.1 + 0.45 * step)
                measured = _start(processes, folder / "house", broker.url, rooms)
                figures += _figures(start, measured)
        finally:
            broker.stop()
    return BenchReport("coldstart", options.seed, figures)


def _retain(url: str, rooms: int) -> None:
    publisher = Publisher(url)
    messages = [(each.topic, each.payload) for each in fleet(rooms)]
    for begin in range(0, len(messages), CHUNK):
        publisher.publish(messages[begin : begin + CHUNK], retain=True)
    publisher.close()


def _start(processes: Processes, folder: Path, url: str, rooms: int) -> dict[str, Any]:
    process = processes.start("house", "-m", "benchmarks.coldstart_house", str(folder), url, str(rooms))
    processes.wait_for_line(process, "ready")
    assert process.stdout is not None
    # A line and not all: worker processes of the service hold the pipe a little longer than it lives.
    said = process.stdout.readline()
    processes.end(process)
    if not said:
        raise RuntimeError(f"the service did not start\n{processes.words()}")
    measured: dict[str, Any] = json.loads(said)
    return measured


def _figures(start: str, measured: dict[str, Any]) -> list[Figure]:
    entities = measured["entities"]
    worked = sorted(measured["worked_seconds"].items(), key=lambda part: -part[1])
    return [
        at_most(f"{start}_ready", _seconds(measured["ready_seconds"]), "s", GOAL_SECONDS),
        at_least(f"{start}_entities_with_their_state", measured["ready"], "entities", entities),
        at_most(f"{start}_shed_or_refused", measured["lost"], "messages", 0),
        Figure(f"{start}_all_known", _seconds(measured["known_seconds"]), "s"),
        Figure(f"{start}_all_on_disk", _seconds(measured["written_seconds"]), "s"),
        Figure(f"{start}_memory", measured["memory_megabytes"], "MB"),
        *(Figure(f"{start}_processor_{name.replace(' ', '_')}", seconds, "s") for name, seconds in worked),
    ]


def _seconds(reached: float | None) -> float:
    # JSON has no word for "never".
    return NEVER_SECONDS if reached is None else reached
