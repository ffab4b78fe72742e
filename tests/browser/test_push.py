"""A browser that rings: it subscribes, is called with the page closed, and a tap opens the ticket.

No push service can be reached from here, so the browser's own subscribing is replaced; what the service
worker does with a push is the real thing, handed in over the browser's debugging door.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Hotel, sign_in

KEY = base64.urlsafe_b64encode(b"\x04" + bytes(range(64))).rstrip(b"=").decode()
AUTH = base64.urlsafe_b64encode(bytes(range(16))).rstrip(b"=").decode()
A_PUSH_SERVICE = """
const taken = {
  endpoint: "https://push.example.org/one",
  toJSON: () => ({ endpoint: taken.endpoint, keys: KEYS }),
  unsubscribe: async () => { sessionStorage.removeItem("taken"); return true; },
};
PushManager.prototype.getSubscription = async () => (sessionStorage.getItem("taken") ? taken : null);
PushManager.prototype.subscribe = async (options) => {
  sessionStorage.setItem("taken", options.applicationServerKey);
  return taken;
};
""".replace("KEYS", json.dumps({"p256dh": KEY, "auth": AUTH}))
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map((one) => ({ title: one.title, path: one.data.path }))"""


def push(page: Page, hotel: Hotel, data: str) -> None:
    """Hand a push to the page's service worker, as the browser does when its push service calls."""
    door = page.context.new_cdp_session(page)
    ids: list[str] = []
    door.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: ids.extend(one["registrationId"] for one in told["registrations"]),
    )
    door.send("ServiceWorker.enable")

    def told() -> list[str]:
        # What the browser tells is heard while the page waits.
        page.wait_for_timeout(100)
        return ids

    hotel.wait_for("the service worker's registration", told)
    door.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": hotel.address, "registrationId": ids[0], "data": data},
    )


def shown(page: Page, hotel: Hotel, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hotel.wait_for(
        f"{count} notifications",
        lambda: len(page.evaluate(SHOWN)) == count and page.evaluate(SHOWN),
    )
    return found


def test_an_engineer_s_browser_rings_in_its_own_language(
    hotel: Hotel, open_page: Callable[..., Page]
) -> None:
    page = open_page("phone", "zh-CN")
    page.context.grant_permissions(["notifications"])
    page.add_init_script(A_PUSH_SERVICE)
    page.reload()
    sign_in(page, "engineer")
    page.goto("/maintenance/on-call")
    page.evaluate("async () => { await navigator.serviceWorker.ready }")
    page.reload()
    page.get_by_test_id("ring-here").click()
    expect(page.get_by_test_id("ring-no-more")).to_be_visible()
    assert len(page.evaluate("sessionStorage.getItem('taken')")) == 87, "the house's own key"

    call = {
        "kind": "ticket.critical",
        "ticket_id": "t-1",
        "number": 7,
        "title_code": "fault.leak",
        "room": "412",
        "headline": "Critical ticket 7: leak, room 412",
    }
    push(page, hotel, json.dumps(call))
    path = "/maintenance/tickets/t-1"
    assert shown(page, hotel, 1) == [{"title": "紧急：412 房 漏水（工单 7）", "path": path}]
    push(page, hotel, "this is no JSON")
    assert {one["path"] for one in shown(page, hotel, 2)} == {path, "/maintenance"}

    page.get_by_test_id("ring-no-more").click()
    expect(page.get_by_test_id("ring-here")).to_be_visible()
    assert page.evaluate("localStorage.getItem('innkeeper-push')") is None
