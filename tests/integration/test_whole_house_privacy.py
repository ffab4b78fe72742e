"""Guests with unmistakable names go through the whole house; afterwards they are looked for everywhere."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, text

from hotel.actor import Role
from tests.running_house import Ear, broker_for, served_house, simulated_rooms
from tests.waiting import wait_until

GIVEN, FAMILY = "Zephyrine", "Quackenbush"
MAIL, PHONE = "zq.canary@example.com", "+4915550199877"
NOTES, WISH = "allergic to canaryfeathers", "a cage for canarybird Tweety"
FROM_A_FILE, REFUSED = "Featherstonehaugh", "Wrigglesworthy"
CANARIES = (GIVEN, FAMILY, MAIL, PHONE, "canaryfeathers", "canarybird", FROM_A_FILE, REFUSED)


@pytest.mark.parametrize(
    ("broker_program", "database"),
    [
        pytest.param(None, "sqlite", marks=pytest.mark.mosquitto, id="mosquitto-sqlite"),
        pytest.param(
            "amqtt",
            "postgresql",
            marks=[pytest.mark.postgresql, pytest.mark.slow],
            id="amqtt-postgresql",
        ),
    ],
)
def test_no_canary_leaves_the_house(
    broker_program: str | None, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgresql_url") if database == "postgresql" else None
    data = tmp_path / "data"
    with (
        broker_for(tmp_path / "broker", broker_program) as broker,
        served_house(data, broker.url, 2, url) as (served, tokens),
        simulated_rooms(broker.url, 2, speed=1.0),
    ):
        ear = Ear(broker.url)
        people = served.start(tokens)
        desk = people.desk
        stream: list[bytes] = []
        threading.Thread(target=_listen, args=(served.people, stream), daemon=True).start()
        wait_until(lambda: people.room("101")["climate"]["temperature_celsius"] is not None, 30)
        people.clean("101")

        # By REST: booked, wished for, looked up, checked in, moved out again.
        guest: dict[str, Any] = {"given_name": GIVEN, "email": MAIL, "phone": PHONE, "notes": NOTES}
        stay = people.expect("101", None, family_name=FAMILY, **guest)
        people.wish(stay["id"], cooling_celsius=22.0, wish=WISH)
        assert people.get(f"/api/guests?q={FAMILY}")["items"][0]["email"] == MAIL
        assert people.get("/api/arrivals")["items"][0]["guest"] == f"{GIVEN} {FAMILY}"
        assert desk.get(f"/api/guests/{FAMILY}").status_code == 404
        people.act(stay["id"], "check-in")
        people.command("101", "bedside_light", "on", True, level="guest")
        wait_until(lambda: people.reported("101", "bedside_light", "on") is True, 20)
        people.act(stay["id"], "check-out")

        # By file, over HTTP and at the machine; once right, once refused.
        dates = f"{stay['arrival_date']},{stay['departure_date']}"
        header = "room,arrival_date,departure_date,family_name,email,wish\n"
        right = f"{header}102,{dates},{FROM_A_FILE},{MAIL},{WISH}\n"
        imported = desk.post("/api/stays/import", content=right, headers={"Content-Type": "text/csv"})
        assert imported.json()["imported"] == 1
        wrong = data / "wrong.csv"
        wrong.write_text(f"{header}102,{dates},{REFUSED},{MAIL},\n102,tomorrow,{dates},{REFUSED}\n")
        refused = served.innkeeper("stays", "import", str(wrong))
        assert refused.returncode == 2
        assert desk.post("/api/stays", json={"guest": {"family_name": REFUSED}}).status_code == 422
        wrong.unlink()

        topic = "innkeeper/main/room/101/state"
        wait_until(lambda: (ear.said(topic) or {}).get("front_office") == "vacant", 20)
        wait_until(lambda: b"stay.changed" in b"".join(stream), 20)
        metrics = desk.get("/metrics").text
        served.kill(signal.SIGTERM)
        ear.close()

    heard = b"".join(topic.encode() + payload for topic, payload in ear.heard)
    logs = b"".join(path.read_bytes() for path in data.glob("*.log*"))
    stored = _dump(url or f"sqlite:///{data / 'innkeeper.db'}")
    if url is None:
        stored += _dump(f"sqlite:///{data / 'innkeeper-telemetry.db'}")
    files = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    places = {
        "MQTT": heard,
        "live events": b"".join(stream),
        "log": logs + served.said.encode(),
        "metrics": metrics.encode(),
        "database": stored.encode(),
        "files": files,
        "answers of the import": refused.stderr.encode() + refused.stdout.encode(),
    }
    assert all(places.values())
    for place, content in places.items():
        for canary in CANARIES:
            assert canary.lower().encode() not in content.lower(), f"{canary} in {place}"
    # Who read a guest's name is on record, with what for.
    assert stored.count("guest.read") >= 3
    assert "front_desk" in stored


def _listen(people: object, stream: list[bytes]) -> None:
    from tests.running_house import People

    assert isinstance(people, People)
    try:
        with people[Role.ENGINEER].stream("GET", "/api/events") as response:
            stream.extend(response.iter_bytes())
    except Exception:
        return  # the house is ended under it


def _dump(url: str) -> str:
    """All rows of all tables as text."""
    engine = create_engine(url)
    lines = []
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            lines += [
                f"{table} {row!r}" for row in connection.execute(text(f'SELECT * FROM "{table}"')).all()
            ]
    engine.dispose()
    assert len(lines) > 10
    return "\n".join(lines)
