"""What every bench takes and what it answers: the shape that `innkeeper bench NAME --json` prints."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """What the command line said. `extra` is what the bench reads for itself, such as ["--rooms", "10"]."""

    seed: int = 7
    extra: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. `goal` is what is promised, in words such as ">= 0.9"; None: for information."""

    name: str
    value: float
    unit: str
    goal: str | None = None
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class BenchReport:
    """The figures of one run of one bench."""

    bench: str
    seed: int
    figures: list[Figure]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
