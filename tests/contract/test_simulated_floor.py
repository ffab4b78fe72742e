"""Simulated housekeepers over the real API: signed in like people, and yielding to one."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from hotel.actor import Role
from hotel.clock import ManualClock
from hotel.database import Database
from simulators.floor import (
    TAKEN_OVER,
    CountMinibar,
    FloorAct,
    FloorAnswer,
    Inspect,
    LookAtCleans,
    LookAtTasks,
    ReportFault,
    ReportFound,
    RequestForGuest,
    SeenTask,
    StockUp,
    Tap,
)
from simulators.http_floor import HttpFloor
from simulators.workshop import CopyBooks, EnterCost, LookAtTickets, SeenTicket, TakeUpFindings, TapTicket
from tests.contract.test_desks import Hotel
from tests.http_house import PIN

SECONDS = 20.0


class Staff:
    """A hotel served over HTTP, its simulated floor, and answers that are waited for."""

    def __init__(self, hotel: Hotel, floor: HttpFloor, url: str) -> None:
        self.hotel, self.floor, self.url = hotel, floor, url

    def ask(self, act: FloorAct) -> FloorAnswer:
        answers: queue.Queue[FloorAnswer] = queue.Queue()
        self.floor.submit(act, answers.put)
        return answers.get(timeout=SECONDS)

    def only_task(self) -> SeenTask:
        [task] = self.ask(LookAtTasks("A7")).tasks
        return task


@pytest.fixture
def staff(database: Database, clock: ManualClock, tmp_path: Path) -> Iterator[Staff]:
    hotel = Hotel(database, clock, tmp_path)
    hotel.http.hire("A7", Role.ATTENDANT)
    hotel.http.hire("A8", Role.ENGINEER)
    tokens = {
        role.value: hotel.http.token(role)["Authorization"].removeprefix("Bearer ")
        for role in (Role.FRONT_DESK, Role.SUPERVISOR)
    }
    with hotel.http.serving() as served:
        floor = HttpFloor(served.url, {"attendants": {"A7": PIN}, "engineers": {"A8": PIN}}, tokens, "test")
        floor.start()
        yield Staff(hotel, floor, served.url)
        floor.stop()


def test_a_request_is_worked_off_and_what_was_seen_is_told(staff: Staff) -> None:
    assert staff.ask(StockUp()).ok
    assert staff.ask(StockUp()).ok
    with staff.hotel.http.client() as anybody:
        headers = staff.hotel.http.token(Role.SUPERVISOR)
        checklists = anybody.get("/api/checklists", headers=headers).json()["items"]
    # Said once, and not again where it is said.
    assert {one["kind"]: one["version"] for one in checklists} == {"departure": 1, "stayover": 1}
    assert staff.ask(RequestForGuest("101", "Two more towels")).ok
    task = staff.only_task()
    assert (task.kind, task.room, task.mine, task.state) == ("guest_request", "101", False, "planned")
    assert staff.ask(Tap("A7", task, "start")).ok
    begun = staff.only_task()
    assert (begun.state, begun.mine) == ("started", True)
    assert staff.ask(Tap("A7", task, "start")).code == "impossible_now"
    assert staff.ask(Tap("A7", begun, "finish")).ok
    assert staff.ask(LookAtTasks("A7")).tasks == ()
    assert staff.ask(CountMinibar("A7", "101", (("water", 1),))).ok
    assert staff.ask(ReportFault("A7", "101", "light", "Lamp flickers")).ok
    assert staff.ask(ReportFound("A7", "101", "Blue scarf", "clothing")).ok
    assert staff.ask(LookAtCleans()).tasks == ()
    assert not staff.ask(Inspect(begun)).ok


def test_a_reported_fault_is_accepted_repaired_and_paid(staff: Staff) -> None:
    assert staff.ask(ReportFault("A7", "101", "light", "Lamp flickers")).ok

    def only() -> SeenTicket:
        [ticket] = staff.ask(LookAtTickets("A8")).tickets
        return ticket

    reported = only()
    assert (reported.state, reported.room, reported.mine) == ("reported", "101", False)
    assert staff.ask(TakeUpFindings("A8", staff.hotel.clock.now())).ok
    assert staff.ask(TapTicket("A8", reported, "accept")).ok
    assert staff.ask(TapTicket("A8", reported, "accept")).code == "impossible_now"
    assert only().mine
    assert staff.ask(TapTicket("A8", reported, "hold", reason="room_access")).ok
    assert staff.ask(TapTicket("A8", reported, "resume")).ok
    assert staff.ask(EnterCost("A8", reported, "part", "Bulb", 1.0, 300)).ok
    assert staff.ask(TapTicket("A8", reported, "resolve")).ok
    assert (only().state, "verify" in only().may) == ("resolved", False)


def test_the_books_are_copied_into_the_registry_once(staff: Staff) -> None:
    books = CopyBooks("A8", 7, date(2026, 7, 14))
    assert staff.ask(books).code == "nothing_to_copy"
    staff.hotel.http.hire("A9", Role.ENGINEER)
    with staff.hotel.http.client() as person:
        person.post("/api/session", json={"login": "A9", "secret": PIN})
        made = person.post("/api/assets", json={"kind": "split_ac", "name": "Unit 101", "room": "101"})
        assert made.status_code == 201, made.text
        assert staff.ask(books).ok
        [asset] = person.get("/api/assets").json()["items"]
    assert (asset["price_cents"], asset["installed_on"] < "2026-07-14") == (62_000, True)
    assert staff.ask(books).ok, "nothing is left to copy"


def test_a_person_who_signs_in_takes_over_and_gives_back_by_signing_out(staff: Staff) -> None:
    assert staff.ask(LookAtTasks("A7")).ok
    with staff.hotel.http.client() as person:
        assert person.post("/api/session", json={"login": "A7", "secret": PIN}).status_code == 200
        assert staff.ask(LookAtTasks("A7")).code == TAKEN_OVER
        person.delete("/api/session")
    assert staff.ask(LookAtTasks("A7")).ok
