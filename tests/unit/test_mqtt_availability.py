"""Who is reachable: late wills, expiry, outages."""

from __future__ import annotations

from tests.unit.test_mqtt_wire import House, house

__all__ = ["house"]

SENSOR = {"stat_t": "s", "avty_t": "lwt", "uniq_id": "s"}
OTHER = {"stat_t": "o", "avty_t": "lwt", "uniq_id": "o"}


def test_a_late_will_of_the_last_session_heals_when_the_device_speaks(house: House) -> None:
    house.announce("sensor/s", SENSOR)
    house.announce("sensor/o", OTHER)
    house.says("lwt", "online")
    house.clock.advance(60)
    house.says("lwt", "offline", retain=True)
    assert house.book.value("sensor/s", "available") is False
    house.clock.advance(20)
    house.says("s", "21")
    assert house.book.value("sensor/s", "available") is True
    # What hangs on the same topic is the same device.
    assert house.book.value("sensor/o", "available") is True
    assert house.wire.counters()["late_wills_healed"] == 1


def test_a_late_will_asks_devices_to_say_who_is_there(house: House) -> None:
    house.announce("sensor/s", SENSOR)
    house.clock.advance(10)
    house.broker.pump()
    births = len(house.sent_to("innkeeper/status"))
    house.says("lwt", "online")
    house.says("lwt", "offline")
    house.clock.advance(3)
    house.broker.pump()
    assert len(house.sent_to("innkeeper/status")) == births + 1


def test_a_device_that_died_long_after_its_birth_stays_dead(house: House) -> None:
    house.announce("sensor/s", SENSOR)
    house.says("lwt", "online")
    house.clock.advance(600)
    house.says("lwt", "offline")
    house.clock.advance(20)
    house.says("s", "21")
    assert house.book.value("sensor/s", "available") is False


def test_words_on_their_way_when_it_died_do_not_revive_it(house: House) -> None:
    house.announce("sensor/s", SENSOR)
    house.says("lwt", "online")
    house.says("lwt", "offline")
    house.says("s", "21")
    assert house.book.value("sensor/s", "available") is False


def test_what_the_broker_kept_does_not_revive_a_device(house: House) -> None:
    house.announce("sensor/s", SENSOR)
    house.says("lwt", "online")
    house.says("lwt", "offline")
    house.clock.advance(20)
    house.says("kept", "21", retain=True)
    house.announce("sensor/k", {"stat_t": "kept", "avty_t": "lwt", "uniq_id": "k"})
    assert house.book.value("sensor/s", "available") is False


def test_what_expires_becomes_unknown_and_unavailable_and_comes_back(house: House) -> None:
    house.announce("sensor/s", {"stat_t": "s", "exp_aft": 30})
    assert house.book.value("sensor/s", "available") is None
    house.says("s", "21")
    assert house.book.value("sensor/s", "available") is True
    house.clock.advance(31)
    house.broker.pump()
    assert house.book.value("sensor/s", "value") is None
    assert house.book.value("sensor/s", "available") is False
    house.says("s", "22")
    assert house.book.value("sensor/s", "available") is True


def test_what_is_fresh_and_called_dead_is_dead(house: House) -> None:
    house.announce("sensor/s", {**SENSOR, "exp_aft": 30})
    house.says("s", "21")
    house.says("lwt", "offline")
    assert house.book.value("sensor/s", "available") is False
