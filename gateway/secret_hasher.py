"""Argon2id through pwdlib, in a worker process: PINs and passwords of staff."""

from __future__ import annotations

import base64
import logging
import os
from dataclasses import dataclass

from pwdlib.hashers.argon2 import Argon2Hasher

from gateway.workers import WorkerPool
from hotel.errors import Refused

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class HashCost:
    """What one hash costs; the defaults are RFC 9106's second recommended option."""

    passes: int = 3
    memory_kibibytes: int = 64 * 1024
    lanes: int = 4


def _hasher(cost: HashCost) -> Argon2Hasher:
    return Argon2Hasher(time_cost=cost.passes, memory_cost=cost.memory_kibibytes, parallelism=cost.lanes)


def hash_secret(secret: str, cost: HashCost) -> str:
    return _hasher(cost).hash(secret)


def verify_secret(secret: str, hashed: str, cost: HashCost) -> bool:
    return _hasher(cost).verify(secret, hashed)


class ArgonHasher:
    """Fills `hotel.staff_service.SecretHasher`.

    Args:
        pool: where to hash; None hashes in the caller's thread (the command line, tests).
        cost: cheaper in tests only.
    """

    def __init__(self, pool: WorkerPool | None = None, cost: HashCost | None = None) -> None:
        self._pool = pool
        self._cost = cost or HashCost()
        salt, digest = (base64.b64encode(os.urandom(size)).decode().rstrip("=") for size in (16, 32))
        self._decoy = (
            f"$argon2id$v=19$m={self._cost.memory_kibibytes},t={self._cost.passes},p={self._cost.lanes}"
            f"${salt}${digest}"
        )

    @property
    def decoy(self) -> str:
        return self._decoy

    def hash(self, secret: str) -> str:
        if self._pool is None:
            return hash_secret(secret, self._cost)
        return self._pool.run(hash_secret, secret, self._cost, timeout_seconds=TIMEOUT_SECONDS)

    def verify(self, secret: str, hashed: str) -> bool:
        if self._pool is None:
            return verify_secret(secret, hashed, self._cost)
        return self._pool.run(verify_secret, secret, hashed, self._cost, timeout_seconds=TIMEOUT_SECONDS)

    def warm(self) -> None:
        """Start a worker now, so that the first sign-in of the day does not wait for one."""
        try:
            self.verify("", self._decoy)
        except Refused as refused:
            log.warning("sign-in: no worker came up yet (%s)", refused.message)
