"""Numbers in device templates: Home Assistant's filters and functions of them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable
from typing import Any

import jinja2.filters

from gateway.mqtt.render_refusals import MISSING, Refused


def no_number(what: object) -> ValueError:
    """What is raised for what is no number."""
    return ValueError(f"{str(what)[:40]!r} is no number, and there is no default")


def to_float(value: Any, default: Any = MISSING) -> Any:
    """A number, or the default for what is none."""
    try:
        return float(value)
    except (ValueError, TypeError):
        if default is MISSING:
            raise no_number(value) from None
        return default


def to_int(value: Any, default: Any = MISSING, base: int = 10) -> Any:
    """A whole number, or the default for what is none."""
    found = jinja2.filters.do_int(value, default=MISSING, base=base)  # type: ignore[arg-type]
    if found is not MISSING:
        return found
    if default is MISSING:
        raise no_number(value)
    return default


def to_bool(value: Any, default: Any = MISSING) -> Any:
    """A truth of the usual words and numbers, or the default."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value != 0
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in ("1", "true", "yes", "on", "enable"):
        return True
    if word in ("0", "false", "no", "off", "disable"):
        return False
    if default is MISSING:
        raise ValueError(f"{str(value)[:40]!r} is neither true nor false")
    return default


def round_number(value: Any, precision: int = 0, method: str = "common", default: Any = MISSING) -> Any:
    """Rounded in one of the four ways that templates know."""
    try:
        if abs(precision) > 20:
            raise Refused("that precision is out of range")
        factor = float(10**precision)
        if method == "ceil":
            rounded = math.ceil(float(value) * factor) / factor
        elif method == "floor":
            rounded = math.floor(float(value) * factor) / factor
        elif method == "half":
            rounded = round(float(value) * 2) / 2
        else:
            rounded = round(float(value), precision)
        return int(rounded) if precision == 0 else rounded
    except (ValueError, TypeError):
        if default is MISSING:
            raise no_number(value) from None
        return default


def is_number(value: Any) -> bool:
    """Whether it is a finite number, or a text of one."""
    try:
        return math.isfinite(float(value))
    except (ValueError, TypeError):
        return False


def calculated(function: Callable[..., float]) -> Callable[..., Any]:
    """A function of one number, with a default for what is none."""

    def calculate(value: Any, default: Any = MISSING) -> Any:
        try:
            return function(float(value))
        except (ValueError, TypeError):
            if default is MISSING:
                raise no_number(value) from None
            return default

    return calculate


def log(value: Any, base: Any = math.e, default: Any = MISSING) -> Any:
    """The logarithm to a base, or the default."""
    try:
        return math.log(float(value), float(base))
    except (ValueError, TypeError, ZeroDivisionError):
        if default is MISSING:
            raise no_number(value) from None
        return default


def atan2(y: Any, x: Any, default: Any = MISSING) -> Any:
    """The angle of (x, y), or the default."""
    try:
        return math.atan2(float(y), float(x))
    except (ValueError, TypeError):
        if default is MISSING:
            raise no_number(y) from None
        return default


def multiply(value: Any, by: Any, default: Any = MISSING) -> Any:
    """A product, or the default."""
    try:
        return float(value) * by
    except (ValueError, TypeError):
        if default is MISSING:
            raise no_number(value) from None
        return default


def add(value: Any, more: Any, default: Any = MISSING) -> Any:
    """A sum, or the default."""
    try:
        return float(value) + more
    except (ValueError, TypeError):
        if default is MISSING:
            raise no_number(value) from None
        return default


def bitwise(function: Callable[[int, int], int]) -> Callable[[int, int], int]:
    """A function of two whole numbers."""
    return lambda first, second: function(first, second)


def extreme_of(choose: Callable[..., Any]) -> Callable[..., Any]:
    """`max` or `min` of a list, or of the arguments."""

    def extreme(*values: Any) -> Any:
        return choose(values[0]) if len(values) == 1 else choose(values)

    return extreme


def aggregate_of(function: Callable[[list[float]], Any]) -> Callable[..., Any]:
    """A figure over a list, or over the arguments."""

    def aggregate(*values: Any, default: Any = MISSING) -> Any:
        if len(values) == 1 and isinstance(values[0], Iterable) and not isinstance(values[0], str):
            items = list(values[0])
        elif len(values) == 2 and isinstance(values[0], list | tuple | set) and default is MISSING:
            items, default = list(values[0]), values[1]
        else:
            items = list(values)
        try:
            return function(items)
        except (TypeError, ValueError, statistics.StatisticsError):
            if default is MISSING:
                raise
            return default

    return aggregate
