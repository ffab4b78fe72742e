"""What every place for samples promises: the embedded store on both databases, and InfluxDB's protocol.

`stored` reads back in the place's own way what really arrived.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from controller.ports import Sample
from gateway.telemetry.embedded import EmbeddedTelemetry
from gateway.telemetry.influx import InfluxTelemetry
from gateway.telemetry.sink import Sink
from hotel.clock import ManualClock
from hotel.database import Database
from tests.waiting import wait_until

NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MOST_WAITING = 500

Stored = dict[datetime, float]


@dataclass
class Place:
    sink: Sink
    stored: Callable[[str | None, str], Stored]


def embedded_place(database: Database, clock: ManualClock) -> tuple[EmbeddedTelemetry, Place]:
    store = EmbeddedTelemetry(database, clock, most_waiting=MOST_WAITING)
    store.create_all()

    def stored(room: str | None, name: str) -> Stored:
        points = store.series(room, [name], NOON - DAY / 2, NOON + DAY / 2, 10_000)[name]
        return {at: value for at, value in points if value is not None}

    return store, Place(store, stored)


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.postgresql),
        pytest.param("influx", marks=pytest.mark.victoria_metrics),
    ]
)
def place(request: pytest.FixtureRequest, database: Database, clock: ManualClock) -> Iterator[Place]:
    if request.param == "influx":
        server = request.getfixturevalue("victoria_metrics")
        influx = InfluxTelemetry(server.url, "token", "hotel", "rooms", most_waiting=MOST_WAITING)

        def stored(room: str | None, name: str) -> Stored:
            return {
                datetime.fromtimestamp(at_ms / 1000, UTC): value
                for (where, _), points in server.export(name).items()
                if where == (room or "")
                for at_ms, value in points.items()
            }

        yield Place(influx, stored)
        influx.close()
        return
    if request.param == "postgresql":
        database = Database(request.getfixturevalue("postgresql_url"), clock)
    store, made = embedded_place(database, clock)
    yield made
    store.close()
    database.close()


def samples(count: int, *, room: str | None = "412", name: str = "temperature_celsius") -> list[Sample]:
    """Distinct values, one a second."""
    return [
        Sample(room, "sensor/n412/air", name, round(20 + n / 1000, 3), NOON + timedelta(seconds=n))
        for n in range(count)
    ]


def as_stored(recorded: list[Sample]) -> Stored:
    return {sample.at: sample.value for sample in recorded}


def test_what_is_recorded_and_flushed_is_there_value_for_value(place: Place) -> None:
    room, outdoor = samples(100), samples(20, room=None, name="outdoor_celsius")
    place.sink.record(room)
    place.sink.record(outdoor)
    place.sink.flush()
    assert place.stored("412", "temperature_celsius") == as_stored(room)
    assert place.stored(None, "outdoor_celsius") == as_stored(outdoor)
    assert place.stored("413", "temperature_celsius") == {}
    counters = place.sink.counters()
    assert (counters.recorded, counters.written, counters.waiting) == (120, 120, 0)
    assert (counters.shed, counters.refused, counters.failures) == (0, 0, 0)


def test_the_background_thread_writes_without_being_asked(place: Place) -> None:
    place.sink.start()
    recorded = samples(50)
    place.sink.record(recorded)
    wait_until(lambda: place.sink.counters().written == 50)
    place.sink.stop()
    assert place.stored("412", "temperature_celsius") == as_stored(recorded)


def test_stopping_writes_what_still_waits(place: Place) -> None:
    place.sink.start()
    recorded = samples(50)
    place.sink.record(recorded)
    place.sink.stop()
    assert place.sink.counters().waiting == 0
    assert place.stored("412", "temperature_celsius") == as_stored(recorded)


def test_beyond_the_bound_the_oldest_are_shed_and_counted(place: Place) -> None:
    recorded = samples(MOST_WAITING + 70)
    place.sink.record(recorded)
    assert place.sink.counters().waiting == MOST_WAITING
    place.sink.flush()
    counters = place.sink.counters()
    assert (counters.recorded, counters.written, counters.shed) == (MOST_WAITING + 70, MOST_WAITING, 70)
    assert place.stored("412", "temperature_celsius") == as_stored(recorded[70:])


def test_nothing_recorded_is_lost_or_doubled_between_many_threads(place: Place) -> None:
    place.sink.start()
    threads = 4
    recorded = [samples(100, room=str(401 + number)) for number in range(threads)]

    def record(number: int) -> None:
        for sample in recorded[number]:
            place.sink.record([sample])

    running = [threading.Thread(target=record, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    place.sink.stop()
    place.sink.flush()
    for number in range(threads):
        assert place.stored(str(401 + number), "temperature_celsius") == as_stored(recorded[number])


def test_a_sample_that_cannot_be_stored_is_counted_and_stops_no_other(place: Place) -> None:
    good = samples(3)
    text = Sample("412", "sensor/n412/air", "temperature_celsius", "warm", NOON)  # type: ignore[arg-type]
    no_zone = Sample("412", "sensor/n412/air", "temperature_celsius", 1.0, NOON.replace(tzinfo=None))
    place.sink.record([good[0], text, good[1], no_zone, good[2]])
    place.sink.flush()
    assert place.stored("412", "temperature_celsius") == as_stored(good)
    counters = place.sink.counters()
    assert (counters.written, counters.refused, counters.waiting) == (3, 2, 0)


def test_names_from_the_network_cannot_break_anything(place: Place) -> None:
    odd = "x'; DROP TABLE telemetry_raw; --, value=9 \n\\"
    recorded = [Sample("412", odd, "temperature_celsius", 21.5, NOON)]
    place.sink.record(recorded)
    place.sink.flush()
    assert place.stored("412", "temperature_celsius") == as_stored(recorded)
