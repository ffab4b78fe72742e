"""The tables of the embedded time series, in a MetaData of their own.

On SQLite they live in a second file beside the house's database, on PostgreSQL in the same one
(docs/adr/0002-telemetry-store.md). All times are hotel time in epoch milliseconds.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.engine import URL

from hotel.metadata import Base

PREFIX = "telemetry_"

metadata = MetaData(naming_convention=Base.metadata.naming_convention)

# Rooms and series are interned: one measured value costs a few numbers, not three strings.
rooms = Table(
    "telemetry_rooms",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("property_id", String, nullable=False),
    Column("room", String, nullable=False),  # "" = of no room, such as the weather
    UniqueConstraint("property_id", "room"),
)

series = Table(
    "telemetry_series",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("room_id", Integer, ForeignKey(rooms.c.id), nullable=False),
    Column("device_key", String, nullable=False),
    Column("property", String, nullable=False),
    UniqueConstraint("room_id", "device_key", "property"),
)

# Clustered by room and time, not by series: a batch touches a page for each room and not for each of
# its twenty series, and one room's chart is one stretch of the file.
raw = Table(
    "telemetry_raw",
    metadata,
    Column("room_id", Integer, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("series_id", Integer, primary_key=True, autoincrement=False),
    Column("value", Float),  # NULL: the device said, or its silence told, that the value is unknown
    sqlite_with_rowid=False,
)

quarters = Table(
    "telemetry_quarter",
    metadata,
    Column("series_id", Integer, primary_key=True, autoincrement=False),
    Column("start_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("low", Float),
    Column("mean", Float),
    Column("high", Float),
    Column("last", Float),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

progress = Table(
    "telemetry_progress",
    metadata,
    Column("property_id", String, primary_key=True),
    Column("quarters_until_ms", BigInteger, nullable=False),
)


def telemetry_url(url: URL) -> URL:
    """Where the time series of the house at `url` are: a file beside SQLite's, else the same database."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return url
    stem, dot, suffix = url.database.rpartition(".")
    return url.set(database=f"{stem}-telemetry.{suffix}" if dot else f"{url.database}-telemetry")
