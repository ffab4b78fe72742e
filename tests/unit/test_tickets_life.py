"""The table of a ticket's life, its priorities and its evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hotel.actor import SYSTEM, Actor, ActorKind, Role
from hotel.errors import Forbidden, Invalid
from maintenance.tickets import (
    MOST_EVIDENCE,
    TRANSITIONS,
    HoldReason,
    Impact,
    ImpossibleNow,
    Priority,
    Progress,
    Tap,
    TicketAction,
    TicketState,
    Urgency,
    add_evidence,
    advance,
    happened_at,
    may_now,
    more_urgent,
    priority_of,
    urgency_of,
)

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
ANNA = Actor(ActorKind.STAFF, "anna", "Anna", frozenset({Role.ENGINEER}))
BO = Actor(ActorKind.STAFF, "bo", "Bo", frozenset({Role.ENGINEER}))
CHIEF = Actor(ActorKind.STAFF, "chief", "Chief", frozenset({Role.MANAGER}))
DESK = Actor(ActorKind.STAFF, "desk", "Desk", frozenset({Role.FRONT_DESK}))
MAID = Actor(ActorKind.STAFF, "maid", "Maid", frozenset({Role.ATTENDANT}))

NEW = Progress(TicketState.REPORTED, Priority.NORMAL, NOW)


def live(ticket: Progress, *taps: tuple[TicketAction, Actor] | Tap) -> Progress:
    for tap in taps:
        ticket = advance(ticket, tap if isinstance(tap, Tap) else Tap(tap[0], tap[1], NOW, reason="because"))
    return ticket


ACCEPTED = live(NEW, (TicketAction.ACCEPT, ANNA))
WORKING = live(ACCEPTED, (TicketAction.START, ANNA))
REPAIRED = live(WORKING, (TicketAction.RESOLVE, ANNA))


def test_a_whole_life() -> None:
    ticket = live(
        NEW,
        Tap(TicketAction.TRIAGE, CHIEF, NOW, priority=Priority.HIGH),
        Tap(TicketAction.ASSIGN, CHIEF, NOW, assign_to=("anna", "Anna")),
        (TicketAction.ACCEPT, ANNA),
        (TicketAction.START, ANNA),
        Tap(TicketAction.HOLD, ANNA, NOW, reason="parts"),
    )
    assert ticket.hold_reason is HoldReason.PARTS
    ticket = live(ticket, (TicketAction.RESUME, ANNA), (TicketAction.RESOLVE, ANNA))
    assert ticket.hold_reason is None
    assert ticket.ended_at == NOW
    ticket = live(ticket, (TicketAction.VERIFY, DESK), (TicketAction.CLOSE, CHIEF))
    assert (ticket.state, ticket.priority) == (TicketState.CLOSED, Priority.HIGH)


def test_what_is_not_in_the_table_cannot_be_done_whoever_asks() -> None:
    for state in TicketState:
        for action in TicketAction:
            if (state, action) in TRANSITIONS:
                continue
            for actor in (ANNA, CHIEF, SYSTEM):
                with pytest.raises(ImpossibleNow):
                    advance(replace(NEW, state=state), Tap(action, actor, NOW, reason="because"))


def test_the_second_to_accept_is_told_by_whom() -> None:
    with pytest.raises(ImpossibleNow, match="Anna has accepted") as refused:
        live(ACCEPTED, (TicketAction.ACCEPT, BO))
    assert refused.value.values["because"] == "another_engineer"


def test_only_who_has_it_goes_on_with_it_or_a_manager() -> None:
    with pytest.raises(ImpossibleNow, match="Anna has this ticket"):
        live(ACCEPTED, (TicketAction.START, BO))
    assert live(ACCEPTED, (TicketAction.START, CHIEF)).state is TicketState.IN_PROGRESS
    # Another engineer takes it over by name.
    over = live(WORKING, Tap(TicketAction.ASSIGN, BO, NOW, assign_to=("bo", "Bo")))
    assert (over.state, over.assigned_to) == (TicketState.ASSIGNED, ("bo", "Bo"))


def test_nobody_verifies_their_own_repair_but_a_manager() -> None:
    with pytest.raises(Forbidden):
        live(REPAIRED, (TicketAction.VERIFY, ANNA))
    assert live(REPAIRED, (TicketAction.VERIFY, BO)).state is TicketState.VERIFIED
    mine = live(WORKING, (TicketAction.RESOLVE, CHIEF))
    assert live(mine, (TicketAction.VERIFY, CHIEF)).state is TicketState.VERIFIED


def test_the_house_closes_only_what_nobody_accepted() -> None:
    assert live(NEW, Tap(TicketAction.GONE, SYSTEM, NOW)).state is TicketState.CLOSED
    with pytest.raises(Forbidden):
        live(NEW, (TicketAction.GONE, CHIEF))
    with pytest.raises(ImpossibleNow):
        live(ACCEPTED, Tap(TicketAction.GONE, SYSTEM, NOW))


def test_a_rejected_repair_goes_on_and_a_fault_that_is_back_opens_it_again_for_a_week() -> None:
    assert live(REPAIRED, (TicketAction.REJECT, DESK)).ended_at is None
    again = live(REPAIRED, Tap(TicketAction.REOPEN, DESK, NOW + timedelta(days=7)))
    assert (again.state, again.reopened_from, again.assigned_to, again.responded_at) == (
        TicketState.TRIAGED,
        TicketState.RESOLVED,
        None,
        None,
    )
    with pytest.raises(ImpossibleNow, match="7 days"):
        live(REPAIRED, Tap(TicketAction.REOPEN, DESK, NOW + timedelta(days=7, seconds=1)))
    assert TicketAction.REOPEN not in may_now(REPAIRED, DESK, NOW + timedelta(days=8))


@pytest.mark.parametrize(
    ("ticket", "tap"),
    [
        (WORKING, Tap(TicketAction.HOLD, ANNA, NOW)),
        (WORKING, Tap(TicketAction.HOLD, ANNA, NOW, reason="lunch")),
        (NEW, Tap(TicketAction.ASSIGN, CHIEF, NOW)),
        (NEW, Tap(TicketAction.CANCEL, CHIEF, NOW, reason="  ")),
        (NEW, Tap(TicketAction.CANCEL, CHIEF, NOW, reason="x" * 201)),
        (NEW, Tap(TicketAction.DUPLICATE, CHIEF, NOW)),
    ],
)
def test_a_step_without_what_it_needs_is_refused(ticket: Progress, tap: Tap) -> None:
    with pytest.raises(Invalid):
        advance(ticket, tap)


def test_an_attendant_reports_and_does_nothing_else() -> None:
    for ticket in (NEW, ACCEPTED, WORKING, REPAIRED):
        assert may_now(ticket, MAID, NOW) == []


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [
        (Impact.SAFETY, Urgency.LATER, Priority.CRITICAL),
        (Impact.OUTAGE, Urgency.NOW, Priority.CRITICAL),
        (Impact.OUTAGE, Urgency.SOON, Priority.HIGH),
        (Impact.DEGRADED, Urgency.NOW, Priority.HIGH),
        (Impact.MINOR, Urgency.LATER, Priority.LOW),
    ],
)
def test_priority_is_impact_times_urgency(impact: Impact, urgency: Urgency, priority: Priority) -> None:
    assert priority_of(impact, urgency) is priority


def test_a_worse_impact_or_a_nearer_guest_is_never_less_urgent() -> None:
    order = list(Priority)
    for first, impact in enumerate(Impact):
        for second, urgency in enumerate(Urgency):
            here = order.index(priority_of(impact, urgency))
            for worse in list(Impact)[: first + 1]:
                for nearer in list(Urgency)[: second + 1]:
                    assert order.index(priority_of(worse, nearer)) <= here


def test_whom_it_meets() -> None:
    assert urgency_of(True, None, NOW) is Urgency.NOW
    assert urgency_of(False, NOW + timedelta(hours=6), NOW) is Urgency.SOON
    assert urgency_of(False, NOW - timedelta(hours=1), NOW) is Urgency.SOON
    assert urgency_of(False, NOW + timedelta(hours=7), NOW) is Urgency.LATER
    assert urgency_of(False, None, NOW) is Urgency.LATER
    assert more_urgent(Priority.LOW, Priority.HIGH) is Priority.HIGH


def test_evidence_keeps_its_beginning_and_its_newest() -> None:
    known: list[dict[str, object]] = []
    dropped = 0
    for number in range(MOST_EVIDENCE + 10):
        known, more = add_evidence(known, [{"n": number}])
        dropped += more
    assert [one["n"] for one in known] == [*range(5), *range(15, MOST_EVIDENCE + 10)]
    assert dropped == 10


def test_a_tap_is_never_later_than_now_nor_before_the_last_step() -> None:
    assert happened_at(NOW, timedelta(minutes=-5)) == NOW
    assert happened_at(NOW, timedelta(minutes=20)) == NOW - timedelta(minutes=20)
    assert happened_at(NOW, timedelta(minutes=20), last_at=NOW - timedelta(minutes=5)) == NOW - timedelta(
        minutes=5
    )
    # The house's clock was set back: the order of steps stays.
    ahead = NOW + timedelta(hours=1)
    assert happened_at(NOW, timedelta(0), last_at=ahead) == ahead
