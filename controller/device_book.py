"""Devices that come, change and go: what introduces itself, where it stands, when it is taken back."""

from __future__ import annotations

from collections.abc import Iterable

from controller.ends import ENDS
from controller.entities import EntityDescription
from controller.flight import CommandsInFlight
from controller.purpose import purpose_of, suggested_room
from controller.register import Register
from controller.room import RoomState
from controller.twin import Twin
from controller.ways import Ways, after_update, changed_ways
from hotel.ids import new_id

MOST_ENTITIES = 100_000


class DeviceBook:
    """Keeps the register of devices and of the rooms that they stand in. Runs under the service's lock."""

    def __init__(self, register: Register, flight: CommandsInFlight, *, auto_approve: bool) -> None:
        self._register = register
        self._flight = flight
        self._auto_approve = auto_approve
        self.refused = 0

    def discover(self, entity: EntityDescription, config: str) -> None:
        """A device introduced itself, for the first time or anew. Approval survives an update."""
        twin = self._register.by_key.get(entity.key)
        if twin is None:
            if len(self._register.by_key) >= MOST_ENTITIES:
                self.refused += 1
                return
            twin = Twin(new_id(), entity, purpose_of(entity))
            self._register.by_key[twin.key] = self._register.by_id[twin.id] = twin
        elif (
            twin.description == entity
            and not twin.withdrawn
            and self._register.configs.get(twin.id) == config
        ):
            return
        before = self._register.ways_of(twin)
        if twin.description != entity:
            guessed = purpose_of(twin.description)
            twin.describe(entity)
            if twin.purpose == guessed:
                twin.purpose = purpose_of(entity)
        self._register.note_via(twin)
        returned, twin.withdrawn = twin.withdrawn, False
        twin.met_monotonic = self._register.clock.monotonic()
        self._register.configs[twin.id] = config
        twin.suggested_room = self._suggested(twin)
        if twin.approved:
            if returned:
                self.place(twin, twin.room)
            self._ask_again_if_changed(twin, before)
        else:
            self._approve_if_clear(twin)
        self._reindex(twin.room)
        self._register.write_twin(twin)

    def _suggested(self, twin: Twin) -> str | None:
        topics = self._register.reading.topics(self._register.configs.get(twin.id, ""))
        return suggested_room(twin.description, self._register.rooms, topics)

    def _ask_again_if_changed(self, twin: Twin, before: Ways) -> None:
        """An approved device that would be commanded otherwise waits; its reports still count."""
        now = self._register.ways_of(twin)
        asked = twin.vouched
        twin.vouched = after_update(asked, before, now)
        if twin.vouched is None:
            if asked is not None:
                self._register.write_asking(twin, "healed", [])
            return
        if before == now:
            return
        self._register.write_asking(twin, "asked", changed_ways(twin.vouched, now))
        self._flight.reject_unvouched(twin, self._register.clock.now())
        if twin.room is not None:
            at, name = self._register.clock.now(), twin.description.name
            self._register.event(twin.room, at, "device", "device.asks_again", device=name)

    def _approve_if_clear(self, twin: Twin) -> None:
        if not self._auto_approve:
            return
        if twin.suggested_room is not None:
            self.place(twin, twin.suggested_room)
        elif twin.purpose == "outdoor_temperature":
            self.place(twin, None)

    def place(self, twin: Twin, room: str | None) -> None:
        """An engineer (or the demo) says where the entity is."""
        before = twin.room
        twin.room, twin.approved = room, True
        for number in {before, room} - {None}:
            assert number is not None
            state = self._register.rooms.get(number)
            if state is not None:
                state.twins = [other for other in state.twins if other is not twin]
                if number == room and not twin.withdrawn:
                    state.twins.append(twin)
            self._reindex(number)
        if before is not None and before != room and before in self._register.rooms:
            for claim in self._register.rooms[before].claims.release(twin.id):
                self._register.drop_claim(claim)

    def take_out(self, twin: Twin) -> None:
        """An engineer takes the approval back: the device stands in no room and waits again."""
        room = self._register.room_of(twin)
        twin.room, twin.approved, twin.vouched = None, False, None
        self._flight.reject_all(twin, self._register.clock.now(), ENDS["approval_withdrawn"])
        if room is not None:
            room.twins = [other for other in room.twins if other is not twin]
            for claim in room.claims.release(twin.id):
                self._register.drop_claim(claim)
            self._reindex(room.number)

    def _reindex(self, number: str | None) -> None:
        room = self._register.rooms.get(number) if number is not None else None
        if room is not None:
            room.index()
            self._register.dirty.add(room.number)
            self._register.live.add(room.number)

    def withdraw(self, key: str) -> None:
        """The device took itself back. Its id, place and approval wait for its return."""
        twin = self._register.by_key.get(key)
        if twin is None or twin.withdrawn:
            return
        twin.withdrawn = True
        now = self._register.clock.now()
        self._flight.reject_all(twin, now, ENDS["device_withdrew"])
        room = self._register.rooms.get(twin.room) if twin.room is not None else None
        if room is not None:
            room.twins = [other for other in room.twins if other is not twin]
            self._reindex(room.number)
        self._register.write_twin(twin)

    def set_rooms(self, rooms: Iterable[tuple[str, str, str, float | None]]) -> None:
        """The rooms that exist now, as (number, type code, floor, square metres)."""
        for number, type_code, floor, area in rooms:
            room = self._register.rooms.get(number)
            if room is None:
                room = self._register.rooms[number] = RoomState(number, type_code)
                room.twins = [
                    twin
                    for twin in self._register.by_key.values()
                    if twin.room == number and not twin.withdrawn
                ]
                room.index()
                self._register.dirty.add(number)
            room.type_code, room.floor, room.area_square_metres = type_code, floor, area
        self._register.refresh_hands_off()
        self._register.refresh_equipment()
        for twin in self._register.by_key.values():
            if twin.approved or twin.withdrawn:
                continue
            suggested = self._suggested(twin)
            if suggested != twin.suggested_room:
                twin.suggested_room = suggested
                self._approve_if_clear(twin)
                self._register.write_twin(twin)
