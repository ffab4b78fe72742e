"""Messages that only the template worker can read: in order, beside the ingest loop, bounded."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

import orjson
import pytest

from benchmarks.harness.memory_link import MemoryBroker, MemoryLink
from controller.entities import Order
from gateway.mqtt.renderer import TemplateRenderer
from gateway.mqtt.slow_lane import MOST_WAITING_OF_ONE, SlowLane
from gateway.mqtt.template_values import MustWait, RenderFailed
from gateway.mqtt.templates import compile_template
from gateway.mqtt.wire import MqttWire
from hotel.clock import ManualClock
from tests.unit.test_mqtt_wire import Notebook
from tests.waiting import PATIENCE_SECONDS

LOOP = "{% for c in value %}{{ c }}{% endfor %}"
SLOW = {"stat_t": "slow", "val_tpl": LOOP, "uniq_id": "slow"}


class Renderer(TemplateRenderer):
    """Gives the value back; waits while it is told to."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock, "UTC")
        self.free = threading.Event()
        self.free.set()

    def __call__(self, source: str, variables: Mapping[str, Any], json: bool) -> str:
        assert self.free.wait(10.0)
        if variables["value"] == "bad":
            raise RenderFailed("it fails")
        return str(variables["value"])


class House:
    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.broker = MemoryBroker(clock)
        self.link = MemoryLink(self.broker)
        self.book = Notebook()
        self.renderer = Renderer(clock)
        self.wire = MqttWire(self.link, clock, "homeassistant", "grand", renderer=self.renderer)
        self.wire.listener = self.book
        self.link.start()
        self.broker.pump()

    def says(self, topic: str, payload: Any, retain: bool = False) -> None:
        raw = payload.encode() if isinstance(payload, str) else orjson.dumps(payload)
        self.broker.publish(topic, raw, retain=retain)
        self.broker.pump()

    def values(self, key: str, name: str = "value") -> list[object]:
        return [
            report.value
            for report in self.book.reports
            if report.entity_key == key and report.property == name
        ]


@pytest.fixture
def house(clock: ManualClock) -> House:
    house = House(clock)
    house.says("homeassistant/sensor/slow/config", SLOW, retain=True)
    return house


def test_the_ingest_loop_goes_on_while_a_template_renders(house: House) -> None:
    house.says("homeassistant/sensor/fast/config", {"stat_t": "fast"}, retain=True)
    house.renderer.free.clear()
    house.says("slow", "1")
    for turn in range(100):
        house.says("fast", str(turn))
    assert len(house.values("sensor/fast")) == 100
    assert house.values("sensor/slow") == []
    house.renderer.free.set()
    assert house.wire.settle(PATIENCE_SECONDS)
    assert house.values("sensor/slow") == ["1"]


def test_results_come_in_the_order_of_their_topic(house: House) -> None:
    for turn in range(50):
        house.says("slow", str(turn))
    assert house.wire.settle(PATIENCE_SECONDS)
    assert house.values("sensor/slow") == [str(turn) for turn in range(50)]


def test_reports_keep_the_time_of_their_receipt(house: House) -> None:
    house.renderer.free.clear()
    house.says("slow", "1")
    heard = house.clock.monotonic()
    house.clock.advance(5)
    house.renderer.free.set()
    assert house.wire.settle(PATIENCE_SECONDS)
    assert house.book.reports[-1].monotonic == heard


def test_what_is_too_much_is_shed_oldest_first_and_counted(house: House) -> None:
    house.renderer.free.clear()
    house.says("slow", "first")
    most = MOST_WAITING_OF_ONE * 2
    for turn in range(most):
        house.says("slow", str(turn))
    house.renderer.free.set()
    assert house.wire.settle(PATIENCE_SECONDS)
    assert house.values("sensor/slow")[-1] == str(most - 1)
    assert house.wire.counters()["templates_shed"] >= most - MOST_WAITING_OF_ONE - 1


def test_a_template_that_fails_is_shown_with_its_entity(house: House) -> None:
    house.says("slow", "bad")
    house.says("slow", "bad")
    assert house.wire.settle(PATIENCE_SECONDS)
    trouble = house.wire.template_troubles()["sensor/slow"]
    assert (trouble.count, trouble.reason) == (2, "it fails")
    assert house.wire.counters()["refused_template_failed"] == 2
    house.says("homeassistant/sensor/slow/config", "")
    assert house.wire.template_troubles() == {}


def test_who_was_withdrawn_meanwhile_is_not_heard(house: House) -> None:
    house.renderer.free.clear()
    house.says("slow", "1")
    house.says("homeassistant/sensor/slow/config", "")
    house.renderer.free.set()
    assert house.wire.settle(PATIENCE_SECONDS)
    assert house.values("sensor/slow") == []


def test_an_order_that_must_wait_goes_out_when_it_is_made(house: House) -> None:
    heard: list[bytes] = []
    house.broker.listen("w/set", lambda topic, payload, retained: heard.append(payload))
    house.says("homeassistant/switch/w/config", {"cmd_t": "w/set", "cmd_tpl": LOOP}, retain=True)
    house.renderer.free.clear()
    order = Order("c", "switch/w", (("on", True),), house.clock.monotonic() + 10.0)
    assert house.wire.refusal(order) is None
    assert house.wire.send(order)
    house.broker.pump()
    assert heard == []
    house.renderer.free.set()
    assert house.wire.settle(PATIENCE_SECONDS)
    house.broker.pump()
    assert heard == [b"ON"]


def test_an_order_whose_time_is_over_when_it_is_made_is_not_sent(house: House) -> None:
    heard: list[bytes] = []
    house.broker.listen("w/set", lambda topic, payload, retained: heard.append(payload))
    house.says("homeassistant/switch/w/config", {"cmd_t": "w/set", "cmd_tpl": LOOP}, retain=True)
    house.renderer.free.clear()
    assert house.wire.send(Order("c", "switch/w", (("on", True),), house.clock.monotonic() + 10.0))
    house.clock.advance(11)
    house.renderer.free.set()
    assert house.wire.settle(PATIENCE_SECONDS)
    house.broker.pump()
    assert heard == []
    assert house.wire.counters()["orders_expired"] == 1


def test_without_a_worker_they_fail_and_are_counted(clock: ManualClock) -> None:
    broker = MemoryBroker(clock)
    link = MemoryLink(broker)
    wire = MqttWire(link, clock, "homeassistant", "grand")
    link.start()
    broker.publish("homeassistant/sensor/slow/config", orjson.dumps(SLOW), retain=True)
    broker.publish("slow", b"1")
    broker.pump()
    assert wire.counters()["refused_template_shed"] == 1


def test_who_may_not_wait_is_told_so() -> None:
    from gateway.mqtt.decode import Message

    with pytest.raises(MustWait):
        compile_template(LOOP).render(Message(b"x"))


def test_keys_take_turns_and_a_failing_job_costs_only_itself() -> None:
    done: list[str] = []
    gate = threading.Event()
    lane = SlowLane(lambda source, variables, json: "")

    def wait() -> None:
        gate.wait(10.0)

    def fail() -> None:
        raise RuntimeError("a job fails")

    lane.put("z", wait)
    for turn in range(3):
        lane.put("a", partial(done.append, f"a{turn}"))
    lane.put("b", fail)
    lane.put("b", lambda: done.append("b"))
    gate.set()
    assert lane.settle(PATIENCE_SECONDS)
    assert done == ["a0", "a1", "b", "a2"]
    assert lane.counts["failed"] == 1
    lane.stop()
    assert not lane.put("a", fail)
