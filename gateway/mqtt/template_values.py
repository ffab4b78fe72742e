"""What templates are made of, whoever renders them: their verdicts, what they see, and how values print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

MOST_OUTPUT_CHARACTERS = 65_536


class Unsupported(Exception):  # noqa: N818 - a verdict, not a defect
    """The template is beyond the compiled forms; the message says what in it is."""


class BadTemplate(Exception):  # noqa: N818
    """Not a template at all, or too long."""


class RenderFailed(Exception):  # noqa: N818
    """The template cannot be rendered with this message: a missing name, a text that is no number."""


class NotDefined(RenderFailed):
    """`is_defined` found nothing: the payload says nothing of this value, which is no fault."""


class MustWait(Exception):  # noqa: N818
    """Only the worker can render this template, and who asks may not wait for it."""


class Beyond(Exception):  # noqa: N818
    """Only with this message does the template turn out to be beyond the compiled forms."""


class Undefined:
    """What a missing key gives: renders empty, is false, and cannot be reached into."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "Undefined"

    def __str__(self) -> str:
        return ""


UNDEFINED: Final = Undefined()
NO_DEFAULT: Final = object()


class Before:
    """What `this` gives: the entity as it was before. Whoever keeps it says nothing new of the value."""

    def _unsaid(self, *_: object) -> Any:
        raise NotDefined("the payload says nothing of this value")

    __str__ = __bool__ = __eq__ = __ne__ = __len__ = __contains__ = __iter__ = _unsaid
    __float__ = __int__ = __lt__ = __le__ = __gt__ = __ge__ = _unsaid
    __hash__ = object.__hash__


BEFORE: Final = Before()


class Scope(Protocol):
    """What a template sees. `value_json` is `UNDEFINED` when the payload is no JSON."""

    @property
    def value(self) -> object: ...

    @property
    def value_json(self) -> object: ...


class CommandScope:
    """What a command template sees: the value to be sent, and names that the component gives."""

    __slots__ = ("names", "value", "value_json")

    def __init__(self, value: object, names: Mapping[str, object] | None = None) -> None:
        self.value = value
        self.value_json: object = UNDEFINED
        self.names = names or {}


def text_of(value: object) -> str:
    """How a value looks when a template prints it."""
    if isinstance(value, str):
        text = value
    else:
        try:
            text = str(value)
        except (RecursionError, ValueError) as error:
            raise RenderFailed("the value cannot be printed") from error
    if len(text) > MOST_OUTPUT_CHARACTERS:
        raise RenderFailed("the text is too long")
    return text.strip()


def printed(value: object) -> str:
    return value if isinstance(value, str) else text_of(value)


def bounded(text: str) -> str:
    if len(text) > MOST_OUTPUT_CHARACTERS:
        raise RenderFailed("the text is too long")
    return text


def item_of(holder: object, key: object) -> object:
    if holder is BEFORE:
        return BEFORE
    if holder is UNDEFINED:
        raise RenderFailed(f"there is nothing to take {str(key)[:40]!r} from")
    try:
        if isinstance(holder, dict):
            return holder.get(key, UNDEFINED)
        if isinstance(holder, str | list | tuple) and isinstance(key, int):
            return holder[key]
    except (TypeError, IndexError):
        return UNDEFINED
    return UNDEFINED


def number_of(value: object) -> Any:
    if not isinstance(value, int | float):
        raise RenderFailed(f"{text_of(value)[:40]!r} is no number")
    return value
