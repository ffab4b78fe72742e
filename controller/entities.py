"""What a room's devices can do and what they say, in the house's own words.

The gateway turns discovery configs into these descriptions, wire payloads into `Report`s, and
`Order`s back into payloads. Nothing here knows a topic, a template or a payload.

Properties by component (units are part of the name; values are bool, float, str or None = unknown):

- climate: mode (off, heat, cool, heat_cool, auto, dry, fan_only), setpoint_celsius, setpoint_low_celsius,
  setpoint_high_celsius, target_humidity_percent, fan_mode, preset_mode ("none" = no preset), swing_mode,
  swing_horizontal_mode, current_celsius, current_humidity_percent, action (off, heating, cooling,
  drying, idle, fan)
- light: on, brightness_percent (0-100), color_temperature_kelvin, effect, color_mode, and a text of numbers
  with commas between them for each way the lamp names a colour: hs_color (hue 0-360, saturation 0-100),
  rgb_color, rgbw_color, rgbww_color (cold before warm; 0-255), xy_color (0-1); accepts also white_percent
- cover: position_percent (100 = open), tilt_percent (100 = open), motion (open, opening, closed,
  closing); accepts also action (open, close, stop, stop_tilt)
- fan: on, percentage (0-100), preset_mode, oscillating, direction (forward, reverse)
- lock: locked, motion (locked, locking, unlocked, unlocking, open, opening, jammed); accepts also
  action (open)
- switch: on
- button: accepts press (true)
- number: value (float, in the device's unit)
- select: option
- event: event (the kind of what happened; each report is a new event)
- sensor: value (float when the sensor has a unit; a date as YYYY-MM-DD, a moment in UTC as ISO 8601;
  else str)
- binary_sensor: on
- every one: available
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

Value = bool | float | str | None

AVAILABLE = "available"
# What is done once and leaves no state that could be kept: never a lasting wish.
MOMENTARY = frozenset({"action", "press"})
# Properties that are true or false.
FLAGS = frozenset({"on", "locked", "oscillating", "press"})


class Component(StrEnum):
    CLIMATE = "climate"
    LIGHT = "light"
    COVER = "cover"
    SWITCH = "switch"
    SENSOR = "sensor"
    BINARY_SENSOR = "binary_sensor"
    FAN = "fan"
    LOCK = "lock"
    BUTTON = "button"
    EVENT = "event"
    NUMBER = "number"
    SELECT = "select"


@dataclass(frozen=True, slots=True)
class DeviceDescription:
    """The apparatus that entities belong to, as it introduced itself."""

    key: str
    name: str
    maker: str | None = None
    model: str | None = None
    software: str | None = None
    suggested_area: str | None = None
    via: str | None = None
    serial: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """The range and step of a number that a device accepts."""

    low: float
    high: float
    step: float


@dataclass(frozen=True, slots=True)
class EntityDescription:
    """One thing a device can report or do.

    `key` is its identity for good: "<component>/<node>/<object>" (no node: "<component>/<object>").
    `options` lists the values a property accepts (mode, fan_mode); `limits` the ranges, by property.
    """

    key: str
    component: Component
    name: str
    device: DeviceDescription
    device_class: str | None = None
    unit: str | None = None
    reports: frozenset[str] = frozenset()
    accepts: frozenset[str] = frozenset()
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)
    limits: dict[str, Limits] = field(default_factory=dict)


class Report(NamedTuple):
    """A device says what one of its properties is. Ordered by receipt, never by a device's clock.

    A tuple, because thousands are made each second and a frozen dataclass costs four times as much.
    """

    entity_key: str
    property: str
    value: Value
    at: datetime  # hotel time of receipt
    monotonic: float  # transport time of receipt, seconds
    retained: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What the wire is to ask of one entity, in this order of properties."""

    command_id: str
    entity_key: str
    values: tuple[tuple[str, Value], ...]
    expires_monotonic: float


class DeviceWire(Protocol):
    """The way to the devices; filled by the gateway."""

    @property
    def connected(self) -> bool:
        """Whether the broker link is up now."""
        ...

    def send(self, order: Order) -> bool:
        """Put the order on the wire. False: not taken (link down or its outbox full); nothing was sent."""
        ...

    def refusal(self, order: Order) -> str | None:
        """Why the entity could never take this order, so that waiting is no use; None when it could."""
        ...


class DeviceListener(Protocol):
    """Who hears what the wire hears; the controller's service. Calls come from one thread."""

    def discovered(self, entity: EntityDescription, config: str) -> None:
        """A config arrived, new or changed. `config` is its JSON, kept for engineers."""
        ...

    def withdrawn(self, entity_key: str) -> None:
        """The device took its config back."""
        ...

    def reported(self, reports: list[Report]) -> None:
        """Devices spoke; in order of receipt."""
        ...

    def link_changed(self, connected: bool) -> None:
        """The broker link came up or went down."""
        ...
