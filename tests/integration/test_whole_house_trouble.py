"""The whole house when things go wrong: poison on the wire, a broker that dies, a service that is killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, text

from hotel.actor import Role
from tests.running_house import (
    RunningHouse,
    broker_for,
    running_house,
    served_house,
    simulated_rooms,
)
from tests.waiting import wait_until

ROOMS = ("101", "102")
LAMP_ORDERS = r"simulated/[^/]+/bedside_light/set"
ANY_ORDER = r"simulated/[^/]+/[^/]+/set(/.*)?"


@pytest.fixture(scope="module", params=[pytest.param("mosquitto", marks=pytest.mark.mosquitto), "amqtt"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """One house for all troubles with the same broker: it survives each."""
    with pytest.MonkeyPatch.context() as patched:
        if request.param == "amqtt":
            patched.setattr("gateway.mqtt.broker.find_mosquitto", lambda: None)
        with running_house(tmp_path_factory.mktemp("house"), len(ROOMS)) as made:
            yield made


def a_lamp_obeys(house: RunningHouse) -> None:
    people = house.people
    wanted = people.reported("101", "bedside_light", "on") is not True
    command = people.command("101", "bedside_light", "on", wanted)
    house.until(lambda: people.ended(command["id"]) == "confirmed")
    assert people.reported("101", "bedside_light", "on") is wanted


POISON = [
    ("simulated/101/ac/state", b"\xff\xfe\x00", "bad_utf8"),
    ("simulated/101/climate/state", b"[" * 200_000, "too_deep"),
    ("simulated/101/climate/state", b'{"temperature":NaN,"humidity":Infinity}', "template_failed"),
    ("simulated/101/climate/state", b'"' + b"x" * 10_000_000 + b'"', "too_large"),
    ("simulated/101/window/state", b"null", None),
    ("simulated/101/bedside_light/brightness", b"1e400", "not_a_number"),
    ("homeassistant/light/who/is/this/config", b"{}", None),
    ("homeassistant/light/room_101/broken/config", b'{"name": ', "bad_config"),
    ("homeassistant/climate/room_101/air_conditioner/config", b"\xff", "bad_config"),
    ("homeassistant/sensor/room_101/list/config", b"[1, 2]", "bad_config"),
    ("nobody/speaks/here", b"\x00", None),
]


def test_poison_is_counted_kept_and_harmless(house: RunningHouse) -> None:
    people, ear = house.people, house.ear
    for topic, payload, _ in POISON:
        ear.say(topic, payload)
    ear.say(
        "homeassistant/lawn_mower/garden/config",
        b'{"name": "Mower", "unique_id": "mower-1", "command_topic": "garden/mower/set"}',
    )
    expected = {reason for _, _, reason in POISON if reason}

    def shown() -> list[dict[str, str]]:
        items: list[dict[str, str]] = people[Role.ENGINEER].get("/api/devices/refused").json()["items"]
        return items

    house.until(lambda: expected <= {item["reason"] for item in shown()})
    house.until(lambda: any(item["kind"] == "not_supported" for item in shown()))
    for item in shown():
        assert item["detail"]
        assert len(item["sample"] or "") <= 200
    metrics = people.metrics()
    for reason in expected:
        assert metrics[f"innkeeper_mqtt_refused_{reason}_total"] >= 1
    assert people.desk.get("/api/devices/refused").status_code == 403
    assert metrics["innkeeper_mqtt_listener_failures_total"] == 0

    # The unit whose config was poisoned is still known, and the house goes on.
    assert people.device("101", "air_conditioner")["available"] is True
    assert people.is_ready()
    a_lamp_obeys(house)


def test_a_broker_that_dies_loses_no_command_and_floods_nobody(house: RunningHouse) -> None:
    people = house.people
    broker = house.service.broker
    assert broker is not None
    a_lamp_obeys(house)
    before = house.ear.count(ANY_ORDER)
    given: dict[str, list[str]] = {room: [] for room in ROOMS}

    def give(turns: range) -> None:
        for turn in turns:
            for room in ROOMS:
                # The same Idempotency-Key twice is one command, whatever the broker does.
                body = {"purpose": "bedside_light", "property": "on", "value": turn % 2 == 1}
                keyed = {"Idempotency-Key": f"{room}-{turn}"}
                answers = [
                    people.desk.post(f"/api/rooms/{room}/commands", json=body, headers=keyed)
                    for _ in range(2)
                ]
                assert [answer.status_code for answer in answers] == [202, 202]
                assert answers[0].json()["id"] == answers[1].json()["id"]
                given[room].append(answers[0].json()["id"])

    give(range(8))
    assert broker.pid is not None
    os.kill(broker.pid, signal.SIGKILL)
    killed_monotonic = time.monotonic()
    give(range(8, 16))
    house.until(people.is_ready, 30)
    assert time.monotonic() - killed_monotonic <= 30
    # How soon the rooms' own process finds the broker again is not the house's to promise.
    house.until_known(len(ROOMS), 90)
    give(range(16, 24))

    for room, ids in given.items():
        house.until(lambda ids=ids: people.ended(ids[-1]) == "confirmed", 60)  # type: ignore[misc]
        ends = [people.ended(command_id) for command_id in ids]
        # Only what was sent before the lamp was back may have run out: the last of those in the outage.
        assert set(ends[:15] + ends[16:]) <= {"confirmed", "superseded"}, ends
        assert ends[15] in ("confirmed", "superseded", "timed_out"), ends
        # An earlier command's answer may still be on its way; what stays is what was asked last.
        house.until(lambda room=room: people.reported(room, "bedside_light", "on") is True)  # type: ignore[misc]
        holds = [hold for hold in people.room(room)["hold"] if hold["property"] == "on"]
        assert {hold["level"] for hold in holds} == {"front_desk"}, holds
    # Nothing is said again and again: no more orders on the wire than commands were given.
    assert house.ear.count(ANY_ORDER) - before <= len(ROOMS) * 24 + 6
    house.until(lambda: people.metric("innkeeper_controller_commands_live") == 0, 60)
    house.until_known(len(ROOMS))


@pytest.mark.mosquitto
@pytest.mark.parametrize(
    "database",
    # On PostgreSQL it takes as long once more.
    ["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.slow])],
)
def test_a_kill_loses_nothing_that_was_acknowledged(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgresql_url") if database == "postgresql" else None
    with (
        broker_for(tmp_path / "broker") as broker,
        served_house(tmp_path / "data", broker.url, len(ROOMS), url) as (served, tokens),
        simulated_rooms(broker.url, len(ROOMS), speed=1.0),
    ):
        people = served.start(tokens)
        engineer = people[Role.ENGINEER]
        wait_until(lambda: len(engineer.get("/api/devices").json()["items"]) >= 24, 30)
        wait_until(lambda: people.reported("101", "bedside_light", "on") is False, 20)

        second = served.innkeeper("serve")
        assert second.returncode == 2
        assert second.stderr.count("\n") == 1
        assert "already runs on" in second.stderr

        # Work is under way when the process dies without a word.
        stays = [people.expect(room, None, family_name=f"Chen{room}") for room in ROOMS]
        commands = [
            people.command(room, purpose, "on", True)["id"]
            for room in ROOMS
            for purpose in ("bedside_light", "ceiling_light")
        ]
        keyed = {"Idempotency-Key": "once"}
        booking = {
            "arrival_date": stays[0]["arrival_date"],
            "departure_date": stays[0]["departure_date"],
            "room_type": stays[0]["room_type"],
            "guest": {"family_name": "Once"},
        }
        first = people.desk.post("/api/stays", json=booking, headers=keyed).json()
        served.kill()

        people = served.start(tokens)
        for stay in stays:
            assert people.get(f"/api/stays/{stay['id']}")["room"] == stay["room"]
        again = people.desk.post("/api/stays", json=booking, headers=keyed).json()
        assert again["id"] == first["id"]
        assert len(people.get("/api/stays")["items"]) == len(stays) + 1
        for command in commands:
            wait_until(lambda command=command: people.ended(command) is not None, 40)  # type: ignore[misc]
        assert {people.ended(command) for command in commands} == {"confirmed"}
        for room in ROOMS:
            assert people.reported(room, "bedside_light", "on") is True
            assert people.reported(room, "ceiling_light", "on") is True

        # On disk each command ended once, and nobody is told twice that it did.
        served.kill(signal.SIGTERM)
        engine = create_engine(url or f"sqlite:///{tmp_path / 'data' / 'innkeeper.db'}")
        with engine.connect() as connection:
            states = connection.execute(text("SELECT id, state FROM controller_commands")).all()
            requested = connection.execute(
                text("SELECT subject FROM audit WHERE action = 'command.requested'")
            ).scalars()
            assert sorted(requested) == sorted(commands)
        engine.dispose()
        assert {state for command, state in states if command in commands} == {"confirmed"}


@pytest.mark.mosquitto
def test_a_service_without_its_broker_says_so_and_serves(tmp_path: Path) -> None:
    with broker_for(tmp_path / "broker") as broker:
        url = broker.url
    with served_house(tmp_path / "data", url, 1) as (served, tokens):
        with pytest.raises(AssertionError):
            # It answers, but is not ready.
            served.start(tokens, ready_seconds=2)
        assert served.people is not None
        answer = served.people.desk.get("/readyz")
        assert answer.status_code == 503
        assert [check["name"] for check in answer.json()["checks"] if not check["ok"]] == ["broker"]
        assert served.people.room("101")["climate"]["temperature_celsius"] is None
        with pytest.raises(httpx.HTTPStatusError):
            served.people.desk.get("/api/rooms/999").raise_for_status()
        assert served.kill(signal.SIGTERM) == 0
