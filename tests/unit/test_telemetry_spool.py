"""The spool and the fan-out: bounded, counted, never in the way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from controller.ports import Sample
from gateway.telemetry.fan_out import FanOut
from gateway.telemetry.sink import Counters
from gateway.telemetry.spool import Spool

AT = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)


def samples(*values: float) -> list[Sample]:
    return [Sample("412", "sensor/air", "temperature_celsius", value, AT) for value in values]


def test_a_full_spool_sheds_the_oldest_and_counts_them() -> None:
    spool = Spool(3)
    spool.put(samples(1, 2))
    spool.put(samples(3, 4))
    assert [sample.value for sample in spool.take(10)] == [2, 3, 4]
    assert (spool.recorded, spool.shed, len(spool)) == (4, 1, 0)


def test_a_batch_larger_than_the_spool_leaves_its_newest() -> None:
    spool = Spool(3)
    spool.put(samples(0))
    spool.put(samples(1, 2, 3, 4, 5))
    assert [sample.value for sample in spool.take(10)] == [3, 4, 5]
    assert spool.shed == 3


def test_taking_goes_from_the_oldest_and_no_further_than_asked() -> None:
    spool = Spool(5)
    spool.put(samples(1, 2, 3))
    assert [sample.value for sample in spool.take(2)] == [1, 2]
    assert len(spool) == 1


def test_a_spool_needs_room() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Spool(0)


class Notebook:
    """A sink that writes down; `broken` makes it raise, which a sink must not do."""

    def __init__(self, broken: bool = False) -> None:
        self.broken = broken
        self.taken: list[Sample] = []
        self.calls: list[str] = []

    def record(self, samples: list[Sample]) -> None:
        if self.broken:
            raise RuntimeError("out of order")
        self.taken += samples

    def start(self) -> None:
        self.calls.append("start")

    def flush(self) -> None:
        self.calls.append("flush")

    def stop(self) -> None:
        self.calls.append("stop")

    def counters(self) -> Counters:
        return Counters(recorded=len(self.taken))


def test_each_place_gets_every_sample_and_a_broken_one_stops_no_other() -> None:
    broken, sound = Notebook(broken=True), Notebook()
    both = FanOut({"influx": broken, "embedded": sound})
    both.start()
    both.record(samples(21.5, 21.6))
    both.flush()
    both.stop()
    assert [sample.value for sample in sound.taken] == [21.5, 21.6]
    assert both.errors == 1
    assert both.counters() == {"influx": Counters(), "embedded": Counters(recorded=2)}
    assert broken.calls == sound.calls == ["start", "flush", "stop"]
