"""axe finds nothing serious on any page or dialog, in both themes and both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Hotel, sign_in

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]

LOOKS = list(product(("en", "zh-CN"), ("light", "dark")))
# Who carries what.
SIZES = {"attendant": "tablet", "supervisor": "tablet", "engineer": "phone"}
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
    ],
    "engineer": [
        *at("/devices", "a[href^='/devices/']"),
        *at("/devices?view=inbox", "csv-open"),
        *at("/devices?view=refused"),
        *at("/rooms"),
    ],
    # The lock at the end: it stays.
    "attendant": at("/housekeeping/mine", "extra-found", "extra-minibar", "extra-fault", "who lock-now"),
}


SAMPLE = [("desk", "en", "light"), ("tablet", "zh-CN", "dark"), ("phone", "en", "dark")]
SAMPLED = [Place(path) for path in ("/arrivals", "/rooms", f"/rooms/{ROOM}", "/devices", "/settings")]


@pytest.mark.parametrize(("size", "language", "theme"), SAMPLE)
def test_axe_finds_nothing_serious(
    hotel: Hotel, open_page: Callable[..., Page], size: str, language: str, theme: str
) -> None:
    page = open_page(size, language, theme)
    page.emulate_media(reduced_motion="reduce")
    at_rest(page)
    found = {"sign-in": serious(page)}
    sign_in(page, "manager")
    for place in SAMPLED:
        go(page, place)
        found[str(place)] = serious(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


# A task that no simulated attendant does away with before it is looked at.
GIVE_WORK = """() => fetch("/api/tasks", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ kind: "public_area", area: "Salon", minutes: 30 }),
})"""


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("every_look", [False, True], ids=["a-look-each", "all-looks"])
def test_axe_finds_nothing_serious_in_any_place(
    hotel: Hotel, open_page: Callable[..., Page], every_look: bool
) -> None:
    """Each role in a look of its own; or each in all."""
    found: dict[str, list[str]] = {}
    for number, (role, places) in enumerate(PLACES.items()):
        for language, theme in LOOKS if every_look else [LOOKS[number % len(LOOKS)]]:
            page = open_page(SIZES.get(role, "desk"), language, theme)
            page.emulate_media(reduced_motion="reduce")
            if role != "nobody":
                sign_in(page, role)
            if role == "supervisor":
                page.evaluate(GIVE_WORK)
            for place in places:
                go(page, place)
                if faults := serious(page):
                    found[f"{role}, {language}, {theme}: {place}"] = faults
            page.close()
    assert found == {}


def go(page: Page, place: Place) -> None:
    page.goto(place.path)
    at_rest(page)
    for click in place.clicks:
        selector = click if "[" in click else f"[data-testid={click}]"
        page.locator(selector.replace(">>", " >> ")).locator("visible=true").first.click()
        at_rest(page)


# Everything is loaded and drawn: contrast is measured, and a half faded dialog has none.
AT_REST = """() => document.querySelector('h1, [role=dialog]') !== null
  && document.querySelector('.mantine-Skeleton-root, .mantine-Loader-root') === null
  && document.getAnimations().every((one) => one.effect.getComputedTiming().iterations === Infinity)"""


def at_rest(page: Page) -> None:
    page.wait_for_function(AT_REST)


def serious(page: Page) -> list[str]:
    """Each serious or critical finding as "rule: where"."""
    findings = Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {violation['nodes'][0]['target']}"
        for violation in findings.response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
