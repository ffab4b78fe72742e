"""The frozen factors of `bench faults` and what is drawn of them: spreads, and the faults put in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulators.weather import DATA

Numbers = NDArray[Any]
Booleans = NDArray[Any]
DAY = 1440


def factors() -> dict[str, Any]:
    """The frozen factors."""
    return tomllib.loads((DATA / "faults.toml").read_text(encoding="utf-8"))


def draw(spread: Any, rng: np.random.Generator) -> float:
    """One value of a spread of the factors file."""
    if isinstance(spread, list):
        return float(rng.choice(spread))
    if "uniform" in spread:
        return float(rng.uniform(*spread["uniform"]))
    if "triangular" in spread:
        return float(rng.triangular(*spread["triangular"]))
    median, sigma, cap = spread["lognormal"]
    return float(min(cap, median * np.exp(sigma * rng.standard_normal())))


def uniform(rng: np.random.Generator, spread: dict[str, list[float]], shape: tuple[int, ...]) -> Numbers:
    low, high = spread["uniform"]
    return rng.uniform(low, high, shape)


@dataclass(slots=True)
class Injection:
    """One fault put in. Minutes since the world's beginning; None = not (yet).

    `counted` is the minute that its promise counts from.
    """

    kind: str
    room: int  # or the floor, of `floor_power`
    device: int | None
    planned: float
    severity: float
    lasts_minutes: float
    extra: dict[str, Any] = field(default_factory=dict)
    began: float | None = None
    counted: float | None = None
    ended: float | None = None
    arrivals: int = 0

    @property
    def active(self) -> bool:
        return self.began is not None and self.ended is None
