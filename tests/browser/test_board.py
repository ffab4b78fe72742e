"""A supervisor's morning on the board: shifts, the plan, a room moved by hand, a sick call."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.browser.test_accessibility import serious

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(240)]


def add_agency(page: Page, name: str) -> None:
    page.get_by_test_id("add-shift").first.click()
    page.get_by_text("Agency", exact=True).click()
    page.get_by_test_id("shift-name").fill(name)
    page.get_by_label("Until").fill("23:30")
    page.get_by_label("Break").fill("")
    page.get_by_test_id("shift-save").click()
    page.get_by_test_id(f"lane-{name}").wait_for()


GIVE_WORK = """async () => {
  const rooms = (await (await fetch("/api/rooms")).json()).items.slice(0, 8);
  for (const { number } of rooms) {
    const body = JSON.stringify({ kind: "departure", room: number, minutes: 30 });
    await fetch("/api/tasks", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  }
}"""


def test_a_day_is_planned_mended_and_moved_by_hand(open_page: Callable[..., Page]) -> None:
    page = open_page()
    sign_in(page, "supervisor")
    page.goto("/housekeeping/board")
    page.evaluate(GIVE_WORK)
    add_agency(page, "Ana")
    add_agency(page, "Ben")
    page.get_by_test_id("board-plan").click()
    ana, ben = page.get_by_test_id("lane-Ana"), page.get_by_test_id("lane-Ben")
    ana.locator("li").first.wait_for()
    ben.locator("li").first.wait_for()
    room = ana.locator("li").last.locator("b").inner_text()
    page.get_by_test_id(f"board-menu-{room}").click()
    page.get_by_test_id(f"move-{room}-Ben").click()
    moved = ben.get_by_test_id(f"board-task-{room}")
    expect(moved).to_contain_text("locked")
    # The same by dragging it back.
    moved.drag_to(ana)
    expect(ana.get_by_test_id(f"board-task-{room}")).to_contain_text("locked")
    before = ana.locator("li").count() + ben.locator("li").count()
    page.get_by_test_id("lane-menu-Ana").click()
    page.get_by_test_id("sick-Ana").click()
    expect(ana).to_contain_text("sick")
    expect(ana.locator("li")).to_have_count(0)
    assert ben.locator("li").count() >= before - 2
    page.get_by_test_id("board-changes").click()
    expect(page.get_by_text("the attendant is away").first).to_be_visible()
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(500)
    assert serious(page) == []
