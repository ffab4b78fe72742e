"""Who changed a device: the device itself, our own command, or a hand in the room; and what follows.

`hand.py` says whose doing a change is; here it is gathered what that depends on, and a hand gets its
say. Runs under the service's lock.
"""

from __future__ import annotations

from datetime import timedelta

from controller.arbitration import Claim
from controller.flight import CommandsInFlight
from controller.hand import Differing, whose_doing
from controller.reconcile import TRAVELS, Effort, matches
from controller.register import Register
from controller.room import RoomState
from controller.twin import Change, Twin


class Hands:
    """Tells hands from echoes and reverts."""

    def __init__(self, register: Register, flight: CommandsInFlight) -> None:
        self._register = register
        self._flight = flight

    def differs(self, room: RoomState, twin: Twin, change: Change, answers_us: bool) -> None:
        """A property that can be commanded changed: who did it?"""
        name, facet = change.property, twin.facets[change.property]
        if self._follows_another(twin, name):
            return
        live = self._flight.dispatch.under_way(twin.id, name)
        memory = self._flight.last_send(twin, name)
        occupied = room.tenancy == "arrived"
        numbers = self._register.policies.commands
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
                entity_sent_monotonic=self._flight.last_send_to(twin),
                outstanding=live is not None and live.state == "sent",
                travels=name in TRAVELS,
                born_monotonic=twin.born_monotonic,
                relinked_monotonic=self._register.relinked_monotonic,
                presence=room.presence,
                occupied=occupied,
            ),
            settle_seconds=numbers.settle_transport_seconds,
            travel_seconds=numbers.travel_transport_seconds,
            revert_seconds=numbers.revert_transport_seconds,
        )
        self._register.dirty.add(room.number)
        if room.hands_off and doing not in ("guest", "housekeeping"):
            return  # we ask for nothing, so nothing was lost or refused
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
            self._register.event(
                room.number, change.at, "hand", "device.reverted", property=name, value=change.value
            )
        elif doing in ("guest", "housekeeping"):
            self._hand(room, twin, change, guest=doing == "guest")

    def _follows_another(self, twin: Twin, name: str) -> bool:
        """A brightness of a dark lamp says nothing about anybody's wish."""
        return name == "brightness_percent" and twin.flag("on") is False

    def _hand(self, room: RoomState, twin: Twin, change: Change, *, guest: bool) -> None:
        name, now = change.property, change.at
        self._flight.overtaken_by_hand(twin, name, now)
        minutes = self._register.policies.commands.housekeeping_hold_minutes
        stay_id = room.stay.stay_id if guest and room.stay is not None else None
        self._register.put_claim(
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
        self._register.event(
            room.number,
            now,
            "hand",
            "hand.guest" if guest else "hand.housekeeping",
            by="guest" if guest else "housekeeping",
            device=twin.description.name,
            property=name,
            value=change.value,
        )
