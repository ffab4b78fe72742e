"""axe finds nothing serious on any page, in both themes and both languages, on every size."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Hotel, sign_in

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(240)]

LOOKS = [("desk", "en", "light"), ("tablet", "zh-CN", "dark"), ("phone", "en", "dark")]


@pytest.mark.parametrize(("size", "language", "theme"), LOOKS)
def test_axe_finds_nothing_serious(
    hotel: Hotel, open_page: Callable[..., Page], size: str, language: str, theme: str
) -> None:
    page = open_page(size, language, theme)
    page.get_by_test_id("sign-in-way").wait_for()
    found = {"sign-in": serious(page)}
    sign_in(page, "manager")
    for name, path in {
        "arrivals": "/arrivals",
        "rooms": "/rooms",
        "room": "/rooms/102",
        "devices": "/devices",
        "settings": "/settings",
    }.items():
        page.goto(path)
        page.wait_for_timeout(1500)
        found[name] = serious(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


def serious(page: Page) -> list[str]:
    """Each serious or critical finding as "rule: where"."""
    return [
        f"{violation['id']}: {violation['nodes'][0]['target']}"
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
