"""The registry at a desk and on a tablet: by hand, isolated, moved with its device, taken out, tried out."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Hotel, Seat, sign_in
from tests.browser.test_keyboard import free_room
from tests.browser.test_maintenance import act, picture, report
from tests.chromium import Opened, at_rest, serious_faults
from tests.tls_house import TlsHouse
from tests.waiting import wait_until

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(240)]


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_an_asset_by_hand_is_not_taken_out_while_its_tickets_are_open(
    calm_house: TlsHouse, seat: Seat
) -> None:
    page = seat("41", "tablet")
    page.goto("/maintenance/assets")
    page.get_by_test_id("asset-new").locator("visible=true").first.click()
    page.get_by_test_id("asset-name").fill("Minibar 108")
    page.get_by_role("dialog").get_by_role("combobox", name="Room", exact=True).click()
    page.get_by_role("option", name="108", exact=True).click()
    page.get_by_test_id("asset-save").click()
    page.get_by_test_id("asset-past").get_by_text("Entered by hand").wait_for()
    asset_id = page.url.rsplit("/", 1)[1]
    # No device stands behind it: there is nothing to keep commands away from.
    expect(page.get_by_test_id("asset-lock-out")).to_have_count(0)
    with closing(calm_house.client("31")) as ana, closing(calm_house.client("41")) as eva:
        ticket = report(ana, "108", "other", text="Warm", asset_id=asset_id)
        page.get_by_test_id("asset-more").click()
        page.get_by_test_id("asset-remove").click()
        page.get_by_test_id("asset-remove-sure").click()
        refused = page.get_by_test_id("asset-remove-refused")
        expect(refused.get_by_role("link", name=f"#{ticket['number']}")).to_be_visible()
        expect(refused).to_contain_text("reported")
        refused.get_by_role("link").click()
        page.wait_for_url(f"**/maintenance/tickets/{ticket['id']}")
        act(eva, ticket, "cancel", reason="Was unplugged")
        page.goto(f"/maintenance/assets/{asset_id}")
        page.get_by_test_id("asset-more").click()
        page.get_by_test_id("asset-remove").click()
        page.get_by_test_id("asset-remove-sure").click()
        page.wait_for_url("**/maintenance/assets")
        assert eva.get(f"/api/assets/{asset_id}").status_code == 404


@pytest.mark.slow
def test_a_file_with_bad_lines_a_document_parts_and_a_label(calm_house: TlsHouse, seat: Seat) -> None:
    page = seat("41")
    page.goto("/maintenance/assets")
    page.get_by_test_id("asset-import").locator("visible=true").first.click()
    head = "kind,name,maker,model,serial,room,price,installed_on"
    good = "television,TV 107,Vista,V55,TV-107,107,3200,2022-03-01"
    bad = ["television,TV 199,Vista,V55,TV-199,199,3200,2022-03-01", "teapot,Pot,,,,107,10,"]
    page.get_by_test_id("asset-csv").fill("\n".join([head, good, *bad]))
    page.get_by_test_id("asset-csv-check").click()
    lines = page.get_by_test_id("asset-csv-lines").locator("tbody tr")
    expect(lines).to_have_count(3)
    # What needs a person stands first, and nothing can be taken while it does.
    expect(lines.first).to_contain_text("199")
    expect(page.get_by_test_id("asset-csv-apply")).to_be_disabled()
    at_rest(page)
    assert serious_faults(page) == []
    page.get_by_test_id("asset-csv").fill("\n".join([head, good]))
    page.get_by_test_id("asset-csv-check").click()
    page.get_by_test_id("asset-csv-apply").click()
    page.get_by_test_id("asset-csv-done").wait_for()
    page.keyboard.press("Escape")
    page.goto("/maintenance/assets?search=TV-107")
    page.get_by_test_id("asset-row").filter(has_text="TV 107").first.click()

    with page.expect_file_chooser() as chosen:
        page.get_by_test_id("asset-document").click()
    chosen.value.set_files({"name": "Bill.png", "mimeType": "image/png", "buffer": picture()})
    page.get_by_test_id("asset-past").get_by_text("Document added").wait_for()
    page.get_by_test_id("asset-part").click()
    page.get_by_test_id("part-name").fill("Remote control")
    page.keyboard.press("Enter")
    page.get_by_test_id("asset-past").get_by_text("Part added").wait_for()

    # Two at once: the second is shown what the first has done.
    asset_id = page.url.rsplit("/", 1)[1]
    page.get_by_test_id("asset-edit").click()
    page.get_by_test_id("asset-name").fill("Television 107")
    with closing(calm_house.client("42")) as finn:
        version = finn.get(f"/api/assets/{asset_id}").json()["version"]
        seen = {"If-Match": f'"{version}"'}
        finn.patch(f"/api/assets/{asset_id}", json={"model": "V65"}, headers=seen).raise_for_status()
        page.get_by_test_id("asset-save").click()
        expect(page.get_by_test_id("conflict")).to_contain_text("V65")
        page.get_by_test_id("keep-mine").click()
        wait_until(lambda: finn.get(f"/api/assets/{asset_id}").json()["name"] == "Television 107")
        assert finn.get(f"/api/assets/{asset_id}").json()["model"] == "V65"

    page.get_by_test_id("asset-more").click()
    page.get_by_role("menuitem", name="Print its label").click()
    expect(page.get_by_test_id("labels").get_by_role("img")).to_have_count(1)


@pytest.mark.slow
def test_which_asset_is_meant_is_said_by_an_engineer(calm_house: TlsHouse, seat: Seat) -> None:
    with closing(calm_house.client("41")) as eva, closing(calm_house.client("31")) as ana:
        asset = {"kind": "refrigerator", "name": "Minibar 105", "room": "105", "warranty_until": "2199-01-01"}
        eva.post("/api/assets", json=asset).raise_for_status()
        ticket = report(ana, "105", "other", text="Hums")
        page = seat("41", "tablet", "zh-CN", "dark")
        page.goto(f"/maintenance/tickets/{ticket['id']}")
        page.get_by_test_id("name-asset").click()
        # Those of the room are offered before anything is typed.
        page.get_by_role("option", name="Minibar 105").click()
        page.get_by_test_id("ticket-asset").get_by_role("link", name="Minibar 105").wait_for()
        at_rest(page)
        assert serious_faults(page) == []
        assert eva.get(f"/api/tickets/{ticket['id']}").json()["asset"]["name"] == "Minibar 105"


def unit_of(hotel: Hotel, room: str) -> dict[str, Any]:
    """The air conditioner of a room, as soon as the registry has it."""

    def found() -> dict[str, Any] | None:
        items = hotel.get(f"/api/assets?room={room}&limit=50")["items"]
        return next((one for one in items if one["kind"] in ("split_ac", "fan_coil", "thermostat")), None)

    return dict(hotel.wait_for(f"the unit of {room}", found))


@pytest.mark.slow
def test_a_unit_is_isolated_and_goes_to_another_room_with_its_device(hotel: Hotel, open_page: Opened) -> None:
    unit = unit_of(hotel, "101")
    page = open_page("tablet")
    sign_in(page, "engineer")
    page.goto(f"/maintenance/assets/{unit['id']}")
    page.get_by_test_id("asset-lock-out").click()
    expect(page.get_by_text("It never replaces the electrical isolation")).to_be_visible()
    page.get_by_test_id("asset-lock-reason").fill("Fan is out")
    page.get_by_test_id("asset-lock-send").click()
    locked = page.get_by_test_id("asset-locked")
    expect(locked).to_contain_text("Fan is out")
    expect(locked).to_contain_text("It never replaces the electrical isolation")
    at_rest(page)
    assert serious_faults(page) == []
    page.get_by_test_id("asset-release-lock").click()
    expect(locked).to_have_count(0)
    past = page.get_by_test_id("asset-past")
    expect(past).to_contain_text("Lock-out released")

    # The asset alone first: the page says what is left to do, and does it.
    page.get_by_test_id("asset-move").click()
    choose(page, "Room", "102")
    page.get_by_test_id("asset-move-device").uncheck()
    expect(page.get_by_text("serves that room on")).to_be_visible()
    page.get_by_test_id("asset-move-save").click()
    page.get_by_test_id("device-along").click()
    expect(page.get_by_test_id("device-elsewhere")).to_have_count(0)
    expect(past).to_contain_text("Its device went with it to 102")
    device = hotel.get(f"/api/assets/{unit['id']}")
    assert (device["room"], device["device_room"]) == ("102", "102")

    # Back, both at once.
    page.get_by_test_id("asset-move").click()
    choose(page, "Room", "101")
    page.get_by_test_id("asset-move-save").click()
    hotel.wait_for("it is back", lambda: hotel.get(f"/api/assets/{unit['id']}")["device_room"] == "101")
    expect(page.get_by_test_id("device-elsewhere")).to_have_count(0)


@pytest.mark.slow
def test_a_device_of_the_demo_is_tried_out_from_its_ticket(hotel: Hotel, open_page: Opened) -> None:
    room = free_room(hotel)["number"]

    def found() -> dict[str, Any] | None:
        items = hotel.get(f"/api/assets?room={room}&kind=curtain_motor")["items"]
        return items[0] if items else None

    motor = hotel.wait_for("the curtain's motor", found)
    body = {"kind": "other", "text": "The curtain hums", "asset_id": motor["id"]}
    made = hotel.client.post("/api/fault-reports", json=body).raise_for_status().json()
    page = open_page("desk")
    sign_in(page, "engineer")
    page.goto(f"/maintenance/tickets/{made['ticket_id']}")
    page.get_by_test_id("do-accept").click()
    page.get_by_test_id("self-test-start").click()
    page.get_by_test_id("self-test-passed").wait_for(timeout=90_000)
    # What it did stands with the ticket.
    expect(page.get_by_text("Self-test").last).to_be_visible()
    at_rest(page)
    assert serious_faults(page) == []
