"""The benches that need a broker run, on a small scale, and measure what they say."""

from __future__ import annotations

import pytest

from benchmarks import coldstart, fuzz, ingest, tap
from benchmarks.report import Options

pytestmark = pytest.mark.mosquitto


# Served houses by the pair; `make test-sample` runs them.
@pytest.mark.slow
def test_ingest_counts_every_reading_in_twin_and_telemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "ROUNDS_QUICK", 1)
    monkeypatch.setattr(ingest, "MESSAGES_QUICK", 4000)
    monkeypatch.setattr(ingest, "TOPICS", 20)
    monkeypatch.setattr(ingest, "SIZES_QUICK", (20, 60))
    monkeypatch.setattr(ingest, "SCALE_MESSAGES_QUICK", 1000)
    figures = {figure.name: figure for figure in ingest.run(Options(quick=True)).figures}
    assert figures["messages_counted"].value == 4000
    assert figures["processor_per_message_60_entities"].value > 0
    assert figures["resident_per_entity_60_entities"].unit == "B"
    assert figures["shed_or_refused"].value == 0
    assert figures["house_messages_per_second"].value > 0
    assert figures["bare_messages_per_second"].value > 0


@pytest.mark.slow
def test_coldstart_ends_with_every_entity_in_its_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coldstart, "ROOMS_QUICK", 2)
    figures = {figure.name: figure.value for figure in coldstart.run(Options(quick=True)).figures}
    for start in ("first_start", "second_start"):
        assert figures[f"{start}_entities_with_their_state"] == 60
        assert figures[f"{start}_shed_or_refused"] == 0
        assert 0 < figures[f"{start}_all_known"] <= figures[f"{start}_ready"] < 30


def test_fuzz_leaves_nothing_uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "PAYLOADS_QUICK", 1200)
    report = fuzz.run(Options(quick=True, seed=3))
    assert [figure.name for figure in report.figures if figure.met is False] == []
    figures = {figure.name: figure.value for figure in report.figures}
    assert figures["refused"] > 300
    assert figures["reports"] > 300


@pytest.mark.slow
def test_tap_measures_the_served_house_beside_the_bare_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tap, "TAPS_QUICK", 5)
    monkeypatch.setattr(tap, "WARM_UP", 2)
    figures = {figure.name: figure.value for figure in tap.run(Options(quick=True)).figures}
    assert figures["confirmed_p99_to_bare_lowest_fifth"] <= figures["confirmed_p99_to_bare_highest_fifth"]
    for side in ("house", "bare"):
        assert figures[f"{side}_answered_p50"] > 0
        assert 0 < figures[f"{side}_on_the_wire_p50"] <= figures[f"{side}_confirmed_p99"]
