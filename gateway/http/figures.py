"""/metrics for Prometheus: figures that parts of the house give on request."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

log = logging.getLogger(__name__)

Source = Callable[[], Mapping[str, float]]
_NAME = re.compile(r"[a-z_][a-z0-9_]*")


class HouseFigures:
    """Collects from the sources at each scrape. A source that fails is counted and costs only itself.

    A name that ends in `_total` is a counter, every other a gauge. Names must be stable.

    Args:
        sources: by the name of the part that gives them.
    """

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = dict(sources)
        self._failures = dict.fromkeys(self._sources, 0)

    def collect(self) -> Iterator[Metric]:
        for part, source in self._sources.items():
            try:
                figures = dict(source())
            except Exception as error:
                self._failures[part] += 1
                log.warning("metrics: %s gives no figures (%s)", part, type(error).__name__)
                continue
            for name, value in sorted(figures.items()):
                if _NAME.fullmatch(name):
                    yield _metric(name, part, value)
        failures = CounterMetricFamily(
            "innkeeper_metrics_source_failures", "Scrapes at which a part gave no figures", labels=["part"]
        )
        for part, count in self._failures.items():
            failures.add_metric([part], count)
        yield failures

    def describe(self) -> list[Metric]:
        # Without this the registry would ask every source when it is made.
        return []


def _metric(name: str, part: str, value: float) -> Metric:
    if name.endswith("_total"):
        return CounterMetricFamily(name.removesuffix("_total"), f"of {part}", value=value)
    return GaugeMetricFamily(name, f"of {part}", value=value)


def make_registry(sources: Mapping[str, Source]) -> CollectorRegistry:
    """A registry of our own: the library's global one would mix tests and applications."""
    registry = CollectorRegistry()
    registry.register(HouseFigures(sources))
    return registry
