"""What the registry learns from devices by itself: who is new, who changed, who went, who is gone.

Devices tell their maker, model, serial number, software and what they hang on; what a person has set is
never overwritten by them. Where an asset is: who spoke last is right, the approval of its device or the
person who moved it. Nothing is ever taken out because a device is gone.

Pure.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from maintenance.assets import DEEPEST, LONGEST, Asset, AssetKind

FOLLOWED: Final = ("kind", "name", "maker", "model", "serial", "software")
_LIGHTS = frozenset({"ceiling_light", "bedside_light", "light"})
_PANELS = frozenset({"do_not_disturb", "make_up_room"})
_UNITS: Final[Mapping[str, AssetKind]] = {
    "split": AssetKind.SPLIT_AC,
    "two_pipe": AssetKind.FAN_COIL,
    "four_pipe": AssetKind.FAN_COIL,
    "electric_heat": AssetKind.HEATER,
}
_COMPONENTS: Final[Mapping[str, AssetKind]] = {
    "climate": AssetKind.THERMOSTAT,
    "light": AssetKind.LIGHT,
    "cover": AssetKind.CURTAIN_MOTOR,
    "lock": AssetKind.LOCK,
    "fan": AssetKind.FAN,
    "switch": AssetKind.SWITCH,
    "sensor": AssetKind.SENSOR,
    "binary_sensor": AssetKind.SENSOR,
}


@dataclass(frozen=True, slots=True)
class ApparatusPart:
    """One entity of an apparatus: its id, what it is for, and what it is on the wire."""

    id: str
    purpose: str
    component: str


@dataclass(frozen=True, slots=True)
class Apparatus:
    """A thing on the wall that was approved, as it introduced itself; its main part first.

    `key` is what it calls itself, `via` what the thing that it hangs on calls itself. `unit` is what
    cools and heats its room.
    """

    key: str
    name: str
    maker: str | None
    model: str | None
    serial: str | None
    software: str | None
    room: str | None
    via: str | None
    parts: tuple[ApparatusPart, ...]
    unit: str = "split"


@dataclass(frozen=True, slots=True)
class KeptAsset:
    """An asset as it stands in the registry. `by_hand`: columns that a person has set."""

    asset: Asset
    keys: frozenset[str]
    by_hand: frozenset[str]


@dataclass(frozen=True, slots=True)
class Learned:
    """What is to be written of one apparatus.

    `asset_id` None: it is new, with `key`. `keys`: names that it does not have yet. `went`: it stands in
    another room now. `parent`: the apparatus that it hangs on now. `gone`: it went, or (False) it is back.
    """

    apparatus: str
    asset_id: str | None
    key: str
    keys: frozenset[str] = frozenset()
    columns: Mapping[str, Any] = field(default_factory=dict)
    went: bool = False
    room: str | None = None
    parent: str | None = None
    gone: bool | None = None


def kind_of(apparatus: Apparatus, rooms_served: int) -> AssetKind:
    """What kind of thing an apparatus is, by what it can do. `rooms_served`: that hang on it."""
    if rooms_served > 1:
        return AssetKind.GATEWAY
    purposes = {part.purpose for part in apparatus.parts}
    if "air_conditioner" in purposes:
        return _UNITS.get(apparatus.unit, AssetKind.SPLIT_AC)
    if purposes & _PANELS:
        return AssetKind.PANEL
    if purposes & _LIGHTS:
        return AssetKind.LIGHT
    return _COMPONENTS.get(apparatus.parts[0].component, AssetKind.OTHER)


def learned(things: Sequence[Apparatus], kept: Sequence[KeptAsset]) -> list[Learned]:
    """What differs between the devices that are there and the registry; empty when nothing does.

    Args:
        things: every approved apparatus; none twice.
        kept: every asset.
    """
    there = {thing.key for thing in things}
    served: dict[str, set[str | None]] = {}
    for thing in things:
        if thing.via is not None:
            served.setdefault(thing.via, set()).add(thing.room)
    by_apparatus = {one.asset.apparatus: one for one in kept if one.asset.apparatus is not None}
    by_key = {key: one for one in kept for key in one.keys}
    main_keys = {one.asset.key for one in kept}
    ids = {name: one.asset.id for name, one in by_apparatus.items()}
    above = _above(things)
    found: list[Learned] = []
    for gateway in sorted(served.keys() - there):
        if (known := by_apparatus.get(gateway)) is None:
            found.append(_new_gateway(gateway))
        elif known.asset.gone_since is not None:
            found.append(Learned(gateway, known.asset.id, known.asset.key, gone=False))
    for thing in things:
        rooms = served.get(thing.key, set())
        names = {f"device/{part.id}" for part in thing.parts} | ({f"gateway/{thing.key}"} if rooms else set())
        known = by_apparatus.get(thing.key) or _renamed(names, by_key, there | served.keys())
        kind = kind_of(thing, len(rooms))
        one = (
            _new(thing, kind, names, main_keys, above[thing.key])
            if known is None
            else _changed(thing, kind, names, known, ids, above[thing.key])
        )
        if one is not None:
            found.append(one)
            main_keys.add(one.key)
    seen = there | served.keys() | {one.apparatus for one in found}
    taken_over = {one.asset_id for one in found}
    found += [
        Learned(name, one.asset.id, one.asset.key, gone=True)
        for name, one in by_apparatus.items()
        if name not in seen and one.asset.gone_since is None and one.asset.id not in taken_over
    ]
    return found


def _above(things: Sequence[Apparatus]) -> dict[str, str | None]:
    """What each thing hangs on; of a circle that devices claim, one says nothing."""
    above: dict[str, str | None] = {}
    for thing in things:
        at, steps = thing.via, 0
        while at is not None and at != thing.key and steps < DEEPEST - 1:
            at, steps = above.get(at), steps + 1
        above[thing.key] = thing.via if at is None else None
    return above


def _told(thing: Apparatus, kind: AssetKind) -> dict[str, Any]:
    said = {
        "kind": kind.value,
        "name": thing.name,
        "maker": thing.maker,
        "model": thing.model,
        "serial": thing.serial,
        "software": thing.software,
    }
    return {name: value[: LONGEST.get(name, 120)] for name, value in said.items() if value}


def _new_gateway(name: str) -> Learned:
    key = f"gateway/{name}"
    columns = {"kind": AssetKind.GATEWAY.value, "name": name[: LONGEST["name"]]}
    return Learned(name, None, key, frozenset({key}), columns)


def _new(
    thing: Apparatus, kind: AssetKind, names: set[str], taken: Container[str], parent: str | None
) -> Learned:
    main = f"device/{thing.parts[0].id}"
    key = next((one for one in (main, *sorted(names)) if one not in taken), f"apparatus/{thing.key}")
    columns = {**_told(thing, kind), "device_id": thing.parts[0].id}
    return Learned(
        thing.key, None, key, frozenset(names) | {key}, columns, went=True, room=thing.room, parent=parent
    )


def _changed(
    thing: Apparatus,
    kind: AssetKind,
    names: set[str],
    known: KeptAsset,
    ids: Mapping[str, str],
    parent: str | None,
) -> Learned | None:
    asset = known.asset
    now = {**_told(thing, kind), "device_id": thing.parts[0].id, "apparatus": thing.key}
    columns = {
        name: value
        for name, value in now.items()
        if name not in known.by_hand and getattr(asset, name) != value
    }
    went = thing.room != asset.device_room
    # What it hangs on may be new itself.
    hangs = (
        parent is not None
        and "parent_id" not in known.by_hand
        and (parent not in ids or ids[parent] != asset.parent_id)
    )
    missing = frozenset(names) - known.keys
    back = asset.gone_since is not None
    if not (columns or went or hangs or missing or back):
        return None
    return Learned(
        thing.key,
        asset.id,
        asset.key,
        missing,
        columns,
        went,
        thing.room,
        parent if hangs else None,
        False if back else None,
    )


def _renamed(names: Iterable[str], by_key: Mapping[str, KeptAsset], there: Iterable[str]) -> KeptAsset | None:
    """The asset of the same parts whose apparatus goes by another name since: new firmware, same thing."""
    for name in sorted(names):
        known = by_key.get(name)
        if known is not None and (known.asset.apparatus or "") not in there:
            return known
    return None
