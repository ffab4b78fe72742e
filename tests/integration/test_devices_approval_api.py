"""Approving devices: the inbox, what asks again, trials, tables, and the page of one device."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

import gateway.http.views.devices
from controller import api, devices_api
from controller.entities import Component, EntityDescription
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Refused
from tests.controller_world import DESK, ENGINEER, House, entity

LAMP = "light/n/lamp"


class Inbox:
    """A house where new devices wait, and an engineer's way to it."""

    def __init__(self, house: House) -> None:
        self.house = house
        app = FastAPI()

        @app.middleware("http")
        async def sign_in(request: Request, call_next):  # type: ignore[no-untyped-def]
            request.state.actor = DESK if request.headers.get("X-Desk") else ENGINEER
            return await call_next(request)

        @app.exception_handler(Refused)
        def refuse(_: Request, refused: Refused) -> JSONResponse:
            return JSONResponse({"code": refused.code, "values": refused.values}, refused.status)

        for module in (api, devices_api):
            app.include_router(module.routes(house.service, house.database))
        troubles = {LAMP: SimpleNamespace(count=3, reason="no such filter", at=house.clock.now())}
        wire = SimpleNamespace(template_troubles=lambda: troubles)
        app.include_router(gateway.http.views.devices.routes(house.service, wire))
        self.client = TestClient(app)

    def introduces(
        self, key: str = LAMP, room: str | None = None, *, topic: str = "lamps/1/set", **config: Any
    ) -> str:
        """A device introduces itself, or introduces itself anew; returns its id."""
        self.house.clock.advance(1)
        described = lamp(key, room)
        self.house.service.discovered(
            described, json.dumps({"command_topic": topic, "unique_id": f"u-{key}", **config})
        )
        self.house.service.pump()
        return str(next(device["id"] for device in self.all() if device["key"] == key))

    def all(self) -> list[dict[str, Any]]:
        return list(self.get("/api/devices")["items"])

    def get(self, path: str) -> Any:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, *, expect: int = 200) -> Any:
        answer = self.client.post(path, json=body)
        assert answer.status_code == expect, answer.text
        return answer.json()

    def table(self, text: str, *, apply: bool = False) -> dict[str, Any]:
        answer = self.client.post(
            "/api/devices/import", params={"apply": apply}, content=text, headers={"Content-Type": "text/csv"}
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def device(self, device_id: str) -> dict[str, Any]:
        return dict(self.get(f"/api/devices/{device_id}")["device"])


def lamp(key: str = LAMP, room: str | None = None) -> EntityDescription:
    return entity(
        key,
        Component.LIGHT,
        room=room,
        reports="on brightness_percent",
        accepts="on brightness_percent effect",
        options={"effect": ("slow", "fast")},
    )


@pytest.fixture
def inbox(database: Database, clock: ManualClock) -> Iterator[Inbox]:
    house = House(database, clock, rooms=("412", "413"), auto_approve=False, equipped=False)
    made = Inbox(house)
    with made.client:
        yield made


def approve(inbox: Inbox, device_id: str, room: str = "412", **more: Any) -> dict[str, Any]:
    inbox.house.clock.advance(1)
    return dict(inbox.post(f"/api/devices/{device_id}/approve", {"room": room, **more}))


def command(inbox: Inbox, device_id: str, value: bool = True, *, room: str = "412", expect: int = 202) -> Any:
    body = {"device_id": device_id, "property": "on", "value": value}
    return inbox.post(f"/api/rooms/{room}/commands", body, expect=expect)


def acts(inbox: Inbox, device_id: str) -> list[str]:
    return [entry["act"] for entry in inbox.get(f"/api/devices/{device_id}")["approvals"]]


def test_a_new_device_waits_with_its_room_suggested(inbox: Inbox) -> None:
    device_id = inbox.introduces(topic="floor4/412/lamp/set")
    waiting = inbox.device(device_id)
    assert (waiting["approved"], waiting["suggested_room"], waiting["room"]) == (False, "412", None)
    command(inbox, device_id, expect=409)
    inbox.house.says(LAMP, on=True)
    assert inbox.house.wire.sent == []
    approved = approve(inbox, device_id, offer=waiting["offer"])
    assert (approved["room"], approved["offer"]) == ("412", None)
    command(inbox, device_id)
    assert inbox.house.wire.asked(LAMP, "on") == [True]
    assert acts(inbox, device_id) == ["approved"]


def test_approval_survives_updates_and_a_restart(inbox: Inbox) -> None:
    device_id = inbox.introduces()
    approve(inbox, device_id)
    inbox.introduces(state_topic="elsewhere", name="Another name")
    assert inbox.device(device_id)["changed"] == []
    inbox.house.service.withdrawn(LAMP)
    inbox.introduces(state_topic="again")
    command(inbox, device_id)
    assert inbox.house.wire.asked(LAMP, "on") == [True]


def test_a_changed_command_topic_asks_again_and_stops_every_command(inbox: Inbox) -> None:
    device_id = inbox.introduces(topic="lamps/1/set")
    approve(inbox, device_id)
    inbox.house.wire.deaf.add(LAMP)
    under_way = command(inbox, device_id)["id"]
    inbox.introduces(topic="lamps/2/set")

    asking = inbox.device(device_id)
    assert asking["changed"] == [{"name": "command_topic", "old": "lamps/1/set", "new": "lamps/2/set"}]
    assert inbox.get(f"/api/commands/{under_way}")["state"] == "rejected"
    assert command(inbox, device_id, expect=409)["code"] == "asks_again"
    # What it reports still counts, in its room.
    inbox.house.says(LAMP, on=True)
    inbox.house.wait(minutes=30)
    [on] = [p for p in inbox.device(device_id)["properties"] if p["name"] == "on"]
    assert on["reported"] is True
    assert [device.id for device in inbox.house.service.devices("412")] == [device_id]
    assert inbox.house.wire.asked(LAMP, "on") == [True]  # only what went out before

    approve(inbox, device_id, offer=asking["offer"])
    command(inbox, device_id, False)
    assert inbox.house.wire.asked(LAMP, "on")[-1] is False
    assert acts(inbox, device_id) == ["again", "asked", "approved"]


def test_what_asks_again_goes_on_asking_after_a_restart(inbox: Inbox) -> None:
    device_id = inbox.introduces(topic="a")
    approve(inbox, device_id)
    inbox.introduces(topic="b")
    inbox.house.kill_and_restart()
    again = Inbox(inbox.house)
    assert [change["new"] for change in again.device(device_id)["changed"]] == ["b"]
    again.introduces(topic="a")
    assert again.device(device_id)["changed"] == []
    assert acts(again, device_id) == ["healed", "asked", "approved"]


def test_nobody_approves_what_they_did_not_see(inbox: Inbox) -> None:
    device_id = inbox.introduces(topic="a")
    seen = inbox.device(device_id)["offer"]
    inbox.introduces(topic="b")
    body = {"room": "412", "offer": seen}
    refused = inbox.post(f"/api/devices/{device_id}/approve", body, expect=409)
    assert refused["code"] == "offer_changed"
    assert inbox.device(device_id)["approved"] is False


def test_a_waiting_device_is_tried_out_and_goes_on_waiting(inbox: Inbox) -> None:
    device_id = inbox.introduces()
    tried = inbox.post(f"/api/devices/{device_id}/try", {"property": "on", "value": True}, expect=202)
    assert (tried["level"], tried["room"], tried["state"]) == ("engineer", None, "queued")
    inbox.house.answer()
    inbox.house.service.pump()
    assert inbox.get(f"/api/commands/{tried['id']}")["state"] == "confirmed"
    inbox.house.wire.deaf.add(LAMP)
    silent = inbox.post(f"/api/devices/{device_id}/try", {"property": "on", "value": False}, expect=202)
    inbox.house.wait(minutes=3)
    assert inbox.get(f"/api/commands/{silent['id']}")["state"] == "timed_out"
    assert inbox.device(device_id)["approved"] is False
    told = inbox.get(f"/api/devices/{device_id}/commands?limit=1")
    assert [one["id"] for one in told["items"]] == [silent["id"]]
    older = inbox.get(f"/api/devices/{device_id}/commands?before={told['next']}")
    assert [one["id"] for one in older["items"]] == [tried["id"]]


def test_only_engineers_try_and_only_what_waits(inbox: Inbox) -> None:
    device_id = inbox.introduces()
    path, body = f"/api/devices/{device_id}/try", {"property": "on", "value": True}
    assert inbox.client.post(path, json=body, headers={"X-Desk": "1"}).status_code == 403
    assert inbox.post(path, {"property": "on", "value": "maybe"}, expect=422)["code"] == "not_yes_or_no"
    assert inbox.post("/api/devices/nobody/try", body, expect=404)["code"] == "unknown_device"
    approve(inbox, device_id)
    assert inbox.post(path, body, expect=409)["code"] == "approved_already"
    inbox.introduces(topic="elsewhere")
    inbox.post(path, body, expect=202)  # it waits again: to try it is how to find out
    assert inbox.house.wire.asked(LAMP, "on") == [True]


def test_a_whole_apparatus_is_approved_together_or_not_at_all(inbox: Inbox) -> None:
    ids = [inbox.introduces(f"light/n/part{number}") for number in range(12)]
    items = [{"device_id": device_id, "room": "412"} for device_id in ids]
    wrong = [*items[:-1], {"device_id": ids[-1], "room": "999"}]
    assert inbox.post("/api/devices/approve", {"items": wrong}, expect=404)["code"] == "unknown_room"
    assert not any(device["approved"] for device in inbox.all())
    inbox.post("/api/devices/approve", {"items": items})
    assert {device["room"] for device in inbox.all()} == {"412"}


def test_a_device_moves_and_an_approval_is_taken_back(inbox: Inbox) -> None:
    device_id = inbox.introduces()
    approve(inbox, device_id)
    command(inbox, device_id)
    approve(inbox, device_id, "413", purpose="bedside_light")
    assert inbox.house.service.holds("412") == []
    inbox.post(f"/api/devices/{device_id}/withdraw-approval")
    inbox.house.kill_and_restart()
    after = Inbox(inbox.house)
    waiting = after.device(device_id)
    assert (waiting["approved"], waiting["room"]) == (False, None)
    assert inbox.house.service.devices("413") == []
    assert acts(after, device_id) == ["withdrawn", "moved", "approved"]
    path = f"/api/devices/{device_id}/withdraw-approval"
    assert after.post(path, expect=409)["code"] == "not_approved"


def test_a_table_is_downloaded_filled_in_looked_at_and_applied(inbox: Inbox) -> None:
    for number in range(4):
        inbox.introduces(f"light/n/lamp{number}")
    first, second, third, _ = inbox.all()
    file = inbox.client.get("/api/devices/export")
    assert file.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [row["key"] for row in rows] == [device["key"] for device in inbox.all()]

    rows[0]["room"] = "412"
    rows[1] |= {"key": "", "room": "413", "purpose": "bedside_light"}
    rows[2]["room"] = "999"
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    looked = inbox.table(text.getvalue())
    assert looked["applied"] is False
    assert looked["counts"] == {"approve": 2, "refused": 1, "left": 1}
    assert [(line["line"], line["outcome"]) for line in looked["lines"]] == [
        (2, "approve"),
        (3, "approve"),
        (4, "refused"),
        (5, "left"),
    ]
    assert looked["lines"][2]["code"] == "unknown_room"
    assert not any(device["approved"] for device in inbox.all())

    assert inbox.table(text.getvalue(), apply=True)["applied"] is True
    rooms = {device["id"]: device["room"] for device in inbox.all()}
    assert (rooms[first["id"]], rooms[second["id"]], rooms[third["id"]]) == ("412", "413", None)
    assert inbox.device(second["id"])["purpose"] == "bedside_light"
    assert inbox.table(text.getvalue())["counts"] == {"unchanged": 2, "refused": 1, "left": 1}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",,412,", "device_needed"),
        ("light/n/nobody,,412,", "unknown_device"),
        (",u-nobody,412,", "unknown_device"),
        (",shared,412,", "unique_id_not_unique"),
        ("light/n/a,,412,rocket", "unknown_purpose"),
        ("light/n/a,,999,", "unknown_room"),
        ("light/n/a,412", "wrong_number_of_cells"),
        ("light/n/b,,412,\nlight/n/b,,413,", "device_twice"),
    ],
)
def test_a_wrong_line_says_why_and_keeps_no_other(inbox: Inbox, row: str, code: str) -> None:
    good = inbox.introduces("light/n/good")
    inbox.introduces("light/n/a", unique_id="shared")
    inbox.introduces("light/n/b", unique_id="shared")
    answer = inbox.table(f"key,unique_id,room,purpose\n{row}\nlight/n/good,,413,\n", apply=True)
    assert [line["code"] for line in answer["lines"] if line["outcome"] == "refused"] == [code]
    assert inbox.device(good)["room"] == "413"


def test_a_file_that_is_no_table_is_refused(inbox: Inbox) -> None:
    for content, code in (
        (b"", "empty_file"),
        (b"\xff", "not_utf_8"),
        (b"key,unique_id\n", "missing_column"),
    ):
        answer = inbox.client.post("/api/devices/import", content=content)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    rows = "\n".join("light/n/a,412" for _ in range(5_001))
    answer = inbox.client.post("/api/devices/import", content=f"key,room\n{rows}")
    assert answer.json()["code"] == "too_many_rows"


def test_no_cell_of_the_table_is_run_by_a_spreadsheet(inbox: Inbox) -> None:
    described = replace(lamp("light/n/evil"), name="=HYPERLINK(1)")
    inbox.house.service.discovered(described, json.dumps({"unique_id": "-1+1"}))
    text = inbox.client.get("/api/devices/export").content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert (row["name"], row["unique_id"]) == ("'=HYPERLINK(1)", "'-1+1")
    assert inbox.table(f"unique_id,room\n{row['unique_id']},412\n")["counts"] == {"approve": 1}


def test_the_page_of_one_device(inbox: Inbox) -> None:
    device_id = inbox.introduces(room="412")
    inbox.house.says(LAMP, on=True, available=True)
    page = inbox.get(f"/api/devices/{device_id}")
    assert json.loads(page["config"])["command_topic"] == "lamps/1/set"
    assert page["template_trouble"]["count"] == 3
    assert [part["id"] for part in page["parts"]] == [device_id]
    assert (page["gone"], page["faults"]) == (False, [])
    inbox.house.service.withdrawn(LAMP)
    assert inbox.get(f"/api/devices/{device_id}")["gone"] is True
    assert inbox.client.get("/api/devices/nobody").status_code == 404


def test_a_device_that_does_not_obey_says_so_on_its_page(inbox: Inbox) -> None:
    device_id = inbox.introduces()
    approve(inbox, device_id)
    inbox.house.says(LAMP, on=False)
    inbox.house.wire.deaf.add(LAMP)
    body = {"device_id": device_id, "property": "on", "value": True, "level": "engineer"}
    inbox.post("/api/rooms/412/commands", body, expect=202)
    inbox.house.wait(minutes=20)
    assert [fault["property"] for fault in inbox.get(f"/api/devices/{device_id}")["faults"]] == ["on"]
