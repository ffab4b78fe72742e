"""The rooms and twins of the property in memory, and what a report does to them.

Everything here runs under the service's lock, touches no database and no wire: what must be written
goes into the journal, what must be sent into the dispatch. The service does both afterwards.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from controller.arbitration import Claim, End
from controller.arrival import arriving, welcome_curtain_percent, welcome_light_percent
from controller.dispatch import Dispatch, LiveCommand
from controller.entities import AVAILABLE, Component, EntityDescription, Value
from controller.evaluation import LIGHTS, Ask, Outcome, Situation, evaluate
from controller.hand import Differing, whose_doing
from controller.journal import Journal
from controller.learning import Fit, learn_ramp, ramp_prior
from controller.policy import ClimatePolicy, CommandPolicy, PresencePolicy
from controller.ports import StayForComfort
from controller.precondition import Expected, LivePlan, finished
from controller.purpose import purpose_of, suggested_room
from controller.readings import Panel, Purpose
from controller.reconcile import TRAVELS, Compressor, Effort, matches, most_tries
from controller.room import Manual, RoomState
from controller.store import (
    ArrivalRow,
    ClaimRow,
    CommandRow,
    EntityRow,
    FitRow,
    ManualRow,
    PanelRow,
    PlanRow,
    description_to_json,
)
from controller.twin import Change, Twin
from hotel.clock import Clock
from hotel.ids import new_id
from hotel.messages import CommandChanged, DeviceChanged, DoorOpened, PanelChanged, PlanChanged

MOST_ENTITIES = 100_000
OUTDOOR_MEAN_HOURS = 12.0
# Of commands to one property that wait for their answers, so many are remembered.
MOST_UNANSWERED = 32
# A door panel's lamp is a request of the guest, never something of ours to be put right.
PANEL: frozenset[Purpose] = frozenset({"do_not_disturb", "make_up_room"})
_MOTION_DONE = {
    "stop": frozenset({"stopped", "open", "closed"}),
    "open": frozenset({"opening", "open"}),
    "close": frozenset({"closing", "closed"}),
}


@dataclass(frozen=True, slots=True)
class Policies:
    """All numbers that decisions go by."""

    climate: ClimatePolicy
    presence: PresencePolicy
    commands: CommandPolicy


class House:
    """Rooms, twins and live commands of one property."""

    def __init__(
        self,
        clock: Clock,
        zone: tzinfo,
        policies: Policies,
        journal: Journal,
        *,
        auto_approve: bool,
    ) -> None:
        self.clock = clock
        self.zone = zone
        self.policies = policies
        self.journal = journal
        self.auto_approve = auto_approve
        self.dispatch = Dispatch(policies.commands)
        self.rooms: dict[str, RoomState] = {}
        self.by_key: dict[str, Twin] = {}
        self.by_id: dict[str, Twin] = {}
        self.configs: dict[str, str] = {}
        self.type_ramps: dict[str, Fit] = {}
        self.outdoor_celsius: float | None = None
        self.outdoor_mean_celsius: float | None = None
        self.outdoor_at: datetime | None = None
        self.linked = False
        self.relinked_monotonic = float("-inf")
        # Rooms to look at promptly, and rooms whose measured values moved: with the next tick.
        self.dirty: set[str] = set()
        self.moved: set[str] = set()
        self.live: set[str] = set()
        self.entities_refused = 0
        # By target: when it was last sent and what was reported then; by entity: its last send.
        self._sends: dict[tuple[str, str], tuple[float, Value]] = {}
        # Values that were sent and not answered yet, oldest first, with the time of sending.
        self._unanswered: dict[tuple[str, str], deque[tuple[Value, float]]] = {}
        self._entity_sends: dict[str, float] = {}

    # Devices

    def discover(self, entity: EntityDescription, config: str) -> None:
        """A device introduced itself, for the first time or anew. Approval survives an update."""
        twin = self.by_key.get(entity.key)
        if twin is None:
            if len(self.by_key) >= MOST_ENTITIES:
                self.entities_refused += 1
                return
            twin = Twin(new_id(), entity, purpose_of(entity))
            self.by_key[twin.key] = self.by_id[twin.id] = twin
        elif twin.description == entity and not twin.withdrawn and self.configs.get(twin.id) == config:
            return
        elif twin.description != entity:
            guessed = purpose_of(twin.description)
            twin.describe(entity)
            if twin.purpose == guessed:
                twin.purpose = purpose_of(entity)
        twin.withdrawn = False
        twin.met_monotonic = self.clock.monotonic()
        self.configs[twin.id] = config
        twin.suggested_room = suggested_room(entity, self.rooms)
        if not twin.approved:
            self._approve_if_clear(twin)
        self._reindex(twin.room)
        self.write_twin(twin)

    def _approve_if_clear(self, twin: Twin) -> None:
        if not self.auto_approve:
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
            state = self.rooms.get(number)
            if state is not None:
                state.twins = [other for other in state.twins if other is not twin]
                if number == room and not twin.withdrawn:
                    state.twins.append(twin)
            self._reindex(number)
        if before is not None and before != room and before in self.rooms:
            for claim in self.rooms[before].claims.release(twin.id):
                self.drop_claim(claim)

    def _reindex(self, number: str | None) -> None:
        room = self.rooms.get(number) if number is not None else None
        if room is not None:
            room.index()
            self.dirty.add(room.number)
            self.live.add(room.number)

    def withdraw(self, key: str) -> None:
        """The device took itself back. Its id, place and approval wait for its return."""
        twin = self.by_key.get(key)
        if twin is None or twin.withdrawn:
            return
        twin.withdrawn = True
        now = self.clock.now()
        for live in self.dispatch.of_device(twin.id):
            if self.dispatch.end(live, "reject", now, "The device withdrew."):
                self.write_command(live)
        room = self.rooms.get(twin.room) if twin.room is not None else None
        if room is not None:
            room.twins = [other for other in room.twins if other is not twin]
            self._reindex(room.number)
        self.write_twin(twin)

    def set_rooms(self, rooms: Iterable[tuple[str, str]]) -> None:
        """The rooms that exist now, as (number, type code)."""
        for number, type_code in rooms:
            room = self.rooms.get(number)
            if room is None:
                room = self.rooms[number] = RoomState(number, type_code)
                room.twins = [
                    twin for twin in self.by_key.values() if twin.room == number and not twin.withdrawn
                ]
                room.index()
                self.dirty.add(number)
            room.type_code = type_code
        for twin in self.by_key.values():
            if twin.approved or twin.withdrawn:
                continue
            suggested = suggested_room(twin.description, self.rooms)
            if suggested != twin.suggested_room:
                twin.suggested_room = suggested
                self._approve_if_clear(twin)
                self.write_twin(twin)

    # Reports

    def hear(self, change: Change) -> None:
        """What a report means, beyond what it says."""
        twin, name = change.twin, change.property
        self._confirm(change)
        answers_us = self._answers_us(change)
        if name == AVAILABLE:
            if twin.room is not None:
                self.dirty.add(twin.room)
            return
        if not change.changed or not twin.approved:
            return
        if twin.purpose == "outdoor_temperature":
            self._outdoors(change)
            return
        room = self.rooms.get(twin.room) if twin.room is not None else None
        if room is None:
            return
        if name == "on":
            self._sensed(room, twin, change)
        elif name == "mode" and twin.description.component is Component.CLIMATE:
            room.compressors.setdefault(twin.id, Compressor()).saw_mode(change.value, change.at)
            self.dirty.add(room.number)
        if name in twin.acts and twin.purpose not in PANEL:
            self._differs(room, twin, change, answers_us)

    def _outdoors(self, change: Change) -> None:
        if change.property != "value" or not isinstance(change.value, (int, float)):
            return
        celsius = float(change.value)
        mean = self.outdoor_mean_celsius
        if mean is None or self.outdoor_at is None:
            self.outdoor_mean_celsius = celsius
        else:
            hours = max(0.0, (change.at - self.outdoor_at).total_seconds() / 3600)
            self.outdoor_mean_celsius = mean + min(1.0, hours / OUTDOOR_MEAN_HOURS) * (celsius - mean)
        self.outdoor_celsius, self.outdoor_at = celsius, change.at

    def _sensed(self, room: RoomState, twin: Twin, change: Change) -> None:
        flag = change.value if isinstance(change.value, bool) else None
        match twin.purpose:
            case "door":
                self._door(room, flag, change)
            case "presence":
                motion = room.any_on("presence")
                began = bool(motion) and not room.senses.motion
                room.senses = room.senses.move(motion, change.at)
                if began and not room.of("door"):
                    self._arrive_if_first(room, change.at)
            case "window":
                self._window(room, change.at)
            case "do_not_disturb" | "make_up_room":
                self._panel(room, twin, change)
            case _:
                return
        self.dirty.add(room.number)

    def _door(self, room: RoomState, is_open: bool | None, change: Change) -> None:
        before = room.senses.door_open
        room.senses = room.senses.door(room.any_on("door"), change.at)
        if before is None or change.retained or not change.heard_before:
            return
        if is_open:
            stay = self._arrive_if_first(room, change.at)
            self.journal.announce(DoorOpened(room.number, stay))
            self.event(room.number, change.at, "door", "door.opened", arrival=stay is not None)
        elif is_open is False:
            self.event(room.number, change.at, "door", "door.closed")

    def _window(self, room: RoomState, at: datetime) -> None:
        is_open = room.any_on("window")
        if is_open and room.window_open_since is None:
            room.window_open_since = at
            self.event(room.number, at, "window", "window.opened")
        elif is_open is False and room.window_open_since is not None:
            room.window_open_since, room.window_overridden = None, False
            self.event(room.number, at, "window", "window.closed")

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
        self.journal.put(PanelRow, {"panel": panel, "since": room.panel_since}, room=room.number)
        self.journal.announce(PanelChanged(room.number, panel))
        self.event(room.number, change.at, "panel", f"panel.{panel}", by="guest")
        self.live.add(room.number)

    # Arrivals

    def _arrive_if_first(self, room: RoomState, at: datetime) -> str | None:
        stay = room.stay
        if stay is None or not arriving(stay, at, room.arrived):
            return None
        room.arrived.add(stay.stay_id)
        plan = room.plan
        planned = plan is not None and plan.expected.stay_id == stay.stay_id
        wanted = room.target.wanted_celsius if room.target else self.policies.climate.cooling_celsius
        self.journal.put(
            ArrivalRow,
            {
                "room": room.number,
                "at": at,
                "eta": stay.eta,
                "eta_source": stay.eta_source,
                "predicted_ready_at": plan.predicted_ready_at if plan is not None and planned else None,
                "ready_at": plan.ready_at if plan is not None and planned else None,
                "wanted_celsius": wanted,
                "temperature_celsius": room.temperature_celsius(at),
            },
            stay_id=stay.stay_id,
        )
        if plan is not None and planned and plan.state not in ("done", "dropped"):
            self.set_plan(room, finished(plan, "done"))
        for claim in room.claims.end("arrived"):
            self.drop_claim(claim)
        self._welcome(room, stay, at)
        self.event(
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
        light = welcome_light_percent(stay, self.policies.climate)
        hour = at.astimezone(self.zone).hour
        curtain = welcome_curtain_percent(stay, hour, self.policies.climate)
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
            self.put_claim(room, claim)

    # Hands

    def _answers_us(self, change: Change) -> bool:
        """Whether a report says what we sent lately and nobody has said since. Some devices say the old
        value once more before they obey, so the order of answers is not relied on."""
        twin, name = change.twin, change.property
        sent = self._unanswered.get((twin.id, name))
        if not sent or not change.changed:
            return False
        numbers = self.policies.commands
        patience = numbers.travel_transport_seconds if name in TRAVELS else numbers.confirm_transport_seconds
        while sent and change.monotonic - sent[0][1] > patience:
            sent.popleft()
        for place, (value, at_monotonic) in enumerate(sent):
            if change.monotonic >= at_monotonic and matches(twin.description, name, value, change.value):
                del sent[place]
                return True
        return False

    def _differs(self, room: RoomState, twin: Twin, change: Change, answers_us: bool) -> None:
        """A property that can be commanded changed: who did it?"""
        name, facet = change.property, twin.facets[change.property]
        if self._follows_another(twin, name):
            return
        live = self.dispatch.under_way(twin.id, name)
        memory = self._sends.get((twin.id, name))
        occupied = room.tenancy == "arrived"
        numbers = self.policies.commands
        doing = whose_doing(
            Differing(
                previous=change.previous,
                value=change.value,
                at_monotonic=change.monotonic,
                matches_wish=matches(twin.description, name, facet.desired, change.value),
                wish=facet.desired,
                heard_before=change.heard_before,
                sent_monotonic=memory[0] if memory else None,
                value_before_send=memory[1] if memory else None,
                answers_us=answers_us,
                entity_sent_monotonic=self._entity_sends.get(twin.id),
                outstanding=live is not None and live.state == "sent",
                travels=name in TRAVELS,
                born_monotonic=twin.born_monotonic,
                relinked_monotonic=self.relinked_monotonic,
                presence=room.presence,
                occupied=occupied,
            ),
            settle_seconds=numbers.settle_transport_seconds,
            travel_seconds=numbers.travel_transport_seconds,
            revert_seconds=numbers.revert_transport_seconds,
        )
        self.dirty.add(room.number)
        if doing == "wanted":
            effort = room.efforts.get((twin.id, name))
            if effort is not None and not effort.reverts:
                effort.obeyed()
        elif doing == "echo" and memory is not None:
            effort = room.efforts.setdefault((twin.id, name), Effort())
            effort.next_monotonic = max(effort.next_monotonic, memory[0] + numbers.settle_transport_seconds)
        elif doing == "revert":
            room.efforts.setdefault((twin.id, name), Effort(facet.desired)).reverted(
                change.monotonic, numbers
            )
            self.event(room.number, change.at, "hand", "device.reverted", property=name, value=change.value)
        elif doing in ("guest", "housekeeping"):
            self._hand(room, twin, change, guest=doing == "guest")

    def _follows_another(self, twin: Twin, name: str) -> bool:
        """A brightness of a dark lamp says nothing about anybody's wish."""
        return name == "brightness_percent" and twin.flag("on") is False

    def _hand(self, room: RoomState, twin: Twin, change: Change, *, guest: bool) -> None:
        name, now = change.property, change.at
        live = self.dispatch.under_way(twin.id, name)
        if live is not None and self.dispatch.end(live, "supersede", now, "A hand in the room changed it."):
            twin.facets[name].watched = False
            self.write_command(live)
        minutes = self.policies.commands.housekeeping_hold_minutes
        stay_id = room.stay.stay_id if guest and room.stay is not None else None
        self.put_claim(
            room,
            Claim(
                twin.id,
                name,
                "guest" if guest else "housekeeping",
                change.value,
                now,
                "guest" if guest else "housekeeping",
                "hand_in_the_room",
                stay_id,
                None if guest else now + timedelta(minutes=minutes),
            ),
        )
        if name == "mode" and change.value != "off" and room.window_open_since is not None:
            room.window_overridden = True
        self.event(
            room.number,
            now,
            "hand",
            "hand.guest" if guest else "hand.housekeeping",
            by="guest" if guest else "housekeeping",
            device=twin.description.name,
            property=name,
            value=change.value,
        )

    # Claims

    def put_claim(self, room: RoomState, claim: Claim) -> None:
        room.claims.claim(claim)
        self.dirty.add(room.number)
        self.live.add(room.number)
        device_id, name, level = claim.device_id, claim.property, claim.level
        self.journal.put(
            ClaimRow, claim_values(room.number, claim), device_id=device_id, name=name, level=level
        )

    def drop_claim(self, claim: Claim) -> None:
        self.journal.drop(ClaimRow, device_id=claim.device_id, name=claim.property, level=claim.level)

    def end_claims(self, room: RoomState, cause: End) -> None:
        for claim in room.claims.end(cause):
            self.drop_claim(claim)
        self.dirty.add(room.number)

    # Stays

    def set_stays(self, number: str, stays: list[StayForComfort], arrived: set[str]) -> None:
        """The stays of a room as the front desk has them now."""
        room = self.rooms.get(number)
        if room is None:
            return
        here = sorted(
            (stay for stay in stays if stay.state == "checked_in"),
            key=lambda stay: (stay.checked_in_at or stay.eta, stay.stay_id),
        )
        coming = sorted(
            (stay for stay in stays if stay.state == "reserved"), key=lambda stay: (stay.eta, stay.stay_id)
        )
        room.arrived |= arrived
        before = room.stay
        same = next((stay for stay in here if before is not None and stay.stay_id == before.stay_id), None)
        after = same or (here[0] if here else None)
        expected = coming[0] if coming else None
        if (after, expected) == (before, room.expected):
            return
        room.stay, room.expected = after, expected
        self.dirty.add(number)
        self.live.add(number)
        if before is not None and (after is None or after.stay_id != before.stay_id):
            self._left(room, before, after)
        current = after.stay_id if after is not None else None
        for claim in room.claims.end_foreign(current):
            self.drop_claim(claim)
        keep = {stay.stay_id for stay in stays}
        room.arrived &= keep

    def _left(self, room: RoomState, before: StayForComfort, after: StayForComfort | None) -> None:
        """`before` is no longer in the room."""
        if after is not None and before.stay_id in room.arrived and _shared(before, after):
            # A sharer stays behind: what was set by hand is still theirs.
            room.arrived.add(after.stay_id)
            for claim in [claim for claim in room.claims if claim.stay_id == before.stay_id]:
                self.put_claim(room, replace(claim, stay_id=after.stay_id))
            return
        self.end_claims(room, "check_out")
        self.drop_manual(room)
        room.ramp_watch = None
        plan = room.plan
        if plan is not None and plan.expected.stay_id == before.stay_id and plan.state != "done":
            self.set_plan(room, finished(plan, "dropped"))
        self.event(room.number, self.clock.now(), "stay", "guest.left")

    def cleaned(self, number: str) -> None:
        """Housekeeping is done with the room: what they switched on is theirs no longer."""
        room = self.rooms.get(number)
        if room is not None:
            self.end_claims(room, "cleaned")

    def set_manual(self, room: RoomState, manual: Manual) -> None:
        room.manual = manual
        self.dirty.add(room.number)

    def drop_manual(self, room: RoomState) -> None:
        if room.manual is not None:
            room.manual = None
            self.journal.drop(ManualRow, room=room.number)
        self.dirty.add(room.number)

    def set_plan(self, room: RoomState, plan: LivePlan) -> None:
        room.plan = plan
        self.write_plan(room)

    # Decisions

    def situation(self) -> Situation:
        return Situation(
            now=self.clock.now(),
            monotonic=self.clock.monotonic(),
            zone=self.zone,
            outdoor_celsius=self.outdoor_celsius,
            outdoor_mean_celsius=self.outdoor_mean_celsius,
            linked=self.linked,
            relinked_monotonic=self.relinked_monotonic,
            climate=self.policies.climate,
            presence=self.policies.presence,
            commands=self.policies.commands,
        )

    def look_at(self, room: RoomState, at: Situation) -> Outcome:
        """Evaluate a room and put what follows into journal and dispatch."""
        type_ramp = self.type_ramps.get(room.type_code) or ramp_prior()
        outcome = evaluate(room, type_ramp, self.dispatch, at)
        for claim in outcome.claims_ended:
            self.drop_claim(claim)
        for kind, code, values in outcome.events:
            self.event(room.number, at.now, kind, code, **values)
        if outcome.manual_over:
            self.journal.drop(ManualRow, room=room.number)
        if outcome.plan_changed:
            self.write_plan(room)
        if outcome.learned:
            for seen in outcome.learned:
                type_ramp = learn_ramp(type_ramp, seen.kelvin, seen.load, seen.minutes, whole=seen.whole)
            self.type_ramps[room.type_code] = type_ramp
            self._write_fit(f"type:{room.type_code}", type_ramp)
            if room.ramp is not None:
                self._write_fit(f"room:{room.number}", room.ramp)
        for ask in outcome.asks:
            self._command(room, ask, at)
        self.live.add(room.number)
        return outcome

    def _command(self, room: RoomState, ask: Ask, at: Situation) -> None:
        live = self.new_command(
            room.number, ask.twin, ask.property, ask.value, level=ask.level, cause=ask.cause, by=ask.by
        )
        self.enqueue(live)
        effort = room.efforts.setdefault((ask.twin.id, ask.property), Effort())
        tries = most_tries(ask.property, ask.twin.description.component, at.commands)
        effort.tried(at.monotonic + self.dispatch.patience_seconds(live), tries, at.commands)

    def new_command(
        self, room: str | None, twin: Twin, name: str, value: Value, *, level: Any, cause: str, by: str
    ) -> LiveCommand:
        """A queued command; `enqueue` makes it live."""
        now, seconds = self.clock.now(), self.policies.commands.expire_transport_seconds
        # A compressor that must rest first takes nothing of the command's time.
        seconds += self.rest_seconds(twin, name, value) / self.clock.speed
        return LiveCommand(
            id=new_id(),
            room=room,
            device_id=twin.id,
            entity_key=twin.key,
            device_name=twin.description.name,
            property=name,
            value=value,
            state="queued",
            level=level,
            cause=cause,
            by=by,
            made_at=now,
            expires_at=now + timedelta(seconds=seconds * self.clock.speed),
            wall_expires_at=self.clock.wall() + timedelta(seconds=seconds),
            expires_monotonic=self.clock.monotonic() + seconds,
        )

    def enqueue(self, live: LiveCommand, *, first: bool = False) -> None:
        older = self.dispatch.add(live, self.clock.now(), first=first)
        if older is not None:
            self.write_command(older)
        if not live.saved:
            self.write_command(live)

    # Commands' lives

    def going_out(self, live: LiveCommand) -> None:
        """A command is handed to the wire just now: remember what was before, wait for the report."""
        twin = self.by_id[live.device_id]
        facet = twin.facet(live.property)
        assert live.sent_monotonic is not None
        live.value_before = facet.reported
        self._sends[live.target()] = (live.sent_monotonic, facet.reported)
        sent = self._unanswered.setdefault(live.target(), deque(maxlen=MOST_UNANSWERED))
        sent.append((live.value, live.sent_monotonic))
        self._entity_sends[live.device_id] = live.sent_monotonic
        waits_on = "motion" if live.property == "action" else live.property
        twin.facet(waits_on).watched = True

    def went_out(self, live: LiveCommand) -> None:
        """The wire took it."""
        twin = self.by_id[live.device_id]
        waits_on = "motion" if live.property == "action" else live.property
        if live.state == "sent" and waits_on not in twin.description.reports:
            twin.facet(live.property).assumed = live.value
            if self.dispatch.end(live, "confirm", self.clock.now(), "Assumed: the device reports no state."):
                twin.facet(waits_on).watched = False
        self.write_command(live)

    def came_back(self, live: LiveCommand) -> None:
        """The wire did not take it: nothing was sent."""
        self._sends.pop(live.target(), None)
        if sent := self._unanswered.get(live.target()):
            sent.pop()
        self.dispatch.give_back(live)

    def may_go(self, live: LiveCommand) -> bool:
        """Whether the device can hear it now, and its compressor is free to obey."""
        twin = self.by_id.get(live.device_id)
        if twin is None or twin.available is False:
            return False
        return self.rest_seconds(twin, live.property, live.value) <= 0

    def rest_seconds(self, twin: Twin, name: str, value: Value) -> float:
        """Hotel seconds until a compressor's minimum time allows this; 0 for everything else."""
        room = self.rooms.get(twin.room) if twin.room is not None else None
        compressor = room.compressors.get(twin.id) if room is not None else None
        if compressor is None or name != "mode":
            return 0.0
        free_at = compressor.free_at(value, self.policies.commands)
        return max(0.0, (free_at - self.clock.now()).total_seconds()) if free_at is not None else 0.0

    def _confirm(self, change: Change) -> None:
        twin, name = change.twin, change.property
        if name == "motion":
            acted = self.dispatch.under_way(twin.id, "action")
            if acted is not None and change.value in _MOTION_DONE.get(str(acted.value), ()):
                self._confirmed(acted, twin, "motion", change)
        live = self.dispatch.under_way(twin.id, name)
        if live is not None and matches(twin.description, name, live.value, change.value):
            self._confirmed(live, twin, name, change)

    def _confirmed(self, live: LiveCommand, twin: Twin, name: str, change: Change) -> None:
        if live.state != "sent" or live.sent_monotonic is None or change.monotonic < live.sent_monotonic:
            return
        if not self.dispatch.end(live, "confirm", change.at):
            return
        twin.facets[name].watched = False
        if (sent := self._unanswered.get(live.target())) and (live.value, live.sent_monotonic) in sent:
            sent.remove((live.value, live.sent_monotonic))
        self.write_command(live)
        if live.room is not None:
            room = self.rooms.get(live.room)
            effort = room.efforts.get((twin.id, name)) if room is not None else None
            if effort is not None and not effort.reverts:
                effort.obeyed()
            self.dirty.add(live.room)

    def run_out(self) -> None:
        """End commands whose time is over; what is still wanted is asked again by its room."""
        now, monotonic = self.clock.now(), self.clock.monotonic()
        for live in self.dispatch.run_out(monotonic):
            twin = self.by_id.get(live.device_id)
            if live.state == "queued":
                self.dispatch.end(live, "expire", now, "It could not be sent in time.")
            elif twin is not None and self._already(live, twin):
                self.dispatch.end(live, "confirm", now, "The device was so already.")
            elif live.reloaded and monotonic < live.expires_monotonic:
                live.reloaded = False
                self.dispatch.give_back(live)
            else:
                self.dispatch.end(live, "time_out", now, "No report of it came back.")
            if twin is not None and live.state != "queued":
                twin.facet("motion" if live.property == "action" else live.property).watched = False
            self.write_command(live)
            if live.room is not None:
                self.dirty.add(live.room)

    def _already(self, live: LiveCommand, twin: Twin) -> bool:
        """A device that is as asked need not say it again; the report that says so must be known good."""
        facet = twin.facets.get(live.property)
        return (
            facet is not None
            and twin.available is not False
            and matches(twin.description, live.property, live.value, facet.reported)
        )

    # Writing

    def event(
        self, number: str, at: datetime, kind: str, code: str, by: str | None = None, **values: Any
    ) -> None:
        self.journal.event(room=number, at=at, kind=kind, code=code, values=values, by=by)

    def entity_values(self, twin: Twin) -> dict[str, Any]:
        """The columns of an entity's row."""
        return {
            "key": twin.key,
            "description": description_to_json(twin.description),
            "config": self.configs.get(twin.id, ""),
            "approved": twin.approved,
            "room": twin.room,
            "purpose": twin.purpose if twin.purpose != purpose_of(twin.description) else None,
            "suggested_room": twin.suggested_room,
            "described_at": self.clock.now(),
            "withdrawn": twin.withdrawn,
        }

    def write_twin(self, twin: Twin) -> None:
        self.journal.put(EntityRow, self.entity_values(twin), id=twin.id)
        self.journal.announce(DeviceChanged(twin.id, twin.room))

    def write_command(self, live: LiveCommand) -> None:
        self.journal.put(CommandRow, command_values(live), id=live.id)
        self.journal.announce(CommandChanged(live.id, live.room, live.state))
        if live.room is not None:
            self.live.add(live.room)

    def write_plan(self, room: RoomState) -> None:
        assert room.plan is not None
        self.journal.put(PlanRow, {"plan": plan_to_json(room.plan)}, room=room.number)
        self.journal.announce(PlanChanged(room.number, room.plan.expected.stay_id))
        self.live.add(room.number)

    def _write_fit(self, subject: str, fit: Fit) -> None:
        self.journal.put(FitRow, {"fit": fit.to_json()}, subject=subject, kind="ramp")


def _shared(first: StayForComfort, second: StayForComfort) -> bool:
    """Whether two stays had the room at the same time: the later one came before the first left."""
    return second.checked_in_at is not None and second.checked_in_at < first.departure


def claim_values(room: str, claim: Claim) -> dict[str, Any]:
    """The columns of a claim's row beside its key."""
    return {
        "room": room,
        "value": claim.value,
        "since": claim.since,
        "by": claim.by,
        "cause": claim.cause,
        "stay_id": claim.stay_id,
        "until": claim.until,
    }


def command_values(live: LiveCommand) -> dict[str, Any]:
    """The columns of a command's row."""
    return {
        "room": live.room,
        "device_id": live.device_id,
        "device_name": live.device_name,
        "name": live.property,
        "value": live.value,
        "state": live.state,
        "level": live.level,
        "cause": live.cause,
        "by": live.by,
        "made_at": live.made_at,
        "sent_at": live.sent_at,
        "ended_at": live.ended_at,
        "expires_at": live.expires_at,
        "wall_expires_at": live.wall_expires_at,
        "detail": live.detail,
    }


def plan_to_json(plan: LivePlan) -> dict[str, Any]:
    """What of a plan must outlive the process: the rest is worked out anew."""
    expected = plan.expected
    return {
        "room": expected.room,
        "stay_id": expected.stay_id,
        "eta": expected.eta.isoformat(),
        "eta_source": expected.eta_source,
        "wanted_celsius": expected.wanted_celsius,
        "season": expected.season,
        "checked_in": expected.checked_in,
        "manual": expected.manual,
        "state": plan.state,
        "start_at": plan.start_at.isoformat(),
        "ready_by": plan.ready_by.isoformat(),
        "lead_minutes": plan.lead_minutes,
        "kelvin": plan.kelvin,
        **{
            name: at.isoformat() if (at := getattr(plan, name)) is not None else None
            for name in ("predicted_ready_at", "started_at", "ready_at")
        },
        "start_celsius": plan.start_celsius,
        "guest_is_late": plan.guest_is_late,
        "reason": plan.reason,
        "reason_code": plan.reason_code,
        "reason_values": plan.reason_values,
    }


def plan_from_json(kept: dict[str, Any]) -> LivePlan:
    """The plan that `plan_to_json` wrote."""

    def time(name: str) -> datetime | None:
        return datetime.fromisoformat(kept[name]) if kept[name] is not None else None

    return LivePlan(
        expected=Expected(
            room=kept["room"],
            stay_id=kept["stay_id"],
            eta=datetime.fromisoformat(kept["eta"]),
            eta_source=kept["eta_source"],
            wanted_celsius=kept["wanted_celsius"],
            season=kept["season"],
            checked_in=kept["checked_in"],
            manual=kept["manual"],
        ),
        state=kept["state"],
        start_at=datetime.fromisoformat(kept["start_at"]),
        ready_by=datetime.fromisoformat(kept["ready_by"]),
        predicted_ready_at=time("predicted_ready_at"),
        lead_minutes=kept["lead_minutes"],
        kelvin=kept["kelvin"],
        started_at=time("started_at"),
        start_celsius=kept["start_celsius"],
        ready_at=time("ready_at"),
        guest_is_late=kept["guest_is_late"],
        reason=kept["reason"],
        reason_code=kept["reason_code"],
        reason_values=kept["reason_values"],
    )
