"""Tasks over HTTP on a real database: taps, taking back, late and doubled taps, history, effects."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from hotel.actor import Role
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.messages import TaskChanged
from hotel.rooms import PropertyRow
from hotel.staff_store import StaffRow
from housekeeping.status import Cleanliness
from tests.desk_house import ATTENDANT, COLLEAGUE, DESK, ENGINEER, SUPERVISOR, TODAY, DeskHouse, local


@pytest.fixture
def house(any_database: Database, clock: ManualClock) -> DeskHouse:
    made = DeskHouse(any_database, clock)
    with any_database.write() as tx:
        for actor in (ATTENDANT, COLLEAGUE):
            tx.session.add(
                StaffRow(
                    id=actor.id,
                    property_id="main",
                    code=actor.id.upper(),
                    name=actor.name,
                    roles=[Role.ATTENDANT.value],
                    active=True,
                    failures=0,
                )
            )
    return made


def make(house: DeskHouse, room: str = "412", kind: str = "departure", **more: Any) -> dict[str, Any]:
    answer = house.client(SUPERVISOR).post("/api/tasks", json={"kind": kind, "room": room, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def do(
    client: TestClient, task: dict[str, Any], action: str, age: float = 0, key: str | None = None, **more: Any
) -> tuple[int, dict[str, Any]]:
    headers = {"Operation-Age-Seconds": str(age)}
    if key is not None:
        headers["Idempotency-Key"] = key
    answer = client.post(f"/api/tasks/{task['id']}/actions", json={"action": action, **more}, headers=headers)
    return answer.status_code, answer.json()


def show(house: DeskHouse, task: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = house.client(ATTENDANT).get(f"/api/tasks/{task['id']}").json()
    return found


def demand_inspection(house: DeskHouse) -> None:
    with house.database.write() as tx:
        hotel = tx.session.get(PropertyRow, "main")
        assert hotel is not None
        hotel.inspection_required = True


def test_a_clean_from_planned_to_done_makes_the_room_clean(house: DeskHouse) -> None:
    house.mark("412", Cleanliness.DIRTY)
    task, ana = make(house), house.client(ATTENDANT)
    assert (task["state"], task["floor"], task["minutes"], task["may"]) == (
        "planned",
        "4",
        43,
        ["start", "not_serviced", "cancel", "tick", "correct"],
    )
    status, begun = do(ana, task, "start", seen_state="planned")
    assert (status, begun["state"], begun["attendant"]) == (200, "started", "Attendant 1")
    assert begun["may"] == ["pause", "finish", "not_serviced", "tick", "undo"]
    house.pass_time(0.5)
    do(ana, task, "pause")
    house.pass_time(1)
    do(ana, task, "resume")
    house.pass_time(0.25)
    status, done = do(ana, task, "finish", note="Lamp flickers")
    assert (status, done["state"], done["worked_seconds"]) == (200, "finished", 45 * 60)
    assert [note["text"] for note in done["notes"]] == ["Lamp flickers"]
    assert house.cleanliness("412") == "clean"
    told = [m for m in house.told() if isinstance(m, TaskChanged)]
    assert [m.change for m in told] == ["made", "start", "pause", "resume", "finish"]
    assert (told[1].attendant_id, told[1].room) == ("att-1", "412")
    history = ana.get(f"/api/tasks/{task['id']}/history").json()["items"]
    assert [(s["action"], s["by"], s["state"]) for s in history][-1] == (
        "finish",
        "Attendant 1",
        "finished",
    )


def test_an_impossible_tap_shows_both_sides(house: DeskHouse) -> None:
    task = make(house)
    do(house.client(ATTENDANT), task, "start")
    for action, seen in (("start", None), ("finish", None), ("start", "planned")):
        status, problem = do(house.client(COLLEAGUE), task, action, seen_state=seen)
        assert (status, problem["code"]) == (409, "impossible_now")
        assert (problem["values"]["state"], problem["values"]["by"]) == ("started", "Attendant 1")
        assert problem["values"]["task"]["attendant_id"] == "att-1"
    status, taken = do(house.client(SUPERVISOR), task, "take_over", attendant_id="att-2")
    assert (status, taken["attendant"]) == (200, "Attendant 2")
    last = [m for m in house.told() if isinstance(m, TaskChanged)][-1]
    assert (last.attendant_id, last.previous_attendant_id) == ("att-2", "att-1")
    assert do(house.client(ATTENDANT), task, "finish")[0] == 409
    assert do(house.client(COLLEAGUE), task, "finish")[0] == 200
    assert do(house.client(ENGINEER), task, "inspect_pass")[1]["code"] == "not_for_role"


def test_taking_back_the_own_tap_gives_the_room_back_its_status(house: DeskHouse) -> None:
    house.mark("412", Cleanliness.DIRTY)
    task, ana = make(house), house.client(ATTENDANT)
    do(ana, task, "start")
    do(ana, task, "finish")
    assert house.cleanliness("412") == "clean"
    assert do(house.client(COLLEAGUE), task, "undo")[1]["values"]["because"] == "not_your_tap"
    house.clock.advance(110)
    status, back = do(ana, task, "undo")
    assert (status, back["state"], back["finished_at"]) == (200, "started", None)
    assert house.cleanliness("412") == "dirty"
    assert do(ana, task, "undo")[0] == 409  # one tap, not the one before it too
    do(ana, task, "finish")
    house.clock.advance(121)
    assert do(ana, task, "undo")[1]["values"]["because"] == "too_late"
    assert house.cleanliness("412") == "clean"


def test_a_note_needs_no_checklist_and_changes_no_state(house: DeskHouse) -> None:
    """A photo or a few words beside the work: an attendant adds them before, in and after a pause."""
    ana = house.client(ATTENDANT)
    task = make(house)
    status, noted = do(ana, task, "tick", note="Stain on the carpet")
    assert (status, noted["state"]) == (200, "planned")
    assert [note["text"] for note in noted["notes"]] == ["Stain on the carpet"]
    status, refused = do(ana, noted, "tick")
    assert (status, refused["code"]) == (422, "no_ticks")


def test_a_doubled_tap_has_one_effect(house: DeskHouse) -> None:
    task, ana = make(house), house.client(ATTENDANT)
    first = do(ana, task, "start", key="op-1")
    again = do(ana, task, "start", key="op-1")
    assert (first[0], again[0]) == (200, 200)
    assert len(ana.get(f"/api/tasks/{task['id']}/history").json()["items"]) == 2


def test_taps_kept_offline_are_dated_by_their_age_and_never_out_of_order(house: DeskHouse) -> None:
    task, ana = make(house), house.client(ATTENDANT)
    house.pass_time(2)
    do(ana, task, "start", age=3600)
    do(ana, task, "pause", age=99_999 - 20_000)  # a tablet whose clock is hours off
    assert do(ana, task, "resume", age=99_999)[0] == 422
    do(ana, task, "resume", age=1200)
    done = do(ana, task, "finish", age=600)[1]
    now = house.clock.now()
    assert done["started_at"] == now.replace(hour=now.hour - 1).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert done["worked_seconds"] == 600
    moments = [s["at"] for s in ana.get(f"/api/tasks/{task['id']}/history").json()["items"]]
    assert moments == sorted(moments)


def test_a_failed_inspection_goes_back_to_the_attendant(house: DeskHouse) -> None:
    demand_inspection(house)
    house.mark("412", Cleanliness.DIRTY)
    task, ana, sue = make(house), house.client(ATTENDANT), house.client(SUPERVISOR)
    do(ana, task, "start")
    done = do(ana, task, "finish")[1]
    assert done["inspection"] == {"demanded_by": "always", "state": "waiting", "by": None}
    [inspection] = sue.get("/api/tasks", params={"kind": "inspection"}).json()["items"]
    assert (inspection["inspection_of"], inspection["room"]) == (task["id"], "412")
    do(sue, inspection, "start")
    house.pass_time(0.1)
    status, failed = do(sue, inspection, "inspect_fail", reason="Hair in the shower")
    assert (status, failed["state"]) == (200, "finished")
    clean = show(house, task)
    assert (clean["state"], clean["inspection"]["state"], clean["inspection"]["by"]) == (
        "re_clean",
        "failed",
        "Supervisor 1",
    )
    assert house.cleanliness("412") == "dirty"
    [again] = sue.get("/api/tasks", params={"state": "planned"}).json()["items"]
    assert (again["re_clean_of"], again["attendant_id"], again["kind"]) == (
        task["id"],
        "att-1",
        "departure",
    )
    assert again["why"] == {"code": "re_clean", "params": {"reason": "Hair in the shower"}}
    # Taken back, the whole verdict is undone: the re-clean is withdrawn, the room clean again.
    assert do(sue, inspection, "undo")[0] == 200
    assert show(house, task)["state"] == "finished"
    assert show(house, again)["state"] == "cancelled"
    assert house.cleanliness("412") == "clean"
    assert do(sue, task, "inspect_pass")[1]["state"] == "inspected"
    assert show(house, inspection)["state"] == "finished"
    assert house.cleanliness("412") == "inspected"


def test_a_supervisor_corrects_with_a_reason(house: DeskHouse) -> None:
    house.mark("412", Cleanliness.DIRTY)
    task, ana, sue = make(house), house.client(ATTENDANT), house.client(SUPERVISOR)
    do(ana, task, "start")
    do(ana, task, "finish")
    assert do(sue, task, "correct", to_state="planned")[1]["code"] == "reason_needed"
    assert do(ana, task, "correct", to_state="planned", reason="x")[0] == 403
    status, corrected = do(sue, task, "correct", to_state="planned", reason="Wrong room")
    assert (status, corrected["state"], corrected["started_at"]) == (200, "planned", None)
    assert house.cleanliness("412") == "dirty"
    step = sue.get(f"/api/tasks/{task['id']}/history").json()["items"][-1]
    assert (step["cause"], step["reason"], step["previous"]) == ("correction", "Wrong room", "finished")
    do(sue, task, "correct", to_state="finished", reason="It was done")
    assert house.cleanliness("412") == "clean"


def test_an_edit_carries_the_version_it_saw(house: DeskHouse) -> None:
    task, sue = make(house), house.client(SUPERVISOR)
    path = f"/api/tasks/{task['id']}"
    assert sue.patch(path, json={"minutes": 50}).status_code == 428
    seen = {"If-Match": f'"{task["version"]}"'}
    edited = sue.patch(path, json={"minutes": 50, "attendant_id": "att-2", "locked": True}, headers=seen)
    assert (edited.json()["minutes"], edited.json()["attendant"]) == (50, "Attendant 2")
    assert sue.patch(path, json={"minutes": 60}, headers=seen).status_code == 412
    version = {"If-Match": edited.headers["ETag"]}
    unknown = sue.patch(path, json={"attendant_id": "nobody"}, headers=version)
    assert unknown.json()["code"] == "unknown_attendant"
    do(house.client(COLLEAGUE), task, "start")
    version = {"If-Match": f'"{show(house, task)["version"]}"'}
    assert sue.patch(path, json={"attendant_id": "att-1"}, headers=version).json()["code"] == "impossible_now"


def test_a_guest_request_has_a_response_time_and_an_owner(house: DeskHouse) -> None:
    body = {"kind": "guest_request", "room": "413", "note": "Two towels", "attendant_id": "att-1"}
    made = house.client(DESK).post("/api/tasks", json=body).json()
    due = house.clock.now().timestamp() + 15 * 60
    assert made["response_due_at"][:19] == local(12).astimezone().fromtimestamp(due).astimezone(
        house.clock.now().tzinfo
    ).strftime("%Y-%m-%dT%H:%M:%S")
    mine = house.client(ATTENDANT).get("/api/tasks", params={"attendant": "me", "date": str(TODAY)})
    assert [one["note"] for one in mine.json()["items"]] == ["Two towels"]
    assert house.client(DESK).post("/api/tasks", json={**body, "kind": "departure"}).status_code == 403
    nowhere = house.client(DESK).post("/api/tasks", json={"kind": "guest_request"})
    assert nowhere.json()["code"] == "no_place"
    assert do(house.client(DESK), made, "cancel", reason="Found them")[1]["state"] == "cancelled"


def test_a_list_comes_in_pages(house: DeskHouse) -> None:
    ids = [make(house, room)["id"] for room in ("411", "412", "413")]
    client = house.client(ATTENDANT)
    first = client.get("/api/tasks", params={"limit": 2}).json()
    assert ([one["id"] for one in first["items"]], first["next"]) == (ids[:2], ids[1])
    rest = client.get("/api/tasks", params={"limit": 2, "after": first["next"]}).json()
    assert ([one["id"] for one in rest["items"]], rest["next"]) == (ids[2:], None)
    assert client.get("/api/tasks", params={"room": "412", "state": "finished"}).json()["items"] == []


def test_a_checklist_that_changed_while_offline_is_answered_with_both(house: DeskHouse) -> None:
    sue, ana = house.client(SUPERVISOR), house.client(ATTENDANT)

    def put(version: int, *lines: tuple[str, str], room_type: str | None = None) -> int:
        body = {"items": [{"key": key, "text": text} for key, text in lines]}
        params = {"room_type": room_type} if room_type else {}
        answer = sue.put(
            "/api/checklists/departure", json=body, params=params, headers={"If-Match": f'"{version}"'}
        )
        status: int = answer.status_code
        return status

    assert put(0, ("bed", "Make the bed"), ("bath", "Scrub the bath")) == 200
    assert put(0, ("bed", "x")) == 412
    assert put(0, ("kettle", "Empty the kettle"), room_type="TWIN") == 200
    assert show(house, make(house, "413"))["checklist"]["items"][0]["key"] == "kettle"
    task = make(house)
    assert task["checklist"]["version"] == 1
    assert put(1, ("bed", "Make the bed"), ("safe", "Leave the safe open")) == 200
    do(ana, task, "start")
    status, answer = do(ana, task, "tick", checklist={"bed": True, "bath": True}, checklist_version=1)
    assert status == 200
    both = answer["checklist_conflict"]
    assert (both["seen"]["version"], both["current"]["version"]) == (1, 2)
    assert [item["done"] for item in both["seen"]["items"]] == [True, True]
    assert [(item["key"], item["done"]) for item in answer["checklist"]["items"]] == [
        ("bed", True),
        ("safe", False),
    ]
    kept = ana.get(f"/api/tasks/{task['id']}/history").json()["items"][-1]["detail"]
    assert kept == {"ticks": {"bed": True, "bath": True}, "checklist_version": 1}
    assert do(ana, task, "tick", checklist={"nothing": True})[1]["code"] == "unknown_item"
    # A task that has begun keeps its version.
    assert put(2, ("bed", "Make the bed")) == 200
    assert show(house, task)["checklist"]["version"] == 2


def test_what_is_not_there_is_not_found(house: DeskHouse) -> None:
    assert house.client(ATTENDANT).get("/api/tasks/none").status_code == 404
    assert do(house.client(ATTENDANT), {"id": "none"}, "start")[0] == 404
    assert (
        house.client(SUPERVISOR).post("/api/tasks", json={"kind": "pickup", "room": "999"}).status_code == 404
    )


def test_the_days_tasks_can_be_had_as_a_file(house: DeskHouse) -> None:
    task, other = make(house), make(house, "411", "stayover")
    do(house.client(ATTENDANT), task, "start")
    house.pass_time(0.5)
    do(house.client(ATTENDANT), task, "finish")
    do(house.client(COLLEAGUE), other, "not_serviced", reason="dnd")
    sue = house.client(SUPERVISOR)
    lines = sue.get("/api/exports/tasks", params={"date": TODAY.isoformat()}).text.splitlines()
    assert len(lines) == 3
    done = next(line for line in lines if ",departure," in line)
    assert ",412,,4,finished,normal,Attendant 1,,43" in done
    assert ",30.0,Attendant 1," in done
    assert ",stayover,411,,4,not_serviced," in "".join(lines)
    assert any(line.endswith(",dnd,,,no") for line in lines)
    assert len(sue.get("/api/exports/tasks", params={"date": "2020-01-01"}).text.splitlines()) == 1
