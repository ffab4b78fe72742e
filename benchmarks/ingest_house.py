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

from benchmarks.ingest_publisher import PROGRESS_TOPIC, power_watts, state_topic
from benchmarks.processes import wait_until
from benchmarks.tap_device import connect
from gateway.house import House, build_house
from gateway.interpreter import keep_answers_short
from gateway.mqtt.paho_link import PahoLink
from gateway.settings import load_settings
from gateway.telemetry.embedded import EmbeddedTelemetry
from gateway.telemetry.tables import telemetry_url
from hotel.clock import SystemClock
from hotel.database import Database
from hotel.rooms import Room, ensure_property, put_room

PROGRESS_SECONDS = 0.02
# The publisher waits when so many readings have passed the twin and are not on disk yet: what is
# measured is the pace that the whole way keeps up, not how fast a buffer fills.
MOST_UNWRITTEN = 50_000
PATIENCE_SECONDS = 60.0
MEMORY_SAMPLES = 40


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the readings.

    `counted`: distinct values that stand on disk, 0 when a twin does not show its last one.
    `lost`: shed or refused anywhere on the way. `memory_megabytes`: resident, evenly over the run.
    `processor_seconds`: of all threads.
    """

    messages: int
    seconds: float
    counted: int
    lost: int
    memory_megabytes: list[float]
    processor_seconds: float


def room_of(index: int) -> str:
    return str(1001 + index)


def config(index: int) -> str:
    """The discovery config of one plug's power."""
    return json.dumps(
        {
            "name": "Power",
            "unique_id": f"bench_plug{index}_power",
            "state_topic": state_topic(index),
            "value_template": "{{ value_json.power }}",
            "device_class": "power",
            "unit_of_measurement": "W",
            "device": {
                "identifiers": [f"bench-plug{index}"],
                "name": f"Plug {index}",
                "suggested_area": room_of(index),
            },
        }
    )


def take_readings(folder: Path, url: str, messages: int, topics: int) -> Taken:
    """Take `messages` readings of `topics` plugs; says "ready" when the plugs are known."""
    clock = SystemClock()
    settings = load_settings(
        {"INNKEEPER_DATA_DIR": str(folder), "INNKEEPER_MQTT_URL": url, "INNKEEPER_AUTO_APPROVE": "1"}, folder
    )
    database = Database(settings.database_url, clock, settings.property)
    database.create_all()
    with database.write() as tx:
        ensure_property(tx, "Bench", "UTC", date(2026, 7, 14))
        for index in range(topics):
            put_room(tx, Room(room_of(index), "1", "KING", "King room"))
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
    for index in range(topics):
        desk.publish(
            f"homeassistant/sensor/bench/plug{index}_power/config", config(index), qos=1, retain=True
        )
    wait_until(lambda: house.wire.counters()["entities"] == topics, "the discovery of the plugs")
    wait_until(lambda: _known(house, topics), "the approval of the plugs")

    keep_answers_short()
    before = telemetry.counters().written
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    this = psutil.Process()
    memory = [this.memory_info().rss / 2**20]
    started, processor_started = 0.0, time.process_time()
    silent_since, last = time.monotonic(), 0
    while (written := telemetry.counters().written - before) < messages:
        handled = min(telemetry.counters().recorded - before, written + MOST_UNWRITTEN)
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
    shown = _shown_power(house, topics)
    expected = [
        power_watts(max(n for n in range(messages - topics, messages) if n % topics == i))
        for i in range(topics)
    ]
    link.stop()
    house.bus.stop()
    house.controller.stop()
    telemetry.close()
    desk.disconnect()
    desk.loop_stop()
    counted = _distinct_on_disk(database, messages) if shown == expected else 0
    database.close()
    return Taken(messages, seconds, counted, lost, [round(each, 1) for each in memory], processor_seconds)


def _known(house: House, topics: int) -> bool:
    devices = [device for device in house.controller.devices() if device.room is not None and device.approved]
    return len(devices) == topics


def _shown_power(house: House, topics: int) -> list[object]:
    """What each plug's twin shows, in the order of the plugs."""
    shown = {
        device.room: next(each.reported for each in device.properties if each.name == "value")
        for device in house.controller.devices()
    }
    return [shown.get(room_of(index)) for index in range(topics)]


def _distinct_on_disk(database: Database, messages: int) -> int:
    engine = create_engine(telemetry_url(database.url))
    with engine.connect() as connection:
        found: int = connection.execute(
            text("SELECT COUNT(DISTINCT value) FROM telemetry_raw WHERE value >= 0 AND value <= :highest"),
            {"highest": power_watts(messages - 1)},
        ).scalar_one()
    engine.dispose()
    return found


if __name__ == "__main__":
    taken = take_readings(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    sys.stdout.write(json.dumps(asdict(taken)) + "\n")
