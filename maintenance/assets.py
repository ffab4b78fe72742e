"""The things that maintenance keeps: what kinds there are, how long they last, what may be said of one.

An asset is a thing with a maker and a serial number: an apparatus that introduced itself, a gateway, or
something that no broker ever hears of (a boiler, a bed). Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final


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
    `gone_since`: its device has taken itself back, or was taken out; the asset stays.
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
