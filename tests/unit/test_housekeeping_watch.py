"""Reminders, discrepancies and learned durations: the pure decisions."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hotel.errors import Invalid
from housekeeping.discrepancies import Found, check_people, judge
from housekeeping.durations import Measured, learn, stay_length
from housekeeping.reminders import RemindedTask, ReminderLevel, ReminderReason, due_reminders
from housekeeping.status import Discrepancy
from housekeeping.tasks import TaskKind, TaskState

NOON = datetime(2026, 7, 14, 12, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def late(task: RemindedTask, minutes: float) -> tuple[ReminderReason, ReminderLevel] | None:
    found = due_reminders([task], after(minutes), 10)
    return (found[0].reason, found[0].level) if found else None


PLANNED = RemindedTask("t", TaskState.PLANNED, "ana", 40, 60, after(100), None, 0, None)


def test_a_task_past_its_latest_start_reminds_the_attendant_then_the_supervisor() -> None:
    assert late(PLANNED, 69) is None
    assert late(PLANNED, 70) == (ReminderReason.LATE_START, ReminderLevel.ATTENDANT)
    assert late(PLANNED, 80) == (ReminderReason.LATE_START, ReminderLevel.SUPERVISOR)
    assert late(replace(PLANNED, state=TaskState.PAUSED), 200) is None


def test_work_past_its_p90_counts_what_was_worked_before_the_pause() -> None:
    running = replace(
        PLANNED, state=TaskState.STARTED, working_since=NOON, worked_seconds=20 * 60, due_at=None
    )
    assert late(running, 49) is None
    assert late(running, 50) == (ReminderReason.LATE_FINISH, ReminderLevel.ATTENDANT)
    assert late(running, 60) == (ReminderReason.LATE_FINISH, ReminderLevel.SUPERVISOR)


def test_a_vacant_dirty_room_that_nobody_holds_and_a_guest_who_waits() -> None:
    dirty = replace(PLANNED, due_at=None, attendant_id=None, dirty_since=NOON)
    assert late(dirty, 10) == (ReminderReason.NOBODY_HOLDS, ReminderLevel.ATTENDANT)
    assert late(replace(dirty, attendant_id="ana"), 60) is None
    asked = replace(PLANNED, due_at=None, response_due_at=NOON)
    assert late(asked, 20) == (ReminderReason.LATE_RESPONSE, ReminderLevel.SUPERVISOR)


def test_what_contradicts_itself() -> None:
    def kind(
        occupied: bool, presence: str = "unknown", overdue: bool = False, found: Found | None = None
    ) -> str:
        finding = judge(occupied, 2, overdue, presence, found, NOON)
        return finding.kind.value if finding else "none"

    def saw(occupied: bool, people: int | None = None, then: bool = True, hours: float = 1) -> Found:
        return Found("f1", NOON - timedelta(hours=hours), "Ana", occupied, people, then)

    assert kind(True) == kind(False) == kind(True, "empty") == "none"
    assert kind(True, "empty", overdue=True) == kind(True, found=saw(False)) == "skip"
    assert kind(False, "asleep") == kind(False, found=saw(True, then=False)) == "sleep"
    assert kind(True, found=saw(True, 3)) == "person"
    assert kind(True, found=saw(True, 2)) == "none"
    # What was seen before the front office moved, or long ago, does not count.
    assert kind(True, found=saw(False, then=False)) == kind(True, found=saw(False, hours=13)) == "none"
    # Who has been in the room counts before the sensors.
    assert kind(True, "empty", overdue=True, found=saw(True, 2)) == "none"
    assert judge(True, 2, False, "unknown", saw(True, 3), NOON).kind == Discrepancy.PERSON  # type: ignore[union-attr]
    for occupied, people in ((True, 0), (True, 31), (False, 1)):
        with pytest.raises(Invalid):
            check_people(occupied, people)


def test_learned_minutes_begin_at_the_table_and_move_to_what_is_measured() -> None:
    table = {TaskKind.DEPARTURE: 43.0}
    draw = random.Random(5)

    def cleans(count: int, minutes: float, room_type: str = "SUITE", who: str = "a") -> list[Measured]:
        return [
            Measured(TaskKind.DEPARTURE, room_type, 2, who, minutes * math.exp(draw.gauss(0, 0.2)))
            for _ in range(count)
        ]

    nothing = learn([], table).estimate(TaskKind.DEPARTURE, "SUITE", 2)
    assert nothing.p50_minutes == pytest.approx(43)
    assert nothing.measured == 0
    few = learn(cleans(3, 80), table).estimate(TaskKind.DEPARTURE, "SUITE", 2)
    many = learn(cleans(400, 80), table).estimate(TaskKind.DEPARTURE, "SUITE", 2)
    assert 43 < few.p50_minutes < 65
    assert many.p50_minutes == pytest.approx(80, rel=0.05)
    assert many.p90_minutes == pytest.approx(80 * math.exp(1.28 * 0.2), rel=0.08)
    # A type that nobody has measured takes what the others say, a tablet left running says nothing.
    slips = [Measured(TaskKind.DEPARTURE, "SUITE", 2, "a", minutes) for minutes in (0.1, 299, 900)] * 20
    both = learn(cleans(200, 40, "KING") + slips, table)
    assert both.estimate(TaskKind.DEPARTURE, "KING", 2).p50_minutes == pytest.approx(40, rel=0.06)
    assert both.estimate(TaskKind.DEPARTURE, "TWIN", 9).p50_minutes == pytest.approx(40, rel=0.06)
    people = cleans(200, 30, "KING", "quick") + cleans(200, 50, "KING", "slow")
    for by_attendant, apart in ((False, 0.0), (True, 15.0)):
        learned = learn(people, table, by_attendant)
        quick, slow = (
            learned.estimate(TaskKind.DEPARTURE, "KING", 2, who).p50_minutes for who in ("quick", "slow")
        )
        assert slow - quick >= apart
        assert by_attendant or slow == quick
    assert [stay_length(n) for n in (0, 1, 3, 6, 7, 90)] == ["0", "1", "2-3", "4-6", "7+", "7+"]


def test_learned_durations_beat_the_table_on_weeks_held_back() -> None:
    from benchmarks.durations import run
    from benchmarks.report import Options

    report = run(Options(seed=7, quick=True))
    figures = {figure.name: figure.value for figure in report.figures}
    assert report.met
    assert figures["noise floor of the generator"] <= figures["error of learned durations"]
    assert 86 <= figures["within P90"] <= 94
