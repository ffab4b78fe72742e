"""The path of issue 2 as a whole: devices on a broker, the house, a database, and people at its API.

Nothing stands in for anything: a broker of its own, the simulators' process, hotel time at sixty.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.running_house import RunningHouse, running_house

ROOM = "101"


@pytest.fixture(
    params=[
        pytest.param(("mosquitto", "sqlite"), marks=pytest.mark.mosquitto, id="mosquitto-sqlite"),
        # `make test-sample` runs this one.
        pytest.param(
            ("amqtt", "postgresql"), marks=[pytest.mark.postgresql, pytest.mark.slow], id="amqtt-postgresql"
        ),
        # Every part of these two is in one of the two above.
        pytest.param(("amqtt", "sqlite"), marks=pytest.mark.slow, id="amqtt-sqlite"),
        pytest.param(
            ("mosquitto", "postgresql"),
            marks=[pytest.mark.mosquitto, pytest.mark.postgresql, pytest.mark.slow],
            id="mosquitto-postgresql",
        ),
    ],
)
def house(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningHouse]:
    broker, database = request.param
    if broker == "amqtt":
        monkeypatch.setattr("gateway.mqtt.broker.find_mosquitto", lambda: None)
    url = request.getfixturevalue("postgresql_url") if database == "postgresql" else None
    with running_house(tmp_path, 3, url) as made:
        assert made.service.broker is not None
        assert made.service.broker.kind == broker
        yield made


def test_a_room_is_made_ready_lived_in_and_set_back(house: RunningHouse) -> None:
    people = house.people

    def aims_at_least(celsius: float) -> bool:
        """The unit is off, or only keeps the empty room from getting hot."""
        mode = people.reported(ROOM, "air_conditioner", "mode")
        return bool(mode == "off" or people.reported(ROOM, "air_conditioner", "setpoint_celsius") >= celsius)

    people.clean(ROOM)

    # A guest who likes it cool is expected soon: the room is planned and its unit starts.
    stay = people.expect(ROOM, house.after(minutes=40), given_name="Zebediah", family_name="Quillfeather")
    people.wish(stay["id"], cooling_celsius=22.0, light_percent=55.0)
    house.until(lambda: (plan := people.room(ROOM)["plan"]) and plan["wanted_celsius"] == 22.0)
    house.until(
        lambda: (
            people.reported(ROOM, "air_conditioner", "mode") == "cool"
            and people.reported(ROOM, "air_conditioner", "setpoint_celsius") <= 22.5
        )
    )
    assert people.room(ROOM)["plan"]["state"] == "running"
    before = datetime.fromisoformat(people.room(ROOM)["plan"]["start_at"])

    # The flight is late: the plan moves with it, and the unit does not run for nobody.
    later = house.after(minutes=600)
    people.delay(stay["id"], later)
    house.until(lambda: datetime.fromisoformat(people.room(ROOM)["plan"]["eta"]) == later)
    house.until(lambda: people.room(ROOM)["plan"]["state"] == "waiting")
    moved = people.room(ROOM)["plan"]
    assert datetime.fromisoformat(moved["start_at"]) > before + timedelta(hours=2)
    house.until(lambda: aims_at_least(26))

    # The desk tries the bedside light: taken, then confirmed by what the light reports.
    command = people.command(ROOM, "bedside_light", "on", True)
    house.until(lambda: people.ended(command["id"]))
    assert people.ended(command["id"]) == "confirmed"
    assert people.reported(ROOM, "bedside_light", "on") is True
    assert house.ear.newest[f"simulated/{ROOM}/bedside_light/state"] == b"ON"

    # The guest checks in and opens the door: the arrival scene plays, and only this once.
    people.act(stay["id"], "check-in")
    house.until(lambda: people.room(ROOM)["front_office"] == "occupied")
    assert people.reported(ROOM, "ceiling_light", "on") is False
    house.door(ROOM, is_open=True)
    house.until(lambda: people.reported(ROOM, "ceiling_light", "on") is True)
    house.door(ROOM, is_open=False)
    house.until(
        lambda: people.reported(ROOM, "ceiling_light", "brightness_percent") == pytest.approx(55, abs=1)
    )
    house.until(lambda: people.reported(ROOM, "air_conditioner", "mode") == "cool")
    light_orders = house.ear.count(f"simulated/{ROOM}/ceiling_light/set")
    house.door(ROOM, is_open=True)
    house.door(ROOM, is_open=False)

    # Others on the broker see how the room is, and nobody's name.
    topic = f"innkeeper/main/room/{ROOM}/state"
    house.until(lambda: house.ear.said(topic)["front_office"] == "occupied")
    assert house.ear.said(topic)["wanted_celsius"] == 22.0
    assert b"Quill" not in b"".join(payload for _, payload in house.ear.heard)
    assert house.ear.count(f"simulated/{ROOM}/ceiling_light/set") == light_orders

    # Check-out: set back at once.
    people.act(stay["id"], "check-out")
    house.until(lambda: aims_at_least(26), 10)
    house.until(
        lambda: people.reported(ROOM, "ceiling_light", "on") is False,
        tell=lambda: (people.room(ROOM)["hold"], people.device(ROOM, "ceiling_light")["properties"]),
    )
    assert people.metric("innkeeper_mqtt_listener_failures_total") == 0
