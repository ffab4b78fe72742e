"""What every place for samples has in common beyond taking them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from controller.ports import Sample


@dataclass(frozen=True, slots=True)
class Counters:
    """What became of the samples. recorded = written + shed + refused + waiting, once nothing moves.

    `shed`: dropped because the buffer was full. `refused`: can never be stored (no number, no time,
    too old). `failures`: attempts that failed; their samples wait for the next one.
    """

    recorded: int = 0
    written: int = 0
    shed: int = 0
    refused: int = 0
    failures: int = 0
    waiting: int = 0

    @classmethod
    def of(cls, recorded: int, written: int, shed: int, refused: int, failures: int) -> Counters:
        """The counters with what still waits worked out: counting it would miss, for a moment, what
        passes from the buffer into the hand that writes it."""
        waiting = max(0, recorded - written - shed - refused)
        return cls(recorded, written, shed, refused, failures, waiting)

    def figures(self) -> dict[str, float]:
        """As /metrics names them: what only grows ends in `_total`."""
        return {
            "recorded_total": self.recorded,
            "written_total": self.written,
            "shed_total": self.shed,
            "refused_total": self.refused,
            "failures_total": self.failures,
            "waiting": self.waiting,
        }


class Sink(Protocol):
    """A place for samples with a bounded buffer in front and a thread that empties it."""

    def record(self, samples: list[Sample]) -> None:
        """Take the samples; never blocks, never raises. When full the oldest are shed and counted."""
        ...

    def start(self) -> None:
        """Begin to write in the background."""
        ...

    def flush(self) -> None:
        """Write what waits now, in the caller's thread; returns early when the place does not take it."""
        ...

    def stop(self) -> None:
        """End the background writing within a few seconds; what could be written is."""
        ...

    def counters(self) -> Counters: ...
