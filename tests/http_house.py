"""A small hotel behind the real HTTP application, with cheap hashes and a clock that the test moves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

import hotel.audit  # noqa: F401 - its table belongs to the MetaData
from gateway.http.app import AppParts, create_app, served_routes
from gateway.http.events import LiveFeed
from gateway.http.health import Check
from gateway.http.roles import SERVICE_ROUTES, Access, Route, RouteTable, example_path, table_faults
from gateway.http.server import HttpServer, listen
from gateway.http.staff_api import DemoSignIn
from gateway.secret_hasher import ArgonHasher, HashCost
from gateway.settings import load_settings
from hotel.actor import Role
from hotel.clock import Clock
from hotel.database import Database
from hotel.rooms import ensure_property
from hotel.staff import CONSOLE, Staff, StaffWish
from hotel.staff_service import StaffService
from tests.waiting import PATIENCE_SECONDS, wait_until

CHEAP = HashCost(passes=1, memory_kibibytes=8, lanes=1)
PIN = "402917"
PASSWORD = "corridor lamp"
OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class House:
    """`hire` makes accounts, `sign_in` a client with a session cookie; `app` is the real application."""

    database: Database
    clock: Clock
    data_dir: Path
    routers: Sequence[APIRouter] = ()
    extra_routes: dict[Route, Access] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    metrics: dict[str, Callable[[], dict[str, float]]] = field(default_factory=dict)
    static_dir: Path | None = None
    demo_sign_ins: Sequence[DemoSignIn] | None = None
    environ: dict[str, str] = field(default_factory=dict)
    heartbeat_seconds: float = 15.0

    def __post_init__(self) -> None:
        with self.database.write() as tx:
            ensure_property(tx, "Harbour Hotel", "Asia/Shanghai", date(2026, 7, 14))
        self.staff = StaffService(self.database, self.clock, ArgonHasher(cost=CHEAP))
        self.feed = LiveFeed(self.database, self.clock, heartbeat_seconds=self.heartbeat_seconds)
        self.settings = load_settings(
            {"INNKEEPER_DATA_DIR": str(self.data_dir), "INNKEEPER_HTTP_PORT": "0", **self.environ},
            self.data_dir,
        )
        self.app: FastAPI = create_app(
            AppParts(
                database=self.database,
                clock=self.clock,
                settings=self.settings,
                staff=self.staff,
                feed=self.feed,
                routers=self.routers,
                metrics=self.metrics,
                checks=self.checks,
                static_dir=self.static_dir,
                demo_sign_ins=self.demo_sign_ins,
                routes={**SERVICE_ROUTES, **self.extra_routes},
            )
        )

    def hire(self, code: str, *roles: Role, pin: str | None = None, password: str | None = None) -> Staff:
        """An account; with a PIN or a password as its first role signs in, unless one is given."""
        if pin is None and password is None:
            by_pin = all(role in (Role.ATTENDANT, Role.ENGINEER, Role.SUPERVISOR) for role in roles)
            pin, password = (PIN, None) if by_pin else (None, PASSWORD)
        wish = StaffWish(
            code, f"Person {code}", roles, login=f"{code}@hotel.example", pin=pin, password=password
        )
        return self.staff.add(CONSOLE, wish)

    def token(self, role: Role) -> dict[str, str]:
        """The header of a machine client."""
        _, token = self.staff.make_client(CONSOLE, role, f"machine {role.value}")
        return {"Authorization": f"Bearer {token}"}

    def client(self) -> TestClient:
        return TestClient(self.app, headers=OUR_PAGE, raise_server_exceptions=False)

    def sign_in(self, login: str, secret: str) -> TestClient:
        """A browser with this person's session."""
        client = self.client()
        answer = client.post("/api/session", json={"login": login, "secret": secret})
        assert answer.status_code == 200, answer.text
        return client

    @contextmanager
    def serving(self) -> Iterator[Served]:
        """The application behind a real uvicorn on a free port, in a thread."""
        listening = listen(self.settings)
        served = Served(HttpServer(self.app, self.settings, self.feed), listening.getsockname()[1])
        thread = threading.Thread(target=served.server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        wait_until(lambda: served.server.started)
        try:
            yield served
        finally:
            served.server.should_exit = True
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive()


@dataclass
class Served:
    server: HttpServer
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def walk_faults(app: FastAPI, table: dict[Route, Access]) -> list[str]:
    """What the route × role table and the application disagree on."""
    served = served_routes(app)
    faults = table_faults(served, table)
    guard = RouteTable(table)
    for method, template in served:
        found = guard.find(method, example_path(template))
        if found.access is None and method != "HEAD":
            faults.append(f"{method} {template} is denied to everybody")
    return faults
