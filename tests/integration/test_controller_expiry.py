"""Yesterday's command is never delivered: the broker itself forgets it when its time is over (MQTT 5)."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from gateway.mqtt.broker import EmbeddedBroker
from gateway.mqtt.paho_link import PahoLink
from hotel.clock import SystemClock
from tests.waiting import PATIENCE_SECONDS, wait_until


class SleepyDevice:
    """A device that keeps its session at the broker while it is away."""

    def __init__(self, url: str) -> None:
        self.heard: list[bytes] = []
        self.client = paho.Client(CallbackAPIVersion.VERSION2, "sleepy", protocol=paho.MQTTv5)
        self.client.on_message = lambda _c, _u, message: self.heard.append(bytes(message.payload))
        self._subscribed = threading.Event()
        self.client.on_connect = lambda client, *_: client.subscribe("ac/set", qos=1)
        self.client.on_subscribe = lambda *_: self._subscribed.set()
        parts = urlsplit(url)
        self.host, self.port = str(parts.hostname), int(parts.port or 1883)
        if parts.username is not None:
            self.client.username_pw_set(parts.username, parts.password)

    def wake(self) -> None:
        kept = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        kept.SessionExpiryInterval = 600
        self._subscribed.clear()
        self.client.connect(self.host, self.port, clean_start=False, properties=kept)
        self.client.loop_start()
        assert self._subscribed.wait(PATIENCE_SECONDS)

    def sleep(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.mark.mosquitto
def test_a_device_that_sleeps_too_long_never_hears_what_ran_out(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path, 0)
    broker.start()
    link = PahoLink(broker.url, "house", SystemClock(), None, mqtt_5=broker.speaks_mqtt_5)
    device = SleepyDevice(broker.url)
    try:
        link.start()
        wait_until(lambda: link.connected)
        device.wake()
        device.sleep()
        assert link.publish("ac/set", b"stale", qos=1, expiry_seconds=1)
        assert link.publish("ac/set", b"still wanted", qos=1, expiry_seconds=60)
        wait_until(lambda: link.outstanding == 0)
        time.sleep(2.5)
        device.wake()
        assert link.publish("ac/set", b"new", qos=1)
        wait_until(lambda: b"new" in device.heard)
        assert device.heard == [b"still wanted", b"new"]
    finally:
        device.sleep()
        link.stop()
        broker.stop()
