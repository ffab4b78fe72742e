"""The whole wire on a real broker that goes and comes back, and the link's own watchdog."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from controller.entities import EntityDescription, Order, Report
from gateway.mqtt.broker import EmbeddedBroker
from gateway.mqtt.link import Incoming
from gateway.mqtt.paho_link import PahoLink
from gateway.mqtt.room_state import OFFLINE, availability_topic
from gateway.mqtt.wire import MqttWire
from hotel.clock import SystemClock
from tests.listening import until_listening
from tests.waiting import PATIENCE_SECONDS
from tests.waiting import wait_until as until

KINDS = [pytest.param(None, marks=pytest.mark.mosquitto, id="mosquitto"), pytest.param("amqtt", id="amqtt")]


class Notebook:
    def __init__(self) -> None:
        self.known: set[str] = set()
        self.reports: list[Report] = []
        self.links: list[bool] = []
        self.threads: set[str] = set()

    def discovered(self, entity: EntityDescription, config: str) -> None:
        self.known.add(entity.key)
        self.threads.add(threading.current_thread().name)

    def withdrawn(self, entity_key: str) -> None:
        self.known.discard(entity_key)

    def reported(self, reports: list[Report]) -> None:
        self.reports.extend(reports)
        self.threads.add(threading.current_thread().name)

    def link_changed(self, connected: bool) -> None:
        self.links.append(connected)
        self.threads.add(threading.current_thread().name)

    def last(self, name: str) -> object:
        return next((report.value for report in reversed(self.reports) if report.property == name), "never")


class Lamp:
    """A device on the real broker: announces itself at each connection and obeys."""

    def __init__(self, broker: EmbeddedBroker) -> None:
        self.obeyed: list[bytes] = []
        self.link = PahoLink(broker.url, "lamp", SystemClock(), mqtt_5=broker.speaks_mqtt_5)
        self.link.on_connection = self._announce
        self.link.on_message = self._obey
        self.link.subscribe("lamp/set", 1)
        self.link.start()

    def _announce(self, connected: bool) -> None:
        if not connected:
            return
        config = {"name": "Bedside", "cmd_t": "lamp/set", "stat_t": "lamp", "avty_t": "lamp/there"}
        self.link.publish("homeassistant/switch/lamp/config", orjson.dumps(config), qos=1, retain=True)
        self.link.publish("lamp/there", b"online", qos=1, retain=True)
        self.link.publish("lamp", b"OFF", qos=1, retain=True)

    def _obey(self, message: Incoming) -> None:
        self.obeyed.append(message.payload)
        self.link.publish("lamp", message.payload, qos=1, retain=True)


@pytest.fixture(params=KINDS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmbeddedBroker]:
    made = EmbeddedBroker(tmp_path, 0, request.param)
    made.start()
    yield made
    made.stop()


def order(number: int, on: bool) -> Order:
    return Order(f"c{number}", "switch/lamp", (("on", on),), SystemClock().monotonic() + 10)


def test_a_broker_that_dies_and_comes_back_loses_nothing_and_floods_nobody(broker: EmbeddedBroker) -> None:
    book = Notebook()
    link = PahoLink(broker.url, "innkeeper", SystemClock(), mqtt_5=broker.speaks_mqtt_5)
    wire = MqttWire(link, SystemClock(), "homeassistant", "grand")
    wire.listener = book
    link.start()
    lamp = Lamp(broker)
    try:
        until(lambda: book.last("available") is True and book.last("on") is False)
        assert wire.send(order(1, on=True))
        until(lambda: book.last("on") is True)

        pid = broker.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda: not wire.connected)
        assert not any(wire.send(order(2 + number, on=False)) for number in range(50))
        until(lambda: book.links == [True, False, True])
        # The lamp announces itself again and reports what it is: off, as after a power cut.
        until(lambda: book.last("available") is True and book.last("on") is False)
        assert wire.send(order(99, on=True))
        until(lambda: book.last("on") is True)
        assert lamp.obeyed == [b"ON", b"ON"]
        assert book.known == {"switch/lamp"}
        assert book.threads == {"mqtt-consumer"}
        assert link.counters()["connections"] == 2
    finally:
        lamp.link.stop()
        link.stop()


@pytest.mark.mosquitto
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_dead_network_thread_is_noticed_and_rebuilt(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path, 0)
    broker.start()
    link = PahoLink(broker.url, "innkeeper", SystemClock(), echo_topic="innkeeper/echo")
    heard: list[bytes] = []
    link.on_message = lambda message: heard.append(message.payload)
    link.subscribe("a", 1)
    link.start()
    try:
        until(lambda: link.connected)

        def die(*_: object) -> None:
            raise SystemExit

        # What no exception handler catches ends the thread, as a defect in a C extension would.
        session = link._session
        assert session is not None
        session.client.on_plain = die
        session.client.on_message = die
        network = link._network
        assert network is not None
        link.publish("a", b"deadly", qos=1)
        until(lambda: not network.is_alive())
        until(lambda: link.connected and link.counters()["rebuilt"] == 1)
        until(lambda: link.publish("a", b"alive", qos=1))
        until(lambda: b"alive" in heard)
    finally:
        link.stop()
        broker.stop()


@pytest.mark.mosquitto
def test_a_broker_that_takes_and_answers_nothing_is_noticed(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path, 0)
    broker.start()
    link = PahoLink(
        broker.url, "innkeeper", SystemClock(), echo_topic="echo/innkeeper", echo_lost_seconds=1.5
    )
    ups: list[bool] = []
    link.on_connection = ups.append
    link.start()
    pid = broker.pid
    assert pid is not None
    try:
        until(lambda: link._echo.worked)
        os.kill(pid, signal.SIGSTOP)
        until(lambda: not link.connected)
        assert link.counters()["rebuilt"] == 1
        os.kill(pid, signal.SIGCONT)
        until(lambda: ups == [True, False, True])
        assert link.speaks_mqtt_5, "silence is no reason to give MQTT 5 up"
    finally:
        os.kill(pid, signal.SIGCONT)
        link.stop()
        broker.stop()


VANISHING = """
import sys, time
from gateway.mqtt.paho_link import PahoLink
from hotel.clock import SystemClock
link = PahoLink(sys.argv[1], "innkeeper", SystemClock(), (sys.argv[2], b"offline"), mqtt_5=sys.argv[3] == "5")
link.start()
while not link.connected:
    time.sleep(0.01)
link.publish(sys.argv[2], b"online", qos=1, retain=True)
while link.outstanding:
    time.sleep(0.01)
print("up", flush=True)
time.sleep(60)
"""


def test_a_killed_service_is_announced_by_its_will(broker: EmbeddedBroker) -> None:
    topic = availability_topic("grand")
    ear = PahoLink(broker.url, "ear", SystemClock(), mqtt_5=broker.speaks_mqtt_5)
    heard: list[bytes] = []
    ear.on_message = lambda message: heard.append(message.payload)
    ear.subscribe(topic, 1)
    ear.start()
    service = subprocess.Popen(
        [sys.executable, "-c", VANISHING, broker.url, topic, "5" if broker.speaks_mqtt_5 else "3"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert service.stdout is not None
        assert service.stdout.readline().strip() == "up"
        until(lambda: b"online" in heard)
        service.kill()
        until(lambda: heard[-1] == OFFLINE)
    finally:
        service.kill()
        service.wait()
        if service.stdout is not None:
            service.stdout.close()
        ear.stop()


@pytest.mark.mosquitto
def test_a_flood_is_shed_at_the_bound_and_counted(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path, 0)
    broker.start()
    link = PahoLink(broker.url, "innkeeper", SystemClock(), most_queued=100)
    held = threading.Event()
    heard: list[Incoming] = []

    def slowly(message: Incoming) -> None:
        held.wait(PATIENCE_SECONDS)
        heard.append(message)

    link.on_message = slowly
    link.subscribe("t", 0)
    link.subscribe("important", 1)
    link.start()
    mouth = PahoLink(broker.url, "mouth", SystemClock())
    mouth.start()
    try:
        until_listening(link, mouth)
        for number in range(400):
            until(lambda number=number: mouth.publish("t", str(number).encode()))  # type: ignore[misc]
        until(lambda: mouth.publish("important", b"!", qos=1))
        until(lambda: link.counters()["shed"] > 0 and mouth.outstanding == 0)
        time.sleep(0.5)
        assert link.counters()["queued"] <= 100
        held.set()
        until(lambda: any(message.topic == "important" for message in heard))
        until(lambda: heard[-1].topic == "important")
        shed = link.counters()["shed"]
        assert len(heard) + shed == 401
        numbers = [int(message.payload) for message in heard if message.topic == "t"]
        assert numbers == sorted(numbers)
        assert numbers[-1] == 399, "the newest telemetry is kept, the oldest goes"
    finally:
        held.set()
        mouth.stop()
        link.stop()
        broker.stop()
