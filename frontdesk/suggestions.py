"""Which room to give to a stay: free ones, ranked, each with its reasons. Pure; the desk decides.

The order: rooms of the booked type before others; what is ready now before what will be ready by the
arrival, that before what will be later; within these what fits the wishes best (a door to the rooms of
the same booking, a room asked for by number, a high or low floor), then what is ready sooner, then what is
sooner at the guest's temperature: for one who stands at the desk that is what they notice. Who needs
no connecting rooms is not given half of a free pair as long as another room is as good.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from frontdesk.ports import RoomTemperature

# What free wishes ask of a room, in the words that guests and desks use. "12" in "room 12" is a room.
_HIGH = re.compile(r"\b(high(er)?|upper|top)\b[ -]*(floor|storey|story|level)s?\b|高楼层|高层|楼层高", re.I)
_LOW = re.compile(r"\b(low(er)?|ground)\b[ -]*(floor|storey|story|level)s?\b|低楼层|低层|楼层低", re.I)
_CONNECTING = re.compile(r"\b(inter)?-?connect(ing|ed)\b|连通房|相连|连门", re.I)
_WORD = re.compile(r"[0-9A-Za-z]+")

# What a reason is worth beside the others.
_WORTH = {"connects_to": 8, "room_asked_for": 4, "connecting_pair": 2, "high_floor": 1, "low_floor": 1}
# High is the upper third of the storeys, low the lower.
_THIRD = 3
_STEP_MINUTES, _UNKNOWN_MINUTES = 5.0, 30.0


@dataclass(frozen=True, slots=True)
class RoomWishes:
    """What a stay's wishes ask of its room; `words` are those that could be a room's number."""

    high_floor: bool = False
    low_floor: bool = False
    connecting: bool = False
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WantedRoom:
    """What a stay needs.

    Attributes:
        needed_at: when the guest comes; now for one who is in the house.
        together: rooms of the other stays of the same booking at that time.
        together_waiting: how many of those have no room yet.
    """

    room_type: str
    needed_at: datetime
    wishes: RoomWishes = RoomWishes()
    together: frozenset[str] = frozenset()
    together_waiting: int = 0


@dataclass(frozen=True, slots=True)
class FreeRoom:
    """A room that no other stay has in these nights. `connecting`: rooms with a door to it."""

    number: str
    floor: str
    room_type: str
    connecting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Readiness:
    """`at` None: nobody can tell when."""

    ready: bool
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Codes: `ready_now`, `ready_by_arrival` (at), `ready_later` (at), `ready_unknown`, `type_booked`,
    `other_type`, `connects_to` (room), `connecting_pair` (room), `room_asked_for`, `high_floor`,
    `low_floor` (floor), `at_temperature`, `at_temperature_by` (at), `at_temperature_later` (at)."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggestion:
    room: FreeRoom
    readiness: Readiness
    reasons: tuple[Reason, ...]


def room_wishes(texts: Iterable[str]) -> RoomWishes:
    """What free wishes ask of a room, as far as their words tell."""
    said = list(texts)
    return RoomWishes(
        high_floor=any(_HIGH.search(text) for text in said),
        low_floor=any(_LOW.search(text) for text in said),
        connecting=any(_CONNECTING.search(text) for text in said),
        words=frozenset(word.casefold() for text in said for word in _WORD.findall(text)),
    )


def suggest(
    wanted: WantedRoom,
    free: Sequence[FreeRoom],
    readiness: Mapping[str, Readiness],
    floors: Collection[str],
    most: int,
    temperatures: Mapping[str, RoomTemperature] | None = None,
) -> list[Suggestion]:
    """The best `most` rooms, best first.

    Args:
        free: in the order of their numbers.
        readiness: by room; a room that is not in it is not for sale in these nights.
        floors: every floor of the house, in any order.
        temperatures: by room, when it could be at the guest's temperature; it never keeps a room from being
            suggested, and one of which nobody can tell counts as half an hour late.
    """
    pairs = {room.number for room in free if room.number in readiness}
    storey = {floor: place for place, floor in enumerate(sorted(floors, key=_floor_order))}
    ranked = []
    for place, room in enumerate(free):
        ready = readiness.get(room.number)
        if ready is None:
            continue
        when, group = _when(ready, wanted.needed_at)
        fits = _fits(wanted, room, pairs, storey)
        same_type = room.room_type == wanted.room_type
        kind = Reason("type_booked" if same_type else "other_type")
        splits = not _wants_pair(wanted) and any(other in pairs for other in room.connecting)
        later = ready.at.timestamp() if group and ready.at is not None else 0.0
        warm = None if temperatures is None else temperatures.get(room.number)
        late = 0.0 if temperatures is None else _late(warm, wanted.needed_at)
        worth = sum(_WORTH[reason.code] for reason in fits)
        key = (not same_type, group, -worth, later, late, splits, place)
        ranked.append((key, Suggestion(room, ready, (when, kind, *fits, *_warm(warm, wanted.needed_at)))))
    ranked.sort(key=lambda entry: entry[0])
    return [suggestion for _, suggestion in ranked[:most]]


def _when(ready: Readiness, needed_at: datetime) -> tuple[Reason, int]:
    """When the room can be entered, and how good that is: 0 now, 1 in time, 2 late, 3 unknown."""
    if ready.ready:
        return Reason("ready_now"), 0
    if ready.at is None:
        return Reason("ready_unknown"), 3
    at = {"at": ready.at}
    return (Reason("ready_by_arrival", at), 1) if ready.at <= needed_at else (Reason("ready_later", at), 2)


def _late(warm: RoomTemperature | None, needed_at: datetime) -> float:
    """Minutes that the guest would wait for their temperature, in steps that are worth a choice."""
    if warm is not None and warm.ready:
        return 0.0
    if warm is None or warm.at is None:
        return _UNKNOWN_MINUTES
    return max(0.0, (warm.at - needed_at).total_seconds() / 60) // _STEP_MINUTES * _STEP_MINUTES


def _warm(warm: RoomTemperature | None, needed_at: datetime) -> list[Reason]:
    if warm is None:
        return []
    if warm.ready:
        return [Reason("at_temperature")]
    if warm.at is None:
        return []
    return [Reason("at_temperature_by" if warm.at <= needed_at else "at_temperature_later", {"at": warm.at})]


def _wants_pair(wanted: WantedRoom) -> bool:
    return wanted.wishes.connecting or bool(wanted.together) or wanted.together_waiting > 0


def _fits(
    wanted: WantedRoom, room: FreeRoom, free: Collection[str], storey: Mapping[str, int]
) -> list[Reason]:
    found = []
    door = next((other for other in room.connecting if other in wanted.together), None)
    pair = next((other for other in room.connecting if other in free), None)
    if door is not None:
        found.append(Reason("connects_to", {"room": door}))
    elif pair is not None and (wanted.wishes.connecting or wanted.together_waiting > 0):
        found.append(Reason("connecting_pair", {"room": pair}))
    if room.number.casefold() in wanted.wishes.words:
        found.append(Reason("room_asked_for"))
    place, count = storey.get(room.floor, 0), len(storey)
    if wanted.wishes.high_floor and count > 1 and place >= count - max(1, count // _THIRD):
        found.append(Reason("high_floor", {"floor": room.floor}))
    if wanted.wishes.low_floor and count > 1 and place < max(1, count // _THIRD):
        found.append(Reason("low_floor", {"floor": room.floor}))
    return found


def _floor_order(floor: str) -> tuple[int, int, str]:
    """Numbered floors by their number, named ones before them."""
    text = floor.strip()
    return (1, int(text), "") if text.lstrip("-").isdecimal() else (0, 0, text)
