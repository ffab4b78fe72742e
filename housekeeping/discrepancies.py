"""Where the front office, who was in the room and its sensors contradict each other. Pure.

What a person saw counts before what sensors say, for as long as the front office has not moved since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotel.errors import Invalid
from housekeeping.status import Discrepancy, discrepancy

REPORT_HOLDS = timedelta(hours=12)
MOST_PEOPLE = 30
LONGEST_RESOLUTION = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody found in a room. `occupied_then`: what the front office said at that moment."""

    id: str
    at: datetime
    by: str
    occupied: bool
    people: int | None
    occupied_then: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """A contradiction. `key` names it: the same as long as nothing new was seen."""

    kind: Discrepancy
    key: str
    seen_by: str
    people_expected: int | None = None
    people_found: int | None = None


def judge(
    occupied: bool, people: int, overdue: bool, presence: str, found: Found | None, now: datetime
) -> Finding | None:
    """The room's contradiction now, None when all agree.

    Args:
        occupied, people: what the front office says, by the stays.
        overdue: who is in the house should have left.
        presence: unknown, empty, present or asleep.
        found: the newest report of somebody who was there.
    """
    if found is not None and found.occupied_then == occupied and now - found.at <= REPORT_HOLDS:
        if occupied and not found.occupied:
            return Finding(Discrepancy.SKIP, f"skip:{found.id}", found.by)
        if not occupied and found.occupied:
            return Finding(Discrepancy.SLEEP, f"sleep:{found.id}", found.by)
        if occupied and found.people is not None and found.people != people:
            return Finding(Discrepancy.PERSON, f"person:{found.id}:{people}", found.by, people, found.people)
        if occupied == found.occupied:
            return None
    sensed = discrepancy(occupied, presence, overdue)
    return None if sensed == Discrepancy.NONE else Finding(sensed, f"{sensed.value}:sensed", "sensors")


def check_people(occupied: bool, people: int | None) -> None:
    """Raises Invalid for a head-count that cannot be."""
    if people is not None and not (1 <= people <= MOST_PEOPLE and occupied):
        raise Invalid(
            "bad_head_count",
            f"In an occupied room there are 1 to {MOST_PEOPLE} people; in a vacant one none is counted.",
            field="people",
            high=MOST_PEOPLE,
        )
