"""The real Chromium that the tests of the screens look at them with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

ROOT = Path(__file__).parents[1]
PROGRAM = shutil.which("chromium")
# Everything that would reach out of this machine is off.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Only who waits in vain waits this long.
PATIENCE_MILLISECONDS = 40_000
expect.set_options(timeout=PATIENCE_MILLISECONDS)
SIZES = {"desk": (1440, 900), "tablet": (800, 1280), "phone": (390, 844)}

# Everything is loaded and drawn: contrast is measured, and a half faded dialog has none.
_AT_REST = """() => document.querySelector('h1, [role=dialog]') !== null
  && document.querySelector('.mantine-Skeleton-root, .mantine-Loader-root') === null
  && document.getAnimations().every((one) => one.effect.getComputedTiming().iterations === Infinity)"""


class Opened(Protocol):
    """Opens a page in a browser of its own, of one of `SIZES`."""

    def __call__(self, size: str = "desk", language: str = "en", theme: str = "light") -> Page: ...


def require_web_app() -> None:
    if not (ROOT / "gateway/http/static/index.html").exists():
        pytest.fail("the web app is not built: run `make build`")


def launched(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)


@contextmanager
def pages_of(chromium: Browser, address: str, **more: Any) -> Iterator[Opened]:
    """Empty pages at this address, until the context ends."""
    contexts: list[BrowserContext] = []

    def opened(size: str = "desk", language: str = "en", theme: str = "light") -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            locale=language,
            color_scheme="dark" if theme == "dark" else "light",
            **more,
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        # Nobody is shown round: the guide would lie over what a test clicks.
        context.add_init_script("localStorage.setItem('innkeeper.guided', 'all')")
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def at_rest(page: Page) -> None:
    page.wait_for_function(_AT_REST)


def serious_faults(page: Page) -> list[str]:
    """Each serious or critical finding of axe as "rule: where"."""
    findings = Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {violation['nodes'][0]['target']}"
        for violation in findings.response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
