"""The board when the day goes otherwise: sick calls, early guests, queue rooms, DND, slow rooms, merges."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hotel.actor import Role
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.messages import BoardChanged
from hotel.rooms import Room, put_room
from hotel.staff_store import StaffRow
from tests.desk_house import ATTENDANT, COLLEAGUE, DESK, SUPERVISOR, TODAY, DeskHouse

THIRD = "Agency Li"
ROOMS = [f"{floor}{number:02}" for floor in (5, 6) for number in range(1, 9)]


class Day:
    """A planned day of 16 dirty rooms for two of the house and one of the agency."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.house = DeskHouse(database, clock)
        with database.write() as tx:
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
        self.house.follow_tasks()
        self.boss = self.house.client(SUPERVISOR)

    def begin(self, rooms: list[str] = ROOMS, pair: bool = False) -> None:
        # A room that nobody has seen is dirty.
        with self.house.database.write() as tx:
            for room in rooms:
                put_room(tx, Room(room, room[0], "KING", "King room"), announce=False)
        self.house.deliver()
        self.house.day.bring_into_line()
        self.shifts = {ATTENDANT.name: self.shift(staff_id=ATTENDANT.id)}
        partner = self.shifts[ATTENDANT.name]["id"] if pair else None
        self.shifts[COLLEAGUE.name] = self.shift(staff_id=COLLEAGUE.id, pair_with=partner)
        self.shifts[THIRD] = self.shift(name=THIRD)
        self.post("plan")

    @property
    def date(self) -> str:
        return str(self.board()["business_date"])

    def shift(self, **more: Any) -> dict[str, Any]:
        now = self.house.clock.now()
        hours = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=7)).isoformat()}
        answer = self.boss.post("/api/shifts", json={"business_date": self.date, **hours, **more})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def post(self, what: str, **body: Any) -> dict[str, Any]:
        answer = self.boss.post(f"/api/board/{what}", json={"date": self.date, **body})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def board(self) -> dict[str, Any]:
        found: dict[str, Any] = self.boss.get("/api/board").json()
        return found

    def lists(self) -> dict[str, list[dict[str, Any]]]:
        return {
            lane["shift"]["name"]: [one["task"] for one in lane["tasks"]] for lane in self.board()["lanes"]
        }

    def tap(self, actor: Any, task: dict[str, Any], action: str, **more: Any) -> Any:
        return self.house.client(actor).post(
            f"/api/tasks/{task['id']}/actions", json={"action": action, **more}
        )

    def lock_one(self, name: str, place: int) -> dict[str, Any]:
        task = self.lists()[name][place]
        answer = self.boss.post("/api/board/lock", json={"task_id": task["id"], "locked": True})
        assert answer.status_code == 200, answer.text
        return task

    def mended(self) -> tuple[str | None, dict[str, Any]]:
        """What the house finds broken two minutes later, and the board that it makes of it."""
        self.house.day.bring_into_line()
        self.house.pass_time(2 / 60)
        cause = self.house.boards.keep_in_step()
        return cause, self.board()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("housekeeping.board_service.LEAST_PLAN_SECONDS", 0.15)
    monkeypatch.setattr("housekeeping.board_service.PLAN_SECONDS_PER_TASK", 0.0)
    monkeypatch.setattr("housekeeping.board_service.REPLAN_SECONDS", 0.15)


@pytest.fixture
def day(tmp_path: Path, clock: ManualClock, quick: None, database: Database) -> Day:
    return Day(database, clock)


@pytest.fixture
def day_on_any(any_database: Database, clock: ManualClock, quick: None) -> Day:
    return Day(any_database, clock)


def holders(lists: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    return {task["room"]: name for name, tasks in lists.items() for task in tasks}


def keeps_most(before: dict[str, list[dict[str, Any]]], board: dict[str, Any], gone: str = "") -> None:
    """At most 15 % of what lost nobody moved, and every move says from whom, to whom and why."""
    now = {task["task"]["room"]: lane["shift"]["name"] for lane in board["lanes"] for task in lane["tasks"]}
    was = holders(before)
    others = [room for room, name in was.items() if name != gone]
    moved = [room for room in others if now.get(room) != was[room]]
    assert len(moved) <= 0.15 * len(others), moved
    assert board["quality"]["moved_share"] <= 0.15
    told = {change["room"]: change for change in board["changes"]}
    for room in was:
        if now.get(room) != was[room]:
            change = told[room]
            assert (change["from_name"], change["to_name"]) == (was[room], now.get(room))
            assert change["why"]["code"]


def test_who_goes_home_sick_leaves_the_begun_room_with_what_is_done_of_it(day_on_any: Day) -> None:
    day = day_on_any
    day.begin()
    mine, theirs = day.lists()[ATTENDANT.name][0], day.lists()[COLLEAGUE.name][0]
    assert day.tap(ATTENDANT, mine, "start").status_code == 200
    assert day.tap(COLLEAGUE, theirs, "start").status_code == 200
    locked = day.lock_one(COLLEAGUE.name, 3)
    day.house.pass_time(12 / 60)
    before = day.lists()
    sick = day.boss.post(f"/api/shifts/{day.shifts[ATTENDANT.name]['id']}/sick")
    assert sick.status_code == 200, sick.text
    board, after = day.board(), day.lists()
    assert (board["cause"], board["unassigned"], after[ATTENDANT.name]) == ("sick", [], [])
    keeps_most(before, board, gone=ATTENDANT.name)
    assert after[COLLEAGUE.name][0]["room"] == theirs["room"]
    assert locked["room"] in [task["room"] for task in after[COLLEAGUE.name]]
    [change] = [one for one in board["changes"] if one["room"] == mine["room"]]
    assert change["why"] == {
        "code": "begun_handed_back",
        "params": {"shift": day.shifts[ATTENDANT.name]["id"], "worked_minutes": 12},
    }
    assert change["from_name"] == ATTENDANT.name
    back = next(task for tasks in after.values() for task in tasks if task["id"] == mine["id"])
    assert (back["state"], round(back["worked_seconds"]), back["attendant"]) == (
        "planned",
        720,
        change["to_name"],
    )
    # The one who went home finishes nothing of it from a tablet that was offline.
    assert day.tap(ATTENDANT, mine, "finish").json()["code"] == "impossible_now"
    if back["attendant_id"] == COLLEAGUE.id:
        day.tap(COLLEAGUE, theirs, "finish")
    taken = day.tap(SUPERVISOR, mine, "start").json()
    assert taken["started_at"] == before[ATTENDANT.name][0]["started_at"]
    day.house.pass_time(20 / 60)
    assert round(day.tap(SUPERVISOR, mine, "finish").json()["worked_seconds"]) == 32 * 60


def test_a_pair_has_one_list_and_goes_on_when_one_of_them_goes_home(day: Day) -> None:
    day.begin(pair=True)

    def seen_by(actor: Any) -> list[tuple[str, str]]:
        items = day.house.client(actor).get("/api/tasks", params={"attendant": "me"}).json()["items"]
        return sorted((task["room"], " ".join(task["may"])) for task in items)

    assert seen_by(ATTENDANT) == seen_by(COLLEAGUE) != []
    mine = day.lists()[ATTENDANT.name][0]
    assert mine["attendant_id"] == ATTENDANT.id
    assert day.tap(COLLEAGUE, mine, "start").status_code == 200
    assert day.tap(ATTENDANT, mine, "pause").status_code == 200
    assert day.tap(COLLEAGUE, mine, "resume").status_code == 200
    agencys = day.lists()[THIRD][0]
    assert day.tap(COLLEAGUE, agencys, "start").json()["code"] == "impossible_now"
    day.house.pass_time(10 / 60)
    day.boss.post(f"/api/shifts/{day.shifts[COLLEAGUE.name]['id']}/sick")
    on = day.house.client(ATTENDANT).get(f"/api/tasks/{mine['id']}").json()
    assert (on["state"], on["attendant_id"], round(on["worked_seconds"])) == ("started", ATTENDANT.id, 600)
    assert day.house.client(COLLEAGUE).get("/api/tasks", params={"attendant": "me"}).json()["items"] == []


def test_an_early_arrival_is_ready_in_time(day: Day) -> None:
    day.begin()
    before = day.lists()
    started = before[COLLEAGUE.name][0]
    assert day.tap(COLLEAGUE, started, "start").status_code == 200
    locked = day.lock_one(COLLEAGUE.name, 2)
    last = before[ATTENDANT.name][-1]
    day.house.expect(last["room"], at=day.house.clock.now() + timedelta(minutes=75))
    day.house.deliver()
    cause, board = day.mended()
    assert (cause, board["infeasible"]) == ("early_arrival", [])
    keeps_most(before, board)
    assert last["room"] in [change["room"] for change in board["changes"]]
    after = day.lists()
    assert after[COLLEAGUE.name][0]["room"] == started["room"]
    assert holders(after)[locked["room"]] == COLLEAGUE.name


def test_a_guest_in_the_lobby_has_the_next_room(day: Day) -> None:
    day.begin()
    first = day.lists()[ATTENDANT.name][0]
    assert day.tap(ATTENDANT, first, "start").status_code == 200
    before = day.lists()
    last = before[ATTENDANT.name][-1]
    stay = day.house.expect(last["room"], at=day.house.clock.now() + timedelta(hours=6))
    with day.house.database.write() as tx:
        day.house.desk.queue(tx, DESK, stay.id, True)
    day.house.deliver()
    cause, board = day.mended()
    assert cause == "queue_room"
    keeps_most(before, board)
    after = day.lists()
    assert after[ATTENDANT.name][0]["room"] == first["room"]
    begun = int(holders(after)[last["room"]] == ATTENDANT.name)
    assert after[holders(after)[last["room"]]][begun]["room"] == last["room"]
    [change] = [one for one in board["changes"] if one["room"] == last["room"]]
    assert change["why"]["code"] in ("queue", "evens_out", "would_be_late")


def test_a_room_that_asks_not_to_be_disturbed_goes_to_the_end_of_its_list(day: Day) -> None:
    for room in ("411", "412", "413", "414"):
        day.house.check_in(day.house.expect(room, nights=4))
    day.house.night()
    day.house.day.bring_into_line()
    day.begin(ROOMS[:7])
    before = day.lists()
    room, name = next(
        (task["room"], name)
        for name, tasks in before.items()
        for task in tasks[:-1]
        if task["room"].startswith("4")
    )
    others = [task["room"] for task in before[name] if task["room"] != room]
    day.house.comfort.said_by_panel[room] = ("do_not_disturb", day.house.clock.now())
    cause, board = day.mended()
    assert cause == "dnd"
    keeps_most(before, board)
    after = day.lists()
    assert [task["room"] for task in after[name]] == [*others, room]
    change = next(one for one in board["changes"] if one["room"] == room)
    assert (change["from_name"], change["to_name"], change["why"]["code"]) == (name, name, "dnd_last")


def test_a_room_that_takes_longer_gives_away_who_would_wait_but_not_what_is_locked(day: Day) -> None:
    day.begin()
    mine = day.lists()[ATTENDANT.name]
    slow, awaited, locked = mine[0], mine[1], day.lock_one(ATTENDANT.name, -1)
    day.house.expect(awaited["room"], at=day.house.clock.now() + timedelta(minutes=100))
    day.house.deliver()
    day.house.day.bring_into_line()
    day.post("replan", cause="asked")
    assert holders(day.lists())[awaited["room"]] == ATTENDANT.name
    assert day.tap(ATTENDANT, slow, "start").status_code == 200
    before = day.lists()
    version = day.boss.get(f"/api/tasks/{slow['id']}").json()["version"]
    day.boss.patch(f"/api/tasks/{slow['id']}", json={"minutes": 150}, headers={"If-Match": f'"{version}"'})
    cause, board = day.mended()
    assert (cause, board["infeasible"]) == ("slower_than_planned", [])
    keeps_most(before, board)
    change = next(one for one in board["changes"] if one["room"] == awaited["room"])
    assert (change["from_name"], change["why"]["code"]) == (ATTENDANT.name, "would_be_late")
    after = day.lists()
    assert after[ATTENDANT.name][0]["room"] == slow["room"]
    assert locked["room"] in [task["room"] for task in after[ATTENDANT.name]]


def test_what_a_supervisor_put_somewhere_stays_there_in_every_plan(day: Day) -> None:
    day.begin()
    mine = [task["room"] for task in day.lists()[ATTENDANT.name]]
    ids = {task["room"]: task["id"] for task in day.lists()[ATTENDANT.name]}
    # The room that the way would have last is to be done second.
    body = {"task_id": ids[mine[-1]], "shift_id": day.shifts[ATTENDANT.name]["id"], "before": ids[mine[1]]}
    moved = day.boss.post("/api/board/move", json=body, headers={"Idempotency-Key": "move-1"})
    assert moved.status_code == 200
    wanted = [mine[0], mine[-1], *mine[1:-1]]
    assert [task["room"] for task in day.lists()[ATTENDANT.name]] == wanted
    for what in ("replan", "plan"):
        day.post(what)
        now = [task["room"] for task in day.lists()[ATTENDANT.name]]
        place = now.index(mine[-1])
        assert [room for room in now[:place] if room in wanted] in ([mine[0]], []), what
        assert mine[0] not in now[place:], what
    # Sent again after a lost answer, it is the same move and not another one.
    again = day.boss.post("/api/board/move", json=body, headers={"Idempotency-Key": "move-1"})
    assert again.status_code == 200
    assert again.json()["version"] == day.board()["version"]


def test_two_lists_become_one_and_say_what_stayed(day_on_any: Day) -> None:
    day = day_on_any
    day.begin()
    giver, taker = day.shifts[ATTENDANT.name], day.shifts[COLLEAGUE.name]
    begun, locked = day.lists()[ATTENDANT.name][0], day.lock_one(ATTENDANT.name, 1)
    assert day.tap(ATTENDANT, begun, "start").status_code == 200
    before = day.lists()
    seen = day.board()["version"]
    body = {"date": TODAY.isoformat(), "from_shift": giver["id"], "to_shift": taker["id"]}
    stale = day.boss.post("/api/board/merge", json={**body, "seen_version": seen - 1})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert day.house.client(ATTENDANT).post("/api/board/merge", json=body).status_code == 403
    told = len(day.house.told())
    once = {"Idempotency-Key": "merge-1"}
    for _ in range(2):
        answer = day.boss.post("/api/board/merge", json={**body, "seen_version": seen}, headers=once)
        assert answer.status_code == 200, answer.text
    board, after = answer.json(), day.lists()
    assert (board["version"], board["cause"], board["solver"]) == (seen + 1, "merged", "by_hand")
    assert [task["room"] for task in after[ATTENDANT.name]] == [begun["room"], locked["room"]]
    going = [task["room"] for task in before[ATTENDANT.name][2:]]
    assert sorted(task["room"] for task in after[COLLEAGUE.name]) == sorted(
        [*going, *(task["room"] for task in before[COLLEAGUE.name])]
    )
    kept_order = [task["room"] for task in after[COLLEAGUE.name] if task["room"] not in going]
    assert kept_order == [task["room"] for task in before[COLLEAGUE.name]]
    codes = {change["room"]: change["why"]["code"] for change in board["changes"]}
    assert codes == {
        **dict.fromkeys(going, "merged"),
        begun["room"]: "begun_stays",
        locked["room"]: "locked_stays",
    }
    [word] = [one for one in day.house.told()[told:] if isinstance(one, BoardChanged)]
    assert set(word.attendants) == {ATTENDANT.id, COLLEAGUE.id}
    # A plan leaves it so; the normal move takes a room back.
    day.post("replan")
    assert len(day.lists()[ATTENDANT.name]) == 2
    task = next(task for task in before[ATTENDANT.name] if task["room"] == going[0])
    day.boss.post("/api/board/move", json={"task_id": task["id"], "shift_id": giver["id"]})
    assert going[0] in [one["room"] for one in day.lists()[ATTENDANT.name]]
    refusals = [
        ({"to_shift": giver["id"]}, 409, "same_list"),
        ({"to_shift": "nobody"}, 404, "unknown_shift"),
        ({"from_shift": "nobody"}, 404, "unknown_shift"),
    ]
    for wrong, status, code in refusals:
        refused = day.boss.post("/api/board/merge", json={**body, **wrong})
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    empty = day.shift(name="Nobody yet")
    nothing = day.boss.post("/api/board/merge", json={**body, "from_shift": empty["id"]})
    assert nothing.json()["code"] == "nothing_to_merge"
