"""InfluxDB (or what speaks its v2 write protocol) beside the embedded store, through influxdb-client.

The client's batching API returns before it sends, holds what it was given in memory without bound and
drops it after its retries with a log line. So it is given one batch at a time from a bounded spool of
ours, and the next only when its callbacks have told how that one ended.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

from influxdb_client.client.exceptions import InfluxDBError
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import WriteOptions
from influxdb_client.rest import ApiException
from reactivex.scheduler import ThreadPoolScheduler

from controller.ports import Sample
from gateway.telemetry.line_protocol import line
from gateway.telemetry.sink import Counters
from gateway.telemetry.spool import Spool

log = logging.getLogger(__name__)

MOST_WAITING = 200_000
BATCH_LINES = 2000
FLUSH_SECONDS = 1.0
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
TIMEOUT_SECONDS = 3.0
STOP_SECONDS = 3.0
_PRECISION: Any = "ms"  # the client's own type for it is an empty class
# The server understood us and will say the same again; everything else may be better next time.
_REFUSALS = frozenset({400, 413, 422})


class InfluxTelemetry:
    """Implements `controller.ports.Telemetry` and `gateway.telemetry.sink.Sink`.

    Args:
        url: such as http://127.0.0.1:8086.
        token, org, bucket: as InfluxDB v2 knows them; may be empty where the server does not ask.
        property_id: becomes a tag of every point.
        most_waiting: samples that may wait for the server; beyond that the oldest are shed.
        timeout_seconds: for one request.
    """

    def __init__(
        self,
        url: str,
        token: str,
        org: str,
        bucket: str,
        *,
        property_id: str = "main",
        most_waiting: int = MOST_WAITING,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._org = org
        self._bucket = bucket
        self._property_id = property_id
        self._timeout_seconds = timeout_seconds
        self._spool = Spool(most_waiting)
        self._in_hand: bytes = b""
        self._lines_in_hand = 0
        self._written = 0
        self._refused = 0
        self._failures = 0
        self._sending = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()
        self._error: Exception | None = None
        self._client = InfluxDBClient(url=url, token=token, org=org, timeout=int(timeout_seconds * 1000))
        self._api = self._client.write_api(
            write_options=WriteOptions(
                batch_size=1,  # our batch is one item of theirs
                flush_interval=1_000,
                retry_interval=200,
                max_retries=1,
                max_retry_delay=500,
                max_retry_time=int(timeout_seconds * 1000),
                max_close_wait=int(STOP_SECONDS * 1000),
                write_scheduler=ThreadPoolScheduler(max_workers=1),
            ),
            success_callback=self._on_success,
            error_callback=self._on_error,
        )

    def record(self, samples: list[Sample]) -> None:
        self._spool.put(samples)
        if len(self._spool) >= BATCH_LINES and not self._wake.is_set():
            self._wake.set()

    def counters(self) -> Counters:
        return Counters.of(
            self._spool.recorded, self._written, self._spool.shed, self._refused, self._failures
        )

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="influx", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Try once more to send what waits, then end; bounded, also when the server hangs."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=STOP_SECONDS)
            self._thread = None

    def close(self) -> None:
        """Stop and let go of the connections."""
        self.stop()
        self._api.close()  # type: ignore[no-untyped-call]
        self._client.close()  # type: ignore[no-untyped-call]

    def flush(self) -> None:
        """Send all that waits now; returns at the first batch that the server does not take."""
        while self._send_batch():
            pass

    def _run(self) -> None:
        pause_seconds = 0.0
        while not self._stopping.is_set():
            self._wake.wait(FLUSH_SECONDS)
            self._wake.clear()
            failures = self._failures
            while self._send_batch() and not self._stopping.is_set():
                pass
            if self._failures == failures:
                pause_seconds = 0.0
                continue
            pause_seconds = min(max(pause_seconds * 2, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
            self._stopping.wait(pause_seconds)
        if pause_seconds == 0.0:  # a server that was away a moment ago is not asked once more
            self.flush()

    def _send_batch(self) -> bool:
        """Send one batch and wait for its end; returns whether it is done with and more may follow."""
        with self._sending:
            if not self._in_hand and not self._fill_hand():
                return False
            self._ended.clear()
            self._error = None
            self._api.write(self._bucket, self._org, self._in_hand, _PRECISION)
            # Two attempts and the pause between them; the callbacks come sooner unless the client died.
            if not self._ended.wait(3 * self._timeout_seconds + 1):
                self._error = TimeoutError("influxdb-client did not say how a batch ended")
            error = self._error
            if error is None:
                self._written += self._lines_in_hand
            elif _status(error) in _REFUSALS:
                self._refused += self._lines_in_hand
                log.error("influx: %s samples refused with status %s", self._lines_in_hand, _status(error))
            else:
                self._failures += 1
                return False
            self._in_hand = b""
            self._lines_in_hand = 0
            return True

    def _fill_hand(self) -> bool:
        while samples := self._spool.take(BATCH_LINES):
            lines = [made for sample in samples if (made := line(sample, self._property_id)) is not None]
            self._refused += len(samples) - len(lines)
            if lines:
                self._lines_in_hand = len(lines)
                self._in_hand = "\n".join(lines).encode()
                return True
        return False

    def _on_success(self, _destination: object, _data: object) -> None:
        self._ended.set()

    def _on_error(self, _destination: object, _data: object, error: Exception) -> None:
        self._error = error
        self._ended.set()


def _status(error: Exception) -> int | None:
    if isinstance(error, ApiException):
        return error.status  # type: ignore[no-any-return]
    if isinstance(error, InfluxDBError) and error.response is not None:
        return error.response.status
    return None
