"""What the screens read of one device: its twin, its config, its commands, its faults, its approvals."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Any

from controller import approval_store
from controller.approval_store import ApprovalRow
from controller.core import Core
from controller.readings import ApprovalEntry, Command, Device, DeviceFault
from controller.shown import command_of_row, device_reading
from controller.twin import Twin
from controller.ways import ChangedWay
from hotel.errors import NotFound

MOST_COMMANDS = 200
MOST_APPROVALS = 100


class DeviceTelling:
    """Answers what is asked of one device; changes nothing."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._register = core.register

    def device(self, device_id: str) -> Device:
        """One entity, also one that has taken itself back.

        Raises:
            NotFound: no such entity.
        """
        with self._core.lock:
            twin = self._twin(device_id)
            return device_reading(twin, self._register.ways_of)

    def device_page(
        self, room: str | None, approved: bool | None, after: str | None, limit: int
    ) -> tuple[list[Device], str | None]:
        """Entities by key, only those of a page looked at closely: a property has tens of thousands.

        Args:
            after: only keys behind this one.

        Returns:
            The page, and what to give as `after` for the next one (None: this was the last).
        """
        self._core.load()
        with self._core.lock:
            state = self._register.rooms.get(room) if room is not None else None
            there = (
                self._register.by_id.values() if room is None else state.twins if state is not None else ()
            )
            found = heapq.nsmallest(
                limit + 1,
                (
                    twin
                    for twin in there
                    if not twin.withdrawn
                    and approved in (None, twin.approved)
                    and (after is None or twin.key > after)
                ),
                key=lambda twin: twin.key,
            )
            page = [device_reading(twin, self._register.ways_of) for twin in found[:limit]]
        return page, page[-1].key if len(found) > limit else None

    def is_gone(self, device_id: str) -> bool:
        """Whether the device has taken the entity back."""
        with self._core.lock:
            return self._twin(device_id).withdrawn

    def parts(self, device_id: str) -> list[Device]:
        """All entities of the same apparatus, by key; this one among them."""
        with self._core.lock:
            apparatus = self._twin(device_id).description.device.key
            found = [
                twin
                for twin in self._register.by_id.values()
                if twin.description.device.key == apparatus and not twin.withdrawn
            ]
            return [
                device_reading(twin, self._register.ways_of)
                for twin in sorted(found, key=lambda twin: twin.key)
            ]

    def faults_of(self, device_id: str) -> list[DeviceFault]:
        """What we gave up asking of it, in one sentence each."""
        with self._core.lock:
            room = self._register.room_of(self._twin(device_id))
            found = {} if room is None else room.faults
            return [
                DeviceFault(name, sentence)
                for (of, name), sentence in sorted(found.items())
                if of == device_id
            ]

    def commands_of(self, device_id: str, before: str | None, limit: int) -> list[Command]:
        """Its commands, newest first, older than the command `before`.

        Raises:
            NotFound: no such entity.
        """
        with self._core.lock:
            self._twin(device_id)
        with self._core.database.read() as session:
            rows = approval_store.commands_of_device(
                session, self._core.database.property_id, device_id, before, min(limit, MOST_COMMANDS)
            )
        readings = [command_of_row(row) for row in rows]
        with self._core.lock:
            found = [self._core.flight.dispatch.find(reading.id) for reading in readings]
        # What the journal has not written yet is newer than the row.
        return [
            live.reading() if live is not None else reading
            for live, reading in zip(found, readings, strict=True)
        ]

    def approvals_of(self, device_id: str) -> Sequence[ApprovalEntry]:
        """Who approved, moved and withdrew it, and when it asked again; newest first."""
        with self._core.database.read() as session:
            rows = approval_store.approvals_of(
                session, self._core.database.property_id, device_id, MOST_APPROVALS
            )
        return [_entry(row) for row in rows]

    def _twin(self, device_id: str) -> Twin:
        self._core.load()
        twin = self._register.by_id.get(device_id)
        if twin is None:
            raise NotFound("unknown_device", "There is no such device.", device=device_id)
        return twin


def _entry(row: ApprovalRow) -> ApprovalEntry:
    act: Any = row.act
    purpose: Any = row.purpose
    return ApprovalEntry(
        row.at, act, row.by, row.room, purpose, [ChangedWay(*change) for change in row.changes]
    )
