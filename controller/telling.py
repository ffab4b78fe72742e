"""What the screens read of the controller: climates, devices, plans, commands, timelines, counters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from controller import store
from controller.ahead import forecast
from controller.arbitration import LEVELS
from controller.arrival import Arrival
from controller.core import Core
from controller.hearing import Hearing
from controller.planning import room_now
from controller.readings import (
    Climate,
    Command,
    Device,
    Hold,
    Panel,
    Plan,
    Presence,
)
from controller.room import target_claim
from controller.shown import command_of, command_of_row, device_reading, hold_reading
from hotel.errors import NotFound

MOST_LISTED = 2000


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """One line of a room's timeline."""

    at: datetime
    kind: str
    code: str
    values: dict[str, Any]
    by: str | None


class Telling:
    """Answers what is asked; changes nothing."""

    def __init__(self, core: Core, hearing: Hearing) -> None:
        self._core = core
        self._register = core.register
        self._hearing = hearing

    def climates(self, rooms: Iterable[str] | None = None) -> dict[str, Climate]:
        """The climate of these rooms (all when None), by room number."""
        self._core.load()
        now = self._core.clock.now()
        with self._core.lock:
            chosen = (
                self._register.rooms if rooms is None else [r for r in rooms if r in self._register.rooms]
            )
            return {number: self._register.rooms[number].climate_now(now) for number in chosen}

    def devices(self, room: str | None = None) -> list[Device]:
        """The entities of a room, or all of the property, also those that wait for approval."""
        self._core.load()
        with self._core.lock:
            if room is not None:
                state = self._register.rooms.get(room)
                twins = list(state.twins) if state is not None else []
            else:
                twins = [twin for twin in self._register.by_id.values() if not twin.withdrawn]
            readings = [
                device_reading(twin, self._register.ways_of)
                for twin in sorted(twins, key=lambda twin: twin.key)
            ]
            if self._register.linked:
                return readings
            # Without our own link to the broker nobody is to be had, whatever they said last.
            return [replace(reading, available=False) for reading in readings]

    def known_configs(self) -> list[tuple[str, str]]:
        """(entity key, discovery config) of every entity that is still there, for a wire that starts anew."""
        self._core.load()
        with self._core.lock:
            return [
                (twin.key, self._register.configs[twin.id])
                for twin in self._register.by_id.values()
                if not twin.withdrawn and twin.id in self._register.configs
            ]

    def config_of(self, device_id: str) -> str:
        """The discovery config of an entity as it came, for engineers.

        Raises:
            NotFound: no such entity.
        """
        self._core.load()
        with self._core.lock:
            if device_id not in self._register.configs:
                raise NotFound("unknown_device", "There is no such device.", device=device_id)
            return self._register.configs[device_id]

    def plan(self, room: str) -> Plan | None:
        """The plan of a room; also the last one that ended, as long as no other took its place."""
        self._core.load()
        with self._core.lock:
            state = self._register.rooms.get(room)
            return state.plan.reading() if state is not None and state.plan is not None else None

    def plans(self) -> dict[str, Plan]:
        """The plans that are not over, by room number."""
        self._core.load()
        with self._core.lock:
            return {
                number: room.plan.reading()
                for number, room in self._register.rooms.items()
                if room.plan is not None and room.plan.state not in ("done", "dropped")
            }

    def holds(self, room: str) -> list[Hold]:
        """Who has a say over what in a room, highest first for each property."""
        self._core.load()
        with self._core.lock:
            state = self._register.rooms.get(room)
            if state is None:
                return []
            claims = list(state.claims)
            for twin in state.of("air_conditioner"):
                for name in ("mode", "setpoint_celsius"):
                    wish = target_claim(state, twin, name, self._core.clock.now())
                    if wish is not None:
                        claims.append(wish)
            order = {level: rank for rank, level in enumerate(LEVELS)}
            claims.sort(key=lambda claim: (claim.device_id, claim.property, order[claim.level]))
            return [hold_reading(claim) for claim in claims]

    def panels(self) -> dict[str, tuple[Panel, datetime | None]]:
        """What each door panel asks for, and since when."""
        self._core.load()
        with self._core.lock:
            return {number: (room.panel, room.panel_since) for number, room in self._register.rooms.items()}

    def presences(self) -> dict[str, Presence]:
        """Whether somebody is in, by room number, as far as the sensors tell."""
        self._core.load()
        with self._core.lock:
            return {number: room.presence for number, room in self._register.rooms.items()}

    def faults(self, room: str) -> list[str]:
        """Devices of a room that we gave up on, in one sentence each."""
        self._core.load()
        with self._core.lock:
            state = self._register.rooms.get(room)
            return sorted(state.faults.values()) if state is not None else []

    def command(self, command_id: str) -> Command:
        """A command and how it stands.

        Raises:
            NotFound: no such command.
        """
        self._core.load()
        with self._core.lock:
            live = self._core.flight.dispatch.find(command_id)
            if live is not None:
                return live.reading()
            pending = self._core.journal.pending(store.CommandRow, id=command_id)
        if pending is not None:
            return command_of({**pending, "id": command_id})
        with self._core.database.read() as session:
            row = store.command_row(session, self._core.database.property_id, command_id)
        if row is None:
            raise NotFound("unknown_command", "There is no such command.", command=command_id)
        return command_of_row(row)

    def commands(self, room: str, start: datetime, end: datetime, limit: int = MOST_LISTED) -> list[Command]:
        """The newest commands of a room made in [start, end], oldest first."""
        self._core.load()
        with self._core.database.read() as session:
            rows = store.commands_between(
                session, self._core.database.property_id, room, start, end, min(limit, MOST_LISTED)
            )
        readings = [command_of_row(row) for row in rows]
        with self._core.lock:
            found = [self._core.flight.dispatch.find(reading.id) for reading in readings]
            return [
                live.reading() if live is not None else reading
                for live, reading in zip(found, readings, strict=True)
            ]

    def forecast(self, room: str) -> list[tuple[datetime, float, float, float]]:
        """(time, p10, p50, p90) of the temperature over the next three hours under the plan."""
        self._core.load()
        with self._core.lock:
            state = self._register.rooms.get(room)
            if state is None:
                return []
            situation = self._core.house.situation()
            plan, tenancy = state.plan, state.tenancy
            now = room_now(
                state, self._core.house.outlooks, situation, plan.expected if plan is not None else None
            )
        if tenancy == "arrived":
            return []
        return forecast(plan, now, self._core.settings.climate)

    def plant_off(self, room: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """When what cools and heats the room stands by its hours in [start, end]."""
        self._core.load()
        with self._core.lock:
            state = self._register.rooms.get(room)
            equipment = state.equipment if state is not None else None
        return equipment.off_stretches(start, end, self._register.zone) if equipment is not None else []

    def room_events(
        self, room: str, start: datetime, end: datetime, limit: int = MOST_LISTED
    ) -> list[RoomEvent]:
        """The timeline of a room in [start, end], oldest first."""
        self._core.load()
        with self._core.database.read() as session:
            rows = store.events_between(
                session, self._core.database.property_id, room, start, end, min(limit, MOST_LISTED)
            )
        return [RoomEvent(row.at, row.kind, row.code, row.values, row.by) for row in rows]

    def arrivals(self, start: datetime, end: datetime) -> list[Arrival]:
        """Arrivals seen in [start, end], oldest first: what was promised and what was met."""
        with self._core.database.read() as session:
            rows = store.arrivals_between(session, self._core.database.property_id, start, end)
        return [
            Arrival(
                row.stay_id,
                row.room,
                row.at,
                row.eta,
                row.eta_source,
                row.predicted_ready_at,
                row.ready_at,
                row.wanted_celsius,
                row.temperature_celsius,
            )
            for row in rows
        ]

    def counters(self) -> dict[str, int]:
        """What has been taken, shed and ended since the start; for the metrics."""
        with self._core.lock:
            return {
                "reports_taken": self._hearing.reports_taken,
                "reports_unknown_entity": self._hearing.reports_unknown,
                "changes_shed": self._hearing.changes_shed,
                "changes_waiting": len(self._hearing.changes),
                "events_shed": self._core.journal.events_shed,
                "entities": len(self._register.by_id),
                "entities_refused": self._core.house.devices.refused,
                "commands_live": len(self._core.flight.dispatch),
                "commands_queued": self._core.flight.dispatch.queued,
                **{f"commands_{state}": n for state, n in self._core.flight.dispatch.ended.items()},
            }
