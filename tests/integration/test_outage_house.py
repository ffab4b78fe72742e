"""What the house shows and does when the link under it dies, or the broker takes in slowly."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from gateway.mqtt.link import MOST_OUTSTANDING
from tests.outage_house import lamp, outage_house

pytestmark = pytest.mark.mosquitto


def die(*_: object) -> None:
    raise SystemExit


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_dead_link_thread_is_shown_counted_and_rebuilt(tmp_path: Path) -> None:
    numbers = [str(101 + number) for number in range(30)]
    with outage_house(tmp_path, numbers, lamp) as house:
        house.until(house.is_ready)
        assert house.metric("innkeeper_mqtt_link_rebuilt_total") == 0
        session, thread = house.service.link._session, house.service.link._network
        assert session is not None
        assert thread is not None
        # Commands are under way when it dies: their answers never come in.
        session.client.on_plain = session.client.on_message = die
        began = time.monotonic()
        given = [house.ask(number, "ceiling_light", "on", True) for number in numbers]
        house.until(lambda: not thread.is_alive())
        house.until(lambda: house.readiness() == (503, ["broker"]) or house.link("rebuilt") == 1)
        house.until(lambda: house.link("rebuilt") == 1 and house.is_ready())
        assert time.monotonic() - began <= 30
        assert house.metric("innkeeper_mqtt_link_rebuilt_total") == 1
        assert house.metric("innkeeper_mqtt_link_connections_lost_total") == 1
        # The retained states are read again, and everything under way comes to its end.
        house.until(house.all_there)
        house.until(lambda: house.ended(given))
        assert house.states(given) == {"confirmed": len(given)}
        for number in numbers:
            assert house.devices.told(f"dev/{number}/lamp/set") == ["ON"]
            assert house.reported(number, "on") is True


def test_a_slow_broker_delays_commands_and_loses_none(tmp_path: Path) -> None:
    numbers = [str(101 + number) for number in range(60)]
    with outage_house(tmp_path, numbers, lamp) as house:
        house.network.delay(0.25)
        given = [house.ask(number, "ceiling_light", "on", True) for number in numbers]
        again = [house.ask(number, "ceiling_light", "on", True) for number in numbers]
        deepest = 0

        def ended() -> bool:
            nonlocal deepest
            deepest = max(deepest, house.link("outstanding"))
            return house.ended([*given, *again])

        house.until(ended)
        assert deepest <= MOST_OUTSTANDING
        assert house.link("publishes_refused") > 0
        assert house.metric("innkeeper_mqtt_orders_not_taken_total") > 0
        assert set(house.states(given)) <= {"confirmed", "superseded"}
        assert house.states(again) == {"confirmed": len(again)}
        assert {house.devices.states[f"dev/{number}/lamp"] for number in numbers} == {"ON"}
