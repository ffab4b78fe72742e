"""The controller's routes: shapes, refusals, and one effect for one key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

from controller import api, devices_api
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Refused
from tests.controller_world import DESK, ENGINEER, House


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    return House(database, clock)


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    app = FastAPI()

    @app.middleware("http")
    async def sign_in(request: Request, call_next):  # type: ignore[no-untyped-def]
        request.state.actor = ENGINEER if request.headers.get("X-Engineer") else DESK
        return await call_next(request)

    @app.exception_handler(Refused)
    def refuse(_: Request, refused: Refused) -> JSONResponse:
        return JSONResponse({"code": refused.code, "values": refused.values}, refused.status)

    for module in (api, devices_api):
        app.include_router(module.routes(house.service, house.database))
    with TestClient(app) as made:
        yield made


def test_a_command_is_accepted_and_can_be_followed(client: TestClient, house: House) -> None:
    answer = client.post(
        "/api/rooms/412/commands", json={"purpose": "ceiling_light", "property": "on", "value": True}
    )
    assert answer.status_code == 202
    command = answer.json()
    assert command["state"] == "queued"
    assert command["by"] == "Mei"
    house.answer()
    house.service.pump()
    assert client.get(f"/api/commands/{command['id']}").json()["state"] == "confirmed"


def test_the_same_key_acts_once(client: TestClient, house: House) -> None:
    before = len(house.wire.sent)
    answers = [
        client.post(
            "/api/rooms/412/commands",
            json={"purpose": "bedside_light", "property": "on", "value": True},
            headers={"Idempotency-Key": "tap-1"},
        ).json()["id"]
        for _ in range(3)
    ]
    assert len(set(answers)) == 1
    assert len(house.wire.sent) == before + 1


def test_a_stale_revision_is_refused(client: TestClient, house: House) -> None:
    body = {"purpose": "bedside_light", "property": "on", "value": True, "revision": 77}
    answer = client.post("/api/rooms/412/commands", json=body)
    assert answer.status_code == 412
    seen = client.get("/api/devices", params={"room": "412"}).json()["items"]
    lamp = next(device for device in seen if device["purpose"] == "bedside_light")
    body["revision"] = lamp["properties"][0]["revision"]
    assert client.post("/api/rooms/412/commands", json=body).status_code == 202


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"purpose": "air_conditioner", "property": "setpoint_celsius", "value": 99}, 422),
        ({"purpose": "air_conditioner", "property": "nonsense", "value": 1}, 422),
        ({"purpose": "air_conditioner", "property": "mode"}, 422),
        ({"purpose": "rocket", "property": "on", "value": True}, 422),
        ({"purpose": "power", "property": "on", "value": True}, 404),
        ({"property": "on", "value": True, "level": "engineer", "purpose": "ceiling_light"}, 403),
    ],
)
def test_wrong_commands_are_refused(client: TestClient, body: dict[str, object], status: int) -> None:
    assert client.post("/api/rooms/412/commands", json=body).status_code == status


def test_unknown_rooms_and_commands_are_not_found(client: TestClient) -> None:
    body = {"purpose": "ceiling_light", "property": "on", "value": True}
    assert client.post("/api/rooms/999/commands", json=body).status_code == 404
    assert client.get("/api/commands/nonsense").status_code == 404


def test_a_number_stays_a_number_and_a_yes_a_yes(client: TestClient, house: House) -> None:
    client.post(
        "/api/rooms/412/commands",
        json={"purpose": "ceiling_light", "property": "brightness_percent", "value": 1},
    )
    assert house.wire.sent[-1].values == (("brightness_percent", 1.0),)


def test_preconditioning_answers_with_the_plan(client: TestClient) -> None:
    answer = client.post("/api/rooms/412/precondition", json={"celsius": 22})
    assert answer.status_code == 202
    assert answer.json()["state"] == "running"
    refused = client.post("/api/rooms/412/precondition", json={"celsius": 5})
    assert refused.status_code == 422
    assert refused.json()["values"] == {"low": 16.0, "high": 30.0}


def test_a_room_is_given_back(client: TestClient, house: House) -> None:
    client.post(
        "/api/rooms/412/commands",
        json={"purpose": "ceiling_light", "property": "on", "value": True},
    )
    released = client.post("/api/rooms/412/release", json={})
    assert released.status_code == 202
    assert [hold["level"] for hold in released.json()["items"]] == ["front_desk"]
    assert not [hold for hold in house.service.holds("412") if hold.level == "front_desk"]


def test_devices_come_in_pages(client: TestClient) -> None:
    first = client.get("/api/devices", params={"limit": 4}).json()
    assert len(first["items"]) == 4
    second = client.get("/api/devices", params={"limit": 4, "after": first["next"]}).json()
    keys = [device["key"] for device in first["items"] + second["items"]]
    assert keys == sorted(set(keys))


def test_an_engineer_moves_a_device(database: Database, clock: ManualClock) -> None:
    house = House(database, clock, rooms=("412", "413"))
    [ac] = [d for d in house.service.devices("412") if d.purpose == "air_conditioner"]
    with database.write() as tx:
        moved = house.service.approve(tx, ENGINEER, ac.id, "413")
    assert moved.room == "413"
    assert ac.id in {device.id for device in house.service.devices("413")}
    assert ac.id not in {device.id for device in house.service.devices("412")}
    house.kill_and_restart()
    assert ac.id in {device.id for device in house.service.devices("413")}
