"""The filters, tests, functions, methods and operators of the loop-free evaluator.

With Home Assistant's meaning; each costs time in proportion to what it is given and gives at most
`MOST_OUTPUT_CHARACTERS`. What they refuse is a `RenderFailed`.
"""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from jinja2 import nodes

from gateway.mqtt.template_values import (
    BEFORE,
    MOST_OUTPUT_CHARACTERS,
    NO_DEFAULT,
    UNDEFINED,
    Beyond,
    NotDefined,
    RenderFailed,
    bounded,
    number_of,
    printed,
    text_of,
)


def applied(function: Callable[..., object], *arguments: object, **named: object) -> object:
    try:
        return function(*arguments, **named)
    except RenderFailed:
        raise
    except (TypeError, ValueError, OverflowError, ArithmeticError, RecursionError, LookupError) as error:
        raise RenderFailed(str(error)[:200]) from error


def dictionary_of(pairs: list[tuple[object, object]]) -> object:
    try:
        return dict(pairs)
    except TypeError as error:
        raise RenderFailed("a list cannot be a key") from error


def _goes_with_many(calculate: Callable[[Any, Any], object], left: object, right: object) -> bool:
    """Whether texts or lists can be put together, repeated or formatted like this."""
    if calculate is operator.add:
        return isinstance(left, list | tuple) and type(left) is type(right)
    if calculate is operator.mul:
        many, times = (right, left) if isinstance(left, int) else (left, right)
        return isinstance(many, str | list | tuple) and isinstance(times, int)
    return calculate is operator.mod and isinstance(left, str) and right is not UNDEFINED


def calculated(calculate: Callable[[Any, Any], object], left: object, right: object) -> object:
    if isinstance(left, int | float) and isinstance(right, int | float):
        try:
            return calculate(left, right)
        except (ArithmeticError, ValueError) as error:
            raise RenderFailed(str(error)) from error
    if calculate is operator.add and isinstance(left, str) and isinstance(right, str):
        return bounded(left + right)
    if _goes_with_many(calculate, left, right):
        raise Beyond
    raise RenderFailed("only numbers can be reckoned with")


ARITHMETIC: Mapping[type[nodes.BinExpr], Callable[[Any, Any], object]] = {
    nodes.Add: operator.add,
    nodes.Sub: operator.sub,
    nodes.Mul: operator.mul,
    nodes.Div: operator.truediv,
    nodes.FloorDiv: operator.floordiv,
    nodes.Mod: operator.mod,
}


def _ordered(compare: Callable[[Any, Any], object]) -> Callable[[object, object], bool]:
    def ordered(left: object, right: object) -> bool:
        try:
            if left is UNDEFINED or right is UNDEFINED:
                raise TypeError("what is missing cannot be compared")
            return bool(compare(left, right))
        except TypeError as error:
            raise RenderFailed(str(error)) from error

    return ordered


def _contained(item: object, holder: object) -> bool:
    if holder is UNDEFINED:
        return False
    try:
        return item in holder  # type: ignore[operator]
    except TypeError as error:
        raise RenderFailed(str(error)) from error


COMPARISONS: Mapping[str, Callable[[object, object], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "gt": _ordered(operator.gt),
    "gteq": _ordered(operator.ge),
    "lt": _ordered(operator.lt),
    "lteq": _ordered(operator.le),
    "in": _contained,
    "notin": lambda item, holder: not _contained(item, holder),
}


def comparison(name: str) -> Callable[[object, object], bool]:
    return COMPARISONS[name]


# ---- filters, tests, functions and methods


def _must_be_defined(value: object) -> None:
    """In Jinja a missing value makes `float` and its like fail even with a default."""
    if value is UNDEFINED:
        raise RenderFailed("the value is missing")


def _float(value: object, default: object = NO_DEFAULT) -> object:
    _must_be_defined(value)
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        if default is NO_DEFAULT:
            raise RenderFailed(f"{text_of(value)[:40]!r} is no number") from None
        return default


def _int(value: object, default: object = NO_DEFAULT, base: object = 10) -> object:
    _must_be_defined(value)
    try:
        if isinstance(value, str):
            return int(value, base)  # type: ignore[call-overload]
        return int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        try:
            return int(float(value))  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            if default is NO_DEFAULT:
                raise RenderFailed(f"{text_of(value)[:40]!r} is no whole number") from None
            return default


def _round(
    value: object, precision: object = 0, method: object = "common", default: object = NO_DEFAULT
) -> object:
    _must_be_defined(value)
    try:
        number = float(value)  # type: ignore[arg-type]
        places = int(precision)  # type: ignore[call-overload]
        if not -20 <= places <= 20:
            raise RenderFailed("that precision is out of range")
        factor = float(10**places)
        if method == "ceil":
            number = math.ceil(number * factor) / factor
        elif method == "floor":
            number = math.floor(number * factor) / factor
        elif method == "half":
            number = round(number * 2) / 2
        else:
            number = round(number, places)
        return int(number) if places == 0 else number
    except (TypeError, ValueError, OverflowError):
        if default is NO_DEFAULT:
            raise RenderFailed(f"{text_of(value)[:40]!r} cannot be rounded") from None
        return default


def _default(value: object, default_value: object = "", boolean: object = False) -> object:
    return default_value if value is UNDEFINED or (boolean and not value) else value


def _is_defined(value: object) -> object:
    if value is UNDEFINED:
        raise NotDefined("the value is not defined")
    return value


def _iif(
    value: object, if_true: object = True, if_false: object = False, if_none: object = NO_DEFAULT
) -> object:
    if value is None and if_none is not NO_DEFAULT:
        return if_none
    return if_true if value else if_false


def _bool(value: object, default: object = NO_DEFAULT) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return bool(value)
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in ("1", "true", "yes", "on", "enable"):
        return True
    if word in ("0", "false", "no", "off", "disable"):
        return False
    if default is NO_DEFAULT:
        raise RenderFailed(f"{text_of(value)[:40]!r} is neither true nor false")
    return default


def _replace(value: object, old: object, new: object, count: object = -1) -> object:
    text, before, after = printed(value), printed(old), printed(new)
    times = text.count(before) if before else len(text) + 1
    if len(text) + times * len(after) > MOST_OUTPUT_CHARACTERS:
        raise RenderFailed("the text is too long")
    return text.replace(before, after, int(count) if isinstance(count, int) else -1)


def _join(value: object, between: object = "") -> object:
    if value is UNDEFINED:
        return ""
    if not isinstance(value, list | tuple | str):
        raise RenderFailed("only a list can be joined")
    if (
        sum(len(printed(item)) for item in value) + len(value) * len(printed(between))
        > MOST_OUTPUT_CHARACTERS
    ):
        raise RenderFailed("the text is too long")
    return printed(between).join(printed(item) for item in value)


def _length(value: object) -> object:
    if value is UNDEFINED:
        return 0
    return len(value)  # type: ignore[arg-type]


def _first(value: object) -> object:
    if value is UNDEFINED:
        return UNDEFINED
    if not isinstance(value, list | tuple | str | dict):
        raise RenderFailed("only a list has a first item")
    return next(iter(value), UNDEFINED)


def _last(value: object) -> object:
    if value is UNDEFINED:
        return UNDEFINED
    if not isinstance(value, list | tuple | str | dict):
        raise RenderFailed("only a list has a last item")
    return next(reversed(value), UNDEFINED)


def _to_json(value: object) -> object:
    if value is UNDEFINED:
        raise RenderFailed("what is missing is no JSON")
    return bounded(orjson.dumps(value).decode())


def _tojson(value: object) -> object:
    if value is UNDEFINED:
        raise RenderFailed("what is missing is no JSON")
    text = json.dumps(value, sort_keys=True)
    for character in "<>&'":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return bounded(text)


def _from_json(value: object) -> object:
    if not isinstance(value, str):
        raise RenderFailed("only a text can be read as JSON")
    return orjson.loads(value)


def _is_number(value: object) -> object:
    _must_be_defined(value)
    try:
        return math.isfinite(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return False


def _extreme(choose: Callable[..., object]) -> Callable[..., object]:
    def extreme(*values: object) -> object:
        items = values[0] if len(values) == 1 else values
        if items is UNDEFINED:
            return UNDEFINED
        if not isinstance(items, list | tuple):
            raise RenderFailed("only of a list there is a greatest and a least")
        return choose(number_of(item) for item in items) if items else UNDEFINED

    return extreme


def _text_filter(change: Callable[[str], object]) -> Callable[..., object]:
    return lambda value: change(printed(value))


FILTERS: Mapping[str, Callable[..., object]] = {
    "float": _float,
    "int": _int,
    "round": _round,
    "default": _default,
    "d": _default,
    "is_defined": _is_defined,
    "iif": _iif,
    "bool": _bool,
    "abs": lambda value: abs(number_of(value)),
    "lower": _text_filter(str.lower),
    "upper": _text_filter(str.upper),
    "capitalize": _text_filter(str.capitalize),
    "trim": _text_filter(str.strip),
    "string": printed,
    "replace": _replace,
    "join": _join,
    "length": _length,
    "count": _length,
    "first": _first,
    "last": _last,
    "max": _extreme(max),
    "min": _extreme(min),
    "to_json": _to_json,
    "tojson": _tojson,
    "from_json": _from_json,
    "is_number": _is_number,
    "multiply": lambda value, by: number_of(_float(value)) * number_of(by),
    "add": lambda value, more: number_of(_float(value)) + number_of(more),
}

TESTS: Mapping[str, Callable[..., object]] = {
    "defined": lambda value: value is not UNDEFINED,
    "undefined": lambda value: value is UNDEFINED,
    "none": lambda value: value is None,
    "true": lambda value: value is True,
    "false": lambda value: value is False,
    "boolean": lambda value: value is True or value is False,
    "number": lambda value: isinstance(value, int | float),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, float),
    "string": lambda value: isinstance(value, str),
    "mapping": lambda value: isinstance(value, dict),
    "is_number": _is_number,
    "odd": lambda value: number_of(value) % 2 == 1,
    "even": lambda value: number_of(value) % 2 == 0,
    "eq": COMPARISONS["eq"],
    "equalto": COMPARISONS["eq"],
    "==": COMPARISONS["eq"],
    "ne": COMPARISONS["ne"],
    "!=": COMPARISONS["ne"],
    "gt": COMPARISONS["gt"],
    "greaterthan": COMPARISONS["gt"],
    "ge": COMPARISONS["gteq"],
    "lt": COMPARISONS["lt"],
    "lessthan": COMPARISONS["lt"],
    "le": COMPARISONS["lteq"],
    "in": _contained,
}

FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "float": _float,
    "int": _int,
    "bool": _bool,
    "iif": _iif,
    "is_number": _is_number,
    "max": _extreme(max),
    "min": _extreme(min),
}


def _dict_get(holder: object, key: object, default: object = None) -> object:
    if holder is BEFORE:
        return BEFORE
    if not isinstance(holder, dict):
        raise RenderFailed("only an object has .get()")
    return holder.get(key, default)


def _text_method(name: str) -> Callable[..., object]:
    method = getattr(str, name)

    def call(holder: object, *arguments: object) -> object:
        if not isinstance(holder, str):
            raise RenderFailed(f"only a text has .{name}()")
        return method(holder, *arguments)

    return call


def _replace_method(holder: object, old: object, new: object, count: object = -1) -> object:
    if not isinstance(holder, str) or not isinstance(old, str) or not isinstance(new, str):
        raise RenderFailed("only a text has .replace()")
    return _replace(holder, old, new, count)


METHODS: Mapping[str, Callable[..., object]] = {
    "get": _dict_get,
    "replace": _replace_method,
    **{
        name: _text_method(name)
        for name in (
            "lower",
            "upper",
            "strip",
            "lstrip",
            "rstrip",
            "split",
            "startswith",
            "endswith",
            "capitalize",
            "title",
        )
    },
}

# In Jinja these give the dictionary's method, not the key of that name.
DICT_ATTRIBUTES = frozenset(name for name in dir(dict) if not name.startswith("_"))
