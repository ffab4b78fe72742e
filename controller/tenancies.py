"""Whose room it is: the stays as the front desk has them, and what ends when a guest leaves.

Runs under the service's lock.
"""

from __future__ import annotations

from dataclasses import replace

from controller.ends import ENDS
from controller.eta import Sign
from controller.flight import CommandsInFlight
from controller.ports import StayForComfort
from controller.precondition import finished
from controller.readings import Level
from controller.register import Register
from controller.room import Manual, RoomState
from controller.store import ManualRow

# Who asks for a stay: what they asked for is not sent any more when it is over.
OF_A_STAY: frozenset[Level] = frozenset({"guest", "front_desk", "arrival_plan"})


MOST_SIGNS = 2000


class Tenancies:
    """The stays of all rooms."""

    def __init__(self, register: Register, flight: CommandsInFlight) -> None:
        self._register = register
        self._flight = flight
        # The newest sign of each guest who is expected.
        self.signs: dict[str, Sign] = {}

    def signed(self, stay_id: str, sign: Sign) -> None:
        """The guest of a stay gave a sign."""
        self.signs.pop(stay_id, None)
        self.signs[stay_id] = sign
        if len(self.signs) > MOST_SIGNS:
            del self.signs[next(iter(self.signs))]
        for room in self._register.rooms.values():
            if room.said_of == stay_id and (room.sign is None or room.sign.kind != "queue"):
                room.sign = sign
                self._register.dirty.add(room.number)

    def set_stays(self, number: str, stays: list[StayForComfort], arrived: set[str]) -> None:
        """The stays of a room as the front desk has them now."""
        room = self._register.rooms.get(number)
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
        due = expected
        if after is not None and after.stay_id not in room.arrived:
            due = after
        said, sign = room.said, room.sign
        room.hear_of(due, self._register.clock.now(), self.signs.get(due.stay_id) if due else None)
        if (room.said, room.sign) != (said, sign):
            self._register.dirty.add(number)
        if (after, expected) == (before, room.expected):
            return
        room.stay, room.expected = after, expected
        self._register.dirty.add(number)
        self._register.live.add(number)
        if before is not None and (after is None or after.stay_id != before.stay_id):
            self._left(room, before, after)
        current = after.stay_id if after is not None else None
        for claim in room.claims.end_foreign(current):
            self._register.drop_claim(claim)
        keep = {stay.stay_id for stay in stays}
        room.arrived &= keep

    def _left(self, room: RoomState, before: StayForComfort, after: StayForComfort | None) -> None:
        """`before` is no longer in the room."""
        if after is not None and before.stay_id in room.arrived and _shared(before, after):
            # A sharer stays behind: what was set by hand is still theirs.
            room.arrived.add(after.stay_id)
            for claim in [claim for claim in room.claims if claim.stay_id == before.stay_id]:
                self._register.put_claim(room, replace(claim, stay_id=after.stay_id))
            return
        self._register.end_claims(room, "check_out")
        now = self._register.clock.now()
        for live in self._flight.dispatch.all():
            if live.room == room.number and live.level in OF_A_STAY:
                self._flight.supersede(live, now, ENDS["stay_over"])
        self.drop_manual(room)
        plan = room.plan
        if plan is not None and plan.expected.stay_id == before.stay_id and plan.state != "done":
            self._register.set_plan(room, finished(plan, "dropped"))
        self._register.event(room.number, self._register.clock.now(), "stay", "guest.left")

    def cleaned(self, number: str) -> None:
        """Housekeeping is done with the room: what they switched on is theirs no longer."""
        room = self._register.rooms.get(number)
        if room is not None:
            self._register.end_claims(room, "cleaned")

    def set_manual(self, room: RoomState, manual: Manual) -> None:
        room.manual = manual
        self._register.dirty.add(room.number)

    def drop_manual(self, room: RoomState) -> None:
        if room.manual is not None:
            room.manual = None
            self._register.journal.drop(ManualRow, room=room.number)
        self._register.dirty.add(room.number)


def _shared(first: StayForComfort, second: StayForComfort) -> bool:
    """Whether two stays had the room at the same time: the later one came before the first left."""
    return second.checked_in_at is not None and second.checked_in_at < first.departure
