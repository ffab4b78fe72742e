"""Payloads into the house's words and units.

A `Message` reads its text and its JSON once, however many templates ask. The makers below give small
functions from a message to values; each refuses with `Unreadable` what it cannot understand, so that
one bad payload costs one value. Empty payloads say nothing; "None" (from a template) says unknown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from controller.entities import Value
from gateway.mqtt.template_values import UNDEFINED, text_of
from gateway.mqtt.templates import Template

MOST_JSON_DEPTH = 32
MOST_VALUE_CHARACTERS = 1_024
NONE_TEXT: Final = "None"


class Unreadable(Exception):  # noqa: N818 - a verdict, not a defect
    """A payload says nothing that can be understood. `code` is counted; the message is shown."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class Message:
    """One payload, with what templates call `value` and `value_json`.

    `value` is the text; `value_json` the JSON, or `UNDEFINED` when it is none. Both are read when they
    are first asked for and kept, so that the second template finds a plain attribute.

    Raises:
        Unreadable: (from either) not UTF-8, or JSON that is nested too deeply.
    """

    __slots__ = ("payload", "retained", "value", "value_json")

    value: str
    value_json: Any

    def __init__(self, payload: bytes, retained: bool = False) -> None:
        self.payload = payload
        self.retained = retained

    def __getattr__(self, name: str) -> Any:
        # Only asked for what is not there yet.
        if name == "value_json":
            self.value_json = read_json(self.payload)
            return self.value_json
        if name == "value":
            try:
                self.value = self.payload.decode()
            except UnicodeDecodeError as error:
                raise Unreadable("bad_utf8", "the payload is not UTF-8 text") from error
            return self.value
        raise AttributeError(name)


def read_json(payload: bytes) -> Any:
    """JSON of bounded depth, or `UNDEFINED`. NaN and Infinity are no JSON.

    Raises:
        Unreadable: deeper than `MOST_JSON_DEPTH`.
    """
    if payload.count(b"{") + payload.count(b"[") > MOST_JSON_DEPTH and _depth(payload) > MOST_JSON_DEPTH:
        raise Unreadable("too_deep", f"the JSON is nested deeper than {MOST_JSON_DEPTH} levels")
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        return UNDEFINED


def _depth(payload: bytes) -> int:
    """How deep the brackets go, at most; those inside texts count too, which only makes it stricter."""
    deepest = depth = 0
    for byte in payload:
        if byte in b"{[":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"}]":
            depth -= 1
    return deepest


Pick = Callable[[Message], object]
Convert = Callable[[object], Value]


class Nothing(Exception):  # noqa: N818
    """The payload is empty: it changes nothing."""


def picked(template: Template | None) -> Pick:
    """What of a message a value is made of: the template's result, or the whole text."""
    if template is None:
        return lambda message: message.value
    return template.evaluate


def reading(
    property_name: str, pick: Pick, convert: Convert
) -> Callable[[Message], Sequence[tuple[str, Value]]]:
    """A reader of one property."""

    def read(message: Message) -> Sequence[tuple[str, Value]]:
        try:
            return ((property_name, convert(pick(message))),)
        except Nothing:
            return ()

    return read


def word_of(raw: object) -> str:
    """The text to compare with; raises Nothing for an empty one."""
    text = text_of(raw)
    if not text:
        raise Nothing
    return text


def number(scale: Callable[[float], float] | None = None) -> Convert:
    """A finite number, or None for "None"."""

    def convert(raw: object) -> Value:
        kind = type(raw)
        if kind is float or kind is int:
            found = float(raw)  # type: ignore[arg-type]
        else:
            text = word_of(raw)
            if text == NONE_TEXT:
                return None
            try:
                found = float(text)
            except ValueError:
                raise Unreadable("not_a_number", f"{text[:40]!r} is no number") from None
        if scale is not None:
            found = scale(found)
        if not math.isfinite(found):
            raise Unreadable("not_a_number", f"{found} is no finite number")
        return found

    return convert


def choice(options: tuple[str, ...]) -> Convert:
    """One of the listed words, or None for "None"."""
    listed = frozenset(options)

    def convert(raw: object) -> Value:
        text = word_of(raw)
        if text in listed:
            return text
        if text == NONE_TEXT:
            return None
        raise Unreadable("unlisted_value", f"{text[:40]!r} is not one of {', '.join(options)[:200]}")

    return convert


def mapped(words: dict[str, Value]) -> Convert:
    """A word's meaning, or None for "None"."""

    def convert(raw: object) -> Value:
        text = word_of(raw)
        if text in words:
            return words[text]
        if text == NONE_TEXT:
            return None
        raise Unreadable("unlisted_value", f"{text[:40]!r} is not one of {', '.join(words)[:200]}")

    return convert


def text() -> Convert:
    """A text of bounded length, or None for "None"."""

    def convert(raw: object) -> Value:
        found = word_of(raw)
        if found == NONE_TEXT:
            return None
        if len(found) > MOST_VALUE_CHARACTERS:
            raise Unreadable("too_long", f"the value is longer than {MOST_VALUE_CHARACTERS} characters")
        return found

    return convert


def date() -> Convert:
    """A day as YYYY-MM-DD (the day of a moment counts), or None for "None"."""
    return _in_time(lambda found: found.date().isoformat())


def moment() -> Convert:
    """A moment with its zone, as ISO 8601 in UTC, or None for "None"."""

    def show(found: datetime) -> str:
        if found.tzinfo is None:
            raise Unreadable("not_a_time", "a moment must say its time zone")
        return found.astimezone(UTC).isoformat()

    return _in_time(show)


def _in_time(show: Callable[[datetime], str]) -> Convert:
    def convert(raw: object) -> Value:
        text = word_of(raw)
        if text == NONE_TEXT:
            return None
        try:
            return show(datetime.fromisoformat(text))
        except (ValueError, OverflowError):
            raise Unreadable("not_a_time", f"{text[:40]!r} is no date or time") from None

    return convert


def celsius_from_fahrenheit(degrees: float) -> float:
    return round((degrees - 32.0) * 5.0 / 9.0, 4)


def celsius_from_kelvin(degrees: float) -> float:
    return round(degrees - 273.15, 4)


def to_celsius(unit: str) -> Callable[[float], float] | None:
    """How to read a temperature in "C", "F" or "K" (None: as it is)."""
    return {"F": celsius_from_fahrenheit, "K": celsius_from_kelvin}.get(unit)
