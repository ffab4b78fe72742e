"""What a bench answers: the JSON that other systems read, the table for people, the publisher's packets."""

from __future__ import annotations

import json

import pytest
from rich.console import Console

from benchmarks.ingest_publisher import TEMPLATES, _packet, _packets, payload, values
from benchmarks.report import BenchReport, Figure, at_least, at_most, quantile

REPORT = BenchReport(
    "tap",
    7,
    [
        Figure("taps", 100, "taps"),
        at_most("p99_to_bare", 2.5, "×", 3.0),
        at_least("share", 0.2, "", 0.3),
    ],
)


def test_the_json_has_exactly_the_agreed_names() -> None:
    assert json.loads(REPORT.to_json()) == {
        "bench": "tap",
        "seed": 7,
        "figures": [
            {"name": "taps", "value": 100, "unit": "taps", "goal": None, "met": None},
            {"name": "p99_to_bare", "value": 2.5, "unit": "×", "goal": 3.0, "met": True},
            {"name": "share", "value": 0.2, "unit": "", "goal": 0.3, "met": False},
        ],
    }


def test_a_report_meets_its_goals_only_when_all_are_met() -> None:
    assert not REPORT.met
    assert BenchReport("tap", 7, REPORT.figures[:2]).met
    assert at_least("share", 0.3, "", 0.3).met
    assert at_most("share", 0.3, "", 0.3).met


def test_the_table_says_the_same_to_people() -> None:
    console = Console(width=100)
    with console.capture() as shown:
        console.print(REPORT.to_table())
    for word in ("p99_to_bare", "2.5 ×", "3 ×", "✓ yes", "✗ no", "seed 7"):
        assert word in shown.get()


def test_quantiles_are_measured_values() -> None:
    values = [float(n) for n in range(1, 101)]
    assert quantile(values, 0.5) == 51.0
    assert quantile(values, 0.99) == 100.0
    assert quantile([4.0], 0.99) == 4.0
    with pytest.raises(ValueError, match="no values"):
        quantile([], 0.5)


def test_every_message_has_other_values_and_is_json() -> None:
    numbers = [0, 1, 99, 100, 12345, 999_999]
    for n in numbers:
        said = json.loads(payload(n))
        assert {name: said[name] for name in TEMPLATES} == values(n)
    for name in TEMPLATES:
        assert len({values(n)[name] for n in range(100_000)}) == 100_000


@pytest.mark.parametrize("size", [0, 1, 127, 128, 16_383, 16_384, 70_000])
def test_packets_come_apart_as_they_were_put_together(size: int) -> None:
    body = bytes(n % 251 for n in range(size))
    stream = _packet(0x30, body) + _packet(0xD0, b"")
    received = bytearray()
    found = []
    for start in range(0, len(stream), 1000):  # in pieces, as a socket gives them
        received += stream[start : start + 1000]
        found += list(_packets(received))
    assert found == [(0x30, body), (0xD0, b"")]
    assert not received
