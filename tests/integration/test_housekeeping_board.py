"""A small day on the board over HTTP: planned, a sick call taken, a lock and a supervisor's hand honoured."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from fastapi.testclient import TestClient

from hotel.actor import Role
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Unavailable
from hotel.messages import BoardChanged
from hotel.rooms import Room, put_room
from hotel.staff_store import StaffRow
from housekeeping.status import Cleanliness
from tests.desk_house import ATTENDANT, COLLEAGUE, DESK, SUPERVISOR, TODAY, DeskHouse


@pytest.fixture
def house(any_database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> DeskHouse:
    monkeypatch.setattr("housekeeping.board_service.LEAST_PLAN_SECONDS", 0.3)
    monkeypatch.setattr("housekeeping.board_service.REPLAN_SECONDS", 0.2)
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
        for floor in ("5", "6"):
            for number in range(1, 7):
                put_room(tx, Room(f"{floor}0{number}", floor, "KING", "King room"))
    return made


ROOMS = [f"{floor}0{number}" for floor in "56" for number in range(1, 7)]


def give_work(house: DeskHouse, rooms: list[str] = ROOMS) -> dict[str, str]:
    """A departure of 30 minutes in each room; returns the tasks by room."""
    boss = house.client(SUPERVISOR)
    made = {}
    for room in rooms:
        answer = boss.post("/api/tasks", json={"kind": "departure", "room": room, "minutes": 30})
        assert answer.status_code == 201, answer.text
        made[room] = answer.json()["id"]
    return made


def shift(house: DeskHouse, staff_id: str | None = None, **more: Any) -> dict[str, Any]:
    now = house.clock.now()
    body = {
        "business_date": TODAY.isoformat(),
        "staff_id": staff_id,
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(hours=8)).isoformat(),
        **more,
    }
    answer = house.client(SUPERVISOR).post("/api/shifts", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def board(client: TestClient, what: str = "", **body: Any) -> dict[str, Any]:
    answer = client.post(f"/api/board/{what}", json=body) if what else client.get("/api/board")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def lists(found: dict[str, Any]) -> dict[str, list[str]]:
    return {lane["shift"]["name"]: [one["task"]["room"] for one in lane["tasks"]] for lane in found["lanes"]}


def test_a_day_is_planned_evenly_and_everybody_reads_their_list(house: DeskHouse) -> None:
    give_work(house)
    shift(house, ATTENDANT.id, floors=["5"])
    shift(house, COLLEAGUE.id, floors=["6"])
    before = board(house.client(SUPERVISOR))
    assert (before["version"], len(before["unassigned"])) == (0, 12)
    planned = board(house.client(SUPERVISOR), "plan", date=TODAY.isoformat())
    assert {name: sorted(rooms) for name, rooms in lists(planned).items()} == {
        "Attendant 1": ROOMS[:6],
        "Attendant 2": ROOMS[6:],
    }
    assert planned["version"] == 1
    assert planned["unassigned"] == []
    assert planned["quality"]["load_spread"] <= 0.1
    times = [(one["planned_start"], one["planned_end"]) for one in planned["lanes"][0]["tasks"]]
    assert times == sorted(times)
    assert all(end <= start for (_, end), (start, _) in pairwise(times))
    mine = house.client(ATTENDANT).get("/api/tasks", params={"attendant": "me"}).json()["items"]
    mine.sort(key=lambda task: task["sequence"])
    assert [task["room"] for task in mine] == lists(planned)["Attendant 1"]
    assert mine[0]["why"]["code"] == "first"
    assert mine[1]["why"]["code"] == "same_floor"
    told = [message for message in house.told() if isinstance(message, BoardChanged)]
    assert set(told[-1].attendants) == {ATTENDANT.id, COLLEAGUE.id}


def test_a_sick_call_moves_only_what_lost_its_attendant(house: DeskHouse) -> None:
    tasks = give_work(house)
    boss = house.client(SUPERVISOR)
    gone = shift(house, ATTENDANT.id, floors=["5"])
    stays = shift(house, COLLEAGUE.id, floors=["6"])
    agency = shift(house, None, name="Agency Li")
    planned = lists(board(boss, "plan", date=TODAY.isoformat()))
    first = planned["Attendant 2"][0]
    started = house.client(COLLEAGUE).post(f"/api/tasks/{tasks[first]}/actions", json={"action": "start"})
    assert started.status_code == 200, started.text
    answer = boss.post(f"/api/shifts/{gone['id']}/sick")
    assert (answer.status_code, answer.json()["state"]) == (200, "sick")
    after = board(boss)
    now = lists(after)
    assert now["Attendant 1"] == []
    assert after["cause"] == "sick"
    assert after["unassigned"] == []
    assert now["Attendant 2"][0] == first
    assert set(planned["Attendant 2"]) <= set(now["Attendant 2"])
    assert set(planned["Agency Li"]) <= set(now["Agency Li"])
    moved = {change["room"]: change for change in after["changes"] if change["from_shift"] == gone["id"]}
    assert set(moved) == set(planned["Attendant 1"])
    for change in moved.values():
        assert change["why"]["code"] == "attendant_gone"
        assert change["from_name"] == "Attendant 1"
        assert change["to_shift"] in (stays["id"], agency["id"])
    assert after["quality"]["moved_share"] <= 0.15


def test_a_move_by_hand_is_locked_and_survives_every_plan(house: DeskHouse) -> None:
    tasks = give_work(house)
    boss = house.client(SUPERVISOR)
    five = shift(house, ATTENDANT.id, floors=["5"])
    six = shift(house, COLLEAGUE.id, floors=["6"])
    planned = lists(board(boss, "plan", date=TODAY.isoformat()))
    room, ahead = planned["Attendant 1"][-1], planned["Attendant 2"][1]
    body = {"task_id": tasks[room], "shift_id": six["id"], "before": tasks[ahead]}
    moved = board(boss, "move", **body, seen_shift_id=five["id"])
    wanted = [planned["Attendant 2"][0], room, *planned["Attendant 2"][1:]]
    assert lists(moved)["Attendant 2"] == wanted
    assert moved["changes"][0]["why"]["code"] == "by_hand"
    again = boss.post("/api/board/move", json={**body, "seen_shift_id": five["id"]})
    assert (again.status_code, again.json()["code"]) == (409, "changed_meanwhile")
    for what in ("replan", "plan"):
        assert room in lists(board(boss, what, date=TODAY.isoformat()))["Attendant 2"], what
    board(boss, "lock", task_id=tasks[room], locked=False)
    assert room in lists(board(boss, "plan", date=TODAY.isoformat()))["Attendant 1"]


def test_the_house_sees_for_itself_that_the_plan_is_broken(house: DeskHouse) -> None:
    give_work(house)
    boss = house.client(SUPERVISOR)
    shift(house, ATTENDANT.id)
    shift(house, COLLEAGUE.id)
    planned = board(boss, "plan", date=TODAY.isoformat())
    assert house.boards.keep_in_step() is None
    house.pass_time(2 / 60)
    assert house.boards.keep_in_step() is None
    last = planned["lanes"][0]["tasks"][-1]["task"]
    edited = boss.patch(
        f"/api/tasks/{last['id']}",
        json={"priority": "queue"},
        headers={"If-Match": f'"{last["version"]}"'},
    )
    assert edited.status_code == 200, edited.text
    assert house.boards.keep_in_step() == "queue_room"
    after = board(boss)
    assert after["cause"] == "queue_room"
    assert after["made_by"] == "Innkeeper"
    assert last["room"] in [rooms[0] for rooms in lists(after).values()]
    assert house.boards.keep_in_step() is None
    house.pass_time(2 / 60)
    assert house.boards.keep_in_step() is None
    late = boss.post("/api/tasks", json={"kind": "departure", "room": "411", "minutes": 20}).json()
    assert house.boards.keep_in_step() == "new_work"
    assert late["id"] not in [one["task"]["id"] for one in board(boss)["unassigned"]]


def test_the_desk_is_promised_a_time_that_knows_the_list(house: DeskHouse) -> None:
    for room in ROOMS[:3]:
        house.mark(room, Cleanliness.DIRTY)
    give_work(house, ROOMS[:3])
    house.expect(ROOMS[2], at=house.clock.now() + timedelta(hours=5))

    def promised() -> datetime:
        [arrival] = house.client(DESK).get("/api/arrivals").json()["items"]
        return datetime.fromisoformat(arrival["predicted_ready_at"])

    unplanned = promised()
    shift(house, ATTENDANT.id)
    planned = board(house.client(SUPERVISOR), "plan", date=TODAY.isoformat())
    listed = {one["task"]["room"]: one for one in planned["lanes"][0]["tasks"]}
    ends = datetime.fromisoformat(listed[ROOMS[2]]["planned_end"])
    assert promised() > max(ends, unplanned - timedelta(minutes=1))
    assert promised() - ends < timedelta(minutes=45)


def test_a_solver_that_fails_leaves_a_board_all_the_same(
    house: DeskHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_work(house, ROOMS[:3])
    shift(house, ATTENDANT.id)

    def gives_up(*_: Any, **__: Any) -> Any:
        raise Unavailable("worker_died", "A worker process died while it worked on this.")

    monkeypatch.setattr(house.boards._heavy, "run", gives_up)
    planned = board(house.client(SUPERVISOR), "plan", date=TODAY.isoformat())
    assert planned["solver"] == "greedy"
    assert "worker" in planned["fallback"]
    assert sorted(lists(planned)["Attendant 1"]) == ROOMS[:3]
    assert board(house.client(SUPERVISOR), "replan", date=TODAY.isoformat())["version"] == 2


def test_too_much_work_names_what_would_help(house: DeskHouse) -> None:
    tasks = give_work(house, ROOMS[:2])
    boss = house.client(SUPERVISOR)
    shift(house, ATTENDANT.id)
    for task_id in tasks.values():
        version = boss.get(f"/api/tasks/{task_id}").json()["version"]
        due = (house.clock.now() + timedelta(minutes=40)).isoformat()
        boss.patch(f"/api/tasks/{task_id}", json={"due_at": due}, headers={"If-Match": f'"{version}"'})
    planned = board(boss, "plan", date=TODAY.isoformat())
    [late] = planned["infeasible"]
    assert late["late_minutes"] > 0
    assert "another_attendant" in [advice["code"] for advice in late["help"]]
    assert planned["quality"]["missed"] == 1


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "name_length"),
    ({"name": "Li", "hours": -1}, "shift_hours"),
    ({"name": "Li", "hours": 17}, "shift_hours"),
    ({"name": "Li", "day": 3}, "shift_other_day"),
    ({"name": "Li", "skills": ["juggling"]}, "unknown_skill"),
    ({"name": "Li", "pair_with": "nobody"}, "unknown_partner"),
    ({"name": "Li", "break_at": 9}, "bad_break"),
]


def test_a_shift_that_cannot_be_is_refused(house: DeskHouse) -> None:
    boss = house.client(SUPERVISOR)
    for body, code in REFUSED:
        start = house.clock.now() + timedelta(days=body.get("day", 0))
        end = start + timedelta(hours=body.get("hours", 8))
        sent: dict[str, Any] = {
            "business_date": TODAY.isoformat(),
            "starts_at": start.isoformat(),
            "ends_at": end.isoformat(),
            **{name: value for name, value in body.items() if name in ("name", "skills", "pair_with")},
        }
        if (hour := body.get("break_at")) is not None:
            at = start + timedelta(hours=hour)
            end_of_break = at + timedelta(minutes=30)
            sent["breaks"] = [{"starts_at": at.isoformat(), "ends_at": end_of_break.isoformat()}]
        answer = boss.post("/api/shifts", json=sent)
        assert (answer.status_code, answer.json().get("code")) == (422, code), body


def test_pairs_are_kept_on_both_sides_and_edits_carry_the_version_seen(house: DeskHouse) -> None:
    first = shift(house, ATTENDANT.id)
    second = shift(house, COLLEAGUE.id, pair_with=first["id"])
    boss = house.client(SUPERVISOR)
    assert boss.get(f"/api/shifts/{first['id']}").json()["pair_with"] == second["id"]
    body = {name: first[name] for name in ("business_date", "staff_id", "starts_at", "ends_at")}
    stale = boss.patch(f"/api/shifts/{first['id']}", json=body, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    twice = boss.post("/api/shifts", json=body)
    assert (twice.status_code, twice.json()["code"]) == (422, "shift_overlaps")
    assert house.client(ATTENDANT).post(f"/api/shifts/{first['id']}/sick").status_code == 403
    assert boss.post(f"/api/shifts/{first['id']}/sick").json()["pair_with"] is None
    assert boss.get(f"/api/shifts/{second['id']}").json()["pair_with"] is None
    assert boss.delete(f"/api/shifts/{second['id']}").status_code == 204
    assert len(boss.get("/api/shifts").json()["items"]) == 1
