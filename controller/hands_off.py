"""Hands off: a room, a floor or the whole property to which nothing is sent until somebody lifts it.

For people at work on the devices. Who stands in the room operates them by hand as ever; only the house
and its screens keep still. Who asked for it and why is part of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hotel.errors import Invalid

PROPERTY = "property"
LONGEST_REASON = 200

Kind = Literal["property", "floor", "room"]


@dataclass(frozen=True, slots=True)
class HandsOff:
    """One switch that is on. `scope` is "property", "floor:4" or "room:412"; `since` is hotel time."""

    scope: str
    reason: str
    by: str
    since: datetime

    def where(self) -> str:
        """The scope in words."""
        return "the whole house" if self.scope == PROPERTY else self.scope.replace(":", " ", 1)


def parse_scope(scope: str) -> tuple[Kind, str]:
    """Kind and name of a scope; the property has no name.

    Raises:
        Invalid: it is none of the three forms.
    """
    if scope == PROPERTY:
        return "property", ""
    kind, _, name = scope.partition(":")
    if name and kind == "floor":
        return "floor", name
    if name and kind == "room":
        return "room", name
    raise Invalid(
        "bad_scope",
        'A scope is "property", a floor such as "floor:4", or a room such as "room:412".',
        scope=scope,
    )


def covers(scope: str, room: str, floor: str) -> bool:
    """Whether a scope is over a room of that floor."""
    return scope in (PROPERTY, f"floor:{floor}", f"room:{room}")


def over_room(switches: Iterable[HandsOff], room: str, floor: str) -> tuple[HandsOff, ...]:
    """The switches over a room, oldest first."""
    found = [switch for switch in switches if covers(switch.scope, room, floor)]
    return tuple(sorted(found, key=lambda switch: (switch.since, switch.scope)))
