"""A discovery config's fields, read strictly: the right type, or a reason that a person understands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from gateway.mqtt.template_values import BadTemplate
from gateway.mqtt.templates import Template, compile_template

MOST_TOPIC_BYTES = 1_024
MOST_LIST_ITEMS = 200
MOST_TEXT_CHARACTERS = 8_192


class BadConfig(Exception):  # noqa: N818 - a verdict, not a defect
    """The config breaks the convention; the message says how."""


class NotSupported(Exception):  # noqa: N818
    """The config is fine, but beyond what Innkeeper does with devices."""


class Fields:
    """Typed access to one component's config (long names, `~` filled in)."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config

    def has(self, key: str) -> bool:
        return self.config.get(key) is not None

    def text(self, key: str, default: str | None = None) -> str | None:
        """Text as the convention coerces it: `false` is "False", 1 is "1"."""
        value = self.config.get(key)
        if value is None:
            return default
        if isinstance(value, str | bool | int | float):
            text = str(value)
            if len(text) <= MOST_TEXT_CHARACTERS:
                return text
        raise BadConfig(f"{key} must be a text")

    def word(self, key: str, default: str) -> str:
        """A text that is never missing."""
        value = self.text(key, default)
        assert value is not None
        return value

    def payload(self, key: str, default: str) -> str | None:
        """Like `word`, but an explicit null takes the ability away: None."""
        if key in self.config and self.config[key] is None:
            return None
        return self.word(key, default)

    def number(self, key: str, default: float) -> float:
        """A finite number; numbers in texts count."""
        value = self.config.get(key)
        if value is None:
            return default
        try:
            number = float(value) if not isinstance(value, bool) else math.nan
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            raise BadConfig(f"{key} must be a number")
        return number

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        number = self.number(key, default)
        if number != int(number) or not low <= number <= high:
            raise BadConfig(f"{key} must be a whole number from {low} to {high}")
        return int(number)

    def flag(self, key: str, default: bool) -> bool:
        value = self.config.get(key)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        if word in ("1", "true", "yes", "on", "enable"):
            return True
        if word in ("0", "false", "no", "off", "disable"):
            return False
        raise BadConfig(f"{key} must be true or false")

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of texts; a lone one is a list of one."""
        value = self.config.get(key)
        if value is None:
            return default
        items = value if isinstance(value, list) else [value]
        if len(items) > MOST_LIST_ITEMS or not all(
            isinstance(item, str | bool | int | float) for item in items
        ):
            raise BadConfig(f"{key} must be a list of texts")
        return tuple(str(item) for item in items)

    def topic(self, key: str) -> str | None:
        """A topic to publish to, or a topic or filter to listen at, as the key says."""
        value = self.config.get(key)
        if value is None:
            return None
        return checked_topic(key, value) if takes_commands(key) else checked_filter(key, value)

    def must_topic(self, key: str) -> str:
        topic = self.topic(key)
        if topic is None:
            raise BadConfig(f"{key} is missing")
        return topic

    def template(
        self, key: str, constants: Mapping[str, object] | None = None, names: frozenset[str] = frozenset()
    ) -> Template | None:
        value = self.config.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise BadConfig(f"{key} must be a template")
        try:
            return compile_template(value, constants, names)
        except BadTemplate as error:
            raise BadConfig(f"{key} is {error}") from error

    def command_qos(self) -> int:
        """Commands go at QoS 1 unless the device asks for another."""
        return self.whole("qos", 1, 0, 2)

    def state_qos(self) -> int:
        return self.whole("qos", 0, 0, 2)


def takes_commands(key: str) -> bool:
    """Whether the field of this name is a topic to publish to; all others are listened at."""
    return key.endswith("command_topic") or key == "set_position_topic"


def checked_topic(key: str, value: object) -> str:
    """The value as a topic name.

    Raises:
        BadConfig: empty, too long, or with a wildcard or NUL in it.
    """
    topic = _checked_text(key, value)
    if "+" in topic or "#" in topic:
        raise BadConfig(f"{key} must be a topic without wildcards")
    return topic


def checked_filter(key: str, value: object) -> str:
    """The value as a topic name or a filter with wildcards, which some gateways of radio sensors use.

    Raises:
        BadConfig: empty, too long, with NUL in it, no filter, or one that is nothing but wildcards.
    """
    topic = _checked_text(key, value)
    levels = topic.split("/")
    for index, level in enumerate(levels):
        if ("+" in level and level != "+") or ("#" in level and (level != "#" or index < len(levels) - 1)):
            raise BadConfig(f"{key} must be a topic, or a filter with its wildcards in their places")
    if all(level in ("+", "#") for level in levels):
        raise BadConfig(f"{key} must not be wildcards alone")
    return topic


def _checked_text(key: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise BadConfig(f"{key} must be a topic")
    try:
        length = len(value.encode())
    except UnicodeEncodeError as error:
        raise BadConfig(f"{key} must be a topic in UTF-8") from error
    if length > MOST_TOPIC_BYTES or "\0" in value:
        raise BadConfig(f"{key} must be a topic of {MOST_TOPIC_BYTES} bytes at most, without NUL")
    return value


def is_topic(value: object) -> bool:
    """Whether the value is a topic name at all."""
    try:
        return bool(checked_topic("", value))
    except BadConfig:
        return False
