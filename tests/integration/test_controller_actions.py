"""Compound actions: many devices asked as one, each with its own outcome."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

from controller.actions import Want
from controller.actions_api import routes
from controller.readings import Action, ActionDetail
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Forbidden, Invalid, NotFound, Refused
from tests.controller_world import ATTENDANT, DESK, ENGINEER, House

ROOMS = ("412", "413", "414")
COOL = [Want("air_conditioner", "setpoint_celsius", 22.0), Want("air_conditioner", "mode", "cool")]


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    return House(database, clock, rooms=ROOMS)


def act(house: House, **more: object) -> Action:
    if "floors" not in more:
        more.setdefault("rooms", ROOMS)
    actor = more.pop("actor", DESK)
    with house.database.write() as tx:
        action = house.service.start_action(tx, actor, **more)  # type: ignore[arg-type]
    house.service.pump()
    return action


def told(house: House, action: Action) -> ActionDetail:
    return house.service.action(action.id)


def states(house: House, action: Action) -> list[str]:
    return [outcome.state for outcome in told(house, action).outcomes]


def test_a_floor_is_one_action_and_each_device_tells_its_end(house: House) -> None:
    action = act(house, floors=["4"], scene="night", reason="quiet hours")
    assert (action.devices, action.rooms, action.by) == (9, list(ROOMS), "Mei")
    house.wait(20)
    # Everything was dark and shut already: nothing need be sent, and it is said.
    assert {outcome.detail for outcome in told(house, action).outcomes} == {"It was so already."}
    lights = act(house, wants=[Want("light", "on", True)], reason="check")
    house.wait(20)
    done = told(house, lights)
    assert (done.counts, done.ended_at is not None) == ({"done": 6}, True)
    commands = [house.service.command(str(outcome.command_id)) for outcome in done.outcomes]
    assert {(c.state, c.by, c.cause, c.level) for c in commands} == {
        ("confirmed", "Mei", "check", "front_desk")
    }
    assert house.reported("light/r413/bedside", "on") is True


def test_the_setpoint_waits_for_the_mode_to_be_confirmed(house: House) -> None:
    house.wire.deaf = {"climate/r412/ac"}
    action = act(house, rooms=["412"], wants=COOL)
    house.wait(10)
    assert house.wire.asked("climate/r412/ac", "mode") == ["cool"]
    assert house.wire.asked("climate/r412/ac", "setpoint_celsius") == []
    house.wire.deaf = set()
    house.says("climate/r412/ac", mode="cool")
    house.wait(30)
    assert house.wire.asked("climate/r412/ac", "setpoint_celsius") == [22.0]
    assert states(house, action) == ["done"]


def test_a_device_that_rewrites_its_setpoint_is_put_right_before_it_counts_as_done(house: House) -> None:
    """Many air conditioners fall back to a setpoint of their own when the mode changes."""
    action = act(house, rooms=["412"], wants=COOL)
    house.answer()
    house.service.pump()
    house.answer()
    house.service.pump()
    house.says("climate/r412/ac", setpoint_celsius=25.0)
    house.service.pump()
    assert states(house, action) == ["under_way"]
    house.wait(40)
    assert house.reported("climate/r412/ac", "setpoint_celsius") == 22.0
    assert states(house, action) == ["done"]


def test_a_refused_device_is_an_outcome_and_stops_nobody(house: House) -> None:
    house.ask("413", "on", False, purpose="ceiling_light", actor=ENGINEER, level="engineer")
    house.says("climate/r414/ac", available=False)
    with house.database.write() as tx:
        house.service.set_hands_off(tx, ENGINEER, "room:414", "new filter")
    house.wait(5)
    action = act(house, wants=[Want("ceiling_light", "on", True), Want("curtain", "position_percent", 40.0)])
    house.wait(20)
    by_device = {(o.room, o.purpose): (o.state, o.detail) for o in told(house, action).outcomes}
    assert by_device["412", "ceiling_light"] == ("done", None)
    assert by_device["413", "ceiling_light"][0] == "refused"
    assert "held by engineer" in str(by_device["413", "ceiling_light"][1])
    assert by_device["413", "curtain"] == ("done", None)
    assert by_device["414", "curtain"] == ("refused", "Hands are off room 414, says Otto: new filter")


def test_an_offline_and_a_deaf_device_end_too(house: House) -> None:
    house.says("climate/r412/ac", available=False)
    house.wire.deaf = {"light/r413/ceiling"}
    house.wait(5)
    action = act(
        house,
        rooms=["412", "413"],
        wants=[Want("air_conditioner", "setpoint_celsius", 20.0), Want("ceiling_light", "on", True)],
    )
    assert action.counts["refused"] == 1
    house.wait(minutes=12)
    by_device = {(o.room, o.purpose): o.state for o in told(house, action).outcomes}
    assert by_device["412", "air_conditioner"] == "refused"
    assert by_device["413", "ceiling_light"] == "failed"
    assert by_device["412", "ceiling_light"] == "done"
    # Asked again with pauses, then given up: a fault that is shown.
    assert 2 <= len(house.wire.asked("light/r413/ceiling", "on")) <= 5
    assert house.service.faults("413") == ["ceiling does not obey."]


def test_a_hand_in_the_room_goes_over_it(house: House) -> None:
    house.expect("412")
    house.check_in()
    house.walk_in("412")
    house.wait(minutes=1)
    house.wire.deaf = {"climate/r412/ac"}
    action = act(house, rooms=["412"], wants=[Want("air_conditioner", "setpoint_celsius", 20.0)])
    house.wait(seconds=10)
    house.says("climate/r412/ac", setpoint_celsius=27.0)
    house.wait(5)
    assert states(house, action) == ["superseded"]


def test_it_survives_a_kill_and_does_nothing_twice(house: House) -> None:
    house.wire.deaf = {"light/r413/ceiling"}
    action = act(house, wants=[Want("ceiling_light", "on", True)])
    house.wait(5)
    before = {key: len(house.wire.asked(f"light/r{key}/ceiling", "on")) for key in ROOMS}
    assert before == {"412": 1, "413": 1, "414": 1}
    house.service.checkpoint()
    house.kill_and_restart()
    house.wire.deaf = set()
    house.says("light/r413/ceiling", on=True)
    house.wait(20)
    assert told(house, action).counts == {"done": 3}
    assert {key: len(house.wire.asked(f"light/r{key}/ceiling", "on")) for key in ROOMS} == before


def test_what_a_dead_hour_made_stale_is_not_done(house: House, clock: ManualClock) -> None:
    house.wire.connected = False
    action = act(house, wants=[Want("ceiling_light", "on", True)])
    house.service.pump()
    clock.advance(3600)
    house.wire.connected = True
    house.kill_and_restart()
    house.wait(20)
    assert told(house, action).counts == {"expired": 3}
    assert True not in house.wire.asked("light/r412/ceiling", "on")


def test_a_stay_that_ends_takes_its_part_of_the_action_along(house: House) -> None:
    house.expect("412")
    house.check_in()
    house.walk_in("412")
    house.wait(minutes=1)
    house.wire.deaf = {"climate/r412/ac"}
    action = act(house, rooms=["412"], wants=[Want("air_conditioner", "setpoint_celsius", 20.0)])
    house.end()
    house.wait(5)
    [outcome] = told(house, action).outcomes
    assert (outcome.state, outcome.detail) == ("superseded", "The stay that it was asked for is over here.")


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"rooms": ["999"], "scene": "night"}, NotFound),
        ({"floors": ["99"], "scene": "night"}, NotFound),
        ({"scene": "carnival"}, NotFound),
        ({"rooms": [], "scene": "night"}, Invalid),
        ({"wants": []}, Invalid),
        ({"scene": "night", "wants": COOL}, Invalid),
        ({"scene": "night", "actor": ATTENDANT, "level": "guest"}, Forbidden),
    ],
)
def test_what_makes_no_sense_is_refused(house: House, more: dict[str, object], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        act(house, **more)
    assert house.service.actions() == []


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    app = FastAPI()

    @app.middleware("http")
    async def sign_in(request: Request, call_next):  # type: ignore[no-untyped-def]
        request.state.actor = DESK
        return await call_next(request)

    @app.exception_handler(Refused)
    def refuse(_: Request, refused: Refused) -> JSONResponse:
        return JSONResponse({"code": refused.code}, refused.status)

    app.include_router(routes(house.service, house.database))
    with TestClient(app) as made:
        yield made


def test_over_http_the_same_key_acts_once_and_it_can_be_followed(client: TestClient, house: House) -> None:
    body = {"floors": ["4"], "wants": [{"purpose": "bedside_light", "property": "on", "value": True}]}
    answers = [client.post("/api/actions", json=body, headers={"Idempotency-Key": "tap-1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert answers[0].json()["counts"] == {"waiting": 3}
    house.service.pump()
    house.wait(20)
    shown = client.get(f"/api/actions/{answers[0].json()['id']}").json()
    assert shown["counts"] == {"done": 3}
    assert [outcome["room"] for outcome in shown["outcomes"]] == list(ROOMS)
    assert [one["id"] for one in client.get("/api/actions", params={"room": "413"}).json()["items"]] == [
        shown["id"]
    ]
    assert client.get("/api/actions", params={"room": "999"}).json()["items"] == []
    assert client.get("/api/actions/nonsense").status_code == 404
    refused = client.post("/api/actions", json={"rooms": ["412"], "scene": "carnival"})
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_scene")
