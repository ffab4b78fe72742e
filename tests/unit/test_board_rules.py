"""Boards: every rule holds on any day, whoever makes the board."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hotel.errors import Invalid
from housekeeping import board_planner
from housekeeping.board import Board, Priority, Problem, Rest, Route, Unassigned, Visit, measure
from housekeeping.board_checks import check
from housekeeping.board_explain import explain
from housekeeping.board_lanes import Lanes
from housekeeping.board_planner import AIMED_SPREAD, greedy_board, plan_board
from housekeeping.board_replan import replan_board
from tests.board_days import EIGHT, at, day, drawn_day, lunch, room, shift

SEEDS = st.integers(min_value=0, max_value=100_000)


def codes(problem: Problem, board: Board) -> set[str]:
    return {fault.code for fault in check(problem, board)}


@settings(max_examples=120, deadline=None)
@given(seed=SEEDS, rooms=st.integers(0, 22), people=st.integers(0, 5))
def test_the_greedy_board_keeps_every_rule_on_any_day(seed: int, rooms: int, people: int) -> None:
    problem = drawn_day(seed, rooms, people)
    board = greedy_board(problem)
    assert check(problem, board) == []
    assert set(explain(problem, board)) == set(board.holders())


@settings(max_examples=12, deadline=None)
@example(seed=7, rooms=0, people=0)
@given(seed=SEEDS, rooms=st.integers(0, 18), people=st.integers(0, 4))
def test_the_planned_board_keeps_every_rule_on_any_day(seed: int, rooms: int, people: int) -> None:
    problem = drawn_day(seed, rooms, people)
    board = plan_board(problem, 0.25, seed)
    assert check(problem, board) == []
    lanes = Lanes(problem)
    lanes.aim_at_balance(AIMED_SPREAD)
    assert lanes.total(lanes.orders(board)) <= lanes.total(lanes.orders(greedy_board(problem)))
    assert board.fallback is None
    assert board.made_by == ("routes" if rooms and people else "greedy")


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_a_replan_keeps_every_rule_and_most_people_keep_their_rooms(seed: int) -> None:
    morning = drawn_day(seed, 18, 4)
    board = greedy_board(morning)
    later = replace(
        morning,
        now=EIGHT + timedelta(hours=1),
        works=tuple(work for work in morning.works if work.started_by is None and work.locked_to != "s1"),
        shifts=tuple(replace(kept, pair_with=None) for kept in morning.shifts if kept.id != "s1"),
    )
    answer = replan_board(later, board, 0.1, seed)
    assert check(later, answer.board) == []
    assert answer.moved_share <= 0.15
    changed = {change.work_id for change in answer.changes}
    before, after = board.holders(), answer.board.holders()
    assert {work.id for work in later.works if before.get(work.id) != after.get(work.id)} <= changed


def test_locked_rooms_stay_with_whom_they_are_locked_to_even_far_away() -> None:
    far = [room(f"9{n:02}", locked_to="ana") for n in range(1, 5)]
    near = [room(f"1{n:02}") for n in range(1, 5)]
    board = plan_board(day([*far, *near], [shift("ana"), shift("ben", floors=frozenset({9}))]), 0.3)
    assert {work.id for work in far} <= {visit.work_id for visit in board.route("ana").visits}


def test_dnd_is_last_and_the_guest_in_the_lobby_first() -> None:
    works = [
        room("101", priority=Priority.LAST),
        room("102"),
        room("103", released_at=at(9), priority=Priority.QUEUE),
        room("104"),
        room("105"),
        room("106", priority=Priority.VIP),
    ]
    board = plan_board(day(works, [shift("ana")]), 0.3)
    order = [visit.work_id for visit in board.route("ana").visits]
    assert order[0] == "106"
    assert order[-1] == "101"
    # Vacated at nine: whatever was begun before is finished, then it is the next.
    queue = next(visit for visit in board.route("ana").visits if visit.work_id == "103")
    assert timedelta(0) <= queue.starts_at - at(9) <= timedelta(minutes=32)


def test_who_breaks_for_lunch_does_so_near_its_time_in_the_staff_room() -> None:
    problem = day([room(f"1{n:02}", 40) for n in range(1, 10)], [shift("ana", breaks=(lunch(12),))])
    route = plan_board(problem, 0.3).route("ana")
    assert len(route.visits) == 9
    (rest,) = route.rests
    assert at(11, 40) <= rest.starts_at <= at(12, 20)
    assert rest.ends_at - rest.starts_at == timedelta(minutes=30)


def test_a_pair_works_in_the_same_rooms_at_the_same_time() -> None:
    problem = day(
        [room(f"2{n:02}") for n in range(1, 8)],
        [shift("ana", pair_with="ben"), shift("ben", pair_with="ana"), shift("cho")],
    )
    board = plan_board(problem, 0.3)
    assert check(problem, board) == []
    assert board.route("ana").visits == board.route("ben").visits != board.route("cho").visits
    assert len(board.route("ana").visits) > len(board.route("cho").visits)


def test_load_is_even_although_one_floor_has_most_of_the_work() -> None:
    works = [room(f"1{n:02}") for n in range(1, 19)] + [room(f"2{n:02}") for n in range(1, 7)]
    problem = day(works, [shift(name) for name in ("ana", "ben", "cho")])
    assert measure(problem, plan_board(problem, 0.5)).load_spread <= 0.1


def test_an_arrival_that_cannot_be_ready_is_named_with_what_would_help() -> None:
    late_guest = room("101", 40, released_at=at(14), due_at=at(14, 20))
    too_many = [room(f"2{n:02}", 60, due_at=at(9, 5)) for n in range(1, 4)]
    board = greedy_board(day([late_guest, *too_many], [shift("ana"), shift("ben")]))
    named = {entry.work_id: entry for entry in board.late}
    assert {advice.code: dict(advice.params) for advice in named["101"].help} == {
        "earlier_vacate": {"minutes": 20},
        "other_room": {},
    }
    assert named["101"].late_minutes == pytest.approx(20)
    (one,) = set(named) & {work.id for work in too_many}
    assert [advice.code for advice in named[one].help] == ["another_attendant", "other_room"]


def test_what_does_not_fit_into_the_day_is_left_out_with_the_least_overtime() -> None:
    problem = day([room(f"1{n:02}", 60) for n in range(1, 6)], [shift("ana", 8, 12), shift("sam", 8, 9)])
    board = plan_board(problem, 0.3)
    reasons = {entry.reason for entry in board.unassigned}
    assert reasons == {"no_time_left"}
    (advice,) = (a for a in board.unassigned[0].help if a.code == "overtime")
    assert 0 < advice.params["minutes"] <= 70


@pytest.mark.parametrize(
    ("works", "shifts", "reason"),
    [
        ([room("101")], [], "no_shift"),
        ([room("101", skills=frozenset({"deep"}))], [shift("ana")], "no_skill"),
        ([room("101", 300, locked_to="ana")], [shift("ana", 8, 12), shift("ben")], "locked_shift_full"),
        ([room("101", released_at=at(15, 50))], [shift("ana")], "released_too_late"),
    ],
)
def test_why_a_room_is_on_nobodys_list(works, shifts, reason) -> None:  # type: ignore[no-untyped-def]
    (entry,) = greedy_board(day(works, shifts)).unassigned
    assert entry.reason == reason


def test_a_lock_that_costs_an_arrival_says_who_could_take_it() -> None:
    works = [
        room("101", 60, locked_to="ana", due_at=at(9, 10)),
        room("102", 60, locked_to="ana", due_at=at(9, 10)),
    ]
    (entry,) = greedy_board(day(works, [shift("ana"), shift("ben")])).late
    assert ("unlock", {"shift": "ben"}) in [(a.code, dict(a.params)) for a in entry.help]


def test_when_the_solver_fails_the_greedy_board_answers_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> list[list[int]]:
        raise RuntimeError("out of its mind")

    monkeypatch.setattr(board_planner, "search", breaks)
    problem = day([room("101"), room("102")], [shift("ana")])
    board = plan_board(problem, 0.2)
    assert board.made_by == "greedy"
    assert "out of its mind" in (board.fallback or "")
    assert check(problem, board) == []


def test_a_solver_that_breaks_a_rule_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    def cheats(lanes: Lanes, *_: object) -> list[list[int]]:
        monkeypatch.setattr(lanes, "total", lambda _orders: 0.0)
        return [[0, 1, 2], []]

    monkeypatch.setattr(board_planner, "search", cheats)
    problem = day([room(f"10{n}", locked_to="ben") for n in (1, 2, 3)], [shift("ana"), shift("ben")])
    board = plan_board(problem, 0.2)
    assert "locked_elsewhere" in (board.fallback or "")
    assert len(board.route("ben").visits) == 3


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (lambda: day([room("101"), room("101")], []), "repeated_id"),
        (lambda: day([room("101", locked_to="nobody")], []), "unknown_shift"),
        (lambda: day([], [shift("ana", pair_with="ben"), shift("ben")]), "bad_pair"),
        (lambda: day([], [shift("ana", 16, 8)]), "bad_shift"),
        (lambda: day([room("101", minutes=-1)], []), "bad_task"),
        (lambda: day([room("101", started_at=at(8))], []), "bad_task"),
    ],
)
def test_impossible_problems_are_refused(problem, code) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Invalid) as refused:
        problem()
    assert refused.value.code == code


# The checker itself: a sound board, and one fault after another put into it.

SOUND_DAY = day(
    [
        room("101", due_at=at(12), credits=2, area_square_metres=30),
        room("102", released_at=at(9), skills=frozenset({"deep"})),
        room("103", priority=Priority.LAST),
    ],
    [
        shift("ana", skills=frozenset({"deep"}), breaks=(lunch(10),), max_minutes=100, max_credits=3),
        shift("ben", max_area_square_metres=10),
    ],
)


def sound() -> Board:
    visits = (
        Visit("101", at(8, 5), at(8, 35)),
        Visit("102", at(9), at(9, 30)),
        Visit("103", at(10, 40), at(11, 10)),
    )
    return Board((Route("ana", visits, (Rest(at(10), at(10, 30)),)), Route("ben")))


def with_visits(*visits: Visit, rests: tuple[Rest, ...] = (Rest(at(10), at(10, 30)),)) -> Board:
    return Board((Route("ana", visits, rests), Route("ben")))


def test_a_sound_board_has_no_fault() -> None:
    assert check(SOUND_DAY, sound()) == []


A, B, C = sound().route("ana").visits


@pytest.mark.parametrize(
    ("board", "code"),
    [
        (with_visits(A, B), "not_once"),
        (with_visits(A, B, C, Visit("999", at(12), at(12, 30))), "unknown_work"),
        (with_visits(replace(A, starts_at=at(8), ends_at=at(8, 30)), B, C), "no_time_to_walk"),
        (with_visits(A, replace(B, starts_at=at(8, 50), ends_at=at(9, 20)), C), "not_vacated"),
        (with_visits(A, replace(B, ends_at=at(9, 10)), C), "wrong_length"),
        (with_visits(A, B, replace(C, starts_at=at(15, 50), ends_at=at(16, 20))), "after_hours"),
        (with_visits(A, B, C, rests=()), "break_missed"),
        (with_visits(A, B, C, rests=(Rest(at(9, 10), at(9, 40)),)), "break_too_soon"),
        (with_visits(C, B, A), "overtaken"),
        (replace(sound(), routes=sound().routes[:1]), "routes_do_not_match_shifts"),
        (Board((Route("ben", (A, B, C)), Route("ana"))), "no_skill"),
        (Board((Route("ben", (A,)), Route("ana", (B, C), sound().route("ana").rests))), "over_area"),
        (replace(sound(), unassigned=(Unassigned("101", "no_time_left"),)), "not_once"),
        (
            with_visits(B, replace(C, starts_at=at(12)), Visit("101", at(12, 35), at(13, 5))),
            "late_not_named",
        ),
    ],
)
def test_the_checker_finds(board: Board, code: str) -> None:
    assert code in codes(SOUND_DAY, board)


def test_the_checker_counts_minutes_and_credits() -> None:
    tight = replace(
        SOUND_DAY, shifts=(replace(SOUND_DAY.shifts[0], max_minutes=80, max_credits=1), SOUND_DAY.shifts[1])
    )
    assert codes(tight, sound()) == {"over_minutes", "over_credits"}


def test_only_who_waits_for_the_room_is_told_as_an_arrival() -> None:
    works = [
        room("401", due_at=at(12)),
        room("402", 10, kind="guest_request", due_at=at(12)),
        room("403", 10, kind="turndown", priority=Priority.VIP, due_at=at(12)),
        room("404", priority=Priority.VIP, due_at=at(12)),
        room("405", priority=Priority.VIP),
        room("406", 10, kind="guest_request", due_at=at(8, 1)),
    ]
    problem = day(works, [shift("a")])
    reasons = explain(problem, greedy_board(problem))
    assert {number: reasons[number].code for number in sorted(reasons)} == {
        "401": "arrival_due",
        "402": "wanted_by",
        "403": "wanted_by",
        "404": "vip",
        "405": "vip_first",
        "406": "wanted_late",
    }
