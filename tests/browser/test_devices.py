"""An engineer's morning with a new lamp: it waits, is tried, put in a room, commanded, and asks again."""

from __future__ import annotations

import json
import queue
from collections.abc import Iterator

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from playwright.sync_api import expect

from gateway.mqtt.broker_url import parse_broker_url
from tests.browser.conftest import Hotel, sign_in
from tests.chromium import Opened, serious_faults

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(240)]

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


class NewLamp:
    """A lamp that nobody knows yet, on the hotel's own broker. It does what it is asked, and says so."""

    def __init__(self, mqtt_url: str) -> None:
        broker = parse_broker_url(mqtt_url)
        self.asked: queue.Queue[tuple[str, str]] = queue.Queue()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="new-lamp")
        self._client.username_pw_set(broker.user, broker.password)
        self._client.on_message = self._hears
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()

    def introduces_itself(self, command_topic: str = "newlamp/set") -> None:
        self._client.subscribe(command_topic, 1)
        for part, name in (("lamp", "New lamp"), ("strip", "New strip")):
            config = {
                "name": name,
                "unique_id": f"new-{part}",
                "command_topic": command_topic,
                "state_topic": "newlamp/state",
                "device": {"identifiers": ["new-lamp"], "name": "Lamp of a new kind", "manufacturer": "Acme"},
            }
            self._says(f"homeassistant/light/newlamp/{part}/config", json.dumps(config))
        self._says("newlamp/state", "OFF")

    def leaves(self) -> None:
        for part in ("lamp", "strip"):
            self._says(f"homeassistant/light/newlamp/{part}/config", "")
        self._client.disconnect()
        self._client.loop_stop()

    def _says(self, topic: str, payload: str) -> None:
        self._client.publish(topic, payload, qos=1, retain=True).wait_for_publish(5)

    def _hears(self, client: mqtt.Client, userdata: object, message: mqtt.MQTTMessage) -> None:
        self.asked.put((message.topic, message.payload.decode()))
        client.publish("newlamp/state", message.payload, qos=1, retain=True)


@pytest.fixture
def lamp(hotel: Hotel) -> Iterator[NewLamp]:
    made = NewLamp(hotel.mqtt_url)
    yield made
    made.leaves()


def test_a_new_lamp_is_tried_placed_commanded_and_asks_again(
    hotel: Hotel, open_page: Opened, lamp: NewLamp
) -> None:
    page = open_page()
    sign_in(page, "engineer")
    page.goto("/devices?view=inbox")
    page.get_by_test_id("csv-open").wait_for()
    lamp.introduces_itself()

    # It appears by itself, with what is built together in one place.
    waiting = page.get_by_test_id("waiting-new-lamp")
    waiting.get_by_test_id("unfold").click()
    assert serious_faults(page) == []
    waiting.get_by_test_id("try-on-true").first.click()
    expect(waiting.locator("[data-state=confirmed]")).to_be_visible()
    assert lamp.asked.get(timeout=60) == ("newlamp/set", "ON")

    waiting.get_by_test_id("waiting-room").fill("102")
    page.get_by_role("option", name="102", exact=True).click()
    waiting.get_by_test_id("approve").click()
    expect(waiting).to_have_count(0)

    # In the list, on its own page, and driven in its room.
    page.goto("/devices?q=acme")
    page.get_by_role("link", name="Light", exact=True).first.click()
    expect(page.get_by_test_id("approval-history")).to_contain_text("102")
    expect(page.get_by_test_id("device-commands")).to_contain_text("tried out")
    address = page.url
    [strip] = [one for one in hotel.get("/api/rooms/102")["devices"] if one["name"] == "New strip"]
    body = {"device_id": strip["id"], "property": "on", "value": False}
    hotel.client.post("/api/rooms/102/commands", json=body, headers=SAME_SITE).raise_for_status()
    assert lamp.asked.get(timeout=60) == ("newlamp/set", "OFF")

    # It would listen elsewhere now: somebody has to agree first.
    lamp.introduces_itself("somewhere/else/set")
    expect(page.get_by_test_id("changed-ways").first).to_contain_text("somewhere/else/set")
    refused = hotel.client.post("/api/rooms/102/commands", json=body, headers=SAME_SITE)
    assert refused.json()["code"] == "asks_again"
    assert serious_faults(page) == []
    page.get_by_test_id("page-approve").click()
    expect(page.get_by_test_id("page-approve")).to_have_count(0)
    assert page.url == address

    # And back to the inbox, to be placed with a table instead.
    page.get_by_test_id("withdraw").click()
    expect(page.get_by_test_id("page-approve")).to_be_visible()
    page.goto("/devices?view=inbox")
    page.get_by_test_id("csv-open").click()
    page.get_by_test_id("csv-text").fill(
        "unique_id,room\nnew-lamp,103\nnew-strip,103\nnobody,103\n",
    )
    page.get_by_test_id("csv-check").click()
    expect(page.get_by_test_id("csv-lines")).to_contain_text("There is no such device")
    page.get_by_test_id("csv-apply").click()
    expect(page.get_by_test_id("csv-done")).to_be_visible()
    rooms = {one["name"] for one in hotel.get("/api/rooms/103")["devices"]}
    assert {"New lamp", "New strip"} <= rooms
