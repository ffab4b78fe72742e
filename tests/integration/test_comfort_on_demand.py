"""A room is never decided over without its model: hours ahead are made whenever they are asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from controller.core import Core
from controller.room import RoomState
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.messages import RoomsChanged, StayChanged
from hotel.rooms import Room, put_room
from tests.controller_world import DESK, House


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    return House(database, clock)


def core_of(house: House) -> Core:
    core: Core = house.service.sign.__self__._core  # type: ignore[attr-defined]
    return core


def room_of(house: House, number: str = "412") -> RoomState:
    return core_of(house).register.rooms[number]


def test_the_first_look_already_knows_the_hours_ahead(house: House) -> None:
    house.service.checkpoint()
    house.kill_and_restart()
    house.service.pump()  # before any heartbeat
    room = room_of(house)
    assert room.outlook is not None
    assert room.outlook.source == "prior"
    assert room.outlook.air_celsius == pytest.approx(27.0)


def test_a_guest_with_other_wishes_has_other_hours_ahead(house: House) -> None:
    house.outdoors()
    house.wait(minutes=2, step=30)
    house.expect("412", in_minutes=120, celsius=20.0, eta_source="live")
    room = room_of(house)
    assert room.plan is not None
    assert room.outlook is not None
    assert room.outlook.target_celsius == 20.0
    assert room.plan.lost is None


def test_what_the_desk_looks_at_changes_nothing(house: House) -> None:
    house.outdoors()
    house.wait(minutes=2, step=30)
    kept = room_of(house).outlook
    with house.database.write() as tx:
        preview = house.service.precondition(tx, DESK, "412", 19.0, None)
        assert preview.wanted_celsius == 19.0
        assert room_of(house).outlook is kept


def test_what_was_learned_is_read_back_though_rooms_were_decided_over_before(house: House) -> None:
    house.outdoors()
    for minute in range(40):
        house.says("sensor/r412/temperature", value=round(27.0 + 0.02 * minute, 1))
        house.wait(minutes=1, step=30)
    before = core_of(house).house.outlooks.learner.to_json("412")
    assert before["learned_minutes"] > 10
    house.service.stop()  # what was learned is on disk
    house.kill_and_restart()
    house.service.pump()
    house.service.tick()
    after = core_of(house).house.outlooks.learner.to_json("412")
    assert after["learned_minutes"] >= before["learned_minutes"]


def test_every_word_is_planned_with_in_five_seconds(house: House) -> None:
    """Another time, another wish, other weather: the plan follows with the next beats."""
    house.outdoors(33.0)
    house.wait(minutes=8, step=30)
    house.expect("412", in_minutes=240, eta_source="live")
    house.wait(5)
    first = house.service.plan("412")
    assert first is not None
    assert first.state == "waiting"

    house.move_eta("stay-1", 60)
    house.wait(5)
    later = house.service.plan("412")
    assert later is not None
    assert later.start_at > first.start_at

    stay = house.stays.stays["stay-1"]
    house.stays.stays["stay-1"] = replace(stay, cooling_celsius=20.0)
    house.service.handle(StayChanged("stay-1", "preferences", "reserved", 2, "412"))
    house.wait(5)
    colder = house.service.plan("412")
    assert colder is not None
    assert colder.wanted_celsius == 20.0
    assert colder.start_at < later.start_at

    told = room_of(house).outlook
    house.says("sensor/weather/outdoor", value=41.0)
    house.wait(5, step=1)
    hotter = house.service.plan("412")
    assert hotter is not None
    assert room_of(house).outlook is not told
    assert hotter.start_at <= colder.start_at


def test_a_large_room_begins_as_a_large_one(database: Database, clock: ManualClock) -> None:
    house = House(database, clock)
    with database.write() as tx:
        for number, area in (("501", 20.0), ("502", 64.0)):
            put_room(tx, Room(number, "5", f"T{number}", "Type", area_square_metres=area))
    house.service.handle(RoomsChanged())
    house.service.tick()
    learner = core_of(house).house.outlooks.learner
    small, large = learner.parameters_of("501"), learner.parameters_of("502")
    assert small is not None
    assert large is not None
    ratio = large.mass_capacity_joules_per_kelvin[0] / small.mass_capacity_joules_per_kelvin[0]
    assert ratio == pytest.approx(3.2, rel=0.05)
