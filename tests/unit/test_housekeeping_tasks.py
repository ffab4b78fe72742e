"""The life of a task: no tap, in whatever order and by whomever, makes an impossible one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hotel.actor import Actor, ActorKind, Role
from hotel.errors import Forbidden, Invalid
from hotel.taps import happened_at
from housekeeping.checklists import Checklist, ChecklistItem, clean_items, merge_ticks
from housekeeping.status import Cleanliness
from housekeeping.tasks import (
    BEGUN,
    ENDS,
    OPEN_STATES,
    ImpossibleNow,
    Progress,
    Tap,
    TaskAction,
    TaskKind,
    TaskState,
    advance,
    check_may,
    cleanliness_after,
    faults,
    may_now,
    progress_from_json,
    progress_to_json,
    transitions_of,
)
from housekeeping.tasks_corrections import TAKEN_BACK, check_undo, correct, hand_back

NINE = datetime(2026, 7, 14, 9, tzinfo=UTC)


def person(name: str, role: Role) -> Actor:
    return Actor(ActorKind.STAFF, name.lower(), name, frozenset({role}))


ANA, BO = person("Ana", Role.ATTENDANT), person("Bo", Role.ATTENDANT)
SUE, DESK = person("Sue", Role.SUPERVISOR), person("Desk", Role.FRONT_DESK)
PEOPLE = (ANA, BO, SUE, DESK)


def tapped(progress: Progress, *taps: tuple[TaskAction, Actor, float], reason: str = "no_access") -> Progress:
    for action, actor, minutes in taps:
        progress = advance(progress, Tap(action, actor, NINE + timedelta(minutes=minutes), reason))
    return progress


class TaskLife(RuleBasedStateMachine):
    """People tap, correct and take back as they like; tablets' taps come in late."""

    def __init__(self) -> None:
        super().__init__()
        self.task = Progress(TaskKind.DEPARTURE)
        self.now = NINE
        self.last_at = NINE
        self.steps: list[tuple[TaskAction | None, Actor, datetime, Progress]] = []
        self.ends = 0

    @rule(kind=st.sampled_from(list(TaskKind)))
    @precondition(lambda self: not self.steps)
    def be_of_kind(self, kind: TaskKind) -> None:
        self.task = Progress(kind)

    @rule(seconds=st.floats(1, 7200))
    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(
        action=st.sampled_from(sorted(set(TaskAction) - {TaskAction.UNDO, TaskAction.CORRECT})),
        actor=st.sampled_from(PEOPLE),
        age=st.floats(0, 90_000),
        reason=st.sampled_from(["dnd", "leak", "", None]),
        to=st.sampled_from([None, ("bo", "Bo")]),
        demanded=st.booleans(),
    )
    def tap(
        self,
        action: TaskAction,
        actor: Actor,
        age: float,
        reason: str | None,
        to: tuple[str, str] | None,
        demanded: bool,
    ) -> None:
        at = happened_at(self.now, timedelta(seconds=age), last_at=self.last_at)
        assert self.last_at <= at <= self.now
        before = self.task
        offered = action in may_now(before, actor)
        try:
            after = advance(before, Tap(action, actor, at, reason, to, demanded))
        except (ImpossibleNow, Forbidden):
            assert not offered
            return
        except Invalid:
            return
        assert offered
        assert transitions_of(before.kind)[(before.state, action)].to == after.state
        assert before.state not in ENDS or before.state == TaskState.FINISHED
        self._took(action, actor, at, after)

    @rule(
        actor=st.sampled_from(PEOPLE), to=st.sampled_from(list(TaskState)), reason=st.sampled_from(["x", ""])
    )
    def correct(self, actor: Actor, to: TaskState, reason: str) -> None:
        at = max(self.now, self.last_at)
        try:
            after, _ = correct(self.task, to, actor, at, reason)
        except (ImpossibleNow, Forbidden, Invalid):
            return
        assert actor is SUE
        self._took(None, actor, at, after)

    @rule()
    def go_home(self) -> None:
        at = max(self.now, self.last_at)
        try:
            after = hand_back(self.task, at)
        except ImpossibleNow:
            assert self.task.state not in BEGUN
            return
        assert (after.state, after.attendant_id) == (TaskState.PLANNED, None)
        assert after.worked_seconds >= self.task.worked_seconds
        self._took(None, SUE, at, after)

    @rule(actor=st.sampled_from(PEOPLE))
    @precondition(lambda self: self.steps)
    def take_back(self, actor: Actor) -> None:
        action, by, at, before = self.steps[-1]
        try:
            check_undo(action, by.id, at, actor, self.now, self.task.state)
        except ImpossibleNow:
            return
        assert by is actor
        assert action in TAKEN_BACK
        assert self.now - at <= timedelta(minutes=2)
        self.task = progress_from_json(progress_to_json(before))
        self.steps.append((None, actor, self.now, self.task))
        self.last_at = self.now

    def _took(self, action: TaskAction | None, actor: Actor, at: datetime, after: Progress) -> None:
        self.steps.append((action, actor, at, self.task))
        self.task, self.last_at = after, at

    @invariant()
    def is_possible(self) -> None:
        assert faults(self.task) == []

    @invariant()
    def survives_being_written_down(self) -> None:
        assert progress_from_json(progress_to_json(self.task)) == self.task

    @invariant()
    def has_one_end_at_most(self) -> None:
        said = (self.task.finished_at, self.task.not_serviced_reason, self.task.cancel_reason)
        ends = sum(one is not None for one in said)
        assert ends == (1 if self.task.state in ENDS else 0)


TaskLife.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestTaskLife = TaskLife.TestCase


def test_the_minutes_come_from_the_taps() -> None:
    done = tapped(
        Progress(TaskKind.DEPARTURE),
        (TaskAction.START, ANA, 0),
        (TaskAction.PAUSE, ANA, 20),
        (TaskAction.RESUME, ANA, 50),
        (TaskAction.FINISH, ANA, 63),
    )
    assert (done.worked_seconds, done.finished_at) == (33 * 60, NINE + timedelta(minutes=63))
    assert (done.attendant, done.finished_by) == ("Ana", "Ana")


def test_a_second_start_elsewhere_is_refused_and_a_supervisor_takes_over() -> None:
    running = tapped(Progress(TaskKind.STAYOVER), (TaskAction.START, ANA, 0))
    with pytest.raises(ImpossibleNow):
        check_may(running, TaskAction.START, BO)
    with pytest.raises(ImpossibleNow) as refused:
        check_may(running, TaskAction.FINISH, BO)
    assert refused.value.values["because"] == "another_attendant"
    given = advance(running, Tap(TaskAction.TAKE_OVER, SUE, NINE + timedelta(minutes=5), None, ("bo", "Bo")))
    assert (given.state, given.attendant, given.worked_seconds) == (TaskState.STARTED, "Bo", 300)
    with pytest.raises(ImpossibleNow):
        check_may(given, TaskAction.FINISH, ANA)


def test_a_task_given_to_another_is_not_started_by_an_attendant() -> None:
    bos = replace(Progress(TaskKind.STAYOVER), attendant_id="bo", attendant="Bo")
    with pytest.raises(ImpossibleNow):
        check_may(bos, TaskAction.START, ANA)
    assert TaskAction.START in may_now(bos, BO)
    assert TaskAction.START in may_now(bos, SUE)


def test_the_desk_calls_off_what_a_guest_asked_for_and_nothing_else() -> None:
    assert may_now(Progress(TaskKind.GUEST_REQUEST), DESK) == [TaskAction.CANCEL]
    assert may_now(Progress(TaskKind.DEPARTURE), DESK) == []


def test_an_inspection_ends_by_its_verdict_alone() -> None:
    begun = tapped(Progress(TaskKind.INSPECTION), (TaskAction.START, SUE, 0))
    assert TaskAction.FINISH not in may_now(begun, SUE)
    passed = tapped(begun, (TaskAction.INSPECT_PASS, SUE, 6))
    assert (passed.state, passed.worked_seconds) == (TaskState.FINISHED, 360)
    assert may_now(Progress(TaskKind.INSPECTION), ANA) == []


def test_two_minutes_are_two_minutes() -> None:
    at = NINE
    check_undo(TaskAction.FINISH, "ana", at, ANA, at + timedelta(seconds=120), TaskState.FINISHED)
    for actor, seconds, because in ((ANA, 121, "too_late"), (BO, 5, "not_your_tap")):
        with pytest.raises(ImpossibleNow) as refused:
            check_undo(
                TaskAction.FINISH, "ana", at, actor, at + timedelta(seconds=seconds), TaskState.FINISHED
            )
        assert refused.value.values["because"] == because
    with pytest.raises(ImpossibleNow):
        check_undo(None, "ana", at, ANA, at, TaskState.PLANNED)


def test_a_late_tap_is_never_in_the_future_nor_before_the_step_it_follows() -> None:
    last = NINE - timedelta(minutes=10)
    assert happened_at(NINE, timedelta(minutes=2), last_at=last) == NINE - timedelta(minutes=2)
    assert happened_at(NINE, timedelta(hours=2), last_at=last) == last
    assert happened_at(NINE, timedelta(seconds=-50), last_at=last) == NINE
    assert happened_at(NINE, timedelta(), last_at=NINE + timedelta(minutes=1)) == NINE
    # The hotel's time may run faster than the tablet's.
    assert happened_at(NINE, timedelta(minutes=2), 30.0) == NINE - timedelta(hours=1)


def test_what_a_clean_makes_of_its_room() -> None:
    finished = (TaskState.STARTED, TaskState.FINISHED)
    assert cleanliness_after(TaskKind.DEPARTURE, *finished, True, True) == Cleanliness.CLEAN
    assert cleanliness_after(TaskKind.DEPARTURE, *finished, False, False) == Cleanliness.CLEAN
    # Nobody is going to inspect it, and the property only sells what is inspected.
    assert cleanliness_after(TaskKind.DEPARTURE, *finished, False, True) == Cleanliness.INSPECTED
    assert cleanliness_after(TaskKind.TURNDOWN, *finished, False, False) is None
    failed = (TaskState.FINISHED, TaskState.RE_CLEAN)
    assert cleanliness_after(TaskKind.STAYOVER, *failed, True, True) == Cleanliness.DIRTY
    for end in (TaskState.NOT_SERVICED, TaskState.CANCELLED):
        assert cleanliness_after(TaskKind.DEPARTURE, TaskState.PLANNED, end, False, False) is None


def test_only_a_correction_leaves_an_end_for_work() -> None:
    for kind in TaskKind:
        for (state, _), move in transitions_of(kind).items():
            if state in ENDS:
                assert move.to in ENDS
            assert state in OPEN_STATES or state == TaskState.FINISHED


def test_ticks_of_another_version_are_kept_as_far_as_both_know_them() -> None:
    old = Checklist("departure", 1, (ChecklistItem("bed", "Bed"), ChecklistItem("bath", "Bath")))
    new = Checklist("departure", 2, (ChecklistItem("bed", "Bed, linen"), ChecklistItem("safe", "Safe open")))
    ticks, two = merge_ticks(new, old, {"safe": True}, {"bed": True, "bath": True})
    assert ticks == {"safe": True, "bed": True}
    assert two is not None
    assert (two.seen.version, two.current.version) == (1, 2)
    with pytest.raises(Invalid):
        merge_ticks(new, None, {}, {"bath": True})


def test_lines_of_a_checklist_get_keys_and_bounds() -> None:
    items = clean_items([(None, " Bed  made "), ("item-1", "Bath"), (None, "Safe")])
    assert [(item.key, item.text) for item in items] == [
        ("item-2", "Bed made"),
        ("item-1", "Bath"),
        ("item-3", "Safe"),
    ]
    for bad in ([("bed", "")], [("bed", "a"), ("bed", "b")], [("Bed!", "a")], [(None, "a")] * 41):
        with pytest.raises(Invalid):
            clean_items(bad)
