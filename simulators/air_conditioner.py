"""Inverter split air conditioners, all rooms at once.

The unit regulates its own sensor to its setpoint: a proportional-integral demand sets the compressor's
fraction of its capacity, between the least it can run at and 1. Below the least it cycles inside a
dead band. A compressor that runs keeps its minimum on-time and one that stopped its minimum
off-time, whatever it is told: even switched off it runs on at its least until the on-time is over.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from simulators import air
from simulators.building import Floats, RoomMakeup, cooling_share, heating_share

Flags = NDArray[np.bool_]


class Mode(IntEnum):
    """What the unit is switched to."""

    OFF = 0
    HEAT = 1
    COOL = 2
    AUTO = 3
    DRY = 4
    FAN_ONLY = 5


class Fan(IntEnum):
    """The fan's speed; the slower, the less the coil can do."""

    AUTO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3


ACTIONS = ("off", "idle", "cooling", "heating", "drying", "fan")
RESTING, IDLE, COOLING, HEATING, DRYING, BLOWING = range(6)
# As plain numbers: numpy compares an array with an enum member several times slower.
_OFF, _HEAT, _COOL, _AUTO, _DRY, _FAN_ONLY = (int(mode) for mode in Mode)

GAIN_PER_KELVIN = 0.55
INTEGRAL_PER_KELVIN_SECOND = 0.00045
FRACTION_PER_SECOND = 1.0 / 120.0  # a compressor takes two minutes from rest to full speed
AUTO_BAND_CELSIUS = 1.0
DRY_FRACTION = 0.45
DRY_SENSIBLE = 0.45
DRY_STOPS_BELOW_PERCENT = 48.0
FAN_CAPACITY = np.array([1.0, 0.78, 0.9, 1.0])
FAN_POWER = np.array([0.75, 0.4, 0.65, 1.0])
LEAST_SENSIBLE = 0.68
FAN_WHEN_IDLE = 0.45


class AirConditioners:
    """State of every room's unit. Arrays are public: the devices write `mode`, `setpoint`, `fan`."""

    def __init__(self, makeup: RoomMakeup, start_celsius: Floats) -> None:
        rooms = len(makeup.cooling_watts)
        self._makeup = makeup
        self.mode = np.full(rooms, int(Mode.OFF), dtype=np.int64)
        self.setpoint = np.full(rooms, 24.0)
        self.fan = np.full(rooms, int(Fan.AUTO), dtype=np.int64)
        self.capacity_share = np.ones(rooms)  # 1 = healthy; a fault lowers it
        self.running = np.zeros(rooms, dtype=np.bool_)
        self.heating = np.zeros(rooms, dtype=np.bool_)  # direction of the refrigerant
        self.drying = np.zeros(rooms, dtype=np.bool_)
        self.fraction = np.zeros(rooms)
        self.since_change_seconds = np.full(rooms, 3600.0)
        self.sensor = start_celsius + makeup.unit_bias_celsius
        self.watts = makeup.standby_watts.copy()
        self._integral = np.zeros(rooms)

    def sense(self, seconds: float, air_celsius: Floats) -> None:
        """Let the unit's own sensor follow the air."""
        rate = -np.expm1(-seconds / self._makeup.unit_lag_seconds)
        self.sensor += (air_celsius + self._makeup.unit_bias_celsius - self.sensor) * rate

    def regulate(self, seconds: float, humidity_percent: Floats) -> None:
        """Decide for the next `seconds` whether each compressor runs, and how fast."""
        made, mode = self._makeup, self.mode
        self.since_change_seconds += seconds

        above = self.sensor - self.setpoint
        wants_cool = (mode == _COOL) | (mode == _DRY)
        wants_heat = mode == _HEAT
        auto = mode == _AUTO
        # Auto keeps the direction it runs in and turns only a degree beyond the setpoint.
        auto_heat = auto & np.where(self.heating, above < AUTO_BAND_CELSIUS, above < -AUTO_BAND_CELSIUS)
        wants_heat = wants_heat | auto_heat
        wants_cool = wants_cool | (auto & ~auto_heat)
        called = wants_cool | wants_heat
        error = np.where(wants_heat, -above, above)

        integrating = called & self.running
        self._integral = np.where(
            integrating,
            np.clip(self._integral + INTEGRAL_PER_KELVIN_SECOND * seconds * error, -0.6, 0.9),
            0.0,
        )
        demand = np.clip(GAIN_PER_KELVIN * error + self._integral, 0.0, 1.0)
        dry = mode == _DRY
        demand = np.where(dry, DRY_FRACTION, demand)

        half = made.deadband_celsius
        wet_enough = humidity_percent > DRY_STOPS_BELOW_PERCENT
        wrong_way = self.running & called & (self.heating != wants_heat)
        stop = self.running & (~called | wrong_way | (error < -half) | (dry & (~wet_enough | (error < -2.0))))
        stop &= self.since_change_seconds >= made.minimum_on_seconds
        start = ~self.running & called & np.where(dry, wet_enough & (error > -1.5), error > 0.5 * half)
        start &= self.since_change_seconds >= made.minimum_off_seconds
        changed = stop | start
        self.running = (self.running | start) & ~stop
        self.heating = np.where(start, wants_heat, self.heating)
        self.drying = self.running & dry
        self.since_change_seconds[changed] = 0.0

        obeying = called & ~wrong_way
        target = np.where(self.running, np.where(obeying, np.maximum(demand, made.least_fraction), 0.0), 0.0)
        target = np.where(self.running, np.maximum(target, made.least_fraction), 0.0)
        ramp = FRACTION_PER_SECOND * seconds
        moved = np.clip(target - self.fraction, -ramp, ramp)
        self.fraction = np.where(self.running, np.maximum(self.fraction + moved, made.least_fraction), 0.0)

    def deliver(self, outdoor_celsius: float, air_celsius: Floats, water: Floats) -> tuple[Floats, Floats]:
        """Heat (W, positive warms the air) and water (kg/s, positive moistens) given to the rooms.

        Also sets `watts`, the electrical power drawn.
        """
        made = self._makeup
        fan_share = FAN_CAPACITY[self.fan]
        work = self.fraction * fan_share * self.running
        rated = np.where(
            self.heating,
            made.heating_watts * heating_share(outdoor_celsius),
            made.cooling_watts * cooling_share(outdoor_celsius),
        )
        total = rated * work * self.capacity_share

        # What of the cooling goes into water: the coil's apparatus dew point falls as it works harder.
        coil = 15.5 - 4.5 * work
        dryness = np.maximum(0.0, water - air.moisture(coil, 100.0)) * air.EVAPORATION
        warmth = air.HEAT_CAPACITY * np.maximum(1.0, air_celsius - coil)
        sensible_share = np.maximum(LEAST_SENSIBLE, warmth / (warmth + dryness))
        sensible_share = np.where(self.drying & (dryness > 0), DRY_SENSIBLE, sensible_share)
        heat = np.where(self.heating, total, -total * sensible_share)
        condensed = np.where(self.heating, 0.0, total * (1.0 - sensible_share) / air.EVAPORATION)

        # Half-loaded inverters are more efficient, very slow ones are not.
        part_load = 1.0 + 0.32 * (1.0 - work) - 0.35 * np.maximum(0.0, 0.3 - work)
        cooling_cop = made.efficiency_cooling * np.clip(1.0 - 0.025 * (outdoor_celsius - 35.0), 0.6, 1.5)
        heating_cop = made.efficiency_heating * np.clip(1.0 + 0.018 * (outdoor_celsius - 7.0), 0.45, 1.25)
        cop = np.where(self.heating, heating_cop, cooling_cop) * part_load
        compressor = rated * work / cop
        fan_on = self.mode != _OFF
        fan_share = FAN_POWER[self.fan] * np.where(
            self.running | (self.mode == _FAN_ONLY), 1.0, FAN_WHEN_IDLE
        )
        self.watts = compressor + fan_on * made.fan_watts * fan_share + made.standby_watts
        return heat, -condensed

    def action_codes(self) -> NDArray[np.int64]:
        """What each unit says it does, as places in `ACTIONS`."""
        busy = np.where(self.drying, DRYING, np.where(self.heating, HEATING, COOLING))
        awake = np.where(self.running, busy, IDLE)
        codes = np.where(self.mode == _FAN_ONLY, BLOWING, awake)
        return np.where(self.mode == _OFF, RESTING, codes)

    def action(self, room: int) -> str:
        """What one unit says it does: one of `ACTIONS`."""
        mode = int(self.mode[room])
        if mode == _OFF:
            return ACTIONS[RESTING]
        if mode == _FAN_ONLY:
            return ACTIONS[BLOWING]
        if not self.running[room]:
            return ACTIONS[IDLE]
        if self.drying[room]:
            return ACTIONS[DRYING]
        return ACTIONS[HEATING if self.heating[room] else COOLING]

    def looks(self) -> NDArray[np.int64]:
        """A number for each unit that changes whenever what it shows of itself does."""
        shown = np.round(self.sensor * 2).astype(np.int64)
        setpoint = np.round(self.setpoint * 2).astype(np.int64)
        return ((self.action_codes() * 8 + self.mode) * 8 + self.fan) * 1_000_000 + setpoint * 1000 + shown
