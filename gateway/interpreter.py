"""How the service's process runs Python: set up for many small answers, not for long sums."""

from __future__ import annotations

import gc
import sys

# A thread that was woken (a report came, a commit is done) waits at most this long for one that computes.
# `bench tap`: a tenth off a tap's median against Python's 5 ms; `bench ingest` does not notice it.
SWITCH_SECONDS = 0.001


def keep_answers_short() -> None:
    """Call it once everything is loaded."""
    sys.setswitchinterval(SWITCH_SECONDS)
    # What is here now stays: a collection that looks through all of it again stops every thread.
    gc.collect()
    gc.freeze()
