"""A lock-out covers the whole asset: every part of an apparatus, everything that hangs on a gateway."""

from __future__ import annotations

from dataclasses import replace

import pytest

from controller.apparatuses import ApprovedApparatus
from gateway.devices_for_maintenance import ControllerDevices, ControllerPlaces
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Conflict, NotFound
from maintenance.assets_following import kind_of, learned
from tests.controller_world import ENGINEER, House, room_entities

CEILING, BEDSIDE, AC = "light/r412/ceiling", "light/r412/bedside", "climate/r412/ac"


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    """Room 412, whose two lamps are one apparatus that hangs on a panel, that on the riser's gateway."""
    made = House(database, clock, rooms=("412", "413"), equipped=False)
    panel, riser = "panel-412", "riser"
    for described in room_entities("412"):
        device = described.device
        if described.key in (CEILING, BEDSIDE):
            device = replace(device, key="lamps-412", via=panel, serial="L-1")
        if described.key == "switch/r412/dnd":
            device = replace(device, key=panel, via=riser)
        made.service.discovered(replace(described, device=device), "{}")
    made.says(CEILING, on=False)
    made.says(BEDSIDE, on=False)
    made.says(AC, available=True, mode="off", setpoint_celsius=26.0)
    made.service.tick()
    return made


def lock(house: House, asset: str) -> None:
    with house.database.write() as tx:
        house.service.lock_out(tx, ENGINEER, asset, "fan out", None)
    house.service.pump()


def release(house: House, asset: str) -> None:
    with house.database.write() as tx:
        house.service.release_lock_out(tx, ENGINEER, asset)
    house.service.pump()


def device(house: House, key: str) -> str:
    return next(one.id for one in house.service.devices("412") if one.key == key)


def test_a_device_is_isolated_with_all_its_parts(house: House) -> None:
    asset = f"device/{device(house, BEDSIDE)}"
    lock(house, asset)
    with pytest.raises(Conflict, match="fan out"):
        house.ask("412", "on", True, purpose="ceiling_light")
    house.wait(30)
    assert house.wire.asked(CEILING, "on") == []
    house.ask("412", "mode", "cool", purpose="air_conditioner")
    release(house, asset)
    house.ask("412", "on", True, purpose="ceiling_light")


@pytest.mark.parametrize("gateway", ["riser", "panel-412"])
def test_a_gateway_isolates_whatever_hangs_on_it_however_far(house: House, gateway: str) -> None:
    lock(house, f"gateway/{gateway}")
    with pytest.raises(Conflict, match="fan out"):
        house.ask("412", "on", True, purpose="ceiling_light")
    # What hangs on another one goes on.
    house.ask("412", "mode", "cool", purpose="air_conditioner")
    house.kill_and_restart()
    with pytest.raises(Conflict, match="fan out"):
        house.ask("412", "on", True, purpose="ceiling_light")
    release(house, f"gateway/{gateway}")
    house.ask("412", "on", True, purpose="ceiling_light")


def test_what_waits_behind_a_gateway_ends_when_it_is_isolated(house: House) -> None:
    house.wire.takes = False
    waiting = house.ask("412", "on", True, purpose="ceiling_light")
    lock(house, "gateway/riser")
    assert house.service.command(waiting.id).state == "rejected"


def test_a_gateway_that_nothing_hangs_on_is_unknown(house: House) -> None:
    with pytest.raises(NotFound):
        lock(house, "gateway/nothing")


def test_who_diagnoses_knows_what_is_isolated(house: House) -> None:
    lock(house, "gateway/riser")
    _, things = house.service.conditions.observed()
    isolated = {thing.id for thing in things if thing.locked_out}
    lamps = {device(house, CEILING), device(house, BEDSIDE)}
    assert isolated & lamps
    assert device(house, AC) not in isolated


def test_the_registry_hears_of_every_approved_apparatus_once(house: House) -> None:
    told: list[ApprovedApparatus] = house.service.apparatuses.approved()
    things = ControllerDevices(house.service.apparatuses).apparatuses()
    assert [thing.key for thing in things] == [one.description.key for one in told]
    by_key = {thing.key: thing for thing in things}
    lamps = by_key["lamps-412"]
    assert {part.id for part in lamps.parts} == {device(house, CEILING), device(house, BEDSIDE)}
    assert (lamps.room, lamps.via, lamps.serial) == ("412", "panel-412", "L-1")
    assert kind_of(lamps, 0).value == "light"
    made = {one.apparatus: one for one in learned(things, [])}
    assert made["lamps-412"].parent == "panel-412"
    assert made["panel-412"].parent == "riser"
    assert made["riser"].columns["kind"] == "gateway"
    with house.database.write() as tx:
        house.service.withdraw_approval(tx, ENGINEER, device(house, AC))
    assert len(house.service.apparatuses.approved()) == len(told) - 1


def test_an_apparatus_goes_to_another_room_with_all_its_parts_or_to_the_inbox(house: House) -> None:
    places = ControllerPlaces(house.service)

    def rooms() -> set[str | None]:
        return {house.service.device(one).room for one in lamps}

    lamps = {device(house, CEILING), device(house, BEDSIDE)}
    with house.database.write() as tx:
        assert places.place(tx, ENGINEER, "lamps-412", "412", "413") == 2
    assert rooms() == {"413"}
    with house.database.write() as tx:
        # What is elsewhere, of a box that serves several rooms, stays.
        assert places.place(tx, ENGINEER, "lamps-412", "412", None) == 0
        assert places.place(tx, ENGINEER, "lamps-412", "413", None) == 2
    assert not any(house.service.device(one).approved for one in lamps)
