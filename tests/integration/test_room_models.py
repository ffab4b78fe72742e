"""Rooms are learned by the house at work, and what was learned outlives its process."""

from __future__ import annotations

import pytest

from controller.models_store import ModelRow
from controller.store import all_rows
from hotel.clock import ManualClock
from hotel.database import Database
from tests.controller_world import House


@pytest.fixture
def house(any_database: Database, clock: ManualClock) -> House:
    return House(any_database, clock)


def rest(house: House, minutes: int) -> None:
    """A vacant room drifts while the weather is told."""
    celsius = 27.0
    for minute in range(minutes):
        celsius += 0.02
        house.says("sensor/r412/temperature", value=round(celsius, 1))
        if minute % 5 == 0:
            house.says("sensor/weather/outdoor", value=33.0)
        house.wait(minutes=1, step=30)


def kept(house: House) -> dict[str, ModelRow]:
    with house.database.read() as session:
        return {row.subject: row for row in all_rows(session, "main", ModelRow)}


def test_a_room_is_learned_and_the_next_process_reads_it_back(house: House) -> None:
    house.outdoors()
    rest(house, 40)
    models = kept(house)
    assert set(models) == {"room:412", "outdoors"}
    assert models["room:412"].model["learned_minutes"] > 15
    names = {sample.property for sample in house.telemetry.samples if sample.device_key == "model"}
    assert {"felt_celsius", "heat_share", "curtain_closed", "sun_watts"} <= names

    house.kill_and_restart()
    house.wait(minutes=2, step=30)
    house.service.stop()
    again = kept(house)["room:412"].model
    assert again["learned_minutes"] >= models["room:412"].model["learned_minutes"]
    assert again["base"] == models["room:412"].model["base"]


def test_the_chart_has_a_band_that_widens(house: House) -> None:
    house.outdoors()
    rest(house, 10)
    points = house.service.forecast("412")
    assert len(points) > 3
    assert all(low <= middle <= high for _, low, middle, high in points)
    first, widths = points[0], [high - low for _, low, _, high in points]
    # At the end the house holds the room at its limit: there the band is narrow again.
    assert max(widths) > 1.2 * widths[0]
    assert abs(first[2] - 27.2) < 0.6
