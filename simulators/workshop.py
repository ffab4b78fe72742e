"""What simulated engineers ask of the hotel's tickets, and what they are told.

Engineers are known by the login of their account, as attendants are (`floor`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

URGENCY = ("critical", "high", "normal", "low")
# What is in hand comes before what is new; a colleague's repair is looked at when nothing waits.
_ORDER = ("in_progress", "on_hold", "accepted", "assigned", "triaged", "reported", "resolved")


@dataclass(frozen=True, slots=True)
class SeenTicket:
    """A ticket as the engineer reads it; `mine`: it is this engineer's. `may`: what they may do to it."""

    id: str
    number: int
    state: str
    priority: str
    room: str | None
    mine: bool
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class LookAtTickets:
    """The tickets that are not at their end."""

    login: str


@dataclass(frozen=True, slots=True)
class TapTicket:
    """A tap on a ticket; `reason` where one is needed."""

    login: str
    ticket: SeenTicket
    action: str
    reason: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class EnterCost:
    """What the work took; `quantity` in minutes of work, or pieces."""

    login: str
    ticket: SeenTicket
    kind: str
    what: str | None
    quantity: float
    cost_cents: int


@dataclass(frozen=True, slots=True)
class TakeUpFindings:
    """What the house suspects since before then becomes tickets."""

    login: str
    found_before: datetime


@dataclass(frozen=True, slots=True)
class CopyBooks:
    """Prices and ages of the things that are in the registry without a price."""

    login: str
    seed: int
    today: date


WorkshopAct = LookAtTickets | TapTicket | EnterCost | TakeUpFindings | CopyBooks


def choose_ticket(tickets: Sequence[SeenTicket], not_now: Collection[str] = ()) -> SeenTicket | None:
    """What an engineer does next; `not_now` are ids of tickets that wait for something."""

    def rank(ticket: SeenTicket) -> tuple[int, int, int]:
        urgency = URGENCY.index(ticket.priority) if ticket.priority in URGENCY else len(URGENCY)
        return (_ORDER.index(ticket.state), urgency, ticket.number)

    steps = {"resolved": "verify", "on_hold": "resume", "in_progress": "resolve", "accepted": "start"}
    able = [
        ticket
        for ticket in tickets
        if ticket.state in _ORDER
        and ticket.id not in not_now
        and steps.get(ticket.state, "accept") in ticket.may
        and (ticket.mine or ticket.state in ("triaged", "reported", "resolved"))
    ]
    return min(able, key=rank, default=None)
