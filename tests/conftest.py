"""Fixtures that every test may use, and the rule for services that a machine may lack."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers
from xdist.scheduler import LoadFileScheduling

from hotel.clock import ManualClock
from hotel.database import Database

# The same examples in each run, and none judged by how fast this machine is; HYPOTHESIS_PROFILE=search looks
# for others.
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "same")
settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.register_profile("search", deadline=None)
settings.load_profile(PROFILE)
if PROFILE == "same":
    # Hypothesis also draws the numbers and words that it reads in the source of whatever was imported: the
    # examples of a test would depend on the tests before it, and to read it all takes each process 14 s.
    assert providers._get_local_constants is not None
    providers._get_local_constants = lambda: providers._local_constants

pytest_plugins = ["tests.postgresql", "tests.empty_databases", "tests.victoria_metrics"]

SERVICES = {
    "mosquitto": ("mosquitto", "/usr/sbin/mosquitto"),
    "postgresql": ("initdb", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")))),
    "victoria_metrics": ("victoria-metrics",),
    "chromium": ("chromium",),
}


PACKAGES = {
    "mosquitto": "mosquitto mosquitto-clients",
    "postgresql": "postgresql",
    "victoria_metrics": "victoria-metrics",
    "chromium": "chromium",
}


def _missing(name: str) -> str:
    return f"{name} is not installed on this machine"


def find_service(name: str) -> str | None:
    """The program of a service, or None when this machine has none."""
    for candidate in SERVICES[name]:
        if found := shutil.which(candidate):
            return found
    return None


# Screens of the calm house, and those that start and kill houses of their own; all others live on the one
# demo hotel. Each of these is started once.
CALM_HOUSE = ("test_work_changes_hands.py", "test_maintenance.py", "test_comfort_page.py")
OWN_HOUSE = ("test_offline.py",)


class ByHouse(LoadFileScheduling):  # type: ignore[misc]
    """What one worker runs: a file, for what its tests share; the screens of one house together."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        if not file.startswith("tests/browser/") or file.endswith(OWN_HOUSE):
            return file
        return "calm house" if file.endswith(CALM_HOUSE) else "demo"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByHouse | None:
    return ByHouse(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what needs a missing service, unless INNKEEPER_REQUIRE_SERVICES=1: then it fails."""
    required = os.environ.get("INNKEEPER_REQUIRE_SERVICES") == "1"
    for item in items:
        for name in SERVICES:
            if item.get_closest_marker(name) and find_service(name) is None and not required:
                # Only on a machine without the service: .ci/run requires them all.
                item.add_marker(pytest.mark.skip(reason=_missing(name)))


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly which services' tests were left out, and how to get them."""
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    left_out = {name: sum(_missing(name) in reason for reason in reasons) for name in SERVICES}
    if not any(left_out.values()):
        return
    terminalreporter.section("left out on this machine")
    for name, count in left_out.items():
        if count:
            tests = "test" if count == 1 else "tests"
            terminalreporter.line(f"{count} {tests} need {name}: apt install {PACKAGES[name]}")
    terminalreporter.line("With INNKEEPER_REQUIRE_SERVICES=1 a missing service is a failure.")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 7, 14, 4, 0, tzinfo=UTC))


@pytest.fixture
def database(tmp_path: Path, clock: ManualClock) -> Iterator[Database]:
    """An empty SQLite database with all tables that have been imported."""
    # Not above: pytest must see a plugin before anybody else imports it.
    from tests.empty_databases import put_sqlite

    file = tmp_path / "innkeeper.db"
    put_sqlite(file)
    made = Database(f"sqlite:///{file}", clock, durable=False)
    yield made
    made.close()
