"""Lock-out: no command from any source reaches an asset that is isolated for work."""

from __future__ import annotations

import pytest

from hotel.actor import Actor, ActorKind, Role
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Conflict, Forbidden, Invalid, NotFound
from tests.controller_world import ENGINEER, House

AC, CEILING = "climate/r412/ac", "light/r412/ceiling"
OTHER = Actor(ActorKind.STAFF, "eng-9", "Nina", frozenset({Role.ENGINEER}))
CHIEF = Actor(ActorKind.STAFF, "man-9", "Chief", frozenset({Role.MANAGER}))


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    return House(database, clock, rooms=("412", "413"))


def lock(house: House, asset: str) -> None:
    with house.database.write() as tx:
        house.service.lock_out(tx, ENGINEER, asset, "fan out", "ticket-1")
    house.service.pump()


def release(house: House, asset: str, actor: Actor = ENGINEER) -> None:
    with house.database.write() as tx:
        house.service.release_lock_out(tx, actor, asset)
    house.service.pump()


def device(house: House, purpose: str) -> str:
    return next(one.id for one in house.service.devices("412") if one.purpose == purpose)


def test_neither_the_plan_nor_a_person_reaches_a_device_that_is_isolated(house: House) -> None:
    asset = f"device/{device(house, 'air_conditioner')}"
    lock(house, asset)
    house.expect("412", in_minutes=30, celsius=21.0)
    house.wait(minutes=20, step=30)
    assert house.wire.asked(AC, "mode") == []
    with pytest.raises(Conflict, match="Locked out for work by Otto") as refused:
        house.ask("412", "mode", "cool", purpose="air_conditioner")
    assert refused.value.code == "locked_out"
    # What stands beside it goes on.
    house.ask("412", "on", True, purpose="ceiling_light")
    house.wait(5)
    assert house.reported(CEILING, "on") is True
    release(house, asset)
    house.wait(10)
    assert house.reported(AC, "mode") == "cool"


@pytest.mark.parametrize("asset", ["room/412", "floor/4"])
def test_a_room_or_a_floor_isolates_all_that_is_in_it(house: House, asset: str) -> None:
    lock(house, asset)
    with pytest.raises(Conflict):
        house.ask("412", "on", True, purpose="ceiling_light")
    release(house, asset)
    house.ask("412", "on", True, purpose="ceiling_light")


def test_what_waits_to_be_sent_ends_and_says_why(house: House) -> None:
    house.wire.takes = False
    waiting = house.ask("412", "on", True, purpose="ceiling_light")
    lock(house, "room/412")
    ended = house.service.command(waiting.id)
    assert (ended.state, ended.detail) == ("rejected", "Locked out by Otto: fan out")
    house.wire.takes = True
    house.wait(30)
    assert house.wire.asked(CEILING, "on") == []


def test_it_belongs_to_who_set_it(house: House) -> None:
    lock(house, "room/412")
    with pytest.raises(Conflict, match="Otto has locked"):
        lock(house, "room/412")
    with pytest.raises(Forbidden):
        release(house, "room/412", OTHER)
    release(house, "room/412", CHIEF)
    with pytest.raises(NotFound):
        release(house, "room/412")


@pytest.mark.parametrize(
    ("asset", "refusal"),
    [("toaster/1", Invalid), ("room/", Invalid), ("room/999", NotFound), ("device/x", NotFound)],
)
def test_what_cannot_be_locked_out_is_refused(house: House, asset: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        lock(house, asset)


def test_it_outlives_a_restart(house: House) -> None:
    lock(house, "room/412")
    house.kill_and_restart()
    with pytest.raises(Conflict):
        house.ask("412", "on", True, purpose="ceiling_light")
    (known,) = house.service.lock_outs()
    assert (known.asset_key, known.by, known.ticket_id) == ("room/412", "Otto", "ticket-1")
