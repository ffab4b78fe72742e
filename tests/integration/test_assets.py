"""The registry over HTTP and beside the devices: nothing lost, nobody overwritten, both sides told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from hotel.clock import ManualClock
from hotel.database import Database
from hotel.files import Photo, put_document, put_photo
from hotel.messages import AssetChanged, DeviceChanged
from maintenance.assets_follower import AssetFollower
from maintenance.assets_following import Apparatus, ApparatusPart
from tests.desk_house import ATTENDANT, DESK, ENGINEER, MANAGER, SUPERVISOR, DeskHouse

AC = Apparatus(
    key="ac-412",
    name="Air conditioner 412",
    maker="Hisense",
    model="INV26",
    serial="S1",
    software="2.4",
    room="412",
    via="bridge",
    parts=(ApparatusPart("e1", "air_conditioner", "climate"), ApparatusPart("e2", "power", "sensor")),
)
SENSOR = Apparatus(
    key="th-413",
    name="Climate 413",
    maker=None,
    model=None,
    serial=None,
    software=None,
    room="413",
    via="bridge",
    parts=(ApparatusPart("e3", "room_temperature", "sensor"),),
)


class Devices:
    """The devices that are approved, as a test says."""

    def __init__(self, *things: Apparatus) -> None:
        self.things = list(things)

    def apparatuses(self) -> list[Apparatus]:
        return self.things


@pytest.fixture
def house(database: Database, clock: ManualClock) -> DeskHouse:
    return DeskHouse(database, clock)


def follower(house: DeskHouse, *things: Apparatus) -> tuple[AssetFollower, Devices]:
    devices = Devices(*things)
    made = AssetFollower(house.database, devices, house.assets)
    made.beat()
    return made, devices


def assets(house: DeskHouse, **wanted: Any) -> list[dict[str, Any]]:
    answer = house.client(DESK).get("/api/assets", params=wanted)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def show(house: DeskHouse, asset: str) -> dict[str, Any]:
    found: dict[str, Any] = house.client(ENGINEER).get(f"/api/assets/{asset}").json()
    return found


def make(house: DeskHouse, **said: Any) -> dict[str, Any]:
    answer = house.client(ENGINEER).post("/api/assets", json={"kind": "split_ac", "name": "Boiler", **said})
    return {"status": answer.status_code, **answer.json()}


def edit(house: DeskHouse, asset: str, version: int, **said: Any) -> dict[str, Any]:
    headers = {"If-Match": f'"{version}"'}
    answer = house.client(ENGINEER).patch(f"/api/assets/{asset}", json=said, headers=headers)
    return {"status": answer.status_code, **answer.json()}


def report(house: DeskHouse, **more: Any) -> dict[str, Any]:
    body = {"kind": "air_conditioning", "text": "Warm", **more}
    answer = house.client(ATTENDANT).post("/api/fault-reports", json=body)
    return {"status": answer.status_code, **answer.json()}


def ticket(house: DeskHouse, ticket_id: str) -> dict[str, Any]:
    found: dict[str, Any] = house.client(ENGINEER).get(f"/api/tickets/{ticket_id}").json()
    return found


def of_device(house: DeskHouse, device: str = "e1") -> dict[str, Any]:
    return next(one for one in assets(house) if one["device_id"] == device)


def test_approved_devices_become_assets_under_their_gateway_by_themselves(house: DeskHouse) -> None:
    follower(house, AC, SENSOR)
    names = {one["name"]: one for one in assets(house)}
    assert set(names) == {"Air conditioner 412", "Climate 413", "bridge"}
    unit = show(house, names["Air conditioner 412"]["id"])
    assert (unit["maker"], unit["model"], unit["serial"], unit["software"]) == (
        "Hisense",
        "INV26",
        "S1",
        "2.4",
    )
    assert (unit["room"], unit["kind"], unit["source"]) == ("412", "split_ac", "device")
    assert unit["parent"]["name"] == "bridge"
    assert {child["name"] for child in show(house, unit["parent_id"])["children"]} == {
        "Air conditioner 412",
        "Climate 413",
    }
    assert AssetChanged(unit["id"]) in house.told()


def test_what_a_person_sets_stays_and_what_the_device_says_anew_is_taken(house: DeskHouse) -> None:
    following, devices = follower(house, AC)
    unit = of_device(house)
    edited = edit(house, unit["id"], show(house, unit["id"])["version"], name="By the window")
    assert edited["name"] == "By the window"
    devices.things = [replace(AC, name="Air conditioner", software="2.5")]
    following.handle(DeviceChanged("e1", "412"))
    following.beat()
    now = show(house, unit["id"])
    assert (now["name"], now["software"]) == ("By the window", "2.5")


def test_a_device_that_vanishes_keeps_its_asset_and_another_place_is_followed(house: DeskHouse) -> None:
    following, devices = follower(house, AC)
    unit = of_device(house)["id"]
    devices.things = []
    assert following.look() == 2  # the gateway has nobody left that tells of it
    assert show(house, unit)["gone_since"] is not None
    devices.things = [replace(AC, room="414")]
    following.look()
    now = show(house, unit)
    assert (now["gone_since"], now["room"]) == (None, "414")
    assert following.look() == 0
    actions = [one["action"] for one in timeline(house, unit)]
    assert set(actions) == {"made", "device_gone", "device_back", "moved"}


def timeline(house: DeskHouse, asset: str, **more: Any) -> list[dict[str, Any]]:
    answer = house.client(DESK).get(f"/api/assets/{asset}/timeline", params=more)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def test_nothing_is_asked_of_the_tables_without_news(house: DeskHouse) -> None:
    following, devices = follower(house, AC)
    devices.things = [AC, SENSOR]
    following.beat()
    assert len(assets(house)) == 2
    following.handle(DeviceChanged("e3", "413"))
    following.beat()
    assert len(assets(house)) == 3


def test_by_hand_with_checks_and_two_editors(house: DeskHouse) -> None:
    made = make(house, room="412", price_cents=420000, installed_on="2020-05-01", warranty_until="2022-05-01")
    assert (made["status"], made["in_warranty"], made["key"]) == (201, False, f"asset/{made['id']}")
    assert (made["expected_life_years"], made["life_source"]) == (15.0, "ashrae")
    assert make(house, price_cents=-1)["code"] == "bad_price"
    assert make(house, life_years=-1)["code"] == "bad_life"
    assert make(house, room="999")["status"] == 404
    assert make(house, room="412", area="Roof")["code"] == "one_place"
    assert edit(house, made["id"], made["version"], warranty_until="2019-01-01")["code"] == (
        "warranty_before_installed"
    )
    assert edit(house, made["id"], made["version"], model="B-200")["model"] == "B-200"
    assert edit(house, made["id"], made["version"], model="B-300")["status"] == 412
    assert show(house, made["id"])["model"] == "B-200"
    child = make(house, parent_id=made["id"])
    assert child["parent"]["id"] == made["id"]
    again = edit(house, made["id"], show(house, made["id"])["version"], parent_id=child["id"])
    assert again["code"] == "parent_of_itself"


def test_a_list_is_searched_filtered_and_paged(house: DeskHouse) -> None:
    for number in range(5):
        make(
            house,
            name=f"Unit {number}",
            room="412" if number % 2 else "413",
            model="M1",
            serial=f"X{number}_",
        )
    make(house, name="Boiler", kind="heater", warranty_until="2026-08-01")
    assert [one["name"] for one in assets(house, room="412")] == ["Unit 1", "Unit 3"]
    assert [one["name"] for one in assets(house, search="x3_")] == ["Unit 3"]
    assert assets(house, search="%") == []
    assert [one["name"] for one in assets(house, kind="heater")] == ["Boiler"]
    assert [one["name"] for one in assets(house, warranty_days=30)] == ["Boiler"]
    assert assets(house, warranty_days=5) == []
    seen, after = [], None
    while True:
        wanted = {"limit": 2, "model": "M1"} | ({"after": after} if after else {})
        page = house.client(DESK).get("/api/assets", params=wanted).json()
        seen += [one["name"] for one in page["items"]]
        if (after := page["next"]) is None:
            break
    assert seen == [f"Unit {number}" for number in range(5)]
    assert house.client(DESK).get("/api/assets", params={"after": "x"}).status_code == 422
    assert house.client(DESK).get("/api/assets/models").json()["items"] == ["M1"]


def test_a_ticket_names_its_asset_and_the_asset_its_tickets(house: DeskHouse) -> None:
    follower(house, AC)
    unit = of_device(house)
    version = show(house, unit["id"])["version"]
    edit(house, unit["id"], version, warranty_until="2027-01-01")
    made = report(house, asset_id=unit["id"])
    assert (made["status"], made["room"]) == (201, "412")
    told = ticket(house, made["ticket_id"])
    assert (told["asset"]["id"], told["asset"]["in_warranty"], told["asset_id"]) == (
        unit["id"],
        True,
        "device/e1",
    )
    # The house finds a fault of another part of the same apparatus: the same asset.
    with house.database.write() as tx:
        house.tickets.desk.open_for_fault(
            tx,
            fault="low_battery",
            asset_key="device/e2",
            room="412",
            evidence=[],
            safety=False,
            at=house.clock.now(),
        )
    shown = show(house, unit["id"])
    assert {one["title_code"] for one in shown["tickets"]} == {"report.air_conditioning", "fault.low_battery"}
    assert shown["open_tickets"] == 2
    assert of_device(house)["open_tickets"] == 2
    cost = {"kind": "part", "what": "Fan", "quantity": 1, "cost_cents": 4550}
    house.client(ENGINEER).post(f"/api/tickets/{made['ticket_id']}/costs", json=cost)
    work = {"kind": "work", "quantity": 40, "cost_cents": 2000}
    house.client(ENGINEER).post(f"/api/tickets/{made['ticket_id']}/costs", json=work)
    costs = show(house, unit["id"])["costs"]
    assert (costs["part_cents"], costs["work_minutes"], costs["total_cents"]) == (4550, 40.0, 6550)
    assert {"report", "cost", "made", "edited"} <= {one["action"] for one in timeline(house, unit["id"])}


def test_an_asset_that_moves_in_the_middle_of_a_ticket_leaves_the_ticket_where_it_was(
    house: DeskHouse,
) -> None:
    follower(house, AC)
    unit = of_device(house)["id"]
    made = report(house, asset_id=unit)["ticket_id"]
    moved = house.client(ENGINEER).post(f"/api/assets/{unit}/move", json={"room": "414"})
    assert moved.json()["room"] == "414"
    now = ticket(house, made)
    assert (now["room"], now["asset"]["room"], now["asset"]["elsewhere"]) == ("412", "414", True)
    steps = house.client(ENGINEER).get(f"/api/tickets/{made}/history").json()["items"]
    assert steps[-1]["action"] == "asset_moved"
    assert steps[-1]["detail"]["from_room"] == "412"
    again = house.client(ENGINEER).post(f"/api/assets/{unit}/move", json={"room": "414"})
    assert (again.status_code, again.json()["code"]) == (409, "there_already")
    # In the store it is in nobody's room; a fault of it there is still a ticket.
    house.client(ENGINEER).post(f"/api/assets/{unit}/move", json={})
    assert report(house, asset_id=unit)["area"] == "Air conditioner 412"


def test_an_asset_with_open_tickets_is_not_taken_out(house: DeskHouse) -> None:
    unit = make(house, room="412")
    made = report(house, asset_id=unit["id"])["ticket_id"]
    client, headers = house.client(ENGINEER), {"If-Match": f'"{unit["version"]}"'}
    refused = client.delete(f"/api/assets/{unit['id']}", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "asset_has_tickets")
    assert [one["id"] for one in refused.json()["values"]["tickets"]] == [made]
    client.post(f"/api/tickets/{made}/actions", json={"action": "cancel", "reason": "Not so"})
    child = make(house, parent_id=unit["id"])
    assert client.delete(f"/api/assets/{unit['id']}", headers=headers).status_code == 204
    assert client.get(f"/api/assets/{unit['id']}").status_code == 404
    assert show(house, child["id"])["parent"] is None
    # The ticket stays, and says what it knew.
    assert ticket(house, made)["asset"] is None


def test_an_asset_whose_device_is_in_use_would_come_back_and_is_not_taken_out(house: DeskHouse) -> None:
    follower(house, AC)
    unit = show(house, of_device(house)["id"])
    headers = {"If-Match": f'"{unit["version"]}"'}
    refused = house.client(MANAGER).delete(f"/api/assets/{unit['id']}", headers=headers)
    assert refused.json()["code"] == "device_still_there"


def test_documents_and_parts(house: DeskHouse) -> None:
    unit = make(house, model="M1")
    twin = make(house, model="M1", name="Another")
    client = house.client(ENGINEER)
    with house.database.write() as tx:
        manual = put_document(tx, ENGINEER, b"%PDF-1.7 manual")
        plate = put_photo(tx, ENGINEER, Photo(b"jpeg", 4, 3))
    for file_id, title in ((manual, "Manual"), (plate, "Plate")):
        added = client.post(f"/api/assets/{unit['id']}/documents", json={"file_id": file_id, "title": title})
        assert added.status_code == 201
    documents = show(house, unit["id"])["documents"]
    assert [(one["title"], one["media_type"]) for one in documents] == [
        ("Manual", "application/pdf"),
        ("Plate", "image/jpeg"),
    ]
    missing = client.post(f"/api/assets/{unit['id']}/documents", json={"file_id": "nothing", "title": "?"})
    assert missing.json()["code"] == "unknown_photo"
    gone = client.delete(f"/api/assets/{unit['id']}/documents/{documents[0]['id']}").json()
    assert len(gone["documents"]) == 1
    # A document is no photo of a ticket.
    assert report(house, room="412", photos=[manual])["code"] == "unknown_photo"
    part = {"name": "Filter", "number": "F-1", "price_cents": 1250, "for_model": True}
    assert client.post(f"/api/assets/{unit['id']}/parts", json=part).status_code == 201
    assert [one["name"] for one in show(house, twin["id"])["parts"]] == ["Filter"]
    bad = client.post(f"/api/assets/{unit['id']}/parts", json={**part, "price_cents": -1})
    assert bad.json()["code"] == "bad_price"


def test_a_scanned_label_opens_its_asset_and_an_unknown_one_says_so(house: DeskHouse) -> None:
    unit = make(house, room="412", serial="S-7")
    label = house.client(ENGINEER).get("/api/qr/assets", params={"asset_id": unit["id"]}).json()["items"][0]
    assert label["url"].endswith(f"/scan/asset/{unit['id']}")
    assert label["qr"].startswith("data:image/svg+xml")
    made = report(house, asset_id=unit["id"])["ticket_id"]
    scanned = house.client(ATTENDANT).get(f"/api/scan/asset/{unit['id']}").json()
    assert (scanned["asset"]["name"], scanned["room"]) == ("Boiler", "412")
    assert [one["id"] for one in scanned["tickets"]] == [made]
    unknown = house.client(ATTENDANT).get("/api/scan/asset/nothing")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_code")
    assert report(house, asset_id="nothing")["code"] == "unknown_asset"


def test_an_engineer_says_which_asset_a_ticket_of_people_is_about(house: DeskHouse) -> None:
    unit = make(house, room="412")
    made = report(house, room="412")["ticket_id"]
    client = house.client(ENGINEER)

    def name(asset_id: str | None) -> Any:
        version = ticket(house, made)["version"]
        return client.patch(
            f"/api/tickets/{made}", json={"asset_id": asset_id}, headers={"If-Match": f'"{version}"'}
        ).json()

    assert name(unit["id"])["asset"]["id"] == unit["id"]
    assert name("nothing")["code"] == "unknown_asset"
    assert name(None)["asset"] is None


def test_only_engineers_and_managers_change_the_registry(house: DeskHouse) -> None:
    unit = make(house)["id"]
    for actor in (DESK, SUPERVISOR):
        assert house.client(actor).get(f"/api/assets/{unit}").status_code == 200
        refused = house.client(actor).post("/api/assets", json={"kind": "other", "name": "X"})
        assert (refused.status_code, refused.json()["code"]) == (403, "not_for_role")
        assert house.client(actor).post(f"/api/assets/{unit}/move", json={"room": "412"}).status_code == 403


def test_the_locked_asset_says_so_and_is_not_taken_out(house: DeskHouse) -> None:
    follower(house, AC, SENSOR)
    unit = of_device(house)
    gateway = show(house, show(house, unit["id"])["parent_id"])
    assert show(house, unit["id"])["lock_asset_id"] == "device/e1"
    assert gateway["lock_asset_id"] == "gateway/bridge"
    with house.database.write() as tx:
        house.locks.lock_out(tx, ENGINEER, "gateway/bridge", "rewiring", None)
    # What hangs on it is isolated with it.
    assert show(house, unit["id"])["lock_out"]["reason"] == "rewiring"
    assert "never replaces" in show(house, gateway["id"])["lock_out"]["warning"]


def test_an_engineer_isolates_an_asset_without_a_ticket_and_gives_it_back(house: DeskHouse) -> None:
    follower(house, AC, SENSOR)
    unit = of_device(house)["id"]
    client = house.client(ENGINEER)
    ticket_id = report(house, asset_id=unit)["ticket_id"]
    assert house.client(DESK).post(f"/api/assets/{unit}/lock-out", json={"reason": "x"}).status_code == 403
    locked = client.post(f"/api/assets/{unit}/lock-out", json={"reason": "fan out"})
    assert locked.status_code == 200, locked.text
    lock = locked.json()["lock_out"]
    assert (lock["asset_id"], lock["reason"], lock["ticket_id"]) == ("device/e1", "fan out", None)
    assert "never replaces" in lock["warning"]
    # Who works on the ticket is told, though it was not locked out for it.
    assert ticket(house, ticket_id)["lock_out"]["reason"] == "fan out"
    assert client.delete(f"/api/assets/{unit}/lock-out").json()["lock_out"] is None
    again = client.delete(f"/api/assets/{unit}/lock-out")
    assert (again.status_code, again.json()["code"]) == (404, "not_locked_out")
    past = client.get(f"/api/assets/{unit}/timeline").json()["items"]
    own = [(one["action"], one["by"]) for one in past if one["ticket_id"] is None]
    assert own[:2] == [("lock_release", ENGINEER.name), ("lock_out", ENGINEER.name)]
    # A gateway's is everything that hangs on it; a bed is sent nothing anyway.
    gateway = show(house, unit)["parent_id"]
    assert (
        client.post(f"/api/assets/{gateway}/lock-out", json={"reason": "rewiring"}).json()["lock_out"][
            "asset_id"
        ]
        == "gateway/bridge"
    )
    bed = make(house, kind="furniture", name="Bed", room="412")["id"]
    refused = client.post(f"/api/assets/{bed}/lock-out", json={"reason": "x"})
    assert (refused.status_code, refused.json()["code"]) == (422, "nothing_to_lock")


def test_what_was_locked_out_for_a_ticket_is_released_from_its_asset_and_the_ticket_hears(
    house: DeskHouse,
) -> None:
    follower(house, AC)
    unit = of_device(house)["id"]
    client = house.client(ENGINEER)
    ticket_id = report(house, asset_id=unit)["ticket_id"]
    client.post(f"/api/tickets/{ticket_id}/actions", json={"action": "accept"})
    client.post(f"/api/tickets/{ticket_id}/lock-out", json={"reason": "wiring"})
    assert client.delete(f"/api/assets/{unit}/lock-out").status_code == 200
    steps = client.get(f"/api/tickets/{ticket_id}/history").json()["items"]
    assert [step["action"] for step in steps[-2:]] == ["lock_out", "lock_release"]


def test_an_asset_goes_with_its_device_in_the_middle_of_a_ticket(house: DeskHouse) -> None:
    follower(house, AC)
    unit = of_device(house)["id"]
    client = house.client(ENGINEER)
    ticket_id = report(house, asset_id=unit)["ticket_id"]
    moved = client.post(f"/api/assets/{unit}/move", json={"room": "414", "with_device": True}).json()
    assert (moved["room"], moved["device_room"]) == ("414", "414")
    assert house.places.placed == [("ac-412", "412", "414")]
    assert ticket(house, ticket_id)["room"] == "412"
    assert ticket(house, ticket_id)["asset"]["elsewhere"]
    # Its device alone, that was left behind before.
    client.post(f"/api/assets/{unit}/move", json={"room": "413"})
    left = show(house, unit)
    assert (left["room"], left["device_room"]) == ("413", "414")
    after = client.post(f"/api/assets/{unit}/move", json={"room": "413", "with_device": True})
    assert after.json()["device_room"] == "413"
    # To the store: the device waits for approval again.
    client.post(f"/api/assets/{unit}/move", json={"with_device": True})
    assert house.places.placed[-2:] == [("ac-412", "414", "413"), ("ac-412", "413", None)]
    assert show(house, unit)["device_room"] is None
    refused = client.post(f"/api/assets/{unit}/move", json={"with_device": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "there_already")


def test_the_day_of_a_warranty_is_the_hotel_s(house: DeskHouse) -> None:
    unit = make(house, warranty_until="2026-07-14")["id"]
    house.clock.advance((datetime(2026, 7, 14, 15, 59, tzinfo=UTC) - house.clock.now()).total_seconds())
    assert show(house, unit)["in_warranty"] is True
    house.clock.advance(120)  # midnight in Shanghai
    assert show(house, unit)["in_warranty"] is False


HEADER = "name,kind,serial,maker,room,price,installed_on\n"


def load(house: DeskHouse, text: str, *, apply: bool = True) -> dict[str, Any]:
    answer = house.client(ENGINEER).post(
        "/api/assets/import",
        params={"apply": apply},
        content=text.encode(),
        headers={"Content-Type": "text/csv"},
    )
    return {"status": answer.status_code, **answer.json()}


def test_a_file_is_taken_whole_or_not_at_all_and_says_why_by_line(house: DeskHouse) -> None:
    bad = HEADER + (
        "Boiler,heater,B-1,Viessmann,412,4200.50,2020-05-01\n"
        "Pump,plumbing,,,999,10,\n"
        "Fan,fan,,,412,-1,\n"
        "Bed,furniture,,,,cheap,\n"
        "Box,spaceship,,,,,\n"
        "Lamp,light,B-1,Viessmann,,,\n"
        "Desk,furniture,,,,,yesterday\n"
    )
    told = load(house, bad)
    assert (told["applied"], told["counts"]) == (False, {"make": 1, "refused": 6})
    assert [(line["line"], line["code"]) for line in told["lines"] if line["outcome"] == "refused"] == [
        (3, "unknown_room"),
        (4, "bad_price"),
        (5, "not_a_number"),
        (6, "unknown_kind"),
        (7, "asset_twice"),
        (8, "bad_day"),
    ]
    assert assets(house) == []
    good = HEADER + "Boiler,heater,B-1,Viessmann,412,4200.50,2020-05-01\n"
    assert load(house, good, apply=False)["applied"] is False
    assert assets(house) == []
    assert load(house, good)["counts"] == {"make": 1}
    (boiler,) = assets(house)
    assert (boiler["price_cents"], boiler["source"], boiler["room"]) == (420050, "csv", "412")
    # The same file again changes nothing; another room in it is a move.
    assert load(house, good)["counts"] == {"unchanged": 1}
    assert load(house, good.replace("412", "413"))["counts"] == {"update": 1}
    assert "moved" in {one["action"] for one in timeline(house, boiler["id"])}


def test_what_is_given_out_can_be_brought_back_and_runs_in_no_spreadsheet(house: DeskHouse) -> None:
    evil = make(house, name="=HYPERLINK(1)", room="412", price_cents=12345, note="-1")
    make(house, name="Child", parent_id=evil["id"], life_years=7.5, warranty_until="2027-01-01")
    answer = house.client(DESK).get("/api/exports/assets", params={"format": "csv"})
    assert "'=HYPERLINK(1)" in answer.text
    told = load(house, answer.text)
    assert told["counts"] == {"unchanged": 2}, told
    renamed = load(house, answer.text.replace("Child", "Grandchild"))
    assert renamed["counts"] == {"unchanged": 1, "update": 1}
    assert {one["name"] for one in assets(house)} == {"=HYPERLINK(1)", "Grandchild"}
    xlsx = house.client(DESK).get("/api/exports/assets", params={"format": "xlsx"})
    assert xlsx.content.startswith(b"PK")


def test_a_file_without_its_columns_or_by_whom_it_may_not_is_refused(house: DeskHouse) -> None:
    assert load(house, "name,colour\nBoiler,red\n")["code"] == "unknown_column"
    assert load(house, "name\nBoiler\n")["code"] == "missing_column"
    refused = house.client(DESK).post("/api/assets/import", params={"apply": True}, content=HEADER.encode())
    assert refused.status_code == 403


def test_many_devices_at_once_are_entered_in_parts_and_all_hang_where_they_belong(
    house: DeskHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maintenance.assets_follower.AT_ONCE", 2)
    panel = replace(
        SENSOR, key="zz-panel", via="bridge", parts=(ApparatusPart("p1", "make_up_room", "switch"),)
    )
    behind = [
        replace(SENSOR, key=f"s{n}", via="zz-panel", parts=(ApparatusPart(f"s{n}", "other", "sensor"),))
        for n in range(4)
    ]
    following, _ = follower(house, *behind, panel)
    following.beat()
    assert following.look() == 0
    above = {one["identifier"]: one["parent_id"] for one in assets(house)}
    ids = {one["identifier"]: one["id"] for one in assets(house)}
    assert above["zz-panel"] == ids["bridge"]
    assert {above[f"s{n}"] for n in range(4)} == {ids["zz-panel"]}
