"""A whole demo hotel and a real Chromium for the tests of the screens."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
# Everything that would reach out of this machine is off.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SIZES = {"desk": (1440, 900), "tablet": (800, 1280), "phone": (390, 844)}


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


@pytest.fixture(scope="session")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotel]:
    if not (ROOT / "gateway/http/static/index.html").exists():
        pytest.fail("the web app is not built: run `make build`")
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


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def open_page(chromium: Browser, hotel: Hotel) -> Iterator[Callable[..., Page]]:
    """`open_page(size, language, theme)`: the sign-in page in a browser of its own."""
    contexts: list[BrowserContext] = []

    def opened(size: str = "desk", language: str = "en", theme: str = "light") -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(
            base_url=hotel.address,
            viewport={"width": width, "height": height},
            locale=language,
            color_scheme="dark" if theme == "dark" else "light",
        )
        context.set_default_timeout(20_000)
        # Nobody is shown round: the guide would lie over what a test clicks.
        context.add_init_script("localStorage.setItem('innkeeper.guided', 'all')")
        contexts.append(context)
        page = context.new_page()
        page.goto("/")
        return page

    yield opened
    for context in contexts:
        context.close()


def sign_in(page: Page, role: str) -> None:
    """Take one of the sign-ins that the demo offers."""
    page.get_by_test_id(f"demo-{role}").click()
    page.get_by_test_id("connection").wait_for()
