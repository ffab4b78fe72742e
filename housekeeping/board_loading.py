"""A day's board as the tables have it: tasks, shifts, rooms, the newest plan, and how all that stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from hotel.database import Database
from hotel.rooms import all_rooms, find_property
from housekeeping import board_store, shifts_store, tasks_store
from housekeeping.board import MOST_WORKS, Board, Priority, Route, Visit
from housekeeping.board_day import DayRoom, DayTask, Seen, Standing, standing
from housekeeping.board_store import BoardRow
from housekeeping.ports import FrontOffice
from housekeeping.shifts_store import ShiftRow, shift_of
from housekeeping.tasks import TaskKind, TaskState
from housekeeping.tasks_service import Assignment
from housekeeping.tasks_store import TaskFilter, TaskRow


@dataclass(frozen=True, slots=True)
class Loaded:
    """A day as read from the tables."""

    day: date
    now: datetime
    row: BoardRow | None
    tasks: Mapping[str, TaskRow]
    facts: tuple[DayTask, ...]
    shifts: tuple[ShiftRow, ...]
    rooms: tuple[DayRoom, ...]
    seen: Mapping[str, Seen]
    stands: Standing
    pace: Callable[[str], float]

    @property
    def occupied_until(self) -> dict[str, datetime]:
        """By task whose guest is still in the room, when they should leave it."""
        return {fact.id: fact.occupied_until for fact in self.facts if fact.occupied_until is not None}


def load_day(
    database: Database,
    front_office: FrontOffice,
    now: datetime,
    day: date | None,
    pace: Callable[[str], float],
) -> Loaded:
    """The board of a business date as the tables have it; None: of today's.

    Args:
        pace: by attendant, how many times the usual minutes they need.
    """
    property_id = database.property_id
    with database.read() as session:
        day = day or find_property(session, property_id).business_date
        rows = tasks_store.tasks(session, property_id, TaskFilter(day=day), MOST_WORKS)
        shifts = shifts_store.shifts_of_day(session, property_id, day)
        rooms = tuple(
            DayRoom(room.number, room.floor, room.section, room.area_square_metres)
            for room in all_rooms(session, property_id)
        )
        board = board_store.newest_board(session, property_id, day)
    wanted = {row.room for row in rows if row.room and row.kind == TaskKind.DEPARTURE.value}
    occupied = {
        number: room.leaves_at or now
        for number, room in (front_office.rooms(wanted) if wanted else {}).items()
        if room.occupied
    }
    facts = tuple(_fact(row, now, occupied) for row in rows)
    seen = _seen(board)
    return Loaded(
        day=day,
        now=now,
        row=board,
        tasks={row.id: row for row in rows},
        facts=facts,
        shifts=tuple(shifts),
        rooms=rooms,
        seen=seen,
        stands=standing(now, facts, [shift_of(row) for row in shifts], rooms, seen, pace),
        pace=pace,
    )


def as_before(loaded: Loaded) -> Board:
    """The lists that people hold, those of people who are gone as well: their works lost nobody else.

    What somebody who went home had begun is nobody's by now; it was on their list.
    """
    there = {route.shift_id for route in loaded.stands.board.routes}
    known = {row.id for row in loaded.shifts}
    gone: dict[str, list[str]] = {}
    for work in loaded.stands.problem.works:
        was = loaded.seen[work.id].shift if work.id in loaded.seen else None
        shift_id = loaded.stands.holders.get(work.id) or (was if was in known else None)
        if shift_id is not None and shift_id not in there:
            gone.setdefault(shift_id, []).append(work.id)
    return replace(
        loaded.stands.board,
        routes=(
            *loaded.stands.board.routes,
            *(_list_of(shift_id, works, loaded.now) for shift_id, works in gone.items()),
        ),
    )


def with_given(loaded: Loaded, given: Sequence[Assignment], shifts: Mapping[str, str | None]) -> Standing:
    """How the day stands once these are given. `shifts`: by task that changes hands, whose it becomes."""
    new = {one.task_id: one for one in given}
    facts = [
        replace(
            fact,
            attendant_id=new[fact.id].attendant_id,
            sequence=new[fact.id].sequence,
            locked=bool(new[fact.id].locked) if new[fact.id].locked is not None else fact.locked,
        )
        if fact.id in new
        else fact
        for fact in loaded.facts
    ]
    seen = {
        **loaded.seen,
        **{
            one: replace(
                loaded.seen.get(one) or Seen(None, loaded.tasks[one].priority, loaded.tasks[one].due_at),
                shift=shift_id,
            )
            for one, shift_id in shifts.items()
        },
    }
    hours = [shift_of(row) for row in loaded.shifts]
    return standing(loaded.now, facts, hours, loaded.rooms, seen, loaded.pace)


def _fact(row: TaskRow, now: datetime, occupied: Mapping[str, datetime]) -> DayTask:
    worked = row.worked_seconds
    if row.working_since is not None:
        worked += max(0.0, (now - row.working_since).total_seconds())
    in_the_way = row.kind == TaskKind.DEPARTURE.value and row.state == TaskState.PLANNED.value
    return DayTask(
        id=row.id,
        kind=TaskKind(row.kind),
        state=TaskState(row.state),
        minutes=row.minutes,
        room=row.room,
        floor=row.floor,
        credits=row.credits,
        priority=Priority(row.priority),
        earliest_at=row.earliest_at,
        due_at=row.due_at or row.response_due_at,
        attendant_id=row.attendant_id,
        sequence=row.sequence,
        locked=row.locked,
        worked_seconds=worked,
        occupied_until=occupied.get(row.room or "") if in_the_way else None,
    )


def _seen(row: BoardRow | None) -> dict[str, Seen]:
    if row is None:
        return {}
    return {
        task_id: Seen(
            one["shift"],
            one["priority"],
            datetime.fromisoformat(one["due_at"]) if one["due_at"] else None,
        )
        for task_id, one in row.seen.items()
    }


def _list_of(shift_id: str, works: Sequence[str], now: datetime) -> Route:
    return Route(shift_id, tuple(Visit(one, now, now) for one in works))
