"""One contract, two desks for simulated people: the services called at once, and the same over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import gateway.tables  # noqa: F401 - every table is to be made
from benchmarks.harness.memory_link import MemoryBroker, MemoryLink
from benchmarks.harness.service_desk import ServiceDesk
from frontdesk.store import StayRow
from gateway.house import build_house
from gateway.http.roles import HOUSE_ROUTES
from gateway.settings import load_settings
from hotel.actor import Role
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.rooms import Room, put_room
from simulators.desk import (
    BookStay,
    CancelStay,
    ChangeEta,
    CheckIn,
    CheckOut,
    Desk,
    DeskAct,
    DeskAnswer,
    MarkClean,
    NoShow,
    QueueUp,
)
from simulators.http_desk import HttpDesk
from tests.controller_world import FakeTelemetry
from tests.http_house import House as HttpHouse

TODAY = date(2026, 7, 14)


class NoSeries:
    def series(self, *_: Any) -> dict[str, Any]:
        return {}


class Hotel:
    """A house with three rooms, and one of the two desks before it."""

    def __init__(self, database: Database, clock: ManualClock, folder: Path) -> None:
        self.database, self.clock = database, clock
        settings = load_settings({"INNKEEPER_DATA_DIR": str(folder)}, folder)
        link = MemoryLink(MemoryBroker(clock))
        self.house = build_house(settings, clock, database, link, NoSeries(), FakeTelemetry())
        self.http = HttpHouse(
            database, clock, folder, routers=self.house.routers(), extra_routes=dict(HOUSE_ROUTES)
        )
        with database.write() as tx:
            for number in ("101", "102", "103"):
                put_room(tx, Room(number, "1", "KING", "King room"))
        self.desk: Desk = ServiceDesk(self.house)

    def does(self, act: DeskAct) -> DeskAnswer:
        answers: list[DeskAnswer] = []
        answered = threading.Event()

        def done(answer: DeskAnswer) -> None:
            answers.append(answer)
            answered.set()

        self.desk.submit(act, 0.0, done)
        assert answered.wait(20)
        self.house.bus.deliver_pending()
        return answers[0]

    def stands(self) -> dict[str, Any]:
        """What is so afterwards, without what is drawn by chance."""
        with self.database.read() as session:
            rows = session.scalars(select(StayRow)).all()
            stays = {
                row.confirmation: (row.room, row.room_type, row.arrival_date, row.departure_date, row.adults)
                for row in rows
            }
            ids = {row.id: row.confirmation for row in rows}
            wishes = {
                ids[stay_id]: sorted((wish.key.value, wish.value, wish.source.value) for wish in found)
                for stay_id, found in self.house.front_desk.guests.preferences_of_stays(
                    session, list(ids)
                ).items()
            }
        records = {name: self.house.front_desk.records.stay(stay_id) for stay_id, name in ids.items()}
        return {
            "stays": stays,
            "wishes": wishes,
            "states": {name: record.state.value for name, record in records.items()},
            "etas": {name: (record.eta, record.eta_source.value) for name, record in records.items()},
            "queue": {name: record.queue_since is not None for name, record in records.items()},
            "reasons": {name: record.unready_reason for name, record in records.items()},
            "rooms": {
                number: self.house.housekeeping.room_status(number).cleanliness.value
                for number in ("101", "102", "103")
            },
        }


@pytest.fixture(params=["services", "http"])
def hotel(
    request: pytest.FixtureRequest, database: Database, clock: ManualClock, tmp_path: Path
) -> Iterator[Hotel]:
    made = Hotel(database, clock, tmp_path)
    if request.param == "services":
        yield made
        return
    tokens = {
        role.value: made.http.token(role)["Authorization"].removeprefix("Bearer ")
        for role in (Role.FRONT_DESK, Role.ATTENDANT)
    }
    with made.http.serving() as served:
        desk = HttpDesk(served.url, tokens, "contract")
        desk.start()
        made.desk = desk
        yield made
        desk.stop()


def booking(confirmation: str, room: str, clock: ManualClock, **more: Any) -> BookStay:
    values: dict[str, Any] = {
        "given_name": "Wei",
        "family_name": "Chen",
        "language": "zh-CN",
        "arrival_date": TODAY,
        "departure_date": TODAY + timedelta(days=1),
        "eta": clock.now() + timedelta(hours=3),
        "adults": 2,
        "vip": False,
        **more,
    }
    return BookStay(confirmation=confirmation, room=room, room_type="KING", **values)


def test_the_same_acts_bring_about_the_same(hotel: Hotel) -> None:
    clock = hotel.clock
    soon = clock.now() + timedelta(hours=1)
    wishes: dict[str, float | str] = {"cooling_celsius": 22.0, "light_scene": "reading"}
    script: list[tuple[DeskAct, Callable[[DeskAnswer], bool]]] = [
        (booking("A", "101", clock, preferences=wishes), _ok),
        (booking("B", "102", clock, eta=None), _ok),
        (booking("C", "103", clock), _ok),
        (booking("D", "101", clock), _refused),  # the room is taken
        (ChangeEta("A", soon, "live"), _ok),
        (CheckIn("A"), lambda answer: answer.code == "unready"),
        (QueueUp("A"), _ok),
        (MarkClean("101"), _ok),
        (MarkClean("101"), _ok),
        (CheckIn("A"), _ok),
        (CheckIn("B", unready_reason="Takes it as it is"), _ok),
        (CheckOut("A"), _ok),
        (CancelStay("C"), _ok),
        (CheckOut("C"), _refused),
        (NoShow("B"), _refused),
    ]
    for act, is_right in script:
        answer = hotel.does(act)
        assert is_right(answer), (act, answer)
    stands = hotel.stands()
    day = (TODAY, TODAY + timedelta(days=1), 2)
    assert stands["stays"] == {
        "A": ("101", "KING", *day),
        "B": ("102", "KING", *day),
        "C": ("103", "KING", *day),
    }
    assert stands["states"] == {"A": "checked_out", "B": "checked_in", "C": "cancelled"}
    assert stands["etas"]["A"] == (soon, "live")
    assert stands["etas"]["B"][1] == "default"
    assert stands["etas"]["C"] == (clock.now() + timedelta(hours=3), "booking")
    assert stands["wishes"] == {
        "A": [("cooling_celsius", 22.0, "guest"), ("light_scene", "reading", "guest")]
    }
    assert stands["queue"] == {"A": False, "B": False, "C": False}
    assert stands["reasons"]["B"] == "Takes it as it is"
    assert stands["rooms"] == {"101": "dirty", "102": "dirty", "103": "dirty"}


def _ok(answer: DeskAnswer) -> bool:
    return answer.ok


def _refused(answer: DeskAnswer) -> bool:
    return not answer.ok and answer.code is not None and not answer.code.startswith("http_5")
