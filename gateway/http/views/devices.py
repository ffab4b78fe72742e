"""One device as engineers see it: the controller's twin and history beside what the wire knows of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from fastapi import APIRouter
from pydantic import BaseModel

from controller.readings import ApprovalEntry, Device, DeviceFault
from hotel.requests import CurrentActor, UtcMoment


class _Trouble(Protocol):
    @property
    def count(self) -> int: ...

    @property
    def reason(self) -> str: ...

    @property
    def at(self) -> datetime: ...


class TemplateTroubles(Protocol):
    """The wire's list of templates that failed, by discovery key."""

    def template_troubles(self) -> Mapping[str, _Trouble]: ...


class DevicesTold(Protocol):
    """What the controller tells of one device. Each raises NotFound for one that never was."""

    def device(self, device_id: str, /) -> Device: ...

    def is_gone(self, device_id: str, /) -> bool: ...

    def config_of(self, device_id: str, /) -> str: ...

    def parts(self, device_id: str, /) -> Sequence[Device]: ...

    def faults_of(self, device_id: str, /) -> Sequence[DeviceFault]: ...

    def approvals_of(self, device_id: str, /) -> Sequence[ApprovalEntry]: ...


class TemplateTrouble(BaseModel):
    """How often the entity's templates failed since the start, and why the last time."""

    count: int
    reason: str
    at: UtcMoment


class DeviceDetail(BaseModel):
    """`config` is the discovery config as JSON text with long names; `parts` are all entities of the
    same apparatus, this one among them; `gone`: the device has taken the entity back."""

    device: Device
    gone: bool
    config: str
    parts: list[Device]
    faults: list[DeviceFault]
    template_trouble: TemplateTrouble | None
    approvals: list[ApprovalEntry]


def routes(devices: DevicesTold, wire: TemplateTroubles) -> APIRouter:
    """`GET /api/devices/{device_id}`."""
    router = APIRouter(tags=["devices"])

    @router.get("/api/devices/{device_id}")
    def show_device(device_id: str, actor: CurrentActor) -> DeviceDetail:
        device = devices.device(device_id)
        trouble = wire.template_troubles().get(device.key)
        return DeviceDetail(
            device=device,
            gone=devices.is_gone(device_id),
            config=devices.config_of(device_id),
            parts=list(devices.parts(device_id)),
            faults=list(devices.faults_of(device_id)),
            template_trouble=TemplateTrouble(count=trouble.count, reason=trouble.reason, at=trouble.at)
            if trouble
            else None,
            approvals=list(devices.approvals_of(device_id)),
        )

    return router
