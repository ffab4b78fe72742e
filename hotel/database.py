"""The one database of the house: its engines, its transactions (its MetaData: `hotel.metadata`).

SQLite and PostgreSQL behave alike behind `Database`: a writer is serialised against other writers
(SQLite: BEGIN IMMEDIATE; plain BEGIN loses updates silently), a reader never blocks one. A
transaction collects what is to be announced and audited and writes both with the facts themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hotel.actor import Actor
from hotel.audit import insert_entry
from hotel.clock import Clock
from hotel.errors import Unavailable
from hotel.messages import Message
from hotel.metadata import Base
from hotel.outbox import Announced, insert_messages

BUSY_TIMEOUT_SECONDS = 10
# SQLite's write-ahead log goes into the database file once it has this many pages (of 4 kB), at the cost
# of whoever commits just then: some milliseconds. `checkpoint` does it beforehand, at nobody's.
MOST_LOGGED_PAGES = 16_000
# One key for all announcing transactions, so that message ids become visible in their order.
_ANNOUNCE_LOCK = 0x1A4E


class Transaction:
    """One unit of work: rows, what is announced and what is audited, committed together or not at all."""

    def __init__(self, session: Session, property_id: str, clock: Clock) -> None:
        self.session = session
        self.property_id = property_id
        self.clock = clock
        self._messages: list[Message] = []
        self._after: list[Callable[[], None]] = []

    def announce(self, message: Message) -> None:
        """Tell the other slices and the screens, once this transaction is committed."""
        self._messages.append(message)

    def audit(self, actor: Actor, action: str, subject: str, **detail: Any) -> None:
        """Write who did what to which thing. `detail` must not hold a guest's personal fields."""
        insert_entry(
            self.session,
            property_id=self.property_id,
            at=self.clock.now(),
            wall_at=self.clock.wall(),
            actor_kind=actor.kind.value,
            actor_id=actor.id,
            actor_name=actor.name,
            action=action,
            subject=subject,
            detail={**detail, "on_behalf_of": actor.on_behalf_of} if actor.on_behalf_of else detail,
        )

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call `callback` once the commit has happened; never when it has not."""
        self._after.append(callback)

    def _write_messages(self) -> list[Announced]:
        if not self._messages:
            return []
        self.session.flush()
        if self.session.get_bind().dialect.name == "postgresql":
            self.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ANNOUNCE_LOCK})
        return insert_messages(
            self.session, self.property_id, self.clock.now(), self.clock.wall(), self._messages
        )


class Database:
    """The engines behind a URL, for one property.

    Args:
        url: an SQLAlchemy URL, SQLite (a file) or PostgreSQL (psycopg).
        clock: gives the times of messages and audit rows.
        property_id: the property that this process serves; every row carries it.
        durable: False spares SQLite its fsync, for virtual-time runs whose data nobody keeps.
    """

    def __init__(self, url: str, clock: Clock, property_id: str = "main", *, durable: bool = True) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql" and parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.url = parsed
        self.clock = clock
        self.property_id = property_id
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._durable = durable
        # SQLite's own wait polls with growing sleeps; queueing here keeps the slowest tap fast.
        self._writer = threading.Lock()
        self._on_announced: list[Callable[[list[Announced]], None]] = []
        if self.is_sqlite:
            if not parsed.database or parsed.database == ":memory:":
                raise ValueError("SQLite needs a file: readers and the writer use connections of their own")
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine = self._sqlite_engine(writer=True)
            self.reader = self._sqlite_engine(writer=False)
        else:
            self.engine = create_engine(
                parsed,
                pool_pre_ping=True,
                pool_size=10,
                max_overflow=20,
                hide_parameters=True,  # they may be a guest's; a log must not show them
            )
            self.reader = self.engine

    def _sqlite_engine(self, *, writer: bool) -> Engine:
        engine = create_engine(
            self.url,
            connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            hide_parameters=True,  # they may be a guest's; a log must not show them
        )
        synchronous = "FULL" if self._durable else "OFF"

        @event.listens_for(engine, "connect")
        def _configure(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # we say BEGIN ourselves
            cursor = connection.cursor()
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute(f"PRAGMA synchronous={synchronous}")
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.execute(f"PRAGMA wal_autocheckpoint={MOST_LOGGED_PAGES}")
            if not writer:
                cursor.execute("PRAGMA query_only=ON")
            cursor.close()

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

        return engine

    def on_announced(self, callback: Callable[[list[Announced]], None]) -> None:
        """Call `callback` after each commit that announced something, with what this commit announced.

        It must be quick. Commits of other processes do not call it, and of two commits the later one
        may call it first.
        """
        self._on_announced.append(callback)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that commits at the end of the block, or leaves no trace if the block raises.

        Writers queue up; do no network or solver work inside, and do not nest.

        Raises:
            Unavailable: the database is busy, full or away.
        """
        lock = self._writer if self.is_sqlite else None
        if lock is not None and not lock.acquire(timeout=BUSY_TIMEOUT_SECONDS):
            raise Unavailable("database_busy", "The database is busy. Try again in a moment.")
        try:
            with Session(self.engine, expire_on_commit=False) as session:
                transaction = Transaction(session, self.property_id, self.clock)
                yield transaction
                announced = transaction._write_messages()
                session.commit()
        except OperationalError as error:
            raise Unavailable("database_unavailable", "The database does not take this just now.") from error
        finally:
            if lock is not None:
                lock.release()
        try:
            # First what somebody waits for (a command goes out), then the news of it.
            for after in transaction._after:
                after()
        finally:
            if announced:
                for callback in self._on_announced:
                    callback(announced)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one consistent state and cannot write (SQLite enforces it)."""
        with Session(self.reader, expire_on_commit=False) as session:
            yield session

    def checkpoint(self) -> None:
        """Bring SQLite's write-ahead log into the database file, beside the writer and the readers.

        A heartbeat, so that no commit has to. Nothing to do on PostgreSQL.
        """
        if not self.is_sqlite:
            return
        # A connection without a transaction of SQLAlchemy's, which would be the writer's.
        connection = self.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            connection.close()

    def create_all(self) -> None:
        """Make all tables at once: for tests and virtual time; a service migrates instead."""
        Base.metadata.create_all(self.engine)

    def close(self) -> None:
        self.engine.dispose()
        self.reader.dispose()
