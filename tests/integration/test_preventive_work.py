"""Preventive work by itself: a ticket when it is due, once, in a window, and the plan moves on with it."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError

from gateway.http.roles import HOUSE_ROUTES
from gateway.http.views import preventive_exports
from hotel.actor import Actor, Role
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import StaleVersion
from hotel.messages import TicketChanged
from maintenance import assets_store, preventive_api, reliability_api
from maintenance.costs import CostKind
from maintenance.meters import Meter
from maintenance.preventive import ByCondition, ByMeter, ByTime, Coverage, PlanPart, Reading, Side, Unit
from maintenance.preventive_store import PlanWorkRow
from maintenance.reliability_service import Group
from maintenance.sla import ClockState, repair_state
from maintenance.tickets import Impact, TicketAction, TicketKind, TicketState
from maintenance.tickets_store import TicketCostRow
from maintenance.tickets_watch import TicketWatch
from tests.http_house import House
from tests.preventive_house import ANNA, CHIEF, PreventiveHouse

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def house(database: Database, clock: ManualClock) -> PreventiveHouse:
    return PreventiveHouse(database, clock)


@pytest.fixture
def any_house(any_database: Database, clock: ManualClock) -> PreventiveHouse:
    """On either database: what is asked of the stores is the same in every test."""
    return PreventiveHouse(any_database, clock)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 7, day, hour, minute, tzinfo=BERLIN)


def test_a_due_plan_becomes_one_ticket_with_its_list_its_own_clock_and_a_window(
    any_house: PreventiveHouse,
) -> None:
    any_house.guests.stays["412"] = [(local(14, 0), local(15, 11)), (local(15, 15), local(18, 11))]
    plan = any_house.plan(parts=(PlanPart("Filter", "F-9", 2),))
    assert any_house.watch.look() >= 1
    (work,) = any_house.works(plan)
    ticket = any_house.ticket(work.ticket_id)
    assert (ticket.kind, ticket.state, ticket.room) == (TicketKind.PREVENTIVE.value, "reported", "412")
    assert (ticket.title_code, ticket.title_params["plan"]) == ("preventive", "Filter")
    assert [line["text"] for line in ticket.checklist] == ["Filter F-9 × 2", "Clean it"]
    # Its clock is the tolerance: through the 24th of July, in the hotel's zone.
    assert ticket.due_repair_at == ticket.due_response_at == local(25, 0)
    # Between the two stays is time for an hour and the clean after it, and not in the night that is sold.
    assert work.window_from == local(15, 11, 15)
    assert work.window_to == local(15, 12, 15)
    assert not work.window_late
    for _ in range(3):
        any_house.clock.advance(3600)
        any_house.watch.look()
    assert len(any_house.works(plan)) == 1
    assert len(any_house.tickets()) == 1


def test_the_window_moves_when_the_room_is_sold_and_says_when_there_is_none(house: PreventiveHouse) -> None:
    plan = house.plan(blocks_sale=True)
    house.watch.look()
    (work,) = house.works(plan)
    assert work.window_from == local(14, 8)
    proposed = house.ticket(work.ticket_id).off_sale
    assert proposed is not None
    assert (proposed["state"], proposed["since"]) == ("proposed", work.window_from.isoformat())
    house.guests.stays["412"] = [(local(14, 9), local(30, 11))]
    house.clock.advance(600)
    house.watch.look()
    (work,) = house.works(plan)
    assert (work.window_from, work.window_late) == (local(30, 11, 15), True)
    house.guests.stays["412"] = [(local(14, 9), local(14, 9) + timedelta(days=365))]
    house.clock.advance(600)
    house.watch.look()
    (work,) = house.works(plan)
    assert (work.window_from, work.no_window) == (None, True)
    assert house.ticket(work.ticket_id).last_action == "placed"


def test_work_that_is_done_moves_the_plan_on_and_a_repair_that_did_not_hold_takes_it_back(
    any_house: PreventiveHouse,
) -> None:
    plan = any_house.plan()
    any_house.watch.look()
    (work,) = any_house.works(plan)
    assert work.ticket_id is not None
    any_house.repair(work.ticket_id)
    any_house.watch.handle(TicketChanged(work.ticket_id, "resolve", "resolved", "low", "412"))
    (work,) = any_house.works(plan)
    assert (work.state, work.ended_on, work.open_key) == ("done", date(2026, 7, 14), None)
    assert any_house.plans.plan(plan).next_due is not None
    assert any_house.plans.plan(plan).next_due.due_on == date(2026, 10, 17)  # type: ignore[union-attr]
    any_house.do(work.ticket_id or "", TicketAction.REJECT, reason="Still dirty")
    any_house.clock.advance(600)
    any_house.watch.look()
    (work,) = any_house.works(plan)
    assert (work.state, work.ended_on) == ("open", None)
    any_house.do(work.ticket_id or "", TicketAction.CANCEL, reason="No filter in there")
    any_house.clock.advance(600)
    any_house.watch.look()
    (work,) = any_house.works(plan)
    assert work.state == "cancelled"
    assert any_house.plans.plan(plan).next_due.due_on == date(2026, 10, 17)  # type: ignore[union-attr]
    any_house.pass_days(88)
    assert [row.due_on for row in any_house.works(plan)] == [date(2026, 7, 17), date(2026, 10, 17)]


def test_the_larger_plan_takes_the_smaller_one_along_and_its_date_too(house: PreventiveHouse) -> None:
    small = house.plan("Quarterly")
    house.watch.look()
    (waiting,) = house.works(small)
    large = house.plan("Yearly", trigger=ByTime(12, Unit.MONTHS), includes=frozenset({small}))
    house.clock.advance(600)
    house.watch.look()
    (taken,) = house.works(small)
    (carrier,) = house.works(large)
    assert (taken.state, taken.covered_by, taken.ticket_id) == ("covered", carrier.id, None)
    assert house.ticket(waiting.ticket_id).state == TicketState.CANCELLED.value
    house.clock.advance(600)
    house.watch.look()
    assert len(house.works()) == 2
    house.repair(carrier.ticket_id or "")
    house.clock.advance(600)
    house.watch.look()
    assert {row.state for row in house.works()} == {"done"}
    assert house.plans.plan(small).next_due.due_on == date(2026, 10, 17)  # type: ignore[union-attr]
    # Nothing of it is missed: both classes were kept by one hand.
    (kept,) = house.plans.compliance(30).classes
    assert len(kept.in_time) == 2


def test_a_larger_plan_that_is_called_off_leaves_the_smaller_one_to_itself(house: PreventiveHouse) -> None:
    small = house.plan("Quarterly")
    large = house.plan("Yearly", trigger=ByTime(12, Unit.MONTHS), includes=frozenset({small}))
    house.watch.look()
    (carrier,) = house.works(large)
    assert house.works(small)[0].state == "covered"
    house.do(carrier.ticket_id or "", TicketAction.CANCEL, reason="The vendor does it")
    house.clock.advance(600)
    house.watch.look()
    (alone,) = house.works(small)
    assert (alone.state, alone.due_on) == ("open", date(2026, 7, 17))


def test_run_hours_open_the_work_and_begin_anew_with_it(house: PreventiveHouse) -> None:
    house.meter("ac-412", 470.0)  # 15.7 h a day: due on the 16th
    plan = house.plan(trigger=ByMeter(Meter.RUN_HOURS, 500.0), starts_on=date(2026, 7, 1), lead_days=3)
    house.watch.look()
    (work,) = house.works(plan)
    assert (work.due_on, work.basis["since"]) == (date(2026, 7, 16), 470.0)
    house.repair(work.ticket_id or "")
    house.clock.advance(600)
    house.watch.look()
    (work,) = house.works(plan)
    assert (work.state, work.meter_value) == ("done", 470.0)
    ahead = house.plans.ahead(60).candidates
    assert [one.due.due_on for one in ahead] == [date(2026, 8, 15)]


def test_a_condition_opens_the_work_and_a_cleaned_filter_counts_anew(house: PreventiveHouse) -> None:
    low = ByCondition(Reading.BATTERY_PERCENT, Side.BELOW, 20.0, 24.0)
    battery = house.plan("Battery", trigger=low, starts_on=date(2026, 7, 1), needs_vacant=False)
    dirty = ByCondition(Reading.FILTER_HOURS, Side.ABOVE, 500.0, 24.0)
    filters = house.plan(
        "Dirty", trigger=dirty, starts_on=date(2026, 7, 1), coverage=Coverage(kind="split_ac")
    )
    house.filter_hours |= {"ac-411": 510.0, "ac-412": 20.0}
    now = house.clock.now()
    house.recorded.points["ac-412", "battery_percent"] = [
        (now - timedelta(hours=hours), 15.0) for hours in (24.5, 12.0, 1.0)
    ]
    house.watch.look()
    (work,) = house.works(filters)
    assert work.asset_id == "ac-411"
    assert [row.asset_id for row in house.works(battery)] == ["ac-412"]
    house.repair(work.ticket_id or "")
    house.clock.advance(600)
    house.watch.look()
    assert house.cleaned == ["ac-411"]


def test_planned_work_is_late_once_and_no_guest_makes_it_urgent(house: PreventiveHouse) -> None:
    plan = house.plan(tolerance_days=1)
    house.watch.look()
    (work,) = house.works(plan)
    watch = TicketWatch(house.database, house.desk)
    watch.look()
    assert house.ticket(work.ticket_id).escalated == []
    house.clock.advance(5 * 86_400)
    watch.look()
    watch.look()
    ticket = house.ticket(work.ticket_id)
    assert ticket.escalated == ["repair_breached"]
    assert repair_state(ticket.due_repair_at, None, house.clock.now()) is ClockState.BREACHED


def test_the_database_itself_keeps_a_second_one_out(any_house: PreventiveHouse) -> None:
    plan = any_house.plan()
    any_house.watch.look()
    (work,) = any_house.works(plan)
    copied = {
        name: getattr(work, name)
        for name in PlanWorkRow.__mapper__.columns.keys()  # noqa: SIM118 - a collection of columns
        if name not in ("id", "version")
    }

    def put_a_second() -> None:
        with any_house.database.write() as tx:
            tx.session.add(PlanWorkRow(**copied))

    with pytest.raises(IntegrityError):
        put_a_second()


def test_an_asset_that_moves_takes_its_window_along(house: PreventiveHouse) -> None:
    plan = house.plan()
    house.guests.stays["413"] = [(local(14, 0), local(20, 11))]
    house.watch.look()
    with house.database.write() as tx:
        row = assets_store.row_for_edit(tx.session, tx.property_id, "ac-412")
        assert row is not None
        row.room = "413"
    house.clock.advance(600)
    house.watch.look()
    (work,) = house.works(plan)
    assert (work.room, work.window_from) == ("413", local(20, 11, 15))


def test_meters_count_on_in_pieces_and_a_replaced_device_begins_anew(any_house: PreventiveHouse) -> None:
    start = any_house.clock.now()
    any_house.recorded.points["ac-412", "running"] = [
        (start + timedelta(minutes=30 * step), 1.0 if step % 4 < 2 else 0.0) for step in range(1, 100)
    ]
    with any_house.database.write() as tx:
        for name in ("ac-411", "ac-412", "ac-413"):
            row = assets_store.row_for_edit(tx.session, tx.property_id, name)
            assert row is not None
            row.made_at = start
    for _ in range(60):
        any_house.clock.advance(1800)
        any_house.meters.look()
    found = any_house.reliability.of_asset("ac-412", 30).meters
    values = {row.meter: row for row in found}
    assert values["run_hours"].value == pytest.approx(14.5, abs=1.0)
    assert values["starts"].value == 14
    assert values["run_hours"].unknown_hours == pytest.approx(0.5, abs=0.1)
    silent = any_house.reliability.of_asset("ac-411", 30).meters
    assert {row.value for row in silent} == {0.0}
    assert silent[0].unknown_hours == pytest.approx(30, abs=0.2)
    with any_house.database.write() as tx:
        row = assets_store.row_for_edit(tx.session, tx.property_id, "ac-412")
        assert row is not None
        row.device_id = "ac-new"
    any_house.clock.advance(3600)
    any_house.meters.look()
    hours = [row for row in any_house.reliability.of_asset("ac-412", 30).meters if row.meter == "run_hours"]
    assert [(row.device_id, row.ended_at is None, row.value > 1) for row in hours] == [
        ("ac-new", True, False),
        ("ac-412", False, True),
    ]


def test_planned_work_is_no_failure_and_each_figure_opens_to_its_tickets(any_house: PreventiveHouse) -> None:
    any_house.plan()
    any_house.watch.look()
    (planned,) = any_house.tickets()
    with any_house.database.write() as tx:
        fault = any_house.desk.open_for_fault(
            tx,
            fault="no_capacity",
            asset_key="device/ac-412",
            room="412",
            evidence=[],
            safety=False,
            at=tx.clock.now(),
            impact=Impact.OUTAGE,
        )
    any_house.clock.advance(7200)
    any_house.repair(fault)
    with any_house.database.write() as tx:
        for ticket, cents in ((fault, 50_000), (planned.id, 2_000)):
            tx.session.add(
                TicketCostRow(
                    property_id=tx.property_id,
                    ticket_id=ticket,
                    kind=CostKind.PART.value,
                    what="Board",
                    quantity=1,
                    cost_cents=cents,
                    at=tx.clock.now(),
                    by_id=ANNA.id,
                    by=ANNA.name,
                )
            )
    any_house.clock.advance(60)
    one = any_house.reliability.of_asset("ac-412", 100).figures
    assert one.found.between.failures == (fault,)
    assert one.found.between.few
    assert one.found.downtime_hours == pytest.approx(2.0)
    assert (one.found.spent.cents, one.found.spent.preventive_cents) == (52_000, 2_000)
    (model,) = any_house.reliability.by(Group.MODEL, 100)
    assert (model.found.assets, model.found.between.failures) == (3, (fault,))
    other = any_house.reliability.of_asset("ac-411", 100).figures.found.between
    assert other.hours is None
    assert other.at_least_hours == pytest.approx(2400)
    listed = any_house.reliability.replacements()
    assert listed[0].asset.id == "ac-412"
    assert listed[0].place.cost_cents == 50_000
    assert listed[0].numbers[fault] == any_house.ticket(fault).number


def test_two_who_edit_a_plan_do_not_overwrite_each_other(house: PreventiveHouse) -> None:
    plan = house.plan()
    view = house.plans.plan(plan)

    def edit(actor: Actor) -> None:
        with house.database.write() as tx:
            house.plans.edit(tx, actor, plan, view.row.version, view.plan)

    house.clock.advance(1)
    edit(CHIEF)
    with pytest.raises(StaleVersion):
        edit(ANNA)


def test_engineers_share_the_day_and_one_room_holds_one_of_them(house: PreventiveHouse) -> None:
    house.plan("A", coverage=Coverage(kind="split_ac"))
    house.plan("B")
    house.watch.look()
    windows = sorted((row.window_from, row.window_to, row.room) for row in house.works() if row.window_from)
    assert len(windows) == 4
    # One engineer is on the list: nothing overlaps.
    for earlier, later in itertools.pairwise(windows):
        assert earlier[1] is not None
        assert later[0] is not None
        assert earlier[1] <= later[0]
    assert windows[0][0] == datetime(2026, 7, 14, 6, tzinfo=UTC)


def test_over_http_with_versions_roles_and_files(
    database: Database, clock: ManualClock, tmp_path: Path
) -> None:
    house = PreventiveHouse(database, clock)
    table = {
        route: access
        for route, access in HOUSE_ROUTES.items()
        if "preventive" in route[1] or "reliability" in route[1] or "replacement" in route[1]
    }
    http = House(
        database,
        clock,
        tmp_path,
        routers=[
            preventive_api.routes(house.plans),
            reliability_api.routes(house.reliability),
            preventive_exports.routes(database, house.plans, house.reliability),
        ],
        extra_routes=table,
    )
    client, engineer = http.client(), http.token(Role.ENGINEER)
    body = {
        "name": "Filter",
        "work_class": "climate",
        "trigger": {"by": "time", "every": 3, "unit": "months"},
        "kind": "split_ac",
        "starts_on": "2026-07-17",
        "checklist": ["Clean it"],
    }
    made = client.post("/api/preventive/plans", json=body, headers=engineer)
    assert made.status_code == 201, made.text
    plan = made.json()
    assert (plan["assets"], plan["next_due_on"], made.headers["ETag"]) == (3, "2026-07-17", '"1"')
    path = f"/api/preventive/plans/{plan['id']}"
    seen = {**engineer, "If-Match": made.headers["ETag"]}
    clock.advance(1)
    assert client.put(path, json={**body, "minutes": 45}, headers=seen).json()["minutes"] == 45
    assert client.put(path, json={**body, "minutes": 20}, headers=seen).status_code == 412
    wrong = client.put(path, json={**body, "kind": "spaceship"}, headers={**engineer, "If-Match": '"2"'})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown_kind")
    for role, status in ((Role.SUPERVISOR, 403), (Role.FRONT_DESK, 403)):
        assert client.post("/api/preventive/plans", json=body, headers=http.token(role)).status_code == status
    assert client.get("/api/preventive/plans", headers=http.token(Role.FRONT_DESK)).status_code == 403
    house.watch.look()
    work = client.get("/api/preventive/work", headers=engineer).json()
    assert [one["room"] for one in work["open"]] == ["411", "412", "413"]
    assert all(one["window_from"] and one["ticket_number"] for one in work["open"])
    assert work["ahead"] == []
    clock.advance(20 * 86_400)
    kept = client.get("/api/preventive/compliance", headers=engineer).json()["items"]
    assert [(one["due"], one["share"], one["few"]) for one in kept] == [(3, 0.0, True)]
    assert len(kept[0]["missed"]) == 3
    one = client.get("/api/assets/ac-412/reliability", headers=engineer).json()
    assert (one["mtbf_hours"], one["few_failures"]) == (None, True)
    assert one["mtbf_at_least_hours"] == pytest.approx(365 * 24)
    assert client.get("/api/assets/nothing/reliability", headers=engineer).status_code == 404
    listed = client.get("/api/replacements", headers=engineer).json()
    assert {place["verdict"] for place in listed["items"]} == {"unknown"}
    assert all(limit["why"] for limit in listed["limits"])
    for name in ("work", "compliance", "reliability", "asset-reliability", "replacements"):
        for form in ("csv", "xlsx"):
            answer = client.get(f"/api/preventive/export/{name}?format={form}", headers=engineer)
            assert answer.status_code == 200, answer.text
    assert "Frost 9" in client.get("/api/preventive/export/replacements", headers=engineer).text


def test_the_manager_sets_the_limits_and_what_an_hour_is_worth(
    house: PreventiveHouse, tmp_path: Path
) -> None:
    http = House(
        house.database,
        house.clock,
        tmp_path,
        routers=[reliability_api.routes(house.reliability)],
        extra_routes={route: access for route, access in HOUSE_ROUTES.items() if "replacement" in route[1]},
    )
    client, engineer, manager = http.client(), http.token(Role.ENGINEER), http.token(Role.MANAGER)
    path = "/api/maintenance/replacement-terms"
    first = client.get(path, headers=engineer)
    assert (first.headers["ETag"], first.json()["cents_an_hour"]) == ('"0"', None)
    limits = {one["name"]: one["value"] for one in first.json()["limits"]}
    wanted = {"limits": {**limits, "share_of_price": 0.4}, "cents_an_hour": 6_000}
    seen = {"If-Match": '"0"'}
    assert client.put(path, json=wanted, headers={**engineer, **seen}).status_code == 403
    assert client.put(path, json=wanted, headers=manager).status_code == 428
    put = client.put(path, json=wanted, headers={**manager, **seen})
    assert (put.status_code, put.headers["ETag"]) == (200, '"1"')
    assert client.put(path, json=wanted, headers={**manager, **seen}).status_code == 412
    odd = {**wanted, "limits": {**limits, "falling_periods": 2.5}}
    refused = client.put(path, json=odd, headers={**manager, "If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_limit")
    kept = client.get(path, headers=engineer).json()
    assert {one["name"]: one["value"] for one in kept["limits"]} == wanted["limits"]

    # Half an hour that nobody priced is worth 30; a part's price stays what was entered.
    house.plan()
    house.watch.look()
    with house.database.write() as tx:
        fault = house.desk.open_for_fault(
            tx,
            fault="no_capacity",
            asset_key="device/ac-412",
            room="412",
            evidence=[],
            safety=False,
            at=tx.clock.now(),
            impact=Impact.OUTAGE,
        )
        for kind, quantity, cents in ((CostKind.WORK, 30, 0), (CostKind.PART, 1, 500)):
            tx.session.add(
                TicketCostRow(
                    property_id=tx.property_id,
                    ticket_id=fault,
                    kind=kind.value,
                    what="Fan",
                    quantity=quantity,
                    cost_cents=cents,
                    at=tx.clock.now(),
                    by_id=ANNA.id,
                    by=ANNA.name,
                )
            )
    house.clock.advance(60)
    spent = house.reliability.of_asset("ac-412", 100).figures.found.spent
    assert (spent.cents, spent.valued_cents, spent.unpriced_minutes) == (3_500, 3_000, 0)
    listed = {view.asset.id: view.place for view in house.reliability.replacements()}
    assert listed["ac-412"].cost_cents == 3_500
