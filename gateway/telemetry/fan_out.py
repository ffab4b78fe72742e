"""One port, several places for samples; trouble in one is none of the others' business."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from controller.ports import Sample
from gateway.telemetry.sink import Counters, Sink

log = logging.getLogger(__name__)


class FanOut:
    """Gives every sample to each sink.

    Args:
        sinks: by the name that `/metrics` shows them under.
    """

    def __init__(self, sinks: Mapping[str, Sink]) -> None:
        self._sinks = dict(sinks)
        self.errors = 0

    def record(self, samples: list[Sample]) -> None:
        for name, sink in self._sinks.items():
            try:
                sink.record(samples)
            except Exception:  # a sink promises not to raise; the ingest loop does not depend on it
                self.errors += 1
                log.exception("telemetry: %s did not take samples", name)

    def start(self) -> None:
        for sink in self._sinks.values():
            sink.start()

    def flush(self) -> None:
        for sink in self._sinks.values():
            sink.flush()

    def stop(self) -> None:
        for sink in self._sinks.values():
            sink.stop()

    def counters(self) -> dict[str, Counters]:
        """The counters of each sink, by its name."""
        return {name: sink.counters() for name, sink in self._sinks.items()}
