"""The comfort bench's factors are frozen, and the controller has no way to read them."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import controller
from simulators.weather import DATA, climates

CONTROLLER = Path(controller.__path__[0])
# Of the file as it was before the learner was written. A new factor is a new file.
FROZEN_SHA256 = "f7bddd14a73e001cb7b84b93149d8af90122dcccc5694b55f31015281657fa2a"


def test_the_factors_are_those_that_were_frozen() -> None:
    text = (DATA / "comfort_bench.toml").read_bytes()
    assert hashlib.sha256(text).hexdigest() == FROZEN_SHA256


def test_the_factors_are_those_of_the_promise() -> None:
    factors = tomllib.loads((DATA / "comfort_bench.toml").read_text(encoding="utf-8"))
    assert (factors["world"]["rooms"], factors["world"]["days"]) == (200, 30)
    assert set(factors["climates"]) == {"hot_humid", "hot_dry", "cold", "mild"}
    assert {place["place"] for place in factors["climates"].values()} <= set(climates())
    live = factors["eta"]["live"]
    assert (live["first_minutes"], live["first_deviation_minutes"]) == (180, 45)
    assert (live["last_minutes"], live["last_deviation_minutes"]) == (20, 8)
    assert factors["eta"]["static"]["deviation_minutes"] == 30
    assert (factors["bookings"]["no_show"], factors["bookings"]["early"]) == (0.03, 0.05)
    assert factors["network"]["lost"] == 0.01


@pytest.mark.parametrize("source", sorted(CONTROLLER.rglob("*.py")), ids=lambda path: path.name)
def test_no_line_of_the_controller_names_the_simulators_or_their_files(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    for word in ("simulators", "rooms.toml", "climates.toml", "comfort_bench", "import benchmarks"):
        assert word not in text


def test_loading_all_of_the_controller_loads_no_simulator() -> None:
    modules = [f"controller.{path.stem}" for path in CONTROLLER.glob("*.py") if path.stem != "__init__"]
    program = (
        f"import importlib, sys\nfor name in {modules!r}: importlib.import_module(name)\n"
        "sys.exit(any(name.split('.')[0] in ('simulators', 'benchmarks') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
