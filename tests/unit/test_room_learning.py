"""The learner of a property: rooms come and go, clocks jump, what was learned is read back."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from controller.equipment import (
    ChangeOver,
    Equipment,
    OffHours,
    checked_equipment,
    equipment_from_json,
    with_plant_hours,
)
from controller.learner import Learner, OutlookWish, RoomObservation, RoomOfType
from controller.sun import Place, sun_at, usual_place
from controller.weather import (
    Forecast,
    ForecastPoint,
    OutdoorMemory,
    checked_forecast,
    weather_ahead,
)
from hotel.errors import Invalid

NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)  # in Shanghai
SHANGHAI = Place(31.2, 121.5)


def shows(celsius: float | None, share: float | None = 0.0) -> RoomObservation:
    return RoomObservation(celsius, 0.1, share, bool(share), 0.0, False, 0.0, None, False)


def a_day(learner: Learner, minutes: int = 240, start: datetime = NOON) -> datetime:
    """Room 412 cools fast, 413 not at all."""
    now, cool, warm = start, 28.0, 28.0
    for minute in range(0, minutes, 2):
        now = start + timedelta(minutes=minute)
        share = -1.0 if minute % 120 < 30 else 0.0
        cool += -0.2 if share else 0.06 * (28 - cool)
        warm += 0.001
        weather = weather_ahead(now, SHANGHAI, 33.0, OutdoorMemory(), None)
        seen = {"412": shows(round(cool, 1), share), "413": shows(round(warm, 1))}
        learner.look(now, seen, weather)
    return now


def two_rooms() -> Learner:
    learner = Learner()
    learner.set_rooms([RoomOfType("412", "DLX"), RoomOfType("413", "DLX")])
    return learner


def test_what_was_learned_is_read_back() -> None:
    learner = two_rooms()
    a_day(learner)
    kept = {number: learner.to_json(number) for number in learner.numbers}
    other = two_rooms()
    assert all(other.restore(number, model) for number, model in kept.items())
    mine, theirs = learner.states.parameters(), other.states.parameters()
    np.testing.assert_allclose(mine.cooling_watts_at_35, theirs.cooling_watts_at_35, rtol=1e-5)
    np.testing.assert_allclose(mine.gain_watts, theirs.gain_watts, rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(mine.sensor_seconds, theirs.sensor_seconds, rtol=1e-5)
    mine_doubts, their_doubts = (one.states.covariance[:, 3:, 3:] for one in (learner, other))
    np.testing.assert_allclose(mine_doubts, their_doubts, rtol=1e-4, atol=1e-9)
    assert not other.restore("412", {**kept["412"], "version": 99})
    assert not other.restore("412", {**kept["412"], "corrections": [float("nan")] * 10})


def test_a_room_that_comes_begins_as_the_others_of_its_type_are() -> None:
    learner = two_rooms()
    a_day(learner)
    learner.set_rooms([RoomOfType("412", "DLX"), RoomOfType("414", "DLX"), RoomOfType("500", "STE")])
    assert learner.numbers == ("412", "414", "500")
    power = learner.states.parameters().cooling_watts_at_35
    assert abs(power[1] - power[2]) > 1, "not as any room of any type"
    assert "413" not in learner


def test_a_clock_that_jumps_and_a_house_that_stood_still_begin_from_the_sensors() -> None:
    learner = two_rooms()
    now = a_day(learner)
    for jump in (timedelta(hours=-5), timedelta(hours=9)):
        weather = weather_ahead(now + jump, SHANGHAI, 33.0, OutdoorMemory(), None)
        learner.look(now + jump, {"412": shows(19.0)}, weather)
        assert learner.states.air_celsius[0] == 19.0
        assert learner.weak("413") == "no_sensor"
    assert learner.weak("999") == "no_sensor"


def test_the_sun_stands_where_it_stands() -> None:
    high, east = sun_at(NOON, SHANGHAI)
    assert high > 900
    assert abs(east) < 0.2
    morning, eastern = sun_at(NOON - timedelta(hours=5), SHANGHAI)
    assert 50 < morning < high
    assert eastern > 0.7
    assert sun_at(NOON + timedelta(hours=5), SHANGHAI)[1] < -0.7
    assert sun_at(NOON + timedelta(hours=12), SHANGHAI) == (0.0, 0.0)
    assert usual_place(NOON, ZoneInfo("Asia/Shanghai")).longitude == 120
    assert usual_place(NOON, ZoneInfo("Europe/Berlin")).longitude == 15, "summer time moves no sun"


def yesterday() -> OutdoorMemory:
    memory = OutdoorMemory()
    for quarter in range(4 * 26):
        at = NOON - timedelta(hours=26) + timedelta(minutes=15 * quarter)
        memory = memory.noted(at, 28.0 + 4.0 * float(np.sin(2 * np.pi * (at.hour + at.minute / 60) / 24)))
    return memory


def test_without_a_forecast_tomorrow_is_like_yesterday_from_what_it_is_now() -> None:
    memory = yesterday()
    ahead = weather_ahead(NOON, SHANGHAI, 33.0, memory, None)
    then = memory.at(NOON - timedelta(hours=24))
    later = memory.at(NOON - timedelta(hours=18))
    assert then is not None
    assert later is not None
    assert ahead.outdoor_celsius[0] == pytest.approx(33.0, abs=0.1)
    assert 0 < ahead.outdoor_celsius[72] - later < 33.0 - then
    assert ahead.weak_reason is None
    assert (
        weather_ahead(NOON, SHANGHAI, 33.0, memory, None, forecast_expected=True).weak_reason == "no_forecast"
    )
    blind = weather_ahead(NOON, SHANGHAI, None, memory, None)
    assert blind.weak_reason == "no_outdoor"
    assert np.all(np.isfinite(blind.outdoor_celsius))
    assert np.all(np.isfinite(weather_ahead(NOON, SHANGHAI, None, OutdoorMemory(), None).outdoor_celsius))
    assert OutdoorMemory.from_json(memory.to_json()).at(NOON) == pytest.approx(memory.at(NOON), abs=0.01)


def told(hours: list[float], celsius: float = 30.0) -> Forecast:
    return checked_forecast([ForecastPoint(NOON + timedelta(hours=hour), celsius) for hour in hours], NOON)


def test_a_forecast_is_used_and_its_holes_are_said() -> None:
    whole = told([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    assert whole.faults == ()
    ahead = weather_ahead(NOON, SHANGHAI, 34.0, OutdoorMemory(), whole, forecast_expected=True)
    assert ahead.weak_reason is None
    assert ahead.outdoor_celsius[0] == pytest.approx(34.0), "the house's own sensor knows now best"
    assert 30.0 < ahead.outdoor_celsius[-1] < 31.0
    holed = told([0, 1, 6, 10])
    assert holed.faults == ("forecast_has_holes",)
    assert weather_ahead(NOON, SHANGHAI, 34.0, OutdoorMemory(), holed).weak_reason is None, "bridged"
    torn = weather_ahead(NOON, SHANGHAI, 34.0, OutdoorMemory(), told([0, 9]), forecast_expected=True)
    assert torn.weak_reason == "no_forecast"
    assert np.all(np.isfinite(torn.outdoor_celsius))
    wild = checked_forecast([ForecastPoint(NOON, 900.0), ForecastPoint(NOON, float("nan"))], NOON)
    assert set(wild.faults) == {"forecast_out_of_range", "forecast_empty"}


def test_equipment_says_what_it_can_do_and_when() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    winter = datetime(2026, 1, 14, 4, 0, tzinfo=UTC)
    split, two = Equipment(), Equipment("two_pipe", off_hours=(OffHours(time(23), time(5)),))
    assert split.has_compressor
    assert not two.has_compressor
    assert split.can_do(NOON, zone) == {"cool", "heat"}
    assert two.can_do(NOON, zone) == {"cool"}
    assert two.can_do(winter, zone) == {"heat"}
    night = datetime(2026, 7, 14, 16, 30, tzinfo=UTC)  # half past midnight
    assert two.can_do(night, zone) == frozenset()
    back = two.back_at("cool", night, zone)
    assert back is not None
    assert back.astimezone(zone).time() == time(5)
    assert two.back_at("heat", NOON, zone) is None
    assert Equipment("electric_heat").can_do(NOON, zone) == {"heat"}
    assert ChangeOver((4, 15), (10, 15)).doing(NOON.date()) == "heat", "south of the equator"
    assert equipment_from_json(two.to_json()) == two


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"heats_from": (2, 31)}, "no_such_day"),
        ({"heats_from": (4, 15)}, "same_change_over"),
        ({"off_hours": [(time(3), time(3))]}, "empty_off_hours"),
        ({"off_hours": [(time(hour), time(hour, 30)) for hour in range(9)]}, "too_many_off_hours"),
        ({"frost_celsius": -5.0}, "frost_out_of_range"),
    ],
)
def test_equipment_that_cannot_be_is_refused(changed: dict[str, object], code: str) -> None:
    said: dict[str, object] = {
        "kind": "two_pipe",
        "heats_from": (10, 15),
        "cools_from": (4, 15),
        "off_hours": [],
        "frost_celsius": 7.0,
    }
    with pytest.raises(Invalid) as refused:
        checked_equipment(**(said | changed))  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_ramp_that_the_plants_hours_cut_short_goes_on_when_it_is_back() -> None:
    learner = two_rooms()
    now = a_day(learner)
    weather = weather_ahead(now, SHANGHAI, 33.0, OutdoorMemory(), None)
    wish = OutlookWish(22.0, False, 0.3, 16.0, 29.0, 3.2, 3.0, 0.0)
    outlook = learner.outlooks({"413": wish}, weather, now)["413"]
    takes = outlook.ready_minutes[0]
    assert 10 < takes < 200
    stands = with_plant_hours(outlook, [not 1 <= step < 60 for step in range(97)])
    assert stands.ready_minutes[0] == pytest.approx(300 + outlook.ready_minutes[60])
    assert stands.ready_minutes[70] == outlook.ready_minutes[70]
    never = with_plant_hours(outlook, [False] * 97)
    assert np.all(np.isinf(never.ready_minutes))
