"""The hotel's tickets over its REST API, for an engineer who is signed in."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import httpx

from simulators.floor import FloorAnswer
from simulators.purchases import purchase_of
from simulators.workshop import (
    CopyBooks,
    EnterCost,
    LookAtTickets,
    SeenTicket,
    TakeUpFindings,
    TapTicket,
    WorkshopAct,
)

OPEN_STATES = ("reported", "triaged", "assigned", "accepted", "in_progress", "on_hold", "resolved")
LARGEST_PAGE, LARGEST_LIST = 200, 500
COLUMNS = ("asset", "kind", "name", "price", "installed_on", "warranty_until")
MOST_TAKEN_UP = 20

Body = dict[str, Any]
# (client, path, body) -> how it went, once however often it is sent
Post = Callable[[httpx.Client, str, Body], FloorAnswer]
Refused = Callable[[httpx.Response], FloorAnswer]


def do(act: WorkshopAct, person: httpx.Client, me: Body, post: Post, refused: Refused) -> FloorAnswer:
    """Do what the engineer wants; `me` is their session."""
    match act:
        case LookAtTickets():
            reply = person.get("/api/tickets", params={"state": OPEN_STATES, "limit": LARGEST_PAGE})
            if reply.status_code != 200:
                return refused(reply)
            who = str(me["staff"]["id"])
            return FloorAnswer(True, tickets=tuple(_seen(ticket, who) for ticket in reply.json()["items"]))
        case TapTicket(_, ticket, action, reason, comment):
            said = {"action": action, "reason": reason, "comment": comment}
            tap = {name: value for name, value in said.items() if value is not None}
            return post(person, f"/api/tickets/{ticket.id}/actions", tap)
        case EnterCost(_, ticket, kind, what, quantity, cents):
            cost = {"kind": kind, "what": what, "quantity": quantity, "cost_cents": cents}
            return post(person, f"/api/tickets/{ticket.id}/costs", cost)
        case TakeUpFindings(_, found_before):
            reply = person.get("/api/diagnosis/findings", params={"waiting": True, "limit": LARGEST_PAGE})
            if reply.status_code != 200:
                return refused(reply)
            waiting = [
                finding["id"]
                for finding in reply.json()["items"]
                if finding["ticket_id"] is None
                and not finding["muted"]
                and datetime.fromisoformat(finding["found_at"]) <= found_before
            ]
            for finding in waiting[:MOST_TAKEN_UP]:
                post(person, f"/api/diagnosis/findings/{finding}/ticket", {})
            return FloorAnswer(True)
        case CopyBooks(_, seed, today):
            return _copy_books(person, seed, today, refused)


def _copy_books(person: httpx.Client, seed: int, today: date, refused: Refused) -> FloorAnswer:
    """What the books say comes in as a table, whole or not at all."""
    reply = person.get("/api/assets", params={"limit": LARGEST_LIST})
    if reply.status_code != 200:
        return refused(reply)
    assets = reply.json()["items"]
    if not assets:
        return FloorAnswer(False, "nothing_to_copy")
    lines = [COLUMNS]
    for asset in assets:
        bought = purchase_of(seed, f"{asset['room']}/{asset['name']}", asset["kind"], today)
        if asset["price_cents"] is None and bought is not None:
            texts = (asset["id"], asset["kind"], asset["name"])
            lines.append((*texts, str(bought.price), str(bought.installed_on), str(bought.warranty_until)))
    if len(lines) == 1:
        return FloorAnswer(True)
    table = io.StringIO()
    csv.writer(table).writerows(lines)
    put = person.post(
        "/api/assets/import",
        params={"apply": True},
        content=table.getvalue().encode(),
        headers={"Content-Type": "text/csv"},
    )
    return FloorAnswer(True) if put.is_success else refused(put)


def _seen(ticket: Body, who: str) -> SeenTicket:
    return SeenTicket(
        id=ticket["id"],
        number=ticket["number"],
        state=ticket["state"],
        priority=ticket["priority"],
        room=ticket["room"],
        mine=ticket["assigned_to_id"] == who,
        may=frozenset(ticket["may"]),
    )
