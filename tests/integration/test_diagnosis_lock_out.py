"""What is locked out for work is no fault: not asked in vain, not silent, and its room's unit unknown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gateway.rooms_for_diagnosis import ObservedRooms, without_isolated
from hotel.clock import ManualClock
from hotel.database import Database
from maintenance.diagnosis_round import evaluate
from maintenance.recorder import Recorder
from maintenance.samples import UNKNOWN
from tests.controller_world import ENGINEER, House

CEILING = "light/r412/ceiling"


class NoneUnread:
    def unread(self) -> dict[str, int]:
        return {}


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    return House(database, clock, rooms=("412", "413"))


def outcomes(house: House, code: str, minutes: int) -> dict[str, int]:
    """What a rule says of each device after so many minutes in which the house hears nothing of it."""
    seen = ObservedRooms(house.service.conditions, NoneUnread(), house.database)
    recorder: Recorder | None = None
    layout: Any = None
    for _ in range(minutes):
        house.wait(60, step=30)
        sample = seen.sample()
        layout = sample.layout
        recorder = recorder or Recorder(layout.rooms, layout.devices)
        recorder.take(house.clock.now().timestamp() / 60.0, sample.rooms, sample.devices)
    assert recorder is not None
    told = evaluate(recorder.window(), [code])[code].outcome
    return dict(zip(layout.devices.ids, told.tolist(), strict=True))


@pytest.mark.parametrize("locked", [False, True])
def test_an_isolated_room_is_not_asked_in_vain(house: House, locked: bool) -> None:
    lamp = next(one.id for one in house.service.devices("412") if one.key == CEILING)
    house.wire.deaf.add(CEILING)
    house.ask("412", "on", True, purpose="ceiling_light")
    house.wait(minutes=4, step=15)
    if locked:
        with house.database.write() as tx:
            house.service.lock_out(tx, ENGINEER, "room/412", "fan out", "ticket-1")
        house.service.pump()
    rooms, things = without_isolated(*house.service.conditions.observed())
    seen = next(one for one in things if one.id == lamp)
    assert seen.asked is not locked
    room = next(one for one in rooms if one.number == "412")
    assert (room.mode is None) is locked
    assert next(one for one in rooms if one.number == "413").mode is not None
    if locked:
        assert outcomes(house, "device_offline", 3)[lamp] == UNKNOWN
        assert np.isnan(_sample(house).rooms.setpoint_celsius[0])


def _sample(house: House) -> Any:
    return ObservedRooms(house.service.conditions, NoneUnread(), house.database).sample()
