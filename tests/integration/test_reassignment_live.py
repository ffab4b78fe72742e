"""A supervisor gives a task to somebody else: that person's tablet hears of it, also after a gap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.http.roles import ROUTES
from hotel.actor import Role
from hotel.clock import SystemClock
from hotel.database import Database
from hotel.rooms import Room, put_room
from housekeeping import tasks_api
from housekeeping.service import HousekeepingService
from housekeeping.tasks_service import TaskService
from tests.http_house import PIN, House, Served
from tests.integration.test_http_events import Listener, listening

TIMES = 15


class NoStays:
    """A front office without guests, and wishes of nobody."""

    def rooms(self, rooms: Any = None) -> dict[str, Any]:
        return {}

    def promised(self, *_: Any) -> list[Any]:
        return []

    def vacated_since(self, *_: Any) -> list[Any]:
        return []

    def __getattr__(self, name: str) -> Any:
        return lambda *_args, **_named: {}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = Database(f"sqlite:///{tmp_path / 'live.db'}", SystemClock())
    database.create_all()
    rooms = HousekeepingService(database, database.clock, NoStays())
    service = TaskService(database, database.clock, rooms, NoStays())
    routes = {route: access for route, access in ROUTES.items() if "/api/tasks" in route[1]}
    made = House(database, database.clock, tmp_path, routers=[tasks_api.routes(service)], extra_routes=routes)
    with database.write() as tx:
        put_room(tx, Room("412", "4", "STD", "Standard"))
    for code, role in (("31", Role.ATTENDANT), ("32", Role.ATTENDANT), ("8", Role.SUPERVISOR)):
        made.hire(code, role)
    yield made
    database.close()


class Supervisor:
    """Rosa at the board, with one task to give around."""

    def __init__(self, served: Served, house: House) -> None:
        self.client = httpx.Client(base_url=served.url, headers=house.token(Role.SUPERVISOR), timeout=10)
        answer = self.client.post("/api/tasks", json={"kind": "departure", "room": "412"})
        assert answer.status_code == 201, answer.text
        self.task = answer.json()

    def gives_it_to(self, staff_id: str) -> None:
        version = self.client.get(f"/api/tasks/{self.task['id']}").json()["version"]
        self.client.patch(
            f"/api/tasks/{self.task['id']}",
            json={"attendant_id": staff_id},
            headers={"If-Match": f'"{version}"'},
        ).raise_for_status()


def signed_in(house: House, served: Served, code: str) -> dict[str, str]:
    with httpx.Client(base_url=served.url, headers={"Sec-Fetch-Site": "same-origin"}) as tablet:
        tablet.post("/api/session", json={"login": code, "secret": PIN}).raise_for_status()
        return {"Cookie": f"innkeeper_session={tablet.cookies['innkeeper_session']}"}


def assignment(tablet: Listener) -> tuple[str | None, dict[str, Any]]:
    """The next edit of a task that the tablet hears of: its id and what it says."""
    while True:
        event = tablet.next()
        if event.name == "task.changed" and event.data["change"] == "edited":
            return event.id, event.data


def test_every_reassignment_reaches_the_tablet(house: House) -> None:
    ana, bo = (house.staff.find_staff_by_code(code).id for code in ("31", "32"))
    with house.serving() as served:
        rosa = Supervisor(served, house)
        with listening(served, signed_in(house, served, "31")) as tablet:
            tablet.next()
            for turn in range(TIMES):
                to, before = (ana, bo) if turn % 2 == 0 else (bo, ana)
                rosa.gives_it_to(to)
                _, told = assignment(tablet)
                assert told["attendant_id"] == to
                assert turn == 0 or told["previous_attendant_id"] == before
        rosa.client.close()


def test_a_tablet_that_was_away_hears_what_it_missed_once_and_in_order(house: House) -> None:
    ana, bo = (house.staff.find_staff_by_code(code).id for code in ("31", "32"))
    with house.serving() as served:
        rosa, cookie = Supervisor(served, house), signed_in(house, served, "31")
        with listening(served, cookie) as tablet:
            tablet.next()
            rosa.gives_it_to(ana)
            last_id, _ = assignment(tablet)
        for to in (bo, ana, bo):
            rosa.gives_it_to(to)
        with listening(served, {**cookie, "Last-Event-ID": str(last_id)}) as tablet:
            missed = [assignment(tablet)[1] for _ in range(3)]
        assert [told["attendant_id"] for told in missed] == [bo, ana, bo]
        rosa.client.close()
