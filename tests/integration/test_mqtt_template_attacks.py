"""Every template of the attack table, from a device on the wire to what an engineer sees of it."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from benchmarks.harness.memory_link import MemoryBroker, MemoryLink
from gateway.mqtt.render_worker import MEMORY_BYTES
from gateway.mqtt.renderer import TemplateRenderer
from gateway.mqtt.wire import MqttWire
from hotel.clock import ManualClock
from tests.integration.attack_cases import ATTACKS
from tests.unit.test_mqtt_wire import Notebook
from tests.waiting import PATIENCE_SECONDS

# Of this thread's own processor time. Not the promise (`bench fuzz` prints the longest message), but far
# below what an attack takes that the ingest loop would render itself.
MOST_INGEST_SECONDS = 1.0
# Beside what a template keeps: the request, the interpreter's own rounding up.
SLACK_BYTES = 4 << 20


class Stage:
    def __init__(self, clock: ManualClock) -> None:
        self.renderer = TemplateRenderer(clock, "Asia/Shanghai")
        self.renderer("{% for i in range(2) %}{% endfor %}", {"value": ""}, False)
        self.broker = MemoryBroker(clock)
        link = MemoryLink(self.broker)
        self.wire = MqttWire(link, clock, "homeassistant", "grand", renderer=self.renderer)
        self.wire.listener = self.book = Notebook()
        # What a worker has that has done nothing bad yet; all are alike.
        self._idle_bytes = 0
        self.check_memory()
        link.start()
        self.says("homeassistant/sensor/honest/config", b'{"stat_t": "honest"}')

    def says(self, topic: str, payload: bytes) -> float:
        """Returns what hearing it took of this thread's time."""
        self.broker.publish(topic, payload)
        # What other tests left behind is not collected at the attack's expense.
        gc.disable()
        began = time.thread_time()
        self.broker.pump()
        spent = time.thread_time() - began
        gc.enable()
        return spent

    def counted(self) -> int:
        """How many configs and payloads were refused so far."""
        counters = self.wire.counters()
        return sum(
            value
            for name, value in counters.items()
            if name.startswith("refused_") or name in ("wrong", "not_supported")
        )

    def check_memory(self) -> None:
        for process in list(self.renderer._processes):
            try:
                status = Path(f"/proc/{process.pid}/status").read_text()
            except OSError:
                continue
            peak = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0 kB")
            most_bytes = int(peak.split()[1]) * 1024
            self._idle_bytes = self._idle_bytes or most_bytes
            assert most_bytes - self._idle_bytes <= MEMORY_BYTES + SLACK_BYTES


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    made = Stage(ManualClock(datetime(2026, 11, 22, 6, 30, tzinfo=UTC)))
    yield made
    made.wire.close()


def test_the_table_is_large_and_its_names_differ() -> None:
    assert len(ATTACKS) >= 90
    assert len({name for name, _, _ in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize(("name", "template", "payload"), ATTACKS, ids=[name for name, _, _ in ATTACKS])
def test_an_attack_is_refused_or_stopped_and_shown(
    stage: Stage, name: str, template: str, payload: bytes
) -> None:
    number = next(index for index, attack in enumerate(ATTACKS) if attack[0] == name)
    key, topic = f"sensor/attack/{number}", f"attack/{number}"
    config = orjson.dumps({"stat_t": topic, "val_tpl": template})
    counted_before = stage.counted()

    spent = stage.says(f"homeassistant/{key}/config", config)
    assert spent < MOST_INGEST_SECONDS
    assert stage.says(topic, payload) < MOST_INGEST_SECONDS
    # Whatever it does, others are heard meanwhile.
    assert stage.says("honest", name.encode()) < MOST_INGEST_SECONDS
    assert stage.book.value("sensor/honest", "value") == name
    # A busy machine stretches the worker's 100 ms of processor time, and the start of the next one.
    assert stage.wire.settle(PATIENCE_SECONDS)

    refused = {wrong.key: wrong.reason for wrong in stage.wire.wrong_configs()}
    refused.update((seen.key, seen.reason) for seen in stage.wire.not_supported())
    troubles = stage.wire.template_troubles()
    said = [
        report.value
        for report in stage.book.reports
        if report.entity_key == key and report.property == "value"
    ]
    assert said == []
    assert refused.get(key) or troubles[key].count == 1
    assert stage.counted() > counted_before
    stage.check_memory()
