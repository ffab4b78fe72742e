"""Databases with all tables and no rows, without making sixty tables for every test.

SQLite's are copies of one that was made once; PostgreSQL's is one schema that is emptied before each test.
Both are made anew when more tables have been imported meanwhile.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from hotel.clock import ManualClock
from hotel.database import Database
from hotel.metadata import Base
from tests.postgresql import PrivatePostgresql

# Longer than any lock of a test that has ended; then the schema is given up for a new one.
LOCK_TIMEOUT = "5s"


def put_sqlite(file: Path) -> None:
    """Make `file` an empty database with all tables that have been imported."""
    file.write_bytes(_sqlite_with(frozenset(Base.metadata.tables)))


@functools.cache
def _sqlite_with(_tables: frozenset[str]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.db"
        _make_tables(f"sqlite:///{file}")
        return file.read_bytes()


def _make_tables(url: str) -> None:
    made = Database(url, ManualClock(datetime(2026, 7, 14, tzinfo=UTC)))
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
    made = Database(any_database_url, clock)
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
