"""The house's words and units into payloads. Commands are never retained, whatever a config asks."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping

from controller.entities import Value
from gateway.mqtt.link import Outgoing
from gateway.mqtt.template_values import UNDEFINED, CommandScope
from gateway.mqtt.templates import Template


class Unsendable(Exception):  # noqa: N818 - a verdict, not a defect
    """The order asks for what the entity cannot do; the message says what."""


def command(topic: str, value: object, template: Template | None, qos: int, **names: object) -> Outgoing:
    """One command: the value as it prints, or what the device's template makes of it."""
    if template is None:
        return Outgoing(topic, str(value).encode(), qos)
    return Outgoing(topic, _bytes_of(template.render(CommandScope(value, names))), qos)


def rendered(topic: str, template: Template, qos: int, names: Mapping[str, object]) -> Outgoing:
    """One command that a template makes of names alone."""
    return Outgoing(topic, _bytes_of(template.render(CommandScope(UNDEFINED, names))), qos)


def _bytes_of(rendered_text: str) -> bytes:
    """The payload: a template that makes bytes (`pack`) prints them as Python writes them."""
    if rendered_text.startswith(("b'", 'b"')):
        try:
            found = ast.literal_eval(rendered_text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            found = None
        if isinstance(found, bytes):
            return found
    return rendered_text.encode()


def number_of(name: str, value: Value, low: float, high: float) -> float:
    """The value as a number within its range.

    Raises:
        Unsendable: it is none, or outside.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Unsendable(f"{name} must be a number")
    # Half of a thousandth: what unit conversion costs must not refuse the limit itself.
    if not low - 5e-4 <= value <= high + 5e-4:
        raise Unsendable(f"{name} must be from {low:g} to {high:g}, not {value:g}")
    return min(high, max(low, float(value)))


def option_of(name: str, value: Value, options: tuple[str, ...]) -> str:
    """The value as one of the listed words."""
    if not isinstance(value, str) or value not in options:
        raise Unsendable(f"{name} must be one of {', '.join(options)}")
    return value


def flag_of(name: str, value: Value) -> bool:
    if not isinstance(value, bool):
        raise Unsendable(f"{name} must be true or false")
    return value


def only(values: Mapping[str, Value], accepts: frozenset[str]) -> None:
    """Refuse an order that asks for anything else."""
    for name in values:
        if name not in accepts:
            raise Unsendable(f"the device takes no {name}")


def stepped(value: float, step: float) -> float:
    """The nearest multiple of the step, without the dust of binary fractions."""
    return round(round(value / step) * step, 6)


def fahrenheit(celsius: float) -> float:
    return celsius * 9.0 / 5.0 + 32.0
