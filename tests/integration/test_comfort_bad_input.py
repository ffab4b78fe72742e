"""What a hotel is told that cannot be: each gets a clear word and a sane plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.comfort import ComfortMemory, RoomFacts, decide
from controller.entities import Component, Limits
from controller.policy import ClimatePolicy
from controller.service import ControllerService
from controller.weather import Forecast, ForecastPoint, checked_forecast
from gateway.mqtt.config_reading import ConfigReader
from hotel.clock import ManualClock
from hotel.database import Database
from tests.controller_world import House, entity

AC = "climate/r412/ac"
NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)
POLICY = ClimatePolicy()


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    made = House(database, clock)
    made.outdoors(33.0)
    made.wait(minutes=2, step=30)
    return made


def bare_unit(house: House, *, reports: str) -> None:
    """A unit that is all that the room has."""
    unit = entity(
        AC,
        Component.CLIMATE,
        room="412",
        reports=reports,
        accepts="mode setpoint_celsius",
        options={"mode": ("off", "cool", "heat")},
        limits={"setpoint_celsius": Limits(16, 30, 0.5)},
    )
    house.service.discovered(unit, "{}")
    house.says(AC, available=True, mode="off", setpoint_celsius=26.0)
    house.service.tick()


@pytest.mark.parametrize(("wish", "nearest"), [(5.0, 16.0), (45.0, 30.0)])
def test_a_wish_that_no_room_can_fulfil_is_named_and_brought_near(
    house: House, wish: float, nearest: float
) -> None:
    house.expect("412", in_minutes=200, celsius=wish, eta_source="live")
    plan = house.service.plan("412")
    assert plan is not None
    assert plan.wanted_celsius == nearest
    assert f"{wish:g} °C was wished, which no room can be." in plan.reason
    house.check_in()
    house.walk_in("412")
    house.wait(30)
    setpoints = house.wire.asked(AC, "setpoint_celsius")
    assert all(16.0 <= float(value) <= 30.0 for value in setpoints if isinstance(value, float))


def test_a_time_that_is_over_starts_now_and_says_so(house: House) -> None:
    house.expect("412", in_minutes=-10, eta_source="guest")
    house.wait(20)
    plan = house.service.plan("412")
    assert plan is not None
    assert plan.state in ("running", "ready")
    assert plan.reason
    assert plan.predicted_ready_at is not None
    assert plan.predicted_ready_at >= house.now() - timedelta(minutes=1)


def test_a_time_of_long_ago_cools_no_empty_room(house: House) -> None:
    house.expect("412", in_minutes=-60 * 20, eta_source="live")
    house.wait(minutes=2, step=30)
    plan = house.service.plan("412")
    assert plan is not None
    assert plan.reason_code == "plan_expired"
    assert house.wire.asked(AC, "mode")[-1:] != ["cool"]


def test_a_room_without_air_conditioner_says_that_nobody_can_help(
    database: Database, clock: ManualClock
) -> None:
    house = House(database, clock, equipped=False)
    house.outdoors()
    house.expect("412", in_minutes=60, eta_source="live")
    house.wait(minutes=2, step=30)
    plan = house.service.plan("412")
    assert plan is not None
    assert (plan.state, plan.reason_code) == ("waiting", "plan_no_air_conditioner")
    assert house.service.climates(["412"])["412"].reason_code == "no_air_conditioner"
    assert house.service.times_to_target(["412"]) == {}


def test_a_room_that_nobody_measures_is_begun_early_and_says_why(
    database: Database, clock: ManualClock
) -> None:
    house = House(database, clock, equipped=False)
    bare_unit(house, reports="mode setpoint_celsius available")
    house.outdoors()
    house.expect("412", in_minutes=300, eta_source="live")
    house.wait(minutes=2, step=30)
    plan = house.service.plan("412")
    assert plan is not None
    assert plan.reason_code == "plan_fallback"
    assert plan.reason_values["lost"] == "sensor"
    lead = (plan.eta - plan.start_at).total_seconds() / 60
    assert 20 < lead < POLICY.longest_lead_minutes


class Foretold:
    """Somebody tells the weather."""

    expected = True

    def __init__(self, forecast: Forecast) -> None:
        self.forecast = forecast

    def newest(self) -> Forecast | None:
        return self.forecast


class ForetoldHouse(House):
    told: Any = None

    def make_service(self) -> ControllerService:
        return ControllerService(
            self.database,
            self.clock,
            self.wire,
            self.stays,
            self.telemetry,
            ConfigReader(),
            self.settings,
            forecasts=self.told,
        )


def hours(now: datetime, *which: int) -> Forecast:
    return checked_forecast([ForecastPoint(now + timedelta(hours=hour), 33.0) for hour in which], now)


def test_a_forecast_with_holes_is_said_and_planned_without(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Foretold(hours(clock.now(), 0, 1, 9, 10, 11))
    monkeypatch.setattr(ForetoldHouse, "told", told)
    house = ForetoldHouse(database, clock)
    house.outdoors(33.0)
    house.expect("412", in_minutes=200, eta_source="live")
    house.wait(minutes=2, step=30)
    weather = house.service.weather()
    assert "forecast_has_holes" in weather.faults
    assert weather.source == "sensor"
    plan = house.service.plan("412")
    assert plan is not None
    assert plan.reason_code != "plan_fallback", "yesterday's weather and the sensor are enough"
    # A room that nobody has seen go: no earlier than without any model before the first of such guests, who
    # may be an hour and a half early.
    lead = POLICY.fallback_lead_minutes
    assert 0 < (plan.eta - plan.start_at).total_seconds() / 60 < lead + 90
    assert house.service.room_model("412").weak_reason == "no_forecast"

    # The next forecast is whole: it counts within seconds.
    told.forecast = hours(house.now(), *range(12))
    house.wait(5)
    assert house.service.weather().source == "forecast"
    assert house.service.room_model("412").weak_reason is None


# Whatever happens


FACTS = st.builds(
    RoomFacts,
    now=st.just(NOON),
    zone=st.just(ZoneInfo("Asia/Shanghai")),
    tenancy=st.sampled_from(["vacant", "expected", "checked_in", "arrived"]),
    temperature_celsius=st.one_of(st.none(), st.floats(-10, 50)),
    humidity_percent=st.one_of(st.none(), st.floats(0, 100)),
    outdoor_celsius=st.one_of(st.none(), st.floats(-30, 50)),
    hand_celsius=st.one_of(st.none(), st.floats(16, 30)),
    presence=st.sampled_from(["unknown", "empty", "present", "asleep"]),
    presence_since=st.integers(0, 600).map(lambda minutes: NOON - timedelta(minutes=minutes)),
    plan_state=st.sampled_from([None, "holding", "running", "ready"]),
    guest_is_late=st.booleans(),
    recoverable_kelvin=st.one_of(st.none(), st.floats(0, 15)),
    being_cleaned=st.booleans(),
    out_of_order=st.booleans(),
    plant_off=st.booleans(),
    frost_celsius=st.one_of(st.none(), st.floats(4, 16)),
    surface_celsius=st.one_of(st.none(), st.floats(0, 35)),
)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(FACTS, st.integers(60, 36_000))
def test_an_open_window_stops_whatever_works(facts: RoomFacts, seconds: int) -> None:
    opened = replace(facts, window_open_since=NOON - timedelta(seconds=seconds))
    assert decide(opened, ComfortMemory(), POLICY)[0].mode == "off"
    closed = decide(replace(opened, window_open_since=None), ComfortMemory(), POLICY)[0]
    assert closed == decide(facts, ComfortMemory(), POLICY)[0], "closing it brings back what was"


@settings(max_examples=120, deadline=None, derandomize=True)
@given(FACTS, st.floats(16, 30))
def test_a_guest_who_is_in_has_what_they_set(facts: RoomFacts, hand: float) -> None:
    inside = replace(facts, tenancy="arrived", hand_celsius=hand, plant_off=False)
    for presence in ("unknown", "present", "asleep"):
        target = decide(replace(inside, presence=presence), ComfortMemory(), POLICY)[0]
        assert target.setpoint_celsius == hand
        assert target.mode in ("cool", "heat")
