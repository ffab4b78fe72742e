"""`bench fuzz`: 100 000 payloads of every kind that should not be sent, into the whole house.

Real configs and states of `benchmarks.fleet`, mutated; random bytes; JSON that is deep, huge or cut off;
numbers beyond every range, NaN, Unicode of all kinds; long and strange topics; templates that loop, grow or
reach for what is not theirs. The link is in memory, everything behind it is the running service's: wire,
template worker, twins, rooms, database, telemetry.

Asked for: nothing raises; each message becomes a report or is counted as refused, or as one that says
nothing (its templates render empty); the memory stays bounded, and a good sensor that speaks in between is
heard at once all the time.
"""

from __future__ import annotations

import gc
import json
import random
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import psutil

import gateway.tables  # noqa: F401 - every table is to be made
from benchmarks.fleet import Retained, fleet, room_number
from benchmarks.harness.memory_link import MemoryBroker, MemoryLink
from benchmarks.report import BenchReport, Figure, Options, at_most, quantile
from gateway.house import House, build_house
from gateway.mqtt.link import MOST_PAYLOAD_BYTES
from gateway.settings import load_settings
from gateway.telemetry.embedded import EmbeddedTelemetry
from hotel.clock import SystemClock
from hotel.database import Database
from hotel.rooms import Room, ensure_property, put_room

PAYLOADS, PAYLOADS_QUICK = 100_000, 6_000
ROOMS = 5
PROBE_ROOM = "9999"
PROBE_EVERY = 200
# Who announces something new takes one of so many names: what is bounded is to be shown, not the name space.
NAMES = 60
MOST_GROWTH_MEGABYTES = 40.0
MOST_MESSAGE_SECONDS = 1.0
SETTLE_SECONDS = 120.0

_NUMBERS = (
    "nan",
    "-inf",
    "Infinity",
    "1e999",
    "-1e308",
    "1e-320",
    "9" * 400,
    "0x1F",
    "١٢",
    "1_000",
    "-0",
    "2.9e2",
)
_TEXTS = (
    "",
    " ",
    "\x00",
    "é" * 300,
    "\u202e\u0645",
    "😀" * 50,
    "None",
    "ON\n",
    "\ufeffON",
    "a" * 5_000,
    "🏨/+/#",
)
_TEMPLATES = (
    "{{ value_json.x.y.z }}",
    "{% for i in range(10**9) %}x{% endfor %}",
    "{{ 'x' * 10**9 }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ value_json | tojson | tojson | tojson }}",
    "{% set a = [1] %}{% set a = [a, a] %}{{ a }}",
    "{{",
    "{{ value | float }}",
    "{{ value | regex_replace('(a+)+$', 'b') }}",
    "{{ range(10**8) | list }}",
)
_ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    1e308,
    2**63,
    "",
    "x",
    "a/+",
    [],
    {},
    [[]],
    {"a": {}},
    *_TEXTS,
    *_TEMPLATES,
)


class Fuzzer:
    """Draws topics and payloads; the same seed gives the same."""

    def __init__(self, seed: int, configs: tuple[Retained, ...], states: tuple[Retained, ...]) -> None:
        self._draw = random.Random(seed)
        self._configs = configs
        self._states = states

    def message(self) -> tuple[str, bytes, bool]:
        """A topic, a payload and whether it is retained."""
        draw, kind = self._draw, self._draw.random()
        retained = draw.random() < 0.1
        if kind < 0.8:
            state = draw.choice(self._states)
            return state.topic, self._payload(state.payload), retained
        config = draw.choice(self._configs)
        if kind < 0.95:
            return self._config_topic(config.topic), self._config(config.payload), True
        return self._topic(), self._payload(config.payload), retained

    def _payload(self, good: bytes) -> bytes:
        draw = self._draw
        match draw.randrange(9):
            case 0:
                return draw.randbytes(draw.randrange(400))
            case 1 | 2:
                return self._damaged(good)
            case 3 | 4:
                return self._odd(good)
            case 5:
                return draw.choice((b"[", b'{"a":', b"[{", b'"\\u')) * draw.choice((1, 30, 33, 500, 5_000))
            case 6:
                return draw.choice(_NUMBERS).encode()
            case 7:
                return draw.choice(_TEXTS).encode()
        return b"9" * (MOST_PAYLOAD_BYTES + 1) if draw.random() < 0.005 else good[: draw.randrange(len(good))]

    def _damaged(self, good: bytes) -> bytes:
        damaged = bytearray(good)
        for _ in range(self._draw.randrange(1, 6)):
            at = self._draw.randrange(len(damaged)) if damaged else 0
            if self._draw.random() < 0.5:
                damaged[at : at + self._draw.randrange(3)] = self._draw.randbytes(self._draw.randrange(3))
            else:
                damaged[at:at] = damaged[at : at + 8]
        return bytes(damaged)

    def _odd(self, good: bytes) -> bytes:
        """JSON with one value that nobody expects there."""
        told = json.loads(good)
        if isinstance(told, dict) and told:
            name = self._draw.choice([*told, "state"])
            told[name] = self._draw.choice(_ODD)
            number = self._draw.choice(_NUMBERS)
            return json.dumps(told).replace('"x"', number).encode()
        return json.dumps(self._draw.choice(_ODD)).encode()

    def _config_topic(self, good: str) -> str:
        component = good.split("/")[1]
        if self._draw.random() < 0.3:
            return good
        return f"homeassistant/{component}/fuzz{self._draw.randrange(NAMES)}/x/config"

    def _config(self, good: bytes) -> bytes:
        draw = self._draw
        if draw.random() < 0.4:
            return self._payload(good)
        config = json.loads(good)
        for _ in range(draw.randrange(1, 4)):
            name = draw.choice([*config, "availability", "qos", "~", "unique_id"])
            templated = "template" in name and draw.random() < 0.7
            config[name] = draw.choice(_TEMPLATES) if templated else draw.choice(_ODD)
        return json.dumps(config).encode()

    def _topic(self) -> str:
        draw = self._draw
        return draw.choice(
            (
                "homeassistant/" + "a" * draw.randrange(1, 60_000) + "/config",
                "homeassistant/sensor/ü/x/config",
                "homeassistant/device//config",
                "homeassistant/sensor/a/b/c/d/config",
                f"nobody/{draw.randrange(10**6)}",
                "/" * draw.randrange(1, 500),
                "\x00" + draw.choice(_TEXTS),
            )
        )


class _Probe:
    """A good sensor among all that."""

    TOPIC = "fuzz/probe"

    def __init__(self, house: House, link: MemoryLink) -> None:
        self._house = house
        self._link = link
        self.unheard = 0
        config = {
            "name": "Probe",
            "unique_id": "fuzz_probe",
            "state_topic": self.TOPIC,
            "unit_of_measurement": "W",
            "device": {"identifiers": ["fuzz-probe"], "name": "Probe", "suggested_area": PROBE_ROOM},
        }
        topic = "homeassistant/sensor/probe/power/config"
        link.hear(topic, json.dumps(config).encode(), retained=True)

    def speak(self, number: int) -> None:
        self._link.hear(self.TOPIC, str(number).encode(), retained=False)
        (device,) = self._house.controller.devices(PROBE_ROOM)
        shown = next(each.reported for each in device.properties if each.name == "value")
        self.unheard += shown != float(number)


def run(options: Options) -> BenchReport:
    """Send them all."""
    payloads = PAYLOADS_QUICK if options.quick else PAYLOADS
    with tempfile.TemporaryDirectory() as name:
        return BenchReport("fuzz", options.seed, _fuzz(options, payloads, Path(name)))


def _fuzz(options: Options, payloads: int, folder: Path) -> list[Figure]:
    clock = SystemClock()
    settings = load_settings({"INNKEEPER_DATA_DIR": str(folder), "INNKEEPER_AUTO_APPROVE": "1"}, folder)
    database = Database(settings.database_url, clock, settings.property, durable=False)
    database.create_all()
    with database.write() as tx:
        ensure_property(tx, "Bench", "UTC", date(2026, 7, 14))
        for number in (*(room_number(index) for index in range(ROOMS)), PROBE_ROOM):
            put_room(tx, Room(number, "1", "KING", "King room"), announce=False)
    telemetry = EmbeddedTelemetry(database, clock)
    telemetry.create_all()
    link = MemoryLink(MemoryBroker(clock))
    house = build_house(settings, clock, database, link, telemetry, telemetry)
    telemetry.start()
    house.controller.start()
    link.start()
    try:
        return _send(options, payloads, house, link, telemetry)
    finally:
        link.stop()
        house.controller.stop()
        telemetry.close()
        house.wire.close()
        database.close()


def _send(
    options: Options, payloads: int, house: House, link: MemoryLink, telemetry: EmbeddedTelemetry
) -> list[Figure]:
    good = fleet(ROOMS)
    spoken = tuple(each for each in good.states if not each.topic.endswith(("/availability", "/state")))
    for each in good:
        link.hear(each.topic, each.payload, retained=True)
    probe = _Probe(house, link)
    house.wire.settle(SETTLE_SECONDS)
    fuzzer = Fuzzer(options.seed, good.configs, spoken)
    taken_seconds: list[float] = []
    silent = 0
    early_megabytes = 0.0
    before = _accounted(house)
    for number in range(payloads):
        topic, payload, retained = fuzzer.message()
        began = time.perf_counter()
        link.hear(topic, payload, retained=retained)
        taken_seconds.append(time.perf_counter() - began)
        after = _accounted(house)
        # An empty text says nothing, and so does a config that has not changed.
        silent += after == before and bool(payload.strip())
        before = after
        if number % PROBE_EVERY == 0:
            probe.speak(number)
            before = _accounted(house)
            options.progress("sending", number / payloads)
        if number == payloads // 5:
            early_megabytes = _resident_megabytes()
    settled = house.wire.settle(SETTLE_SECONDS)
    growth = _resident_megabytes() - early_megabytes
    counters = house.wire.counters()
    refused = sum(count for name, count in counters.items() if name.startswith("refused_"))
    unexpected = (
        counters.get("refused_decoder_failed", 0)
        + counters["listener_failures"]
        + counters.get("link_handler_failures", 0)
        + house.controller.counters()["changes_shed"]
    )
    return [
        at_most("unexpected_exceptions", unexpected, "", 0),
        at_most("neither_taken_nor_counted", silent, "messages", 0),
        at_most("good_values_unheard", probe.unheard, "values", 0),
        at_most("longest_message", round(1000 * max(taken_seconds), 1), "ms", 1000 * MOST_MESSAGE_SECONDS),
        at_most("memory_growth_after_a_fifth", round(growth, 1), "MB", MOST_GROWTH_MEGABYTES),
        at_most("template_worker_busy_at_the_end", int(not settled), "", 0),
        Figure("messages", payloads, "messages"),
        Figure("message_p99", round(1000 * quantile(taken_seconds, 0.99), 2), "ms"),
        Figure("refused", refused, "messages"),
        *(
            Figure(name, counters[name], "messages")
            for name in sorted(counters)
            if name.startswith("refused_") and counters[name]
        ),
        *(
            Figure(name, counters[name], "")
            for name in sorted(counters)
            if name.startswith("templates_") and counters[name]
        ),
        Figure("said_nothing", counters["said_nothing"], "messages"),
        Figure("reports", counters["reports"], "reports"),
        Figure("telemetry_refused", telemetry.counters().refused, "values"),
    ]


def _accounted(house: House) -> tuple[int, ...]:
    """What must move when a message was taken or refused."""
    counters = house.wire.counters()
    return (
        counters["reports"],
        counters["configs"],
        counters["said_nothing"],
        counters.get("values_not_in_payload", 0),
        # What needs the template worker is taken now and ends, in either way, a little later.
        counters["templates_asked"] + counters["templates_shed"],
        sum(count for name, count in counters.items() if name.startswith("refused_")),
    )


def _resident_megabytes() -> float:
    gc.collect()
    resident: float = psutil.Process().memory_info().rss / 2**20
    return resident
