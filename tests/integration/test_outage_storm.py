"""All devices of a hotel come back from a power cut at once, and devices whose last words come late."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import paho.mqtt.client as mqtt
import psutil
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from gateway.mqtt.broker_url import parse_broker_url
from gateway.mqtt.paho_link import PahoLink
from gateway.mqtt.reachability import WILL_GRACE_SECONDS
from tests.fault_proxy import HOST, FaultProxy
from tests.outage_house import OutageHouse, StuckIngest, lamp, outage_house
from tests.running_house import ROOT
from tests.storm import room_of, state_of

pytestmark = pytest.mark.mosquitto


class Process:
    """`python -m tests.storm`."""

    def __init__(self, url: str, devices: int, waves: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.storm", url, str(devices), str(waves)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def done(self, word: str) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline().strip() == word

    def close(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=20)


@contextmanager
def stormy(folder: Path, devices: int, waves: int) -> Iterator[tuple[OutageHouse, Process]]:
    """A house that knows the storm's devices, and one lamp of its own in room 101."""
    rooms = ["101", *sorted({room_of(device) for device in range(devices)})]
    with outage_house(folder, rooms, lambda room: lamp("101")) as house:
        storm = Process(house.broker.url, devices, waves)
        try:
            storm.begin("introduce")
            storm.done("introduce")
            house.until(lambda: house.controller.counters()["entities"] == 2 * devices + 1, 90)
            house.until_shown(lambda: all(device.approved for device in house.shown()), 90)
            house.until(lambda: not house.controller.counters()["changes_waiting"], 90)
            yield house, storm
        finally:
            storm.close()


@pytest.mark.parametrize(
    ("devices", "waves", "most_queued"),
    [
        pytest.param(500, 12, 4_000, id="500"),
        pytest.param(5_000, 12, 40_000, id="5000", marks=[pytest.mark.slow, pytest.mark.timeout(240)]),
    ],
)
def test_all_devices_reboot_at_once(
    devices: int, waves: int, most_queued: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The bound in proportion: the house's own is made for more than this sample.
    monkeypatch.setattr("gateway.main.PahoLink", partial(PahoLink, most_queued=most_queued))
    with stormy(tmp_path, devices, waves) as (house, storm):
        memory = psutil.Process().memory_info
        before_bytes = memory().rss
        reached: list[float] = []
        deepest = 0
        with StuckIngest(house):
            began = time.monotonic()
            storm.begin("reboot")
            # Ingest stands still and all of it piles up: commands go out all the same.
            for turn in range(10):
                on = turn % 2 == 0
                told = len(house.devices.told("dev/101/lamp/set"))
                asked = time.monotonic()
                house.ask("101", "ceiling_light", "on", on)
                house.until(lambda n=told: len(house.devices.told("dev/101/lamp/set")) > n)  # type: ignore[misc]
                reached.append(time.monotonic() - asked)
                deepest = max(deepest, house.link("queued"))
            storm.done("reboot")
            house.until(lambda: house.link("shed") > 0)
            storm_seconds = time.monotonic() - began
            deepest = max(deepest, house.link("queued"))
            grown_bytes = memory().rss - before_bytes
        freed = time.monotonic()
        right = {f"switch/storm/plug{device}": state_of(device) == "ON" for device in range(devices)}

        def wrong() -> list[str]:
            shown = {device.key: device for device in house.shown()}
            return [
                key
                for key, on in right.items()
                if shown[key].available is not True
                or next(each.reported for each in shown[key].properties if each.name == "on") is not on
            ]

        house.until_shown(lambda: not wrong(), 120)
        healed_seconds = time.monotonic() - freed
        shed = int(house.metric("innkeeper_mqtt_link_shed_total"))
        print(
            f"{devices} devices, {devices * (3 + waves + 1)} messages in {storm_seconds:.1f} s: "
            f"{shed} shed, at most {deepest} waiting of {most_queued}, {grown_bytes / 2**20:.0f} MiB more; "
            f"commands reached their lamp in {max(reached) * 1000:.0f} ms at most; "
            f"all right {healed_seconds:.1f} s after ingest went on"
        )
        # Bounded, and only telemetry that had a newer word was shed: every state came through.
        assert deepest <= most_queued + 10
        assert 0 < shed <= devices * waves
        assert house.metric("innkeeper_mqtt_link_shed_kept_total") == 0
        assert grown_bytes <= 4_000 * most_queued + (64 << 20)
        assert house.metric("innkeeper_controller_changes_shed") == 0
        assert house.metric("innkeeper_mqtt_link_handler_failures_total") == 0
        assert house.metric("innkeeper_mqtt_listener_failures_total") == 0
        house.until(lambda: house.metric("innkeeper_controller_commands_live") == 0)
        house.until(house.is_ready)


def old_session(network: FaultProxy, url: str, room: str) -> mqtt.Client:
    """A device's connection of before, with a will, through a network of its own."""
    where = parse_broker_url(url)
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"lamp-of-{room}-before")
    client.username_pw_set(where.user, where.password)
    client.will_set(f"dev/{room}/there", "offline", qos=1, retain=True)
    client.connect(HOST, network.port, keepalive=1)
    client.loop_start()
    return client


def test_a_late_will_that_overtakes_a_birth_heals(tmp_path: Path) -> None:
    """The last sessions of two devices are found dead after their next ones have begun. One speaks soon,
    the other is silent and answers only when the house says that it is there."""
    with outage_house(tmp_path, ["101", "102"], lamp) as house, FaultProxy(house.broker.port) as air:
        devices = house.devices.client
        births: list[bytes] = []

        def born(client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
            births.append(bytes(message.payload))
            client.publish("dev/102/there", "online", qos=1, retain=True)

        devices.message_callback_add("innkeeper/status", born)
        devices.subscribe("innkeeper/status", qos=1)
        before = [old_session(air, house.broker.url, room) for room in ("101", "102")]
        house.until(lambda: all(session.is_connected() for session in before))
        # Their radio fails without a word; they start anew elsewhere and say so.
        air.stall()
        for room in ("101", "102"):
            devices.publish(f"dev/{room}/there", "online", qos=1, retain=True)
        house.until(lambda: [device.available for device in house.shown()] == [False, False])
        overtaken = time.monotonic()
        births.clear()
        # A device that speaks lives; a word in the same second could still be of the old session.
        house.until(lambda: time.monotonic() - overtaken > WILL_GRACE_SECONDS)
        devices.publish("dev/101/lamp", "ON", qos=0)
        house.until(house.all_there, 30)
        assert time.monotonic() - overtaken <= 30
        assert births
        assert house.metric("innkeeper_mqtt_late_wills_healed_total") >= 1
        for session in before:
            session.loop_stop()
