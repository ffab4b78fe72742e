"""Files against the house: rooms that exist, rooms that are taken, all or nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from frontdesk.imports import ImportRefused
from frontdesk.stays import StayState
from frontdesk.store import StayFilter
from hotel.clock import ManualClock
from hotel.csv_table import ImportReport
from hotel.database import Database
from hotel.rooms import all_rooms, connecting_to
from tests.desk_house import DESK, DeskHouse

HEADER = (
    "confirmation,room_type,room,arrival_date,departure_date,given_name,family_name,email,shares_with,wish\n"
)


@pytest.fixture
def house(any_database: Database, clock: ManualClock) -> DeskHouse:
    return DeskHouse(any_database, clock)


def import_stays(house: DeskHouse, *rows: str, partial: bool = False) -> ImportReport:
    with house.database.write() as tx:
        return house.desk.import_stays(tx, DESK, HEADER + "\n".join(rows), partial)


def import_rooms(house: DeskHouse, text: str, partial: bool = False) -> ImportReport:
    with house.database.write() as tx:
        return house.desk.import_rooms(tx, DESK, text, partial)


def row(
    confirmation: str = "",
    room: str = "412",
    arrival: str = "2026-07-14",
    departure: str = "2026-07-15",
    family_name: str = "Chen",
    *,
    room_type: str = "",
    email: str = "",
    shares_with: str = "",
    wish: str = "",
) -> str:
    cells = (confirmation, room_type, room, arrival, departure, "", family_name, email, shares_with, wish)
    return ",".join(cells)


def complaints(report: ImportReport) -> list[tuple[int, str | None, str]]:
    return [(r.line, r.field, r.code) for r in report.refused]


def confirmations(house: DeskHouse) -> set[str]:
    return {stay.confirmation for stay in house.desk.records.stays(StayFilter(), None, 100)[0]}


def test_a_good_file_makes_stays_guests_and_wishes(house: DeskHouse) -> None:
    report = import_stays(
        house,
        row("C1", wish="a crib"),
        row("C2", room="", room_type="TWIN"),
        row("C3", "413", family_name=""),
    )
    assert (report.imported, report.refused) == (3, [])
    stays = {stay.confirmation: stay for stay in house.desk.records.stays(StayFilter(), None, 10)[0]}
    assert (stays["C2"].room, stays["C2"].room_type) == (None, "TWIN")
    assert stays["C3"].guest_ids == ()
    with house.database.read() as session:
        (wish,) = house.guests.preferences_of_stays(session, [stays["C1"].id])[stays["C1"].id]
    assert (wish.value, wish.source) == ("a crib", "pms")
    assert {m.change for stay in stays.values() for m in house.told_of(stay)} == {"created"}
    (audit,) = house.audit("stay.import")
    assert sorted(audit.detail["stay_ids"]) == sorted(stay.id for stay in stays.values())


def test_every_wrong_line_is_named_and_nothing_is_imported(house: DeskHouse) -> None:
    house.expect("411", confirmation="OLD", nights=2)
    wrong = (
        row("C1"),
        row("C2", room="999"),
        row("C3", arrival="2026-07-15", departure="2026-07-14"),
        row("C1", "413"),
        row("OLD", "413"),
        row("C4", "411"),
        row("C5", "413", room_type="ICE"),
        row("C6", "413", "yesterday"),
        row("C7", "414", "2026-07-01", "2026-07-02"),
        row("C8", "414", shares_with="NOBODY"),
    )
    told = len(house.told())
    with pytest.raises(
        ImportRefused, match=r"Nothing was imported: 9 of 10 lines are wrong\. Line 3:"
    ) as refusal:
        import_stays(house, *wrong)
    assert complaints(refusal.value.report) == [
        (3, "room", "unknown_room"),
        (4, "departure_date", "departure_before_arrival"),
        (5, "confirmation", "confirmation_taken"),
        (6, "confirmation", "confirmation_taken"),
        (7, "room", "room_taken"),
        (8, "room_type", "unknown_room_type"),
        (9, "arrival_date", "bad_date"),
        (10, "departure_date", "departure_in_past"),
        (11, "shares_with", "unknown_sharer"),
    ]
    assert confirmations(house) == {"OLD"}
    assert len(house.told()) == told
    assert house.guests.search(DESK, None, None, 10)[0] == []
    assert import_stays(house, *wrong, partial=True).imported == 1
    assert confirmations(house) == {"OLD", "C1"}


def test_overlaps_inside_the_file_name_the_other_line(house: DeskHouse) -> None:
    rows = [
        row("C1", departure="2026-07-17"),
        row("C2", arrival="2026-07-16", departure="2026-07-18"),
        row("C3", arrival="2026-07-17", departure="2026-07-18"),
    ]
    report = import_stays(house, *rows, partial=True)
    assert complaints(report) == [(3, "room", "room_taken")]
    assert report.refused[0].values["other_line"] == 2
    assert confirmations(house) == {"C1", "C3"}


def test_sharers_in_a_file(house: DeskHouse) -> None:
    old = house.expect("411", confirmation="OLD")
    report = import_stays(
        house,
        row("C1"),
        row("C2", room="", room_type="KING", shares_with="C1"),
        row("C3", shares_with="C2"),
        row("C4", "411", shares_with="OLD"),
    )
    assert report.imported == 4
    stays = {stay.confirmation: stay for stay in house.desk.records.stays(StayFilter(), None, 10)[0]}
    assert stays["C2"].room == "412"
    assert set(stays["C1"].shares_with) == {stays["C2"].id, stays["C3"].id}
    assert house.stay(old).shares_with == (stays["C4"].id,)


def test_a_returning_guest_is_known_by_the_email_address(house: DeskHouse) -> None:
    known = house.guest("Wei", "Chen", email="wei@example.com")
    import_stays(
        house,
        row("C1", email="WEI@example.com"),
        row("C2", "413", email="wei@example.com", family_name="Wang"),
        row("C3", "414", email="wei@example.com", family_name="Wang"),
    )
    stays = {stay.confirmation: stay for stay in house.desk.records.stays(StayFilter(), None, 10)[0]}
    assert stays["C1"].guest_ids == (known,)
    assert stays["C2"].guest_ids == stays["C3"].guest_ids != (known,)


def test_many_day_uses_of_one_room(house: DeskHouse) -> None:
    days = [date(2026, 8, 1) + timedelta(days=index) for index in range(84)]
    rows = [row(f"C{day}", arrival=day.isoformat(), departure=day.isoformat()) for day in days]
    assert import_stays(house, *rows).imported == 84
    assert all(stay.day_use for stay in house.desk.records.stays(StayFilter(), None, 100)[0])


def test_imported_stays_live_like_others(house: DeskHouse) -> None:
    import_stays(house, row("C1"))
    ((stay,), _) = house.desk.records.stays(StayFilter(), None, 10)
    assert house.check_in(stay).state == StayState.CHECKED_IN


ROOMS = "number,floor,section,type,type_name,area_square_metres,connecting\n"


def test_rooms_are_added_and_brought_up_to_date(house: DeskHouse) -> None:
    text = ROOMS + "412,4,East,SUITE,Suite,40,414\n501,5,,KING,,25,\n"
    assert import_rooms(house, text).imported == 2
    with house.database.read() as session:
        rooms = {room.number: room for room in all_rooms(session, "main")}
        assert connecting_to(session, "main", "414") == ["412"]
    assert (rooms["412"].type_code, rooms["412"].section, rooms["412"].area_square_metres) == (
        "SUITE",
        "East",
        40.0,
    )
    # A type that is known keeps its name when the file says none.
    assert (rooms["501"].type_name, len(rooms)) == ("King room", 5)


def test_all_rooms_of_a_file_are_announced_in_one_message(house: DeskHouse) -> None:
    heard: list[tuple[str, dict[str, Any]]] = []
    house.database.on_announced(lambda announced: heard.extend((each.kind, each.body) for each in announced))
    import_rooms(house, "number,floor,type\n501,5,KING\n502,5,KING\n503,5,KING\n")
    ((kind, body),) = [each for each in heard if each[0] == "rooms.changed"]
    assert (kind, set(body["rooms"])) == ("rooms.changed", {"501", "502", "503"})


def test_rooms_all_or_nothing(house: DeskHouse) -> None:
    text = ROOMS + "501,5,,KING,,25,999\n502,5,,KING,,1,\n503,5,,KING,,,\n"
    with pytest.raises(ImportRefused) as refusal:
        import_rooms(house, text)
    assert complaints(refusal.value.report) == [
        (2, "connecting", "unknown_room"),
        (3, "area_square_metres", "bad_area"),
    ]
    with house.database.read() as session:
        assert len(all_rooms(session, "main")) == 4
    assert import_rooms(house, text, partial=True).imported == 1
