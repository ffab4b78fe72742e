"""Guests and attendants: when they come, what they say, and what they do to the rooms."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from statistics import pstdev

import pytest

from simulators.bookings import Booking, BookingBook, told_etas
from simulators.building import room_plans
from simulators.desk import BookStay, ChangeEta, CheckIn, CheckOut, MarkClean, QueueUp
from simulators.world import WorldOptions
from tests.unit.simulators_fakes import NOON, SHANGHAI, House, ScriptedDesk

ONE_O_CLOCK = datetime(2026, 7, 14, 13, 0, tzinfo=SHANGHAI)
PEOPLE = WorldOptions(people=True)


@cache
def weeks(seed: int = 7, rooms: int = 60, days: int = 14) -> list[Booking]:
    book = BookingBook(seed, room_plans(rooms), SHANGHAI)
    found = book.opening(ONE_O_CLOCK)
    for day in range(days):
        found += book.arriving(ONE_O_CLOCK.date() + timedelta(days=day), ONE_O_CLOCK if day == 0 else None)
    return found


def test_about_seven_of_ten_rooms_are_let() -> None:
    stays = [stay for stay in weeks() if not (stay.no_show or stay.cancels)]
    nights = [ONE_O_CLOCK + timedelta(days=day, hours=14) for day in range(13)]
    shares = [sum(stay.arrives < night < stay.leaves for stay in stays) / 60 for night in nights]
    assert sum(shares) / len(shares) == pytest.approx(0.7, abs=0.07)


def test_a_room_has_one_guest_at_a_time() -> None:
    by_room: dict[str, list[Booking]] = {}
    for stay in weeks():
        if not (stay.no_show or stay.cancels):
            by_room.setdefault(stay.room, []).append(stay)
    for stays in by_room.values():
        stays.sort(key=lambda stay: stay.arrives)
        for one, following in pairwise(stays):
            assert following.arrives >= one.leaves + timedelta(minutes=75)
            assert following.arrival_date >= one.departure_date


def test_people_come_in_the_afternoon_and_leave_in_the_morning() -> None:
    stays = [stay for stay in weeks() if not stay.in_house]
    arrivals = [stay.arrives.hour for stay in stays]
    leaving = [stay.leaves.hour + stay.leaves.minute / 60 for stay in stays]
    assert sum(13 <= hour < 22 for hour in arrivals) / len(arrivals) > 0.88
    assert min(leaving) >= 7
    assert max(leaving) <= 12.5
    assert sum(hour < 12 for hour in leaving) / len(leaving) > 0.85


def test_a_few_do_not_come_cancel_or_walk_in() -> None:
    stays = [stay for seed in range(6) for stay in weeks(seed) if not stay.in_house]
    for kind, share in (("no_show", 0.03), ("cancels", 0.02), ("walk_in", 0.04)):
        assert sum(getattr(stay, kind) for stay in stays) / len(stays) == pytest.approx(share, abs=0.015)


def test_who_booked_how_says_when_they_come() -> None:
    hours: dict[str, list[float]] = {}
    for seed in range(3):
        for stay in weeks(seed):
            assert (stay.channel == "walk_in") == stay.walk_in
            if not stay.in_house and not stay.walk_in:
                hours.setdefault(stay.channel, []).append(stay.arrives.hour + stay.arrives.minute / 60)
    means = {channel: sum(found) / len(found) for channel, found in hours.items()}
    assert set(means) == {"agency", "website", "direct", "corporate", "group"}
    assert means["group"] < means["agency"] - 0.4
    assert means["corporate"] > means["agency"] + 0.7


def test_wishes_are_inside_what_hotels_allow() -> None:
    for stay in weeks():
        assert 20 <= stay.cooling_celsius <= 26
        assert (2 * stay.cooling_celsius).is_integer()
        assert 20 <= stay.heating_celsius <= 24
        for key, value in stay.preferences.items():
            assert key != "light_percent" or 20 <= float(value) <= 100
    told = [stay for stay in weeks() if "cooling_celsius" in stay.preferences]
    assert len(told) / len(weeks()) > 0.8


@pytest.mark.parametrize("rooms", [3, 10, 40, 200])
@pytest.mark.parametrize("seed", [1, 7, 11])
def test_a_demo_at_one_o_clock_has_arrivals_soon(rooms: int, seed: int) -> None:
    book = BookingBook(seed, room_plans(rooms), SHANGHAI)
    book.opening(ONE_O_CLOCK)
    coming = [
        stay
        for stay in book.arriving(ONE_O_CLOCK.date(), ONE_O_CLOCK)
        if not (stay.no_show or stay.cancels or stay.walk_in)
    ]
    assert coming
    minutes = sorted((stay.arrives - ONE_O_CLOCK).total_seconds() / 60 for stay in coming)
    assert 45 <= minutes[0] <= 60
    if rooms >= 40:
        assert sum(45 <= m <= 180 for m in minutes) >= 3


def a_stay(index: int) -> Booking:
    stay = next(stay for stay in weeks() if not stay.in_house)
    return replace(stay, confirmation=f"T{index}", arrives=ONE_O_CLOCK + timedelta(hours=4))


def test_live_etas_get_better_on_the_way() -> None:
    errors: dict[int, list[float]] = {}
    for index in range(400):
        stay = a_stay(index)
        for place, told in enumerate(told_etas(stay, "live", 7)):
            errors.setdefault(place, []).append((told.eta - stay.arrives).total_seconds() / 60)
            assert place == 0 or told.eta > told.told
    spreads = [pstdev(values) for _, values in sorted(errors.items())]
    assert spreads[0] == pytest.approx(45, rel=0.2)
    assert spreads[-1] == pytest.approx(8, rel=0.3)
    assert spreads[1] > spreads[3] > spreads[-1]


def test_a_static_eta_is_half_an_hour_off_and_an_exact_one_is_not() -> None:
    stays = [a_stay(index) for index in range(400)]
    static = [told_etas(stay, "static", 7) for stay in stays]
    assert all(len(told) == 1 for told in static)
    off = [(t[0].eta - s.arrives).total_seconds() / 60 for t, s in zip(static, stays, strict=True)]
    assert pstdev(off) == pytest.approx(30, rel=0.2)
    assert [told.eta for told in told_etas(stays[0], "exact", 7)] == [stays[0].arrives]


# -- lives, in a small house --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lived() -> tuple[House, ScriptedDesk]:
    """Twelve rooms from one o'clock to the next afternoon."""
    desk = ScriptedDesk()
    house = House(rooms=12, seed=5, start=ONE_O_CLOCK, desk=desk, options=PEOPLE)
    house.after(hours=25)
    return house, desk


def test_the_first_acts_book_todays_guests_most_urgent_first(lived: tuple[House, ScriptedDesk]) -> None:
    _, desk = lived
    first = [(at, act) for at, act in desk.at(BookStay) if at == ONE_O_CLOCK]
    todays = [act for _, act in first if not act.in_house]
    assert todays
    assert [act for _, act in first][: len(todays)] == todays
    assert all(act.eta >= ONE_O_CLOCK for act in todays)


def test_guests_in_the_house_are_booked_and_checked_in_at_once(lived: tuple[House, ScriptedDesk]) -> None:
    _, desk = lived
    in_house = {act.confirmation for act in desk.of(BookStay) if act.in_house}
    assert in_house
    checked = {act.confirmation for at, act in desk.at(CheckIn) if at == ONE_O_CLOCK}
    assert in_house <= checked


def test_every_guest_opens_the_door_minutes_after_check_in(lived: tuple[House, ScriptedDesk]) -> None:
    house, desk = lived
    arrivals = house.world.arrivals
    assert len(arrivals) >= 4
    checked_in = {act.confirmation: at for at, act in desk.at(CheckIn)}
    for arrival in arrivals:
        wait = arrival.at - checked_in[arrival.confirmation]
        assert timedelta(minutes=2) <= wait <= timedelta(minutes=6)
        assert arrival.stay_id == f"id-{arrival.confirmation}"
        assert 15 < arrival.air_celsius < 40


def test_etas_are_told_again_and_never_in_the_past(lived: tuple[House, ScriptedDesk]) -> None:
    _, desk = lived
    changes = desk.at(ChangeEta)
    assert changes
    assert all(act.eta >= at for at, act in changes)
    assert {act.eta_source for _, act in changes} == {"guest", "live"}


def test_rooms_are_marked_clean_after_their_guests_left(lived: tuple[House, ScriptedDesk]) -> None:
    _, desk = lived
    outs = desk.at(CheckOut)
    assert outs
    cleans = desk.at(MarkClean)
    for at, act in outs:
        room = desk.rooms[act.confirmation]
        done = min((when for when, clean in cleans if clean.room == room and when > at), default=None)
        assert done is not None
        assert timedelta(minutes=40) <= done - at <= timedelta(minutes=120)


def test_people_move_doors_presence_and_things(lived: tuple[House, ScriptedDesk]) -> None:
    house, _ = lived

    def moved(end: str) -> int:
        return sum(len(set(house.wire.said(topic))) > 1 for topic in house.wire.state if topic.endswith(end))

    assert moved("door/state") >= 8
    assert moved("presence/state") >= 8
    assert moved("ceiling_light/state") >= 4
    assert house.world.rooms.use.people.max() <= 4


def test_rooms_are_counted_as_let_only_while_a_guest_is_checked_in(
    lived: tuple[House, ScriptedDesk],
) -> None:
    house, desk = lived
    inside = {act.confirmation for act in desk.of(CheckIn)} - {act.confirmation for act in desk.of(CheckOut)}
    let = {plan.number for plan in house.world.plans if house.world.truth(plan.number).let}
    assert let == {desk.rooms[confirmation] for confirmation in inside}


def first_room(seed: int) -> str:
    desk = ScriptedDesk()
    House(rooms=6, seed=seed, start=ONE_O_CLOCK, desk=desk, options=PEOPLE)
    return str(next(act.room for act in desk.of(BookStay) if not act.in_house))


class NeverCleanDesk(ScriptedDesk):
    """One room never gets ready."""

    def __init__(self, room: str) -> None:
        super().__init__()
        self._room = room

    def submit(self, act, urgency, done) -> None:  # type: ignore[no-untyped-def]
        self.unready.add(self._room)
        if isinstance(act, MarkClean) and act.room == self._room:
            return
        super().submit(act, urgency, done)


def test_a_guest_whose_room_is_not_ready_queues_and_then_takes_it_with_a_reason() -> None:
    room = first_room(5)
    desk = NeverCleanDesk(room)
    house = House(rooms=6, seed=5, start=ONE_O_CLOCK, desk=desk, options=PEOPLE)
    house.after(hours=2)
    tries = [(at, act) for at, act in desk.at(CheckIn) if desk.rooms[act.confirmation] == room]
    assert len(tries) >= 3
    assert all(act.unready_reason is None for _, act in tries[:-1])
    assert tries[-1][1].unready_reason
    assert timedelta(minutes=15) <= tries[-1][0] - tries[0][0] <= timedelta(minutes=21)
    assert len([act for act in desk.of(QueueUp) if desk.rooms[act.confirmation] == room]) == 1
    assert next(arrival for arrival in house.world.arrivals if arrival.room == room).queued_minutes >= 15


def test_a_refused_booking_brings_no_guest() -> None:
    desk = ScriptedDesk()
    probe = House(rooms=6, seed=5, start=ONE_O_CLOCK, desk=desk, options=PEOPLE)
    all_of_them = {act.confirmation for act in desk.of(BookStay)}
    refusing = ScriptedDesk()
    refusing.refused = all_of_them
    house = House(rooms=6, seed=5, start=ONE_O_CLOCK, desk=refusing, options=PEOPLE)
    house.after(hours=4)
    assert not house.world.arrivals
    assert not refusing.of(CheckIn)
    assert house.world.rooms.use.let.sum() == 0
    assert sum(house.world.people.refusals.values()) >= len(all_of_them)
    assert probe.world.rooms.use.let.sum() > 0


def test_without_a_desk_guests_live_by_their_own_schedule() -> None:
    house = House(rooms=10, seed=5, start=ONE_O_CLOCK, options=PEOPLE)
    house.after(hours=5)
    assert house.world.arrivals
    assert house.world.arrivals[0].stay_id == house.world.arrivals[0].confirmation


def test_a_guest_who_finds_the_room_unbearable_takes_the_remote_control() -> None:
    house = House(rooms=20, seed=3, start=ONE_O_CLOCK, options=PEOPLE)
    house.after(hours=9)
    hot = [arrival for arrival in house.world.arrivals if arrival.air_celsius > 27]
    assert len(hot) >= 4
    switched = [
        arrival.room
        for arrival in hot
        if any(
            b'"system_mode":"cool"' in text for text in house.wire.said(f"simulated/{arrival.room}/ac/state")
        )
    ]
    assert len(switched) / len(hot) > 0.5


def test_attendants_enter_without_anybody_having_checked_in() -> None:
    desk = ScriptedDesk()
    start = NOON.replace(hour=6)
    house = House(rooms=10, seed=5, start=start, desk=desk, options=PEOPLE)
    house.after(hours=6)
    out_rooms = {desk.rooms[act.confirmation] for act in desk.of(CheckOut)}
    assert out_rooms
    cleaned = {act.room for at, act in desk.at(MarkClean) if at > start + timedelta(hours=1)}
    assert cleaned & out_rooms
    assert not [
        arrival for arrival in house.world.arrivals if arrival.room in cleaned and arrival.at.hour < 9
    ]


def test_a_booking_made_shortly_before_knows_what_the_guest_knows_by_then() -> None:
    errors = []
    for seed in range(12):
        desk = ScriptedDesk()
        House(rooms=10, seed=seed, start=ONE_O_CLOCK, desk=desk, options=PEOPLE)
        book = BookingBook(seed, room_plans(10), SHANGHAI)
        book.opening(ONE_O_CLOCK)
        truth = {stay.confirmation: stay.arrives for stay in book.arriving(ONE_O_CLOCK.date(), ONE_O_CLOCK)}
        soon = next(act for act in desk.of(BookStay) if not act.in_house)
        errors.append(abs((soon.eta - truth[soon.confirmation]).total_seconds()) / 60)
    assert sum(errors) / len(errors) < 25
