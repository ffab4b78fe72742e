"""The embedded broker as a process: who may in, what happens when it or its owner dies."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from gateway.mqtt.broker import EmbeddedBroker
from gateway.mqtt.broker_url import parse_broker_url
from hotel.errors import Unavailable
from tests.waiting import PATIENCE_SECONDS, wait_until

KINDS = [pytest.param(None, marks=pytest.mark.mosquitto, id="mosquitto"), pytest.param("amqtt", id="amqtt")]


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def signs_in(url: str, password: str | None) -> bool:
    """Whether the broker takes this user's password."""
    where = parse_broker_url(url)
    client = Client(CallbackAPIVersion.VERSION2)
    if password is not None:
        client.username_pw_set(where.user, password)
    answers: list[bool] = []
    client.on_connect = lambda c, u, flags, reason, properties: answers.append(not reason.is_failure)
    client.connect(where.host, where.port)
    end = time.monotonic() + PATIENCE_SECONDS
    while not answers and time.monotonic() < end:
        if client.loop(0.1) != 0 and not answers:
            answers.append(False)
    client.disconnect()
    client.loop(0.1)
    return answers[0]


@pytest.fixture(params=KINDS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmbeddedBroker]:
    made = EmbeddedBroker(tmp_path, 0, request.param)
    made.start()
    yield made
    made.stop()


def test_only_who_has_the_password_comes_in(broker: EmbeddedBroker) -> None:
    password = parse_broker_url(broker.url).password
    assert signs_in(broker.url, password)
    assert not signs_in(broker.url, "guess")
    assert not signs_in(broker.url, None)


def test_its_secrets_are_for_its_owner_alone(broker: EmbeddedBroker, tmp_path: Path) -> None:
    folder = tmp_path / "broker"
    assert folder.stat().st_mode & 0o777 == 0o700
    secrets = [path for path in folder.iterdir() if path.name != "broker.log"]
    assert secrets
    password = parse_broker_url(broker.url).password
    assert password
    for path in secrets:
        assert path.stat().st_mode & 0o777 == 0o600
        assert password not in path.read_text()


def test_it_listens_on_this_machine_alone(broker: EmbeddedBroker) -> None:
    assert parse_broker_url(broker.url).host == "127.0.0.1"
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in others - {"127.0.0.1"}:
        with socket.socket() as probe:
            probe.settimeout(1)
            assert probe.connect_ex((str(address), broker.port)) != 0 or str(address).startswith("127.")


def test_it_is_started_again_when_it_dies(broker: EmbeddedBroker) -> None:
    pid = broker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: broker.pid not in (None, pid) and is_open(broker.port))
    assert broker.restarts == 1


def test_stopping_ends_it(broker: EmbeddedBroker) -> None:
    broker.stop()
    assert broker.pid is None
    assert not is_open(broker.port)


def test_a_taken_port_is_one_plain_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Unavailable) as refused:
            EmbeddedBroker(tmp_path, port, "amqtt").start()
    assert f"Port {port}" in refused.value.message
    assert "--mqtt-port" in refused.value.message


def test_a_broker_that_cannot_run_is_one_plain_sentence(tmp_path: Path) -> None:
    (tmp_path / "broker").mkdir()
    program = tmp_path / "broken"
    program.write_text("#!/bin/sh\necho 'no such luck' >&2\nexit 3\n")
    program.chmod(0o755)
    broken = EmbeddedBroker(tmp_path, 0, str(program))
    broken._write_configuration = lambda: None  # type: ignore[method-assign]
    with pytest.raises(Unavailable) as refused:
        broken.start()
    assert "no such luck" in refused.value.message


OWNER = """
import sys, time
from pathlib import Path
from gateway.mqtt.broker import EmbeddedBroker
from gateway.mqtt.paho_link import PahoLink
from hotel.clock import SystemClock
broker = EmbeddedBroker(Path(sys.argv[1]), 0, sys.argv[2] or None)
broker.start()
print(broker.pid, broker.port, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux ends children with their parent")
@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_owner_leaves_no_broker_behind(kind: str | None, tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path), kind or ""], stdout=subprocess.PIPE, text=True
    )
    try:
        assert owner.stdout is not None
        port = int(owner.stdout.readline().split()[1])
        assert is_open(port)
        owner.kill()
        wait_until(lambda: not is_open(port))
    finally:
        owner.kill()
        owner.wait()
        if owner.stdout is not None:
            owner.stdout.close()
