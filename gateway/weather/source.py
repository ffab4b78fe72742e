"""Where the house has its weather from: a file or a service, asked in the background, never waited for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from controller.weather import Forecast
from gateway.weather.files import read_weather_file
from gateway.weather.service import ask_weather_service
from hotel.clock import Clock
from hotel.errors import Refused

log = logging.getLogger(__name__)

ASK_EVERY_SECONDS = 1800.0
AGAIN_AFTER_FAILURE_SECONDS = 300.0


class WeatherSource:
    """Keeps the newest forecast; what went wrong is kept beside it, logged once and counted.

    Args:
        ask: the forecast as of a moment; raises `Refused`.
    """

    def __init__(self, clock: Clock, ask: Callable[[datetime], Forecast]) -> None:
        self._clock = clock
        self._ask = ask
        self._lock = threading.Lock()
        self._newest: Forecast | None = None
        self._next_monotonic = float("-inf")
        self.trouble: str | None = None
        self.failures = 0

    @property
    def expected(self) -> bool:
        return True

    def newest(self) -> Forecast | None:
        with self._lock:
            return self._newest

    def beat(self) -> None:
        """Ask when it is time; for a heartbeat."""
        if self._clock.monotonic() < self._next_monotonic:
            return
        try:
            told = self._ask(self._clock.now())
        except Refused as refused:
            self.failures += 1
            self._next_monotonic = self._clock.monotonic() + AGAIN_AFTER_FAILURE_SECONDS
            self._say(refused.message)
            return
        self._next_monotonic = self._clock.monotonic() + ASK_EVERY_SECONDS
        with self._lock:
            self._newest = told
        self._say(f"The weather forecast: {', '.join(told.faults)}." if told.faults else None)

    def _say(self, trouble: str | None) -> None:
        if trouble is not None and trouble != self.trouble:
            log.warning("weather: %s", trouble)
        self.trouble = trouble


def weather_source(weather_file: Path | None, weather_url: str | None, clock: Clock) -> WeatherSource | None:
    """The source that the settings name; a file before a service, None when nobody tells the weather."""
    if weather_file is not None:
        return WeatherSource(clock, lambda now: read_weather_file(weather_file, now))
    if weather_url is not None:
        return WeatherSource(clock, lambda now: ask_weather_service(weather_url, now))
    return None
