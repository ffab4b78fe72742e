"""The bench of the room's model, small: it measures what it says."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import model
from benchmarks.model_rooms import CLIMATES, make_rooms
from benchmarks.report import Options


def test_the_bench_foresees_and_prints_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "ASKED_EVERY", 180)
    report = model.run(Options(quick=True, extra=["--rooms", "2", "--days", "2"]))
    figures = {figure.name: figure.value for figure in report.figures}
    assert 0 < figures["hot-humid: 60-minute forecast RMSE after 1 days"] < 0.6
    assert "hot-humid: 60-minute forecast in p10–p90, from day 2 on" in figures


def test_its_rooms_end_at_the_balance_of_their_own_physics() -> None:
    rooms = make_rooms(5, CLIMATES[0], np.random.default_rng(3))
    nobody, shut = np.zeros(5), np.zeros(5, dtype=bool)
    for _ in range(4 * 1440 // 10):
        for _ in range(10):
            rooms.step(30.0, 0.0, 0.0, 12.0, nobody, nobody, shut)
        if rooms.air.max() > 60:
            break
    assert np.all(rooms.air > 26)
    assert np.all(rooms.air < 36)
