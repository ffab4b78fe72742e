"""Tablets of the house: enrolled by a code, once; a session on one outlives a shift; taken away at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy import select

from gateway.http.roles import only
from hotel.actor import Role
from hotel.audit import AuditRow
from hotel.clock import ManualClock
from hotel.database import Database, Transaction
from hotel.errors import Conflict
from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey
from hotel.staff import CONSOLE
from tests.http_house import PIN, House


class Cleaning(BaseModel):
    state: str


class Work:
    """A task of one room, as a slice would keep it."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []
        self.closed = False

    def router(self, database: Database) -> APIRouter:
        router = APIRouter()

        @router.post("/api/work/{room}/actions")
        def act(room: str, body: Cleaning, actor: CurrentActor, key: OnceKey) -> dict[str, Any]:
            def once(tx: Transaction) -> dict[str, Any]:
                if self.closed:
                    raise Conflict("impossible_now", "Somebody was faster.", state="finished", by="Bo")
                self.done.append((room, actor.name))
                tx.audit(actor, "work.done", f"room:{room}")
                return {"room": room, "by": actor.name}

            return act_once(database, actor, key, once)

        return router


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def house(database: Database, clock: ManualClock, tmp_path: Path, work: Work) -> House:
    both = only(Role.ATTENDANT, Role.SUPERVISOR)
    routes = {("POST", "/api/work/{room}/actions"): both}
    made = House(database, clock, tmp_path, routers=[work.router(database)], extra_routes=routes)
    made.hire("31", Role.ATTENDANT)
    made.hire("8", Role.SUPERVISOR)
    return made


@pytest.fixture
def supervisor(house: House) -> TestClient:
    return house.sign_in("8", PIN)


def invited(supervisor: TestClient, name: str = "Floor 3") -> str:
    """The token of a new invitation."""
    answer = supervisor.post("/api/tablets/invitations", json={"name": name})
    assert answer.status_code == 201, answer.text
    assert answer.json()["qr"].startswith("data:image/svg+xml")
    address, _, token = answer.json()["url"].partition("/enrol#")
    assert address == "http://testserver"
    return str(token)


def enrolled(house: House, supervisor: TestClient) -> TestClient:
    """A browser that is a tablet of the house."""
    tablet = house.client()
    answer = tablet.post("/api/tablets", json={"token": invited(supervisor)})
    assert answer.status_code == 201, answer.text
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    return tablet


def staff_id(house: House, code: str) -> str:
    return house.staff.find_staff_by_code(code).id


def handed_in(house: House, key: str = "k1", room: str = "412", **other: Any) -> dict[str, Any]:
    return {
        "key": key,
        "staff_id": staff_id(house, "31"),
        "method": "POST",
        "path": f"/api/work/{room}/actions",
        "body": {"state": "done"},
        "label": {"key": "oplog.labels.finish", "values": {"room": room}},
        "age_seconds": 3600,
        **other,
    }


def waiting(supervisor: TestClient) -> list[dict[str, Any]]:
    return list(supervisor.get("/api/late-operations").json()["items"])


def test_a_code_enrols_one_tablet_and_its_name_and_maker_are_kept(
    house: House, supervisor: TestClient
) -> None:
    token = invited(supervisor)
    first, second = house.client(), house.client()
    assert first.post("/api/tablets", json={"token": token}).status_code == 201
    again = second.post("/api/tablets", json={"token": token})
    assert (again.status_code, again.json()["code"]) == (404, "invitation_over")
    assert first.get("/api/tablets/this").json()["tablet"]["name"] == "Floor 3"
    assert second.get("/api/tablets/this").json() == {"tablet": None}
    (listed,) = supervisor.get("/api/tablets").json()["items"]
    assert (listed["name"], listed["enrolled_by"], listed["revoked_at"]) == ("Floor 3", "Person 8", None)


def test_a_code_is_over_after_ten_minutes(house: House, supervisor: TestClient, clock: ManualClock) -> None:
    token = invited(supervisor)
    clock.advance(601)
    assert house.client().post("/api/tablets", json={"token": token}).status_code == 404


def test_guessing_codes_is_slowed_down(house: House) -> None:
    client = house.client()
    answers = [client.post("/api/tablets", json={"token": f"inv_{n}"}).status_code for n in range(25)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_only_supervisors_and_above_enrol_and_revoke(house: House) -> None:
    attendant = house.sign_in("31", PIN)
    assert attendant.post("/api/tablets/invitations", json={"name": "x"}).status_code == 403
    assert attendant.get("/api/tablets").status_code == 403
    assert attendant.get("/api/late-operations").status_code == 403


def test_no_secret_is_in_the_database(house: House, supervisor: TestClient, tmp_path: Path) -> None:
    token = invited(supervisor)
    tablet = enrolled(house, supervisor)
    credential = tablet.cookies["innkeeper_tablet"]
    house.database.checkpoint()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("innkeeper.db*"))
    assert token.encode() not in kept
    assert credential.encode() not in kept


def test_a_session_on_a_tablet_outlives_a_shift_without_network_and_elsewhere_it_does_not(
    house: House, supervisor: TestClient, clock: ManualClock
) -> None:
    tablet, browser = enrolled(house, supervisor), house.client()
    for client in (tablet, browser):
        assert client.post("/api/session", json={"login": "31", "secret": PIN}).status_code == 200
    clock.advance(4 * 3600)
    house.staff.forget_old_sessions()
    assert tablet.get("/api/session").status_code == 200
    assert browser.get("/api/session").status_code == 401
    clock.advance(8 * 3600)
    assert tablet.get("/api/session").status_code == 401


def test_a_revoked_tablet_is_signed_out_at_once_and_hands_in_nothing(
    house: House, supervisor: TestClient
) -> None:
    tablet = enrolled(house, supervisor)
    tablet.post("/api/session", json={"login": "31", "secret": PIN})
    tablet_id = tablet.get("/api/tablets/this").json()["tablet"]["id"]
    assert tablet.get("/api/session").status_code == 200
    revoked = supervisor.post(f"/api/tablets/{tablet_id}/revoke")
    assert revoked.json()["revoked_by"] == "Person 8"
    assert tablet.get("/api/session").status_code == 401
    assert tablet.get("/api/tablets/this").json() == {"tablet": None}
    refused = tablet.post("/api/late-operations", json={"operations": [handed_in(house)]})
    assert refused.status_code == 401


def test_what_a_person_did_who_has_left_is_reviewed_and_done_once_in_the_supervisor_s_name(
    house: House, supervisor: TestClient, work: Work, clock: ManualClock
) -> None:
    tablet = enrolled(house, supervisor)
    attendant = house.staff.find_staff_by_code("31")
    house.staff.edit(CONSOLE, attendant.id, attendant.version, active=False)
    asked = tablet.get("/api/tablets/this", params={"staff_id": [attendant.id, staff_id(house, "8")]})
    assert asked.json()["tablet"]["left"] == [attendant.id]

    body = {"operations": [handed_in(house, "k1"), handed_in(house, "k2", "413")]}
    for _ in range(2):  # the answer was lost once
        answer = tablet.post("/api/late-operations", json=body)
        assert [item["state"] for item in answer.json()["items"]] == ["waiting", "waiting"]
    first, second = waiting(supervisor)
    assert first["author"] == "Person 31"
    assert first["tablet"] == "Floor 3"
    assert first["label"]["values"] == {"room": "412"}
    assert first["happened_at"].startswith("2026-07-14T03:00")

    for expected in (200, 409):
        accepted = supervisor.post(f"/api/late-operations/{first['id']}/accept", json={})
        assert accepted.status_code == expected, accepted.text
    supervisor.post(f"/api/late-operations/{second['id']}/dismiss")
    assert work.done == [("412", "Person 8 (Person 31)")]
    assert waiting(supervisor) == []
    with house.database.read() as session:
        entry = session.scalars(select(AuditRow).where(AuditRow.action == "work.done")).one()
    assert entry.actor_id == staff_id(house, "8")
    assert entry.detail == {"on_behalf_of": "Person 31"}


def test_what_the_service_refuses_goes_on_waiting_and_the_refusal_is_shown(
    house: House, supervisor: TestClient, work: Work
) -> None:
    tablet = enrolled(house, supervisor)
    tablet.post("/api/late-operations", json={"operations": [handed_in(house)]})
    work.closed = True
    (operation,) = waiting(supervisor)
    refused = supervisor.post(f"/api/late-operations/{operation['id']}/accept", json={})
    assert (refused.status_code, refused.json()["values"]["by"]) == (409, "Bo")
    assert waiting(supervisor)[0]["state"] == "waiting"
    work.closed = False
    assert supervisor.post(f"/api/late-operations/{operation['id']}/accept", json={}).status_code == 200


def test_what_was_done_before_its_author_left_is_not_done_again(
    house: House, supervisor: TestClient, work: Work
) -> None:
    attendant = house.sign_in("31", PIN)
    key = {"Idempotency-Key": "k1"}
    assert attendant.post("/api/work/412/actions", json={"state": "done"}, headers=key).status_code == 200
    # The tablet never heard the answer.
    answer = enrolled(house, supervisor).post("/api/late-operations", json={"operations": [handed_in(house)]})
    assert answer.json()["items"] == [{"key": "k1", "state": "applied"}]
    assert waiting(supervisor) == []
    assert len(work.done) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"path": "/api/staff"},
        {"path": "/api/late-operations/x/accept"},
        {"path": "/api/work/../staff"},
        {"path": "/metrics"},
        {"method": "DELETE"},
        {"age_seconds": -1},
        {"staff_id": "nobody"},
    ],
)
def test_what_is_no_work_of_somebody_s_is_refused_whole(
    house: House, supervisor: TestClient, change: dict[str, Any]
) -> None:
    tablet = enrolled(house, supervisor)
    wrong = {**handed_in(house, "k2"), **change}
    answer = tablet.post("/api/late-operations", json={"operations": [handed_in(house), wrong]})
    assert answer.status_code in (404, 422)
    assert waiting(supervisor) == []


def test_without_a_tablet_a_person_hands_in_the_own_work_only(house: House, supervisor: TestClient) -> None:
    attendant = house.sign_in("31", PIN)
    own = {"operations": [handed_in(house)]}
    others = {"operations": [handed_in(house, "k2", staff_id=staff_id(house, "8"))]}
    assert attendant.post("/api/late-operations", json=own).status_code == 200
    assert attendant.post("/api/late-operations", json=others).status_code == 404
    assert house.client().post("/api/late-operations", json=own).status_code == 401
