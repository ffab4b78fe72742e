"""Which tasks a day needs: 30 simulated nights exact to the day, and every event of a stay."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from hotel.errors import Invalid
from housekeeping.inspection import InspectionRules, demanded_by
from housekeeping.needs import Day, DayStay, Leaving, RoomDay, Wanted, needed, needed_areas
from housekeeping.rules import DEFAULT_RULES, Rule, check_rule, due_in_rhythm, rule_for
from housekeeping.settings import HousekeepingSettings, check_settings, settings_from_json, settings_to_json
from housekeeping.status import Cleanliness
from housekeeping.tasks import TaskKind, TaskPriority, TaskState
from housekeeping.upkeep import Bring, Close, Known, Make, Reopen, reconcile

FIRST = date(2026, 7, 1)
DIRTY, CLEAN, PICKUP = Cleanliness.DIRTY, Cleanliness.CLEAN, Cleanliness.PICKUP


def on(night: int, hour: int = 10) -> datetime:
    day = FIRST + timedelta(days=night)
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def day_of(night: int, **more: Any) -> Day:
    return Day(FIRST + timedelta(days=night), on(night), {h: on(night, h) for h in range(24)}, **more)


def stay(night_in: int = 0, nights: int = 3, state: str = "checked_in", **more: Any) -> DayStay:
    first, last = FIRST + timedelta(days=night_in), FIRST + timedelta(days=night_in + nights)
    arrived = first if state == "checked_in" else None
    values: dict[str, Any] = {
        "id": "s1",
        "room": "412",
        "checked_in_date": arrived,
        "entered_date": arrived,
        "eta": on(night_in, 15),
        "etd": on(night_in + nights, 11),
    }
    return DayStay(state=state, arrival_date=first, departure_date=last, **{**values, **more})


def room(*stays: DayStay, cleanliness: Cleanliness = CLEAN, number: str = "412", **more: Any) -> RoomDay:
    return RoomDay(number, "4", "KING", cleanliness, stays=stays, **more)


def wants(
    *rooms: RoomDay, night: int, rules: tuple[Rule, ...] = DEFAULT_RULES, closed: frozenset[str] = frozenset()
) -> list[Wanted]:
    return needed(rooms, rules, day_of(night), closed)


def kinds(*rooms: RoomDay, night: int, **more: Any) -> list[str]:
    return [one.kind.value for one in wants(*rooms, night=night, **more)]


def rules_with(**changed: Any) -> tuple[Rule, ...]:
    """The default rules, the one of a kind changed: rules_with(linen_change={"every_days": 2})."""
    return tuple(replace(rule, **changed.get(rule.id, {})) for rule in DEFAULT_RULES)


@pytest.mark.parametrize("seed", range(6))
def test_thirty_nights_of_linen_and_opt_out_are_exact_to_the_day(seed: int) -> None:
    """Guests stay for 1 to 14 nights, opt out or not, move between rooms; attendants do what is asked."""
    draw = random.Random(seed)
    linen_days, mandatory_days = draw.choice((2, 3, 4)), draw.choice((2, 3, 5))
    rules = rules_with(
        linen_change={"every_days": linen_days}, stayover={"mandatory_every_days": mandatory_days}
    )
    print(f"seed {seed}: linen every {linen_days} days, mandatory every {mandatory_days}")
    for number in range(25):
        arrives, nights = draw.randrange(0, 16), draw.randrange(1, 15)
        opted_out = draw.random() < 0.4
        moves_on = draw.randrange(arrives, arrives + nights) if draw.random() < 0.3 else None
        cleaned: list[int] = []
        linen: list[int] = []
        last_linen: date | None = None
        for night in range(30):
            if not arrives <= night < arrives + nights:
                continue
            moved = moves_on is not None and night >= moves_on
            guest = stay(
                arrives,
                nights,
                id=f"s{number}",
                room="501" if moved else "412",
                opted_out=opted_out,
                last_linen=last_linen,
            )
            if moved and moves_on is not None:
                guest = replace(guest, entered_date=FIRST + timedelta(days=moves_on))
            found = wants(room(guest, number=guest.room), night=night, rules=rules)
            assert len({one.origin for one in found}) == len(found)
            if any(one.kind == TaskKind.STAYOVER and not one.declined for one in found):
                cleaned.append(night - arrives)
            if any(one.kind == TaskKind.LINEN_CHANGE for one in found):
                linen.append(night - arrives)
                last_linen = FIRST + timedelta(days=night)
        # On the day of a move the new room is clean already.
        entered = {0, *(() if moves_on is None else (moves_on - arrives,))}
        expected = [
            n for n in range(nights) if n not in entered and (not opted_out or n % mandatory_days == 0)
        ]
        assert cleaned == expected, f"seed {seed} guest {number}"
        due, beats_met = [], 0
        for n in expected:
            if n // linen_days > beats_met:
                due.append(n)
                beats_met = n // linen_days
        assert linen == due, f"seed {seed} guest {number}"


def test_a_rhythm_that_was_met_late_does_not_shift() -> None:
    def beat(night: int, last: int | None) -> bool:
        done = None if last is None else FIRST + timedelta(days=last)
        return due_in_rhythm(FIRST, 3, FIRST + timedelta(days=night), done)

    assert [beat(n, None) for n in (2, 3)] == [False, True]
    assert [beat(n, 4) for n in (5, 6)] == [False, True]


def test_the_day_of_a_guest() -> None:
    expected = room(stay(state="reserved"))
    assert kinds(expected, night=0) == []
    guest = stay()
    assert kinds(room(guest), night=0) == []
    assert kinds(room(guest), night=1) == ["stayover"]
    [leaving] = wants(room(guest), night=3)
    assert (leaving.kind, leaving.why_code, leaving.earliest_at) == (TaskKind.DEPARTURE, "due_out", on(3, 11))
    # Still there the day after: the same task, not a second one.
    assert wants(room(guest), night=4)[0].origin == leaving.origin
    assert kinds(room(cleanliness=CLEAN), night=0) == []


def test_a_departure_is_due_when_the_next_guest_comes_and_ranks_by_who_waits() -> None:
    guest = stay()
    after = stay(3, 2, "reserved", id="s2")
    assert wants(room(guest, after), night=3)[0].due_at == on(3, 15)
    assert wants(room(guest, after), night=3)[0].priority == TaskPriority.ARRIVAL
    assert wants(room(guest, replace(after, vip=True)), night=3)[0].priority == TaskPriority.VIP
    waiting = replace(after, queue_since=on(3, 9))
    queued = wants(room(guest, waiting), night=3)[0]
    assert (queued.priority, queued.due_at) == (TaskPriority.QUEUE, on(3, 9))


def test_a_guest_long_overdue_gives_no_time_to_be_late_for() -> None:
    overdue = stay(1, state="reserved", nights=5)
    [clean] = wants(room(overdue, cleanliness=DIRTY), night=3)
    assert (clean.due_at, clean.priority) == (None, TaskPriority.ARRIVAL)
    # Who comes after them today is the one to be ready for.
    today = stay(3, state="reserved", id="s2")
    [clean] = wants(room(overdue, today, cleanliness=DIRTY), night=3)
    assert clean.due_at == on(3, 15)


def test_a_vacant_dirty_room_is_cleaned_whoever_left_it() -> None:
    left = Leaving("s1", "412", on(3, 9))
    [one] = wants(room(cleanliness=DIRTY, leavings=(left,)), night=3)
    assert (one.origin, one.why_code, one.earliest_at) == ("departure:s1:412", "departed", on(3, 9))
    done = frozenset({one.origin})
    # Its clean is done; an engineer made it dirty again.
    again = wants(room(cleanliness=DIRTY, leavings=(left,), step=7), night=3, closed=done)
    assert [w.origin for w in again] == ["departure:s1:412", "dirty:412:7"]
    assert kinds(room(cleanliness=PICKUP), night=3) == ["pickup"]
    assert kinds(room(cleanliness=DIRTY, being_cleaned=True), night=3) == []
    assert kinds(room(cleanliness=DIRTY, out_of_sale=True), night=3) == []
    no_pickup = needed([room(cleanliness=PICKUP)], DEFAULT_RULES, day_of(3, pickup_used=False), frozenset())
    assert [w.kind for w in no_pickup] == [TaskKind.DEPARTURE]


def test_declined_dnd_and_make_up_room() -> None:
    guest = stay(nights=8)
    assert [w.declined for w in wants(room(replace(guest, declined=True)), night=1)] == [True]
    # On the mandatory day it is cleaned all the same.
    third = wants(room(replace(guest, declined=True)), night=3)[0]
    assert (third.why_code, third.declined) == ("mandatory", False)
    asked = room(replace(guest, opted_out=True), panel="make_up_room")
    assert [(w.why_code, w.priority) for w in wants(asked, night=1)] == [
        ("make_up_room", TaskPriority.ARRIVAL)
    ]
    quiet = room(guest, panel="do_not_disturb", panel_since=on(1, 8))
    assert [(w.kind, w.priority) for w in wants(quiet, night=1)] == [(TaskKind.STAYOVER, TaskPriority.LAST)]
    assert "welfare" not in [w.why_code for w in wants(quiet, night=1)]
    assert "welfare" in [w.why_code for w in wants(quiet, night=2)]
    no_choice = rules_with(stayover={"opt_out_allowed": False})
    assert wants(room(replace(guest, declined=True)), night=1, rules=no_choice)[0].declined is False


def test_wishes_are_due_before_the_guest() -> None:
    expected = stay(state="reserved", wishes=("crib", "roses"))
    assert [(w.kind.value, w.wish_ref, w.due_at) for w in wants(room(expected), night=0)] == [
        ("special", "crib", on(0, 14)),
        ("special", "roses", on(0, 14)),
    ]


def test_deep_cleans_spread_over_the_rhythm_and_wait_for_an_empty_room() -> None:
    rules = rules_with(deep_clean={"active": True, "every_days": 10, "starts_on": FIRST})
    rooms = [room(number=str(400 + n), order=n) for n in range(20)]
    days: dict[str, list[int]] = {}
    for night in range(30):
        for index, one in enumerate(rooms):
            if kinds(one, night=night, rules=rules) == ["deep_clean"]:
                rooms[index] = replace(one, last_deep_clean=FIRST + timedelta(days=night))
                days.setdefault(one.room, []).append(night)
    assert [days[one.room] for one in rooms] == [[n % 10, n % 10 + 10, n % 10 + 20] for n in range(20)]
    busy = room(stay(0, 30), order=0)
    assert "deep_clean" not in kinds(busy, night=12, rules=rules)


def test_turndown_for_vips_and_the_more_special_rule() -> None:
    assert "turndown" in kinds(room(stay(vip=True)), night=0)
    assert "turndown" not in kinds(room(stay()), night=0)
    suites = Rule("stayover-suite", TaskKind.STAYOVER, 40, 1.5, room_types=("SUITE",), every_days=1)
    rules = (*DEFAULT_RULES, suites)
    assert rule_for(rules, TaskKind.STAYOVER, "SUITE") is suites
    assert rule_for(rules, TaskKind.STAYOVER, "KING").id == "stayover"  # type: ignore[union-attr]
    assert rule_for(rules_with(stayover={"active": False}), TaskKind.STAYOVER, "KING") is None


def test_public_areas_have_their_own_rhythm() -> None:
    lobby = Rule(
        "lobby", TaskKind.PUBLIC_AREA, 30, 1, area="Lobby", every_days=2, starts_on=FIRST, from_hour=6
    )
    made = [night for night in range(6) if needed_areas([lobby], day_of(night))]
    assert made == [0, 2, 4]
    assert needed_areas([lobby], day_of(0))[0].earliest_at == on(0, 6)


def known(wanted: Wanted, state: TaskState = TaskState.PLANNED, night: int = 1, **more: Any) -> Known:
    values: dict[str, Any] = {"by_house": True, "stay_id": wanted.stay_id, **more}
    return Known(
        f"task-{wanted.origin}",
        wanted.origin,
        wanted.kind,
        state,
        wanted.room,
        FIRST + timedelta(days=night),
        wanted.earliest_at,
        wanted.due_at,
        wanted.priority,
        wanted.why_code,
        **values,
    )


def changes(wanted: list[Wanted], there: list[Known], night: int = 1, **gone: str) -> list[Any]:
    return reconcile(wanted, there, day_of(night), gone, frozenset())


def test_the_same_day_twice_changes_nothing() -> None:
    found = wants(room(stay()), room(stay(vip=True, id="s2", room="413"), number="413"), night=1)
    assert [type(one) for one in changes(found, [])] == [Make] * len(found)
    assert changes(found, [known(one) for one in found]) == []


def test_an_early_check_out_turns_the_stayover_into_a_departure_with_its_attendant() -> None:
    [stayover] = wants(room(stay()), night=1)
    left = room(cleanliness=DIRTY, leavings=(Leaving("s1", "412", on(1, 9)),))
    close, make = changes(wants(left, night=1), [known(stayover)], s1="checked_out")
    assert (close.state, close.reason) == (TaskState.CANCELLED, "checked_out")
    assert (make.wanted.kind, make.takes_after) == (TaskKind.DEPARTURE, close.task_id)
    # The check-out taken back: the stayover again, the departure gone.
    back = changes(wants(room(stay()), night=1), [known(stayover, TaskState.CANCELLED), known(make.wanted)])
    assert {type(one) for one in back} == {Close, Reopen}


def test_a_move_cancels_the_one_and_opens_the_other() -> None:
    [stayover] = wants(room(stay()), night=1)
    old = room(cleanliness=DIRTY, leavings=(Leaving("s1", "412", on(1, 9), moved=True),))
    new = room(stay(room="413", entered_date=FIRST + timedelta(days=1)), number="413")
    close, make = changes(wants(old, new, night=1), [known(stayover)], s1="moved")
    assert (close.reason, make.wanted.room, make.wanted.why_code) == ("moved", "412", "moved_out")


def test_what_has_begun_is_left_alone_and_the_roll_carries_a_departure_over() -> None:
    [stayover] = wants(room(stay()), night=1)
    assert changes([], [known(stayover, TaskState.STARTED)], s1="checked_out") == []
    left = room(cleanliness=DIRTY, leavings=(Leaving("s1", "412", on(1, 9)),))
    [departure] = wants(left, night=1)
    [carried] = changes(wants(left, night=2), [known(departure)], night=2)
    assert (type(carried), carried.carried) == (Bring, True)
    [closed] = changes([], [known(stayover)], night=2)
    assert (closed.state, closed.reason) == (TaskState.CANCELLED, "day_closed")
    [quiet] = reconcile([], [known(stayover)], day_of(2), {}, frozenset({"412"}))
    assert isinstance(quiet, Close)
    assert (quiet.state, quiet.reason) == (TaskState.NOT_SERVICED, "dnd")


def test_declining_closes_and_taking_it_back_opens() -> None:
    [stayover] = wants(room(stay()), night=1)
    declined = wants(room(stay(declined=True)), night=1)
    assert changes(declined, []) == []
    [closed] = changes(declined, [known(stayover)])
    assert (closed.state, closed.reason) == (TaskState.NOT_SERVICED, "declined")
    [opened] = changes([stayover], [known(stayover, TaskState.NOT_SERVICED)])
    assert type(opened) is Reopen
    # What a person ended stays ended.
    assert changes([stayover], [known(stayover, TaskState.CANCELLED, by_house=False)]) == []


def test_what_a_supervisor_set_stays() -> None:
    [stayover] = wants(room(stay()), night=1)
    edited = replace(known(stayover, by_hand=frozenset({"due_at"})), due_at=on(1, 13))
    assert changes([stayover], [edited]) == []


def test_inspections_as_data() -> None:
    def asked(rules: InspectionRules, kind: TaskKind = TaskKind.DEPARTURE, **more: Any) -> str | None:
        values: dict[str, Any] = {
            "task_id": "t",
            "vip": False,
            "re_clean": False,
            "cleans_done": 500,
            **more,
        }
        return demanded_by(rules, kind, **values)

    assert asked(InspectionRules()) is None
    assert asked(InspectionRules(always=True)) == "always"
    assert asked(InspectionRules(always=True), TaskKind.STAYOVER) is None
    assert asked(InspectionRules(always=True, stayovers=True), TaskKind.STAYOVER) == "always"
    assert asked(InspectionRules(vip=True), vip=True) == "vip"
    assert asked(InspectionRules(new_attendant_cleans=20), cleans_done=19) == "new_attendant"
    assert asked(InspectionRules(new_attendant_cleans=20), cleans_done=20) is None
    assert asked(InspectionRules(vip=True), re_clean=True) == "re_clean"
    sample = InspectionRules(sample_percent=20)
    looked_at = sum(asked(sample, task_id=f"task-{n}") is not None for n in range(2000))
    assert 340 <= looked_at <= 460


def test_rules_and_settings_have_bounds() -> None:
    for wrong in (
        {"minutes": 0},
        {"every_days": 0},
        {"from_hour": 20, "until_hour": 9},
        {"until_hour": 24},
        {"kind": TaskKind.PUBLIC_AREA},
    ):
        with pytest.raises(Invalid):
            check_rule(replace(DEFAULT_RULES[0], **wrong))
    settings = HousekeepingSettings(inspection=InspectionRules(sample_percent=10), welfare_hours=12)
    assert settings_from_json(settings_to_json(settings)) == settings
    with pytest.raises(Invalid):
        check_settings(replace(settings, inspected_used=False))
