"""The desk's day without a mouse: sign in, find an arrival, give it a room, check in and out; the rooms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Hotel
from tests.chromium import Opened

pytestmark = [pytest.mark.chromium, pytest.mark.slow, pytest.mark.timeout(240)]

MOST_TABS = 90
IS_HERE = "selector => document.activeElement?.closest(selector) !== null"
IN_DIALOG = "() => document.activeElement?.closest('[role=dialog]') !== null"


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there, as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        if page.evaluate(IS_HERE, selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{MOST_TABS} tabs do not lead to {selector}")


def press_until(page: Page, key: str, words: str) -> None:
    """Press an arrow key in a menu until the focus is on the entry with these words, and take it."""
    for _ in range(20):
        if page.evaluate("() => document.activeElement.innerText").startswith(words):
            page.keyboard.press("Enter")
            return
        page.keyboard.press(key)
    raise AssertionError(f"no entry {words!r}")


def keeps_the_focus(page: Page) -> None:
    """A dialog lets the focus neither out nor stand behind it."""
    page.wait_for_function(IN_DIALOG)
    for _ in range(25):
        page.keyboard.press("Tab")
        assert page.evaluate(IN_DIALOG), "the focus left the dialog"


def by_testid(name: str) -> str:
    return f"[data-testid='{name}']"


def book(hotel: Hotel) -> dict[str, Any]:
    """A guest for today, without a room."""
    day = hotel.get("/api/session")["property"]["business_date"]
    body = {
        "arrival_date": day,
        "departure_date": str(date.fromisoformat(day) + timedelta(days=1)),
        "room_type": free_room(hotel)["type"]["code"],
        "guest": {"given_name": "Tabitha", "family_name": "Keyes"},
    }
    made = hotel.client.post("/api/stays", json=body)
    made.raise_for_status()
    return dict(made.json())


def free_room(hotel: Hotel) -> dict[str, Any]:
    """A ready room that nobody is expected in."""

    def found() -> dict[str, Any] | None:
        taken = {stay["room"] for stay in hotel.get("/api/stays?limit=500")["items"]}
        rooms = hotel.get("/api/rooms")["items"]
        return next((room for room in rooms if room["ready"] and room["number"] not in taken), None)

    return dict(hotel.wait_for("a free room", found))


def test_an_arrival_from_sign_in_to_check_out(hotel: Hotel, open_page: Opened) -> None:
    page = open_page()
    page.get_by_test_id("sign-in-way").wait_for()
    tab_to(page, by_testid("login"))
    page.keyboard.type("desk")
    tab_to(page, by_testid("secret"))
    page.keyboard.type("harbour-desk")
    page.keyboard.press("Enter")
    page.get_by_test_id("arrivals-search").wait_for()

    stay = book(hotel)["id"]
    page.keyboard.press("/")
    page.keyboard.type("Keyes")
    expect(page.get_by_test_id(f"arrival-{stay}")).to_be_visible()

    # The stay opens, keeps the focus and gives it back.
    tab_to(page, by_testid(f"open-{stay}"))
    page.keyboard.press("Enter")
    keeps_the_focus(page)
    page.keyboard.press("Escape")
    page.wait_for_function(IS_HERE, arg=by_testid(f"open-{stay}"))

    # A room is given.
    tab_to(page, by_testid(f"more-{stay}"))
    page.keyboard.press("Enter")
    page.locator("[role=menu]").wait_for()
    press_until(page, "ArrowDown", "Assign room")
    keeps_the_focus(page)
    room = free_room(hotel)["number"]
    tab_to(page, by_testid("room-picker"))
    page.keyboard.type(room)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    tab_to(page, by_testid("move-confirm"))
    page.keyboard.press("Enter")
    expect(page.get_by_test_id(f"arrival-{stay}")).to_contain_text(room)

    # The guest comes.
    tab_to(page, by_testid(f"check-in-{stay}"))
    page.keyboard.press("Enter")
    row = page.get_by_test_id(f"arrival-{stay}")
    reason = page.get_by_test_id("unready-reason")
    gone = page.get_by_test_id("undo")
    gone.or_(reason).first.wait_for()
    if reason.count():
        # A living house: it is not ready any more.
        tab_to(page, by_testid("unready-reason"))
        page.keyboard.type("the guest wants it so")
        page.keyboard.press("Enter")
        gone.wait_for()
    # No longer expected: the guest is among those who have arrived.
    expect(row).to_have_count(0)
    tab_to(page, by_testid("arrivals-state"))
    page.keyboard.press("ArrowRight")
    row.wait_for()

    # And leaves.
    tab_to(page, by_testid(f"more-{stay}"))
    page.keyboard.press("Enter")
    page.locator("[role=menu]").wait_for()
    press_until(page, "ArrowDown", "Check out")
    hotel.wait_for("the check-out", lambda: hotel.get(f"/api/stays/{stay}")["state"] == "checked_out")


def test_the_rooms_and_a_rooms_page(hotel: Hotel, open_page: Opened) -> None:
    page = open_page()
    page.get_by_test_id("demo-manager").focus()
    page.keyboard.press("Enter")
    page.get_by_test_id("connection").wait_for()
    # The first stop leads past the rail.
    page.goto("/rooms")
    room = page.locator("[data-testid^='room-1']").first
    room.wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "content"
    name = room.get_attribute("data-testid")
    tab_to(page, f"[data-testid='{name}']")
    page.keyboard.press("Enter")
    page.get_by_test_id("set-cleanliness").wait_for()

    tab_to(page, by_testid("set-hands-off"))
    page.keyboard.press("Enter")
    keeps_the_focus(page)
    page.keyboard.press("Escape")
    page.wait_for_function(IS_HERE, arg=by_testid("set-hands-off"))

    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/housekeeping/**")
    page.keyboard.press("?")
    keeps_the_focus(page)
    page.keyboard.press("Escape")
    expect(page.locator("[role=dialog]")).to_have_count(0)
