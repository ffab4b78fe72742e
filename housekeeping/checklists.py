"""Checklists of tasks: by kind and room type, in versions that are never changed. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotel.errors import Invalid
from housekeeping.tasks import TaskKind

MOST_ITEMS = 40
LONGEST_ITEM = 120


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One line. `key` stays the same over the versions as long as the line means the same."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Checklist:
    id: str
    version: int
    items: tuple[ChecklistItem, ...]


@dataclass(frozen=True, slots=True)
class TwoVersions:
    """Ticks were made on another version than the task goes by: both are shown, nothing is lost."""

    seen: Checklist
    sent: Mapping[str, bool]
    current: Checklist


def checklist_id(kind: TaskKind, room_type: str | None) -> str:
    """The name of the checklist for this kind, or for this kind in rooms of one type."""
    return f"{kind.value}:{room_type}" if room_type else kind.value


def checklist_for(known: Mapping[str, Checklist], kind: TaskKind, room_type: str | None) -> Checklist | None:
    """The room type's own checklist, else the one for all types; None when there is none or it is empty."""
    found = known.get(checklist_id(kind, room_type)) or known.get(checklist_id(kind, None))
    return found if found is not None and found.items else None


def clean_items(items: Sequence[tuple[str | None, str]]) -> tuple[ChecklistItem, ...]:
    """The lines as they are kept: (key, text), keys made where there are none.

    Raises:
        Invalid: too many lines, an empty or too long one, a key that is malformed or comes twice.
    """
    if len(items) > MOST_ITEMS:
        raise Invalid(
            "too_many_items", f"A checklist has at most {MOST_ITEMS} lines.", field="items", most=MOST_ITEMS
        )
    given = {key for key, _ in items if key}
    kept: list[ChecklistItem] = []
    number = 0
    for key, text in items:
        cleaned = " ".join(text.split())
        if not 1 <= len(cleaned) <= LONGEST_ITEM or not cleaned.isprintable():
            raise Invalid(
                "bad_item", f"A line has 1 to {LONGEST_ITEM} characters.", field="items", longest=LONGEST_ITEM
            )
        while not key:
            number += 1
            candidate = f"item-{number}"
            if candidate not in given:
                key = candidate
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", key):
            raise Invalid(
                "bad_item_key", "A line's key has 1 to 40 of a-z, 0-9, - and _.", field="items", key=key[:40]
            )
        if any(item.key == key for item in kept):
            raise Invalid("item_twice", f"The line {key!r} comes twice.", field="items", key=key)
        kept.append(ChecklistItem(key, cleaned))
    return tuple(kept)


def merge_ticks(
    current: Checklist, seen: Checklist | None, kept: Mapping[str, bool], sent: Mapping[str, bool]
) -> tuple[dict[str, bool], TwoVersions | None]:
    """The task's ticks after `sent` came in, and both versions when it was made on another one.

    What both versions know counts; the rest stays in the task's history.

    Args:
        current: what the task goes by.
        seen: what the tablet showed; None = the same.

    Raises:
        Invalid: a line that the tablet's version does not have either.
    """
    shown = seen or current
    unknown = sorted(set(sent) - {item.key for item in shown.items})
    if unknown:
        raise Invalid(
            "unknown_item", f"The checklist has no line {unknown[0]!r}.", field="checklist", keys=unknown[:20]
        )
    keys = {item.key for item in current.items}
    merged = {**kept, **{key: done for key, done in sent.items() if key in keys}}
    differs = shown.version != current.version
    return merged, TwoVersions(shown, sent, current) if differs else None
