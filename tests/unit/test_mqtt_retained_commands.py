"""Retained messages on command topics: found with bounded subscriptions, shown, and cleared."""

from __future__ import annotations

import pytest

from gateway.mqtt.retained_commands import GRACE_SECONDS, QUIET_SECONDS, ROUND_SECONDS, TOPICS_IN_A_BATCH
from hotel.clock import ManualClock
from tests.unit.test_mqtt_wire import House

LAMP = {"cmd_t": "lamp/set", "stat_t": "lamp", "uniq_id": "lamp"}


@pytest.fixture
def house(clock: ManualClock) -> House:
    return House(clock)


def pass_time(house: House, seconds: float = QUIET_SECONDS + GRACE_SECONDS + 3) -> None:
    for _ in range(int(seconds)):
        house.clock.advance(1)
        house.broker.pump()


def found(house: House) -> dict[str, bytes]:
    return {kept.topic: kept.payload for kept in house.wire.retained_commands()}


def test_what_the_broker_keeps_on_a_command_topic_is_found_and_can_be_cleared(house: House) -> None:
    house.says("lamp/set", "ON", retain=True)
    house.announce("switch/lamp", LAMP)
    pass_time(house)
    assert found(house) == {"lamp/set": b"ON"}
    assert house.wire.commanded_at("lamp/set") == ["switch/lamp"]
    assert house.wire.counters()["retained_commands"] == 1

    assert house.wire.clear_retained_command("lamp/set") is True
    house.broker.pump()
    assert "lamp/set" not in house.broker.retained
    pass_time(house)
    assert found(house) == {}
    assert house.wire.clear_retained_command("lamp/set") is None


def test_live_commands_of_others_are_no_find_and_no_refusal(house: House) -> None:
    house.announce("switch/lamp", LAMP)
    for _ in range(10):
        pass_time(house, 1)
        house.says("lamp/set", "ON")
    assert found(house) == {}
    assert house.wire.quarantine == []


def test_nobody_stays_subscribed_to_command_topics(house: House) -> None:
    before = set(house.link._filters)
    house.announce("switch/lamp", LAMP)
    pass_time(house)
    assert house.wire.counters()["command_topics_looked_at"] == 1
    assert set(house.link._filters) - before == {"lamp"}


def test_many_topics_are_looked_at_in_bounded_batches(house: House) -> None:
    count = TOPICS_IN_A_BATCH * 2 + 7
    for number in range(count):
        house.announce(f"switch/s{number}", {"cmd_t": f"s{number}/set"})
    house.says("s3/set", "OFF", retain=True)
    house.says(f"s{count - 1}/set", "OFF", retain=True)
    most = 0
    for _ in range(30):
        pass_time(house, 1)
        most = max(most, len(house.link._filters))
    assert found(house).keys() == {"s3/set", f"s{count - 1}/set"}
    assert house.wire.counters()["command_topics_looked_at"] == count
    assert most <= TOPICS_IN_A_BATCH + 5


def test_a_command_topic_that_is_also_a_state_is_left_alone(house: House) -> None:
    house.says("lamp", "ON", retain=True)
    house.announce("switch/lamp", {"cmd_t": "lamp", "stat_t": "lamp"})
    pass_time(house)
    assert found(house) == {}
    house.says("lamp", "OFF")
    assert house.book.value("switch/lamp", "on") is False


def test_a_topic_that_becomes_a_state_while_it_is_looked_at_tells_its_state(house: House) -> None:
    house.says("lamp/set", "21.5", retain=True)
    house.announce("switch/lamp", {"cmd_t": "lamp/set"})
    while "lamp/set" not in house.link._filters:
        pass_time(house, 1)
    house.announce("sensor/echo", {"stat_t": "lamp/set"})
    pass_time(house)
    assert house.book.value("sensor/echo", "value") == "21.5"
    house.says("lamp/set", "22")
    assert house.book.value("sensor/echo", "value") == "22"


def test_what_comes_later_is_found_in_a_later_round_and_what_goes_is_forgotten(house: House) -> None:
    house.announce("switch/lamp", LAMP)
    pass_time(house)
    house.says("lamp/set", "ON", retain=True)
    house.clock.advance(ROUND_SECONDS)
    pass_time(house)
    assert found(house) == {"lamp/set": b"ON"}
    house.says("lamp/set", b"", retain=True)
    house.clock.advance(ROUND_SECONDS)
    pass_time(house)
    assert found(house) == {}


def test_a_find_cannot_be_cleared_while_the_link_is_down(house: House) -> None:
    house.says("lamp/set", "ON", retain=True)
    house.announce("switch/lamp", LAMP)
    pass_time(house)
    house.link.stop()
    assert house.wire.clear_retained_command("lamp/set") is False
    assert found(house) == {"lamp/set": b"ON"}
