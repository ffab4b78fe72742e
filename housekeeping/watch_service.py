"""Watches over the house: what contradicts itself, who is late, how long work takes, and what was when."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotel.actor import SYSTEM, Actor
from hotel.clock import Clock
from hotel.database import Database, Transaction
from hotel.errors import Conflict, Invalid, NotFound
from hotel.messages import DiscrepancyChanged, Message, PanelChanged, ReminderRaised
from hotel.rooms import all_rooms, find_room
from housekeeping import rules_store, store, tasks_store, watch_store
from housekeeping.discrepancies import LONGEST_RESOLUTION, REPORT_HOLDS, check_people, judge
from housekeeping.durations import Durations, learn
from housekeeping.ports import FrontOffice, Panels, Presences, RoomThenOccupied, StaysOfDay
from housekeeping.reminders import RemindedTask, Reminder, due_reminders
from housekeeping.status import (
    NEW_ROOM,
    SELLABLE,
    Availability,
    AvailabilityState,
    Cleanliness,
    Discrepancy,
    PanelSince,
    panel_now,
)
from housekeeping.tasks import CLEANS, TaskKind, TaskState
from housekeeping.watch_store import DiscrepancyRow, ReminderRow, RoomAxisRow, RoomFoundRow, TaskThen

# A task that nobody touched for so long does not tell who was in a room.
LOOK_BACK = timedelta(hours=36)
LEARN_FROM = timedelta(days=56)
LEARN_EVERY = timedelta(hours=1)
MOST_LEARNED = 20_000


@dataclass(frozen=True, slots=True)
class AttendantMinutes:
    """What somebody's cleans take, half of them no longer; `pace` × the usual minutes."""

    attendant_id: str
    name: str
    pace: float
    measured: int
    departure_minutes: float
    stayover_minutes: float


@dataclass(frozen=True, slots=True)
class RoomThen:
    """A room's status at a moment of the past: each axis with who set it and why, and who was at work."""

    room: str
    at: datetime
    front_office: str
    front_office_since: datetime | None
    front_office_by: str | None
    front_office_reason: str | None
    cleanliness: Cleanliness
    cleanliness_since: datetime | None
    cleanliness_by: str | None
    cleanliness_reason: str | None
    availability: AvailabilityState
    availability_reason: str | None
    availability_by: str | None
    turndown: str
    service: str
    panel: str
    attendant_id: str | None
    attendant: str | None
    tasks: tuple[TaskThen, ...]


class WatchService:
    """Discrepancies, reminders, learned durations and the past of the rooms.

    Args:
        front_office: who is in.
        stays: how many people are.
        presences: what the rooms' sensors say.
        panels: what the doors' panels show.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        front_office: FrontOffice,
        stays: StaysOfDay,
        presences: Presences,
        panels: Panels,
    ) -> None:
        self.database = database
        self._clock = clock
        self._front_office = front_office
        self._stays = stays
        self._presences = presences
        self._panels = panels
        self._lock = threading.Lock()
        self._learned: tuple[datetime, Durations] | None = None

    def handle(self, message: Message) -> None:
        """Keep what a door's panel asked for, and when. May be called twice for a message."""
        if not isinstance(message, PanelChanged):
            return
        with self.database.write() as tx:
            now = tx.clock.now()
            axes = watch_store.axes_at(tx.session, tx.property_id, now, [message.room])
            before = axes.get((message.room, "panel"))
            if (before.value if before else "none") != message.panel:
                watch_store.note_axis(
                    tx.session,
                    tx.property_id,
                    message.room,
                    "panel",
                    message.panel,
                    now,
                    watch_store.BY_PANEL,
                )

    def panels(self) -> dict[str, PanelSince]:
        """What each room's guest asks for and since when, by the panel or through somebody of the house."""
        shown = dict(self._panels.panels())
        with self.database.read() as session:
            said = watch_store.said_for_panels(session, self.database.property_id)
        if said:
            stays = self._front_office.rooms(list(said))
            for room, noted in said.items():
                of_room = stays.get(room)
                occupied = of_room is not None and of_room.occupied
                shown[room] = panel_now(shown.get(room, ("none", None)), noted, occupied)
        return shown

    # -- the past

    def rooms_at(self, at: datetime, room: str | None = None) -> list[RoomThen]:
        """The status of the room (or of all) at a moment of the past.

        Raises:
            NotFound: no such room.
            Invalid: the moment has not come yet.
        """
        now = self._clock.now()
        if at > now:
            raise Invalid("not_past", "This moment has not come yet.", field="at", now=now.isoformat())
        property_id = self.database.property_id
        with self.database.read() as session:
            if room is not None:
                find_room(session, property_id, room)
            numbers = [room] if room is not None else [one.number for one in all_rooms(session, property_id)]
            only = numbers if room is not None else None
            steps = watch_store.cleanliness_at(session, property_id, at, only)
            axes = watch_store.axes_at(session, property_id, at, only)
            tasks = watch_store.tasks_at(session, property_id, at - LOOK_BACK, at, only)
        stays = self._front_office.front_office_at(at, only)
        by_room: dict[str, list[TaskThen]] = {}
        for task in tasks:
            by_room.setdefault(task.room, []).append(task)
        return [
            _then(number, at, stays.get(number), steps.get(number), axes, by_room.get(number, []))
            for number in numbers
        ]

    # -- discrepancies

    def found(self, tx: Transaction, actor: Actor, room: str, occupied: bool, people: int | None) -> str:
        """Somebody was in the room and says what they found; returns the report's id.

        Raises:
            NotFound: no such room.
            Invalid: a head-count that cannot be.
        """
        find_room(tx.session, tx.property_id, room)
        check_people(occupied, people)
        stays = self._front_office.rooms([room]).get(room)
        row = RoomFoundRow(
            property_id=tx.property_id,
            room=room,
            at=tx.clock.now(),
            by=actor.name,
            occupied=occupied,
            people=people,
            occupied_then=stays is not None and stays.occupied,
        )
        tx.session.add(row)
        tx.session.flush()
        tx.audit(actor, "room.found", f"room:{room}", occupied=occupied, people=people)
        return row.id

    def compare(self) -> int:
        """Open the contradictions that are new and end those that are gone; returns how many. A heartbeat."""
        now = self._clock.now()
        property_id = self.database.property_id
        presences = self._presences.presences()
        stays = self._front_office.rooms(None)
        people: dict[str, int] = {}
        for stay in self._stays.stays_of_day(None):
            if stay.state == "checked_in":
                people[stay.room] = people.get(stay.room, 0) + stay.people
        with self.database.read() as session:
            reports = watch_store.newest_found(session, property_id, now - REPORT_HOLDS)
            known = watch_store.newest_discrepancies(session, property_id)
        changed = 0
        for room in sorted({*presences, *reports, *known}):
            of_room = stays.get(room)
            occupied = of_room is not None and of_room.occupied
            leaves_at = of_room.leaves_at if of_room is not None else None
            overdue = leaves_at is not None and leaves_at < now
            presence = presences.get(room, "unknown")
            finding = judge(occupied, people.get(room, 0), overdue, presence, reports.get(room), now)
            there = known.get(room)
            if (finding.key if finding else None) == (there.key if there else None):
                continue
            with self.database.write() as tx:
                if there is not None:
                    self._end(tx, there.id, now)
                if finding is not None:
                    tx.session.add(
                        DiscrepancyRow(
                            property_id=property_id,
                            room=room,
                            kind=finding.kind.value,
                            key=finding.key,
                            since=now,
                            seen_by=finding.seen_by,
                            people_expected=finding.people_expected,
                            people_found=finding.people_found,
                            gone=False,
                        )
                    )
                kind = finding.kind if finding else Discrepancy.NONE
                tx.announce(DiscrepancyChanged(room, kind.value))
            changed += 1
        return changed

    def _end(self, tx: Transaction, discrepancy_id: str, now: datetime) -> None:
        row = watch_store.discrepancy_for_edit(tx.session, tx.property_id, discrepancy_id)
        if row is None:
            return
        row.gone = True
        if row.resolved_at is None:
            row.resolved_at, row.resolved_by, row.resolution = now, SYSTEM.name, "agrees_again"

    def discrepancies(self, only_open: bool, limit: int) -> Sequence[DiscrepancyRow]:
        """Newest first."""
        with self.database.read() as session:
            return watch_store.discrepancies(session, self.database.property_id, only_open, limit)

    def open_by_room(self) -> dict[str, Discrepancy]:
        """By room, the newest contradiction that nobody has settled."""
        with self.database.read() as session:
            rows = watch_store.open_discrepancies(session, self.database.property_id)
        return {row.room: Discrepancy(row.kind) for row in rows}

    def resolve(self, tx: Transaction, actor: Actor, discrepancy_id: str, resolution: str) -> DiscrepancyRow:
        """The desk or the supervisor has looked into it and says what it was.

        Raises:
            NotFound, Invalid.
            Conflict: somebody has done so already.
        """
        row = watch_store.discrepancy_for_edit(tx.session, tx.property_id, discrepancy_id)
        if row is None:
            raise NotFound("unknown_discrepancy", "There is no such discrepancy.")
        said = resolution.strip()
        if not 1 <= len(said) <= LONGEST_RESOLUTION:
            raise Invalid(
                "resolution_needed",
                f"Say what it was, in 1 to {LONGEST_RESOLUTION} characters.",
                field="resolution",
                longest=LONGEST_RESOLUTION,
            )
        if row.resolved_at is not None:
            raise Conflict(
                "already_resolved",
                f"{row.resolved_by} has resolved this already.",
                by=row.resolved_by,
                at=row.resolved_at.isoformat(),
                resolution=row.resolution,
            )
        row.resolved_at, row.resolved_by, row.resolution = tx.clock.now(), actor.name, said
        tx.audit(actor, "discrepancy.resolve", f"room:{row.room}", kind=row.kind)
        tx.announce(DiscrepancyChanged(row.room, Discrepancy.NONE.value))
        return row

    # -- durations and reminders

    def durations(self) -> Durations:
        """What was learned of how long work takes; learned anew each hour."""
        now = self._clock.now()
        with self._lock:
            if self._learned is not None and now - self._learned[0] < LEARN_EVERY:
                return self._learned[1]
        property_id = self.database.property_id
        with self.database.read() as session:
            measured = watch_store.measured(session, property_id, now - LEARN_FROM, MOST_LEARNED)
            rules = rules_store.rules(session, property_id)
            kept, _ = rules_store.settings(session, property_id)
        table = {rule.kind: rule.minutes for rule in reversed(rules) if not rule.room_types}
        learned = learn(measured, table, kept.learn_by_attendant)
        with self._lock:
            self._learned = (now, learned)
        return learned

    def attendants_minutes(self) -> tuple[bool, list[AttendantMinutes]]:
        """Whether the property learns by attendant, and what it has learned, by name; nothing otherwise."""
        property_id = self.database.property_id
        with self.database.read() as session:
            kept, _ = rules_store.settings(session, property_id)
        with self._lock:
            if self._learned is not None and self._learned[1].of_attendants != kept.learn_by_attendant:
                # The switch was turned since: what the other way says is of no use.
                self._learned = None
        if not kept.learn_by_attendant:
            return False, []
        durations = self.durations()
        known = durations.attendants()
        with self.database.read() as session:
            names = watch_store.names_of(session, property_id, [one for one, _ in known])
        found = [
            AttendantMinutes(
                one,
                names[one],
                durations.pace(one),
                count,
                durations.estimate(TaskKind.DEPARTURE, None, 1, one).p50_minutes,
                durations.estimate(TaskKind.STAYOVER, None, 1, one).p50_minutes,
            )
            for one, count in known
            if one in names
        ]
        return True, sorted(found, key=lambda one: (one.name, one.attendant_id))

    def reminders(self) -> list[Reminder]:
        """What is late now."""
        now = self._clock.now()
        property_id = self.database.property_id
        durations = self.durations()
        with self.database.read() as session:
            kept, _ = rules_store.settings(session, property_id)
            rows = tasks_store.open_tasks(session, property_id)
            statuses = store.statuses(session, property_id)
            steps = watch_store.cleanliness_at(session, property_id, now, None)
        occupied = {room for room, of_room in self._front_office.rooms(None).items() if of_room.occupied}
        asked = []
        for row in rows:
            kind = TaskKind(row.kind)
            status = statuses.get(row.room or "")
            waits = (
                kind in CLEANS
                and row.room is not None
                and row.room not in occupied
                and status is not None
                and status.cleanliness in (Cleanliness.DIRTY, Cleanliness.PICKUP)
            )
            step = steps.get(row.room or "")
            estimate = durations.estimate(kind, row.room_type, row.nights, row.attendant_id)
            asked.append(
                RemindedTask(
                    id=row.id,
                    state=TaskState(row.state),
                    attendant_id=row.attendant_id,
                    minutes=row.minutes,
                    p90_minutes=max(estimate.p90_minutes, row.minutes),
                    due_at=row.due_at,
                    response_due_at=row.response_due_at,
                    worked_seconds=row.worked_seconds,
                    working_since=row.working_since,
                    dirty_since=step.at if waits and step is not None else None,
                )
            )
        return due_reminders(asked, now, kept.remind_after_minutes)

    def remind(self) -> int:
        """Raise the reminders that are due and were not raised yet; returns how many. A heartbeat."""
        due = self.reminders()
        if not due:
            return 0
        with self.database.read() as session:
            known = watch_store.raised(session, [one.task_id for one in due])
        new = [one for one in due if (one.task_id, one.reason.value, one.level.value, one.since) not in known]
        if not new:
            return 0
        with self.database.write() as tx:
            for one in new:
                row = tasks_store.task(tx.session, tx.property_id, one.task_id)
                if row is None:
                    continue
                tx.session.add(
                    ReminderRow(
                        property_id=tx.property_id,
                        task_id=one.task_id,
                        reason=one.reason.value,
                        level=one.level.value,
                        since=one.since,
                        at=tx.clock.now(),
                    )
                )
                tx.announce(
                    ReminderRaised(one.task_id, one.level.value, one.reason.value, row.room, one.attendant_id)
                )
        return len(new)


def _then(
    room: str,
    at: datetime,
    stays: RoomThenOccupied | None,
    step: store.CleanlinessHistoryRow | None,
    axes: dict[tuple[str, str], RoomAxisRow],
    tasks: list[TaskThen],
) -> RoomThen:
    out = axes.get((room, "availability"))
    kept = SELLABLE if out is None else Availability(AvailabilityState(out.value), None, out.since, out.until)
    state = kept.at(at)
    counts = out is not None and state != AvailabilityState.SELLABLE

    def axis(name: str, otherwise: str) -> str:
        row = axes.get((room, name))
        return row.value if row is not None else otherwise

    at_work = [task for task in tasks if task.state in (TaskState.STARTED, TaskState.PAUSED)]
    planned = [task for task in tasks if task.state == TaskState.PLANNED and task.attendant is not None]
    holder = next(iter([*at_work[::-1], *planned[::-1]]), None)
    return RoomThen(
        room=room,
        at=at,
        front_office="occupied" if stays is not None and stays.occupied else "vacant",
        front_office_since=stays.since if stays is not None else None,
        front_office_by=stays.by if stays is not None else None,
        front_office_reason=stays.reason if stays is not None else None,
        cleanliness=Cleanliness(step.cleanliness) if step else NEW_ROOM,
        cleanliness_since=step.at if step else None,
        cleanliness_by=step.by if step else None,
        cleanliness_reason=step.reason if step else None,
        availability=state,
        availability_reason=out.reason if counts and out is not None else None,
        availability_by=out.by if counts and out is not None else None,
        turndown=axis("turndown", "not_required"),
        service=axis("service", "expected"),
        panel=axis("panel", "none"),
        attendant_id=holder.attendant_id if holder else None,
        attendant=holder.attendant if holder else None,
        tasks=tuple(tasks),
    )
