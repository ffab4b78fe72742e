"""A weather file: a CSV that somebody's service writes anew, or an EPW year of a building simulation.

CSV: a header with `at` (ISO 8601 with its offset), `outdoor_celsius` and optionally
`irradiance_watts_per_square_metre`; one line a moment. EPW (EnergyPlus Weather, auxiliary programs guide,
ch. 2): the typical year of a place, taken for the present one: better than nothing, and the house's own
sensor pulls it to the truth.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from controller.weather import MOST_POINTS, Forecast, ForecastPoint, checked_forecast
from hotel.errors import Invalid

MOST_BYTES = 8_000_000
AHEAD = timedelta(hours=48)
# Columns of an EPW line, from 0.
_MONTH, _DAY, _HOUR, _DRY_BULB, _GLOBAL_HORIZONTAL = 1, 2, 3, 6, 13
_EPW_HEADER_LINES = 8
_EPW_TIME_ZONE = 8
_EPW_MISSING_CELSIUS, _EPW_MISSING_SUN = 99.9, 9999.0


def read_weather_file(path: Path, now: datetime) -> Forecast:
    """The forecast that stands in the file for the hours around `now`.

    Raises:
        Invalid: it cannot be read, is too big, or is neither such a CSV nor an EPW; one sentence.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Invalid("weather_file_too_big", f"{path} is larger than {MOST_BYTES // 1_000_000} MB.")
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        raise Invalid("bad_weather_file", f"{path} cannot be read: {error.strerror}.") from error
    if lines and lines[0].startswith("LOCATION,"):
        return checked_forecast(_epw_points(lines, now), now)
    return checked_forecast(_csv_points(path, lines, now), max(min(written, now), _newest(now)))


def _newest(now: datetime) -> datetime:
    """A file written long ago may still tell the hours ahead: its points say so themselves."""
    return now - timedelta(hours=1)


def _csv_points(path: Path, lines: Iterable[str], now: datetime) -> list[ForecastPoint]:
    reader = csv.DictReader(lines)
    names = {name.strip() for name in reader.fieldnames or ()}
    if not {"at", "outdoor_celsius"} <= names:
        raise Invalid(
            "bad_weather_file", f"{path} is no EPW file, and its header names no at and outdoor_celsius."
        )
    points: list[ForecastPoint] = []
    for row in reader:
        try:
            at = datetime.fromisoformat((row.get("at") or "").strip())
            celsius = float(row.get("outdoor_celsius") or "nan")
            sun = (row.get("irradiance_watts_per_square_metre") or "").strip()
            irradiance = float(sun) if sun else None
        except ValueError:
            continue  # a line that somebody left half-written
        if at.tzinfo is None:
            raise Invalid("bad_weather_file", f"{path} has times without an offset from UTC, such as {at}.")
        if now - timedelta(hours=6) <= at <= now + AHEAD and len(points) < MOST_POINTS:
            points.append(ForecastPoint(at.astimezone(UTC), celsius, irradiance))
    return points


def _epw_points(lines: list[str], now: datetime) -> list[ForecastPoint]:
    try:
        offset = timedelta(hours=float(lines[0].split(",")[_EPW_TIME_ZONE]))
    except (IndexError, ValueError) as error:
        raise Invalid("bad_weather_file", "The EPW file's first line has no time zone.") from error
    year = (now + offset).year
    points: list[ForecastPoint] = []
    for line in lines[_EPW_HEADER_LINES:]:
        fields = line.split(",")
        try:
            month, day, hour = (int(fields[place]) for place in (_MONTH, _DAY, _HOUR))
            celsius, sun = float(fields[_DRY_BULB]), float(fields[_GLOBAL_HORIZONTAL])
            # Hour 1 is the one that ends at 1:00.
            at = datetime(year, month, day, tzinfo=UTC) + timedelta(hours=hour) - offset
        except (IndexError, ValueError):
            continue
        if abs(celsius - _EPW_MISSING_CELSIUS) < 1e-6 or not math.isfinite(celsius):
            continue
        for moment in (at, at.replace(year=year + 1) if month == 1 and day < 4 else at):
            if now - timedelta(hours=6) <= moment <= now + AHEAD and len(points) < MOST_POINTS:
                points.append(ForecastPoint(moment, celsius, None if sun >= _EPW_MISSING_SUN else sun))
    return points
