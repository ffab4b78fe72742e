"""Devices that go wrong: real configs with one thing changed, and payloads of every kind. Nothing raises,
nothing is taken for what it is not, and the loop goes on."""

from __future__ import annotations

import math
import random
from itertools import chain
from typing import Any

import orjson
import pytest

from controller.entities import Report
from hotel.clock import ManualClock
from tests.conformance import (
    climate_cases,
    cover_cases,
    firmware_cases,
    light_cases,
    sensor_cases,
    small_cases,
)
from tests.unit.test_mqtt_wire import House

TABLES = (climate_cases, cover_cases, firmware_cases, light_cases, sensor_cases, small_cases)
CONFIGS: list[tuple[str, dict[str, Any]]] = [
    (topic, config)
    for case in chain.from_iterable(module.CASES for module in TABLES)
    for topic, config in case.configs
    if isinstance(config, dict)
]
ODD: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1,
    3.5,
    1e308,
    -1e308,
    2**62,
    "",
    " ",
    "None",
    "x",
    "a/b",
    "a/+",
    "#",
    "\0",
    "é" * 40,
    [],
    {},
    [[]],
    [None],
    ["x", 1],
    {"a": {}},
    "{{ value }}",
    "{{ value_json.x.y }}",
    "{{",
    "{% for %}",
    "~",
    1e-308,
]
PAYLOADS = [
    b"",
    b" ",
    b"None",
    b"null",
    b"true",
    b"0",
    b"-1",
    b"1e308",
    b"-1e308",
    b"1e999",
    b"nan",
    b"inf",
    b"1e-320",
    b"ON",
    b"OFF",
    b"open",
    b"\xff\xfe",
    b"\x00",
    b"{",
    b"{}",
    b"[]",
    b"[[[[]]]]",
    b'"x"',
    b"[" * 200,
    b"9" * 5000,
    b'{"state": {"a": 1}}',
    b'{"state": "ON", "brightness": 1e308, "color_temp": -5}',
    b'{"position": null}',
    b'{"position": [1]}',
    b'{"position": {"position": 3}}',
    b'{"event_type": []}',
    b'{"brightness": true}',
    b'{"state": "ON", "color_temp": 1e-300}',
    b'{"effect": {}}',
    b'{"event_type": {"a": 1}}',
    "é".encode() * 2000,
    b'{"position": 1e308, "tilt_position": 1e308}',
    b'{"tilt_position": "x", "position": 3}',
    b'{"color_mode": []}',
]
VALUES: list[Any] = [None, True, 0.0, -1.0, 50.0, 1e308, float("nan"), "", "off", "open", "x" * 2000, 2700.0]


def bent(rng: random.Random, config: dict[str, Any]) -> dict[str, Any]:
    """The config with one or two things changed."""
    changed = dict(config)
    for _ in range(rng.randrange(3)):
        changed[rng.choice([*changed, "qos", "availability", "device"])] = rng.choice(ODD)
    return changed


@pytest.mark.parametrize("seed", range(4))
def test_devices_that_go_wrong(seed: int, clock: ManualClock) -> None:
    rng = random.Random(seed)
    house = House(clock)
    for turn in range(250):
        topic, config = rng.choice(CONFIGS)
        house.announce(f"{topic.split('/')[0]}/n{rng.randrange(40)}/x", bent(rng, config))
        topics = sorted(house.wire._topics) or ["nobody"]
        for _ in range(20):
            house.says(rng.choice(topics), rng.choice(PAYLOADS), retain=rng.random() < 0.1)
        if house.book.known:
            entity = rng.choice(list(house.book.known.values()))
            names = sorted(entity.accepts) or ["on"]
            house.order(entity.key, **{rng.choice(names): rng.choice(VALUES)})
        if turn % 50 == 0:
            clock.advance(40)
    assert house.wire.counters().get("refused_decoder_failed", 0) == 0, house.wire.quarantine
    assert [report for report in house.book.reports if not _plausible(report)] == []
    house.announce("sensor/good/x", {"stat_t": "good"})
    house.says("good", "alive")
    assert house.book.value("sensor/good/x", "value") == "alive"


def _plausible(report: Report) -> bool:
    value = report.value
    if isinstance(value, float):
        inside = not report.property.endswith("_percent") or (
            report.property in ("current_humidity_percent", "target_humidity_percent") or 0 <= value <= 100
        )
        return math.isfinite(value) and inside
    return value is None or isinstance(value, str | bool)


def test_every_payload_says_something_or_nothing(clock: ManualClock) -> None:
    house = House(clock)
    seen = set()
    for index, (topic, config) in enumerate(CONFIGS):
        key = orjson.dumps(config)
        if key not in seen:
            seen.add(key)
            house.announce(f"{topic.split('/')[0]}/m{index}/x", {**config, "unique_id": str(index)})
    for topic in sorted(house.wire._topics):
        for payload in PAYLOADS:
            house.says(topic, payload)
    assert house.wire.counters().get("refused_decoder_failed", 0) == 0, house.wire.quarantine
    assert [report for report in house.book.reports if not _plausible(report)] == []
