"""Houses for the tests of the screens: a living demo, and a calm one that does nothing of itself."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
import psutil
import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.chromium import ROOT, Opened, launched, pages_of, require_web_app
from tests.tls_house import TlsHouse, tls_house
from tests.tls_house import sign_in as sign_in_by_pin

START_SECONDS = 60.0


@dataclass
class Hotel:
    """A running demo. `client` is signed in as the front desk; `mqtt_url` is its broker, for new devices."""

    address: str
    client: httpx.Client
    mqtt_url: str

    def get(self, path: str) -> Any:
        answer = self.client.get(path)
        answer.raise_for_status()
        return answer.json()

    def wait_for(self, what: str, found: Callable[[], Any], seconds: float = 60.0) -> Any:
        """The first true answer of `found`; fails the test with `what` when none comes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if answer := found():
                return answer
            time.sleep(0.3)
        raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")


# For this folder, not the session: a house that lives on takes a tenth of a core from all that follows.
@pytest.fixture(scope="package")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotel]:
    require_web_app()
    folder = tmp_path_factory.mktemp("hotel")
    output = folder / "output"
    command = [
        "demo",
        "--rooms",
        "12",
        "--speed",
        "30",
        "--seed",
        "7",
        "--http-port",
        "0",
        "--mqtt-port",
        "0",
        # Nothing breaks by itself, and no simulated engineer is quicker than a test.
        "--faults-a-day",
        "0",
    ]
    with output.open("wb") as sink:
        demo = subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", *command, "--data", str(folder / "data")],
            cwd=ROOT,
            stdout=sink,
            stderr=sink,
            env={**os.environ, "COLUMNS": "200"},
            start_new_session=True,
        )
    try:
        end = time.monotonic() + START_SECONDS
        while not (found := re.search(r"http://127\.0\.0\.1:\d+", output.read_text())):
            assert demo.poll() is None, output.read_text()
            assert time.monotonic() < end, output.read_text()
            time.sleep(0.2)
        own_page = {"Sec-Fetch-Site": "same-origin"}
        with httpx.Client(base_url=found[0], timeout=30, headers=own_page) as client:
            signed_in = client.post("/api/session", json={"login": "desk", "secret": "harbour-desk"})
            signed_in.raise_for_status()
            yield Hotel(found[0], client, _broker_of(demo))
    finally:
        demo.send_signal(signal.SIGINT)
        try:
            demo.wait(15)
        except subprocess.TimeoutExpired:
            demo.kill()


def _broker_of(demo: subprocess.Popen[bytes]) -> str:
    """Where the demo's own devices find its broker: the password is drawn anew at each start."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        for child in psutil.Process(demo.pid).children(recursive=True):
            words = child.cmdline()
            if "simulators" in words and "--mqtt-url" in words:
                return words[words.index("--mqtt-url") + 1]
        time.sleep(0.1)
    raise AssertionError("the demo started no devices")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """One at a time in a process, and ended with its file: its event loop would be in other tests' way."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def calm_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsHouse]:
    """A house without devices, guests and simulated staff: nothing happens in it but what a test does."""
    with tls_house(tmp_path_factory.mktemp("calm"), 8) as made:
        yield made


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = launched(playwright)
    yield browser
    browser.close()


@pytest.fixture
def open_page(chromium: Browser, hotel: Hotel) -> Iterator[Opened]:
    """`open_page(size, language, theme)`: the demo's sign-in page in a browser of its own."""
    with pages_of(chromium, hotel.address) as opened:

        def at_sign_in(size: str = "desk", language: str = "en", theme: str = "light") -> Page:
            page = opened(size, language, theme)
            page.goto("/")
            return page

        yield at_sign_in


class Seat(Protocol):
    """`seat(code)`: somebody of the calm house at a screen of their own, signed in."""

    def __call__(self, code: str, size: str = "desk", language: str = "en", theme: str = "light") -> Page: ...


# A device on which somebody said yes to the sound: each note that it would play is counted.
SOUND = """
localStorage.setItem("innkeeper.sound", "1");
window.notes = 0;
const play = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { window.notes += 1; return play.call(this); };
"""


@pytest.fixture
def seat(chromium: Browser, calm_house: TlsHouse) -> Iterator[Seat]:
    address = calm_house.local_url
    with pages_of(chromium, address, ignore_https_errors=True, service_workers="block") as opened:

        def taken(code: str, size: str = "desk", language: str = "en", theme: str = "light") -> Page:
            page = opened(size, language, theme)
            page.context.add_init_script(SOUND)
            sign_in_by_pin(page, code, offline=False)
            return page

        yield taken


def sign_in(page: Page, role: str) -> None:
    """Take one of the sign-ins that the demo offers."""
    page.get_by_test_id(f"demo-{role}").click()
    page.get_by_test_id("connection").wait_for()
