"""The apparatuses that were approved, as they introduced themselves, for whoever keeps a registry of things.

Unlike `conditions`, it tells of those without a room too, and nothing of how they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from controller.conditions import main_first
from controller.core import Core
from controller.entities import DeviceDescription
from controller.equipment import EquipmentKind
from controller.readings import Purpose
from controller.twin import Twin


@dataclass(frozen=True, slots=True)
class ApprovedPart:
    """One entity: its id, what it is for, and its component on the wire."""

    id: str
    purpose: Purpose
    component: str


@dataclass(frozen=True, slots=True)
class ApprovedApparatus:
    """One thing on the wall, where it was approved, its main part first. `unit`: what cools its room."""

    description: DeviceDescription
    room: str | None
    parts: tuple[ApprovedPart, ...]
    unit: EquipmentKind


class Apparatuses:
    """Reads the controller's memory."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._register = core.register

    def approved(self) -> list[ApprovedApparatus]:
        """Every approved apparatus that has not taken itself back, by its key."""
        self._core.load()
        with self._core.lock:
            parts: dict[str, list[Twin]] = {}
            for twin in self._register.by_id.values():
                if twin.approved and not twin.withdrawn:
                    parts.setdefault(twin.description.device.key, []).append(twin)
            return [self._told(main_first(twins)) for _, twins in sorted(parts.items())]

    def _told(self, twins: list[Twin]) -> ApprovedApparatus:
        main = twins[0]
        room = self._register.room_of(main)
        return ApprovedApparatus(
            description=main.description.device,
            room=main.room,
            parts=tuple(
                ApprovedPart(twin.id, twin.purpose, twin.description.component.value) for twin in twins
            ),
            unit=room.equipment.kind if room is not None else "split",
        )
