"""Faults of the demo page are words that the simulated world understands, and nothing in a real hotel."""

from __future__ import annotations

import json

import pytest

from gateway.http import demo_api
from hotel.clock import ManualClock
from hotel.database import Database
from simulators.faults import parse_fault
from tests.desk_house import ENGINEER, DeskHouse


@pytest.mark.parametrize("fault", sorted(demo_api.WORLD_WORDS))
def test_a_fault_reaches_the_world_and_can_be_taken_back(
    database: Database, clock: ManualClock, fault: str
) -> None:
    house = DeskHouse(database, clock)
    sent: list[tuple[str, bytes]] = []

    def publish(topic: str, payload: bytes) -> bool:
        sent.append((topic, payload))
        return True

    house.app.include_router(demo_api.routes(database, publish))
    client = house.client(ENGINEER)
    for active in (True, False):
        answer = client.post("/api/demo/faults", json={"room": "412", "fault": fault, "active": active})
        assert answer.status_code == 202
        topic, payload = sent.pop()
        assert topic == demo_api.CONTROL_TOPIC
        assert parse_fault(payload, frozenset({"412"})).active is active
        assert json.loads(payload)["room"] == "412"
    assert client.post("/api/demo/faults", json={"room": "999", "fault": fault}).status_code == 404


def test_a_real_hotel_breaks_nothing_on_purpose(database: Database, clock: ManualClock) -> None:
    house = DeskHouse(database, clock)
    house.app.include_router(demo_api.routes(database, None))
    answer = house.client(ENGINEER).post("/api/demo/faults", json={"room": "412", "fault": "no_capacity"})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_demo")
