"""Jinja2 as Home Assistant sets it up for device templates: the sandbox, filters, tests and functions.

Nothing of a house is in it (no states, areas or devices), and it reads no clock: `now` comes with the
request. It bounds what is cheap to bound; time and memory are bounded by the process it runs in
(`gateway.mqtt.render_worker`). Written after the public description of the template functions.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import math
import operator
import re
import statistics
import struct
import unicodedata
import urllib.parse
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Final

import jinja2
import jinja2.filters
import orjson
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_OUTPUT_CHARACTERS = 65_536
MOST_NUMBER_BITS = 4_096
MOST_REPEATED = 65_536
KEPT_TEMPLATES = 128

_MISSING: Final = object()


class Refused(Exception):  # noqa: N818 - a verdict, not a defect
    """The template asks for more than a device's template needs."""


class NotDefined(Exception):  # noqa: N818
    """`is_defined` found nothing: the payload says nothing of this value."""


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


# ---- numbers


def _no_number(what: object) -> ValueError:
    return ValueError(f"{str(what)[:40]!r} is no number, and there is no default")


def _float(value: Any, default: Any = _MISSING) -> Any:
    try:
        return float(value)
    except (ValueError, TypeError):
        if default is _MISSING:
            raise _no_number(value) from None
        return default


def _int(value: Any, default: Any = _MISSING, base: int = 10) -> Any:
    found = jinja2.filters.do_int(value, default=_MISSING, base=base)  # type: ignore[arg-type]
    if found is not _MISSING:
        return found
    if default is _MISSING:
        raise _no_number(value)
    return default


def _bool(value: Any, default: Any = _MISSING) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value != 0
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in ("1", "true", "yes", "on", "enable"):
        return True
    if word in ("0", "false", "no", "off", "disable"):
        return False
    if default is _MISSING:
        raise ValueError(f"{str(value)[:40]!r} is neither true nor false")
    return default


def _round(value: Any, precision: int = 0, method: str = "common", default: Any = _MISSING) -> Any:
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
        if default is _MISSING:
            raise _no_number(value) from None
        return default


def _is_number(value: Any) -> bool:
    try:
        return math.isfinite(float(value))
    except (ValueError, TypeError):
        return False


def _calculated(function: Callable[..., float]) -> Callable[..., Any]:
    """A function of one number, with a default for what is none."""

    def calculate(value: Any, default: Any = _MISSING) -> Any:
        try:
            return function(float(value))
        except (ValueError, TypeError):
            if default is _MISSING:
                raise _no_number(value) from None
            return default

    return calculate


def _log(value: Any, base: Any = math.e, default: Any = _MISSING) -> Any:
    try:
        return math.log(float(value), float(base))
    except (ValueError, TypeError, ZeroDivisionError):
        if default is _MISSING:
            raise _no_number(value) from None
        return default


def _atan2(y: Any, x: Any, default: Any = _MISSING) -> Any:
    try:
        return math.atan2(float(y), float(x))
    except (ValueError, TypeError):
        if default is _MISSING:
            raise _no_number(y) from None
        return default


def _multiply(value: Any, by: Any, default: Any = _MISSING) -> Any:
    try:
        return float(value) * by
    except (ValueError, TypeError):
        if default is _MISSING:
            raise _no_number(value) from None
        return default


def _add(value: Any, more: Any, default: Any = _MISSING) -> Any:
    try:
        return float(value) + more
    except (ValueError, TypeError):
        if default is _MISSING:
            raise _no_number(value) from None
        return default


def _bitwise(function: Callable[[int, int], int]) -> Callable[[int, int], int]:
    return lambda first, second: function(first, second)


def _extreme(choose: Callable[..., Any]) -> Callable[..., Any]:
    def extreme(*values: Any) -> Any:
        return choose(values[0]) if len(values) == 1 else choose(values)

    return extreme


def _aggregate(function: Callable[[list[float]], Any]) -> Callable[..., Any]:
    """A figure over a list, or over the arguments."""

    def aggregate(*values: Any, default: Any = _MISSING) -> Any:
        if len(values) == 1 and isinstance(values[0], Iterable) and not isinstance(values[0], str):
            items = list(values[0])
        elif len(values) == 2 and isinstance(values[0], list | tuple | set) and default is _MISSING:
            items, default = list(values[0]), values[1]
        else:
            items = list(values)
        try:
            return function(items)
        except (TypeError, ValueError, statistics.StatisticsError):
            if default is _MISSING:
                raise
            return default

    return aggregate


# ---- texts and bytes


def _pattern(find: str, ignorecase: Any) -> re.Pattern[str]:
    return re.compile(find, re.IGNORECASE if ignorecase else 0)


def _regex_match(value: Any, find: str = "", ignorecase: Any = False) -> bool:
    return _pattern(find, ignorecase).match(str(value)) is not None


def _regex_search(value: Any, find: str = "", ignorecase: Any = False) -> bool:
    return _pattern(find, ignorecase).search(str(value)) is not None


def _regex_replace(value: Any = "", find: str = "", replace: str = "", ignorecase: Any = False) -> str:
    return _pattern(find, ignorecase).sub(replace, str(value))


def _regex_findall(value: Any, find: str = "", ignorecase: Any = False) -> list[Any]:
    return _pattern(find, ignorecase).findall(str(value))


def _regex_findall_index(value: Any, find: str = "", index: int = 0, ignorecase: Any = False) -> Any:
    return _pattern(find, ignorecase).findall(str(value))[index]


def _slugify(text: Any, separator: str = "_") -> str:
    plain = unicodedata.normalize("NFKD", str(text)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", separator, plain).strip(separator) or "unknown"


def _ordinal(value: Any) -> str:
    number = int(value)
    tail = "th" if 10 <= abs(number) % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(abs(number) % 10, "th")
    return f"{number}{tail}"


def _base64_encode(value: str | bytes) -> str:
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()


def _base64_decode(value: str, encoding: str | None = "utf-8") -> str | bytes:
    raw = base64.b64decode(value)
    return raw.decode(encoding) if encoding else raw


def _digest(name: str) -> Callable[[str], str]:
    return lambda value: hashlib.new(name, str(value).encode(), usedforsecurity=False).hexdigest()


def _pack(value: Any, format_string: str) -> bytes | None:
    try:
        return struct.pack(format_string, value)
    except struct.error:
        return None


def _unpack(value: bytes, format_string: str, offset: int = 0) -> Any:
    try:
        return struct.unpack_from(format_string, value, offset)[0]
    except struct.error:
        return None


def _to_json(
    value: Any, ensure_ascii: bool = False, pretty_print: bool = False, sort_keys: bool = False
) -> str:
    if isinstance(value, jinja2.Undefined):
        raise jinja2.UndefinedError("what is missing is no JSON")
    if ensure_ascii:
        return json.dumps(value, indent=2 if pretty_print else None, sort_keys=sort_keys)
    options = (orjson.OPT_INDENT_2 if pretty_print else 0) | (orjson.OPT_SORT_KEYS if sort_keys else 0)
    return orjson.dumps(value, option=options).decode()


def _from_json(value: Any, default: Any = _MISSING) -> Any:
    try:
        # What `tojson` gives is a kind of text of Jinja's own, which orjson does not know as text.
        return orjson.loads(str(value) if isinstance(value, str) else value)
    except orjson.JSONDecodeError:
        if default is _MISSING:
            raise
        return default


# ---- choices and collections


def _iif(value: Any, if_true: Any = True, if_false: Any = False, if_none: Any = _MISSING) -> Any:
    if value is None and if_none is not _MISSING:
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


# ---- times


class Times:
    """What a template knows of the time: what the request brought, in the property's zone."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.instant = datetime.fromtimestamp(0, UTC)

    def now(self) -> datetime:
        return self.instant.astimezone(self.zone)

    def utcnow(self) -> datetime:
        return self.instant

    def today_at(self, at: str = "00:00") -> datetime:
        return datetime.combine(self.now().date(), time.fromisoformat(at), self.zone)

    def as_datetime(self, value: Any, default: Any = _MISSING) -> Any:
        if isinstance(value, datetime):
            return value
        if isinstance(value, date):
            return datetime.combine(value, time())
        try:
            try:
                return datetime.fromtimestamp(float(value), UTC)
            except (ValueError, TypeError):
                return datetime.fromisoformat(value)
        except (ValueError, TypeError, OverflowError, OSError):
            if default is _MISSING:
                return None
            return default

    def as_local(self, value: datetime) -> datetime:
        return self._aware(value).astimezone(self.zone)

    def as_timestamp(self, value: Any, default: Any = _MISSING) -> Any:
        try:
            found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
            return self._aware(found).timestamp()
        except (ValueError, TypeError):
            if default is _MISSING:
                raise ValueError(f"{str(value)[:40]!r} is no time, and there is no default") from None
            return default

    def timestamp_custom(
        self, value: Any, form: str = "%Y-%m-%d %H:%M:%S", local: bool = True, default: Any = _MISSING
    ) -> Any:
        return self._shown(value, default, self.zone if local else UTC, lambda at: at.strftime(form))

    def timestamp_local(self, value: Any, default: Any = _MISSING) -> Any:
        return self._shown(value, default, self.zone, datetime.isoformat)

    def timestamp_utc(self, value: Any, default: Any = _MISSING) -> Any:
        return self._shown(value, default, UTC, datetime.isoformat)

    def strptime(self, text: Any, form: str, default: Any = _MISSING) -> Any:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the convention's times may be naive
        except (ValueError, TypeError):
            if default is _MISSING:
                raise ValueError(f"{str(text)[:40]!r} is no such time") from None
            return default

    def since(self, value: Any, precision: int = 1) -> Any:
        return self._distance(value, 1, precision)

    def until(self, value: Any, precision: int = 1) -> Any:
        return self._distance(value, -1, precision)

    def _distance(self, value: Any, sign: int, precision: int) -> Any:
        if not isinstance(value, datetime):
            return value
        left = int((self.instant - self._aware(value)).total_seconds()) * sign
        if left < 0:
            return value
        words: list[str] = []
        for name, size in (
            ("year", 31_536_000),
            ("month", 2_592_000),
            ("day", 86_400),
            ("hour", 3_600),
            ("minute", 60),
            ("second", 1),
        ):
            count, rest = divmod(left, size)
            if count and (precision == 0 or len(words) < precision):
                words.append(f"{count} {name}{'' if count == 1 else 's'}")
                left = rest
        return " ".join(words) or "0 seconds"

    def _aware(self, value: datetime) -> datetime:
        return value if value.tzinfo is not None else value.replace(tzinfo=self.zone)

    def _shown(self, value: Any, default: Any, zone: tzinfo, show: Callable[[datetime], str]) -> Any:
        try:
            return show(datetime.fromtimestamp(float(value), UTC).astimezone(zone))
        except (ValueError, TypeError, OverflowError, OSError):
            if default is _MISSING:
                raise ValueError(f"{str(value)[:40]!r} is no time, and there is no default") from None
            return default


def _as_timedelta(value: str) -> timedelta | None:
    found = re.fullmatch(r"(?:(-?\d+)\s+(?:days?,?\s*)?)?(-?\d+):(\d\d):(\d\d(?:\.\d+)?)", value.strip())
    if found is None:
        return None
    days, hours, minutes, seconds = found.groups(default="0")
    return timedelta(days=int(days), hours=int(hours), minutes=int(minutes), seconds=float(seconds))


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
    trigonometry = {name: _calculated(getattr(math, name)) for name in _ONE_NUMBER}
    both: dict[str, Callable[..., Any]] = {
        **trigonometry,
        "float": _float,
        "int": _int,
        "bool": _bool,
        "is_number": _is_number,
        "log": _log,
        "atan2": _atan2,
        "iif": _iif,
        "average": _aggregate(statistics.fmean),
        "median": _aggregate(statistics.median),
        "statistical_mode": _aggregate(statistics.mode),
        "as_datetime": times.as_datetime,
        "as_local": times.as_local,
        "as_timestamp": times.as_timestamp,
        "as_timedelta": _as_timedelta,
        "pack": _pack,
        "unpack": _unpack,
        "slugify": _slugify,
        "zip": zip,
        "set": set,
        "combine": _combine,
        "flatten": _flatten,
        "typeof": lambda value: type(value).__name__,
        "md5": _digest("md5"),
        "sha1": _digest("sha1"),
        "sha256": _digest("sha256"),
        "sha512": _digest("sha512"),
        "union": lambda first, second: list(set(first) | set(second)),
        "intersect": lambda first, second: list(set(first) & set(second)),
        "difference": lambda first, second: list(set(first) - set(second)),
        "symmetric_difference": lambda first, second: list(set(first) ^ set(second)),
    }
    environment.filters.update(
        {
            **both,
            "round": _round,
            "multiply": _multiply,
            "add": _add,
            "bitwise_and": _bitwise(operator.and_),
            "bitwise_or": _bitwise(operator.or_),
            "bitwise_xor": _bitwise(operator.xor),
            "ord": ord,
            "ordinal": _ordinal,
            "is_defined": _is_defined,
            "to_json": _to_json,
            "from_json": _from_json,
            "base64_encode": _base64_encode,
            "base64_decode": _base64_decode,
            "regex_match": _regex_match,
            "regex_search": _regex_search,
            "regex_replace": _regex_replace,
            "regex_findall": _regex_findall,
            "regex_findall_index": _regex_findall_index,
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
            "is_number": _is_number,
            "match": _regex_match,
            "search": _regex_search,
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
            "max": _extreme(max),
            "min": _extreme(min),
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
            "bitwise_and": _bitwise(operator.and_),
            "bitwise_or": _bitwise(operator.or_),
            "bitwise_xor": _bitwise(operator.xor),
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
