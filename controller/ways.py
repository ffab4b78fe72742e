"""What an engineer vouches for when a device is approved: what a command to it sends, and where.

A device may describe itself anew at any time: more sensors, other names, another range. It goes on
working then. But when a command would go to another topic, or say something else, nobody has agreed
to that: the device waits again, nothing is sent to it, and what it reports still counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

# How a device is commanded, by the names its config has for it (topic, template, payload). The house
# compares and shows it; only the gateway knows what it means.
Ways = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ChangedWay:
    """One thing about how a device is commanded that is no longer what was approved. None: not there."""

    name: str
    old: str | None
    new: str | None


def after_update(vouched: Ways | None, before: Ways, now: Ways) -> Ways | None:
    """What was approved, when it is not how the device is commanded now; None: there is nothing to ask.

    A device that goes back to what was approved asks no longer.

    Args:
        vouched: what this function said of the update before; None when the device did not ask.
        before: how the device was commanded until now.
        now: how it wants to be commanded from now on.
    """
    approved = before if vouched is None else vouched
    return None if dict(approved) == dict(now) else dict(approved)


def changed_ways(vouched: Ways, now: Ways) -> list[ChangedWay]:
    """What differs, in the order of the names."""
    return [
        ChangedWay(name, vouched.get(name), now.get(name))
        for name in sorted({*vouched, *now})
        if vouched.get(name) != now.get(name)
    ]


def offer_of(ways: Ways) -> str:
    """A short mark of how a device is commanded: an approval names the one that the engineer saw."""
    told = "\x00".join(f"{name}\x01{ways[name]}" for name in sorted(ways))
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
