"""Tells other systems on the broker how each room is: the house's own view, without guest data."""

from __future__ import annotations

import threading
from typing import Any

from gateway.house import House
from hotel.rooms import all_rooms

# Everything is compared anew this often, whatever hints came.
ALL_EVERY_BEATS = 30


class RoomStateTeller:
    """Collects which rooms changed and hands their state to the wire once a beat."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = threading.Lock()
        self._changed: set[str] = set()
        self._beats = 0

    def changed(self, rooms: set[str]) -> None:
        """These rooms may look different now."""
        with self._lock:
            self._changed |= rooms

    def beat(self) -> None:
        """A heartbeat: say what changed."""
        with self._lock:
            rooms, self._changed = self._changed, set()
        if self._beats % ALL_EVERY_BEATS == 0:
            with self._house.database.read() as session:
                rooms = {room.number for room in all_rooms(session, self._house.database.property_id)}
        self._beats += 1
        if not rooms:
            return
        climates = self._house.controller.climates(rooms)
        statuses = self._house.housekeeping.statuses(rooms)
        panels = self._house.controller.panels()
        occupied = self._house.front_office.occupied(rooms)
        presences = self._house.controller.presences()
        for number in rooms:
            climate, status = climates.get(number), statuses.get(number)
            if climate is None or status is None:
                continue
            state: dict[str, Any] = {
                "room": number,
                "front_office": "occupied" if number in occupied else "vacant",
                "cleanliness": status.cleanliness,
                "availability": status.availability_state,
                "ready": status.ready,
                "panel": panels.get(number, ("none", None))[0],
                "presence": presences.get(number, "unknown"),
                "temperature_celsius": climate.temperature_celsius,
                "humidity_percent": climate.humidity_percent,
                "wanted_celsius": climate.wanted_celsius,
                "setpoint_celsius": climate.setpoint_celsius,
                "mode": climate.mode,
                "action": climate.action,
                "phase": climate.phase,
                "ready_at": climate.ready_at,
                "window_open": climate.window_open,
                "door_open": climate.door_open,
                "online": climate.online,
            }
            self._house.wire.rooms.put(number, state)
