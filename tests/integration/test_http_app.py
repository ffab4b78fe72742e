"""The application around its routes: problems, bounds, headers, health, figures, docs, static files."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from fastapi import APIRouter, Body
from pydantic import BaseModel, Field
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from gateway.http.front import MOST_BODY_BYTES
from gateway.http.roles import PUBLIC, SERVICE_ROUTES, SIGNED_IN, Access, Route
from hotel.actor import Role
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Conflict, Invalid, StaleVersion, TooMany, Unavailable
from hotel.requests import CurrentActor, OnceKey
from tests.http_house import House, walk_faults

CANARY = "Zebediah Quillfeather"


class Wish(BaseModel):
    celsius: float = Field(ge=16, le=30)
    guest: dict[str, int] = {}


class RowsRefused(Invalid):
    """As a file import refuses: with its lines."""

    def __init__(self) -> None:
        super().__init__("rows", "2 rows.", refused=1)
        self.errors = [{"line": 3, "code": "bad_date", "message": "No date."}]


def try_routes() -> tuple[APIRouter, dict[Route, Access]]:
    """Routes that fail in every way a slice's can."""
    router = APIRouter(tags=["try"])

    @router.get("/api/try/refused/{kind}")
    def refused(kind: str) -> None:
        raise {
            "conflict": Conflict("occupied", "Room 412 is occupied.", room="412"),
            "stale": StaleVersion("The stay", 2, 3),
            "many": TooMany("busy", "Later."),
            "away": Unavailable("database_busy", "The database is busy."),
            "rows": RowsRefused(),
            "fault": RuntimeError(f"no room for {CANARY}"),
            "database": OperationalError(f"INSERT {CANARY}", {"name": CANARY}, Exception("locked")),
            "version": StaleDataError(f"UPDATE {CANARY}"),
        }[kind]

    @router.post("/api/try/wish")
    def wish(wanted: Wish, actor: CurrentActor, once: OnceKey) -> str:
        return actor.name

    @router.post("/api/try/raw")
    def raw(body: bytes = Body()) -> int:
        return len(body)

    @router.get("/api/try/long")
    def long() -> list[str]:
        return ["a room like any other"] * 500

    return router, {
        ("GET", "/api/try/refused/{kind}"): PUBLIC,
        ("POST", "/api/try/wish"): SIGNED_IN,
        ("POST", "/api/try/raw"): PUBLIC,
        ("GET", "/api/try/long"): PUBLIC,
    }


@pytest.fixture
def house(database: Database, clock: ManualClock, tmp_path: Path) -> House:
    router, access = try_routes()
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>Innkeeper</title>")
    (static / "assets" / "index-3fa9.js").write_text("console.log(1)")
    (static / "sw.js").write_text("// worker")
    (tmp_path / "secret.txt").write_text("not for the web")
    return House(database, clock, tmp_path, routers=[router], extra_routes=access, static_dir=static)


def test_each_route_has_its_entry_and_each_entry_its_route(house: House) -> None:
    table = {**SERVICE_ROUTES, **house.extra_routes}
    assert walk_faults(house.app, table) == []
    del table[("GET", "/api/staff")]
    assert walk_faults(house.app, table) == [
        "GET /api/staff is served but not in the table",
        "GET /api/staff is denied to everybody",
    ]


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("conflict", 409, "occupied"),
        ("stale", 412, "stale_version"),
        ("many", 429, "busy"),
        ("away", 503, "database_busy"),
        ("rows", 422, "rows"),
        ("fault", 500, "fault"),
        ("database", 503, "database_unavailable"),
        ("version", 412, "stale_version"),
    ],
)
def test_every_failure_is_a_problem(house: House, kind: str, status: int, code: str) -> None:
    answer = house.client().get(f"/api/try/refused/{kind}")
    said = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, said["status"], said["code"]) == (status, status, code)
    assert said["type"] == "about:blank"
    assert said["title"]
    assert said["detail"].endswith(".")
    assert CANARY not in answer.text
    assert ("retry-after" in answer.headers) == (status in (429, 503))


def test_a_refusal_keeps_its_values_and_its_rows(house: House) -> None:
    assert house.client().get("/api/try/refused/conflict").json()["values"] == {"room": "412"}
    rows = house.client().get("/api/try/refused/rows").json()
    assert rows["errors"] == [{"line": 3, "code": "bad_date", "message": "No date."}]
    assert rows["values"] == {"refused": 1}


def test_a_fault_is_logged_without_what_it_spoke_of(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        answer = house.client().get(f"/api/try/refused/fault?guest={CANARY}")
    assert answer.json()["values"]["id"] in caplog.text
    assert "RuntimeError" in caplog.text
    assert "test_http_app.py" in caplog.text
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    assert not any(CANARY in line for line in ours)
    assert any("GET /api/try/refused/{kind} 500" in line for line in ours)


def test_a_wrong_field_is_named_and_not_quoted(house: House) -> None:
    headers = house.token(Role.FRONT_DESK)
    answer = house.client().post(
        "/api/try/wish", json={"celsius": 5, "guest": {"name": CANARY}}, headers=headers
    )
    said = answer.json()
    assert (answer.status_code, said["code"]) == (422, "invalid_request")
    faults = {fault["field"]: fault for fault in said["errors"]}
    assert faults["celsius"]["code"] == "greater_than_equal"
    assert faults["celsius"]["values"] == {"ge": 16.0}
    assert "16" in faults["celsius"]["message"]
    assert "guest.name" in faults
    assert CANARY not in answer.text


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b"null", b""])
def test_a_body_that_is_no_wish_is_refused(house: House, body: bytes) -> None:
    headers = {**house.token(Role.FRONT_DESK), "Content-Type": "application/json"}
    answer = house.client().post("/api/try/wish", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_stranger_is_sent_away_before_the_body_is_looked_at(house: House) -> None:
    answer = house.client().post("/api/try/wish", content=b"{")
    assert answer.json()["code"] == "sign_in_required"


@pytest.mark.parametrize("says_its_length", [True, False])
def test_a_body_has_a_bound(house: House, says_its_length: bool) -> None:
    block = b"x" * 65536
    count = MOST_BODY_BYTES // len(block) + 1
    headers = {"Content-Type": "application/octet-stream"}
    content = block * count if says_its_length else (block for _ in range(count))
    answer = house.client().post("/api/try/raw", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_unknown_addresses_and_methods(house: House) -> None:
    client = house.client()
    assert client.get("/api/nothing").json()["code"] == "unknown_route"
    assert client.get("/api/nothing").status_code == 404
    answer = client.put("/api/session", json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, POST")
    assert client.head("/api/staff").status_code in (401, 404, 405)


def test_headers_of_defence_are_on_every_answer(house: House) -> None:
    for path in ("/", "/api/public", "/api/nothing", "/api/try/refused/fault", "/healthz"):
        headers = house.client().get(path).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_long_answers_are_compressed_and_short_ones_not(house: House) -> None:
    client = house.client()
    assert client.get("/api/try/long").headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.get("/api/public").headers


def test_the_web_app_and_its_caching(house: House) -> None:
    client = house.client()
    for path in ("/", "/arrivals", "/rooms/412"):
        page = client.get(path)
        assert "Innkeeper" in page.text
        assert page.headers["cache-control"] == "no-cache"
    asset = client.get("/assets/index-3fa9.js")
    assert "immutable" in asset.headers["cache-control"]
    assert asset.headers["content-type"].startswith("text/javascript")
    assert client.get("/sw.js").headers["cache-control"] == "no-cache"
    assert client.get("/assets/index-old1.js").status_code == 404
    assert client.head("/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/%00"]
)
def test_no_path_leads_out_of_the_web_app(house: House, path: str) -> None:
    assert "not for the web" not in house.client().get(path).text


def test_without_a_built_web_app_it_says_what_to_do(
    database: Database, clock: ManualClock, tmp_path: Path
) -> None:
    answer = House(database, clock, tmp_path).client().get("/")
    assert answer.status_code == 503
    assert "make build" in answer.text


def test_health_and_readiness(database: Database, clock: ManualClock, tmp_path: Path) -> None:
    broker: list[str] = []

    def lease() -> str | None:
        raise RuntimeError("surprise")

    house = House(database, clock, tmp_path, checks={"broker": lambda: broker[0] if broker else None})
    assert house.client().get("/healthz").json() == {"alive": True}
    assert house.client().get("/readyz").json() == {
        "ready": True,
        "checks": [
            {"name": "database", "ok": True, "detail": None},
            {"name": "broker", "ok": True, "detail": None},
        ],
    }
    broker.append("The broker does not answer.")
    answer = house.client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"][1] == {
        "name": "broker",
        "ok": False,
        "detail": "The broker does not answer.",
    }
    strict = House(database, clock, tmp_path, checks={"controller lease": lease}).client().get("/readyz")
    assert strict.json()["checks"][1]["detail"] == "The controller lease does not answer."


def test_figures_for_prometheus(database: Database, clock: ManualClock, tmp_path: Path) -> None:
    def broken() -> dict[str, float]:
        raise RuntimeError("no figures")

    house = House(
        database,
        clock,
        tmp_path,
        metrics={
            "mqtt": lambda: {
                "innkeeper_mqtt_shed_total": 3.0,
                "innkeeper_mqtt_outstanding": 2.0,
                "Bad Name": 1.0,
            },
            "telemetry": broken,
        },
    )
    house.client().get("/api/public")
    shown = house.client().get("/metrics").text
    assert "# TYPE innkeeper_mqtt_shed_total counter" in shown
    assert "innkeeper_mqtt_shed_total 3.0" in shown
    assert "# TYPE innkeeper_mqtt_outstanding gauge" in shown
    assert 'innkeeper_metrics_source_failures_total{part="telemetry"} 1.0' in shown
    assert 'innkeeper_http_requests_total{method="GET",route="/api/public",status="200"} 1.0' in shown
    assert "innkeeper_live_clients 0.0" in shown
    assert "Bad Name" not in shown


def test_the_api_describes_itself_without_the_internet(house: House) -> None:
    schema = house.client().get("/api/openapi.json").json()
    errors = schema["paths"]["/api/session"]["post"]["responses"]
    assert errors["default"]["content"]["application/problem+json"]["schema"]["$ref"].endswith("/Problem")
    assert "422" not in errors
    assert "HTTPValidationError" not in schema["components"]["schemas"]
    assert "FieldProblem" in schema["components"]["schemas"]
    page = house.client().get("/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "/api/staff/{staff_id}/unlock" in page.text
    assert "<script" not in page.text
    assert "src=" not in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
