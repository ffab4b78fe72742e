"""Lost and found, minibar, linen and fault reports on a real database, over their routes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from hotel.clock import ManualClock
from hotel.database import Database
from hotel.files import Photo, put_photo
from hotel.messages import FaultReported, LostItemChanged, StockCounted
from tests.desk_house import ATTENDANT, DESK, ENGINEER, SUPERVISOR, TODAY, DeskHouse


@pytest.fixture
def house(database: Database, clock: ManualClock) -> DeskHouse:
    return DeskHouse(database, clock)


@pytest.fixture
def any_house(any_database: Database, clock: ManualClock) -> DeskHouse:
    return DeskHouse(any_database, clock)


def find(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post("/api/lost-and-found", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def act(client: TestClient, item: dict[str, Any], **body: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post(f"/api/lost-and-found/{item['id']}/actions", json=body)
    return answer.status_code, answer.json()


# -- lost and found


def test_a_phone_found_after_check_out_goes_back_to_its_guest(any_house: DeskHouse) -> None:
    house = any_house
    stay = house.check_in(house.expect("412"))
    house.check_out(stay)
    attendant, desk = house.client(ATTENDANT), house.client(DESK)
    item = find(attendant, what="Black phone", category="electronics", room="412")
    assert (item["number"], item["state"], item["stay_id"]) == (1, "found", stay.id)
    assert item["dispose_on"] == (TODAY + timedelta(days=180)).isoformat()
    assert act(attendant, item, action="store", storage_place="Office, shelf 3")[0] == 200
    status, given = act(desk, item, action="hand_over", handed_to="Chen Wei")
    assert (status, given["state"], given["handed_to"]) == (200, "handed_over", "Chen Wei")
    assert [step["action"] for step in given["steps"]] == ["find", "store", "hand_over"]
    told = [m for m in house.told() if isinstance(m, LostItemChanged)]
    assert [m.state for m in told] == ["found", "stored", "handed_over"]


def test_who_got_it_is_sealed_and_shown_only_to_those_who_keep_the_things(house: DeskHouse) -> None:
    desk = house.client(DESK)
    item = find(desk, what="Scarf", category="clothing", area="Lobby", storage_place="Desk")
    assert act(desk, item, action="hand_over", handed_to="Chen Wei")[0] == 200
    with house.database.read() as session:
        kept = session.execute(text("SELECT sealed_handed_to FROM lost_items")).scalar_one()
    assert "Chen" not in kept
    path = f"/api/lost-and-found/{item['id']}"
    assert house.client(ATTENDANT).get(path).json()["handed_to"] is None
    assert house.client(SUPERVISOR).get(path).json()["handed_to"] == "Chen Wei"
    assert house.audit("lost_item.read_receiver")[-1].actor_id == SUPERVISOR.id
    assert desk.get("/api/lost-and-found").json()["items"][0]["handed_to"] is None


def test_a_thing_is_kept_until_its_date_unless_there_is_a_reason(house: DeskHouse) -> None:
    boss = house.client(SUPERVISOR)
    item = find(boss, what="Half a sandwich", category="perishable", room="411", storage_place="Fridge")
    assert act(house.client(ATTENDANT), item, action="dispose", reason="smells")[0] == 403
    status, refused = act(boss, item, action="dispose")
    assert (status, refused["code"]) == (409, "kept_until")
    house.night()
    assert act(boss, item, action="dispose")[1]["state"] == "disposed"
    status, refused = act(boss, item, action="hand_over", handed_to="Li")
    assert (status, refused["code"]) == (409, "impossible_now")
    assert act(boss, item, action="reopen", reason="It was the wrong box")[1]["state"] == "stored"


def test_a_correction_moves_the_date_with_the_kind_of_thing(house: DeskHouse) -> None:
    desk = house.client(DESK)
    item = find(desk, what="Ring", category="other", room="413")
    answer = desk.patch(
        f"/api/lost-and-found/{item['id']}",
        json={"category": "valuable"},
        headers={"If-Match": f'"{item["version"]}"'},
    )
    assert answer.json()["dispose_on"] == (TODAY + timedelta(days=365)).isoformat()
    stale = desk.patch(
        f"/api/lost-and-found/{item['id']}", json={"what": "Gold ring"}, headers={"If-Match": '"1"'}
    )
    assert stale.status_code == 412


def test_a_find_is_written_down_once_however_often_it_is_sent(house: DeskHouse) -> None:
    client = house.client(ATTENDANT)
    for _ in range(2):
        answer = client.post(
            "/api/lost-and-found",
            json={"what": "Charger", "room": "412"},
            headers={"Idempotency-Key": "tap-1", "Operation-Age-Seconds": "7200"},
        )
        assert answer.status_code == 201
    items = client.get("/api/lost-and-found", params={"room": "412"}).json()["items"]
    assert [item["what"] for item in items] == ["Charger"]
    assert items[0]["found_at"] == (house.clock.now() - timedelta(hours=2)).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"what": "Hat"}, "where_needed"),
        ({"what": "Hat", "room": "412", "area": "Lobby"}, "where_needed"),
        ({"what": " ", "room": "412"}, "what_needed"),
        ({"what": "Hat", "room": "999"}, "unknown_room"),
        ({"what": "Hat", "room": "412", "photos": ["nothing"]}, "unknown_photo"),
    ],
)
def test_a_bad_find_is_refused_with_a_sentence(house: DeskHouse, body: dict[str, Any], code: str) -> None:
    answer = house.client(ATTENDANT).post("/api/lost-and-found", json=body)
    assert answer.json()["code"] == code
    assert house.client(ATTENDANT).get("/api/lost-and-found").json()["items"] == []


def test_things_are_found_again_by_words_number_and_pages(any_house: DeskHouse) -> None:
    house = any_house
    client = house.client(DESK)
    for name in ("Blue umbrella", "Red umbrella", "Book 100%"):
        find(client, what=name, area="Lobby")
    first = client.get("/api/lost-and-found", params={"limit": 2}).json()
    assert [item["number"] for item in first["items"]] == [3, 2]
    rest = client.get("/api/lost-and-found", params={"limit": 2, "below": first["next"]}).json()
    assert [item["number"] for item in rest["items"]] == [1]
    words = client.get("/api/lost-and-found", params={"q": "UMBRELLA"}).json()["items"]
    assert [item["number"] for item in words] == [2, 1]
    assert [i["number"] for i in client.get("/api/lost-and-found", params={"q": "%"}).json()["items"]] == [3]
    assert [i["number"] for i in client.get("/api/lost-and-found", params={"q": "#2"}).json()["items"]] == [2]


# -- minibar and linen

WATER = {"code": "water", "name": "Water 0.5 l", "par": 2, "price": "3.50"}
BEER = {"code": "beer", "name": "Beer", "par": 2, "price": "6"}


def stock(house: DeskHouse, name: str, *goods: dict[str, Any]) -> None:
    answer = house.client(SUPERVISOR).put(f"/api/stock/{name}/goods", json={"goods": list(goods)})
    assert answer.status_code == 200, answer.text


def test_a_minibar_count_is_charged_to_who_lives_there(any_house: DeskHouse) -> None:
    house = any_house
    stock(house, "minibar", WATER, BEER)
    stay = house.check_in(house.expect("412"))
    answer = house.client(ATTENDANT).post(
        "/api/stock/minibar/counts", json={"place": "412", "counted": {"water": {"consumed": 2}}}
    )
    count = answer.json()
    assert (answer.status_code, count["charge"], count["stay_id"]) == (201, "7.00", stay.id)
    stock(house, "minibar", {**WATER, "price": "4"})
    kept = house.client(DESK).get("/api/stock/minibar/counts", params={"place": "412"}).json()["items"]
    assert [one["charge"] for one in kept] == ["7.00"], "the price is that of the count"
    assert [m.place for m in house.told() if isinstance(m, StockCounted)] == ["412"]


def test_an_empty_minibar_count_says_that_nothing_is_missing(house: DeskHouse) -> None:
    stock(house, "minibar", WATER)
    answer = house.client(ATTENDANT).post("/api/stock/minibar/counts", json={"place": "411"})
    assert (answer.status_code, answer.json()["lines"], answer.json()["charge"]) == (201, [], "0")


def test_a_tablet_that_was_offline_may_count_what_left_the_list_meanwhile(house: DeskHouse) -> None:
    stock(house, "minibar", WATER, BEER)
    stock(house, "minibar", WATER)
    answer = house.client(ATTENDANT).post(
        "/api/stock/minibar/counts", json={"place": "411", "counted": {"beer": {"consumed": 1}}}
    )
    assert answer.json()["charge"] == "6"


def test_who_counted_takes_it_back_for_two_minutes_and_a_supervisor_at_any_time(house: DeskHouse) -> None:
    stock(house, "minibar", WATER)
    attendant = house.client(ATTENDANT)

    def count() -> str:
        answer = attendant.post("/api/stock/minibar/counts", json={"place": "411"})
        return str(answer.json()["id"])

    quick = attendant.delete(f"/api/stock/counts/{count()}")
    assert (quick.status_code, quick.json()["taken_back"]) == (200, True)
    slow = count()
    house.pass_time(0.05)
    late = attendant.delete(f"/api/stock/counts/{slow}")
    assert (late.status_code, late.json()["code"]) == (403, "too_late_to_undo")
    assert house.client(SUPERVISOR).delete(f"/api/stock/counts/{slow}").status_code == 200
    assert house.client(SUPERVISOR).delete(f"/api/stock/counts/{slow}").json()["code"] == "taken_back"


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("minibar", {"place": "999"}, "unknown_room"),
        ("minibar", {"place": "411", "counted": {"tea": {"consumed": 1}}}, "unknown_good"),
        ("minibar", {"place": "411", "counted": {"water": {"soiled": 1}}}, "unknown_figure"),
        ("minibar", {"place": "411", "counted": {"water": {"consumed": -1}}}, "bad_number"),
        ("linen", {"place": "Floor 4", "counted": {}}, "nothing_counted"),
        ("linen", {"place": " ", "counted": {"towel": {"soiled": 3}}}, "place_needed"),
    ],
)
def test_a_bad_count_is_refused(house: DeskHouse, name: str, body: dict[str, Any], code: str) -> None:
    stock(house, "minibar", WATER)
    stock(house, "linen", {"code": "towel", "name": "Bath towel", "par": 200})
    answer = house.client(ATTENDANT).post(f"/api/stock/{name}/counts", json=body)
    assert answer.json()["code"] == code
    assert house.client(DESK).get(f"/api/stock/{name}/counts").json()["items"] == []


@pytest.mark.parametrize(
    ("good", "code"),
    [
        ({**WATER, "code": "Water!"}, "bad_code"),
        ({**WATER, "price": "1.999"}, "bad_price"),
        ({**WATER, "price": "NaN"}, "bad_price"),
        ({**WATER, "par": 5000}, "bad_par"),
        ({**WATER, "name": ""}, "bad_name"),
    ],
)
def test_a_bad_good_is_refused(house: DeskHouse, good: dict[str, Any], code: str) -> None:
    answer = house.client(SUPERVISOR).put("/api/stock/minibar/goods", json={"goods": [good]})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


# -- faults


def test_a_reported_fault_is_kept_with_its_photo(any_house: DeskHouse) -> None:
    house = any_house
    with house.database.write() as tx:
        photo = put_photo(tx, ATTENDANT, Photo(b"jpeg", 4, 3))
    body = {"kind": "water", "room": "412", "text": "The tap drips", "unsafe": True, "photos": [photo]}
    answer = house.client(ATTENDANT).post("/api/fault-reports", json=body)
    assert (answer.status_code, answer.json()["number"]) == (201, 1)
    listed = house.client(ENGINEER).get("/api/fault-reports", params={"room": "412"}).json()["items"]
    assert [(one["text"], one["by"], one["photos"]) for one in listed] == [
        ("The tap drips", ATTENDANT.name, [photo])
    ]
    assert [m.room for m in house.told() if isinstance(m, FaultReported)] == ["412"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "light"}, "where_needed"),
        ({"kind": "other", "room": "412"}, "what_needed"),
        ({"kind": "light", "room": "999"}, "unknown_room"),
        ({"kind": "light", "area": "x" * 101}, "area_too_long"),
    ],
)
def test_a_bad_report_is_refused(house: DeskHouse, body: dict[str, Any], code: str) -> None:
    assert house.client(ATTENDANT).post("/api/fault-reports", json=body).json()["code"] == code


# -- as files


def test_everything_can_be_had_as_a_file_without_a_receivers_name(house: DeskHouse) -> None:
    stock(house, "minibar", WATER)
    stock(house, "linen", {"code": "towel", "name": "Bath towel", "par": 200})
    attendant, desk = house.client(ATTENDANT), house.client(DESK)
    item = find(desk, what="Scarf", room="412", storage_place="Desk")
    assert act(desk, item, action="hand_over", handed_to="Chen Wei")[0] == 200
    attendant.post("/api/stock/minibar/counts", json={"place": "412", "counted": {"water": {"consumed": 2}}})
    attendant.post("/api/stock/linen/counts", json={"place": "Floor 4", "counted": {"towel": {"soiled": 9}}})
    attendant.post("/api/fault-reports", json={"kind": "light", "room": "411"})
    files = {
        name: desk.get(f"/api/exports/{name}", params={"format": form})
        for name, form in (
            ("lost-and-found", "csv"),
            ("minibar", "csv"),
            ("linen", "csv"),
            ("fault-reports", "csv"),
        )
    }
    assert all(answer.status_code == 200 for answer in files.values())
    assert "Scarf" in files["lost-and-found"].text
    assert "Chen" not in files["lost-and-found"].text
    assert ",water,Water 0.5 l,2,0,3.5,7.0,no" in files["minibar"].text
    assert ",towel,Bath towel,0,9,0,," in files["linen"].text
    assert ",light,411," in files["fault-reports"].text
    assert desk.get("/api/exports/minibar", params={"format": "xlsx"}).content.startswith(b"PK")
