"""How the memory's claims, twins and commands look to those who read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from controller import store
from controller.actions import Action
from controller.arbitration import Claim
from controller.ends import end_code
from controller.readings import (
    Action as ActionReading,
)
from controller.readings import (
    ActionDetail,
    ActionOutcome,
    ActionStep,
    ActionWant,
    Command,
    Device,
    DeviceProperty,
    Hold,
    JsonValue,
)
from controller.twin import Twin
from controller.ways import Ways, changed_ways, offer_of

_UNITS = {"celsius": "°C", "percent": "%", "percentage": "%", "kelvin": "K"}


def hold_reading(claim: Claim) -> Hold:
    return Hold(claim.device_id, claim.property, claim.level, claim.value, claim.since, claim.by)


def device_reading(twin: Twin, ways_of: Callable[[Twin], Ways]) -> Device:
    """The entity as screens show it.

    Args:
        ways_of: how it wants to be commanded now; asked only of one that waits.
    """
    ways = ways_of(twin) if twin.waits else {}
    entity = twin.description
    names = sorted((entity.reports | entity.accepts | set(twin.facets)) - {"available"})
    return Device(
        id=twin.id,
        key=twin.key,
        name=entity.name,
        maker=entity.device.maker,
        model=entity.device.model,
        room=twin.room,
        purpose=twin.purpose,
        component=entity.component.value,
        available=twin.available,
        approved=twin.approved,
        suggested_room=twin.suggested_room,
        last_seen=twin.last_seen,
        properties=[_property(twin, name) for name in names],
        device_class=entity.device_class,
        apparatus=entity.device.key,
        apparatus_name=entity.device.name,
        suggested_area=entity.device.suggested_area,
        changed=changed_ways(twin.vouched, ways) if twin.vouched is not None else [],
        offer=offer_of(ways) if twin.waits else None,
    )


def _property(twin: Twin, name: str) -> DeviceProperty:
    facet, entity = twin.facet(name), twin.description
    limits = entity.limits.get(name)
    options = entity.options.get(name)
    unit = entity.unit if name == "value" else _UNITS.get(name.rpartition("_")[2])
    reported: JsonValue = facet.reported
    return DeviceProperty(
        name=name,
        reported=reported,
        desired=facet.desired,
        revision=facet.revision,
        reported_at=facet.reported_at,
        accepts=name in entity.accepts,
        options=list(options) if options else None,
        low=limits.low if limits else None,
        high=limits.high if limits else None,
        step=limits.step if limits else None,
        unit=unit,
    )


def command_of_row(row: store.CommandRow) -> Command:
    names = (
        "id room device_id device_name name value state level cause by made_at sent_at ended_at "
        "expires_at detail"
    )
    return command_of({name: getattr(row, name) for name in names.split()})


def command_of(values: dict[str, Any]) -> Command:
    return Command(
        id=values["id"],
        room=values["room"],
        device_id=values["device_id"],
        device_name=values["device_name"],
        property=values["name"],
        value=values["value"],
        state=values["state"],
        level=values["level"],
        cause=values["cause"],
        by=values["by"],
        made_at=values["made_at"],
        sent_at=values["sent_at"],
        ended_at=values["ended_at"],
        expires_at=values["expires_at"],
        detail=values["detail"],
        detail_code=end_code(values["detail"]),
    )


def action_reading(action: Action) -> ActionReading:
    """An action without its parts."""
    return ActionReading(**_action(action))


def action_detail(action: Action) -> ActionDetail:
    """An action with the outcome of each device."""
    outcomes = [
        ActionOutcome(
            room=part.room,
            device_id=part.device_id,
            device_name=part.device_name,
            purpose=part.purpose,
            steps=[ActionStep(step.property, step.value) for step in part.steps],
            state=part.state,
            detail=part.detail,
            detail_code=end_code(part.detail),
            command_id=part.command_id,
            ended_at=part.ended_at,
        )
        for part in action.parts
    ]
    return ActionDetail(**_action(action), outcomes=outcomes)


def _action(action: Action) -> dict[str, Any]:
    return {
        "id": action.id,
        "scene": action.scene,
        "wants": [ActionWant(want.purpose, want.property, want.value) for want in action.wants],
        "rooms": list(action.rooms),
        "level": action.level,
        "cause": action.cause,
        "by": action.by,
        "made_at": action.made_at,
        "ended_at": action.ended_at,
        "devices": len(action.parts),
        "counts": action.summary(),
    }
