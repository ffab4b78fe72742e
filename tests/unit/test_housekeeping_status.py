"""The status axes: every cell of the tables, readiness, discrepancies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from frontdesk.front_office import PromisedStay
from hotel.actor import Actor, ActorKind, Role
from hotel.errors import Conflict, Forbidden, Invalid
from housekeeping.status import (
    SELLABLE,
    TRANSITIONS,
    TURNDOWN,
    Availability,
    AvailabilityState,
    Blocker,
    Cleanliness,
    Discrepancy,
    Turndown,
    WorkMinutes,
    blockers,
    check_availability,
    check_can_leave_sale,
    check_cleanliness,
    check_service,
    check_turndown,
    discrepancy,
    earliest_ready,
    turndown_on,
)

C, V, B = Cleanliness, AvailabilityState, Blocker
NOW = datetime(2026, 7, 14, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)

# Letters: a attendant, s supervisor, f front desk, m manager, e engineer.
CLEANLINESS_TABLE = {
    #            dirty    pickup   clean    inspected
    C.DIRTY: ("aefmsx", "afms", "afms", "ms"),
    C.PICKUP: ("aefms", "aefmsx", "afms", "ms"),
    C.CLEAN: ("aefms", "aefms", "aefmsx", "ms"),
    C.INSPECTED: ("aefms", "aefms", "ms", "aefmsx"),
}
LETTERS = {
    "a": Role.ATTENDANT,
    "s": Role.SUPERVISOR,
    "f": Role.FRONT_DESK,
    "m": Role.MANAGER,
    "e": Role.ENGINEER,
    "x": Role.ADMINISTRATOR,
}


def who(*roles: Role) -> Actor:
    return Actor(ActorKind.STAFF, "1", "Somebody", frozenset(roles))


@pytest.mark.parametrize(("before", "after", "letter"), list(product(C, C, LETTERS)))
def test_every_cell_of_the_cleanliness_table(before: Cleanliness, after: Cleanliness, letter: str) -> None:
    allowed = letter in CLEANLINESS_TABLE[before][list(C).index(after)]
    if allowed:
        check_cleanliness(before, after, who(LETTERS[letter]))
    else:
        with pytest.raises(Forbidden) as refusal:
            check_cleanliness(before, after, who(LETTERS[letter]))
        assert refusal.value.code == "not_for_role"


def test_the_tables_have_no_holes() -> None:
    assert set(TRANSITIONS) == {(a, b) for a, b in product(C, C) if a != b}
    assert set(TURNDOWN) == {(a, b) for a, b in product(Turndown, Turndown) if a != b}


def test_an_attendant_completes_a_turndown_but_does_not_order_one() -> None:
    check_turndown(Turndown.REQUIRED, Turndown.COMPLETED, who(Role.ATTENDANT))
    check_turndown(Turndown.NOT_REQUIRED, Turndown.REQUIRED, who(Role.FRONT_DESK))
    with pytest.raises(Forbidden):
        check_turndown(Turndown.NOT_REQUIRED, Turndown.REQUIRED, who(Role.ATTENDANT))
    with pytest.raises(Forbidden):
        check_turndown(Turndown.REQUIRED, Turndown.COMPLETED, who(Role.FRONT_DESK))


def test_yesterdays_turndown_is_over() -> None:
    day = date(2026, 7, 14)
    assert turndown_on(Turndown.COMPLETED, day, day) == Turndown.COMPLETED
    assert turndown_on(Turndown.COMPLETED, day, day + timedelta(days=1)) == Turndown.NOT_REQUIRED
    assert turndown_on(Turndown.NOT_REQUIRED, None, day) == Turndown.NOT_REQUIRED


@pytest.mark.parametrize(
    ("occupied", "cleanliness", "availability", "inspection", "expected"),
    [
        (False, C.CLEAN, V.SELLABLE, False, []),
        (False, C.INSPECTED, V.SELLABLE, True, []),
        (False, C.CLEAN, V.SELLABLE, True, [B.NOT_INSPECTED]),
        (False, C.PICKUP, V.SELLABLE, False, [B.NOT_CLEAN]),
        (False, C.DIRTY, V.SELLABLE, True, [B.NOT_CLEAN]),
        (True, C.CLEAN, V.SELLABLE, False, [B.OCCUPIED]),
        (False, C.CLEAN, V.OUT_OF_ORDER, False, [B.OUT_OF_ORDER]),
        (False, C.INSPECTED, V.OUT_OF_SERVICE, True, [B.OUT_OF_SERVICE]),
        (True, C.DIRTY, V.OUT_OF_ORDER, True, [B.OCCUPIED, B.NOT_CLEAN, B.OUT_OF_ORDER]),
    ],
)
def test_ready_means_vacant_clean_and_sellable(
    occupied: bool,
    cleanliness: Cleanliness,
    availability: AvailabilityState,
    inspection: bool,
    expected: list[Blocker],
) -> None:
    assert blockers(occupied, cleanliness, availability, inspection) == expected


def test_a_period_out_of_sale_counts_between_its_ends() -> None:
    period = Availability(V.OUT_OF_ORDER, "leak", NOW, NOW + HOUR, C.DIRTY)
    assert period.at(NOW - HOUR) == V.SELLABLE
    assert period.at(NOW) == V.OUT_OF_ORDER
    assert period.at(NOW + HOUR) == V.SELLABLE
    assert Availability(V.OUT_OF_SERVICE, "paint").at(NOW + 1000 * HOUR) == V.OUT_OF_SERVICE


def test_a_room_leaves_the_inventory_with_a_reason_and_a_sensible_end() -> None:
    engineer = who(Role.ENGINEER)
    kept = check_availability(Availability(V.OUT_OF_ORDER, " leak "), NOW, engineer)
    assert (kept.reason, kept.since, kept.return_status) == ("leak", NOW, C.DIRTY)
    assert check_availability(Availability(V.SELLABLE, "fixed"), NOW, engineer) == SELLABLE
    for wrong, code in (
        (Availability(V.OUT_OF_ORDER, "  "), "reason_needed"),
        (Availability(V.OUT_OF_ORDER, "leak", NOW, NOW), "until_too_early"),
        (Availability(V.OUT_OF_SERVICE, "leak", NOW - 2 * HOUR, NOW - HOUR), "until_too_early"),
    ):
        with pytest.raises(Invalid) as refusal:
            check_availability(wrong, NOW, engineer)
        assert refusal.value.code == code
    with pytest.raises(Forbidden):
        check_availability(Availability(V.OUT_OF_ORDER, "leak"), NOW, who(Role.ATTENDANT))


def test_no_room_is_taken_from_under_a_guest() -> None:
    check_can_leave_sale(occupied=False, promised=[], begins_now=True)
    check_can_leave_sale(occupied=True, promised=[], begins_now=False)
    with pytest.raises(Conflict) as occupied:
        check_can_leave_sale(occupied=True, promised=[], begins_now=True)
    assert occupied.value.code == "room_occupied"
    living = PromisedStay("s0", NOW - HOUR, NOW + 20 * HOUR, in_house=True)
    later = PromisedStay("s2", NOW + 30 * HOUR, NOW + 50 * HOUR, in_house=False)
    sooner = PromisedStay("s1", NOW + 22 * HOUR, NOW + 26 * HOUR, in_house=False)
    with pytest.raises(Conflict) as stays_on:
        check_can_leave_sale(occupied=True, promised=[living, sooner], begins_now=False)
    assert (stays_on.value.code, stays_on.value.values["leaves_at"]) == (
        "room_occupied",
        living.leaves_at.isoformat(),
    )
    with pytest.raises(Conflict) as promised:
        check_can_leave_sale(occupied=False, promised=[later, sooner], begins_now=True)
    assert promised.value.code == "room_promised"
    assert promised.value.values == {
        "stay_id": "s1",
        "arrives_at": sooner.arrives_at.isoformat(),
        "leaves_at": sooner.leaves_at.isoformat(),
        "stay_ids": ["s2", "s1"],
    }


def test_only_who_lives_there_declines_the_service() -> None:
    check_service(True, who(Role.ATTENDANT))
    with pytest.raises(Conflict):
        check_service(False, who(Role.ATTENDANT))
    with pytest.raises(Forbidden):
        check_service(True, who(Role.ENGINEER))


@pytest.mark.parametrize(
    ("occupied", "presence", "overdue", "expected"),
    [
        (True, "empty", False, Discrepancy.NONE),
        (True, "empty", True, Discrepancy.SKIP),
        (True, "present", True, Discrepancy.NONE),
        (True, "unknown", True, Discrepancy.NONE),
        (False, "asleep", False, Discrepancy.SLEEP),
        (False, "present", False, Discrepancy.NONE),
        (False, "empty", False, Discrepancy.NONE),
        (False, "unknown", False, Discrepancy.NONE),
    ],
)
def test_when_the_desk_and_the_sensors_contradict(
    occupied: bool, presence: str, overdue: bool, expected: Discrepancy
) -> None:
    assert discrepancy(occupied, presence, overdue) == expected


def ready_at(
    blocked_by: list[Blocker],
    cleanliness: Cleanliness,
    *,
    vacant_at: datetime | None = None,
    until: datetime | None = None,
    inspection: bool = False,
) -> datetime | None:
    minutes = WorkMinutes(dirty=40, pickup=15, inspection=5)
    return earliest_ready(blocked_by, cleanliness, NOW, vacant_at, until, inspection, minutes)


def test_the_earliest_ready_time_adds_up_the_work() -> None:
    minute = timedelta(minutes=1)
    assert ready_at([], C.CLEAN) == NOW
    assert ready_at([B.NOT_CLEAN], C.DIRTY) == NOW + 40 * minute
    assert ready_at([B.NOT_CLEAN], C.PICKUP, inspection=True) == NOW + 20 * minute
    assert ready_at([B.NOT_INSPECTED], C.CLEAN, inspection=True) == NOW + 5 * minute
    assert ready_at([B.OCCUPIED], C.CLEAN, vacant_at=NOW + HOUR) == NOW + HOUR + 40 * minute
    assert ready_at([B.OCCUPIED], C.CLEAN, vacant_at=NOW - HOUR) == NOW + 40 * minute
    assert ready_at([B.OUT_OF_ORDER], C.CLEAN, until=NOW + HOUR) == NOW + HOUR


def test_nobody_can_tell_when_an_open_end_ends() -> None:
    assert ready_at([B.OUT_OF_ORDER], C.CLEAN) is None
    assert ready_at([B.OCCUPIED], C.CLEAN) is None
