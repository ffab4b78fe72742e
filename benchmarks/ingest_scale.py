"""The size's side of `bench ingest`: what a message and an entity cost in a hotel of this size.

A fresh process builds the very house of `gateway.house` over a link in memory, hears the discovery
configs of so many entities as zigbee2mqtt would send them (three to a plug, thirty to a room, with
availability and a full device block), writes them to its database, and then takes reports in batches as
the real link hands them over, through wire, twin and telemetry on disk.

- Resident bytes an entity: the growth of the process from a house with one plug to the house that knows all
  entities, has heard a state of each and has written all down; what the database keeps is part of it.
- Processor time a message: of all threads, from the wire to the disk, for three templates each.

`python -m benchmarks.ingest_scale FOLDER ENTITIES MESSAGES` prints one JSON object.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import psutil

import gateway.tables  # noqa: F401 - every table is to be made
from benchmarks.harness.memory_link import MemoryBroker, MemoryLink
from benchmarks.ingest_publisher import TEMPLATES, UNITS, payload
from benchmarks.processes import wait_until
from gateway.house import build_house
from gateway.interpreter import collect_rarely, keep_answers_short
from gateway.mqtt.link import Incoming
from gateway.settings import load_settings
from gateway.telemetry.embedded import EmbeddedTelemetry
from hotel.clock import SystemClock
from hotel.database import Database
from hotel.rooms import Room, ensure_property, put_room

PLUGS_A_ROOM = 10
BATCH = 500
MOST_UNWRITTEN = 50_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What was measured; `processor_microseconds` of a message, over all threads."""

    entities: int
    bytes_an_entity: float
    processor_microseconds: float


def room_of(plug: int) -> str:
    return str(1001 + plug // PLUGS_A_ROOM)


def ieee(plug: int) -> str:
    return f"0x{0x00158D0001000000 + plug:016x}"


def state_topic(plug: int) -> str:
    return f"zigbee2mqtt/Plug {plug}"


def config_topic(plug: int, name: str) -> str:
    return f"homeassistant/sensor/{ieee(plug)}/{name}/config"


def config(plug: int, name: str) -> bytes:
    """A discovery config as zigbee2mqtt makes them."""
    return json.dumps(
        {
            "availability": [
                {"topic": "zigbee2mqtt/bridge/state", "value_template": "{{ value_json.state }}"},
                {"topic": f"{state_topic(plug)}/availability", "value_template": "{{ value_json.state }}"},
            ],
            "availability_mode": "all",
            "device": {
                "identifiers": [f"zigbee2mqtt_{ieee(plug)}"],
                "manufacturer": "TuYa",
                "model": "Smart plug with power monitoring (TS011F_plug_1)",
                "name": f"Plug {plug}",
                "sw_version": "192",
                "suggested_area": room_of(plug),
                "via_device": "zigbee2mqtt_bridge_0x00124b0025e1b2c3",
            },
            "device_class": name,
            "enabled_by_default": True,
            "name": name.capitalize(),
            "object_id": f"plug_{plug}_{name}",
            "origin": {"name": "Zigbee2MQTT", "sw": "2.1.0", "url": "https://www.zigbee2mqtt.io"},
            "state_class": "measurement",
            "state_topic": state_topic(plug),
            "unique_id": f"{ieee(plug)}_{name}_zigbee2mqtt",
            "unit_of_measurement": UNITS[name],
            "value_template": TEMPLATES[name],
        }
    ).encode()


class SizedHouse:
    """The house over a link in memory, with rooms for so many plugs."""

    def __init__(self, folder: Path, plugs: int) -> None:
        collect_rarely()
        self.clock = SystemClock()
        settings = load_settings({"INNKEEPER_DATA_DIR": str(folder), "INNKEEPER_AUTO_APPROVE": "1"}, folder)
        self.database = Database(settings.database_url, self.clock, settings.property)
        self.database.create_all()
        with self.database.write() as tx:
            ensure_property(tx, "Bench", "UTC", date(2026, 7, 14))
            for number in sorted({room_of(plug) for plug in range(plugs)}):
                put_room(tx, Room(number, "1", "KING", "King room"), announce=False)
        self.telemetry = EmbeddedTelemetry(self.database, self.clock)
        self.telemetry.create_all()
        link = MemoryLink(MemoryBroker(self.clock))
        self.house = build_house(settings, self.clock, self.database, link, self.telemetry, self.telemetry)
        self.telemetry.start()
        self.house.controller.load()

    def discover(self, plugs: range, most_entities: int) -> int:
        """Hear configs and a first state of these plugs, write all down; returns how many entities."""
        known = 0
        for plug in plugs:
            for name in list(TEMPLATES)[: most_entities - known]:
                self.hear([(config_topic(plug, name), config(plug, name), True)])
                known += 1
            if plug % BATCH == 0:
                self.house.controller.pump()
        for plug in plugs:
            self.hear([(state_topic(plug), payload(plug), False)])
        self.house.controller.pump()
        self.house.controller.checkpoint()
        self.wait_for_the_disk()
        return known

    def hear(self, batch: list[tuple[str, bytes, bool]]) -> None:
        at = self.clock.monotonic()
        self.house.wire.hear([Incoming(topic, body, retained, at) for topic, body, retained in batch])

    def behind(self) -> int:
        """How many values are not on disk yet."""
        counters = self.telemetry.counters()
        return counters.recorded - counters.written

    def wait_for_the_disk(self) -> None:
        wait_until(lambda: self.behind() == 0, "the writing of the telemetry", 60)

    def close(self) -> None:
        self.telemetry.close()
        self.house.wire.close()
        self.database.close()


def measure(folder: Path, entities: int, messages: int) -> Cost:
    """Build, discover, report.

    Raises:
        RuntimeError: an entity or a value was lost on the way.
    """
    plugs = -(-entities // len(TEMPLATES))
    sized = SizedHouse(folder, plugs + 1)
    # What every house needs, however small, is loaded with its first plug.
    sized.discover(range(plugs, plugs + 1), len(TEMPLATES))
    empty_bytes = _resident()
    known = sized.discover(range(plugs), entities)
    full_bytes = _resident()

    keep_answers_short()
    making_seconds, started = 0.0, time.process_time()
    for first in range(plugs, plugs + messages, BATCH):
        began = time.thread_time()
        batch = [
            (state_topic(number % plugs), payload(number), False) for number in range(first, first + BATCH)
        ]
        making_seconds += time.thread_time() - began
        sized.hear(batch)
        while sized.behind() > MOST_UNWRITTEN:
            time.sleep(0.005)
    sized.wait_for_the_disk()
    spent = time.process_time() - started - making_seconds
    taken, shed = sized.house.wire.counters()["entities"] - len(TEMPLATES), sized.telemetry.counters().shed
    sized.close()
    if taken != known or shed:
        raise RuntimeError(f"{taken} of {entities} entities are known, {shed} values were shed")
    return Cost(known, (full_bytes - empty_bytes) / known, 1e6 * spent / messages)


def _resident() -> int:
    gc.collect()
    resident: int = psutil.Process().memory_info().rss
    return resident


if __name__ == "__main__":
    sys.stdout.write(
        json.dumps(asdict(measure(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))) + "\n"
    )
