"""`python -m simulators` as a process: its command line, and its devices on a real broker."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tests.conftest import find_service
from tests.ports import port_to_keep
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60.0


def simulators(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "simulators", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def finish(process: subprocess.Popen[str], number: signal.Signals) -> str:
    """Send a signal; returns what was said. It ends by itself and is not killed."""
    process.send_signal(number)
    try:
        _, said = process.communicate(timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return said


class Listener:
    """A client that keeps the newest payload of each topic."""

    def __init__(self, port: int) -> None:
        self.state: dict[str, bytes] = {}
        self._news = threading.Condition()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self.client.username_pw_set("hotel", "secret")
        self.client.on_message = self._on_message
        self.client.connect("127.0.0.1", port)
        self.client.subscribe("#")
        self.client.loop_start()

    def _on_message(self, client: mqtt.Client, data: object, message: mqtt.MQTTMessage) -> None:
        with self._news:
            self.state[message.topic] = bytes(message.payload)
            self._news.notify_all()

    def until(self, *topics: str, is_so: object = None, timeout_seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until every topic was heard, or the only one's payload satisfies `is_so`."""

        def there() -> bool:
            if not all(topic in self.state for topic in topics):
                return False
            return is_so is None or bool(is_so(self.state[topics[0]]))  # type: ignore[operator]

        with self._news:
            assert self._news.wait_for(there, timeout_seconds), f"not heard: {topics}"

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[int]:
    program = find_service("mosquitto")
    assert program is not None, "mosquitto is not installed"
    port = port_to_keep()
    passwords = tmp_path / "passwords"
    passwords.write_text("hotel:secret\n")
    subprocess.run(["mosquitto_passwd", "-U", str(passwords)], check=True)
    passwords.chmod(0o644)
    tmp_path.chmod(0o755)
    configuration = tmp_path / "mosquitto.conf"
    lines = [f"listener {port} 127.0.0.1", "allow_anonymous false", f"password_file {passwords}"]
    if os.geteuid() == 0:
        lines.append("user root")
    configuration.write_text("\n".join(lines) + "\n")
    process = subprocess.Popen([program, "-c", str(configuration)], stderr=subprocess.DEVNULL)
    wait_until(lambda: is_open(port))
    yield port
    process.terminate()
    process.wait(PATIENCE_SECONDS)


def test_the_room_list_is_printed() -> None:
    process = simulators("--print-rooms", "--rooms", "12", "--seed", "3")
    said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert said.splitlines()[0] == "number,floor,section,type,type_name,area_square_metres,connecting"
    assert len(said.splitlines()) == 13


@pytest.mark.parametrize(
    "arguments",
    [
        ("--rooms", "0", "--print-rooms"),
        ("--rooms", "2"),
        ("--mqtt-url", "http://somewhere"),
        ("--mqtt-url", "mqtt://127.0.0.1:1", "--speed", "0"),
        ("--mqtt-url", "mqtt://127.0.0.1:1", "--epoch", "tomorrow"),
        ("--mqtt-url", "mqtt://127.0.0.1:1", "--timezone", "Mars/Olympus"),
        ("--mqtt-url", "mqtt://127.0.0.1:1", "--http-url", "http://127.0.0.1:1"),
        ("--mqtt-url", "mqtt://127.0.0.1:1", "--http-url", "http://x", "--token-file", "/nowhere"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(arguments: tuple[str, ...]) -> None:
    process = simulators(*arguments)
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 2
    assert "Traceback" not in said
    assert said.strip().splitlines()[-1].endswith((".", "port", "time", "3600", "'Mars/Olympus'"))


def test_a_broker_that_is_away_is_told_once_and_ending_is_quick() -> None:
    process = simulators("--mqtt-url", f"mqtt://127.0.0.1:{port_to_keep()}", "--rooms", "4")
    assert process.stderr is not None
    while "cannot be reached" not in process.stderr.readline():
        assert process.poll() is None
    time.sleep(2.5)  # it tries again, twice or more
    assert process.poll() is None
    said = finish(process, signal.SIGINT)
    assert process.returncode == 0
    assert "cannot be reached" not in said
    assert "Traceback" not in said


@pytest.mark.mosquitto
def test_the_devices_announce_themselves_and_obey(broker: int) -> None:
    listener = Listener(broker)
    process = simulators(
        "--mqtt-url",
        f"mqtt://hotel:secret@127.0.0.1:{broker}",
        "--rooms",
        "6",
        "--speed",
        "60",
        "--epoch",
        "2026-07-14T13:00:00+08:00",
    )
    try:
        listener.until(
            "homeassistant/climate/room_106/air_conditioner/config",
            "homeassistant/sensor/outdoor/temperature/config",
            "simulated/101/availability",
            "simulated/106/panel/state",
        )
        config = json.loads(listener.state["homeassistant/climate/room_101/air_conditioner/config"])
        assert listener.state[config["availability_topic"]] == b"online"

        listener.client.publish(config["temperature_command_topic"], "21.3")
        listener.client.publish(config["mode_command_topic"], "cool")
        listener.until(
            config["mode_state_topic"],
            is_so=lambda payload: json.loads(payload)["system_mode"] == "cool",
        )
        assert json.loads(listener.state[config["mode_state_topic"]])["target_temperature"] == 21.5
        listener.until(config["action_topic"], is_so=lambda p: json.loads(p)["running_state"] == "cooling")

        fault = {"room": "102", "device": "room", "fault": "offline"}
        listener.client.publish("simulators/control", json.dumps(fault))
        listener.until("simulated/102/availability", is_so=lambda payload: payload == b"offline")

        del listener.state["homeassistant/climate/room_103/air_conditioner/config"]
        listener.client.publish("innkeeper/status", "online")
        listener.until("homeassistant/climate/room_103/air_conditioner/config")
    finally:
        said = finish(process, signal.SIGTERM)
    assert process.returncode == 0
    assert "Traceback" not in said
    listener.until("simulated/103/availability", is_so=lambda payload: payload == b"offline")
    listener.close()


@pytest.mark.mosquitto
def test_a_killed_process_leaves_its_last_will(broker: int) -> None:
    listener = Listener(broker)
    process = simulators("--mqtt-url", f"mqtt://hotel:secret@127.0.0.1:{broker}", "--rooms", "2")
    listener.until("simulated/102/availability")
    process.kill()
    process.communicate(timeout=PATIENCE_SECONDS)
    listener.until("simulated/102/availability", is_so=lambda payload: payload == b"offline")
    listener.close()


@pytest.mark.mosquitto
def test_a_broker_that_comes_back_gets_everything_anew(tmp_path: Path) -> None:
    program = find_service("mosquitto")
    assert program is not None
    port = port_to_keep()
    configuration = tmp_path / "mosquitto.conf"
    configuration.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen([program, "-c", str(configuration)], stderr=subprocess.DEVNULL)

    process = simulators("--mqtt-url", f"mqtt://127.0.0.1:{port}", "--rooms", "3")
    first = start()
    try:
        for _ in range(2):
            wait_until(lambda: is_open(port))
            listener = Listener(port)
            listener.until(
                "simulated/101/availability",
                "simulated/103/climate/state",
                "homeassistant/sensor/outdoor/temperature/config",
            )
            assert listener.state["simulated/101/availability"] == b"online"
            listener.close()
            first.terminate()
            first.wait(PATIENCE_SECONDS)
            first = start()
    finally:
        first.terminate()
        first.wait(PATIENCE_SECONDS)
        said = finish(process, signal.SIGINT)
    assert "answers" in said
    assert "Traceback" not in said


AMQTT = """
import asyncio, sys
from amqtt.broker import Broker

async def main():
    broker = Broker({
        "listeners": {"default": {"type": "tcp", "bind": "127.0.0.1:" + sys.argv[1]}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    })
    await broker.start()
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_a_broker_that_speaks_only_mqtt_3_is_served_too() -> None:
    port = port_to_keep()
    broker = subprocess.Popen(
        [sys.executable, "-c", AMQTT, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    process = simulators("--mqtt-url", f"mqtt://127.0.0.1:{port}", "--rooms", "2")
    try:
        wait_until(lambda: is_open(port))
        listener = Listener(port)
        listener.until("simulated/102/panel/state")
        listener.client.publish("simulated/101/ac/set/system_mode", "heat")
        listener.until(
            "simulated/101/ac/state", is_so=lambda payload: json.loads(payload)["system_mode"] == "heat"
        )
        listener.close()
    finally:
        said = finish(process, signal.SIGTERM)
        broker.terminate()
        broker.wait(PATIENCE_SECONDS)
    assert "MQTT 3.1.1" in said
