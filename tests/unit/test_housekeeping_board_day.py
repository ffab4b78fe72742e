"""The board's problem from a day as it stands, and when a plan does not hold any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from housekeeping.board import Priority
from housekeeping.board_day import DayRoom, DayTask, Seen, Standing, broken_by, sequences, standing, troubles
from housekeeping.shifts import DayShift, ShiftState
from housekeeping.tasks import TaskKind, TaskState

NOW = datetime(2026, 7, 14, 1, 0, tzinfo=UTC)
ROOMS = [
    DayRoom(f"{floor}0{n}", str(floor), area_square_metres=30.0) for floor in (4, 5) for n in range(1, 5)
]


def at_work(name: str, **more: object) -> DayShift:
    made = DayShift(name, name, date(2026, 7, 14), NOW, NOW + timedelta(hours=8), staff_id=f"staff-{name}")
    return replace(made, **more)  # type: ignore[arg-type]


def task(room: str, who: str | None = None, place: int | None = None, **more: object) -> DayTask:
    made = DayTask(
        f"t{room}",
        TaskKind.DEPARTURE,
        TaskState.PLANNED,
        30.0,
        room=room,
        floor=room[0],
        attendant_id=f"staff-{who}" if who else None,
        sequence=place,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def seen_of(stands: Standing) -> dict[str, Seen]:
    holders = stands.board.holders()
    return {
        work.id: Seen(holders.get(work.id), work.priority.value, work.due_at) for work in stands.problem.works
    }


def broken(tasks: list[DayTask], shifts: list[DayShift], then: Standing, now: datetime = NOW) -> str | None:
    seen = seen_of(then)
    stands = standing(now, tasks, shifts, ROOMS, seen)
    known = troubles(then.problem, then.board)
    return broken_by(stands, seen, known, frozenset(entry.work_id for entry in then.board.unassigned))


def test_lists_stand_in_the_order_that_people_hold_them() -> None:
    tasks = [task("401", "ana", 300), task("402", "ana", 100), task("403", "ben", 100), task("404")]
    stands = standing(NOW, tasks, [at_work("ana"), at_work("ben")], ROOMS, {})
    assert [visit.work_id for visit in stands.board.route("ana").visits] == ["t402", "t401"]
    assert [visit.work_id for visit in stands.board.route("ben").visits] == ["t403"]
    assert [entry.work_id for entry in stands.board.unassigned] == ["t404"]


def test_what_is_begun_stays_and_what_lies_paused_waits_for_its_attendant() -> None:
    tasks = [
        task("401", "ana", 100, state=TaskState.PAUSED, worked_seconds=600.0),
        task("402", "ana", 200, state=TaskState.STARTED, worked_seconds=300.0),
        task("403", "gone", 100, state=TaskState.STARTED),
        task("404", "ana", 300, kind=TaskKind.INSPECTION),
    ]
    shifts = [at_work("ana"), at_work("gone", state=ShiftState.SICK)]
    problem = standing(NOW, tasks, shifts, ROOMS, {}).problem
    works = {work.id: work for work in problem.works}
    assert set(works) == {"t401", "t402"}
    assert (works["t402"].started_by, works["t402"].started_at) == ("ana", NOW - timedelta(minutes=5))
    assert (works["t401"].locked_to, works["t401"].minutes) == ("ana", 20.0)


def test_what_is_left_of_limits_who_may_and_whose_room_is_not_vacated() -> None:
    tasks = [
        task("401", "ana", state=TaskState.FINISHED, credits=2.0, worked_seconds=1800.0),
        task("402", "ana", 100, kind=TaskKind.DEEP_CLEAN),
        task("403", occupied_until=NOW - timedelta(hours=1)),
    ]
    shifts = [
        at_work("ana", max_credits=5.0, max_minutes=200.0, max_area_square_metres=50.0),
        at_work("ben", skills=("deep_clean",)),
    ]
    problem = standing(NOW, tasks, shifts, ROOMS, {}).problem
    ana = next(shift for shift in problem.shifts if shift.id == "ana")
    assert (ana.max_credits, ana.max_minutes, ana.max_area_square_metres) == (3.0, 170.0, 20.0)
    works = {work.id: work for work in problem.works}
    assert works["t402"].skills == {"deep_clean"}
    assert works["t403"].skills == frozenset()
    assert works["t403"].released_at == NOW + timedelta(minutes=15)


def test_a_lock_holds_while_its_holder_is_at_work() -> None:
    tasks = [task("401", "ana", 100, locked=True)]
    assert standing(NOW, tasks, [at_work("ana")], ROOMS, {}).problem.works[0].locked_to == "ana"
    sick = [at_work("ana", state=ShiftState.SICK), at_work("ben")]
    assert standing(NOW, tasks, sick, ROOMS, {}).problem.works[0].locked_to is None


def test_a_plan_breaks_for_a_reason_and_only_once() -> None:
    shifts = [at_work("ana"), at_work("ben")]
    tasks = [task("401", "ana", 100), task("402", "ana", 200), task("501", "ben", 100)]
    then = standing(NOW, tasks, shifts, ROOMS, {})
    assert broken(tasks, shifts, then) is None
    assert broken([*tasks, task("404")], shifts, then) == "new_work"
    sick = [at_work("ana", state=ShiftState.SICK), at_work("ben")]
    assert broken(tasks, sick, then) == "attendant_gone"
    queued = [tasks[0], replace(tasks[1], priority=Priority.QUEUE), tasks[2]]
    assert broken(queued, shifts, then) == "queue_room"
    assert broken(queued, shifts, standing(NOW, queued, shifts, ROOMS, {})) is None
    asleep = [replace(tasks[0], priority=Priority.LAST), *tasks[1:]]
    assert broken(asleep, shifts, then) == "dnd"
    soon = [tasks[0], replace(tasks[1], due_at=NOW + timedelta(minutes=40)), tasks[2]]
    assert broken(soon, shifts, then) == "early_arrival"
    in_time = [tasks[0], replace(tasks[1], due_at=NOW + timedelta(minutes=90)), tasks[2]]
    promised = standing(NOW, in_time, shifts, ROOMS, {})
    assert broken(in_time, shifts, promised) is None
    assert broken(in_time, shifts, promised, NOW + timedelta(minutes=45)) == "slower_than_planned"


@given(st.lists(st.one_of(st.none(), st.integers(1, 2000)), max_size=12))
def test_numbers_of_a_list_rise_and_stay_where_they_can(held: list[int | None]) -> None:
    order = [f"t{n}" for n in range(len(held))]
    numbers = sequences(order, dict(zip(order, held, strict=True)))
    assert list(numbers) == order
    found = list(numbers.values())
    assert found == sorted(set(found))
    assert all(number > 0 for number in found)
    known = [number for number in held if number is not None]
    if len(known) == len(held) and known == sorted(set(known)):
        assert found == known


def test_one_more_on_a_list_renumbers_nobody_else() -> None:
    held = {"a": 100, "b": 200, "c": 300}
    assert sequences(["a", "new", "b", "c"], held) == {"a": 100, "new": 150, "b": 200, "c": 300}
    assert sequences(["new", "a", "b", "c"], held) == {"new": 50, "a": 100, "b": 200, "c": 300}


def test_who_is_known_to_be_slower_is_planned_with_more_minutes() -> None:
    tasks = [task("401", "ana", 100), task("402", "ben", 100)]
    pace = {"staff-ana": 1.5}
    stands = standing(NOW, tasks, [at_work("ana"), at_work("ben")], ROOMS, {}, lambda who: pace.get(who, 1.0))
    lengths = {
        visit.work_id: (visit.ends_at - visit.starts_at).total_seconds() / 60
        for route in stands.board.routes
        for visit in route.visits
    }
    assert lengths == {"t401": 45.0, "t402": 30.0}


def test_what_somebody_began_before_they_went_home_is_planned_with_what_is_left_of_it() -> None:
    [work] = standing(NOW, [task("401", worked_seconds=600.0)], [at_work("ana")], ROOMS, {}).problem.works
    assert (work.minutes, work.locked_to, work.keeps_place) == (20.0, None, False)
