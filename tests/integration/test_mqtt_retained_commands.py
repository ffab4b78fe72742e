"""Retained commands and births on real brokers, and the engineers' route to both lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

import gateway.http.views.retained as view
from benchmarks.harness.memory_link import MemoryBroker, MemoryLink
from gateway.http.roles import HOUSE_ROUTES
from gateway.mqtt import retained_commands
from gateway.mqtt.broker import EmbeddedBroker
from gateway.mqtt.link import Incoming
from gateway.mqtt.paho_link import PahoLink
from gateway.mqtt.wire import MqttWire
from hotel.actor import Role
from hotel.clock import Clock, ManualClock, SystemClock
from hotel.database import Database
from tests.http_house import House
from tests.waiting import wait_until

KINDS = [pytest.param(None, marks=pytest.mark.mosquitto, id="mosquitto"), pytest.param("amqtt", id="amqtt")]
LAMP = orjson.dumps({"cmd_t": "lamp/set", "stat_t": "lamp", "uniq_id": "lamp"})


@pytest.fixture(params=KINDS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmbeddedBroker]:
    made = EmbeddedBroker(tmp_path, 0, request.param)
    made.start()
    yield made
    made.stop()


def link_to(broker: EmbeddedBroker, name: str, clock: Clock) -> PahoLink:
    return PahoLink(broker.url, name, clock, mqtt_5=broker.speaks_mqtt_5)


def test_a_retained_command_is_found_on_the_broker_and_cleared(
    broker: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retained_commands, "QUIET_SECONDS", 0.2)
    clock = SystemClock()
    link, device = link_to(broker, "innkeeper", clock), link_to(broker, "device", clock)
    wire = MqttWire(link, clock, "homeassistant", "grand", birth_topic="house/presence")
    kept: dict[str, Incoming] = {}
    device.on_message = lambda message: kept.__setitem__(message.topic, message)
    device.subscribe("house/presence", 1)
    device.start()
    try:
        wait_until(lambda: device.connected)
        assert device.publish("lamp/set", b"ON", qos=1, retain=True)
        assert device.publish("homeassistant/switch/lamp/config", LAMP, qos=1, retain=True)
        link.start()
        wait_until(lambda: [found.payload for found in wire.retained_commands()] == [b"ON"], 20.0)
        assert kept["house/presence"].payload == b"online"
        # It is looked at again: had it stayed, it would be found again.
        looked_at = wire.counters()["command_topics_looked_at"]
        assert wire.clear_retained_command("lamp/set") is True
        wait_until(lambda: wire.counters()["command_topics_looked_at"] > looked_at, 20.0)
        assert wire.retained_commands() == []
        assert wire.quarantine == []
    finally:
        link.stop()
        device.stop()


def test_engineers_see_and_clear_them_and_the_audit_says_who(
    database: Database, clock: ManualClock, tmp_path: Path
) -> None:
    memory = MemoryBroker(clock)
    link = MemoryLink(memory)
    wire = MqttWire(link, clock, "homeassistant", "grand")
    house = House(database, clock, tmp_path, routers=[view.routes(database, wire)], extra_routes=HOUSE_ROUTES)
    engineer, desk = house.token(Role.ENGINEER), house.token(Role.FRONT_DESK)
    memory.publish("lamp/set", b"ON", retain=True)
    memory.publish("homeassistant/switch/lamp/config", LAMP, retain=True)
    link.start()
    for _ in range(12):
        memory.pump()
        clock.advance(1)

    path, body = "/api/devices/retained-commands", {"topic": "lamp/set"}
    assert house.client().get(path, headers=desk).status_code == 403
    (item,) = house.client().get(path, headers=engineer).json()["items"]
    assert (item["topic"], item["entities"], item["sample"]) == ("lamp/set", ["switch/lamp"], "ON")
    link.stop()
    assert house.client().post(f"{path}/clear", json=body, headers=engineer).status_code == 503
    link.start()
    memory.pump()
    once = {**engineer, "Idempotency-Key": "a"}
    for _ in range(2):
        assert house.client().post(f"{path}/clear", json=body, headers=once).json() == body
    memory.pump()
    assert "lamp/set" not in memory.retained
    missing = house.client().post(f"{path}/clear", json=body, headers=engineer)
    assert (missing.status_code, missing.json()["code"]) == (404, "no_retained_command")
