"""Weather files and the sun."""

from __future__ import annotations

import csv
import math
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from simulators import sun
from simulators.air import humidity_percent, moisture
from simulators.weather import DATA, SEASONS, Weather, climates
from simulators.weather_maker import series

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("climate", sorted(climates()))
@pytest.mark.parametrize("season", SEASONS)
def test_every_series_is_a_plausible_month_and_in_step_with_its_maker(climate: str, season: str) -> None:
    text = (DATA / "weather" / f"{climate}-{season}.csv").read_text(encoding="utf-8")
    figures = climates()[climate]
    assert text == series(climate, season, figures)
    rows = list(csv.DictReader(text.splitlines()))
    celsius = np.array([float(row["temperature_celsius"]) for row in rows])
    humidity = np.array([float(row["humidity_percent"]) for row in rows])
    radiation = np.array([float(row["radiation_watts_per_square_metre"]) for row in rows])
    assert len(rows) == 31 * 24
    assert celsius.mean() == pytest.approx(figures.seasons[season].mean_celsius, abs=1.6)
    assert np.ptp(celsius.reshape(31, 24), axis=1).mean() > 4.0
    assert humidity.min() >= 5
    assert humidity.max() <= 99
    by_hour = radiation.reshape(31, 24)
    assert by_hour[:, [0, 1, 2, 3, 22, 23]].max() == 0
    assert by_hour[:, 12].mean() > by_hour[:, 8].mean()
    assert radiation.max() < 1000


def test_weather_goes_in_straight_lines_between_the_hours_and_repeats_each_year() -> None:
    weather = Weather("shanghai", SHANGHAI)
    hour = datetime(2026, 7, 14, 15, tzinfo=SHANGHAI)
    a, b = weather.at(hour), weather.at(hour + timedelta(hours=1))
    middle = weather.at(hour + timedelta(minutes=30))
    assert middle.celsius == pytest.approx((a.celsius + b.celsius) / 2)
    assert weather.at(hour.replace(year=2031)).celsius == a.celsius
    assert weather.at(datetime(2026, 1, 14, 15, tzinfo=SHANGHAI)).celsius < a.celsius - 10


def test_an_unknown_climate_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"known are .*shanghai"):
        Weather("atlantis", SHANGHAI)


def test_the_sun_stands_in_the_south_at_noon_and_in_the_east_in_the_morning() -> None:
    height, azimuth = sun.position(195, 12.0, 31.2)
    assert math.degrees(azimuth) == pytest.approx(180, abs=1)
    assert math.degrees(height) == pytest.approx(90 - 31.2 + 21.5, abs=2)
    _, morning = sun.position(195, 8.0, 31.2)
    assert 60 < math.degrees(morning) < 120
    assert sun.position(195, 0.0, 31.2)[0] < 0


def test_a_window_towards_the_sun_gets_more_and_none_gets_any_at_night() -> None:
    facing = np.radians([90.0, 270.0])
    east, west = sun.on_windows(400.0, 0.6, math.radians(90.0), facing)
    assert east > 2 * west > 0
    assert (sun.on_windows(0.0, -0.3, 0.0, facing) == 0).all()


def test_moisture_and_humidity_are_each_others_inverse() -> None:
    assert humidity_percent(25.0, moisture(25.0, 60.0)) == pytest.approx(60.0)
    assert moisture(25.0, 60.0) == pytest.approx(0.0119, abs=0.0003)
