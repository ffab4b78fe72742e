"""`innkeeper demo` as a new user meets it: an address, sign-ins, a room being made ready, and a clean end."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest

from tests.running_house import ROOT
from tests.waiting import wait_until

START_SECONDS = 60.0
# Far beyond what an idle machine takes (a minute; a second): a busy one must not fail.
PRECONDITIONING_SECONDS = 150.0
END_SECONDS = 30.0
ROLES = ("front desk", "supervisor", "attendant", "engineer", "manager", "administrator")
OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Demo:
    process: subprocess.Popen[str]
    started_monotonic: float = 0.0
    said: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return "".join(self.said)

    @property
    def address(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+", self.words)
        assert found is not None, self.words
        return found[0]

    def sign_in(self) -> httpx.Client:
        client = httpx.Client(base_url=self.address, headers=OUR_PAGE, timeout=20)
        answer = client.post("/api/session", json={"login": "desk", "secret": "harbour-desk"})
        assert answer.status_code == 200, answer.text
        return client


def start(folder: Path, rooms: int) -> Demo:
    """The demo, when it has said where it runs."""
    demo = Demo(
        subprocess.Popen(
            [
                *(sys.executable, "-u", "-m", "gateway.cli", "demo", "--rooms", str(rooms)),
                *("--http-port", "0", "--mqtt-port", "0", "--data", str(folder / "data")),
            ],
            cwd=folder,
            env={"PATH": "/usr/bin:/bin:/usr/sbin", "PYTHONPATH": str(ROOT), "COLUMNS": "120"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    )
    words = demo.process.stdout
    assert words is not None
    threading.Thread(target=lambda: demo.said.extend(words), daemon=True).start()
    wait_until(lambda: "Ctrl-C ends it" in demo.words or demo.process.poll() is not None, START_SECONDS)
    assert demo.process.poll() is None, demo.words
    demo.started_monotonic = time.monotonic()
    return demo


def none_runs(family: list[psutil.Process], seconds: float) -> bool:
    """Whether all of them have ended in time; one that only waits for its new parent to notice has."""
    _, left = psutil.wait_procs(family, timeout=seconds)
    return all(process.status() == psutil.STATUS_ZOMBIE for process in left)


def until_a_room_is_preconditioned(demo: Demo, client: httpx.Client) -> None:
    deadline = demo.started_monotonic + PRECONDITIONING_SECONDS
    while True:
        climates = [room["climate"] for room in client.get("/api/rooms").json()["items"]]
        if any(
            climate["phase"] == "preconditioning" and climate["mode"] in ("cool", "heat", "dry")
            for climate in climates
        ):
            return
        assert time.monotonic() < deadline, climates
        time.sleep(0.2)


def test_a_demo_shows_itself_takes_up_what_a_killed_one_left_and_ends_at_once(tmp_path: Path) -> None:
    first = start(tmp_path, 6)
    try:
        for role in ROLES:
            assert re.search(rf"\b{role}\b", first.words), first.words
        client = first.sign_in()
        offered = client.get("/api/public").json()["sign_ins"]
        assert {sign_in["role"].replace("_", " ") for sign_in in offered} == set(ROLES)
        until_a_room_is_preconditioned(first, client)
        stays = {stay["id"] for stay in client.get("/api/stays").json()["items"]}
        assert stays
        a_second_one_is_refused(tmp_path)
        family = psutil.Process(first.process.pid).children(recursive=True)
    finally:
        first.process.kill()
        first.process.wait()
    assert none_runs(family, END_SECONDS)

    # The same rooms, the same stays, hotel time goes on.
    again = start(tmp_path, 6)
    try:
        client = again.sign_in()
        assert len(client.get("/api/rooms").json()["items"]) == 6
        assert stays <= {stay["id"] for stay in client.get("/api/stays").json()["items"]}
        assert client.get("/readyz").status_code == 200
        ends_at_once_with_a_browser_connected(again, client)
    finally:
        again.process.kill()
        again.process.wait()


def a_second_one_is_refused(folder: Path) -> None:
    """On the same data."""
    second = subprocess.run(
        [
            *(sys.executable, "-m", "gateway.cli", "demo", "--rooms", "6", "--http-port", "0"),
            *("--mqtt-port", "0", "--data", str(folder / "data")),
        ],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 2
    assert "already runs on" in second.stderr
    assert second.stderr.count("\n") == 1


def ends_at_once_with_a_browser_connected(demo: Demo, client: httpx.Client) -> None:
    listening = threading.Event()

    def browse() -> None:
        try:
            with client.stream("GET", "/api/events") as response:
                for _ in response.iter_bytes():
                    listening.set()
        except httpx.HTTPError:
            return

    browser = threading.Thread(target=browse, daemon=True)
    browser.start()
    assert listening.wait(20)
    family = psutil.Process(demo.process.pid).children(recursive=True)
    assert any("simulators" in child.cmdline() for child in family)
    assert any("mosquitto" in child.name() or "amqtt" in " ".join(child.cmdline()) for child in family)

    begin = time.monotonic()
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(END_SECONDS + 10) == 0
    assert time.monotonic() - begin <= END_SECONDS
    browser.join(5)
    assert not browser.is_alive()
    assert none_runs(family, 1)
    assert "Traceback" not in demo.words


@pytest.mark.slow
def test_forty_rooms_are_no_slower_to_begin(tmp_path: Path) -> None:
    demo = start(tmp_path, 40)
    try:
        until_a_room_is_preconditioned(demo, demo.sign_in())
    finally:
        begin = time.monotonic()
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(END_SECONDS + 10) == 0
        assert time.monotonic() - begin <= END_SECONDS
