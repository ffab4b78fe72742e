"""The benches run, on a small scale, and measure what they say."""

from __future__ import annotations

import pytest

from benchmarks import board, ingest, tap
from benchmarks.report import Options


@pytest.mark.mosquitto
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


@pytest.mark.mosquitto
def test_tap_measures_the_served_house_beside_the_bare_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tap, "TAPS_QUICK", 5)
    monkeypatch.setattr(tap, "WARM_UP", 2)
    figures = {figure.name: figure.value for figure in tap.run(Options(quick=True)).figures}
    for side in ("house", "bare"):
        assert figures[f"{side}_answered_p50"] > 0
        assert 0 < figures[f"{side}_on_the_wire_p50"] <= figures[f"{side}_confirmed_p99"]


def test_board_is_measured_beside_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "REPLAN_SECONDS", 0.1)
    report = board.run(Options(quick=True, extra=["--sizes", "20/3", "--seconds", "0.5"]))
    figures = {figure.name: figure.value for figure in report.figures}
    # Rules and releases hold however little time there is; goals are for the sizes of the claim.
    assert figures["20/3 broken rules"] == figures["20/3 re-plan: broken rules"] == 0
    assert figures["20/3 missed ETAs"] == figures["20/3 rooms on no list"] == 0
    assert figures["20/3 planted plan: missed ETAs"] == figures["20/3 planted plan: broken rules"] == 0
    for name in board.RIVALS:
        assert figures[f"20/3 walking, mean, {name}"] > 0
    for trouble in board.TROUBLES:
        assert figures[f"20/3 {trouble}: share moved, worst"] <= 0.15
