"""Rooms suggested to an arrival on a real database: free, for sale, ready, beside their climate."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from hotel.clock import ManualClock
from hotel.database import Database
from hotel.rooms import Room, put_room
from housekeeping.status import Cleanliness
from tests.desk_house import COOL, DESK, ENGINEER, SUPERVISOR, TODAY, DeskHouse, local


@pytest.fixture
def house(database: Database, clock: ManualClock) -> DeskHouse:
    made = DeskHouse(database, clock)
    with database.write() as tx:
        for number in ("511", "512", "513"):
            put_room(tx, Room(number, "5", "KING", "King room"), ["511"] if number == "512" else None)
    return made


def suggested(house: DeskHouse, stay_id: str, **more: Any) -> dict[str, Any]:
    answer = house.client(DESK).get(f"/api/stays/{stay_id}/room-suggestions", params=more)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_free_rooms_are_ranked_with_reasons(house: DeskHouse) -> None:
    house.comfort.by_room["512"] = COOL
    house.mark("512", Cleanliness.CLEAN)
    house.check_in(house.expect("411", nights=3))
    house.expect("412", day=TODAY + timedelta(days=1))
    first = house.expect("511", nights=2, at=local(18), booking_id="FAMILY")
    stay = house.expect(nights=2, at=local(18), booking_id="FAMILY")
    found = suggested(house, stay.id)
    assert [one["room"] for one in found["items"]] == ["512", "513", "413", "414"]
    assert found["free"] == 4
    best = found["items"][0]
    assert [reason["code"] for reason in best["reasons"]] == ["ready_now", "type_booked", "connects_to"]
    assert best["reasons"][2]["params"] == {"room": "511"}
    assert (best["ready"], best["climate"]["temperature_celsius"]) == (True, 26.4)
    second = found["items"][1]
    assert (second["ready"], second["blocked_by"], second["climate"]) == (False, ["not_clean"], None)
    assert second["reasons"][0]["code"] == "ready_by_arrival"
    at = datetime.fromisoformat(second["predicted_ready_at"])
    assert house.clock.now() < at < local(14)
    # The stay that has a room is offered others, not its own.
    assert "511" not in [one["room"] for one in suggested(house, first.id)["items"]]
    assert len(suggested(house, stay.id, limit=1)["items"]) == 1
    wrong = house.client(DESK).get(f"/api/stays/{stay.id}/room-suggestions", params={"limit": 51})
    assert wrong.status_code == 422


def test_what_is_out_of_sale_in_these_nights_is_not_suggested(house: DeskHouse) -> None:
    engineer = house.client(ENGINEER)
    later = {
        "state": "out_of_order",
        "reason": "paint",
        "from": local(9, day=TODAY + timedelta(days=1)).isoformat(),
    }
    soon = {"state": "out_of_service", "reason": "leak", "until": local(14).isoformat()}
    for room, availability in (("512", later), ("513", soon)):
        seen = engineer.get(f"/api/rooms/{room}/status").headers["ETag"]
        answer = engineer.patch(
            f"/api/rooms/{room}/status", json={"availability": availability}, headers={"If-Match": seen}
        )
        assert answer.status_code == 200, answer.text
    rooms = [one["room"] for one in suggested(house, house.expect(nights=2, at=local(18)).id)["items"]]
    assert "512" not in rooms
    assert "513" in rooms
    gone = house.check_in(house.expect("414"))
    house.check_out(gone)
    over = house.client(DESK).get(f"/api/stays/{gone.id}/room-suggestions")
    assert (over.status_code, over.json()["code"]) == (409, "stay_is_over")


def test_a_wish_of_the_guest_counts_and_stays_unsaid(house: DeskHouse) -> None:
    stay = house.expect(nights=1, at=local(18))
    for room in ("511", "512", "513"):
        house.mark(room, Cleanliness.CLEAN, SUPERVISOR)
    put = house.client(DESK).put(
        f"/api/stays/{stay.id}/preferences",
        json={"items": [{"key": "wish", "value": "High floor for Mrs Chen", "source": "desk"}]},
        headers={"If-Match": f'"{stay.version}"'},
    )
    assert put.status_code == 200, put.text
    found = suggested(house, stay.id)
    assert found["items"][0]["room"] == "513"
    assert "high_floor" in [reason["code"] for reason in found["items"][0]["reasons"]]
    assert "Chen" not in str(found)
