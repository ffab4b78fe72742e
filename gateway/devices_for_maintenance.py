"""Tells maintenance which apparatuses were approved; it keeps assets, and knows no entities or topics."""

from __future__ import annotations

from controller.apparatuses import Apparatuses
from maintenance.assets_following import Apparatus, ApparatusPart


class ControllerDevices:
    """Fills `maintenance.ports.ApprovedDevices` from the controller's book of devices."""

    def __init__(self, devices: Apparatuses) -> None:
        self._devices = devices

    def apparatuses(self) -> list[Apparatus]:
        return [
            Apparatus(
                key=one.description.key,
                name=one.description.name,
                maker=one.description.maker,
                model=one.description.model,
                serial=one.description.serial,
                software=one.description.software,
                room=one.room,
                via=one.description.via,
                parts=tuple(ApparatusPart(part.id, part.purpose, part.component) for part in one.parts),
                unit=one.unit,
            )
            for one in self._devices.approved()
        ]
