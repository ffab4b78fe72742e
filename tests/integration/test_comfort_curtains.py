"""Curtains through the service: the sun moves them, a hand and the scene go over it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hotel.clock import ManualClock
from hotel.database import Database
from tests.controller_world import DESK, House

CURTAIN = "cover/r412/curtain"


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    """Noon in Shanghai, in July."""
    made = House(database, clock)
    made.outdoors(34.0)
    made.says(CURTAIN, position_percent=100.0, motion="open")
    made.service.pump()
    with database.write() as tx:
        made.service.release(tx, DESK, "412")  # nobody's hand is on it
    made.wait(minutes=3, step=30)
    return made


def asked(house: House) -> list[object]:
    return list(house.wire.asked(CURTAIN, "position_percent"))


def at(house: House, hour: int) -> None:
    now = house.now()
    house.clock.advance((datetime(now.year, now.month, now.day + 1, hour, tzinfo=UTC) - now).total_seconds())


def test_an_empty_room_is_shut_against_the_sun_and_its_guest_finds_it_open(house: House) -> None:
    assert asked(house) == [0.0]
    house.expect("412", in_minutes=30, eta_source="live")
    house.wait(minutes=5, step=30)
    house.check_in()
    house.walk_in("412")
    house.wait(20)
    assert asked(house)[-1] == 100.0, "the scene of a day"


def test_what_somebody_set_by_hand_stays(house: House) -> None:
    house.expect("412", in_minutes=30, eta_source="live")
    house.check_in()
    house.walk_in("412")
    house.wait(20)
    house.says(CURTAIN, position_percent=40.0, motion="open")
    house.service.pump()
    before = len(asked(house))
    house.wait(minutes=30, step=60)
    assert len(asked(house)) == before
    house.walk_out("412")
    house.wait(minutes=60, step=60)
    assert len(asked(house)) == before, "it is the guest's room, away or not"


def test_nobody_moves_curtains_at_night(house: House) -> None:
    at(house, 16)  # midnight in Shanghai
    house.says("sensor/weather/outdoor", value=28.0)
    house.wait(minutes=5, step=60)
    before = len(asked(house))
    house.says(CURTAIN, position_percent=70.0, motion="open")
    house.service.pump()
    with house.database.write() as tx:
        house.service.release(tx, DESK, "412")
    house.wait(minutes=30, step=60)
    assert len(asked(house)) == before
