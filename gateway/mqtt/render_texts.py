"""Texts, bytes and JSON in device templates: Home Assistant's filters and functions of them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import unicodedata
from collections.abc import Callable
from typing import Any

import jinja2
import orjson

from gateway.mqtt.render_refusals import MISSING


def _pattern(find: str, ignorecase: Any) -> re.Pattern[str]:
    return re.compile(find, re.IGNORECASE if ignorecase else 0)


def regex_match(value: Any, find: str = "", ignorecase: Any = False) -> bool:
    """Whether the pattern is at the beginning."""
    return _pattern(find, ignorecase).match(str(value)) is not None


def regex_search(value: Any, find: str = "", ignorecase: Any = False) -> bool:
    """Whether the pattern is anywhere."""
    return _pattern(find, ignorecase).search(str(value)) is not None


def regex_replace(value: Any = "", find: str = "", replace: str = "", ignorecase: Any = False) -> str:
    """With each find replaced."""
    return _pattern(find, ignorecase).sub(replace, str(value))


def regex_findall(value: Any, find: str = "", ignorecase: Any = False) -> list[Any]:
    """All finds."""
    return _pattern(find, ignorecase).findall(str(value))


def regex_findall_index(value: Any, find: str = "", index: int = 0, ignorecase: Any = False) -> Any:
    """One of all finds."""
    return _pattern(find, ignorecase).findall(str(value))[index]


def slugify(text: Any, separator: str = "_") -> str:
    """Only a-z, 0-9 and the separator."""
    plain = unicodedata.normalize("NFKD", str(text)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", separator, plain).strip(separator) or "unknown"


def ordinal(value: Any) -> str:
    """1st, 2nd, 3rd …"""
    number = int(value)
    tail = "th" if 10 <= abs(number) % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(abs(number) % 10, "th")
    return f"{number}{tail}"


def base64_encode(value: str | bytes) -> str:
    """Text or bytes as base64."""
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()


def base64_decode(value: str, encoding: str | None = "utf-8") -> str | bytes:
    """Base64 as text, as bytes where no encoding is given."""
    raw = base64.b64decode(value)
    return raw.decode(encoding) if encoding else raw


def digest(name: str) -> Callable[[str], str]:
    """A hash by its name, as hexadecimal digits."""
    return lambda value: hashlib.new(name, str(value).encode(), usedforsecurity=False).hexdigest()


def pack(value: Any, format_string: str) -> bytes | None:
    """A number as bytes, None where it does not fit the format."""
    try:
        return struct.pack(format_string, value)
    except struct.error:
        return None


def unpack(value: bytes, format_string: str, offset: int = 0) -> Any:
    """A number of bytes, None where they do not fit the format."""
    try:
        return struct.unpack_from(format_string, value, offset)[0]
    except struct.error:
        return None


def to_json(
    value: Any, ensure_ascii: bool = False, pretty_print: bool = False, sort_keys: bool = False
) -> str:
    """As JSON; what is missing is none. Raises UndefinedError."""
    if isinstance(value, jinja2.Undefined):
        raise jinja2.UndefinedError("what is missing is no JSON")
    if ensure_ascii:
        return json.dumps(value, indent=2 if pretty_print else None, sort_keys=sort_keys)
    options = (orjson.OPT_INDENT_2 if pretty_print else 0) | (orjson.OPT_SORT_KEYS if sort_keys else 0)
    return orjson.dumps(value, option=options).decode()


def from_json(value: Any, default: Any = MISSING) -> Any:
    """Of JSON, or the default."""
    try:
        # What `tojson` gives is a kind of text of Jinja's own, which orjson does not know as text.
        return orjson.loads(str(value) if isinstance(value, str) else value)
    except orjson.JSONDecodeError:
        if default is MISSING:
            raise
        return default
