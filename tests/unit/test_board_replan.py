"""The board in the day: sick calls, early guests, DND, slow rooms."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from housekeeping.board import Board, Priority, Problem, Work
from housekeeping.board_checks import check
from housekeeping.board_planner import greedy_board
from housekeeping.board_replan import replan_board
from tests.board_days import EIGHT, at, day, room, shift

NAMES = ("ana", "ben", "cho", "dee")


def morning() -> tuple[Problem, Board]:
    works = [room(f"{floor}{n:02}", 25) for floor in (1, 2, 3, 4) for n in range(1, 9)]
    problem = day(works, [shift(name) for name in NAMES])
    return problem, greedy_board(problem)


def change_work(problem: Problem, work_id: str, **what: object) -> Problem:
    changed: list[Work] = [
        replace(work, **what) if work.id == work_id else work  # type: ignore[arg-type]
        for work in problem.works
    ]
    return replace(problem, works=tuple(changed))


def test_a_sick_call_deals_out_their_rooms_and_leaves_the_others_theirs() -> None:
    problem, board = morning()
    lost = {visit.work_id for visit in board.route("ben").visits}
    answer = replan_board(
        replace(problem, shifts=tuple(s for s in problem.shifts if s.id != "ben")), board, 0.3
    )
    assert not answer.board.unassigned
    assert answer.moved_share <= 0.15
    given = {c.work_id for c in answer.changes if c.code == "attendant_gone"}
    assert given == lost
    assert all(dict(c.params) == {"shift": "ben"} for c in answer.changes if c.code == "attendant_gone")


def test_nothing_new_changes_nothing() -> None:
    problem, board = morning()
    answer = replan_board(problem, board, 0.2)
    assert [c for c in answer.changes if c.from_shift != c.to_shift] == []


def test_a_guest_in_the_lobby_comes_next_on_some_list() -> None:
    problem, board = morning()
    last = board.route("ana").visits[-1].work_id
    answer = replan_board(change_work(problem, last, priority=Priority.QUEUE), board, 0.3)
    holder = answer.board.holders()[last]
    assert answer.board.route(holder).visits[0].work_id == last
    (change,) = (c for c in answer.changes if c.work_id == last)
    assert change.code in {"queue", "evens_out"}


def test_dnd_goes_to_the_end_of_the_same_list() -> None:
    problem, board = morning()
    first = board.route("cho").visits[0].work_id
    answer = replan_board(change_work(problem, first, priority=Priority.LAST), board, 0.2)
    assert answer.board.route("cho").visits[-1].work_id == first
    assert [c.code for c in answer.changes if c.work_id == first] == ["dnd_last"]


def test_an_early_arrival_is_pulled_forward() -> None:
    problem, board = morning()
    last = board.route("dee").visits[-1].work_id
    answer = replan_board(change_work(problem, last, due_at=at(9), priority=Priority.ARRIVAL), board, 0.3)
    assert answer.board.late == ()
    assert any(c.work_id == last for c in answer.changes)


def test_who_is_slower_than_planned_gives_away_what_would_be_late() -> None:
    problem, board = morning()
    route = board.route("ana")
    second, now = route.visits[1].work_id, EIGHT + timedelta(minutes=50)
    # Still at the first room, which will take another hour and a half; somebody waits for the second.
    stuck = change_work(problem, route.visits[0].work_id, started_by="ana", started_at=at(8, 3), minutes=140)
    stuck = replace(change_work(stuck, second, due_at=at(9, 45), priority=Priority.ARRIVAL), now=now)
    answer = replan_board(stuck, board, 0.4)
    assert check(stuck, answer.board) == []
    assert answer.board.late == ()
    assert answer.board.holders()[second] != "ana"
    assert answer.board.route("ana").visits[0].work_id == route.visits[0].work_id
    (change,) = (c for c in answer.changes if c.work_id == second)
    assert (change.code, change.from_shift) == ("would_be_late", "ana")


def test_a_lock_by_the_supervisor_moves_the_room_and_says_so() -> None:
    problem, board = morning()
    mine = board.route("ana").visits[0].work_id
    answer = replan_board(change_work(problem, mine, locked_to="dee"), board, 0.2)
    assert answer.board.holders()[mine] == "dee"
    assert [c.code for c in answer.changes if c.work_id == mine] == ["locked"]


def test_nobody_left_leaves_everything_out_by_name() -> None:
    problem, board = morning()
    answer = replan_board(replace(problem, shifts=()), board, 0.2)
    assert {entry.work_id for entry in answer.board.unassigned} == {work.id for work in problem.works}
    assert {change.to_shift for change in answer.changes} == {None}
