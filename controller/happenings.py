"""What happens in a room: its door, window, motion and panel; and the guest who arrives.

Turns sensors' reports into events, messages and the arrival scene. Runs under the service's lock.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from controller.arbitration import Claim
from controller.arrival import arriving, welcome_curtain_percent, welcome_light_percent
from controller.entities import Value
from controller.plans import LivePlan
from controller.ports import StayForComfort
from controller.precondition import finished
from controller.readings import Panel, Purpose
from controller.register import Register
from controller.room import RoomState, UnreadyArrival
from controller.situation import LIGHTS
from controller.store import ArrivalRow, PanelRow
from controller.twin import Change, Twin
from hotel.messages import DoorOpened, PanelChanged


class Happenings:
    """Doors, windows, motion, panels and arrivals of all rooms."""

    def __init__(
        self, register: Register, on_arrival: Callable[[RoomState, StayForComfort, datetime], None]
    ) -> None:
        self._register = register
        self._on_arrival = on_arrival

    def sensed(self, room: RoomState, twin: Twin, change: Change) -> None:
        """A contact, a motion sensor or a panel's lamp of the room said something new."""
        flag = change.value if isinstance(change.value, bool) else None
        match twin.purpose:
            case "door":
                self._door(room, flag, change)
            case "presence":
                motion = room.any_on("presence")
                began = bool(motion) and not room.senses.motion
                room.senses = room.senses.move(motion, change.at)
                if began and (not room.of("door") or _came_in_unheard(room)):
                    self._arrive_if_first(room, change.at)
            case "window":
                self._window(room, change.at)
            case "do_not_disturb" | "make_up_room":
                self._panel(room, twin, change)
            case _:
                return
        self._register.dirty.add(room.number)

    def _door(self, room: RoomState, is_open: bool | None, change: Change) -> None:
        before = room.senses.door_open
        room.senses = room.senses.door(room.any_on("door"), change.at)
        if before is None or change.retained or not change.heard_before:
            return
        if is_open:
            stay = self._arrive_if_first(room, change.at)
            self._register.journal.announce(DoorOpened(room.number, stay))
            self._register.event(room.number, change.at, "door", "door.opened", arrival=stay is not None)
        elif is_open is False:
            self._register.event(room.number, change.at, "door", "door.closed")

    def _window(self, room: RoomState, at: datetime) -> None:
        is_open = room.any_on("window")
        if is_open and room.window_open_since is None:
            room.window_open_since = at
            self._register.event(room.number, at, "window", "window.opened")
        elif is_open is False and room.window_open_since is not None:
            room.window_open_since, room.window_overridden = None, False
            self._register.event(room.number, at, "window", "window.closed")

    def _panel(self, room: RoomState, twin: Twin, change: Change) -> None:
        kinds: dict[Purpose, Panel] = {
            "do_not_disturb": "do_not_disturb",
            "make_up_room": "make_up_room",
        }
        panel: Panel = "none"
        if change.value is True:
            panel = kinds[twin.purpose]  # the lamp that was lit last is what the guest means
        else:
            panel = next((kinds[p] for p in kinds if room.any_on(p)), "none")
        if panel == room.panel:
            return
        room.panel, room.panel_since = panel, (change.at if panel != "none" else None)
        self._register.journal.put(PanelRow, {"panel": panel, "since": room.panel_since}, room=room.number)
        self._register.journal.announce(PanelChanged(room.number, panel))
        self._register.event(room.number, change.at, "panel", f"panel.{panel}", by="guest")
        self._register.live.add(room.number)

    # Arrivals

    def _arrive_if_first(self, room: RoomState, at: datetime) -> str | None:
        stay = room.stay
        if stay is None or not arriving(stay, at, room.arrived):
            return None
        room.arrived.add(stay.stay_id)
        plan = room.plan
        planned = plan is not None and plan.expected.stay_id == stay.stay_id
        wanted = (
            room.target.wanted_celsius if room.target else self._register.policies.climate.cooling_celsius
        )
        values = arrival_values(room, stay, plan if planned else None, wanted, at)
        self._register.journal.put(ArrivalRow, values, stay_id=stay.stay_id)
        if values["ready_at"] is None and values["begun_at"] is not None:
            heating = values["season"] == "heating"
            room.unready = UnreadyArrival(stay.stay_id, at, wanted, heating, values)
        self._on_arrival(room, stay, at)
        if plan is not None and planned and plan.state not in ("done", "dropped"):
            self._register.set_plan(room, finished(plan, "done"))
        for claim in room.claims.end("arrived"):
            self._register.drop_claim(claim)
        self._welcome(room, stay, at)
        self._register.event(
            room.number,
            at,
            "arrival",
            "guest.arrived",
            celsius=room.temperature_celsius(at),
            wanted_celsius=wanted,
        )
        return stay.stay_id

    def _welcome(self, room: RoomState, stay: StayForComfort, at: datetime) -> None:
        """The arrival scene, as claims of the arrival plan: a guest's hand goes over them."""
        light = welcome_light_percent(stay, self._register.policies.climate)
        hour = at.astimezone(self._register.zone).hour
        curtain = welcome_curtain_percent(stay, hour, self._register.policies.climate)
        for twin in room.of(*LIGHTS):
            self._scene_claim(room, twin, "on", light > 0, stay, at)
            if light > 0 and "brightness_percent" in twin.acts:
                self._scene_claim(room, twin, "brightness_percent", light, stay, at)
        for twin in room.of("curtain"):
            self._scene_claim(room, twin, "position_percent", curtain, stay, at)

    def _scene_claim(
        self, room: RoomState, twin: Twin, name: str, value: Value, stay: StayForComfort, at: datetime
    ) -> None:
        if name in twin.acts:
            claim = Claim(
                twin.id, name, "arrival_plan", value, at, "Innkeeper", "arrival_scene", stay.stay_id
            )
            self._register.put_claim(room, claim)


def _came_in_unheard(room: RoomState) -> bool:
    """Whether who moves now came through a door that was not heard: its battery is flat, its word was lost.

    Staff who were in there before the guest had the key were seen, or are at a task.
    """
    return room.presence in ("unknown", "empty") and not room.tasks_started


def arrival_values(
    room: RoomState, stay: StayForComfort, plan: LivePlan | None, wanted_celsius: float, at: datetime
) -> dict[str, Any]:
    """The columns of an arrival's record: what was promised, what it began by, and what was found."""
    begun = plan.begun if plan is not None else None
    return {
        "room": room.number,
        "at": at,
        "eta": stay.eta,
        "eta_source": stay.eta_source,
        "known_at": room.said[0].at if room.said_of == stay.stay_id and room.said else at,
        "predicted_ready_at": plan.predicted_ready_at if plan is not None else None,
        "ready_at": plan.ready_at if plan is not None else None,
        "wanted_celsius": wanted_celsius,
        "temperature_celsius": room.temperature_celsius(at),
        "begun_at": begun.at if begun is not None else None,
        "begun_celsius": begun.celsius if begun is not None else None,
        "promised_ready_at": begun.ready_at if begun is not None else None,
        "promised_early": begun.ready_early if begun is not None else None,
        "promised_late": begun.ready_late if begun is not None else None,
        "begun_code": begun.why if begun is not None else None,
        "begun_reason": begun.reason if begun is not None else None,
        "begun_values": begun.values if begun is not None else None,
        "weak_reason": room.outlook.weak_reason if room.outlook is not None else None,
        "vacant_since": room.vacant_since,
        "vacant_watt_hours": room.vacant_watt_hours,
        "season": plan.expected.season if plan is not None else room.memory.season,
    }
