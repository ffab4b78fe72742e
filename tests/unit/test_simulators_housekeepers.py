"""Simulated attendants: what they do next, and that they tap as a person would."""

from __future__ import annotations

import random
from collections.abc import Generator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from simulators.floor import (
    TAKEN_OVER,
    CountMinibar,
    FloorAct,
    FloorAnswer,
    Inspect,
    LookAtCleans,
    LookAtTasks,
    PlanDay,
    ReportFault,
    ReportFound,
    SeenTask,
    StockUp,
    Tap,
    choose,
)
from simulators.housekeepers import AskFloor, Life, attendant, supervisor
from tests.unit.simulators_fakes import SHANGHAI

NINE = datetime(2026, 7, 15, 9, 0, tzinfo=SHANGHAI)
DEPARTURE = SeenTask("t1", "departure", "planned", "101", False, "normal", None, 43.0)
STEPS = {"start": "started", "pause": "paused", "resume": "started", "finish": "finished"}


class Corridor:
    """A corridor that is only a clock and a list of guests."""

    def __init__(self) -> None:
        self.now = 0.0
        self.guests: set[str] = set()
        self.undisturbed: set[str] = set()
        self.worked: list[tuple[str, float]] = []
        self.seen_to: list[str] = []

    def local(self, seconds: float) -> datetime:
        return NINE + timedelta(seconds=seconds)

    def guests_in(self) -> list[str]:
        return sorted(self.guests)

    def guest_in(self, room: str) -> bool:
        return room in self.guests

    def do_not_disturb(self, room: str) -> bool:
        return room in self.undisturbed

    def works_in(self, room: str, draw: random.Random, until: float) -> Generator[float, None, None]:
        self.worked.append((room, (until - self.now) / 60))
        yield until

    def serviced(self, room: str) -> None:
        self.seen_to.append(room)


class List:
    """A task list that obeys, and remembers what was asked."""

    def __init__(self, *tasks: SeenTask) -> None:
        self.tasks = {task.id: task for task in tasks}
        self.acts: list[FloorAct] = []
        self.person_has_it = False

    def answer(self, act: FloorAct) -> FloorAnswer:
        self.acts.append(act)
        match act:
            case LookAtTasks() if not self.person_has_it:
                still = [
                    task for task in self.tasks.values() if task.state in ("planned", "started", "paused")
                ]
                return FloorAnswer(True, tasks=tuple(still))
            case Tap(_, task, action) if not self.person_has_it:
                now = self.tasks[task.id]
                if now.state != task.state:
                    return FloorAnswer(False, "impossible_now")
                self.tasks[task.id] = replace(now, state=STEPS.get(action, now.state), mine=True)
                if action == "not_serviced":
                    self.tasks[task.id] = replace(now, state="not_serviced")
                return FloorAnswer(True)
            case LookAtCleans():
                return FloorAnswer(True, tasks=tuple(self.tasks.values()))
        return FloorAnswer(not self.person_has_it, TAKEN_OVER if self.person_has_it else None)

    def taps(self) -> list[str]:
        return [act.action for act in self.acts if isinstance(act, Tap)]


def live(life: Life, corridor: Corridor, tasks: List, hours: float) -> None:
    """Let a housekeeper live for so long."""
    until = corridor.now + hours * 3600
    answer: FloorAnswer | None = None
    while corridor.now < until:
        wanted = life.send(answer)
        answer = None
        if isinstance(wanted, AskFloor):
            answer = tasks.answer(wanted.act)
        else:
            corridor.now = max(corridor.now, wanted)


def test_the_own_order_goes_before_urgency_and_what_is_in_hand_before_all() -> None:
    free = replace(DEPARTURE, id="free", priority="queue")
    second = replace(DEPARTURE, id="second", mine=True, sequence=2)
    first = replace(second, id="first", sequence=1)
    assert choose([free, second, first], NINE) == first
    paused = replace(second, id="paused", state="paused", sequence=9)
    assert choose([free, second, first, paused], NINE) == paused
    assert choose([replace(free, id="late", priority="last"), free], NINE) == free


def test_nobody_takes_what_is_another_ones_not_free_yet_or_to_come_back_to() -> None:
    running = replace(DEPARTURE, state="started")
    leaves_at_noon = replace(DEPARTURE, earliest_at=NINE + timedelta(hours=3))
    inspection = replace(DEPARTURE, kind="inspection")
    assert choose([running, leaves_at_noon, inspection], NINE) is None
    assert choose([DEPARTURE], NINE, frozenset({"101"})) is None


@pytest.mark.parametrize("seed", range(4))
def test_a_room_is_started_cleaned_ticked_and_finished(seed: int) -> None:
    corridor, tasks = Corridor(), List(replace(DEPARTURE, unticked=("bed", "bath"), checklist_version=1))
    live(attendant(corridor, "31", 0, seed), corridor, tasks, 2)
    taps = [tap for tap in tasks.taps() if tap not in ("pause", "resume")]
    assert taps == ["start", "tick", "finish"], f"seed {seed}"
    assert tasks.tasks["t1"].state == "finished"
    assert 18 <= sum(minutes for _, minutes in corridor.worked) <= 45
    assert corridor.seen_to == ["101"]


def test_do_not_disturb_is_not_serviced_and_a_guest_is_left_in_peace() -> None:
    corridor = Corridor()
    tasks = List(DEPARTURE, replace(DEPARTURE, id="t2", room="102", kind="stayover"))
    corridor.undisturbed, corridor.guests = {"101"}, {"102"}
    life = attendant(corridor, "31", 0, 1)
    live(life, corridor, tasks, 1)
    assert tasks.tasks["t1"].state == "not_serviced"
    assert [tap.reason for tap in tasks.acts if isinstance(tap, Tap)] == ["dnd"]
    corridor.guests.clear()
    live(life, corridor, tasks, 2)
    assert tasks.tasks["t2"].state == "finished"


def test_who_is_taken_over_by_a_person_does_nothing_until_the_person_has_gone() -> None:
    corridor, tasks = Corridor(), List(DEPARTURE)
    tasks.person_has_it = True
    life = attendant(corridor, "31", 0, 1)
    live(life, corridor, tasks, 1)
    assert tasks.taps() == []
    assert corridor.worked == []
    tasks.person_has_it = False
    live(life, corridor, tasks, 2)
    assert tasks.tasks["t1"].state == "finished"


def test_in_a_week_of_rooms_things_break_are_found_and_are_counted() -> None:
    corridor = Corridor()
    tasks = List(*(replace(DEPARTURE, id=f"t{number:03}", room=str(number)) for number in range(120)))
    live(attendant(corridor, "31", 0, 3), corridor, tasks, 7 * 24)
    kinds = {type(act) for act in tasks.acts}
    assert {ReportFault, ReportFound, CountMinibar} <= kinds
    assert "pause" in tasks.taps()


def test_the_supervisor_leaves_a_person_time_to_inspect_and_fails_some() -> None:
    corridor = Corridor()
    done = replace(DEPARTURE, state="finished", finished_at=NINE)
    tasks = List(done)
    live(supervisor(corridor, ["31", "32"], 1), corridor, tasks, 30)
    assert isinstance(tasks.acts[0], StockUp)
    # Planned when the world begins in the morning, and again the next day.
    plans = [act.shifts for act in tasks.acts if isinstance(act, PlanDay)]
    assert [[(login, begins.hour) for login, begins, _ in shifts] for shifts in plans] == [
        [("31", 7), ("32", 9)]
    ] * 2
    assert {begins.date() - NINE.date() for _, begins, _ in plans[1]} == {timedelta(days=1)}
    verdicts = [act.reason for act in tasks.acts if isinstance(act, Inspect)]
    assert 0.01 < sum(reason is not None for reason in verdicts) / len(verdicts) < 0.3
