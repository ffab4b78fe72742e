"""Commands in flight: made, sent, answered, confirmed by a report or run out.

Remembers what was sent when, so that a report can be told from a hand. Runs under the service's lock.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Any

from controller.dispatch import Dispatch, LiveCommand
from controller.ends import ENDS
from controller.entities import AVAILABLE, Value
from controller.reconcile import TRAVELS, matches
from controller.register import Register
from controller.twin import Change, Twin
from hotel.ids import new_id

# Of commands to one property that wait for their answers, so many are remembered.
MOST_UNANSWERED = 32
_MOTION_DONE = {
    "stop": frozenset({"stopped", "open", "closed"}),
    "open": frozenset({"opening", "open"}),
    "close": frozenset({"closing", "closed"}),
}


class CommandsInFlight:
    """The live commands of the property and what is known of their way."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self.dispatch = Dispatch(register.policies.commands)
        # By target: when it was last sent and what was reported then; by entity: its last send.
        self._sends: dict[tuple[str, str], tuple[float, Value]] = {}
        # Values that were sent and not answered yet, oldest first, with the time of sending.
        self._unanswered: dict[tuple[str, str], deque[tuple[Value, float]]] = {}
        self._entity_sends: dict[str, float] = {}

    def new_command(
        self, room: str | None, twin: Twin, name: str, value: Value, *, level: Any, cause: str, by: str
    ) -> LiveCommand:
        """A queued command; `enqueue` makes it live."""
        now, seconds = self._register.clock.now(), self._register.policies.commands.expire_transport_seconds
        # A compressor that must rest first takes nothing of the command's time.
        seconds += self.rest_seconds(twin, name, value) / self._register.clock.speed
        if name == "mode" and value != "off":
            # Nor does the queue of starts before it: a long one must not look like a deaf device.
            seconds += self.dispatch.start_seconds()
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
            expires_at=now + timedelta(seconds=seconds * self._register.clock.speed),
            wall_expires_at=self._register.clock.wall() + timedelta(seconds=seconds),
            expires_monotonic=self._register.clock.monotonic() + seconds,
        )

    def enqueue(self, live: LiveCommand, *, first: bool = False) -> None:
        older = self.dispatch.add(live, self._register.clock.now(), first=first)
        if older is not None:
            self._register.write_command(older)
        if not live.saved:
            self._register.write_command(live)

    def reject_all(self, twin: Twin, now: datetime, detail: str) -> None:
        """End whatever is under way to an entity that will not hear it any more."""
        for live in self.dispatch.of_device(twin.id):
            self.reject(live, now, detail)

    def reject(self, live: LiveCommand, now: datetime, detail: str) -> None:
        if self.dispatch.end(live, "reject", now, detail):
            self._register.write_command(live)

    def reject_unvouched(self, twin: Twin, now: datetime) -> None:
        """Nobody has agreed to how the device is commanded now: what was under way is not wanted so."""
        for live in self.dispatch.of_device(twin.id):
            if not live.is_trial() and self.dispatch.end(
                live, "reject", now, "The device must be approved again: it is commanded otherwise now."
            ):
                self._register.write_command(live)

    def overtaken_by_hand(self, twin: Twin, name: str, now: datetime) -> None:
        """Somebody in the room decided otherwise: what was under way counts no longer."""
        live = self.dispatch.under_way(twin.id, name)
        if live is not None:
            self.supersede(live, now, "A hand in the room changed it.")

    def supersede(self, live: LiveCommand, now: datetime, detail: str) -> None:
        """What was asked counts no longer; should the device obey all the same, that is no hand."""
        if self.dispatch.end(live, "supersede", now, detail):
            self._unwatch(live)
            self._register.write_command(live)

    def _unwatch(self, live: LiveCommand) -> None:
        twin = self._register.by_id.get(live.device_id)
        if twin is not None:
            twin.facet("motion" if live.property == "action" else live.property).watched = False

    # Out to the wire

    def going_out(self, live: LiveCommand) -> None:
        """A command is handed to the wire just now: remember what was before, wait for the report."""
        twin = self._register.by_id[live.device_id]
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
        twin = self._register.by_id[live.device_id]
        waits_on = "motion" if live.property == "action" else live.property
        if live.state == "sent" and waits_on not in twin.description.reports:
            twin.facet(live.property).assumed = live.value
            if self.dispatch.end(
                live, "confirm", self._register.clock.now(), "Assumed: the device reports no state."
            ):
                twin.facet(waits_on).watched = False
        self._register.write_command(live)

    def came_back(self, live: LiveCommand) -> None:
        """The wire did not take it: nothing was sent."""
        self._never_sent(live)
        self.dispatch.give_back(live)

    def refused(self, live: LiveCommand, detail: str) -> None:
        """The wire can never take it: nothing was sent, and nothing will be."""
        self._never_sent(live)
        self.reject(live, self._register.clock.now(), detail)
        if live.room is not None:
            self._register.dirty.add(live.room)

    def _never_sent(self, live: LiveCommand) -> None:
        self._sends.pop(live.target(), None)
        if sent := self._unanswered.get(live.target()):
            sent.pop()

    def may_go(self, live: LiveCommand) -> bool:
        """Whether the device can hear it now, nobody forbids it, and its compressor is free to obey."""
        twin = self._register.by_id.get(live.device_id)
        if twin is None or twin.available is False or self._register.hands_off_over(twin):
            return False
        if self._register.lock_over(twin) is not None:
            return False
        if self._may_speak_soon(twin) or (twin.waits and not live.is_trial()):
            return False
        return self.rest_seconds(twin, live.property, live.value) <= 0

    def _may_speak_soon(self, twin: Twin) -> bool:
        """After an outage the broker may be there before the device, which would then miss it."""
        settled = self._register.linked_monotonic + self._register.policies.commands.settle_transport_seconds
        return (
            twin.available is None and AVAILABLE in twin.facets and self._register.clock.monotonic() < settled
        )

    def rest_seconds(self, twin: Twin, name: str, value: Value) -> float:
        """Hotel seconds until a compressor's minimum time allows this; 0 for everything else."""
        room = self._register.rooms.get(twin.room) if twin.room is not None else None
        if room is None or name != "mode" or not room.equipment.has_compressor:
            return 0.0
        compressor = room.compressors.get(twin.id)
        if compressor is None:
            return 0.0
        free_at = compressor.free_at(value, self._register.policies.commands)
        return (
            max(0.0, (free_at - self._register.clock.now()).total_seconds()) if free_at is not None else 0.0
        )

    # What is known of what was sent

    def last_send(self, twin: Twin, name: str) -> tuple[float, Value] | None:
        """When the property was last sent to (transport time), and what was reported then."""
        return self._sends.get((twin.id, name))

    def last_send_to(self, twin: Twin) -> float | None:
        """When anything of the entity was last sent to (transport time)."""
        return self._entity_sends.get(twin.id)

    def answers_us(self, change: Change) -> bool:
        """Whether a report says what we sent lately and nobody has said since. Some devices say the old
        value once more before they obey, so the order of answers is not relied on."""
        twin, name = change.twin, change.property
        sent = self._unanswered.get((twin.id, name))
        if not sent or not change.changed:
            return False
        numbers = self._register.policies.commands
        patience = numbers.travel_transport_seconds if name in TRAVELS else numbers.confirm_transport_seconds
        while sent and change.monotonic - sent[0][1] > patience:
            sent.popleft()
        for place, (value, at_monotonic) in enumerate(sent):
            if change.monotonic >= at_monotonic and matches(twin.description, name, value, change.value):
                del sent[place]
                return True
        return False

    # Ends

    def confirm(self, change: Change) -> None:
        """A report came: it may be what a command waits for."""
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
        self._register.write_command(live)
        if live.room is not None:
            room = self._register.rooms.get(live.room)
            effort = room.efforts.get((twin.id, name)) if room is not None else None
            if effort is not None and not effort.reverts:
                effort.obeyed()
            self._register.dirty.add(live.room)

    def run_out(self) -> None:
        """End commands whose time is over; what is still wanted is asked again by its room."""
        now, monotonic = self._register.clock.now(), self._register.clock.monotonic()
        linked_since = self._register.linked_monotonic if self._register.linked else None
        for live in self.dispatch.run_out(monotonic, linked_since):
            twin = self._register.by_id.get(live.device_id)
            if live.state == "queued":
                self.dispatch.end(live, "expire", now, ENDS["not_sent_in_time"])
            elif twin is not None and self._already(live, twin):
                self.dispatch.end(live, "confirm", now, ENDS["already_so"])
            elif live.reloaded and monotonic < live.expires_monotonic:
                live.reloaded = False
                self.dispatch.give_back(live)
            else:
                self.dispatch.end(live, "time_out", now, ENDS["no_report"])
            if twin is not None and live.state != "queued":
                twin.facet("motion" if live.property == "action" else live.property).watched = False
            self._register.write_command(live)
            if live.room is not None:
                self._register.dirty.add(live.room)

    def _already(self, live: LiveCommand, twin: Twin) -> bool:
        """A device that is as asked need not say it again; the report that says so must be known good."""
        facet = twin.facets.get(live.property)
        return (
            facet is not None
            and twin.available is not False
            and matches(twin.description, live.property, live.value, facet.reported)
        )
