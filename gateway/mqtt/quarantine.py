"""Refused payloads, kept for a look: the last hundred, and how many for each reason."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime

from gateway.mqtt.link import KEPT_PAYLOAD_BYTES

MOST_KEPT = 100
MOST_DETAIL_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One refused payload. `payload` is its beginning; `at` is hotel time."""

    topic: str
    payload: bytes
    code: str
    reason: str
    at: datetime


class Quarantine:
    """Bounded; the oldest goes first."""

    def __init__(self) -> None:
        self._kept: deque[Quarantined] = deque(maxlen=MOST_KEPT)
        self.counts: Counter[str] = Counter()

    def keep(self, topic: str, payload: bytes, code: str, reason: str, at: datetime) -> None:
        self.counts[code] += 1
        self._kept.append(
            Quarantined(topic[:512], payload[:KEPT_PAYLOAD_BYTES], code, reason[:MOST_DETAIL_CHARACTERS], at)
        )

    def kept(self) -> list[Quarantined]:
        """Newest last."""
        return list(self._kept)
