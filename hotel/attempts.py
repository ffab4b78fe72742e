"""How often one address may try to sign in, and how unknown accounts are treated like known ones.

Both tables live in memory and are bounded: the least recently seen entry makes room.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from hotel.staff import is_locked


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class AddressLimit:
    """A token bucket per address.

    Args:
        burst: tries at once; a whole shift may come from one address.
        per_second: how fast tries come back.
        most_addresses: bound of the table.
    """

    def __init__(self, burst: int = 40, per_second: float = 0.5, most_addresses: int = 10_000) -> None:
        self._burst = burst
        self._per_second = per_second
        self._most = most_addresses
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, address: str, monotonic: float) -> bool:
        """Use up one try; False when none is left."""
        with self._lock:
            bucket = self._buckets.pop(address, None) or _Bucket(float(self._burst), monotonic)
            gained = (monotonic - bucket.at) * self._per_second
            bucket.tokens = min(float(self._burst), bucket.tokens + gained)
            bucket.at = monotonic
            allowed = bucket.tokens >= 1
            if allowed:
                bucket.tokens -= 1
            self._buckets[address] = bucket
            while len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
            return allowed


class UnknownLogins:
    """Counts failures of logins that nobody has, so that they lock like real ones do."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._failures: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def fail(self, digest: str) -> bool:
        """Note one more failure; returns whether it counted as locked before."""
        with self._lock:
            failures = self._failures.pop(digest, 0)
            self._failures[digest] = failures + 1
            while len(self._failures) > self._most:
                self._failures.popitem(last=False)
            return is_locked(failures)
