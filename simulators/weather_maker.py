"""Makes the hourly weather series in `simulators/data/weather` from the figures of `climates.toml`.

`python -m simulators.weather_maker` writes them anew. A day has its mean (an autoregressive walk about
the month's), its swing (less under clouds), clouds that come and go by the hour, and a dew point
that hardly moves within the day. The same figures give the same files.
"""

from __future__ import annotations

import csv
import io
import math
import random
from datetime import date, timedelta
from pathlib import Path

from simulators.sun import SOLAR_CONSTANT, position
from simulators.weather import DATA, SEASONS, ClimateFigures, climates

DAYS = 31
HEADER = ("hour", "temperature_celsius", "humidity_percent", "radiation_watts_per_square_metre")


def _saturation(celsius: float) -> float:
    return math.exp(17.62 * celsius / (243.12 + celsius))


def series(climate: str, season: str, figures: ClimateFigures) -> str:
    """The series as CSV text: 31 days of hours, local time."""
    draw = random.Random(f"{climate}/{season}")
    month = figures.seasons[season]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    drift = 0.0
    cloud = month.cloudiness
    hour_noise = 0.0
    for day in range(DAYS):
        day_of_year = (date(2026, month.month, 1) + timedelta(days=day)).timetuple().tm_yday
        drift = 0.72 * drift + draw.gauss(0.0, month.drift_celsius * math.sqrt(1 - 0.72**2))
        cloud = min(0.95, max(0.02, 0.5 * cloud + 0.5 * month.cloudiness + draw.gauss(0.0, 0.22)))
        swing = month.swing_celsius * (1.25 - 0.7 * cloud)
        # A clear summer day is warmer than its neighbours, a clear winter night colder.
        mean = month.mean_celsius + drift + (month.cloudiness - cloud) * (1.5 if season == "summer" else -1.5)
        dew = month.mean_celsius + 0.6 * drift - month.dew_point_depression_celsius + draw.gauss(0.0, 0.5)
        for hour in range(24):
            hour_noise = 0.8 * hour_noise + draw.gauss(0.0, 0.16)
            # Coldest about 5:30, warmest about 15:00.
            phase = math.cos(2 * math.pi * (hour - 15.0) / 24.0)
            phase += 0.18 * math.cos(4 * math.pi * (hour - 14.0) / 24.0)
            celsius = mean + swing * phase + hour_noise
            humidity = 100.0 * _saturation(dew) / _saturation(celsius)
            height, _ = position(day_of_year, float(hour), figures.latitude)
            sine = max(0.0, math.sin(height))
            covered = min(1.0, max(0.0, cloud + draw.gauss(0.0, 0.12)))
            # Clear sky after Kasten and Czeplak 1980, with their cloud factor.
            clear = max(0.0, min(910.0 * sine - 30.0, 0.8 * SOLAR_CONSTANT * sine))
            radiation = clear * (1.0 - 0.75 * covered**3.4) * draw.uniform(0.96, 1.02)
            writer.writerow(
                (
                    day * 24 + hour,
                    f"{celsius:.1f}",
                    f"{min(99.0, max(8.0, humidity)):.0f}",
                    f"{radiation:.0f}",
                )
            )
    return text.getvalue()


def main() -> None:
    """Write all files."""
    folder = Path(str(DATA)) / "weather"
    folder.mkdir(exist_ok=True)
    for name, figures in climates().items():
        for season in SEASONS:
            (folder / f"{name}-{season}.csv").write_text(series(name, season, figures), encoding="utf-8")


if __name__ == "__main__":
    main()
