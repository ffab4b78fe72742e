"""What every room and area needs on a business date, from the stays and the rules. Pure.

Each piece of work has an `origin` that names it for good, so that asking again gives the same. Days are
counted from the guest's arrival: a move to another room changes no rhythm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from housekeeping.rules import Rule, due_in_rhythm, on_the_beat, rule_for
from housekeeping.status import Cleanliness
from housekeeping.tasks import CLEANS, TaskKind, TaskPriority

# A guest who is later than this is expected at no time any more.
LONG_OVERDUE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class DayStay:
    """A stay as far as a day's work goes. No names.

    Attributes:
        state: reserved, checked_in or checked_out.
        entered_date: the business date on which the guest came into this room (moves count).
        declined: no service on this business date.
        opted_out: no daily service at all.
        wishes: names of the wishes, each stable as long as the wish is.
    """

    id: str
    state: str
    room: str
    arrival_date: date
    departure_date: date
    eta: datetime
    etd: datetime
    vip: bool = False
    day_use: bool = False
    checked_in_date: date | None = None
    entered_date: date | None = None
    queue_since: datetime | None = None
    declined: bool = False
    opted_out: bool = False
    wishes: tuple[str, ...] = ()
    last_linen: date | None = None
    people: int = 1


@dataclass(frozen=True, slots=True)
class Leaving:
    """A guest left a room by check-out or move; the room is to be cleaned from `at` on."""

    stay_id: str
    room: str
    at: datetime
    moved: bool = False
    nights: int = 0


@dataclass(frozen=True, slots=True)
class RoomDay:
    """A room on the business date.

    Attributes:
        step: the number of its newest cleanliness step: names why it is dirty.
        order: its place among the rooms, from 0: spreads the first deep cleans.
        being_cleaned: a clean is under way, or one that somebody asked for by hand waits.
    """

    room: str
    floor: str
    type_code: str
    cleanliness: Cleanliness
    step: int = 0
    order: int = 0
    being_cleaned: bool = False
    panel: str = "none"
    panel_since: datetime | None = None
    stays: tuple[DayStay, ...] = ()
    leavings: tuple[Leaving, ...] = ()
    last_deep_clean: date | None = None
    out_of_sale: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """The business date with its local hours as moments: `hours[17]` is five in the afternoon."""

    business_date: date
    now: datetime
    hours: Mapping[int, datetime]
    pickup_used: bool = True
    welfare_hours: float = 24.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A piece of work that the day needs."""

    origin: str
    kind: TaskKind
    rule: Rule
    room: str | None
    floor: str | None
    room_type: str | None
    why_code: str
    why_params: Mapping[str, Any] = field(default_factory=dict)
    stay_id: str | None = None
    earliest_at: datetime | None = None
    due_at: datetime | None = None
    priority: TaskPriority = TaskPriority.NORMAL
    declined: bool = False
    wish_ref: str | None = None
    nights: int = 0


def needed(rooms: Sequence[RoomDay], rules: Sequence[Rule], day: Day, closed: frozenset[str]) -> list[Wanted]:
    """What the rooms need on the business date.

    Args:
        closed: origins of tasks that have come to an end; they are not wanted for a second time.
    """
    found: list[Wanted] = []
    for room in rooms:
        found.extend(_of_room(room, rules, day, closed))
    return found


def needed_areas(rules: Sequence[Rule], day: Day) -> list[Wanted]:
    """What the public areas need."""
    found = []
    for rule in rules:
        if rule.kind != TaskKind.PUBLIC_AREA or not rule.active or not rule.area:
            continue
        first, every = rule.starts_on or day.business_date, rule.every_days or 1
        if (day.business_date - first).days % every == 0 and day.business_date >= first:
            found.append(
                Wanted(
                    f"public_area:{rule.id}:{day.business_date}",
                    TaskKind.PUBLIC_AREA,
                    rule,
                    None,
                    rule.floor,
                    None,
                    "public_area",
                    {"every_days": every},
                    earliest_at=_hour(day, rule.from_hour),
                    due_at=_hour(day, rule.until_hour),
                )
            )
    return found


def _of_room(room: RoomDay, rules: Sequence[Rule], day: Day, closed: frozenset[str]) -> list[Wanted]:
    found: list[Wanted] = []
    in_house = [stay for stay in room.stays if stay.state == "checked_in"]
    coming = sorted(
        (stay for stay in room.stays if stay.state == "reserved" and stay.arrival_date <= day.business_date),
        key=lambda stay: (stay.eta, stay.id),
    )
    for stay in in_house:
        if stay.departure_date <= day.business_date:
            _add(found, _departure(room, rules, day, stay.id, stay.etd, "due_out", coming, nights(stay, day)))
        else:
            found.extend(_of_guest(room, rules, stay, day))
    left_dirty = not in_house and room.cleanliness in (Cleanliness.DIRTY, Cleanliness.PICKUP)
    for leaving in room.leavings if left_dirty else ():
        code = "moved_out" if leaving.moved else "departed"
        _add(found, _departure(room, rules, day, leaving.stay_id, leaving.at, code, coming, leaving.nights))
    if left_dirty and not room.being_cleaned:
        _add(found, _vacant(room, rules, day, coming, found, closed))
    for stay in (*coming, *in_house):
        found.extend(_wishes(room, rules, stay))
    _add(found, _deep_clean(room, rules, day, in_house, coming))
    _add(found, _welfare(room, rules, day, in_house))
    if room.out_of_sale:
        # Somebody is at work in there; what was started goes on, nothing new is asked for.
        return []
    if room.panel == "do_not_disturb" and in_house:
        return [
            replace(one, priority=TaskPriority.LAST, why_code="dnd")
            if one.kind in CLEANS | {TaskKind.LINEN_CHANGE, TaskKind.TURNDOWN}
            else one
            for one in found
        ]
    return found


def nights(stay: DayStay, day: Day) -> int:
    """Nights that the guest has been here."""
    return max(0, (day.business_date - (stay.checked_in_date or stay.arrival_date)).days)


def _departure(
    room: RoomDay,
    rules: Sequence[Rule],
    day: Day,
    stay_id: str,
    free_at: datetime,
    why: str,
    coming: Sequence[DayStay],
    slept: int,
) -> Wanted | None:
    rule = rule_for(rules, TaskKind.DEPARTURE, room.type_code)
    if rule is None:
        return None
    return replace(
        _for_next(
            Wanted(
                f"departure:{stay_id}:{room.room}",
                TaskKind.DEPARTURE,
                rule,
                room.room,
                room.floor,
                room.type_code,
                why,
                stay_id=stay_id,
                earliest_at=free_at,
            ),
            coming,
            day.now,
        ),
        nights=slept,
    )


def _of_guest(room: RoomDay, rules: Sequence[Rule], stay: DayStay, day: Day) -> list[Wanted]:
    """Daily service, linen and turndown of a guest who stays on."""
    found: list[Wanted] = []
    today = day.business_date
    first = stay.checked_in_date or stay.arrival_date
    asked = room.panel == "make_up_room"
    # Who came into this room today found it clean.
    fresh = (stay.entered_date or first) >= today
    refused = stay.declined or stay.opted_out
    rule = rule_for(rules, TaskKind.STAYOVER, room.type_code)
    slept = nights(stay, day)
    serviced = False
    if rule is not None and (not fresh or asked):
        refused = refused and rule.opt_out_allowed
        beat = on_the_beat(first, rule.every_days or 1, today)
        mandatory = rule.mandatory_every_days is not None and on_the_beat(
            first, rule.mandatory_every_days, today
        )
        if asked or mandatory or beat:
            why = "make_up_room" if asked else "mandatory" if refused and mandatory else "stayover"
            declined = refused and not asked and not mandatory
            serviced = not declined
            if not (declined and stay.opted_out and not stay.declined):
                found.append(
                    Wanted(
                        f"stayover:{stay.id}:{room.room}:{today}",
                        TaskKind.STAYOVER,
                        rule,
                        room.room,
                        room.floor,
                        room.type_code,
                        why,
                        {"night": slept},
                        stay_id=stay.id,
                        earliest_at=_hour(day, rule.from_hour),
                        due_at=_hour(day, rule.until_hour),
                        priority=TaskPriority.ARRIVAL if asked else TaskPriority.NORMAL,
                        declined=declined,
                        nights=slept,
                    )
                )
    linen = rule_for(rules, TaskKind.LINEN_CHANGE, room.type_code)
    every = linen.every_days if linen is not None and serviced and not fresh else None
    if linen is not None and every and due_in_rhythm(first, every, today, stay.last_linen):
        found.append(
            Wanted(
                f"linen_change:{stay.id}:{room.room}:{today}",
                TaskKind.LINEN_CHANGE,
                linen,
                room.room,
                room.floor,
                room.type_code,
                "linen_due",
                {"every_days": every, "night": slept},
                stay_id=stay.id,
                nights=slept,
            )
        )
    turndown = rule_for(rules, TaskKind.TURNDOWN, room.type_code)
    if turndown is not None and (stay.vip or not turndown.vip_only) and not stay.opted_out:
        found.append(
            Wanted(
                f"turndown:{stay.id}:{room.room}:{today}",
                TaskKind.TURNDOWN,
                turndown,
                room.room,
                room.floor,
                room.type_code,
                "turndown",
                stay_id=stay.id,
                earliest_at=_hour(day, turndown.from_hour),
                due_at=_hour(day, turndown.until_hour),
                priority=TaskPriority.VIP if stay.vip else TaskPriority.NORMAL,
                declined=stay.declined,
                nights=slept,
            )
        )
    return found


def _vacant(
    room: RoomDay,
    rules: Sequence[Rule],
    day: Day,
    coming: Sequence[DayStay],
    found: Sequence[Wanted],
    closed: frozenset[str],
) -> Wanted | None:
    """The clean of a vacant room that no leaving of a guest asks for (or whose clean is done already)."""
    touch_up = room.cleanliness == Cleanliness.PICKUP and day.pickup_used
    if any(one.kind in CLEANS and one.origin not in closed for one in found):
        return None
    kind = TaskKind.PICKUP if touch_up else TaskKind.DEPARTURE
    rule = rule_for(rules, kind, room.type_code)
    if rule is None:
        return None
    return _for_next(
        Wanted(
            f"{'pickup' if touch_up else 'dirty'}:{room.room}:{room.step}",
            kind,
            rule,
            room.room,
            room.floor,
            room.type_code,
            "pickup" if touch_up else "vacant_dirty",
        ),
        coming,
        day.now,
    )


def _deep_clean(
    room: RoomDay,
    rules: Sequence[Rule],
    day: Day,
    in_house: Sequence[DayStay],
    coming: Sequence[DayStay],
) -> Wanted | None:
    """A deep clean that is due, on a day on which nobody lives there or comes."""
    rule = rule_for(rules, TaskKind.DEEP_CLEAN, room.type_code)
    if rule is None or not rule.every_days or in_house or coming:
        return None
    if room.last_deep_clean is not None:
        due = room.last_deep_clean + timedelta(days=rule.every_days)
    else:
        # Never done: spread over the rhythm by the rooms' order, so that not all are due on one day.
        due = (rule.starts_on or day.business_date) + timedelta(days=room.order % rule.every_days)
    if day.business_date < due:
        return None
    return Wanted(
        f"deep_clean:{room.room}:{room.last_deep_clean or 'first'}",
        TaskKind.DEEP_CLEAN,
        rule,
        room.room,
        room.floor,
        room.type_code,
        "deep_clean_due",
        {"every_days": rule.every_days, "since": str(due)},
    )


def _welfare(room: RoomDay, rules: Sequence[Rule], day: Day, in_house: Sequence[DayStay]) -> Wanted | None:
    """Somebody asks to be left alone for so long that one has to look after them."""
    rule = rule_for(rules, TaskKind.SPECIAL, room.type_code)
    since = room.panel_since
    if rule is None or not in_house or room.panel != "do_not_disturb" or since is None:
        return None
    due = since + timedelta(hours=day.welfare_hours)
    if day.now < due:
        return None
    return Wanted(
        f"welfare:{room.room}:{since.isoformat(timespec='seconds')}",
        TaskKind.SPECIAL,
        rule,
        room.room,
        room.floor,
        room.type_code,
        "welfare",
        {"since": since.isoformat(timespec="seconds")},
        stay_id=in_house[0].id,
        due_at=due,
        priority=TaskPriority.VIP,
    )


def _wishes(room: RoomDay, rules: Sequence[Rule], stay: DayStay) -> list[Wanted]:
    rule = rule_for(rules, TaskKind.SPECIAL, room.type_code)
    if rule is None:
        return []
    lead = timedelta(minutes=rule.lead_minutes or 0)
    return [
        Wanted(
            f"special:{stay.id}:{wish}",
            TaskKind.SPECIAL,
            rule,
            room.room,
            room.floor,
            room.type_code,
            "wish",
            stay_id=stay.id,
            due_at=stay.eta - lead,
            priority=TaskPriority.VIP if stay.vip else TaskPriority.ARRIVAL,
            wish_ref=wish,
        )
        for wish in stay.wishes
    ]


def _for_next(wanted: Wanted, coming: Sequence[DayStay], now: datetime) -> Wanted:
    """The clean with the time and the rank that the next guest of the room gives it."""
    if not coming:
        return wanted
    waiting = [stay.queue_since for stay in coming if stay.queue_since is not None]
    priority = TaskPriority.VIP if any(stay.vip for stay in coming) else TaskPriority.ARRIVAL
    if waiting:
        return replace(
            wanted, due_at=min(waiting), priority=TaskPriority.QUEUE, why_params={"since": str(min(waiting))}
        )
    # No list can be late for who is long overdue.
    expected = [stay.eta for stay in coming if stay.eta > now - LONG_OVERDUE]
    return replace(wanted, due_at=expected[0] if expected else None, priority=priority)


def _hour(day: Day, hour: int | None) -> datetime | None:
    return None if hour is None else day.hours[hour]


def _add(found: list[Wanted], wanted: Wanted | None) -> None:
    if wanted is not None and all(one.origin != wanted.origin for one in found):
        found.append(wanted)
