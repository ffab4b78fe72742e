"""Live events over a real uvicorn: replay, heartbeat, hints, slow clients, bounds, and a prompt end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from gateway.http import events
from gateway.http.events import LiveClient, LiveFeed
from hotel.actor import Actor, ActorKind, Role
from hotel.clock import SystemClock
from hotel.database import Database
from hotel.errors import TooMany, Unavailable
from hotel.messages import CleanlinessChanged
from hotel.staff import CONSOLE
from tests.http_house import PIN, House, Served
from tests.waiting import PATIENCE_SECONDS, wait_until


@pytest.fixture
def real_time(tmp_path: Path) -> Iterator[Database]:
    """A stream lives in transport time, so these tests use the machine's clock."""
    database = Database(f"sqlite:///{tmp_path / 'live.db'}", SystemClock())
    database.create_all()
    yield database
    database.close()


@pytest.fixture
def house(real_time: Database, tmp_path: Path) -> House:
    return House(real_time, real_time.clock, tmp_path)


@dataclass
class Event:
    id: str | None
    name: str | None
    data: Any
    comment: bool = False


class Listener:
    """A browser's EventSource, near enough."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def next(self) -> Event:
        found = Event(None, None, None)
        for line in self._lines:
            if not line:
                return found
            field, _, value = line.partition(": ")
            if field == "":
                found.comment = True
            elif field == "id":
                found.id = value
            elif field == "event":
                found.name = value
            elif field == "data":
                found.data = json.loads(value)
        raise EOFError

    def rest(self) -> Iterator[Event]:
        """What comes until the service ends the stream."""
        with contextlib.suppress(EOFError):
            while True:
                yield self.next()


@contextmanager
def listening(served: Served, headers: dict[str, str], query: str = "") -> Iterator[Listener]:
    with (
        httpx.Client(timeout=PATIENCE_SECONDS, trust_env=False) as client,
        client.stream("GET", f"{served.url}/api/events{query}", headers=headers) as response,
    ):
        assert response.status_code == 200, response.read()
        yield Listener(response)


def clean(database: Database, room: str) -> None:
    with database.write() as tx:
        tx.announce(CleanlinessChanged(room, "clean", "dirty"))


def fail_to_clean(database: Database, room: str) -> None:
    with database.write() as tx:
        tx.announce(CleanlinessChanged(room, "clean", "dirty"))
        raise RuntimeError("the work failed")


def test_a_committed_message_reaches_every_open_screen(house: House) -> None:
    token = house.token(Role.ATTENDANT)
    with house.serving() as served, listening(served, token) as one, listening(served, token) as other:
        assert one.response.headers["content-type"].startswith("text/event-stream")
        assert one.response.headers.get("content-encoding") is None
        start = one.next()
        assert (start.id, start.name) == ("0", None)
        other.next()
        clean(house.database, "412")
        for listener in (one, other):
            event = listener.next()
            assert (event.id, event.name) == ("1", "cleanliness.changed")
            assert event.data == {"room": "412", "cleanliness": "clean", "previous": "dirty"}


def test_nothing_is_told_that_was_not_committed(house: House) -> None:
    with house.serving() as served, listening(served, house.token(Role.ENGINEER)) as listener:
        listener.next()
        with pytest.raises(RuntimeError):
            fail_to_clean(house.database, "411")
        clean(house.database, "412")
        assert listener.next().data["room"] == "412"


def test_what_was_missed_is_replayed_once_and_in_order(house: House) -> None:
    for room in ("401", "402", "403"):
        clean(house.database, room)
    token = house.token(Role.SUPERVISOR)
    with house.serving() as served:
        with listening(served, {**token, "Last-Event-ID": "1"}) as listener:
            assert [(event.id, event.data["room"]) for event in (listener.next(), listener.next())] == [
                ("2", "402"),
                ("3", "403"),
            ]
            clean(house.database, "404")
            assert listener.next().id == "4"
        with listening(served, token, "?last_event_id=3") as listener:
            assert listener.next().data["room"] == "404"
        with listening(served, {**token, "Last-Event-ID": "4"}) as listener:
            assert listener.next().id == "4"
            clean(house.database, "405")
            assert listener.next().id == "5"


@pytest.mark.parametrize("last_id", ["1", "99", "abc", "9" * 40])
def test_who_comes_back_too_late_starts_anew(house: House, last_id: str) -> None:
    for room in ("401", "402", "403", "404"):
        clean(house.database, room)
    with house.database.write() as tx:
        tx.session.execute(text("DELETE FROM messages WHERE id < 3"))
    token = house.token(Role.SUPERVISOR)
    with house.serving() as served, listening(served, {**token, "Last-Event-ID": last_id}) as listener:
        event = listener.next()
        assert (event.id, event.name) == ("4", "reset")
        clean(house.database, "405")
        assert listener.next().data["room"] == "405"


def test_too_much_to_replay_is_a_reset(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_REPLAYED", 2)
    for room in ("401", "402", "403"):
        clean(house.database, room)
    assert b"reset" in house.feed.replay(0, 3)[0]
    assert len(house.feed.replay(1, 3)) == 2


def test_hints_are_gathered_and_come_once_a_second(house: House) -> None:
    with house.serving() as served, listening(served, house.token(Role.ATTENDANT)) as listener:
        listener.next()
        house.feed.hint(["412"])
        first = listener.next()
        assert (first.id, first.name, first.data) == (None, "room.live", {"rooms": ["412"]})
        for _ in range(50):
            house.feed.hint(["413", "412"])
        house.feed.hint(["414"])
        assert listener.next().data == {"rooms": ["412", "413", "414"]}


def test_more_rooms_than_fit_are_told_as_many(house: House) -> None:
    with house.serving() as served, listening(served, house.token(Role.ATTENDANT)) as listener:
        listener.next()
        house.feed.hint(str(number) for number in range(events.MOST_HINTED + 1))
        assert listener.next().data == {"rooms": []}


def test_silence_is_filled_with_heartbeats(real_time: Database, tmp_path: Path) -> None:
    house = House(real_time, real_time.clock, tmp_path, heartbeat_seconds=0.2)
    with house.serving() as served, listening(served, house.token(Role.ATTENDANT)) as listener:
        listener.next()
        assert [listener.next().comment for _ in range(2)] == [True, True]


def test_the_stream_ends_with_the_session(real_time: Database, tmp_path: Path) -> None:
    house = House(real_time, real_time.clock, tmp_path, heartbeat_seconds=0.2)
    account = house.hire("A7", Role.ATTENDANT)
    cookies = {"Cookie": f"innkeeper_session={house.sign_in('A7', PIN).cookies['innkeeper_session']}"}
    with house.serving() as served, listening(served, cookies) as listener:
        listener.next()
        assert listener.next().comment
        house.staff.set_secret(CONSOLE, account.id, pin="739152")
        assert len(list(listener.rest())) < 5
        wait_until(lambda: house.feed.figures()["innkeeper_live_clients"] == 0)


def test_a_busy_stream_ends_with_the_session_too(real_time: Database, tmp_path: Path) -> None:
    house = House(real_time, real_time.clock, tmp_path, heartbeat_seconds=0.3)
    client, token = house.staff.make_client(CONSOLE, Role.ATTENDANT, "tablet")
    with (
        house.serving() as served,
        listening(served, {"Authorization": f"Bearer {token}"}) as listener,
    ):
        listener.next()
        house.staff.revoke_client(CONSOLE, client.id)
        clean(house.database, "412")
        # It ends by itself.
        for _ in listener.rest():
            clean(house.database, "412")
            time.sleep(0.05)


def test_a_stranger_hears_nothing(house: House) -> None:
    with house.serving() as served:
        answer = httpx.get(f"{served.url}/api/events", trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_required")


def test_the_service_ends_at_once_with_streams_open(house: House) -> None:
    token = house.token(Role.ATTENDANT)
    with house.serving() as served, listening(served, token) as one, listening(served, token) as other:
        one.next()
        other.next()
        served.server.should_exit = True
        for listener in (one, other):
            assert list(listener.rest()) == []
        wait_until(lambda: not served.server.server_state.connections)


def test_a_client_that_does_not_read_holds_nothing_up(house: House) -> None:
    """Its queue is dropped for one reset, memory stays bounded, and the service still ends in time."""
    with contextlib.ExitStack() as still_connected, house.serving() as served:
        stalled = still_connected.enter_context(listening(served, house.token(Role.ATTENDANT)))
        stalled.next()
        with house.database.write() as tx:
            for number in range(600):
                tx.announce(CleanlinessChanged(f"{number}" + "x" * 60_000, "clean", "dirty"))
        wait_until(lambda: house.feed.figures()["innkeeper_live_slow_clients_total"] >= 1)


def test_streams_are_bounded_for_each_and_in_all(
    real_time: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def attach() -> None:
        monkeypatch.setattr(events, "MOST_CLIENTS", 25)
        feed = LiveFeed(real_time, real_time.clock)
        clients = [feed.attach(actor("a"))[0] for _ in range(events.MOST_CLIENTS_PER_ACTOR)]
        with pytest.raises(TooMany):
            feed.attach(actor("a"))
        clients += [feed.attach(actor(f"b{n}"))[0] for n in range(5)]
        with pytest.raises(TooMany):
            feed.attach(actor("c"))
        feed.detach(clients[0])
        feed.attach(actor("c"))
        assert feed.figures()["innkeeper_live_turned_away_total"] == 2
        feed.stop()
        with pytest.raises(Unavailable):
            feed.attach(actor("d"))

    asyncio.run(attach())


def test_a_full_queue_becomes_one_reset() -> None:
    async def fill() -> None:
        client = LiveClient(actor("a"))
        assert all(client.push(b"x", 1) for _ in range(events.MOST_QUEUED))
        assert not client.push(b"y", 7)
        assert client.push(b"z", 8)
        assert await client.next(0) == events.frame("reset", {"reason": "slow"}, 7) + b"z"
        assert await client.next(0) is None

    asyncio.run(fill())


def actor(name: str) -> Actor:
    return Actor(ActorKind.STAFF, name, name, frozenset({Role.ATTENDANT}))


def test_commits_reach_the_loop_once_and_in_order_also_between_those_of_another_process(
    real_time: Database,
) -> None:
    other = Database(real_time.url.render_as_string(hide_password=False), real_time.clock)
    told: list[int] = []

    async def listen() -> None:
        feed = LiveFeed(real_time, real_time.clock)
        feed.start(asyncio.get_running_loop())
        client, _ = feed.attach(Actor(ActorKind.SYSTEM, "test", "Test"))
        for number in range(30):
            database = other if number % 3 == 1 else real_time
            await asyncio.to_thread(announce_clean, database, str(number))
        while len(told) < 30:
            block = await client.next(5)
            assert block is not None
            told.extend(
                int(json.loads(line[6:])["room"]) for line in block.splitlines() if line.startswith(b"data: ")
            )
        feed.stop()
        await asyncio.to_thread(feed.join)

    asyncio.run(listen())
    other.close()
    assert told == list(range(30))


def announce_clean(database: Database, room: str) -> None:
    with database.write() as tx:
        tx.announce(CleanlinessChanged(room, "clean", "dirty"))
