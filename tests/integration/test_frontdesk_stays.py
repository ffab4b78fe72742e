"""The desk's day on a real database: arrivals, moves, departures, and taking each of them back."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest

from frontdesk.guest_book import GuestChanges
from frontdesk.preferences import preference
from frontdesk.stay_edits import StayChanges
from frontdesk.stay_records import StayRecord
from frontdesk.stays import StayAction, StayState
from gateway.stays_for_comfort import FrontDeskStays
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Conflict, Invalid, NotFound, Refused, StaleVersion
from housekeeping.status import Cleanliness
from tests.desk_house import DESK, TODAY, DeskHouse, local

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def house(any_database: Database, clock: ManualClock) -> DeskHouse:
    return DeskHouse(any_database, clock)


def edit(house: DeskHouse, stay: StayRecord, **changes: object) -> StayRecord:
    with house.database.write() as tx:
        seen = house.stay(stay).version
        return house.desk.edit_stay(tx, DESK, stay.id, seen, StayChanges(**changes))  # type: ignore[arg-type]


def refused(house: DeskHouse, code: str, act: object, *args: object, **more: object) -> Refused:
    """The refusal of `act`, which must leave no trace."""
    told, audited = len(house.told()), len(house.audit("stay.check_in"))
    with pytest.raises(Refused) as refusal:
        act(*args, **more)  # type: ignore[operator]
    assert refusal.value.code == code
    assert (len(house.told()), len(house.audit("stay.check_in"))) == (told, audited)
    return refusal.value


# -- making a stay


def test_a_stay_without_a_said_time_has_the_usual_one(house: DeskHouse) -> None:
    stay = house.expect(room_type="TWIN")
    assert (stay.room, stay.room_type, stay.eta_source) == (None, "TWIN", "default")
    assert stay.eta == local(15)
    assert stay.etd == local(11, day=TOMORROW)
    assert [m.change for m in house.told_of(stay)] == ["created"]
    assert len(house.audit("stay.create")) == 1


def test_a_room_of_another_type_is_an_upgrade(house: DeskHouse) -> None:
    assert house.expect("413", room_type="KING").room_type == "KING"
    assert house.expect("414").room_type == "TWIN"


def test_what_does_not_exist_is_refused(house: DeskHouse) -> None:
    refused(house, "unknown_room", house.expect, "999")
    assert refused(house, "unknown_room_type", house.expect, room_type="ICE").values["allowed"] == [
        "KING",
        "TWIN",
    ]
    refused(house, "unknown_guest", house.expect, "412", guest_ids=("nobody",))
    refused(house, "unknown_stay", house.expect, "412", shares_with=("nothing",))
    refused(house, "eta_in_past", house.expect, "412", at=local(9))
    house.expect("411", confirmation="C1")
    refused(house, "confirmation_taken", house.expect, "412", confirmation="C1")


def test_two_stays_do_not_get_one_room(house: DeskHouse) -> None:
    first = house.expect("412", nights=2)
    refusal = refused(house, "room_taken", house.expect, "412", day=TOMORROW)
    assert refusal.values["stay_id"] == first.id
    house.expect("412", day=TODAY + timedelta(days=2))


def test_sharers_have_one_room_and_leave_one_by_one(house: DeskHouse) -> None:
    first = house.expect("412", guest_ids=(house.guest(),))
    second = house.expect(shares_with=(first.id,), guest_ids=(house.guest("Li", "Wang"),))
    assert second.room == "412"
    assert house.stay(first).shares_with == (second.id,)
    house.check_in(first)
    house.check_in(second)
    house.check_out(first)
    assert house.office.occupied() == {"412"}
    house.check_out(second)
    assert house.office.occupied() == frozenset()


def test_several_rooms_on_one_booking(house: DeskHouse) -> None:
    one = house.expect("411", booking_id="B7", confirmation="B7-1")
    two = house.expect("412", booking_id="B7", confirmation="B7-2")
    assert one.booking_id == two.booking_id == "B7"


def test_several_guests_in_one_stay_the_first_is_the_primary(house: DeskHouse) -> None:
    guests = (house.guest(), house.guest("Li", "Wang"))
    assert house.expect("412", guest_ids=guests, adults=2).guest_ids == guests


def test_a_walk_in_is_checked_in_at_once(house: DeskHouse) -> None:
    house.pass_time(12)
    stay = house.check_in(house.expect("412", at=house.clock.now()))
    assert (stay.state, stay.checked_in_at) == (StayState.CHECKED_IN, house.clock.now())


# -- editing


def test_an_eta_change_is_kept_with_who_said_it(house: DeskHouse) -> None:
    stay = house.expect("412", at=local(16))
    stay = edit(house, stay, eta=local(14, 30))
    assert (stay.eta, stay.eta_source) == (local(14, 30), "desk")
    stay = edit(house, stay, eta=None)
    assert (stay.eta, stay.eta_source) == (local(15), "default")
    history = house.desk.records.eta_history(stay.id)
    assert [(row.eta, row.source, row.by) for row in history] == [
        (local(16), "booking", "Front desk 1"),
        (local(14, 30), "desk", "Front desk 1"),
        (None, "default", "Front desk 1"),
    ]
    assert [m.change for m in house.told_of(stay)] == ["created", "eta", "eta"]


def test_an_edit_is_one_version(house: DeskHouse) -> None:
    stay = house.expect("412", at=local(16))
    after = edit(house, stay, eta=local(17), room="411", vip=True, departure_date=TODAY + timedelta(days=3))
    assert after.version == stay.version + 1
    assert {m.change for m in house.told_of(stay)} == {"created", "eta", "dates", "room", "guests"}


def test_moved_dates_take_the_eta_with_them(house: DeskHouse) -> None:
    stay = edit(
        house, house.expect("412", at=local(16)), arrival_date=TOMORROW, departure_date=TODAY + timedelta(3)
    )
    assert stay.eta == local(16, day=TOMORROW)
    assert [row.eta for row in house.desk.records.eta_history(stay.id)] == [
        local(16),
        local(16, day=TOMORROW),
    ]


def test_an_edit_cannot_take_a_room_that_is_taken(house: DeskHouse) -> None:
    house.expect("412", nights=2)
    stay = house.expect("411")
    refused(house, "room_taken", edit, house, stay, room="412")
    later = house.expect("412", day=TODAY + timedelta(days=2))
    refused(house, "room_taken", edit, house, later, arrival_date=TOMORROW)
    assert edit(house, stay, room=None).room is None
    refused(house, "departure_before_arrival", edit, house, stay, departure_date=TODAY - timedelta(days=1))


def test_a_guest_in_the_house_moves_by_moving_and_may_stay_longer(house: DeskHouse) -> None:
    stay = house.check_in(house.expect("412"))
    for name, value in (("room", "411"), ("eta", local(18)), ("arrival_date", TOMORROW)):
        refused(house, "already_arrived", edit, house, stay, **{name: value})
    assert edit(house, stay, departure_date=TODAY + timedelta(days=4)).departure_date.day == 18
    refused(house, "stay_is_closed", edit, house, house.check_out(stay), vip=True)


def test_of_two_edits_with_one_version_one_is_refused(house: DeskHouse) -> None:
    stay = house.expect("412")
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def edit_at_once(vip: bool) -> None:
        ready.wait()
        try:
            with house.database.write() as tx:
                changes = StayChanges(vip=vip, adults=2)
                house.desk.edit_stay(tx, DESK, stay.id, stay.version, changes)
            outcomes.append("done")
        except StaleVersion:
            outcomes.append("stale")

    threads = [threading.Thread(target=edit_at_once, args=(vip,)) for vip in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "stale"]
    assert house.stay(stay).version == stay.version + 1


def test_of_two_desks_that_give_one_room_away_one_is_refused(house: DeskHouse) -> None:
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def give() -> None:
        ready.wait()
        try:
            house.expect("412")
            outcomes.append("done")
        except Conflict as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=give) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "room_taken"]


# -- check-in


def test_check_in_needs_a_room_that_is_free(house: DeskHouse) -> None:
    stay = house.expect()
    refused(house, "room_needed", house.check_in, stay)
    in_412 = house.check_in(house.expect("412"))
    house.pass_time(24)
    house.desk.roll_business_date()
    # The guest of 412 should have left, but is still there.
    next_guest = house.expect("412", day=TOMORROW)
    assert refused(house, "room_occupied", house.check_in, next_guest).values["stay_id"] == in_412.id
    assert house.reservation("412") == ["arrival", "due_out"]


def test_an_unready_room_needs_a_reason(house: DeskHouse) -> None:
    house.mark("412", Cleanliness.DIRTY)
    stay = house.expect("412")
    assert refused(house, "room_not_ready", house.check_in, stay).values["blocked_by"] == ["not_clean"]
    refused(house, "room_not_ready", house.check_in, stay, unready_reason="   ")
    checked_in = house.check_in(stay, unready_reason="guest insists, cleaned while at dinner")
    assert checked_in.unready_reason == "guest insists, cleaned while at dinner"
    assert house.audit("stay.check_in")[0].detail["blocked_by"] == ["not_clean"]


def test_a_reason_for_a_ready_room_is_not_kept(house: DeskHouse) -> None:
    assert house.check_in(house.expect("412"), unready_reason="no need").unready_reason is None


def test_check_in_can_choose_the_room(house: DeskHouse) -> None:
    stay = house.check_in(house.expect(), "411")
    assert (stay.room, house.told_of(stay)[-1].change) == ("411", "checked_in")
    other = house.expect("412")
    refused(house, "room_occupied", house.check_in, other, "411")


def test_nobody_is_checked_in_days_early(house: DeskHouse) -> None:
    refused(house, "arrives_later", house.check_in, house.expect("412", day=TODAY + timedelta(days=2)))


def test_a_waiting_guest_is_in_the_queue_until_check_in(house: DeskHouse) -> None:
    stay = house.expect("412")
    for _ in range(2):
        with house.database.write() as tx:
            waiting = house.desk.queue(tx, DESK, stay.id, True)
        house.pass_time(0.25)
    assert waiting.queue_since == local(12)
    assert house.office.rooms(["412"])["412"].queue_since == local(12)
    assert house.check_in(stay).queue_since is None
    # Taken back, the guest waits again since when they waited first.
    assert house.undo(stay).queue_since == local(12)
    with house.database.write() as tx:
        assert house.desk.queue(tx, DESK, stay.id, False).queue_since is None


# -- check-out, move, and housekeeping that follows


def test_a_check_out_leaves_a_dirty_room_and_undo_the_clean_one(house: DeskHouse) -> None:
    stay = house.check_in(house.expect("412"))
    assert house.cleanliness("412") == Cleanliness.CLEAN
    house.check_out(stay)
    assert house.cleanliness("412") == Cleanliness.DIRTY
    assert house.reservation("412") == ["departed"]
    back = house.undo(stay)
    assert (back.state, back.checked_out_at) == (StayState.CHECKED_IN, None)
    assert house.cleanliness("412") == Cleanliness.CLEAN
    # And again: each leaving has its own trace.
    house.check_out(stay)
    assert house.cleanliness("412") == Cleanliness.DIRTY


def test_a_room_cleaned_since_stays_clean_when_the_check_out_is_taken_back(house: DeskHouse) -> None:
    house.mark("412", Cleanliness.PICKUP)
    stay = house.check_in(house.expect("412"), unready_reason="in a hurry")
    house.check_out(stay)
    assert house.cleanliness("412") == Cleanliness.DIRTY
    house.mark("412", Cleanliness.INSPECTED)
    house.undo(stay)
    assert house.cleanliness("412") == Cleanliness.INSPECTED


def test_a_move_leaves_the_old_room_dirty_and_says_which_it_was(house: DeskHouse) -> None:
    stay = house.check_in(house.expect("412", nights=2))
    house.move(stay, "411", "noise")
    message = house.told_of(stay)[-1]
    assert (message.change, message.room, message.previous_room) == ("moved", "411", "412")
    assert house.cleanliness("412") == Cleanliness.DIRTY
    assert house.cleanliness("411") == Cleanliness.CLEAN
    assert house.office.occupied() == {"411"}
    back = house.undo(stay)
    message = house.told_of(stay)[-1]
    assert (back.room, message.change, message.previous_room) == ("412", "undone", "411")
    assert house.cleanliness("412") == Cleanliness.CLEAN


def test_a_stay_that_has_not_begun_changes_rooms_without_a_trace(house: DeskHouse) -> None:
    stay = house.expect("412")
    house.move(stay, "411")
    assert house.cleanliness("412") == Cleanliness.CLEAN
    assert house.undo(stay).room == "412"


def test_moves_are_refused_where_somebody_is(house: DeskHouse) -> None:
    stay = house.check_in(house.expect("412"))
    refused(house, "same_room", house.move, stay, "412")
    refused(house, "unknown_room", house.move, stay, "999")
    house.check_in(house.expect("411"))
    refused(house, "room_occupied", house.move, stay, "411")
    house.expect("413")
    refused(house, "room_taken", house.move, stay, "413")
    house.mark("414", Cleanliness.DIRTY)
    refused(house, "room_not_ready", house.move, stay, "414")
    assert house.move(stay, "414", "burst pipe").unready_reason == "burst pipe"


def test_messages_that_come_twice_or_not_at_all_leave_the_same_room(house: DeskHouse) -> None:
    stay = house.check_in(house.expect("412"))
    house.check_out(stay)
    # The bus has not delivered; the heartbeat finds out by itself.
    assert house.housekeeping.follow_missed_departures() == 1
    assert house.housekeeping.room_status("412").cleanliness == Cleanliness.DIRTY
    house.mark("412", Cleanliness.CLEAN)
    house.deliver()
    for message in house.told():
        house.housekeeping.handle(message)
    assert house.housekeeping.follow_missed_departures() == 0
    assert house.housekeeping.room_status("412").cleanliness == Cleanliness.CLEAN


# -- undo


def test_everything_can_be_taken_back_in_turn(house: DeskHouse) -> None:
    stay = house.expect("412", nights=2)
    first = house.stay(stay)
    house.move(stay, "411")
    house.check_in(stay)
    house.move(stay, "412")
    house.check_out(stay)
    steps = []
    while (action := house.stay(stay).undo) is not None:
        steps.append(action)
        house.undo(stay)
    assert steps == [StayAction.CHECK_OUT, StayAction.MOVE, StayAction.CHECK_IN, StayAction.MOVE]
    last = house.stay(stay)
    for name in ("state", "room", "eta", "checked_in_at", "checked_out_at", "unready_reason", "undo"):
        assert getattr(last, name) == getattr(first, name)
    refused(house, "nothing_to_undo", house.undo, stay)


@pytest.mark.parametrize("action", ["cancel", "no_show"])
def test_a_cancelled_stay_comes_back_unless_its_room_is_gone(house: DeskHouse, action: str) -> None:
    stay = house.expect("412", nights=3)
    getattr(house, action)(stay)
    assert house.told_of(stay)[-1].change == {"cancel": "cancelled", "no_show": "no_show"}[action]
    assert house.undo(stay).state == StayState.RESERVED
    getattr(house, action)(stay)
    house.expect("412", day=TOMORROW)
    refused(house, "room_taken", house.undo, stay)
    assert house.stay(stay).state == action.replace("cancel", "cancelled")


def test_a_check_out_is_not_taken_back_when_somebody_else_moved_in(house: DeskHouse) -> None:
    leaving = house.check_in(house.expect("412", nights=2))
    house.check_out(leaving)
    house.deliver()
    house.mark("412", Cleanliness.CLEAN)
    house.check_in(house.expect("412"))
    refused(house, "room_occupied", house.undo, leaving)


def test_a_check_in_into_another_room_is_not_taken_back_when_the_old_one_is_given_away(
    house: DeskHouse,
) -> None:
    stay = house.check_in(house.expect("412"), "411")
    house.expect("412")
    refused(house, "room_taken", house.undo, stay)


def test_night_audit_closes_the_day(house: DeskHouse) -> None:
    stay = house.check_in(house.expect("412", nights=3))
    assert house.stay(stay).undo == StayAction.CHECK_IN
    house.night()
    assert house.stay(stay).undo is None
    refused(house, "day_is_closed", house.undo, stay)


# -- night audit


def test_the_business_date_rolls_at_four_and_only_then(house: DeskHouse) -> None:
    house.check_in(house.expect("412", nights=2))
    house.pass_time(15.9)  # 03:54
    assert house.desk.roll_business_date() is None
    house.pass_time(0.2)
    assert house.reservation("412") == ["arrived"]
    assert house.desk.roll_business_date() == TOMORROW
    assert house.desk.roll_business_date() is None
    assert house.reservation("412") == ["stayover"]
    assert [row.detail["after"] for row in house.audit("business_date.roll")] == [TOMORROW.isoformat()]


def test_a_date_rolled_by_hand_is_not_rolled_back(house: DeskHouse) -> None:
    house.clock.jump(-72 * 3600)
    assert house.desk.roll_business_date() is None
    assert house.office.day().business_date == TODAY


def test_who_did_not_come_is_left_to_the_desk(house: DeskHouse) -> None:
    stay = house.expect("412", nights=2)
    house.night()
    assert house.stay(stay).state == StayState.RESERVED
    assert [s.id for s in house.desk.records.arrivals(None)] == [stay.id]
    assert house.desk.records.arrivals(TODAY + timedelta(days=5)) == []


# -- comfort


def test_comfort_learns_who_comes_and_what_they_want(house: DeskHouse) -> None:
    guest = house.guest()
    with house.database.write() as tx:
        wishes = [preference("cooling_celsius", 21, "guest"), preference("light_scene", "relax", "guest")]
        house.guests.put_profile(tx, DESK, guest, 1, wishes)
    stay = house.expect("412", at=local(16), guest_ids=(guest,))
    with house.database.write() as tx:
        wanted = [preference("cooling_celsius", 19.5, "desk"), preference("wish", "a crib", "guest")]
        house.desk.put_preferences(tx, DESK, stay.id, stay.version, wanted)
    house.expect("413", day=TODAY + timedelta(days=3))
    house.expect(room_type="KING")
    (seen,) = FrontDeskStays(house.office).comfort_stays()
    assert (seen.stay_id, seen.room, seen.state) == (stay.id, "412", "reserved")
    assert (seen.eta, seen.eta_source, seen.departure) == (local(16), "booking", local(11, day=TOMORROW))
    assert (seen.cooling_celsius, seen.light_scene, seen.heating_celsius) == (19.5, "relax", None)
    assert [m.change for m in house.told_of(stay)] == ["created", "preferences"]
    house.check_in(stay)
    (seen,) = FrontDeskStays(house.office).comfort_stays(frozenset({"412"}))
    assert (seen.state, seen.checked_in_at) == ("checked_in", house.clock.now())
    assert FrontDeskStays(house.office).comfort_stays(frozenset({"411"})) == []
    house.check_out(stay)
    assert FrontDeskStays(house.office).comfort_stays() == []


def test_an_overdue_arrival_is_still_prepared_for(house: DeskHouse) -> None:
    stay = house.expect("412", at=local(13))
    house.pass_time(6)
    assert [s.stay_id for s in house.office.comfort_stays()] == [stay.id]


# -- guests


def test_a_guests_record_is_edited_by_who_saw_it(house: DeskHouse) -> None:
    guest = house.guest(email="wei@example.com")
    with house.database.write() as tx:
        assert house.guests.edit(tx, DESK, guest, 1, GuestChanges(email=None, vip=True)) == 2
    with pytest.raises(StaleVersion), house.database.write() as tx:
        house.guests.edit(tx, DESK, guest, 1, GuestChanges(vip=False))
    with pytest.raises(Invalid, match="given name or a family name"), house.database.write() as tx:
        house.guests.edit(tx, DESK, guest, 2, GuestChanges(given_name="", family_name=" "))
    with pytest.raises(NotFound):
        house.guests.show(DESK, ["nobody"], "test")
    (record,) = house.guests.show(DESK, [guest], "test")
    assert (record.email, record.vip, record.given_name) == (None, True, "Wei")


@pytest.mark.parametrize("text", ["chen", " CHEN ", "Wei@Example.com", "+86 (21) 5555-0134"])
def test_guests_are_found_by_what_they_say_at_the_desk(house: DeskHouse, text: str) -> None:
    guest = house.guest(email="wei@example.com", phone="+86 21 55550134")
    house.guest("Li", "Wang")
    found, following = house.guests.search(DESK, text, None, 10)
    assert ([record.id for record in found], following) == ([guest], None)
    assert house.guests.search(DESK, "che", None, 10) == ([], None)


def test_guests_come_in_pages(house: DeskHouse) -> None:
    ids = [house.guest(family_name=f"Guest{index}") for index in range(5)]
    seen: list[str] = []
    after = None
    while True:
        page, after = house.guests.search(DESK, None, after, 2)
        seen += [record.id for record in page]
        if after is None:
            break
    assert seen == sorted(ids)


def test_stays_are_listed_in_pages_and_found(house: DeskHouse) -> None:
    from frontdesk.store import StayFilter

    guest = house.guest()
    stays = [house.expect(day=TODAY + timedelta(days=day), guest_ids=(guest,)) for day in (2, 0, 1)]
    seen: list[str] = []
    after = None
    while True:
        page, after = house.desk.records.stays(StayFilter(), after, 1)
        seen += [stay.id for stay in page]
        if after is None:
            break
    assert seen == [stays[1].id, stays[2].id, stays[0].id]
    blind = house.guests.blind_family_name("chen")
    found, _ = house.desk.records.stays(StayFilter(text="chen", blind_family_name=blind), None, 10)
    assert len(found) == 3
    text = stays[0].confirmation[:5]
    found, _ = house.desk.records.stays(StayFilter(text=text, blind_family_name="-"), None, 10)
    assert stays[0].id in {stay.id for stay in found}
    found, _ = house.desk.records.stays(StayFilter(day=date(2026, 7, 15)), None, 10)
    assert {stay.id for stay in found} == {stays[1].id, stays[2].id}


def test_how_guests_leave_against_their_time_is_told_without_them(house: DeskHouse) -> None:
    early = house.check_in(house.expect("411"))
    day_later = house.check_in(house.expect("412", nights=3))
    house.night()
    house.pass_time(1.5)
    house.check_out(early)  # at half past one, due out at eleven
    house.check_out(day_later)  # two days too soon: says nothing of the hour
    assert house.office.left_after(TODAY) == [150.0]
    assert house.office.left_after(TODAY + timedelta(days=2)) == []
