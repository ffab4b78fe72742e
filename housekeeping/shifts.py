"""Who is at work when: a shift with its breaks, what it prefers and what limits it. Pure.

A shift is somebody's of the house (`staff_id`) or an agency attendant's, who has only a name. Its tasks
carry `attendant_id`: the person, or for the agency the shift itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from hotel.errors import Invalid
from housekeeping.tasks import TaskKind

LONGEST_SHIFT = timedelta(hours=16)
LONGEST_NAME = 80
MOST_BREAKS = 4
MOST_SHIFTS_OF_A_DAY = 300
# A night shift begins on the day before or ends on the day after its business date.
_AROUND = timedelta(hours=36)


class ShiftState(StrEnum):
    PLANNED = "planned"
    PRESENT = "present"
    SICK = "sick"
    ENDED = "ended"


# Who is away gets no tasks.
AT_WORK = frozenset({ShiftState.PLANNED, ShiftState.PRESENT})


@dataclass(frozen=True, slots=True)
class ShiftBreak:
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DayShift:
    """One person's hours on a business date.

    Attributes:
        skills: kinds of task. A kind that some shift of the day names is for those who name it; what
            nobody names is for everybody.
        section, floors: preferred, not binding.
        pair_with: the shift of whom they work with in the same rooms; both name each other.
        max_credits, max_minutes, max_area_square_metres: limits of the day.
    """

    id: str
    name: str
    business_date: date
    starts_at: datetime
    ends_at: datetime
    staff_id: str | None = None
    breaks: tuple[ShiftBreak, ...] = ()
    section: str | None = None
    floors: tuple[str, ...] = ()
    pair_with: str | None = None
    skills: tuple[str, ...] = ()
    max_credits: float | None = None
    max_minutes: float | None = None
    max_area_square_metres: float | None = None
    state: ShiftState = ShiftState.PLANNED

    @property
    def attendant_id(self) -> str:
        """Whom tasks are given to."""
        return self.staff_id or self.id

    @property
    def at_work(self) -> bool:
        return self.state in AT_WORK


def check_shift(shift: DayShift, others: Sequence[DayShift], noon: datetime) -> None:
    """Whether a shift can be.

    Args:
        others: the other shifts of its business date.
        noon: the middle of the business date.

    Raises:
        Invalid: no name, hours that end before they begin or are not of that day, breaks outside them or
            over each other, an unknown skill, a partner who is not there, a person twice at one time.
    """
    if not 0 < len(shift.name) <= LONGEST_NAME:
        raise Invalid(
            "name_length", f"A name has 1 to {LONGEST_NAME} characters.", field="name", high=LONGEST_NAME
        )
    if not timedelta() < shift.ends_at - shift.starts_at <= LONGEST_SHIFT:
        raise Invalid(
            "shift_hours", "A shift ends after it begins, and within 16 hours.", field="ends_at", high=16
        )
    if abs(shift.starts_at - noon) > _AROUND:
        raise Invalid("shift_other_day", "These hours are not of that business date.", field="starts_at")
    _check_breaks(shift)
    unknown = sorted(set(shift.skills) - {kind.value for kind in TaskKind})
    if unknown:
        raise Invalid("unknown_skill", f"{unknown[0]} is no kind of task.", field="skills")
    if shift.pair_with is not None and shift.pair_with not in {other.id for other in others}:
        raise Invalid("unknown_partner", "The partner has no shift on that day.", field="pair_with")
    for other in others:
        same = shift.staff_id is not None and other.staff_id == shift.staff_id and other.at_work
        if same and shift.at_work and shift.starts_at < other.ends_at and other.starts_at < shift.ends_at:
            raise Invalid(
                "shift_overlaps", f"{shift.name} has a shift at that time already.", name=shift.name
            )


def _check_breaks(shift: DayShift) -> None:
    if len(shift.breaks) > MOST_BREAKS:
        raise Invalid("too_many_breaks", f"A shift has at most {MOST_BREAKS} breaks.", field="breaks")
    after = shift.starts_at
    for pause in sorted(shift.breaks, key=lambda one: one.starts_at):
        if not after <= pause.starts_at < pause.ends_at <= shift.ends_at:
            raise Invalid(
                "bad_break",
                "Breaks lie within the shift, one after the other.",
                field="breaks",
                name=shift.name,
            )
        after = pause.ends_at
