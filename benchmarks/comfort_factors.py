"""The frozen factors of the comfort bench, as `simulators/data/comfort_bench.toml` has them, and how to draw.

The file is read here and nowhere else in the bench. It is plain tables on purpose: each name is used where
it means something, and a name that is not there is an error at once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from simulators.weather import DATA

Floats = NDArray[np.float64]
EtaKind = Literal["exact", "live", "static"]
Spread = Mapping[str, list[float]]

# Months without a change of the clock: a night of 23 hours is another test's business.
ZONE = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
CLIMATES = ("hot_humid", "hot_dry", "cold", "mild")
ETA_KINDS: tuple[EtaKind, ...] = ("exact", "live", "static")


@cache
def factors() -> dict[str, Any]:
    """All of the frozen file."""
    loaded: dict[str, Any] = tomllib.loads((DATA / "comfort_bench.toml").read_text(encoding="utf-8"))
    return loaded


def begins(climate: str) -> datetime:
    """Local midnight at which a climate's month begins.

    Raises:
        KeyError: there is no such climate.
    """
    return datetime.fromisoformat(f"{factors()['climates'][climate]['year_month']}-01").replace(tzinfo=ZONE)


def drawn(spread: Spread, draw: np.random.Generator, size: int | None = None) -> Any:
    """Values of a spread as the file writes them: a float, or an array of `size`."""
    if "uniform" in spread:
        low, high = spread["uniform"]
        return draw.uniform(low, high, size)
    if "triangular" in spread:
        low, mode, high = spread["triangular"]
        return draw.triangular(low, mode, high, size)
    mean, deviation, bound = spread["normal"]
    return np.clip(draw.normal(mean, deviation, size), mean - bound, mean + bound)
