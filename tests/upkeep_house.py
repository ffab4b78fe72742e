"""A calm house whose engineers have a past: units with faults and costs, plans that are due, sold rooms.

Room 101's unit is old and dear, 102 is sold for months (no window), 103 for two weeks (a late window), 104's
coil is washed in a room that leaves the sale for it; 105's is under warranty, of 106's nobody knows a price.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from hotel.clock import SystemClock
from hotel.database import Database
from hotel.leases import DueRow
from maintenance.assets_store import AssetRow
from maintenance.preventive_store import PlanWorkRow
from maintenance.tickets_store import TicketCostRow, TicketRow
from tests.http_house import PASSWORD
from tests.tls_house import MANAGER, TlsHouse, tls_house
from tests.waiting import wait_until

FAILURES = 4
DAYS_APART = 40


@dataclass
class Upkeep:
    """The house with what was put into it: assets by room, plans by name, tickets of the old unit."""

    house: TlsHouse
    assets: dict[str, str] = field(default_factory=dict)
    plans: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def database(self) -> Database:
        return Database(f"sqlite:///{self.house.folder / 'innkeeper.db'}", SystemClock())


@contextmanager
def upkeep_house(folder: Path) -> Iterator[Upkeep]:
    """The house, running, with a ticket for everything that is due."""
    with tls_house(folder, 8) as house:
        made = Upkeep(house)
        with closing(house.client(MANAGER, PASSWORD)) as manager, closing(house.client("41")) as eva:
            put_assets(made, manager)
            break_and_repair(made, manager, eva)
            sell_rooms(manager)
            put_plans(made, eva)
        # As after months: it looks for due work when it comes up again.
        house.kill()
        pass_months(made)
        house.start()
        with closing(house.client("41")) as eva:
            wait_until(lambda: len(open_work(eva)) == 7 and all(placed(one) for one in open_work(eva)), 60)
            do_one(eva)
        let_one_lapse(made)
        yield made


def put_assets(made: Upkeep, manager: httpx.Client) -> None:
    today = business_date(manager)
    units: dict[str, dict[str, Any]] = {
        "101": {"installed_on": "2009-05-04", "price_cents": 320_000, "serial": "FR9-0101"},
        "102": {"installed_on": "2021-05-04", "price_cents": 320_000},
        "103": {"installed_on": "2021-05-04", "price_cents": 320_000},
        "104": {"installed_on": "2019-03-01", "price_cents": 280_000, "model": "Frost 7"},
        "105": {
            "installed_on": str(today - timedelta(days=200)),
            "warranty_until": str(today + timedelta(days=165)),
            "price_cents": 350_000,
            "model": "Breeze X",
        },
        "106": {"model": "Breeze X"},
    }
    for room, more in units.items():
        body = {"kind": "split_ac", "name": f"Air conditioner {room}", "maker": "Polar", "model": "Frost 9"}
        answer = manager.post("/api/assets", json={**body, "room": room, **more}).raise_for_status()
        made.assets[room] = answer.json()["id"]
    boiler = {"kind": "heater", "name": "Boiler", "area": "Cellar", "price_cents": 1_500_000}
    made.assets["cellar"] = manager.post("/api/assets", json=boiler).raise_for_status().json()["id"]


def break_and_repair(made: Upkeep, manager: httpx.Client, eva: httpx.Client) -> None:
    """The old unit again and again, with parts that were paid and minutes that nobody priced."""
    for number in range(FAILURES):
        body = {"kind": "air_conditioning", "text": "Blows warm", "asset_id": made.assets["101"]}
        ticket = manager.post("/api/fault-reports", json=body).raise_for_status().json()["ticket_id"]
        made.faults.append(ticket)
        act(eva, ticket, "accept")
        act(eva, ticket, "start")
        for cost in (
            {"kind": "part", "what": "Fan motor", "quantity": 1, "cost_cents": 42_000 + 500 * number},
            {"kind": "work", "quantity": 90},
        ):
            eva.post(f"/api/tickets/{ticket}/costs", json=cost).raise_for_status()
        act(eva, ticket, "resolve")


def sell_rooms(manager: httpx.Client) -> None:
    today = business_date(manager)
    # So soon that there is no time left before.
    eta = (datetime.now(UTC) + timedelta(minutes=30)).isoformat()
    for room, nights in (("102", 120), ("103", 12)):
        stay = {
            "eta": eta,
            "room": room,
            "arrival_date": str(today),
            "departure_date": str(today + timedelta(days=nights)),
            "guest": {"given_name": "Wei", "family_name": "Chen"},
        }
        manager.post("/api/stays", json=stay).raise_for_status()


def put_plans(made: Upkeep, eva: httpx.Client) -> None:
    today = business_date(eva)
    usual: dict[str, Any] = {
        "work_class": "climate",
        "trigger": {"by": "time", "every": 3, "unit": "months", "spread": False},
        "starts_on": str(today),
        "lead_days": 0,
        "checklist": ["Switch off at the isolator", "Wash the filter"],
    }
    for more in (
        {"name": "Filter cleaning", "kind": "split_ac", "minutes": 45},
        {
            "name": "Coil wash",
            "model": "Frost 7",
            "minutes": 120,
            "blocks_sale": True,
            "parts": [{"name": "Coil cleaner", "number": "CC-5", "count": 2}],
        },
        {
            "name": "Boiler inspection",
            "work_class": "safety",
            "kind": "heater",
            "starts_on": str(today + timedelta(days=20)),
        },
    ):
        plan = eva.post("/api/preventive/plans", json={**usual, **more}).raise_for_status().json()
        made.plans[plan["name"]] = plan


def pass_months(made: Upkeep) -> None:
    """What was entered today happened over the last months; the next look at due work is now."""
    database = made.database()
    try:
        with database.write() as tx:
            for asset in made.assets.values():
                row = tx.session.get_one(AssetRow, asset)
                row.made_at -= timedelta(days=500)
            for number, ticket_id in enumerate(made.faults):
                ago = timedelta(days=DAYS_APART * number + 10)
                ticket = tx.session.get_one(TicketRow, ticket_id)
                ticket.opened_at -= ago + timedelta(hours=5)
                ticket.clock_from -= ago + timedelta(hours=5)
                assert ticket.started_at is not None
                assert ticket.ended_at is not None
                ticket.started_at -= ago + timedelta(hours=2)
                ticket.ended_at -= ago
                for cost in tx.session.query(TicketCostRow).filter_by(ticket_id=ticket_id):
                    cost.at -= ago
            tx.session.query(DueRow).filter_by(name="maintenance.preventive").delete()
    finally:
        database.close()


def do_one(eva: httpx.Client) -> None:
    """The filter of the old unit is clean."""
    (ticket,) = [one["ticket_id"] for one in open_work(eva) if one["room"] == "101"]
    for action in ("accept", "start", "resolve"):
        act(eva, ticket, action)
    wait_until(lambda: all(one["room"] != "101" for one in open_work(eva)))


def let_one_lapse(made: Upkeep) -> None:
    """Of room 106 the filter was due weeks ago."""
    database = made.database()
    try:
        with database.write() as tx:
            for row in tx.session.query(PlanWorkRow).filter_by(asset_id=made.assets["106"]):
                row.due_on -= timedelta(days=30)
    finally:
        database.close()


def open_work(client: httpx.Client) -> list[dict[str, Any]]:
    return list(client.get("/api/preventive/work").raise_for_status().json()["open"])


def placed(work: dict[str, Any]) -> bool:
    return work["window_from"] is not None or work["no_window"]


def act(client: httpx.Client, ticket_id: str, action: str, **more: Any) -> None:
    client.post(f"/api/tickets/{ticket_id}/actions", json={"action": action, **more}).raise_for_status()


def business_date(client: httpx.Client) -> date:
    return date.fromisoformat(
        client.get("/api/session").raise_for_status().json()["property"]["business_date"]
    )
