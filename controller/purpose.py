"""What a discovered entity is for in a room, and which room it seems to belong to.

Both are guesses from how the device introduced itself; an engineer's word replaces them.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from types import MappingProxyType

from controller.entities import Component, EntityDescription
from controller.readings import Purpose

_SEPARATORS = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")
_ROOM_WORD = re.compile(r"(?:room|rm|zimmer|suite|房间|房)[\s_.#-]*([0-9a-z]+(?:-[0-9a-z]+)?)", re.IGNORECASE)
_TOKEN = re.compile(r"[0-9a-z]+", re.IGNORECASE)

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
SERIES: Mapping[tuple[Purpose, str], str] = MappingProxyType(
    {
        ("room_temperature", "value"): "temperature_celsius",
        ("room_humidity", "value"): "humidity_percent",
        ("outdoor_temperature", "value"): "outdoor_celsius",
        ("power", "value"): "power_watts",
        ("window", "on"): "window_open",
        ("door", "on"): "door_open",
        ("presence", "on"): "presence",
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


def suggested_room(entity: EntityDescription, rooms: Container[str]) -> str | None:
    """The room that the entity seems to be in: by its area, then its topic, then its names.

    Args:
        rooms: the numbers that exist; nothing else is ever suggested.
    """
    path = entity.key.partition("/")[2]
    for text in (entity.device.suggested_area, path, entity.device.name, entity.name):
        if text and (found := _room_in(text, rooms)):
            return found
    return None


def _room_in(text: str, rooms: Container[str]) -> str | None:
    if text.strip() in rooms:
        return text.strip()
    for named in _ROOM_WORD.findall(text):
        if named in rooms:
            return str(named)
        if (first := named.partition("-")[0]) in rooms:
            return str(first)
    for token in _TOKEN.findall(text):
        if token in rooms:
            return str(token)
        # "r412", "rm412": letters glued to the number
        if (bare := token.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) and bare in rooms:
            return str(bare)
    return None
