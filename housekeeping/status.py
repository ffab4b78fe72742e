"""The status axes of a room that housekeeping keeps, and who may move them. Pure.

Each axis is a fact of its own. `TRANSITIONS` is the cleanliness table that a head housekeeper can
read: from, to, who. What is not in it cannot be done by hand; what stays do to a room (a check-out
makes it dirty) goes through the service and asks no role.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol

from hotel.actor import Actor, Role
from hotel.errors import Conflict, Forbidden, Invalid

LONGEST_REASON = 200
# Of many stays that have a room, so many are named.
MOST_NAMED = 20


class Cleanliness(StrEnum):
    DIRTY = "dirty"
    PICKUP = "pickup"
    CLEAN = "clean"
    INSPECTED = "inspected"


class Turndown(StrEnum):
    NOT_REQUIRED = "not_required"
    REQUIRED = "required"
    COMPLETED = "completed"


class AvailabilityState(StrEnum):
    SELLABLE = "sellable"
    OUT_OF_ORDER = "out_of_order"
    OUT_OF_SERVICE = "out_of_service"


class RoomPromise(Protocol):
    """A stay that has a room, as far as hours go: checked in (`in_house`) or still to arrive."""

    @property
    def stay_id(self) -> str: ...

    @property
    def arrives_at(self) -> datetime: ...

    @property
    def leaves_at(self) -> datetime: ...

    @property
    def in_house(self) -> bool: ...


class DayService(StrEnum):
    EXPECTED = "expected"
    DECLINED = "declined"


class Panel(StrEnum):
    """What the guest asks for, by the door's panel or through somebody of the house."""

    NONE = "none"
    DO_NOT_DISTURB = "do_not_disturb"
    MAKE_UP_ROOM = "make_up_room"


PanelWord = Literal["none", "do_not_disturb", "make_up_room"]
PanelSince = tuple[PanelWord, datetime | None]


class Discrepancy(StrEnum):
    NONE = "none"
    SKIP = "skip"
    SLEEP = "sleep"
    PERSON = "person"


class Blocker(StrEnum):
    """What keeps a room from being ready, in the order in which it is shown."""

    OCCUPIED = "occupied"
    NOT_CLEAN = "not_clean"
    NOT_INSPECTED = "not_inspected"
    OUT_OF_ORDER = "out_of_order"
    OUT_OF_SERVICE = "out_of_service"


_DESK_AND_FLOOR = frozenset({Role.ATTENDANT, Role.SUPERVISOR, Role.FRONT_DESK, Role.MANAGER})
_INSPECTORS = frozenset({Role.SUPERVISOR, Role.MANAGER})
# An engineer leaves a mess behind and says so, but does not clean.
_ANYBODY = _DESK_AND_FLOOR | {Role.ENGINEER}

_DIRTY, _PICKUP = Cleanliness.DIRTY, Cleanliness.PICKUP
_CLEAN, _INSPECTED = Cleanliness.CLEAN, Cleanliness.INSPECTED

TRANSITIONS: Mapping[tuple[Cleanliness, Cleanliness], frozenset[Role]] = {
    (_DIRTY, _PICKUP): _DESK_AND_FLOOR,
    (_DIRTY, _CLEAN): _DESK_AND_FLOOR,
    (_DIRTY, _INSPECTED): _INSPECTORS,
    (_PICKUP, _DIRTY): _ANYBODY,
    (_PICKUP, _CLEAN): _DESK_AND_FLOOR,
    (_PICKUP, _INSPECTED): _INSPECTORS,
    (_CLEAN, _DIRTY): _ANYBODY,
    (_CLEAN, _PICKUP): _ANYBODY,
    (_CLEAN, _INSPECTED): _INSPECTORS,
    (_INSPECTED, _DIRTY): _ANYBODY,
    (_INSPECTED, _PICKUP): _ANYBODY,
    (_INSPECTED, _CLEAN): _INSPECTORS,
}

TURNDOWN: Mapping[tuple[Turndown, Turndown], frozenset[Role]] = {
    (Turndown.NOT_REQUIRED, Turndown.REQUIRED): _INSPECTORS | {Role.FRONT_DESK},
    (Turndown.NOT_REQUIRED, Turndown.COMPLETED): _INSPECTORS | {Role.ATTENDANT},
    (Turndown.REQUIRED, Turndown.COMPLETED): _INSPECTORS | {Role.ATTENDANT},
    (Turndown.REQUIRED, Turndown.NOT_REQUIRED): _INSPECTORS | {Role.FRONT_DESK},
    (Turndown.COMPLETED, Turndown.REQUIRED): _INSPECTORS | {Role.ATTENDANT},
    (Turndown.COMPLETED, Turndown.NOT_REQUIRED): _INSPECTORS,
}

AVAILABILITY_ROLES = frozenset({Role.FRONT_DESK, Role.SUPERVISOR, Role.ENGINEER, Role.MANAGER})
SERVICE_ROLES = _DESK_AND_FLOOR
# Doing without for the whole stay is agreed upon with the guest, not heard through the door.
OPT_OUT_ROLES = frozenset({Role.FRONT_DESK, Role.SUPERVISOR, Role.MANAGER})


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a room can be sold; `since` and `until` bound it, None is open-ended.

    `return_status` is the cleanliness that the room has when it comes back.
    """

    state: AvailabilityState = AvailabilityState.SELLABLE
    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    return_status: Cleanliness | None = None

    def at(self, now: datetime) -> AvailabilityState:
        """The state that counts at `now`: one that begins later or is over does not."""
        if self.since is not None and now < self.since:
            return AvailabilityState.SELLABLE
        if self.until is not None and now >= self.until:
            return AvailabilityState.SELLABLE
        return self.state


# A room that nobody has looked at yet is not called clean.
NEW_ROOM = Cleanliness.DIRTY
SELLABLE = Availability()


def check_cleanliness(before: Cleanliness, after: Cleanliness, actor: Actor) -> None:
    """Raises Forbidden unless one of the actor's roles may make this step; no step is always fine."""
    if before != after:
        _check_role(TRANSITIONS[(before, after)], actor, f"mark a {before} room {after}")


def used_here(wanted: Cleanliness, pickup_used: bool, inspected_used: bool) -> Cleanliness:
    """The cleanliness as a property that uses not all of them keeps it."""
    if wanted == Cleanliness.PICKUP and not pickup_used:
        return Cleanliness.DIRTY
    if wanted == Cleanliness.INSPECTED and not inspected_used:
        return Cleanliness.CLEAN
    return wanted


def clean_reason(reason: str | None) -> str | None:
    """Raises Invalid for one that is too long; None when there is none."""
    cleaned = (reason or "").strip()
    if len(cleaned) > LONGEST_REASON:
        raise Invalid("reason_too_long", f"A reason has at most {LONGEST_REASON} characters.", field="reason")
    return cleaned or None


def check_turndown(before: Turndown, after: Turndown, actor: Actor) -> None:
    """Raises Forbidden unless one of the actor's roles may make this step."""
    if before != after:
        _check_role(TURNDOWN[(before, after)], actor, "change the turndown")


def check_availability(wanted: Availability, now: datetime, actor: Actor) -> Availability:
    """The availability as it is kept, checked but for what the front office says.

    Raises:
        Forbidden: not for the actor's roles.
        Invalid: no reason, a period that ends before it begins or is over.
    """
    _check_role(AVAILABILITY_ROLES, actor, "take a room out of sale or put it back")
    if wanted.state == AvailabilityState.SELLABLE:
        return SELLABLE
    reason = (wanted.reason or "").strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid(
            "reason_needed",
            f"Say why the room is not for sale, in 1 to {LONGEST_REASON} characters.",
            field="availability.reason",
            longest=LONGEST_REASON,
        )
    since = wanted.since or now
    if wanted.until is not None and wanted.until <= max(since, now):
        raise Invalid(
            "until_too_early",
            "The end must be later than the beginning and than now.",
            field="availability.until",
            allowed_from=max(since, now).isoformat(),
        )
    return Availability(wanted.state, reason, since, wanted.until, wanted.return_status or Cleanliness.DIRTY)


def check_can_leave_sale(occupied: bool, promised: Sequence[RoomPromise], begins_now: bool) -> None:
    """Whether a room may go out of order or out of service.

    Args:
        promised: the stays that need the room in that time.

    Raises:
        Conflict: somebody lives there, or an arrival has the room: its times, and all such `stay_ids`.
            No guest is named.
    """
    if (occupied and begins_now) or any(stay.in_house for stay in promised):
        leaves_at = max((stay.leaves_at for stay in promised if stay.in_house), default=None)
        raise Conflict(
            "room_occupied",
            "The room is occupied; move the guest first.",
            **({} if leaves_at is None else {"leaves_at": leaves_at.isoformat()}),
        )
    if promised:
        first = min(promised, key=lambda stay: (stay.arrives_at, stay.stay_id))
        raise Conflict(
            "room_promised",
            f"The room is given to a stay that arrives at {first.arrives_at:%Y-%m-%d %H:%M} UTC; "
            "give that stay another room first.",
            stay_id=first.stay_id,
            arrives_at=first.arrives_at.isoformat(),
            leaves_at=first.leaves_at.isoformat(),
            stay_ids=[stay.stay_id for stay in promised[:MOST_NAMED]],
        )


def check_service(occupied: bool, actor: Actor) -> None:
    """Raises Forbidden for other roles, Conflict when nobody lives there who could decline."""
    _check_role(SERVICE_ROLES, actor, "note that service is declined")
    if not occupied:
        raise Conflict("nobody_in_house", "Nobody is checked in here who could decline the service.")


def check_opt_out(occupied: bool, actor: Actor) -> None:
    """Raises Forbidden for other roles, Conflict when nobody lives there who could do without."""
    _check_role(OPT_OUT_ROLES, actor, "note that a stay does without service")
    check_service(occupied, actor)


def panel_now(shown: PanelSince, said: tuple[PanelWord, datetime] | None, occupied: bool) -> PanelSince:
    """What the guest asks for and since when: the newest word counts.

    Args:
        shown: what the door's panel shows; a panel that shows nothing has no moment.
        said: what desk or attendant noted after the panel's last word; None when nothing.
    """
    if said is None or not occupied or (shown[1] is not None and shown[1] > said[1]):
        return shown
    return said[0], said[1] if said[0] != "none" else None


def blockers(
    occupied: bool, cleanliness: Cleanliness, availability: AvailabilityState, inspection_required: bool
) -> list[Blocker]:
    """What keeps the room from being ready: vacant, clean (or inspected as demanded), sellable.

    Climate and devices are not asked: a missing one never blocks a sale.
    """
    found: list[Blocker] = []
    if occupied:
        found.append(Blocker.OCCUPIED)
    if cleanliness in (Cleanliness.DIRTY, Cleanliness.PICKUP):
        found.append(Blocker.NOT_CLEAN)
    elif cleanliness == Cleanliness.CLEAN and inspection_required:
        found.append(Blocker.NOT_INSPECTED)
    if availability == AvailabilityState.OUT_OF_ORDER:
        found.append(Blocker.OUT_OF_ORDER)
    elif availability == AvailabilityState.OUT_OF_SERVICE:
        found.append(Blocker.OUT_OF_SERVICE)
    return found


@dataclass(frozen=True, slots=True)
class WorkMinutes:
    """How long the work on a room takes on average; seeds from published figures, settable."""

    dirty: float = 43.0
    pickup: float = 15.0
    inspection: float = 5.0


def earliest_ready(
    blocked_by: list[Blocker],
    cleanliness: Cleanliness,
    now: datetime,
    vacant_at: datetime | None,
    until: datetime | None,
    inspection_required: bool,
    minutes: WorkMinutes,
) -> datetime | None:
    """The earliest time at which the room can be ready if the work begins as soon as it can.

    Not a promise: it knows no attendant. None when nobody can tell (occupied or out of sale without
    an end).

    Args:
        vacant_at: when who lives there should be gone; only asked when occupied.
        until: when an out-of-order or out-of-service period ends.
    """
    start = now
    work = cleanliness
    if Blocker.OCCUPIED in blocked_by:
        if vacant_at is None:
            return None
        start = max(start, vacant_at)
        # Whoever leaves leaves a dirty room.
        work = Cleanliness.DIRTY
    if Blocker.OUT_OF_ORDER in blocked_by or Blocker.OUT_OF_SERVICE in blocked_by:
        if until is None:
            return None
        start = max(start, until)
    needed = {Cleanliness.DIRTY: minutes.dirty, Cleanliness.PICKUP: minutes.pickup}.get(work, 0.0)
    if inspection_required and work != Cleanliness.INSPECTED:
        needed += minutes.inspection
    return start + timedelta(minutes=needed)


def discrepancy(occupied: bool, presence: str, overdue: bool) -> Discrepancy:
    """Where the front office and the room's sensors contradict each other.

    A guest is out most of the day, so an occupied room that is empty only counts when its guest
    should have left ("skip"). A vacant room counts when somebody sleeps in it ("sleep"): whoever
    merely moves about there is most likely staff. "person" (the head-count differs) needs an
    attendant's count and is never sensed.

    Args:
        presence: unknown, empty, present or asleep.
        overdue: the departure time of who is in the house has passed.
    """
    if occupied and overdue and presence == "empty":
        return Discrepancy.SKIP
    if not occupied and presence == "asleep":
        return Discrepancy.SLEEP
    return Discrepancy.NONE


def turndown_on(turndown: Turndown, set_on: date | None, business_date: date) -> Turndown:
    """The turndown that counts today: yesterday's is over."""
    return turndown if set_on == business_date else Turndown.NOT_REQUIRED


def _check_role(allowed: frozenset[Role], actor: Actor, what: str) -> None:
    if not actor.has(*allowed):
        raise Forbidden(
            "not_for_role", f"Your role may not {what}.", allowed=sorted(role.value for role in allowed)
        )
