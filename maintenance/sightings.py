"""From arrays to assets: what rules say of rooms and devices, as sightings with names and evidence.

Also what is away together. A gateway is away when nearly none of its devices is there; a floor, when most
of its gateways are. Devices of a gateway that is away say nothing of their own.

Pure. Only what matters becomes an object: faults, and whatever is said of a fault that stands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from maintenance.causes import Key, Seen
from maintenance.diagnosis import FAULT, HEALTHY, UNKNOWN, Booleans, Finding
from maintenance.rules import RULES
from maintenance.samples import Devices, Flags

GATEWAY_SHARE: Final = 0.8  # of its devices not there
FLOOR_SHARE: Final = 0.6  # of its gateways not there
FEWEST_DEVICES: Final = 3
FEWEST_GATEWAYS: Final = 3
# Of its devices that are surely away: one alone may have died before, and the gateway only restarts.
FEWEST_SURE: Final = 2

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """What hangs on what.

    Attributes:
        rooms: numbers, in the order of arrays over rooms.
        gateways, floors: names. gateway_of_device, floor_of_gateway: places in them, -1 = unknown.
    """

    rooms: tuple[str, ...]
    devices: Devices
    gateways: tuple[str, ...]
    floors: tuple[str, ...]
    gateway_of_device: Places
    floor_of_gateway: Places
    # Place of the first device of a kind in each room, -1 = none; made when first asked for.
    _firsts: dict[str, Places] = field(default_factory=dict)
    # Place of each asset key, of a device among the devices and of a room among the rooms; also lazily.
    _places: dict[str, int] = field(default_factory=dict)

    def first_of(self, kind: str) -> Places:
        """Place of the device of this kind in each room; -1 where there is none."""
        if kind not in self._firsts:
            first = np.full(len(self.rooms), -1, dtype=np.int64)
            for place in np.flatnonzero(self.devices.are(kind))[::-1]:
                room = self.devices.room[place]
                if room >= 0:
                    first[room] = place
            self._firsts[kind] = first
        return self._firsts[kind]

    def place_of(self, asset_key: str, *, by_room: bool) -> int | None:
        """Where an asset stands in arrays over devices, or (`by_room`) over rooms; None = not any more."""
        if not self._places:
            self._places.update({self.asset_key(place): place for place in range(len(self.devices.ids))})
            self._places.update({f"room/{number}": place for place, number in enumerate(self.rooms)})
        place = self._places.get(asset_key)
        if place is None or not by_room or asset_key.startswith("room/"):
            return place
        room = int(self.devices.room[place])
        return room if room >= 0 else None

    def has(self, asset_key: str) -> bool:
        """Whether the asset is (still) in the house."""
        kind, _, name = asset_key.partition("/")
        if kind in ("gateway", "floor"):
            return name in (self.gateways if kind == "gateway" else self.floors)
        return kind == "property" or self.place_of(asset_key, by_room=False) is not None

    def asset_key(self, place: int) -> str:
        return f"device/{self.devices.ids[place]}"


@dataclass(frozen=True, slots=True, eq=False)
class Outages:
    """Outcome of each gateway and floor, and which gateways are away."""

    gateway: Flags
    floor: Flags
    away: Booleans
    devices: Places
    missing: Places


def outages(offline: Flags, layout: Layout) -> Outages:
    """What is away together, from the outcome of `device_offline` of each device."""
    n, f = len(layout.gateways), len(layout.floors)
    known = layout.gateway_of_device >= 0
    of = layout.gateway_of_device[known]
    outcome = offline[known]
    total = np.bincount(of, minlength=n)
    healthy = np.bincount(of, weights=outcome == HEALTHY, minlength=n).astype(np.int64)
    faulty = np.bincount(of, weights=outcome == FAULT, minlength=n)
    missing = total - healthy
    away = (total >= FEWEST_DEVICES) & (missing >= GATEWAY_SHARE * total)
    there = healthy >= 0.5 * total
    gateway = np.where(
        away & (faulty >= FEWEST_SURE), FAULT, np.where(there & ~away, HEALTHY, UNKNOWN)
    ).astype(np.int8)

    placed = layout.floor_of_gateway >= 0
    of_floor = layout.floor_of_gateway[placed]
    gateways = np.bincount(of_floor, minlength=f)
    gone = np.bincount(of_floor, weights=away[placed], minlength=f)
    dead = np.bincount(of_floor, weights=gateway[placed] == FAULT, minlength=f)
    back = np.bincount(of_floor, weights=gateway[placed] == HEALTHY, minlength=f)
    together = (gateways >= FEWEST_GATEWAYS) & (gone >= FLOOR_SHARE * gateways)
    floor = np.where(
        together & (dead > 0), FAULT, np.where(~together & (back >= 0.5 * gateways), HEALTHY, UNKNOWN)
    ).astype(np.int8)
    return Outages(gateway, floor, away, total, missing)


def sightings(findings: Mapping[str, Finding], layout: Layout, standing: Collection[Key]) -> list[Seen]:
    """What is to be told of one round.

    Args:
        findings: by rule. standing: faults that stand.
    """
    keys: dict[str, set[str]] = {}
    for fault, asset_key in standing:
        keys.setdefault(fault, set()).add(asset_key)
    found: list[Seen] = []
    away: Booleans | None = None
    if "device_offline" in findings:
        together = outages(findings["device_offline"].outcome, layout)
        away = together.away
        found += _groups(together, layout, keys)
    for code, finding in findings.items():
        rule = RULES[code]
        stands = keys.get(code, set())
        interesting = finding.outcome == FAULT
        if not stands and not interesting.any():
            continue
        places = {int(place) for place in np.flatnonzero(interesting)}
        for asset_key in stands:
            place = layout.place_of(asset_key, by_room=rule.subject == "room")
            if place is not None and finding.outcome[place] != UNKNOWN:
                places.add(place)
        for place in sorted(places):
            seen = (
                _of_device(code, place, finding, layout)
                if rule.subject == "device"
                else _of_room(code, rule.asset, place, finding, layout)
            )
            if code == "device_offline" and seen.outcome == FAULT and away is not None:
                gateway = layout.gateway_of_device[place]
                if gateway >= 0 and away[gateway]:
                    continue
            found.append(seen)
    return found


def _groups(together: Outages, layout: Layout, keys: Mapping[str, set[str]]) -> list[Seen]:
    found = []
    stands = keys.get("gateway_offline", set())
    for place in np.flatnonzero((together.gateway == FAULT) | ((together.gateway == HEALTHY) & bool(stands))):
        key = f"gateway/{layout.gateways[place]}"
        if together.gateway[place] != FAULT and key not in stands:
            continue
        floor = layout.floor_of_gateway[place]
        found.append(
            Seen(
                "gateway_offline",
                key,
                int(together.gateway[place]),
                floor=layout.floors[floor] if floor >= 0 else None,
                gateway=layout.gateways[place],
                evidence={
                    "devices": int(together.devices[place]),
                    "away": int(together.missing[place]),
                },
            )
        )
    stands = keys.get("floor_without_power", set())
    for place in np.flatnonzero(together.floor != UNKNOWN):
        key = f"floor/{layout.floors[place]}"
        if together.floor[place] != FAULT and key not in stands:
            continue
        members = np.flatnonzero((layout.floor_of_gateway == place) & together.away)
        found.append(
            Seen(
                "floor_without_power",
                key,
                int(together.floor[place]),
                floor=layout.floors[place],
                evidence={"gateways": [f"gateway/{layout.gateways[one]}" for one in members]},
            )
        )
    return found


def _of_device(code: str, place: int, finding: Finding, layout: Layout) -> Seen:
    room = int(layout.devices.room[place])
    return Seen(
        code,
        layout.asset_key(place),
        int(finding.outcome[place]),
        room=layout.rooms[room] if room >= 0 else None,
        entity=layout.devices.ids[place],
        evidence=_evidence(finding, place),
        tentative=finding.tentative is not None and bool(finding.tentative[place]),
        **_hangs_on(layout, place),
    )


def _of_room(code: str, kind: str | None, room: int, finding: Finding, layout: Layout) -> Seen:
    place = int(layout.first_of(kind)[room]) if kind is not None else -1
    if place < 0:
        return Seen(
            code,
            f"room/{layout.rooms[room]}",
            int(finding.outcome[room]),
            room=layout.rooms[room],
            evidence=_evidence(finding, room),
        )
    return Seen(
        code,
        layout.asset_key(place),
        int(finding.outcome[room]),
        room=layout.rooms[room],
        entity=layout.devices.ids[place],
        evidence=_evidence(finding, room),
        **_hangs_on(layout, place),
    )


def _hangs_on(layout: Layout, place: int) -> dict[str, Any]:
    gateway = int(layout.gateway_of_device[place])
    if gateway < 0:
        return {"gateway": None, "floor": None}
    floor = int(layout.floor_of_gateway[gateway])
    return {"gateway": layout.gateways[gateway], "floor": layout.floors[floor] if floor >= 0 else None}


def _evidence(finding: Finding, place: int) -> dict[str, Any]:
    """The numbers behind an outcome, ready for JSON; what is unknown is left out."""
    found = {}
    for name, values in finding.evidence.items():
        value = float(values[place])
        if np.isfinite(value):
            found[name] = round(value, 2)
    return found
