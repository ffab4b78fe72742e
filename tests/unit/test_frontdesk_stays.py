"""The life of a stay and the claims on rooms, cell by cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from frontdesk.stays import (
    LIFECYCLE,
    Reservation,
    StayAction,
    StayClaim,
    StayState,
    check_can_arrive,
    check_can_be_no_show,
    check_dates,
    check_people,
    check_undo,
    in_the_way,
    occupied_by_others,
    overlaps,
    reservation_of,
    state_after,
)
from hotel.errors import Conflict, Invalid

S, A, R = StayState, StayAction, Reservation
MON, TUE, WED, THU, FRI = (date(2026, 7, d) for d in range(13, 18))


def claim(arrival: date, departure: date, state: StayState = S.RESERVED, **more: Any) -> StayClaim:
    return replace(StayClaim("s1", state, "412", arrival, departure), **more)


@pytest.mark.parametrize("state", list(StayState))
@pytest.mark.parametrize("action", list(StayAction))
def test_every_cell_of_the_lifecycle(state: StayState, action: StayAction) -> None:
    allowed = {
        (S.RESERVED, A.CHECK_IN): S.CHECKED_IN,
        (S.RESERVED, A.MOVE): S.RESERVED,
        (S.RESERVED, A.CANCEL): S.CANCELLED,
        (S.RESERVED, A.NO_SHOW): S.NO_SHOW,
        (S.CHECKED_IN, A.MOVE): S.CHECKED_IN,
        (S.CHECKED_IN, A.CHECK_OUT): S.CHECKED_OUT,
    }
    assert allowed == LIFECYCLE
    if (state, action) in allowed:
        assert state_after(state, action) == allowed[(state, action)]
    else:
        with pytest.raises(Conflict) as refusal:
            state_after(state, action)
        assert refusal.value.code == "not_in_this_state"
        assert action.value not in refusal.value.values["possible"]


def test_departure_before_arrival_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(Invalid) as refusal:
        check_dates(WED, TUE, False, MON)
    assert refusal.value.code == "departure_before_arrival"
    assert refusal.value.values["allowed_from"] == "2026-07-15"


def test_dates_have_bounds() -> None:
    check_dates(TUE, WED, False, WED)
    check_dates(TUE, TUE, True, TUE)
    for arrival, departure, day_use, business_date, code in (
        (MON, TUE, False, WED, "departure_in_past"),
        (MON, TUE, True, MON, "day_use_with_nights"),
        (MON, date(2027, 12, 1), False, MON, "stay_too_long"),
    ):
        with pytest.raises(Invalid) as refusal:
            check_dates(arrival, departure, day_use, business_date)
        assert refusal.value.code == code


@pytest.mark.parametrize(
    ("adults", "children", "fine"), [(1, 0, True), (0, 0, False), (2, -1, False), (21, 0, False)]
)
def test_people_have_bounds(adults: int, children: int, fine: bool) -> None:
    if fine:
        check_people(adults, children)
        return
    with pytest.raises(Invalid, match="must be"):
        check_people(adults, children)


def test_one_leaves_and_the_next_arrives_on_the_same_day() -> None:
    assert not overlaps(claim(MON, WED), claim(WED, FRI), MON)
    assert overlaps(claim(MON, WED), claim(TUE, FRI), MON)
    assert overlaps(claim(MON, FRI), claim(TUE, WED), MON)


def test_who_stays_on_holds_the_room_up_to_today() -> None:
    stayed_on = claim(MON, TUE, S.CHECKED_IN)
    assert overlaps(stayed_on, claim(WED, THU), THU)
    assert not overlaps(stayed_on, claim(THU, FRI), THU)


def test_a_day_use_fits_between_a_departure_and_an_arrival() -> None:
    day = claim(WED, WED, day_use=True)
    assert not overlaps(day, claim(MON, WED), MON)
    assert not overlaps(day, claim(WED, FRI), MON)
    assert overlaps(day, claim(TUE, THU), MON)
    assert overlaps(claim(TUE, THU), day, MON)


def test_two_day_uses_fit_when_their_hours_do_not_meet() -> None:
    def day(start: int, end: int) -> StayClaim:
        hours = (datetime(2026, 7, 15, start, tzinfo=UTC), datetime(2026, 7, 15, end, tzinfo=UTC))
        return claim(WED, WED, day_use=True, eta=hours[0], etd=hours[1])

    assert not overlaps(day(8, 12), day(12, 16), MON)
    assert overlaps(day(8, 13), day(12, 16), MON)
    assert overlaps(claim(WED, WED, day_use=True), claim(WED, WED, day_use=True), MON)
    assert not overlaps(claim(WED, WED, day_use=True), claim(THU, THU, day_use=True), MON)


def test_sharers_are_not_in_each_others_way() -> None:
    one = claim(MON, WED)
    other = replace(one, id="s2")
    assert in_the_way(one, [other], MON) is other
    assert in_the_way(replace(one, sharing_id="x"), [replace(other, sharing_id="x")], MON) is None
    assert in_the_way(replace(one, sharing_id="x"), [replace(other, sharing_id="y")], MON) is not None


def test_only_those_who_still_want_the_room_are_in_the_way() -> None:
    one = claim(MON, WED)
    for state in (S.CANCELLED, S.NO_SHOW, S.CHECKED_OUT):
        assert in_the_way(one, [replace(one, id="s2", state=state)], MON) is None
    assert in_the_way(one, [one], MON) is None
    assert in_the_way(one, [replace(one, id="s2", room="413")], MON) is None


def test_a_room_is_occupied_by_who_is_checked_in_whatever_the_dates() -> None:
    overdue = claim(MON, TUE, S.CHECKED_IN, id="s2")
    assert occupied_by_others(claim(WED, THU), [overdue]) is overdue
    assert occupied_by_others(claim(WED, THU), [replace(overdue, state=S.RESERVED)]) is None
    shared = replace(overdue, sharing_id="x")
    assert occupied_by_others(claim(WED, THU, sharing_id="x"), [shared]) is None


@pytest.mark.parametrize(
    ("stay", "expected"),
    [
        (claim(WED, FRI), [R.ARRIVAL]),
        (claim(TUE, FRI), [R.ARRIVAL]),
        (claim(THU, FRI), []),
        (claim(MON, TUE), []),
        (claim(WED, FRI, S.CHECKED_IN, checked_in_date=WED), [R.ARRIVED]),
        (claim(TUE, FRI, S.CHECKED_IN, checked_in_date=WED), [R.ARRIVED]),
        (claim(TUE, FRI, S.CHECKED_IN, checked_in_date=TUE), [R.STAYOVER]),
        (claim(TUE, WED, S.CHECKED_IN, checked_in_date=TUE), [R.DUE_OUT]),
        (claim(MON, TUE, S.CHECKED_IN, checked_in_date=MON), [R.DUE_OUT]),
        (claim(TUE, WED, S.CHECKED_OUT, checked_out_date=WED), [R.DEPARTED]),
        (claim(MON, TUE, S.CHECKED_OUT, checked_out_date=TUE), []),
        (claim(WED, WED, day_use=True), [R.ARRIVAL, R.DAY_USE]),
        (
            claim(WED, WED, S.CHECKED_IN, day_use=True, checked_in_date=WED),
            [R.ARRIVED, R.DUE_OUT, R.DAY_USE],
        ),
        (claim(WED, WED, S.CHECKED_OUT, day_use=True, checked_out_date=WED), [R.DEPARTED, R.DAY_USE]),
        (claim(WED, FRI, S.CANCELLED), []),
        (claim(WED, FRI, S.NO_SHOW), []),
    ],
)
def test_what_one_stay_makes_of_its_room_on_wednesday(stay: StayClaim, expected: list[Reservation]) -> None:
    assert list(reservation_of([stay], WED)) == expected


def test_a_room_is_due_out_and_arrival_at_once() -> None:
    stays = [claim(MON, WED, S.CHECKED_IN, checked_in_date=MON), claim(WED, FRI, id="s2")]
    assert list(reservation_of(stays, WED)) == [R.ARRIVAL, R.DUE_OUT]


def test_a_room_nobody_reserved_has_an_empty_set() -> None:
    assert reservation_of([], WED) == ()


def test_a_guest_cannot_arrive_before_the_stay_begins_or_after_it_ended() -> None:
    check_can_arrive(claim(WED, FRI), WED, WED)
    # One in the morning: the business date is still Tuesday.
    check_can_arrive(claim(WED, FRI), TUE, WED)
    with pytest.raises(Conflict) as early:
        check_can_arrive(claim(THU, FRI), TUE, WED)
    assert early.value.code == "arrives_later"
    with pytest.raises(Conflict) as late:
        check_can_arrive(claim(MON, TUE), WED, WED)
    assert late.value.code == "stay_is_over"


def test_nobody_is_a_no_show_before_being_due() -> None:
    check_can_be_no_show(claim(WED, THU), WED)
    with pytest.raises(Conflict) as refusal:
        check_can_be_no_show(claim(THU, FRI), WED)
    assert refusal.value.code == "not_due_yet"


@pytest.mark.parametrize("action", [A.CHECK_IN, A.CHECK_OUT, A.MOVE])
def test_night_audit_closes_what_moved_guests(action: StayAction) -> None:
    check_undo(action, WED, FRI, WED)
    with pytest.raises(Conflict) as refusal:
        check_undo(action, TUE, FRI, WED)
    assert refusal.value.code == "day_is_closed"


@pytest.mark.parametrize("action", [A.CANCEL, A.NO_SHOW])
def test_a_cancellation_can_be_taken_back_as_long_as_the_stay_is_not_over(action: StayAction) -> None:
    check_undo(action, MON, THU, WED)
    with pytest.raises(Conflict) as refusal:
        check_undo(action, MON, TUE, WED)
    assert refusal.value.code == "stay_is_over"
