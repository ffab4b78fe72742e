"""Which room is suggested to a stay, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from frontdesk.suggestions import FreeRoom, Readiness, RoomWishes, WantedRoom, room_wishes, suggest

THREE = datetime(2026, 7, 14, 7, tzinfo=UTC)
FLOORS = [str(floor) for floor in range(2, 11)]
KING = WantedRoom("KING", THREE)
NOW = Readiness(True, THREE - timedelta(hours=2))
BY_TWO, BY_FOUR = (Readiness(False, THREE + timedelta(hours=hours)) for hours in (-1, 1))


def room(number: str, kind: str = "KING", *doors: str) -> FreeRoom:
    return FreeRoom(number, number[:-2], kind, doors)


def ranked(wanted: WantedRoom, rooms: dict[FreeRoom, Readiness], most: int = 9) -> list[tuple[str, str]]:
    """(room, its reasons but for the type's) in the order suggested."""
    free = sorted(rooms, key=lambda one: (len(one.number), one.number))
    found = suggest(wanted, free, {one.number: rooms[one] for one in free}, FLOORS, most)
    return [
        (one.room.number, " ".join(r.code for r in one.reasons if r.code != "type_booked")) for one in found
    ]


def test_the_booked_type_and_what_is_ready_go_first() -> None:
    rooms = {
        room("201"): Readiness(False, None),
        room("202"): BY_FOUR,
        room("203"): BY_TWO,
        room("204", "TWIN"): NOW,
        room("205"): NOW,
    }
    assert ranked(KING, rooms) == [
        ("205", "ready_now"),
        ("203", "ready_by_arrival"),
        ("202", "ready_later"),
        ("201", "ready_unknown"),
        ("204", "ready_now other_type"),
    ]
    assert len(ranked(KING, rooms, 2)) == 2
    # What is not for sale in these nights has no readiness.
    assert suggest(KING, [room("205")], {}, FLOORS, 5) == []


def test_wishes_decide_between_rooms_that_are_as_ready() -> None:
    rooms = {room("201"): NOW, room("612"): NOW, room("1002"): NOW, room("1003"): BY_TWO}
    high = replace(KING, wishes=room_wishes(["A high floor, please"]))
    assert ranked(high, rooms)[0] == ("1002", "ready_now high_floor")
    assert ranked(high, rooms)[-1] == ("1003", "ready_by_arrival high_floor")
    low = replace(KING, wishes=room_wishes(["低楼层"]))
    assert ranked(low, rooms)[0] == ("201", "ready_now low_floor")
    again = replace(KING, wishes=room_wishes(["612 as last year"]))
    assert ranked(again, rooms)[0] == ("612", "ready_now room_asked_for")


def test_who_belongs_together_gets_a_door_between() -> None:
    rooms = {
        room("301"): NOW,
        room("302", "KING", "303"): NOW,
        room("303", "KING", "302"): NOW,
        room("305", "KING", "306"): NOW,
    }
    assert ranked(KING, rooms)[0] == ("301", "ready_now")
    assert ranked(KING, rooms)[1] == ("305", "ready_now")
    family = replace(KING, together=frozenset({"306"}))
    assert ranked(family, rooms)[0] == ("305", "ready_now connects_to")
    two = replace(KING, together_waiting=1)
    assert [number for number, _ in ranked(two, rooms)[:2]] == ["302", "303"]
    assert ranked(two, rooms)[0][1] == "ready_now connecting_pair"
    asked = replace(KING, wishes=room_wishes(["Interconnecting rooms"]))
    assert ranked(asked, rooms)[0][0] == "302"


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("upper floors only", RoomWishes(high_floor=True)),
        ("高层，连通房", RoomWishes(high_floor=True, connecting=True)),
        ("ground floor", RoomWishes(low_floor=True)),
        ("two pillows", RoomWishes()),
        ("连门", RoomWishes(connecting=True)),
    ],
)
def test_what_a_wish_asks_of_the_room(text: str, wishes: RoomWishes) -> None:
    assert replace(room_wishes([text]), words=frozenset()) == wishes
