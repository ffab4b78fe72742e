"""What may happen to a stay, when two stays want one room, and what a room's stays make of it.

Pure: the lifecycle table, the undo table, the overlap rule and the reservation axis. Dates are the
property's business dates; a stay takes the nights from its arrival up to, not with, its departure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hotel.errors import Conflict, Invalid

LONGEST_STAY_NIGHTS = 400
MOST_PEOPLE = 20


class StayState(StrEnum):
    RESERVED = "reserved"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class BookingChannel(StrEnum):
    """How a stay was booked: each way has its own hours of arriving."""

    DIRECT = "direct"
    WEBSITE = "website"
    AGENCY = "agency"
    CORPORATE = "corporate"
    GROUP = "group"
    WALK_IN = "walk_in"


class StayAction(StrEnum):
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    MOVE = "move"
    CANCEL = "cancel"
    NO_SHOW = "no_show"


class Reservation(StrEnum):
    """The reservation axis of a room; a set, listed in this order."""

    ARRIVAL = "arrival"
    ARRIVED = "arrived"
    STAYOVER = "stayover"
    DUE_OUT = "due_out"
    DEPARTED = "departed"
    DAY_USE = "day_use"


# What is not in this table cannot happen.
LIFECYCLE: dict[tuple[StayState, StayAction], StayState] = {
    (StayState.RESERVED, StayAction.CHECK_IN): StayState.CHECKED_IN,
    (StayState.RESERVED, StayAction.MOVE): StayState.RESERVED,
    (StayState.RESERVED, StayAction.CANCEL): StayState.CANCELLED,
    (StayState.RESERVED, StayAction.NO_SHOW): StayState.NO_SHOW,
    (StayState.CHECKED_IN, StayAction.MOVE): StayState.CHECKED_IN,
    (StayState.CHECKED_IN, StayAction.CHECK_OUT): StayState.CHECKED_OUT,
}

# The states that still have a claim on a room.
ACTIVE = frozenset({StayState.RESERVED, StayState.CHECKED_IN})

_VERB = {
    StayAction.CHECK_IN: "checked in",
    StayAction.CHECK_OUT: "checked out",
    StayAction.MOVE: "moved",
    StayAction.CANCEL: "cancelled",
    StayAction.NO_SHOW: "marked as a no-show",
}


@dataclass(frozen=True, slots=True)
class StayClaim:
    """A stay as far as rooms and dates go."""

    id: str
    state: StayState
    room: str | None
    arrival_date: date
    departure_date: date
    day_use: bool = False
    sharing_id: str | None = None
    checked_in_date: date | None = None
    checked_out_date: date | None = None
    eta: datetime | None = None
    etd: datetime | None = None


def state_after(state: StayState, action: StayAction) -> StayState:
    """The state that `action` leads to.

    Raises:
        Conflict: the lifecycle has no such step.
    """
    after = LIFECYCLE.get((state, action))
    if after is None:
        raise Conflict(
            "not_in_this_state",
            f"A stay that is {state.value.replace('_', ' ')} cannot be {_VERB[action]}.",
            state=state.value,
            action=action.value,
            possible=[a.value for s, a in LIFECYCLE if s == state],
        )
    return after


def check_dates(arrival_date: date, departure_date: date, day_use: bool, business_date: date) -> None:
    """Whether a stay can have these dates.

    Raises:
        Invalid: departure before arrival, no night without day use, too long, or over already.
    """
    if departure_date < arrival_date:
        raise Invalid(
            "departure_before_arrival",
            f"Departure {departure_date} is before arrival {arrival_date}.",
            field="departure_date",
            allowed_from=arrival_date.isoformat(),
        )
    nights = (departure_date - arrival_date).days
    if day_use and nights != 0:
        raise Invalid(
            "day_use_with_nights",
            "A day use arrives and departs on the same date.",
            field="departure_date",
            allowed_from=arrival_date.isoformat(),
            allowed_until=arrival_date.isoformat(),
        )
    if nights > LONGEST_STAY_NIGHTS:
        raise Invalid(
            "stay_too_long",
            f"A stay has at most {LONGEST_STAY_NIGHTS} nights, not {nights}.",
            field="departure_date",
            most_nights=LONGEST_STAY_NIGHTS,
        )
    if departure_date < business_date:
        raise Invalid(
            "departure_in_past",
            f"Departure {departure_date} is before the business date {business_date}.",
            field="departure_date",
            allowed_from=business_date.isoformat(),
        )


def check_people(adults: int, children: int) -> None:
    """Raises Invalid unless 1 to MOST_PEOPLE adults and 0 to MOST_PEOPLE children come."""
    for field, value, low in (("adults", adults, 1), ("children", children, 0)):
        if not low <= value <= MOST_PEOPLE:
            raise Invalid(
                "people_out_of_range",
                f"{field.capitalize()} must be {low} to {MOST_PEOPLE}, not {value}.",
                field=field,
                low=low,
                high=MOST_PEOPLE,
                value=value,
            )


def check_can_arrive(stay: StayClaim, business_date: date, local_date: date) -> None:
    """Whether the guest can be checked in today.

    A guest who comes after midnight but before night audit belongs to either date, so both count.

    Raises:
        Conflict: the stay begins later or is over already.
    """
    if stay.arrival_date > max(business_date, local_date):
        raise Conflict(
            "arrives_later",
            f"This stay begins on {stay.arrival_date}; change its arrival date first.",
            arrival_date=stay.arrival_date.isoformat(),
        )
    if stay.departure_date < business_date:
        raise Conflict(
            "stay_is_over",
            f"This stay ended on {stay.departure_date}; change its departure date first.",
            departure_date=stay.departure_date.isoformat(),
        )


def check_can_be_no_show(stay: StayClaim, business_date: date) -> None:
    """Raises Conflict while the guest is not even due."""
    if stay.arrival_date > business_date:
        raise Conflict(
            "not_due_yet",
            f"This guest is expected on {stay.arrival_date}; before that the stay can only be cancelled.",
            arrival_date=stay.arrival_date.isoformat(),
        )


def overlaps(one: StayClaim, other: StayClaim, business_date: date) -> bool:
    """Whether two claims need the same night (or the same hours of a day) of a room.

    Who is still in the house after the departure date holds the room up to the business date. A day
    use fits on the day of another's departure or arrival; two day uses on one date fit when their
    hours are known and do not meet.
    """
    if one.day_use and other.day_use:
        if one.arrival_date != other.arrival_date:
            return False
        if one.eta and one.etd and other.eta and other.etd:
            return one.eta < other.etd and other.eta < one.etd
        return True
    if one.day_use or other.day_use:
        day, nights = (one, other) if one.day_use else (other, one)
        return nights.arrival_date < day.arrival_date < _held_until(nights, business_date)
    return one.arrival_date < _held_until(other, business_date) and other.arrival_date < _held_until(
        one, business_date
    )


def _held_until(stay: StayClaim, business_date: date) -> date:
    if stay.state == StayState.CHECKED_IN:
        return max(stay.departure_date, business_date)
    return stay.departure_date


def share(one: StayClaim, other: StayClaim) -> bool:
    """Whether the two stays agreed to share a room."""
    return one.sharing_id is not None and one.sharing_id == other.sharing_id


def in_the_way(stay: StayClaim, others: Iterable[StayClaim], business_date: date) -> StayClaim | None:
    """The first stay of `others` that has the room that `stay` wants; None when it is free."""
    for other in others:
        if (
            other.id != stay.id
            and other.room == stay.room
            and other.state in ACTIVE
            and not share(stay, other)
            and overlaps(stay, other, business_date)
        ):
            return other
    return None


def occupied_by_others(stay: StayClaim, others: Iterable[StayClaim]) -> StayClaim | None:
    """A stay that is in the house in the room of `stay` now and does not share it."""
    for other in others:
        if (
            other.id != stay.id
            and other.room == stay.room
            and other.state == StayState.CHECKED_IN
            and not share(stay, other)
        ):
            return other
    return None


def reservation_of(stays: Iterable[StayClaim], business_date: date) -> tuple[Reservation, ...]:
    """The reservation axis of a room on the business date, from the stays that have the room.

    A guest who should have come yesterday is still an arrival; one who should have left, due out.
    """
    found: set[Reservation] = set()
    for stay in stays:
        found |= _reservation_of_one(stay, business_date)
    return tuple(value for value in Reservation if value in found)


def _reservation_of_one(stay: StayClaim, business_date: date) -> set[Reservation]:
    found: set[Reservation] = set()
    if stay.state == StayState.RESERVED and stay.arrival_date <= business_date <= stay.departure_date:
        found.add(Reservation.ARRIVAL)
    elif stay.state == StayState.CHECKED_IN:
        arrived_today = (stay.checked_in_date or stay.arrival_date) >= business_date
        leaves_today = stay.departure_date <= business_date
        if arrived_today:
            found.add(Reservation.ARRIVED)
        if leaves_today:
            found.add(Reservation.DUE_OUT)
        if not arrived_today and not leaves_today:
            found.add(Reservation.STAYOVER)
    elif stay.state == StayState.CHECKED_OUT and stay.checked_out_date == business_date:
        found.add(Reservation.DEPARTED)
    if found and stay.day_use:
        found.add(Reservation.DAY_USE)
    return found


def check_undo(action: StayAction, acted_date: date, departure_date: date, business_date: date) -> None:
    """Whether the action can still be taken back, as far as dates go.

    What moved a guest in or out belongs to its business date, which night audit closes. A
    cancellation or no-show can be taken back as long as the stay is not over.

    Raises:
        Conflict: too late, with the reason.
    """
    if action in (StayAction.CANCEL, StayAction.NO_SHOW):
        if departure_date < business_date:
            raise Conflict(
                "stay_is_over",
                f"This stay would have ended on {departure_date}; make a new one.",
                departure_date=departure_date.isoformat(),
            )
    elif acted_date != business_date:
        raise Conflict(
            "day_is_closed",
            f"This was done on {acted_date}; night audit has closed that day.",
            acted_date=acted_date.isoformat(),
            business_date=business_date.isoformat(),
        )
