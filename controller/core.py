"""What the parts of the controller share: its memory and the one lock over it, database, wire, clock.

One lock guards the memory. It is never held while a transaction is opened, so that the order is always
database first, memory second, and a report never waits for a disk.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from controller import arrivals_store, loading, store
from controller.entities import DeviceWire
from controller.equipment import equipment_from_json
from controller.hands_off import HandsOff
from controller.house import House
from controller.journal import Journal
from controller.lock_out import LockOut
from controller.models_store import equipment_rows
from controller.policy import ClimatePolicy, CommandPolicy, PresencePolicy
from controller.ports import ConfigReading, StayForComfort, StaysForComfort, Telemetry
from controller.readings import Purpose
from controller.register import Policies
from controller.room import RoomState
from controller.sun import Place
from controller.twin import Twin
from hotel.clock import Clock
from hotel.database import Database
from hotel.errors import Conflict, Invalid, NotFound
from hotel.rooms import all_rooms


@dataclass(frozen=True, slots=True)
class ControllerSettings:
    """How a property wants its controller."""

    timezone: str = "UTC"
    auto_approve: bool = False
    climate: ClimatePolicy = field(default_factory=ClimatePolicy)
    presence: PresencePolicy = field(default_factory=PresencePolicy)
    commands: CommandPolicy = field(default_factory=CommandPolicy)
    # Where the house stands, for the sun; None = nobody said.
    place: Place | None = None


class Core:
    """The controller's memory and its ways out. The parts around it hold no state of each other's."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        wire: DeviceWire,
        stays: StaysForComfort,
        telemetry: Telemetry,
        configs: ConfigReading,
        settings: ControllerSettings,
    ) -> None:
        self.database = database
        self.clock = clock
        self.wire = wire
        self.stays = stays
        self.telemetry = telemetry
        self.configs = configs
        self.settings = settings
        self.journal = Journal(database.property_id)
        self.house = House(
            clock,
            ZoneInfo(settings.timezone),
            Policies(settings.climate, settings.presence, settings.commands),
            self.journal,
            configs,
            auto_approve=settings.auto_approve,
        )
        self.register = self.house.register
        self.flight = self.house.flight
        self.lock = threading.RLock()
        # Held through a round of deciding, writing and sending, and while the disk is read at the start.
        self.pumping = threading.RLock()
        # Tells the worker that there is something to do.
        self.wake = threading.Event()
        self.loaded = False
        self.was_linked = False
        self.synced_monotonic = float("-inf")

    def load(self) -> None:
        """Bring back what was on disk: devices, holds, plans, commands under way. Once."""
        # Asked first without the lock: a request that holds the database must never wait for a round.
        if not self.loaded:
            with self.pumping:
                self._load_once()

    def _load_once(self) -> None:
        if self.loaded:
            return
        property_id = self.database.property_id
        with self.database.read() as session:
            rooms = [
                (room.number, room.type_code, room.floor, room.area_square_metres)
                for room in all_rooms(session, property_id)
            ]
            entities = store.all_rows(session, property_id, store.EntityRow)
            checkpoints = store.all_rows(session, property_id, store.CheckpointRow)
            claims = store.all_rows(session, property_id, store.ClaimRow)
            panels = store.all_rows(session, property_id, store.PanelRow)
            memories = store.all_rows(session, property_id, store.RoomMemoryRow)
            plans = store.all_rows(session, property_id, store.PlanRow)
            manuals = store.all_rows(session, property_id, store.ManualRow)
            commands = store.open_commands(session, property_id)
            habits = store.all_rows(session, property_id, arrivals_store.HabitRow)
            since = self.clock.now() - timedelta(days=1)
            signs = arrivals_store.sign_rows(session, property_id, since)
            hands_off = store.all_rows(session, property_id, store.HandsOffRow)
            equipment = {
                row.scope: equipment_from_json(row.equipment) for row in equipment_rows(session, property_id)
            }
            lock_outs = store.all_rows(session, property_id, store.LockOutRow)
        with self.lock:
            loading.twins(self.register, entities, checkpoints)
            self.house.devices.set_rooms(rooms)
            self.register.equipment = equipment
            self.register.refresh_equipment()
            for row in hands_off:
                self.register.put_hands_off(HandsOff(row.scope, row.reason, row.by, row.since))
            for lock in lock_outs:
                self.register.lock_outs[lock.asset_key] = LockOut(
                    lock.asset_key, lock.reason, lock.by_id, lock.by, lock.since, lock.ticket_id
                )
            loading.rooms(self.house, claims, panels, memories, plans, manuals)
            loading.arrivals(self.house, habits, signs)
            loading.commands(self.flight, self.register, commands)
            self.register.linked = self.was_linked = self.wire.connected
            self.loaded = True
        self.sync_stays(None)
        with self.lock:
            self.register.dirty.update(self.register.rooms)

    def sync_stays(self, rooms: frozenset[str] | None) -> None:
        """Take the stays as they stand on disk now."""
        found = self.stays.comfort_stays(rooms)
        here = [stay.stay_id for stay in found if stay.state == "checked_in"]
        with self.database.read() as session:
            arrived = store.arrived_among(session, self.database.property_id, here)
        by_room: dict[str, list[StayForComfort]] = {}
        for stay in found:
            by_room.setdefault(stay.room, []).append(stay)
        with self.lock:
            for number in self.register.rooms if rooms is None else rooms:
                stays = by_room.get(number, [])
                self.house.tenancies.set_stays(
                    number, stays, {stay.stay_id for stay in stays if stay.stay_id in arrived}
                )
        if rooms is None:
            self.synced_monotonic = self.clock.monotonic()

    def room(self, number: str) -> RoomState:
        """The room with this number.

        Raises:
            NotFound: there is none.
        """
        room = self.register.rooms.get(number)
        if room is None:
            raise NotFound("unknown_room", f"There is no room {number}.", room=number)
        return room

    def device_in(self, room: RoomState, device_id: str | None, purpose: Purpose | None) -> Twin:
        """The device of a room by its id, or else the first one of a purpose.

        Raises:
            NotFound: the room has none such.
            Conflict: it has not been approved yet.
            Invalid: neither id nor purpose is said.
        """
        if device_id is not None:
            twin = self.register.by_id.get(device_id)
            if twin is not None and twin in room.twins:
                return twin
            if twin is not None and not twin.approved:
                raise Conflict("not_approved", "This device has not been approved yet.", device=device_id)
        elif purpose is not None:
            found = room.by_purpose.get(purpose)
            if found:
                return next((twin for twin in found if not twin.waits), found[0])
        else:
            raise Invalid("device_needed", "Say which device: device_id or purpose.")
        raise NotFound(
            "unknown_device",
            f"Room {room.number} has no such device.",
            room=room.number,
            device=device_id or purpose,
        )
