"""A lamp's colours: the convention's five ways to name one, as text in the house and numbers on the wire.

A colour is a property for each way that the lamp knows (`hs_color`, `rgb_color`, `rgbw_color`,
`rgbww_color`, `xy_color`), its numbers in a text with commas between them ("30.0,100.0", "255,80,0").
The house converts none into another: that needs the lamp's own gamut.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from controller.entities import Value
from gateway.mqtt.decode import NONE_TEXT, Convert, Unreadable, word_of
from gateway.mqtt.encode import Unsendable

Numbers = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ColorWay:
    """One way to name a colour.

    `keys` are the members of a JSON light's colour, `names` what command templates call the numbers,
    `highest` the largest of each (the least is 0); `whole` numbers have no fraction.
    """

    mode: str
    keys: tuple[str, ...]
    names: tuple[str, ...]
    highest: Numbers
    whole: bool

    @property
    def property_name(self) -> str:
        return f"{self.mode}_color"

    def text(self, numbers: Iterable[object]) -> str:
        """The house's text for what a lamp said.

        Raises:
            Unreadable: these are not such numbers.
        """
        return ",".join(str(part) for part in self._checked(tuple(numbers)))

    def numbers(self, value: Value) -> Numbers:
        """What a text of the house asks for.

        Raises:
            Unsendable: it names no such colour.
        """
        if not isinstance(value, str):
            raise Unsendable(f"{self.property_name} must be a text of {len(self.keys)} numbers")
        try:
            return self._checked(tuple(value.split(",")))
        except Unreadable as error:
            raise Unsendable(f"{self.property_name}: {error}") from error

    def body(self, numbers: Numbers) -> dict[str, float]:
        """A JSON light's colour."""
        return dict(zip(self.keys, numbers, strict=True))

    def variables(self, numbers: Numbers) -> dict[str, object]:
        """What a command template may use."""
        return dict(zip(self.names, numbers, strict=True))

    def _checked(self, parts: tuple[object, ...]) -> Numbers:
        if len(parts) != len(self.keys):
            raise Unreadable("not_a_color", f"a colour of {len(self.keys)} numbers has {len(parts)}")
        return tuple(self._number(part, highest) for part, highest in zip(parts, self.highest, strict=True))

    def _number(self, part: object, highest: float) -> float:
        try:
            found = math.nan if isinstance(part, bool) else float(part)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            found = math.nan
        if not 0.0 <= found <= highest:
            raise Unreadable("not_a_color", f"{str(part)[:40]!r} is no number from 0 to {highest:g}")
        return round(found) if self.whole else round(found, 4)


_RGB = ("red", "green", "blue")
WAYS = (
    ColorWay("hs", ("h", "s"), ("hue", "sat"), (360.0, 100.0), False),
    ColorWay("rgb", ("r", "g", "b"), _RGB, (255.0,) * 3, True),
    ColorWay("rgbw", ("r", "g", "b", "w"), (*_RGB, "white"), (255.0,) * 4, True),
    ColorWay("rgbww", ("r", "g", "b", "c", "w"), (*_RGB, "cold_white", "warm_white"), (255.0,) * 5, True),
    ColorWay("xy", ("x", "y"), ("x", "y"), (1.0, 1.0), False),
)
BY_MODE: Mapping[str, ColorWay] = {way.mode: way for way in WAYS}
# Every other colour mode has a brightness.
MODES_WITHOUT_BRIGHTNESS = frozenset({"onoff", "unknown"})
COLOR_MODES = MODES_WITHOUT_BRIGHTNESS | {"brightness", "color_temp", "white", *BY_MODE}


def color_text(way: ColorWay) -> Convert:
    """Numbers with commas between them, or None for "None"."""

    def convert(raw: object) -> Value:
        said = word_of(",".join(map(str, raw)) if isinstance(raw, list | tuple) else raw)
        return None if said == NONE_TEXT else way.text(said.strip("()[]").split(","))

    return convert


def color_of(way: ColorWay, body: Mapping[str, Any]) -> str:
    """The colour in a JSON light's object.

    Raises:
        Unreadable: a member is missing or no number.
    """
    return way.text(body.get(key) for key in way.keys)
