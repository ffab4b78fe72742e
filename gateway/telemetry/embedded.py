"""The embedded time series: what the controller records, kept in SQL, read by the screens.

Raw values are kept 35 days, quarters of an hour (lowest, mean, highest, last, count) two years.
Samples wait in a bounded spool and are written in small batches, so that neither the ingest loop nor
a housekeeper's tap ever waits for them.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from math import isfinite
from operator import itemgetter

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from controller.ports import Sample
from gateway.telemetry.sink import Counters
from gateway.telemetry.spool import Spool
from gateway.telemetry.store import MOST_RAW_ROWS, QUARTER_MS, RawRow, SeriesIds, SeriesKey, TelemetryStore
from gateway.telemetry.thinning import Point, from_quarter, thin, with_gaps
from hotel.clock import Clock
from hotel.database import Database

log = logging.getLogger(__name__)

MOST_WAITING = 200_000
# So many waiting samples wake the writer; a backlog is written in larger batches.
BATCH_ROWS = 2000
MOST_BATCH_ROWS = 5000
FLUSH_SECONDS = 0.5
# Between two batches of a backlog others get their turn at the disk and at the interpreter.
PAUSE_SECONDS = 0.002
LONGEST_RETRY_SECONDS = 5.0
STOP_SECONDS = 5.0
# A device that makes up a new property with every message must not grow the store without end.
MOST_SERIES = 100_000

RAW_KEPT = timedelta(days=35)
QUARTERS_KEPT = timedelta(days=730)
# Up to this span a chart reads raw values, beyond it quarters.
RAW_READ = timedelta(hours=36)
# A measured value is believed for so long; then the line breaks.
GAP = timedelta(hours=2)

# Values of one series said at the same instant are kept a millisecond apart, in their order; this far
# they may be pushed on.
MOST_PUSHED_MS = 1000

# Values that hold until the device says otherwise: drawn as steps, silence is no gap in them.
HELD = frozenset(
    {
        "setpoint_celsius",
        "wanted_celsius",
        "window_open",
        "door_open",
        "presence",
        "mode",
        "action",
        "on",
        "brightness_percent",
        "position_percent",
        "available",
    }
)


class EmbeddedTelemetry:
    """Implements `controller.ports.Telemetry` and `gateway.telemetry.sink.Sink`, and answers charts.

    Args:
        database: the house's database; SQLite gets a second file beside it, see `tables.telemetry_url`.
        clock: hotel time, to know what is too old.
        most_waiting: samples that may wait for the disk; beyond that the oldest are shed.
    """

    def __init__(self, database: Database, clock: Clock, *, most_waiting: int = MOST_WAITING) -> None:
        self._store = TelemetryStore(database)
        self._clock = clock
        self._spool = Spool(most_waiting)
        self._ids: dict[SeriesKey, SeriesIds] | None = None
        self._in_hand: list[Sample] = []
        self._draining = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._written = 0
        self._refused = 0
        self._failures = 0
        self._quarters_until_ms: int | None = None
        self._newest_ms: dict[int, int] = {}  # of each series, by its id

    # --- taking samples

    def record(self, samples: list[Sample]) -> None:
        """Take samples; never blocks, never raises. A value of NaN means that it became unknown."""
        self._spool.put(samples)
        if len(self._spool) >= BATCH_ROWS and not self._wake.is_set():
            self._wake.set()

    def counters(self) -> Counters:
        return Counters.of(
            self._spool.recorded, self._written, self._spool.shed, self._refused, self._failures
        )

    # --- writing

    def create_all(self) -> None:
        """Make the tables at once: for tests and virtual time; a service migrates instead."""
        self._store.create_all()

    def start(self) -> None:
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="telemetry", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what waits and end; gives up after `STOP_SECONDS`."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=STOP_SECONDS)
            self._thread = None

    def close(self) -> None:
        self.stop()
        self._store.close()

    def flush(self) -> None:
        """Write all that waits now, in the caller's thread; stops early when the disk does not take it."""
        while self._write_batch():
            pass

    def _run(self) -> None:
        retry_seconds = FLUSH_SECONDS
        while not self._stopping.is_set():
            self._wake.wait(retry_seconds)
            self._wake.clear()
            failures = self._failures
            while self._write_batch() and not self._stopping.is_set():
                self._stopping.wait(PAUSE_SECONDS)
            failed = self._failures > failures
            retry_seconds = min(retry_seconds * 2, LONGEST_RETRY_SECONDS) if failed else FLUSH_SECONDS
            if failed:
                # New samples would wake us at once; a disk in trouble is asked less and less often.
                self._stopping.wait(retry_seconds)
        self.flush()

    def _write_batch(self) -> bool:
        """Write one batch; returns whether it was written and more may follow."""
        with self._draining:
            if not self._in_hand:
                self._in_hand = self._spool.take(MOST_BATCH_ROWS)
            if not self._in_hand:
                return False
            try:
                written, refused = self._write(self._in_hand)
            except (SQLAlchemyError, OSError):
                self._failures += 1
                log.exception("telemetry: a batch could not be written and waits for the next try")
                return False
            self._written += written
            self._refused += refused
            self._in_hand = []
            return True

    def _write(self, samples: list[Sample]) -> tuple[int, int]:
        oldest_ms = _ms(self._clock.now() - RAW_KEPT)
        fresh: dict[SeriesKey, SeriesIds] = {}
        rows: list[RawRow] = []
        with self._store.write() as connection:
            if self._ids is None:
                self._ids = self._store.all_series(connection)
                self._quarters_until_ms = self._store.quarters_until(connection)
            ids = self._ids
            newest = self._newest_ms
            read_at: datetime | None = None
            at_ms = 0
            for room, device_key, name, value, at in samples:
                try:
                    key = (room or "", device_key, name)
                    if at is not read_at:  # what came in together has one time
                        at_ms, read_at = _ms(at), at
                    number = float(value)
                except (TypeError, ValueError, AttributeError, OverflowError):
                    continue
                if at_ms < oldest_ms:
                    continue
                found = ids.get(key) or fresh.get(key)
                if found is None:
                    if len(ids) + len(fresh) >= MOST_SERIES:
                        continue
                    found = fresh[key] = self._store.intern(connection, key)
                room_id, series_id = found
                kept_ms, newest_ms = at_ms, newest.get(series_id, 0)
                if newest_ms - MOST_PUSHED_MS < at_ms <= newest_ms:
                    kept_ms = newest_ms + 1
                newest[series_id] = kept_ms
                rows.append((room_id, kept_ms, series_id, number if isfinite(number) else None))
            until_ms = self._quarters_until_ms
            if rows:
                self._store.put_raw(connection, rows)
                earliest_ms = min(row[1] for row in rows)
                if until_ms is not None and earliest_ms < until_ms:
                    # A late sample: its quarter is made anew.
                    until_ms = earliest_ms - earliest_ms % QUARTER_MS
                    self._store.set_quarters_until(connection, until_ms)
        # Only what is committed may be remembered.
        ids.update(fresh)
        self._quarters_until_ms = until_ms
        return len(rows), len(samples) - len(rows)

    # --- downsampling

    def downsample(self, now: datetime) -> int:
        """Make the quarters that have ended and forget what is too old; returns how many were made.

        Idempotent, takes up where it stood, and after a kill does at most one quarter again.

        Args:
            now: hotel time.
        """
        self.flush()
        end_ms = _ms(now) - _ms(now) % QUARTER_MS
        made = 0
        while not self._stopping.is_set() and self._make_next_quarter(end_ms):
            made += 1
            self._stopping.wait(PAUSE_SECONDS)
        self._forget(_ms(now - RAW_KEPT), _ms(now - QUARTERS_KEPT))
        return made

    def _make_next_quarter(self, end_ms: int) -> bool:
        with self._draining, self._store.write() as connection:
            until_ms = self._store.quarters_until(connection)
            oldest_ms = self._store.oldest_raw_since(connection, until_ms or 0)
            has_next = oldest_ms is not None and oldest_ms < end_ms
            if has_next and oldest_ms is not None:
                start_ms = oldest_ms - oldest_ms % QUARTER_MS
                self._store.make_quarter(connection, start_ms)
                reached_ms = start_ms + QUARTER_MS
            else:
                reached_ms = max(end_ms, until_ms or 0)
            if reached_ms != until_ms:
                self._store.set_quarters_until(connection, reached_ms)
        self._quarters_until_ms = reached_ms
        return has_next

    def _forget(self, raw_before_ms: int, quarters_before_ms: int) -> None:
        with self._store.read() as connection:
            room_ids = self._store.room_ids(connection)
        for room_id in room_ids:
            if self._stopping.is_set():
                return
            with self._store.write() as connection:
                self._store.forget_raw(connection, room_id, raw_before_ms)
                self._store.forget_quarters(connection, room_id, quarters_before_ms)

    # --- reading

    def series(
        self,
        room: str | None,
        names: Iterable[str] | Mapping[str, str],
        start: datetime,
        end: datetime,
        most_points: int = 600,
        held: frozenset[str] = HELD,
    ) -> dict[str, list[tuple[datetime, float | None]]]:
        """The series of one room for a chart, oldest first; an unknown name gives an empty list.

        Spans up to `RAW_READ` show raw values, longer ones the lowest and highest of each quarter of
        an hour. Longer series are thinned so that spikes stay. Where a value was unknown, or a measured
        one was not heard of for `GAP`, stands None. A held value begins at `start` with what it was
        then. Several devices under one name are laid together in the order of time.

        Args:
            room: None for values of no room, such as the weather.
            names: properties, or {name in the answer: property}.
            most_points: of each series, at least `thinning.FEWEST_POINTS`.
            held: properties whose value holds until the next report.
        """
        wanted = dict(names) if isinstance(names, Mapping) else {name: name for name in names}
        start_ms, end_ms = _ms(start), _ms(end)
        by_property = self._points(room or "", sorted(set(wanted.values())), start_ms, end_ms, held)
        return {
            name: [(_utc(at_ms), value) for at_ms, value in thin(by_property.get(prop, []), most_points)]
            for name, prop in wanted.items()
        }

    def device_points(
        self, device_keys: Collection[str], start: datetime, end: datetime
    ) -> tuple[dict[tuple[str, str], list[tuple[datetime, float | None]]], datetime]:
        """What was recorded of these devices after `start` up to `end`, whatever rooms they stood in.

        Returns:
            By (device key, property), oldest first; and how far it was read, sooner than `end` when one
            room had more rows than one read may take.
        """
        start_ms, end_ms = _ms(start) + 1, _ms(end)
        found: dict[tuple[str, str], list[tuple[datetime, float | None]]] = {}
        with self._store.read() as connection:
            for room_id, named in self._store.series_of_devices(connection, device_keys).items():
                rows = self._store.raw_between(connection, room_id, list(named), start_ms, end_ms)
                if sum(map(len, rows.values())) >= MOST_RAW_ROWS:
                    end_ms = min(end_ms, max(points[-1][0] for points in rows.values() if points))
                for series_id, points in rows.items():
                    read = [(_utc(at_ms), value) for at_ms, value in points]
                    found.setdefault(named[series_id], []).extend(read)
        until = _utc(end_ms)
        return {
            key: [point for point in sorted(points, key=itemgetter(0)) if point[0] <= until]
            for key, points in found.items()
        }, until

    def _points(
        self, room: str, properties: list[str], start_ms: int, end_ms: int, held: frozenset[str]
    ) -> dict[str, list[Point]]:
        with self._store.read() as connection:
            room_id, property_of = self._store.find_series(connection, room, properties)
            if room_id is None:
                return {}
            until_ms = self._store.quarters_until(connection) or 0
            raw_from_ms = start_ms
            raw_kept_ms = _ms(self._clock.now() - RAW_KEPT)
            if end_ms - start_ms > RAW_READ / timedelta(milliseconds=1) or start_ms < raw_kept_ms:
                raw_from_ms = max(start_ms, min(until_ms, end_ms))
            ids = list(property_of)
            raw = self._store.raw_between(connection, room_id, ids, raw_from_ms, end_ms)
            quarters = (
                self._store.quarters_between(
                    connection, ids, start_ms - start_ms % QUARTER_MS, min(until_ms, raw_from_ms)
                )
                if raw_from_ms > start_ms
                else {}
            )
            found: dict[str, list[Point]] = {}
            for series_id, name in property_of.items():
                points: list[Point] = []
                for begin_ms, low, high, last in quarters.get(series_id, ()):
                    points += from_quarter(
                        begin_ms,
                        low,
                        high,
                        last,
                        quarter_ms=QUARTER_MS,
                        previous=points[-1][1] if points else None,
                        held=name in held,
                    )
                points = [point for point in points if start_ms <= point[0] <= end_ms] + raw[series_id]
                if name in held:
                    before = self._held_before(connection, room_id, series_id, start_ms, until_ms)
                    if before is not None and (not points or points[0][0] > start_ms):
                        points.insert(0, (start_ms, before))
                found.setdefault(name, []).extend(points)
        gap_ms = int(GAP / timedelta(milliseconds=1))
        for name, points in found.items():
            points.sort(key=lambda point: point[0])
            if name not in held:
                found[name] = with_gaps(points, gap_ms)
        return found

    def _held_before(
        self, connection: Connection, room_id: int, series_id: int, start_ms: int, until_ms: int
    ) -> float | None:
        """What a held value was just before `start_ms`; None when unknown."""
        quarter_ms = min(start_ms - start_ms % QUARTER_MS, until_ms)
        recent = self._store.raw_between(connection, room_id, [series_id], quarter_ms, start_ms - 1)[
            series_id
        ]
        if recent:
            return recent[-1][1]
        quarter = self._store.last_quarter_before(connection, series_id, quarter_ms)
        return None if quarter is None else quarter[1]


def _ms(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("a sample's time has a zone")
    return round(at.timestamp() * 1000)


def _utc(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
