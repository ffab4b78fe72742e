"""A hundred thousand payloads that nobody would send on purpose, and one honest device among them."""

from __future__ import annotations

import random
from typing import Any

import orjson

from gateway.mqtt.link import Incoming
from gateway.mqtt.quarantine import MOST_KEPT
from hotel.clock import ManualClock
from tests.conformance.test_conformance import CASES
from tests.unit.test_mqtt_wire import House

PAYLOADS = 100_000
BATCH = 500
SEED = 20_261_122
WORDS = [
    "ON",
    "OFF",
    "None",
    "",
    "open",
    "closed",
    "locked",
    "auto",
    "21.5",
    "-40",
    "1e999",
    "nan",
    "255,0,0",
    "{}",
]


def value(rng: random.Random, depth: int = 0) -> Any:
    """Something that JSON can say."""
    kind = rng.randrange(8 if depth < 3 else 6)
    if kind < 3:
        return rng.choice([None, True, False, 0, -1, 255, 1e308, 0.5, rng.random() * 1e4])
    if kind < 6:
        return rng.choice(WORDS)
    if kind == 6:
        return [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    keys = [
        "state",
        "brightness",
        "color",
        "color_mode",
        "color_temp",
        "position",
        "event_type",
        "r",
        "h",
        "x",
        "t",
        "v",
    ]
    return {rng.choice(keys): value(rng, depth + 1) for _ in range(rng.randrange(6))}


def payload(rng: random.Random) -> bytes:
    """A word, JSON, half of it, JSON with a byte changed, or any bytes at all."""
    kind = rng.randrange(10)
    if kind < 2:
        return rng.choice(WORDS).encode()
    if kind == 2:
        return rng.randbytes(rng.randrange(40))
    said = orjson.dumps(value(rng))
    if kind == 3:
        return said[: rng.randrange(len(said) + 1)]
    if kind == 4:
        changed = bytearray(said)
        changed[rng.randrange(len(changed))] = rng.randrange(256)
        return bytes(changed)
    return said


def test_a_hundred_thousand_payloads_leave_the_loop_alive(clock: ManualClock) -> None:
    print("seed", SEED)
    rng = random.Random(SEED)
    house = House(clock)
    for number, case in enumerate(CASES[::6]):
        for topic, config in case.configs:
            if isinstance(config, dict) and len(case.configs) == 1:
                component = topic.split("/", 1)[0]
                house.announce(f"{component}/fuzz/n{number}", {**config, "unique_id": f"n{number}"})
    house.announce("sensor/honest", {"stat_t": "honest", "stat_cla": "measurement"})
    topics = sorted(house.wire._topics)
    assert len(house.book.known) > 50
    for turn in range(PAYLOADS // BATCH):
        batch = [
            Incoming(rng.choice(topics), payload(rng), rng.random() < 0.1, clock.monotonic())
            for _ in range(BATCH)
        ]
        batch.append(Incoming("honest", str(turn).encode(), False, clock.monotonic()))
        house.wire.hear(batch)
        assert house.book.value("sensor/honest", "value") == float(turn)
        house.book.reports.clear()
        clock.advance(0.1)
    counters = house.wire.counters()
    assert counters["messages"] >= PAYLOADS
    assert counters["listener_failures"] == 0
    assert counters.get("refused_decoder_failed", 0) == 0
    assert len(house.wire.quarantine) == MOST_KEPT
