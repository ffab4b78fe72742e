"""An edit names what it changes; what it does not name stays. None is a value, UNSET is not."""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Unset(Enum):
    UNSET = "unset"


UNSET = Unset.UNSET


def given(changes: DataclassInstance) -> dict[str, Any]:
    """The fields of `changes` that are named, with their values."""
    named = {field.name: getattr(changes, field.name) for field in fields(changes)}
    return {name: value for name, value in named.items() if value is not UNSET}
