"""The joined views: shapes, who sees what, and a thousand rooms in one breath."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from controller.readings import Plan
from frontdesk.preferences import preference
from gateway.http.views.history import open_stretches
from hotel.clock import ManualClock
from hotel.database import Database
from housekeeping.status import Cleanliness
from tests.desk_house import ATTENDANT, COOL, DESK, SUPERVISOR, TODAY, DeskHouse, FakeEvent, local


@pytest.fixture
def house(database: Database, clock: ManualClock) -> DeskHouse:
    return DeskHouse(database, clock)


def plan_for(stay_id: str | None, ready_at: datetime | None = None) -> Plan:
    eta = local(16)
    return Plan(
        "412", stay_id, eta, "booking", 22.0, local(15, 20), eta, ready_at, 40.0, "waiting", "", "waiting"
    )


def test_a_room_has_every_axis(house: DeskHouse) -> None:
    house.comfort.by_room["412"] = COOL
    house.comfort.said_by_panel["412"] = ("do_not_disturb", local(9, 20))
    house.comfort.present["412"] = "present"
    stay = house.expect("412", at=local(16), vip=True)
    room: dict[str, Any] = house.client(ATTENDANT).get("/api/rooms/412").json()
    climate = room.pop("climate")
    assert (climate["temperature_celsius"], climate["phase"]) == (26.4, "preconditioning")
    (summary,) = room.pop("stays")
    assert (summary["stay_id"], summary["guest"], summary["eta"]) == (stay.id, None, "2026-07-14T08:00:00Z")
    assert room == {
        "number": "412",
        "floor": "4",
        "section": None,
        "type": {"code": "KING", "name": "King room"},
        "area_square_metres": None,
        "version": 1,
        "front_office": "vacant",
        "cleanliness": "clean",
        "reservation": ["arrival"],
        "panel": "do_not_disturb",
        "panel_since": "2026-07-14T01:20:00Z",
        "service": "expected",
        "opted_out": False,
        "turndown": "not_required",
        "availability": {
            "state": "sellable",
            "reason": None,
            "from": None,
            "until": None,
            "return_status": None,
        },
        "queue_since": None,
        "discrepancy": "none",
        "presence": "present",
        "ready": True,
        "blocked_by": [],
        "next_arrival": {"stay_id": stay.id, "eta": "2026-07-14T08:00:00Z", "vip": True},
        "hands_off": [],
        "open_tickets": 0,
        "connecting": [],
        "devices": [],
        "plan": None,
        "hold": [],
    }


def test_rooms_are_narrowed_and_unknown_stays_unknown(house: DeskHouse) -> None:
    client = house.client(ATTENDANT)
    rooms = client.get("/api/rooms").json()["items"]
    assert [room["number"] for room in rooms] == ["411", "412", "413", "414"]
    assert {room["climate"]["phase"] for room in rooms} == {"unknown"}
    assert {room["presence"] for room in rooms} == {"unknown"}
    assert [r["number"] for r in client.get("/api/rooms", params={"q": "412"}).json()["items"]] == ["412"]
    assert client.get("/api/rooms", params={"floor": "5"}).json() == {"items": [], "next": None}
    assert client.get("/api/rooms/999").status_code == 404


def test_a_guest_who_should_have_left_an_empty_room_is_a_skip(house: DeskHouse) -> None:
    house.check_in(house.expect("412"))
    house.comfort.present["412"] = "empty"
    client = house.client(ATTENDANT)
    house.watch.compare()
    assert client.get("/api/rooms/412").json()["discrepancy"] == "none"
    house.night()
    house.watch.compare()
    assert client.get("/api/rooms/412").json()["discrepancy"] == "skip"
    assert [room["discrepancy"] for room in client.get("/api/rooms?q=412").json()["items"]] == ["skip"]


def test_a_settled_discrepancy_is_off_the_room(house: DeskHouse) -> None:
    """What somebody looked into does not stand on the tile any more, though the sensors still say it."""
    house.comfort.present["413"] = "asleep"
    house.watch.compare()
    client = house.client(SUPERVISOR)
    assert client.get("/api/rooms/413").json()["discrepancy"] == "sleep"
    (found,) = client.get("/api/discrepancies").json()["items"]
    path = f"/api/discrepancies/{found['id']}/resolve"
    assert client.post(path, json={"resolution": "sensor_wrong"}).status_code == 200
    house.watch.compare()
    assert client.get("/api/rooms/413").json()["discrepancy"] == "none"


def test_who_is_in_comes_before_who_comes(house: DeskHouse) -> None:
    staying = house.check_in(house.expect("412", nights=2))
    coming = house.expect("412", day=TODAY + timedelta(days=2))
    room = house.client().get("/api/rooms/412").json()
    assert [stay["stay_id"] for stay in room["stays"]] == [staying.id, coming.id]
    assert room["blocked_by"] == ["occupied"]
    assert room["next_arrival"]["stay_id"] == coming.id


def test_an_arrival_says_what_is_missing(house: DeskHouse) -> None:
    guest = house.guest()
    house.mark("412", Cleanliness.DIRTY)
    house.comfort.by_room["412"] = COOL
    stay = house.expect("412", at=local(16), guest_ids=(guest,), vip=True)
    with house.database.write() as tx:
        house.desk.put_preferences(tx, DESK, stay.id, 1, [preference("wish", "a crib", "guest")])
    house.comfort.made = [plan_for(stay.id, local(15, 50))]
    roomless = house.expect(room_type="TWIN", at=local(13))
    first, second = house.client().get("/api/arrivals").json()["items"]
    assert (first["stay_id"], first["room"], first["ready"], first["predicted_ready_at"]) == (
        roomless.id,
        None,
        False,
        None,
    )
    assert (second["guest"], second["wishes"], second["vip"]) == ("Wei Chen", ["a crib"], True)
    assert (second["ready"], second["blocked_by"]) == (False, ["not_clean"])
    # The climate needs longer than the cleaning.
    assert second["predicted_ready_at"] == "2026-07-14T07:50:00Z"
    assert (second["plan"]["stay_id"], second["climate"]["wanted_celsius"]) == (stay.id, 22.0)
    house.comfort.made = [plan_for("another stay", local(15, 50))]
    (_, second) = house.client().get("/api/arrivals").json()["items"]
    assert (second["plan"], second["predicted_ready_at"]) == (None, "2026-07-14T04:43:00Z")


def test_who_has_arrived_is_not_in_the_own_way(house: DeskHouse) -> None:
    house.check_in(house.expect("412"))
    (arrival,) = house.client().get("/api/arrivals").json()["items"]
    assert (arrival["state"], arrival["ready"], arrival["blocked_by"]) == ("checked_in", True, [])


def test_wishes_can_hold_names_and_are_not_for_every_role(house: DeskHouse) -> None:
    stay = house.expect("412")
    with house.database.write() as tx:
        house.desk.put_preferences(tx, DESK, stay.id, 1, [preference("wish", "a crib", "guest")])
    (arrival,) = house.client(ATTENDANT).get("/api/arrivals").json()["items"]
    assert arrival["wishes"] == []


def test_history_tells_a_stay(house: DeskHouse) -> None:
    stay = house.expect("412", at=local(16))
    noon = local(12).astimezone(UTC)
    minute = timedelta(minutes=1)
    house.telemetry.points = {
        ("412", "temperature_celsius"): [(noon - 20 * minute, 26.4), (noon - 10 * minute, None)],
        ("412", "window_open"): [(noon - 30 * minute, 1.0), (noon - 20 * minute, 0.0), (noon, 1.0)],
        (None, "outdoor_celsius"): [(noon - 20 * minute, 33.0)],
    }
    house.comfort.made = [plan_for(stay.id)]
    house.comfort.ahead = [(noon + 10 * minute, 25.0, 25.5, 26.0), (noon + 900 * minute, 21.0, 22.0, 23.0)]
    house.comfort.events = [FakeEvent(noon - 5 * minute, "door", "door_opened", {"by": "staff"}, None)]
    until = noon + timedelta(hours=6)
    answer = house.client().get("/api/rooms/412/history", params={"to": until.isoformat()})
    shown = answer.json()
    assert (shown["from"], shown["to"], shown["now"]) == (
        "2026-07-13T10:00:00Z",
        "2026-07-14T10:00:00Z",
        "2026-07-14T04:00:00Z",
    )
    series = {line["name"]: line for line in shown["series"]}
    assert list(series) == [
        "temperature_celsius",
        "humidity_percent",
        "setpoint_celsius",
        "power_watts",
        "wanted_celsius",
        "outdoor_celsius",
    ]
    assert series["temperature_celsius"]["points"] == [
        ["2026-07-14T03:40:00Z", 26.4],
        ["2026-07-14T03:50:00Z", None],
    ]
    assert series["outdoor_celsius"]["points"] == [["2026-07-14T03:40:00Z", 33.0]]
    assert [line["name"] for line in shown["series"] if line["step"]] == [
        "setpoint_celsius",
        "wanted_celsius",
    ]
    assert shown["forecast"] == [["2026-07-14T04:10:00Z", 25.0, 25.5, 26.0]]
    assert shown["windows_open"] == [
        ["2026-07-14T03:30:00Z", "2026-07-14T03:40:00Z"],
        ["2026-07-14T04:00:00Z", None],
    ]
    assert shown["eta"] == {
        "at": "2026-07-14T08:00:00Z",
        "earliest": "2026-07-14T06:30:00Z",
        "latest": "2026-07-14T09:30:00Z",
        "share_percent": 90,
        "middle": None,
        "likely_from": None,
        "likely_until": None,
    }
    assert shown["plant_off"] == []
    assert [(e["kind"], e["code"], e["values"]) for e in shown["events"]] == [
        ("door", "door_opened", {"by": "staff"})
    ]
    assert shown["plan"]["stay_id"] == stay.id


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (local(13), local(12), "bad_span"),
        (local(12) - timedelta(days=36), local(12), "span_too_long"),
        (local(12), local(12) + timedelta(days=3), "too_far_ahead"),
    ],
)
def test_a_history_has_bounds(house: DeskHouse, start: datetime, end: datetime, code: str) -> None:
    params = {"from": start.isoformat(), "to": end.isoformat()}
    answer = house.client().get("/api/rooms/412/history", params=params)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert house.client().get("/api/rooms/999/history").status_code == 404


def test_a_window_that_falls_silent_is_not_open_for_ever() -> None:
    at = [local(12) + timedelta(minutes=m) for m in range(5)]
    assert open_stretches([(at[0], 1.0), (at[1], None)], False) == [(at[0], at[1])]
    assert open_stretches([(at[0], 0.5), (at[1], 1.0)], False) == [(at[0], None)]
    assert open_stretches([(at[0], 1.0), (at[1], 1.0)], True) == [(at[0], at[1])]
    assert open_stretches([], False) == []


def test_a_thousand_rooms_take_a_handful_of_queries(database: Database, clock: ManualClock) -> None:
    house = DeskHouse(database, clock, rooms_to_build=1000)
    with house.database.read() as session:
        from hotel.rooms import all_rooms

        numbers = [room.number for room in all_rooms(session, "main")][:700]
    lines = [f"{number},2026-07-14,2026-07-16" for number in numbers]
    with house.database.write() as tx:
        text = "room,arrival_date,departure_date\n" + "\n".join(lines)
        assert house.desk.import_stays(tx, DESK, text, False).imported == 700
    client = house.client(ATTENDANT)
    queries: list[str] = []
    event.listen(
        house.database.reader,
        "before_cursor_execute",
        lambda _c, _u, statement, *_: queries.append(statement),
    )
    client.get("/api/rooms")
    queries.clear()
    answer = client.get("/api/rooms")
    assert len(answer.json()["items"]) == 1004
    assert sum("SELECT" in query for query in queries) <= 10
