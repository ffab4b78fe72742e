"""The desk's day in a real browser, on a real simulated hotel."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Hotel, sign_in
from tests.chromium import Opened, at_rest

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(240)]


def arrival_to_come(hotel: Hotel, minutes_ahead: float) -> dict[str, Any]:
    """An arrival with a plan that has not begun and an ETA at least so far ahead."""

    def found() -> dict[str, Any] | None:
        now = datetime.fromisoformat(hotel.get("/api/session")["now"])
        for arrival in reversed(hotel.get("/api/arrivals")["items"]):
            plan = arrival["plan"]
            if (
                plan is not None
                and plan["state"] == "waiting"
                and arrival["state"] == "reserved"
                and datetime.fromisoformat(arrival["eta"]) - now > timedelta(minutes=minutes_ahead)
            ):
                return dict(arrival)
        return None

    return dict(hotel.wait_for("an arrival with a plan", found))


def plan_of(hotel: Hotel, room: str) -> dict[str, Any]:
    return dict(hotel.get(f"/api/rooms/{room}")["plan"] or {})


def test_an_eta_that_moves_takes_the_plan_with_it(hotel: Hotel, open_page: Opened) -> None:
    page = open_page()
    sign_in(page, "front_desk")
    arrival = arrival_to_come(hotel, 90)
    stay, room = arrival["stay_id"], arrival["room"]
    row = page.get_by_test_id(f"arrival-{stay}")
    row.wait_for()
    shown = page.get_by_test_id(f"plan-start-{stay}").inner_text()
    before = datetime.fromisoformat(plan_of(hotel, room)["start_at"])

    for _ in range(4):
        page.get_by_test_id(f"eta-plus-{stay}").click()

    hotel.wait_for(
        "the plan to move",
        lambda: datetime.fromisoformat(plan_of(hotel, room)["start_at"]) - before > timedelta(minutes=30),
        seconds=20,
    )
    # Nobody reloads: the screen hears of it by itself.
    expect(page.get_by_test_id(f"plan-start-{stay}")).not_to_have_text(shown)


def test_the_second_to_edit_a_stay_is_told(hotel: Hotel, open_page: Opened) -> None:
    page = open_page()
    # This screen hears nothing new: it edits what was.
    page.route("**/api/events", lambda route: route.abort())
    sign_in(page, "front_desk")
    stay = arrival_to_come(hotel, 60)["stay_id"]
    page.get_by_test_id(f"eta-plus-{stay}").wait_for()
    seen = hotel.get(f"/api/stays/{stay}")
    theirs = (datetime.fromisoformat(seen["eta"]) + timedelta(minutes=25)).isoformat()
    hotel.client.patch(
        f"/api/stays/{stay}", json={"eta": theirs}, headers={"If-Match": f'"{seen["version"]}"'}
    ).raise_for_status()

    with page.expect_response(f"**/api/stays/{stay}") as refused:
        page.get_by_test_id(f"eta-plus-{stay}").click()
    assert refused.value.status == 412
    expect(page.get_by_text("Somebody else changed this meanwhile")).to_be_visible()
    now = hotel.get(f"/api/stays/{stay}")
    assert datetime.fromisoformat(now["eta"]) == datetime.fromisoformat(theirs)


def test_a_light_follows_the_desk_and_the_device_reports_it(hotel: Hotel, open_page: Opened) -> None:
    page = open_page()
    sign_in(page, "front_desk")
    room = arrival_to_come(hotel, 60)["room"]
    page.goto(f"/rooms/{room}")
    report = page.get_by_test_id("report-ceiling_light")
    report.wait_for()

    def light_is_on() -> bool:
        devices = hotel.get(f"/api/rooms/{room}")["devices"]
        light = next(device for device in devices if device["purpose"] == "ceiling_light")
        return any(facet["name"] == "on" and facet["reported"] is True for facet in light["properties"])

    # An attendant may have it on to work by.
    before, was = light_is_on(), report.inner_text()
    page.get_by_test_id("control-ceiling_light-toggle").click(force=True)
    expect(report).to_have_attribute("data-standing", "rest")
    hotel.wait_for("the lamp's own report", lambda: light_is_on() != before, seconds=15)
    expect(report).not_to_have_text(was)
    expect(page.get_by_test_id("timeline")).to_contain_text("Mei")


def test_the_room_shows_its_climate_and_says_why(hotel: Hotel, open_page: Opened) -> None:
    page = open_page()
    sign_in(page, "front_desk")
    room = arrival_to_come(hotel, 30)["room"]
    page.goto(f"/rooms/{room}")
    expect(page.get_by_test_id("climate-chart").locator("canvas").first).to_be_visible()
    expect(page.get_by_test_id("climate-sentence")).not_to_be_empty()
    expect(page.get_by_test_id("temperature-now")).to_contain_text("°")


def test_the_screens_speak_chinese(hotel: Hotel, open_page: Opened) -> None:
    page = open_page("tablet", "zh-CN", "dark")
    sign_in(page, "manager")
    rooms = page.locator("[data-testid='nav-rooms']:visible")
    expect(rooms).to_contain_text("客房")
    rooms.click()
    expect(page.get_by_test_id("room-101")).to_contain_text("净房")


def test_a_wrong_secret_is_refused_in_words(open_page: Opened) -> None:
    page = open_page()
    page.get_by_test_id("login").fill("desk")
    page.get_by_test_id("secret").fill("not this one")
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_test_id("sign-in-refused")).to_be_visible()


@pytest.mark.parametrize("role", ["attendant", "engineer"])
def test_nobody_sees_an_entry_that_would_answer_forbidden(hotel: Hotel, open_page: Opened, role: str) -> None:
    page = open_page("tablet")
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status == 403 else None)
    sign_in(page, role)
    for entry in page.locator("[data-testid^='nav-']:visible").all():
        entry.click()
        at_rest(page)
    assert refused == []
