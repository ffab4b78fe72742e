"""What screens read of a room's comfort: its model and why it is weak, the weather, the plan's own spread."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from controller.equipment import Equipment, OffHours
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import NotFound
from tests.controller_world import DESK, ENGINEER, House

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    return House(database, clock)


def test_a_new_room_goes_by_its_type_and_says_so(house: House) -> None:
    house.outdoors(33.0)
    house.wait(minutes=2, step=30)
    house.expect("412", in_minutes=120, celsius=24.0)
    house.wait(minutes=6, step=30)
    told = house.service.room_model("412")
    assert (told.source, told.weak_reason, told.ramps, told.ramp_error_minutes) == ("prior", None, 0, None)
    assert told.learned_minutes < told.needed_minutes
    assert told.target_celsius == 24.0
    assert told.ready_minutes is not None
    assert told.ready_deviation_minutes is not None
    assert told.recover_minutes is not None
    assert told.drift_celsius is not None
    assert (told.equipment, told.equipment_scope) == ("split", None)
    with house.database.write() as tx:
        house.service.say_equipment(tx, ENGINEER, "type:DLX", Equipment("four_pipe"), 0)
    told = house.service.room_model("412")
    assert (told.equipment, told.equipment_scope) == ("four_pipe", "type:DLX")
    with pytest.raises(NotFound):
        house.service.room_model("999")


def test_a_room_whose_sensor_was_never_heard_is_weak_for_that(database: Database, clock: ManualClock) -> None:
    house = House(database, clock, equipped=False)
    house.wait(minutes=6, step=30)
    told = house.service.room_model("412")
    assert (told.source, told.weak_reason) == ("fallback", "no_sensor")
    all_told = house.service.room_models()
    assert (all_told.learned, all_told.prior, all_told.fallback) == (0, 0, 1)
    assert [(weak.room, weak.weak_reason) for weak in all_told.weak] == [("412", "no_sensor")]


def test_the_weather_says_where_it_comes_from_and_how_old_it_is(house: House) -> None:
    house.wait(minutes=2, step=30)
    before = house.service.weather()
    house.outdoors(33.0)
    house.wait(minutes=2, step=30)
    heard = house.service.weather()
    assert (heard.source, heard.outdoor_celsius, heard.sensed_celsius) == ("sensor", 33.0, 33.0)
    assert heard.sensed_at is not None
    assert (heard.forecast_expected, heard.forecast_made_at, heard.faults) == (False, None, [])
    house.clock.advance(4 * 3600)
    house.wait(minutes=2, step=30)
    assert before.source in ("none", "sensor")
    assert house.service.weather().source == "memory"
    assert house.service.weather().sensed_at == heard.sensed_at


def test_a_plan_tells_the_spread_of_its_arrival_and_the_sign_given(house: House) -> None:
    house.expect("412", in_minutes=180, eta_source="booking", celsius=24.0)
    house.wait(minutes=1, step=30)
    plan = house.service.plan("412")
    assert plan is not None
    spread = [plan.eta_early, plan.eta_likely_from, plan.eta_middle, plan.eta_likely_until, plan.eta_late]
    known = [moment for moment in spread if moment is not None]
    assert len(known) == 5
    assert known == sorted(known)
    assert known[4] - known[0] > timedelta(minutes=20)
    assert plan.sign is None
    with house.database.write() as tx:
        house.service.sign(tx, DESK, "stay-1", "message", None)
    house.service.pump()
    house.wait(minutes=1, step=30)
    plan = house.service.plan("412")
    assert plan is not None
    assert plan.sign == "message"
    assert plan.signed_at is not None


def test_who_was_given_the_room_at_the_door_is_a_walk_in(house: House) -> None:
    house.expect("412", in_minutes=5, eta_source="desk")
    house.check_in()
    house.wait(minutes=4, step=30)
    house.walk_in("412")
    house.wait(10)
    [record] = house.service.arrival_records(house.now() - timedelta(hours=1), house.now())
    assert record.walk_in
    told = house.service.comfort_figures(house.now() - timedelta(hours=1), house.now())
    assert (told.arrivals, told.walk_ins, told.measured) == (1, 1, 0)


def test_hours_off_are_told_in_utc_over_midnight_and_without_overlaps() -> None:
    night = OffHours(time(23), time(5))
    morning = OffHours(time(4), time(6, 30))
    plant = Equipment("two_pipe", off_hours=(night, morning))
    start = datetime(2026, 7, 14, 10, tzinfo=UTC)  # 18:00 there
    off = plant.off_stretches(start, start + timedelta(hours=18), SHANGHAI)
    assert off == [(datetime(2026, 7, 14, 15, tzinfo=UTC), datetime(2026, 7, 14, 22, 30, tzinfo=UTC))]
    inside = datetime(2026, 7, 14, 16, tzinfo=UTC)
    assert plant.off_stretches(inside, inside + timedelta(hours=1), SHANGHAI) == [
        (inside, inside + timedelta(hours=1))
    ]
    assert Equipment("split", off_hours=(night,)).off_stretches(start, inside, SHANGHAI) == []
