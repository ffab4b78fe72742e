"""A week in the product's own wiring: its rooms are foreseen, and none that is empty stays damp."""

from __future__ import annotations

import pytest

from benchmarks import model_house
from benchmarks.report import Options


@pytest.mark.slow
def test_a_week_of_a_virtual_hotel_teaches_its_rooms() -> None:
    report = model_house.run(Options(seed=7, extra=["--rooms", "3", "--days", "7"]))
    print(report.to_json())
    figures = {figure.name: figure for figure in report.figures}
    assert [name for name in figures if name.startswith("60-minute forecast RMSE on day")]
    assert figures["RMSE from day 2 on, rooms that drift freely"].value <= 1.0, (
        "the goal of 0.3 is the bench's"
    )
    assert figures["floor: what the sensors themselves are off"].value <= 0.2
    assert figures["longest that a vacant room was above 65 % RH"].met
