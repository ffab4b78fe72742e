"""One look at the house: all rooms and all devices at one minute, as arrays.

Unknown is NaN in numbers and -1 in flags: a room nobody hears is neither warm nor healthy. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.int8]
Counts = NDArray[np.int64]

UNKNOWN: Final = -1
# Modes of an air conditioner, as flags.
OFF, HEAT, COOL, AUTO, DRY, FAN = range(6)
MODES: Final[Mapping[str, int]] = {
    "off": OFF,
    "heat": HEAT,
    "cool": COOL,
    "auto": AUTO,
    "heat_cool": AUTO,
    "dry": DRY,
    "fan_only": FAN,
}
MINUTES_A_DAY: Final = 1440
# Above this a compressor or a valve is at work.
WORKS_WATTS: Final = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class RoomSample:
    """All rooms at one minute; each field an array over rooms.

    Attributes:
        air_celsius: the room's own sensor. unit_celsius: that of its air conditioner.
        setpoint_celsius: what the unit reports. watts: its electricity; NaN where nothing meters it.
        mode: of the unit, `OFF` … `FAN`. running: compressor or valve at work, as it says.
        window_open, let (a guest is checked in), present (somebody is in), cleaning (a clean runs).
        outdoor_celsius.
        drift_kelvin_per_hour: what the comfort model expects the air to do with the unit off, and the
            standard deviation of that. call_kelvin_per_hour: at full power, above zero = towards target.
    """

    air_celsius: Numbers
    unit_celsius: Numbers
    setpoint_celsius: Numbers
    watts: Numbers
    outdoor_celsius: Numbers
    mode: Flags
    running: Flags
    window_open: Flags
    let: Flags
    present: Flags
    cleaning: Flags
    drift_kelvin_per_hour: Numbers
    drift_deviation: Numbers
    call_kelvin_per_hour: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class DeviceSample:
    """All devices at one minute; each field an array over devices.

    Attributes:
        heard_minute: when it last said anything. available: as its availability topic has it.
        asked: something is desired of it that it does not report. tries: how often that was sent.
        value: of what is asked of it (a setpoint, a position, 0/1 of a lamp) as it reports it.
        battery_percent. errors: payloads of it that nobody could read, counted since ever.
        wet_since: minute since when a leak sensor is wet; NaN = dry, or no leak sensor. wet_said: when it
            last said so.
    """

    heard_minute: Numbers
    available: Flags
    asked: Flags
    tries: Counts
    value: Numbers
    battery_percent: Numbers
    errors: Counts
    wet_since: Numbers
    wet_said: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Devices:
    """Who the devices are: their place in the list of rooms (-1 = none) and their kind."""

    ids: tuple[str, ...]
    room: NDArray[np.int64]
    kind: tuple[str, ...]
    kinds: Mapping[str, NDArray[np.bool_]] = field(init=False)

    def __post_init__(self) -> None:
        kinds = np.array(self.kind, dtype=object)
        object.__setattr__(self, "kinds", {kind: kinds == kind for kind in set(self.kind)})

    def are(self, *kinds: str) -> NDArray[np.bool_]:
        """Which devices are of one of these kinds."""
        found = np.zeros(len(self.ids), dtype=np.bool_)
        for kind in kinds:
            if kind in self.kinds:
                found |= self.kinds[kind]
        return found


def nothing_known(rooms: int) -> RoomSample:
    """Rooms of which nothing is heard."""
    nan, unknown = np.full(rooms, np.nan), np.full(rooms, UNKNOWN, dtype=np.int8)
    return RoomSample(
        nan, nan, nan, nan, nan, unknown, unknown, unknown, unknown, unknown, unknown, nan, nan, nan
    )
