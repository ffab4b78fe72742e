"""What the three ways of speaking to a lamp have in common: scales, colour temperature, what is wanted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from controller.entities import Limits, Value
from gateway.mqtt.components.light_color import ColorWay, Numbers
from gateway.mqtt.decode import Unreadable
from gateway.mqtt.encode import flag_of, number_of, option_of
from gateway.mqtt.fields import BadConfig, Fields

MOST_SCALE = 1_000_000
MIRED_KELVIN = 1_000_000
COLDEST_KELVIN, WARMEST_KELVIN = 6535.0, 2000.0


def brightness_scale(fields: Fields) -> int:
    return fields.whole("brightness_scale", 255, 1, MOST_SCALE)


def brightness_limits(scale: int) -> Limits:
    return Limits(0.0, 100.0, 100.0 / scale)


def white_scale(fields: Fields) -> int:
    return fields.whole("white_scale", 255, 1, MOST_SCALE)


def percent_of(level: float, scale: int) -> float:
    return round(min(100.0, max(0.0, level / scale * 100.0)), 3)


def level_of(percent: float, scale: int) -> int:
    return min(scale, max(1, round(percent / 100.0 * scale)))


@dataclass(frozen=True, slots=True)
class ColorTemperature:
    """How a lamp counts its colour temperature, and from where to where, in kelvin."""

    in_kelvin: bool
    low: float
    high: float

    @property
    def limits(self) -> Limits:
        return Limits(self.low, self.high, 1.0)

    def number(self, kelvin: float) -> int:
        """What the lamp is told."""
        return int(kelvin) if self.in_kelvin else math.floor(MIRED_KELVIN / kelvin)

    def kelvin(self, said: float) -> float:
        """What the lamp told.

        Raises:
            Unreadable: it is no colour temperature.
        """
        if self.in_kelvin:
            return float(said)
        if not 1 <= said <= MIRED_KELVIN:
            raise Unreadable("out_of_range", f"{said:g} mired is no colour temperature")
        return float(math.floor(MIRED_KELVIN / said))


def color_temperature(fields: Fields) -> ColorTemperature:
    """The lamp's way of counting; kelvin limits hold where there are no mired ones."""
    # The mired scale runs the other way round: its highest number is the warmest light.
    warmest, coldest = fields.number("max_mireds", 0), fields.number("min_mireds", 0)
    low = (
        float(math.floor(MIRED_KELVIN / warmest))
        if warmest >= 1
        else fields.number("min_kelvin", WARMEST_KELVIN)
    )
    high = (
        float(math.floor(MIRED_KELVIN / coldest))
        if coldest >= 1
        else fields.number("max_kelvin", COLDEST_KELVIN)
    )
    if not 0 < low < high:
        raise BadConfig("the warmest colour temperature must be below the coldest")
    return ColorTemperature(fields.flag("color_temp_kelvin", False), low, high)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an order asks of a lamp; what is None stays as it was."""

    on: bool
    percent: float | None = None
    kelvin: float | None = None
    effect: str | None = None
    white_percent: float | None = None
    colors: Mapping[ColorWay, Numbers] = field(default_factory=dict)


def wanted(
    values: Mapping[str, Value],
    temperature: ColorTemperature | None,
    effects: tuple[str, ...],
    ways: tuple[ColorWay, ...] = (),
) -> Wanted:
    """Read an order for a lamp.

    Raises:
        Unsendable: a value is not what the lamp takes.
    """
    percent = kelvin = effect = white_percent = None
    if "brightness_percent" in values:
        percent = number_of("brightness_percent", values["brightness_percent"], 0.0, 100.0)
    if "color_temperature_kelvin" in values and temperature is not None:
        kelvin = number_of(
            "color_temperature_kelvin", values["color_temperature_kelvin"], temperature.low, temperature.high
        )
    if "effect" in values:
        effect = option_of("effect", values["effect"], effects)
    if "white_percent" in values:
        white_percent = number_of("white_percent", values["white_percent"], 0.0, 100.0)
    colors = {way: way.numbers(values[way.property_name]) for way in ways if way.property_name in values}
    on = flag_of("on", values["on"]) if "on" in values else True
    if percent == 0.0 or not on:
        return Wanted(False)
    return Wanted(True, percent, kelvin, effect, white_percent, colors)
