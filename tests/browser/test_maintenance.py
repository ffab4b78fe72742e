"""Engineers at work, at a desk and on a tablet: from a scanned code to a repair, two at once, diagnosis."""

from __future__ import annotations

import io
from contextlib import closing
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from hotel.clock import SystemClock
from hotel.database import Database
from maintenance.diagnosis_store import FindingRow
from tests.browser.conftest import Seat
from tests.chromium import at_rest, serious_faults
from tests.http_house import PASSWORD
from tests.tls_house import MANAGER, TlsHouse
from tests.waiting import wait_until

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(240)]


def picture() -> bytes:
    """As a camera would give it, but small."""
    kept = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 60, 30)).save(kept, "PNG")
    return kept.getvalue()


def report(client: httpx.Client, room: str, kind: str = "light", **more: Any) -> dict[str, Any]:
    """Somebody reports a fault; the ticket that it became."""
    client.post("/api/fault-reports", json={"kind": kind, "room": room, **more}).raise_for_status()
    return ticket_in(client, room)


def ticket_in(client: httpx.Client, room: str) -> dict[str, Any]:
    """The newest ticket of a room, whole."""
    (newest,) = client.get("/api/tickets", params={"room": room, "limit": 1}).json()["items"]
    return dict(client.get(f"/api/tickets/{newest['id']}").json())


def steps_by(client: httpx.Client, ticket: dict[str, Any], name: str) -> list[str]:
    items = client.get(f"/api/tickets/{ticket['id']}/history").json()["items"]
    return [step["action"] for step in items if step["by"] == name]


def act(client: httpx.Client, ticket: dict[str, Any], action: str, **more: Any) -> None:
    client.post(f"/api/tickets/{ticket['id']}/actions", json={"action": action, **more}).raise_for_status()


def card(page: Page, ticket: dict[str, Any]) -> Locator:
    return page.get_by_test_id(f"ticket-{ticket['number']}")


def put_finding(house: TlsHouse, room: str, fault: str = "no_capacity") -> None:
    """What a round of diagnosis would have written down."""
    database = Database(f"sqlite:///{house.folder / 'innkeeper.db'}", SystemClock())
    try:
        with database.write() as tx:
            at = tx.clock.now() - timedelta(hours=1)
            tx.session.add(
                FindingRow(
                    property_id=tx.property_id,
                    fault=fault,
                    asset_key=f"room/{room}",
                    room=room,
                    evidence={"expected_kelvin": 1.5, "reached_kelvin": 0.1},
                    found_at=at,
                    last_at=at,
                    times=2,
                )
            )
    finally:
        database.close()


@pytest.mark.slow
def test_a_scanned_code_is_a_ticket_with_a_photo_in_two_taps(calm_house: TlsHouse, seat: Seat) -> None:
    room = "101"
    with closing(calm_house.client("8")) as rosa:
        codes = {one["room"]: urlsplit(one["url"]).path for one in rosa.get("/api/qr/rooms").json()["items"]}
        page = seat("31", "phone")
        page.goto(codes[room])
        with page.expect_file_chooser() as chosen:
            page.get_by_test_id("take-photo").click()
        chosen.value.set_files({"name": "photo.png", "mimeType": "image/png", "buffer": picture()})
        page.get_by_alt_text("Photo 1").wait_for()
        page.get_by_test_id("scan-send").click()
        page.wait_for_url("**/housekeeping/**")
        wait_until(lambda: rosa.get("/api/tickets", params={"room": room}).json()["items"])
        ticket = ticket_in(rosa, room)
        assert (ticket["reported_by"], ticket["state"], len(ticket["photos"])) == ("Ana", "reported", 1)
        page.goto(codes[room])
        page.get_by_role("link", name=f"#{ticket['number']}").wait_for()
        page.goto("/scan/room/999")
        expect(page.get_by_text("room/999")).to_be_visible()


def test_an_engineer_takes_holds_and_ends_a_ticket_on_a_tablet_partly_without_network(
    calm_house: TlsHouse, seat: Seat
) -> None:
    with closing(calm_house.client("31")) as ana, closing(calm_house.client("8")) as rosa:
        ticket = report(ana, "102", text="Reading lamp flickers")
        page = seat("41", "tablet")
        page.goto("/maintenance/mine")
        page.get_by_test_id(f"accept-{ticket['number']}").click()
        page.get_by_test_id(f"start-{ticket['number']}").wait_for()
        card(page, ticket).click()

        # In the basement: kept, shown, sent in order when the network is back.
        page.get_by_test_id("do-start").wait_for()
        page.context.set_offline(True)
        words = page.get_by_test_id("connection-words")
        expect(words).to_contain_text("offline")
        page.get_by_test_id("do-start").click()
        page.get_by_test_id("do-hold").click()
        page.get_by_text("parts", exact=True).click()
        page.get_by_test_id("step-send").click()
        expect(words).to_contain_text("2 unsent")
        page.get_by_test_id("do-resume").wait_for()
        assert ticket_in(rosa, "102")["state"] == "accepted"
        page.context.set_offline(False)
        expect(words).to_have_text("live", timeout=30_000)
        wait_until(lambda: ticket_in(rosa, "102")["state"] == "on_hold")
        assert steps_by(rosa, ticket, "Eva") == ["accept", "start", "hold"]
        expect(page.get_by_text("clock stopped").first).to_be_visible()

        page.get_by_test_id("do-resume").click()
        page.locator("[data-testid=cost-quantity]").fill("25")
        page.get_by_test_id("cost-save").click()
        page.get_by_test_id("do-resolve").click()
        page.get_by_test_id("step-send").click()
        wait_until(lambda: ticket_in(rosa, "102")["state"] == "resolved")
        done = ticket_in(rosa, "102")
        assert [(cost["kind"], cost["quantity"], cost["by"]) for cost in done["costs"]] == [
            ("work", 25, "Eva")
        ]
        # Not by who repaired it: somebody else sees that it works.
        expect(page.get_by_test_id("do-verify")).to_have_count(0)
        act(rosa, ticket, "verify")
        expect(page.get_by_test_id("do-close")).to_be_visible()


def test_of_two_engineers_the_second_is_told_by_whom(calm_house: TlsHouse, seat: Seat) -> None:
    with closing(calm_house.client("31")) as ana, closing(calm_house.client("41")) as eva:
        ticket = report(ana, "103", "television", text="No picture")
        page = seat("42", "tablet")
        # Finn's screen hears nothing new: to him the ticket is nobody's.
        page.route("**/api/events", lambda route: route.abort())
        page.goto("/maintenance/mine")
        page.get_by_test_id(f"accept-{ticket['number']}").wait_for()
        act(eva, ticket, "accept")
        page.get_by_test_id(f"accept-{ticket['number']}").click()
        page.get_by_test_id("look-at-conflicts").click()
        conflict = page.get_by_test_id("conflict")
        expect(conflict.get_by_test_id("theirs")).to_contain_text("Eva")
        conflict.get_by_test_id("drop-mine").click()
        expect(conflict).to_have_count(0)
        assert ticket_in(ana, "103")["assigned_to"] == "Eva"
        assert steps_by(ana, ticket, "Finn") == []


@pytest.mark.slow
def test_the_board_by_filters_and_keys(calm_house: TlsHouse, seat: Seat) -> None:
    with closing(calm_house.client("31")) as ana:
        unsafe = report(ana, "104", "electricity", text="Bare wire", unsafe=True)
        small = report(ana, "105", "furniture", text="Wobbly chair")
    page = seat("42")
    page.goto("/maintenance/board")
    card(page, small).wait_for()
    page.get_by_test_id("filter-priority").click()
    page.get_by_role("option", name="Critical").click()
    expect(card(page, small)).to_have_count(0)
    expect(card(page, unsafe)).to_be_visible()
    # The address keeps it.
    page.reload()
    card(page, unsafe).wait_for()
    expect(card(page, small)).to_have_count(0)
    page.goto("/maintenance/board?q=wobbly")
    card(page, small).wait_for()
    expect(card(page, unsafe)).to_have_count(0)

    page.keyboard.press("j")
    expect(card(page, small)).to_have_attribute("data-focused", "true")
    page.keyboard.press("a")
    expect(card(page, small)).to_contain_text("Finn")
    page.keyboard.press("n")
    page.get_by_role("dialog").wait_for()
    # In a field a letter is a letter.
    page.get_by_role("dialog").get_by_role("textbox").last.press("a")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/maintenance/tickets/{small['id']}")
    page.get_by_test_id("do-start").wait_for()


@pytest.mark.slow
def test_a_finding_gets_a_verdict_a_ticket_or_peace(calm_house: TlsHouse, seat: Seat) -> None:
    for room in ("106", "107", "108"):
        put_finding(calm_house, room)
    page = seat("41")
    page.goto("/maintenance/diagnosis")

    def finding(room: str) -> Locator:
        return page.get_by_test_id("finding-no_capacity").filter(has_text=room)

    rule = page.get_by_test_id("rule-no_capacity")
    expect(rule).to_contain_text("3 wait")
    finding("106").get_by_test_id("verdict-false").click()
    expect(finding("106")).to_have_count(0)
    finding("107").get_by_test_id("mute").click()
    page.get_by_role("menuitem").first.click()
    expect(finding("107")).to_have_count(0)
    expect(page.get_by_test_id("mutes")).to_contain_text("107")
    finding("108").get_by_test_id("open-ticket").click()
    expect(finding("108")).to_have_count(0)
    expect(rule).to_contain_text("0 %")
    with closing(calm_house.client("41")) as eva:
        ticket = ticket_in(eva, "108")
        assert (ticket["source"], ticket["title_code"]) == ("system", "fault.no_capacity")
    page.get_by_text("All", exact=True).click()
    expect(finding("106").get_by_test_id("verdict-false")).to_have_attribute("aria-pressed", "true")
    finding("108").get_by_role("link", name="ticket").click()
    page.wait_for_url(f"**/maintenance/tickets/{ticket['id']}")


@pytest.mark.slow
def test_who_is_called_and_who_has_heard_it(calm_house: TlsHouse, seat: Seat) -> None:
    page = seat(MANAGER, "tablet")
    page.goto("/maintenance/on-call")
    for name in ("Eva", "Finn"):
        page.get_by_label("Who").first.click()
        page.get_by_role("option", name=name).click()
        page.get_by_role("button", name="Add").click()
        page.get_by_role("listitem").filter(has_text=name).wait_for()
    page.get_by_role("button", name="Finn").first.click()
    expect(page.get_by_role("listitem").first).to_contain_text("Finn")
    with closing(calm_house.client(MANAGER, PASSWORD)) as manager:
        called = manager.get("/api/maintenance/on-call").json()["items"]
        assert [one["name"] for one in called] == ["Finn", "Eva"]
        ticket = report(manager, "101", "water", text="Water through the ceiling", unsafe=True)
    engineer = seat("42", "phone")
    engineer.goto(f"/maintenance/tickets/{ticket['id']}")
    engineer.get_by_test_id("acknowledge").click()
    expect(engineer.get_by_text("Finn").first).to_be_visible()
    expect(engineer.get_by_test_id("acknowledge")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("size", ["desk", "tablet"])
def test_axe_finds_nothing_serious_in_maintenance(calm_house: TlsHouse, seat: Seat, size: str) -> None:
    """Each page with something on it, in both languages and themes."""
    room = "106" if size == "desk" else "107"
    put_finding(calm_house, room, "sensor_frozen")
    with closing(calm_house.client(MANAGER, PASSWORD)) as manager:
        ticket = report(manager, room, "air_conditioning", text="Blows warm")
        put = {"items": [{"staff_id": calm_house.staff_id("41"), "email": "eva@hotel.example"}]}
        manager.put("/api/maintenance/on-call", json=put).raise_for_status()
    with closing(calm_house.client("41")) as eva:
        for action, more in (("accept", {}), ("start", {}), ("hold", {"reason": "parts"})):
            act(eva, ticket, action, **more)
    places = {
        f"/maintenance/tickets/{ticket['id']}": ["lock-out", "propose-off-sale", "do-assign"],
        "/maintenance/board": ["filter-who", "report-fault"],
        "/maintenance/mine": [],
        "/maintenance/diagnosis": ["unfold-no_capacity", "mute"],
        "/maintenance/on-call": [],
        "/maintenance/codes": [],
        f"/scan/room/{room}": [],
        f"/rooms/{room}": [],
    }
    found: dict[str, list[str]] = {}
    for language in ("en", "zh-CN"):
        for theme in ("light", "dark"):
            page = seat("41", size, language, theme)
            page.emulate_media(reduced_motion="reduce")
            for path, opening in places.items():
                page.goto(path)
                at_rest(page)
                for opens in ["", *opening]:
                    if opens:
                        page.get_by_test_id(opens).locator("visible=true").first.click()
                        at_rest(page)
                    if faults := serious_faults(page):
                        found[f"{language}, {theme}: {path} {opens}"] = faults
            page.context.close()
    assert found == {}
