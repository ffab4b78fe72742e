"""What `hotel.database` promises, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from hotel.actor import SYSTEM
from hotel.audit import AuditRow
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Refused
from hotel.messages import RoomsChanged
from hotel.metadata import UtcDateTime
from hotel.outbox import MessageRow, messages_after
from hotel.rooms import PropertyRow, Room, ensure_property, find_room, put_room


class _TestsOwn(DeclarativeBase):
    """Beside the house's MetaData: no test's table must look like one of the hotel's."""

    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - the shape SQLAlchemy asks for


class TallyRow(_TestsOwn):
    """A number that many people add to, and a moment."""

    __tablename__ = "tallies"

    name: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    at: Mapped[datetime | None]


@pytest.fixture
def any_database(any_database: Database) -> Database:
    """The one of tests/postgresql.py, with the tallies."""
    _TestsOwn.metadata.create_all(any_database.engine)
    return any_database


def set_up_hotel(database: Database) -> None:
    with database.write() as tx:
        ensure_property(tx, "Harbour Hotel", "Asia/Shanghai", datetime(2026, 7, 14, tzinfo=UTC).date())


def run_together(count: int, work: list[threading.Thread]) -> None:
    assert len(work) == count
    for thread in work:
        thread.start()
    for thread in work:
        thread.join(60)
    assert not any(thread.is_alive() for thread in work)


def test_no_update_is_lost_between_threads(any_database: Database) -> None:
    threads, rounds = 4, 25
    with any_database.write() as tx:
        tx.session.add(TallyRow(name="minibar", number=0))

    def add() -> None:
        for _ in range(rounds):
            with any_database.write() as tx:
                row = tx.session.get_one(TallyRow, "minibar", with_for_update=True)
                row.number += 1

    run_together(threads, [threading.Thread(target=add) for _ in range(threads)])
    with any_database.read() as session:
        assert session.get_one(TallyRow, "minibar").number == threads * rounds


def test_an_edit_of_an_outdated_row_is_refused(any_database: Database) -> None:
    """Optimistic: what a supervisor saw before somebody else's edit cannot overwrite it."""
    set_up_hotel(any_database)
    with any_database.read() as session:
        seen = session.get_one(PropertyRow, "main")
    with any_database.write() as tx:
        tx.session.get_one(PropertyRow, "main").name = "Seaside Hotel"
    seen.name = "Hilltop Hotel"
    with pytest.raises(StaleDataError), any_database.write() as tx:
        tx.session.merge(seen)
    with any_database.read() as session:
        assert session.get_one(PropertyRow, "main").name == "Seaside Hotel"


def test_messages_come_out_in_the_order_of_their_commits(any_database: Database) -> None:
    """A reader that has seen message n never meets a smaller id later, however many threads announce."""
    threads, rounds = 4, 15
    seen: list[int] = []
    done = threading.Event()

    def announce(floor: int) -> None:
        for number in range(rounds):
            with any_database.write() as tx:
                tx.announce(RoomsChanged((f"{floor}{number:02}",)))

    def follow() -> None:
        last = 0
        while True:
            finished = done.is_set()
            with any_database.read() as session:
                rows = messages_after(session, "main", last, 1000)
            seen.extend(row.id for row in rows)
            last = seen[-1] if seen else 0
            if finished and not rows:
                return

    follower = threading.Thread(target=follow)
    follower.start()
    run_together(threads, [threading.Thread(target=announce, args=(floor,)) for floor in range(threads)])
    done.set()
    follower.join(30)
    with any_database.read() as session:
        everything = list(session.scalars(select(MessageRow.id).order_by(MessageRow.id)))
    assert len(everything) == threads * rounds
    assert seen == everything


def test_a_rolled_back_transaction_leaves_no_row_message_audit_or_call(any_database: Database) -> None:
    set_up_hotel(any_database)
    called: list[str] = []
    any_database.on_announced(lambda _: called.append("announced"))

    def add_and_think_better_of_it() -> None:
        with any_database.write() as tx:
            put_room(tx, Room("412", "4", "DLX", "Deluxe"))
            tx.audit(SYSTEM, "room.added", "room/412")
            tx.after_commit(lambda: called.append("after"))
            raise Refused("no", "Not today.")

    with pytest.raises(Refused):
        add_and_think_better_of_it()
    with any_database.read() as session:
        assert messages_after(session, "main", 0, 10) == []
        assert session.scalars(select(AuditRow)).all() == []
        with pytest.raises(Refused):
            find_room(session, "main", "412")
    assert called == []


def test_what_follows_a_commit_sees_it_from_outside(any_database: Database) -> None:
    set_up_hotel(any_database)
    seen: list[str] = []

    def look() -> None:
        with any_database.read() as session:
            seen.append(find_room(session, "main", "412").type_code)

    with any_database.write() as tx:
        put_room(tx, Room("412", "4", "DLX", "Deluxe"))
        tx.after_commit(look)
        assert seen == []
    assert seen == ["DLX"]


def test_a_commit_with_news_wakes_the_listeners_and_one_without_does_not(any_database: Database) -> None:
    woken: list[int] = []
    any_database.on_announced(lambda _: woken.append(1))
    with any_database.write() as tx:
        tx.session.add(TallyRow(name="towels", number=0))
    assert woken == []
    with any_database.write() as tx:
        tx.announce(RoomsChanged(("412",)))
        tx.announce(RoomsChanged(("413",)))
    assert woken == [1]


def test_messages_and_audit_carry_both_times_and_the_property(
    any_database: Database, clock: ManualClock
) -> None:
    clock.jump(3600)
    with any_database.write() as tx:
        tx.announce(RoomsChanged(("412",)))
        tx.audit(SYSTEM, "room.looked_at", "room/412", why="test")
    with any_database.read() as session:
        (message,) = messages_after(session, "main", 0, 10)
        (entry,) = session.scalars(select(AuditRow)).all()
    for row in (message, entry):
        assert (row.property_id, row.at, row.wall_at) == ("main", clock.now(), clock.wall())
    assert message.body == {"rooms": ["412"]}
    assert (entry.actor_name, entry.action, entry.detail) == ("Innkeeper", "room.looked_at", {"why": "test"})


def test_another_property_s_messages_stay_its_own(any_database: Database) -> None:
    with any_database.write() as tx:
        tx.announce(RoomsChanged(("412",)))
    with any_database.read() as session:
        assert messages_after(session, "other", 0, 10) == []


def test_a_datetime_comes_back_as_the_same_moment_in_utc(any_database: Database) -> None:
    shanghai = timezone(timedelta(hours=8))
    arrival = datetime(2026, 7, 14, 15, 10, 0, 123456, tzinfo=shanghai)
    with any_database.write() as tx:
        tx.session.add(TallyRow(name="arrival", number=1, at=arrival))
    with any_database.read() as session:
        stored = session.get_one(TallyRow, "arrival").at
        earlier = session.scalars(select(TallyRow.name).where(TallyRow.at < arrival)).all()
        same = session.scalars(select(TallyRow.name).where(TallyRow.at == arrival.astimezone(UTC))).all()
    assert stored == arrival
    assert stored is not None
    assert stored.tzinfo == UTC
    assert (earlier, same) == ([], ["arrival"])


def test_a_datetime_without_zone_is_refused(any_database: Database) -> None:
    naive = datetime(2026, 7, 14, 15, 10)  # noqa: DTZ001 - that is the point
    with pytest.raises(StatementError, match="without a zone"), any_database.write() as tx:
        tx.session.add(TallyRow(name="arrival", number=1, at=naive))


def test_a_reader_sees_one_state_and_does_not_wait_for_a_writer(any_database: Database) -> None:
    with any_database.write() as tx:
        tx.session.add(TallyRow(name="keys", number=1))
    with any_database.write() as tx:
        tx.session.get_one(TallyRow, "keys").number = 2
        tx.session.flush()
        with any_database.read() as session:
            assert session.get_one(TallyRow, "keys").number == 1
    with any_database.read() as session:
        assert session.get_one(TallyRow, "keys").number == 2


def test_sqlite_readers_cannot_write(database: Database) -> None:
    with pytest.raises(OperationalError), database.read() as session:
        session.execute(delete(MessageRow))


def test_foreign_keys_are_kept(any_database: Database) -> None:
    """A room without its property is refused by the database itself."""
    with pytest.raises(IntegrityError), any_database.write() as tx:
        put_room(tx, Room("412", "4", "DLX", "Deluxe"))
