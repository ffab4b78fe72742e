"""The house's side of `bench ingest`: broker → link → wire → twin → telemetry, as the service has it.

A process that builds the very house of `gateway.house` over a real link, lets the bench's plugs be
discovered, and takes readings until all of them stand in the twins and on disk.

`python -m benchmarks.ingest_house FOLDER BROKER_URL MESSAGES TOPICS` prints one line "ready", then one
JSON object.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text

from benchmarks.ingest_publisher import PROGRESS_TOPIC, TEMPLATES, UNITS, payload, state_topic, values
from benchmarks.processes import wait_until
from benchmarks.tap_device import connect
from gateway.house import House, build_house
from gateway.interpreter import collect_rarely, keep_answers_short
from gateway.mqtt.paho_link import PahoLink
from gateway.settings import load_settings
from gateway.telemetry.embedded import EmbeddedTelemetry
from gateway.telemetry.tables import telemetry_url
from hotel.clock import SystemClock
from hotel.database import Database
from hotel.rooms import Room, ensure_property, put_room

PROGRESS_SECONDS = 0.02
# The publisher waits when so many messages have passed the twin and are not on disk yet: what is
# measured is the pace that the whole way keeps up, not how fast a buffer fills.
MOST_UNWRITTEN = 15_000
PATIENCE_SECONDS = 60.0
MEMORY_SAMPLES = 40


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the messages.

    `counted`: messages whose every value stands on disk (all are distinct), 0 when a twin does not show
    its last one. `lost`: shed or refused anywhere on the way. `memory_megabytes`: resident, evenly over
    the run. `processor_seconds`: of all threads.
    """

    messages: int
    seconds: float
    counted: int
    lost: int
    memory_megabytes: list[float]
    processor_seconds: float


def room_of(index: int) -> str:
    return str(1001 + index)


def config_topic(index: int, name: str) -> str:
    return f"homeassistant/sensor/bench/plug{index}_{name}/config"


def config(index: int, name: str) -> str:
    """The discovery config of what one plug measures: "power", "energy" or "current"."""
    return json.dumps(
        {
            "name": name.capitalize(),
            "unique_id": f"bench_plug{index}_{name}",
            "state_topic": state_topic(index),
            "value_template": TEMPLATES[name],
            "device_class": name,
            "state_class": "measurement",
            "unit_of_measurement": UNITS[name],
            "device": {
                "identifiers": [f"bench-plug{index}"],
                "name": f"Plug {index}",
                "suggested_area": room_of(index),
            },
        }
    )


def take_readings(folder: Path, url: str, messages: int, topics: int) -> Taken:
    """Take `messages` readings of `topics` plugs; says "ready" when the plugs are known."""
    collect_rarely()
    clock = SystemClock()
    settings = load_settings(
        {"INNKEEPER_DATA_DIR": str(folder), "INNKEEPER_MQTT_URL": url, "INNKEEPER_AUTO_APPROVE": "1"}, folder
    )
    database = Database(settings.database_url, clock, settings.property)
    database.create_all()
    with database.write() as tx:
        ensure_property(tx, "Bench", "UTC", date(2026, 7, 14))
        for index in range(topics):
            put_room(tx, Room(room_of(index), "1", "KING", "King room"), announce=False)
    telemetry = EmbeddedTelemetry(database, clock)
    telemetry.create_all()
    link = PahoLink(url, "bench-house", clock)
    house = build_house(settings, clock, database, link, telemetry, telemetry)
    telemetry.start()
    house.controller.start()
    house.bus.start()
    link.start()
    desk = connect(url, "bench-house-progress")
    desk.loop_start()
    entities = topics * len(TEMPLATES)
    for index in range(topics):
        for name in TEMPLATES:
            desk.publish(config_topic(index, name), config(index, name), qos=1, retain=True)
    wait_until(lambda: house.wire.counters()["entities"] == entities, "the discovery of the plugs", 60)
    wait_until(lambda: _known(house, entities), "the approval of the plugs")

    # Each plug speaks once before: the series are made then, and what follows is the day's course.
    for index in range(topics):
        desk.publish(state_topic(index), payload(messages + index))
    wait_until(lambda: telemetry.counters().written >= entities, "the first readings")
    keep_answers_short()
    before = telemetry.counters().written
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    this = psutil.Process()
    memory = [this.memory_info().rss / 2**20]
    started, processor_started = 0.0, time.process_time()
    silent_since, last = time.monotonic(), 0
    while (written := (telemetry.counters().written - before) // len(TEMPLATES)) < messages:
        recorded = (telemetry.counters().recorded - before) // len(TEMPLATES)
        handled = min(recorded, written + MOST_UNWRITTEN)
        if handled and not started:
            started = time.monotonic() - PROGRESS_SECONDS / 2
        if handled != last:
            silent_since, last = time.monotonic(), handled
            desk.publish(PROGRESS_TOPIC, str(handled))
        elif time.monotonic() - silent_since > PATIENCE_SECONDS:
            break
        while len(memory) < MEMORY_SAMPLES * written // messages:
            memory.append(this.memory_info().rss / 2**20)
        time.sleep(PROGRESS_SECONDS)
    memory.append(this.memory_info().rss / 2**20)
    seconds, processor_seconds = time.monotonic() - started, time.process_time() - processor_started
    desk.publish(PROGRESS_TOPIC, str(messages)).wait_for_publish(5)

    wire = house.wire.counters()
    lost = telemetry.counters().shed + telemetry.counters().refused + wire["link_shed"]
    shown = _shown(house)
    expected = {
        f"sensor/bench/plug{index}_{name}": value
        for index in range(topics)
        for name, value in values(
            max(n for n in range(messages - topics, messages) if n % topics == index)
        ).items()
    }
    link.stop()
    house.bus.stop()
    house.controller.stop()
    telemetry.close()
    desk.disconnect()
    desk.loop_stop()
    counted = _whole_on_disk(database, messages) if shown == expected else 0
    database.close()
    return Taken(messages, seconds, counted, lost, [round(each, 1) for each in memory], processor_seconds)


def _known(house: House, entities: int) -> bool:
    devices = [device for device in house.controller.devices() if device.room is not None and device.approved]
    return len(devices) == entities


def _shown(house: House) -> dict[str, object]:
    """What each entity's twin shows."""
    return {
        device.key: next(each.reported for each in device.properties if each.name == "value")
        for device in house.controller.devices()
    }


def _whole_on_disk(database: Database, messages: int) -> int:
    """How many distinct values stand on disk of that of which the fewest do."""
    engine = create_engine(telemetry_url(database.url))
    last = values(messages - 1)
    with engine.connect() as connection:
        found = [
            int(
                connection.execute(
                    text(
                        "SELECT COUNT(DISTINCT value) FROM telemetry_raw JOIN telemetry_series "
                        "ON telemetry_series.id = series_id WHERE device_key LIKE :key "
                        "AND value >= 0 AND value <= :highest"
                    ),
                    {"key": f"%_{name}", "highest": last[name]},
                ).scalar_one()
            )
            for name in TEMPLATES
        ]
    engine.dispose()
    return min(found)


if __name__ == "__main__":
    taken = take_readings(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    sys.stdout.write(json.dumps(asdict(taken)) + "\n")
