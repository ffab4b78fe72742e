"""A PostgreSQL of the test session's own: a private cluster in a temporary folder, on a Unix socket.

Needs nothing but the server's programs (`initdb`, `postgres`). It is started by the first test that
asks for it, once in each pytest process (so each worker of pytest-xdist has its own), listens on no
port, and is stopped and removed at the end. PostgreSQL refuses to run as root: then it runs as the
system's user `postgres` in a folder given to that user.

Each test gets a schema of its own in it, empty, dropped afterwards: `postgresql_url`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

START_SECONDS = 30.0
STOP_SECONDS = 10.0
UNPRIVILEGED = "postgres"


def _program(name: str) -> str:
    """A program of the newest PostgreSQL on this machine; Debian keeps them off the PATH."""
    candidates = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[-3]))
    if candidates:
        return str(candidates[-1])
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"PostgreSQL's {name} is not installed")
    return found


class PrivatePostgresql:
    """One running cluster. `url(schema)` connects to it, with `schema` as the only search path."""

    def __init__(self) -> None:
        # Not pytest's tmp_path: a socket's path may have 107 characters, and `postgres` must get in.
        self._folder = Path(tempfile.mkdtemp(prefix="pg"))
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self._user = UNPRIVILEGED if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self._folder, self._user)
        data = self._folder / "data"
        subprocess.run(
            [_program("initdb"), "-D", data, "-U", "innkeeper", "-A", "trust", "-E", "UTF8", "--no-sync"],
            user=self._user,
            cwd=self._folder,
            check=True,
            capture_output=True,
        )
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._folder),
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "shared_buffers": "16MB",
            "max_connections": "60",
        }
        self._log = (self._folder / "log").open("wb")
        self._process = subprocess.Popen(
            [
                _program("postgres"),
                "-D",
                data,
                *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
            ],
            user=self._user,
            cwd=self._folder,
            stdout=self._log,
            stderr=self._log,
        )
        self._wait_until_it_answers()

    def url(self, schema: str = "public") -> str:
        return (
            f"postgresql+psycopg://innkeeper@/postgres?host={self._folder}"
            f"&options=-csearch_path%3D{schema}%20-cTimeZone%3DAsia/Shanghai"
        )

    def execute(self, statement: str) -> None:
        self._desk().execute(statement.encode())

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        return self._desk().execute(question.encode()).fetchall()

    def _desk(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection of the cluster's owner, kept: each test asks for several things."""
        if self._connection is None:
            self._connection = psycopg.connect(
                host=str(self._folder), user="innkeeper", dbname="postgres", autocommit=True
            )
        return self._connection

    def stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._process.send_signal(signal.SIGINT)  # fast shutdown: sessions are ended, not waited for
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    told = (self._folder / "log").read_text(errors="replace")
                    self.stop()
                    pytest.fail(f"the private PostgreSQL did not start:\n{told}")
                time.sleep(0.05)
            else:
                return


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PrivatePostgresql]:
    server = PrivatePostgresql()
    yield server
    server.stop()


@pytest.fixture
def postgresql_url(postgresql_server: PrivatePostgresql) -> Iterator[str]:
    """The URL of an empty schema of this test's own."""
    schema = f"test_{uuid.uuid4().hex}"
    postgresql_server.execute(f"CREATE SCHEMA {schema}")
    yield postgresql_server.url(schema)
    postgresql_server.execute(f"DROP SCHEMA {schema} CASCADE")
