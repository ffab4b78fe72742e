"""A supervisor's morning on the board: shifts, the plan, a room moved by hand, a sick call."""

from __future__ import annotations

import contextlib

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.conftest import sign_in
from tests.chromium import Opened, at_rest, serious_faults

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(240)]


def add_agency(page: Page, name: str) -> None:
    page.get_by_test_id("add-shift").first.click()
    page.get_by_text("Agency", exact=True).click()
    page.get_by_test_id("shift-name").fill(name)
    page.get_by_label("Until").fill("23:30")
    page.get_by_label("Break").fill("")
    page.get_by_test_id("shift-save").click()
    page.get_by_test_id(f"lane-{name}").wait_for()


def drag(page: Page, task: Locator, lane: Locator) -> None:
    """Drag and drop in one go: a mouse that stops on its way loses what it holds when the list moves."""
    transfer = page.evaluate_handle("() => new DataTransfer()")
    task.dispatch_event("dragstart", {"dataTransfer": transfer})
    lane.dispatch_event("dragover", {"dataTransfer": transfer})
    lane.dispatch_event("drop", {"dataTransfer": transfer})


# Work that is nobody's but this test's: the demo's own people clean its rooms meanwhile.
GIVE_WORK = """async () => {
  for (let n = 1; n <= 12; n += 1) {
    const body = JSON.stringify({ kind: "public_area", area: `Salon ${n}`, floor: "1", minutes: 30 });
    await fetch("/api/tasks", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  }
}"""


def test_a_day_is_planned_mended_and_moved_by_hand(open_page: Opened) -> None:
    page = open_page()
    sign_in(page, "supervisor")
    page.goto("/housekeeping/board")
    page.evaluate(GIVE_WORK)
    add_agency(page, "Xenia")
    add_agency(page, "Yusuf")
    page.get_by_test_id("board-plan").click()
    xenia, yusuf = page.get_by_test_id("lane-Xenia"), page.get_by_test_id("lane-Yusuf")
    salons = xenia.locator("li").filter(has_text="Salon")
    salons.first.wait_for()
    yusuf.locator("li").first.wait_for()
    room = salons.last.locator("b").inner_text()
    page.get_by_test_id(f"board-menu-{room}").click()
    page.get_by_test_id(f"move-{room}-Yusuf").click()
    moved = yusuf.get_by_test_id(f"board-task-{room}")
    expect(moved).to_contain_text("locked")
    # The same by dragging it back; the lists of a living house may move under the hand, then one drags again.
    back = xenia.get_by_test_id(f"board-task-{room}")
    for _ in range(3):
        if moved.count():
            drag(page, moved, xenia)
        with contextlib.suppress(PlaywrightTimeout):
            back.wait_for(timeout=5_000)
            break
    expect(back).to_contain_text("locked")
    page.get_by_test_id("lane-menu-Xenia").click()
    page.get_by_test_id("sick-Xenia").click()
    expect(xenia).to_contain_text("sick")
    expect(xenia.locator("li")).to_have_count(0)
    # Nothing of hers is forgotten: the room is on one other list now.
    expect(page.get_by_test_id(f"board-task-{room}")).to_have_count(1)
    page.get_by_test_id("board-changes").click()
    expect(page.get_by_text("the attendant is away").first).to_be_visible()
    assert serious_faults(page) == []
    page.emulate_media(color_scheme="dark")
    at_rest(page)
    assert serious_faults(page) == []
