"""The things that maintenance keeps: what kinds there are, how long they last, what may be said of one.

An asset is a thing with a maker and a serial number: an apparatus that introduced itself, a gateway, or
something that no broker ever hears of (a boiler, a bed). Pure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from hotel.errors import Invalid, NotFound

MOST_ASSETS = 50_000
LONGEST_AREA = 100
LONGEST: Final[Mapping[str, int]] = {"name": 120, "maker": 120, "model": 120, "serial": 120, "note": 2000}
MOST_LIFE_YEARS = 100.0
MOST_PRICE_CENTS = 10_000_000_00
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)
DEEPEST = 8


class AssetKind(StrEnum):
    SPLIT_AC = "split_ac"
    FAN_COIL = "fan_coil"
    THERMOSTAT = "thermostat"
    LIGHT = "light"
    CURTAIN_MOTOR = "curtain_motor"
    SENSOR = "sensor"
    PANEL = "panel"
    SWITCH = "switch"
    LOCK = "lock"
    GATEWAY = "gateway"
    FAN = "fan"
    HEATER = "heater"
    PLUMBING = "plumbing"
    FURNITURE = "furniture"
    TELEVISION = "television"
    REFRIGERATOR = "refrigerator"
    OTHER = "other"


class AssetSource(StrEnum):
    """Where it was first heard of: a device that was approved, a file, a person."""

    DEVICE = "device"
    CSV = "csv"
    HAND = "hand"


class AssetState(StrEnum):
    IN_USE = "in_use"
    SPARE = "spare"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class UsefulLife:
    """How long things of a kind last. `source`: "ashrae" is published, "assumed" is ours to correct.

    ashrae: ASHRAE Handbook, HVAC Applications, chapter "Owning and operating costs", table of estimated
    service lives (median years).
    """

    years: float
    source: str


USEFUL_LIFE: Final[Mapping[AssetKind, UsefulLife]] = {
    AssetKind.SPLIT_AC: UsefulLife(15, "ashrae"),
    AssetKind.FAN_COIL: UsefulLife(20, "ashrae"),
    AssetKind.THERMOSTAT: UsefulLife(15, "ashrae"),
    AssetKind.HEATER: UsefulLife(15, "ashrae"),
    AssetKind.FAN: UsefulLife(15, "ashrae"),
    AssetKind.LIGHT: UsefulLife(8, "assumed"),
    AssetKind.CURTAIN_MOTOR: UsefulLife(10, "assumed"),
    AssetKind.SENSOR: UsefulLife(8, "assumed"),
    AssetKind.PANEL: UsefulLife(10, "assumed"),
    AssetKind.SWITCH: UsefulLife(15, "assumed"),
    AssetKind.LOCK: UsefulLife(10, "assumed"),
    AssetKind.GATEWAY: UsefulLife(7, "assumed"),
    AssetKind.PLUMBING: UsefulLife(20, "assumed"),
    AssetKind.FURNITURE: UsefulLife(10, "assumed"),
    AssetKind.TELEVISION: UsefulLife(7, "assumed"),
    AssetKind.REFRIGERATOR: UsefulLife(10, "assumed"),
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One thing that is kept.

    `key` is what tickets, meters and lock-outs call it: "device/<id>", "gateway/<name>", or
    "asset/<id>" for what no device stands behind. `life_years` None: its kind's usual life.
    `price_cents` is what a new one costs, in hundredths of the hotel's currency; None: not known.
    `apparatus` is what its device calls itself, `device_room` where that was approved; the asset is in
    `room`. `gone_since`: its device has taken itself back, or was taken out; the asset stays.
    """

    id: str
    key: str
    kind: AssetKind
    name: str
    maker: str | None
    model: str | None
    serial: str | None
    software: str | None
    room: str | None
    area: str | None
    parent_id: str | None
    device_id: str | None
    apparatus: str | None
    device_room: str | None
    source: AssetSource
    installed_on: date | None
    warranty_until: date | None
    life_years: float | None
    price_cents: int | None
    state: AssetState
    note: str | None
    gone_since: datetime | None
    version: int
    made_at: datetime

    @property
    def price(self) -> Decimal | None:
        """What a new one costs, in the hotel's currency."""
        return None if self.price_cents is None else Decimal(self.price_cents) / 100

    @property
    def expected_life_years(self) -> float | None:
        """Its own life, or its kind's; None when nobody knows."""
        usual = USEFUL_LIFE.get(self.kind)
        return self.life_years if self.life_years is not None else usual.years if usual is not None else None

    def in_warranty(self, today: date) -> bool | None:
        """Whether the maker still pays on this day, the last one included; None when nobody knows."""
        return None if self.warranty_until is None else today <= self.warranty_until


@dataclass(frozen=True, slots=True)
class AssetFacts:
    """What a person or a file says of an asset; `given` names what was said, all else stays as it is."""

    given: frozenset[str]
    kind: AssetKind | None = None
    name: str | None = None
    maker: str | None = None
    model: str | None = None
    serial: str | None = None
    parent_id: str | None = None
    installed_on: date | None = None
    warranty_until: date | None = None
    life_years: float | None = None
    price_cents: int | None = None
    state: AssetState | None = None
    note: str | None = None

    def columns(self) -> dict[str, Any]:
        """What was said, by column, ready to be kept."""
        said = {name: getattr(self, name) for name in self.given}
        return {name: value.value if isinstance(value, StrEnum) else value for name, value in said.items()}


def check_facts(facts: AssetFacts) -> AssetFacts:
    """The facts as they are kept: texts trimmed, empty ones as nothing.

    Raises:
        Invalid: an empty name, a text too long, a price or a life below zero, a day out of range.
    """
    cleaned: dict[str, Any] = {}
    for name, most in LONGEST.items():
        if name not in facts.given:
            continue
        text = (getattr(facts, name) or "").strip() or None
        if text is not None and len(text) > most:
            raise Invalid("text_too_long", f"At most {most} characters.", field=name, most=most)
        cleaned[name] = text
    if "name" in facts.given and cleaned["name"] is None:
        raise Invalid("name_needed", "An asset needs a name.", field="name")
    for name in ("kind", "state"):
        if name in facts.given and getattr(facts, name) is None:
            raise Invalid(f"{name}_needed", f"An asset needs a {name}.", field=name)
    check_price(facts.price_cents)
    life = facts.life_years
    if life is not None and not (math.isfinite(life) and 0 < life <= MOST_LIFE_YEARS):
        raise Invalid(
            "bad_life", f"A life is above 0 and at most {MOST_LIFE_YEARS:.0f} years.", field="life_years"
        )
    for name in ("installed_on", "warranty_until"):
        day: date | None = getattr(facts, name)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise Invalid("bad_day", f"A day is from {FIRST_DAY} to {LAST_DAY}.", field=name)
    return replace(facts, **cleaned)


def check_price(price_cents: int | None) -> None:
    """Raises Invalid: below zero, or more than an asset costs."""
    if price_cents is not None and not 0 <= price_cents <= MOST_PRICE_CENTS:
        raise Invalid(
            "bad_price", "A price is not below zero, and not more than ten million.", field="price_cents"
        )


def check_warranty(installed_on: date | None, warranty_until: date | None) -> None:
    """Raises Invalid: the warranty ends before the thing was there."""
    if installed_on is not None and warranty_until is not None and warranty_until < installed_on:
        raise Invalid(
            "warranty_before_installed",
            "The warranty ends before the day it was installed.",
            field="warranty_until",
        )


def check_place(room: str | None, area: str | None) -> tuple[str | None, str | None]:
    """Where an asset is: a room, or a place in words; neither: in nobody's hands.

    Raises:
        Invalid: both, or a place with too many words.
    """
    where = (area or "").strip() or None
    number = (room or "").strip() or None
    if number is not None and where is not None:
        raise Invalid("one_place", "An asset is in a room or in another place, not in both.", field="area")
    if where is not None and len(where) > LONGEST_AREA:
        raise Invalid("area_too_long", f"A place has at most {LONGEST_AREA} characters.", field="area")
    return number, where


def check_parent(asset_id: str, parent_id: str, parents: Mapping[str, str | None]) -> None:
    """
    Args:
        parents: what each asset belongs to.

    Raises:
        Invalid: there is no such asset, the asset would belong to itself, or the chain is too long.
    """
    if parent_id not in parents:
        raise Invalid("unknown_parent", "There is no such asset to belong to.", field="parent_id")
    above: str | None = parent_id
    for _ in range(DEEPEST):
        if above == asset_id:
            raise Invalid("parent_of_itself", "An asset cannot belong to itself.", field="parent_id")
        if above is None:
            return
        above = parents.get(above)
    raise Invalid("too_deep", f"Assets belong to each other over at most {DEEPEST} steps.", field="parent_id")


def unknown_asset(asset_id: str) -> NotFound:
    return NotFound("unknown_asset", "There is no such asset.", asset=asset_id)
