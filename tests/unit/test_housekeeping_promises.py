"""Ready-time promises against drawn days: nine of ten are kept."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from housekeeping.board import Board, Place, Problem, Rest, Route, Shift, Visit, Work
from housekeeping.durations import DAY_TO_DAY, USUAL_BETWEEN, Measured, learn
from housekeeping.leaving import Leaving
from housekeeping.promises import DoneToday, pace_today, promises
from housekeeping.tasks import TaskKind

NOW = datetime(2026, 7, 14, 1, 0, tzinfo=UTC)
OFFICE = Place(0, 0.0)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def a_list(dice: random.Random) -> tuple[Problem, Board]:
    """Nine tasks on one list, some of whose rooms are vacated later; planned by their middle minutes."""
    works, visits, free = [], [], NOW
    for n in range(9):
        takes = dice.uniform(15, 45)
        released = NOW + minutes(dice.uniform(0, 400)) if dice.random() < 0.4 else None
        start = max(free, released) if released else free
        works.append(Work(f"w{n}", OFFICE, takes, released_at=released))
        visits.append(Visit(f"w{n}", start, start + minutes(takes)))
        free = visits[-1].ends_at
    problem = Problem(NOW, tuple(works), (Shift("s", NOW, NOW + minutes(900)),))
    return problem, Board((Route("s", tuple(visits)),))


def test_nine_of_ten_promises_are_kept() -> None:
    seed, spread = 4711, 0.3
    print(f"seed {seed}")
    dice = random.Random(seed)
    kept = made = 0
    for _ in range(120):
        problem, board = a_list(dice)
        promised = promises(problem, board, lambda _work: spread)
        for _ in range(20):
            free = NOW
            for work in problem.works:
                start = max(free, work.released_at) if work.released_at else free
                free = start + minutes(work.minutes * math.exp(dice.gauss(0.0, spread)))
                kept += free <= promised[work.id]
                made += 1
    assert abs(kept / made - 0.9) <= 0.03, kept / made


def test_what_is_planned_later_is_promised_later_and_certain_work_on_the_minute() -> None:
    problem, board = a_list(random.Random(1))
    visits = board.routes[0].visits
    loose = promises(problem, board, lambda _work: 0.3)
    exact = promises(problem, board, lambda _work: 0.0, otherwise_minutes=0.0)
    for visit in visits:
        assert abs((exact[visit.work_id] - visit.ends_at).total_seconds()) < 1
        assert loose[visit.work_id] > visit.ends_at
    times = [loose[visit.work_id] for visit in visits]
    assert times == sorted(times)


def test_a_wait_for_the_guest_takes_up_what_came_before_but_a_break_does_not() -> None:
    first, second = Work("a", OFFICE, 30.0), Work("b", OFFICE, 30.0, released_at=NOW + minutes(120))
    visits = (
        Visit("a", NOW, NOW + minutes(30)),
        Visit("b", NOW + minutes(120), NOW + minutes(150)),
    )
    problem = Problem(NOW, (first, second), (Shift("s", NOW, NOW + minutes(300)),))
    alone = promises(problem, Board((Route("s", visits[1:]),)), lambda _work: 0.3)["b"]
    waited = promises(problem, Board((Route("s", visits),)), lambda _work: 0.3)["b"]
    assert abs((waited - alone).total_seconds()) < 30
    rests = (Rest(NOW + minutes(30), NOW + minutes(120)),)
    rested = promises(problem, Board((Route("s", visits, rests),)), lambda _work: 0.3)["b"]
    assert rested - alone > minutes(3)


def test_what_has_begun_and_is_not_done_is_not_promised_for_now() -> None:
    def promised(minutes_ago: float) -> float:
        begun = NOW - minutes(minutes_ago)
        work = Work("a", OFFICE, 30.0, started_by="s", started_at=begun)
        ends = max(NOW, begun + minutes(30))
        problem = Problem(NOW, (work,), (Shift("s", NOW - minutes(200), NOW + minutes(300)),))
        board = Board((Route("s", (Visit("a", begun, ends),)),))
        found = promises(problem, board, lambda _work: 0.25, otherwise_minutes=0.0)["a"]
        return (found - NOW).total_seconds() / 60

    assert 36 < promised(0.01) < 45
    assert 10 < promised(25) < 20
    # Past its time it is not done at once, and what nobody believes any more still takes a while.
    assert 8 < promised(40) < 20
    assert 8 < promised(60) < 20
    assert 10 < promised(150) < 40


def test_who_has_not_left_by_now_is_one_of_the_late() -> None:
    early, late = [-120.0] * 60 + [-20.0] * 20, [30.0] * 12 + [60.0] * 8
    habits = Leaving(early + late)
    mean, deviation = habits.still_in(NOW, NOW - minutes(200))
    assert mean < -60
    assert deviation > 50
    assert habits.still_in(NOW, NOW - minutes(5)) == pytest.approx((42.0, 14.7), abs=0.1)
    assert habits.still_in(NOW, NOW + minutes(45))[0] == 60.0
    # Later than everybody: later still, and nobody knows how much.
    mean, deviation = habits.still_in(NOW, NOW + minutes(90))
    assert (mean, deviation) == (120.0, 30.0)
    # A few departures tell nothing: the usual.
    assert Leaving([500.0, 3.0]).still_in(NOW, NOW)[0] == pytest.approx(30.0)


def test_a_guest_who_stays_on_holds_up_this_room_and_not_the_next() -> None:
    rooms = (Work("a", OFFICE, 30.0, released_at=NOW + minutes(15)), Work("b", OFFICE, 30.0))
    visits = (
        Visit("a", NOW + minutes(15), NOW + minutes(45)),
        Visit("b", NOW + minutes(45), NOW + minutes(75)),
    )
    problem = Problem(NOW, rooms, (Shift("s", NOW, NOW + minutes(300)),))
    board = Board((Route("s", visits),))

    def certain(leaves: tuple[float, float] | None) -> dict[str, datetime]:
        return promises(
            problem,
            board,
            lambda _work: 0.0,
            lambda work: leaves if work.id == "a" else None,
            otherwise_minutes=0.0,
        )

    assert certain(None) == {"a": visits[0].ends_at, "b": visits[1].ends_at}
    # Who is known to leave sooner is not waited for.
    assert certain((-60.0, 0.0)) == {"a": NOW + minutes(30), "b": visits[1].ends_at}
    assert certain((40.0, 0.0)) == {"a": visits[0].ends_at + minutes(40), "b": visits[1].ends_at}


def test_people_differ_so_a_long_list_is_less_certain_than_its_rooms() -> None:
    problem, board = a_list(random.Random(2))
    alike = promises(problem, board, lambda _work: 0.2)
    apart = promises(problem, board, lambda _work: 0.2, attendants_spread=0.15)
    more = [(apart[visit.work_id] - alike[visit.work_id]).total_seconds() for visit in board.routes[0].visits]
    assert more == sorted(more)
    assert more[-1] > 4 * more[0] > 0


def test_how_attendants_differ_is_learned_without_their_names() -> None:
    dice = random.Random(5)
    people = {f"p{n}": math.exp(dice.gauss(0.0, 0.2)) for n in range(30)}
    cleans = [
        Measured(TaskKind.DEPARTURE, "KING", 2, who, 35 * pace * math.exp(dice.gauss(0.0, 0.2)))
        for who, pace in people.items()
        for _ in range(40)
    ]
    learned = learn(cleans, {TaskKind.DEPARTURE: 30.0})
    assert learned.by_attendant == {}
    assert 0.14 < learned.attendants_spread < 0.26
    # Only where the property wants it is somebody's own pace known.
    assert (learned.pace("p0"), learned.attendants_spread > DAY_TO_DAY) == (1.0, True)
    personal = learn(cleans, {TaskKind.DEPARTURE: 30.0}, by_attendant=True)
    slowest = max(people, key=lambda who: people[who])
    assert personal.pace(slowest) > 1.15
    assert personal.attendants_spread == DAY_TO_DAY
    alike = learn([replace(one, minutes=35 * math.exp(dice.gauss(0.0, 0.2))) for one in cleans], {})
    assert alike.attendants_spread < 0.06
    assert learn([], {}).attendants_spread == pytest.approx(USUAL_BETWEEN)


def test_what_was_done_today_tells_how_quick_somebody_is_today() -> None:
    def done(took: float, count: int, shift: str = "s") -> list[DoneToday]:
        return [DoneToday(shift, 30.0, took, 0.3)] * count

    assert pace_today([], 0.15) == pytest.approx((0.0, 0.15))
    slower, unsure = pace_today(done(36, 8), 0.15)
    assert 0 < slower < math.log(36 / 30)
    assert unsure < 0.15
    # One room in which everything was broken says less of who was in it than of the room.
    assert pace_today(done(300, 1), 0.15)[0] == pace_today(done(60, 1), 0.15)[0]
    problem, board = a_list(random.Random(2))

    def last(*tasks: DoneToday) -> datetime:
        found = promises(problem, board, lambda _work: 0.2, attendants_spread=0.15, done=tasks)
        return found[board.routes[0].visits[-1].work_id]

    shift = board.routes[0].shift_id
    assert last(*done(40, 6, shift)) > last(*done(30, 6, shift)) > last(*done(24, 6, shift))
    # What others did says nothing of this list.
    assert last(*done(60, 6, "somebody else")) == last()
