"""What people put somewhere by hand keeps its place in every plan; lists are merged; what helps rooms."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hotel.actor import Actor, ActorKind, Role
from housekeeping.board import Board, Priority, Problem
from housekeeping.board_checks import check
from housekeeping.board_day import Standing
from housekeeping.board_merge import merge
from housekeeping.board_planner import greedy_board, plan_board
from housekeeping.board_replan import replan_board
from housekeeping.tasks import Progress, TaskAction, TaskKind, TaskState, may_now
from tests.board_days import EIGHT, at, day, room, shift


def held(problem: Problem, board: Board, fixed: set[str]) -> Problem:
    """The day a little later, when people know these lists; what is `fixed` keeps its place."""
    place = {
        visit.work_id: (route.shift_id, 100 * (n + 1))
        for route in board.routes
        for n, visit in enumerate(route.visits)
    }
    return replace(
        problem,
        now=problem.now + timedelta(minutes=1),
        works=tuple(
            replace(
                work,
                previous=place[work.id][0],
                held_place=place[work.id][1],
                keeps_place=work.id in fixed,
                locked_to=place[work.id][0] if work.id in fixed else None,
            )
            if work.id in place
            else work
            for work in problem.works
        ),
    )


def turned_round(before: Board, after: Board, fixed: set[str]) -> list[tuple[str, str]]:
    """Pairs with something fixed that are on one list still and in the other order."""
    found = []
    for route in before.routes:
        was = [visit.work_id for visit in route.visits]
        now = {visit.work_id: n for n, visit in enumerate(after.route(route.shift_id).visits)}
        mine = [work_id for work_id in was if work_id in now]
        found += [
            (first, second)
            for n, first in enumerate(mine)
            for second in mine[n + 1 :]
            if {first, second} & fixed and now[first] > now[second]
        ]
    return found


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_what_was_put_somewhere_keeps_its_place_from_plan_to_plan(seed: int) -> None:
    dice = random.Random(seed)
    works = [
        room(
            f"{dice.randint(1, 5)}{n:02}",
            dice.choice([20, 30]),
            released_at=at(9, dice.randrange(60)) if dice.random() < 0.3 else None,
            due_at=at(12) if dice.random() < 0.2 else None,
        )
        for n in range(1, 16)
    ]
    problem = day(works, [shift(name) for name in ("ana", "ben")])
    # People hold them in any order: a supervisor has turned them round.
    lists = dice.sample([work.id for work in works], len(works))
    board = greedy_board(problem)
    board = replace(
        board,
        routes=tuple(
            replace(route, visits=tuple(v for one in lists for v in route.visits if v.work_id == one))
            for route in board.routes
        ),
    )
    fixed = set(dice.sample([work.id for work in works], 3))
    known = held(problem, board, fixed)
    for made in (
        greedy_board(known),
        plan_board(known, 0.1, seed),
        replan_board(known, board, 0.05, seed).board,
    ):
        assert check(known, made) == []
        assert turned_round(board, made, fixed) == []
        assert all(made.holders()[one] == board.holders()[one] for one in fixed)


def test_a_guest_in_the_lobby_goes_before_what_was_put_first() -> None:
    works = [room(f"1{n:02}") for n in range(1, 6)]
    problem = day(works, [shift("ana")])
    board = greedy_board(problem)
    order = [visit.work_id for visit in board.route("ana").visits]
    known = held(problem, board, {order[0]})
    waited = replace(
        known,
        works=tuple(
            replace(work, priority=Priority.QUEUE) if work.id == order[3] else work for work in known.works
        ),
    )
    now = [visit.work_id for visit in plan_board(waited, 0.1).route("ana").visits]
    assert now[:2] == [order[3], order[0]]


def test_merging_leaves_what_is_begun_locked_or_not_theirs_to_do() -> None:
    works = [room(f"2{n:02}") for n in range(1, 9)]
    problem = day(works, [shift("ana"), shift("ben")])
    board = greedy_board(problem)
    mine = [visit.work_id for visit in board.route("ana").visits]
    known = held(problem, board, {mine[1]})
    known = replace(
        known,
        works=tuple(
            replace(work, started_by="ana", started_at=EIGHT)
            if work.id == mine[0]
            else replace(work, skills=frozenset({"deep"}))
            if work.id == mine[2]
            else work
            for work in known.works
        ),
    )
    merged = merge(Standing(known, board, board.holders()), "ana", "ben")
    assert dict(merged.staying) == {mine[0]: "begun_stays", mine[1]: "locked_stays", mine[2]: "no_skill"}
    assert set(merged.going) == set(mine[3:])
    theirs = [visit.work_id for visit in board.route("ben").visits]
    assert [one for one in merged.order if one in theirs] == theirs
    # Who has no time for all of it gets it all the same, the rest last.
    short = replace(
        known, shifts=tuple(replace(one, ends_at=at(9)) if one.id == "ben" else one for one in known.shifts)
    )
    assert set(merge(Standing(short, board, board.holders()), "ana", "ben").going) == set(mine[3:])


def test_no_more_hands_are_advised_for_a_room_that_is_left_too_late() -> None:
    works = [room("101", 40, released_at=at(15, 50)), room("102", 40)]
    board = greedy_board(day(works, [shift("ana")]))
    [entry] = board.unassigned
    assert (entry.work_id, entry.reason) == ("101", "released_too_late")
    advice = {one.code: dict(one.params) for one in entry.help}
    assert set(advice) == {"earlier_vacate", "overtime"}
    assert 30 <= advice["earlier_vacate"]["minutes"] <= 35
    assert advice["overtime"] == {"shift": "ana", "minutes": advice["earlier_vacate"]["minutes"]}


def test_a_partner_may_do_what_the_other_of_the_pair_may() -> None:
    bo = Actor(ActorKind.STAFF, "bo", "Bo", frozenset({Role.ATTENDANT}))
    anas = Progress(TaskKind.DEPARTURE, TaskState.STARTED, "ana", "Ana", EIGHT, EIGHT)
    assert may_now(anas, bo) == []
    assert TaskAction.FINISH in may_now(anas, bo, frozenset({"ana"}))
