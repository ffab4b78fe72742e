"""Many rooms at once, and hands off: chosen, asked, followed and lifted on the rooms page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Hotel, sign_in
from tests.chromium import Opened

pytestmark = pytest.mark.chromium


def test_an_engineer_keeps_a_floor_still_and_a_manager_acts_on_the_others(
    hotel: Hotel, open_page: Opened
) -> None:
    page = open_page()
    sign_in(page, "manager")
    page.goto("/rooms")
    rooms = hotel.get("/api/rooms")["items"]
    floor = rooms[0]["floor"]
    # Empty ones: a guest's hand on the lamp would rightly refuse the manager.
    there = [room["number"] for room in rooms if room["floor"] == floor and room["front_office"] == "vacant"]
    still, moved = there[0], there[1]

    page.goto(f"/rooms/{still}")
    page.get_by_test_id("set-hands-off").click()
    page.get_by_test_id("hands-off-reason").fill("filter change")
    page.get_by_test_id("hands-off-confirm").click()
    expect(page.get_by_test_id("hands-off")).to_contain_text("filter change")

    page.goto("/rooms")
    expect(page.get_by_test_id(f"room-{still}")).to_contain_text("hands off")
    page.get_by_test_id("choose-rooms").click()
    page.get_by_test_id(f"pick-{still}").click()
    page.get_by_test_id(f"pick-{moved}").click()
    expect(page.get_by_test_id("selection-bar")).to_contain_text("2 rooms")
    page.get_by_test_id("act-lights_off").click()
    sheet = page.get_by_test_id("action-sheet")
    expect(sheet).to_have_attribute("data-ended", "true", timeout=60_000)
    outcomes = sheet.locator("li")
    refused = outcomes.filter(has_text=still)
    expect(refused.first).to_have_attribute("data-state", "refused")
    expect(refused.first).to_contain_text("filter change")
    expect(outcomes.filter(has_text=re.compile(f"^{moved}")).first).not_to_have_attribute(
        "data-state", "refused"
    )

    page.keyboard.press("Escape")
    page.goto(f"/rooms/{still}")
    page.get_by_test_id(f"lift-room:{still}").click()
    expect(page.get_by_test_id("hands-off")).to_have_count(0)
    assert hotel.get("/api/hands-off")["items"] == []
