"""Brings a database to the tables that this version of the house needs.

There are two lines of revisions: the house's, and the telemetry's, whose tables live in a file of
their own on SQLite (docs/adr/0002-telemetry-store.md). Each line is upgraded in one transaction under
a lock: two starts at once do not meet, and a kill in the middle leaves the old tables whole.

`python -m gateway.migrate revision "what changes"` writes the revisions that the models need.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, NullPool, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

import gateway.tables  # noqa: F401 - completes Base.metadata
from gateway.telemetry import tables as telemetry
from hotel.errors import Refused, Unavailable
from hotel.metadata import Base, UtcDateTime

FOLDER = Path(__file__).parent / "migrations"
# Somebody else's migration may take its time; then this start goes on, with nothing left to do.
LOCK_SECONDS = 120
_LOCK_KEY = 0x1A4F


class DatabaseTooNew(Refused):
    """The database was migrated by a newer version of the house."""

    status = 503


@dataclass(frozen=True)
class Line:
    """One line of revisions: whose tables, where its scripts are, where it keeps its number."""

    name: Literal["house", "telemetry"]
    metadata: MetaData
    version_table: str

    def url(self, house: URL) -> URL:
        """Where this line's tables are when the house's are at `house`."""
        return telemetry.telemetry_url(house) if self.name == "telemetry" else house

    def owns(self, table: str) -> bool:
        return table.startswith(telemetry.PREFIX) == (self.name == "telemetry")


HOUSE = Line("house", Base.metadata, "alembic_version")
TELEMETRY = Line("telemetry", telemetry.metadata, f"{telemetry.PREFIX}alembic_version")
LINES = (HOUSE, TELEMETRY)


def upgrade(url: str) -> None:
    """Bring both lines to their newest revision; does nothing when they are there.

    Args:
        url: the house's database, as in INNKEEPER_DATABASE_URL.

    Raises:
        DatabaseTooNew: a newer version of the house was here.
        Unavailable: the database does not answer, or somebody else has held it for `LOCK_SECONDS`.
    """
    for line in LINES:
        with _locked(line, url) as connection:
            script = _script(line)
            found = _current(line, connection)
            if found == script.get_current_head():
                continue
            if found is not None and found not in {r.revision for r in script.walk_revisions()}:
                raise DatabaseTooNew(
                    "database_too_new",
                    f"The database was used by a newer Innkeeper (revision {found} of its {line.name} "
                    "tables). Start that version, or restore a backup from before.",
                    revision=found,
                )
            command.upgrade(_config(line, connection), "head")
            if connection.dialect.name == "sqlite":
                broken = connection.execute(text("PRAGMA foreign_key_check")).all()
                if broken:
                    raise RuntimeError(f"the migration left rows that point nowhere: {broken[:5]}")


def current(url: str, line: Line = HOUSE) -> str | None:
    """The revision that the database is at; None when it has never been migrated.

    Raises:
        Unavailable: the database does not answer.
    """
    with _connected(line, url) as connection:
        return _current(line, connection)


def head(line: Line = HOUSE) -> str | None:
    """The newest revision that this version of the house has."""
    return _script(line).get_current_head()


def differences(url: str) -> list[str]:
    """What the database's tables lack or have too much against the models; empty = in step."""
    found: list[str] = []
    for line in LINES:
        with _connected(line, url) as connection:
            settings = settings_for(line, connection)
            migration = MigrationContext.configure(connection, opts=settings)
            found += [f"{line.name}: {each}" for each in compare_metadata(migration, line.metadata)]
    return found


def revise(message: str) -> list[Path]:
    """Write a revision for each line whose models differ from its newest one; returns the new files."""
    made: list[Path] = []
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/house.db"
        upgrade(url)
        for line in LINES:
            with _connected(line, url) as connection:
                migration = MigrationContext.configure(connection, opts=settings_for(line, connection))
                if not compare_metadata(migration, line.metadata):
                    continue
                number = len(list(_script(line).walk_revisions())) + 1
                script = command.revision(
                    _config(line, connection), message, autogenerate=True, rev_id=f"{number:04}"
                )
                assert script is not None
                assert not isinstance(script, list)
                path = Path(script.path)
                # Alembic's remarks ask for a review; the review is done before the commit.
                lines = path.read_text().splitlines(keepends=True)
                path.write_text("".join(each for each in lines if "# ### " not in each))
                made.append(path)
    return made


def settings_for(line: Line, connection: Connection) -> dict[str, Any]:
    """How Alembic is to look at the database for this line."""

    def owns(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or (name is not None and line.owns(name))

    return {
        "target_metadata": line.metadata,
        "version_table": line.version_table,
        "include_name": owns,
        "compare_type": True,
        "render_item": _render,
        # SQLite alters a table by making it anew.
        "render_as_batch": True,
        "transactional_ddl": True,
    }


def _render(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    # A revision must mean the same for good, whatever becomes of our classes.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def newest_revision(line: Line) -> str | None:
    """The revision that `upgrade` brings the line to."""
    return _script(line).get_current_head()


def _script(line: Line) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(line))


def _config(line: Line, connection: Connection | None = None) -> Config:
    config = Config()
    for option, value in {
        "script_location": FOLDER,
        "version_locations": FOLDER / "versions" / line.name,
        "path_separator": "newline",
        "file_template": "%%(rev)s_%%(slug)s",
    }.items():
        is_path = isinstance(value, Path)
        config.set_main_option(option, str(value).replace("%", "%%") if is_path else str(value))
    config.attributes["line"] = line
    config.attributes["connection"] = connection
    return config


def _current(line: Line, connection: Connection) -> str | None:
    opts = {"version_table": line.version_table}
    return MigrationContext.configure(connection, opts=opts).get_current_revision()


@contextmanager
def _connected(line: Line, url: str) -> Iterator[Connection]:
    """A connection in a transaction that writers of this line wait for."""
    where = line.url(make_url(url))
    if where.drivername == "postgresql":
        where = where.set(drivername="postgresql+psycopg")
    is_sqlite = where.get_backend_name() == "sqlite"
    if is_sqlite and where.database:
        Path(where.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        where, poolclass=NullPool, connect_args={"timeout": LOCK_SECONDS} if is_sqlite else {}
    )
    if is_sqlite:

        @event.listens_for(engine, "connect")
        def _configure(connection: Any, _record: Any) -> None:
            # We say BEGIN ourselves: the driver would commit before each change of a table. Foreign keys
            # stay off, as making a table anew needs; they are checked before the commit.
            connection.isolation_level = None
            connection.execute("PRAGMA journal_mode=WAL")

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        with engine.begin() as connection:
            yield connection
    except OperationalError as error:
        raise Unavailable(
            "database_unavailable", "The database does not answer, or another start is migrating it."
        ) from error
    finally:
        engine.dispose()


@contextmanager
def _locked(line: Line, url: str) -> Iterator[Connection]:
    with _connected(line, url) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        yield connection


def main(arguments: list[str]) -> int:
    """`revision "message"`: write what the models need. Returns the exit code."""
    match arguments:
        case ["revision", message] if message.strip():
            made = revise(message)
            sys.stdout.write("".join(f"{path}\n" for path in made) or "The models need no new revision.\n")
            return 0
        case _:
            sys.stderr.write('usage: python -m gateway.migrate revision "what changes"\n')
            return 2


if __name__ == "__main__":
    # Alembic's env.py imports this module by its name; run as a script it would be another one.
    from gateway import migrate

    sys.exit(migrate.main(sys.argv[1:]))
