"""Waiting for what another thread or process brings about."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

# Only who waits in vain waits this long: a busy machine may take many times what an idle one does.
PATIENCE_SECONDS = 60.0


def wait_until(is_so: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until it is so, at most `seconds`."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.005)
