"""The day's tasks: brought into line with stays and rules, again and again.

What a message tells is a hint about which rooms to look at; the heartbeat looks at all of them. Both
read the tables, ask `rules` and write what differs, so that a lost message costs a minute.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hotel.actor import SYSTEM
from hotel.clock import Clock
from hotel.database import Database, Transaction
from hotel.messages import (
    AvailabilityChanged,
    CleanlinessChanged,
    Message,
    PanelChanged,
    RoomsChanged,
    ServiceChanged,
    StayChanged,
)
from hotel.rooms import Property, Room, all_rooms, find_property
from housekeeping import rules_store, store, tasks_store
from housekeeping.durations import Durations
from housekeeping.needs import Day, DayStay, Leaving, RoomDay, Wanted, needed, needed_areas
from housekeeping.ports import Panels, StaysOfDay, WishNames
from housekeeping.status import NEW_ROOM, AvailabilityState, Cleanliness, PanelSince, Turndown
from housekeeping.tasks import CLEANS, ENDS, TaskKind, TaskPriority, TaskState
from housekeeping.tasks_service import TaskService
from housekeeping.tasks_store import TaskRow
from housekeeping.upkeep import Bring, Change, Close, Known, Make, Reopen, reconcile

# Ended tasks are looked at for so long: what ended before is not asked for again.
LOOK_BACK = timedelta(days=3)
# So many changes are written at once: a tap waits no longer than that takes.
BATCH = 25


FOLLOWED = (
    StayChanged,
    CleanlinessChanged,
    AvailabilityChanged,
    PanelChanged,
    ServiceChanged,
    RoomsChanged,
)


class TaskDay:
    """Makes, moves and closes the tasks of the business date.

    Args:
        stays: who is in, who comes, who left.
        wishes: names of the stays' wishes.
        panels: what the doors ask for.
        durations: what was learned of how long work takes.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        tasks: TaskService,
        stays: StaysOfDay,
        wishes: WishNames,
        panels: Panels,
        durations: Callable[[], Durations],
    ) -> None:
        self.database = database
        self._clock = clock
        self._tasks = tasks
        self._stays = stays
        self._wishes = wishes
        self._panels = panels
        self._durations = durations
        # Two at once would make a task twice; one process owns a property.
        self._one_at_a_time = threading.Lock()

    def handle(self, message: Message) -> None:
        """Look at the rooms that a message speaks of. May be called twice for a message."""
        match message:
            case StayChanged():
                rooms = {room for room in (message.room, message.previous_room) if room}
                if rooms:
                    self.bring_into_line(rooms)
            case CleanlinessChanged() | AvailabilityChanged() | PanelChanged() | ServiceChanged():
                self.bring_into_line({message.room})
            case RoomsChanged():
                self.bring_into_line(set(message.rooms) or None)

    def bring_into_line(self, rooms: Collection[str] | None = None) -> int:
        """Make the tasks what the day needs; returns how many were changed. A heartbeat.

        Args:
            rooms: only these; None = all of them, and the public areas.
        """
        with self._one_at_a_time:
            changes = self._decide(rooms)
            for start in range(0, len(changes), BATCH):
                with self.database.write() as tx:
                    for change in changes[start : start + BATCH]:
                        self._apply(tx, change)
            return len(changes)

    # -- deciding

    def _decide(self, only: Collection[str] | None) -> list[Change]:
        now = self._clock.now()
        property_id = self.database.property_id
        panels = self._panels.panels()
        with self.database.read() as session:
            hotel = find_property(session, property_id)
            kept, _ = rules_store.settings(session, property_id)
            rules = rules_store.rules(session, property_id)
            rooms = all_rooms(session, property_id)
            recent = rules_store.recent_tasks(session, property_id, hotel.business_date - LOOK_BACK, only)
            statuses = store.statuses(session, property_id, only)
            steps = rules_store.newest_steps(session, property_id, only)
            declined = store.declined_stays(session, property_id, hotel.business_date)
            opted_out = rules_store.opted_out(session, property_id)
            deep = rules_store.last_deep_cleans(session, property_id)
        of_day = self._stays.stays_of_day(only)
        leavings = self._stays.leavings(hotel.business_date - timedelta(days=1), only)
        with self.database.read() as session:
            linen = rules_store.last_linen(session, property_id, [stay.id for stay in of_day])
        wishes = self._wishes.names_of_wishes([stay.id for stay in of_day])
        day = Day(hotel.business_date, now, _hours(hotel), kept.pickup_used, kept.welfare_hours)
        by_room: dict[str, list[DayStay]] = {}
        for stay in of_day:
            by_room.setdefault(stay.room, []).append(
                replace(
                    stay,
                    declined=stay.id in declined,
                    opted_out=stay.id in opted_out,
                    wishes=tuple(wishes.get(stay.id, ())),
                    last_linen=linen.get(stay.id),
                )
            )
        left: dict[str, list[Leaving]] = {}
        for leaving in leavings:
            left.setdefault(leaving.room, []).append(leaving)
        cleaned = {
            row.room
            for row in recent
            if row.kind in CLEANS
            and (
                row.state in (TaskState.STARTED, TaskState.PAUSED)
                or (row.state == TaskState.PLANNED and row.origin is None)
            )
        }
        looked_at = [
            _room_day(
                room,
                order,
                statuses.get(room.number),
                steps.get(room.number, 0),
                room.number in cleaned,
                panels.get(room.number, ("none", None)),
                by_room.get(room.number, []),
                left.get(room.number, []),
                deep.get(room.number),
                now,
            )
            for order, room in enumerate(rooms)
            if only is None or room.number in only
        ]
        known = [_known(row) for row in recent if row.origin and not row.origin.startswith("inspection:")]
        if only is not None:
            known = [one for one in known if one.room is not None]
        closed = frozenset(
            one.origin
            for one in known
            if one.state in ENDS and not (one.by_house and one.state == TaskState.CANCELLED)
        )
        wanted = needed(looked_at, rules, day, closed)
        if only is None:
            wanted += needed_areas(rules, day)
        gone = {leaving.stay_id: "moved" if leaving.moved else "checked_out" for leaving in leavings}
        dnd = frozenset(room for room, (panel, _) in panels.items() if panel == "do_not_disturb")
        return reconcile(wanted, known, day, gone, dnd)

    # -- doing

    def _apply(self, tx: Transaction, change: Change) -> None:
        match change:
            case Make():
                self._make(tx, change)
            case Close():
                row = self._tasks.for_edit(tx, change.task_id)
                if row.state == TaskState.PLANNED.value:
                    self._tasks.close(tx, row, change.state, change.reason)
            case Bring():
                row = self._tasks.for_edit(tx, change.task_id)
                if row.state == TaskState.PLANNED.value:
                    self._bring(tx, row, change.wanted, "carried" if change.carried else "brought_up_to_date")
            case Reopen():
                row = self._tasks.for_edit(tx, change.task_id)
                if row.state in (TaskState.CANCELLED.value, TaskState.NOT_SERVICED.value):
                    self._tasks.reopen(tx, row, "needed_again")
                    self._bring(tx, row, change.wanted, None)

    def _make(self, tx: Transaction, change: Make) -> None:
        wanted = change.wanted
        if wanted.room is not None:
            self._tasks.rooms.hold_room(tx, wanted.room)
        if rules_store.with_origin(tx.session, tx.property_id, wanted.origin) is not None:
            return
        before = (
            None
            if change.takes_after is None
            else tasks_store.task(tx.session, tx.property_id, change.takes_after)
        )
        heir: dict[str, Any] = {}
        if before is not None:
            heir = {
                "attendant_id": before.attendant_id,
                "attendant": before.attendant,
                "sequence": before.sequence,
                "locked": before.locked,
            }
        rule = wanted.rule
        self._tasks.make(
            tx,
            SYSTEM,
            wanted.why_code,
            kind=wanted.kind.value,
            origin=wanted.origin,
            room=wanted.room,
            area=rule.area if wanted.room is None else None,
            floor=wanted.floor,
            room_type=wanted.room_type,
            stay_id=wanted.stay_id,
            wish_ref=wanted.wish_ref,
            minutes=self._minutes(wanted),
            credits=rule.credits,
            nights=wanted.nights,
            supplies=[
                {"key": supply.key, "text": supply.text, "count": supply.count} for supply in rule.supplies
            ],
            **_times(wanted),
            **heir,
        )
        if wanted.kind == TaskKind.TURNDOWN and wanted.room is not None:
            self._tasks.rooms.set_turndown(tx, wanted.room, Turndown.REQUIRED, SYSTEM.name)

    def _minutes(self, wanted: Wanted) -> float:
        """What was learned of such work, to the half minute; the rule's minutes where nothing was."""
        found = self._durations().estimate(wanted.kind, wanted.room_type, wanted.nights)
        return round(2 * found.p50_minutes) / 2 if found.measured else wanted.rule.minutes

    def _bring(self, tx: Transaction, row: TaskRow, wanted: Wanted, action: str | None) -> None:
        before = tasks_store.progress_of(row)
        row.business_date = find_property(tx.session, tx.property_id).business_date
        for name, value in _times(wanted).items():
            if name not in row.by_hand:
                setattr(row, name, value)
        row.nights = wanted.nights
        if action is not None:
            self._tasks.note_step(tx, row, before, action, wanted.why_code)
        if wanted.kind == TaskKind.TURNDOWN and wanted.room is not None:
            self._tasks.rooms.set_turndown(tx, wanted.room, Turndown.REQUIRED, SYSTEM.name)


def _times(wanted: Wanted) -> dict[str, Any]:
    return {
        "earliest_at": wanted.earliest_at,
        "due_at": wanted.due_at,
        "priority": wanted.priority.value,
        "why_code": wanted.why_code,
        "why_params": dict(wanted.why_params),
    }


def _hours(hotel: Property) -> Mapping[int, datetime]:
    """The local hours of the business date as moments; those before the audit belong to the next morning."""
    zone = ZoneInfo(hotel.timezone)
    return {
        hour: datetime.combine(
            hotel.business_date + timedelta(days=1 if hour < hotel.audit_hour else 0), time(hour), tzinfo=zone
        ).astimezone(UTC)
        for hour in range(24)
    }


def _room_day(
    room: Room,
    order: int,
    row: store.RoomStatusRow | None,
    step: int,
    being_cleaned: bool,
    panel: PanelSince,
    stays: Sequence[DayStay],
    leavings: Sequence[Leaving],
    deep_clean: date | None,
    now: datetime,
) -> RoomDay:
    return RoomDay(
        room=room.number,
        floor=room.floor,
        type_code=room.type_code,
        cleanliness=Cleanliness(row.cleanliness) if row else NEW_ROOM,
        step=step,
        order=order,
        being_cleaned=being_cleaned,
        panel=panel[0],
        panel_since=panel[1],
        stays=tuple(stays),
        leavings=tuple(leavings),
        last_deep_clean=deep_clean,
        out_of_sale=store.availability_of(row).at(now) == AvailabilityState.OUT_OF_ORDER,
    )


def _known(row: TaskRow) -> Known:
    return Known(
        id=row.id,
        origin=str(row.origin),
        kind=TaskKind(row.kind),
        state=TaskState(row.state),
        room=row.room,
        business_date=row.business_date,
        earliest_at=row.earliest_at,
        due_at=row.due_at,
        priority=TaskPriority(row.priority),
        why_code=row.why_code,
        by_house=row.last_by_id == SYSTEM.id,
        stay_id=row.stay_id,
        by_hand=frozenset(row.by_hand),
    )
