"""Tells diagnosis what rooms and devices say: the controller's memory and the wire's refusals as arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from controller.conditions import ApparatusObserved, RoomObserved
from hotel.database import Database
from housekeeping import tasks_store
from housekeeping.tasks import TaskState
from maintenance.ports import HouseSample
from maintenance.rules import AIR_CONDITIONER
from maintenance.samples import MODES, UNKNOWN, Devices, DeviceSample, RoomSample
from maintenance.sightings import Layout

Numbers = NDArray[np.float64]
# What a unit says that it does while its compressor or valve works.
_WORKS = frozenset({"cooling", "heating", "drying", "preheating", "defrosting"})


class Observations(Protocol):
    """The controller's memory, as `controller.conditions.Conditions` reads it."""

    @property
    def linked(self) -> bool: ...

    def observed(self) -> tuple[list[RoomObserved], list[ApparatusObserved]]: ...


class Unread(Protocol):
    """How many payloads of each entity the wire could not read."""

    def unread(self) -> dict[str, int]: ...


class ObservedRooms:
    """Fills `maintenance.ports.RoomHistory` and `RoomForecast`."""

    def __init__(self, controller: Observations, wire: Unread, database: Database) -> None:
        self._controller = controller
        self._wire = wire
        self._database = database
        self._layout: Layout | None = None
        self._observed: dict[str, RoomObserved] = {}

    def sample(self) -> HouseSample:
        """Everything now."""
        rooms, things = without_isolated(*self._controller.observed())
        layout = self._layout = _layout_of(rooms, things, self._layout)
        self._observed = {room.number: room for room in rooms}
        return HouseSample(
            layout,
            _rooms(rooms, self._being_cleaned()),
            _devices(things, self._wire.unread()),
            self._controller.linked,
        )

    def expect(self, rooms: tuple[str, ...], sample: RoomSample) -> RoomSample:
        """The drift that the controller has learned of each room."""
        seen = [self._observed.get(number) for number in rooms]
        return replace(
            sample,
            drift_kelvin_per_hour=_numbers([one.drift_kelvin_per_hour if one else None for one in seen]),
            drift_deviation=_numbers([one.drift_deviation if one else None for one in seen]),
        )

    def _being_cleaned(self) -> frozenset[str]:
        with self._database.read() as session:
            rows = tasks_store.open_tasks(session, self._database.property_id)
            return frozenset(
                row.room for row in rows if row.state == TaskState.STARTED.value and row.room is not None
            )


def without_isolated(
    rooms: Sequence[RoomObserved], things: Sequence[ApparatusObserved]
) -> tuple[list[RoomObserved], list[ApparatusObserved]]:
    """What is locked out for work is neither silent nor disobedient: nothing is known of it.

    Nothing is sent to it, and its supply may be off. A leak sensor's water is water all the same.
    """
    units = {thing.room for thing in things if thing.locked_out and thing.kind == AIR_CONDITIONER}
    return (
        [
            replace(room, unit_celsius=None, setpoint_celsius=None, watts=None, mode=None, action=None)
            if room.number in units
            else room
            for room in rooms
        ],
        [
            replace(thing, heard_at=None, available=None, asked=False, tries=0, value=None)
            if thing.locked_out
            else thing
            for thing in things
        ],
    )


def _layout_of(
    rooms: Sequence[RoomObserved], things: Sequence[ApparatusObserved], before: Layout | None
) -> Layout:
    numbers = tuple(room.number for room in rooms)
    ids = tuple(thing.id for thing in things)
    places = {number: place for place, number in enumerate(numbers)}
    of = np.array([places.get(thing.room, -1) for thing in things], dtype=np.int64)
    kinds = tuple(thing.kind for thing in things)
    if (
        before is not None
        and before.rooms == numbers
        and before.devices.ids == ids
        and before.devices.kind == kinds
        and np.array_equal(before.devices.room, of)
    ):
        return before
    # What a device hangs on; one that does not say hangs on its room, and so does whatever hangs on
    # something that serves this room alone: else a room's panel and its devices were two causes.
    rooms_of: dict[str, set[str]] = {}
    for thing in things:
        if thing.via is not None:
            rooms_of.setdefault(thing.via, set()).add(thing.room)
    vias = [
        thing.via if thing.via is not None and len(rooms_of[thing.via]) > 1 else thing.room
        for thing in things
    ]
    gateways = tuple(dict.fromkeys(vias))
    floors = tuple(dict.fromkeys(room.floor for room in rooms if room.floor))
    floor_of_room = {room.number: room.floor for room in rooms}
    floor_of_gateway = {
        via: floor_of_room.get(thing.room, "") for via, thing in zip(vias, things, strict=True)
    }
    return Layout(
        rooms=numbers,
        devices=Devices(ids, of, kinds),
        gateways=gateways,
        floors=floors,
        gateway_of_device=_places(vias, gateways),
        floor_of_gateway=_places([floor_of_gateway[gateway] for gateway in gateways], floors),
    )


def _places(names: Sequence[str], among: Sequence[str]) -> NDArray[np.int64]:
    places = {name: place for place, name in enumerate(among)}
    return np.array([places.get(name, -1) for name in names], dtype=np.int64)


def _numbers(values: Sequence[float | None]) -> Numbers:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _flags(values: Sequence[bool | None]) -> NDArray[np.int8]:
    return np.array([UNKNOWN if value is None else int(value) for value in values], dtype=np.int8)


def _rooms(rooms: Sequence[RoomObserved], cleaning: Collection[str]) -> RoomSample:
    unknown = np.full(len(rooms), np.nan)
    return RoomSample(
        air_celsius=_numbers([room.air_celsius for room in rooms]),
        unit_celsius=_numbers([room.unit_celsius for room in rooms]),
        setpoint_celsius=_numbers([room.setpoint_celsius for room in rooms]),
        watts=_numbers([room.watts for room in rooms]),
        outdoor_celsius=_numbers([room.outdoor_celsius for room in rooms]),
        mode=np.array([MODES.get(room.mode or "", UNKNOWN) for room in rooms], dtype=np.int8),
        running=_flags([None if room.action is None else room.action in _WORKS for room in rooms]),
        window_open=_flags([room.window_open for room in rooms]),
        let=_flags([room.checked_in for room in rooms]),
        present=_flags([room.present for room in rooms]),
        cleaning=_flags([room.number in cleaning for room in rooms]),
        drift_kelvin_per_hour=unknown,
        drift_deviation=unknown,
        call_kelvin_per_hour=unknown,
    )


def _minutes(moments: Sequence[datetime | None]) -> Numbers:
    return _numbers([None if moment is None else moment.timestamp() / 60.0 for moment in moments])


def _devices(things: Sequence[ApparatusObserved], unread: Mapping[str, int]) -> DeviceSample:
    return DeviceSample(
        heard_minute=_minutes([thing.heard_at for thing in things]),
        available=_flags([thing.available for thing in things]),
        asked=_flags([thing.asked for thing in things]),
        tries=np.array([thing.tries for thing in things], dtype=np.int64),
        value=_numbers([thing.value for thing in things]),
        battery_percent=_numbers([thing.battery_percent for thing in things]),
        errors=np.array(
            [max((unread.get(part, 0) for part in thing.parts), default=0) for thing in things],
            dtype=np.int64,
        ),
        wet_since=_minutes([thing.wet_since for thing in things]),
        wet_said=_minutes([thing.wet_said_at for thing in things]),
    )
