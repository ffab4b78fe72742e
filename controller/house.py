"""The controller's memory at work: what a report does to a room, and what a look at a room brings.

Everything here runs under the service's lock, touches no database and no wire: what must be written
goes into the journal, what must be sent into the dispatch. The service does both afterwards.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta, tzinfo

from controller.arrivals_store import HabitRow
from controller.device_book import DeviceBook
from controller.dispatch import LiveCommand
from controller.entities import AVAILABLE, Component
from controller.eta import EtaErrors, HouseHabit
from controller.evaluation import evaluate
from controller.flight import CommandsInFlight
from controller.hands import Hands
from controller.happenings import Happenings
from controller.journal import Journal
from controller.outlooks import Outlooks
from controller.ports import ConfigReading, StayForComfort
from controller.readings import Purpose
from controller.reconcile import Compressor, Effort, most_tries
from controller.register import Policies, Register
from controller.room import RoomState
from controller.situation import Ask, Outcome, Situation
from controller.store import ArrivalRow, ManualRow
from controller.tenancies import Tenancies
from controller.twin import Change
from hotel.clock import Clock

OUTDOOR_MEAN_HOURS = 12.0
# Who first opens the door this long after the usual time of their day of arrival came before that.
LATEST_ARRIVAL = timedelta(hours=15)
# A door panel's lamp is a request of the guest, never something of ours to be put right.
PANEL: frozenset[Purpose] = frozenset({"do_not_disturb", "make_up_room"})


class House:
    """Rooms, twins and live commands of one property, and the parts that move them."""

    def __init__(
        self,
        clock: Clock,
        zone: tzinfo,
        policies: Policies,
        journal: Journal,
        reading: ConfigReading,
        *,
        auto_approve: bool,
    ) -> None:
        self.register = Register(clock, zone, policies, journal, reading)
        self.flight = CommandsInFlight(self.register)
        self.devices = DeviceBook(self.register, self.flight, auto_approve=auto_approve)
        self.tenancies = Tenancies(self.register, self.flight)
        self.outlooks = Outlooks(zone, policies.climate)
        self.outdoor_celsius: float | None = None
        self.outdoor_mean_celsius: float | None = None
        self.outdoor_at: datetime | None = None
        # When guests come: what each source of a time got wrong, and the house's own habit.
        self.errors = EtaErrors()
        self.habit = HouseHabit()
        self._happenings = Happenings(self.register, self._guest_came)
        self._missed: deque[str] = deque(maxlen=200)
        self._hands = Hands(self.register, self.flight)

    # Reports

    def hear(self, change: Change) -> None:
        """What a report means, beyond what it says."""
        twin, name = change.twin, change.property
        self.flight.confirm(change)
        answers_us = self.flight.answers_us(change)
        if name == AVAILABLE:
            if twin.room is not None:
                self.register.dirty.add(twin.room)
            return
        if not change.changed or not twin.approved:
            return
        if twin.purpose == "outdoor_temperature":
            self._outdoors(change)
            return
        room = self.register.room_of(twin)
        if room is None:
            return
        if name == "on":
            self._happenings.sensed(room, twin, change)
        elif name == "mode" and twin.description.component is Component.CLIMATE:
            room.compressors.setdefault(twin.id, Compressor()).saw_mode(change.value, change.at)
            self.register.dirty.add(room.number)
        if name in twin.acts and twin.purpose not in PANEL:
            self._hands.differs(room, twin, change, answers_us)

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

    # When guests come

    def _guest_came(self, room: RoomState, stay: StayForComfort, at: datetime) -> None:
        """Take in when the guest of a stay came, against what was said and what is usual."""
        if room.said_of == stay.stay_id:
            self.errors = self.errors.learned(room.said, at)
            self.register.journal.put(HabitRow, {"learned": self.errors.to_json()}, subject="errors")
        usual = stay.usual_at or stay.eta
        if at - usual > LATEST_ARRIVAL:
            # They lived here before the house was told of them: this opening of their door is no arrival.
            return
        signed = room.sign is not None and room.sign.kind != "queue"
        self.habit = self.habit.learned(usual, at, stay.booked, self.register.zone, signed=signed)
        self._write_habit()

    def guest_missed(self, stay_id: str) -> None:
        """Take in that a guest did not show up; twice is once."""
        if stay_id not in self._missed:
            self._missed.append(stay_id)
            self.habit = self.habit.missed()
            self._write_habit()

    def _write_habit(self) -> None:
        self.register.journal.put(HabitRow, {"learned": self.habit.to_json()}, subject="habit")

    # Decisions

    def situation(self) -> Situation:
        return Situation(
            now=self.register.clock.now(),
            monotonic=self.register.clock.monotonic(),
            zone=self.register.zone,
            outdoor_celsius=self.outdoor_celsius,
            outdoor_mean_celsius=self.outdoor_mean_celsius,
            linked=self.register.linked,
            linked_monotonic=self.register.linked_monotonic,
            unlinked_monotonic=self.register.unlinked_monotonic,
            climate=self.register.policies.climate,
            presence=self.register.policies.presence,
            commands=self.register.policies.commands,
            errors=self.errors,
            habit=self.habit,
            locked=self.register.locked_devices(),
        )

    def look_at(self, room: RoomState, at: Situation) -> Outcome:
        """Evaluate a room and put what follows into journal and dispatch."""
        outcome = evaluate(room, self.outlooks, self.flight.dispatch, at)
        for claim in outcome.claims_ended:
            self.register.drop_claim(claim)
        for kind, code, values in outcome.events:
            self.register.event(room.number, at.now, kind, code, **values)
        if outcome.manual_over:
            self.register.journal.drop(ManualRow, room=room.number)
        if outcome.plan_changed:
            self.register.write_plan(room)
        if outcome.completed is not None:
            self.register.journal.put(ArrivalRow, outcome.completed.values, stay_id=outcome.completed.stay_id)
        for ask in outcome.asks:
            self.command(room, ask, at)
        self.register.live.add(room.number)
        return outcome

    def command(self, room: RoomState, ask: Ask, at: Situation) -> LiveCommand:
        """Ask for one property; it goes out after the next write."""
        live = self.flight.new_command(
            room.number, ask.twin, ask.property, ask.value, level=ask.level, cause=ask.cause, by=ask.by
        )
        waits_seconds = self.flight.dispatch.start_seconds() if live.waits_its_turn() else 0.0
        self.flight.enqueue(live)
        effort = room.efforts.setdefault((ask.twin.id, ask.property), Effort())
        effort.begin(ask.value)
        tries = most_tries(ask.property, ask.twin.description.component, at.commands)
        # Its turn among the compressors that start is no time in which it could have obeyed.
        answered_by = at.monotonic + waits_seconds + self.flight.dispatch.patience_seconds(live)
        effort.tried(answered_by, tries, at.commands)
        return live
