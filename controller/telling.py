"""What the screens read of the controller: climates, devices, plans, commands, timelines, counters."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from controller import store
from controller.ahead import forecast
from controller.arbitration import LEVELS
from controller.arrival import Arrival
from controller.core import Core
from controller.hearing import Hearing
from controller.learner import OutlookWish
from controller.outlook import Outlook
from controller.planning import room_now
from controller.readings import (
    Climate,
    Command,
    Device,
    Hold,
    Panel,
    Plan,
    Presence,
    TimeToTarget,
)
from controller.room import RoomState, target_claim
from controller.shown import command_of, command_of_row, device_reading, hold_reading
from hotel.errors import NotFound

MOST_LISTED = 2000
ROOMS_IN_ONE_GO = 50


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

    def times_to_target(
        self,
        rooms: Collection[str],
        cooling_celsius: float | None = None,
        heating_celsius: float | None = None,
    ) -> dict[str, TimeToTarget]:
        """How soon these rooms could be at a guest's temperature, from now on at full power.

        Rooms without an air conditioner, or whose temperature nobody knows, are left out.

        Args:
            cooling_celsius, heating_celsius: the guest's wishes; the house's own when None.
        """
        self._core.load()
        now, climate = self._core.clock.now(), self._core.settings.climate
        found: dict[str, TimeToTarget] = {}
        chosen = sorted(rooms)
        for start in range(0, len(chosen), ROOMS_IN_ONE_GO):
            with self._core.lock:
                outlooks = self._core.house.outlooks
                here: dict[str, RoomState] = {}
                wishes: dict[str, OutlookWish] = {}
                for number in chosen[start : start + ROOMS_IN_ONE_GO]:
                    room = self._register.rooms.get(number)
                    if room is None or room.air_conditioner is None:
                        continue
                    season = room.memory.season or "cooling"
                    usual = climate.heating_celsius if season == "heating" else climate.cooling_celsius
                    wish = heating_celsius if season == "heating" else cooling_celsius
                    target = min(climate.highest_celsius, max(climate.lowest_celsius, wish or usual))
                    here[number], wishes[number] = room, outlooks.wish(room, season, target, now)
                outlooks.take_in(here.values())
                ahead = outlooks.of(wishes, here, now)
                shown = {number: room.temperature_celsius(now) for number, room in here.items()}
            for number, outlook in ahead.items():
                celsius, sign = shown[number], 1.0 if wishes[number].heating else -1.0
                if celsius is None or outlook.air_celsius is None:
                    continue
                missing = sign * (outlook.target_celsius - celsius)
                found[number] = _time_to_target(outlook, now, is_there=missing <= climate.ready_within_kelvin)
        return found

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


def _time_to_target(outlook: Outlook, now: datetime, *, is_there: bool) -> TimeToTarget:
    # The room's sensor has the last word on now; the filter is behind it after a jump.
    minutes = 0.0 if is_there else outlook.ready_after(0.0)
    if not math.isfinite(minutes):
        return TimeToTarget(outlook.target_celsius, False, None, None)
    at = now + timedelta(minutes=minutes)
    return TimeToTarget(outlook.target_celsius, is_there, round(minutes, 1), at)
