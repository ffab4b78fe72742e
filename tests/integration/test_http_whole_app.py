"""The application with every slice's routes: each has its entry in the role table, and describes itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI

from gateway.http.openapi import main, whole_app
from gateway.http.roles import PUBLIC, ROUTES
from tests.http_house import walk_faults


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return whole_app(tmp_path_factory.mktemp("house"))


def test_each_route_has_its_entry_and_each_entry_its_route(app: FastAPI) -> None:
    assert walk_faults(app, dict(ROUTES)) == []


def test_only_these_are_public() -> None:
    assert {route for route, access in ROUTES.items() if access is PUBLIC} == {
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/metrics"),
        ("GET", "/api/openapi.json"),
        ("GET", "/api/docs"),
        ("GET", "/api/public"),
        ("POST", "/api/session"),
        ("DELETE", "/api/session"),
        ("GET", "/api/tls/authority"),
        ("POST", "/api/tablets"),
        ("GET", "/api/tablets/this"),
        ("POST", "/api/late-operations"),
        ("GET", "/{path:path}"),
    }


def test_every_operation_has_a_name_of_its_own_and_tells_problems(app: FastAPI) -> None:
    operations = [
        operation
        for path, methods in app.openapi()["paths"].items()
        for operation in methods.values()
        if path.startswith("/api/")
    ]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names)) > 30
    assert all("default" in operation["responses"] for operation in operations)


def test_the_description_is_checked_against_its_file(
    app: FastAPI, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # One is enough: to put it together takes seconds.
    monkeypatch.setattr("gateway.http.openapi.whole_app", lambda _: app)
    file = tmp_path / "openapi.json"
    assert main(["--check", str(file)]) == 1
    assert "make types" in capsys.readouterr().err
    assert main(["--write", str(file)]) == 0
    assert main(["--check", str(file)]) == 0
