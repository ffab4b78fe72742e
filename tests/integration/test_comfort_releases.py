"""How soon a room follows: a guest who does not come gives it back, one who moves takes the plan along."""

from __future__ import annotations

from datetime import timedelta

import pytest

from controller.core import Core
from controller.planning import expected_in
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.messages import StayChanged
from tests.controller_world import House

AC = "climate/r412/ac"
RELEASED_WITHIN = timedelta(minutes=15)


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    made = House(database, clock, rooms=("412", "413"))
    made.outdoors(33.0)
    made.wait(minutes=2, step=30)
    return made


def core_of(house: House) -> Core:
    core: Core = house.service.sign.__self__._core  # type: ignore[attr-defined]
    return core


def until_it_cools(house: House) -> None:
    for _ in range(600):
        if house.reported(AC, "mode") == "cool":
            return
        house.wait(minutes=1, step=30)
    raise AssertionError("never began")


def is_expired(house: House) -> bool:
    """Whether the guest would be given up by now, asked of the distribution itself."""
    core = core_of(house)
    room, at = core.register.rooms["412"], core.house.situation()
    coming = expected_in(room, room.facts(at.now, at.zone, at.outdoor_mean_celsius), at)
    assert coming is not None
    return coming.arrival.is_expired


def off_after(house: House) -> timedelta:
    since = house.now()
    while house.reported(AC, "mode") != "off":
        house.wait(minutes=1, step=30)
        assert house.now() - since <= timedelta(hours=2), "never released"
    return house.now() - since


@pytest.mark.parametrize("ready", [False, True])
def test_a_no_show_that_is_declared_gives_the_room_back(house: House, ready: bool) -> None:
    """Declared a minute after its compressor began, or while the room waits at its target."""
    # Who is ready two hours ahead rests; near its guest it waits at its target.
    house.expect("412", in_minutes=45 if ready else 120, eta_source="live")
    until_it_cools(house)
    house.wait(minutes=1)
    if ready:
        house.says("sensor/r412/temperature", value=24.0)
        house.says(AC, current_celsius=24.0)
        house.wait(minutes=3, step=30)
        plan = house.service.plan("412")
        assert plan is not None
        assert plan.state == "ready"
    house.stays.stays.pop("stay-1")
    house.service.handle(StayChanged("stay-1", "no_show", "no_show", 2, "412"))
    assert off_after(house) <= RELEASED_WITHIN
    after = house.service.plan("412")
    assert after is None or after.state == "dropped"
    house.wait(minutes=30, step=60)
    assert house.reported(AC, "mode") == "off", "and stays so"


def test_a_no_show_that_nobody_declares_gives_the_room_back_when_it_expires(house: House) -> None:
    house.expect("412", in_minutes=60, eta_source="live")
    until_it_cools(house)
    house.says("sensor/r412/temperature", value=24.0)
    house.says(AC, current_celsius=24.0)
    for _ in range(600):
        if is_expired(house):
            break
        assert house.reported(AC, "mode") == "cool", "a late guest is still waited for"
        house.wait(minutes=1, step=30)
    assert off_after(house) <= RELEASED_WITHIN
    plan = house.service.plan("412")
    assert plan is not None
    assert plan.reason_code == "plan_expired"


def test_a_room_that_is_changed_is_planned_within_five_seconds(house: House) -> None:
    house.expect("412", in_minutes=25, eta_source="live")
    house.wait(minutes=2)
    assert set(house.service.plans()) == {"412"}
    house.move_room("stay-1", "413")
    house.wait(5)
    assert set(house.service.plans()) == {"413"}
    taken = house.service.plan("413")
    assert taken is not None
    assert taken.state == "running"
    assert house.wire.asked("climate/r413/ac", "mode")[-1:] == ["cool"]


def test_an_alert_and_its_end_are_lines_in_the_rooms_timeline(house: House) -> None:
    """And a restart in between says nothing twice."""
    start = house.now()

    def told() -> list[str]:
        events = house.service.room_events("412", start, house.now())
        return [event.code for event in events if event.kind == "alert"]

    house.says("sensor/r412/temperature", value=44.0)
    house.says(AC, current_celsius=44.0)
    house.wait(minutes=3, step=30)
    house.expect("412", in_minutes=80, celsius=18.0, eta_source="live")
    house.wait(minutes=1, step=5)
    assert told() == ["arrival_at_risk"]
    [line] = [e for e in house.service.room_events("412", start, house.now()) if e.kind == "alert"]
    assert line.values["celsius_at_door"] > line.values["wanted_celsius"] == 18.0
    assert "another_room" in line.values["help"]
    house.service.checkpoint()
    house.kill_and_restart()
    house.wait(minutes=3, step=30)
    assert told() == ["arrival_at_risk"]
    house.end(change="cancelled")
    house.wait(minutes=1, step=5)
    assert told() == ["arrival_at_risk", "risk_ended.not_expected"]
