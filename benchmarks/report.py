"""What a bench is given and what it answers: figures, each with its goal, as JSON or as a table.

A bench is a module `benchmarks.<name>` with `run(options: Options) -> BenchReport`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from rich.table import Table

# What is being done, and how far it has come (0 to 1).
Progress = Callable[[str, float], None]


def _no_progress(_stage: str, _done: float) -> None:
    return


@dataclass(frozen=True, slots=True)
class Options:
    """What a bench is asked to do.

    `quick` makes it small enough for a test; `extra` holds what else stood on the command line.
    """

    seed: int = 7
    quick: bool = False
    progress: Progress = _no_progress
    extra: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. `goal` None: for information, then `met` is None too."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    met: bool | None = None


def at_least(name: str, value: float, unit: str, goal: float) -> Figure:
    """A figure that should be no smaller than its goal."""
    return Figure(name, value, unit, goal, value >= goal)


def at_most(name: str, value: float, unit: str, goal: float) -> Figure:
    """A figure that should be no larger than its goal."""
    return Figure(name, value, unit, goal, value <= goal)


@dataclass(frozen=True, slots=True)
class BenchReport:
    """What a bench found."""

    bench: str
    seed: int
    figures: list[Figure]
    # People see figures named "x" and "x, baseline" side by side; JSON has them one after the other.
    baselines: tuple[str, ...] = ()

    @property
    def met(self) -> bool:
        """Whether every goal is met."""
        return all(figure.met is not False for figure in self.figures)

    def to_json(self) -> str:
        """One JSON object: {"bench", "seed", "figures": [{"name", "value", "unit", "goal", "met"}]}."""
        told = asdict(self)
        del told["baselines"]
        return json.dumps(told, ensure_ascii=False, allow_nan=False)

    def to_table(self) -> Table:
        """The same for people."""
        table = Table(title=f"{self.bench} (seed {self.seed})")
        table.add_column("figure", overflow="fold")
        table.add_column("innkeeper" if self.baselines else "value", justify="right")
        for baseline in self.baselines:
            table.add_column(baseline, justify="right")
        table.add_column("goal", justify="right")
        table.add_column("met")
        beside = {figure.name: figure for figure in self.figures}
        for figure in self.figures:
            if any(figure.name.endswith(f", {baseline}") for baseline in self.baselines):
                continue
            others = [beside.get(f"{figure.name}, {baseline}") for baseline in self.baselines]
            table.add_row(
                figure.name,
                _with_unit(figure),
                *("" if other is None else _with_unit(other) for other in others),
                "" if figure.goal is None else f"{_shown(figure.goal)} {figure.unit}".strip(),
                {True: "✓ yes", False: "✗ no", None: ""}[figure.met],
            )
        return table


def quantile(values: list[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values were measured")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _with_unit(figure: Figure) -> str:
    return f"{_shown(figure.value)} {figure.unit}".strip()


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
