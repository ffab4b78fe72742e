"""What the controller needs of others, filled by `gateway/main.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from controller.ways import Ways
from controller.weather import Forecast

Answer = TypeVar("Answer")
EtaSource = Literal["default", "booking", "guest", "desk", "pms", "live"]


@dataclass(frozen=True, slots=True)
class StayForComfort:
    """As much of a stay as a room's comfort needs; no names.

    The wishes are already resolved (stay › profile › tier › None = room default). `eta` is never
    None for a reserved stay: without a said time it is the property's usual arrival time.
    """

    stay_id: str
    room: str
    state: Literal["reserved", "checked_in"]
    eta: datetime
    eta_source: EtaSource
    checked_in_at: datetime | None
    departure: datetime
    cooling_celsius: float | None = None
    heating_celsius: float | None = None
    light_scene: str | None = None
    light_percent: float | None = None
    curtain_percent: float | None = None
    # Since when the guest waits in the lobby, and the way the stay was booked ("" = not known).
    queue_since: datetime | None = None
    booked: str = ""
    # The property's usual time on that day: what `eta` is when nobody says one.
    usual_at: datetime | None = None


class StaysForComfort(Protocol):
    """The stays that a room's comfort depends on."""

    def comfort_stays(self, rooms: frozenset[str] | None = None) -> list[StayForComfort]:
        """Checked-in stays, and reserved ones with a room whose ETA is within the next 48 h.

        Args:
            rooms: only these rooms; all when None.
        """
        ...


class ConfigReading(Protocol):
    """What a kept config tells without its convention being known here; filled by the gateway.

    None of them raises: a config that cannot be read tells nothing.
    """

    def ways(self, config: str) -> Ways:
        """How the device is commanded: by its own names for topics, templates and payloads."""
        ...

    def topics(self, config: str) -> Sequence[str]:
        """Where the device speaks and listens: names that may tell where it stands."""
        ...

    def unique_id(self, config: str) -> str | None:
        """What the device calls itself."""
        ...


class Sample(NamedTuple):
    """One measured or counted value for the time series. Booleans are 0 and 1.

    A tuple, because thousands are made each second and a frozen dataclass costs four times as much.
    """

    room: str | None
    device_key: str
    property: str
    value: float
    at: datetime


class HeavyWork(Protocol):
    """Where work is done that would keep the service from answering."""

    def run(self, function: Callable[..., Answer], *arguments: Any, timeout_seconds: float = 30.0) -> Answer:
        """Call a module-level function elsewhere; blocks. Raises `Refused` when it is not to be had."""
        ...


class RoomSeries(Protocol):
    """What was recorded, read back."""

    def series(
        self, room: str | None, properties: Sequence[str], start: datetime, end: datetime, most_points: int, /
    ) -> Mapping[str, Sequence[tuple[datetime, float | None]]]:
        """Each property's points, oldest first; None stands in a gap. A day comes as it was recorded."""
        ...


class Forecasts(Protocol):
    """The weather of the hours ahead, as somebody outside tells it. Never blocks, never raises."""

    @property
    def expected(self) -> bool:
        """Whether somebody is set to tell it, so that silence is worth saying."""
        ...

    def newest(self) -> Forecast | None:
        """What was told last; None when nothing was."""
        ...


class NoForecasts:
    """Nobody tells the weather."""

    expected = False

    def newest(self) -> Forecast | None:
        return None


class Telemetry(Protocol):
    """Where samples go. Bounded; sheds and counts when full; never blocks and never raises."""

    def record(self, samples: list[Sample]) -> None: ...
