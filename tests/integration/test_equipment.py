"""Equipment as engineers say it: what holds where, and what a room makes of it."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from controller.equipment import Equipment, OffHours
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Invalid, NotFound, StaleVersion
from tests.controller_world import ENGINEER, House

AC = "climate/r412/ac"


@pytest.fixture
def house(any_database: Database, clock: ManualClock) -> House:
    return House(any_database, clock, rooms=("412", "413"))


def say(house: House, scope: str, equipment: Equipment, seen: int = 0) -> int:
    with house.database.write() as tx:
        return house.service.say_equipment(tx, ENGINEER, scope, equipment, seen).version


def test_the_nearest_word_holds_and_is_read_back(house: House) -> None:
    say(house, "property", Equipment("four_pipe"))
    say(house, "type:DLX", Equipment("two_pipe", off_hours=(OffHours(time(1), time(4)),)))
    version = say(house, "room:413", Equipment("electric_heat"))
    house.kill_and_restart()
    said = {one.scope: one.equipment.kind for one in house.service.equipment_said()}
    assert said == {"property": "four_pipe", "room:413": "electric_heat", "type:DLX": "two_pipe"}
    with pytest.raises(StaleVersion):
        say(house, "room:413", Equipment(), seen=version + 1)
    with house.database.write() as tx:
        house.service.take_back_equipment(tx, ENGINEER, "room:413", version)
    assert len(house.service.equipment_said()) == 2


def test_scopes_that_are_none_are_refused(house: House) -> None:
    for scope, refusal in (("room:999", NotFound), ("type:no such", NotFound), ("floor:4", Invalid)):
        with pytest.raises(refusal):
            say(house, scope, Equipment())
    with pytest.raises(NotFound), house.database.write() as tx:
        house.service.take_back_equipment(tx, ENGINEER, "property", 1)


def test_only_compressors_need_their_minutes(house: House) -> None:
    say(house, "room:413", Equipment("four_pipe"))
    for room in ("412", "413"):
        house.ask(room, "mode", "cool", purpose="air_conditioner")
    house.wait(20)
    for room in ("412", "413"):
        house.ask(room, "mode", "off", purpose="air_conditioner")
    house.wait(20)
    modes = {room: house.wire.asked(f"climate/r{room}/ac", "mode") for room in ("412", "413")}
    assert modes["413"][-1] == "off"
    assert modes["412"][-1] == "cool", "twenty seconds are too short for a compressor"


def test_a_plant_that_stands_makes_no_room_ready(house: House) -> None:
    noon = house.now().astimezone(UTC)
    assert noon == datetime(2026, 7, 14, noon.hour, noon.minute, tzinfo=UTC)
    say(house, "property", Equipment("two_pipe", off_hours=(OffHours(time(0), time(23, 59)),)))
    house.outdoors()
    house.expect("412", in_minutes=90)
    house.wait(minutes=3, step=30)
    assert house.wire.asked(AC, "mode")[-1:] != ["cool"]
    plan = house.service.plan("412")
    assert plan is not None
    assert plan.state == "waiting"
