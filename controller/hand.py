"""Whose doing is a report that differs from what we asked: the device's own, or a person's?

The rules are DESIGN §3's. *Echo*: the old value comes back before the device has settled, or it obeys
a command that we have overtaken meanwhile. *Revert*:
the device lost our wish, for it was just born again or nobody is there who could have touched it.
Everything else a person did, and a person is not fought.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from controller.entities import Value
from controller.readings import Presence

Doing = Literal["wanted", "unknown", "first_word", "echo", "moving", "revert", "guest", "housekeeping"]


@dataclass(frozen=True, slots=True)
class Differing:
    """A change of a property that can be commanded, and what was going on. Transport seconds."""

    previous: Value
    value: Value
    at_monotonic: float
    matches_wish: bool
    # Something was asked of this property or this entity at all.
    wish: Value
    heard_before: bool
    # Last send to this very property, and what it was before; to any property of the entity.
    sent_monotonic: float | None
    value_before_send: Value
    # The value answers one of our own commands, though it is wanted no longer.
    answers_us: bool
    entity_sent_monotonic: float | None
    # A command to this property has not ended yet.
    outstanding: bool
    # The property travels (a curtain) or fades (a lamp) to its value.
    travels: bool
    born_monotonic: float
    relinked_monotonic: float
    presence: Presence
    occupied: bool


def whose_doing(
    change: Differing,
    *,
    settle_seconds: float,
    travel_seconds: float,
    revert_seconds: float,
) -> Doing:
    """Classify one change. `matches_wish` counts units, steps and rounding."""
    if change.matches_wish:
        return "wanted"
    if change.value is None:
        return "unknown"
    if not change.heard_before or change.previous is None:
        return "first_word"
    if change.answers_us:
        # We changed our mind while the device did as it was told: that is no hand either.
        return "echo"
    now = change.at_monotonic
    if change.sent_monotonic is not None:
        since_send = now - change.sent_monotonic
        if since_send <= settle_seconds and (change.outstanding or change.value == change.value_before_send):
            return "echo"
        if change.travels and change.outstanding and since_send <= travel_seconds:
            return "moving"
    entity_sent = change.entity_sent_monotonic
    if (
        entity_sent is not None
        and entity_sent != change.sent_monotonic
        and now - entity_sent <= settle_seconds
    ):
        # Many devices rewrite the setpoint when the mode changes; we put that right, nobody did it.
        return "echo"
    reborn = max(change.born_monotonic, change.relinked_monotonic)
    # A report that was received just before we took note of the new link came over it all the same.
    if now - reborn <= revert_seconds:
        return "revert" if change.wish is not None else "first_word"
    if change.presence == "empty":
        return "revert"
    return "guest" if change.occupied else "housekeeping"
