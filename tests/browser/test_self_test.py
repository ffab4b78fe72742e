"""An engineer tries a device out before its ticket is repaired, against the demo's own curtain."""

from __future__ import annotations

from contextlib import closing

import pytest
from playwright.sync_api import expect

from hotel.clock import SystemClock
from hotel.database import Database
from maintenance.tickets_desk import TicketDesk
from tests.browser.conftest import Seat
from tests.ticket_house import Uses
from tests.tls_house import TlsHouse

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(240)]

ROOM = "105"


def put_ticket(house: TlsHouse, device: str) -> str:
    """The ticket that diagnosis would have opened."""
    database = Database(f"sqlite:///{house.folder / 'innkeeper.db'}", SystemClock())
    try:
        with database.write() as tx:
            return TicketDesk(Uses()).open_for_fault(
                tx,
                fault="curtain_stuck",
                asset_key=f"device/{device}",
                room=ROOM,
                entity=device,
                evidence=[{"kind": "diagnosis_found", "values": {"asked_minutes": 6.0, "tries": 2.0}}],
                safety=False,
                at=tx.clock.now(),
            )
    finally:
        database.close()


@pytest.mark.slow
def test_a_device_is_tried_out_before_it_counts_as_repaired(calm_house: TlsHouse, seat: Seat) -> None:
    with closing(calm_house.client("41")) as eva:
        devices = eva.get("/api/devices", params={"room": ROOM}).json()["items"]
        curtain = next(one["id"] for one in devices if one["purpose"] == "curtain")
        ticket = put_ticket(calm_house, curtain)
        for action in ("accept", "start"):
            eva.post(f"/api/tickets/{ticket}/actions", json={"action": action}).raise_for_status()
    page = seat("41", "tablet")
    page.goto(f"/maintenance/tickets/{ticket}")
    page.get_by_test_id("do-resolve").click()
    expect(page.get_by_text("Not tried out yet")).to_be_visible()
    page.get_by_test_id("self-test-start").click()
    page.get_by_test_id("self-test-passed").wait_for()
    expect(page.get_by_text("Not tried out yet")).to_have_count(0)
    page.get_by_test_id("step-send").click()
    page.get_by_text("Repaired").first.wait_for()
    with closing(calm_house.client("41")) as eva:
        shown = eva.get(f"/api/tickets/{ticket}").json()
    assert shown["evidence"][-1]["values"]["result"] == "passed"
    chinese = seat("41", "phone", "zh-CN", "dark")
    chinese.goto(f"/maintenance/tickets/{ticket}")
    expect(chinese.get_by_test_id("self-test-passed")).to_contain_text("通过")
