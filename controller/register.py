"""The rooms and twins of the property in memory, and how what is decided about them gets written down.

Everything here and in the modules that share it runs under the service's lock, touches no database and
no wire: what must be written goes into the journal. The service does the writing afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from controller.approval_store import ApprovalRow
from controller.arbitration import Claim, End
from controller.dispatch import LiveCommand
from controller.equipment import Equipment
from controller.hands_off import PROPERTY, HandsOff, over_room
from controller.journal import Journal
from controller.lock_out import LockOut, over_device
from controller.plans import LivePlan
from controller.policy import ClimatePolicy, CommandPolicy, PresencePolicy
from controller.ports import ConfigReading
from controller.purpose import purpose_of
from controller.readings import ApprovalAct
from controller.room import RoomState
from controller.rows import claim_values, command_values, plan_to_json
from controller.store import ClaimRow, CommandRow, EntityRow, PlanRow, description_to_json
from controller.twin import Twin
from controller.ways import ChangedWay, Ways
from hotel.clock import Clock
from hotel.messages import CommandChanged, DeviceChanged, PlanChanged

# Gateways behind gateways; no house has more, and a circle of them ends here.
MOST_LINKS = 8


@dataclass(frozen=True, slots=True)
class Policies:
    """All numbers that decisions go by."""

    climate: ClimatePolicy
    presence: PresencePolicy
    commands: CommandPolicy


class Register:
    """Who is there: rooms, twins, what we know of our link; and which rooms must be looked at."""

    def __init__(
        self, clock: Clock, zone: tzinfo, policies: Policies, journal: Journal, reading: ConfigReading
    ) -> None:
        self.clock = clock
        self.zone = zone
        self.policies = policies
        self.journal = journal
        self.reading = reading
        self.rooms: dict[str, RoomState] = {}
        self.by_key: dict[str, Twin] = {}
        self.by_id: dict[str, Twin] = {}
        self.configs: dict[str, str] = {}
        # By scope: where nothing may be sent.
        self.hands_off: dict[str, HandsOff] = {}
        # By scope: what cools and heats there.
        self.equipment: dict[str, Equipment] = {}
        # By apparatus: what it hangs on.
        self.vias: dict[str, str | None] = {}
        # By asset: what is isolated for work.
        self.lock_outs: dict[str, LockOut] = {}
        self.linked = False
        # When our link came up last, when it came back after an outage, and when it went. Transport time.
        self.linked_monotonic = float("-inf")
        self.relinked_monotonic = float("-inf")
        self.unlinked_monotonic = float("-inf")
        # Rooms to look at promptly, and rooms whose measured values moved: with the next tick.
        self.dirty: set[str] = set()
        self.moved: set[str] = set()
        # Rooms that the screens must hear of.
        self.live: set[str] = set()

    def room_of(self, twin: Twin) -> RoomState | None:
        """The room that a twin stands in; None when it has none or the room is gone."""
        return self.rooms.get(twin.room) if twin.room is not None else None

    def hands_off_over(self, twin: Twin) -> Sequence[HandsOff]:
        """The switches that keep everything from a twin; over a device without a room, the property's."""
        room = self.room_of(twin)
        if room is not None:
            return room.hands_off
        return [self.hands_off[PROPERTY]] if PROPERTY in self.hands_off else []

    def lock_over(self, twin: Twin) -> LockOut | None:
        """The lock-out over a twin; whatever the source, nothing goes there."""
        if not self.lock_outs:
            return None  # by far the commonest
        room = self.room_of(twin)
        floor = room.floor if room is not None else None
        return over_device(
            self.lock_outs.values(), self._locked_parts(twin), self._hangs_on(twin), twin.room, floor
        )

    def _locked_parts(self, twin: Twin) -> list[str]:
        """The ids of the twin and of those parts of its apparatus that are named by a lock-out."""
        apparatus = twin.description.device.key
        named = (lock.asset_key.removeprefix("device/") for lock in self.lock_outs.values())
        others = (self.by_id[name] for name in named if name in self.by_id)
        return [twin.id, *(other.id for other in others if other.description.device.key == apparatus)]

    def _hangs_on(self, twin: Twin) -> list[str]:
        """What the twin's apparatus is called, and what it hangs on, and what that hangs on."""
        device = twin.description.device
        chain = [device.key]
        via = device.via
        while via is not None and via not in chain and len(chain) <= MOST_LINKS:
            chain.append(via)
            via = self.vias.get(via)
        return chain

    def note_via(self, twin: Twin) -> None:
        """Know what the apparatus hangs on; call whenever it has introduced itself."""
        self.vias[twin.description.device.key] = twin.description.device.via

    def apparatus_of(self, twin: Twin) -> list[Twin]:
        """Every part of the twin's apparatus."""
        key = twin.description.device.key
        return [other for other in self.by_id.values() if other.description.device.key == key]

    def behind(self, gateway: str) -> list[Twin]:
        """Every twin that is a part of a gateway or hangs on it."""
        return [twin for twin in self.by_id.values() if gateway in self._hangs_on(twin)]

    def locked_devices(self) -> frozenset[str]:
        """The ids of the devices that are locked out."""
        if not self.lock_outs:
            return frozenset()
        return frozenset(twin.id for twin in self.by_id.values() if self.lock_over(twin) is not None)

    def ways_of(self, twin: Twin) -> Ways:
        """How the device wants to be commanded now. What takes no commands has no ways."""
        return self.reading.ways(self.configs.get(twin.id, "")) if twin.description.accepts else {}

    # Hands off

    def put_hands_off(self, switch: HandsOff) -> None:
        self.hands_off[switch.scope] = switch
        self.refresh_hands_off()

    def drop_hands_off(self, scope: str) -> None:
        self.hands_off.pop(scope, None)
        self.refresh_hands_off()

    def refresh_equipment(self) -> None:
        """Let every room know what cools and heats it: the nearest word; call after rooms changed."""
        for room in self.rooms.values():
            scopes = (f"room:{room.number}", f"type:{room.type_code}", PROPERTY)
            before = room.equipment
            room.equipment = next(
                (self.equipment[scope] for scope in scopes if scope in self.equipment), Equipment()
            )
            if room.equipment != before:
                room.outlook = None  # it told of another unit
                self.dirty.add(room.number)

    def refresh_hands_off(self) -> None:
        """Let every room know what is over it; call after switches or rooms changed."""
        for room in self.rooms.values():
            room.hands_off = over_room(self.hands_off.values(), room.number, room.floor)

    # Who has the say

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

    # Plans

    def set_plan(self, room: RoomState, plan: LivePlan) -> None:
        room.plan = plan
        self.write_plan(room)

    # Rows

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
            "vouched": dict(twin.vouched) if twin.vouched is not None else None,
        }

    def write_twin(self, twin: Twin) -> None:
        self.journal.put(EntityRow, self.entity_values(twin), id=twin.id)
        self.journal.announce(DeviceChanged(twin.id, twin.room))

    def write_asking(self, twin: Twin, act: ApprovalAct, changes: Sequence[ChangedWay]) -> None:
        """A line of the approval history that the device itself is the cause of."""
        told = [[change.name, change.old, change.new] for change in changes]
        # The same question asked again is one line, however often a device comes and goes.
        mark = hashlib.blake2b(repr((act, told)).encode(), digest_size=8).hexdigest()
        self.journal.put(
            ApprovalRow,
            {
                "device_id": twin.id,
                "at": self.clock.now(),
                "act": act,
                "by": "Innkeeper",
                "room": twin.room,
                "purpose": twin.purpose,
                "changes": told,
            },
            id=f"{twin.id}-{mark}",
        )

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
