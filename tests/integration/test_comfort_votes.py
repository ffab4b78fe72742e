"""What a guest would feel: the standard's own figures, and what the screens are told of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from controller.service import ControllerService
from controller.thermal_votes import Thermal, category, humidity_at, votes
from gateway.mqtt.config_reading import ConfigReader
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Unavailable
from tests.controller_world import House


class Workers:
    """A pool that votes by a rule of thumb: a third of a vote a kelvin, neutral at 25.4 °C."""

    def __init__(self) -> None:
        self.asked: list[Thermal] = []

    def run(self, function: Callable[..., Any], *arguments: Any, timeout_seconds: float = 30.0) -> Any:
        assert function is votes
        self.asked.extend(arguments[0])
        return [(round((one.celsius - 25.4) / 3, 2), 6.0) for one in arguments[0]]


class VotingHouse(House):
    workers: Workers | None = None

    def make_service(self) -> ControllerService:
        return ControllerService(
            self.database,
            self.clock,
            self.wire,
            self.stays,
            self.telemetry,
            ConfigReader(),
            self.settings,
            heavy=self.workers,
        )


@pytest.fixture
def house(database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> VotingHouse:
    monkeypatch.setattr(VotingHouse, "workers", Workers())
    return VotingHouse(database, clock)


@pytest.mark.slow
def test_the_figures_are_the_standards() -> None:
    """ASHRAE 55 at 1.1 met, 0.1 m/s: half a clo at 50 %, a whole one at 40 %."""
    rooms = tuple(Thermal(celsius, celsius, 50.0, 0.5) for celsius in (24.0, 25.0, 26.0))
    rooms += tuple(Thermal(celsius, celsius, 40.0, 1.0) for celsius in (21.0, 22.0))
    found = [vote[0] for vote in votes(rooms) if vote is not None]
    assert found == pytest.approx([-0.46, -0.13, 0.20, -0.40, -0.16], abs=0.02)


def test_categories_are_those_of_iso_7730() -> None:
    assert [category(pmv) for pmv in (0.1, -0.3, 0.6, -1.2)] == ["A", "B", "C", "outside"]


def test_the_same_water_is_damper_in_colder_air() -> None:
    assert humidity_at(50.0, 28.0, 24.0) == pytest.approx(63.3, abs=0.5)
    assert humidity_at(80.0, 28.0, 20.0) == 100.0


def test_a_room_tells_what_its_guest_would_feel_now_and_at_the_door(house: VotingHouse) -> None:
    house.outdoors()
    house.expect("412", in_minutes=100, eta_source="live")
    house.wait(minutes=2, step=30)
    told = house.service.room_comfort("412")
    assert (told.season, told.clothing_clo, told.metabolic_met) == ("cooling", 0.5, 1.1)
    assert told.now is not None
    assert (told.now.celsius, told.now.humidity_percent, told.now.humidity_assumed) == (27.0, 50.0, False)
    assert told.now.category == "C" if abs(told.now.pmv or 9) >= 0.5 else "B"
    assert told.at_door is not None
    assert told.at_door.celsius == pytest.approx(24.0, abs=0.6)
    assert told.at_door.humidity_percent > 55, "the same water in colder air"
    assert told.at_door.humidity_assumed
    assert told.at_door.at > house.now()


def test_what_was_worked_out_is_not_asked_again(house: VotingHouse) -> None:
    workers = house.workers
    assert workers is not None
    first = house.service.room_comfort("412")
    assert first.at_door is None
    asked = len(workers.asked)
    assert asked == 1
    assert house.service.room_comfort("412") == first
    assert len(workers.asked) == asked


def test_without_workers_it_is_said(database: Database, clock: ManualClock) -> None:
    house = House(database, clock)
    with pytest.raises(Unavailable):
        house.service.room_comfort("412")


def test_the_controller_loads_without_the_library() -> None:
    look = "import controller.service, sys; print('pythermalcomfort' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
