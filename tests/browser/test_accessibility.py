"""axe finds nothing serious on any page or dialog, in both themes and both languages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import sign_in
from tests.chromium import Opened, at_rest, serious_faults

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]

LOOKS = list(product(("en", "zh-CN"), ("light", "dark")))
SIZES = ("desk", "tablet", "phone")
ROOM = "102"


@dataclass(frozen=True)
class Place:
    """A page, or what opens from it when these are clicked one after the other."""

    path: str
    clicks: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " > ".join((self.path, *self.clicks))


def at(path: str, *opening: str) -> list[Place]:
    """A page and what opens from it; "a b" means a, then b. Names are those of tests, or selectors."""
    return [Place(path), *(Place(path, tuple(clicks.split(" "))) for clicks in opening)]


PLACES: dict[str, list[Place]] = {
    "nobody": [*at("/sign-in", "[data-testid=sign-in-way]>>label>>nth=1"), *at("/enrol")],
    "front_desk": [
        *at(
            "/arrivals",
            "new-stay",
            "arrivals-more",
            "arrivals-more import-stays",
            "[data-testid^=open-]",
            "[data-testid^=open-] tab-wishes",
            "[data-testid^=eta-edit-]",
            "[data-testid^=more-]",
            "[data-testid^=more-] [role=menuitem]",
            "find",
            "language",
            "who",
            "who guide",
            "who [role=menuitem]>>nth=1",
        ),
        *at(f"/rooms/{ROOM}"),
        *at("/nowhere"),
    ],
    "manager": [
        *at("/rooms", "choose-rooms", "set-hands-off"),
        *at(
            f"/rooms/{ROOM}",
            "set-hands-off",
            "set-cleanliness",
            "set-cleanliness off-sale",
            "set-cleanliness room-found",
        ),
        *at("/settings", "staff-add"),
        *at("/comfort"),
        *at("/maintenance/levels"),
        *at("/housekeeping/setup"),
        *at("/housekeeping/counts", "goods"),
    ],
    "supervisor": [
        *at("/housekeeping/board", "add-shift"),
        *at("/housekeeping/tasks", "make-task", "[data-testid^=task-row-]"),
        *at("/housekeeping/round"),
        *at("/housekeeping/mine"),
        *at("/housekeeping/discrepancies"),
        *at("/housekeeping/found", "report-found"),
        *at("/housekeeping/counts", "new-count"),
        *at("/settings", "tablet-add"),
        *at("/maintenance/on-call"),
    ],
    "engineer": [
        *at("/devices", "a[href^='/devices/']"),
        *at("/devices?view=inbox", "csv-open"),
        *at("/devices?view=refused"),
        *at("/devices?view=equipment", "equipment-add equipment-add-property"),
        *at("/rooms"),
        *at("/maintenance/board", "report-fault"),
        *at("/maintenance/mine"),
        *at("/maintenance/diagnosis", "unfold-no_capacity"),
        *at("/maintenance/codes"),
    ],
    # The lock at the end: it stays.
    "attendant": at("/housekeeping/mine", "extra-found", "extra-minibar", "extra-fault", "who lock-now"),
}


SAMPLE = [("desk", "en", "light"), ("phone", "zh-CN", "dark")]
SAMPLED = [Place(path) for path in ("/arrivals", "/rooms", f"/rooms/{ROOM}", "/devices", "/settings")]


@pytest.mark.parametrize(("size", "language", "theme"), SAMPLE)
def test_axe_finds_nothing_serious(open_page: Opened, size: str, language: str, theme: str) -> None:
    page = open_page(size, language, theme)
    page.emulate_media(reduced_motion="reduce")
    at_rest(page)
    found = {"sign-in": serious_faults(page)}
    sign_in(page, "manager")
    for place in SAMPLED:
        go(page, place)
        found[str(place)] = serious_faults(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


# In a room for everybody, and longer than simulated attendants need until it is looked at.
GIVE_WORK = """async () => {
  const { items } = await (await fetch("/api/shifts")).json();
  for (const { staff_id } of items.filter((shift) => shift.staff_id !== null)) {
    await fetch("/api/tasks", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ kind: "special", room: "102", minutes: 240, attendant_id: staff_id }),
    });
  }
}"""


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_axe_finds_nothing_serious_in_any_place(open_page: Opened, language: str, theme: str) -> None:
    """Every role in one look; from look to look on another size of screen."""
    found: dict[str, list[str]] = {}
    turn = LOOKS.index((language, theme))
    for number, (role, places) in enumerate(PLACES.items()):
        size = SIZES[(turn + number) % len(SIZES)]
        page = open_page(size, language, theme)
        page.emulate_media(reduced_motion="reduce")
        if role != "nobody":
            sign_in(page, role)
        if role == "supervisor":
            page.evaluate(GIVE_WORK)
        for place in places:
            go(page, place)
            if faults := serious_faults(page):
                found[f"{role}, {size}: {place}"] = faults
        page.context.close()
    assert found == {}


def go(page: Page, place: Place) -> None:
    page.goto(place.path)
    at_rest(page)
    for click in place.clicks:
        selector = click if "[" in click else f"[data-testid={click}]"
        page.locator(selector.replace(">>", " >> ")).locator("visible=true").first.click()
        at_rest(page)
