"""Nights: what the days recorded teaches each room's model, through the service and its database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from controller.core import Core
from controller.models_store import ModelRow
from controller.ports import Sample
from controller.room_model import RoomParameters, forces, prior, stepper
from controller.service import ControllerService
from controller.store import all_rows
from gateway.mqtt.config_reading import ConfigReader
from gateway.workers import AtOnce
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Refused
from tests.controller_world import FakeTelemetry, House

DAYS = 4
MINUTES = 5
NAMES = {"felt_celsius", "heat_share", "curtain_closed", "felt_outdoor_celsius", "sun_watts"}


class KeptTelemetry(FakeTelemetry):
    """A time series that reads back what it was given."""

    def series(
        self, room: str | None, properties: Sequence[str], start: datetime, end: datetime, most_points: int, /
    ) -> dict[str, list[tuple[datetime, float | None]]]:
        found: dict[str, list[tuple[datetime, float | None]]] = {name: [] for name in properties}
        for sample in self.samples:
            if sample.room == room and sample.property in found and start <= sample.at < end:
                found[sample.property].append((sample.at, sample.value))
        return {name: sorted(points) for name, points in found.items()}


class BrokenPool:
    """Workers that take nothing."""

    def run(self, function: Callable[..., Any], *arguments: Any, timeout_seconds: float = 30.0) -> Any:
        raise Refused("busy", "All workers are busy.")


class NightHouse(House):
    """The hotel with a time series and workers."""

    heavy: Any = AtOnce()

    def make_service(self) -> ControllerService:
        if not isinstance(self.telemetry, KeptTelemetry):
            self.telemetry = KeptTelemetry()
        return ControllerService(
            self.database,
            self.clock,
            self.wire,
            self.stays,
            self.telemetry,
            ConfigReader(),
            self.settings,
            series=self.telemetry,
            heavy=self.heavy,
        )


class BusyHouse(NightHouse):
    heavy: Any = BrokenPool()


@pytest.fixture
def house(any_database: Database, clock: ManualClock) -> NightHouse:
    return NightHouse(any_database, clock)


def true_room() -> RoomParameters:
    """A room unlike the middle of rooms: light, leaky, with a strong unit."""
    usual = prior(np.array([32.0]))
    return replace(
        usual,
        air_capacity_joules_per_kelvin=np.array([0.32e6]),
        air_conductance_watts_per_kelvin=np.array([42.0]),
        mass_conductance_watts_per_kelvin=np.array([20.0]),
        cooling_watts_at_35=np.array([3600.0]),
        gain_watts=np.array([90.0]),
        sensor_seconds=np.array([120.0]),
    )


def outdoor(at: datetime) -> float:
    return 31.0 + 4.0 * float(np.sin((at.hour * 60 + at.minute) / 1440 * 2 * np.pi))


def lived(house: NightHouse, until: datetime, *, window_days: int = 0) -> list[tuple[float, float, float]]:
    """Days of the true room, recorded as the controller does: (air, mass, share) each five minutes.

    Args:
        window_days: on so many of the last days its window stood open, which is recorded as no lesson.
    """
    truth, draw = true_room(), np.random.default_rng(11)
    begin = until - timedelta(days=DAYS)
    step = stepper(truth, 60.0)
    air, mass, sensor, share, cooling = np.array([27.0]), np.array([27.5]), 27.0, 0.0, False
    states: list[tuple[float, float, float]] = []
    for minute in range(DAYS * 1440):
        at = begin + timedelta(minutes=minute)
        open_window = minute >= (DAYS - window_days) * 1440
        if minute % MINUTES == 0:
            felt = round(sensor + draw.normal(0, 0.04), 1)
            taught = 9.0 if open_window else (-1.0 if cooling else 0.0)
            house.telemetry.record(
                [
                    Sample(None, "model", "felt_outdoor_celsius", outdoor(at), at),
                    Sample(None, "model", "sun_watts", 0.0, at),
                    Sample("412", "model", "felt_celsius", felt, at),
                    Sample("412", "model", "heat_share", taught, at),
                    Sample("412", "model", "curtain_closed", 0.0, at),
                ]
            )
            states.append((float(air[0]), float(mass[0]), -1.0 if cooling else 0.0))
            cooling = air[0] > 23.0 if cooling else air[0] > 27.0
        share += ((1.0 if cooling else 0.0) - share) * (1 - np.exp(-60 / 120))
        heat = -truth.cooling_watts(np.array([outdoor(at)])) * share
        leak = np.array([outdoor(at) if not open_window else outdoor(at) + 6.0])
        air, mass = step.step(air, mass, *forces(truth, leak, np.zeros(1), heat))
        sensor += (float(air[0]) - sensor) * (1 - float(np.exp(-60 / 120)))
    return states


def rmse_of_an_hour(
    parameters: RoomParameters, states: list[tuple[float, float, float]], end: datetime
) -> float:
    """How far these parameters are off an hour ahead of the true room, K, over its last three days."""
    step, off = stepper(parameters, MINUTES * 60.0), []
    begin = end - timedelta(days=DAYS)
    for start in range(len(states) - 864, len(states) - 13, 5):
        air, mass = np.array([states[start][0]]), np.array([states[start][1]])
        if len({states[start + k][2] for k in range(13)}) > 1:
            continue  # a unit that is switched meanwhile is another question
        for k in range(12):
            there = np.array([outdoor(begin + timedelta(minutes=(start + k) * MINUTES))])
            heat = parameters.cooling_watts(there) * states[start + k][2]
            air, mass = step.step(air, mass, *forces(parameters, there, np.zeros(1), heat))
        off.append(float(air[0]) - states[start + 12][0])
    assert len(off) > 20
    return float(np.sqrt(np.mean(np.square(off))))


def night(house: House) -> None:
    """Two o'clock in Shanghai."""
    now = house.now()
    house.clock.advance((datetime(now.year, now.month, now.day, 18, tzinfo=UTC) - now).total_seconds())


def believed(house: NightHouse) -> RoomParameters:
    core: Core = house.service.sign.__self__._core  # type: ignore[attr-defined]
    found = core.house.outlooks.learner.parameters_of("412")
    assert found is not None
    return found


def test_a_few_days_teach_a_room_in_one_night(house: NightHouse) -> None:
    house.outdoors(33.0)
    house.wait(minutes=12, step=30)
    assert {one.property for one in house.telemetry.samples if one.device_key == "model"} == NAMES
    house.telemetry.samples.clear()
    assert house.service.fit_rooms() == 0, "by day nobody is fitted"
    night(house)
    states = lived(house, house.now())
    before = rmse_of_an_hour(believed(house), states, house.now())
    assert house.service.fit_rooms() == 1
    after = rmse_of_an_hour(believed(house), states, house.now())
    print(f"an hour ahead: {before:.2f} K before the night, {after:.2f} K after it")
    assert before > 1.5 * after
    assert after <= 0.3
    assert believed(house).cooling_watts_at_35[0] == pytest.approx(3600, rel=0.2)
    assert house.service.fit_rooms() == 0, "once a night"

    with house.database.read() as session:
        kept = {row.subject: row.model for row in all_rows(session, "main", ModelRow)}
    assert kept["room:412"]["fitted_at"] == house.now().isoformat()
    house.kill_and_restart()
    house.service.tick()
    assert rmse_of_an_hour(believed(house), states, house.now()) == pytest.approx(after, abs=0.05)
    assert house.service.fit_rooms() == 0, "not again because the process is new"


def test_days_with_an_open_window_teach_nothing(house: NightHouse) -> None:
    house.wait(minutes=2, step=30)
    night(house)
    house.telemetry.samples.clear()
    lived(house, house.now(), window_days=DAYS)
    before = believed(house)
    assert house.service.fit_rooms() == 1, "it was looked at"
    np.testing.assert_array_equal(believed(house).cooling_watts_at_35, before.cooling_watts_at_35)


def test_workers_that_are_busy_cost_a_night_and_no_more(database: Database, clock: ManualClock) -> None:
    house = BusyHouse(database, clock)
    house.wait(minutes=2, step=30)
    night(house)
    lived(house, house.now())
    before = believed(house).cooling_watts_at_35[0]
    assert house.service.fit_rooms() == 1
    assert believed(house).cooling_watts_at_35[0] == before
