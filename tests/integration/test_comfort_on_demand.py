"""A room is never decided over without its model: hours ahead are made whenever they are asked for."""

from __future__ import annotations

import pytest

from controller.core import Core
from controller.room import RoomState
from hotel.clock import ManualClock
from hotel.database import Database
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
