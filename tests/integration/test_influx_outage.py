"""InfluxDB's protocol against a real server that dies, hangs and comes back: bounded, counted, recovered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from controller.ports import Sample
from gateway.telemetry import influx as influx_module
from gateway.telemetry.influx import InfluxTelemetry
from tests.victoria_metrics import PrivateVictoriaMetrics
from tests.waiting import PATIENCE_SECONDS, wait_until

pytestmark = pytest.mark.victoria_metrics

NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)
MOST_WAITING = 1000


@pytest.fixture
def influx(
    victoria_metrics: PrivateVictoriaMetrics, monkeypatch: pytest.MonkeyPatch
) -> Iterator[InfluxTelemetry]:
    monkeypatch.setattr(influx_module, "FLUSH_SECONDS", 0.05)
    monkeypatch.setattr(influx_module, "FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(influx_module, "LONGEST_PAUSE_SECONDS", 0.2)
    made = InfluxTelemetry(
        victoria_metrics.url, "token", "hotel", "rooms", most_waiting=MOST_WAITING, timeout_seconds=1.0
    )
    yield made
    made.close()


def samples(first: int, count: int) -> list[Sample]:
    return [
        Sample("412", "sensor/air", "temperature_celsius", float(n), NOON + timedelta(seconds=n))
        for n in range(first, first + count)
    ]


def arrived(server: PrivateVictoriaMetrics) -> set[float]:
    return set(server.export("temperature_celsius").get(("412", "sensor/air"), {}).values())


def test_a_server_that_dies_and_returns_gets_what_waited_and_the_drops_are_counted(
    victoria_metrics: PrivateVictoriaMetrics, influx: InfluxTelemetry
) -> None:
    influx.start()
    influx.record(samples(0, 100))
    wait_until(lambda: influx.counters().written == 100)
    assert arrived(victoria_metrics) == {float(n) for n in range(100)}

    victoria_metrics.kill()
    influx.record(samples(100, 50))
    wait_until(lambda: influx.counters().failures >= 3)
    for first in range(150, 3150, 10):
        influx.record(samples(first, 10))
    during = influx.counters()
    assert during.waiting <= MOST_WAITING + 50
    assert during.shed == 2000
    assert during.refused == 0

    victoria_metrics.start()
    wait_until(lambda: influx.counters().waiting == 0)
    after = influx.counters()
    assert after.recorded == 3150 == after.written + after.shed
    influx.record(samples(3150, 10))
    wait_until(lambda: influx.counters().written == after.written + 10)
    expected = {float(n) for n in (*range(100, 150), *range(2150, 3160))}
    # What the killed server had not yet written down itself is its own loss.
    assert expected <= arrived(victoria_metrics) <= expected | {float(n) for n in range(100)}


def test_a_server_that_hangs_neither_holds_up_recording_nor_the_end(
    victoria_metrics: PrivateVictoriaMetrics,
) -> None:
    patient = InfluxTelemetry(victoria_metrics.url, "", "", "rooms", timeout_seconds=PATIENCE_SECONDS)
    victoria_metrics.pause()
    patient.record(samples(0, 100))
    patient.start()
    sender = patient._thread
    assert sender is not None
    wait_until(patient._sending.locked)
    patient.record(samples(100, 100))
    patient.stop()
    # Neither of them waited for the attempt: it is still under way.
    assert sender.is_alive()
    assert (patient.counters().failures, patient.counters().waiting) == (0, 200)
    victoria_metrics.resume()
    sender.join(PATIENCE_SECONDS)
    patient.flush()
    assert arrived(victoria_metrics) == {float(n) for n in range(200)}
    patient.close()


def test_a_server_that_is_not_there_at_all_is_only_counted(victoria_metrics: PrivateVictoriaMetrics) -> None:
    victoria_metrics.stop()
    lonely = InfluxTelemetry(victoria_metrics.url, "", "", "rooms", most_waiting=10, timeout_seconds=1.0)
    lonely.record(samples(0, 25))
    lonely.flush()
    counters = lonely.counters()
    assert (counters.written, counters.shed, counters.waiting, counters.failures) == (0, 15, 10, 1)
    lonely.close()


def test_a_batch_that_the_server_refuses_is_dropped_and_counted(
    victoria_metrics: PrivateVictoriaMetrics, influx: InfluxTelemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can never be taken must not stand in the way of what comes after it."""
    with monkeypatch.context() as patched:
        # Every server that speaks the protocol answers this with 400: the body says gzip and is none.
        patched.setitem(influx._client.api_client.default_headers, "Content-Encoding", "gzip")
        influx.record(samples(0, 5))
        influx.flush()
    assert (influx.counters().refused, influx.counters().waiting) == (5, 0)
    influx.record(samples(5, 5))
    influx.flush()
    assert arrived(victoria_metrics) == {float(n) for n in range(5, 10)}
