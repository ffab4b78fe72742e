"""Simulated engineers: what they do next, that they work as a person would, and what breaks by itself."""

from __future__ import annotations

import random
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from simulators.engineers import engineer
from simulators.floor import TAKEN_OVER, FloorAct, FloorAnswer
from simulators.housekeepers import AskFloor
from simulators.wear import next_fault, seconds_until
from simulators.workshop import (
    EnterCost,
    LookAtTickets,
    SeenTicket,
    TakeUpFindings,
    TapTicket,
    choose_ticket,
)
from simulators.world import World, WorldOptions
from tests.unit.simulators_fakes import SHANGHAI, RecordingWire

NINE = datetime(2026, 7, 15, 9, 0, tzinfo=SHANGHAI)
SEED = 7
STEPS = {
    "reported": {"accept": "accepted"},
    "accepted": {"start": "in_progress", "hold": "on_hold"},
    "in_progress": {"hold": "on_hold", "resolve": "resolved"},
    "on_hold": {"resume": "in_progress"},
    "resolved": {"verify": "verified", "reject": "in_progress"},
}
BROKEN = SeenTicket("t1", 1, "reported", "normal", "412", False, frozenset({"accept"}))


class Workshop:
    """A house that is only a clock and a list of guests."""

    def __init__(self) -> None:
        self.now = 0.0
        self.guests: set[str] = set()
        self.worked: list[str] = []
        self.mended: list[str | None] = []

    def local(self, seconds: float) -> datetime:
        return NINE + timedelta(seconds=seconds)

    def guest_in(self, room: str) -> bool:
        return room in self.guests

    def repairs_in(self, room: str, draw: random.Random, until: float) -> Generator[float, None, None]:
        self.worked.append(room)
        yield until

    def mend(self, room: str | None) -> None:
        self.mended.append(room)


class Tickets:
    """A list of tickets that obeys its table, seen by two engineers."""

    def __init__(self, *tickets: SeenTicket) -> None:
        self.tickets = {ticket.id: ticket for ticket in tickets}
        self.holder: dict[str, str] = {}
        self.taps: list[tuple[str, str]] = []
        self.acts: list[FloorAct] = []
        self.person_has_it = False

    def answer(self, act: FloorAct) -> FloorAnswer:
        self.acts.append(act)
        if self.person_has_it:
            return FloorAnswer(False, TAKEN_OVER)
        match act:
            case LookAtTickets(login):
                return FloorAnswer(True, tickets=tuple(self._as(login, one) for one in self.tickets.values()))
            case TapTicket(login, ticket, action):
                now = self.tickets[ticket.id]
                after = STEPS.get(now.state, {}).get(action)
                if after is None or action not in self._as(login, now).may:
                    return FloorAnswer(False, "impossible_now")
                if action == "accept":
                    self.holder[ticket.id] = login
                self.taps.append((login, action))
                self.tickets[ticket.id] = replace(now, state=after)
        return FloorAnswer(True)

    def _as(self, login: str, ticket: SeenTicket) -> SeenTicket:
        mine = self.holder.get(ticket.id) == login
        steps = frozenset(STEPS.get(ticket.state, {}))
        may = (
            steps - {"verify", "reject"}
            if mine or ticket.state == "reported"
            else steps & {"verify", "reject"}
        )
        return replace(ticket, mine=mine, may=may)


def live(workshop: Workshop, tickets: Tickets, hours: float, *logins: str) -> None:
    """Let engineers work for some hours, each in turn at the moment they go on."""
    lives = [engineer(workshop, login, 0, SEED) for login in logins]
    due = [(next(life), number) for number, life in enumerate(lives)]
    while due and min(due)[0] < hours * 3600:  # type: ignore[operator]
        due.sort()
        at, number = due.pop(0)
        workshop.now = max(workshop.now, float(at))  # type: ignore[arg-type]
        wanted = lives[number].send(None)
        while isinstance(wanted, AskFloor):
            wanted = lives[number].send(tickets.answer(wanted.act))
        due.append((wanted, number))


def test_what_is_in_hand_comes_first_then_what_is_urgent() -> None:
    mine = replace(BROKEN, id="mine", state="accepted", mine=True, may=frozenset({"start", "hold"}))
    urgent = replace(BROKEN, id="urgent", number=9, priority="critical")
    others = replace(BROKEN, id="others", state="accepted", mine=False, may=frozenset())
    assert choose_ticket([BROKEN, urgent, others, mine]) == mine
    assert choose_ticket([BROKEN, urgent, others]) == urgent
    assert choose_ticket([BROKEN, urgent], {"urgent"}) == BROKEN
    assert choose_ticket([others]) is None


def test_a_fault_is_repaired_paid_and_verified_by_the_colleague() -> None:
    workshop, tickets = Workshop(), Tickets(BROKEN)
    live(workshop, tickets, 6, "41", "42")
    actions = [action for _, action in tickets.taps]
    assert (actions[:2], actions[-2:]) == (["accept", "start"], ["resolve", "verify"])
    repairer, checker = tickets.taps[0][0], tickets.taps[-1][0]
    assert repairer != checker
    assert (workshop.mended, workshop.worked) == (["412"], ["412"])
    [work] = [act for act in tickets.acts if isinstance(act, EnterCost) and act.kind == "work"]
    assert 12 <= work.quantity <= 40
    assert any(isinstance(act, TakeUpFindings) for act in tickets.acts)


def test_a_guest_in_the_room_is_waited_for() -> None:
    workshop, tickets = Workshop(), Tickets(BROKEN)
    workshop.guests.add("412")
    live(workshop, tickets, 1, "41")
    assert [action for _, action in tickets.taps][:2] == ["accept", "hold"]
    assert workshop.mended == []


def test_a_person_who_is_signed_in_has_the_engineer_s_day() -> None:
    workshop, tickets = Workshop(), Tickets(BROKEN)
    tickets.person_has_it = True
    live(workshop, tickets, 3, "41")
    assert (tickets.taps, workshop.mended) == ([], [])


def test_things_break_by_seed_and_never_twice_in_a_room() -> None:
    def drawn() -> list[object]:
        draw = random.Random("7/wear")
        return [next_fault(draw, ["101", "102", "103"], {"102"}) for _ in range(60)]

    assert drawn() == drawn()
    faults = [one for one in drawn() if one is not None]
    assert {one.room for one in faults} == {"101", "103"}  # type: ignore[attr-defined]
    assert len({one.kind for one in faults}) >= 4  # type: ignore[attr-defined]
    draw = random.Random(7)
    mean = sum(seconds_until(draw, 4.0) for _ in range(4000)) / 4000
    assert 0.9 < mean / (86_400 / 4) < 1.1


def test_what_broke_works_again_when_an_engineer_has_mended_it() -> None:
    wire = RecordingWire()
    start = datetime(2026, 7, 14, 6, 0, tzinfo=UTC)
    world = World(
        7, 3, start, SHANGHAI, "shanghai", wire, options=WorldOptions(people=False, faults_a_day=500)
    )
    world.advance(start + timedelta(hours=2))
    broken = sorted({fault.room for fault in world.broken})
    assert broken
    for room in broken:
        world.mend(room)
    assert world.broken == frozenset()
