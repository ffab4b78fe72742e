"""All SQL of the embedded time series.

Written in statements of many rows, one a transaction: each row of an `executemany` takes and gives
back the interpreter lock, which under a busy ingest thread made a batch a hundred times slower
(measured in docs/adr/0002-telemetry-store.md).
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, delete, event, insert, select, text

from gateway.telemetry import tables
from gateway.telemetry.thinning import Point
from hotel.database import BUSY_TIMEOUT_SECONDS, Database

QUARTER_MS = 15 * 60 * 1000
# Statements of these many rows are compiled once each; any batch is made of a few of them.
_STATEMENT_ROWS = (500, 100, 20, 5, 1)
# A read returns at most so many raw rows of one room; beyond that the chart reads quarters.
MOST_RAW_ROWS = 200_000

SeriesKey = tuple[str, str, str]  # room ("" = none), device key, property
SeriesIds = tuple[int, int]  # room id, series id
RawRow = tuple[int, int, int, float | None]  # room id, at_ms, series id, value
QuarterRow = tuple[int, float | None, float | None, float | None]  # start_ms, low, high, last


class TelemetryStore:
    """Where the embedded series are kept: a file beside SQLite's, tables in PostgreSQL's database.

    Args:
        database: the house's database; tells where to be and whose property it is.
    """

    def __init__(self, database: Database) -> None:
        self.property_id = database.property_id
        self.is_sqlite = database.is_sqlite
        self._owns_engines = database.is_sqlite
        self._writing = threading.Lock()
        if database.is_sqlite:
            url = tables.telemetry_url(database.url)
            Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
            self._engine = _sqlite_engine(url, writer=True)
            self._reader = _sqlite_engine(url, writer=False)
        else:
            self._engine = self._reader = database.engine

    def create_all(self) -> None:
        """Make the tables at once: for tests and virtual time; a service migrates instead."""
        tables.metadata.create_all(self._engine)

    def close(self) -> None:
        if self._owns_engines:
            self._engine.dispose()
            self._reader.dispose()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction; writers of this process queue up here."""
        with self._writing, self._engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._reader.connect() as connection:
            yield connection

    # --- names

    def all_series(self, connection: Connection) -> dict[SeriesKey, SeriesIds]:
        rows = connection.execute(
            select(
                tables.rooms.c.room,
                tables.series.c.device_key,
                tables.series.c.property,
                tables.rooms.c.id,
                tables.series.c.id,
            )
            .join(tables.rooms, tables.rooms.c.id == tables.series.c.room_id)
            .where(tables.rooms.c.property_id == self.property_id)
        )
        return {(room, device, name): (room_id, series_id) for room, device, name, room_id, series_id in rows}

    def intern(self, connection: Connection, key: SeriesKey) -> SeriesIds:
        """The ids of a series, made when it is new."""
        room, device_key, name = key
        room_id = connection.scalar(
            select(tables.rooms.c.id).where(
                tables.rooms.c.property_id == self.property_id, tables.rooms.c.room == room
            )
        )
        if room_id is None:
            room_id = connection.execute(
                insert(tables.rooms)
                .values(property_id=self.property_id, room=room)
                .returning(tables.rooms.c.id)
            ).scalar_one()
        series_id = connection.scalar(
            select(tables.series.c.id).where(
                tables.series.c.room_id == room_id,
                tables.series.c.device_key == device_key,
                tables.series.c.property == name,
            )
        )
        if series_id is None:
            series_id = connection.execute(
                insert(tables.series)
                .values(room_id=room_id, device_key=device_key, property=name)
                .returning(tables.series.c.id)
            ).scalar_one()
        return room_id, series_id

    def find_series(
        self, connection: Connection, room: str, properties: Sequence[str]
    ) -> tuple[int | None, dict[int, str]]:
        """The room's id (None: never heard of) and the property of each of its series asked for."""
        rows = connection.execute(
            select(tables.rooms.c.id, tables.series.c.id, tables.series.c.property)
            .join(tables.series, tables.series.c.room_id == tables.rooms.c.id)
            .where(
                tables.rooms.c.property_id == self.property_id,
                tables.rooms.c.room == room,
                tables.series.c.property.in_(properties),
            )
        ).all()
        return (rows[0][0] if rows else None), {series_id: name for _, series_id, name in rows}

    def series_of_devices(
        self, connection: Connection, device_keys: Collection[str]
    ) -> dict[int, dict[int, tuple[str, str]]]:
        """By room, the (device key, property) of every series of these devices."""
        rows = connection.execute(
            select(
                tables.series.c.room_id,
                tables.series.c.id,
                tables.series.c.device_key,
                tables.series.c.property,
            )
            .join(tables.rooms, tables.rooms.c.id == tables.series.c.room_id)
            .where(
                tables.rooms.c.property_id == self.property_id,
                tables.series.c.device_key.in_(list(device_keys)),
            )
        )
        found: dict[int, dict[int, tuple[str, str]]] = {}
        for room_id, series_id, device_key, name in rows:
            found.setdefault(room_id, {})[series_id] = (device_key, name)
        return found

    # --- raw values

    def put_raw(self, connection: Connection, rows: list[RawRow]) -> None:
        """Write the rows; of two values of one series in one millisecond the later stays."""
        if not self.is_sqlite:
            newest = {row[:3]: row[3] for row in rows}
            connection.execute(
                text(
                    "INSERT INTO telemetry_raw (room_id, at_ms, series_id, value) "
                    "SELECT * FROM unnest(CAST(:rooms AS int[]), CAST(:times AS bigint[]), "
                    "CAST(:series AS int[]), CAST(:values AS float8[])) "
                    "ON CONFLICT (room_id, at_ms, series_id) DO UPDATE SET value = excluded.value"
                ),
                {
                    "rooms": [key[0] for key in newest],
                    "times": [key[1] for key in newest],
                    "series": [key[2] for key in newest],
                    "values": list(newest.values()),
                },
            )
            return
        # Room by room each page is met once; sorting is stable, so the later row stays the later.
        rows = sorted(rows, key=itemgetter(0))
        begin = 0
        for size in _STATEMENT_ROWS:
            while len(rows) - begin >= size:
                values = tuple(chain.from_iterable(rows[begin : begin + size]))
                connection.exec_driver_sql(_INSERT_RAW[size], values)
                begin += size

    def raw_between(
        self, connection: Connection, room_id: int, series_ids: Sequence[int], start_ms: int, end_ms: int
    ) -> dict[int, list[Point]]:
        """The raw points of the series in [start, end], by series, oldest first."""
        found: dict[int, list[Point]] = {series_id: [] for series_id in series_ids}
        rows = connection.execute(
            select(tables.raw.c.series_id, tables.raw.c.at_ms, tables.raw.c.value)
            .where(
                tables.raw.c.room_id == room_id,
                tables.raw.c.at_ms >= start_ms,
                tables.raw.c.at_ms <= end_ms,
                tables.raw.c.series_id.in_(series_ids),
            )
            .order_by(tables.raw.c.at_ms)
            .limit(MOST_RAW_ROWS)
        )
        for series_id, at_ms, value in rows:
            found[series_id].append((at_ms, value))
        return found

    # --- quarters of an hour

    def quarters_until(self, connection: Connection) -> int | None:
        """Up to where (exclusive) the quarters are made; None before the first time."""
        return connection.scalar(
            select(tables.progress.c.quarters_until_ms).where(
                tables.progress.c.property_id == self.property_id
            )
        )

    def set_quarters_until(self, connection: Connection, until_ms: int) -> None:
        connection.execute(delete(tables.progress).where(tables.progress.c.property_id == self.property_id))
        connection.execute(
            insert(tables.progress).values(property_id=self.property_id, quarters_until_ms=until_ms)
        )

    def oldest_raw_since(self, connection: Connection, start_ms: int) -> int | None:
        """The time of the oldest raw value at or after `start_ms`; None when there is none."""
        oldest: int | None = connection.scalar(
            text(
                "SELECT MIN(oldest) FROM (SELECT (SELECT MIN(at_ms) FROM telemetry_raw "
                "WHERE room_id = r.id AND at_ms >= :start) AS oldest "
                "FROM telemetry_rooms r WHERE r.property_id = :property) AS by_room"
            ),
            {"start": start_ms, "property": self.property_id},
        )
        return oldest

    def make_quarter(self, connection: Connection, start_ms: int) -> int:
        """(Re)make the rows of one quarter from its raw values; returns how many series had any."""
        values = {"start": start_ms, "end": start_ms + QUARTER_MS, "property": self.property_id}
        connection.execute(
            text(
                "DELETE FROM telemetry_quarter WHERE start_ms = :start AND series_id IN ("
                "SELECT s.id FROM telemetry_series s JOIN telemetry_rooms r ON r.id = s.room_id "
                "WHERE r.property_id = :property)"
            ),
            values,
        )
        return connection.execute(
            text(
                "INSERT INTO telemetry_quarter (series_id, start_ms, low, mean, high, last, count) "
                "SELECT series_id, :start, MIN(value), AVG(value), MAX(value), "
                "MAX(CASE WHEN newest = 1 THEN value END), COUNT(value) "
                "FROM (SELECT w.series_id, w.value, "
                "ROW_NUMBER() OVER (PARTITION BY w.series_id ORDER BY w.at_ms DESC) AS newest "
                "FROM telemetry_rooms r JOIN telemetry_raw w ON w.room_id = r.id "
                "WHERE r.property_id = :property AND w.at_ms >= :start AND w.at_ms < :end) AS ranked "
                "GROUP BY series_id"
            ),
            values,
        ).rowcount

    def quarters_between(
        self, connection: Connection, series_ids: Sequence[int], start_ms: int, end_ms: int
    ) -> dict[int, list[QuarterRow]]:
        """The quarters of the series that begin in [start, end), by series, oldest first."""
        found: dict[int, list[QuarterRow]] = {series_id: [] for series_id in series_ids}
        quarters = tables.quarters.c
        rows = connection.execute(
            select(quarters.series_id, quarters.start_ms, quarters.low, quarters.high, quarters.last)
            .where(
                quarters.series_id.in_(series_ids), quarters.start_ms >= start_ms, quarters.start_ms < end_ms
            )
            .order_by(quarters.series_id, quarters.start_ms)
        )
        for series_id, start, low, high, last in rows:
            found[series_id].append((start, low, high, last))
        return found

    def last_quarter_before(
        self, connection: Connection, series_id: int, end_ms: int
    ) -> tuple[int, float | None] | None:
        """When the newest quarter that begins before `end_ms` began and its last value."""
        quarters = tables.quarters.c
        row = connection.execute(
            select(quarters.start_ms, quarters.last)
            .where(quarters.series_id == series_id, quarters.start_ms < end_ms)
            .order_by(quarters.start_ms.desc())
            .limit(1)
        ).first()
        return None if row is None else (row[0], row[1])

    # --- forgetting

    def room_ids(self, connection: Connection) -> list[int]:
        return list(
            connection.scalars(
                select(tables.rooms.c.id).where(tables.rooms.c.property_id == self.property_id)
            )
        )

    def forget_raw(self, connection: Connection, room_id: int, before_ms: int) -> int:
        return connection.execute(
            delete(tables.raw).where(tables.raw.c.room_id == room_id, tables.raw.c.at_ms < before_ms)
        ).rowcount

    def forget_quarters(self, connection: Connection, room_id: int, before_ms: int) -> int:
        of_room = select(tables.series.c.id).where(tables.series.c.room_id == room_id)
        return connection.execute(
            delete(tables.quarters).where(
                tables.quarters.c.series_id.in_(of_room), tables.quarters.c.start_ms < before_ms
            )
        ).rowcount


_INSERT_RAW = {
    size: "INSERT OR REPLACE INTO telemetry_raw (room_id, at_ms, series_id, value) VALUES "  # noqa: S608
    + ", ".join(["(?, ?, ?, ?)"] * size)
    for size in _STATEMENT_ROWS
}


def _sqlite_engine(url: Any, *, writer: bool) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # The file survives any crash; a power cut may cost its last seconds, and telemetry may.
        cursor.execute("PRAGMA synchronous=NORMAL")
        # A batch touches a page for each room; brought home four times more rarely, most are one page.
        cursor.execute("PRAGMA wal_autocheckpoint=4000")
        if writer:
            # The page that each room grows at stays in memory, for a thousand rooms and more.
            cursor.execute("PRAGMA cache_size=-16000")
        else:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine
