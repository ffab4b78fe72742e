"""Keeping accounts over HTTP: who may, versions, the last administrator, and what ends sessions."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.http.guard import COOKIE
from hotel.actor import Role
from hotel.audit import AuditRow
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.outbox import MessageRow
from tests.http_house import PASSWORD, PIN, House


@pytest.fixture
def house(database: Database, clock: ManualClock, tmp_path: Path) -> House:
    made = House(database, clock, tmp_path)
    made.hire("ADM", Role.ADMINISTRATOR)
    made.hire("M1", Role.MANAGER)
    return made


def test_a_manager_hires_and_the_newcomer_signs_in(house: House) -> None:
    manager = house.sign_in("M1", PASSWORD)
    answer = manager.post(
        "/api/staff", json={"code": "a9", "name": "Wang Fang", "roles": ["attendant"], "pin": PIN}
    )
    assert answer.status_code == 201
    made = answer.json()
    assert (made["code"], made["has_pin"], made["has_password"], made["version"]) == ("A9", True, False, 1)
    assert PIN not in answer.text
    assert answer.headers["etag"] == '"1"'
    house.sign_in("A9", PIN)
    assert [one["code"] for one in manager.get("/api/staff").json()["items"]] == ["A9", "ADM", "M1"]
    with house.database.read() as session:
        assert "staff.changed" in session.scalars(select(MessageRow.kind)).all()
        audited = session.scalars(select(AuditRow).where(AuditRow.subject == f"staff:{made['id']}")).first()
    assert audited is not None
    assert audited.actor_name == "Person M1"


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"roles": ["attendant"]}, "no_secret"),
        ({"roles": ["manager"], "pin": PIN}, "password_needed"),
        ({"roles": ["attendant"], "pin": "123456"}, "easy_pin"),
        ({"roles": ["manager"], "password": "short"}, "bad_password"),
        ({"roles": [], "pin": PIN}, "invalid_request"),
        ({"roles": ["king"], "pin": PIN}, "invalid_request"),
        ({"roles": ["attendant"], "pin": PIN, "code": "M1"}, "code_taken"),
        ({"roles": ["attendant"], "pin": PIN, "login": "M1@hotel.example"}, "login_taken"),
        ({"roles": ["administrator"], "password": PASSWORD}, "administrators_only"),
        ({"roles": ["attendant"], "pin": PIN, "salary": 1}, "invalid_request"),
    ],
)
def test_accounts_that_are_refused(house: House, wish: dict[str, object], code: str) -> None:
    manager = house.sign_in("M1", PASSWORD)
    answer = manager.post("/api/staff", json={"code": "X1", "name": "Somebody", **wish})
    assert answer.json()["code"] == code
    assert answer.status_code in (403, 409, 422)
    assert len(manager.get("/api/staff").json()["items"]) == 2


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ATTENDANT, Role.ENGINEER, Role.SUPERVISOR])
def test_others_keep_no_accounts(house: House, role: Role) -> None:
    headers = house.token(role)
    client = house.client()
    wish = {"code": "X1", "name": "Somebody", "roles": ["attendant"], "pin": PIN}
    assert client.post("/api/staff", json=wish, headers=headers).status_code == 403
    sees = client.get("/api/staff", headers=headers).status_code
    assert sees == (200 if role is Role.SUPERVISOR else 403)


def test_two_editors_cannot_overwrite_each_other_unseen(house: House) -> None:
    account = house.hire("A7", Role.ATTENDANT)
    manager = house.sign_in("M1", PASSWORD)
    path = f"/api/staff/{account.id}"
    assert manager.patch(path, json={"name": "Li Na"}).status_code == 428
    first = manager.patch(path, json={"name": "Li Na"}, headers={"If-Match": '"1"'})
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    second = manager.patch(path, json={"name": "Li Nan"}, headers={"If-Match": '"1"'})
    assert second.status_code == 412
    assert second.json()["values"]["current"] == 2


def test_a_wrong_pin_makes_no_open_form_stale(house: House) -> None:
    account = house.hire("A7", Role.ATTENDANT)
    house.client().post("/api/session", json={"login": "A7", "secret": "000001"})
    house.sign_in("A7", PIN)
    assert house.staff.find_staff(account.id).version == 1


def test_a_changed_role_counts_from_the_next_request(house: House) -> None:
    account = house.hire("A7", Role.ATTENDANT)
    supervisor_to_be = house.sign_in("A7", PIN)
    assert supervisor_to_be.get("/api/staff").status_code == 403
    manager = house.sign_in("M1", PASSWORD)
    edit = {"roles": ["supervisor"]}
    manager.patch(f"/api/staff/{account.id}", json=edit, headers={"If-Match": '"1"'})
    assert supervisor_to_be.get("/api/staff").status_code == 200


def test_who_leaves_is_out_at_once(house: House) -> None:
    account = house.hire("A7", Role.ATTENDANT)
    leaver = house.sign_in("A7", PIN)
    manager = house.sign_in("M1", PASSWORD)
    manager.patch(f"/api/staff/{account.id}", json={"active": False}, headers={"If-Match": '"1"'})
    assert leaver.get("/api/session").status_code == 401
    again = house.client().post("/api/session", json={"login": "A7", "secret": PIN})
    assert again.json()["code"] == "wrong_sign_in"


def test_a_new_pin_unlocks_and_ends_the_old_sessions(house: House) -> None:
    account = house.hire("A7", Role.ATTENDANT)
    before = house.sign_in("A7", PIN)
    for _ in range(5):
        house.client().post("/api/session", json={"login": "A7", "secret": "000001"})
    manager = house.sign_in("M1", PASSWORD)
    answer = manager.put(f"/api/staff/{account.id}/secret", json={"pin": "739152"})
    assert (answer.status_code, answer.json()["locked"]) == (200, False)
    assert before.get("/api/session").status_code == 401
    assert COOKIE in house.sign_in("A7", "739152").cookies
    assert manager.put(f"/api/staff/{account.id}/secret", json={}).json()["code"] == "no_secret"


def test_a_manager_touches_no_administrator(house: House) -> None:
    manager = house.sign_in("M1", PASSWORD)
    administrator = house.staff.find_staff_by_code("ADM")
    path = f"/api/staff/{administrator.id}"
    answers = [
        manager.patch(path, json={"active": False}, headers={"If-Match": '"1"'}),
        manager.put(f"{path}/secret", json={"password": "a new password"}),
    ]
    assert [answer.json()["code"] for answer in answers] == ["administrators_only"] * 2
    house.sign_in("ADM", PASSWORD)


def test_the_last_administrator_stays(house: House) -> None:
    administrator = house.sign_in("ADM", PASSWORD)
    account = house.staff.find_staff_by_code("ADM")
    for edit in ({"active": False}, {"roles": ["manager"]}):
        answer = administrator.patch(f"/api/staff/{account.id}", json=edit, headers={"If-Match": '"1"'})
        assert answer.json()["code"] == "last_administrator"
    assert administrator.get("/api/session").json()["staff"]["roles"] == ["administrator"]


def test_an_unknown_account(house: House) -> None:
    manager = house.sign_in("M1", PASSWORD)
    assert manager.post("/api/staff/nobody/unlock").json()["code"] == "unknown_staff"
