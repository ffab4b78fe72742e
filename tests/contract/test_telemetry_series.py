"""What charts read from the embedded store, and its downsampling: on SQLite and on PostgreSQL."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from controller.ports import Sample
from gateway.telemetry.embedded import GAP, QUARTERS_KEPT, RAW_KEPT, RAW_READ, EmbeddedTelemetry
from hotel.clock import ManualClock
from hotel.database import Database

NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

Line = list[tuple[datetime, float | None]]


class Chart:
    """A store with a clock, in a hotel's words."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.clock = clock
        self.database = database
        self.store = EmbeddedTelemetry(database, clock)
        self.store.create_all()

    def hear(
        self, name: str, value: float, at: datetime, room: str | None = "412", device: str = "sensor/air"
    ) -> None:
        self.store.record([Sample(room, device, name, value, at)])

    def wait_until(self, at: datetime) -> int:
        self.clock.advance((at - self.clock.now()).total_seconds())
        return self.store.downsample(self.clock.now())

    def line(
        self, name: str, start: datetime, end: datetime, most: int = 600, room: str | None = "412"
    ) -> Line:
        self.store.flush()
        return self.store.series(room, [name], start, end, most)[name]


@pytest.fixture
def chart(any_database: Database, clock: ManualClock) -> Iterator[Chart]:
    made = Chart(any_database, clock)
    yield made
    made.store.close()


def test_a_day_is_read_as_it_was_measured(chart: Chart) -> None:
    for n in range(10):
        chart.hear("temperature_celsius", 22 + n / 10, NOON + n * MINUTE)
        chart.hear("humidity_percent", 55 + n, NOON + n * MINUTE)
    chart.store.flush()
    found = chart.store.series(
        "412", ["temperature_celsius", "humidity_percent", "unheard"], NOON, NOON + HOUR
    )
    assert found["temperature_celsius"] == [(NOON + n * MINUTE, 22 + n / 10) for n in range(10)]
    assert [value for _, value in found["humidity_percent"]] == [55 + n for n in range(10)]
    assert found["unheard"] == []


def test_names_may_be_mapped_to_what_the_chart_calls_them(chart: Chart) -> None:
    chart.hear("current_celsius", 23.4, NOON)
    chart.store.flush()
    found = chart.store.series("412", {"temperature_celsius": "current_celsius"}, NOON, NOON + HOUR)
    assert found == {"temperature_celsius": [(NOON, 23.4)]}


def test_rooms_and_properties_of_the_chain_are_kept_apart(chart: Chart, any_database: Database) -> None:
    other = Database(any_database.url.render_as_string(hide_password=False), chart.clock, "other")
    theirs = EmbeddedTelemetry(other, chart.clock)
    theirs.record([Sample("412", "sensor/air", "temperature_celsius", 99.0, NOON)])
    theirs.flush()
    chart.hear("temperature_celsius", 22.0, NOON)
    chart.hear("temperature_celsius", 33.0, NOON, room="413")
    assert chart.line("temperature_celsius", NOON, NOON + HOUR) == [(NOON, 22.0)]
    chart.wait_until(NOON + HOUR)
    theirs.downsample(NOON + HOUR)
    long_ago = NOON - 3 * RAW_READ
    assert [value for _, value in chart.line("temperature_celsius", long_ago, NOON + HOUR)] == [22.0]
    assert [
        v
        for _, v in theirs.series("412", ["temperature_celsius"], long_ago, NOON + HOUR)[
            "temperature_celsius"
        ]
    ] == [99.0]
    theirs.close()
    other.close()


def test_values_said_at_one_instant_are_all_kept_in_their_order(chart: Chart) -> None:
    """The wire gives a whole batch one time of receipt."""
    for value in (22.0, 22.5, 22.2):
        chart.hear("temperature_celsius", value, NOON)
    chart.store.flush()
    chart.hear("temperature_celsius", 22.3, NOON)
    line = chart.line("temperature_celsius", NOON, NOON + HOUR)
    assert [value for _, value in line] == [22.0, 22.5, 22.2, 22.3]
    assert line[-1][0] - NOON < timedelta(seconds=1)


def test_a_clock_set_back_does_not_push_values_into_the_future(chart: Chart) -> None:
    chart.hear("temperature_celsius", 22.0, NOON + HOUR)
    chart.hear("temperature_celsius", 23.0, NOON)
    assert chart.line("temperature_celsius", NOON, NOON + HOUR) == [(NOON, 23.0), (NOON + HOUR, 22.0)]


def test_a_value_that_became_unknown_breaks_the_line(chart: Chart) -> None:
    chart.hear("temperature_celsius", 22.0, NOON)
    chart.hear("temperature_celsius", math.nan, NOON + MINUTE)
    chart.hear("temperature_celsius", 23.0, NOON + 2 * MINUTE)
    assert [value for _, value in chart.line("temperature_celsius", NOON, NOON + HOUR)] == [22.0, None, 23.0]


def test_silence_breaks_a_measured_line_but_a_setpoint_holds(chart: Chart) -> None:
    for name in ("temperature_celsius", "setpoint_celsius"):
        chart.hear(name, 22.0, NOON)
        chart.hear(name, 24.0, NOON + 5 * HOUR)
    span = NOON, NOON + 6 * HOUR
    assert chart.line("temperature_celsius", *span) == [
        (NOON, 22.0),
        (NOON + GAP, None),
        (NOON + 5 * HOUR, 24.0),
    ]
    assert chart.line("setpoint_celsius", *span) == [(NOON, 22.0), (NOON + 5 * HOUR, 24.0)]


@pytest.mark.parametrize("downsampled", [False, True])
def test_a_setpoint_begins_with_what_it_was_before_the_chart(chart: Chart, downsampled: bool) -> None:
    chart.hear("setpoint_celsius", 20.0, NOON - HOUR)
    chart.hear("setpoint_celsius", 21.0, NOON)
    chart.hear("setpoint_celsius", 24.0, NOON + 5 * HOUR)
    if downsampled:
        chart.wait_until(NOON + 6 * HOUR)
    start = NOON + 3 * HOUR
    assert chart.line("setpoint_celsius", start, start + DAY) == [(start, 21.0), (NOON + 5 * HOUR, 24.0)]
    assert chart.line("temperature_celsius", start, start + DAY) == []


def test_a_long_span_reads_quarters_with_their_spikes_and_the_newest_raw(chart: Chart) -> None:
    start = NOON
    for n in range(3 * 24 * 60):
        chart.hear("temperature_celsius", 22.0 if n != 1000 else 31.5, start + n * MINUTE)
    end = start + 3 * DAY
    chart.clock.advance(3 * DAY.total_seconds() + 60)
    assert chart.store.downsample(end - 10 * MINUTE) == 3 * 96 - 1
    line = chart.line("temperature_celsius", start, end, 10_000)
    assert 288 <= len(line) <= 288 + 20
    assert max(value for _, value in line if value is not None) == 31.5
    (spike,) = [at for at, value in line if value == 31.5]
    assert abs(spike - (start + 1000 * MINUTE)) <= timedelta(minutes=15)
    assert line[-1] == (end - MINUTE, 22.0)
    assert None not in [value for _, value in line]
    thinned = chart.line("temperature_celsius", start, end, 50)
    assert len(thinned) <= 50
    assert 31.5 in [value for _, value in thinned]


def test_downsampling_again_changes_nothing_and_goes_on_where_it_stood(chart: Chart) -> None:
    for n in range(60):
        chart.hear("temperature_celsius", 20 + n / 10, NOON + n * MINUTE)
    assert chart.wait_until(NOON + 31 * MINUTE) == 2
    assert chart.store.downsample(chart.clock.now()) == 0
    assert chart.wait_until(NOON + HOUR) == 2
    restarted = EmbeddedTelemetry(chart.database, chart.clock)
    assert restarted.downsample(chart.clock.now()) == 0
    line = chart.line("temperature_celsius", NOON - 2 * DAY, NOON + HOUR)
    assert [value for _, value in line] == [20.0, 21.4, 21.5, 22.9, 23.0, 24.4, 24.5, 25.9]
    restarted.close()


def test_a_late_sample_makes_its_quarter_anew_and_no_other(chart: Chart) -> None:
    for n in range(90):
        chart.hear("temperature_celsius", 22.0, NOON + n * MINUTE)
    assert chart.wait_until(NOON + 2 * HOUR) == 6
    chart.hear("temperature_celsius", 28.0, NOON + 20 * MINUTE + timedelta(seconds=1))
    assert chart.store.downsample(chart.clock.now()) == 5  # from the late one's quarter on
    line = chart.line("temperature_celsius", NOON - 2 * DAY, NOON + 2 * HOUR)
    assert [value for _, value in line if value != 22.0] == [28.0]
    assert chart.store.downsample(chart.clock.now()) == 0


def test_long_silence_costs_no_work(chart: Chart) -> None:
    chart.hear("temperature_celsius", 22.0, NOON)
    chart.wait_until(NOON + HOUR)
    chart.clock.advance(30 * DAY.total_seconds())
    chart.hear("temperature_celsius", 23.0, chart.clock.now() - HOUR)
    assert chart.store.downsample(chart.clock.now()) == 1


def test_raw_values_go_after_35_days_their_quarters_stay_two_years(chart: Chart) -> None:
    chart.hear("temperature_celsius", 22.0, NOON)
    chart.hear("temperature_celsius", 26.0, NOON + MINUTE)
    chart.wait_until(NOON + HOUR)
    hour = NOON, NOON + HOUR
    assert [at for at, _ in chart.line("temperature_celsius", *hour)] == [NOON, NOON + MINUTE]
    chart.wait_until(NOON + RAW_KEPT + HOUR)
    assert [value for _, value in chart.line("temperature_celsius", *hour)] == [22.0, 26.0]
    assert [at for at, _ in chart.line("temperature_celsius", *hour)] == [
        NOON + timedelta(minutes=5),
        NOON + timedelta(minutes=10),
    ]
    chart.wait_until(NOON + QUARTERS_KEPT + HOUR)
    assert chart.line("temperature_celsius", *hour) == []


def test_a_sample_older_than_anything_kept_is_refused_and_spoils_no_quarter(chart: Chart) -> None:
    chart.hear("temperature_celsius", 22.0, NOON)
    chart.wait_until(NOON + HOUR)
    chart.wait_until(NOON + RAW_KEPT + HOUR)
    chart.hear("temperature_celsius", 99.0, NOON + MINUTE)
    chart.store.flush()
    assert chart.store.counters().refused == 1
    chart.store.downsample(chart.clock.now())
    assert [value for _, value in chart.line("temperature_celsius", NOON, NOON + HOUR)] == [22.0]


def test_two_devices_under_one_name_are_laid_together_in_time(chart: Chart) -> None:
    chart.hear("power_watts", 800.0, NOON, device="climate/ac")
    chart.hear("power_watts", 12.0, NOON + MINUTE, device="sensor/plug")
    chart.hear("power_watts", 810.0, NOON + 2 * MINUTE, device="climate/ac")
    assert [value for _, value in chart.line("power_watts", NOON, NOON + HOUR)] == [800.0, 12.0, 810.0]


def test_a_room_never_heard_of_is_empty(chart: Chart) -> None:
    assert chart.line("temperature_celsius", NOON, NOON + HOUR, room="999") == []
