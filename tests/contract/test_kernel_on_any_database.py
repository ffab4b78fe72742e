"""Idempotency keys, leases, due jobs, the bus and rooms: on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from hotel import bus as bus_module
from hotel.actor import Actor, ActorKind, Role
from hotel.audit import AuditRow
from hotel.bus import MOST_TRIES, Bus
from hotel.clock import ManualClock
from hotel.database import Database, Transaction
from hotel.errors import Conflict, Invalid, NotFound
from hotel.idempotency import IdempotencyRow, act_once, forget_keys_before, once
from hotel.leases import claim_due, give_lease_back, take_lease
from hotel.messages import CleanlinessChanged, Message, PanelChanged, RoomsChanged
from hotel.outbox import FollowerRow, MessageRow, forget_before, newest_id, oldest_id
from hotel.rooms import (
    Room,
    all_rooms,
    connecting_to,
    ensure_property,
    find_property,
    find_room,
    put_room,
    room_types,
)

DESK = Actor(ActorKind.STAFF, "staff-1", "Lin", frozenset({Role.FRONT_DESK}))
OTHER_DESK = Actor(ActorKind.STAFF, "staff-2", "Mei", frozenset({Role.FRONT_DESK}))


def announce(database: Database, *rooms: str) -> None:
    for room in rooms:
        with database.write() as tx:
            tx.announce(CleanlinessChanged(room, "clean", "dirty"))


def all_at_once(count: int, act: Callable[[int], None]) -> None:
    """Run `act` in `count` threads that start at one moment; an exception in any fails the test."""
    barrier = threading.Barrier(count)
    errors: list[Exception] = []

    def run(number: int) -> None:
        barrier.wait(30)
        try:
            act(number)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []


# --- idempotency keys


def check_in(tx: Transaction) -> dict[str, object]:
    tx.audit(DESK, "stay.checked_in", "stay/1")
    return {"state": "checked_in", "room": "412"}


def effects(database: Database) -> int:
    with database.read() as session:
        return len(session.scalars(select(AuditRow.id)).all())


def test_twenty_taps_with_one_key_have_one_effect_and_one_answer(any_database: Database) -> None:
    key = once("tap-1", "POST", "/api/stays/1/check-in", b"{}")
    answers: list[dict[str, object]] = []
    all_at_once(20, lambda _: answers.append(act_once(any_database, DESK, key, check_in)))
    assert effects(any_database) == 1
    assert answers == [{"state": "checked_in", "room": "412"}] * 20


def test_without_a_key_every_request_counts(any_database: Database) -> None:
    for _ in range(2):
        act_once(any_database, DESK, None, check_in)
    assert effects(any_database) == 2


def test_a_refused_action_stores_nothing_so_that_the_next_try_counts(any_database: Database) -> None:
    key = once("tap-1", "POST", "/api/stays/1/check-in", b"{}")

    def refuse(tx: Transaction) -> dict[str, object]:
        raise Conflict("room_not_ready", "Room 412 is not ready.")

    with pytest.raises(Conflict):
        act_once(any_database, DESK, key, refuse)
    assert act_once(any_database, DESK, key, check_in)["state"] == "checked_in"


def test_a_key_used_for_something_else_is_refused(any_database: Database) -> None:
    act_once(any_database, DESK, once("tap-1", "POST", "/api/stays/1/check-in", b"{}"), check_in)
    with pytest.raises(Invalid) as refused:
        act_once(any_database, DESK, once("tap-1", "POST", "/api/stays/2/check-in", b"{}"), check_in)
    assert refused.value.code == "idempotency_key_reused"


def test_two_people_may_choose_the_same_key(any_database: Database) -> None:
    key = once("tap-1", "POST", "/api/stays/1/check-in", b"{}")
    act_once(any_database, DESK, key, check_in)
    act_once(any_database, OTHER_DESK, key, check_in)
    assert effects(any_database) == 2


def test_old_keys_are_forgotten_and_young_ones_kept(any_database: Database, clock: ManualClock) -> None:
    act_once(any_database, DESK, once("old", "POST", "/a", b""), check_in)
    clock.advance(3600)
    act_once(any_database, DESK, once("young", "POST", "/a", b""), check_in)
    with any_database.write() as tx:
        assert forget_keys_before(tx.session, "main", clock.wall() - timedelta(minutes=30)) == 1
    with any_database.read() as session:
        assert session.scalars(select(IdempotencyRow.key)).all() == ["young"]


# --- leases and due jobs


def test_of_two_holders_one_has_the_lease_until_it_runs_out(
    any_database: Database, clock: ManualClock
) -> None:
    assert take_lease(any_database, "controller", "process-a", 30)
    assert not take_lease(any_database, "controller", "process-b", 30)
    clock.advance(20)
    assert take_lease(any_database, "controller", "process-a", 30)
    clock.advance(20)
    assert not take_lease(any_database, "controller", "process-b", 30)
    clock.advance(11)
    assert take_lease(any_database, "controller", "process-b", 30)
    assert not take_lease(any_database, "controller", "process-a", 30)


def test_a_lease_given_back_is_free_at_once(any_database: Database) -> None:
    assert take_lease(any_database, "controller", "process-a", 30)
    give_lease_back(any_database, "controller", "process-b")
    assert not take_lease(any_database, "controller", "process-b", 30)
    give_lease_back(any_database, "controller", "process-a")
    assert take_lease(any_database, "controller", "process-b", 30)


def test_a_lease_lives_in_transport_time(any_database: Database, clock: ManualClock) -> None:
    """A demo at sixty times the speed, or a wrong clock, takes no lease away."""
    assert take_lease(any_database, "controller", "process-a", 30)
    clock.jump(3600)
    assert not take_lease(any_database, "controller", "process-b", 30)


@pytest.mark.parametrize("known_before", [False, True])
def test_eight_processes_that_start_together_get_one_lease(
    any_database: Database, clock: ManualClock, known_before: bool
) -> None:
    if known_before:
        assert take_lease(any_database, "controller", "yesterday", 30)
        clock.advance(60)
    taken: list[int] = []

    def take(number: int) -> None:
        if take_lease(any_database, "controller", f"process-{number}", 30):
            taken.append(number)

    all_at_once(8, take)
    assert len(taken) == 1


@pytest.mark.parametrize("known_before", [False, True])
def test_a_due_job_is_claimed_once(any_database: Database, clock: ManualClock, known_before: bool) -> None:
    if known_before:
        assert claim_due(any_database, "night audit", clock.now() + timedelta(hours=1))
        clock.advance(7200)
    claimed: list[int] = []

    def claim(number: int) -> None:
        if claim_due(any_database, "night audit", clock.now() + timedelta(days=1)):
            claimed.append(number)

    all_at_once(8, claim)
    assert len(claimed) == 1


def test_a_due_job_comes_again_at_its_hotel_time_and_missed_ones_are_not_made_up(
    any_database: Database, clock: ManualClock
) -> None:
    assert claim_due(any_database, "sweep", clock.now() + timedelta(minutes=1))
    clock.advance(59)
    assert not claim_due(any_database, "sweep", clock.now() + timedelta(minutes=1))
    clock.advance(3600)
    assert claim_due(any_database, "sweep", clock.now() + timedelta(minutes=1))
    assert not claim_due(any_database, "sweep", clock.now() + timedelta(minutes=1))


# --- the bus


def test_followers_hear_their_kinds_in_order_each_on_its_own(any_database: Database) -> None:
    heard: dict[str, list[str]] = {"screens": [], "comfort": []}

    def hear(name: str) -> Callable[[Message], None]:
        def handle(message: Message) -> None:
            assert isinstance(message, CleanlinessChanged | PanelChanged)
            heard[name].append(message.room)

        return handle

    bus = Bus(any_database)
    bus.follow("screens", hear("screens"), CleanlinessChanged, PanelChanged)
    bus.follow("comfort", hear("comfort"), PanelChanged)
    announce(any_database, "401", "402")
    with any_database.write() as tx:
        tx.announce(PanelChanged("403", "do_not_disturb"))
        tx.announce(RoomsChanged(("404",)))
    assert bus.deliver_pending() > 0
    assert heard == {"screens": ["401", "402", "403"], "comfort": ["403"]}
    assert bus.deliver_pending() == 0


def test_a_restart_goes_on_where_the_follower_stood(any_database: Database) -> None:
    heard: list[Message] = []
    first = Bus(any_database)
    first.follow("comfort", heard.append, CleanlinessChanged)
    announce(any_database, "401", "402")
    first.deliver_pending()
    announce(any_database, "403")
    second = Bus(any_database)
    second.follow("comfort", heard.append, CleanlinessChanged)
    second.deliver_pending()
    assert [message.body()["room"] for message in heard] == ["401", "402", "403"]


def test_messages_for_others_cost_a_follower_no_write_and_are_left_behind_in_time(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_module, "NOTED_MESSAGES", 3)
    heard: list[Message] = []
    bus = Bus(any_database)
    bus.follow("comfort", heard.append, PanelChanged)

    def noted() -> int | None:
        with any_database.read() as session:
            row = session.get(FollowerRow, ("main", "comfort"))
            return row.last_id if row else None

    announce(any_database, "401", "402")
    bus.deliver_pending()
    assert noted() is None
    announce(any_database, "403")
    bus.deliver_pending()
    with any_database.read() as session:
        assert noted() == newest_id(session, "main")
    with any_database.write() as tx:
        tx.announce(PanelChanged("404", "none"))
    bus.deliver_pending()
    assert [message.body()["room"] for message in heard] == ["404"]
    with any_database.read() as session:
        assert noted() == newest_id(session, "main")


class Killed(BaseException):
    """Stands for SIGKILL: nothing after it runs, no handler catches it."""


def test_a_kill_between_handling_and_remembering_brings_the_message_again(any_database: Database) -> None:
    heard: list[str] = []

    def handle(message: Message) -> None:
        heard.append(message.body()["room"])
        if heard == ["401", "402"]:
            raise Killed

    bus = Bus(any_database)
    bus.follow("comfort", handle, CleanlinessChanged)
    announce(any_database, "401", "402", "403")
    with pytest.raises(Killed):
        bus.deliver_pending()
    after = Bus(any_database)
    after.follow("comfort", handle, CleanlinessChanged)
    after.deliver_pending()
    assert heard[2:] == ["401", "402", "403"]


def test_a_follower_that_fails_is_tried_again_in_order_then_the_message_is_passed_over(
    any_database: Database,
) -> None:
    tried: list[str] = []

    def handle(message: Message) -> None:
        room = message.body()["room"]
        tried.append(room)
        if room == "402":
            raise ValueError("cannot handle 402")

    heard_by_other: list[str] = []
    bus = Bus(any_database)
    bus.follow("comfort", handle, CleanlinessChanged)
    bus.follow("screens", lambda m: heard_by_other.append(m.body()["room"]), CleanlinessChanged)
    announce(any_database, "401", "402", "403")
    bus.deliver_pending()
    assert tried == ["401", *["402"] * MOST_TRIES, "403"]
    assert bus.passed_over == {"comfort": 1, "screens": 0}
    assert heard_by_other == ["401", "402", "403"]


def test_a_running_bus_delivers_what_is_announced_while_it_runs(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_module, "FIRST_PAUSE_SECONDS", 0.01)
    heard: list[str] = []
    failed: set[str] = set()
    complete = threading.Event()

    def handle(message: Message) -> None:
        room = message.body()["room"]
        if room == "405" and room not in failed:
            failed.add(room)
            raise ValueError("once")
        heard.append(room)
        if len(heard) == 20:
            complete.set()

    bus = Bus(any_database)
    bus.follow("comfort", handle, CleanlinessChanged)
    bus.start()
    try:
        rooms = [f"4{number:02}" for number in range(20)]
        announce(any_database, *rooms)
        assert complete.wait(20)
    finally:
        bus.stop()
    # The failed one made its batch come to a halt before it, not behind it.
    assert heard == rooms


def test_handled_old_messages_are_forgotten_unhandled_ones_stay(
    any_database: Database, clock: ManualClock
) -> None:
    bus = Bus(any_database)
    bus.follow("comfort", lambda _: None, CleanlinessChanged)
    announce(any_database, "401", "402")
    bus.deliver_pending()
    announce(any_database, "403")
    clock.advance(3600)
    announce(any_database, "404")
    with any_database.read() as session:
        first, last = oldest_id(session, "main"), newest_id(session, "main")
    with any_database.write() as tx:
        assert forget_before(tx.session, "main", clock.wall() - timedelta(minutes=1)) == 2
    with any_database.read() as session:
        assert oldest_id(session, "main") == first + 2
        assert newest_id(session, "main") == last
    with any_database.write() as tx:
        tx.session.execute(MessageRow.__table__.delete())  # type: ignore[attr-defined]
    announce(any_database, "405")
    with any_database.read() as session:
        assert newest_id(session, "main") > last, "an id must never be used twice"


# --- the property and its rooms


@pytest.fixture
def hotel(any_database: Database) -> Database:
    with any_database.write() as tx:
        ensure_property(tx, "Harbour Hotel", "Asia/Shanghai", date(2026, 7, 14))
    return any_database


def test_rooms_come_in_the_order_of_their_numbers(hotel: Database) -> None:
    with hotel.write() as tx:
        for number in ("1001", "0412", "9", "412A", "10"):
            assert put_room(tx, Room(number, "4", "DLX", "Deluxe", "east", 32.5))
    with hotel.read() as session:
        assert [room.number for room in all_rooms(session, "main")] == ["9", "10", "0412", "1001", "412A"]
        assert find_room(session, "main", "0412").area_square_metres == 32.5
        assert room_types(session, "main") == [("DLX", "Deluxe")]


def test_putting_a_room_again_edits_it_and_counts_the_version_up(hotel: Database) -> None:
    with hotel.write() as tx:
        put_room(tx, Room("412", "4", "DLX", "Deluxe"))
    with hotel.write() as tx:
        assert not put_room(tx, Room("412", "4", "STE", "Suite", "west"))
    with hotel.read() as session:
        room = find_room(session, "main", "412")
        assert (room.type_code, room.section, room.version) == ("STE", "west", 2)


def test_connecting_rooms_know_each_other(hotel: Database) -> None:
    with hotel.write() as tx:
        put_room(tx, Room("412", "4", "DLX", "Deluxe"), ["410", "99"])
        put_room(tx, Room("410", "4", "DLX", "Deluxe"), ["412"])
    with hotel.read() as session:
        assert connecting_to(session, "main", "412") == ["410", "99"]
        assert connecting_to(session, "main", "410") == ["412"]
        assert connecting_to(session, "main", "401") == []


def test_an_unknown_room_or_property_is_not_found(any_database: Database) -> None:
    with any_database.read() as session:
        with pytest.raises(NotFound, match="no room 999"):
            find_room(session, "main", "999")
        with pytest.raises(NotFound):
            find_property(session, "main")


def test_setting_the_property_up_twice_keeps_the_first(hotel: Database) -> None:
    with hotel.write() as tx:
        ensure_property(tx, "Another Name", "UTC", datetime(2027, 1, 1, tzinfo=UTC).date())
    with hotel.read() as session:
        assert find_property(session, "main").name == "Harbour Hotel"
