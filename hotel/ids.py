"""Identifiers: sortable by time of making, opaque to everybody else."""

from __future__ import annotations

import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32: no i, l, o, u


def new_id() -> str:
    """A 26-character id: 48 bits of machine milliseconds, then 80 random bits (the ULID layout).

    It is a name, not a time: nothing may read a date out of it.
    """
    number = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -5, -5))
