"""What people ask for: a property of a device, a room made ready, a device given back.

Each request is checked and written in its caller's transaction; it counts from the commit on.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from controller import store
from controller.arbitration import LEVELS, MAY_CLAIM, Claim, level_for
from controller.asked import check_hands_off, check_rank, claims_asked
from controller.core import Core
from controller.dispatch import LiveCommand
from controller.entities import Value
from controller.lock_out import check_lock_out
from controller.planning import preview_plan
from controller.readings import Command, Hold, Level, Plan, Purpose
from controller.room import Manual, RoomState
from controller.rounds import Rounds
from controller.rows import claim_values, command_values
from controller.shown import hold_reading
from controller.twin import Twin
from controller.values import check_vouched, valid_value
from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import Conflict, Invalid, StaleVersion
from hotel.messages import CommandChanged, PlanChanged

MOST_LISTED = 2000

LOWEST_CELSIUS, HIGHEST_CELSIUS = 16.0, 30.0
LONGEST_AHEAD_HOURS = 48.0

_ANYBODY_RELEASES: frozenset[Level] = frozenset({"guest", "front_desk", "arrival_plan", "housekeeping"})


class Requests:
    """Takes what people ask for."""

    def __init__(self, core: Core, rounds: Rounds) -> None:
        self._core = core
        self._register = core.register
        self._flight = core.flight
        self._rounds = rounds

    def request_command(
        self,
        tx: Transaction,
        actor: Actor,
        room: str,
        *,
        property: str,
        value: Value,
        device_id: str | None = None,
        purpose: Purpose | None = None,
        revision: int | None = None,
        level: Level | None = None,
        reason: str | None = None,
    ) -> Command:
        """Ask one property of one device of a room, in the caller's transaction; sent after its commit.

        Args:
            device_id: which device; or else the first one of `purpose` in the room.
            revision: the revision of the property that the caller saw; not checked when None.
            level: on whose behalf; by role when None.

        Raises:
            NotFound: no such room, or no such device in it.
            Invalid: the device has no such property, or does not take this value.
            StaleVersion: what is desired was changed meanwhile.
            Forbidden: the actor may not speak at this level.
            Conflict: hands are off there, somebody higher has the say, or the device is not approved.
        """
        self._core.load()
        level = level_for(actor, level)
        with self._core.lock:
            state = self._core.room(room)
            check_hands_off(state.hands_off)
            twin = self._core.device_in(state, device_id, purpose)
            check_lock_out(self._core.register.lock_over(twin))
            check_vouched(twin)
            name, value = valid_value(twin, property, value)
            facet = twin.facet(name)
            if revision is not None and revision != facet.revision:
                raise StaleVersion(f"{twin.description.name} {name}", revision, facet.revision)
            check_rank(state, twin, name, level, self._core.clock.now())
            live = self._flight.new_command(
                room, twin, name, value, level=level, cause=reason or "request", by=actor.name
            )
            live.automatic = False
            claims = claims_asked(
                state,
                twin,
                name,
                value,
                level,
                actor.name,
                self._core.clock.now(),
                self._core.settings.commands,
            )
        row = {"property_id": tx.property_id, "id": live.id, **command_values(live)}
        store.insert_all(tx.session, store.CommandRow, [row])
        if claims:
            # In the same transaction: a kill must not leave a command whose purpose is forgotten.
            store.upsert(
                tx.session,
                store.ClaimRow,
                [
                    {
                        "property_id": tx.property_id,
                        "device_id": claim.device_id,
                        "name": claim.property,
                        "level": claim.level,
                        **claim_values(room, claim),
                    }
                    for claim in claims
                ],
            )
        tx.audit(actor, "command.requested", live.id, room=room, device=twin.id, property=name, level=level)
        tx.announce(CommandChanged(live.id, room, "queued"))
        reading = live.reading()
        tx.after_commit(lambda: self._requested(state, twin, live, claims))
        return reading

    def _requested(self, room: RoomState, twin: Twin, live: LiveCommand, claims: list[Claim]) -> None:
        """The request is on disk: it counts from now, and goes out at once in this thread."""
        with self._core.lock:
            live.saved = True
            if live.property == "action":
                for claim in room.claims.release(twin.id, "position_percent"):
                    self._register.drop_claim(claim)
            for claim in claims:
                self._register.put_claim(room, claim)
                twin.facet(claim.property).desire(claim.value)
            self._flight.enqueue(live, first=True)
        self._rounds.send_at_once(live)

    def precondition(
        self, tx: Transaction, actor: Actor, room: str, celsius: float | None, by: datetime | None
    ) -> Plan:
        """Make a room ready by a time (default: now), at a temperature (default: its guest's).

        Raises:
            NotFound: no such room.
            Invalid: the temperature or the time is out of range.
            Conflict: hands are off there, or the guest is in the room already.
        """
        self._core.load()
        now = self._core.clock.now()
        if celsius is not None and not LOWEST_CELSIUS <= celsius <= HIGHEST_CELSIUS:
            raise Invalid(
                "celsius_out_of_range",
                f"A room can be made {LOWEST_CELSIUS:.0f} to {HIGHEST_CELSIUS:.0f} °C, not {celsius:g} °C.",
                low=LOWEST_CELSIUS,
                high=HIGHEST_CELSIUS,
            )
        if by is not None and by.tzinfo is None:
            raise Invalid("time_without_zone", "The time to be ready by needs a zone.")
        if by is not None and not now - timedelta(minutes=1) <= by <= now + timedelta(
            hours=LONGEST_AHEAD_HOURS
        ):
            raise Invalid(
                "time_out_of_range",
                f"A room can be planned from now to {LONGEST_AHEAD_HOURS:.0f} hours ahead.",
                earliest=now.isoformat(),
                latest=(now + timedelta(hours=LONGEST_AHEAD_HOURS)).isoformat(),
            )
        manual = Manual(celsius, max(by or now, now), now, actor.name)
        with self._core.lock:
            state = self._core.room(room)
            check_hands_off(state.hands_off)
            if state.tenancy == "arrived":
                raise Conflict("room_occupied", f"The guest of room {room} is in already.")
            before, state.manual = state.manual, manual
            try:
                house = self._core.house
                preview = preview_plan(state, house.outlooks, house.situation())
            finally:
                state.manual = before
        assert preview is not None
        store.upsert(
            tx.session,
            store.ManualRow,
            [
                {
                    "property_id": tx.property_id,
                    "room": room,
                    "celsius": manual.celsius,
                    "ready_by": manual.ready_by,
                    "made_at": manual.made_at,
                    "by": manual.by,
                }
            ],
        )
        tx.audit(actor, "room.preconditioned", room, celsius=celsius)
        tx.announce(PlanChanged(room, preview.expected.stay_id))

        def take_effect() -> None:
            with self._core.lock:
                self._core.house.tenancies.set_manual(state, manual)
            self._core.wake.set()

        tx.after_commit(take_effect)
        return preview.reading()

    def release(
        self,
        tx: Transaction,
        actor: Actor,
        room: str,
        device_id: str | None = None,
        property: str | None = None,
        levels: frozenset[Level] | None = None,
    ) -> list[Hold]:
        """Give a property, a device or the whole room back to the automatic; returns what is released.

        Releasing a whole room also takes back the desk's own pre-conditioning. What an engineer
        holds only an engineer releases.

        Args:
            levels: only what is held at these; None: all that the actor may release.

        Raises:
            NotFound: no such room, or no such device in it.
        """
        self._core.load()
        may = frozenset(LEVELS) if actor.has(*MAY_CLAIM["engineer"]) else _ANYBODY_RELEASES
        chosen_levels = may if levels is None else may & levels
        with self._core.lock:
            state = self._core.room(room)
            if device_id is not None:
                self._core.device_in(state, device_id, None)
            chosen = [
                claim
                for claim in state.claims
                if claim.level in chosen_levels
                and device_id in (None, claim.device_id)
                and property in (None, claim.property)
            ]
        if chosen:
            store.delete_keys(
                tx.session,
                store.ClaimRow,
                [
                    {
                        "property_id": tx.property_id,
                        "device_id": claim.device_id,
                        "name": claim.property,
                        "level": claim.level,
                    }
                    for claim in chosen
                ],
            )
        if device_id is None:
            store.delete_keys(tx.session, store.ManualRow, [{"property_id": tx.property_id, "room": room}])
        tx.audit(actor, "room.released", room, device=device_id, property=property)

        def take_effect() -> None:
            with self._core.lock:
                for claim in state.claims.release(device_id, property, chosen_levels):
                    self._register.drop_claim(claim)
                if device_id is None:
                    self._core.house.tenancies.drop_manual(state)
                self._register.dirty.add(room)
                self._register.live.add(room)
            self._core.wake.set()

        tx.after_commit(take_effect)
        return [hold_reading(claim) for claim in chosen]
