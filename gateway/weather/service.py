"""A weather service over HTTP, in one neutral shape, so that any provider needs a few lines before us.

`GET <url>` answers, within `ANSWER_SECONDS` and `MOST_BYTES`:

    {"made_at": "2026-07-14T04:00:00Z",
     "points": [{"at": "2026-07-14T05:00:00Z", "outdoor_celsius": 31.5,
                 "irradiance_watts_per_square_metre": 640}, …]}

`made_at` and the irradiance may be left out. Anything else is refused and said; the last good answer
stays as long as it is fresh enough.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import httpx
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from controller.weather import MOST_POINTS, Forecast, ForecastPoint, checked_forecast
from hotel.errors import Unavailable

ANSWER_SECONDS = 10.0
MOST_BYTES = 500_000


class _Point(BaseModel):
    model_config = ConfigDict(extra="ignore")

    at: AwareDatetime
    outdoor_celsius: float
    irradiance_watts_per_square_metre: float | None = None


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    made_at: AwareDatetime | None = None
    points: Annotated[list[_Point], Field(max_length=MOST_POINTS)]


def ask_weather_service(url: str, now: datetime) -> Forecast:
    """What the service says now.

    Raises:
        Unavailable: it does not answer, too late, too much, or something else; one sentence.
    """
    try:
        with (
            httpx.Client(timeout=ANSWER_SECONDS, follow_redirects=False) as client,
            client.stream("GET", url, headers={"Accept": "application/json"}) as answer,
        ):
            answer.raise_for_status()
            body = bytearray()
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise Unavailable("weather_too_much", "The weather service said too much.")
    except httpx.HTTPError as error:
        raise Unavailable(
            "weather_unreachable", f"The weather service did not answer: {type(error).__name__}."
        ) from error
    try:
        told = _Answer.model_validate_json(bytes(body))
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])
        raise Unavailable("weather_not_understood", f"The weather service's {where} is wrong.") from error
    points = [
        ForecastPoint(point.at, point.outdoor_celsius, point.irradiance_watts_per_square_metre)
        for point in told.points
    ]
    # A service whose clock is ahead is not from the future.
    made_at = now if told.made_at is None else min(told.made_at, now)
    return checked_forecast(points, made_at)
