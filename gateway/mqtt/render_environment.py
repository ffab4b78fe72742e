"""Jinja2 as Home Assistant sets it up for device templates: the sandbox, filters, tests and functions.

Nothing of a house is in it (no states, areas or devices), and it reads no clock: `now` comes with the
request. It bounds what is cheap to bound; time and memory are bounded by the process it runs in
(`gateway.mqtt.render_worker`). Written after the public description of the template functions.
"""

from __future__ import annotations

import contextlib
import math
import operator
import statistics
import urllib.parse
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

import jinja2
import orjson
from jinja2.sandbox import ImmutableSandboxedEnvironment

from gateway.mqtt import render_numbers, render_texts
from gateway.mqtt.render_refusals import MISSING, NotDefined, Refused
from gateway.mqtt.render_times import Times, as_timedelta

MOST_OUTPUT_CHARACTERS = 65_536
MOST_NUMBER_BITS = 4_096
MOST_REPEATED = 65_536
KEPT_TEMPLATES = 128


class Before:
    """What `this` gives: the entity as it was before. Whoever keeps it says nothing new of the value."""

    def _unsaid(self, *_: object) -> Any:
        raise NotDefined("the payload says nothing of this value")

    def _itself(self, *_: object, **__: object) -> Before:
        return self

    __str__ = __bool__ = __eq__ = __ne__ = __len__ = __contains__ = __iter__ = _unsaid
    __float__ = __int__ = __lt__ = __le__ = __gt__ = __ge__ = _unsaid
    __getitem__ = __call__ = _itself
    __hash__ = object.__hash__

    def __getattr__(self, name: str) -> Before:
        if name.startswith("__"):
            raise AttributeError(name)
        return self


# ---- choices and collections


def _iif(value: Any, if_true: Any = True, if_false: Any = False, if_none: Any = MISSING) -> Any:
    if value is None and if_none is not MISSING:
        return if_none
    return if_true if bool(value) else if_false


def _is_defined(value: Any) -> Any:
    if isinstance(value, jinja2.Undefined):
        raise NotDefined("the value is not defined")
    return value


def _flatten(value: Iterable[Any], levels: int | None = None) -> list[Any]:
    flat: list[Any] = []
    for item in value:
        if isinstance(item, list | tuple | set) and (levels is None or levels > 0):
            flat.extend(_flatten(item, None if levels is None else levels - 1))
        else:
            flat.append(item)
    return flat


def _combine(*parts: Mapping[Any, Any], recursive: bool = False) -> dict[Any, Any]:
    whole: dict[Any, Any] = {}
    for part in parts:
        for key, value in part.items():
            both = recursive and isinstance(value, dict) and isinstance(whole.get(key), dict)
            whole[key] = _combine(whole[key], value, recursive=True) if both else value
    return whole


def _contains(holder: Any, item: Any) -> bool:
    return item in holder


# ---- the sandbox


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with bounds where one operation could make something huge."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator_name: str, left: Any, right: Any) -> Any:
        if operator_name == "*":
            if max(_repeated(left, right), _repeated(right, left)) > MOST_REPEATED:
                raise Refused("a repetition this long")
        elif _power_bits(left, right) > MOST_NUMBER_BITS:
            raise Refused("a power this large")
        return super().call_binop(context, operator_name, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        # `attr|format` and its like are handled by the base class; generators' frames are not for devices.
        return not attr.startswith(
            ("_", "gi_", "cr_", "ag_", "f_", "tb_", "co_")
        ) and super().is_safe_attribute(obj, attr, value)


def _repeated(holder: Any, times: Any) -> int:
    """How long it becomes."""
    if isinstance(holder, str | bytes | list | tuple) and isinstance(times, int):
        return len(holder) * times
    return 0


def _power_bits(base: Any, exponent: Any) -> int:
    if isinstance(base, int) and isinstance(exponent, int):
        return base.bit_length() * abs(exponent)
    return 0


def make_environment(times: Times) -> jinja2.Environment:
    """The environment that device templates render in."""
    environment = _Sandbox(
        extensions=["jinja2.ext.loopcontrols", "jinja2.ext.do"],
        autoescape=False,
        optimized=False,
        cache_size=0,
    )
    trigonometry = {name: render_numbers.calculated(getattr(math, name)) for name in _ONE_NUMBER}
    both: dict[str, Callable[..., Any]] = {
        **trigonometry,
        "float": render_numbers.to_float,
        "int": render_numbers.to_int,
        "bool": render_numbers.to_bool,
        "is_number": render_numbers.is_number,
        "log": render_numbers.log,
        "atan2": render_numbers.atan2,
        "iif": _iif,
        "average": render_numbers.aggregate_of(statistics.fmean),
        "median": render_numbers.aggregate_of(statistics.median),
        "statistical_mode": render_numbers.aggregate_of(statistics.mode),
        "as_datetime": times.as_datetime,
        "as_local": times.as_local,
        "as_timestamp": times.as_timestamp,
        "as_timedelta": as_timedelta,
        "pack": render_texts.pack,
        "unpack": render_texts.unpack,
        "slugify": render_texts.slugify,
        "zip": zip,
        "set": set,
        "combine": _combine,
        "flatten": _flatten,
        "typeof": lambda value: type(value).__name__,
        "md5": render_texts.digest("md5"),
        "sha1": render_texts.digest("sha1"),
        "sha256": render_texts.digest("sha256"),
        "sha512": render_texts.digest("sha512"),
        "union": lambda first, second: list(set(first) | set(second)),
        "intersect": lambda first, second: list(set(first) & set(second)),
        "difference": lambda first, second: list(set(first) - set(second)),
        "symmetric_difference": lambda first, second: list(set(first) ^ set(second)),
    }
    environment.filters.update(
        {
            **both,
            "round": render_numbers.round_number,
            "multiply": render_numbers.multiply,
            "add": render_numbers.add,
            "bitwise_and": render_numbers.bitwise(operator.and_),
            "bitwise_or": render_numbers.bitwise(operator.or_),
            "bitwise_xor": render_numbers.bitwise(operator.xor),
            "ord": ord,
            "ordinal": render_texts.ordinal,
            "is_defined": _is_defined,
            "to_json": render_texts.to_json,
            "from_json": render_texts.from_json,
            "base64_encode": render_texts.base64_encode,
            "base64_decode": render_texts.base64_decode,
            "regex_match": render_texts.regex_match,
            "regex_search": render_texts.regex_search,
            "regex_replace": render_texts.regex_replace,
            "regex_findall": render_texts.regex_findall,
            "regex_findall_index": render_texts.regex_findall_index,
            "contains": _contains,
            "timestamp_custom": times.timestamp_custom,
            "timestamp_local": times.timestamp_local,
            "timestamp_utc": times.timestamp_utc,
            "time_since": times.since,
            "time_until": times.until,
        }
    )
    environment.tests.update(
        {
            "is_number": render_numbers.is_number,
            "match": render_texts.regex_match,
            "search": render_texts.regex_search,
            "contains": _contains,
            "list": lambda value: isinstance(value, list),
            "set": lambda value: isinstance(value, set),
            "tuple": lambda value: isinstance(value, tuple),
            "datetime": lambda value: isinstance(value, datetime),
            "string_like": lambda value: isinstance(value, str | bytes),
        }
    )
    del environment.globals["lipsum"]
    environment.globals.update(
        {
            **both,
            "max": render_numbers.extreme_of(max),
            "min": render_numbers.extreme_of(min),
            "pi": math.pi,
            "e": math.e,
            "tau": math.pi * 2,
            "tuple": tuple,
            "timedelta": timedelta,
            "now": times.now,
            "utcnow": times.utcnow,
            "today_at": times.today_at,
            "strptime": times.strptime,
            "time_since": times.since,
            "time_until": times.until,
            "relative_time": times.since,
            "urlencode": urllib.parse.urlencode,
            "bitwise_and": render_numbers.bitwise(operator.and_),
            "bitwise_or": render_numbers.bitwise(operator.or_),
            "bitwise_xor": render_numbers.bitwise(operator.xor),
        }
    )
    return environment


_ONE_NUMBER = ("sin", "cos", "tan", "asin", "acos", "atan", "sqrt")


class Renderer:
    """Renders templates in this process. Bounds the output; the caller bounds time and memory."""

    def __init__(self, zone: tzinfo) -> None:
        self._times = Times(zone)
        self._environment = make_environment(self._times)
        self._compiled = lru_cache(maxsize=KEPT_TEMPLATES)(self._environment.from_string)

    def render(self, source: str, variables: Mapping[str, Any], now_seconds: float, *, json: bool) -> str:
        """The text, without white space at its ends.

        Args:
            variables: what the template sees; `value` among them.
            now_seconds: what `now()` says, in seconds since 1970.
            json: whether `value_json` is to be read from `value`.

        Raises:
            NotDefined: `is_defined` found nothing.
            Refused: the template asks for too much.
            Exception: whatever the template raised.
        """
        self._times.instant = datetime.fromtimestamp(now_seconds, UTC)
        seen = {"this": Before(), **variables}
        if json:
            with contextlib.suppress(orjson.JSONDecodeError):
                seen["value_json"] = orjson.loads(seen["value"])
        pieces: list[str] = []
        length = 0
        for piece in self._compiled(source).generate(seen):
            length += len(piece)
            if length > MOST_OUTPUT_CHARACTERS:
                raise Refused("the text is too long")
            pieces.append(piece)
        return "".join(pieces).strip()
