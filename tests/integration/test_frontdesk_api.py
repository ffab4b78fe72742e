"""The desk over HTTP: shapes, versions, replays, refusals that say what is allowed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from hotel.clock import ManualClock
from hotel.database import Database
from tests.desk_house import ATTENDANT, DESK, ENGINEER, MANAGER, SUPERVISOR, TODAY, DeskHouse, local

WEI = {"given_name": "Wei", "family_name": "Chen", "language": "zh-CN"}
TOMORROW = (TODAY + timedelta(days=1)).isoformat()


@pytest.fixture
def house(database: Database, clock: ManualClock) -> DeskHouse:
    return DeskHouse(database, clock)


@pytest.fixture
def desk(house: DeskHouse) -> TestClient:
    return house.client()


def booked(desk: TestClient, **more: Any) -> dict[str, Any]:
    body = {
        "room": "412",
        "arrival_date": TODAY.isoformat(),
        "departure_date": TOMORROW,
        "guest": WEI,
        **more,
    }
    answer = desk.post("/api/stays", json=body)
    assert answer.status_code == 201, answer.text
    stay: dict[str, Any] = answer.json()
    return stay


def test_a_stay_has_the_agreed_shape(desk: TestClient) -> None:
    stay = booked(desk, eta=local(16).isoformat(), vip=True, confirmation="C1")
    guest_id = stay["guests"][0]["id"]
    assert stay == {
        "id": stay["id"],
        "confirmation": "C1",
        "state": "reserved",
        "room": "412",
        "room_type": "KING",
        "arrival_date": "2026-07-14",
        "departure_date": "2026-07-15",
        "eta": "2026-07-14T08:00:00Z",
        "eta_source": "booking",
        "etd": "2026-07-15T03:00:00Z",
        "adults": 1,
        "children": 0,
        "vip": True,
        "day_use": False,
        "booking_id": "C1",
        "channel": None,
        "shares_with": [],
        "guests": [{"id": guest_id, "name": "Wei Chen", "primary": True}],
        "checked_in_at": None,
        "checked_out_at": None,
        "queue_since": None,
        "version": 1,
        "unready_reason": None,
        "undo": None,
    }
    shown = desk.get(f"/api/stays/{stay['id']}")
    assert (shown.json(), shown.headers["ETag"]) == (stay, '"1"')
    listed = desk.get("/api/stays", params={"date": TODAY.isoformat(), "q": "chen"}).json()
    assert listed == {"items": [stay], "next": None}


def test_a_days_work(desk: TestClient, house: DeskHouse) -> None:
    stay = booked(desk)
    path = f"/api/stays/{stay['id']}"
    edited = desk.patch(path, json={"eta": local(14).isoformat()}, headers={"If-Match": '"1"'})
    assert (edited.status_code, edited.headers["ETag"]) == (200, '"2"')
    assert (edited.json()["eta"], edited.json()["eta_source"]) == ("2026-07-14T06:00:00Z", "desk")
    assert desk.post(f"{path}/queue").json()["queue_since"] == "2026-07-14T04:00:00Z"
    assert desk.delete(f"{path}/queue").json()["queue_since"] is None
    states = []
    for action, body in (
        ("check-in", None),
        ("move", {"room": "411"}),
        ("check-out", None),
        ("undo", None),
        ("undo", None),
        ("undo", None),
        ("no-show", None),
        ("undo", None),
        ("cancel", None),
    ):
        answer = desk.post(f"{path}/{action}", json=body)
        assert answer.status_code == 200, answer.text
        states.append((answer.json()["state"], answer.json()["room"], answer.json()["undo"]))
    assert states == [
        ("checked_in", "412", {"action": "check_in"}),
        ("checked_in", "411", {"action": "move"}),
        ("checked_out", "411", {"action": "check_out"}),
        ("checked_in", "411", {"action": "move"}),
        ("checked_in", "412", {"action": "check_in"}),
        ("reserved", "412", None),
        ("no_show", "412", {"action": "no_show"}),
        ("reserved", "412", None),
        ("cancelled", "412", {"action": "cancel"}),
    ]
    history = desk.get(f"{path}/eta-history").json()["items"]
    assert [(entry["eta"], entry["source"], entry["by"]) for entry in history] == [
        ("2026-07-14T06:00:00Z", "desk", DESK.name)
    ]


def test_a_replay_has_one_effect_and_the_first_answer(desk: TestClient, house: DeskHouse) -> None:
    key = {"Idempotency-Key": "k1"}
    body = {"room": "412", "arrival_date": TODAY.isoformat(), "departure_date": TOMORROW, "guest": WEI}
    first = desk.post("/api/stays", json=body, headers=key)
    again = desk.post("/api/stays", json=body, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(desk.get("/api/stays").json()["items"]) == 1
    assert len(desk.get("/api/guests").json()["items"]) == 1

    path = f"/api/stays/{first.json()['id']}/check-in"
    arrived = desk.post(path, headers={"Idempotency-Key": "k2"})
    house.pass_time(1)
    assert desk.post(path, headers={"Idempotency-Key": "k2"}).json() == arrived.json()
    other = desk.post(path, headers={"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert desk.post(path).json()["code"] == "not_in_this_state"
    guest = desk.post("/api/guests", json=WEI, headers={"Idempotency-Key": "k3"}).json()
    assert desk.post("/api/guests", json=WEI, headers={"Idempotency-Key": "k3"}).json() == guest


def test_edits_say_which_version_they_saw(desk: TestClient) -> None:
    stay = booked(desk)
    path = f"/api/stays/{stay['id']}"
    assert desk.patch(path, json={"vip": True}).status_code == 428
    assert desk.patch(path, json={"vip": True}, headers={"If-Match": "x"}).status_code == 422
    assert desk.patch(path, json={"vip": True}, headers={"If-Match": '"1"'}).status_code == 200
    stale = desk.patch(path, json={"vip": False}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["values"]["current"]) == (412, 2)
    assert desk.put(f"{path}/preferences", json={"items": []}).status_code == 428


def test_five_degrees_and_an_eta_in_the_past_are_refused_with_the_range(desk: TestClient) -> None:
    stay = booked(desk)
    path = f"/api/stays/{stay['id']}"
    cold = desk.put(
        f"{path}/preferences",
        json={"items": [{"key": "cooling_celsius", "value": 5}]},
        headers={"If-Match": '"1"'},
    )
    assert cold.status_code == 422
    assert cold.json()["values"] == {
        "field": "cooling_celsius",
        "low": 18,
        "high": 28,
        "unit": "°C",
        "value": 5.0,
    }
    past = desk.patch(path, json={"eta": local(9).isoformat()}, headers={"If-Match": '"1"'})
    assert (past.status_code, past.json()["code"]) == (422, "eta_in_past")
    assert past.json()["values"]["allowed_from"] == "2026-07-14T03:50:00+00:00"
    nonsense = desk.patch(path, json={"etta": "16:00"}, headers={"If-Match": '"1"'})
    assert nonsense.status_code == 422


def test_wishes_of_the_stay_and_of_the_profile(desk: TestClient) -> None:
    stay = booked(desk)
    guest_path = f"/api/guests/{stay['guests'][0]['id']}/preferences"
    of_profile = desk.put(
        guest_path,
        json={"items": [{"key": "curtain_percent", "value": 50, "source": "learned"}]},
        headers={"If-Match": '"1"'},
    )
    assert (of_profile.status_code, of_profile.headers["ETag"]) == (200, '"2"')
    path = f"/api/stays/{stay['id']}/preferences"
    sent = [
        {"key": "heating_celsius", "value": 22, "source": "guest"},
        {"key": "light_scene", "value": "reading", "source": "desk"},
        {"key": "wish", "value": "a crib", "source": "guest"},
    ]
    put = desk.put(path, json={"items": sent}, headers={"If-Match": '"1"'})
    assert put.headers["ETag"] == '"2"'
    assert desk.get(path).json() == put.json()
    assert put.json()["items"][0] == {
        "key": "heating_celsius",
        "value": 22.0,
        "unit": "°C",
        "source": "guest",
        "scope": "stay",
        "stay_id": stay["id"],
    }
    # An answer can be sent back as it is.
    assert desk.put(path, json=put.json(), headers={"If-Match": '"2"'}).json() == put.json()
    profile = desk.get(guest_path).json()["items"]
    assert [(p["key"], p["value"], p["scope"], p["stay_id"]) for p in profile] == [
        ("curtain_percent", 50.0, "profile", None)
    ]


def test_guests_over_http(desk: TestClient) -> None:
    made = desk.post("/api/guests", json={**WEI, "email": "wei@example.com"})
    assert made.status_code == 201
    path = f"/api/guests/{made.json()['id']}"
    edited = desk.patch(path, json={"phone": "+86 21 1"}, headers={"If-Match": made.headers["ETag"]})
    assert (edited.json()["phone"], edited.json()["version"]) == ("+86 21 1", 2)
    assert desk.get(path).json() == edited.json()
    assert desk.get("/api/guests", params={"q": "chen"}).json()["items"] == [edited.json()]
    assert desk.post("/api/guests", json={}).json()["code"] == "name_needed"


@pytest.mark.parametrize(
    ("actor", "name", "status"),
    [
        (DESK, "Wei Chen", 200),
        (MANAGER, "Wei Chen", 200),
        (SUPERVISOR, "W. C***", 200),
        (ATTENDANT, None, 403),
        (ENGINEER, None, 403),
    ],
)
def test_names_by_role(house: DeskHouse, desk: TestClient, actor: Any, name: str | None, status: int) -> None:
    stay = booked(desk, room="412")
    client = house.client(actor)
    before = len(house.audit("guest.read"))
    shown = client.get(f"/api/stays/{stay['id']}").json()
    assert shown["guests"][0]["name"] == name
    assert client.get("/api/arrivals").json()["items"][0]["guest"] == name
    assert client.get("/api/rooms/412").json()["stays"][0]["guest"] == name
    read = house.audit("guest.read")[before:]
    assert [row.detail["guest_ids"] for row in read] == [[stay["guests"][0]["id"]]] * (3 if name else 0)
    assert {row.actor_id for row in read} <= {actor.id}
    record = client.get(f"/api/guests/{stay['guests'][0]['id']}")
    assert record.status_code == status
    if actor is SUPERVISOR:
        assert (record.json()["given_name"], record.json()["email"]) == ("W.", None)


def test_one_audit_row_for_a_request_however_many_guests(house: DeskHouse, desk: TestClient) -> None:
    for room in ("411", "412", "413"):
        booked(desk, room=room)
    before = len(house.audit("guest.read"))
    items = desk.get("/api/stays").json()["items"]
    (row,) = house.audit("guest.read")[before:]
    assert sorted(row.detail["guest_ids"]) == sorted(item["guests"][0]["id"] for item in items)
    assert (row.detail["purpose"], row.actor_id) == ("stay.list", DESK.id)
    assert "Chen" not in str(row.detail)


def test_pages_follow_each_other(desk: TestClient) -> None:
    for room in ("411", "412", "413"):
        booked(desk, room=room)
    first = desk.get("/api/stays", params={"limit": 2}).json()
    rest = desk.get("/api/stays", params={"limit": 2, "cursor": first["next"]}).json()
    assert [len(first["items"]), len(rest["items"]), rest["next"]] == [2, 1, None]
    assert desk.get("/api/stays", params={"cursor": "nonsense"}).json()["code"] == "bad_cursor"


def test_files_over_http(house: DeskHouse, desk: TestClient) -> None:
    text = "room,arrival_date,departure_date,family_name\n412,2026-07-14,2026-07-15,Chen\n"
    wrong = text + "413,2026-07-15,2026-07-14,Wang\n"
    csv = {"Content-Type": "text/csv"}
    refused = desk.post("/api/stays/import", content=wrong.encode(), headers=csv)
    assert refused.status_code == 422
    assert refused.json()["values"]["errors"][0]["line"] == 3
    assert desk.get("/api/stays").json()["items"] == []
    partial = desk.post("/api/stays/import?partial=true", content=wrong.encode(), headers=csv)
    assert partial.json()["imported"] == 1
    assert [(r["line"], r["field"], r["code"]) for r in partial.json()["refused"]] == [
        (3, "departure_date", "departure_before_arrival")
    ]
    key = {**csv, "Idempotency-Key": "k"}
    more = text.replace("412", "414").encode()
    first = desk.post("/api/stays/import", content=more, headers=key)
    assert desk.post("/api/stays/import", content=more, headers=key).json() == first.json()
    assert len(desk.get("/api/stays").json()["items"]) == 2
    rooms = desk.post("/api/rooms/import", content=b"number,floor,type\n501,5,SUITE\n", headers=csv)
    assert rooms.json() == {"imported": 1, "refused": []}
    too_large = desk.post("/api/rooms/import", content=b"x" * (5 * 1024 * 1024 + 1), headers=csv)
    assert (too_large.status_code, too_large.json()["code"]) == (422, "file_too_large")
