"""What simulated people ask of the hotel's desk and housekeeping, and what they are told.

The world speaks of stays by their confirmation, which is its own and the same for the same seed;
whoever fills `Desk` knows which stay of the hotel that is. Answers come by callback, at once or later
and from any thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

# Who said when the guest comes, in the hotel's words: the surer, the later in this list.
EtaSource = Literal["booking", "guest", "live"]
# How the stay was booked, in the hotel's words.
Channel = Literal["direct", "website", "agency", "corporate", "group", "walk_in"]


@dataclass(frozen=True, slots=True)
class BookStay:
    """A guest and a stay with a room. `eta` None: nobody said when. `in_house`: they live here already."""

    confirmation: str
    room: str
    room_type: str
    given_name: str
    family_name: str
    language: str
    arrival_date: date
    departure_date: date
    eta: datetime | None
    adults: int
    vip: bool
    eta_source: EtaSource = "booking"
    in_house: bool = False
    channel: Channel | None = None
    # cooling_celsius, heating_celsius, light_percent, curtain_percent: float; light_scene: str
    preferences: dict[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangeEta:
    """The guest tells when they will be there, anew."""

    confirmation: str
    eta: datetime
    eta_source: EtaSource


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The guest stands at the desk. Without a reason the room must be ready."""

    confirmation: str
    unready_reason: str | None = None


@dataclass(frozen=True, slots=True)
class QueueUp:
    """The room is not ready and the guest waits in the lobby."""

    confirmation: str


@dataclass(frozen=True, slots=True)
class CheckOut:
    confirmation: str


@dataclass(frozen=True, slots=True)
class CancelStay:
    confirmation: str


@dataclass(frozen=True, slots=True)
class NoShow:
    confirmation: str


@dataclass(frozen=True, slots=True)
class MarkClean:
    """An attendant has done the room. A room that is clean or inspected already stays as it is.

    `unless_task`: a room with an open task is left to who has it.
    """

    room: str
    unless_task: bool = False


DeskAct = BookStay | ChangeEta | CheckIn | QueueUp | CheckOut | CancelStay | NoShow | MarkClean


@dataclass(frozen=True, slots=True)
class DeskAnswer:
    """How it went.

    `stay_id` is the hotel's own id of the stay. `code` says why not: "unready" means the room is not
    ready and a check-in with a reason would do; anything else is the hotel's own word.
    """

    ok: bool
    stay_id: str | None = None
    code: str | None = None
    detail: str | None = None


class Desk(Protocol):
    """The hotel, as people meet it."""

    def submit(self, act: DeskAct, urgency: float, done: Callable[[DeskAnswer], None]) -> None:
        """Do `act` and call `done` with the answer, once. Acts on one stay or room are done in order.

        Args:
            urgency: hotel seconds since the world began by which it matters; the smaller goes first.
        """
        ...


class NoDesk:
    """A hotel without a front desk system: every act goes well, and nobody hears of it."""

    def submit(self, act: DeskAct, urgency: float, done: Callable[[DeskAnswer], None]) -> None:
        done(DeskAnswer(True, None if isinstance(act, MarkClean) else act.confirmation))
