"""Tickets over HTTP and from the house itself: one ticket for one fault, nothing lost, both sides shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import bindparam, text

from gateway import migrate
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.files import Photo, put_photo
from hotel.messages import AvailabilityChanged, TicketChanged
from hotel.metadata import UtcDateTime
from hotel.staff_store import StaffRow
from housekeeping.status import Cleanliness
from maintenance.ports import RoomUse
from maintenance.tickets_desk import TicketDesk
from maintenance.tickets_service import TicketService
from maintenance.tickets_watch import TicketWatch
from tests.desk_house import ACTORS, ATTENDANT, DESK, ENGINEER, MANAGER, DeskHouse, FakeLocks, local

SEEN = datetime(2026, 7, 13, 8, tzinfo=UTC)


@pytest.fixture
def house(database: Database, clock: ManualClock) -> DeskHouse:
    made = DeskHouse(database, clock)
    with database.write() as tx:
        for actor in ACTORS.values():
            tx.session.add(
                StaffRow(
                    id=actor.id,
                    property_id="main",
                    code=actor.id,
                    name=actor.name,
                    login=actor.id,
                    roles=sorted(actor.roles),
                )
            )
    return made


def report(house: DeskHouse, room: str = "412", **more: Any) -> str:
    body = {"kind": "air_conditioning", "room": room, "text": "Warm", **more}
    answer = house.client(ATTENDANT).post("/api/fault-reports", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["ticket_id"])


def act(house: DeskHouse, ticket: str, action: str, actor: Any = ENGINEER, **more: Any) -> dict[str, Any]:
    headers = more.pop("headers", {})
    body = {"action": action, **more}
    answer = house.client(actor).post(f"/api/tickets/{ticket}/actions", json=body, headers=headers)
    return {"status": answer.status_code, **answer.json()}


def show(house: DeskHouse, ticket: str, actor: Any = ENGINEER) -> dict[str, Any]:
    found: dict[str, Any] = house.client(actor).get(f"/api/tickets/{ticket}").json()
    return found


def fault(house: DeskHouse, asset: str = "device/ac-412", *, safety: bool = False, **more: Any) -> str:
    with house.database.write() as tx:
        return house.tickets.desk.open_for_fault(
            tx,
            fault=more.pop("fault", "no_capacity"),
            asset_key=asset,
            room="412",
            evidence=more.pop("evidence", [{"kind": "seen"}]),
            safety=safety,
            at=house.clock.now(),
        )


def gone(house: DeskHouse, evidence: Sequence[dict[str, Any]] = ({"kind": "cools"},)) -> str | None:
    with house.database.write() as tx:
        return house.tickets.desk.fault_gone(
            tx,
            fault="no_capacity",
            asset_key="device/ac-412",
            evidence=evidence,
            at=house.clock.now(),
        )


def test_a_report_is_a_ticket_in_the_same_transaction(house: DeskHouse) -> None:
    with house.database.write() as tx:
        photo = put_photo(tx, ATTENDANT, Photo(b"jpeg", 4, 3))
    ticket = show(house, report(house, photos=[photo]))
    assert (ticket["state"], ticket["number"], ticket["source"]) == ("reported", 1, "person")
    assert (ticket["title_code"], ticket["text"], ticket["photos"]) == (
        "report.air_conditioning",
        "Warm",
        [photo],
    )
    assert [one["text"] for one in ticket["reports"]] == ["Warm"]
    assert "accept" in ticket["may"]
    assert [m.change for m in house.told() if isinstance(m, TicketChanged)] == ["report"]


def test_a_guest_in_the_room_or_on_the_way_makes_it_more_urgent(house: DeskHouse) -> None:
    assert show(house, report(house))["priority"] == "normal"
    house.expect("413", at=local(15))
    assert show(house, report(house, "413"))["priority"] == "high"
    house.check_in(house.expect("414"))
    assert show(house, report(house, "414"))["priority"] == "critical"
    assert show(house, report(house, "412", unsafe=True, kind="furniture"))["priority"] == "critical"


def test_the_life_of_a_ticket_with_who_and_when(house: DeskHouse) -> None:
    ticket = report(house)
    act(house, ticket, "triage", MANAGER, priority="high")
    act(house, ticket, "assign", MANAGER, assign_to=ENGINEER.id)
    for action, more in (
        ("accept", {}),
        ("start", {}),
        ("hold", {"reason": "parts", "comment": "The fan comes tomorrow"}),
        ("resume", {}),
        ("resolve", {}),
    ):
        house.pass_time(1)
        assert act(house, ticket, action, **more)["status"] == 200
    assert act(house, ticket, "verify")["code"] == "own_work"
    assert act(house, ticket, "verify", DESK)["state"] == "verified"
    closed = act(house, ticket, "close", MANAGER)
    assert (closed["state"], closed["may"]) == ("closed", ["reopen"])
    assert [(hold["reason"], hold["to"] is not None) for hold in closed["holds"]] == [("parts", True)]
    steps = house.client(DESK).get(f"/api/tickets/{ticket}/history").json()["items"]
    assert [step["action"] for step in steps] == [
        "report",
        "triage",
        "assign",
        "accept",
        "start",
        "hold",
        "resume",
        "resolve",
        "verify",
        "close",
    ]
    assert steps[5]["comment"] == "The fan comes tomorrow"
    assert [step["previous"] for step in steps[1:3]] == ["reported", "triaged"]
    assert house.audit("ticket.hold")[0].actor_name == ENGINEER.name


def test_two_accept_at_once_and_the_second_is_told_by_whom(house: DeskHouse) -> None:
    ticket = report(house)
    assert act(house, ticket, "accept")["assigned_to"] == ENGINEER.name
    second = act(house, ticket, "accept", MANAGER)
    assert (second["status"], second["code"]) == (409, "impossible_now")
    assert second["values"]["because"] == "another_engineer"
    assert second["values"]["by"] == ENGINEER.name
    assert second["values"]["ticket"]["assigned_to"] == ENGINEER.name


def test_a_tap_from_the_tablet_s_log_counts_when_it_was_made_and_once(house: DeskHouse) -> None:
    ticket = report(house)
    house.pass_time(2)
    headers = {"Idempotency-Key": "k1", "Operation-Age-Seconds": "3600"}
    first = act(house, ticket, "accept", headers=headers)
    again = act(house, ticket, "accept", headers=headers)
    assert first["responded_at"] == again["responded_at"]
    made = house.clock.now() - timedelta(hours=1)
    assert first["responded_at"] == made.isoformat().replace("+00:00", "Z")
    assert len(house.tickets.history(ticket)) == 2


def test_one_open_ticket_for_one_fault_of_one_asset(house: DeskHouse) -> None:
    first = fault(house)
    assert fault(house, evidence=[{"kind": "again"}]) == first
    assert fault(house, "device/ac-411") != first
    assert fault(house, fault="short_cycling") != first
    ticket = show(house, first)
    assert (ticket["recurrences"], ticket["source"], ticket["asset_id"]) == (1, "system", "device/ac-412")
    assert [one["kind"] for one in ticket["evidence"]] == ["seen", "again"]


def test_what_nobody_accepted_closes_by_evidence_and_comes_back_as_the_same(house: DeskHouse) -> None:
    first = fault(house)
    assert gone(house) == first
    closed = show(house, first)
    assert (closed["state"], closed["evidence"][-1]) == ("closed", {"kind": "cools"})
    house.pass_time(24 * 6)
    assert fault(house) == first
    assert (show(house, first)["state"], show(house, first)["reopened"]) == ("triaged", 1)
    assert gone(house) == first
    house.pass_time(24 * 8)
    assert fault(house) != first


def test_an_accepted_ticket_is_only_told_that_the_fault_has_gone(house: DeskHouse) -> None:
    ticket = fault(house)
    act(house, ticket, "accept")
    gone(house)
    assert (show(house, ticket)["state"], show(house, ticket)["gone_at"] is not None) == ("accepted", True)
    act(house, ticket, "start")
    act(house, ticket, "resolve")
    gone(house)
    assert show(house, ticket)["state"] == "verified"


def test_a_duplicate_leads_to_the_ticket_that_it_repeats(house: DeskHouse) -> None:
    people_s = report(house)
    found = fault(house)
    done = act(house, found, "duplicate", duplicate_of=1)
    assert (done["state"], done["duplicate_of"]) == ("duplicate", 1)
    assert fault(house) == people_s
    assert show(house, people_s)["recurrences"] == 1
    assert act(house, people_s, "duplicate", duplicate_of=2)["code"] == "duplicate_of_itself"
    assert act(house, people_s, "duplicate", duplicate_of=1)["code"] == "duplicate_of_itself"
    assert act(house, people_s, "duplicate", duplicate_of=77)["code"] == "unknown_ticket"


def test_a_cancelled_one_is_not_opened_again_beside_its_successor(house: DeskHouse) -> None:
    first = fault(house)
    act(house, first, "cancel", reason="The guest had the window open")
    second = fault(house)
    assert second != first
    answer = act(house, first, "reopen")
    assert (answer["status"], answer["values"]["because"]) == (409, "another_open")
    assert show(house, first)["state"] == "cancelled"


def test_comments_and_photos_are_steps_that_move_nothing(house: DeskHouse) -> None:
    ticket = report(house)
    with house.database.write() as tx:
        photo = put_photo(tx, ATTENDANT, Photo(b"jpeg", 4, 3))
    client = house.client(ATTENDANT)
    said = client.post(f"/api/tickets/{ticket}/comments", json={"text": "It drips too", "photos": [photo]})
    assert (said.status_code, said.json()["photos"], said.json()["state"]) == (201, [photo], "reported")
    empty = client.post(f"/api/tickets/{ticket}/comments", json={"text": " "})
    assert empty.json()["code"] == "comment_needed"
    unknown = client.post("/api/tickets/none/comments", json={"text": "x"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_ticket")


def test_the_list_is_narrowed_and_paged(house: DeskHouse) -> None:
    tickets = [report(house, room) for room in ("411", "412", "413")]
    act(house, tickets[0], "accept")
    client = house.client(ENGINEER)

    def numbers(**params: Any) -> list[int]:
        return [one["number"] for one in client.get("/api/tickets", params=params).json()["items"]]

    assert numbers() == [3, 2, 1]
    assert numbers(assigned_to="me") == [1]
    assert numbers(assigned_to="none") == [3, 2]
    assert numbers(room="413") == [3]
    assert numbers(state="accepted") == [1]
    page = client.get("/api/tickets", params={"limit": 2}).json()
    assert page["next"] == "2"
    assert numbers(below=page["next"]) == [1]


def test_a_house_s_reports_from_before_are_tickets_after_the_migration(any_database_url: str) -> None:
    """From revision 0009, where a report was a report and nothing more."""
    with migrate._locked(migrate.HOUSE, any_database_url) as connection:
        command.upgrade(migrate._config(migrate.HOUSE, connection), "0009")
        connection.execute(
            text(
                "INSERT INTO properties (id, name, timezone, temperature_unit, business_date, audit_hour,"
                " inspection_required, version) VALUES"
                " ('main', 'Test', 'Asia/Shanghai', 'celsius', '2026-07-14', 4, :no, 1)"
            ),
            {"no": False},
        )
        connection.execute(
            text(
                "INSERT INTO fault_reports (id, property_id, number, kind, room, area, text, unsafe, photos,"
                " at, \"by\", by_name) VALUES ('r7', 'main', 7, 'water', '412', NULL, 'Drips', :yes,"
                " '[\"p1\"]', :seen, 'att-1', 'Attendant 1')"
            ).bindparams(bindparam("seen", SEEN, UtcDateTime())),
            {"yes": True},
        )
    migrate.upgrade(any_database_url)
    clock = ManualClock(local(12))
    database = Database(any_database_url, clock)
    house = TicketService(database, TicketDesk(NoGuests()), FakeLocks())
    ticket = house.show("r7")
    assert (ticket.row.number, ticket.row.state, ticket.row.priority) == (7, "reported", "critical")
    assert (ticket.row.photos, ticket.row.text, ticket.row.reported_by) == (["p1"], "Drips", "Attendant 1")
    assert ticket.row.opened_at == SEEN
    assert (ticket.row.kind, ticket.row.due_by) == ("fault", None)
    assert [one.number for one in ticket.reports] == [7]
    assert [step.action for step in house.history("r7")] == ["report"]
    database.close()


class NoGuests:
    def uses_of(self, rooms: Collection[str]) -> dict[str, RoomUse]:
        return dict.fromkeys(rooms, RoomUse(False, None))


def test_the_clocks_run_stop_and_are_told_of(house: DeskHouse) -> None:
    """High: 60 min to respond, 4 h to repair, round the clock; waiting for a part stops the repair."""
    watch = TicketWatch(house.database, house.tickets.desk)
    ticket = report(house)
    start = house.clock.now()
    act(house, ticket, "triage", MANAGER, priority="high")
    shown = show(house, ticket)
    assert (shown["response"], shown["repair"], shown["breached"]) == ("running", "running", False)
    assert datetime.fromisoformat(shown["due_repair_at"]) == start + timedelta(hours=4)
    house.pass_time(0.5)
    assert watch.look() == 1
    assert watch.look() == 0
    assert show(house, ticket)["escalated"] == ["response_half"]
    act(house, ticket, "accept")
    act(house, ticket, "start")
    act(house, ticket, "hold", reason="parts")
    held = show(house, ticket)
    assert (held["repair"], held["due_repair_at"], held["repair_left_seconds"]) == (
        "stopped",
        None,
        3.5 * 3600,
    )
    house.pass_time(10)
    watch.look()
    act(house, ticket, "resume")
    assert datetime.fromisoformat(show(house, ticket)["due_repair_at"]) == start + timedelta(hours=14)
    house.pass_time(3.1)
    watch.look()
    assert show(house, ticket)["at_risk"] is True
    house.pass_time(1)
    watch.look()
    late = show(house, ticket)
    assert (late["repair"], late["breached"], late["escalated"]) == (
        "breached",
        True,
        ["response_half", "repair_at_risk", "repair_breached"],
    )
    told = [m.change for m in house.told() if isinstance(m, TicketChanged)]
    assert told.count("escalate") == 3


def test_a_guest_who_moves_in_makes_the_open_ticket_more_urgent(house: DeskHouse) -> None:
    watch = TicketWatch(house.database, house.tickets.desk)
    ticket, by_hand = report(house), report(house, kind="water")
    act(house, by_hand, "triage", MANAGER, priority="low")
    house.check_in(house.expect("412"))
    watch.look()
    assert show(house, ticket)["priority"] == "critical"
    assert show(house, by_hand)["priority"] == "low"
    due = datetime.fromisoformat(show(house, ticket)["due_repair_at"])
    assert due - house.clock.now() == timedelta(hours=2)


def test_a_verified_repair_closes_after_a_day_unless_it_was_opened_again(house: DeskHouse) -> None:
    watch = TicketWatch(house.database, house.tickets.desk)
    holds, fails = report(house), report(house, kind="water")
    for ticket in (holds, fails):
        for action in ("accept", "start", "resolve"):
            act(house, ticket, action)
        act(house, ticket, "verify", DESK)
    house.pass_time(23)
    act(house, fails, "reopen", DESK)
    watch.look()
    assert show(house, holds)["state"] == "verified"
    house.pass_time(1.5)
    watch.look()
    assert (show(house, holds)["state"], show(house, fails)["state"]) == ("closed", "triaged")
    last = house.tickets.history(holds)[-1]
    assert (last.action, last.by_id) == ("close", "system")


def test_a_house_s_clock_that_is_set_back_loses_no_step_and_breaches_nothing(house: DeskHouse) -> None:
    ticket = report(house)
    house.clock.jump(-3 * 3600)
    act(house, ticket, "accept")
    act(house, ticket, "start")
    TicketWatch(house.database, house.tickets.desk).look()
    shown = show(house, ticket)
    assert (shown["state"], shown["breached"]) == ("in_progress", False)
    times = [step.at for step in house.tickets.history(ticket)]
    assert times == sorted(times)


def test_an_engineer_edits_with_the_version_seen(house: DeskHouse) -> None:
    ticket = report(house)
    client = house.client(ENGINEER)
    version = show(house, ticket)["version"]
    body = {"priority": "high", "ask": "Ms Li at the desk", "checklist": ["Power off", "Filter"]}
    edited = client.patch(f"/api/tickets/{ticket}", json=body, headers={"If-Match": f'"{version}"'})
    assert (edited.json()["priority"], edited.json()["priority_by_hand"], edited.json()["ask"]) == (
        "high",
        True,
        "Ms Li at the desk",
    )
    stale = client.patch(f"/api/tickets/{ticket}", json=body, headers={"If-Match": f'"{version}"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    lines = edited.json()["checklist"]
    ticks = {lines[0]["key"]: True, "gone": True}
    ticked = client.post(f"/api/tickets/{ticket}/ticks", json={"ticks": ticks}).json()["checklist"]
    assert [(line["text"], line["done"], line["by"]) for line in ticked] == [
        ("Power off", True, ENGINEER.name),
        ("Filter", False, None),
    ]
    again = {"checklist": ["Filter", "Power off", "Photo"]}
    kept = client.patch(
        f"/api/tickets/{ticket}", json=again, headers={"If-Match": str(show(house, ticket)["version"])}
    ).json()["checklist"]
    assert [(line["text"], line["done"]) for line in kept] == [
        ("Filter", False),
        ("Power off", True),
        ("Photo", False),
    ]


def test_what_the_work_took_never_below_zero_and_taken_back_in_sight(house: DeskHouse) -> None:
    ticket = report(house)
    client = house.client(ENGINEER)
    url = f"/api/tickets/{ticket}/costs"
    for bad in (
        {"kind": "part", "what": "Fan", "quantity": -1},
        {"kind": "part", "what": "Fan", "quantity": 0},
        {"kind": "part", "what": "Fan", "quantity": 1, "cost_cents": -1},
        {"kind": "part", "quantity": 1},
    ):
        assert client.post(url, json=bad).status_code == 422
    client.post(url, json={"kind": "work", "quantity": 45})
    costs = client.post(url, json={"kind": "part", "what": "Fan", "quantity": 2, "cost_cents": 19900}).json()[
        "costs"
    ]
    assert [(one["kind"], one["quantity"], one["cost_cents"]) for one in costs] == [
        ("work", 45.0, 0),
        ("part", 2.0, 19900),
    ]
    back = client.delete(f"{url}/{costs[1]['id']}")
    assert [one["taken_back"] for one in back.json()["costs"]] == [False, True]
    assert client.delete(f"{url}/{costs[1]['id']}").status_code == 409
    assert client.delete(f"{url}/none").status_code == 404


def test_the_property_sets_what_each_priority_is_owed(house: DeskHouse) -> None:
    ticket = report(house)
    manager = house.client(MANAGER)
    levels = manager.get("/api/maintenance/levels")
    body = levels.json()
    body["policies"]["normal"] = {
        "response_minutes": 5,
        "repair_minutes": 30,
        "around_the_clock": True,
        "stops": ["vendor"],
    }
    saved = manager.put("/api/maintenance/levels", json=body, headers={"If-Match": levels.headers["ETag"]})
    assert (saved.status_code, saved.json()["policies"]["normal"]["stops"]) == (200, ["vendor"])
    due = datetime.fromisoformat(show(house, ticket)["due_repair_at"])
    assert due - house.clock.now() == timedelta(minutes=30)
    body["week"] = [{"weekday": 0, "from_minute": 0, "to_minute": 60}]
    headers = {"If-Match": saved.headers["ETag"]}
    assert (
        manager.put("/api/maintenance/levels", json=body, headers=headers).json()["code"] == "week_too_short"
    )
    stale = manager.put("/api/maintenance/levels", json=saved.json(), headers={"If-Match": "0"})
    assert stale.status_code == 412


def test_a_room_has_one_timeline_of_tickets_cleans_and_times_off_sale(house: DeskHouse) -> None:
    house.mark("412", Cleanliness.DIRTY)
    house.pass_time(1)
    ticket = report(house)
    house.pass_time(1)
    act(house, ticket, "accept")
    house.pass_time(1)
    seen = house.housekeeping.room_status("412").version
    body = {"availability": {"state": "out_of_order", "reason": "Leak"}}
    off = house.client(DESK).patch("/api/rooms/412/status", json=body, headers={"If-Match": str(seen)})
    assert off.status_code == 200, off.text
    client = house.client(ENGINEER)
    timeline = client.get("/api/rooms/412/timeline").json()["items"]
    assert [(one["kind"], one["code"]) for one in timeline[:4]] == [
        ("availability", "out_of_order"),
        ("ticket", "accept"),
        ("ticket", "report"),
        ("cleanliness", "dirty"),
    ]
    page = client.get("/api/rooms/412/timeline", params={"limit": 2}).json()
    assert len(page["items"]) == 2
    older = client.get("/api/rooms/412/timeline", params={"limit": 2, "before": page["next"]}).json()
    assert [one["code"] for one in older["items"]][:1] == ["report"]
    assert client.get("/api/rooms/999/timeline").status_code == 404


def test_a_code_on_the_door_leads_to_the_room_and_its_open_tickets(house: DeskHouse) -> None:
    ticket = report(house)
    client = house.client(ENGINEER)
    codes = client.get("/api/qr/rooms").json()["items"]
    mine = next(code for code in codes if code["room"] == "412")
    assert mine["url"].endswith("/scan/room/412")
    assert mine["qr"].startswith("data:image/svg+xml")
    scanned = house.client(ATTENDANT).get("/api/scan/room/412").json()
    assert [(one["id"], one["number"]) for one in scanned["tickets"]] == [(ticket, 1)]
    for unknown in ("room/999", "toaster/1"):
        answer = client.get(f"/api/scan/{unknown}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_code")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_tickets_can_be_had_as_a_file(house: DeskHouse, form: str) -> None:
    ticket = report(house)
    costs = f"/api/tickets/{ticket}/costs"
    engineer = house.client(ENGINEER)
    engineer.post(costs, json={"kind": "work", "quantity": 45})
    engineer.post(costs, json={"kind": "part", "what": "Fan", "quantity": 1, "cost_cents": 9950})
    answer = engineer.get("/api/exports/tickets", params={"format": form})
    assert answer.status_code == 200
    if form == "csv":
        (line,) = answer.text.splitlines()[1:]
        assert line.startswith("1,reported,normal,report.air_conditioning,Warm,412,,,,person")
        assert line.endswith(",45.0,99.5")


def test_what_is_locked_out_for_a_ticket_is_given_back_before_the_work_ends(house: DeskHouse) -> None:
    ticket = fault(house)
    client = house.client(ENGINEER)
    url = f"/api/tickets/{ticket}/lock-out"
    early = client.post(url, json={"reason": "Fan out"})
    assert (early.status_code, early.json()["code"]) == (403, "not_holder")
    act(house, ticket, "accept")
    act(house, ticket, "start")
    locked = client.post(url, json={"reason": "Fan out"}).json()["lock_out"]
    assert (locked["asset_id"], locked["by"]) == ("device/ac-412", ENGINEER.name)
    assert "never replaces the electrical isolation" in locked["warning"]
    assert len(client.get("/api/lock-outs").json()["items"]) == 1
    refused = act(house, ticket, "resolve")
    assert (refused["status"], refused["values"]["because"]) == (409, "locked_out")
    assert client.delete(url).json()["lock_out"] is None
    assert act(house, ticket, "resolve")["state"] == "resolved"
    steps = [step.action for step in house.tickets.history(ticket)]
    assert steps[-3:] == ["lock_out", "lock_release", "resolve"]
    assert client.delete(url).status_code == 404


def test_a_ticket_proposes_its_room_off_sale_the_desk_agrees_and_it_comes_back(house: DeskHouse) -> None:
    ticket = report(house)
    engineer, desk = house.client(ENGINEER), house.client(DESK)
    url = f"/api/tickets/{ticket}/off-sale"
    until = (house.clock.now() + timedelta(days=2)).isoformat()
    assert engineer.delete(url).json()["code"] == "not_off_sale"
    proposed = engineer.post(url, json={"reason": "New compressor", "until": until})
    assert proposed.json()["off_sale"]["state"] == "proposed"
    assert house.housekeeping.room_status("412").availability.state.value == "sellable"
    assert engineer.post(f"{url}/decision", json={"agree": True}).json()["code"] == "not_for_role"
    agreed = desk.post(f"{url}/decision", json={"agree": True}).json()["off_sale"]
    assert (agreed["state"], agreed["decided_by"]) == ("agreed", DESK.name)
    assert house.housekeeping.room_status("412").availability.state.value == "out_of_order"
    assert [m.room for m in house.told() if isinstance(m, AvailabilityChanged)] == ["412"]
    assert engineer.delete(url).json()["off_sale"]["state"] == "given_back"
    status = house.housekeeping.room_status("412")
    assert (status.availability.state.value, status.cleanliness.value) == ("sellable", "dirty")
    assert desk.post(f"{url}/decision", json={"agree": True}).json()["code"] == "nothing_proposed"


def test_a_room_with_a_guest_does_not_leave_the_sale_and_the_proposal_stays(house: DeskHouse) -> None:
    ticket = report(house)
    house.check_in(house.expect("412"))
    url = f"/api/tickets/{ticket}/off-sale"
    house.client(ENGINEER).post(url, json={"reason": "Leak"})
    refused = house.client(DESK).post(f"{url}/decision", json={"agree": True})
    assert refused.status_code == 409
    assert show(house, ticket)["off_sale"]["state"] == "proposed"
    past = {"reason": "Leak", "until": (house.clock.now() - timedelta(hours=1)).isoformat()}
    assert house.client(ENGINEER).post(url, json=past).json()["code"] == "bad_dates"
