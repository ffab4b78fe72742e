"""What a device's template can end with instead of a text."""

from __future__ import annotations

from typing import Final

# Stands for a default that was not given: None is one.
MISSING: Final = object()


class Refused(Exception):  # noqa: N818 - a verdict, not a defect
    """The template asks for more than a device's template needs."""


class NotDefined(Exception):  # noqa: N818
    """`is_defined` found nothing: the payload says nothing of this value."""
