"""Lock-outs, set and released: on disk with who and why, then nothing goes there from any source."""

from __future__ import annotations

from controller import store
from controller.core import Core
from controller.lock_out import LONGEST_REASON, LockOut, check_may_release, parse_asset
from controller.twin import Twin
from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import Conflict, Invalid, NotFound


class LockOutSwitch:
    """Keeps the lock-outs, each in its caller's transaction; one counts from the commit on."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._register = core.register

    def all(self) -> list[LockOut]:
        """All that are on, oldest first."""
        self._core.load()
        with self._core.lock:
            return sorted(self._register.lock_outs.values(), key=lambda one: (one.since, one.asset_key))

    def lock(
        self, tx: Transaction, actor: Actor, asset_key: str, reason: str, ticket_id: str | None
    ) -> LockOut:
        """Nothing is sent there until it is released. What waits to be sent ends as rejected.

        Raises:
            Invalid: nothing that can be locked out, or no reason.
            NotFound: there is no such device, gateway, room or floor.
            Conflict: it is locked out already.
        """
        self._core.load()
        kind, name = parse_asset(asset_key)
        reason = reason.strip()
        if not 1 <= len(reason) <= LONGEST_REASON:
            raise Invalid("lock_reason_needed", f"Say why, in at most {LONGEST_REASON} characters.")
        lock = LockOut(asset_key, reason, actor.id, actor.name, self._core.clock.now(), ticket_id)
        with self._core.lock:
            known = {
                "device": name in self._register.by_id,
                "gateway": bool(self._register.behind(name)),
                "room": name in self._register.rooms,
                "floor": any(room.floor == name for room in self._register.rooms.values()),
            }
            before = self._register.lock_outs.get(asset_key)
        if not known[kind]:
            raise NotFound("unknown_asset", f"There is no {kind} {name}.", asset=asset_key)
        if before is not None:
            raise Conflict(
                "already_locked_out",
                f"{before.by} has locked this out: {before.reason}",
                by=before.by,
                reason=before.reason,
            )
        values = {
            "reason": lock.reason,
            "by_id": lock.by_id,
            "by": lock.by,
            "since": lock.since,
            "ticket_id": ticket_id,
        }
        key = {"property_id": tx.property_id, "asset_key": asset_key}
        store.upsert(tx.session, store.LockOutRow, [{**key, **values}])
        tx.audit(actor, "lock_out.set", asset_key, reason=reason, ticket=ticket_id)
        tx.after_commit(lambda: self._on(lock))
        return lock

    def release(self, tx: Transaction, actor: Actor, asset_key: str) -> LockOut:
        """The house takes over again, from what it finds then; returns what was on.

        Raises:
            NotFound: it is not locked out.
            Forbidden: somebody else has set it, and the actor is no manager.
        """
        self._core.load()
        with self._core.lock:
            before = self._register.lock_outs.get(asset_key)
        if before is None:
            raise NotFound("not_locked_out", "This is not locked out.", asset=asset_key)
        check_may_release(before, actor)
        store.delete_keys(
            tx.session, store.LockOutRow, [{"property_id": tx.property_id, "asset_key": asset_key}]
        )
        tx.audit(actor, "lock_out.released", asset_key, reason=before.reason, set_by=before.by)
        tx.after_commit(lambda: self._off(before, actor))
        return before

    def _on(self, lock: LockOut) -> None:
        with self._core.lock:
            self._register.lock_outs[lock.asset_key] = lock
            detail = f"Locked out by {lock.by}: {lock.reason}"
            covered = self._covered(lock)
            ids = {twin.id for twin in covered}
            for live in self._core.flight.dispatch.all():
                if live.state == "queued" and live.device_id in ids:
                    self._core.flight.reject(live, lock.since, detail)
            self._told(covered, "lock_out.set", lock, lock.by)
        self._core.wake.set()

    def _off(self, lock: LockOut, actor: Actor) -> None:
        with self._core.lock:
            covered = self._covered(lock)
            self._register.lock_outs.pop(lock.asset_key, None)
            self._told(covered, "lock_out.released", lock, actor.name)
        self._core.wake.set()

    def _covered(self, lock: LockOut) -> list[Twin]:
        kind, name = parse_asset(lock.asset_key)
        if kind == "device":
            twin = self._register.by_id.get(name)
            return self._register.apparatus_of(twin) if twin is not None else []
        if kind == "gateway":
            return self._register.behind(name)
        rooms = [
            room
            for room in self._register.rooms.values()
            if (room.number if kind == "room" else room.floor) == name
        ]
        return [twin for room in rooms for twin in room.twins]

    def _told(self, twins: list[Twin], code: str, lock: LockOut, by: str) -> None:
        now = self._core.clock.now()
        for number in sorted({twin.room for twin in twins if twin.room is not None}):
            self._register.event(number, now, "hands_off", code, by=by, reason=lock.reason)
            self._register.dirty.add(number)
            self._register.live.add(number)
