"""Signing in and out over HTTP: secrets, locks, cookies, forgery, roles, idleness, machine clients."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, text

from gateway.http.guard import COOKIE
from gateway.http.roles import PUBLIC, SERVICE_ROUTES, example_path
from gateway.http.staff_api import DemoSignIn
from gateway.secret_hasher import ArgonHasher
from hotel.actor import Role
from hotel.audit import AuditRow
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import SignInRequired, Unavailable
from hotel.staff import CONSOLE
from hotel.staff_service import StaffService
from hotel.staff_store import ClientRow, SessionRow, StaffRow
from tests.http_house import CHEAP, OUR_PAGE, PASSWORD, PIN, House


@pytest.fixture
def house(database: Database, clock: ManualClock, tmp_path: Path) -> House:
    return House(database, clock, tmp_path)


def test_an_attendant_signs_in_with_staff_code_and_pin(house: House) -> None:
    house.hire("A7", Role.ATTENDANT)
    client = house.client()
    answer = client.post("/api/session", json={"login": "a7", "secret": PIN})
    assert answer.status_code == 200
    said = answer.json()
    assert said["staff"]["code"] == "A7"
    assert said["staff"]["roles"] == ["attendant"]
    assert said["property"]["name"] == "Harbour Hotel"
    assert said["property"]["timezone"] == "Asia/Shanghai"
    assert said["property"]["business_date"] == "2026-07-14"
    assert said["now"] == "2026-07-14T04:00:00Z"
    assert (said["speed"], said["demo"]) == (1.0, False)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert client.get("/api/session").json()["staff"] == said["staff"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_session_knows_on_how_many_other_devices_its_account_is_signed_in(house: House) -> None:
    house.hire("A7", Role.ATTENDANT)
    house.hire("A8", Role.ATTENDANT)
    tablet, phone = house.client(), house.client()
    for client, login in ((tablet, "A7"), (house.client(), "A8")):
        said = client.post("/api/session", json={"login": login, "secret": PIN}).json()
        assert said["other_sessions"] == 0
    assert phone.post("/api/session", json={"login": "A7", "secret": PIN}).json()["other_sessions"] == 1
    assert tablet.get("/api/session").json()["other_sessions"] == 1
    phone.delete("/api/session")
    assert tablet.get("/api/session").json()["other_sessions"] == 0


def test_over_https_the_cookie_is_bound_to_this_host(
    database: Database, clock: ManualClock, tmp_path: Path
) -> None:
    house = House(database, clock, tmp_path, environ={"INNKEEPER_COOKIE_SECURE": "true"})
    house.hire("A7", Role.ATTENDANT)
    answer = house.client().post("/api/session", json={"login": "A7", "secret": PIN})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-innkeeper_session=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["strict-transport-security"]


def test_the_desk_signs_in_with_a_password_by_code_or_login(house: House) -> None:
    house.hire("D1", Role.FRONT_DESK)
    for login in ("D1", "d1@hotel.example", "D1@Hotel.Example"):
        assert house.sign_in(login, PASSWORD).get("/api/session").json()["staff"]["roles"] == ["front_desk"]


def test_a_pin_gives_only_the_roles_of_the_corridor(house: House) -> None:
    house.hire("M2", Role.SUPERVISOR, Role.MANAGER, pin=PIN, password=PASSWORD)
    assert house.sign_in("M2", PIN).get("/api/session").json()["staff"]["roles"] == ["supervisor"]
    assert house.sign_in("M2", PASSWORD).get("/api/session").json()["staff"]["roles"] == [
        "supervisor",
        "manager",
    ]


def test_a_pin_needs_the_staff_code(house: House) -> None:
    house.hire("A7", Role.ATTENDANT)
    answer = house.client().post("/api/session", json={"login": "a7@hotel.example", "secret": PIN})
    assert answer.status_code == 401
    assert answer.json()["code"] == "wrong_sign_in"


def test_five_failures_lock_and_a_supervisor_unlocks(house: House) -> None:
    attendant = house.hire("A7", Role.ATTENDANT)
    house.hire("S1", Role.SUPERVISOR)
    client = house.client()
    for _ in range(5):
        answer = client.post("/api/session", json={"login": "A7", "secret": "000001"})
        assert answer.json()["code"] == "wrong_sign_in"
    answer = client.post("/api/session", json={"login": "A7", "secret": PIN})
    assert (answer.status_code, answer.json()["code"]) == (401, "account_locked")

    supervisor = house.sign_in("S1", PIN)
    locked = {one["code"]: one["locked"] for one in supervisor.get("/api/staff").json()["items"]}
    assert locked == {"A7": True, "S1": False}
    assert supervisor.post(f"/api/staff/{attendant.id}/unlock").json()["locked"] is False
    house.sign_in("A7", PIN)


def test_a_success_forgives_the_failures_before_it(house: House) -> None:
    house.hire("A7", Role.ATTENDANT)
    for _ in range(3):
        for _ in range(4):
            assert (
                house.client().post("/api/session", json={"login": "A7", "secret": "000001"}).status_code
                == 401
            )
        house.sign_in("A7", PIN)


def test_parallel_guesses_get_no_more_than_five(house: House) -> None:
    house.hire("A7", Role.ATTENDANT)
    checked: list[str] = []

    class Counting(ArgonHasher):
        def verify(self, secret: str, hashed: str) -> bool:
            checked.append(hashed)
            return super().verify(secret, hashed)

    staff = StaffService(house.database, house.clock, Counting(cost=CHEAP))

    def guess(number: int) -> str:
        try:
            staff.sign_in("A7", f"{number:06}", "10.0.0.9")
        except SignInRequired as refused:
            return refused.code
        return "in"

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(guess, range(100, 120)))
    assert answers.count("wrong_sign_in") == 5
    assert answers.count("account_locked") == 15
    # The locked ones were checked as well: they answer no sooner.
    assert len(checked) == 20


def test_an_unknown_login_is_answered_like_a_known_one(house: House) -> None:
    house.hire("A7", Role.ATTENDANT)
    client = house.client()

    def answers(login: str) -> list[str]:
        return [
            client.post("/api/session", json={"login": login, "secret": "000001"}).json()["code"]
            for _ in range(7)
        ]

    assert answers("A7") == answers("NOBODY") == ["wrong_sign_in"] * 5 + ["account_locked"] * 2


def test_a_busy_hasher_costs_nobody_a_failure(house: House) -> None:
    house.hire("A7", Role.ATTENDANT)

    class Busy(ArgonHasher):
        def verify(self, secret: str, hashed: str) -> bool:
            raise Unavailable("worker_too_slow", "too slow")

    staff = StaffService(house.database, house.clock, Busy(cost=CHEAP))
    for _ in range(6):
        with pytest.raises(Unavailable):
            staff.sign_in("A7", PIN, "10.0.0.9")
    house.sign_in("A7", PIN)


def test_one_address_cannot_try_for_ever(house: House, clock: ManualClock) -> None:
    client = house.client()
    codes = [
        client.post("/api/session", json={"login": f"N{n}", "secret": "000001"}).status_code
        for n in range(42)
    ]
    assert codes == [401] * 40 + [429] * 2
    clock.advance(4)
    assert client.post("/api/session", json={"login": "N", "secret": "000001"}).status_code == 401


def test_a_session_ends_after_half_an_hour_without_use(house: House, clock: ManualClock) -> None:
    house.hire("A7", Role.ATTENDANT)
    client = house.sign_in("A7", PIN)
    for _ in range(3):
        clock.advance(29 * 60)
        assert client.get("/api/session").status_code == 200
    clock.advance(30 * 60)
    assert client.get("/api/session").status_code == 401
    assert house.staff.forget_old_sessions() == 1


def test_a_session_ends_after_twelve_hours_at_the_latest(house: House, clock: ManualClock) -> None:
    house.hire("A7", Role.ATTENDANT)
    client = house.sign_in("A7", PIN)
    for _ in range(12 * 3 - 1):
        clock.advance(20 * 60)
        assert client.get("/api/session").status_code == 200
    clock.advance(20 * 60)
    assert client.get("/api/session").status_code == 401


def test_signing_out_ends_the_session_at_once(house: House) -> None:
    house.hire("A7", Role.ATTENDANT)
    client = house.sign_in("A7", PIN)
    token = client.cookies[COOKIE]
    assert client.delete("/api/session").status_code == 204
    stolen = house.client()
    stolen.cookies.set(COOKIE, token)
    assert stolen.get("/api/session").status_code == 401
    assert client.delete("/api/session").status_code == 204


def test_a_new_sign_in_on_the_same_device_ends_the_one_before(house: House) -> None:
    house.hire("A7", Role.ATTENDANT)
    house.hire("A8", Role.ATTENDANT)
    client = house.sign_in("A7", PIN)
    first = client.cookies[COOKIE]
    client.post("/api/session", json={"login": "A8", "secret": PIN})
    assert client.cookies[COOKIE] != first
    old = house.client()
    old.cookies.set(COOKIE, first)
    assert old.get("/api/session").status_code == 401


def test_no_token_and_no_secret_is_in_the_database(house: House) -> None:
    house.hire("A7", Role.ATTENDANT)
    client = house.sign_in("A7", PIN)
    bearer = house.token(Role.FRONT_DESK)["Authorization"].split()[1]
    with house.database.read() as session:
        kept = [
            *session.scalars(select(SessionRow.digest)),
            *session.scalars(select(ClientRow.digest)),
            *session.scalars(select(StaffRow.pin_hash)),
        ]
    assert len(kept) == 3
    assert all(secret not in str(kept) for secret in (client.cookies[COOKIE], bearer, PIN))
    assert str(kept[-1]).startswith("$argon2id$")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://testserver"}, 200),
        ({"Origin": "http://elsewhere"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_an_edit_from_another_site_is_refused(house: House, headers: dict[str, str], status: int) -> None:
    house.hire("A7", Role.ATTENDANT)
    client = house.sign_in("A7", PIN)
    del client.headers["Sec-Fetch-Site"]
    answer = client.patch("/api/me", json={"language": "zh-CN"}, headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "foreign_site"
        assert client.get("/api/session").json()["staff"]["language"] is None


def test_a_bearer_token_needs_no_origin_and_wins_over_a_cookie(house: House) -> None:
    house.hire("M1", Role.MANAGER)
    client = house.sign_in("M1", PASSWORD)
    del client.headers["Sec-Fetch-Site"]
    desk = house.token(Role.FRONT_DESK)
    said = client.get("/api/session", headers=desk).json()
    assert said["staff"]["roles"] == ["front_desk"]
    assert client.get("/api/staff", headers=desk).status_code == 403
    assert client.get("/api/session", headers={"Authorization": "Bearer nonsense"}).status_code == 401
    # A machine has no language of its own, but its request is no forgery.
    assert client.patch("/api/me", json={"language": "en"}, headers=desk).json()["code"] == "no_account"


def test_a_session_token_is_no_bearer_token_nor_the_other_way_round(house: House) -> None:
    house.hire("A7", Role.ATTENDANT)
    session = house.sign_in("A7", PIN).cookies[COOKIE]
    bearer = house.token(Role.ATTENDANT)["Authorization"].split()[1]
    client = house.client()
    for _ in range(2):
        assert client.get("/api/session", headers={"Authorization": f"Bearer {session}"}).status_code == 401
        client.cookies.set(COOKIE, bearer)
        assert client.get("/api/session").status_code == 401
        client.cookies.clear()
        client.get("/api/session", headers={"Authorization": f"Bearer {bearer}"})


def test_a_revoked_token_is_worth_nothing_and_use_is_noted(house: House) -> None:
    client, token = house.staff.make_client(CONSOLE, Role.ENGINEER, "bms")
    headers = {"Authorization": f"Bearer {token}"}
    assert house.client().get("/api/session", headers=headers).status_code == 200
    with house.database.read() as session:
        row = session.get(ClientRow, client.id)
        assert row is not None
        assert row.wall_used_at == house.clock.wall()
    house.staff.revoke_client(CONSOLE, client.id)
    assert house.client().get("/api/session", headers=headers).status_code == 401
    assert [one.revoked for one in house.staff.clients()] == [True]


def test_every_route_but_the_public_ones_wants_a_sign_in(house: House) -> None:
    client = house.client()
    for (method, template), access in SERVICE_ROUTES.items():
        if access is not PUBLIC:
            answer = client.request(method, example_path(template))
            assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_required"), template


def test_before_the_first_administrator_nothing_else_is_offered(house: House) -> None:
    public = house.client().get("/api/public").json()
    assert public == {
        "property": {"name": "Harbour Hotel"},
        "demo": False,
        "sign_ins": [],
        "needs_first_administrator": True,
    }
    house.hire("ADM", Role.ADMINISTRATOR)
    assert house.client().get("/api/public").json()["needs_first_administrator"] is False


def test_only_the_demo_shows_its_sign_ins(database: Database, clock: ManualClock, tmp_path: Path) -> None:
    demo = House(
        database, clock, tmp_path, demo_sign_ins=[DemoSignIn(Role.ATTENDANT, "A1", PIN, "Person A1")]
    )
    demo.hire("A1", Role.ATTENDANT)
    shown = demo.client().get("/api/public").json()
    assert shown["demo"] is True
    one = shown["sign_ins"][0]
    assert demo.sign_in(one["login"], one["secret"]).get("/api/session").json()["demo"] is True


def test_one_chooses_ones_own_language(house: House) -> None:
    house.hire("A7", Role.ATTENDANT)
    client = house.sign_in("A7", PIN)
    assert client.patch("/api/me", json={"language": "zh-CN"}).json()["staff"]["language"] == "zh-CN"
    assert client.patch("/api/me", json={"language": "tlh"}).status_code == 422
    assert client.patch("/api/me", json={"language": None}).json()["staff"]["language"] is None


def test_tries_sessions_and_locks_are_in_the_audit(house: House) -> None:
    attendant = house.hire("A7", Role.ATTENDANT)
    house.sign_in("A7", PIN).delete("/api/session")
    for _ in range(5):
        house.client().post("/api/session", json={"login": "A7", "secret": "000001"}, headers=OUR_PAGE)
    with house.database.read() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.subject == f"staff:{attendant.id}")).all()
    told = [row.action for row in rows]
    assert told == [
        "staff.added",
        "session.tried",
        "session.made",
        "session.ended",
        *["session.tried"] * 5,
        "staff.locked",
    ]


def test_a_database_that_takes_no_writes_still_lets_people_read(
    house: House, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.hire("A7", Role.ATTENDANT)
    client = house.sign_in("A7", PIN)
    clock.advance(10 * 60)

    def full() -> None:
        raise Unavailable("database_unavailable", "The disk is full.")

    monkeypatch.setattr(house.database, "write", full)
    assert client.get("/api/session").status_code == 200
    assert client.patch("/api/me", json={"language": "en"}).status_code == 503


def test_a_database_that_is_away_is_told_as_such(house: House) -> None:
    house.hire("A7", Role.ATTENDANT)
    client = house.sign_in("A7", PIN)
    with house.database.write() as tx:
        tx.session.execute(text("ALTER TABLE sessions RENAME TO sessions_away"))
    answer = client.get("/api/session")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")


@pytest.mark.parametrize("login", ["A7\x00", "\x00", "A\n7"])
def test_control_characters_sign_nobody_in(house: House, login: str) -> None:
    house.hire("A7", Role.ATTENDANT)
    answer = house.client().post("/api/session", json={"login": login, "secret": PIN})
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_sign_in")
    assert house.sign_in("A7", PIN).post("/api/staff/%00/unlock").status_code == 404


def test_a_whole_shift_signs_in_at_once(house: House) -> None:
    for number in range(24):
        house.hire(f"A{number}", Role.ATTENDANT)
    with house.serving() as served, ThreadPoolExecutor(24) as tablets:

        def sign_in(number: int) -> int:
            with httpx.Client(base_url=served.url, trust_env=False, headers=OUR_PAGE) as tablet:
                answer = tablet.post("/api/session", json={"login": f"A{number}", "secret": PIN})
                assert answer.status_code == 200
                return tablet.get("/api/session").status_code

        assert list(tablets.map(sign_in, range(24))) == [200] * 24
