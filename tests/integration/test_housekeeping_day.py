"""The day's tasks follow the stays on a real database: check-outs, moves, the roll, wishes, rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from frontdesk.preferences import Preference, PreferenceKey, PreferenceSource
from frontdesk.wishes import without_names
from hotel.clock import ManualClock
from hotel.database import Database
from housekeeping.status import Cleanliness
from housekeeping.tasks_store import TaskFilter
from tests.desk_house import ATTENDANT, DESK, SUPERVISOR, TODAY, DeskHouse, local


@pytest.fixture
def house(any_database: Database, clock: ManualClock) -> DeskHouse:
    made = DeskHouse(any_database, clock)
    made.follow_tasks()
    return made


def tasks(house: DeskHouse, room: str | None = None, **more: Any) -> list[tuple[str, str, str | None]]:
    """(kind, state, room), as they were made."""
    house.deliver()
    views, _ = house.tasks.page(TaskFilter(room=room, **more), 200)
    return [(v.row.kind, v.row.state, v.row.cancel_reason or v.row.not_serviced_reason) for v in views]


def do(house: DeskHouse, room: str, kind: str, *actions: str) -> None:
    client = house.client(SUPERVISOR)
    listed = client.get("/api/tasks", params={"room": room, "kind": kind, "state": "planned"})
    [task] = listed.json()["items"]
    for action in actions:
        answer = client.post(f"/api/tasks/{task['id']}/actions", json={"action": action})
        assert answer.status_code == 200, answer.text


def test_a_stay_from_its_arrival_to_its_departure(house: DeskHouse) -> None:
    guest = house.check_in(house.expect("412", nights=2))
    assert tasks(house, "412") == []
    house.night()
    house.day.bring_into_line()
    assert tasks(house, "412") == [("stayover", "planned", None)]
    do(house, "412", "stayover", "start", "finish")
    house.night()
    house.day.bring_into_line()
    assert tasks(house, "412")[1:] == [("departure", "planned", None)]
    house.check_out(guest)
    assert tasks(house, "412")[1:] == [("departure", "planned", None)]
    do(house, "412", "departure", "start", "finish")
    assert house.cleanliness("412") == "clean"
    assert house.day.bring_into_line() == 0


def test_an_early_check_out_and_a_move(house: DeskHouse) -> None:
    early, mover = (
        house.check_in(house.expect("411", nights=3)),
        house.check_in(house.expect("412", nights=3)),
    )
    house.night()
    house.day.bring_into_line()
    house.check_out(early)
    assert tasks(house, "411") == [("stayover", "cancelled", "checked_out"), ("departure", "planned", None)]
    house.move(mover, "413", "The tap drips")
    assert tasks(house, "412") == [("stayover", "cancelled", "moved"), ("departure", "planned", None)]
    assert tasks(house, "413") == []
    # Taken back at the desk, the day is as it was.
    house.undo(early)
    assert tasks(house, "411") == [("stayover", "planned", None), ("departure", "cancelled", "not_needed")]


def test_a_check_out_after_midnight_survives_the_roll(house: DeskHouse) -> None:
    guest = house.check_in(house.expect("412", nights=1))
    house.night()
    house.day.bring_into_line()
    house.pass_time(13.5)
    house.check_out(guest)
    assert house.clock.now() > local(0, day=TODAY + timedelta(days=2))
    assert tasks(house, "412") == [("departure", "planned", None)]
    house.pass_time(4)
    assert house.desk.roll_business_date() == TODAY + timedelta(days=2)
    house.day.bring_into_line()
    assert tasks(house, "412", day=TODAY + timedelta(days=2)) == [("departure", "planned", None)]
    assert house.cleanliness("412") == "dirty"


def test_inspected_from_outside_cancels_the_clean(house: DeskHouse) -> None:
    house.mark("412", Cleanliness.DIRTY)
    assert tasks(house, "412") == [("departure", "planned", None)]
    house.mark("412", Cleanliness.INSPECTED)
    assert tasks(house, "412") == [("departure", "cancelled", "inspected")]
    house.mark("412", Cleanliness.DIRTY)
    assert tasks(house, "412")[1:] == [("departure", "planned", None)]


def test_declined_opted_out_and_do_not_disturb(house: DeskHouse) -> None:
    house.check_in(house.expect("412", nights=9))
    house.night()
    house.day.bring_into_line()
    desk = house.client(DESK)

    def patch(**body: Any) -> None:
        version = desk.get("/api/rooms/412/status").headers["ETag"]
        answer = desk.patch("/api/rooms/412/status", json=body, headers={"If-Match": version})
        assert answer.status_code == 200, answer.text

    patch(service="declined")
    assert tasks(house, "412") == [("stayover", "not_serviced", "declined")]
    patch(service="expected")
    assert tasks(house, "412") == [("stayover", "planned", None)]
    house.comfort.said_by_panel["412"] = ("do_not_disturb", house.clock.now())
    house.day.bring_into_line({"412"})
    [task] = desk.get("/api/tasks", params={"room": "412"}).json()["items"]
    assert (task["priority"], task["why"]["code"]) == ("last", "dnd")
    house.pass_time(23)
    house.desk.roll_business_date()
    house.day.bring_into_line()
    assert tasks(house, "412")[0] == ("stayover", "not_serviced", "dnd")
    house.pass_time(1)
    house.day.bring_into_line()
    assert ("special", "planned", None) in tasks(house, "412")
    house.comfort.said_by_panel.clear()
    refused = house.client(ATTENDANT).patch(
        "/api/rooms/412/status",
        json={"opted_out": True},
        headers={"If-Match": desk.get("/api/rooms/412/status").headers["ETag"]},
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "not_for_role")
    patch(opted_out=True)
    assert desk.get("/api/rooms/412").json()["opted_out"] is True
    days = []
    for night in range(2, 9):
        house.night()
        house.day.bring_into_line()
        kinds = {kind for kind, state, _ in tasks(house, "412", day=TODAY + timedelta(days=night + 1))}
        if "stayover" in kinds:
            days.append(night + 1)
    assert days == [3, 6]


def test_each_wish_becomes_a_task_without_names_due_before_the_guest(house: DeskHouse) -> None:
    guest = house.guest("Wei", "Chen")
    stay = house.expect("412", at=local(15), guest_ids=(guest,))
    with house.database.write() as tx:
        wishes = [
            Preference(PreferenceKey.WISH, "Crib for little Chen", PreferenceSource.GUEST),
            Preference(PreferenceKey.WISH, "Feather-free pillow", PreferenceSource.GUEST),
        ]
        house.desk.put_preferences(tx, DESK, stay.id, house.stay(stay).version, wishes)
    house.deliver()
    items = house.client(ATTENDANT).get("/api/tasks", params={"kind": "special"}).json()["items"]
    assert [(one["wish"], one["due_at"], one["why"]["code"]) for one in items] == [
        ("Crib for little …", "2026-07-14T06:00:00Z", "wish"),
        ("Feather-free pillow", "2026-07-14T06:00:00Z", "wish"),
    ]
    house.cancel(stay)
    assert {state for _, state, _ in tasks(house, "412")} == {"cancelled"}
    assert without_names("Zimmer für Ann, not for Anna", ["Ann Lee"]) == "Zimmer für …, not for Anna"
    assert without_names("请给陈伟先生准备婴儿床", ["陈伟"]) == "请给…先生准备婴儿床"


def test_a_guest_who_waits_moves_the_room_to_the_front(house: DeskHouse) -> None:
    house.mark("412", Cleanliness.DIRTY)
    stay = house.expect("412", at=local(15))
    house.deliver()
    client = house.client(DESK)
    [task] = client.get("/api/tasks", params={"room": "412"}).json()["items"]
    assert (task["priority"], task["due_at"]) == ("arrival", "2026-07-14T07:00:00Z")
    assert client.post(f"/api/stays/{stay.id}/queue").status_code == 200
    house.deliver()
    [task] = client.get("/api/tasks", params={"room": "412"}).json()["items"]
    assert task["priority"] == "queue"


def test_what_a_supervisor_set_and_whom_it_was_given_to_stays(house: DeskHouse) -> None:
    house.mark("412", Cleanliness.DIRTY)
    house.deliver()
    sue = house.client(SUPERVISOR)
    [task] = sue.get("/api/tasks", params={"room": "412"}).json()["items"]
    edit = {"due_at": "2026-07-14T05:00:00Z"}
    edited = sue.patch(f"/api/tasks/{task['id']}", json=edit, headers={"If-Match": f'"{task["version"]}"'})
    assert edited.status_code == 200
    house.expect("412", at=local(15))
    house.deliver()
    [task] = sue.get("/api/tasks", params={"room": "412"}).json()["items"]
    assert (task["priority"], task["due_at"]) == ("arrival", "2026-07-14T05:00:00Z")


def test_a_rule_is_edited_by_a_supervisor_who_saw_it(house: DeskHouse) -> None:
    sue = house.client(SUPERVISOR)
    path = "/api/housekeeping/rules/departure"
    rule = sue.get(path).json()
    assert (rule["minutes"], rule["version"]) == (43.0, 0)
    body = {**rule, "minutes": 50, "supplies": [{"key": "towel", "text": "Towels", "count": 4}]}
    del body["id"], body["version"]
    assert house.client(ATTENDANT).put(path, json=body, headers={"If-Match": '"0"'}).status_code == 403
    answer = sue.put(path, json=body, headers={"If-Match": '"0"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    assert sue.put(path, json=body, headers={"If-Match": '"0"'}).status_code == 412
    unknown = sue.put(path, json={**body, "room_types": ["ATTIC"]}, headers={"If-Match": '"1"'})
    assert unknown.json()["code"] == "unknown_room_type"
    area = {"kind": "public_area", "minutes": 30, "credits": 1, "area": "Lobby", "every_days": 1}
    assert sue.put("/api/housekeeping/rules/lobby", json=area, headers={"If-Match": '"0"'}).status_code == 200
    house.mark("412", Cleanliness.DIRTY)
    house.day.bring_into_line()
    made = {one["kind"]: one for one in sue.get("/api/tasks").json()["items"]}
    assert (made["departure"]["minutes"], made["departure"]["supplies"][0]["count"]) == (50, 4)
    assert (made["public_area"]["area"], made["public_area"]["room"]) == ("Lobby", None)


def test_a_small_house_has_no_inspection(house: DeskHouse) -> None:
    sue = house.client(SUPERVISOR)
    path = "/api/housekeeping/settings"
    assert sue.get(path).json()["small_house"] is False
    half = sue.put(path, json={"small_house": True}, headers={"If-Match": '"0"'})
    assert half.json()["code"] == "small_house_inspects"
    whole = {"small_house": True, "inspected_used": False}
    assert sue.put(path, json=whole, headers={"If-Match": '"0"'}).json()["small_house"] is True
    house.mark("414", Cleanliness.DIRTY)
    house.deliver()
    do(house, "414", "departure", "start", "finish")
    assert house.cleanliness("414") == "clean"
    # Whoever keeps the house may take any task that nobody else has begun.
    (done,) = sue.get("/api/tasks", params={"kind": "departure", "state": "finished"}).json()["items"]
    assert done["inspection"] is None


def test_settings_switch_statuses_off_and_inspections_on(house: DeskHouse) -> None:
    sue = house.client(SUPERVISOR)
    path = "/api/housekeeping/settings"
    off = {"pickup_used": False, "inspected_used": False}
    assert sue.put(path, json=off, headers={"If-Match": '"0"'}).status_code == 200
    house.mark("412", Cleanliness.PICKUP)
    house.mark("413", Cleanliness.INSPECTED)
    assert (house.cleanliness("412"), house.cleanliness("413")) == ("dirty", "clean")
    wanted = {"inspection": {"new_attendant_cleans": 1}}
    assert sue.put(path, json=wanted, headers={"If-Match": '"1"'}).status_code == 200
    house.mark("414", Cleanliness.DIRTY)
    house.deliver()
    for room in ("412", "414"):
        do(house, room, "departure", "start", "finish")
    done = sue.get("/api/tasks", params={"kind": "departure", "state": "finished"}).json()["items"]
    assert [one["inspection"] and one["inspection"]["demanded_by"] for one in done] == [
        "new_attendant",
        None,
    ]
