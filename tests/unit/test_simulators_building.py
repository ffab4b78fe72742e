"""The simulated hotel's room list."""

from __future__ import annotations

import csv

import pytest

from simulators.building import room_plans, rooms_csv


def test_rooms_are_numbered_by_floor_ten_on_each() -> None:
    numbers = [plan.number for plan in room_plans(40)]
    assert numbers[:2] == ["101", "102"]
    assert numbers[9:11] == ["110", "201"]
    assert numbers[-1] == "410"
    assert [plan.number for plan in room_plans(101)][-1] == "1101"


def test_the_list_is_csv_with_three_types_and_doors_that_go_both_ways() -> None:
    rows = list(csv.DictReader(rooms_csv(room_plans(40)).splitlines()))
    assert set(rows[0]) == {
        "number",
        "floor",
        "section",
        "type",
        "type_name",
        "area_square_metres",
        "connecting",
    }
    assert {row["type"] for row in rows} == {"KING", "TWIN", "SUITE"}
    doors = {(row["number"], row["connecting"]) for row in rows if row["connecting"]}
    assert doors
    assert {(b, a) for a, b in doors} == doors


def test_a_small_hotel_has_no_door_to_a_room_that_is_not_there() -> None:
    assert [plan.connecting for plan in room_plans(3)] == ["", "", ""]


@pytest.mark.parametrize("rooms", [0, -1, 2001])
def test_a_hotel_of_no_or_too_many_rooms_is_refused(rooms: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 2000"):
        room_plans(rooms)
