"""One contract, three links: in memory, paho on mosquitto, paho on amqtt."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from benchmarks.harness.memory_link import MemoryBroker, MemoryLink
from gateway.mqtt.broker import EmbeddedBroker
from gateway.mqtt.link import MOST_OUTSTANDING, MOST_PAYLOAD_BYTES, Incoming, MqttLink, Outgoing
from gateway.mqtt.paho_link import PahoLink
from hotel.clock import ManualClock, SystemClock
from tests.listening import until_listening
from tests.waiting import wait_until


class House(Protocol):
    """A broker of some kind, and links to it that are ended with the test."""

    def link(self, name: str, will: tuple[str, bytes] | None = None) -> MqttLink: ...

    def drop(self, link: MqttLink) -> None:
        """Let its connection break without a word."""

    def until(self, happened: Callable[[], bool]) -> None: ...

    def settle(self) -> None: ...

    def kill_broker(self) -> None: ...

    def revive_broker(self) -> None: ...


class MemoryHouse:
    def __init__(self, clock: ManualClock) -> None:
        self.broker = MemoryBroker(clock)

    def link(self, name: str, will: tuple[str, bytes] | None = None) -> MqttLink:
        return MemoryLink(self.broker, will)

    def drop(self, link: MqttLink) -> None:
        assert isinstance(link, MemoryLink)
        link.drop()

    def until(self, happened: Callable[[], bool]) -> None:
        self.broker.pump()
        assert happened()

    def settle(self) -> None:
        self.broker.pump()

    def kill_broker(self) -> None:
        self.broker.go_down()

    def revive_broker(self) -> None:
        self.broker.come_back()

    def close(self) -> None:
        return


class RealHouse:
    def __init__(self, folder: Path, program: str | None) -> None:
        self.broker = EmbeddedBroker(folder, 0, program)
        self.broker.start()
        self.links: list[PahoLink] = []

    def link(self, name: str, will: tuple[str, bytes] | None = None) -> MqttLink:
        made = PahoLink(self.broker.url, name, SystemClock(), will, mqtt_5=self.broker.speaks_mqtt_5)
        self.links.append(made)
        return made

    def drop(self, link: MqttLink) -> None:
        assert isinstance(link, PahoLink)
        under = link._session.client.socket() if link._session is not None else None
        assert under is not None
        with socket.socket(fileno=os.dup(under.fileno())) as wire:
            wire.shutdown(socket.SHUT_RDWR)

    def until(self, happened: Callable[[], bool]) -> None:
        wait_until(happened)

    def settle(self) -> None:
        connected = [link for link in self.links if link.connected]
        until_listening(*connected)
        self.until(lambda: not any(link.outstanding for link in connected))
        # What nobody should hear would be here by now.
        time.sleep(0.1)

    def kill_broker(self) -> None:
        pid = self.broker.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    def revive_broker(self) -> None:
        """Nothing to do: the embedded broker is started again by itself."""

    def close(self) -> None:
        for link in self.links:
            link.stop()
        self.broker.stop()


@pytest.fixture(
    params=[
        "memory",
        pytest.param("mosquitto", marks=pytest.mark.mosquitto),
        "amqtt",
    ]
)
def house(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[House]:
    made: MemoryHouse | RealHouse
    if request.param == "memory":
        made = MemoryHouse(clock)
    else:
        made = RealHouse(tmp_path, "amqtt" if request.param == "amqtt" else None)
    yield made
    made.close()


def listening(house: House, name: str, *filters: str) -> tuple[MqttLink, list[Incoming]]:
    link = house.link(name)
    heard: list[Incoming] = []
    link.on_message = heard.append
    for topic_filter in filters:
        link.subscribe(topic_filter, 1)
    link.start()
    house.until(lambda: link.connected)
    house.settle()
    return link, heard


def test_what_is_published_is_heard_once_and_in_order(house: House) -> None:
    link, heard = listening(house, "ear", "room/+/state")
    for number in range(10):
        assert link.publish("room/412/state", str(number).encode(), qos=number % 2)
    house.until(lambda: len(heard) == 10)
    assert sorted(int(message.payload) for message in heard) == list(range(10))
    assert [message.payload for message in heard if int(message.payload) % 2] == [
        b"1",
        b"3",
        b"5",
        b"7",
        b"9",
    ]
    assert {message.topic for message in heard} == {"room/412/state"}
    assert not any(message.retained for message in heard)


WILDCARDS = [
    ("a/+/c", "a/b/c", True),
    ("b/+/c", "b/b/d/c", False),
    ("c/#", "c", True),
    ("d/#", "d/b/c", True),
    ("e/b", "e/b/c", False),
    ("+/f", "a/f", True),
    ("+", "g/b", False),
]


def test_wildcards_cover_what_mqtt_says(house: House) -> None:
    link, heard = listening(house, "ear", "the/end", *(topic_filter for topic_filter, _, _ in WILDCARDS))
    for _, topic, _ in WILDCARDS:
        assert link.publish(topic, b"x", qos=1)
    link.publish("the/end", b".", qos=1)
    house.until(lambda: any(message.topic == "the/end" for message in heard))
    house.settle()
    # A broker may send one copy for each filter that overlaps, so only whether it comes is the contract.
    topics = {message.topic for message in heard}
    assert topics - {"the/end"} == {topic for _, topic, covered in WILDCARDS if covered}


def test_a_retained_message_reaches_who_comes_later_and_is_marked(house: House) -> None:
    speaker, _ = listening(house, "mouth")
    assert speaker.publish("room/412/state", b"21.5", qos=1, retain=True)
    house.settle()
    _, heard = listening(house, "ear", "room/#")
    house.until(lambda: len(heard) == 1)
    assert heard[0].payload == b"21.5"
    assert heard[0].retained
    speaker.publish("room/412/state", b"", qos=1, retain=True)
    house.until(lambda: len(heard) == 2)
    _, late = listening(house, "late", "room/#")
    house.settle()
    assert late == []


def test_a_filter_added_while_connected_counts_and_one_taken_back_does_not(house: House) -> None:
    link, heard = listening(house, "ear", "always")
    link.subscribe("later", 1)
    house.settle()
    link.publish("later", b"1", qos=1)
    house.until(lambda: len(heard) == 1)
    link.unsubscribe("later")
    house.settle()
    link.publish("later", b"2", qos=1)
    link.publish("always", b"3", qos=1)
    house.until(lambda: len(heard) == 2)
    assert heard[-1].payload == b"3"


def test_while_the_broker_is_gone_nothing_is_taken_and_nothing_kept(house: House) -> None:
    link, heard = listening(house, "ear", "room/#")
    ups: list[bool] = []
    link.on_connection = ups.append
    house.kill_broker()
    house.until(lambda: not link.connected)
    assert not link.publish("room/412/set", b"stale", qos=1)
    assert not link.publish("room/412/set", b"stale", qos=0)
    house.revive_broker()
    house.until(lambda: link.connected and len(ups) >= 2)
    assert ups == [False, True]
    house.settle()
    assert link.publish("room/412/set", b"fresh", qos=1)
    house.until(lambda: len(heard) >= 1)
    house.settle()
    assert [message.payload for message in heard] == [b"fresh"]


def test_before_the_start_nothing_is_taken(house: House) -> None:
    assert not house.link("early").publish("a", b"1")


def test_a_handler_that_fails_costs_its_message_alone(house: House) -> None:
    link = house.link("ear")
    heard: list[bytes] = []

    def handle(message: Incoming) -> None:
        if message.payload == b"poison":
            raise RuntimeError("cannot digest this")
        heard.append(message.payload)

    link.on_message = handle
    link.subscribe("a", 1)
    link.start()
    house.until(lambda: link.connected)
    house.settle()
    for payload in (b"1", b"poison", b"2"):
        link.publish("a", payload, qos=1)
    house.until(lambda: len(heard) == 2)
    assert heard == [b"1", b"2"]
    assert link.counters()["handler_failures"] == 1


def test_a_batch_handler_gets_everything_in_order(house: House) -> None:
    link = house.link("ear")
    heard: list[bytes] = []
    link.on_batch = lambda batch: heard.extend(message.payload for message in batch)
    link.subscribe("a", 1)
    link.start()
    house.until(lambda: link.connected)
    house.settle()
    for number in range(15):
        link.publish("a", str(number).encode(), qos=1)
    house.until(lambda: len(heard) == 15)
    assert heard == [str(number).encode() for number in range(15)]


def test_more_than_the_window_is_refused_whole(house: House) -> None:
    link, heard = listening(house, "ear", "a")
    too_many = [Outgoing("a", b"x", qos=1)] * (MOST_OUTSTANDING + 1)
    assert not link.publish_all(too_many)
    assert link.publish_all(too_many[:MOST_OUTSTANDING])
    house.until(lambda: len(heard) == MOST_OUTSTANDING)
    house.until(lambda: link.outstanding == 0)
    assert link.publish("a", b"y", qos=1)


def test_a_payload_beyond_the_bound_is_cut_off_and_counted(house: House) -> None:
    link, heard = listening(house, "ear", "a")
    assert link.publish("a", b"z" * (MOST_PAYLOAD_BYTES + 1), qos=1)
    assert link.publish("a", b"next", qos=1)
    house.until(lambda: len(heard) == 2)
    assert heard[0].cut_bytes == MOST_PAYLOAD_BYTES + 1
    assert len(heard[0].payload) == 512
    assert heard[1].payload == b"next"
    assert link.counters()["cut_off"] == 1


def test_a_will_tells_who_stays(house: House) -> None:
    vanishing = house.link("gone", will=("house/availability", b"offline"))
    vanishing.start()
    house.until(lambda: vanishing.connected)
    _, heard = listening(house, "ear", "house/#")
    house.drop(vanishing)
    house.until(lambda: [message.payload for message in heard] == [b"offline"])
