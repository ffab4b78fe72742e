"""What a policy of the comfort bench sees of a fleet of rooms and what it may order.

Everything here has gone through the sensors and the network of the bench: noise, steps, lags, losses. No
true temperature, no parameter of a room and no true arrival is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.comfort_stays import Told
from simulators.air_conditioner import Mode
from simulators.building import Floats

Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]
Season = Literal["cooling", "heating"]

OFF, HEAT, COOL = int(Mode.OFF), int(Mode.HEAT), int(Mode.COOL)


@dataclass(slots=True)
class Awaited:
    """The next guest of a room as the hotel knows them. `told` grows; it is empty for a walk-in."""

    stay_id: int
    cooling_celsius: float
    heating_celsius: float
    told: list[Told]
    checked_in: bool = False

    @property
    def eta(self) -> Told | None:
        """The last word on when they come."""
        return self.told[-1] if self.told else None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the weather service said at `made_at`: hourly means from that hour on."""

    made_at: datetime
    celsius: Floats
    irradiance: Floats  # W/m² on the horizontal


@dataclass(slots=True)
class Observed:
    """The fleet as it is known now. Arrays run over rooms; temperatures are NaN while nothing was heard."""

    epoch: datetime
    season: Season
    latitude: float
    area_square_metres: Floats
    room_types: list[str]
    air_celsius: Floats
    heard_seconds: Floats
    unit_celsius: Floats
    unit_running: Flags
    unit_mode: Codes
    setpoint_celsius: Floats
    power_watts: Floats
    window_open: Flags
    window_seconds: Floats
    # A guest has the room: from the first step in until check-out. Orders are not obeyed then.
    let: Flags
    people_seen: Flags
    curtain_open: Floats  # share, as the curtains' motors tell
    outdoor_celsius: float
    forecast: Forecast
    awaited: list[Awaited | None]
    # Of `awaited`, NaN where nobody is: the same as arrays.
    eta_seconds: Floats
    wanted_celsius: Floats
    checked_in: Flags

    def __len__(self) -> int:
        return len(self.air_celsius)

    def at(self, seconds: float) -> datetime:
        """A moment of the bench as one of the calendar."""
        return self.epoch + timedelta(seconds=seconds)


@dataclass(slots=True)
class Orders:
    """What the units are to do; `mode` is one of OFF, HEAT, COOL."""

    mode: Codes
    setpoint_celsius: Floats


class FleetControl(Protocol):
    """A policy. It is asked once a minute, for all of its rooms at once."""

    name: str

    def decide(self, now: float, observed: Observed) -> Orders:
        """What every room's unit is to do now; `now` in seconds after the bench's beginning."""
        ...
