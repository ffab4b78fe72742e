"""Migrations make exactly the models' tables, once, whole, from any start, on both databases."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import op
from sqlalchemy import Column, Integer, create_engine, inspect, text

from controller.ports import Sample
from gateway import migrate
from gateway.migrate import HOUSE, LINES, TELEMETRY, DatabaseTooNew
from gateway.telemetry.embedded import EmbeddedTelemetry
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Unavailable
from hotel.metadata import Base
from hotel.rooms import Room, ensure_property, find_room, put_room

ROOT = Path(__file__).parents[2]
START = "import sys; from gateway import migrate; migrate.upgrade(sys.argv[1])"


def table_names(url: str) -> set[str]:
    found: set[str] = set()
    for line in LINES:
        engine = create_engine(line.url(Database(url, ManualClock(datetime.now(UTC))).url))
        found |= set(inspect(engine).get_table_names())
        engine.dispose()
    return found


def test_migrations_and_models_are_in_step(any_database_url: str) -> None:
    """When this fails: python -m gateway.migrate revision "what changed"."""
    migrate.upgrade(any_database_url)
    assert migrate.differences(any_database_url) == []


def test_a_migrated_database_serves(any_database_url: str, clock: ManualClock) -> None:
    migrate.upgrade(any_database_url)
    database = Database(any_database_url, clock)
    with database.write() as tx:
        ensure_property(tx, "Harbour Hotel", "Asia/Shanghai", date(2026, 7, 14))
        put_room(tx, Room("412", "4", "DLX", "Deluxe"))
    telemetry = EmbeddedTelemetry(database, clock)
    telemetry.record([Sample("412", "sensor/air", "temperature_celsius", 22.0, clock.now())])
    telemetry.flush()
    assert telemetry.counters().written == 1
    telemetry.downsample(clock.now())
    migrate.upgrade(any_database_url)  # a second start changes nothing
    with database.read() as session:
        assert find_room(session, "main", "412").type_name == "Deluxe"
    telemetry.close()
    database.close()


def test_the_revision_is_known_before_and_after(any_database_url: str) -> None:
    assert migrate.current(any_database_url) is None
    migrate.upgrade(any_database_url)
    for line in LINES:
        assert migrate.current(any_database_url, line) == migrate.head(line) is not None


def test_sqlite_keeps_its_time_series_beside_the_house_s_tables(tmp_path: Path) -> None:
    migrate.upgrade(f"sqlite:///{tmp_path / 'data' / 'innkeeper.db'}")
    assert {path.name for path in (tmp_path / "data").glob("*.db")} == {
        "innkeeper.db",
        "innkeeper-telemetry.db",
    }
    engine = create_engine(f"sqlite:///{tmp_path / 'data' / 'innkeeper.db'}")
    assert not [name for name in inspect(engine).get_table_names() if name.startswith("telemetry")]
    engine.dispose()


def test_starts_at_the_same_moment_migrate_once(any_database_url: str) -> None:
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", START, any_database_url],
            cwd=ROOT,
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    for start in starts:
        _, errors = start.communicate(timeout=60)
        assert start.returncode == 0, errors.decode()
    assert migrate.differences(any_database_url) == []


def test_a_migration_that_fails_or_is_killed_half_way_leaves_nothing(
    any_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    make = op.create_table

    def die_at_the_fourth(name: str, *columns: object, **options: object) -> object:
        made.append(name)
        if len(made) == 4:
            raise KeyboardInterrupt
        return make(name, *columns, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(op, "create_table", die_at_the_fourth)
        with pytest.raises(KeyboardInterrupt):
            migrate.upgrade(any_database_url)
    assert len(made) == 4
    assert table_names(any_database_url) == set()
    migrate.upgrade(any_database_url)
    assert migrate.differences(any_database_url) == []


def test_a_database_of_a_newer_version_is_refused_with_a_sentence_and_left_alone(
    any_database_url: str, clock: ManualClock
) -> None:
    migrate.upgrade(any_database_url)
    database = Database(any_database_url, clock)
    with database.write() as tx:
        tx.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew, match="newer Innkeeper"):
        migrate.upgrade(any_database_url)
    assert migrate.current(any_database_url) == "9999"
    database.close()


def test_a_database_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        migrate.upgrade(f"postgresql://nobody@/nothing?host={tmp_path}")
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable):
        migrate.current(f"sqlite:///{tmp_path}")  # a folder


def test_somebody_else_s_long_migration_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'innkeeper.db'}"
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 0.2)
    with migrate._locked(HOUSE, url), pytest.raises(Unavailable, match="migrating"):
        migrate.upgrade(url)
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 20)
    finished: list[float] = []

    def start() -> None:
        migrate.upgrade(url)
        finished.append(time.monotonic())

    with migrate._locked(HOUSE, url):
        thread = threading.Thread(target=start)
        thread.start()
        time.sleep(0.3)
        released = time.monotonic()
    thread.join(30)
    assert len(finished) == 1
    assert finished[0] > released


def test_a_changed_model_is_noticed_and_gets_a_revision(
    any_database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.FOLDER, folder)
    monkeypatch.setattr(migrate, "FOLDER", folder)
    migrate.upgrade(any_database_url)
    tables = TELEMETRY.metadata.tables
    column = Column("floor", Integer)
    tables["telemetry_rooms"].append_column(column)
    try:
        assert len(migrate.differences(any_database_url)) == 1
        (path,) = migrate.revise("The floor of a room")
        assert path.parent == folder / "versions" / "telemetry"
        assert path.name == "0002_the_floor_of_a_room.py"
        compile(path.read_text(), path.name, "exec")
        migrate.upgrade(any_database_url)
        assert migrate.differences(any_database_url) == []
    finally:
        tables["telemetry_rooms"]._columns.remove(column)


def test_every_table_carries_its_property() -> None:
    """Every row is scoped by property from the first migration on."""
    for table in Base.metadata.tables.values():
        assert "property_id" in table.columns or table.name == "properties", table.name


@pytest.mark.parametrize("arguments", [[], ["upgrade"], ["revision"], ["revision", " "]])
def test_a_wrong_call_is_told_the_right_one(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert migrate.main(arguments) == 2
    assert "usage" in capsys.readouterr().err
