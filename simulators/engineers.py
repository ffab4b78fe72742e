"""Engineers who work through the hotel's tickets, and mend what is broken.

Each is a life of its own (see `housekeepers`): looks at the tickets, accepts one, walks, waits for a guest
who is in the room, for a part now and then, repairs, enters what it took, and says that it is done. What a
colleague repaired is looked at and verified. While a person is signed in as an engineer, the simulated one
stands aside.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Protocol

from simulators.floor import FloorAnswer
from simulators.housekeepers import MINUTE, STANDS_ASIDE_MINUTES, AskFloor, Life
from simulators.workshop import (
    CopyBooks,
    EnterCost,
    LookAtTickets,
    SeenTicket,
    TakeUpFindings,
    TapTicket,
    WorkshopAct,
    choose_ticket,
)

EARLY_HOURS, LATE_HOURS = (7.0, 16.0), (13.0, 23.0)
LOOKS_AGAIN_MINUTES = 5.0
WALK_MINUTES, REPAIR_MINUTES, CHECK_MINUTES = (4.0, 10.0), (12.0, 40.0), (3.0, 6.0)
# What the house suspects is looked at after a while.
SUSPECTED_MINUTES = 10.0
GUEST_IN_MINUTES, PART_MINUTES, NEEDS_PART, NOT_MENDED = 30.0, (60.0, 180.0), 0.2, 0.04
CENTS_A_MINUTE = 70
PARTS = (
    ("Relay 24 V", 1800),
    ("Fan capacitor", 2400),
    ("Temperature sensor", 1500),
    ("Curtain motor belt", 3200),
    ("Battery CR2450", 300),
)


class Workshop(Protocol):
    """The house as engineers find it."""

    @property
    def now(self) -> float:
        """Hotel seconds."""
        ...

    def local(self, seconds: float) -> datetime: ...

    def guest_in(self, room: str) -> bool: ...

    def repairs_in(self, room: str, draw: random.Random, until: float) -> Generator[float, None, None]:
        """An engineer is in the room until then."""
        ...

    def mend(self, room: str | None) -> None:
        """What was broken in the room works again; without a room, every gateway does."""
        ...


def engineer(workshop: Workshop, login: str, number: int, seed: int) -> Life:
    """The days of one engineer; the even numbers begin early."""
    draw = random.Random(f"{seed}/engineer/{login}")
    begins, ends = LATE_HOURS if number % 2 else EARLY_HOURS
    waits: dict[str, float] = {}
    supplied: set[str] = set()
    yield workshop.now + (2.0 + number) * MINUTE
    books = number == 0
    while True:
        local = workshop.local(workshop.now)
        if not begins <= local.hour + local.minute / 60.0 < ends:
            yield workshop.now + 15 * MINUTE
            continue
        yield from _ask(TakeUpFindings(login, local - timedelta(minutes=SUSPECTED_MINUTES)))
        answer = yield from _ask(LookAtTickets(login))
        if not answer.ok:
            yield workshop.now + STANDS_ASIDE_MINUTES * MINUTE
            continue
        open_ids = {ticket.id for ticket in answer.tickets}
        waits = {key: until for key, until in waits.items() if key in open_ids and until > workshop.now}
        supplied &= open_ids
        ticket = choose_ticket(answer.tickets, waits)
        if ticket is None and books:
            # A quiet hour, once.
            books = not (yield from _ask(CopyBooks(login, seed, local.date()))).ok
        if ticket is None:
            yield workshop.now + draw.uniform(0.7, 1.5) * LOOKS_AGAIN_MINUTES * MINUTE
            continue
        minutes = yield from _handles(workshop, login, ticket, draw, supplied)
        if minutes:
            waits[ticket.id] = workshop.now + minutes * MINUTE


def _ask(
    act: WorkshopAct,
) -> Generator[float | AskFloor, FloorAnswer | None, FloorAnswer]:
    answer = yield AskFloor(act)
    assert answer is not None
    return answer


Handling = Generator[float | AskFloor, FloorAnswer | None, float]


def _handles(
    workshop: Workshop, login: str, ticket: SeenTicket, draw: random.Random, supplied: set[str]
) -> Handling:
    """One step of a ticket's work; returns for how many minutes it then has to wait."""
    match ticket.state:
        case "reported" | "triaged" | "assigned":
            yield from _ask(TapTicket(login, ticket, "accept"))
            yield workshop.now + draw.uniform(*WALK_MINUTES) * MINUTE
        case "accepted" if ticket.room is not None and workshop.guest_in(ticket.room):
            if ticket.priority == "critical":
                yield from _ask(TapTicket(login, ticket, "start", comment="Guest let me in"))
                return 0.0
            yield from _ask(TapTicket(login, ticket, "hold", reason="room_access"))
            return GUEST_IN_MINUTES
        case "accepted":
            yield from _ask(TapTicket(login, ticket, "start"))
        case "on_hold":
            yield from _ask(TapTicket(login, ticket, "resume"))
        case "in_progress":
            return (yield from _repairs(workshop, login, ticket, draw, supplied))
        case _:
            yield workshop.now + draw.uniform(*CHECK_MINUTES) * MINUTE
            holds = draw.random() >= NOT_MENDED
            tap = ("verify", None) if holds else ("reject", "It still does the same")
            yield from _ask(TapTicket(login, ticket, *tap))
    return 0.0


def _repairs(
    workshop: Workshop, login: str, ticket: SeenTicket, draw: random.Random, supplied: set[str]
) -> Handling:
    if ticket.id not in supplied and draw.random() < NEEDS_PART:
        supplied.add(ticket.id)
        what, cents = draw.choice(PARTS)
        yield from _ask(EnterCost(login, ticket, "part", what, 1.0, cents))
        yield from _ask(TapTicket(login, ticket, "hold", reason="parts", comment=what))
        return draw.uniform(*PART_MINUTES)
    supplied.add(ticket.id)
    took = draw.uniform(*REPAIR_MINUTES)
    until = workshop.now + took * MINUTE
    if ticket.room is None:
        yield until
    else:
        yield from workshop.repairs_in(ticket.room, draw, until)
    workshop.mend(ticket.room)
    yield from _ask(EnterCost(login, ticket, "work", None, round(took), round(took) * CENTS_A_MINUTE))
    answer = yield from _ask(TapTicket(login, ticket, "resolve"))
    # What the hotel will not let go yet is tried again after a while.
    return 0.0 if answer.ok else LOOKS_AGAIN_MINUTES
