"""Faults that a person puts into a room of the demo hotel, to watch them become tickets.

They go over the topic that the simulated world listens to, on the demo's own broker. In a real hotel the
route answers that there is nothing to break.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from hotel.database import Database
from hotel.errors import NotFound, Unavailable
from hotel.requests import CurrentActor
from hotel.rooms import find_room

CONTROL_TOPIC = "simulators/control"

DemoFault = Literal[
    "no_capacity", "ignores_setpoint", "curtain_stuck", "window_open", "sensor_frozen", "gateway_offline"
]
# What the world calls it: device and fault.
WORLD_WORDS: dict[DemoFault, tuple[str, str]] = {
    "no_capacity": ("air_conditioner", "no_capacity"),
    "ignores_setpoint": ("air_conditioner", "ignores_setpoint"),
    "curtain_stuck": ("curtain", "stuck"),
    "window_open": ("window", "stuck_open"),
    "sensor_frozen": ("room_sensor", "frozen"),
    "gateway_offline": ("room", "offline"),
}


class FaultToInject(BaseModel):
    """`active` false takes the fault back."""

    model_config = ConfigDict(extra="forbid")

    room: Annotated[str, Field(max_length=20)]
    fault: DemoFault
    active: bool = True


def routes(database: Database, publish: Callable[[str, bytes], bool] | None) -> APIRouter:
    """The demo's one route.

    Args:
        publish: hands a message to the broker and says whether it was taken; None outside the demo.
    """
    router = APIRouter(tags=["demo"])

    @router.post("/api/demo/faults", status_code=202)
    def inject_fault(body: FaultToInject, actor: CurrentActor) -> FaultToInject:
        if publish is None:
            raise NotFound("no_demo", "This is a real hotel: nothing here is broken on purpose.")
        with database.read() as session:
            find_room(session, database.property_id, body.room)
        device, kind = WORLD_WORDS[body.fault]
        message = {"room": body.room, "device": device, "fault": kind, "value": body.active}
        if not publish(CONTROL_TOPIC, json.dumps(message).encode()):
            raise Unavailable("broker_away", "The broker does not take messages just now.")
        return body

    return router
