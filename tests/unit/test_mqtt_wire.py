"""The wire between a broker in memory and a listener that writes down what it hears."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.harness.memory_link import MemoryBroker, MemoryLink
from controller.entities import EntityDescription, Order, Report, Value
from controller.twin import Twin
from gateway.mqtt.link import MOST_PAYLOAD_BYTES, Incoming
from gateway.mqtt.wire import MqttWire
from hotel.clock import ManualClock


class Notebook:
    """A listener that remembers; `fails` makes it fail once."""

    def __init__(self) -> None:
        self.known: dict[str, EntityDescription] = {}
        self.configs: dict[str, str] = {}
        self.reports: list[Report] = []
        self.events: list[tuple[str, str]] = []
        self.links: list[bool] = []
        self.fails = False

    def discovered(self, entity: EntityDescription, config: str) -> None:
        self._maybe_fail()
        self.known[entity.key] = entity
        self.configs[entity.key] = config
        self.events.append(("discovered", entity.key))

    def withdrawn(self, entity_key: str) -> None:
        self.known.pop(entity_key, None)
        self.events.append(("withdrawn", entity_key))

    def reported(self, reports: list[Report]) -> None:
        self._maybe_fail()
        self.reports.extend(reports)
        self.events.extend(("reported", report.entity_key) for report in reports)

    def link_changed(self, connected: bool) -> None:
        self.links.append(connected)

    def value(self, key: str, name: str) -> Value:
        found = [
            report.value for report in self.reports if report.entity_key == key and report.property == name
        ]
        assert found, f"{key} never told its {name}"
        return found[-1]

    def _maybe_fail(self) -> None:
        if self.fails:
            self.fails = False
            raise RuntimeError("the listener fails")


class House:
    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.broker = MemoryBroker(clock)
        self.link = MemoryLink(self.broker)
        self.book = Notebook()
        self.wire = MqttWire(self.link, clock, "homeassistant", "grand")
        self.wire.listener = self.book
        self.heard: list[tuple[str, bytes, bool]] = []
        self.broker.listen(
            "#", lambda topic, payload, retained: self.heard.append((topic, payload, retained))
        )
        self.link.start()
        self.broker.pump()

    def says(self, topic: str, payload: object, *, retain: bool = False) -> None:
        raw = (
            payload if isinstance(payload, bytes) else payload.encode() if isinstance(payload, str) else None
        )
        self.broker.publish(topic, orjson.dumps(payload) if raw is None else raw, retain=retain)
        self.broker.pump()

    def announce(self, topic: str, config: object) -> None:
        self.says(f"homeassistant/{topic}/config", config, retain=True)

    def order(self, key: str, expires_in: float = 10.0, **values: Value) -> bool:
        expires = self.clock.monotonic() + expires_in
        taken = self.wire.send(Order("c1", key, tuple(values.items()), expires))
        self.broker.pump()
        return taken

    def sent_to(self, topic: str) -> list[bytes]:
        return [payload for where, payload, _ in self.heard if where == topic]


@pytest.fixture
def house(clock: ManualClock) -> House:
    return House(clock)


SENSOR: dict[str, Any] = {"name": "t", "stat_t": "room/412/t", "unit_of_meas": "°C", "uniq_id": "412t"}
SWITCH: dict[str, Any] = {"name": "s", "cmd_t": "s/set", "stat_t": "s", "ret": True}


def test_a_device_that_announces_itself_is_heard_in_house_words(house: House) -> None:
    house.announce("sensor/412/t", SENSOR)
    house.says("room/412/t", "21.5")
    assert house.book.known["sensor/412/t"].unit == "°C"
    assert house.book.value("sensor/412/t", "value") == 21.5
    report = house.book.reports[-1]
    assert report.at == house.clock.now()
    assert not report.retained


def test_a_retained_state_is_heard_at_once_and_marked(house: House) -> None:
    house.says("room/412/t", "20", retain=True)
    house.announce("sensor/412/t", SENSOR)
    assert house.book.value("sensor/412/t", "value") == 20.0
    assert house.book.reports[-1].retained


def test_who_joins_a_topic_late_hears_what_was_said_there_last(house: House) -> None:
    zigbee = {"stat_t": "z", "unit_of_meas": "%"}
    house.announce("sensor/a", {**zigbee, "val_tpl": "{{ value_json.a }}"})
    house.says("z", {"a": 1, "b": 2})
    house.announce("sensor/b", {**zigbee, "val_tpl": "{{ value_json.b }}"})
    assert house.book.value("sensor/b", "value") == 2.0


def test_one_message_tells_all_entities_that_speak_there(house: House) -> None:
    for name in "abc":
        house.announce(
            f"sensor/{name}", {"stat_t": "z", "unit_of_meas": "%", "val_tpl": f"{{{{ value_json.{name} }}}}"}
        )
    house.says("z", {"a": 1, "b": 2, "c": 3})
    assert [house.book.value(f"sensor/{name}", "value") for name in "abc"] == [1.0, 2.0, 3.0]


def test_an_order_goes_out_unretained_whatever_the_config_asks(house: House) -> None:
    house.announce("switch/s", SWITCH)
    assert house.order("switch/s", on=True)
    assert ("s/set", b"ON", False) in house.heard
    assert "s/set" not in house.broker.retained


def test_orders_that_cannot_be_sent_are_not_taken(house: House) -> None:
    assert not house.order("switch/none", on=True)
    house.announce("switch/s", SWITCH)
    assert not house.order("switch/s", swing=True)
    assert not house.order("switch/s", expires_in=0.0, on=True)
    house.broker.go_down()
    house.broker.pump()
    assert not house.order("switch/s", on=True)
    assert house.sent_to("s/set") == []
    counters = house.wire.counters()
    assert (counters["orders_refused"], counters["orders_expired"], counters["orders_not_taken"]) == (2, 1, 1)
    refused = Order("c", "switch/s", (("swing", True),), 99.0)
    assert house.wire.refusal(refused) == "the device takes no swing"
    assert house.wire.refusal(Order("c", "switch/s", (("on", True),), 99.0)) is None


def test_an_update_takes_effect_and_a_wrong_one_leaves_the_old(house: House) -> None:
    house.announce("sensor/412/t", SENSOR)
    house.announce("sensor/412/t", {**SENSOR, "stat_t": "new"})
    house.announce("sensor/412/t", {**SENSOR, "stat_t": "bad/#/x"})
    house.says("room/412/t", "1")
    house.says("new", "2")
    assert house.book.value("sensor/412/t", "value") == 2.0
    assert [wrong.key for wrong in house.wire.wrong_configs()] == ["sensor/412/t"]
    assert house.wire.quarantine[-1].code == "bad_config"
    house.announce("sensor/412/t", SENSOR)
    assert house.wire.wrong_configs() == []


def test_an_unchanged_config_is_no_news(house: House) -> None:
    house.announce("sensor/412/t", SENSOR)
    house.announce("sensor/412/t", SENSOR)
    house.announce(
        "sensor/412/t", {"state_topic": "room/412/t", **{k: v for k, v in SENSOR.items() if k != "stat_t"}}
    )
    assert house.book.events.count(("discovered", "sensor/412/t")) == 1


def test_removing_and_adding_in_storms_leaves_exactly_one(house: House) -> None:
    for _ in range(20):
        house.announce("sensor/412/t", SENSOR)
        house.announce("sensor/412/t", b"")
    assert house.book.known == {}
    house.announce("sensor/412/t", SENSOR)
    house.says("room/412/t", "3")
    assert house.wire.counters()["entities"] == 1
    assert [r.value for r in house.book.reports if r.property == "value"] == [3.0]


def test_a_second_owner_of_a_unique_id_is_refused_and_shown(house: House) -> None:
    house.announce("sensor/412/t", SENSOR)
    house.announce("sensor/413/t", {**SENSOR, "stat_t": "room/413/t"})
    assert list(house.book.known) == ["sensor/412/t"]
    (shown,) = house.wire.wrong_configs()
    assert shown.key == "sensor/413/t"
    assert "belongs to sensor/412/t" in shown.reason
    house.announce("sensor/412/t", b"")
    house.announce("sensor/413/t", {**SENSOR, "stat_t": "room/413/t"})
    assert list(house.book.known) == ["sensor/413/t"]


def test_what_is_not_supported_is_listed_with_its_reason(house: House) -> None:
    house.announce("vacuum/v", {"cmd_t": "v"})
    house.announce("sensor/n", {"stat_t": "n", "val_tpl": "{{ states('sensor.x') }}"})
    reasons = {seen.key: seen.reason for seen in house.wire.not_supported()}
    assert "vacuum" in reasons["vacuum/v"]
    assert "the function states" in reasons["sensor/n"]
    house.announce("vacuum/v", b"")
    assert [seen.key for seen in house.wire.not_supported()] == ["sensor/n"]


DEVICE: dict[str, Any] = {
    "dev": {"ids": "d"},
    "o": {"name": "bridge"},
    "cmps": {
        "t": {"p": "sensor", "stat_t": "room/412/t", "unit_of_meas": "°C", "uniq_id": "412t"},
        "s": {"p": "switch", "cmd_t": "s/set", "stat_t": "s", "uniq_id": "s"},
    },
}


def test_a_whole_device_comes_loses_a_part_and_goes(house: House) -> None:
    house.announce("device/412", DEVICE)
    assert set(house.book.known) == {"sensor/412/t", "switch/412/s"}
    house.announce("device/412", {**DEVICE, "cmps": {**DEVICE["cmps"], "s": {"p": "switch"}}})
    assert set(house.book.known) == {"sensor/412/t"}
    house.announce("device/412", b"")
    assert house.book.known == {}


def test_a_device_migrates_from_single_configs_without_being_lost(house: House) -> None:
    house.announce("sensor/412/t", SENSOR)
    house.announce("device/412", DEVICE)
    assert "announced at" in house.wire.wrong_configs()[0].reason
    house.announce("sensor/412/t", {"migrate_discovery": True})
    house.announce("device/412", {**DEVICE, "qos": 1})
    house.announce("sensor/412/t", b"")
    assert "sensor/412/t" in house.book.known
    assert ("withdrawn", "sensor/412/t") not in house.book.events
    house.says("room/412/t", "22")
    assert house.book.value("sensor/412/t", "value") == 22.0


# ---- availability


def availability(house: House) -> list[Value]:
    return [report.value for report in house.book.reports if report.property == "available"]


def test_without_an_availability_topic_a_device_is_there_as_long_as_the_link(house: House) -> None:
    house.announce("sensor/412/t", SENSOR)
    assert availability(house) == [True]
    house.broker.go_down()
    house.broker.pump()
    house.broker.come_back()
    house.broker.pump()
    assert house.book.links == [True, False, True]
    assert availability(house) == [True, True]


@pytest.mark.parametrize(
    ("mode", "payloads", "told"),
    [
        ("all", [("a", "online"), ("b", "online"), ("a", "offline")], [True, False]),
        ("any", [("a", "online"), ("b", "offline"), ("a", "offline")], [True, False]),
        ("latest", [("a", "online"), ("b", "offline"), ("b", "?"), ("a", "online")], [True, False, True]),
    ],
)
def test_availability_modes(
    house: House, mode: str, payloads: list[tuple[str, str]], told: list[Value]
) -> None:
    config = {**SENSOR, "avty": [{"t": "a"}, {"t": "b"}], "avty_mode": mode}
    house.announce("sensor/412/t", config)
    assert availability(house) == []
    for topic, payload in payloads:
        house.says(topic, payload)
    assert availability(house) == told


def test_after_an_outage_availability_is_unknown_until_it_is_heard_again(house: House) -> None:
    house.announce("sensor/412/t", {**SENSOR, "avty_t": "a"})
    house.says("a", "online")
    house.broker.go_down()
    house.broker.pump()
    house.broker.come_back()
    house.broker.pump()
    assert availability(house) == [True, None]
    house.says("a", "online")
    assert availability(house) == [True, None, True]


# ---- time


def test_a_motion_sensor_that_never_says_off_goes_off_by_itself(house: House) -> None:
    house.announce("binary_sensor/pir", {"stat_t": "pir", "off_dly": 5})
    house.says("pir", "ON")
    house.clock.advance(4)
    house.says("pir", "ON")
    house.clock.advance(4)
    house.broker.pump()
    assert house.book.value("binary_sensor/pir", "on") is True
    house.clock.advance(1)
    house.broker.pump()
    assert house.book.value("binary_sensor/pir", "on") is False


def test_a_value_that_is_not_repeated_becomes_unknown(house: House) -> None:
    house.announce("sensor/412/t", {**SENSOR, "exp_aft": 60})
    house.says("room/412/t", "21")
    house.clock.advance(59)
    house.broker.pump()
    assert house.book.value("sensor/412/t", "value") == 21.0
    house.clock.advance(1)
    house.broker.pump()
    assert house.book.value("sensor/412/t", "value") is None


def test_a_birth_is_said_soon_after_the_link_is_up_on_our_own_topic(house: House) -> None:
    assert house.sent_to("innkeeper/status") == []
    house.clock.advance(2)
    house.broker.pump()
    assert house.sent_to("innkeeper/status") == [b"online"]
    assert house.sent_to("homeassistant/status") == []


def test_the_time_of_a_report_is_that_of_its_receipt(house: House) -> None:
    house.announce("sensor/412/t", SENSOR)
    from gateway.mqtt.link import Incoming

    received = house.clock.monotonic()
    house.clock.advance(3)
    house.wire.hear([Incoming("room/412/t", b"20", False, received)])
    assert house.book.reports[-1].at == house.clock.now() - timedelta(seconds=3)
    assert house.book.reports[-1].monotonic == received


# ---- bad input


@pytest.mark.parametrize(
    ("topic", "payload", "code"),
    [
        ("room/412/t", b"\xff\xfe", "bad_utf8"),
        ("room/412/t", b"nan", "not_a_number"),
        ("json", b"[" * 2_000, "too_deep"),
        ("json", b"{]", "template_failed"),
        ("json", b"\xff{}", "bad_utf8"),
        ("room/412/t", b"9" * (MOST_PAYLOAD_BYTES + 1), "too_large"),
        ("homeassistant/sensor/bad id/config", b"{}", "bad_config_topic"),
        ("homeassistant/sensor/x/config", b"{", "bad_config"),
    ],
)
def test_poison_is_kept_for_a_look_and_the_next_message_is_fine(
    house: House, topic: str, payload: bytes, code: str
) -> None:
    house.announce("sensor/412/t", SENSOR)
    house.announce("sensor/j", {"stat_t": "json", "unit_of_meas": "W", "val_tpl": "{{ value_json.w }}"})
    house.says(topic, payload)
    kept = house.wire.quarantine[-1]
    assert (kept.topic, kept.code) == (topic, code)
    assert kept.payload == payload[:512]
    assert kept.at == house.clock.now()
    assert house.wire.counters()[f"refused_{code}"] == 1
    house.says("room/412/t", "20.5")
    assert house.book.value("sensor/412/t", "value") == 20.5


def test_the_quarantine_is_bounded(house: House) -> None:
    house.announce("sensor/412/t", SENSOR)
    for number in range(150):
        house.says("room/412/t", f"x{number}")
    assert len(house.wire.quarantine) == 100
    assert house.wire.quarantine[-1].payload == b"x149"
    assert house.wire.counters()["refused_not_a_number"] == 150


def test_a_listener_that_fails_costs_one_call(house: House) -> None:
    house.announce("sensor/412/t", SENSOR)
    house.book.fails = True
    house.says("room/412/t", "1")
    house.says("room/412/t", "2")
    assert house.book.value("sensor/412/t", "value") == 2.0
    assert house.wire.counters()["listener_failures"] == 1


def test_kept_configs_work_before_the_broker_repeats_them(clock: ManualClock) -> None:
    first = House(clock)
    first.announce("switch/s", SWITCH)
    second = House(clock)
    assert second.wire.restore(first.book.configs.items()) == 1
    assert second.order("switch/s", on=True)
    second.announce("switch/s", SWITCH)
    assert second.book.events.count(("discovered", "switch/s")) == 0
    second.announce("switch/s", b"")
    assert ("withdrawn", "switch/s") in second.book.events


def test_five_thousand_random_payloads_do_not_stop_the_loop(house: House) -> None:
    seed = 7
    chance = random.Random(seed)
    house.announce("sensor/412/t", SENSOR)
    house.announce("light/l", {"schema": "json", "cmd_t": "l/set", "stat_t": "l", "brightness": True})
    house.announce(
        "cover/c", {"cmd_t": "c/set", "stat_t": "c", "pos_t": "cp", "set_pos_t": "cp/set", "avty_t": "av"}
    )
    house.announce(
        "climate/k",
        {
            "mode_stat_t": "k",
            "mode_stat_tpl": "{{ value_json.m }}",
            "temp_stat_t": "k",
            "temp_stat_tpl": "{{ value_json.t | float }}",
        },
    )
    good = [
        b'{"state":"ON","brightness":3}',
        b'{"m":"cool","t":21}',
        b"21.5",
        b"open",
        b"online",
        b"ON",
        b'{"stat_t":"x"}',
    ]
    topics = [
        "room/412/t",
        "l",
        "c",
        "cp",
        "av",
        "k",
        "homeassistant/sensor/f/config",
        "homeassistant/light/f/config",
    ]
    for _ in range(5_000):
        payload = bytearray(chance.choice(good))
        for _ in range(chance.randrange(4)):
            where = chance.randrange(len(payload) + 1)
            payload[where : where + chance.randrange(2)] = chance.randbytes(chance.randrange(4))
        house.broker.publish(chance.choice(topics), bytes(payload))
    house.broker.pump()
    house.says("room/412/t", "19.25")
    assert house.book.value("sensor/412/t", "value") == 19.25, f"seed {seed}"
    assert house.wire.counters().get("refused_decoder_failed", 0) == 0, f"seed {seed}"


@settings(max_examples=150, deadline=None)
@given(payloads=st.lists(st.binary(max_size=40), max_size=10))
def test_no_payload_raises(payloads: list[bytes]) -> None:
    from datetime import UTC, datetime

    house = House(ManualClock(datetime(2026, 7, 14, tzinfo=UTC)))
    house.announce("sensor/412/t", SENSOR)
    for payload in payloads:
        house.says("room/412/t", payload)
        house.says("homeassistant/sensor/x/config", payload)
    house.says("room/412/t", "18")
    assert house.book.value("sensor/412/t", "value") == 18.0
    assert house.link.counters()["handler_failures"] == 0


def test_the_birth_goes_where_the_settings_say_and_stays_there(clock: ManualClock) -> None:
    heard: list[tuple[str, bytes]] = []
    for topic in (None, "homeassistant/status"):
        broker = MemoryBroker(clock)
        link = MemoryLink(broker)
        MqttWire(link, clock, "homeassistant", "grand", birth_topic=topic)
        broker.listen("+/status", lambda topic, payload, _: heard.append((topic, payload)))
        link.start()
        for _ in range(4):
            broker.pump()
            clock.advance(1)
        if topic is None:
            assert heard == [("innkeeper/status", b"online")]
            assert broker.retained == {"innkeeper/grand/availability": b"online"}
        else:
            assert set(heard[1:]) == {(topic, b"online")}
            assert broker.retained == {topic: b"online"}


def test_what_came_in_before_the_loop_noticed_the_connection_is_not_late(house: House) -> None:
    """The broker repeats its retained messages at once; a busy loop takes them, and the news of the
    connection before them, later than they came in."""
    config = {**SENSOR, "avty_t": "room/412/alive"}
    house.announce("sensor/412/t", config)
    house.says("room/412/alive", "online", retain=True)
    house.link.lose()
    house.broker.pump()
    came_in = house.clock.monotonic()
    house.clock.advance(5)
    house.book.reports.clear()
    house.link.on_connection(True)
    house.wire.hear([Incoming("room/412/alive", b"online", True, came_in)])
    assert house.book.value("sensor/412/t", "available") is True
    told = [report.monotonic for report in house.book.reports]
    assert told == sorted(told)
    twin = Twin("1", house.book.known["sensor/412/t"], "room_temperature")
    for report in house.book.reports:
        twin.take(report)
    assert twin.available is True
