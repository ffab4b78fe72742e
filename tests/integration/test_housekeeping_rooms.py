"""Room status on a real database: versions, periods out of sale, service for the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from frontdesk.stay_edits import StayChanges
from frontdesk.stay_records import StayRecord
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Conflict
from hotel.messages import AvailabilityChanged, CleanlinessChanged
from hotel.rooms import PropertyRow
from tests.desk_house import ATTENDANT, DESK, ENGINEER, SUPERVISOR, TODAY, DeskHouse, local


@pytest.fixture
def house(any_database: Database, clock: ManualClock) -> DeskHouse:
    return DeskHouse(any_database, clock)


def patch(client: TestClient, room: str, version: int, **body: object) -> tuple[int, dict[str, object]]:
    answer = client.patch(f"/api/rooms/{room}/status", json=body, headers={"If-Match": f'"{version}"'})
    return answer.status_code, answer.json()


def test_a_room_nobody_has_seen_is_dirty_and_has_version_0(house: DeskHouse) -> None:
    with house.database.write() as tx:
        house.desk.import_rooms(tx, SUPERVISOR, "number,floor,type\n501,5,KING\n", False)
    client = house.client(ATTENDANT)
    fresh = client.get("/api/rooms/501/status")
    assert (fresh.json()["cleanliness"], fresh.headers["ETag"]) == ("dirty", '"0"')
    status, room = patch(client, "501", 0, cleanliness="clean")
    assert (status, room["cleanliness"], room["ready"], room["version"]) == (200, "clean", True, 1)
    assert patch(client, "501", 0, cleanliness="dirty")[0] == 412
    assert patch(client, "999", 0, cleanliness="dirty")[0] == 404


def test_the_answer_is_the_new_status_with_its_version(house: DeskHouse) -> None:
    answer = house.client(ATTENDANT).patch(
        "/api/rooms/412/status", json={"cleanliness": "dirty"}, headers={"If-Match": '"1"'}
    )
    assert answer.headers["ETag"] == '"2"'
    assert answer.json() == {
        "number": "412",
        "cleanliness": "dirty",
        "turndown": "not_required",
        "service": "expected",
        "opted_out": False,
        "availability": {
            "state": "sellable",
            "reason": None,
            "from": None,
            "until": None,
            "return_status": None,
        },
        "ready": False,
        "blocked_by": ["not_clean"],
        "version": 2,
    }
    changed = [m for m in house.told() if isinstance(m, CleanlinessChanged) and m.room == "412"][-1]
    assert (changed.cleanliness, changed.previous) == ("dirty", "clean")


def test_an_attendant_does_not_inspect(house: DeskHouse) -> None:
    status, problem = patch(house.client(ATTENDANT), "412", 1, cleanliness="inspected")
    assert (status, problem["code"]) == (403, "not_for_role")
    assert patch(house.client(SUPERVISOR), "412", 1, cleanliness="inspected")[0] == 200


def test_where_rooms_are_inspected_clean_is_not_ready(house: DeskHouse) -> None:
    with house.database.write() as tx:
        hotel = tx.session.get(PropertyRow, "main")
        assert hotel is not None
        hotel.inspection_required = True
    assert house.housekeeping.blocked_by(["412"]) == {"412": ["not_inspected"]}


@pytest.mark.parametrize("state", ["out_of_order", "out_of_service"])
def test_no_room_leaves_the_sale_that_somebody_has_or_is_promised(house: DeskHouse, state: str) -> None:
    engineer = house.client(ENGINEER)
    out = {"state": state, "reason": "leak"}
    house.check_in(house.expect("411", nights=2))
    assert patch(engineer, "411", 1, availability=out)[1]["code"] == "room_occupied"
    tomorrow = {**out, "from": local(9, day=TODAY + timedelta(days=1)).isoformat()}
    assert patch(engineer, "411", 1, availability=tomorrow)[1]["code"] == "room_occupied"
    arrival = local(15, day=TODAY + timedelta(days=2))
    stay = house.expect("412", day=TODAY + timedelta(days=2), at=arrival)
    status, refusal = patch(engineer, "412", 1, availability=out)
    assert (status, refusal["code"]) == (409, "room_promised")
    assert refusal["values"]["stay_ids"] == [stay.id]  # type: ignore[index]
    assert datetime.fromisoformat(refusal["values"]["arrives_at"]) == arrival  # type: ignore[index]
    assert "Chen" not in str(refusal)
    too_long = {**out, "until": local(16, day=TODAY + timedelta(days=2)).isoformat()}
    assert patch(engineer, "412", 1, availability=too_long)[1]["code"] == "room_promised"
    # Mended by noon, the guest at three finds the room.
    until_then = {**out, "until": local(12, day=TODAY + timedelta(days=2)).isoformat()}
    status, room = patch(engineer, "412", 1, availability=until_then)
    assert (status, room["blocked_by"]) == (200, [state])
    assert patch(engineer, "412", 2, availability=too_long)[1]["code"] == "room_promised"
    # The stay moved away, the room is free to be mended.
    house.move(stay, "413")
    assert patch(engineer, "412", 2, availability=too_long)[0] == 200
    assert patch(engineer, "414", 1, availability={"state": state})[1]["code"] == "reason_needed"


def test_a_period_ends_by_itself_with_its_return_status(house: DeskHouse) -> None:
    until = local(14)
    out = {"state": "out_of_order", "reason": "leak", "until": until.isoformat(), "return_status": "pickup"}
    assert patch(house.client(ENGINEER), "412", 1, availability=out)[0] == 200
    assert house.housekeeping.end_availabilities() == []
    house.pass_time(2)
    # Already before the heartbeat the room counts as sellable.
    assert house.housekeeping.blocked_by(["412"]) == {"412": []}
    assert house.housekeeping.end_availabilities() == ["412"]
    assert house.housekeeping.end_availabilities() == []
    assert house.cleanliness("412") == "pickup"
    said = [m.availability for m in house.told() if isinstance(m, AvailabilityChanged)]
    assert said == ["out_of_order", "sellable"]


def test_a_later_period_shows_its_reason_beside_sellable(house: DeskHouse) -> None:
    start = local(9, day=TODAY + timedelta(days=3)).isoformat()
    out = {"state": "out_of_order", "reason": "paint", "from": start}
    _, room = patch(house.client(ENGINEER), "412", 1, availability=out)
    assert (room["availability"]["state"], room["availability"]["reason"]) == ("sellable", "paint")  # type: ignore[index]
    # Taken back before it began, nothing has happened to the room.
    patch(house.client(ENGINEER), "412", 2, availability={"state": "sellable"})
    assert house.cleanliness("412") == "clean"


def test_service_is_declined_by_the_stay_for_the_day(house: DeskHouse) -> None:
    client = house.client(ATTENDANT)
    assert patch(client, "412", 1, service="declined")[1]["code"] == "nobody_in_house"
    stay = house.check_in(house.expect("412", nights=3))
    assert patch(client, "412", 1, service="declined")[1]["service"] == "declined"
    house.move(stay, "411")
    assert house.housekeeping.room_status("411").service == "declined"
    assert house.housekeeping.room_status("412").service == "expected"
    house.night()
    assert house.housekeeping.room_status("411").service == "expected"


def test_a_replayed_edit_is_one_edit(house: DeskHouse) -> None:
    client = house.client(ATTENDANT)
    headers = {"If-Match": '"1"', "Idempotency-Key": "tap"}
    body = {"cleanliness": "dirty"}
    answers = [client.patch("/api/rooms/412/status", json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json()["version"] for answer in answers] == [2, 2]
    assert len(house.audit("room_status.change")) == 4 + 1


def out_of_order(house: DeskHouse, room: str, start: datetime, until: datetime | None = None) -> None:
    out = {"state": "out_of_order", "reason": "paint", "from": start.isoformat()}
    if until is not None:
        out["until"] = until.isoformat()
    version = house.housekeeping.room_status(room).version
    status, answer = patch(house.client(ENGINEER), room, version, availability=out)
    assert status == 200, answer


def change_stay(house: DeskHouse, stay: StayRecord, **changes: object) -> StayRecord:
    with house.database.write() as tx:
        seen = house.stay(stay).version
        return house.desk.edit_stay(tx, DESK, stay.id, seen, StayChanges(**changes))  # type: ignore[arg-type]


def test_no_stay_is_given_a_room_that_goes_off_sale_within_it(house: DeskHouse) -> None:
    start, until = local(9, day=TODAY + timedelta(days=2)), local(12, day=TODAY + timedelta(days=4))
    out_of_order(house, "412", start, until)

    def refused(act: Callable[[], object]) -> dict[str, Any]:
        with pytest.raises(Conflict) as refusal:
            act()
        assert refusal.value.code == "room_off_sale"
        return refusal.value.values

    values = refused(lambda: house.expect("412", nights=3))
    assert values == {
        "room": "412",
        "availability": "out_of_order",
        "since": start.astimezone(UTC).isoformat(),
        "until": until.astimezone(UTC).isoformat(),
    }
    # A stay that is over before it begins, or begins after it, has the room.
    before = house.expect("412", nights=1)
    house.expect("412", day=TODAY + timedelta(days=4), at=local(15, day=TODAY + timedelta(days=4)))
    # Extending a stay into it, before and after the guest has come; assigning, moving, checking in there.
    later = TODAY + timedelta(days=3)
    refused(lambda: change_stay(house, before, departure_date=later))
    house.check_in(before)
    refused(lambda: change_stay(house, before, departure_date=later))
    assert change_stay(house, before, departure_date=TODAY + timedelta(days=1)).room == "412"
    other = house.expect(room_type="KING", nights=3)
    house.check_out(before)
    refused(lambda: change_stay(house, other, room="412"))
    refused(lambda: house.move(other, "412"))
    refused(lambda: house.check_in(other, "412", "they know the painters"))
    house.check_in(other, "413")
    refused(lambda: house.move(other, "412", "they know the painters"))


def test_a_room_that_went_off_sale_meanwhile_is_not_given_back_to_a_stay(house: DeskHouse) -> None:
    stay = house.expect("412", nights=3)
    house.cancel(stay)
    out_of_order(house, "412", local(9, day=TODAY + timedelta(days=1)))
    with pytest.raises(Conflict, match="out of order"):
        house.undo(stay)
    seen = house.housekeeping.room_status("412").version
    patch(house.client(ENGINEER), "412", seen, availability={"state": "sellable"})
    assert house.undo(stay).room == "412"


def test_a_stay_of_a_file_is_not_given_a_room_that_goes_off_sale(house: DeskHouse) -> None:
    out_of_order(house, "412", local(9, day=TODAY + timedelta(days=1)))
    text = "confirmation,room,arrival_date,departure_date\n" + "".join(
        f"C{n},{room},{TODAY},{TODAY + timedelta(days=2)}\n" for n, room in ((1, "412"), (2, "411"))
    )
    with house.database.write() as tx:
        report = house.desk.import_stays(tx, DESK, text, True)
    assert [(one.line, one.field, one.code) for one in report.refused] == [(2, "room", "room_off_sale")]
    assert report.imported == 1
