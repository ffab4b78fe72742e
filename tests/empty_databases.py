"""Databases with all tables and no rows, without making sixty tables for every test.

SQLite's are copies of one that was made once; PostgreSQL's is one schema that is emptied before each test.
Both are made anew when more tables have been imported meanwhile. Neither waits for the disk: what a power cut
leaves is no test's business here.
"""

from __future__ import annotations

import functools
import sqlite3
import tempfile
from collections.abc import Callable, Hashable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.util import LRUCache

from hotel.clock import ManualClock
from hotel.database import Database
from hotel.metadata import Base
from tests.postgresql import PrivatePostgresql

# Longer than any lock of a test that has ended; then the schema is given up for a new one.
LOCK_TIMEOUT = "5s"
MOST_STATEMENTS = 4_000

_first_engines: dict[str, Engine] = {}


def _engine_with_known_statements(url: Any, **options: Any) -> Engine:
    """An engine that takes over what was compiled for the databases before it: SQLAlchemy keeps statements
    by engine and dialect, and to compile them anew for each test's database is a third of what it costs."""
    made = create_engine(url, **options)
    first = _first_engines.get(made.dialect.driver)
    if first is None:
        made._compiled_cache = LRUCache(MOST_STATEMENTS)
        # The dialect gets to know its server; that connection was made before its owner could set it up.
        made.connect().close()
        made.dispose()
        _first_engines[made.dialect.driver] = made
    else:
        made.dialect, made._compiled_cache = first.dialect, first._compiled_cache
    return made


@pytest.fixture(scope="session", autouse=True)
def known_statements() -> Iterator[None]:
    """What one test's database compiled serves the next one's."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("hotel.database.create_engine", _engine_with_known_statements)
        yield


def put_sqlite(file: Path) -> None:
    """Make `file` an empty database with all tables that have been imported."""
    file.write_bytes(_sqlite_with(frozenset(Base.metadata.tables)))


@functools.cache
def _sqlite_with(_tables: frozenset[str]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.db"
        _make_tables(f"sqlite:///{file}")
        return file.read_bytes()


_settled: dict[Hashable, Kept] = {}


def settle_once(database: Database, settle: Callable[[], None], *depends_on: Hashable) -> None:
    """Have `settle` fill an empty database, or copy what it wrote into another one of the kind: it is the
    same for the same `depends_on`."""
    key = (database.is_sqlite, frozenset(Base.metadata.tables), *depends_on)
    if key in _settled:
        _settled[key].put_into(database)
        return
    settle()
    _settled[key] = SqliteRows(database) if database.is_sqlite else PostgresqlRows(database)


class Kept(Protocol):
    """All that is in a database."""

    def put_into(self, database: Database) -> None:
        """Into another one, which has the same tables and no rows."""


class SqliteRows:
    def __init__(self, database: Database) -> None:
        self._kept = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(sqlite3.connect(str(database.url.database))) as file:
            file.backup(self._kept)

    def put_into(self, database: Database) -> None:
        with closing(sqlite3.connect(str(database.url.database))) as file:
            self._kept.backup(file)


class PostgresqlRows:
    def __init__(self, database: Database) -> None:
        with self._connected(database) as connection:
            self._rows = [
                (table.name, rows)
                for table in Base.metadata.sorted_tables
                if (rows := self._rows_of(connection, table.name))
            ]
            self._counts = connection.execute(
                "SELECT sequencename, last_value FROM pg_sequences"
                " WHERE schemaname = current_schema() AND last_value IS NOT NULL"
            ).fetchall()

    def put_into(self, database: Database) -> None:
        with self._connected(database) as connection:
            for table, rows in self._rows:
                with connection.cursor().copy(f'COPY "{table}" FROM STDIN'.encode()) as copying:
                    copying.write(rows)
            for name, value in self._counts:
                connection.execute("SELECT setval(%s::regclass, %s)", (name, value))
            connection.commit()

    @staticmethod
    def _rows_of(connection: psycopg.Connection[Any], table: str) -> bytes:
        with connection.cursor().copy(f'COPY "{table}" TO STDOUT'.encode()) as copying:
            return b"".join(bytes(part) for part in copying)

    @staticmethod
    @contextmanager
    def _connected(database: Database) -> Iterator[psycopg.Connection[Any]]:
        with closing(database.engine.raw_connection()) as pooled:
            assert isinstance(pooled.driver_connection, psycopg.Connection)
            yield pooled.driver_connection


def _make_tables(url: str) -> None:
    made = Database(url, ManualClock(datetime(2026, 7, 14, tzinfo=UTC)), durable=False)
    made.create_all()
    made.close()


@pytest.fixture(scope="session")
def empty_schema(postgresql_server: PrivatePostgresql) -> EmptySchema:
    return EmptySchema(postgresql_server)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, SQLite's and PostgreSQL's in turn; without tables, unless the test
    asks for `any_database` too."""
    with_tables = "any_database" in request.fixturenames
    if request.param == "sqlite":
        file = tmp_path / "innkeeper.db"
        if with_tables:
            put_sqlite(file)
        return f"sqlite:///{file}"
    if with_tables:
        schema: EmptySchema = request.getfixturevalue("empty_schema")
        return schema.url()
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
def any_database(any_database_url: str, clock: ManualClock) -> Iterator[Database]:
    """An empty database with all tables that have been imported, SQLite's and PostgreSQL's in turn."""
    made = Database(any_database_url, clock, durable=False)
    yield made
    made.close()


class EmptySchema:
    """The schema with tables of one PostgreSQL. Who still holds on to it when it is emptied is cut off."""

    def __init__(self, server: PrivatePostgresql) -> None:
        self._server = server
        self._number = 0
        self._tables: frozenset[str] = frozenset()

    def url(self) -> str:
        """Of the schema, empty."""
        wanted = frozenset(Base.metadata.tables)
        if self._number and wanted == self._tables and self._empty():
            return self._url
        self._number += 1
        self._tables = wanted
        self._server.execute(f"CREATE SCHEMA {self._name}")
        _make_tables(self._url)
        return self._url

    @property
    def _name(self) -> str:
        return f"emptied_{self._number}"

    @property
    def _url(self) -> str:
        return f"{self._server.url(self._name)}&application_name={self._name}"

    def _empty(self) -> bool:
        """Delete all rows and begin all counts anew; False when it is not as it was made."""
        self._server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE application_name = '{self._name}' AND pid <> pg_backend_pid()"
        )
        there = self._server.ask(f"SELECT tablename FROM pg_tables WHERE schemaname = '{self._name}'")
        if {name for (name,) in there} != self._tables:
            return False
        rows = "; ".join(
            f'DELETE FROM {self._name}."{table.name}"' for table in reversed(Base.metadata.sorted_tables)
        )
        counts = (
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)"
            f" FROM pg_sequences WHERE schemaname = '{self._name}' AND last_value IS NOT NULL"
        )
        try:
            self._server.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'; {rows}; {counts}")
        except psycopg.errors.LockNotAvailable:
            return False
        return True
