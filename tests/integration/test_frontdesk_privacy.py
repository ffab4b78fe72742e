"""Where a guest's name must never be: the files of the database, the logs, what is announced."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from frontdesk.guest_book import NewGuest
from frontdesk.imports import ImportRefused
from frontdesk.preferences import preference
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.keyring import Keyring, KeyringBroken
from tests.desk_house import DESK, SUPERVISOR, TODAY, DeskHouse

GIVEN, FAMILY, MAIL, PHONE = "Zephyrine", "Quackenbush", "zq.canary@example.com", "+4915550199877"
NOTES, WISH = "allergic to canaryfeathers", "a cage for canarybird Tweety"
CANARIES = (GIVEN, FAMILY, MAIL, PHONE, "canaryfeathers", "canarybird")


@pytest.fixture
def house(database: Database, clock: ManualClock) -> DeskHouse:
    return DeskHouse(database, clock)


def test_no_canary_leaves_the_guest_book(
    house: DeskHouse, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk = house.client()
    guest = {"given_name": GIVEN, "family_name": FAMILY, "email": MAIL, "phone": PHONE, "notes": NOTES}
    booking = {"arrival_date": TODAY.isoformat(), "departure_date": "2026-07-16", "guest": guest}
    keyed = {"Idempotency-Key": "canary"}
    stay = desk.post("/api/stays", json={**booking, "room": "412"}, headers=keyed).json()
    assert stay["guests"][0]["name"] == f"{GIVEN} {FAMILY}"
    made = desk.post("/api/guests", json=guest, headers={"Idempotency-Key": "canary-2"}).json()
    edit = {"If-Match": '"1"', "Idempotency-Key": "canary-3"}
    assert desk.patch(f"/api/guests/{made['id']}", json={"notes": NOTES}, headers=edit).status_code == 200
    wishes = {"items": [{"key": "wish", "value": WISH}]}
    path = f"/api/stays/{stay['id']}"
    assert desk.put(f"{path}/preferences", json=wishes, headers={"If-Match": '"1"'}).status_code == 200
    assert desk.get("/api/arrivals").json()["items"][0]["wishes"] == [WISH]
    desk.get("/api/stays", params={"q": FAMILY})
    for key, action in enumerate(("check-in", "check-out", "undo", "undo", "cancel")):
        assert desk.post(f"{path}/{action}", headers={"Idempotency-Key": str(key)}).status_code == 200
    csv = f"room,arrival_date,departure_date,family_name,wish\n413,2026-07-14,2026-07-15,{FAMILY},{WISH}\n"
    with house.database.write() as tx:
        house.desk.import_stays(tx, DESK, csv, False)
    with pytest.raises(ImportRefused) as refusal, house.database.write() as tx:
        house.desk.import_stays(tx, DESK, csv, False)
    # A refusal of a person's cell does not repeat it.
    with pytest.raises(ImportRefused) as too_long, house.database.write() as tx:
        house.desk.import_stays(tx, DESK, csv.replace(FAMILY, FAMILY * 20), False)
    house.housekeeping.follow_missed_departures()
    house.deliver()

    told = json.dumps([message.body() for message in house.told()])
    refusals = str(refusal.value.values) + str(too_long.value.values)
    house.database.close()
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert len(files) > 10_000
    for canary in CANARIES:
        assert canary.encode() not in files
        assert canary not in told
        assert canary not in refusals
        # The test's own HTTP client logs its requests' addresses, searches included; we do not.
        ours = [r for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
        assert canary not in "".join(record.getMessage() for record in ours)


def test_a_rotated_key_opens_everything_and_the_old_key_nothing(
    database: Database, clock: ManualClock
) -> None:
    house = DeskHouse(database, clock)
    old, new = Fernet.generate_key(), Fernet.generate_key()
    house.keyring = Keyring([old])
    guests = [house.guest(GIVEN, f"{FAMILY}{index}", notes=NOTES) for index in range(3)]
    stay = house.expect("412", guest_ids=(guests[0],))
    with house.database.write() as tx:
        house.desk.put_preferences(tx, DESK, stay.id, stay.version, [preference("wish", WISH, "guest")])
    version = house.guests.show(DESK, [guests[0]], "test")[0].version

    house.keyring = Keyring([new, old])
    with house.database.write() as tx:
        assert house.guests.reseal_all(tx, house.keyring) == 4
    # What was found before is found still: the index key stays.
    found, _ = house.guests.search(DESK, f"{FAMILY}1", None, 10)
    assert [record.id for record in found] == [guests[1]]
    assert house.guests.show(DESK, [guests[0]], "test")[0].version == version

    house.keyring = Keyring([new])
    assert house.guests.show(DESK, [guests[2]], "test")[0].notes == NOTES
    with house.database.read() as session:
        (wish,) = house.guests.preferences_of_stays(session, [stay.id])[stay.id]
    assert wish.value == WISH
    house.keyring = Keyring([old])
    with pytest.raises(KeyringBroken):
        house.guests.show(DESK, [guests[0]], "test")


def test_resealing_goes_in_batches(house: DeskHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    import frontdesk.guest_book

    monkeypatch.setattr(frontdesk.guest_book, "RESEAL_BATCH", 2)
    with house.database.write() as tx:
        house.guests.add_all(tx, [NewGuest("Wei", f"Chen{index}") for index in range(5)])
    with house.database.write() as tx:
        assert house.guests.reseal_all(tx, house.keyring) == 5


def test_a_reading_that_fails_shows_nothing_and_a_masked_one_is_a_reading_too(house: DeskHouse) -> None:
    guest = house.guest(GIVEN, FAMILY)
    assert house.guests.names(SUPERVISOR, [guest], "test") == {guest: "Z. Q***"}
    (row,) = house.audit("guest.read")
    assert (row.actor_id, row.detail) == (SUPERVISOR.id, {"purpose": "test", "guest_ids": [guest]})
