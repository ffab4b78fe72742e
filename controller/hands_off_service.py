"""Hands off, switched on and lifted: on disk with who and why, then nothing goes out there any more."""

from __future__ import annotations

from controller import store
from controller.core import Core
from controller.hands_off import LONGEST_REASON, PROPERTY, HandsOff, covers, parse_scope
from controller.room import RoomState
from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import Conflict, Invalid, NotFound


class HandsOffSwitch:
    """Takes the hands off, each in its caller's transaction; it counts from the commit on."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._register = core.register

    def switches(self) -> list[HandsOff]:
        """All that are on, oldest first."""
        self._core.load()
        with self._core.lock:
            return sorted(self._register.hands_off.values(), key=lambda one: (one.since, one.scope))

    def over_rooms(self) -> dict[str, tuple[HandsOff, ...]]:
        """The switches over each room that has any, by room number."""
        self._core.load()
        with self._core.lock:
            return {number: room.hands_off for number, room in self._register.rooms.items() if room.hands_off}

    def switch_on(self, tx: Transaction, actor: Actor, scope: str, reason: str) -> HandsOff:
        """Nothing is sent there until it is lifted. What waits to be sent ends as rejected.

        Raises:
            Invalid: no such form of scope, or no reason.
            NotFound: no such room, or no room on such a floor.
            Conflict: it is on already for another reason.
        """
        self._core.load()
        kind, name = parse_scope(scope)
        reason = reason.strip()
        if not 1 <= len(reason) <= LONGEST_REASON:
            raise Invalid("reason_needed", f"Say why, in at most {LONGEST_REASON} characters.")
        switch = HandsOff(scope, reason, actor.name, self._core.clock.now())
        with self._core.lock:
            if kind == "room":
                self._core.room(name)
            elif kind == "floor" and all(room.floor != name for room in self._register.rooms.values()):
                raise NotFound("unknown_floor", f"There is no room on a floor {name}.", floor=name)
            before = self._register.hands_off.get(scope)
        if before is not None:
            if before.reason == reason:
                return before
            raise Conflict(
                "already_hands_off",
                f"Hands are off already since {before.since:%H:%M} by {before.by}: {before.reason}",
                by=before.by,
                reason=before.reason,
            )
        values = {"reason": switch.reason, "by": switch.by, "since": switch.since}
        store.upsert(
            tx.session, store.HandsOffRow, [{"property_id": tx.property_id, "scope": scope, **values}]
        )
        tx.audit(actor, "hands_off.set", scope, reason=reason)
        tx.after_commit(lambda: self._on(switch))
        return switch

    def lift(self, tx: Transaction, actor: Actor, scope: str) -> HandsOff:
        """The house takes over again, from what it finds then; returns what was on.

        Raises:
            Invalid: no such form of scope.
            NotFound: it is not on.
        """
        self._core.load()
        parse_scope(scope)
        with self._core.lock:
            before = self._register.hands_off.get(scope)
        if before is None:
            raise NotFound("not_hands_off", "Hands are not off there.", scope=scope)
        store.delete_keys(tx.session, store.HandsOffRow, [{"property_id": tx.property_id, "scope": scope}])
        tx.audit(actor, "hands_off.lifted", scope, reason=before.reason, set_by=before.by)
        tx.after_commit(lambda: self._off(before, actor))
        return before

    def _on(self, switch: HandsOff) -> None:
        with self._core.lock:
            self._register.put_hands_off(switch)
            detail = f"Hands off by {switch.by}: {switch.reason}"
            rooms = self._rooms(switch.scope)
            numbers = {room.number for room in rooms}
            for live in self._core.flight.dispatch.all():
                if live.state == "queued" and (switch.scope == PROPERTY or live.room in numbers):
                    self._core.flight.reject(live, switch.since, detail)
            for room in rooms:
                self._told(room, "hands_off.set", switch, switch.by)
        self._core.wake.set()

    def _off(self, switch: HandsOff, actor: Actor) -> None:
        with self._core.lock:
            self._register.drop_hands_off(switch.scope)
            for room in self._rooms(switch.scope):
                self._told(room, "hands_off.lifted", switch, actor.name)
        self._core.wake.set()

    def _rooms(self, scope: str) -> list[RoomState]:
        return [room for room in self._register.rooms.values() if covers(scope, room.number, room.floor)]

    def _told(self, room: RoomState, code: str, switch: HandsOff, by: str) -> None:
        now = self._core.clock.now()
        self._register.event(room.number, now, "hands_off", code, by=by, reason=switch.reason)
        self._register.dirty.add(room.number)
        self._register.live.add(room.number)
