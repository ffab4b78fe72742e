"""The house's own view of its rooms on the broker."""

from __future__ import annotations

import pytest

from benchmarks.harness.memory_link import MemoryBroker, MemoryLink
from gateway.mqtt.room_state import RoomStates, availability_topic, room_topic
from hotel.clock import ManualClock

TOPIC = "innkeeper/grand/room/412/state"


class House:
    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.broker = MemoryBroker(clock)
        self.link = MemoryLink(self.broker)
        self.rooms = RoomStates(self.link, clock, "grand", "innkeeper", availability_topic("grand"))
        self.link.on_connection = self.rooms.link_changed
        self.link.on_tick = self.rooms.tick
        self.said: list[tuple[str, bytes]] = []
        self.broker.listen("innkeeper/#", lambda topic, payload, retained: self.said.append((topic, payload)))
        self.link.start()
        self.pump()

    def pump(self) -> None:
        self.broker.pump()

    def states(self) -> list[bytes]:
        return [payload for topic, payload in self.said if topic == TOPIC]


@pytest.fixture
def house(clock: ManualClock) -> House:
    return House(clock)


def test_the_house_says_that_it_is_there(house: House) -> None:
    assert house.broker.retained[availability_topic("grand")] == b"online"
    house.rooms.say_goodbye()
    house.pump()
    assert house.broker.retained["innkeeper/grand/availability"] == b"offline"


def test_a_room_is_told_retained_and_only_when_it_changed(house: House) -> None:
    house.rooms.put("412", {"mode": "cool", "temperature_celsius": 21.5})
    house.pump()
    house.clock.advance(5)
    house.rooms.put("412", {"temperature_celsius": 21.5, "mode": "cool"})
    house.pump()
    assert house.states() == [b'{"mode":"cool","temperature_celsius":21.5}']
    assert house.broker.retained[room_topic("grand", "412")] == house.states()[0]


def test_a_busy_room_is_told_at_most_once_a_second_with_its_newest_state(house: House) -> None:
    for step in range(25):
        house.rooms.put("412", {"step": step})
        house.pump()
        house.clock.advance(0.125)
    assert house.states() == [b'{"step":0}', b'{"step":8}', b'{"step":16}', b'{"step":24}']
    house.rooms.put("412", {"step": 25})
    house.clock.advance(1)
    house.pump()
    assert house.states()[-1] == b'{"step":25}'


def test_a_broker_that_forgot_is_told_everything_again(house: House) -> None:
    house.rooms.put("412", {"a": 1})
    house.pump()
    house.broker.go_down()
    house.pump()
    assert house.broker.retained == {}
    house.broker.come_back()
    house.pump()
    assert house.broker.retained[TOPIC] == b'{"a":1}'
    assert house.broker.retained["innkeeper/grand/availability"] == b"online"


def test_many_rooms_leave_half_the_window_to_commands(house: House) -> None:
    for number in range(100):
        house.rooms.put(str(number), {"n": number})
    house.rooms.tick()
    assert house.link.outstanding <= 10
    for _ in range(20):
        house.broker.pump()
    assert house.rooms.published == 100


def test_a_room_number_is_one_level_of_the_topic() -> None:
    assert room_topic("grand", "4/12+#") == "innkeeper/grand/room/4-12--/state"
