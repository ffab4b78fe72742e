"""Tells maintenance what devices have reported, from the recorded series; it knows no telemetry.

A device that the broker has lost says nothing: from there on every series of it is unknown.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from controller.conditions import ApparatusObserved, RoomObserved
from maintenance.ports import DeviceReadings
from maintenance.preventive import Reading

AVAILABLE = "available"
# Which contact tells which series.
_PURPOSE_OF = {"door_open": "door", "window_open": "window"}
# The devices are asked for again when this many reads were answered from one look.
_READS_OF_ONE_LOOK = 200


class Observations(Protocol):
    """The controller's memory, as `controller.conditions.Conditions` reads it."""

    def observed(self) -> tuple[list[RoomObserved], list[ApparatusObserved]]: ...


class DevicePoints(Protocol):
    """The embedded series of single devices."""

    def device_points(
        self, device_keys: Collection[str], start: datetime, end: datetime, /
    ) -> tuple[dict[tuple[str, str], list[tuple[datetime, float | None]]], datetime]: ...


class NothingRecorded:
    """A house without series of single devices (benches): every meter stays unknown."""

    def device_points(
        self, device_keys: Collection[str], start: datetime, end: datetime, /
    ) -> tuple[dict[tuple[str, str], list[tuple[datetime, float | None]]], datetime]:
        return {}, end


class RecordedReadings:
    """Fills `maintenance.ports.MeterReadings`."""

    def __init__(self, controller: Observations, telemetry: DevicePoints) -> None:
        self._controller = controller
        self._telemetry = telemetry
        self._things: dict[str, ApparatusObserved] = {}
        self._left = 0

    def read(
        self, device_id: str, series: Collection[str], start: datetime, end: datetime
    ) -> DeviceReadings | None:
        """After `start` up to `end`."""
        thing = self._thing(device_id)
        if thing is None:
            return None
        points, until = self._telemetry.device_points(thing.parts, start, end)
        found: dict[str, list[tuple[datetime, float | None]]] = {name: [] for name in series}
        heard: list[datetime] = []
        for (key, name), values in points.items():
            if name == AVAILABLE:
                for at, value in values:
                    if not value:
                        for unknown in found.values():
                            unknown.append((at, None))
                continue
            heard += [at for at, _ in values]
            told = name
            if name == "value" and key == thing.battery_key:
                told = Reading.BATTERY_PERCENT.value
            if told in found:
                found[told] += values
        ordered = {name: sorted(values, key=lambda point: point[0]) for name, values in found.items()}
        return DeviceReadings(ordered, sorted(heard), until)

    def tells(self, device_id: str, series: str) -> bool:
        """Contacts tell of what they stand on alone; of all others the series is what their kind reports."""
        purpose = _PURPOSE_OF.get(series)
        if not self._things:
            self._look()
        thing = self._things.get(device_id)
        return purpose is None or thing is None or thing.kind == purpose

    def _thing(self, device_id: str) -> ApparatusObserved | None:
        """The apparatus as it is known now; a whole house is looked at once for many reads."""
        if self._left <= 0 or device_id not in self._things:
            self._look()
        self._left -= 1
        return self._things.get(device_id)

    def _look(self) -> None:
        self._things = {thing.id: thing for thing in self._controller.observed()[1]}
        self._left = _READS_OF_ONE_LOOK
