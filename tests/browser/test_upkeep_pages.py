"""Preventive work, reliability and repair or replace in a house that has a past, at desk and tablet size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Seat
from tests.chromium import at_rest, pages_of, serious_faults
from tests.http_house import PASSWORD
from tests.tls_house import MANAGER, sign_in
from tests.upkeep_house import Upkeep, upkeep_house
from tests.waiting import wait_until

pytestmark = [pytest.mark.chromium, pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def upkeep(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upkeep]:
    with upkeep_house(tmp_path_factory.mktemp("upkeep") / "house") as made:
        yield made


@pytest.fixture
def desk(chromium: Browser, upkeep: Upkeep) -> Iterator[Seat]:
    address = upkeep.house.local_url
    with pages_of(chromium, address, ignore_https_errors=True, service_workers="block") as opened:

        def taken(code: str, size: str = "desk", language: str = "en", theme: str = "light") -> Page:
            page = opened(size, language, theme)
            sign_in(page, code, offline=False)
            return page

        yield taken


def test_a_plan_is_made_edited_by_two_and_its_work_has_a_window_or_says_why_not(
    upkeep: Upkeep, desk: Seat
) -> None:
    page = desk("41")
    page.goto("/maintenance/preventive")

    def work(room: str, plan: str = "Filter cleaning") -> str:
        row = page.get_by_test_id(f"work-Air conditioner {room}").filter(has_text=plan)
        return row.inner_text()

    page.get_by_test_id("work-Air conditioner 102").wait_for()
    assert "no free window" in work("102").casefold()
    assert "after its tolerance" in work("103").casefold()
    assert "off sale" in work("104", "Coil wash").casefold()
    expect(page.get_by_test_id("preventive-ahead")).to_contain_text("Boiler inspection")

    page.goto("/maintenance/preventive?show=plans")
    page.get_by_test_id("plan-add").click()
    page.get_by_test_id("plan-name").fill("Descale")
    page.get_by_role("combobox", name="Kind").click()
    page.get_by_role("option", name="Heater", exact=True).click()
    page.get_by_test_id("plan-save").click()
    page.get_by_test_id("plan-Descale").click()
    with closing(upkeep.house.client("42")) as finn:
        plans = finn.get("/api/preventive/plans").json()["items"]
        theirs = next(one for one in plans if one["name"] == "Descale")
        put = {name: theirs[name] for name in WISHED}
        seen = {"If-Match": f'"{theirs["version"]}"'}
        path = f"/api/preventive/plans/{theirs['id']}"
        finn.put(path, json={**put, "minutes": 75}, headers=seen).raise_for_status()
        page.get_by_test_id("plan-name").fill("Descaling")
        page.get_by_test_id("plan-save").click()
        conflict = page.get_by_test_id("conflict")
        expect(conflict).to_contain_text("75")
        at_rest(page)
        assert serious_faults(page) == []
        page.get_by_test_id("take-theirs").click()
        expect(page.get_by_test_id("plan-name")).to_have_value("Descale")
        page.get_by_test_id("plan-name").fill("Descaling")
        page.get_by_test_id("plan-save").click()
        page.get_by_test_id("plan-Descaling").wait_for()
        kept = next(
            one for one in finn.get("/api/preventive/plans").json()["items"] if one["name"] == "Descaling"
        )
        assert kept["minutes"] == 75

    page.goto("/maintenance/preventive?show=compliance")
    page.get_by_test_id("class-climate").click()
    expect(page.get_by_test_id("compliance")).to_contain_text("106")
    page.get_by_test_id("compliance").get_by_role("link").first.click()
    page.wait_for_url("**/maintenance/tickets/*")


WISHED = (
    *("name", "work_class", "trigger", "kind", "model", "asset_id", "starts_on", "lead_days"),
    *("tolerance_days", "from_completion", "minutes", "needs_vacant", "blocks_sale", "checklist", "parts"),
    *("includes", "active"),
)


def test_repair_or_replace_shows_its_sum_and_the_manager_sets_its_limits(upkeep: Upkeep, desk: Seat) -> None:
    page = desk(MANAGER, "tablet")
    page.goto("/maintenance/replacement")
    old = page.get_by_test_id("replace-Air conditioner 101")
    old.click()
    expect(old).to_have_attribute("aria-expanded", "true")
    line = page.get_by_test_id("replacements").get_by_role("listitem").filter(has_text="Air conditioner 101")
    # 4 fan motors: 42 000 + 500 n; minutes have no price yet.
    expect(line).to_contain_text("1,710.00")
    limits = page.get_by_test_id("replacement-limits")
    expect(limits).to_contain_text("not valued")

    page.get_by_test_id("terms-edit").click()
    page.get_by_test_id("hour-price").fill("80")
    with closing(upkeep.house.client(MANAGER, PASSWORD)) as other:
        path = "/api/maintenance/replacement-terms"
        kept = {one["name"]: one["value"] for one in other.get(path).json()["limits"]}
        theirs = {"limits": {**kept, "share_of_price": 0.6}, "cents_an_hour": None}
        other.put(path, json=theirs, headers={"If-Match": '"0"'}).raise_for_status()
        page.get_by_test_id("terms-save").click()
        expect(page.get_by_test_id("conflict")).to_contain_text("0.6")
        at_rest(page)
        assert serious_faults(page) == []
        page.get_by_test_id("keep-mine").click()
        expect(limits).to_contain_text("80.00")
        assert other.get(path).json()["cents_an_hour"] == 8_000
    # 4 × 90 min at 80 an hour.
    expect(line).to_contain_text("2,190.00")
    line.get_by_role("link", name="#").first.click()
    page.wait_for_url("**/maintenance/tickets/*")

    page.goto("/maintenance/replacement?show=reliability")
    page.get_by_test_id("reliability-Polar Frost 9").click()
    table = page.get_by_test_id("reliability")
    expect(table).to_contain_text("Work valued by the hour")
    table.get_by_role("link", name="#").first.click()
    page.wait_for_url("**/maintenance/tickets/*")
    page.goto(f"/maintenance/assets/{upkeep.assets['101']}")
    expect(page.get_by_test_id("reliability-panel").get_by_role("link", name="#").first).to_be_visible()
    with closing(upkeep.house.client("41")) as eva:
        wait_until(
            lambda: eva.get(f"/api/assets/{upkeep.assets['101']}").json()["costs"]["valued_cents"] == 48_000
        )


LOOKS = [("desk", "zh-CN", "light"), ("tablet", "en", "dark")]


@pytest.mark.parametrize(("size", "language", "theme"), LOOKS)
def test_axe_finds_nothing_serious_where_there_is_something_to_see(
    upkeep: Upkeep, desk: Seat, size: str, language: str, theme: str
) -> None:
    places = {
        "/maintenance/preventive": [],
        "/maintenance/preventive?show=plans": ["plan-Coil wash"],
        "/maintenance/preventive?show=compliance": ["class-climate"],
        "/maintenance/replacement": ["replace-Air conditioner 101", "terms-edit"],
        "/maintenance/replacement?show=reliability": ["reliability-Polar Frost 9"],
        "/maintenance/assets": [],
        f"/maintenance/assets/{upkeep.assets['101']}": ["asset-move"],
        f"/maintenance/tickets/{upkeep.faults[0]}": [],
    }
    page = desk(MANAGER, size, language, theme)
    page.emulate_media(reduced_motion="reduce")
    found: dict[str, list[str]] = {}
    for path, opening in places.items():
        page.goto(path)
        at_rest(page)
        for opens in ["", *opening]:
            if opens:
                page.get_by_test_id(opens).locator("visible=true").first.click()
                at_rest(page)
            if faults := serious_faults(page):
                found[f"{path} {opens}"] = faults
    assert found == {}
