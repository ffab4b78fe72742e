"""The weather outside, from hourly series in data files, wrapped to the date that is asked for.

Dates from April to October live in the summer series, the rest in the winter one; the day of the
month picks the day. Between the hours values go in straight lines.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from simulators.sun import position

DATA = files("simulators") / "data"
SEASONS = ("summer", "winter")
SUMMER_MONTHS = range(4, 11)


@dataclass(frozen=True, slots=True)
class SeasonFigures:
    """Monthly means that a series was made from."""

    month: int
    mean_celsius: float
    swing_celsius: float
    drift_celsius: float
    dew_point_depression_celsius: float
    cloudiness: float


@dataclass(frozen=True, slots=True)
class ClimateFigures:
    """A place: where it lies and how hot and cold it gets there."""

    latitude: float
    envelope_factor: float
    design_summer_celsius: float
    design_winter_celsius: float
    seasons: dict[str, SeasonFigures]


@dataclass(frozen=True, slots=True)
class Outdoors:
    """The weather at one moment. Angles in radians, azimuth from north by east."""

    celsius: float
    humidity_percent: float
    radiation: float  # W/m², global horizontal
    sun_height: float
    sun_azimuth: float


@cache
def climates() -> dict[str, ClimateFigures]:
    """Every climate that can be asked for, by name."""
    raw = tomllib.loads((DATA / "climates.toml").read_text(encoding="utf-8"))
    return {
        name: ClimateFigures(
            latitude=place["latitude"],
            envelope_factor=place["envelope_factor"],
            design_summer_celsius=place["design_summer_celsius"],
            design_winter_celsius=place["design_winter_celsius"],
            seasons={season: SeasonFigures(**place[season]) for season in SEASONS},
        )
        for name, place in raw.items()
    }


@cache
def _series(climate: str, season: str) -> list[tuple[float, float, float]]:
    text = (DATA / "weather" / f"{climate}-{season}.csv").read_text(encoding="utf-8")
    return [
        (
            float(row["temperature_celsius"]),
            float(row["humidity_percent"]),
            float(row["radiation_watts_per_square_metre"]),
        )
        for row in csv.DictReader(text.splitlines())
    ]


class Weather:
    """The weather of one place, seen with the hotel's local clock.

    Raises:
        ValueError: there is no such climate.
    """

    def __init__(self, climate: str, timezone: ZoneInfo) -> None:
        known = climates()
        if climate not in known:
            raise ValueError(f"there is no climate {climate!r}; known are {', '.join(sorted(known))}")
        self.climate = climate
        self.figures = known[climate]
        self._timezone = timezone

    @staticmethod
    def season(month: int) -> str:
        """The series that a month lives in."""
        return "summer" if month in SUMMER_MONTHS else "winter"

    def at(self, moment: datetime) -> Outdoors:
        """The weather at an aware moment."""
        local = moment.astimezone(self._timezone)
        rows = _series(self.climate, self.season(local.month))
        first = (local.day - 1) * 24 + local.hour
        part = (local.minute * 60 + local.second + local.microsecond / 1e6) / 3600.0
        now, later = rows[first % len(rows)], rows[(first + 1) % len(rows)]
        celsius, humidity, radiation = (a + (b - a) * part for a, b in zip(now, later, strict=True))
        height, azimuth = position(local.timetuple().tm_yday, local.hour + part, self.figures.latitude)
        return Outdoors(celsius, humidity, radiation if height > 0 else 0.0, height, azimuth)

    def mean_celsius(self, moment: datetime) -> float:
        """Mean outdoor temperature of the local day of `moment`: what heavy walls know of it."""
        local = moment.astimezone(self._timezone)
        rows = _series(self.climate, self.season(local.month))
        first = (local.day - 1) * 24
        return sum(rows[(first + hour) % len(rows)][0] for hour in range(24)) / 24.0
