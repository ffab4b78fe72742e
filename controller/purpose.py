"""What a discovered entity is for in a room, and which room it seems to belong to.

Both are guesses from how the device introduced itself; an engineer's word replaces them.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from types import MappingProxyType

from controller.entities import Component, EntityDescription
from controller.readings import Purpose

_SEPARATORS = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")
_ROOM_WORD = re.compile(r"(?:room|rm|zimmer|suite|房间|房)[\s_.#-]*([0-9a-z]+(?:-[0-9a-z]+)?)", re.IGNORECASE)
_TOKEN = re.compile(r"[0-9a-z]+", re.IGNORECASE)
_FLOOR = re.compile(
    r"(?<![a-z])(?:floor|level|etage|building|tower|block|wing)[\s_.#-]*\d+(?![0-9a-z])|\d+\s*(?:楼|层|栋|座)",
    re.IGNORECASE,
)
_LETTERS = string.ascii_letters

# A phrase names the purpose when all its words stand in the entity's own names. First match wins.
_DO_NOT_DISTURB = (("dnd",), ("do", "not", "disturb"), ("donotdisturb",), ("请勿打扰",))
_MAKE_UP_ROOM = (
    ("mur",),
    ("make", "up"),
    ("makeup",),
    ("clean", "room"),
    ("please", "clean"),
    ("请即打扫",),
    ("请即清理",),
)
_OUTDOOR = (("outdoor",), ("outdoors",), ("outside",), ("weather",), ("exterior",), ("室外",))
_BEDSIDE = (("bedside",), ("bed",), ("nightstand",), ("reading",), ("床头灯",), ("床头",))
_CEILING = (("ceiling",), ("main",), ("overhead",), ("downlight",), ("downlights",), ("吸顶灯",), ("主灯",))
_WINDOW = (("window",), ("balcony",), ("窗",), ("窗户",), ("阳台",))
_DOOR = (("door",), ("entrance",), ("门",), ("房门",))
_LIGHT = (("light",), ("lamp",), ("lights",), ("灯",))

_COVER_CLASSES = frozenset({"curtain", "blind", "shade", "shutter", None})

# What a property of an entity is called in the time series of its room; all others keep their name.
SERIES: Mapping[Purpose, Mapping[str, str]] = MappingProxyType(
    {
        "room_temperature": {"value": "temperature_celsius"},
        "room_humidity": {"value": "humidity_percent"},
        "outdoor_temperature": {"value": "outdoor_celsius"},
        "power": {"value": "power_watts"},
        "window": {"on": "window_open"},
        "door": {"on": "door_open"},
        "presence": {"on": "presence"},
    }
)


def purpose_of(entity: EntityDescription) -> Purpose:
    """The purpose of an entity, by its component, device class and names."""
    words = _words(entity)
    match entity.component:
        case Component.CLIMATE:
            return "air_conditioner"
        case Component.LIGHT:
            return _lamp(words)
        case Component.COVER:
            return "curtain" if entity.device_class in _COVER_CLASSES else "other"
        case Component.SWITCH:
            return _panel(words) or (_lamp(words) if _speaks(words, _LIGHT) else "other")
        case Component.SENSOR:
            return _sensor(entity, words)
        case Component.BINARY_SENSOR:
            return _contact(entity, words)
        case _:
            return "other"


def _words(entity: EntityDescription) -> frozenset[str]:
    text = f"{entity.key.partition('/')[2]} {entity.name}".lower()
    return frozenset(_SEPARATORS.split(text))


def _speaks(words: frozenset[str], phrases: tuple[tuple[str, ...], ...]) -> bool:
    return any(all(word in words for word in phrase) for phrase in phrases)


def _panel(words: frozenset[str]) -> Purpose | None:
    if _speaks(words, _DO_NOT_DISTURB):
        return "do_not_disturb"
    if _speaks(words, _MAKE_UP_ROOM):
        return "make_up_room"
    return None


def _lamp(words: frozenset[str]) -> Purpose:
    if _speaks(words, _BEDSIDE):
        return "bedside_light"
    return "ceiling_light" if _speaks(words, _CEILING) else "light"


def _sensor(entity: EntityDescription, words: frozenset[str]) -> Purpose:
    outdoor = _speaks(words, _OUTDOOR)
    match entity.device_class:
        case "temperature":
            return "outdoor_temperature" if outdoor else "room_temperature"
        case "humidity":
            return "other" if outdoor else "room_humidity"
        case "power":
            return "power"
    return "other"


def _contact(entity: EntityDescription, words: frozenset[str]) -> Purpose:
    match entity.device_class:
        case "window":
            return "window"
        case "door" | "garage_door" | "opening" | "lock":
            # zigbee contacts all call themselves doors: the name knows better
            return "window" if _speaks(words, _WINDOW) and not _speaks(words, _DOOR) else "door"
        case "occupancy" | "motion" | "presence":
            return "presence"
    if named := _panel(words):
        return named
    if entity.device_class is None and _speaks(words, _WINDOW):
        return "window"
    if entity.device_class is None and _speaks(words, _DOOR):
        return "door"
    return "other"


def suggested_room(
    entity: EntityDescription, rooms: Container[str], topics: Sequence[str] = ()
) -> str | None:
    """The room that the entity seems to be in: by its area, its names on the wire, its own names.

    A text that names two rooms ("between 411 and 412") suggests neither, and floors are no rooms.

    Args:
        rooms: the numbers that exist; nothing else is ever suggested.
        topics: where it speaks and listens.
    """
    path = entity.key.partition("/")[2]
    for text in (entity.device.suggested_area, path, *topics, entity.device.name, entity.name):
        if text and (found := _room_in(text, rooms)):
            return found
    return None


def _room_in(text: str, rooms: Container[str]) -> str | None:
    text = unicodedata.normalize("NFKC", text).strip()  # full-width digits are digits
    if text in rooms:
        return text
    text = _FLOOR.sub(" ", text)
    for way in (_named_rooms, _bare_rooms):
        found = dict.fromkeys(number for number in way(text, rooms))
        if found:
            return next(iter(found)) if len(found) == 1 else None
    return None


def _named_rooms(text: str, rooms: Container[str]) -> Iterator[str]:
    for named in _ROOM_WORD.findall(text):
        # "Suite 412-1" is the first part of suite 412, unless there is a room of that very number.
        for number in (named, named.partition("-")[0], named.lstrip("0")):
            if number in rooms:
                yield number
                break


def _bare_rooms(text: str, rooms: Container[str]) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        # "r412", "rm412": letters glued to the number; "0412": a number filled up
        for number in (token, token.lstrip(_LETTERS), token.lstrip("0")):
            if number and number in rooms:
                yield number
                break
